/*
 * trail_create.c: making a trail.
 */
#include "trail_definition.h"

#include "access/genam.h"
#include "access/htup_details.h"
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
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

CLOUDTRAIL_FUNCTION(cloudtrail_create_trail);

/* Owner of a schema, and whether roles other than the owner may create objects there. */
static Oid
owner_of_schema(Oid schema, bool *shared)
{
	HeapTuple	tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(schema));
	bool		isnull;
	Datum		value;
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for schema %u", schema);
	owner = ((Form_pg_namespace) GETSTRUCT(tuple))->nspowner;
	value = SysCacheGetAttr(NAMESPACEOID, tuple, Anum_pg_namespace_nspacl, &isnull);
	*shared = false;
	if (!isnull)
	{
		Acl		   *acl = DatumGetAclPCopy(value);

		for (int i = 0; i < ACL_NUM(acl); i++)
		{
			AclItem    *item = &ACL_DAT(acl)[i];

			if (item->ai_grantee != owner && (ACLITEM_GET_PRIVS(*item) & ACL_CREATE) != 0)
				*shared = true;
		}
	}
	ReleaseSysCache(tuple);
	return owner;
}

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
	Oid			owner = owner_of_schema(schema, &shared);

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

void
cloudtrail_check_extension_schema(void)
{
	char	   *extension = get_namespace_name(cloudtrail_extension_schema());
	SPITupleTable *table;

	cloudtrail_run(psprintf("SELECT s.object, s.owner FROM %s.cloudtrail_shadowing_objects() AS s LIMIT 1",
							quote_identifier(extension)));
	table = SPI_tuptable;
	if (SPI_processed > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("%s of role \"%s\" could be taken for another one of its name",
						SPI_getvalue(table->vals[0], table->tupdesc, 1),
						SPI_getvalue(table->vals[0], table->tupdesc, 2)),
				 errdetail("Views and functions of a trail would run it with the rights of their callers."),
				 errhint("Create extension \"cloudtrail\" in a schema in which only trusted roles may create objects.")));
}

/* Changes of functions, operators, schemas and roles that this session was told of; from 1. */
static uint64 catalog_changes = 0;

/* Counts a change of a catalog. */
static void
count_change(Datum arg, syscache_id cache, uint32 hash)
{
	catalog_changes++;
}

/* Has the changes of catalogs counted from now on. */
static void
begin_counting(void)
{
	if (catalog_changes > 0)
		return;
	CacheRegisterSyscacheCallback(PROCOID, count_change, (Datum) 0);
	CacheRegisterSyscacheCallback(OPEROID, count_change, (Datum) 0);
	CacheRegisterSyscacheCallback(NAMESPACEOID, count_change, (Datum) 0);
	CacheRegisterSyscacheCallback(AUTHOID, count_change, (Datum) 0);
	catalog_changes = 1;
}

void
cloudtrail_check_calls(void)
{
	static uint64 checked = 0;
	bool		shared;
	Oid			owner = owner_of_schema(cloudtrail_extension_schema(), &shared);
	uint64		changes;

	if (!shared && (owner == GetUserId() || superuser_arg(owner)))
		return;
	begin_counting();
	changes = catalog_changes;
	if (checked == changes)
		return;
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	cloudtrail_check_extension_schema();
	SPI_finish();
	checked = changes;
}

int
cloudtrail_begin_definition(const char *schema)
{
	int			level = NewGUCNestLevel();
	char	   *extension =
		pstrdup(quote_identifier(get_namespace_name(cloudtrail_extension_schema())));

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
				 quote_identifier(get_namespace_name(cloudtrail_extension_schema())),
				 quote_literal_cstr(schema));
	SPITupleTable *table;
	uint64		count;

	cloudtrail_run(query);
	table = SPI_tuptable;
	count = SPI_processed;
	for (uint64 row = 0; row < count; row++)
		cloudtrail_run(SPI_getvalue(table->vals[row], table->tupdesc, 1));
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
