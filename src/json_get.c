/*
 * json_get.c: the operators ->, ->>, #> and #>> on events.
 *
 * -> and #> give what they give on event::jsonb, but make jsonb of no more
 * than the value that is asked for.  ->> and #>> give what they give on
 * event::json: a string's characters, anything else as the record writes it.
 */
#include "cloudtrail.h"

#include "catalog/pg_type.h"
#include "core/base/utf8.h"
#include "core/event/scan.h"
#include "core/json/json_path.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

CLOUDTRAIL_FUNCTION(cloudtrail_event_get);
CLOUDTRAIL_FUNCTION(cloudtrail_event_get_text);
CLOUDTRAIL_FUNCTION(cloudtrail_event_get_path);
CLOUDTRAIL_FUNCTION(cloudtrail_event_get_path_text);

bool
find_value(const ct_record *rec, const ct_slice *path, size_t steps, ct_value *value)
{
	ct_field	field = CT_FIELD_COUNT;
	ct_field	next;
	size_t		taken = 0;
	uint32_t	offset = 0;

	*value = (ct_value) {0, (uint32_t) rec->length, CT_OBJECT, false};

	/*
	 * As far as the field table goes, the scanner has been there.  What was read in strings of
	 * JSON is not part of the record as it stands, though.
	 */
	while (taken < steps && rec->embedded == NULL &&
		   (next = ct_field_by_key(field, path[taken].ptr, path[taken].len)) != CT_FIELD_COUNT)
	{
		field = next;
		if (!ct_has(rec, field))
			return false;
		*value = rec->value[field];
		taken++;
	}
	if (taken == steps)
		return true;
	if (value->type != CT_OBJECT && value->type != CT_ARRAY)
		return false;
	offset = value->offset;
	if (!ct_find_path(rec->json + offset, value->length, path + taken, steps - taken, value))
		return false;
	value->offset += offset;
	return true;
}

/* Makes jsonb of a value in a record. */
static Datum
value_as_jsonb(const ct_record *rec, const ct_value *value)
{
	const char *text = rec->json + value->offset;
	JsonbValue	scalar;
	char	   *plain = NULL;
	Jsonb	   *jsonb;

	switch (value->type)
	{
		case CT_NULL:
			scalar.type = jbvNull;
			break;
		case CT_FALSE:
		case CT_TRUE:
			scalar.type = jbvBool;
			scalar.val.boolean = value->type == CT_TRUE;
			break;
		case CT_STRING:
			scalar.type = jbvString;
			scalar.val.string.val = unconstify(char *, text);
			scalar.val.string.len = value->length;
			if (value->escaped)
			{
				plain = palloc(value->length);
				scalar.val.string.val = plain;
				scalar.val.string.len = ct_unescape(text, value->length, plain);
			}
			break;
		default:
			return jsonb_from_json(text, value->length, rec->quirks);
	}
	jsonb = JsonbValueToJsonb(&scalar);
	if (plain != NULL)
		pfree(plain);
	return JsonbPGetDatum(jsonb);
}

/* Returns a value in a record as text; JSON's null is SQL's. */
static Datum
return_value_as_text(FunctionCallInfo fcinfo, const ct_record *rec, const ct_value *value)
{
	ct_slice	raw = {rec->json + value->offset, value->length};
	text	   *result;

	if (value->type == CT_NULL)
		PG_RETURN_NULL();
	if (!value->escaped)
		PG_RETURN_POINTER(text_from_slice(raw));
	result = palloc(VARHDRSZ + raw.len);
	SET_VARSIZE(result, VARHDRSZ + ct_unescape(raw.ptr, raw.len, VARDATA(result)));
	PG_RETURN_TEXT_P(result);
}

/* Returns the value at a path in an event, or null. */
static Datum
return_at_path(FunctionCallInfo fcinfo, const ct_slice *path, size_t steps, bool as_text)
{
	const ct_record *rec = event_record(PG_GETARG_DATUM(0));
	ct_value	value;

	if (!find_value(rec, path, steps, &value))
		PG_RETURN_NULL();
	if (as_text)
		return return_value_as_text(fcinfo, rec, &value);
	PG_RETURN_DATUM(value_as_jsonb(rec, &value));
}

/* Reads what ->> gives from the stored header; false where it must be read from the record. */
static inline bool
get_from_header(FunctionCallInfo fcinfo, ct_slice key, Datum *result)
{
	int			which = header_text(ct_field_by_key(CT_FIELD_COUNT, key.ptr, key.len));
	char		buf[CT_STORED_DECODED_MAX];
	ct_slice	text;

	if (which == NOT_IN_HEADER ||
		!event_header_text(PG_GETARG_DATUM(0), which, buf, &text))
		return false;
	fcinfo->isnull = text.ptr == NULL;
	*result = fcinfo->isnull ? (Datum) 0 : PointerGetDatum(text_from_slice(text));
	return true;
}

/* Does what -> and ->> do. */
static inline Datum
get_member(FunctionCallInfo fcinfo, bool as_text)
{
	text	   *key = PG_GETARG_TEXT_PP(1);
	ct_slice	step = {VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key)};
	Datum		result;

	if (as_text && get_from_header(fcinfo, step, &result))
		return result;
	return return_at_path(fcinfo, &step, 1, as_text);
}

/* Does what #> and #>> do. */
static Datum
get_path(FunctionCallInfo fcinfo, bool as_text)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(1);
	ct_slice   *path;
	Datum	   *keys;
	int			steps;

	if (array_contains_nulls(array))
		PG_RETURN_NULL();
	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &keys, NULL, &steps);
	path = palloc(Max(steps, 1) * sizeof(ct_slice));
	for (int i = 0; i < steps; i++)
	{
		text	   *key = DatumGetTextPP(keys[i]);

		path[i] = (ct_slice) {VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key)};
	}
	return return_at_path(fcinfo, path, steps, as_text);
}

/* A member of the record as jsonb. */
Datum
cloudtrail_event_get(PG_FUNCTION_ARGS)
{
	return get_member(fcinfo, false);
}

/* A member of the record as text. */
Datum
cloudtrail_event_get_text(PG_FUNCTION_ARGS)
{
	return get_member(fcinfo, true);
}

/* What a path leads to, as jsonb. */
Datum
cloudtrail_event_get_path(PG_FUNCTION_ARGS)
{
	return get_path(fcinfo, false);
}

/* What a path leads to, as text. */
Datum
cloudtrail_event_get_path_text(PG_FUNCTION_ARGS)
{
	return get_path(fcinfo, true);
}
