/*
 * import_index.c: the index entries of imported rows.
 *
 * Many rows enter the GIN index key by key, as a build of the index would; few
 * go to its pending list, by the page.
 */
#include "import.h"

#include "access/genam.h"
#include "access/gin_private.h"
#include "catalog/index.h"
#include "catalog/pg_am.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* From so many rows on, entering each key into the tree is cheaper than the pending list. */
#define MANY_ROWS	1000

extern Datum cloudtrail_gin_extract_value(PG_FUNCTION_ARGS);
extern Datum cloudtrail_gin_compare(PG_FUNCTION_ARGS);

/* Whether an index is of the keys that rows have. */
static bool
is_of_keys(Relation index, const IndexInfo *info)
{
	return index->rd_rel->relam == GIN_AM_OID && info->ii_NumIndexAttrs == 1 &&
		info->ii_IndexAttrNumbers[0] == COLUMN_EVENT && info->ii_Predicate == NIL &&
		index_getprocinfo(index, 1,
						  GIN_EXTRACTVALUE_PROC)->fn_addr == cloudtrail_gin_extract_value &&
		index_getprocinfo(index, 1, GIN_COMPARE_PROC)->fn_addr == cloudtrail_gin_compare;
}

bool
open_import_index(ImportIndex *index, Oid oid)
{
	index->rel = index_open(oid, RowExclusiveLock);
	index->info = BuildIndexInfo(index->rel);
	if (!index->info->ii_ReadyForInserts)
	{
		index_close(index->rel, NoLock);
		return false;
	}
	index->of_keys = is_of_keys(index->rel, index->info);
	return true;
}

/* Enters rows into the index key by key. */
static void
enter_keys(Import *import, GinState *state, const ImportRow *rows, int count)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "cloudtrail keys",
												  ALLOCSET_DEFAULT_SIZES);
	int			key_count;
	ImportKey **keys = collect_import_keys(import, rows, count, &key_count);
	MemoryContext old = MemoryContextSwitchTo(context);

	for (int i = 0; i < key_count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		ginEntryInsert(state, 1, keys[i]->key, GIN_CAT_NORM_KEY, keys[i]->tids, keys[i]->count,
					   NULL);
		MemoryContextReset(context);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
}

/* Number of bytes of a page of the pending list that a row's keys take. */
static Size
pending_size(const GinTupleCollector *tuples)
{
	Size		size = 0;

	for (uint32 i = 0; i < tuples->ntuples; i++)
		size += MAXALIGN(IndexTupleSize(tuples->tuples[i])) + sizeof(ItemIdData);
	return size;
}

/* Makes the entries of a row for the pending list. */
static void
form_entries(const Import *import, GinState *state, const ImportRow *row,
			 GinTupleCollector *tuples)
{
	Datum	   *keys = sorted_import_keys(import, row);

	tuples->tuples = palloc(row->key_count * sizeof(IndexTuple));
	tuples->lentuples = row->key_count;
	tuples->ntuples = 0;
	tuples->sumsize = 0;
	for (uint32 k = 0; k < row->key_count; k++)
	{
		IndexTuple	tuple = GinFormTuple(state, 1, keys[k], GIN_CAT_NORM_KEY, NULL, 0,
										 0, true);

		tuple->t_tid = row->tid;
		tuples->tuples[tuples->ntuples++] = tuple;
		tuples->sumsize += IndexTupleSize(tuple);
	}
}

/* Adds the entries of a row to those of others. */
static void
join_entries(GinTupleCollector *all, const GinTupleCollector *row)
{
	if (all->ntuples + row->ntuples > all->lentuples)
	{
		all->lentuples = 2 * (all->ntuples + row->ntuples);
		all->tuples = all->tuples == NULL ? palloc(all->lentuples * sizeof(IndexTuple)) :
			repalloc(all->tuples, all->lentuples * sizeof(IndexTuple));
	}
	memcpy(all->tuples + all->ntuples, row->tuples, row->ntuples * sizeof(IndexTuple));
	all->ntuples += row->ntuples;
	all->sumsize += row->sumsize;
}

/*
 * Adds rows to the index's pending list, as many at a time as fit a page: of
 * entries that take more, the list expects that they are of a single row.
 */
static void
add_to_pending_list(const Import *import, GinState *state, const ImportRow *rows, int count)
{
	GinTupleCollector page = {0};
	Size		page_size = 0;

	for (int i = 0; i < count; i++)
	{
		GinTupleCollector entries;
		Size		size;

		CHECK_FOR_INTERRUPTS();
		form_entries(import, state, &rows[i], &entries);
		size = pending_size(&entries);
		if (page.ntuples > 0 && page_size + size > GinListPageSize)
		{
			ginHeapTupleFastInsert(state, &page);
			page.ntuples = page.sumsize = 0;
			page_size = 0;
		}
		join_entries(&page, &entries);
		page_size += size;
	}
	if (page.ntuples > 0)
		ginHeapTupleFastInsert(state, &page);
}

/* Adds rows to the GIN index of events. */
static void
index_keys(Import *import, Relation index, const ImportRow *rows, int count)
{
	GinState	state;

	initGinState(&state, index);
	if (count >= MANY_ROWS || !GinGetUseFastUpdate(index))
		enter_keys(import, &state, rows, count);
	else
		add_to_pending_list(import, &state, rows, count);
}

/* Adds a row to an index of time and key; false if another row may have them. */
static bool
index_time_and_key(const ImportPartition *partition, const ImportIndex *index, const ImportRow *row)
{
	Datum		values[] = {TimestampTzGetDatum(row->time), UUIDPGetDatum(&row->event_key)};
	bool		nulls[] = {false, false};
	ItemPointerData tid = row->tid;

	return index_insert(index->rel, values, nulls, &tid, partition->rel,
						UNIQUE_CHECK_PARTIAL, false, index->info);
}

/* Adds rows to any other index. */
static void
index_others(Import *import, const ImportPartition *partition, const ImportIndex *index,
			 const ImportRow *rows, int count)
{
	TupleTableSlot *slot = MakeSingleTupleTableSlot(RelationGetDescr(partition->rel),
													&TTSOpsHeapTuple);
	ExprContext *expressions = GetPerTupleExprContext(import->estate);
	ExprState  *predicate = ExecPrepareQual(index->info->ii_Predicate, import->estate);
	Datum		values[INDEX_MAX_KEYS];
	bool		nulls[INDEX_MAX_KEYS];

	for (int i = 0; i < count; i++)
	{
		MemoryContext old;

		CHECK_FOR_INTERRUPTS();
		ResetExprContext(expressions);
		ExecStoreHeapTuple(rows[i].tuple, slot, false);
		slot->tts_tid = rows[i].tid;
		expressions->ecxt_scantuple = slot;
		if (!ExecQual(predicate, expressions))
			continue;
		old = MemoryContextSwitchTo(GetPerTupleMemoryContext(import->estate));
		FormIndexDatum(index->info, slot, import->estate, values, nulls);
		(void) index_insert(index->rel, values, nulls, &slot->tts_tid, partition->rel,
							UNIQUE_CHECK_NO, false, index->info);
		MemoryContextSwitchTo(old);
	}
	ExecDropSingleTupleTableSlot(slot);
}

void
close_import_index(ImportIndex *index)
{
	finish_index_inserts(index->rel, index->info);
	index_close(index->rel, NoLock);
}

bool
index_import_rows(Import *import, const ImportPartition *partition, const ImportIndex *index,
				  const ImportRow *rows, int count)
{
	if (index->of_keys)
		index_keys(import, index->rel, rows, count);
	else if (!index->info->ii_Unique)
		index_others(import, partition, index, rows, count);
	else
	{
		for (int i = 0; i < count; i++)
		{
			if (!index_time_and_key(partition, index, &rows[i]))
				return false;
		}
	}
	return true;
}
