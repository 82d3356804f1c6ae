/*
 * trail_update_partition.c: triggers of the events' table and its partitions,
 * and what else a month's partition has of its own.
 */
#include "trail_update.h"

#include "executor/spi.h"
#include "nodes/makefuncs.h"
#include "utils/builtins.h"
#include "utils/guc.h"

/* The partitions that cloudtrail_create_partition() makes, or that the owner attached. */
#define PARTITIONS \
	"(SELECT c.* FROM pg_partition_tree(%1$u) AS p JOIN pg_class AS c ON c.oid = p.relid" \
	" WHERE p.level > 0 AND c.relkind IN ('r', 'p') AND c.relowner = %2$u" \
	" AND pg_get_expr(c.relpartbound, c.oid) <> 'DEFAULT')"

/*
 * The commands that make the triggers that are missing, or are others, and
 * whether facts and sums follow by them.  A table has those of its name in
 * the model, and a partition those of the whole.
 */
#define TRIGGERS \
	"SELECT 'CREATE OR REPLACE ' || substr(w.definition, 8), w.follows" \
	" FROM (SELECT t.oid, m.tgname, f.proname = 'cloudtrail_follow_events' AS follows," \
	" replace(pg_get_triggerdef(m.oid), format(' ON %%s ', m.tgrelid::regclass), format(' ON %%s ', t.oid::regclass)) AS definition" \
	" FROM pg_trigger AS m JOIN pg_proc AS f ON f.oid = m.tgfoid" \
	" JOIN pg_class AS r ON r.oid = m.tgrelid AND r.relnamespace = %4$u, LATERAL (" \
	" SELECT c.oid FROM pg_class AS c WHERE c.relnamespace = %3$u AND c.relname = r.relname" \
	" UNION SELECT p.oid FROM " PARTITIONS " AS p WHERE r.relname = 'raw_events') AS t" \
	" WHERE NOT m.tgisinternal) AS w" \
	" WHERE NOT EXISTS (SELECT FROM pg_trigger AS o WHERE o.tgrelid = w.oid AND o.tgname = w.tgname" \
	" AND pg_get_triggerdef(o.oid) = w.definition) ORDER BY 1"

/* The commands that give columns of partitions the comments of the whole. */
#define COMMENTS \
	"SELECT format('COMMENT ON COLUMN %%s.%%I IS %%L', p.oid::regclass, a.attname, col_description(%1$u, a.attnum))" \
	" FROM " PARTITIONS " AS p, pg_attribute AS a, pg_attribute AS o" \
	" WHERE a.attrelid = %1$u AND a.attnum > 0 AND o.attrelid = p.oid AND o.attname = a.attname AND NOT o.attisdropped" \
	" AND col_description(%1$u, a.attnum) IS DISTINCT FROM col_description(p.oid, o.attnum)"

/* The commands that protect the partitions whose policy is not that of the default one. */
#define POLICIES \
	"SELECT format('SELECT %4$s.cloudtrail_protect_partition(%3$u, %%s)', p.oid) FROM " PARTITIONS " AS p" \
	" WHERE NOT p.relrowsecurity OR NOT EXISTS (SELECT FROM pg_policy AS o JOIN pg_policy AS d" \
	" ON (d.polname, d.polcmd, d.polpermissive, d.polroles) = (o.polname, o.polcmd, o.polpermissive, o.polroles)" \
	" AND pg_get_expr(d.polqual, d.polrelid) = pg_get_expr(o.polqual, o.polrelid)" \
	" AND o.polwithcheck IS NULL AND d.polwithcheck IS NULL JOIN pg_class AS c ON c.oid = d.polrelid" \
	" WHERE o.polrelid = p.oid AND o.polname = 'of_all_events'" \
	" AND c.relnamespace = %3$u AND c.relname = 'raw_events_default') ORDER BY p.oid"

/* Statistics without their names and their table's. */
#define STATISTICS_OF(s) \
	"replace(replace(pg_get_statisticsobjdef(" s ".oid)," \
	" format('%%s.%%I', " s ".stxnamespace::regnamespace, " s ".stxname), '')," \
	" format(' FROM %%s', " s ".stxrelid::regclass), '')"

/* The partitions that lack statistics of the whole. */
#define WITHOUT_STATISTICS \
	"SELECT (SELECT n.nspname FROM pg_namespace AS n WHERE n.oid = p.relnamespace), p.relname FROM pg_statistic_ext AS s, " PARTITIONS " AS p" \
	" WHERE s.stxnamespace = %3$u AND s.stxname = %4$s AND s.stxrelid = %1$u" \
	" AND NOT EXISTS (SELECT FROM pg_statistic_ext AS o WHERE o.stxrelid = p.oid" \
	" AND " STATISTICS_OF("o") " = " STATISTICS_OF("s") ")"

/* Makes the triggers that are missing or are others. */
static void
update_triggers(TrailUpdate *update)
{
	SPITupleTable *table;
	uint64		count;

	cloudtrail_run(psprintf(TRIGGERS, update->trail->raw_events, update->trail->owner,
							update->trail->schema, update->model));
	table = SPI_tuptable;
	count = SPI_processed;
	for (uint64 row = 0; row < count; row++)
	{
		/* Events may have come or gone that it did not see. */
		if (strcmp(SPI_getvalue(table->vals[row], table->tupdesc, 2), "t") == 0)
			update->stale_facts = update->stale_sums = true;
		cloudtrail_run(SPI_getvalue(table->vals[row], table->tupdesc, 1));
	}
}

void
cloudtrail_update_partitions(TrailUpdate *update)
{
	int			level = cloudtrail_begin_comparison();

	update_triggers(update);
	cloudtrail_run_each(psprintf(COMMENTS, update->trail->raw_events, update->trail->owner));
	cloudtrail_run_each(psprintf(POLICIES, update->trail->raw_events, update->trail->owner,
								 update->trail->schema, update->trail->extension));
	AtEOXact_GUC(true, level);
}

void
cloudtrail_add_statistics(const TrailUpdate *update, const TrailStatement *statement)
{
	CreateStatsStmt *create = (CreateStatsStmt *) statement->raw->stmt;
	int			level = cloudtrail_begin_comparison();
	SPITupleTable *table;
	uint64		count;

	cloudtrail_run(psprintf(WITHOUT_STATISTICS, update->trail->raw_events, update->trail->owner,
							update->trail->schema,
							quote_literal_cstr(strVal(llast(create->defnames)))));
	table = SPI_tuptable;
	count = SPI_processed;
	AtEOXact_GUC(true, level);
	for (uint64 row = 0; row < count; row++)
	{
		TrailStatement copy = {copyObject(statement->raw), statement->all};

		/* PostgreSQL chooses the name, as it does for the columns of a table LIKE another. */
		create = (CreateStatsStmt *) copy.raw->stmt;
		create->defnames = NIL;
		create->if_not_exists = false;
		create->relations = list_make1(makeRangeVar(SPI_getvalue(table->vals[row],
																 table->tupdesc, 1),
													SPI_getvalue(table->vals[row], table->tupdesc,
																 2), -1));
		cloudtrail_run_statement(&copy);
	}
}
