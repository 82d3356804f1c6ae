/*
 * fact_secret.c: what an event says of each secret that it names, as rows.
 */
#include "cloudtrail.h"

#include "access/htup_details.h"
#include "core/store/stored_fact.h"
#include "fact_secret.h"
#include "fact_value.h"
#include "funcapi.h"
#include "row.h"
#include "miscadmin.h"

CLOUDTRAIL_FUNCTION(cloudtrail_has_facts);
CLOUDTRAIL_FUNCTION(cloudtrail_secret_facts);

/* The facts of one event, as rows that are still to be returned. */
typedef struct FactRows
{
	TupleDesc	tupdesc;
	Datum	   *rows;
	int			count;
	int			room;
	int			next;
} FactRows;

void
secret_fact_columns(const ct_secret_fact *fact, Datum values[CT_FACT_COUNT],
					bool nulls[CT_FACT_COUNT])
{
	memset(nulls, false, CT_FACT_COUNT * sizeof(bool));
#define CT_FACT(name, type, comment) \
	values[CT_FACT_##name] = make_##type(fact->name, &nulls[CT_FACT_##name]);
#include "core/secret/factlist.h"
#undef CT_FACT
}

/* Adds a fact to the rows. */
static bool
add_fact(void *arg, const ct_secret_fact *fact)
{
	FactRows   *facts = arg;
	Datum		values[CT_FACT_COUNT];
	bool		nulls[CT_FACT_COUNT];

	CHECK_FOR_INTERRUPTS();
	if (facts->count == facts->room)
	{
		facts->room = Max(4, 2 * facts->room);
		facts->rows = facts->rows == NULL ? palloc(facts->room * sizeof(Datum)) :
			repalloc(facts->rows, facts->room * sizeof(Datum));
	}
	secret_fact_columns(fact, values, nulls);
	facts->rows[facts->count++] = HeapTupleGetDatum(heap_form_tuple(facts->tupdesc, values, nulls));
	return true;
}

bool
event_has_secret_facts(Datum event)
{
	ct_stored	stored;
	const ct_record *rec;
	ct_scratch	scratch;

	if (event_header(event, &stored))
	{
		ct_fact_presence presence = ct_stored_secret_facts(&stored);

		if (presence != CT_FACTS_IN_RECORD)
			return presence == CT_FACTS_SOME;
	}
	rec = event_record(event);
	scratch = event_scratch(rec);
	return ct_has_secret_facts(rec, &scratch);
}

/* Whether an event has facts. */
Datum
cloudtrail_has_facts(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(event_has_secret_facts(PG_GETARG_DATUM(0)));
}

/* Finds all facts of an event: its record lives until the next call only. */
static FactRows *
find_facts(FunctionCallInfo fcinfo, MemoryContext context)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	FactRows   *facts = palloc0(sizeof(FactRows));
	const ct_record *rec;
	ct_scratch	scratch;

	facts->tupdesc = row_type(fcinfo);
	if (facts->tupdesc->natts != CT_FACT_COUNT)
		elog(ERROR, "return type must have %d columns", (int) CT_FACT_COUNT);
	rec = event_record(PG_GETARG_DATUM(0));
	scratch = event_scratch(rec);
	ct_each_secret_fact(rec, &scratch, add_fact, facts);
	MemoryContextSwitchTo(old);
	return facts;
}

/* What an event says of each secret that it names. */
Datum
cloudtrail_secret_facts(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	FuncCallContext *funcctx;
	FactRows   *facts;

	if (SRF_IS_FIRSTCALL())
	{
		/* Most events have none: those do without the call's own context. */
		if (rsinfo != NULL && IsA(rsinfo, ReturnSetInfo) &&
			!event_has_secret_facts(PG_GETARG_DATUM(0)))
		{
			rsinfo->isDone = ExprEndResult;
			PG_RETURN_NULL();
		}
		funcctx = SRF_FIRSTCALL_INIT();
		funcctx->user_fctx = find_facts(fcinfo, funcctx->multi_call_memory_ctx);
	}
	funcctx = SRF_PERCALL_SETUP();
	facts = funcctx->user_fctx;
	if (facts->next < facts->count)
		SRF_RETURN_NEXT(funcctx, facts->rows[facts->next++]);
	SRF_RETURN_DONE(funcctx);
}
