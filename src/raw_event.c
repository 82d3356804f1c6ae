/*
 * raw_event.c: the event of a row of a view, by its key.
 *
 * A join of raw_events would make every view plan all partitions of a trail,
 * and would look as dear to the planner as if it read each of them for each
 * row.  A lookup by time and key needs one partition.
 */
#include "trail.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

CLOUDTRAIL_FUNCTION(cloudtrail_raw_event);

/* The plan of a lookup in a table, kept for the session. */
typedef struct Lookup
{
	Oid			events;			/* key */
	char	   *name;			/* of the table, when the plan was made */
	SPIPlanPtr	plan;
	int			running;		/* how many calls use the plan now */
} Lookup;

static HTAB *lookups;

/* The place of a table's plan, new and empty if there is none. */
static Lookup *
find_lookup(Oid events)
{
	bool		found;
	Lookup	   *lookup;

	if (lookups == NULL)
	{
		HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = sizeof(Lookup), .hcxt = TopMemoryContext};

		lookups = hash_create("cloudtrail lookups of events", 8, &control,
							  HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	lookup = hash_search(lookups, &events, HASH_ENTER, &found);
	if (!found)
	{
		lookup->name = NULL;
		lookup->plan = NULL;
		lookup->running = 0;
	}
	return lookup;
}

/* Forgets a plan: its table may have got another name. */
static void
forget_plan(Lookup *lookup)
{
	if (lookup->plan != NULL)
		SPI_freeplan(lookup->plan);
	if (lookup->name != NULL)
		pfree(lookup->name);
	lookup->plan = NULL;
	lookup->name = NULL;
}

/* Makes the plan of a lookup. */
static pg_noinline SPIPlanPtr
plan_lookup(const char *name)
{
	Oid			types[] = {TIMESTAMPTZOID, UUIDOID};
	SPIPlanPtr	plan = SPI_prepare(psprintf("SELECT event FROM %s WHERE event_time OPERATOR(pg_catalog.=) $1"
											" AND event_key OPERATOR(pg_catalog.=) $2", name),
								   2, types);

	if (plan == NULL)
		elog(ERROR, "cannot prepare the lookup of an event: %s", SPI_result_code_string(SPI_result));
	return plan;
}

/*
 * The plan of a lookup; it may stay in use as long as the table keeps its name.
 * The name may change while the plan runs, by a function in a view or policy
 * that calls us again: then the plan stays, and the inner call has its own.
 */
static SPIPlanPtr
prepare_lookup(Lookup *lookup)
{
	char	   *relation = get_rel_name(lookup->events);
	char	   *name;

	if (relation == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("table with OID %u does not exist", lookup->events)));
	name = quote_qualified_identifier(get_namespace_name(get_rel_namespace(lookup->events)), relation);
	if (lookup->plan != NULL && strcmp(lookup->name, name) == 0)
		return lookup->plan;
	if (lookup->running > 0)
		return plan_lookup(name);
	forget_plan(lookup);
	lookup->name = MemoryContextStrdup(TopMemoryContext, name);
	lookup->plan = plan_lookup(name);
	if (SPI_keepplan(lookup->plan) != 0)
		elog(ERROR, "cannot keep the lookup of an event");
	return lookup->plan;
}

/* Runs a lookup, whose plan stays until it has run. */
static void
run_lookup(Lookup *lookup, SPIPlanPtr plan, Datum *key)
{
	int			result;

	lookup->running++;
	PG_TRY();
	{
		result = SPI_execute_plan(plan, key, NULL, true, 1);
	}
	PG_FINALLY();
	{
		lookup->running--;
	}
	PG_END_TRY();
	if (result != SPI_OK_SELECT)
		elog(ERROR, "cannot look up an event");
}

/* The event of a table of events that has a time and key; null if there is none, or none that the caller may see. */
Datum
cloudtrail_raw_event(PG_FUNCTION_ARGS)
{
	Datum		key[] = {PG_GETARG_DATUM(1), PG_GETARG_DATUM(2)};
	Lookup	   *lookup = find_lookup(PG_GETARG_OID(0));
	Oid			type = get_func_rettype(fcinfo->flinfo->fn_oid);
	Datum		event = (Datum) 0;
	bool		isnull = true;

	SPI_connect();
	run_lookup(lookup, prepare_lookup(lookup), key);
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
