/*
 * trail_definition.c: the statements that make the objects of a trail.
 *
 * They are plain SQL of the installation (sql/table and sql/audit), which the
 * SQL function cloudtrail_trail_definition() returns as one text.
 */
#include "trail_definition.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_proc.h"
#include "funcapi.h"
#include "nodes/makefuncs.h"
#include "parser/parser.h"
#include "tcop/dest.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"

CLOUDTRAIL_FUNCTION(cloudtrail_trail_relations);

/* The text of all statements. */
static char *
definition(void)
{
	oidvector  *none = buildoidvector(NULL, 0);
	Oid			function = GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid,
										   CStringGetDatum("cloudtrail_trail_definition"),
										   PointerGetDatum(none),
										   ObjectIdGetDatum(cloudtrail_extension_schema()));

	if (!OidIsValid(function))
		elog(ERROR, "function cloudtrail_trail_definition() does not exist");
	return TextDatumGetCString(OidFunctionCall0(function));
}

List *
cloudtrail_trail_statements(void)
{
	char	   *all = definition();
	List	   *statements = NIL;
	ListCell   *cell;

	foreach(cell, raw_parser(all, RAW_PARSE_DEFAULT))
	{
		RawStmt    *raw = lfirst_node(RawStmt, cell);
		TrailStatement *statement = palloc(sizeof(TrailStatement));

		statement->raw = raw;
		statement->all = all;
		statements = lappend(statements, statement);
	}
	return statements;
}

/* Runs a statement that fills a table. */
static void
run_query(const TrailStatement *statement)
{
	const char *start = statement->all + statement->raw->stmt_location;
	int			len = statement->raw->stmt_len;

	cloudtrail_run(len > 0 ? pnstrdup(start, len) : start);
}

void
cloudtrail_run_statement(const TrailStatement *statement)
{
	PlannedStmt *utility;

	if (IsA(statement->raw->stmt, InsertStmt))
	{
		run_query(statement);
		return;
	}
	utility = makeNode(PlannedStmt);
	utility->commandType = CMD_UTILITY;
	utility->canSetTag = true;
	utility->utilityStmt = statement->raw->stmt;
	utility->stmt_location = statement->raw->stmt_location;
	utility->stmt_len = statement->raw->stmt_len;
	ProcessUtility(utility, statement->all, false, PROCESS_UTILITY_SUBCOMMAND, NULL, NULL,
				   None_Receiver, NULL);
	CommandCounterIncrement();
}

int
cloudtrail_begin_definition(const char *schema)
{
	int			level = NewGUCNestLevel();
	char	   *extension =
		pstrdup(quote_identifier(cloudtrail_schema_name(cloudtrail_extension_schema())));

	(void) set_config_option("search_path",
							 psprintf("%s, %s, pg_temp", quote_identifier(schema), extension),
							 PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	(void) set_config_option("client_min_messages", "warning",
							 PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	(void) set_config_option("check_function_bodies", "on",
							 PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	/* Patterns in views have backslashes; the owner of a database sets what others begin with. */
	(void) set_config_option("standard_conforming_strings", "on",
							 PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	return level;
}

void
cloudtrail_comment_columns(const char *schema)
{
	char	   *query =
		psprintf("SELECT command FROM %s.cloudtrail_column_comments(%s::pg_catalog.text)",
				 quote_identifier(cloudtrail_schema_name(cloudtrail_extension_schema())),
				 quote_literal_cstr(schema));

	cloudtrail_run_each(query);
}

/* Name of the table or view that a statement makes, NULL if it makes none. */
static const char *
made_relation(const Node *tree)
{
	switch (nodeTag(tree))
	{
		case T_CreateStmt:
			return ((const CreateStmt *) tree)->relation->relname;
		case T_ViewStmt:
			return ((const ViewStmt *) tree)->view->relname;
		default:
			return NULL;
	}
}

/* Lists the tables and views that a trail has. */
Datum
cloudtrail_trail_relations(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	ListCell   *cell;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	foreach(cell, cloudtrail_trail_statements())
	{
		const TrailStatement *statement = lfirst(cell);
		const char *name = made_relation(statement->raw->stmt);
		Datum		value;
		bool		isnull = false;

		if (name == NULL)
			continue;
		value = CStringGetTextDatum(name);
		tuplestore_putvalues(result->setResult, result->setDesc, &value, &isnull);
	}
	return (Datum) 0;
}
