/*
 * fdw_handler.c: the foreign data wrapper, and IMPORT FOREIGN SCHEMA.
 */
#include "fdw.h"

#include <sys/stat.h>

#include "commands/defrem.h"
#include "foreign/foreign.h"
#include "nodes/parsenodes.h"
#include "server_file.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

CLOUDTRAIL_FUNCTION(cloudtrail_fdw_handler);

/* The name that an imported table has unless another is given. */
#define TABLE_NAME	"events"

/* Checks that a path can be read, of which an import makes a table. */
static void
check_path(const char *path)
{
	char	   *base;
	struct stat st;

	if (!is_absolute_path(path))
		ereport(ERROR,
				(errcode(ERRCODE_FDW_SCHEMA_NOT_FOUND),
				 errmsg("remote schema \"%s\" is not the absolute path of a folder or file",
						path)));
	check_may_name_files();
	base = split_log_path(path).base;
	if (stat(base, &st) != 0)
		ereport(ERROR,
				(errcode_for_path(),
				 errmsg("could not stat file \"%s\": %m", printable(base))));
}

/* Adds an option. */
static void
append_option(StringInfo out, const char *name, const char *value)
{
	appendStringInfo(out, ", %s %s", quote_identifier(name), quote_literal_cstr(value));
}

/* Makes the statement that creates a table over a path. */
static List *
import_path(ImportForeignSchemaStmt *stmt, Oid server)
{
	StringInfoData sql;
	StringInfoData options;
	const char *table = TABLE_NAME;
	ListCell   *lc;

	check_path(stmt->remote_schema);
	initStringInfo(&options);
	foreach(lc, stmt->options)
	{
		DefElem    *option = lfirst(lc);

		if (strcmp(option->defname, "table_name") == 0)
			table = defGetString(option);
		else
			append_option(&options, option->defname, defGetString(option));
	}
	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE FOREIGN TABLE %s.%s (", quote_identifier(stmt->local_schema),
					 quote_identifier(table));
	append_log_columns(&sql, format_type_be_qualified(log_event_type(server)));
	appendStringInfo(&sql, ") SERVER %s OPTIONS (path %s%s)",
					 quote_identifier(GetForeignServer(server)->servername),
					 quote_literal_cstr(stmt->remote_schema), options.data);
	return list_make1(sql.data);
}

bool
is_log_table(Oid table)
{
	ForeignServer *server = GetForeignServer(GetForeignTable(table)->serverid);
	Oid			handler = GetForeignDataWrapper(server->fdwid)->fdwhandler;
	FmgrInfo	function;

	if (!OidIsValid(handler))
		return false;
	fmgr_info(handler, &function);
	return function.fn_addr == cloudtrail_fdw_handler;
}

/* The routines of the foreign data wrapper. */
Datum
cloudtrail_fdw_handler(PG_FUNCTION_ARGS)
{
	FdwRoutine *routine = makeNode(FdwRoutine);

	routine->GetForeignRelSize = log_rel_size;
	routine->GetForeignPaths = log_paths;
	routine->GetForeignPlan = log_plan;
	routine->AnalyzeForeignTable = analyze_log_table;
	routine->ImportForeignSchema = import_path;
	log_scan_routines(routine);
	PG_RETURN_POINTER(routine);
}
