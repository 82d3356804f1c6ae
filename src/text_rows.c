/*
 * text_rows.c: rows of texts that a view has, to be searched.
 */
#include "text_rows.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "trail.h"

/* Which row comes first by so many columns; -1, 0 or 1. */
static int
compare_columns(const TextRow *a, const TextRow *b, int count)
{
	int			order = 0;

	for (int i = 0; i < count && order == 0; i++)
	{
		order = (a->columns[i].ptr != NULL) - (b->columns[i].ptr != NULL);
		if (order == 0)
			order = ct_compare_slices(a->columns[i], b->columns[i]);
	}
	return order;
}

/* Which row comes first. */
static int
compare_rows(const void *a, const void *b)
{
	return compare_columns(a, b, TEXT_COLUMNS_MAX);
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

/* Keeps what SPI has read, in the current memory context. */
static TextRows *
keep_rows(int columns)
{
	static const Oid types[TEXT_COLUMNS_MAX] = {TEXTOID, TEXTOID, TEXTOID};
	TextRows   *rows = palloc(sizeof(TextRows));

	Assert(columns <= TEXT_COLUMNS_MAX && SPI_tuptable->tupdesc->natts == columns);
	cloudtrail_check_types(SPI_tuptable, columns, types);
	rows->count = SPI_processed;
	rows->rows = palloc_extended(Max(rows->count, 1) * sizeof(TextRow), MCXT_ALLOC_HUGE);
	for (size_t i = 0; i < rows->count; i++)
		rows->rows[i] = read_row(heap_copytuple(SPI_tuptable->vals[i]), SPI_tuptable->tupdesc,
								 columns);
	qsort(rows->rows, rows->count, sizeof(TextRow), compare_rows);
	return rows;
}

TextRows *
read_text_rows(Oid view, const KeptStatement *statement, const Datum *values, int columns,
			   MemoryContext result)
{
	MemoryContext spi;
	TextRows   *rows;

	SPI_connect();
	cloudtrail_read_table(view, statement, values, 0);
	/* What SPI has made goes away with it. */
	spi = MemoryContextSwitchTo(result);
	rows = keep_rows(columns);
	MemoryContextSwitchTo(spi);
	SPI_finish();
	return rows;
}

bool
has_text_row(const TextRows *rows, const TextRow *texts, int count)
{
	size_t		low = 0;
	size_t		high = rows->count;

	while (low < high)
	{
		size_t		middle = low + (high - low) / 2;
		int			order = compare_columns(&rows->rows[middle], texts, count);

		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}
