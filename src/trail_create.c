/*
 * trail_create.c: making a trail.
 */
#include "trail_definition.h"

#include "access/genam.h"
#include "access/table.h"
#include "catalog/catalog.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_namespace.h"
#include "commands/dbcommands.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

CLOUDTRAIL_FUNCTION(cloudtrail_create_trail);

/* Whether a schema has no object at all. */
static bool
is_empty_schema(Oid schema)
{
	ScanKeyData key[2];
	Relation	depend = table_open(DependRelationId, AccessShareLock);
	SysScanDesc scan;
	bool		empty;

	ScanKeyInit(&key[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(NamespaceRelationId));
	ScanKeyInit(&key[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(schema));
	scan = systable_beginscan(depend, DependReferenceIndexId, true, NULL, 2, key);
	empty = !HeapTupleIsValid(systable_getnext(scan));
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	return empty;
}

/* Reports an error if a schema that is there cannot become a trail. */
static void
check_schema_to_use(Oid schema, const char *name)
{
	bool		shared;
	Oid			owner = cloudtrail_schema_owner(schema, &shared);

	if (cloudtrail_is_trail(schema))
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_SCHEMA),
				 errmsg("trail \"%s\" already exists", name)));
	if (!is_empty_schema(schema))
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_SCHEMA),
				 errmsg("schema \"%s\" is not empty", name),
				 errhint("A trail takes a schema of its own; choose another name.")));
	if (owner != GetUserId())
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("schema \"%s\" belongs to role \"%s\"", name,
						GetUserNameFromId(owner, false)),
				 errdetail("The schema and the tables of a trail have one owner.")));
	if (shared)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("other roles may create objects in schema \"%s\"", name),
				 errhint("Revoke CREATE on the schema from other roles than its owner.")));
}

/* Makes the objects of a trail in a schema. */
static void
create_objects(const char *schema)
{
	int			level = cloudtrail_begin_definition(schema);
	ListCell   *cell;

	foreach(cell, cloudtrail_trail_statements())
		cloudtrail_run_statement(lfirst(cell));
	cloudtrail_comment_columns(schema);
	AtEOXact_GUC(true, level);
}

/* Reports an error if a text cannot be the name of a trail. */
static void
check_name(const char *name)
{
	if (name[0] == '\0' || strlen(name) >= NAMEDATALEN)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("invalid name for a trail: \"%s\"", name),
				 errdetail("A trail is a schema, whose name has 1 to %d bytes.", NAMEDATALEN - 1)));
	if (IsReservedName(name))
		ereport(ERROR,
				(errcode(ERRCODE_RESERVED_NAME),
				 errmsg("invalid name for a trail: \"%s\"", name),
				 errdetail("A trail is a schema, and \"pg_\" begins the names of PostgreSQL's own.")));
}

/* Reports an error if the caller may not create a schema in this database. */
static void
check_database(void)
{
	Datum		may = DirectFunctionCall2(has_database_privilege_id,
										  ObjectIdGetDatum(MyDatabaseId),
										  CStringGetTextDatum("CREATE"));

	if (!DatumGetBool(may))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for database %s", get_database_name(MyDatabaseId)),
				 errhint("A trail is a schema: it takes the privilege CREATE on the database, or an empty schema that you own.")));
}

/* Creates the schema, tables and views of a trail. */
Datum
cloudtrail_create_trail(PG_FUNCTION_ARGS)
{
	char	   *name;
	bool		if_not_exists = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);
	Oid			schema;
	int			level;

	cloudtrail_require_trail(fcinfo);
	name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	check_name(name);
	schema = get_namespace_oid(name, true);
	if (if_not_exists && OidIsValid(schema) && cloudtrail_is_trail(schema))
	{
		ereport(NOTICE,
				(errcode(ERRCODE_DUPLICATE_SCHEMA),
				 errmsg("trail \"%s\" already exists, skipping", name)));
		PG_RETURN_OID(schema);
	}
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	cloudtrail_check_extension_schema();
	level = NewGUCNestLevel();
	cloudtrail_define_here();
	if (OidIsValid(schema))
		check_schema_to_use(schema, name);
	else
	{
		check_database();
		cloudtrail_run(psprintf("CREATE SCHEMA %s", quote_identifier(name)));
	}
	create_objects(name);
	AtEOXact_GUC(true, level);
	SPI_finish();
	PG_RETURN_OID(get_namespace_oid(name, false));
}
