/*
 * query_memory.h: what a function has found for a query, as long as that sees
 * the same rows.
 */
#ifndef CLOUDTRAIL_QUERY_MEMORY_H
#define CLOUDTRAIL_QUERY_MEMORY_H

#include "cloudtrail.h"

#include "kept_plan.h"
#include "lib/stringinfo.h"
#include "utils/hsearch.h"
#include "utils/timestamp.h"

/* What a query has found. */
typedef struct QueryMemory
{
	MemoryContext owner;		/* of the query */
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
	int			kept;			/* answers, those that were replaced among them */
	struct QueryMemory **newest;
} QueryMemory;

/*
 * What the query has found so far, empty if other rows are seen by now; NULL if
 * this is called while something is being found.  newest is the function's own,
 * NULL at first: calls of one query share a memory by it.
 */
extern QueryMemory *find_query_memory(FunctionCallInfo fcinfo, QueryMemory **newest);

/* The answer to the question, NULL if there is none. */
extern void *recall_answer(const QueryMemory *memory);

/* Finds an answer; what it is lives in a memory context. */
typedef void *(*AnswerFinder) (FunctionCallInfo fcinfo, MemoryContext answers);

/* Has the answer to the question found, and keeps it in place of an older one. */
extern void *find_answer(QueryMemory *memory, FunctionCallInfo fcinfo, AnswerFinder find);

/*
 * Finds what a view, the first argument of the function, has of a text, the
 * second: by find_one or, from singles_max texts on, by find_all, whose answer
 * is about every text.  Without find_one it is always that.
 */
extern void *find_in_view(FunctionCallInfo fcinfo, QueryMemory **newest, AnswerFinder find_one,
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

#endif							/* CLOUDTRAIL_QUERY_MEMORY_H */
