/*
 * session.c: who stands behind a session, for views.
 */
#include "session_chain.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "core/event/origin.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "row.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"

CLOUDTRAIL_FUNCTION(cloudtrail_session_chain);
CLOUDTRAIL_FUNCTION(cloudtrail_session_origin);
CLOUDTRAIL_FUNCTION(cloudtrail_event_origin);

/* Columns of cloudtrail_session_chain(). */
#define CHAIN_COLUMNS	19

/* Sessions whose origin a query remembers at once. */
#define KNOWN_MAX		20000

/* An origin that a query has found. */
typedef struct Known
{
	uint64		hash;			/* key */
	char	   *session;		/* all that tells the session */
	int			length;			/* of that */
	Uses		uses;			/* when it was used */
	ArrayType  *told;			/* origin, kind and method */
} Known;

/* What a query has found, as long as it sees the same rows. */
typedef struct Memory
{
	MemoryContext owner;		/* of the query */
	Oid			role;			/* that it was found for: expressions of PL/pgSQL share an owner */
	MemoryContext context;		/* of what was found */
	MemoryContext scratch;		/* of one chain */
	bool		running;		/* a session is being followed, which may run functions of others */
	StringInfoData description; /* of a session, in owner */
	HTAB	   *known;
	TransactionId xmin;
	TransactionId xmax;
	CommandId	command;
	TimestampTz statement;
} Memory;

/* The newest: the three columns of an origin share that of their query. */
static Memory *newest;

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

/* Sets a column of text. */
static void
set_text(Datum *values, bool *nulls, int column, const char *text)
{
	nulls[column] = text == NULL;
	values[column] = text == NULL ? (Datum) 0 : CStringGetTextDatum(text);
}

/* Adds a row: the session itself if link is NULL, else an event above it. */
static void
put_row(ReturnSetInfo *result, const Chain *chain, int depth, const Link *link)
{
	Datum		values[CHAIN_COLUMNS] = {0};
	bool		nulls[CHAIN_COLUMNS];

	memset(nulls, true, sizeof(nulls));
	values[0] = Int32GetDatum(depth);
	nulls[0] = false;
	if (link != NULL)
	{
		set_text(values, nulls, 1, link->method);
		values[2] = TimestampTzGetDatum(link->event_time);
		values[3] = UUIDPGetDatum(&link->event_key);
		nulls[2] = nulls[3] = false;
		set_text(values, nulls, 4, link->event_name);
		set_text(values, nulls, 5, link->account_id);
		set_text(values, nulls, 6, link->aws_region);
		set_text(values, nulls, 7, link->caller);
		set_text(values, nulls, 8, link->session.account_id);
		set_text(values, nulls, 9, link->session.name);
		set_text(values, nulls, 10, link->session.access_key_id);
		set_text(values, nulls, 11, link->source_identity);
	}
	set_text(values, nulls, 12, chain->origin.id);
	set_text(values, nulls, 13, chain->origin.kind);
	set_text(values, nulls, 14, chain->origin.method);
	if (chain->is_missing)
	{
		set_text(values, nulls, 15, chain->missing_account);
		set_text(values, nulls, 16, chain->missing_region);
		values[17] = TimestampTzGetDatum(chain->missing_at);
		nulls[17] = false;
		set_text(values, nulls, 18, chain->used_region);
	}
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
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

/* Forgets a memory that goes away with its query. */
static void
forget_memory(void *memory)
{
	if (newest == memory)
		newest = NULL;
}

/* A memory for a query. */
static Memory *
make_memory(MemoryContext owner)
{
	Memory	   *memory = MemoryContextAllocZero(owner, sizeof(Memory));
	MemoryContextCallback *callback = MemoryContextAlloc(owner, sizeof(MemoryContextCallback));
	MemoryContext caller;

	memory->owner = owner;
	memory->scratch = AllocSetContextCreate(owner, "cloudtrail chain", ALLOCSET_DEFAULT_SIZES);
	caller = MemoryContextSwitchTo(owner);
	initStringInfo(&memory->description);
	MemoryContextSwitchTo(caller);
	callback->func = forget_memory;
	callback->arg = memory;
	MemoryContextRegisterResetCallback(owner, callback);
	newest = memory;
	return memory;
}

/*
 * What the query has found so far, empty if other rows are seen by now; NULL if
 * this is called while a session is followed.
 */
static Memory *
find_memory(FunctionCallInfo fcinfo)
{
	Memory	   *memory = fcinfo->flinfo->fn_extra;
	Snapshot	snapshot = GetActiveSnapshot();
	HASHCTL		control = {.keysize = sizeof(uint64), .entrysize = sizeof(Known)};

	if (memory == NULL)
	{
		MemoryContext owner = fcinfo->flinfo->fn_mcxt;

		memory = newest != NULL && newest->owner == owner ? newest : make_memory(owner);
		fcinfo->flinfo->fn_extra = memory;
	}
	/* What an outer call uses must stay. */
	if (memory->running)
		return NULL;
	if (memory->known != NULL && memory->role == GetUserId() &&
		memory->xmin == snapshot->xmin && memory->xmax == snapshot->xmax &&
		memory->command == snapshot->curcid &&
		memory->statement == GetCurrentStatementStartTimestamp() &&
		hash_get_num_entries(memory->known) < KNOWN_MAX)
		return memory;
	if (memory->context != NULL)
		MemoryContextDelete(memory->context);
	memory->context = NULL;
	memory->known = NULL;
	memory->context = AllocSetContextCreate(memory->owner, "cloudtrail origins",
											ALLOCSET_DEFAULT_SIZES);
	control.hcxt = memory->context;
	memory->known = hash_create("cloudtrail origins", 64, &control, HASH_ELEM | HASH_BLOBS |
								HASH_CONTEXT);
	memory->role = GetUserId();
	memory->xmin = snapshot->xmin;
	memory->xmax = snapshot->xmax;
	memory->command = snapshot->curcid;
	memory->statement = GetCurrentStatementStartTimestamp();
	return memory;
}

/* Adds an argument to a description. */
static void
describe_argument(FunctionCallInfo fcinfo, int n, StringInfo description)
{
	const text *value = NULL;
	int			length = -1;

	if (!PG_ARGISNULL(n))
	{
		value = PG_GETARG_TEXT_PP(n);
		length = VARSIZE_ANY_EXHDR(value);
	}
	appendBinaryStringInfo(description, (const char *) &length, sizeof(length));
	if (length > 0)
		appendBinaryStringInfo(description, VARDATA_ANY(value), length);
}

/* Adds a time to a description. */
static void
describe_time(FunctionCallInfo fcinfo, int n, StringInfo description)
{
	TimestampTz time = PG_ARGISNULL(n) ? 0 : PG_GETARG_TIMESTAMPTZ(n);

	appendStringInfoChar(description, PG_ARGISNULL(n) ? 'n' : 't');
	appendBinaryStringInfo(description, (const char *) &time, sizeof(time));
}

/* All that tells a session, as bytes. */
static void
describe_session(FunctionCallInfo fcinfo, StringInfo description)
{
	Oid			credentials = PG_GETARG_OID(0);

	resetStringInfo(description);
	appendBinaryStringInfo(description, (const char *) &credentials, sizeof(credentials));
	appendStringInfoChar(description, !PG_ARGISNULL(7) && PG_GETARG_BOOL(7) ? 'c' : 'n');
	for (int n = 2; n <= 5; n++)
		describe_argument(fcinfo, n, description);
	describe_argument(fcinfo, 9, description);
	describe_time(fcinfo, 6, description);
	/* Without a key, when it was used and by which call matters too. */
	if (PG_ARGISNULL(5) || PG_ARGISNULL(6))
	{
		describe_time(fcinfo, 1, description);
		describe_argument(fcinfo, 8, description);
	}
}

/* An origin as an array, in the current memory context. */
static ArrayType *
make_array(const Origin *origin)
{
	Datum		values[3];
	bool		nulls[3];
	int			count = lengthof(values);
	int			first = 1;

	set_text(values, nulls, 0, origin->id);
	set_text(values, nulls, 1, origin->kind);
	set_text(values, nulls, 2, origin->method);
	return construct_md_array(values, nulls, 1, &count, &first, TEXTOID, -1, false, TYPALIGN_INT);
}

/*
 * Follows a session up to who stands behind it; the result is in a memory
 * context, and holds for some times of use.
 */
static ArrayType *
follow(FunctionCallInfo fcinfo, MemoryContext result, Uses *uses)
{
	MemoryContext caller = CurrentMemoryContext;
	Session		session = session_argument(fcinfo);
	Chain	   *chain = palloc(sizeof(Chain));
	Lookups    *lookups = palloc(sizeof(Lookups));
	ArrayType  *told;

	*uses = (Uses) {DT_NOBEGIN, DT_NOEND};
	session.uses = uses;
	begin_lookups(lookups, PG_GETARG_OID(0));
	follow_session(lookups, &session, chain);
	MemoryContextSwitchTo(result);
	told = make_array(&chain->origin);
	end_lookups(lookups);
	MemoryContextSwitchTo(caller);
	return told;
}

/* The same for a memory, which nobody else uses meanwhile. */
static pg_noinline ArrayType *
follow_for(Memory *memory, FunctionCallInfo fcinfo, Uses *uses)
{
	MemoryContext caller = MemoryContextSwitchTo(memory->scratch);
	ArrayType  *volatile told = NULL;

	memory->running = true;
	PG_TRY();
	{
		told = follow(fcinfo, memory->context, uses);
	}
	PG_FINALLY();
	{
		memory->running = false;
	}
	PG_END_TRY();
	MemoryContextSwitchTo(caller);
	MemoryContextReset(memory->scratch);
	return told;
}

/* Whether what is known is of a session, at the time at which that was used. */
static bool
is_known_of(const Known *known, const StringInfoData *session, TimestampTz used_at)
{
	return known->length == session->len && used_at >= known->uses.from &&
		used_at < known->uses.before &&
		memcmp(known->session, session->data, session->len) == 0;
}

/* Finds who stands behind a session, and remembers it. */
static ArrayType *
find_origin(FunctionCallInfo fcinfo)
{
	Memory	   *memory = find_memory(fcinfo);
	TimestampTz used_at = PG_ARGISNULL(1) ? 0 : PG_GETARG_TIMESTAMPTZ(1);
	StringInfo	description;
	uint64		hash;
	Known	   *known;
	Known		found;

	if (memory == NULL)
		return follow(fcinfo, CurrentMemoryContext, &found.uses);
	description = &memory->description;
	describe_session(fcinfo, description);
	hash = hash_bytes_extended((const unsigned char *) description->data, description->len, 0);
	known = hash_search(memory->known, &hash, HASH_FIND, NULL);
	if (known != NULL && is_known_of(known, description, used_at))
		return known->told;
	found.hash = hash;
	found.length = description->len;
	found.session = MemoryContextAlloc(memory->context, found.length);
	memcpy(found.session, description->data, found.length);
	found.told = follow_for(memory, fcinfo, &found.uses);
	known = hash_search(memory->known, &hash, HASH_ENTER, NULL);
	*known = found;
	return found.told;
}

/* Who stands behind a session: origin, kind and method. */
Datum
cloudtrail_session_origin(PG_FUNCTION_ARGS)
{
	ArrayType  *told;
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
	Datum		values[3];
	bool		nulls[3];

	if (type->natts != 3)
		elog(ERROR, "return type must have 3 columns");
	nulls[0] = origin.id.ptr == NULL;
	values[0] = nulls[0] ? (Datum) 0 : PointerGetDatum(text_from_slice(origin.id));
	set_text(values, nulls, 1, ct_origin_kind_name(origin.kind));
	set_text(values, nulls, 2, origin.method);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(type, values, nulls)));
}
