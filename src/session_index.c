/*
 * session_index.c: runs the statements about sessions by scans of indexes.
 *
 * A chain takes a lookup for each link, and a view has a chain for each
 * session: starting the executor takes several times as long as the lookup.
 * Nothing that somebody else wrote runs here: the keys of the indexes are plain
 * columns, and their operators PostgreSQL's own.
 */
#include "session_index.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_am.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_index.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_type.h"
#include "event_table.h"
#include "miscadmin.h"
#include "nodes/primnodes.h"
#include "row_policy.h"
#include "session_statement.h"
#include "trail.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/uuid.h"

/* How a statement is run on a table. */
typedef struct Access
{
	Oid			table;			/* none if that is not known */
	Oid			index;			/* none if it takes SQL */
	bool		has_time;		/* the second key of the index is event_time */
	AttrNumber	columns[LINK_COLUMNS];	/* that it gives */
	AttrNumber	tested[CONDITIONS_MAX]; /* by its conditions */
	AttrNumber	others[CONDITIONS_MAX];
	int			callers[CALLER_COLUMNS];	/* places in what it gives */
} Access;

static Access accesses[SESSION_STATEMENTS];

/* Forgets how the statements are run on a table that changed. */
static void
forget_access(Datum unused, Oid table)
{
	(void) unused;
	for (int i = 0; i < SESSION_STATEMENTS; i++)
	{
		if (table == InvalidOid || accesses[i].table == table)
			accesses[i].table = InvalidOid;
	}
}

/* The column of a name and type, if it can be compared byte by byte; 0 if there is none. */
static AttrNumber
find_column(Relation table, const char *name, Oid type)
{
	TupleDesc	columns = RelationGetDescr(table);

	for (int number = 1; number <= columns->natts; number++)
	{
		Form_pg_attribute column = TupleDescAttr(columns, number - 1);

		if (strcmp(NameStr(column->attname), name) != 0)
			continue;
		if (type == TEXTOID && column->attcollation != C_COLLATION_OID)
			return 0;
		return has_column(columns, number, type) ? number : 0;
	}
	return 0;
}

/*
 * Whether an index has all rows in which a column is not null.  Its predicate
 * is read from the catalog: RelationGetIndexPredicate() evaluates what is
 * constant in it.
 */
static bool
has_all_known(Relation index, AttrNumber column)
{
	bool		isnull;
	Datum		predicate = SysCacheGetAttr(INDEXRELID, index->rd_indextuple,
											Anum_pg_index_indpred, &isnull);
	const NullTest *test;

	if (isnull)
		return true;
	test = stringToNode(TextDatumGetCString(predicate));
	return IsA(test, NullTest) && test->nulltesttype == IS_NOT_NULL && IsA(test->arg, Var) &&
		((const Var *) test->arg)->varattno == column;
}

/* Whether an index leads to the rows that have a text in a column. */
static bool
is_index_of(Relation index, AttrNumber column)
{
	const FormData_pg_index *form = index->rd_index;

	return index->rd_rel->relam == BTREE_AM_OID && form->indisvalid && !form->indcheckxmin &&
		form->indkey.values[0] == column && index->rd_opfamily[0] == TEXT_BTREE_FAM_OID &&
		index->rd_opcintype[0] == TEXTOID && index->rd_indcollation[0] == C_COLLATION_OID &&
		has_all_known(index, column);
}

/* Finds an index of a column. */
static void
find_index(Relation table, AttrNumber column, Access *access)
{
	List	   *indexes = RelationGetIndexList(table);
	AttrNumber	time = find_column(table, "event_time", TIMESTAMPTZOID);
	ListCell   *cell;

	foreach(cell, indexes)
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);

		if (is_index_of(index, column) && !access->has_time)
		{
			access->index = RelationGetRelid(index);
			access->has_time = index->rd_index->indnkeyatts > 1 && time != 0 &&
				index->rd_index->indkey.values[1] == time &&
				index->rd_opcintype[1] == TIMESTAMPTZOID;
		}
		index_close(index, NoLock);
	}
	list_free(indexes);
}

/* The type of the column that a condition tests. */
static Oid
tested_type(const Condition *condition)
{
	if (condition->test == FROM || condition->test == TO)
		return TIMESTAMPTZOID;
	return condition->test == IS_FIRST ? INT4OID : TEXTOID;
}

/* Finds the columns that a condition tests; false if they are not what they should be. */
static bool
find_tested(Relation table, const Condition *condition, AttrNumber *tested, AttrNumber *other)
{
	*tested = find_column(table, condition->column, tested_type(condition));
	*other = 0;
	if (condition->test == IS_COLUMN)
		*other = find_column(table, condition->other, TEXTOID);
	return *tested != 0 && (condition->test != IS_COLUMN || *other != 0);
}

/* The places of the columns that name the caller among those that a statement gives. */
static void
find_callers(const SessionColumn *columns, int count, int *callers)
{
	for (int i = 0; i < CALLER_COLUMNS; i++)
	{
		for (int place = 0; place < count; place++)
		{
			if (strcmp(columns[place].name, cloudtrail_caller_columns[i]) == 0)
				callers[i] = place;
		}
	}
}

/* Finds all columns of a statement; false if some are not what they should be. */
static bool
find_columns(Relation table, SessionStatement statement, Access *access)
{
	const StatementText *text = &cloudtrail_statements[statement];
	int			count;
	const SessionColumn *columns = statement_columns(statement, &count);

	for (int i = 0; i < count; i++)
	{
		access->columns[i] = find_column(table, columns[i].name, columns[i].type);
		if (access->columns[i] == 0)
			return false;
	}
	for (int i = 0; text->conditions[i].test != NO_TEST; i++)
	{
		if (!find_tested(table, &text->conditions[i], &access->tested[i], &access->others[i]))
			return false;
	}
	if (text->by_caller)
		find_callers(columns, count, access->callers);
	return true;
}

/* Finds the way in which a statement is run, and remembers it. */
static const Access *
find_access(Relation table, SessionStatement statement)
{
	static bool is_registered = false;
	Access	   *access = &accesses[statement];

	if (!is_registered)
		CacheRegisterRelcacheCallback(forget_access, (Datum) 0);
	is_registered = true;
	if (access->table == RelationGetRelid(table))
		return access;
	memset(access, 0, sizeof(Access));
	/* Before it is found out, which may bring news of a change. */
	access->table = RelationGetRelid(table);
	if (find_columns(table, statement, access))
		find_index(table, access->tested[0], access);
	return access;
}

void
open_table_scan(TableScan *scan, Oid table)
{
	scan->is_tried = true;
	if (!OidIsValid(table) || get_rel_relkind(table) != RELKIND_RELATION ||
		!may_see_all_rows(table) || cloudtrail_is_distributed(table))
		return;
	scan->table = try_table_open(table, AccessShareLock);
	if (scan->table == NULL)
		return;
	if (scan->table->rd_rel->relhassubclass)
	{
		table_close(scan->table, NoLock);
		scan->table = NULL;
		return;
	}
	scan->slot = table_slot_create(scan->table, NULL);
}

void
close_table_scan(TableScan *scan)
{
	if (scan->table == NULL)
		return;
	ExecDropSingleTupleTableSlot(scan->slot);
	table_close(scan->table, NoLock);
	scan->table = NULL;
}

/* Frees what was made of a text to read it: a scan reads any number of them. */
static void
release_text(struct varlena *value, Datum datum)
{
	if ((Pointer) value != DatumGetPointer(datum))
		pfree(value);
}

/* Whether a text is of so many bytes. */
static bool
is_text(Datum datum, const char *bytes, size_t length)
{
	struct varlena *value = DatumGetTextPP(datum);
	bool		same = VARSIZE_ANY_EXHDR(value) == length &&
		memcmp(VARDATA_ANY(value), bytes, length) == 0;

	release_text(value, datum);
	return same;
}

/* Whether two texts, neither null, are the same. */
static bool
is_same(Datum a, Datum b)
{
	struct varlena *value = DatumGetTextPP(b);
	bool		same = is_text(a, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));

	release_text(value, b);
	return same;
}

/* Whether a row fulfils a condition. */
static bool
fulfils(TupleTableSlot *slot, const Condition *condition, AttrNumber tested, AttrNumber other,
		const Datum *values)
{
	bool		isnull;
	bool		is_other_null;
	Datum		value = slot_getattr(slot, tested, &isnull);
	Datum		parameter = values[condition->parameter];

	if (isnull)
		return condition->test == IS_IF_KNOWN ||
			(condition->test == IS_OR_EMPTY && is_text(parameter, "", 0));
	switch (condition->test)
	{
		case IS:
		case IS_IF_KNOWN:
		case IS_OR_EMPTY:
			return is_same(value, parameter);
		case IS_NOT:
			return !is_same(value, parameter);
		case IS_WORD:
			return is_text(value, condition->other, strlen(condition->other));
		case IS_COLUMN:
			parameter = slot_getattr(slot, other, &is_other_null);
			return !is_other_null && is_same(value, parameter);
		case FROM:
			return DatumGetTimestampTz(value) >= DatumGetTimestampTz(parameter);
		case TO:
			return DatumGetTimestampTz(value) <= DatumGetTimestampTz(parameter);
		case IS_FIRST:
			return DatumGetInt32(value) <= 1;
		case IS_KNOWN:
		case NO_TEST:
			break;
	}
	return true;
}

/* Whether a row fulfils all conditions. */
static bool
fulfils_all(TupleTableSlot *slot, SessionStatement statement, const Access *access,
			const Datum *values)
{
	const Condition *conditions = cloudtrail_statements[statement].conditions;

	for (int i = 0; conditions[i].test != NO_TEST; i++)
	{
		if (!fulfils(slot, &conditions[i], access->tested[i], access->others[i], values))
			return false;
	}
	return true;
}

/* Copies what a statement gives of a row. */
static HeapTuple
copy_row(Relation table, TupleTableSlot *slot, SessionStatement statement, const Access *access,
		 Row *row)
{
	HeapTuple	tuple = ExecCopySlotHeapTuple(slot);
	Datum		values[MaxTupleAttributeNumber];
	bool		nulls[MaxTupleAttributeNumber];
	int			count;

	(void) statement_columns(statement, &count);
	heap_deform_tuple(tuple, RelationGetDescr(table), values, nulls);
	for (int i = 0; i < count; i++)
	{
		row->values[i] = values[access->columns[i] - 1];
		row->nulls[i] = nulls[access->columns[i] - 1];
	}
	return tuple;
}

/* Whether two rows name the same caller. */
static bool
is_same_caller(const Access *access, const Row *a, const Row *b)
{
	for (int i = 0; i < CALLER_COLUMNS; i++)
	{
		int			place = access->callers[i];

		if (a->nulls[place] != b->nulls[place] ||
			(!a->nulls[place] && !is_same(a->values[place], b->values[place])))
			return false;
	}
	return true;
}

/* Whether a link comes before another. */
static bool
is_earlier(const Row *a, const Row *b)
{
	TimestampTz time = DatumGetTimestampTz(a->values[LINK_event_time]);
	TimestampTz other = DatumGetTimestampTz(b->values[LINK_event_time]);

	/* Other tables than a trail's may have neither; null comes last, as in SQL. */
	if (a->nulls[LINK_event_time] || b->nulls[LINK_event_time])
		return !a->nulls[LINK_event_time];
	if (time != other)
		return time < other;
	if (a->nulls[LINK_event_key] || b->nulls[LINK_event_key])
		return !a->nulls[LINK_event_key];
	return memcmp(DatumGetPointer(a->values[LINK_event_key]),
				  DatumGetPointer(b->values[LINK_event_key]), UUID_LEN) < 0;
}

/* Keeps a row that was found, unless there is an earlier one of that caller. */
static void
keep_row(Candidates *found, Relation table, TupleTableSlot *slot, SessionStatement statement,
		 const Access *access)
{
	Row		   *row = &found->rows[found->count];
	HeapTuple	tuple = copy_row(table, slot, statement, access, row);

	if (!cloudtrail_statements[statement].by_caller)
	{
		found->count++;
		return;
	}
	for (int i = 0; i < found->count; i++)
	{
		if (!is_same_caller(access, row, &found->rows[i]))
			continue;
		if (is_earlier(row, &found->rows[i]))
			found->rows[i] = *row;
		else
			heap_freetuple(tuple);
		return;
	}
	found->count++;
}

/* Makes the keys of a scan: the first condition, and times if the index has them. */
static int
make_keys(Relation index, SessionStatement statement, const Access *access, const Datum *values,
		  ScanKeyData *keys)
{
	const Condition *conditions = cloudtrail_statements[statement].conditions;
	int			count = 1;

	ScanKeyEntryInitialize(&keys[0], 0, 1, BTEqualStrategyNumber, InvalidOid,
						   index->rd_indcollation[0], F_TEXTEQ, values[conditions[0].parameter]);
	for (int i = 0; access->has_time && conditions[i].test != NO_TEST; i++)
	{
		Datum		time = values[conditions[i].parameter];

		if (conditions[i].test == FROM)
			ScanKeyInit(&keys[count++], 2, BTGreaterEqualStrategyNumber, F_TIMESTAMPTZ_GE, time);
		else if (conditions[i].test == TO)
			ScanKeyInit(&keys[count++], 2, BTLessEqualStrategyNumber, F_TIMESTAMPTZ_LE, time);
	}
	return count;
}

bool
look_up_by_index(const TableScan *scan, SessionStatement statement, const Datum *values,
				 Candidates *found)
{
	const Access *access = scan->table == NULL ? NULL : find_access(scan->table, statement);
	ScanKeyData keys[3];
	int			count;
	Relation	index;
	IndexScanDesc rows;

	if (access == NULL || !OidIsValid(access->index))
		return false;
	index = index_open(access->index, AccessShareLock);
	count = make_keys(index, statement, access, values, keys);
	rows = begin_index_scan(scan->table, index, GetActiveSnapshot(), count);
	index_rescan(rows, keys, count, NULL, 0);
	found->count = 0;
	while (found->count <= CANDIDATES_MAX &&
		   index_getnext_slot(rows, ForwardScanDirection, scan->slot))
	{
		CHECK_FOR_INTERRUPTS();
		if (fulfils_all(scan->slot, statement, access, values))
			keep_row(found, scan->table, scan->slot, statement, access);
	}
	index_endscan(rows);
	index_close(index, NoLock);
	ExecClearTuple(scan->slot);
	return true;
}
