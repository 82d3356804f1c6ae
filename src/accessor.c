/*
 * accessor.c: the functions that read one field of an event.
 *
 * Each row of the field table becomes a C function of its name.  Those whose
 * value stands in the stored header read it there; the others decompress the
 * record.  None of them can fail on a valid value, whatever the record says:
 * what does not fit a column's type is null, so they may be called leakproof.
 */
#include "cloudtrail.h"

#include <sys/socket.h>

#include "core/base/event_time.h"
#include "core/event/actor.h"
#include "core/secret/secret.h"
#include "miscadmin.h"
#include "textlist.h"
#include "utils/builtins.h"
#include "utils/inet.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

/* Which flag of the header a field is. */
static inline int
header_flag(ct_field field)
{
	switch (field)
	{
#define CT_HEADER_FLAG(field, name) \
		case CT_FIELD_##field: \
			return CT_STORED_##name##_SHIFT;
#include "core/store/storelist.h"
		default:
			return NOT_IN_HEADER;
	}
}

/* Returns a slice as text, or null. */
static inline Datum
return_slice(FunctionCallInfo fcinfo, ct_slice s)
{
	if (s.ptr == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(text_from_slice(s));
}

/* Reads a text from the header; false where it must be read from the record. */
static inline bool
text_in_header(FunctionCallInfo fcinfo, int which, Datum *result)
{
	char		buf[CT_STORED_DECODED_MAX];
	ct_slice	text;

	/* The most common filter must not cost more than the text it reads. */
	if (is_stored_plain(which) && event_peek(PG_GETARG_DATUM(0), which, &text))
	{
		*result = return_slice(fcinfo, text);
		return true;
	}
	if (which == NOT_IN_HEADER ||
		!event_header_text(PG_GETARG_DATUM(0), which, buf, &text))
		return false;
	*result = return_slice(fcinfo, text);
	return true;
}

/* A field as text. */
static inline Datum
read_text(FunctionCallInfo fcinfo, ct_field field)
{
	const ct_record *rec;
	ct_scratch	scratch;
	Datum		result;

	if (text_in_header(fcinfo, header_text(field), &result))
		return result;
	rec = event_record(PG_GETARG_DATUM(0));
	scratch = event_scratch(rec);
	return return_slice(fcinfo, ct_text(rec, field, &scratch));
}

/* A field as truth value. */
static inline Datum
read_boolean(FunctionCallInfo fcinfo, ct_field field)
{
	ct_stored	stored;
	int			value;

	if (header_flag(field) != NOT_IN_HEADER && event_header(PG_GETARG_DATUM(0), &stored))
		value = ct_stored_bool(&stored, header_flag(field));
	else
		value = ct_bool(event_record(PG_GETARG_DATUM(0)), field);
	if (value < 0)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(value == 1);
}

/* A field as point in time. */
static inline Datum
read_timestamptz(FunctionCallInfo fcinfo, ct_field field)
{
	ct_stored	stored;
	int64_t		time;

	if (field == CT_FIELD_event_time && event_header(PG_GETARG_DATUM(0), &stored))
		time = stored.event_time;
	else if (!ct_field_time(event_record(PG_GETARG_DATUM(0)), field, &time))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(time - EPOCH_SHIFT);
}

/* A field as jsonb; JSON's null is SQL's. */
static inline Datum
read_jsonb(FunctionCallInfo fcinfo, ct_field field)
{
	const ct_record *rec = event_record(PG_GETARG_DATUM(0));
	ct_slice	raw = ct_raw(rec, field);

	switch (ct_type_of(rec, field))
	{
		case CT_ABSENT:
		case CT_NULL:
			PG_RETURN_NULL();
		case CT_STRING:
			raw.ptr--;			/* with its quotes */
			raw.len += 2;
			break;
		default:
			break;
	}
	PG_RETURN_DATUM(jsonb_from_json(raw.ptr, raw.len, rec->quirks));
}

/*
 * Their symbols are not their SQL names: PostgreSQL has a variable
 * event_source, and its just-in-time compiler takes the one for the other.
 */
#define CT_FIELD(name, path, type, comment) \
	CLOUDTRAIL_FUNCTION(cloudtrail_##name); \
	Datum cloudtrail_##name(PG_FUNCTION_ARGS) { return read_##type(fcinfo, CT_FIELD_##name); }
#define CT_INNER(name, path)
#define CT_DERIVED(name, type, comment) CLOUDTRAIL_FUNCTION(cloudtrail_##name);
#include "core/event/fieldlist.h"
#undef CT_FIELD
#undef CT_INNER
#undef CT_DERIVED

/* A derived text: from the header if it stands there, else made of the record. */
static inline Datum
derived_text(FunctionCallInfo fcinfo, int which,
			 ct_slice(*derive) (const ct_record *, ct_scratch *))
{
	const ct_record *rec;
	ct_scratch	scratch;
	Datum		result;

	if (text_in_header(fcinfo, which, &result))
		return result;
	rec = event_record(PG_GETARG_DATUM(0));
	scratch = event_scratch(rec);
	return return_slice(fcinfo, derive(rec, &scratch));
}

/* ct_account_id() in SQL. */
Datum
cloudtrail_account_id(PG_FUNCTION_ARGS)
{
	return derived_text(fcinfo, CT_STORED_ACCOUNT_ID, ct_account_id);
}

/* Who acted: the role or user behind a session. */
Datum
cloudtrail_principal_arn(PG_FUNCTION_ARGS)
{
	return derived_text(fcinfo, CT_STORED_PRINCIPAL_ARN, ct_principal_arn);
}

/* Name of the session. */
Datum
cloudtrail_session_name(PG_FUNCTION_ARGS)
{
	return derived_text(fcinfo, NOT_IN_HEADER, ct_session_name);
}

/* Who acted, in one way for every kind of identity. */
Datum
cloudtrail_actor(PG_FUNCTION_ARGS)
{
	char		buf[CT_STORED_DECODED_MAX];
	ct_slice	arn;
	const ct_record *rec;
	ct_scratch	scratch;

	/* The role or user, if there is one, is in the header. */
	if (event_header_text(PG_GETARG_DATUM(0), CT_STORED_PRINCIPAL_ARN, buf, &arn) &&
		arn.ptr != NULL)
		return return_slice(fcinfo, arn);
	rec = event_record(PG_GETARG_DATUM(0));
	scratch = event_scratch(rec);
	return return_slice(fcinfo, ct_find_actor(rec, &scratch).id);
}

/* What the actor is. */
Datum
cloudtrail_actor_kind(PG_FUNCTION_ARGS)
{
	const ct_record *rec = event_record(PG_GETARG_DATUM(0));
	ct_scratch	scratch = event_scratch(rec);

	PG_RETURN_TEXT_P(cstring_to_text(ct_actor_kind_name(ct_find_actor(rec, &scratch).kind)));
}

/* ARN of the secret, partial where only its name is known. */
Datum
cloudtrail_secret_arn(PG_FUNCTION_ARGS)
{
	return derived_text(fcinfo, CT_STORED_SECRET_ARN, ct_secret_arn);
}

/* Name of the secret. */
Datum
cloudtrail_secret_name(PG_FUNCTION_ARGS)
{
	ct_stored	stored;
	char		buf[CT_STORED_DECODED_MAX];
	ct_slice	name;

	if (event_header(PG_GETARG_DATUM(0), &stored) && ct_stored_secret_name(&stored, buf, &name))
		return return_slice(fcinfo, name);
	return derived_text(fcinfo, NOT_IN_HEADER, ct_secret_name);
}

/* ct_secret_source in SQL: in which part of the event its secret is named. */
Datum
cloudtrail_secret_source(PG_FUNCTION_ARGS)
{
	ct_stored	stored;
	ct_secret_source source;
	const char *name;

	if (event_header(PG_GETARG_DATUM(0), &stored))
		source = ct_stored_secret_source(&stored);
	else
	{
		const ct_record *rec = event_record(PG_GETARG_DATUM(0));
		ct_scratch	scratch = event_scratch(rec);

		source = ct_find_secret(rec, &scratch).source;
	}
	name = ct_secret_source_name(source);
	if (name == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(name));
}

/* The secret as the caller named it. */
Datum
cloudtrail_secret_id(PG_FUNCTION_ARGS)
{
	return derived_text(fcinfo, NOT_IN_HEADER, ct_secret_id_given);
}

/* Version of the secret that was read or made. */
Datum
cloudtrail_secret_version_id(PG_FUNCTION_ARGS)
{
	return derived_text(fcinfo, NOT_IN_HEADER, ct_secret_version_id);
}

/* Service and action as IAM writes them. */
Datum
cloudtrail_action(PG_FUNCTION_ARGS)
{
	return derived_text(fcinfo, NOT_IN_HEADER, ct_action);
}

/* The event's identity. */
Datum
cloudtrail_event_key(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *uuid = palloc(sizeof(pg_uuid_t));
	ct_stored	stored;

	if (event_header(PG_GETARG_DATUM(0), &stored))
		memcpy(uuid->data, stored.event_key, UUID_LEN);
	else
		ct_event_key(event_record(PG_GETARG_DATUM(0)), uuid->data);
	PG_RETURN_UUID_P(uuid);
}

/* Whether the event reports no failure. */
Datum
cloudtrail_succeeded(PG_FUNCTION_ARGS)
{
	ct_stored	stored;

	if (event_header(PG_GETARG_DATUM(0), &stored))
		PG_RETURN_BOOL((stored.flags & CT_STORED_SUCCEEDED) != 0);
	PG_RETURN_BOOL(ct_succeeded(event_record(PG_GETARG_DATUM(0))));
}

inet *
inet_from_bytes(const uint8 *bytes, size_t len)
{
	inet	   *ip = palloc0(sizeof(inet));

	ip_family(ip) = len == 4 ? PGSQL_AF_INET : PGSQL_AF_INET6;
	ip_bits(ip) = ip_maxbits(ip);
	memcpy(ip_addr(ip), bytes, len);
	SET_INET_VARSIZE(ip);
	return ip;
}

/* The source address where it is one. */
Datum
cloudtrail_source_ip(PG_FUNCTION_ARGS)
{
	ct_stored	stored;
	uint8		bytes[16];
	size_t		len;

	if (event_header(PG_GETARG_DATUM(0), &stored))
	{
		len = stored.ip.len;
		memcpy(bytes, stored.ip.ptr, len);
	}
	else
		len = ct_source_ip(event_record(PG_GETARG_DATUM(0)), bytes);
	if (len == 0)
		PG_RETURN_NULL();
	PG_RETURN_INET_P(inet_from_bytes(bytes, len));
}

/* A part of eventVersion as integer. */
static Datum
version_part(FunctionCallInfo fcinfo, bool minor)
{
	int			part = ct_version_part(event_record(PG_GETARG_DATUM(0)), minor);

	if (part < 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32(part);
}

/* Major part of eventVersion. */
Datum
cloudtrail_event_version_major(PG_FUNCTION_ARGS)
{
	return version_part(fcinfo, false);
}

/* Minor part of eventVersion. */
Datum
cloudtrail_event_version_minor(PG_FUNCTION_ARGS)
{
	return version_part(fcinfo, true);
}

/* ARNs of resources[]. */
Datum
cloudtrail_resource_arns(PG_FUNCTION_ARGS)
{
	const ct_record *rec = event_record(PG_GETARG_DATUM(0));
	ct_slice	array = ct_raw(rec, CT_FIELD_resources);
	TextList	list = {0};
	ct_value	element;
	size_t		pos = 0;

	if (ct_type_of(rec, CT_FIELD_resources) != CT_ARRAY)
		PG_RETURN_NULL();
	while (ct_next_element(array.ptr, array.len, &pos, &element))
	{
		ct_scratch	scratch = event_scratch(rec);
		ct_slice	arn = ct_resource_arn(array.ptr, &element, &scratch);

		if (arn.ptr != NULL)
			text_list_add(&list, arn);
		CHECK_FOR_INTERRUPTS();
	}
	if (list.count == 0)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(text_list_array(&list));
}

/* Takes one secret's ARN into the list. */
static void
visit_secret(void *arg, ct_slice arn)
{
	text_list_add(arg, arn);
	CHECK_FOR_INTERRUPTS();
}

/* ARNs of all secrets the event concerns. */
Datum
cloudtrail_secret_arns(PG_FUNCTION_ARGS)
{
	const ct_record *rec = event_record(PG_GETARG_DATUM(0));
	ct_scratch	scratch = event_scratch(rec);
	TextList	list = {0};

	ct_each_secret(rec, &scratch, visit_secret, &list);
	if (list.count == 0)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(text_list_array(&list));
}
