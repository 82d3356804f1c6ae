/*
 * secret.c: which secrets of AWS Secrets Manager an event concerns.
 *
 * Names are read only from Secrets Manager's own events; ARNs, which cannot
 * be mistaken for anything else, also from those of other services.
 */
#include <string.h>

#include "core/secret/secret.h"
#include "core/secret/secret_place.h"

/* The first secret's ARN in resources[]. */
static ct_slice
arn_in_resources(const ct_record *rec, ct_scratch *scratch)
{
	ct_slice	array = ct_raw(rec, CT_FIELD_resources);
	ct_value	element;
	size_t		pos = 0;

	if (!ct_resources_may_have_secrets(rec))
		return CT_NO_SLICE;
	while (ct_next_element(array.ptr, array.len, &pos, &element))
	{
		ct_scratch	room = *scratch;	/* each element gets all of it */
		ct_slice	arn = ct_resource_arn(array.ptr, &element, &room);

		if (arn.len <= CT_SECRET_ID_MAX && ct_is_secret_arn(arn))
		{
			*scratch = room;
			return arn;
		}
	}
	return CT_NO_SLICE;
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
	return ct_is_secret_arn(id) ? id : ct_as_secret_name(id);
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

#define CT_PLACE_ARN(field, source) \
	FOUND(CT_SECRET_##source, ct_secret_arn_in(rec, CT_FIELD_##field, scratch));
#define CT_PLACE_ID CT_PLACE_ARN
#include "core/secret/placelist.h"
	FOUND(CT_SECRET_RESOURCE, arn_in_resources(rec, scratch));
	if (ct_is_secret_arn(request) && ct_has_secret_suffix(request))
		return (ct_secret) {CT_SECRET_REQUEST_ARN, request};
	FOUND(CT_SECRET_REQUEST_ID, ct_secret_in_request_id(rec, scratch));
	message = ct_resource_in_message(rec, scratch);
	FOUND(CT_SECRET_MESSAGE_ARN, ct_is_secret_arn(message) ? message : CT_NO_SLICE);
	if (ct_is_secret_arn(request))
		return (ct_secret) {CT_SECRET_PARTIAL_ARN, request};
#define CT_PLACE_NAME(field) \
	FOUND(CT_SECRET_NAME, \
		  ct_as_secret_name(CT_FIELD_##field == CT_FIELD_request_secret_id ? request : \
							ct_filled(rec, CT_FIELD_##field, scratch)));
#define CT_PLACE_ID(field, source) CT_PLACE_NAME(field)
#include "core/secret/placelist.h"
	FOUND(CT_SECRET_NAME, ct_as_secret_name(message));
	FOUND(CT_SECRET_LIST, lone_list_element(rec, scratch));
	return (ct_secret) {CT_SECRET_NONE, CT_NO_SLICE};
}

/* Finds the secret in an event of another service. */
static ct_secret
find_in_other_event(const ct_record *rec, ct_scratch *scratch)
{
	ct_slice	id;

	FOUND(CT_SECRET_RESOURCE, arn_in_resources(rec, scratch));
#define CT_PLACE_OTHER(field, source) \
	FOUND(CT_SECRET_##source, ct_secret_arn_in(rec, CT_FIELD_##field, scratch));
#include "core/secret/placelist.h"
	if (ct_type_of(rec, CT_FIELD_error_message) == CT_STRING)
	{
		ct_slice	message = ct_resource_in_message(rec, scratch);

		FOUND(CT_SECRET_MESSAGE_ARN, ct_is_secret_arn(message) ? message : CT_NO_SLICE);
	}
	return (ct_secret) {CT_SECRET_NONE, CT_NO_SLICE};
}

ct_secret
ct_find_secret(const ct_record *rec, ct_scratch *scratch)
{
	ct_secret	secret = ct_is_secretsmanager(rec) ? find_in_own_event(rec, scratch) :
		find_in_other_event(rec, scratch);

	/* What is longer names nothing, and would not fit an index. */
	if (secret.id.len > CT_SECRET_ID_MAX || ct_name_of_secret(&secret).len > CT_SECRET_NAME_MAX)
		return (ct_secret) {CT_SECRET_NONE, CT_NO_SLICE};
	return secret;
}

ct_slice
ct_secret_arn_of_id(const ct_record *rec, ct_slice id, ct_scratch *scratch)
{
	ct_slice	region;
	ct_slice	account;
	ct_slice	arn;

	if (id.ptr == NULL || ct_starts_with(id, "arn:"))
		return id;
	region = ct_filled(rec, CT_FIELD_aws_region, scratch);
	account = ct_account_id(rec, scratch);
	if (region.ptr == NULL || account.ptr == NULL)
		return CT_NO_SLICE;
	arn = ct_join(scratch, (ct_slice[]) {
		CT_LITERAL("arn:"), ct_partition(rec, scratch), CT_LITERAL(":secretsmanager:"), region,
			CT_LITERAL(":"), account, CT_LITERAL(":secret:"), id
	}, 8);

	/* Its parts may be of any length: what is longer would not fit an index. */
	return arn.len <= CT_SECRET_ID_MAX ? arn : CT_NO_SLICE;
}

ct_slice
ct_arn_of_secret(const ct_record *rec, const ct_secret *secret, ct_scratch *scratch)
{
	return ct_secret_arn_of_id(rec, secret->id, scratch);
}

ct_slice
ct_secret_arn(const ct_record *rec, ct_scratch *scratch)
{
	ct_secret	secret = ct_find_secret(rec, scratch);

	return ct_arn_of_secret(rec, &secret, scratch);
}

ct_slice
ct_name_of_secret(const ct_secret *secret)
{
	if (secret->id.ptr == NULL || !ct_is_secret_arn(secret->id))
		return secret->id;
	return ct_without_suffix(ct_secret_id_of_arn(secret->id).name);
}

ct_slice
ct_secret_name(const ct_record *rec, ct_scratch *scratch)
{
	ct_secret	secret = ct_find_secret(rec, scratch);

	return ct_name_of_secret(&secret);
}

ct_slice
ct_secret_id_given(const ct_record *rec, ct_scratch *scratch)
{
	ct_slice	id;

	if (!ct_is_secretsmanager(rec))
		return CT_NO_SLICE;
	id = ct_filled(rec, CT_FIELD_request_secret_id, scratch);
	if (id.ptr == NULL)
		id = ct_filled(rec, CT_FIELD_request_name, scratch);
	if (id.ptr == NULL)
		id = lone_list_element(rec, scratch);
	if (id.ptr == NULL)
	{
		/* A refusal may be about the key of the secret. */
		id = ct_resource_in_message(rec, scratch);
		if (!ct_is_secret_arn(id))
			id = ct_as_secret_name(id);
	}
	return id;
}

const char *
ct_secret_source_name(ct_secret_source source)
{
	static const char *const names[] = {
		NULL, "response", "service_event", "resource", "request_arn", "kms", "request_id",
		"message_arn", "partial_arn", "name", "list"
	};

	return (size_t) source < sizeof(names) / sizeof(names[0]) ? names[source] : NULL;
}

bool
ct_is_key_trial(const ct_record *rec)
{
	return ct_is(rec, CT_FIELD_request_encryption_context_secret_version_id,
				 "RequestToValidateKeyAccess");
}

/* The version that KMS encrypts or decrypts a data key for. */
static ct_slice
version_in_context(const ct_record *rec, ct_scratch *scratch)
{
	if (!ct_has(rec, CT_FIELD_request_encryption_context_secret_arn) || ct_is_key_trial(rec))
		return CT_NO_SLICE;
	return ct_filled(rec, CT_FIELD_request_encryption_context_secret_version_id, scratch);
}

ct_slice
ct_secret_version_id(const ct_record *rec, ct_scratch *scratch)
{
	static const ct_field places[] = {
		CT_FIELD_response_version_id,
		CT_FIELD_additional_version_id,
		CT_FIELD_request_version_id,
		CT_FIELD_request_move_to_version_id
	};

	if (!ct_is_secretsmanager(rec))
		return version_in_context(rec, scratch);
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

/* Who visits the ARNs of an event. */
typedef struct listener
{
	const ct_record *rec;
	ct_secret_visitor visit;
	void	   *arg;
} listener;

/* Passes the ARN on that an element of secretIdList[] is or implies. */
static bool
visit_id(void *arg, ct_slice id, ct_scratch *scratch)
{
	listener   *l = arg;
	ct_slice	arn = ct_secret_arn_of_id(l->rec, id, scratch);

	if (arn.len <= CT_SECRET_ID_MAX && ct_is_secret_arn(arn))
		l->visit(l->arg, arn);
	return true;
}

/* Passes an element of resources[] on, if it is a secret. */
static bool
visit_resource(void *arg, ct_slice arn, ct_scratch *scratch)
{
	listener   *l = arg;

	if (ct_is_secret_arn(arn))
		l->visit(l->arg, arn);
	return true;
}

void
ct_each_secret(const ct_record *rec, ct_scratch *scratch, ct_secret_visitor visit, void *arg)
{
	ct_slice	arn = ct_secret_arn(rec, scratch);
	listener	l = {rec, visit, arg};

	if (arn.ptr != NULL)
		visit(arg, arn);
	if (ct_is_secretsmanager(rec))
		ct_each_listed(rec, CT_FIELD_request_secret_id_list, scratch, visit_id, &l);
	ct_each_listed(rec, CT_FIELD_resources, scratch, visit_resource, &l);
}
