/*
 * plan_jit.c: keeps statements over trails and log files from being compiled
 * just in time.
 *
 * A view for auditors is a plan of thousands of expressions, most of which see
 * few rows: to compile them takes up to ten times as long as to run them.  What
 * reading log files costs is to inflate and to read JSON, which no compilation
 * makes faster.  PostgreSQL decides by the cost of the whole plan alone, so in
 * a large trail, or over many files, it would compile always.
 */
#include "fdw.h"

#include "catalog/pg_class.h"
#include "executor/executor.h"
#include "jit/jit.h"
#include "plan_jit.h"
#include "trail.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

bool		cloudtrail_jit = false;

static ExecutorStart_hook_type next_start;

CLOUDTRAIL_FUNCTION(cloudtrail_is_loaded);

/* Whether a statement reads or writes a relation of a trail, or reads log files. */
static bool
is_over_events(const PlannedStmt *statement)
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
		if (entry->relkind == RELKIND_FOREIGN_TABLE && is_log_table(entry->relid))
			return true;
		schema = get_rel_namespace(entry->relid);
		if (schema != before && OidIsValid(schema) && cloudtrail_is_trail(schema))
			return true;
	}
	return false;
}

/* Starts a statement, without compilation if it is over a trail or log files. */
static void
start(QueryDesc *query, int flags)
{
	if (query->plannedstmt->jitFlags != PGJIT_NONE && !cloudtrail_jit &&
		is_over_events(query->plannedstmt))
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
