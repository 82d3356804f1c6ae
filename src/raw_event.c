/*
 * raw_event.c: an event by its time and key.
 *
 * A join of raw_events would make every view plan all partitions of a trail,
 * and would look as dear to the planner as if it read each of them for each
 * row.  A lookup by time and key needs one partition, and the primary key of
 * that: a statement for each row would take ten times as long.
 */
#include "trail.h"

#include "access/genam.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_type.h"
#include "event_table.h"
#include "kept_plan.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

CLOUDTRAIL_FUNCTION(cloudtrail_raw_event);
CLOUDTRAIL_FUNCTION(cloudtrail_has_event);

/* The event that is looked for, and what was found. */
typedef struct Lookup
{
	Oid			events;
	TimestampTz time;
	Datum		key;
	Oid			type;			/* of the event */
	bool		found;
	Datum		event;
} Lookup;

/* Reads the event by an index. */
static void
scan_index(Relation table, Relation index, Lookup *lookup)
{
	TupleTableSlot *slot = table_slot_create(table, NULL);
	IndexScanDesc scan = begin_index_scan(table, index, GetActiveSnapshot(), 2);
	ScanKeyData keys[2];

	ScanKeyInit(&keys[0], 1, BTEqualStrategyNumber, F_TIMESTAMPTZ_EQ,
				TimestampTzGetDatum(lookup->time));
	ScanKeyInit(&keys[1], 2, BTEqualStrategyNumber, F_UUID_EQ, lookup->key);
	index_rescan(scan, keys, 2, NULL, 0);
	if (index_getnext_slot(scan, ForwardScanDirection, slot))
	{
		bool		isnull;
		Datum		event = slot_getattr(slot, COLUMN_EVENT, &isnull);

		lookup->found = !isnull;
		if (!isnull)
			lookup->event = datumCopy(event, false, -1);
	}
	index_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
}

/* Reads the event in one table; false if that takes SQL. */
static bool
look_into_table(Relation table, Lookup *lookup)
{
	bool		done = false;

	if (table->rd_rel->relkind == RELKIND_RELATION && !table->rd_rel->relhassubclass &&
		has_event_columns(table, lookup->type))
	{
		List	   *indexes = RelationGetIndexList(table);

		list_free(indexes);
		if (OidIsValid(table->rd_pkindex))
		{
			Relation	index = index_open(table->rd_pkindex, AccessShareLock);

			done = index->rd_index->indisvalid && is_of_time_and_key(index);
			if (done)
				scan_index(table, index, lookup);
			index_close(index, NoLock);
		}
	}
	return done;
}

/* Reads the event by the index of its partition; false if that takes SQL. */
static bool
look_up_directly(Lookup *lookup)
{
	Relation	events;
	bool		done = false;

	if (!may_use_all_rows(lookup->events, ACL_SELECT) || cloudtrail_is_distributed(lookup->events))
		return false;
	events = try_table_open(lookup->events, AccessShareLock);
	if (events == NULL)
		return false;
	if (is_divided_by_time(events))
	{
		Oid			oid = partition_of_time(events, lookup->time);

		if (OidIsValid(oid))
		{
			/* It can be detached and dropped meanwhile. */
			Relation	partition = try_table_open(oid, AccessShareLock);

			if (partition != NULL)
			{
				done = look_into_table(partition, lookup);
				table_close(partition, NoLock);
			}
		}
	}
	else
		done = look_into_table(events, lookup);
	table_close(events, NoLock);
	return done;
}

/* Runs a query for the row of a time and key in a table or view, which SPI then has. */
static void
select_row(const char *columns, Oid events, TimestampTz time, Datum key)
{
	static const Oid types[] = {TIMESTAMPTZOID, UUIDOID};
	Datum		values[] = {TimestampTzGetDatum(time), key};
	KeptStatement statement = {
		.text = psprintf("SELECT %s FROM %s WHERE event_time OPERATOR(pg_catalog.=) $1"
						 " AND event_key OPERATOR(pg_catalog.=) $2", columns,
						 cloudtrail_table_name(events)),
		.count = lengthof(types),
		.types = types,
		/* A plan for each time would leave partitions out, and cost more than it saves. */
		.options = CURSOR_OPT_GENERIC_PLAN
	};

	cloudtrail_read_table(events, &statement, values, 1);
}

/* Looks the event up by SQL. */
static void
look_up_by_sql(Lookup *lookup)
{
	SPI_connect();
	select_row("event", lookup->events, lookup->time, lookup->key);
	cloudtrail_check_types(SPI_tuptable, 1, &lookup->type);
	if (SPI_processed > 0)
	{
		bool		isnull;
		Datum		event = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);

		lookup->found = !isnull;
		if (!isnull)
			lookup->event = SPI_datumTransfer(event, false, -1);
	}
	SPI_finish();
}

/*
 * The event of a table of events that has a time and key; null if there is
 * none, or none that the caller may see.
 */
Datum
cloudtrail_raw_event(PG_FUNCTION_ARGS)
{
	Lookup		lookup = {
		.events = PG_GETARG_OID(0),
		.time = PG_GETARG_TIMESTAMPTZ(1),
		.key = PG_GETARG_DATUM(2),
		.type = get_func_rettype(fcinfo->flinfo->fn_oid)
	};

	if (!look_up_directly(&lookup))
		look_up_by_sql(&lookup);
	if (!lookup.found)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(lookup.event);
}

/*
 * Whether a table or view has a row, that the caller may see, with the time and
 * key of an event.  A condition of this costs the planner what a function costs,
 * whatever the view reads: EXISTS would look as dear as if it were evaluated for
 * every row that the other conditions leave out.
 */
Datum
cloudtrail_has_event(PG_FUNCTION_ARGS)
{
	bool		found;

	SPI_connect();
	select_row("", PG_GETARG_OID(0), PG_GETARG_TIMESTAMPTZ(1), PG_GETARG_DATUM(2));
	found = SPI_processed > 0;
	SPI_finish();
	PG_RETURN_BOOL(found);
}
