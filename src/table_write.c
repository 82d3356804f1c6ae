/*
 * table_write.c: many rows into a table and its indexes, without SQL.
 *
 * That is done where INSERT would do nothing else: a plain table without
 * triggers, rules, checks and policies for the current user, whose unique
 * indexes are checked at once.
 */
#include "table_write.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "catalog/pg_class.h"
#include "event_table.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "trail.h"
#include "utils/memutils.h"

/* So many rows are written by one call. */
#define SLOTS_MAX	200

/* Whether INSERT into a table would only write what it is given. */
static bool
is_plain(Relation table)
{
	const TriggerDesc *triggers = table->trigdesc;
	const TupleConstr *constraints = RelationGetDescr(table)->constr;

	return table->rd_rel->relkind == RELKIND_RELATION &&
		!table->rd_rel->relispartition &&
		table->rd_tableam == GetHeapamTableAmRoutine() &&
		table->rd_rules == NULL &&
		(triggers == NULL ||
		 (!triggers->trig_insert_before_row && !triggers->trig_insert_after_row &&
		  !triggers->trig_insert_instead_row && !triggers->trig_insert_before_statement &&
		  !triggers->trig_insert_after_statement)) &&
		(constraints == NULL ||
		 (constraints->num_check == 0 && !constraints->has_generated_stored)) &&
		!XactReadOnly && !IsInParallelMode() &&
		!cloudtrail_is_distributed(RelationGetRelid(table)) &&
		may_use_all_rows(RelationGetRelid(table), ACL_INSERT);
}

/* Opens an index; false if it takes more than entries. */
static bool
open_index(TableWriter *writer, Oid oid)
{
	Relation	index = index_open(oid, RowExclusiveLock);
	IndexInfo  *info = BuildIndexInfo(index);
	int			number = writer->index_count;

	/* One that is being made concurrently, or never was, has no page to write to. */
	if (!info->ii_ReadyForInserts)
	{
		index_close(index, NoLock);
		return true;
	}
	writer->indexes[number] = index;
	writer->infos[number] = info;
	writer->predicates[number] = ExecPrepareQual(info->ii_Predicate, writer->estate);
	writer->index_count++;
	return !index->rd_index->indisexclusion &&
		(!index->rd_index->indisunique || index->rd_index->indimmediate);
}

bool
begin_table_write(TableWriter *writer, Relation table)
{
	List	   *indexes;
	ListCell   *cell;
	bool		plain = true;

	*writer = (TableWriter) {.table = table};
	if (!is_plain(table))
		return false;
	writer->estate = CreateExecutorState();
	indexes = RelationGetIndexList(table);
	writer->indexes = palloc(list_length(indexes) * sizeof(Relation));
	writer->infos = palloc(list_length(indexes) * sizeof(IndexInfo *));
	writer->predicates = palloc(list_length(indexes) * sizeof(ExprState *));
	foreach(cell, indexes)
		plain = open_index(writer, lfirst_oid(cell)) && plain;
	list_free(indexes);
	return plain;
}

void
end_table_write(TableWriter *writer)
{
	for (int i = 0; i < writer->index_count; i++)
	{
		finish_index_inserts(writer->indexes[i], writer->infos[i]);
		index_close(writer->indexes[i], NoLock);
	}
	if (writer->estate != NULL)
		FreeExecutorState(writer->estate);
	writer->estate = NULL;
	writer->index_count = 0;
}

/* Whether a row has a value where it must. */
static bool
has_values(TupleDesc columns, HeapTuple row)
{
	for (int i = 0; i < columns->natts; i++)
	{
		if (TupleDescAttr(columns, i)->attnotnull && heap_attisnull(row, i + 1, columns))
			return false;
	}
	return true;
}

void
write_tuples(Relation table, HeapTuple *tuples, int count)
{
	int			slot_count = Min(count, SLOTS_MAX);
	TupleTableSlot **slots = palloc(slot_count * sizeof(TupleTableSlot *));
	CommandId	command = GetCurrentCommandId(true);

	for (int i = 0; i < slot_count; i++)
		slots[i] = MakeSingleTupleTableSlot(RelationGetDescr(table), &TTSOpsHeapTuple);
	for (int done = 0; done < count; done += slot_count)
	{
		int			n = Min(slot_count, count - done);

		CHECK_FOR_INTERRUPTS();
		/* Slots that own their tuples are written without another copy. */
		for (int i = 0; i < n; i++)
			ExecStoreHeapTuple(tuples[done + i], slots[i], true);
		table_multi_insert(table, slots, n, command, 0, NULL);
		for (int i = 0; i < n; i++)
		{
			tuples[done + i]->t_self = slots[i]->tts_tid;
			/* Indexes still read it. */
			slots[i]->tts_flags &= ~TTS_FLAG_SHOULDFREE;
			ExecClearTuple(slots[i]);
		}
	}
	for (int i = 0; i < slot_count; i++)
		ExecDropSingleTupleTableSlot(slots[i]);
	pfree(slots);
}

/* Adds a row to an index, unless it is not of it. */
static void
index_row(TableWriter *writer, int number, TupleTableSlot *slot)
{
	Relation	index = writer->indexes[number];
	Datum		values[INDEX_MAX_KEYS];
	bool		nulls[INDEX_MAX_KEYS];

	if (!ExecQual(writer->predicates[number], GetPerTupleExprContext(writer->estate)))
		return;
	FormIndexDatum(writer->infos[number], slot, writer->estate, values, nulls);
	(void) index_insert(index, values, nulls, &slot->tts_tid, writer->table,
						index->rd_index->indisunique ? UNIQUE_CHECK_YES : UNIQUE_CHECK_NO,
						false, writer->infos[number]);
}

bool
write_table_rows(TableWriter *writer, HeapTuple *rows, int count)
{
	TupleDesc	columns = RelationGetDescr(writer->table);
	TupleTableSlot *slot;
	MemoryContext old;

	for (int i = 0; i < count; i++)
	{
		if (!has_values(columns, rows[i]))
			return false;
	}
	write_tuples(writer->table, rows, count);
	slot = MakeSingleTupleTableSlot(columns, &TTSOpsHeapTuple);
	GetPerTupleExprContext(writer->estate)->ecxt_scantuple = slot;
	old = MemoryContextSwitchTo(GetPerTupleMemoryContext(writer->estate));
	for (int i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		ExecStoreHeapTuple(rows[i], slot, false);
		slot->tts_tid = rows[i]->t_self;
		for (int k = 0; k < writer->index_count; k++)
			index_row(writer, k, slot);
		ResetPerTupleExprContext(writer->estate);
	}
	MemoryContextSwitchTo(old);
	ExecDropSingleTupleTableSlot(slot);
	return true;
}
