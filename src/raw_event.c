/*
 * raw_event.c: the event of a row of a view, by its key.
 *
 * A join of raw_events would make every view plan all partitions of a trail,
 * and would look as dear to the planner as if it read each of them for each
 * row.  A lookup by time and key needs one partition.
 */
#include "trail.h"

#include "catalog/pg_type.h"
#include "kept_plan.h"
#include "utils/lsyscache.h"

CLOUDTRAIL_FUNCTION(cloudtrail_raw_event);

/* Looks an event up. */
static void
look_up_event(Oid events, Datum *key)
{
	static const Oid types[] = {TIMESTAMPTZOID, UUIDOID};
	KeptStatement lookup = {
		.text = psprintf("SELECT event FROM %s WHERE event_time OPERATOR(pg_catalog.=) $1"
						 " AND event_key OPERATOR(pg_catalog.=) $2", cloudtrail_table_name(events)),
		.count = lengthof(types),
		.types = types
	};

	if (run_kept_plan(&lookup, key, NULL, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "cannot look up an event");
}

/*
 * The event of a table of events that has a time and key; null if there is
 * none, or none that the caller may see.
 */
Datum
cloudtrail_raw_event(PG_FUNCTION_ARGS)
{
	Datum		key[] = {PG_GETARG_DATUM(1), PG_GETARG_DATUM(2)};
	Oid			type = get_func_rettype(fcinfo->flinfo->fn_oid);
	Datum		event = (Datum) 0;
	bool		isnull = true;

	SPI_connect();
	look_up_event(PG_GETARG_OID(0), key);
	cloudtrail_check_types(SPI_tuptable, 1, &type);
	if (SPI_processed > 0)
		event = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	if (!isnull)
		event = SPI_datumTransfer(event, false, -1);
	SPI_finish();
	if (isnull)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(event);
}
