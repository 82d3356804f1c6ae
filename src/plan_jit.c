/*
 * plan_jit.c: keeps statements over trails from being compiled just in time.
 *
 * A view for auditors is a plan of thousands of expressions, most of which see
 * few rows: to compile them takes up to ten times as long as to run them.
 * PostgreSQL decides by the cost of the whole plan alone, so in a large trail
 * it would compile always.
 */
#include "cloudtrail.h"

#include "executor/executor.h"
#include "jit/jit.h"
#include "plan_jit.h"
#include "trail.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

bool		cloudtrail_jit = false;

static ExecutorStart_hook_type next_start;

CLOUDTRAIL_FUNCTION(cloudtrail_is_loaded);

/* Whether a statement reads or writes a relation of a trail. */
static bool
is_over_trail(const PlannedStmt *statement)
{
	ListCell   *cell;
	Oid			schema = InvalidOid;

	foreach(cell, statement->rtable)
	{
		RangeTblEntry *entry = lfirst_node(RangeTblEntry, cell);
		Oid			before = schema;

		/* From PostgreSQL 16 on, a view is left as a subquery that has its relid. */
		if (!OidIsValid(entry->relid))
			continue;
		schema = get_rel_namespace(entry->relid);
		if (schema != before && OidIsValid(schema) && cloudtrail_is_trail(schema))
			return true;
	}
	return false;
}

/* Starts a statement, without compilation if it is over a trail. */
static void
start(QueryDesc *query, int flags)
{
	if (query->plannedstmt->jitFlags != PGJIT_NONE && !cloudtrail_jit &&
		is_over_trail(query->plannedstmt))
	{
		/* The plan may be kept, and run again under another setting. */
		PlannedStmt *statement =
			MemoryContextAlloc(GetMemoryChunkContext(query), sizeof(PlannedStmt));

		*statement = *query->plannedstmt;
		statement->jitFlags = PGJIT_NONE;
		query->plannedstmt = statement;
	}
	if (next_start)
		next_start(query, flags);
	else
		standard_ExecutorStart(query, flags);
}

void
cloudtrail_watch_statements(void)
{
	next_start = ExecutorStart_hook;
	ExecutorStart_hook = start;
}

/* True. The planner works it out, for which it loads the library. */
Datum
cloudtrail_is_loaded(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(true);
}
