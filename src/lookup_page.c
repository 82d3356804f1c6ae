/*
 * lookup_page.c: which page of a batch a call is, for views that ask it of
 * every batch.
 *
 * The view secret_batch_pages cannot be asked for one page: a join with it
 * works all pages out, also if no batch is among the calls.
 */
#include "trail.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "core/base/slice.h"
#include "lookup_memory.h"
#include "row.h"
#include "utils/uuid.h"

CLOUDTRAIL_FUNCTION(cloudtrail_page_at);

/* Columns of the result, and those that a page is found by besides. */
#define RESULT_COUNT	4
#define COLUMN_COUNT	7
static const Oid column_types[COLUMN_COUNT] = {
	TIMESTAMPTZOID, UUIDOID, BOOLOID, TIMESTAMPTZOID,
	TIMESTAMPTZOID, UUIDOID, INT4OID
};

/* A page: the record of a call, and an item of that. */
typedef struct BatchPage
{
	TimestampTz event_time;
	pg_uuid_t	event_key;
	int32		item;
	Datum		values[COLUMN_COUNT];
	bool		nulls[COLUMN_COUNT];
} BatchPage;

/* The pages, in order. */
typedef struct Pages
{
	TupleDesc	type;			/* of the result */
	size_t		count;
	BatchPage  *pages;
} Pages;

static QueryMemories memories = {.view = "secret_batch_pages"};

/* Which page comes first. */
static int
compare_pages(const void *a, const void *b)
{
	const BatchPage *one = a;
	const BatchPage *other = b;
	int			order = (one->event_time > other->event_time) -
		(one->event_time < other->event_time);

	if (order == 0)
		order = ct_compare_bytes(&one->event_key, &other->event_key, sizeof(pg_uuid_t));
	return order != 0 ? order : (one->item > other->item) - (one->item < other->item);
}

/* Reads a page; false if a column that it is found by is null. */
static bool
read_page(BatchPage *page, HeapTuple row, TupleDesc columns)
{
	heap_deform_tuple(row, columns, page->values, page->nulls);
	for (int i = RESULT_COUNT; i < COLUMN_COUNT; i++)
		if (page->nulls[i])
			return false;
	page->event_time = DatumGetTimestampTz(page->values[RESULT_COUNT]);
	page->event_key = *DatumGetUUIDP(page->values[RESULT_COUNT + 1]);
	page->item = DatumGetInt32(page->values[RESULT_COUNT + 2]);
	return true;
}

/* Keeps the pages that SPI has read, in the current memory context. */
static void *
keep_pages(FunctionCallInfo fcinfo)
{
	Pages	   *kept = palloc0(sizeof(Pages));

	cloudtrail_check_types(SPI_tuptable, COLUMN_COUNT, column_types);
	kept->type = row_type(fcinfo);
	if (kept->type->natts != RESULT_COUNT)
		elog(ERROR, "return type must have %d columns", RESULT_COUNT);
	kept->pages = palloc_extended(Max(SPI_processed, 1) * sizeof(BatchPage), MCXT_ALLOC_HUGE);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		if (read_page(&kept->pages[kept->count], heap_copytuple(SPI_tuptable->vals[i]),
					  SPI_tuptable->tupdesc))
			kept->count++;
	}
	qsort(kept->pages, kept->count, sizeof(BatchPage), compare_pages);
	return kept;
}

/* Reads the pages into a memory context. */
static void *
read_pages(FunctionCallInfo fcinfo, MemoryContext result)
{
	KeptStatement statement = {
		.text = psprintf("SELECT first_time, first_key, is_first, last_time, event_time, event_key,"
						 " item FROM %s", cloudtrail_table_name(PG_GETARG_OID(0)))
	};

	return read_view(fcinfo, &statement, NULL, keep_pages, result);
}

/* The page of a batch that an item of an event is, null if the batch has no other. */
Datum
cloudtrail_page_at(PG_FUNCTION_ARGS)
{
	const Pages *kept = find_in_view(fcinfo, &memories, NULL, 0, read_pages);
	BatchPage	asked = {
		.event_time = PG_GETARG_TIMESTAMPTZ(1),
		.event_key = *PG_GETARG_UUID_P(2),
		.item = PG_GETARG_INT32(3)
	};
	BatchPage  *page = bsearch(&asked, kept->pages, kept->count, sizeof(BatchPage),
							   compare_pages);

	if (page == NULL)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(kept->type, page->values, page->nulls)));
}
