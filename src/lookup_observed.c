/*
 * lookup_observed.c: how far a trail reaches, for views that judge many rows by
 * it.
 *
 * A join of the view observed would have every view plan it, and work it out
 * for all accounts and Regions when one is asked about.
 */
#include "trail.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "kept_plan.h"
#include "lib/stringinfo.h"
#include "lookup_memory.h"
#include "row.h"
#include "utils/builtins.h"
#include "utils/datum.h"

CLOUDTRAIL_FUNCTION(cloudtrail_observed);

/* The views' questions of one query share what it has found. */
static QueryMemories memories;

/* The columns of a row type, as a list, and their types. */
static char *
column_list(TupleDesc type, Oid *types)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < type->natts; i++)
	{
		appendStringInfo(&list, "%s%s", i == 0 ? "" : ", ",
						 quote_identifier(NameStr(TupleDescAttr(type, i)->attname)));
		types[i] = TupleDescAttr(type, i)->atttypid;
	}
	return list.data;
}

/* Reads the row of an account and Region, nulls if there is none, by SQL. */
static HeapTuple
select_place(FunctionCallInfo fcinfo, TupleDesc type)
{
	static const Oid text_types[] = {TEXTOID, TEXTOID};
	Oid			view = PG_GETARG_OID(0);
	Oid			types[MaxTupleAttributeNumber];
	Datum		place[] = {PG_GETARG_DATUM(1), PG_GETARG_DATUM(2)};
	Datum		values[MaxTupleAttributeNumber] = {0};
	bool		nulls[MaxTupleAttributeNumber];
	KeptStatement statement = {
		.text = psprintf("SELECT %s FROM %s WHERE account_id OPERATOR(pg_catalog.=) $1"
						 " AND aws_region OPERATOR(pg_catalog.=) $2", column_list(type, types),
						 cloudtrail_table_name(view)),
		.count = lengthof(text_types),
		.types = text_types,
		/* Every place is looked up in the same way. */
		.options = CURSOR_OPT_GENERIC_PLAN
	};

	memset(nulls, true, sizeof(nulls));
	cloudtrail_read_table(view, &statement, place, 1);
	cloudtrail_check_types(SPI_tuptable, type->natts, types);
	if (SPI_processed > 0)
		heap_deform_tuple(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, values, nulls);
	return heap_form_tuple(type, values, nulls);
}

/* Reads the row of an account and Region into a memory context. */
static void *
read_place(FunctionCallInfo fcinfo, MemoryContext result)
{
	TupleDesc	type = row_type(fcinfo);
	HeapTuple	found;
	MemoryContext spi;
	HeapTupleHeader row;

	SPI_connect();
	found = select_place(fcinfo, type);
	/* What SPI has made goes away with it. */
	spi = MemoryContextSwitchTo(result);
	row = DatumGetHeapTupleHeader(heap_copy_tuple_as_datum(found, type));
	MemoryContextSwitchTo(spi);
	SPI_finish();
	return row;
}

/*
 * How far a trail reaches for an account and Region: of the view observed, the
 * columns that the result has.
 */
Datum
cloudtrail_observed(PG_FUNCTION_ARGS)
{
	QueryMemory *memory = find_query_memory(fcinfo, &memories);
	Oid			view = PG_GETARG_OID(0);
	Oid			function = fcinfo->flinfo->fn_oid;
	HeapTupleHeader row;

	if (memory == NULL)
		PG_RETURN_HEAPTUPLEHEADER(read_place(fcinfo, CurrentMemoryContext));
	add_to_question(memory, &function, sizeof(function));
	add_to_question(memory, &view, sizeof(view));
	add_text_to_question(memory, fcinfo, 1);
	add_text_to_question(memory, fcinfo, 2);
	row = recall_answer(memory);
	if (row == NULL)
		row = find_answer(memory, fcinfo, read_place);
	/* The memory may be emptied before the caller has read it. */
	return datumCopy(HeapTupleHeaderGetDatum(row), false, -1);
}
