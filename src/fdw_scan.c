/*
 * fdw_scan.c: carries out scans of foreign tables over log files.
 *
 * Processes that take part in a scan share the list of files, which the leader
 * makes, and a counter of those that were taken.
 */
#include "fdw.h"

#include "access/parallel.h"
#include "access/sysattr.h"
#include EXPLAIN_FORMAT_HEADER
#include EXPLAIN_STATE_HEADER
#include "executor/instrument.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "port/atomics.h"
#include "utils/dsa.h"
#include "utils/memutils.h"

/* How many files ahead of the one that is read the system is told of. */
#define FILES_AHEAD	32

#define COUNTS	((int) (sizeof(LogCounts) / sizeof(uint64)))

/* The list of files as one piece of memory. */
typedef struct LogFiles
{
	uint32		count;
	uint32		texts;			/* where the texts begin */
	LogFile		files[FLEXIBLE_ARRAY_MEMBER];
} LogFiles;

/* What the processes of a scan share. */
typedef struct LogShared
{
	pg_atomic_uint32 next;		/* file to read */
	pg_atomic_uint64 counts[COUNTS];
	dsa_pointer files;			/* invalid if there was no memory to share */
} LogShared;

typedef struct LogScan
{
	LogOptions *options;
	LogFilter  *filter;
	Bitmapset  *params;			/* that the filter depends on */
	LogReader  *reader;
	LogRow	   *row;
	MemoryContext context;		/* has the list */
	const LogFiles *files;		/* NULL until they are listed */
	uint32		next;
	bool		announcing;		/* the files ahead were announced */
	LogShared  *shared;			/* NULL if this process is alone */
	LogCounts	counts;			/* what this process did */
} LogScan;

/* The set of column numbers that the plan has as a list. */
static Bitmapset *
output_columns(const ForeignScan *plan)
{
	Bitmapset  *columns = NULL;
	ListCell   *lc;

	foreach(lc, (List *) linitial(plan->fdw_private))
		columns = bms_add_member(columns, lfirst_int(lc));
	return columns;
}

/* Begins a scan. */
static void
begin_scan(ForeignScanState *node, int flags)
{
	ForeignScan *plan = (ForeignScan *) node->ss.ps.plan;
	Relation	table = node->ss.ss_currentRelation;
	List	   *conditions = plan->scan.plan.qual;
	LogScan    *scan = palloc0(sizeof(LogScan));
	LogColumn  *columns = log_columns(table);

	node->fdw_state = scan;
	scan->options = log_options(RelationGetRelid(table));
	if (intVal(lsecond(plan->fdw_private)))
		scan->options->complained = palloc0(sizeof(bool));
	if (flags & EXEC_FLAG_EXPLAIN_ONLY)
		return;
	scan->context = AllocSetContextCreate(CurrentMemoryContext, "cloudtrail_fdw list",
										  ALLOCSET_DEFAULT_SIZES);
	scan->filter = log_filter(conditions, plan->scan.scanrelid, columns, scan->options,
							  &node->ss.ps, NULL);
	scan->params = filter_params(scan->filter);
	scan->reader = new_log_reader(scan->options, &scan->counts);
	begin_announcing(scan->reader);

	/*
	 * Rows are tested as they are formed, hence not by the executor: but it does so where it tests
	 * a row once more that it has.
	 */
	if (node->ss.ps.state->es_epq_active == NULL)
		node->ss.ps.qual = NULL;
	else
		conditions = NIL;
	scan->row = log_row(table, columns, conditions, output_columns(plan), &node->ss.ps,
						node->ss.ps.ps_ExprContext, scan->reader);
}

/* Adds counts. */
static void
add_counts(LogCounts *sum, const LogCounts *more)
{
	for (int i = 0; i < COUNTS; i++)
		((uint64 *) sum)[i] += ((const uint64 *) more)[i];
}

/* Lists the files. */
static LogList *
list_files(ForeignScanState *node)
{
	LogScan    *scan = node->fdw_state;
	LogList    *list;

	evaluate_filter(scan->filter, node->ss.ps.ps_ExprContext);
	list = log_list(scan->options, scan->filter, false);
	add_counts(&scan->counts, &list->counts);
	return list;
}

/* The size of a list of files in one piece. */
static Size
files_size(const LogList *list)
{
	return offsetof(LogFiles, files) + list->count * sizeof(LogFile) + list->texts.len;
}

/* Puts a list of files in one piece. */
static void
pack_files(LogFiles *files, const LogList *list)
{
	files->count = list->count;
	files->texts = offsetof(LogFiles, files) + list->count * sizeof(LogFile);
	memcpy(files->files, list->files, list->count * sizeof(LogFile));
	memcpy((char *) files + files->texts, list->texts.data, list->texts.len);
}

/* Finds the files that are shared, or lists them. */
static const LogFiles *
get_files(ForeignScanState *node)
{
	LogScan    *scan = node->fdw_state;
	dsa_area   *area = node->ss.ps.state->es_query_dsa;
	MemoryContext old;
	LogList    *list;
	LogFiles   *files;

	if (scan->shared != NULL && DsaPointerIsValid(scan->shared->files))
		return dsa_get_address(area, scan->shared->files);
	MemoryContextReset(scan->context);
	old = MemoryContextSwitchTo(scan->context);
	list = list_files(node);
	files = MemoryContextAllocHuge(scan->context, files_size(list));
	pack_files(files, list);
	pfree(list->files);
	pfree(list->texts.data);
	MemoryContextSwitchTo(old);
	return files;
}

/* The number of the next file that nobody has claimed. */
static uint32
claim_file(LogScan *scan)
{
	if (scan->shared != NULL && DsaPointerIsValid(scan->shared->files))
		return pg_atomic_fetch_add_u32(&scan->shared->next, 1);
	return scan->next++;
}

/*
 * Announces files ahead of one that this process has taken.  Whatever process
 * takes a file announces another one, so each is announced about once.
 */
static void
announce_files(LogScan *scan, const char *texts, uint32 number)
{
	uint32		last = Min(number + FILES_AHEAD, scan->files->count - 1);
	bool		more = true;

	for (uint32 i = number + (scan->announcing ? FILES_AHEAD : 1); more && i <= last; i++)
	{
		const LogFile *file = &scan->files->files[i];

		more = announce_log(scan->reader, texts + file->folder, texts + file->name);
	}
	scan->announcing = more;
}

/* Opens the next file that can be read; false if there is none. */
static bool
next_file(ForeignScanState *node)
{
	LogScan    *scan = node->fdw_state;
	const char *texts;
	uint32		number;

	if (scan->files == NULL)
		scan->files = get_files(node);
	texts = (const char *) scan->files + scan->files->texts;
	while ((number = claim_file(scan)) < scan->files->count)
	{
		const LogFile *file = &scan->files->files[number];

		CHECK_FOR_INTERRUPTS();
		announce_files(scan, texts, number);
		if (open_log(scan->reader, texts + file->folder, texts + file->name))
			return true;
	}
	return false;
}

/* Gives the next row. */
static TupleTableSlot *
next_row(ForeignScanState *node)
{
	LogScan    *scan = node->fdw_state;
	TupleTableSlot *slot = node->ss.ss_ScanTupleSlot;

	while (scan->reader->splitter != NULL || next_file(node))
	{
		const ct_record *rec;

		while ((rec = next_log_event(scan->reader)) != NULL)
		{
			if (form_log_row(scan->row, rec, slot))
				return slot;
			InstrCountFiltered1(node, 1);
			ResetExprContext(node->ss.ps.ps_ExprContext);
		}
	}
	return ExecClearTuple(slot);
}

/* Begins from the first file again, of others if parameters have changed. */
static void
rescan(ForeignScanState *node)
{
	LogScan    *scan = node->fdw_state;

	close_log_reader(scan->reader);
	begin_announcing(scan->reader);
	scan->next = 0;
	scan->announcing = false;
	if (scan->shared != NULL || bms_overlap(node->ss.ps.chgParam, scan->params))
		scan->files = NULL;
}

/* Ends a scan. */
static void
end_scan(ForeignScanState *node)
{
	LogScan    *scan = node->fdw_state;

	if (scan != NULL && scan->reader != NULL)
		close_log_reader(scan->reader);
}

/* Tells that workers can do it. */
static bool
is_parallel_safe(PlannerInfo *root, RelOptInfo *rel, RangeTblEntry *rte)
{
	return true;
}

/* The memory that processes share, but for the list. */
static Size
estimate_shared(ForeignScanState *node, ParallelContext *pcxt)
{
	return sizeof(LogShared);
}

/* Lists the files for all processes. */
static void
share_files(ForeignScanState *node, LogShared *shared)
{
	LogScan    *scan = node->fdw_state;
	dsa_area   *area = node->ss.ps.state->es_query_dsa;
	MemoryContext old;
	LogList    *list;

	shared->files = InvalidDsaPointer;
	if (area == NULL)
		return;
	MemoryContextReset(scan->context);
	scan->files = NULL;
	old = MemoryContextSwitchTo(scan->context);
	list = list_files(node);
	shared->files = dsa_allocate_extended(area, files_size(list), DSA_ALLOC_HUGE);
	pack_files(dsa_get_address(area, shared->files), list);
	MemoryContextSwitchTo(old);
	MemoryContextReset(scan->context);
}

/* Prepares what processes share. */
static void
begin_shared(ForeignScanState *node, ParallelContext *pcxt, void *memory)
{
	LogScan    *scan = node->fdw_state;
	LogShared  *shared = memory;

	pg_atomic_init_u32(&shared->next, 0);
	for (int i = 0; i < COUNTS; i++)
		pg_atomic_init_u64(&shared->counts[i], 0);
	share_files(node, shared);
	scan->shared = shared;
}

/* Prepares it for another scan. */
static void
begin_shared_again(ForeignScanState *node, ParallelContext *pcxt, void *memory)
{
	LogShared  *shared = memory;
	dsa_area   *area = node->ss.ps.state->es_query_dsa;

	if (area != NULL && DsaPointerIsValid(shared->files))
		dsa_free(area, shared->files);
	pg_atomic_write_u32(&shared->next, 0);
	share_files(node, shared);
	((LogScan *) node->fdw_state)->shared = shared;
}

/* Joins a scan as a worker. */
static void
join_scan(ForeignScanState *node, shm_toc *toc, void *memory)
{
	((LogScan *) node->fdw_state)->shared = memory;
}

/* Hands in what a worker did, or takes what the workers did, before what they share goes. */
static void
shut_down(ForeignScanState *node)
{
	LogScan    *scan = node->fdw_state;
	uint64	   *counts = (uint64 *) &scan->counts;

	if (scan->shared == NULL)
		return;
	for (int i = 0; i < COUNTS; i++)
	{
		if (IsParallelWorker())
			pg_atomic_fetch_add_u64(&scan->shared->counts[i], counts[i]);
		else
			counts[i] += pg_atomic_exchange_u64(&scan->shared->counts[i], 0);
	}
	scan->shared = NULL;
}

/* Tells what was read, and what not. */
static void
explain_scan(ForeignScanState *node, ExplainState *es)
{
	LogScan    *scan = node->fdw_state;

	ExplainPropertyText("Log Files", scan->options->path, es);
	if (!es->analyze)
		return;
	ExplainPropertyUInteger("Files Found", NULL, scan->counts.found, es);
	ExplainPropertyUInteger("Files Left Out", NULL, scan->counts.left_out, es);
	ExplainPropertyUInteger("Folders Left Out", NULL, scan->counts.folders_left_out, es);
	ExplainPropertyUInteger("Files Read", NULL, scan->counts.read, es);
	if (scan->counts.failed > 0)
		ExplainPropertyUInteger("Files Skipped", NULL, scan->counts.failed, es);
	ExplainPropertyUInteger("Records Skipped", NULL, scan->counts.skipped, es);
}

void
log_scan_routines(FdwRoutine *routine)
{
	routine->BeginForeignScan = begin_scan;
	routine->IterateForeignScan = next_row;
	routine->ReScanForeignScan = rescan;
	routine->EndForeignScan = end_scan;
	routine->ExplainForeignScan = explain_scan;
	routine->IsForeignScanParallelSafe = is_parallel_safe;
	routine->EstimateDSMForeignScan = estimate_shared;
	routine->InitializeDSMForeignScan = begin_shared;
	routine->ReInitializeDSMForeignScan = begin_shared_again;
	routine->InitializeWorkerForeignScan = join_scan;
	routine->ShutdownForeignScan = shut_down;
}
