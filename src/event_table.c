/*
 * event_table.c: tables of events as cloudtrail_create_trail() makes them.
 */
#include "event_table.h"

#include "access/htup_details.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_partitioned_table.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "partitioning/partbounds.h"
#include "partitioning/partdesc.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/partcache.h"
#include "utils/rls.h"
#include "utils/syscache.h"

bool
has_column(TupleDesc columns, int number, Oid type)
{
	Form_pg_attribute column = TupleDescAttr(columns, number - 1);

	return !column->attisdropped && column->attgenerated == '\0' && column->atttypid == type;
}

/* The same, and of a name. */
static bool
has_named_column(TupleDesc columns, int number, const char *name, Oid type)
{
	return has_column(columns, number, type) &&
		strcmp(NameStr(TupleDescAttr(columns, number - 1)->attname), name) == 0;
}

bool
has_event_columns(Relation table, Oid event_type)
{
	TupleDesc	columns = RelationGetDescr(table);

	return columns->natts == EVENT_COLUMNS &&
		has_named_column(columns, COLUMN_EVENT_TIME, "event_time", TIMESTAMPTZOID) &&
		has_named_column(columns, COLUMN_EVENT_KEY, "event_key", UUIDOID) &&
		has_named_column(columns, COLUMN_EVENT, "event", event_type);
}

bool
is_of_time_and_key(Relation index)
{
	const FormData_pg_index *form = index->rd_index;

	return index->rd_rel->relam == BTREE_AM_OID && form->indnkeyatts == 2 &&
		form->indkey.values[0] == COLUMN_EVENT_TIME && form->indkey.values[1] == COLUMN_EVENT_KEY;
}

bool
may_use_table(Oid table, AclMode mode)
{
	/* SQL checks the schema if it looks up a name; an oid does without. */
	return ExecutorCheckPerms_hook == NULL &&
		pg_class_aclcheck(table, GetUserId(), mode) == ACLCHECK_OK &&
		schema_aclcheck(get_rel_namespace(table), GetUserId(), ACL_USAGE) == ACLCHECK_OK;
}

bool
may_use_all_rows(Oid table, AclMode mode)
{
	return may_use_table(table, mode) &&
		check_enable_rls(table, InvalidOid, true) != RLS_ENABLED;
}

bool
is_divided_by_time(Relation events)
{
	HeapTuple	tuple;
	Form_pg_partitioned_table form;
	bool		by_time;

	if (events->rd_rel->relkind != RELKIND_PARTITIONED_TABLE ||
		!has_column(RelationGetDescr(events), COLUMN_EVENT_TIME, TIMESTAMPTZOID))
		return false;
	/* To read the key from the cache of relations evaluates the expressions in it. */
	tuple = SearchSysCache1(PARTRELID, ObjectIdGetDatum(RelationGetRelid(events)));
	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_partitioned_table) GETSTRUCT(tuple);
	by_time = form->partstrat == PARTITION_STRATEGY_RANGE && form->partnatts == 1 &&
		form->partattrs.values[0] == COLUMN_EVENT_TIME;
	ReleaseSysCache(tuple);
	return by_time;
}

Oid
partition_of_time(Relation events, TimestampTz time)
{
	PartitionKey key = RelationGetPartitionKey(events);
	PartitionDesc partitions = RelationGetPartitionDesc(events, true);
	Datum		value = TimestampTzGetDatum(time);
	bool		equal;
	int			bound;
	int			index;

	if (partitions->nparts == 0)
		return InvalidOid;
	bound = partition_range_datum_bsearch(key->partsupfunc, key->partcollation,
										  partitions->boundinfo, 1, &value, &equal);
	index = partitions->boundinfo->indexes[bound + 1];
	return index < 0 ? InvalidOid : partitions->oids[index];
}
