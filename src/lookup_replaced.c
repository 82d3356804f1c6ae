/*
 * lookup_replaced.c: whether a newer record replaces that of an event, for views
 * that ask it of every event.
 *
 * There are few such records, or none.  A join of the view secret_updates would
 * be planned in each part of a view, and the planner, which cannot know how few
 * there are, would take it for one that leaves a single row.
 */
#include "lookup_rows.h"

#include "lookup_memory.h"
#include "trail.h"

CLOUDTRAIL_FUNCTION(cloudtrail_is_replaced);

/* What a record is known by: eventID, account and Region. */
#define KEY_COLUMNS		3

static QueryMemories memories = {.view = "secret_updates"};

/* Reads the records that are replaced into a memory context. */
static void *
read_replaced(FunctionCallInfo fcinfo, MemoryContext result)
{
	KeptStatement statement = {
		.text = psprintf("SELECT event_id, account_id, aws_region FROM %s",
						 cloudtrail_table_name(PG_GETARG_OID(0)))
	};

	return read_view(fcinfo, &statement, NULL, keep_text_rows, result);
}

/* Whether a newer record replaces that of an event. */
Datum
cloudtrail_is_replaced(PG_FUNCTION_ARGS)
{
	const TextRows *rows;
	TextRow		key;

	for (int i = 0; i <= KEY_COLUMNS; i++)
		if (PG_ARGISNULL(i))
			PG_RETURN_BOOL(false);
	rows = find_in_view(fcinfo, &memories, NULL, 0, read_replaced);
	if (rows->count == 0)
		PG_RETURN_BOOL(false);
	for (int i = 0; i < KEY_COLUMNS; i++)
		key.columns[i] = slice_of_text(PG_GETARG_DATUM(i + 1));
	PG_RETURN_BOOL(has_text_row(rows, &key, KEY_COLUMNS));
}
