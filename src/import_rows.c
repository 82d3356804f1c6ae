/*
 * import_rows.c: from records to rows of raw_events, in its partitions.
 */
#include "import.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "executor/executor.h"
#include "fact_credential.h"
#include "fact_secret.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "table_write.h"
#include "utils/memutils.h"
#include "utils/relcache.h"
#include "utils/timestamp.h"

/* Adds a row to the facts of one table. */
static void
add_to_facts(Import *import, ImportFacts *facts, Datum *values, bool *nulls)
{
	MemoryContext old = MemoryContextSwitchTo(import->fact_context);

	MAKE_ROOM(import->fact_context, facts->rows, facts->count, facts->room, HeapTuple);
	facts->rows[facts->count++] = heap_form_tuple(RelationGetDescr(facts->rel), values, nulls);
	MemoryContextSwitchTo(old);
}

/* The row of an event whose facts are being added. */
typedef struct FactSink
{
	Import	   *import;
	const ImportRow *row;
} FactSink;

/* Adds a fact. */
static bool
add_fact(void *arg, const ct_secret_fact *fact)
{
	FactSink   *sink = arg;
	Datum		values[2 + CT_FACT_COUNT];
	bool		nulls[2 + CT_FACT_COUNT] = {false, false};

	CHECK_FOR_INTERRUPTS();
	values[0] = TimestampTzGetDatum(sink->row->time);
	values[1] = UUIDPGetDatum(&sink->row->event_key);
	secret_fact_columns(fact, values + 2, nulls + 2);
	add_to_facts(sink->import, &sink->import->secret_facts, values, nulls);
	return true;
}

/* Adds what an event says of secrets. */
static void
add_secret_facts(Import *import, const ImportRow *row, const ct_record *rec)
{
	FactSink	sink = {import, row};
	ct_scratch	scratch;

	if (!ct_may_have_secret_facts(rec))
		return;
	scratch = event_scratch(rec);
	if (!ct_has_secret_facts(rec, &scratch))
		return;
	scratch = event_scratch(rec);
	ct_each_secret_fact(rec, &scratch, add_fact, &sink);
}

/* Adds what an event says of the credentials that it issued. */
static void
add_credential(Import *import, const ImportRow *row, const ct_record *rec)
{
	Datum		values[2 + CT_CREDENTIAL_COUNT];
	bool		nulls[2 + CT_CREDENTIAL_COUNT] = {false, false};
	ct_credential credential;
	ct_scratch	scratch;

	if (!ct_issues_credentials(rec))
		return;
	scratch = event_scratch(rec);
	if (!ct_find_credential(rec, &scratch, &credential))
		return;
	values[0] = TimestampTzGetDatum(row->time);
	values[1] = UUIDPGetDatum(&row->event_key);
	issued_credential_columns(&credential, values + 2, nulls + 2);
	add_to_facts(import, &import->credentials, values, nulls);
}

/* Opens a partition. */
static ImportPartition *
open_partition(Import *import, Oid oid)
{
	MemoryContext old = MemoryContextSwitchTo(import->context);
	ImportPartition *partition = palloc0(sizeof(ImportPartition));
	List	   *indexes;
	ListCell   *cell;

	import->partitions = import->partitions == NULL ? palloc(sizeof(ImportPartition *)) :
		repalloc(import->partitions, (import->partition_count + 1) * sizeof(ImportPartition *));
	import->partitions[import->partition_count++] = partition;
	partition->oid = oid;
	partition->rel = table_open(oid, RowExclusiveLock);
	partition->fit = can_write_partition(import, partition->rel);
	indexes = partition->fit ? RelationGetIndexList(partition->rel) : NIL;
	partition->indexes = palloc(list_length(indexes) * sizeof(ImportIndex));
	foreach(cell, indexes)
	{
		ImportIndex *index = &partition->indexes[partition->index_count];

		/* One that is being made concurrently, or never was, has no page to write to. */
		if (!open_import_index(index, lfirst_oid(cell)))
			continue;
		partition->index_count++;
		partition->fit = partition->fit && can_write_index(index);
	}
	MemoryContextSwitchTo(old);
	return partition;
}

/*
 * Finds a partition that is open already, or opens it; none if rows are not to
 * be written there without SQL.
 */
static const ImportPartition *
find_partition(Import *import, Oid oid)
{
	const ImportPartition *partition = NULL;

	if (!OidIsValid(oid))
		return NULL;
	for (int i = 0; i < import->partition_count && partition == NULL; i++)
	{
		if (import->partitions[i]->oid == oid)
			partition = import->partitions[i];
	}
	if (partition == NULL)
		partition = open_partition(import, oid);
	return partition->fit ? partition : NULL;
}

bool
lacks_partition(const Import *import, const ct_record *rec)
{
	return !OidIsValid(partition_of_time(import->events, rec->event_time - EPOCH_SHIFT));
}

bool
add_import_row(Import *import, const ct_record *rec)
{
	TimestampTz time = rec->event_time - EPOCH_SHIFT;
	Oid			oid = partition_of_time(import->events, time);
	const ImportPartition *partition = find_partition(import, oid);
	MemoryContext old;
	struct varlena *event;
	Datum		values[EVENT_COLUMNS];
	bool		nulls[EVENT_COLUMNS] = {false, false, false};
	ct_identity identity;
	ImportRow  *row;

	if (partition == NULL)
		return false;
	old = MemoryContextSwitchTo(import->row_context);
	event = event_from_record(rec);
	if (!ct_stored_identity(VARDATA(event), VARSIZE(event) - VARHDRSZ, &identity))
		elog(ERROR, "cannot read the header of an event");
	MAKE_ROOM(import->context, import->rows, import->row_count, import->row_room, ImportRow);
	row = &import->rows[import->row_count];
	row->time = time;
	row->partition = partition;
	memcpy(row->event_key.data, identity.event_key, UUID_LEN);
	values[COLUMN_EVENT_TIME - 1] = TimestampTzGetDatum(row->time);
	values[COLUMN_EVENT_KEY - 1] = UUIDPGetDatum(&row->event_key);
	values[COLUMN_EVENT - 1] = PointerGetDatum(event);
	row->tuple = heap_form_tuple(RelationGetDescr(import->events), values, nulls);
	pfree(event);
	row->first_key = import->keys.used;
	row->key_count = add_import_keys(import, rec);
	add_secret_facts(import, row, rec);
	add_credential(import, row, rec);
	import->row_count++;
	import->row_bytes += row->tuple->t_len + row->key_count * sizeof(uint32);
	MemoryContextSwitchTo(old);
	return true;
}

/* Empties the memory of rows. */
static void
drop_rows(Import *import)
{
	MemoryContextReset(import->row_context);
	forget_import_keys(import);
	import->row_count = 0;
	import->row_bytes = 0;
}

ImportMark
mark_import(const Import *import)
{
	return (ImportMark) {
		import->writes, import->row_count, import->row_bytes, import->keys.used,
			import->secret_facts.count, import->credentials.count
	};
}

bool
return_to_mark(Import *import, const ImportMark *mark)
{
	if (import->writes != mark->writes)
		return false;
	import->row_count = mark->rows;
	import->row_bytes = mark->bytes;
	import->keys.used = mark->keys;
	import->secret_facts.count = mark->secret_facts;
	import->credentials.count = mark->credentials;
	if (mark->rows == 0)
		drop_rows(import);
	return true;
}

void
forget_import_rows(Import *import)
{
	drop_rows(import);
	import->day_count = 0;
	import->partition_count = 0;
}

/* Compares two rows by time and key. */
static int
compare_rows(const void *a, const void *b)
{
	const ImportRow *row = a;
	const ImportRow *other = b;

	if (row->time != other->time)
		return row->time < other->time ? -1 : 1;
	return ct_compare_bytes(row->event_key.data, other->event_key.data, UUID_LEN);
}

/* Brings the rows into the order of the primary key; false if two have the same. */
static bool
sort_rows(Import *import)
{
	qsort(import->rows, import->row_count, sizeof(ImportRow), compare_rows);
	for (int i = 1; i < import->row_count; i++)
	{
		if (compare_rows(&import->rows[i - 1], &import->rows[i]) == 0)
			return false;
	}
	return true;
}

void
close_import_partitions(Import *import)
{
	for (int i = 0; i < import->partition_count; i++)
	{
		ImportPartition *partition = import->partitions[i];

		for (int k = 0; k < partition->index_count; k++)
			close_import_index(&partition->indexes[k]);
		table_close(partition->rel, NoLock);
	}
	import->partition_count = 0;
}

/* Writes some rows into the table of a partition. */
static void
write_to_table(const ImportPartition *partition, ImportRow *rows, int count)
{
	HeapTuple  *tuples = palloc(count * sizeof(HeapTuple));

	for (int i = 0; i < count; i++)
		tuples[i] = rows[i].tuple;
	write_tuples(partition->rel, tuples, count);
	for (int i = 0; i < count; i++)
		rows[i].tid = tuples[i]->t_self;
	pfree(tuples);
}

/* Adds the days of rows, which are in order, to those that changed. */
static void
add_days(Import *import, const ImportRow *rows, int count)
{
	for (int i = 0; i < count; i++)
	{
		int64		day = day_of_time(rows[i].time);

		if (import->day_count > 0 && DatumGetInt32(import->days[import->day_count - 1]) == day)
			continue;
		MAKE_ROOM(import->context, import->days, import->day_count, import->day_room, Datum);
		import->days[import->day_count++] = Int32GetDatum((int32) day);
	}
}

/* Writes rows of one partition, with their index entries. */
static bool
write_to_partition(Import *import, const ImportPartition *partition, ImportRow *rows, int count)
{
	write_to_table(partition, rows, count);
	for (int i = 0; i < partition->index_count; i++)
	{
		if (!index_import_rows(import, partition, &partition->indexes[i], rows, count))
			return false;
	}
	return true;
}

/* Writes all rows that were added; false if that takes SQL. */
static bool
write_all(Import *import)
{
	int			first = 0;

	if (!sort_rows(import))
		return false;
	while (first < import->row_count)
	{
		const ImportPartition *partition = import->rows[first].partition;
		int			end = first + 1;

		while (end < import->row_count && import->rows[end].partition == partition)
			end++;
		if (!write_to_partition(import, partition, import->rows + first, end - first))
			return false;
		first = end;
	}
	add_days(import, import->rows, import->row_count);
	return true;
}

bool
write_import_rows(Import *import)
{
	MemoryContext old = MemoryContextSwitchTo(import->row_context);
	bool		written;

	import->writes++;
	written = write_all(import);
	MemoryContextSwitchTo(old);
	if (written)
		drop_rows(import);
	return written;
}
