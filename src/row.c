/*
 * row.c: rows that functions return, column by column.
 */
#include "cloudtrail.h"

#include "access/htup_details.h"
#include "row.h"
#include "utils/timestamp.h"

TupleDesc
row_type(FunctionCallInfo fcinfo)
{
	TupleDesc	type;

	if (get_call_result_type(fcinfo, NULL, &type) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	return BlessTupleDesc(type);
}

void
set_row_type(FunctionCallInfo fcinfo, FuncCallContext *funcctx)
{
	MemoryContext old = MemoryContextSwitchTo(funcctx->multi_call_memory_ctx);

	funcctx->tuple_desc = row_type(fcinfo);
	MemoryContextSwitchTo(old);
}

Datum
bytea_of(const void *bytes, Size len)
{
	bytea	   *result = palloc(VARHDRSZ + len);

	SET_VARSIZE(result, VARHDRSZ + len);
	memcpy(VARDATA(result), bytes, len);
	return PointerGetDatum(result);
}

void
add_column(ResultRow *row, bool known, Datum value)
{
	Assert(row->count < ROW_COLUMNS_MAX);
	row->values[row->count] = value;
	row->nulls[row->count++] = !known;
}

void
add_text(ResultRow *row, ct_slice text)
{
	add_column(row, text.ptr != NULL,
			   text.ptr != NULL ? PointerGetDatum(text_from_slice(text)) : (Datum) 0);
}

void
add_filled(ResultRow *row, ct_slice text)
{
	add_text(row, text.len > 0 ? text : CT_NO_SLICE);
}

void
add_words(ResultRow *row, const char *words)
{
	add_filled(row, (ct_slice) {words, strlen(words)});
}

void
add_time(ResultRow *row, bool known, int64 time)
{
	add_column(row, known, TimestampTzGetDatum(time - EPOCH_SHIFT));
}

Datum
finished_row(ResultRow *row, TupleDesc type)
{
	Assert(row->count == type->natts);
	return HeapTupleGetDatum(heap_form_tuple(type, row->values, row->nulls));
}
