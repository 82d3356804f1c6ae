/*
 * extract.c: event_name, event_time and secret_arn on text, json and jsonb, and
 * times by themselves.
 *
 * They serve expression indexes and generated columns on tables that hold
 * CloudTrail's JSON in other types.  What is not a JSON object, or lacks the
 * field, gives null: an index must take every row of its table.  So does what
 * is too long for an index: no action of AWS has a name of 256 bytes, and no
 * secret an ARN of 2048.
 */
#include "cloudtrail.h"

#include "core/base/event_time.h"
#include "core/event/scan.h"
#include "core/secret/secret.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"

#define EVENT_NAME_MAX	256

CLOUDTRAIL_FUNCTION(cloudtrail_event_name_text);
CLOUDTRAIL_FUNCTION(cloudtrail_event_time_text);
CLOUDTRAIL_FUNCTION(cloudtrail_secret_arn_text);
CLOUDTRAIL_FUNCTION(cloudtrail_event_name_jsonb);
CLOUDTRAIL_FUNCTION(cloudtrail_event_time_jsonb);
CLOUDTRAIL_FUNCTION(cloudtrail_secret_arn_jsonb);
CLOUDTRAIL_FUNCTION(cloudtrail_time);

/* Scans JSON that may be anything; false if it is not an object. */
static bool
scan_object(const char *json, size_t len, ct_record *rec)
{
	size_t		pos = 0;
	ct_error	err;

	return ct_scan(json, len, &pos, rec, &err) && rec->json[0] == '{';
}

/* A time, in whatever way CloudTrail writes it. */
Datum
cloudtrail_time(PG_FUNCTION_ARGS)
{
	text	   *written = PG_GETARG_TEXT_PP(0);
	int64_t		time;

	if (!ct_parse_time(VARDATA_ANY(written), VARSIZE_ANY_EXHDR(written), &time))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(time - EPOCH_SHIFT);
}

/* Returns the name of an action; null if there is none, or it is too long to be one. */
static Datum
return_name(FunctionCallInfo fcinfo, ct_slice name)
{
	if (name.ptr == NULL || name.len > EVENT_NAME_MAX)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(text_from_slice(name));
}

/* eventName of JSON in a text or json column. */
Datum
cloudtrail_event_name_text(PG_FUNCTION_ARGS)
{
	text	   *json = PG_GETARG_TEXT_PP(0);
	ct_record	rec;
	ct_scratch	scratch;
	ct_slice	name;

	if (!scan_object(VARDATA_ANY(json), VARSIZE_ANY_EXHDR(json), &rec))
		PG_RETURN_NULL();
	scratch = event_scratch(&rec);
	if (ct_type_of(&rec, CT_FIELD_event_name) >= CT_OBJECT)
		PG_RETURN_NULL();
	name = ct_text(&rec, CT_FIELD_event_name, &scratch);
	return return_name(fcinfo, name);
}

/* eventTime of JSON in a text or json column. */
Datum
cloudtrail_event_time_text(PG_FUNCTION_ARGS)
{
	text	   *json = PG_GETARG_TEXT_PP(0);
	ct_record	rec;
	int64_t		time;

	if (!scan_object(VARDATA_ANY(json), VARSIZE_ANY_EXHDR(json), &rec) ||
		!ct_field_time(&rec, CT_FIELD_event_time, &time))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(time - EPOCH_SHIFT);
}

/* ARN of the secret that scanned JSON concerns. */
static Datum
return_secret_arn(FunctionCallInfo fcinfo, const char *json, size_t len)
{
	ct_record	rec;
	ct_scratch	scratch;
	ct_slice	arn;

	if (!scan_object(json, len, &rec))
		PG_RETURN_NULL();
	open_embedded(&rec);
	scratch = event_scratch(&rec);
	arn = ct_secret_arn(&rec, &scratch);
	if (arn.ptr == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(text_from_slice(arn));
}

/* ARN of the secret that JSON in a text or json column concerns. */
Datum
cloudtrail_secret_arn_text(PG_FUNCTION_ARGS)
{
	text	   *json = PG_GETARG_TEXT_PP(0);

	return return_secret_arn(fcinfo, VARDATA_ANY(json), VARSIZE_ANY_EXHDR(json));
}

/* Looks up a scalar member of a jsonb object as text; false if there is none, or it is null. */
static bool
jsonb_member(Jsonb *jsonb, const char *key, ct_slice *member)
{
	JsonbValue	buf;
	JsonbValue *value;
	StringInfoData text;

	if (!JB_ROOT_IS_OBJECT(jsonb))
		return false;
	value = getKeyJsonValueFromContainer(&jsonb->root, key, strlen(key), &buf);
	if (value == NULL)
		return false;
	switch (value->type)
	{
		case jbvString:
			*member = (ct_slice) {value->val.string.val, value->val.string.len};
			return true;
		case jbvNumeric:
		case jbvBool:
			initStringInfo(&text);
			put_jsonb_scalar(&text, value);
			*member = (ct_slice) {text.data, text.len};
			return true;
		default:
			return false;
	}
}

/* eventName of a jsonb column. */
Datum
cloudtrail_event_name_jsonb(PG_FUNCTION_ARGS)
{
	ct_slice	name;

	if (!jsonb_member(PG_GETARG_JSONB_P(0), "eventName", &name))
		PG_RETURN_NULL();
	return return_name(fcinfo, name);
}

/* eventTime of a jsonb column. */
Datum
cloudtrail_event_time_jsonb(PG_FUNCTION_ARGS)
{
	ct_slice	text;
	int64_t		time;

	if (!jsonb_member(PG_GETARG_JSONB_P(0), "eventTime", &text) ||
		!ct_parse_time(text.ptr, text.len, &time))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(time - EPOCH_SHIFT);
}

/* ARN of the secret that a jsonb column concerns. */
Datum
cloudtrail_secret_arn_jsonb(PG_FUNCTION_ARGS)
{
	StringInfoData json;

	initStringInfo(&json);
	put_jsonb(&json, PG_GETARG_DATUM(0));
	return return_secret_arn(fcinfo, json.data, json.len);
}
