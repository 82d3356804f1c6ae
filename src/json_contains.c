/*
 * json_contains.c: event @> jsonb and jsonb <@ event.
 *
 * Both give what the operator gives on event::jsonb.  The strings that the
 * query wants at places of the field table are compared first: in the stored
 * header, which takes no decompression, then in the record.  If it wants more,
 * the query is compared with the record's text (see json_match.c).
 */
#include "cloudtrail.h"

#include "core/event/record_read.h"
#include "json_match.h"
#include "json_prepare.h"

CLOUDTRAIL_FUNCTION(cloudtrail_event_contains);
CLOUDTRAIL_FUNCTION(cloudtrail_event_contained);

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

		if (known && (text.ptr == NULL || !ct_same(text, test->text)))
			return false;
		if (!known || !test->only_string)
			*open |= (uint32) 1 << i;
	}
	return true;
}

/*
 * A record whose fields are what stands in its text: strings of JSON are
 * strings here.  other has room for one that must be read again.
 */
static const ct_record *
as_it_stands(const ct_record *rec, ct_record *other)
{
	ct_habits	habits = {0};
	ct_error	err;

	if (likely(rec->embedded == NULL))
		return rec;
	return ct_record_read(rec->json, rec->length, other, &habits, &err) ? other : rec;
}

/* Whether an event contains a query. */
static inline bool
contains(Datum event, const PreparedQuery *prepared)
{
	uint32		open = 0;
	const ct_record *rec;
	ct_record	other;

	if (prepared->never || !header_matches(event, prepared, &open))
		return false;
	if (open == 0 && prepared->string_count == prepared->header_count && prepared->whole == NULL)
		return true;
	rec = as_it_stands(event_record(event), &other);
	for (int i = 0; i < prepared->string_count; i++)
	{
		const StringTest *test = &prepared->strings[i];

		if ((i >= prepared->header_count || (open >> i & 1)) &&
			(!ct_has(rec, test->field) || !is_string(rec, &rec->value[test->field], test->text)))
			return false;
	}
	return prepared->whole == NULL || record_contains(rec, prepared->whole);
}

/* event @> jsonb */
Datum
cloudtrail_event_contains(PG_FUNCTION_ARGS)
{
	Jsonb	   *query = PG_GETARG_JSONB_P(1);
	bool		result = contains(PG_GETARG_DATUM(0), prepare_query(fcinfo->flinfo, query));

	PG_FREE_IF_COPY(query, 1);
	PG_RETURN_BOOL(result);
}

/* jsonb <@ event */
Datum
cloudtrail_event_contained(PG_FUNCTION_ARGS)
{
	Jsonb	   *query = PG_GETARG_JSONB_P(0);
	bool		result = contains(PG_GETARG_DATUM(1), prepare_query(fcinfo->flinfo, query));

	PG_FREE_IF_COPY(query, 0);
	PG_RETURN_BOOL(result);
}
