/*
 * trail.c: finding out whether a schema is a trail.
 */
#include "trail.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* Who reads a table that a function was given. */
typedef struct TableReader
{
	Acting		before;
	int			level;			/* of settings; 0 if the caller reads */
} TableReader;

/* The tables without which a schema is not a trail. */
static const char *const tables[] = {
	"raw_events", "log_files", "rejects", "digests", "signing_keys", "secret_facts",
	"issued_credentials", "activity",
	"action_activity", "principal_activity", "changed_days", "settings"
};

/* Schema of the extension; InvalidOid if this database does not have it. */
static Oid
find_extension_schema(void)
{
	Relation	extensions = table_open(ExtensionRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	Oid			schema = InvalidOid;

	ScanKeyInit(&key, Anum_pg_extension_extname, BTEqualStrategyNumber, F_NAMEEQ,
				CStringGetDatum("cloudtrail"));
	scan = systable_beginscan(extensions, ExtensionNameIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		schema = ((Form_pg_extension) GETSTRUCT(tuple))->extnamespace;
	systable_endscan(scan);
	table_close(extensions, AccessShareLock);
	return schema;
}

Oid
cloudtrail_extension_schema(void)
{
	Oid			schema = find_extension_schema();

	if (!OidIsValid(schema))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("extension \"cloudtrail\" does not exist")));
	return schema;
}

char *
cloudtrail_schema_name(Oid schema)
{
	char	   *name = get_namespace_name(schema);

	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_SCHEMA),
				 errmsg("schema with OID %u does not exist", schema)));
	return name;
}

/* Reports that a schema is not a trail. */
static void
report_no_trail(Oid schema, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_WRONG_OBJECT_TYPE),
			 errmsg("schema \"%s\" is not a trail", cloudtrail_schema_name(schema)),
			 errdetail_internal("%s", detail),
			 errhint("Use cloudtrail_create_trail() to create a trail.")));
}

/* Owner and kind of a table, and whether others may inherit from it, which may be NULL. */
static bool
find_table(Oid table, Oid *owner, char *kind, bool *has_children)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
	Form_pg_class form;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_class) GETSTRUCT(tuple);
	*owner = form->relowner;
	*kind = form->relkind;
	if (has_children != NULL)
		*has_children = form->relhassubclass;
	ReleaseSysCache(tuple);
	return true;
}

/* Checks that a table of a trail is there, of the right kind, of the trail's owner, and whole. */
static void
check_table(const Trail *trail, const char *name)
{
	Oid			table = get_relname_relid(name, trail->schema);
	Oid			owner;
	char		kind;
	bool		has_children;

	if (!OidIsValid(table) || !find_table(table, &owner, &kind, &has_children))
		report_no_trail(trail->schema, psprintf("Table \"%s\" is missing.", name));
	if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE)
		report_no_trail(trail->schema, psprintf("\"%s\" is not a table.", name));
	if (owner != trail->owner)
		report_no_trail(trail->schema,
						psprintf("Table \"%s\" does not belong to the owner of the schema.", name));
	/* Partitions, of which there may be many, are looked at if a superuser acts. */
	if (has_children && kind == RELKIND_RELATION)
		cloudtrail_check_children(trail, table);
	cloudtrail_check_whole(trail, table);
}

/* Checks that a column of raw_events is what the extension made. */
static void
check_column(const Trail *trail, const char *name, Oid type)
{
	AttrNumber	number = get_attnum(trail->raw_events, name);

	if (number == InvalidAttrNumber || get_atttype(trail->raw_events, number) != type)
		report_no_trail(trail->schema,
						psprintf("Column \"%s\" of \"raw_events\" is missing or of another type.",
								 name));
}

/* Type cloudtrail_event. */
static Oid
event_type(Oid extension_schema)
{
	return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("cloudtrail_event"),
						   ObjectIdGetDatum(extension_schema));
}

/* Checks that all that makes a schema a trail is there and of one owner. */
static void
check_trail(Trail *trail)
{
	Oid			extension_schema = cloudtrail_extension_schema();

	trail->name = pstrdup(quote_identifier(cloudtrail_schema_name(trail->schema)));
	for (int i = 0; i < (int) lengthof(tables); i++)
		check_table(trail, tables[i]);
	check_column(trail, "event_time", TIMESTAMPTZOID);
	check_column(trail, "event_key", UUIDOID);
	trail->event_type = event_type(extension_schema);
	check_column(trail, "event", trail->event_type);
	trail->extension = pstrdup(quote_identifier(cloudtrail_schema_name(extension_schema)));
}

void
cloudtrail_open_trail(Oid schema, Trail *trail)
{
	trail->schema = schema;
	trail->owner = cloudtrail_schema_owner(schema, NULL);
	trail->raw_events = get_relname_relid("raw_events", schema);
	check_trail(trail);
}

Relation
cloudtrail_open_table(const Trail *trail, const char *name, LOCKMODE mode)
{
	Oid			oid = get_relname_relid(name, trail->schema);
	Relation	table = OidIsValid(oid) ? try_table_open(oid, mode) : NULL;

	if (table == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("table \"%s.%s\" does not exist", trail->name, name)));
	return table;
}

bool
cloudtrail_is_trail(Oid schema)
{
	Oid			raw_events = get_relname_relid("raw_events", schema);
	AttrNumber	event;
	Oid			extension_schema;

	if (!OidIsValid(raw_events))
		return false;
	event = get_attnum(raw_events, "event");
	extension_schema = find_extension_schema();
	return event != InvalidAttrNumber && OidIsValid(extension_schema) &&
		get_atttype(raw_events, event) == event_type(extension_schema);
}

void
cloudtrail_trail_of_events(Relation rel, Trail *trail)
{
	Oid			root = RelationGetRelid(rel);

	if (rel->rd_rel->relispartition)
	{
		List	   *ancestors = get_partition_ancestors(root);

		/* One that is being detached concurrently has none any more. */
		if (ancestors != NIL)
			root = llast_oid(ancestors);
		list_free(ancestors);
	}
	cloudtrail_open_trail(get_rel_namespace(root), trail);
	if (trail->raw_events != root || rel->rd_rel->relowner != trail->owner)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("table \"%s\" is not the events' table of a trail or a partition of it",
						RelationGetRelationName(rel))));
}

void
cloudtrail_check_owner(const Trail *trail)
{
	if (!superuser())
		return;
	/* What runs after SET ROLE can reset the role, and has the session's rights again. */
	if (!superuser_arg(trail->owner))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("a superuser cannot act on trail %s of role \"%s\"", trail->name,
						GetUserNameFromId(trail->owner, false)),
				 errdetail("Objects of that role would run with the rights of a superuser."),
				 errhint("Connect as role %1$s, or use SET ROLE %1$s first if you trust it: its objects could reset the role.",
						 quote_identifier(GetUserNameFromId(trail->owner, false)))));
	cloudtrail_check_parts(trail);
}

void
cloudtrail_act_as(Oid role, Acting *before)
{
	GetUserIdAndSecContext(&before->caller, &before->context);
	SetUserIdAndSecContext(role, before->context | SECURITY_LOCAL_USERID_CHANGE |
						   SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS);
}

void
cloudtrail_act_as_before(const Acting *before)
{
	SetUserIdAndSecContext(before->caller, before->context);
}

/* Begins to read a table, as its owner if the caller must not. */
static void
begin_reading(Oid table, TableReader *reader)
{
	Oid			owner;
	char		kind;

	reader->level = 0;
	if (!superuser() || !find_table(table, &owner, &kind, NULL) || superuser_arg(owner))
		return;
	reader->level = NewGUCNestLevel();
	cloudtrail_act_as(owner, &reader->before);
}

/* Is the caller again. */
static void
end_reading(const TableReader *reader)
{
	if (reader->level == 0)
		return;
	AtEOXact_GUC(false, reader->level);
	cloudtrail_act_as_before(&reader->before);
}

void
cloudtrail_read_table(Oid table, const KeptStatement *statement, const Datum *values, long limit)
{
	TableReader reader;
	int			result;

	begin_reading(table, &reader);
	result = run_kept_plan(statement, unconstify(Datum *, values), NULL, true, limit);
	end_reading(&reader);
	if (result != SPI_OK_SELECT)
		elog(ERROR, "cannot read %s", cloudtrail_table_name(table));
}

char *
cloudtrail_table_name(Oid table)
{
	char	   *name = get_rel_name(table);

	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("table with OID %u does not exist", table)));
	return quote_qualified_identifier(cloudtrail_schema_name(get_rel_namespace(table)), name);
}

ErrorContextCallback *
cloudtrail_hide_callers(int places)
{
	ErrorContextCallback *whole = error_context_stack;

	for (int i = 0; i < places && error_context_stack != NULL; i++)
		error_context_stack = error_context_stack->previous;
	return whole;
}

void
cloudtrail_require_trail(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("trail must not be null")));
}
