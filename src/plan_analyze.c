/*
 * plan_analyze.c: what ANALYZE keeps of a column of events.
 *
 * Two lists: the most common index keys (secrets, principals, services and so
 * on, in PostgreSQL's slot for most common elements), and the most common
 * actions as text, so that a pattern can be matched against each.
 */
#include "cloudtrail.h"

#include "catalog/pg_collation.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_type.h"
#include "commands/vacuum.h"
#include "common/hashfn.h"
#include "plan_statistics.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

CLOUDTRAIL_FUNCTION(cloudtrail_event_typanalyze);

/* Entries of either list for each point of the statistics target. */
#define ENTRIES_PER_TARGET	10

/* An event has about ten keys.  One with very many must not fill the sample. */
#define KEYS_PER_EVENT		1000

/* How many events of the sample have a key or an action. */
typedef struct Tally
{
	int64		key;			/* of an action: its hash */
	int			events;
	int			last_event;		/* number of the last one, counted from 1 */
	text	   *action;
} Tally;

/* Makes an empty table of tallies. */
static HTAB *
make_tallies(const char *name)
{
	HASHCTL		ctl = {
		.keysize = sizeof(int64),
		.entrysize = sizeof(Tally),
		.hcxt = CurrentMemoryContext
	};

	return hash_create(name, 1024, &ctl, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* Counts a key of an event, once; returns its tally. */
static Tally *
count_key(HTAB *tallies, int64 key, int event)
{
	bool		found;
	Tally	   *tally = hash_search(tallies, &key, HASH_ENTER, &found);

	if (!found)
	{
		tally->events = 0;
		tally->last_event = 0;
		tally->action = NULL;
	}
	if (tally->last_event != event)
		tally->events++;
	tally->last_event = event;
	return tally;
}

/* Counts an event's action. */
static void
count_action(HTAB *tallies, Datum event, int number)
{
	const ct_record *rec = event_record(event);
	ct_scratch	scratch = event_scratch(rec);
	ct_slice	action = ct_action(rec, &scratch);
	Tally	   *tally;

	/* What is so long is not an action of AWS, and would only bloat the catalog. */
	if (action.ptr == NULL || action.len > CT_ACTION_MAX)
		return;
	tally = count_key(tallies, (int64) hash_bytes_extended((const unsigned char *) action.ptr,
														   (int) action.len, 0), number);
	if (tally->action == NULL)
		tally->action = text_from_slice(action);
}

/* Order of tallies: most common first. */
static int
by_count(const void *a, const void *b)
{
	const Tally *x = *(Tally *const *) a;
	const Tally *y = *(Tally *const *) b;

	if (x->events != y->events)
		return x->events > y->events ? -1 : 1;
	return x->key < y->key ? -1 : x->key > y->key;
}

/* Order of tallies: by key. */
static int
by_key(const void *a, const void *b)
{
	const Tally *x = *(Tally *const *) a;
	const Tally *y = *(Tally *const *) b;

	return x->key < y->key ? -1 : x->key > y->key;
}

/*
 * The most common of the tallies.  What a sample has but once says nothing,
 * unless the sample is all there is.
 */
static int
most_common(HTAB *tallies, int max, bool whole_table, Tally ***list)
{
	HASH_SEQ_STATUS scan;
	Tally	   *tally;
	int			n = 0;

	*list = palloc((hash_get_num_entries(tallies) + 1) * sizeof(Tally *));
	hash_seq_init(&scan, tallies);
	while ((tally = hash_seq_search(&scan)) != NULL)
	{
		if (tally->events > 1 || whole_table)
			(*list)[n++] = tally;
	}
	qsort(*list, n, sizeof(Tally *), by_count);
	return Min(n, max);
}

/* Fills a slot of a column's statistics with a list and its frequencies. */
static void
fill_slot(VacAttrStats *stats, int slot, int16 kind, Tally **list, int n, double events)
{
	bool		is_action = kind == STATISTIC_KIND_ACTIONS;
	MemoryContext old = MemoryContextSwitchTo(stats->anl_context);
	Datum	   *values = palloc(n * sizeof(Datum));
	float4	   *numbers = palloc((n + 2) * sizeof(float4));
	float4		least = (float4) (list[n - 1]->events / events);
	float4		greatest = (float4) (list[0]->events / events);

	if (!is_action)
		qsort(list, n, sizeof(Tally *), by_key);
	for (int i = 0; i < n; i++)
	{
		values[i] = is_action ? PointerGetDatum(text_from_slice(pattern_text(list[i]->action))) :
			Int64GetDatum(list[i]->key);
		numbers[i] = (float4) (list[i]->events / events);
	}
	numbers[n] = least;
	numbers[n + 1] = greatest;
	MemoryContextSwitchTo(old);

	stats->stakind[slot] = kind;
	stats->staop[slot] = is_action ? TextEqualOperator :
		lookup_type_cache(INT8OID, TYPECACHE_EQ_OPR)->eq_opr;
	stats->stacoll[slot] = is_action ? C_COLLATION_OID : InvalidOid;
	stats->statypid[slot] = is_action ? TEXTOID : INT8OID;
	stats->statyplen[slot] = is_action ? -1 : (int16) sizeof(int64);
	stats->statypbyval[slot] = is_action ? false : FLOAT8PASSBYVAL;
	stats->statypalign[slot] = is_action ? TYPALIGN_INT : TYPALIGN_DOUBLE;
	stats->stavalues[slot] = values;
	stats->numvalues[slot] = n;
	stats->stanumbers[slot] = numbers;
	stats->numnumbers[slot] = n + 2;
}

/* Computes the statistics of a sample. */
static void
compute_event_stats(VacAttrStats *stats, AnalyzeAttrFetchFunc fetch, int sample_rows,
					double total_rows)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "keys of an event",
												  ALLOCSET_DEFAULT_SIZES);
	HTAB	   *keys = make_tallies("keys of the sample");
	HTAB	   *actions = make_tallies("actions of the sample");
	int			max = ENTRIES_PER_TARGET * statistics_target(stats);
	int			nulls = 0;
	double		width = 0;
	int			events;
	Tally	  **list;
	int			n;
	int			slot = 0;

	for (int row = 0; row < sample_rows; row++)
	{
		bool		is_null;
		Datum		event = fetch(stats, row, &is_null);
		MemoryContext old;
		EventKeys	event_key_list;

		analyze_delay_point();
		if (is_null)
		{
			nulls++;
			continue;
		}
		width += VARSIZE_ANY(DatumGetPointer(event));
		count_action(actions, event, row + 1);
		old = MemoryContextSwitchTo(context);
		event_key_list = event_keys(event);
		for (int i = 0; i < Min(event_key_list.count, KEYS_PER_EVENT); i++)
			count_key(keys, index_key_number(event_key_list.keys[i]), row + 1);
		MemoryContextSwitchTo(old);
		MemoryContextReset(context);
	}
	MemoryContextDelete(context);

	events = sample_rows - nulls;
	stats->stats_valid = true;
	stats->stanullfrac = sample_rows > 0 ? (float4) nulls / sample_rows : 0;
	stats->stawidth = events > 0 ? (int32) (width / events) : 0;
	stats->stadistinct = -1 + stats->stanullfrac;	/* no event is like another */

	n = most_common(keys, max, sample_rows >= total_rows, &list);
	if (n > 0)
		fill_slot(stats, slot++, STATISTIC_KIND_MCELEM, list, n, events);
	n = most_common(actions, max, sample_rows >= total_rows, &list);
	if (n > 0)
		fill_slot(stats, slot++, STATISTIC_KIND_ACTIONS, list, n, events);
}

/* Tells ANALYZE how to sample a column of events. */
Datum
cloudtrail_event_typanalyze(PG_FUNCTION_ARGS)
{
	VacAttrStats *stats = (VacAttrStats *) PG_GETARG_POINTER(0);

	if (statistics_target(stats) < 0)
		statistics_target(stats) = default_statistics_target;
	stats->compute_stats = compute_event_stats;
	stats->minrows = 300 * statistics_target(stats);
	PG_RETURN_BOOL(true);
}
