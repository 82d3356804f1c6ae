/*
 * fdw_row.c: makes rows of events.
 *
 * Conditions are tested one by one, in the planner's order, which barriers of
 * security rest on; before each, the columns that it needs are formed, and the
 * others only for rows that meet all of them.
 */
#include "fdw.h"

#include "access/sysattr.h"
#include "core/event/derived.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/timestamp.h"

/* A condition, and the columns that it needs beyond those of the conditions before. */
typedef struct LogStage
{
	ExprState  *condition;
	AttrNumber *columns;
	int			ncolumns;
} LogStage;

/* The columns of a set that are not in another, which takes them in; attribute numbers from 0. */
static AttrNumber *
new_columns(const LogRow *row, Bitmapset *wanted, Bitmapset **formed, int *count)
{
	AttrNumber *columns = palloc(Max(row->natts, 1) * sizeof(AttrNumber));
	bool		whole = bms_is_member(0 - FirstLowInvalidHeapAttributeNumber, wanted);

	*count = 0;
	for (int i = 0; i < row->natts; i++)
	{
		if (row->columns[i].kind == LOG_NOTHING || bms_is_member(i, *formed) ||
			!(whole || bms_is_member(i + 1 - FirstLowInvalidHeapAttributeNumber, wanted)))
			continue;
		*formed = bms_add_member(*formed, i);
		columns[(*count)++] = i;
	}
	return columns;
}

/* Prepares a condition. */
static LogStage
new_stage(const LogRow *row, Expr *condition, PlanState *parent, Bitmapset **formed)
{
	LogStage	stage;
	Bitmapset  *wanted = NULL;
	List	   *relids = NIL;

	/* It has columns of one relation only, whatever its number. */
	relids = pull_var_clause((Node *) condition, PVC_RECURSE_AGGREGATES | PVC_RECURSE_PLACEHOLDERS);
	if (relids != NIL)
		pull_varattnos((Node *) condition, ((Var *) linitial(relids))->varno, &wanted);
	stage.columns = new_columns(row, wanted, formed, &stage.ncolumns);
	stage.condition = ExecInitQual(list_make1(condition), parent);
	return stage;
}

LogRow *
log_row(Relation table, const LogColumn *columns, List *conditions, Bitmapset *output,
		PlanState *parent, ExprContext *econtext, LogReader *reader)
{
	LogRow	   *row = palloc0(sizeof(LogRow));
	Bitmapset  *formed = NULL;
	ListCell   *lc;

	row->table = RelationGetRelid(table);
	row->columns = columns;
	row->natts = RelationGetDescr(table)->natts;
	row->econtext = econtext;
	row->reader = reader;
	row->stages = palloc(Max(list_length(conditions), 1) * sizeof(LogStage));
	foreach(lc, conditions)
		row->stages[row->nstages++] = new_stage(row, lfirst(lc), parent, &formed);

	/* What a condition reads of an event is not compact: it is formed again. */
	for (int i = 0; i < row->natts; i++)
	{
		if (columns[i].kind == LOG_EVENT)
			formed = bms_del_member(formed, i);
	}
	row->output = new_columns(row, output, &formed, &row->noutput);
	return row;
}

/* Reads a field as the function does that reads it of any event. */
static Datum
call_reader(PGFunction read, const ct_record *rec, bool *isnull)
{
	LOCAL_FCINFO(fcinfo, 1);
	Datum		value;

	InitFunctionCallInfoData(*fcinfo, NULL, 1, InvalidOid, NULL, NULL);
	fcinfo->args[0].value = PointerGetDatum(transient_stub(rec));
	fcinfo->args[0].isnull = false;
	value = read(fcinfo);
	*isnull = fcinfo->isnull;
	return value;
}

/* Reads a field that is text. */
static Datum
read_text(ct_field place, const ct_record *rec, bool *isnull)
{
	ct_scratch	scratch = event_scratch(rec);
	ct_slice	text = ct_text(rec, place, &scratch);

	*isnull = text.ptr == NULL;
	return *isnull ? (Datum) 0 : PointerGetDatum(text_from_slice(text));
}

/* Forms columns. */
static void
form_columns(LogRow *row, const ct_record *rec, const AttrNumber *columns, int count, bool compact,
			 TupleTableSlot *slot)
{
	for (int i = 0; i < count; i++)
	{
		const LogColumn *column = &row->columns[columns[i]];
		Datum		value = (Datum) 0;
		bool		isnull = false;
		struct varlena *event;

		switch (column->kind)
		{
			case LOG_FIELD:
				value = call_reader(column->read, rec, &isnull);
				break;
			case LOG_TEXT:
				value = read_text(column->place, rec, &isnull);
				break;
			case LOG_TIME:
				value = TimestampTzGetDatum(rec->event_time - EPOCH_SHIFT);
				break;
			case LOG_EVENT:
				event = transient_event(rec);
				value = PointerGetDatum(compact ? compact_event(event) : event);
				break;
			case LOG_SOURCE:
				value = PointerGetDatum(row->reader->source);
				break;
			case LOG_NOTHING:
				isnull = true;
				break;
		}
		slot->tts_values[columns[i]] = value;
		slot->tts_isnull[columns[i]] = isnull;
	}
}

bool
form_log_row(LogRow *row, const ct_record *rec, TupleTableSlot *slot)
{
	ExecClearTuple(slot);
	memset(slot->tts_isnull, true, row->natts * sizeof(bool));
	ExecStoreVirtualTuple(slot);
	slot->tts_tableOid = row->table;
	row->econtext->ecxt_scantuple = slot;
	for (int i = 0; i < row->nstages; i++)
	{
		const LogStage *stage = &row->stages[i];

		form_columns(row, rec, stage->columns, stage->ncolumns, false, slot);
		if (!ExecQual(stage->condition, row->econtext))
			return false;
	}
	form_columns(row, rec, row->output, row->noutput, true, slot);
	return true;
}
