/*
 * session.c: who stands behind a session, for views.
 */
#include "session_chain.h"

#include "catalog/pg_type.h"
#include "core/event/origin.h"
#include "funcapi.h"
#include "lookup_memory.h"
#include "row.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

CLOUDTRAIL_FUNCTION(cloudtrail_session_chain);
CLOUDTRAIL_FUNCTION(cloudtrail_session_origin);
CLOUDTRAIL_FUNCTION(cloudtrail_event_origin);

/* Columns of cloudtrail_session_chain(), and how many are before the origin. */
#define CHAIN_COLUMNS	19
#define ORIGIN_COLUMN	12

/* An origin that a query has found. */
typedef struct Told
{
	Uses		uses;			/* of the session, for which it holds */
	ArrayType  *origin;			/* with kind and method */
} Told;

/* The three columns of an origin share what their query has found. */
static QueryMemories memories;

/* An argument as text, NULL if it is null. */
static char *
text_argument(FunctionCallInfo fcinfo, int n)
{
	return PG_ARGISNULL(n) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(n));
}

/* The session that the arguments of both functions describe. */
static Session
session_argument(FunctionCallInfo fcinfo)
{
	return (Session) {
		.used_at = PG_ARGISNULL(1) ? 0 : PG_GETARG_TIMESTAMPTZ(1),
		.account_id = text_argument(fcinfo, 2),
		.principal_id = text_argument(fcinfo, 3),
		.name = text_argument(fcinfo, 4),
		.access_key_id = text_argument(fcinfo, 5),
		.has_created_at = !PG_ARGISNULL(6),
		.created_at = PG_ARGISNULL(6) ? 0 : PG_GETARG_TIMESTAMPTZ(6),
		.in_console = !PG_ARGISNULL(7) && PG_GETARG_BOOL(7),
		.shared_event_id = text_argument(fcinfo, 8),
		.sign_in = text_argument(fcinfo, 9)
	};
}

/* Adds a text that ends with a zero, or null. */
static void
add_known(ResultRow *row, const char *text)
{
	add_text(row, text != NULL ? (ct_slice) {text, strlen(text)} : CT_NO_SLICE);
}

/* Adds the columns of an event above a session. */
static void
add_link(ResultRow *row, const Link *link)
{
	add_known(row, link->method);
	add_column(row, true, TimestampTzGetDatum(link->event_time));
	add_column(row, true, UUIDPGetDatum(&link->event_key));
	add_known(row, link->event_name);
	add_known(row, link->account_id);
	add_known(row, link->aws_region);
	add_known(row, link->caller);
	add_known(row, link->session.account_id);
	add_known(row, link->session.name);
	add_known(row, link->session.access_key_id);
	add_known(row, link->source_identity);
}

/* Adds the columns of an origin. */
static void
add_origin(ResultRow *row, const Origin *origin)
{
	add_known(row, origin->id);
	add_known(row, origin->kind);
	add_known(row, origin->method);
}

/* Adds nulls up to a column. */
static void
fill_row(ResultRow *row, int count)
{
	while (row->count < count)
		add_column(row, false, (Datum) 0);
}

/* Adds a row: the session itself if link is NULL, else an event above it. */
static void
put_row(ReturnSetInfo *result, const Chain *chain, int depth, const Link *link)
{
	ResultRow	row = {.count = 0};

	add_column(&row, true, Int32GetDatum(depth));
	if (link != NULL)
		add_link(&row, link);
	fill_row(&row, ORIGIN_COLUMN);
	add_origin(&row, &chain->origin);
	if (chain->is_missing)
	{
		add_known(&row, chain->missing_account);
		add_known(&row, chain->missing_region);
		add_column(&row, true, TimestampTzGetDatum(chain->missing_at));
		add_known(&row, chain->used_region);
	}
	fill_row(&row, CHAIN_COLUMNS);
	tuplestore_putvalues(result->setResult, result->setDesc, row.values, row.nulls);
}

/* The chain from a session upward, a row for the session and for each event above it. */
Datum
cloudtrail_session_chain(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Session		session;
	Lookups		lookups;
	Chain	   *chain;

	InitMaterializedSRF(fcinfo, 0);
	if (result->setDesc->natts != CHAIN_COLUMNS)
		elog(ERROR, "return type must have %d columns", CHAIN_COLUMNS);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	session = session_argument(fcinfo);
	chain = palloc(sizeof(Chain));
	begin_lookups(&lookups, PG_GETARG_OID(0));
	follow_session(&lookups, &session, chain);
	add_portal(&lookups, chain);
	put_row(result, chain, 0, NULL);
	for (int i = 0; i < chain->count; i++)
		put_row(result, chain, i + 1, &chain->links[i]);
	end_lookups(&lookups);
	return (Datum) 0;
}

/* Adds an argument that is a time to a question. */
static void
add_time_to_question(QueryMemory *memory, FunctionCallInfo fcinfo, int n)
{
	TimestampTz time = PG_ARGISNULL(n) ? 0 : PG_GETARG_TIMESTAMPTZ(n);

	add_to_question(memory, PG_ARGISNULL(n) ? NULL : &time, sizeof(time));
}

/* Makes all that tells a session the question. */
static void
ask_for_session(QueryMemory *memory, FunctionCallInfo fcinfo)
{
	Oid			credentials = PG_GETARG_OID(0);
	bool		in_console = !PG_ARGISNULL(7) && PG_GETARG_BOOL(7);

	add_to_question(memory, &credentials, sizeof(credentials));
	add_to_question(memory, &in_console, sizeof(in_console));
	for (int n = 2; n <= 5; n++)
		add_text_to_question(memory, fcinfo, n);
	add_text_to_question(memory, fcinfo, 9);
	add_time_to_question(memory, fcinfo, 6);
	/* Without a key, when it was used and by which call matters too. */
	if (PG_ARGISNULL(5) || PG_ARGISNULL(6))
	{
		add_time_to_question(memory, fcinfo, 1);
		add_text_to_question(memory, fcinfo, 8);
	}
}

/* An origin as an array, in the current memory context. */
static ArrayType *
make_array(const Origin *origin)
{
	ResultRow	row = {.count = 0};
	int			first = 1;

	add_origin(&row, origin);
	return construct_md_array(row.values, row.nulls, 1, &row.count, &first, TEXTOID, -1, false,
							  TYPALIGN_INT);
}

/*
 * Follows a session up to who stands behind it; the result is in a memory
 * context.
 */
static void *
follow(FunctionCallInfo fcinfo, MemoryContext result)
{
	MemoryContext caller = CurrentMemoryContext;
	Session		session = session_argument(fcinfo);
	Chain	   *chain = palloc(sizeof(Chain));
	Lookups    *lookups = palloc(sizeof(Lookups));
	Told	   *told = MemoryContextAlloc(result, sizeof(Told));

	told->uses = (Uses) {DT_NOBEGIN, DT_NOEND};
	session.uses = &told->uses;
	begin_lookups(lookups, PG_GETARG_OID(0));
	follow_session(lookups, &session, chain);
	MemoryContextSwitchTo(result);
	told->origin = make_array(&chain->origin);
	end_lookups(lookups);
	MemoryContextSwitchTo(caller);
	return told;
}

/* Whether what a query has found is of the session when it was used. */
static bool
holds_for(const Told *told, TimestampTz used_at)
{
	return used_at >= told->uses.from && used_at < told->uses.before;
}

/* Finds who stands behind a session, and remembers it. */
static const ArrayType *
find_origin(FunctionCallInfo fcinfo)
{
	QueryMemory *memory = find_query_memory(fcinfo, &memories);
	Told	   *told;

	if (memory == NULL)
		return ((Told *) follow(fcinfo, CurrentMemoryContext))->origin;
	ask_for_session(memory, fcinfo);
	told = recall_answer(memory);
	if (told == NULL || !holds_for(told, PG_ARGISNULL(1) ? 0 : PG_GETARG_TIMESTAMPTZ(1)))
		told = find_answer(memory, fcinfo, follow);
	return told->origin;
}

/* Who stands behind a session: origin, kind and method. */
Datum
cloudtrail_session_origin(PG_FUNCTION_ARGS)
{
	const ArrayType *told;
	ArrayType  *copy;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	told = find_origin(fcinfo);
	/* The memory may be emptied before the caller has read it. */
	copy = palloc(VARSIZE(told));
	memcpy(copy, told, VARSIZE(told));
	PG_RETURN_ARRAYTYPE_P(copy);
}

/*
 * Who stands behind an event, as far as it shows itself: origin, kind and
 * method, all null if its session must tell.
 */
Datum
cloudtrail_event_origin(PG_FUNCTION_ARGS)
{
	const ct_record *rec = event_record(PG_GETARG_DATUM(0));
	ct_scratch	scratch = event_scratch(rec);
	ct_origin	origin = ct_find_origin(rec, ct_find_actor(rec, &scratch), &scratch);
	TupleDesc	type = row_type(fcinfo);
	ResultRow	row = {.count = 0};

	if (type->natts != 3)
		elog(ERROR, "return type must have 3 columns");
	add_text(&row, origin.id);
	add_known(&row, ct_origin_kind_name(origin.kind));
	add_known(&row, origin.method);
	PG_RETURN_DATUM(finished_row(&row, type));
}
