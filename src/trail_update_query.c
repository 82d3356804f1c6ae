/*
 * trail_update_query.c: the queries by which an update compares, and the
 * commands that they return.
 */
#include "trail_update.h"

#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/guc.h"

int
cloudtrail_begin_comparison(void)
{
	int			level = NewGUCNestLevel();

	(void) set_config_option("search_path", "pg_catalog, pg_temp",
							 PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	return level;
}

char *
cloudtrail_moved(const TrailUpdate *update, const char *expression)
{
	return psprintf("replace(%s, %s, %s)", expression,
					quote_literal_cstr(psprintf("%s.", quote_identifier(update->model_name))),
					quote_literal_cstr(psprintf("%s.", quote_identifier(update->schema))));
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
