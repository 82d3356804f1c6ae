/*
 * event_table.c: tables of events as cloudtrail_create_trail() makes them.
 */
#include "event_table.h"

#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "partitioning/partbounds.h"
#include "partitioning/partdesc.h"
#include "utils/partcache.h"

/* Whether a column is there and of a type. */
static bool
is_column(TupleDesc columns, int number, const char *name, Oid type)
{
	Form_pg_attribute column = TupleDescAttr(columns, number - 1);

	return !column->attisdropped && column->attgenerated == '\0' && column->atttypid == type &&
		strcmp(NameStr(column->attname), name) == 0;
}

bool
has_event_columns(Relation table, Oid event_type)
{
	TupleDesc	columns = RelationGetDescr(table);

	return columns->natts == EVENT_COLUMNS &&
		is_column(columns, COLUMN_EVENT_TIME, "event_time", TIMESTAMPTZOID) &&
		is_column(columns, COLUMN_EVENT_KEY, "event_key", UUIDOID) &&
		is_column(columns, COLUMN_EVENT, "event", event_type);
}

bool
is_divided_by_time(Relation events)
{
	PartitionKey key;

	if (events->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
		return false;
	key = RelationGetPartitionKey(events);
	return key->strategy == PARTITION_STRATEGY_RANGE && key->partnatts == 1 &&
		key->partattrs[0] == COLUMN_EVENT_TIME;
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
