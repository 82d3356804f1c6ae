/*
 * activity_write.c: daily sums as rows of their tables, or of a function.
 */
#include "activity_sum.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_type.h"
#include "event_table.h"
#include "miscadmin.h"
#include "row.h"
#include "utils/date.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

/* So many rows are written at once. */
#define ROWS_MAX		1000

/* Most columns that a table of sums has. */
#define SUM_COLUMNS_MAX	11

static const char *const table_names[SUM_TABLES] = {
	[SUM_ACTIVITY] = "activity",
	[SUM_ACTIONS] = "action_activity",
	[SUM_PRINCIPALS] = "principal_activity"
};

/* The types of their columns. */
static const Oid column_types[SUM_TABLES][SUM_COLUMNS_MAX + 1] = {
	[SUM_ACTIVITY] = {DATEOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, BOOLOID, BOOLOID,
	INT8OID, TIMESTAMPTZOID, TIMESTAMPTZOID},
	[SUM_ACTIONS] = {DATEOID, TEXTOID, TEXTOID, TEXTOID, INT8OID},
	[SUM_PRINCIPALS] = {DATEOID, TEXTOID, TEXTOID, INT8OID, INT8OID}
};

void
sum_texts(const SumKind *kind, ct_slice texts[SUMMED_TEXTS])
{
	const char *next = kind->texts;

	for (int i = 0; i < SUMMED_TEXTS; i++)
	{
		texts[i] = CT_NO_SLICE;
		if (kind->lengths[i] == SUM_TEXT_NULL)
			continue;
		texts[i] = (ct_slice) {next, kind->lengths[i]};
		next += kind->lengths[i];
	}
}

/* Adds a text as it reads. */
static void
add_sum_text(ResultRow *row, const ct_stored *stored, ct_stored_text which)
{
	char		buf[CT_STORED_DECODED_MAX];
	ct_slice	text = stored->text[which];

	/* What is too long for a header is as it reads, an ARN behind the number of no beginning. */
	if (which == CT_STORED_PRINCIPAL_ARN && text.len > 0 && text.ptr[0] == '\0')
		text = (ct_slice) {text.ptr + 1, text.len - 1};
	else if (text.len <= CT_STORED_TEXT_MAX)
		text = ct_stored_text_of(stored, which, buf);
	add_text(row, text);
}

/* The texts of a sum as those of a header. */
static ct_stored
stored_of_sum(const SumKind *kind)
{
	ct_stored	stored = {.flags = kind->flags};

	for (int i = 0; i < CT_STORED_TEXT_COUNT; i++)
		stored.text[i] = CT_NO_SLICE;
	sum_texts(kind, stored.text);
	return stored;
}

/* Adds whether the events only read, or null. */
static void
add_read_only(ResultRow *row, const SumKind *kind)
{
	int			read_only = (kind->flags >> CT_STORED_READ_ONLY_SHIFT & 3) - 1;

	add_column(row, kind->table == SUM_ACTIVITY && read_only >= 0, BoolGetDatum(read_only == 1));
}

void
return_sum(const Sum *sum, ReturnSetInfo *to)
{
	const SumKind *kind = sum->kind;
	ct_stored	stored = stored_of_sum(kind);
	bool		is_activity = kind->table == SUM_ACTIVITY;
	ResultRow	row = {.count = 0};

	add_column(&row, true, BoolGetDatum(is_activity));
	add_column(&row, true, DateADTGetDatum(kind->day));
	add_sum_text(&row, &stored, CT_STORED_ACCOUNT_ID);
	add_sum_text(&row, &stored, CT_STORED_AWS_REGION);
	add_sum_text(&row, &stored, CT_STORED_EVENT_SOURCE);
	add_sum_text(&row, &stored, CT_STORED_EVENT_NAME);
	add_sum_text(&row, &stored, CT_STORED_ERROR_CODE);
	add_read_only(&row, kind);
	add_column(&row, is_activity, BoolGetDatum(kind->of_management));
	add_sum_text(&row, &stored, CT_STORED_PRINCIPAL_ARN);
	add_column(&row, true, Int64GetDatum(sum->events));
	add_column(&row, true, Int64GetDatum(sum->errors));
	add_column(&row, true, TimestampTzGetDatum(sum->first));
	add_column(&row, true, TimestampTzGetDatum(sum->last));
	tuplestore_putvalues(to->setResult, to->setDesc, row.values, row.nulls);
}

/* Makes the row of a sum. */
static HeapTuple
form_sum(const Sum *sum, TupleDesc columns)
{
	const SumKind *kind = sum->kind;
	ct_stored	stored = stored_of_sum(kind);
	ResultRow	row = {.count = 0};

	add_column(&row, true, DateADTGetDatum(kind->day));
	if (kind->table != SUM_ACTIONS)
		add_sum_text(&row, &stored, CT_STORED_ACCOUNT_ID);
	if (kind->table == SUM_ACTIVITY)
		add_sum_text(&row, &stored, CT_STORED_AWS_REGION);
	if (kind->table != SUM_PRINCIPALS)
	{
		add_sum_text(&row, &stored, CT_STORED_EVENT_SOURCE);
		add_sum_text(&row, &stored, CT_STORED_EVENT_NAME);
		add_sum_text(&row, &stored, CT_STORED_ERROR_CODE);
	}
	else
		add_sum_text(&row, &stored, CT_STORED_PRINCIPAL_ARN);
	if (kind->table == SUM_ACTIVITY)
	{
		add_read_only(&row, kind);
		add_column(&row, true, BoolGetDatum(kind->of_management));
	}
	add_column(&row, true, Int64GetDatum(sum->events));
	if (kind->table == SUM_PRINCIPALS)
		add_column(&row, true, Int64GetDatum(sum->errors));
	if (kind->table == SUM_ACTIVITY)
	{
		add_column(&row, true, TimestampTzGetDatum(sum->first));
		add_column(&row, true, TimestampTzGetDatum(sum->last));
	}
	return heap_form_tuple(columns, row.values, row.nulls);
}

/* Whether a table has the columns of sums, and no others. */
static bool
has_sum_columns(Relation table, const Oid *types)
{
	TupleDesc	columns = RelationGetDescr(table);
	int			count = 0;

	while (OidIsValid(types[count]))
		count++;
	for (int i = 0; i < count && columns->natts == count; i++)
	{
		if (!has_column(columns, i + 1, types[i]))
			return false;
	}
	return columns->natts == count;
}

bool
begin_sum_write(SumWriter *writer, const Trail *trail)
{
	bool		plain = true;

	writer->context = AllocSetContextCreate(CurrentMemoryContext, "cloudtrail rows of sums",
											ALLOCSET_DEFAULT_SIZES);
	for (int i = 0; i < SUM_TABLES; i++)
	{
		Relation	table = cloudtrail_open_table(trail, table_names[i], RowExclusiveLock);

		plain = begin_table_write(&writer->tables[i], table) &&
			has_sum_columns(table, column_types[i]) && plain;
	}
	if (!plain)
		end_sum_write(writer);
	return plain;
}

void
end_sum_write(SumWriter *writer)
{
	for (int i = 0; i < SUM_TABLES; i++)
	{
		Relation	table = writer->tables[i].table;

		end_table_write(&writer->tables[i]);
		table_close(table, NoLock);
	}
	MemoryContextDelete(writer->context);
}

void
write_sums(SumWriter *writer, SumTable table, const Sum **sums, int count)
{
	TableWriter *to = &writer->tables[table];

	for (int done = 0; done < count; done += ROWS_MAX)
	{
		MemoryContext old = MemoryContextSwitchTo(writer->context);
		int			n = Min(count - done, ROWS_MAX);
		HeapTuple  *rows = palloc(n * sizeof(HeapTuple));

		for (int i = 0; i < n; i++)
			rows[i] = form_sum(sums[done + i], RelationGetDescr(to->table));
		if (!write_table_rows(to, rows, n))
			ereport(ERROR,
					(errcode(ERRCODE_NOT_NULL_VIOLATION),
					 errmsg("null value in table \"%s\" violates not-null constraint",
							RelationGetRelationName(to->table))));
		MemoryContextSwitchTo(old);
		MemoryContextReset(writer->context);
	}
}
