/*
 * fdw_analyze.c: samples log files for ANALYZE.
 *
 * Whole files are read, in random order, until they hold enough events; how
 * many there are in all is reckoned by bytes.
 */
#include "fdw.h"

#include <math.h>
#include <sys/stat.h>

#include "access/htup_details.h"
#include "access/sysattr.h"
#include "commands/vacuum.h"
#include "common/pg_prng.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/sampling.h"

/* So many files are read at least, and so many events for each that is kept. */
#define FILES_ASKED		100
#define EVENTS_FOR_EACH	2

typedef struct Sampling
{
	LogOptions *options;
	LogList    *list;
	char	   *base;
	LogReader  *reader;
	LogRow	   *bounds;			/* tests whether an event belongs to the partition */
	LogRow	   *row;
	TupleTableSlot *slot;
	ExprContext *econtext;
	HeapTuple  *rows;
	int			target;
	int			kept;
	double		seen;
	double		bytes_read;
	ReservoirStateData reservoir;
	double		to_skip;
} Sampling;

/* Lists all files of a table. */
static LogList *
all_files(Relation table, LogOptions *options)
{
	LogFilter  *filter = log_filter(partition_conditions(table, 1), 1, log_columns(table), options,
									NULL, NULL);

	return log_list(options, filter, false);
}

/* Size of a file. */
static double
size_of(const char *base, const LogList *list, const LogFile *file)
{
	struct stat st;

	if (stat(log_path(base, list->texts.data + file->folder, list->texts.data + file->name),
			 &st) != 0)
		return 0;
	return st.st_size;
}

/* Size of all files. */
static double
total_size(const LogOptions *options, const LogList *list)
{
	char	   *base = split_log_path(options->path).base;
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "cloudtrail_fdw sizes",
												  ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	double		bytes = 0;

	for (uint32 i = 0; i < list->count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		bytes += size_of(base, list, &list->files[i]);
		MemoryContextReset(context);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
	return bytes;
}

/* Puts files in random order, as far as they may be read. */
static void
shuffle(LogList *list)
{
	for (uint32 i = 0; i + 1 < list->count; i++)
	{
		uint32		other = pg_prng_uint64_range(&pg_global_prng_state, i, list->count - 1);
		LogFile		file = list->files[i];

		list->files[i] = list->files[other];
		list->files[other] = file;
	}
}

/* Where the sample keeps an event: the next place, a random one, or none, -1. */
static int
place_of(Sampling *sampling)
{
	double		seen = sampling->seen++;

	if (sampling->kept < sampling->target)
		return sampling->kept++;
	if (sampling->to_skip < 0)
		sampling->to_skip = reservoir_get_next_S(&sampling->reservoir, seen, sampling->target);
	if (sampling->to_skip-- > 0)
		return -1;
	return (int) (sampling->target * sampler_random_fract(&sampling->reservoir.randstate));
}

/* Takes an event into the sample, or not. */
static void
sample_event(Sampling *sampling, const ct_record *rec, MemoryContext rows)
{
	MemoryContext old;
	int			place;

	ResetExprContext(sampling->econtext);
	if (!form_log_row(sampling->bounds, rec, sampling->slot))
		return;
	place = place_of(sampling);
	if (place < 0)
		return;
	form_log_row(sampling->row, rec, sampling->slot);
	old = MemoryContextSwitchTo(rows);
	if (sampling->rows[place] != NULL)
		heap_freetuple(sampling->rows[place]);
	sampling->rows[place] = ExecCopySlotHeapTuple(sampling->slot);
	MemoryContextSwitchTo(old);
}

/* Reads files until there is enough. */
static void
sample_files(Sampling *sampling)
{
	const LogList *list = sampling->list;
	MemoryContext rows = CurrentMemoryContext;
	MemoryContext old = MemoryContextSwitchTo(sampling->econtext->ecxt_per_tuple_memory);
	const ct_record *rec;

	for (uint32 i = 0; i < list->count; i++)
	{
		const LogFile *file = &list->files[i];

		if (i >= FILES_ASKED && sampling->seen >= (double) EVENTS_FOR_EACH * sampling->target)
			break;
		analyze_delay_point();
		sampling->bytes_read += size_of(sampling->base, list, file);
		if (!open_log(sampling->reader, list->texts.data + file->folder,
					  list->texts.data + file->name))
			continue;
		while ((rec = next_log_event(sampling->reader)) != NULL)
			sample_event(sampling, rec, rows);
	}
	MemoryContextSwitchTo(old);
}

/* Prepares to sample. */
static void
begin_sampling(Sampling *sampling, Relation table, LogCounts *counts)
{
	LogColumn  *columns = log_columns(table);
	Bitmapset  *all = NULL;

	sampling->options = log_options(RelationGetRelid(table));
	sampling->base = split_log_path(sampling->options->path).base;
	sampling->list = all_files(table, sampling->options);
	shuffle(sampling->list);
	sampling->reader = new_log_reader(sampling->options, counts);
	sampling->econtext = CreateStandaloneExprContext();
	sampling->slot = MakeSingleTupleTableSlot(RelationGetDescr(table), &TTSOpsVirtual);
	for (int i = 1; i <= RelationGetDescr(table)->natts; i++)
		all = bms_add_member(all, i - FirstLowInvalidHeapAttributeNumber);
	sampling->bounds = log_row(table, columns, partition_conditions(table, 1), NULL, NULL,
							   sampling->econtext, sampling->reader);
	sampling->row = log_row(table, columns, NIL, all, NULL, sampling->econtext, sampling->reader);
	reservoir_init_selection_state(&sampling->reservoir, sampling->target);
	sampling->to_skip = -1;
}

/* Takes a sample of the rows. */
static int
sample_rows(Relation table, int level, HeapTuple *rows, int target, double *total, double *dead)
{
	Sampling	sampling = {.rows = rows, .target = target};
	LogCounts	counts = {0};
	double		bytes;

	memset(rows, 0, target * sizeof(HeapTuple));
	begin_sampling(&sampling, table, &counts);
	sample_files(&sampling);
	close_log_reader(sampling.reader);
	ExecDropSingleTupleTableSlot(sampling.slot);
	FreeExprContext(sampling.econtext, true);
	bytes = total_size(sampling.options, sampling.list);
	*total = sampling.bytes_read > 0 ? floor(sampling.seen * bytes / sampling.bytes_read + 0.5) : 0;
	*dead = 0;
	ereport(level,
			(errmsg("\"%s\": read " UINT64_FORMAT " of %u log files, %.0f events in sample, %.0f estimated in total",
					RelationGetRelationName(table), counts.read, sampling.list->count,
					(double) sampling.kept, *total)));
	return sampling.kept;
}

bool
analyze_log_table(Relation table, AcquireSampleRowsFunc *func, BlockNumber *pages)
{
	LogOptions *options = log_options(RelationGetRelid(table));
	double		bytes = total_size(options, all_files(table, options));

	*func = sample_rows;
	*pages = Max(1, (BlockNumber) Min(ceil(bytes / BLCKSZ), MaxBlockNumber));
	return true;
}
