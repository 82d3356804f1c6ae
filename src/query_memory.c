/*
 * query_memory.c: what a function has found for a query, as long as that sees
 * the same rows.
 *
 * A view asks the same of many rows.  A statement sees the same rows as long as
 * its snapshot is the same, and its role.
 */
#include "query_memory.h"

#include "access/xact.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "tcop/pquery.h"
#include "trail.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

/* So many answers are kept at once. */
#define ANSWERS_MAX		20000

/* An answer. */
typedef struct Known
{
	uint64		hash;			/* key */
	char	   *question;
	int			length;			/* of that */
	void	   *answer;
} Known;

/* Forgets a memory that goes away with its query. */
static void
forget_memory(void *memory)
{
	QueryMemory *forgotten = memory;

	if (*forgotten->newest == forgotten)
		*forgotten->newest = NULL;
}

/* A memory for a query. */
static QueryMemory *
make_memory(MemoryContext owner, QueryMemory **newest)
{
	QueryMemory *memory = MemoryContextAllocZero(owner, sizeof(QueryMemory));
	MemoryContextCallback *callback = MemoryContextAlloc(owner, sizeof(MemoryContextCallback));
	MemoryContext caller;

	memory->owner = owner;
	memory->newest = newest;
	memory->scratch = AllocSetContextCreate(owner, "cloudtrail lookup", ALLOCSET_DEFAULT_SIZES);
	caller = MemoryContextSwitchTo(owner);
	initStringInfo(&memory->question);
	MemoryContextSwitchTo(caller);
	callback->func = forget_memory;
	callback->arg = memory;
	MemoryContextRegisterResetCallback(owner, callback);
	*newest = memory;
	return memory;
}

/* A hash of the transactions that a snapshot takes for running. */
static uint64
hash_of_running(Snapshot snapshot)
{
	uint64		hash = 0;

	if (snapshot->xcnt > 0)
		hash = hash_bytes_extended((const unsigned char *) snapshot->xip,
								   (int) (snapshot->xcnt * sizeof(TransactionId)), 0);
	if (snapshot->subxcnt > 0)
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

/* Whether what is known was found for the rows that are seen now. */
static bool
sees_the_same(const QueryMemory *memory)
{
	Snapshot	snapshot = GetActiveSnapshot();

	return memory->known != NULL && memory->role == GetUserId() &&
		memory->xmin == snapshot->xmin && memory->xmax == snapshot->xmax &&
		memory->command == snapshot->curcid &&
		memory->in_progress == hash_of_running(snapshot) &&
		memory->began == beginning_of_query();
}

/* Begins anew. */
static void
empty_memory(QueryMemory *memory)
{
	Snapshot	snapshot = GetActiveSnapshot();
	HASHCTL		control = {.keysize = sizeof(uint64), .entrysize = sizeof(Known)};

	if (memory->context != NULL)
		MemoryContextDelete(memory->context);
	memory->context = NULL;
	memory->known = NULL;
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
	memory->kept = 0;
	memory->began = beginning_of_query();
}

QueryMemory *
find_query_memory(FunctionCallInfo fcinfo, QueryMemory **newest)
{
	QueryMemory *memory = fcinfo->flinfo->fn_extra;

	if (memory == NULL)
	{
		MemoryContext owner = fcinfo->flinfo->fn_mcxt;

		memory = *newest != NULL && (*newest)->owner == owner ? *newest :
			make_memory(owner, newest);
		fcinfo->flinfo->fn_extra = memory;
	}
	/* What an outer call uses must stay. */
	if (memory->running)
		return NULL;
	if (!sees_the_same(memory) || memory->kept >= ANSWERS_MAX)
		empty_memory(memory);
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
	void	   *volatile answer = NULL;

	/* Nobody else uses it meanwhile. */
	memory->running = true;
	PG_TRY();
	{
		answer = find(fcinfo, memory->context);
	}
	PG_FINALLY();
	{
		memory->running = false;
	}
	PG_END_TRY();
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
find_in_view(FunctionCallInfo fcinfo, QueryMemory **newest, AnswerFinder find_one,
			 int singles_max, AnswerFinder find_all)
{
	QueryMemory *memory = find_query_memory(fcinfo, newest);
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
		if (memory->kept < singles_max)
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
	/* What SPI has made goes away with it. */
	spi = MemoryContextSwitchTo(result);
	kept = keep(fcinfo);
	MemoryContextSwitchTo(spi);
	SPI_finish();
	return kept;
}
