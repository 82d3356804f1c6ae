/*
 * lookup_rows.c: rows of texts that a view has, to be searched.
 */
#include "lookup_rows.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "trail.h"

/* Which row comes first by so many columns; -1, 0 or 1. */
static int
compare_rows(const void *a, const void *b, void *count)
{
	const ct_slice *one = ((const TextRow *) a)->columns;
	const ct_slice *other = ((const TextRow *) b)->columns;
	int			order = 0;

	for (int i = 0; i < *(int *) count && order == 0; i++)
	{
		order = (one[i].ptr != NULL) - (other[i].ptr != NULL);
		if (order == 0)
			order = ct_compare_slices(one[i], other[i]);
	}
	return order;
}

/* Reads a row. */
static TextRow
read_row(HeapTuple tuple, TupleDesc type, int columns)
{
	TextRow		row = {0};
	Datum		values[TEXT_COLUMNS_MAX];
	bool		nulls[TEXT_COLUMNS_MAX];

	heap_deform_tuple(tuple, type, values, nulls);
	for (int i = 0; i < columns; i++)
		if (!nulls[i])
			row.columns[i] = slice_of_text(values[i]);
	return row;
}

void *
keep_text_rows(FunctionCallInfo fcinfo)
{
	static const Oid types[TEXT_COLUMNS_MAX] = {TEXTOID, TEXTOID, TEXTOID};
	TextRows   *rows = palloc(sizeof(TextRows));
	int			columns = SPI_tuptable->tupdesc->natts;

	Assert(columns <= TEXT_COLUMNS_MAX);
	cloudtrail_check_types(SPI_tuptable, columns, types);
	rows->count = SPI_processed;
	rows->rows = palloc_extended(Max(rows->count, 1) * sizeof(TextRow), MCXT_ALLOC_HUGE);
	for (size_t i = 0; i < rows->count; i++)
		rows->rows[i] = read_row(heap_copytuple(SPI_tuptable->vals[i]), SPI_tuptable->tupdesc,
								 columns);
	qsort_arg(rows->rows, rows->count, sizeof(TextRow), compare_rows, &columns);
	return rows;
}

bool
has_text_row(const TextRows *rows, const TextRow *texts, int count)
{
	return bsearch_arg(texts, rows->rows, rows->count, sizeof(TextRow), compare_rows,
					   &count) != NULL;
}
