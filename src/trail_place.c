/*
 * trail_place.c: events that come without time and key find their partition.
 */
#include "trail.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/uuid.h"

CLOUDTRAIL_FUNCTION(cloudtrail_place_event);

/* Inserts an event, with its time and key, into the whole trail, as the caller. */
static void
insert_whole(const Trail *trail, Datum event)
{
	char	   *sql = psprintf("INSERT INTO %1$s.raw_events (event_time, event_key, event)"
							   " VALUES (%2$s.event_time($1), %2$s.event_key($1), $1) ON CONFLICT DO NOTHING",
							   trail->name, trail->extension);
	Oid			type = trail->event_type;
	int			result = SPI_execute_with_args(sql, 1, &type, &event, NULL, false, 0);

	if (result < 0)
		elog(ERROR, "SPI_execute_with_args failed: %s", SPI_result_code_string(result));
	pfree(sql);
}

/* Reports an error unless called as the trigger that the extension makes. */
static void
check_trigger(FunctionCallInfo fcinfo)
{
	TriggerData *change = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_BEFORE(change->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(change->tg_event) || !TRIGGER_FIRED_BY_INSERT(change->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("cloudtrail_place_event() was not called as the trigger that cloudtrail_create_trail() makes")));
}

/* The column of a name and type: a partition may have its columns in another order. */
static int
find_column(Relation rel, const char *name, Oid type)
{
	TupleDesc	columns = RelationGetDescr(rel);
	int			number = SPI_fnumber(columns, name);

	if (number <= 0 || SPI_gettypeid(columns, number) != type)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("column \"%s\" of table \"%s\" is missing or of another type", name,
						RelationGetRelationName(rel))));
	return number;
}

/* Whether a new row has no value in a column. */
static bool
is_null(const TriggerData *change, const char *name, Oid type)
{
	return heap_attisnull(change->tg_trigtuple, find_column(change->tg_relation, name, type),
						  RelationGetDescr(change->tg_relation));
}

/*
 * Trigger before each row of the default partition: an event without time or
 * key goes, with both, where it belongs.  One that has them was sent here
 * since its month has no partition, and stays.
 */
Datum
cloudtrail_place_event(PG_FUNCTION_ARGS)
{
	TriggerData *change = (TriggerData *) fcinfo->context;
	Trail		trail;
	Datum		event;
	bool		isnull;

	check_trigger(fcinfo);
	if (!is_null(change, "event_time", TIMESTAMPTZOID) && !is_null(change, "event_key", UUIDOID))
		return PointerGetDatum(change->tg_trigtuple);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	cloudtrail_trail_of_events(change->tg_relation, &trail);
	event = heap_getattr(change->tg_trigtuple,
						 find_column(change->tg_relation, "event", trail.event_type),
						 RelationGetDescr(change->tg_relation), &isnull);
	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NOT_NULL_VIOLATION),
				 errmsg("null value in column \"event\" of relation \"raw_events\" violates not-null constraint")));
	insert_whole(&trail, event);
	SPI_finish();
	return PointerGetDatum(NULL);
}
