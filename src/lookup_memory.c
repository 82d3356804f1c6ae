/*
 * lookup_memory.c: what a function has found for a query or, if it depends on
 * nothing but rows, for a session, as long as that sees the same rows.
 *
 * A view asks the same of many rows, and an auditor asks many views.  A query
 * sees the same rows as long as its snapshot is the same, and its role.  A later
 * one does if nothing but local tables is read, and no policies, which may ask
 * for settings; and if no transaction holds its snapshot while rights change.
 */
#include "lookup_memory.h"

#include "access/xact.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "tcop/pquery.h"
#include "trail.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"

/* So many answers are kept at once. */
#define ANSWERS_MAX		20000

/* Room for a question that the session keeps. */
#define QUESTION_KEPT	1024

/* An answer. */
typedef struct Known
{
	uint64		hash;			/* key */
	char	   *question;
	int			length;			/* of that */
	void	   *answer;
} Known;

/* The memory for which something is being found now. */
static QueryMemory *finding;

/* Has a function called when a memory context goes away. */
static void
call_at_end(MemoryContext context, MemoryContextCallbackFunction function, void *memory)
{
	MemoryContextCallback *callback = MemoryContextAlloc(context, sizeof(MemoryContextCallback));

	callback->func = function;
	callback->arg = memory;
	MemoryContextRegisterResetCallback(context, callback);
}

/* Forgets a memory that goes away with its query. */
static void
forget_memory(void *memory)
{
	QueryMemory *forgotten = memory;

	if (forgotten->memories->newest == forgotten)
		forgotten->memories->newest = NULL;
}

/* A memory for a query or, of TopMemoryContext, for the session. */
static QueryMemory *
make_memory(MemoryContext owner, QueryMemories *memories)
{
	QueryMemory *memory = MemoryContextAllocZero(owner, sizeof(QueryMemory));
	MemoryContext caller;

	memory->owner = owner;
	memory->memories = memories;
	memory->scratch = AllocSetContextCreate(owner, "cloudtrail lookup", ALLOCSET_DEFAULT_SIZES);
	caller = MemoryContextSwitchTo(owner);
	initStringInfo(&memory->question);
	MemoryContextSwitchTo(caller);
	return memory;
}

/* Whether a memory is the session's. */
static bool
is_of_session(const QueryMemory *memory)
{
	return memory == memory->memories->session;
}

/* A hash of the transactions that a snapshot takes for running. */
static uint64
hash_of_running(Snapshot snapshot)
{
	uint64		hash = 0;

	if (snapshot->xcnt > 0)
		hash = hash_bytes_extended((const unsigned char *) snapshot->xip,
								   (int) (snapshot->xcnt * sizeof(TransactionId)), 0);
	/* A copy of a snapshot with too many of them does not have them, nor looks at them. */
	if (snapshot->subxip != NULL && snapshot->subxcnt > 0)
		hash = hash_bytes_extended((const unsigned char *) snapshot->subxip,
								   (int) (snapshot->subxcnt * sizeof(TransactionId)), hash);
	return hash;
}

/*
 * When the query was begun.  A cursor is one, however many statements fetch its
 * rows; functions that are called again by a later statement belong to that.
 */
static TimestampTz
beginning_of_query(void)
{
	return ActivePortal != NULL ? ActivePortal->creation_time :
		GetCurrentStatementStartTimestamp();
}

/* Whether the transaction may have changed something. */
static bool
has_written(void)
{
	return TransactionIdIsValid(GetTopTransactionIdIfAny());
}

/* Whether what is known was found for the rows that are seen now. */
static bool
sees_the_same(const QueryMemory *memory)
{
	Snapshot	snapshot = GetActiveSnapshot();

	return memory->known != NULL && memory->role == GetUserId() &&
		memory->xmin == snapshot->xmin && memory->xmax == snapshot->xmax &&
		memory->command == snapshot->curcid &&
		memory->in_progress == hash_of_running(snapshot) &&
		/* What a subtransaction has written may be gone with it. */
		(memory->subtransaction == GetCurrentSubTransactionId() ||
		 memory->writer == GetCurrentTransactionIdIfAny()) &&
		(memory->began == beginning_of_query() || (memory->lasting && !has_written()));
}

/* Forgets all answers. */
static void
forget_answers(QueryMemory *memory)
{
	if (memory->context != NULL)
		MemoryContextDelete(memory->context);
	memory->context = NULL;
	memory->known = NULL;
}

/* Empties a memory, and begins again. */
static void
empty_memory(QueryMemory *memory)
{
	Snapshot	snapshot = GetActiveSnapshot();
	HASHCTL		control = {.keysize = sizeof(uint64), .entrysize = sizeof(Known)};

	forget_answers(memory);
	memory->context = AllocSetContextCreate(memory->owner, "cloudtrail answers",
											ALLOCSET_DEFAULT_SIZES);
	control.hcxt = memory->context;
	memory->known = hash_create("cloudtrail answers", 64, &control, HASH_ELEM | HASH_BLOBS |
								HASH_CONTEXT);
	memory->role = GetUserId();
	memory->xmin = snapshot->xmin;
	memory->xmax = snapshot->xmax;
	memory->command = snapshot->curcid;
	memory->in_progress = hash_of_running(snapshot);
	memory->subtransaction = GetCurrentSubTransactionId();
	memory->writer = GetCurrentTransactionIdIfAny();
	memory->kept = 0;
	memory->kept_before = 0;
	memory->lasting = is_of_session(memory);
	memory->began = beginning_of_query();
}

/* At the end of a query, leaves the session no more than it may keep. */
static void
leave_to_session(void *memory)
{
	QueryMemory *left = memory;

	if (left->running)
		return;
	if (left->question.maxlen > QUESTION_KEPT)
	{
		left->question.data = repalloc(left->question.data, QUESTION_KEPT);
		left->question.maxlen = QUESTION_KEPT;
		resetStringInfo(&left->question);
	}
	if (left->context != NULL &&
		(!left->lasting ||
		 MemoryContextMemAllocated(left->context, true) > (Size) work_mem * 1024))
		forget_answers(left);
}

/* Whether the first argument is the trail's view, and no policy hides facts from the role. */
static bool
asks_of_trail(FunctionCallInfo fcinfo, const QueryMemories *memories)
{
	char	   *name = memories->view == NULL ? NULL : get_rel_name(PG_GETARG_OID(0));
	Oid			schema;
	Oid			facts;

	if (name == NULL || strcmp(name, memories->view) != 0)
		return false;
	schema = get_rel_namespace(PG_GETARG_OID(0));
	facts = get_relname_relid("secret_facts", schema);
	return OidIsValid(facts) && cloudtrail_is_trail(schema) &&
		check_enable_rls(facts, InvalidOid, true) != RLS_ENABLED;
}

/* The session's memory, for a query that begins to ask; NULL if it must have its own. */
static QueryMemory *
session_memory(FunctionCallInfo fcinfo, QueryMemories *memories)
{
	QueryMemory *memory = memories->session;

	/* Who holds a snapshot would not see that rights or policies have changed since. */
	if (has_written() || IsolationUsesXactSnapshot() || !asks_of_trail(fcinfo, memories))
		return NULL;
	if (memory == NULL)
		memory = memories->session = make_memory(TopMemoryContext, memories);
	/* It may be another query's that goes on, and alone may use it. */
	if (memory->running || (memory->known != NULL && !memory->lasting))
		return NULL;
	if (memory->view != PG_GETARG_OID(0))
		forget_answers(memory);
	memory->view = PG_GETARG_OID(0);
	call_at_end(fcinfo->flinfo->fn_mcxt, leave_to_session, memory);
	return memory;
}

/* Whether what a query asks now belongs into another memory than the session's, which it had. */
static bool
has_lost_session(FunctionCallInfo fcinfo, const QueryMemory *memory)
{
	return memory->view != PG_GETARG_OID(0) || (!memory->running && !sees_the_same(memory));
}

/* The memory of a query. */
static QueryMemory *
own_memory(FunctionCallInfo fcinfo, QueryMemories *memories)
{
	MemoryContext owner = fcinfo->flinfo->fn_mcxt;
	QueryMemory *memory = memories->newest;

	if (memory != NULL && memory->owner == owner)
		return memory;
	memory = make_memory(owner, memories);
	call_at_end(owner, forget_memory, memory);
	memories->newest = memory;
	return memory;
}

/* Begins to count what a query finds. */
static void
begin_query(QueryMemory *memory)
{
	memory->began = beginning_of_query();
	memory->queries++;
	memory->kept_before = memory->kept;
}

QueryMemory *
find_query_memory(FunctionCallInfo fcinfo, QueryMemories *memories)
{
	QueryMemory *memory = fcinfo->flinfo->fn_extra;

	if (memory == NULL)
		memory = session_memory(fcinfo, memories);
	else if (is_of_session(memory) && has_lost_session(fcinfo, memory))
		/* Two queries must not take it from each other for each row. */
		memory = NULL;
	if (memory == NULL)
		memory = own_memory(fcinfo, memories);
	fcinfo->flinfo->fn_extra = memory;
	/* What an outer call uses must stay. */
	if (memory->running)
		return NULL;
	if (!sees_the_same(memory) || memory->kept >= ANSWERS_MAX)
		empty_memory(memory);
	if (memory->began != beginning_of_query())
		begin_query(memory);
	/* What is found by answers that do not last does not last. */
	if (finding != NULL && !memory->lasting)
		finding->lasting = false;
	resetStringInfo(&memory->question);
	return memory;
}

/* The hash of the question. */
static uint64
hash_of(const StringInfoData *question)
{
	return hash_bytes_extended((const unsigned char *) question->data, question->len, 0);
}

void *
recall_answer(const QueryMemory *memory)
{
	uint64		hash = hash_of(&memory->question);
	const Known *known = hash_search(memory->known, &hash, HASH_FIND, NULL);

	if (known == NULL || known->length != memory->question.len ||
		memcmp(known->question, memory->question.data, known->length) != 0)
		return NULL;
	return known->answer;
}

/* Keeps an answer to the question, in place of an older one. */
static void
keep_answer(QueryMemory *memory, void *answer)
{
	uint64		hash = hash_of(&memory->question);
	char	   *question = MemoryContextAlloc(memory->context, memory->question.len);
	Known	   *known = hash_search(memory->known, &hash, HASH_ENTER, NULL);

	memcpy(question, memory->question.data, memory->question.len);
	memory->kept++;
	known->question = question;
	known->length = memory->question.len;
	known->answer = answer;
}

void *
find_answer(QueryMemory *memory, FunctionCallInfo fcinfo, AnswerFinder find)
{
	MemoryContext caller = MemoryContextSwitchTo(memory->scratch);
	QueryMemory *outer = finding;
	void	   *answer;

	/* Nobody else uses it meanwhile. */
	memory->running = true;
	finding = memory;
	PG_TRY();
	{
		answer = find(fcinfo, memory->context);
	}
	PG_CATCH();
	{
		memory->running = false;
		finding = outer;
		/* What was half found would stay with the session. */
		if (is_of_session(memory))
		{
			forget_answers(memory);
			MemoryContextReset(memory->scratch);
		}
		PG_RE_THROW();
	}
	PG_END_TRY();
	memory->running = false;
	finding = outer;
	if (outer != NULL && !memory->lasting)
		outer->lasting = false;
	MemoryContextSwitchTo(caller);
	MemoryContextReset(memory->scratch);
	keep_answer(memory, answer);
	return answer;
}

void
add_to_question(QueryMemory *memory, const void *bytes, int length)
{
	int			known_length = bytes == NULL ? -1 : length;

	appendBinaryStringInfo(&memory->question, (const char *) &known_length, sizeof(known_length));
	if (bytes != NULL)
		appendBinaryStringInfo(&memory->question, bytes, length);
}

void
add_text_to_question(QueryMemory *memory, FunctionCallInfo fcinfo, int n)
{
	const text *value = PG_ARGISNULL(n) ? NULL : PG_GETARG_TEXT_PP(n);

	add_to_question(memory, value == NULL ? NULL : VARDATA_ANY(value),
					value == NULL ? 0 : (int) VARSIZE_ANY_EXHDR(value));
}

/* Makes what the view has of the text the question, or all that it has. */
static void
ask_view(QueryMemory *memory, FunctionCallInfo fcinfo, bool of_text)
{
	Oid			view = PG_GETARG_OID(0);

	resetStringInfo(&memory->question);
	add_to_question(memory, &view, sizeof(view));
	if (of_text)
		add_text_to_question(memory, fcinfo, 1);
}

void *
find_in_view(FunctionCallInfo fcinfo, QueryMemories *memories, AnswerFinder find_one,
			 int singles_max, AnswerFinder find_all)
{
	QueryMemory *memory = find_query_memory(fcinfo, memories);
	void	   *answer;

	if (memory == NULL)
		return (find_one != NULL ? find_one : find_all) (fcinfo, CurrentMemoryContext);
	ask_view(memory, fcinfo, false);
	answer = recall_answer(memory);
	if (answer != NULL)
		return answer;
	if (find_one != NULL)
	{
		ask_view(memory, fcinfo, true);
		answer = recall_answer(memory);
		if (answer != NULL)
			return answer;
		if (answers_of_query(memory) < singles_max)
			return find_answer(memory, fcinfo, find_one);
		ask_view(memory, fcinfo, false);
	}
	return find_answer(memory, fcinfo, find_all);
}

void *
read_view(FunctionCallInfo fcinfo, const KeptStatement *statement, const Datum *values,
		  RowKeeper keep, MemoryContext result)
{
	MemoryContext spi;
	void	   *kept;

	SPI_connect();
	cloudtrail_read_table(PG_GETARG_OID(0), statement, values, 0);
	if (finding != NULL && finding->lasting && !kept_plan_reads_rows_alone(statement))
		finding->lasting = false;
	/* What SPI has made goes away with it. */
	spi = MemoryContextSwitchTo(result);
	kept = keep(fcinfo);
	MemoryContextSwitchTo(spi);
	SPI_finish();
	return kept;
}
