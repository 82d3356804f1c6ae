/*
 * trail_query.c: SQL about a trail.
 */
#include "trail.h"

#include "utils/builtins.h"
#include "utils/guc.h"

void
cloudtrail_run(const char *sql)
{
	int			result = SPI_execute(sql, false, 0);

	if (result < 0)
		elog(ERROR, "SPI_execute failed: %s", SPI_result_code_string(result));
}

List *
cloudtrail_texts(const char *query)
{
	List	   *texts = NIL;
	SPITupleTable *table;
	uint64		count;

	cloudtrail_run(query);
	table = SPI_tuptable;
	count = SPI_processed;
	for (uint64 row = 0; row < count; row++)
		texts = lappend(texts, SPI_getvalue(table->vals[row], table->tupdesc, 1));
	return texts;
}

void
cloudtrail_run_commands(const List *commands)
{
	const ListCell *cell;

	foreach(cell, commands)
		cloudtrail_run(lfirst(cell));
}

void
cloudtrail_run_each(const char *query)
{
	cloudtrail_run_commands(cloudtrail_texts(query));
}

int
cloudtrail_begin_comparison(void)
{
	int			level = NewGUCNestLevel();

	(void) set_config_option("search_path", "pg_catalog, pg_temp",
							 PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	return level;
}

void
cloudtrail_check_types(SPITupleTable *table, int count, const Oid *types)
{
	for (int i = 0; i < count; i++)
		if (SPI_gettypeid(table->tupdesc, i + 1) != types[i])
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("column \"%s\" is of type %s, not %s", SPI_fname(table->tupdesc, i + 1),
							format_type_be(SPI_gettypeid(table->tupdesc, i + 1)),
							format_type_be(types[i]))));
}
