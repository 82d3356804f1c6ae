/*
 * secret_place.c: the places where an event names secrets.
 */
#include <string.h>

#include "core/secret/secret_id.h"
#include "core/secret/secret_place.h"

bool
ct_is_secretsmanager(const ct_record *rec)
{
	ct_slice	source = ct_raw(rec, CT_FIELD_event_source);

	return source.ptr != NULL && ct_starts_with(source, "secretsmanager.") &&
		ct_type_of(rec, CT_FIELD_event_source) == CT_STRING;
}

ct_slice
ct_secret_arn_in(const ct_record *rec, ct_field field, ct_scratch *scratch)
{
	ct_slice	text = ct_filled(rec, field, scratch);

	return text.len <= CT_SECRET_ID_MAX && ct_is_secret_arn(text) ? text : CT_NO_SLICE;
}

bool
ct_resources_may_have_secrets(const ct_record *rec)
{
	ct_slice	resources = ct_raw(rec, CT_FIELD_resources);

	return ct_type_of(rec, CT_FIELD_resources) == CT_ARRAY &&
		(memmem(resources.ptr, resources.len, "secretsmanager", 14) != NULL ||
		 memchr(resources.ptr, '\\', resources.len) != NULL);
}

ct_slice
ct_as_secret_name(ct_slice s)
{
	return s.ptr == NULL || ct_starts_with(s, "arn:") ? CT_NO_SLICE : s;
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

		while (start > text.ptr && (ct_is_secret_name_char(start[-1]) || start[-1] == ':'))
			start--;
		while (stop < end && (ct_is_secret_name_char(*stop) || *stop == ':'))
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

ct_slice
ct_secret_in_request_id(const ct_record *rec, ct_scratch *scratch)
{
	ct_slice	id = ct_filled(rec, CT_FIELD_request_id, scratch);
	ct_slice	arn;

	if (id.ptr == NULL || (arn = arn_in_text(id)).ptr == NULL)
		return CT_NO_SLICE;
	arn = cut_behind_name(arn);

	/* The token is mostly a UUID; the service takes 32 to 64 characters of any kind. */
	for (size_t token = 32; token <= 64 && ct_starts_with(id, "Rotation-"); token++)
	{
		ct_slice	before = {arn.ptr, id.ptr + id.len - arn.ptr};

		if (before.len <= token)
			break;
		before.len -= token + 1;
		if (before.len <= arn.len && before.ptr[before.len] == '-' &&
			ct_has_secret_suffix(before) && ct_is_secret_arn(before))
			return before;
	}
	return ct_is_secret_arn(arn) ? arn : CT_NO_SLICE;
}

ct_slice
ct_resource_in_message(const ct_record *rec, ct_scratch *scratch)
{
	static const char phrase[] = "on resource: ";
	ct_slice	message = ct_filled(rec, CT_FIELD_error_message, scratch);
	const char *end;
	ct_slice	resource;

	if (message.ptr == NULL)
		return CT_NO_SLICE;
	end = message.ptr + message.len;
	resource.ptr = memmem(message.ptr, message.len, phrase, strlen(phrase));
	if (resource.ptr == NULL)
		return CT_NO_SLICE;
	resource.ptr += strlen(phrase);
	resource.len = 0;
	while (resource.ptr + resource.len < end &&
		   resource.ptr[resource.len] != ' ' && resource.ptr[resource.len] != ',')
		resource.len++;
	if (resource.len == 0 || resource.len > CT_SECRET_ID_MAX ||
		memchr(resource.ptr, '*', resource.len) != NULL)
		return CT_NO_SLICE;
	return resource;
}

void
ct_each_listed(const ct_record *rec, ct_field field, ct_scratch *scratch,
			   ct_text_visitor visit, void *arg)
{
	ct_slice	array = ct_raw(rec, field);
	ct_value	element;
	size_t		pos = 0;

	if (ct_type_of(rec, field) != CT_ARRAY)
		return;
	while (ct_next_element(array.ptr, array.len, &pos, &element))
	{
		ct_scratch	room = *scratch;	/* all of it for each element */
		ct_slice	text = ct_resource_arn(array.ptr, &element, &room);

		if (text.ptr != NULL && text.len <= CT_SECRET_ID_MAX && !visit(arg, text, &room))
			return;
	}
}

ct_slice
ct_token_in_request_id(ct_slice request_id, ct_slice secret_arn)
{
	size_t		start = strlen("Rotation-") + secret_arn.len + 1;

	if (secret_arn.ptr == NULL || request_id.len <= start ||
		!ct_starts_with(request_id, "Rotation-") ||
		memcmp(request_id.ptr + start - 1 - secret_arn.len, secret_arn.ptr, secret_arn.len) != 0 ||
		request_id.ptr[start - 1] != '-')
		return CT_NO_SLICE;
	return (ct_slice) {request_id.ptr + start, request_id.len - start};
}
