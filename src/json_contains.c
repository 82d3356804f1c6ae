/*
 * json_contains.c: event @> jsonb and jsonb <@ event.
 *
 * Both give what the operator gives on event::jsonb.  The strings that the
 * query wants at places of the field table are compared first: in the stored
 * header, which takes no decompression, then in the record.  Whatever else it
 * wants is left to jsonb, made of the members that it names.
 */
#include "cloudtrail.h"

#include "core/utf8.h"
#include "jsonb_query.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/memutils.h"

CLOUDTRAIL_FUNCTION(cloudtrail_event_contains);
CLOUDTRAIL_FUNCTION(cloudtrail_event_contained);

/* A string to compare. */
typedef struct StringTest
{
	ct_field	field;
	int			header;			/* which text of the header it is, or NOT_IN_HEADER */
	bool		only_string;	/* no other value of JSON is written like this text */
	ct_slice	text;
} StringTest;

/* A member that is left to jsonb. */
typedef struct MemberTest
{
	ct_slice	key;
	char	   *prefix;			/* the key as JSON, and a colon */
} MemberTest;

/* A query made ready; kept from one call to the next. */
typedef struct PreparedQuery
{
	MemoryContext context;		/* of all below */
	Jsonb	   *query;
	bool		never;
	StringTest *strings;		/* those in the header come first */
	int			string_count;
	int			header_count;
	Jsonb	   *rest;			/* what is left to jsonb; NULL if nothing is */
	MemberTest *members;		/* the members of that */
	int			member_count;
} PreparedQuery;

/* Tells whether a text cannot be how a number, truth value or container is written. */
static bool
is_only_string(ct_slice text)
{
	return text.len == 0 ||
		(strchr("-0123456789{[", text.ptr[0]) == NULL &&
		 !(text.len == 4 && memcmp(text.ptr, "true", 4) == 0) &&
		 !(text.len == 5 && memcmp(text.ptr, "false", 5) == 0));
}

/* Takes the query's exact fields over, those in the header first. */
static void
prepare_strings(PreparedQuery *prepared, const JsonbQuery *wanted)
{
	prepared->strings = palloc(Max(wanted->count, 1) * sizeof(StringTest));
	for (int pass = 0; pass < 2; pass++)
	{
		for (int i = 0; i < wanted->count; i++)
		{
			const QueryField *field = &wanted->fields[i];
			int			header = header_text(field->field);

			if (field->exact && (header == NOT_IN_HEADER) == (pass == 1))
				prepared->strings[prepared->string_count++] = (StringTest) {
					field->field, header, is_only_string(field->text), field->text
				};
		}
		if (pass == 0)
			prepared->header_count = prepared->string_count;
	}
}

/* Tells whether a member of the query is among the strings to compare. */
static bool
is_prepared(const PreparedQuery *prepared, const JsonbValue *key)
{
	ct_field	field = ct_field_by_key(CT_FIELD_COUNT, key->val.string.val, key->val.string.len);

	for (int i = 0; i < prepared->string_count; i++)
	{
		if (prepared->strings[i].field == field)
			return true;
	}
	return false;
}

/* Collects what is left to jsonb: the members that are no strings to compare. */
static void
prepare_rest(PreparedQuery *prepared, Jsonb *query)
{
	JsonbIterator *it = JsonbIteratorInit(&query->root);
	JsonbIteratorToken token;
	JsonbValue	value;
	Datum		rest = JsonbPGetDatum(query);

	prepared->members = palloc(JB_ROOT_COUNT(query) * sizeof(MemberTest));
	while ((token = JsonbIteratorNext(&it, &value, true)) != WJB_DONE)
	{
		char	   *key;
		StringInfoData json;

		if (token != WJB_KEY)
			continue;
		key = pnstrdup(value.val.string.val, value.val.string.len);
		if (is_prepared(prepared, &value))
		{
			rest = DirectFunctionCall2(jsonb_delete, rest, CStringGetTextDatum(key));
			continue;
		}
		initStringInfo(&json);
		escape_json(&json, key);
		appendStringInfoChar(&json, ':');
		prepared->members[prepared->member_count++] = (MemberTest) {
			{key, value.val.string.len}, json.data
		};
	}
	prepared->rest = DatumGetJsonbP(rest);
}

/* Makes a query ready, or finds it as the call before left it. */
static const PreparedQuery *
prepare(FunctionCallInfo fcinfo, Jsonb *query)
{
	PreparedQuery *prepared = fcinfo->flinfo->fn_extra;
	MemoryContext context;
	MemoryContext old;
	JsonbQuery	wanted;

	if (prepared != NULL && prepared->query != NULL &&
		VARSIZE(query) == VARSIZE(prepared->query) &&
		memcmp(query, prepared->query, VARSIZE(query)) == 0)
		return prepared;
	if (prepared == NULL)
	{
		prepared = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(PreparedQuery));
		prepared->context = AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "cloudtrail query",
												  ALLOCSET_SMALL_SIZES);
		fcinfo->flinfo->fn_extra = prepared;
	}
	context = prepared->context;
	*prepared = (PreparedQuery) {.context = context};
	MemoryContextReset(context);
	old = MemoryContextSwitchTo(context);
	query = memcpy(palloc(VARSIZE(query)), query, VARSIZE(query));
	read_jsonb_query(query, &wanted);
	prepared->never = wanted.never;
	prepare_strings(prepared, &wanted);
	if (!wanted.never && !wanted.complete)
		prepare_rest(prepared, query);
	prepared->query = query;	/* only now: an error leaves none behind */
	MemoryContextSwitchTo(old);
	return prepared;
}

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
	ct_stored	stored;
	bool		tried = false;
	bool		opened = false;
	char		buf[CT_STORED_DECODED_MAX];

	for (int i = 0; i < prepared->header_count; i++)
	{
		const StringTest *test = &prepared->strings[i];
		ct_slice	text;

		/* The header has eventSource without its end. */
		if (test->header == CT_STORED_EVENT_SOURCE || !event_peek(event, test->header, &text))
		{
			if (!tried)
				opened = event_header(event, &stored);
			tried = true;
			if (!opened || stored.elsewhere[test->header])
			{
				*open |= (uint32) 1 << i;
				continue;
			}
			text = ct_stored_text_of(&stored, test->header, buf);
		}
		if (!same_text(text, test->text))
			return false;
		if (!test->only_string)
			*open |= (uint32) 1 << i;
	}
	return true;
}

/* Tells whether a record has a string where the query wants it. */
static inline bool
record_matches(const ct_record *rec, const StringTest *test)
{
	ct_slice	raw = ct_raw(rec, test->field);

	if (ct_type_of(rec, test->field) != CT_STRING)
		return false;
	if (rec->value[test->field].escaped)
		return ct_unescapes_to(raw.ptr, raw.len, test->text.ptr, test->text.len);
	return same_text(raw, test->text);
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

/* Tells whether an event contains a query. */
static inline bool
contains(Datum event, const PreparedQuery *prepared)
{
	uint32		open = 0;
	const ct_record *rec;

	if (prepared->never || !header_matches(event, prepared, &open))
		return false;
	if (open == 0 && prepared->string_count == prepared->header_count && prepared->rest == NULL)
		return true;
	rec = event_record(event);
	for (int i = 0; i < prepared->string_count; i++)
	{
		if ((i >= prepared->header_count || (open >> i & 1)) &&
			!record_matches(rec, &prepared->strings[i]))
			return false;
	}
	return prepared->rest == NULL || rest_matches(rec, prepared);
}

/* event @> jsonb */
Datum
cloudtrail_event_contains(PG_FUNCTION_ARGS)
{
	Jsonb	   *query = PG_GETARG_JSONB_P(1);
	bool		result = contains(PG_GETARG_DATUM(0), prepare(fcinfo, query));

	PG_FREE_IF_COPY(query, 1);
	PG_RETURN_BOOL(result);
}

/* jsonb <@ event */
Datum
cloudtrail_event_contained(PG_FUNCTION_ARGS)
{
	Jsonb	   *query = PG_GETARG_JSONB_P(0);
	bool		result = contains(PG_GETARG_DATUM(1), prepare(fcinfo, query));

	PG_FREE_IF_COPY(query, 0);
	PG_RETURN_BOOL(result);
}
