/*
 * extract.c: event_name, event_time and secret_arn on text, json and jsonb, and times by themselves.
 *
 * They serve expression indexes and generated columns on tables that hold
 * CloudTrail's JSON in other types.  What is no JSON object, or lacks the
 * field, gives null: an index must take every row of its table.
 */
#include "cloudtrail.h"

#include "core/eventtime.h"
#include "core/secret.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

CLOUDTRAIL_FUNCTION(event_name_text);
CLOUDTRAIL_FUNCTION(event_time_text);
CLOUDTRAIL_FUNCTION(secret_arn_text);
CLOUDTRAIL_FUNCTION(event_name_jsonb);
CLOUDTRAIL_FUNCTION(event_time_jsonb);
CLOUDTRAIL_FUNCTION(secret_arn_jsonb);
CLOUDTRAIL_FUNCTION(cloudtrail_time);

/* Scans JSON that may be anything; false if it is no object. */
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

/* eventName of JSON in a text or json column. */
Datum
event_name_text(PG_FUNCTION_ARGS)
{
	text	   *json = PG_GETARG_TEXT_PP(0);
	ct_record	rec;
	ct_scratch	scratch;
	ct_slice	name;

	if (!scan_object(VARDATA_ANY(json), VARSIZE_ANY_EXHDR(json), &rec))
		PG_RETURN_NULL();
	scratch = event_scratch(&rec);
	name = ct_text(&rec, CT_FIELD_event_name, &scratch);
	if (name.ptr == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(text_from_slice(name));
}

/* eventTime of JSON in a text or json column. */
Datum
event_time_text(PG_FUNCTION_ARGS)
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
secret_arn_text(PG_FUNCTION_ARGS)
{
	text	   *json = PG_GETARG_TEXT_PP(0);

	return return_secret_arn(fcinfo, VARDATA_ANY(json), VARSIZE_ANY_EXHDR(json));
}

/* Looks up a member of a jsonb object as text; false where it is absent or null. */
static bool
jsonb_member(Jsonb *jsonb, const char *key, ct_slice *member)
{
	JsonbValue	buf;
	JsonbValue *value;

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
			member->ptr = DatumGetCString(DirectFunctionCall1(numeric_out,
															  NumericGetDatum(value->val.numeric)));
			member->len = strlen(member->ptr);
			return true;
		case jbvBool:
			*member = value->val.boolean ? CT_LITERAL("true") : CT_LITERAL("false");
			return true;
		case jbvBinary:
			member->ptr = JsonbToCString(NULL, value->val.binary.data, value->val.binary.len);
			member->len = strlen(member->ptr);
			return true;
		default:
			return false;
	}
}

/* eventName of a jsonb column. */
Datum
event_name_jsonb(PG_FUNCTION_ARGS)
{
	ct_slice	name;

	if (!jsonb_member(PG_GETARG_JSONB_P(0), "eventName", &name))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(text_from_slice(name));
}

/* eventTime of a jsonb column. */
Datum
event_time_jsonb(PG_FUNCTION_ARGS)
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
secret_arn_jsonb(PG_FUNCTION_ARGS)
{
	Jsonb	   *jsonb = PG_GETARG_JSONB_P(0);
	StringInfoData json;

	initStringInfo(&json);
	JsonbToCString(&json, &jsonb->root, VARSIZE(jsonb));
	return return_secret_arn(fcinfo, json.data, json.len);
}
