/*
 * trail_parts.c: all that a superuser's trail is made of is a superuser's.
 *
 * A statement on a table runs triggers, defaults and checks of its partitions
 * and of the tables that inherit from it; planning one suffices to run what is
 * constant in their checks, indexes and statistics.  Hence what a superuser
 * calls, and triggers that act as a superuser, look for parts of other roles
 * before that.
 */
#include "trail.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_namespace.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* Reports a part that another role could have put code on. */
static void
report_part(const Trail *trail, Form_pg_class part)
{
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("relation \"%s\" of role \"%s\" is part of trail %s", NameStr(part->relname),
					GetUserNameFromId(part->relowner, true), trail->name),
			 errdetail("Objects of that role would run with the rights of the trail's owner."),
			 errhint("Give it to the owner of the trail, or take it out.")));
}

/* Checks that a relation is of the trail's owner or a superuser, and what inherits from it. */
static void
check_part(const Trail *trail, Oid relation)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	Form_pg_class part;
	bool		has_children;

	if (!HeapTupleIsValid(tuple))
		return;					/* dropped by another session */
	part = (Form_pg_class) GETSTRUCT(tuple);
	if (part->relowner != trail->owner && !superuser_arg(part->relowner))
		report_part(trail, part);
	has_children = part->relhassubclass;
	ReleaseSysCache(tuple);
	if (has_children)
		cloudtrail_check_children(trail, relation);
}

void
cloudtrail_check_children(const Trail *trail, Oid table)
{
	Relation	inherits;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	check_stack_depth();
	inherits = table_open(InheritsRelationId, AccessShareLock);
	ScanKeyInit(&key, Anum_pg_inherits_inhparent, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(table));
	scan = systable_beginscan(inherits, InheritsParentIndexId, true, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		check_part(trail, ((Form_pg_inherits) GETSTRUCT(tuple))->inhrelid);
	systable_endscan(scan);
	table_close(inherits, AccessShareLock);
}

void
cloudtrail_check_parts(const Trail *trail)
{
	Relation	depend = table_open(DependRelationId, AccessShareLock);
	ScanKeyData key[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	/* All relations of a schema depend on it. */
	ScanKeyInit(&key[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(NamespaceRelationId));
	ScanKeyInit(&key[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(trail->schema));
	scan = systable_beginscan(depend, DependReferenceIndexId, true, NULL, 2, key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend object = (Form_pg_depend) GETSTRUCT(tuple);

		if (object->classid == RelationRelationId && object->objsubid == 0)
			check_part(trail, object->objid);
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
}
