/*
 * json_contains.c: event @> jsonb and jsonb <@ event.
 *
 * Both give what the operator gives on event::jsonb.  The strings that the
 * query wants at places of the field table are compared first: in the stored
 * header, which takes no decompression, then in the record.  Then come the
 * scalars at other places, and last, by jsonb, the members with more in them.
 */
#include "cloudtrail.h"

#include "core/utf8.h"
#include "json_prepare.h"
#include "utils/builtins.h"

CLOUDTRAIL_FUNCTION(cloudtrail_event_contains);
CLOUDTRAIL_FUNCTION(cloudtrail_event_contained);

/* Tells whether two texts are equal. */
static inline bool
same_text(ct_slice a, ct_slice b)
{
	return a.ptr != NULL && a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

/*
 * Compares the texts of the stored header; false at the first that differs.
 * Sets a bit for each that only the record can tell: the header does not say
 * whether "12" was a string.
 */
static inline bool
header_matches(Datum event, const PreparedQuery *prepared, uint32 *open)
{
	char		buf[CT_STORED_DECODED_MAX];
	ct_slice	text;

	for (int i = 0; i < prepared->header_count; i++)
	{
		const StringTest *test = &prepared->strings[i];
		bool		known = event_header_text(event, test->header, buf, &text);

		if (known && !same_text(text, test->text))
			return false;
		if (!known || !test->only_string)
			*open |= (uint32) 1 << i;
	}
	return true;
}

/* Tells whether a value in a record is this string. */
static inline bool
is_string(const ct_record *rec, const ct_value *value, ct_slice text)
{
	ct_slice	raw = {rec->json + value->offset, value->length};

	if (value->type != CT_STRING)
		return false;
	if (value->escaped)
		return ct_unescapes_to(raw.ptr, raw.len, text.ptr, text.len);
	return same_text(raw, text);
}

/* Tells whether a record has a scalar where the query wants it. */
static bool
place_matches(const ct_record *rec, const PlaceTest *test)
{
	ct_value	value;

	if (!find_value(rec, test->path, test->steps, &value))
		return false;
	return test->type == CT_STRING ? is_string(rec, &value, test->text) : value.type == test->type;
}

/* Tells whether a record contains what is left to jsonb. */
static bool
rest_matches(const ct_record *rec, const PreparedQuery *prepared)
{
	StringInfoData json;
	Datum		jsonb;
	bool		result;

	initStringInfo(&json);
	for (int i = 0; i < prepared->member_count; i++)
	{
		const MemberTest *member = &prepared->members[i];
		ct_value	value;
		uint32		quotes;

		if (!find_value(rec, &member->key, 1, &value))
		{
			pfree(json.data);
			return false;
		}
		appendStringInfoChar(&json, i == 0 ? '{' : ',');
		appendStringInfoString(&json, member->prefix);
		quotes = value.type == CT_STRING;
		appendBinaryStringInfo(&json, rec->json + value.offset - quotes,
							   value.length + 2 * quotes);
	}
	appendStringInfoChar(&json, '}');
	jsonb = jsonb_from_json(json.data, json.len, rec->quirks);
	pfree(json.data);
	result = DatumGetBool(DirectFunctionCall2(jsonb_contains, jsonb,
											  JsonbPGetDatum(prepared->rest)));
	pfree(DatumGetPointer(jsonb));
	return result;
}

/* Compares a whole record by jsonb. */
static bool
jsonb_matches(const ct_record *rec, Jsonb *query)
{
	Datum		jsonb = jsonb_from_json(rec->json, rec->length, rec->quirks);
	bool		result = DatumGetBool(DirectFunctionCall2(jsonb_contains, jsonb, JsonbPGetDatum(query)));

	pfree(DatumGetPointer(jsonb));
	return result;
}

/* Tells whether an event contains a query, which was prepared. */
static inline bool
contains(Datum event, Jsonb *query, const PreparedQuery *prepared)
{
	uint32		open = 0;
	const ct_record *rec;

	if (prepared->never || !header_matches(event, prepared, &open))
		return false;
	if (open == 0 && prepared->string_count == prepared->header_count &&
		prepared->place_count == 0 && prepared->rest == NULL)
		return true;
	rec = event_record(event);
	if (unlikely(rec->embedded != NULL))
		return jsonb_matches(rec, query);	/* strings of JSON are still strings here */
	for (int i = 0; i < prepared->string_count; i++)
	{
		const StringTest *test = &prepared->strings[i];

		if ((i >= prepared->header_count || (open >> i & 1)) &&
			(!ct_has(rec, test->field) || !is_string(rec, &rec->value[test->field], test->text)))
			return false;
	}
	for (int i = 0; i < prepared->place_count; i++)
	{
		if (!place_matches(rec, &prepared->places[i]))
			return false;
	}
	return prepared->rest == NULL || rest_matches(rec, prepared);
}

/* event @> jsonb */
Datum
cloudtrail_event_contains(PG_FUNCTION_ARGS)
{
	Jsonb	   *query = PG_GETARG_JSONB_P(1);
	bool		result = contains(PG_GETARG_DATUM(0), query, prepare_query(fcinfo->flinfo, query));

	PG_FREE_IF_COPY(query, 1);
	PG_RETURN_BOOL(result);
}

/* jsonb <@ event */
Datum
cloudtrail_event_contained(PG_FUNCTION_ARGS)
{
	Jsonb	   *query = PG_GETARG_JSONB_P(0);
	bool		result = contains(PG_GETARG_DATUM(1), query, prepare_query(fcinfo->flinfo, query));

	PG_FREE_IF_COPY(query, 0);
	PG_RETURN_BOOL(result);
}
