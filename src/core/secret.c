/*
 * secret.c: which secrets of AWS Secrets Manager an event concerns.
 *
 * Names are read only from Secrets Manager's own events; ARNs, which cannot
 * be mistaken for anything else, also from those of other services.
 */
#include <string.h>

#include "secret.h"

#define SUFFIX_LENGTH	7		/* -a1b2c3 */

/* Tells whether a byte may stand in the name of a secret; managed ones have a "!". */
static bool
is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		(c != '\0' && strchr("/_+=.@-!", c) != NULL);
}

/* Tells whether a text is the ARN of a secret, full or partial. */
bool
ct_is_secret_arn(ct_slice s)
{
	ct_slice	service;
	ct_slice	resource;

	if (s.ptr == NULL || !ct_starts_with(s, "arn:"))
		return false;
	service = ct_arn_part(s, 2);
	resource = ct_arn_part(s, 5);
	return service.ptr != NULL && resource.ptr != NULL &&
		service.len == strlen("secretsmanager") && ct_starts_with(service, "secretsmanager") &&
		ct_starts_with(resource, "secret:") && resource.len > strlen("secret:");
}

/* Tells whether an ARN or name ends as a full ARN does: in a hyphen and six letters or digits. */
bool
ct_has_secret_suffix(ct_slice s)
{
	if (s.len <= SUFFIX_LENGTH || s.ptr[s.len - SUFFIX_LENGTH] != '-')
		return false;
	for (const char *p = s.ptr + s.len - SUFFIX_LENGTH + 1; p < s.ptr + s.len; p++)
	{
		if (!is_name_char(*p) || strchr("/_+=.@-!", *p) != NULL)
			return false;
	}
	return true;
}

/* Tells whether the event is one of Secrets Manager's own. */
static bool
is_secretsmanager(const ct_record *rec)
{
	ct_slice	source = ct_raw(rec, CT_FIELD_event_source);

	return source.ptr != NULL && ct_starts_with(source, "secretsmanager.") &&
		ct_type_of(rec, CT_FIELD_event_source) == CT_STRING;
}

/* The field if it is the ARN of a secret. */
static ct_slice
arn_in_field(const ct_record *rec, ct_field field, ct_scratch *scratch)
{
	ct_slice	text = ct_filled(rec, field, scratch);

	return ct_is_secret_arn(text) ? text : CT_NO_SLICE;
}

/* The first secret's ARN inside a text, as far as characters of ARNs go. */
static ct_slice
arn_in_text(ct_slice text)
{
	const char *end = text.ptr + text.len;
	const char *p = text.ptr;

	while (p != NULL && (p = memmem(p, end - p, ":secretsmanager:", 16)) != NULL)
	{
		const char *start = p;
		const char *stop = p;
		ct_slice	arn;

		while (start > text.ptr && (is_name_char(start[-1]) || start[-1] == ':'))
			start--;
		while (stop < end && (is_name_char(*stop) || *stop == ':'))
			stop++;
		/* What comes before the ARN may be glued to it: "Rotation-arn:aws:...". */
		arn.ptr = memmem(start, stop - start, "arn:", 4);
		if (arn.ptr != NULL)
		{
			arn.len = stop - arn.ptr;
			if (ct_is_secret_arn(arn))
				return arn;
		}
		p = stop;
	}
	return CT_NO_SLICE;
}

/* Cuts an ARN at the colon that ends its last part. */
static ct_slice
cut_behind_name(ct_slice arn)
{
	ct_slice	resource = ct_arn_part(arn, 5);
	const char *name = resource.ptr + strlen("secret:");
	const char *colon = memchr(name, ':', arn.ptr + arn.len - name);

	if (colon != NULL)
		arn.len = colon - arn.ptr;
	return arn;
}

/*
 * The ARN in the requestID of a service event: Rotation-<ARN>-<token> or
 * SecretDeleteMessage:<ARN>:<time>:Forced.
 */
static ct_slice
arn_in_request_id(const ct_record *rec, ct_scratch *scratch)
{
	ct_slice	id = ct_filled(rec, CT_FIELD_request_id, scratch);
	ct_slice	arn;

	if (id.ptr == NULL || (arn = arn_in_text(id)).ptr == NULL)
		return CT_NO_SLICE;
	arn = cut_behind_name(arn);

	/* The token is mostly a UUID; the service takes 32 to 64 characters of any kind. */
	for (size_t token = 32; token <= 64 && ct_starts_with(id, "Rotation-") && token < arn.len; token++)
	{
		ct_slice	before = {arn.ptr, arn.len - token - 1};

		if (before.ptr[before.len] == '-' && ct_has_secret_suffix(before) && ct_is_secret_arn(before))
			return before;
	}
	return ct_is_secret_arn(arn) ? arn : CT_NO_SLICE;
}

/*
 * What a refusal names: "... on resource: X because ...", X being whatever
 * the caller passed.
 */
static ct_slice
resource_in_message(const ct_record *rec, ct_scratch *scratch)
{
	static const char phrase[] = "on resource: ";
	ct_slice	message = ct_filled(rec, CT_FIELD_error_message, scratch);
	const char *end = message.ptr + message.len;
	ct_slice	resource;

	if (message.ptr == NULL)
		return CT_NO_SLICE;
	resource.ptr = memmem(message.ptr, message.len, phrase, strlen(phrase));
	if (resource.ptr == NULL)
		return CT_NO_SLICE;
	resource.ptr += strlen(phrase);
	resource.len = 0;
	while (resource.ptr + resource.len < end &&
		   resource.ptr[resource.len] != ' ' && resource.ptr[resource.len] != ',')
		resource.len++;
	if (resource.len == 0 || memchr(resource.ptr, '*', resource.len) != NULL)
		return CT_NO_SLICE;
	return resource;
}

/* The first secret's ARN in resources[]. */
static ct_slice
arn_in_resources(const ct_record *rec, ct_scratch *scratch)
{
	ct_slice	array = ct_raw(rec, CT_FIELD_resources);
	ct_value	element;
	size_t		pos = 0;

	/* Most events' resources are no secrets: a look at the bytes settles it. */
	if (ct_type_of(rec, CT_FIELD_resources) != CT_ARRAY ||
		memmem(array.ptr, array.len, "secretsmanager", 14) == NULL)
		return CT_NO_SLICE;
	while (ct_next_element(array.ptr, array.len, &pos, &element))
	{
		ct_slice	arn = ct_resource_arn(array.ptr, &element, scratch);

		if (ct_is_secret_arn(arn))
			return arn;
	}
	return CT_NO_SLICE;
}

/* What can be the name of a secret; the ARN of anything else cannot. */
static ct_slice
as_name(ct_slice s)
{
	return s.ptr == NULL || ct_starts_with(s, "arn:") ? CT_NO_SLICE : s;
}

/* The only element of requestParameters.secretIdList[]. */
static ct_slice
lone_list_element(const ct_record *rec, ct_scratch *scratch)
{
	ct_slice	array = ct_raw(rec, CT_FIELD_request_secret_id_list);
	ct_value	element;
	ct_value	second;
	size_t		pos = 0;
	ct_slice	id;

	if (ct_type_of(rec, CT_FIELD_request_secret_id_list) != CT_ARRAY ||
		!ct_next_element(array.ptr, array.len, &pos, &element) ||
		ct_next_element(array.ptr, array.len, &pos, &second))
		return CT_NO_SLICE;
	id = ct_resource_arn(array.ptr, &element, scratch);
	return ct_is_secret_arn(id) ? id : as_name(id);
}

/* Returns from a search with what was found, if it was. */
#define FOUND(where, what) \
	do { if ((id = (what)).ptr != NULL) return (ct_secret) {where, id}; } while (0)

/* Finds the secret in an event of Secrets Manager. */
static ct_secret
find_in_own_event(const ct_record *rec, ct_scratch *scratch)
{
	ct_slice	request = ct_filled(rec, CT_FIELD_request_secret_id, scratch);
	ct_slice	message;
	ct_slice	id;

	FOUND(CT_SECRET_RESPONSE, arn_in_field(rec, CT_FIELD_response_arn, scratch));
	FOUND(CT_SECRET_SERVICE_EVENT, arn_in_field(rec, CT_FIELD_additional_arn, scratch));
	FOUND(CT_SECRET_SERVICE_EVENT, arn_in_field(rec, CT_FIELD_additional_secret_id, scratch));
	FOUND(CT_SECRET_RESOURCE, arn_in_resources(rec, scratch));
	if (ct_is_secret_arn(request) && ct_has_secret_suffix(request))
		return (ct_secret) {CT_SECRET_REQUEST_ARN, request};
	FOUND(CT_SECRET_REQUEST_ID, arn_in_request_id(rec, scratch));
	message = resource_in_message(rec, scratch);
	FOUND(CT_SECRET_MESSAGE_ARN, ct_is_secret_arn(message) ? message : CT_NO_SLICE);
	if (ct_is_secret_arn(request))
		return (ct_secret) {CT_SECRET_PARTIAL_ARN, request};
	FOUND(CT_SECRET_NAME, as_name(request));
	FOUND(CT_SECRET_NAME, as_name(ct_filled(rec, CT_FIELD_additional_secret_id, scratch)));
	FOUND(CT_SECRET_NAME, as_name(ct_filled(rec, CT_FIELD_additional_name, scratch)));
	FOUND(CT_SECRET_NAME, as_name(ct_filled(rec, CT_FIELD_response_name, scratch)));
	FOUND(CT_SECRET_NAME, as_name(ct_filled(rec, CT_FIELD_request_name, scratch)));
	FOUND(CT_SECRET_NAME, as_name(message));
	FOUND(CT_SECRET_LIST, lone_list_element(rec, scratch));
	return (ct_secret) {CT_SECRET_NONE, CT_NO_SLICE};
}

/* Finds the secret in an event of another service. */
static ct_secret
find_in_other_event(const ct_record *rec, ct_scratch *scratch)
{
	ct_slice	id;

	FOUND(CT_SECRET_RESOURCE, arn_in_resources(rec, scratch));
	FOUND(CT_SECRET_KMS, arn_in_field(rec, CT_FIELD_request_encryption_context_secret_arn, scratch));
	if (ct_type_of(rec, CT_FIELD_error_message) == CT_STRING)
	{
		ct_slice	message = resource_in_message(rec, scratch);

		FOUND(CT_SECRET_MESSAGE_ARN, ct_is_secret_arn(message) ? message : CT_NO_SLICE);
	}
	return (ct_secret) {CT_SECRET_NONE, CT_NO_SLICE};
}

/* Finds the secret an event concerns; source NONE if it concerns none, or several. */
ct_secret
ct_find_secret(const ct_record *rec, ct_scratch *scratch)
{
	ct_secret	secret = is_secretsmanager(rec) ? find_in_own_event(rec, scratch) :
		find_in_other_event(rec, scratch);

	/* What is longer names nothing, and would not fit an index. */
	if (secret.id.len > CT_SECRET_ID_MAX)
		return (ct_secret) {CT_SECRET_NONE, CT_NO_SLICE};
	return secret;
}

/* The ARN that an identity stands for: itself, or the partial ARN its name implies. */
static ct_slice
to_arn(const ct_record *rec, ct_slice id, ct_scratch *scratch)
{
	ct_slice	region;
	ct_slice	account;

	if (id.ptr == NULL || ct_starts_with(id, "arn:"))
		return id;
	region = ct_filled(rec, CT_FIELD_aws_region, scratch);
	account = ct_account_id(rec, scratch);
	if (region.ptr == NULL || account.ptr == NULL)
		return CT_NO_SLICE;
	return ct_join(scratch, (ct_slice[])
	{
		CT_LITERAL("arn:"), ct_partition(rec, scratch), CT_LITERAL(":secretsmanager:"), region,
			CT_LITERAL(":"), account, CT_LITERAL(":secret:"), id
	}, 8);
}

/* The ARN of the secret, partial where only its name is known. */
ct_slice
ct_secret_arn(const ct_record *rec, ct_scratch *scratch)
{
	return to_arn(rec, ct_find_secret(rec, scratch).id, scratch);
}

/* The name of the secret: as the event gives it, else the end of its ARN without the suffix. */
ct_slice
ct_secret_name(const ct_record *rec, ct_scratch *scratch)
{
	static const ct_field places[] = {
		CT_FIELD_response_name,
		CT_FIELD_additional_name,
		CT_FIELD_request_name
	};
	ct_secret	secret = ct_find_secret(rec, scratch);
	ct_slice	name;

	if (secret.id.ptr == NULL)
		return CT_NO_SLICE;
	for (size_t i = 0; is_secretsmanager(rec) && i < sizeof(places) / sizeof(places[0]); i++)
	{
		name = ct_filled(rec, places[i], scratch);
		if (name.ptr != NULL)
			return name;
	}
	if (!ct_is_secret_arn(secret.id))
		return secret.id;
	name = ct_arn_part(secret.id, 5);
	name.ptr += strlen("secret:");
	name.len -= strlen("secret:");
	if (ct_has_secret_suffix(name))
		name.len -= SUFFIX_LENGTH;
	return name;
}

/*
 * The version of the secret that was read or made.  The token of a request
 * becomes the version's id, but only PutSecretValue and RotateSecret are sure
 * to make a version.
 */
ct_slice
ct_secret_version_id(const ct_record *rec, ct_scratch *scratch)
{
	static const ct_field places[] = {
		CT_FIELD_response_version_id,
		CT_FIELD_additional_version_id,
		CT_FIELD_request_version_id,
		CT_FIELD_request_move_to_version_id
	};

	if (!is_secretsmanager(rec))
	{
		if (!ct_has(rec, CT_FIELD_request_encryption_context_secret_arn))
			return CT_NO_SLICE;
		return ct_filled(rec, CT_FIELD_request_encryption_context_secret_version_id, scratch);
	}
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
	{
		ct_slice	version = ct_filled(rec, places[i], scratch);

		if (version.ptr != NULL)
			return version;
	}
	if (ct_is(rec, CT_FIELD_event_name, "PutSecretValue") ||
		ct_is(rec, CT_FIELD_event_name, "RotateSecret"))
		return ct_filled(rec, CT_FIELD_request_token, scratch);
	return CT_NO_SLICE;
}

/* Visits the secrets an array names; those of resources[] only by ARN. */
static void
visit_array(const ct_record *rec, ct_field field, ct_scratch *scratch,
			ct_secret_visitor visit, void *arg)
{
	ct_slice	array = ct_raw(rec, field);
	ct_value	element;
	size_t		pos = 0;

	if (ct_type_of(rec, field) != CT_ARRAY)
		return;
	while (ct_next_element(array.ptr, array.len, &pos, &element))
	{
		ct_scratch	room = *scratch;	/* each element gets all of it */
		ct_slice	arn = ct_resource_arn(array.ptr, &element, &room);

		if (field == CT_FIELD_request_secret_id_list)
			arn = to_arn(rec, arn, &room);
		if (arn.len <= CT_SECRET_ID_MAX && ct_is_secret_arn(arn))
			visit(arg, arn);
	}
}

/* Visits all secrets an event concerns; one may be visited twice. */
void
ct_each_secret(const ct_record *rec, ct_scratch *scratch, ct_secret_visitor visit, void *arg)
{
	ct_slice	arn = ct_secret_arn(rec, scratch);

	if (arn.ptr != NULL)
		visit(arg, arn);
	if (is_secretsmanager(rec))
		visit_array(rec, CT_FIELD_request_secret_id_list, scratch, visit, arg);
	visit_array(rec, CT_FIELD_resources, scratch, visit, arg);
}
