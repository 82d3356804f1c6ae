/*
 * trail_update.c: bringing a trail up to date after an upgrade of the extension.
 *
 * The statements that make a trail are run again, each so that it replaces
 * what is there, or adds what is missing; what the user wrote into tables
 * stays.
 */
#include "trail_definition.h"

#include "catalog/namespace.h"
#include "commands/policy.h"
#include "executor/spi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

CLOUDTRAIL_FUNCTION(cloudtrail_update_trail);

/* A schema in which the objects are made for comparison. */
#define MODEL_SCHEMA	"cloudtrail update of %s"

/* The commands that add to a trail's table the columns that the model's has. */
#define MISSING_COLUMNS \
	"SELECT pg_catalog.format('ALTER TABLE %%s ADD COLUMN %%I %%s%%s%%s', %s, a.attname," \
	" pg_catalog.format_type(a.atttypid, a.atttypmod)," \
	" pg_catalog.concat(' DEFAULT ' OPERATOR(pg_catalog.||) pg_catalog.pg_get_expr(d.adbin, d.adrelid))," \
	" CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END)" \
	" FROM pg_catalog.pg_attribute AS a LEFT JOIN pg_catalog.pg_attrdef AS d" \
	" ON d.adrelid OPERATOR(pg_catalog.=) a.attrelid AND d.adnum OPERATOR(pg_catalog.=) a.attnum" \
	" WHERE a.attrelid OPERATOR(pg_catalog.=) %u AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped" \
	" AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute AS o WHERE o.attrelid OPERATOR(pg_catalog.=) %u" \
	" AND o.attname OPERATOR(pg_catalog.=) a.attname AND NOT o.attisdropped) ORDER BY a.attnum"

/* The commands that give a trail's table the constraints that the model's has, by name. */
#define MISSING_CONSTRAINTS \
	"SELECT pg_catalog.format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', %s, n.conname," \
	" pg_catalog.pg_get_constraintdef(n.oid))" \
	" FROM pg_catalog.pg_constraint AS n" \
	" WHERE n.conrelid OPERATOR(pg_catalog.=) %u" \
	" AND n.contype OPERATOR(pg_catalog.=) ANY ('{c,p,u}'::pg_catalog.\"char\"[])" \
	" AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS o WHERE o.conrelid OPERATOR(pg_catalog.=) %u" \
	" AND o.conname OPERATOR(pg_catalog.=) n.conname) ORDER BY n.conname"

/* Adds to a table what the same table of the model has, by the commands that a query returns. */
static void
add_missing(const char *query, Oid table, Oid model)
{
	char	   *name = quote_qualified_identifier(get_namespace_name(get_rel_namespace(table)),
												  get_rel_name(table));
	SPITupleTable *commands;
	uint64		count;

	cloudtrail_run(psprintf(query, quote_literal_cstr(name), model, table));
	commands = SPI_tuptable;
	count = SPI_processed;
	for (uint64 row = 0; row < count; row++)
		cloudtrail_run(SPI_getvalue(commands->vals[row], commands->tupdesc, 1));
}

/* Makes the trail's table as the model's is; true if the trail has it. */
static bool
update_table(const Trail *trail, Oid model, const CreateStmt *create)
{
	Oid			table = get_relname_relid(create->relation->relname, trail->schema);
	Oid			model_table = get_relname_relid(create->relation->relname, model);

	if (!OidIsValid(table))
		return false;
	add_missing(MISSING_COLUMNS, table, model_table);
	add_missing(MISSING_CONSTRAINTS, table, model_table);
	return true;
}

/* Drops the policy that a statement makes, if it is there. */
static void
drop_policy(const CreatePolicyStmt *create)
{
	Oid			table = RangeVarGetRelid(create->table, AccessExclusiveLock, false);

	if (OidIsValid(get_relation_policy_oid(table, create->policy_name, true)))
		cloudtrail_run(psprintf("DROP POLICY %s ON %s", quote_identifier(create->policy_name),
								quote_identifier(create->table->relname)));
}

/* Runs a statement of the definition on a trail that may have its object already. */
static void
update_object(const Trail *trail, Oid model, const TrailStatement *statement)
{
	Node	   *tree = statement->raw->stmt;

	switch (nodeTag(tree))
	{
		case T_CreateStmt:
			if (update_table(trail, model, (CreateStmt *) tree))
				return;
			break;
		case T_ViewStmt:
			((ViewStmt *) tree)->replace = true;
			break;
		case T_IndexStmt:
			((IndexStmt *) tree)->if_not_exists = true;
			break;
		case T_CreateStatsStmt:
			((CreateStatsStmt *) tree)->if_not_exists = true;
			break;
		case T_CreateTrigStmt:
			((CreateTrigStmt *) tree)->replace = true;
			break;
		case T_CreatePolicyStmt:
			drop_policy((CreatePolicyStmt *) tree);
			break;
		default:
			break;
	}
	cloudtrail_run_statement(statement);
}

/* Makes the objects of a trail in a schema for comparison, and returns it. */
static Oid
make_model(const char *name)
{
	int			level;
	ListCell   *cell;

	cloudtrail_run(psprintf("CREATE SCHEMA %s", quote_identifier(name)));
	level = cloudtrail_begin_definition(name);
	foreach(cell, cloudtrail_trail_statements())
		cloudtrail_run_statement(lfirst(cell));
	AtEOXact_GUC(true, level);
	return get_namespace_oid(name, false);
}

/* Brings the objects of a trail up to date. */
static void
update_objects(const Trail *trail)
{
	char	   *schema = get_namespace_name(trail->schema);
	char	   *model_name = psprintf(MODEL_SCHEMA, schema);
	Oid			model;
	int			level;
	ListCell   *cell;

	model_name[pg_mbcliplen(model_name, strlen(model_name), NAMEDATALEN - 1)] = '\0';
	model = make_model(model_name);
	level = cloudtrail_begin_definition(schema);
	foreach(cell, cloudtrail_trail_statements())
		update_object(trail, model, lfirst(cell));
	cloudtrail_comment_columns(schema);
	cloudtrail_run(psprintf("DROP SCHEMA %s CASCADE", quote_identifier(model_name)));
	AtEOXact_GUC(true, level);
}

/* Brings the tables and views of a trail up to date after an upgrade of the extension. */
Datum
cloudtrail_update_trail(PG_FUNCTION_ARGS)
{
	Trail		trail;

	cloudtrail_open_trail(PG_GETARG_OID(0), &trail);
	if (trail.owner != GetUserId())
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("must be owner of trail %s", trail.name),
				 errhint("Use SET ROLE %s first.", quote_identifier(GetUserNameFromId(trail.owner, false)))));
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	cloudtrail_check_extension_schema();
	update_objects(&trail);
	SPI_finish();
	PG_RETURN_VOID();
}
