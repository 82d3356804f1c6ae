/*
 * lookup_memory.h: what a function has found for a query or, if only rows of
 * local tables tell it, for a session, as long as that sees the same rows.
 */
#ifndef CLOUDTRAIL_LOOKUP_MEMORY_H
#define CLOUDTRAIL_LOOKUP_MEMORY_H

#include "cloudtrail.h"

#include "kept_plan.h"
#include "lib/stringinfo.h"
#include "utils/hsearch.h"
#include "utils/timestamp.h"

/* What a query, or a session, has found. */
typedef struct QueryMemory
{
	MemoryContext owner;		/* of the query; TopMemoryContext if it is the session's */
	bool		lasting;		/* only rows tell what is found: later queries use it, too */
	Oid			view;			/* that the session's is about */
	Oid			role;			/* that it was found for: expressions of PL/pgSQL share an owner */
	MemoryContext context;		/* of what was found */
	MemoryContext scratch;		/* for finding one thing */
	bool		running;		/* something is being found, which may run functions of others */
	StringInfoData question;	/* all that tells what is looked for, as bytes */
	HTAB	   *known;
	TransactionId xmin;
	TransactionId xmax;
	CommandId	command;
	TimestampTz began;			/* when the query, or its cursor, was begun */
	uint64		in_progress;	/* hash of the transactions between xmin and xmax */
	SubTransactionId subtransaction;
	TransactionId writer;		/* its id, if it had written */
	int			kept;			/* answers, those that were replaced among them */
	uint64		queries;		/* how many have used it */
	int			kept_before;	/* of kept, those of earlier queries */
	struct QueryMemories *memories;
} QueryMemory;

/* The memories of a function, or of several that find the same; its own, static. */
typedef struct QueryMemories
{
	const char *view;			/* of a trail, which only rows make; NULL if none */
	QueryMemory *newest;		/* of a query */
	QueryMemory *session;
} QueryMemories;

/*
 * What the query has found so far, empty if other rows are seen by now; NULL if
 * something is just being found for it.  Calls of one query share a memory, those
 * of a session if that may keep one.
 */
extern QueryMemory *find_query_memory(FunctionCallInfo fcinfo, QueryMemories *memories);

/* How many answers this query has found. */
static inline int
answers_of_query(const QueryMemory *memory)
{
	return memory->kept - memory->kept_before;
}

/* The answer to the question, NULL if there is none. */
extern void *recall_answer(const QueryMemory *memory);

/* Finds an answer; what it is lives in a memory context. */
typedef void *(*AnswerFinder) (FunctionCallInfo fcinfo, MemoryContext answers);

/* Has the answer to the question found, and keeps it in place of an older one. */
extern void *find_answer(QueryMemory *memory, FunctionCallInfo fcinfo, AnswerFinder find);

/*
 * Finds what a view, the first argument of the function, has of a text, the
 * second: by find_one or, from singles_max texts of a query on, by find_all,
 * whose answer is about every text.  Without find_one it is always that.
 */
extern void *find_in_view(FunctionCallInfo fcinfo, QueryMemories *memories, AnswerFinder find_one,
						  int singles_max, AnswerFinder find_all);

/* Keeps what SPI has read, in the current memory context. */
typedef void *(*RowKeeper) (FunctionCallInfo fcinfo);

/*
 * Reads a view, the first argument of the function, by a statement, and has
 * what SPI then has kept in a memory context.
 */
extern void *read_view(FunctionCallInfo fcinfo, const KeptStatement *statement,
					   const Datum *values, RowKeeper keep, MemoryContext result);

/* Adds bytes to the question, or that there are none. */
extern void add_to_question(QueryMemory *memory, const void *bytes, int length);

/* Adds an argument that is a text. */
extern void add_text_to_question(QueryMemory *memory, FunctionCallInfo fcinfo, int n);

#endif							/* CLOUDTRAIL_LOOKUP_MEMORY_H */
