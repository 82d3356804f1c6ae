/*
 * import_index.c: the index entries of imported rows.
 *
 * The keys of the GIN index are known from the records, which the rows have
 * only in compressed form.  Many rows enter it key by key, as a build of the
 * index would; few go to its pending list, by the page.
 */
#include "import.h"

#include "access/genam.h"
#include "access/gin_private.h"
#include "catalog/index.h"
#include "catalog/pg_am.h"
#include "common/hashfn.h"
#include "executor/executor.h"
#include "index_key.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* From so many rows on, entering each key into the tree is cheaper than the pending list. */
#define MANY_ROWS	1000

/* A key of the index, and the rows that have it. */
typedef struct KeyRows
{
	ct_slice	bytes;
	Datum		key;
	uint32		hash;
	char		status;
	ItemPointerData *tids;
	uint32		count;
	uint32		room;
} KeyRows;

#define SH_PREFIX		keys
#define SH_ELEMENT_TYPE	KeyRows
#define SH_KEY_TYPE		ct_slice
#define SH_KEY			bytes
#define SH_HASH_KEY(table, key)	\
	hash_bytes((const unsigned char *) (key).ptr, (int) (key).len)
#define SH_EQUAL(table, a, b)	((a).len == (b).len && memcmp((a).ptr, (b).ptr, (a).len) == 0)
#define SH_STORE_HASH
#define SH_GET_HASH(table, element)	(element)->hash
#define SH_SCOPE		static inline
#define SH_DEFINE
#define SH_DECLARE
#include "lib/simplehash.h"

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

/* Collects the rows of each key. */
static keys_hash *
collect_keys(const ImportRow *rows, int count)
{
	/* Rows share most of their keys: a table for few stays in the cache, and grows. */
	keys_hash  *collected = keys_create(CurrentMemoryContext, count / 2, NULL);

	for (int i = 0; i < count; i++)
	{
		for (int k = 0; k < rows[i].key_count; k++)
		{
			bool		found;
			KeyRows    *of_key = keys_insert(collected, index_key_bytes(rows[i].keys[k]), &found);

			if (!found)
			{
				of_key->key = rows[i].keys[k];
				of_key->count = 0;
				of_key->room = 2;
				of_key->tids = palloc(of_key->room * sizeof(ItemPointerData));
			}
			else if (of_key->count == of_key->room)
			{
				of_key->room *= 2;
				of_key->tids = repalloc(of_key->tids, of_key->room * sizeof(ItemPointerData));
			}
			of_key->tids[of_key->count++] = rows[i].tid;
		}
	}
	return collected;
}

/* Compares two keys in the order of the index. */
static int
compare_key_rows(const void *a, const void *b)
{
	return ct_compare_slices((*(KeyRows *const *) a)->bytes, (*(KeyRows *const *) b)->bytes);
}

/* Compares two places in a table. */
static int
compare_tids(const void *a, const void *b)
{
	return ItemPointerCompare((ItemPointer) a, (ItemPointer) b);
}

/* Brings the rows of a key into their order in the table, in which most are. */
static void
sort_tids(KeyRows *of_key)
{
	for (uint32 i = 1; i < of_key->count; i++)
	{
		if (ItemPointerCompare(&of_key->tids[i - 1], &of_key->tids[i]) > 0)
		{
			qsort(of_key->tids, of_key->count, sizeof(ItemPointerData), compare_tids);
			return;
		}
	}
}

/* Enters rows into the index key by key. */
static void
enter_keys(GinState *state, const ImportRow *rows, int count)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "cloudtrail keys",
												  ALLOCSET_DEFAULT_SIZES);
	keys_hash  *collected = collect_keys(rows, count);
	KeyRows   **sorted = palloc(collected->members * sizeof(KeyRows *));
	MemoryContext old;
	keys_iterator iterator;
	KeyRows    *of_key;
	int			key_count = 0;

	keys_start_iterate(collected, &iterator);
	while ((of_key = keys_iterate(collected, &iterator)) != NULL)
		sorted[key_count++] = of_key;
	qsort(sorted, key_count, sizeof(KeyRows *), compare_key_rows);
	old = MemoryContextSwitchTo(context);
	for (int i = 0; i < key_count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		sort_tids(sorted[i]);
		ginEntryInsert(state, 1, sorted[i]->key, GIN_CAT_NORM_KEY, sorted[i]->tids,
					   sorted[i]->count, NULL);
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
form_entries(GinState *state, const ImportRow *row, GinTupleCollector *tuples)
{
	tuples->tuples = palloc(row->key_count * sizeof(IndexTuple));
	tuples->lentuples = row->key_count;
	tuples->ntuples = 0;
	tuples->sumsize = 0;
	for (int k = 0; k < row->key_count; k++)
	{
		IndexTuple	tuple = GinFormTuple(state, 1, row->keys[k], GIN_CAT_NORM_KEY, NULL, 0,
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
add_to_pending_list(GinState *state, const ImportRow *rows, int count)
{
	GinTupleCollector page = {0};
	Size		page_size = 0;

	for (int i = 0; i < count; i++)
	{
		GinTupleCollector entries;
		Size		size;

		CHECK_FOR_INTERRUPTS();
		form_entries(state, &rows[i], &entries);
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
index_keys(Relation index, const ImportRow *rows, int count)
{
	GinState	state;

	initGinState(&state, index);
	if (count >= MANY_ROWS || !GinGetUseFastUpdate(index))
		enter_keys(&state, rows, count);
	else
		add_to_pending_list(&state, rows, count);
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
		index_keys(index->rel, rows, count);
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
