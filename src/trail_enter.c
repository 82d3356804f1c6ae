/*
 * trail_enter.c: what a function checks before it acts on a trail.
 */
#include "trail.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_namespace.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

CLOUDTRAIL_FUNCTION(cloudtrail_enter_trail);

/* Whether roles other than its owner may create objects in a schema. */
static bool
may_others_create(HeapTuple schema, Oid owner)
{
	bool		isnull;
	Datum		value = SysCacheGetAttr(NAMESPACEOID, schema, Anum_pg_namespace_nspacl, &isnull);
	Acl		   *acl;

	if (isnull)
		return false;
	acl = DatumGetAclPCopy(value);
	for (int i = 0; i < ACL_NUM(acl); i++)
	{
		AclItem    *item = &ACL_DAT(acl)[i];

		if (item->ai_grantee != owner && (ACLITEM_GET_PRIVS(*item) & ACL_CREATE) != 0)
			return true;
	}
	return false;
}

Oid
cloudtrail_schema_owner(Oid schema, bool *shared)
{
	HeapTuple	tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(schema));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_SCHEMA),
				 errmsg("schema with OID %u does not exist", schema)));
	owner = ((Form_pg_namespace) GETSTRUCT(tuple))->nspowner;
	if (shared != NULL)
		*shared = may_others_create(tuple, owner);
	ReleaseSysCache(tuple);
	return owner;
}

void
cloudtrail_check_extension_schema(void)
{
	char	   *extension = cloudtrail_schema_name(cloudtrail_extension_schema());
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
	Oid			owner = cloudtrail_schema_owner(cloudtrail_extension_schema(), &shared);
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

void
cloudtrail_enter(Oid schema, Trail *trail)
{
	cloudtrail_open_trail(schema, trail);

	/*
	 * Tables of a schema that may not be used would not be found, which says nothing of the
	 * reason.
	 */
	(void) LookupExplicitNamespace(cloudtrail_schema_name(trail->schema), false);
	cloudtrail_check_owner(trail);
	cloudtrail_check_calls();
	(void) set_config_option("search_path", psprintf("pg_catalog, %s, pg_temp", trail->name),
							 PGC_USERSET, PGC_S_SESSION, GUC_ACTION_LOCAL, true, 0, false);
}

/* The same for SQL: for statements of our functions. */
Datum
cloudtrail_enter_trail(PG_FUNCTION_ARGS)
{
	ErrorContextCallback *context = cloudtrail_hide_callers(2);
	Trail		trail;

	cloudtrail_require_trail(fcinfo);
	cloudtrail_enter(PG_GETARG_OID(0), &trail);
	error_context_stack = context;
	PG_RETURN_VOID();
}
