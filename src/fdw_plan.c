/*
 * fdw_plan.c: what the planner asks about foreign tables over log files.
 */
#include "fdw.h"

#include <math.h>
#include <sys/stat.h>

#include "access/sysattr.h"
#include "access/table.h"
#include "optimizer/clauses.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
#include "optimizer/planmain.h"
#include "optimizer/restrictinfo.h"
#include "rewrite/rewriteManip.h"
#include "utils/partcache.h"

/* Bytes that an event takes in a file, compressed and not, where ANALYZE has not told. */
#define PACKED_EVENT	125
#define PLAIN_EVENT		1500

/* What a page of a compressed file unfolds to. */
#define UNFOLDING		15

/* How many files are looked at for their size. */
#define SIZES_ASKED		50

/* What it takes to list a file, to open it, and to read an event, against a row of a table. */
#define LIST_COST		(0.1 * cpu_tuple_cost)
#define OPEN_COST		(10 * cpu_tuple_cost)
#define EVENT_COST		(30 * cpu_tuple_cost)

/* What is worked out first about a foreign table. */
typedef struct LogRel
{
	LogOptions *options;
	LogColumn  *columns;
	List	   *bounds;			/* of the partition that it is */
	double		files;			/* to read */
	double		pages;			/* in them */
	double		events;
} LogRel;

List *
partition_conditions(Relation table, Index relid)
{
	List	   *bounds;

	if (!table->rd_rel->relispartition)
		return NIL;
	bounds = (List *) copyObject(RelationGetPartitionQual(table));
	bounds = (List *) expression_planner((Expr *) bounds);
	if (relid != 1)
		ChangeVarNodes((Node *) bounds, 1, relid, 0);
	return bounds;
}

/* Mean size of the listed files, of which some are looked at. */
static double
mean_size(const LogOptions *options, const LogList *list)
{
	char	   *base = split_log_path(options->path).base;
	uint32		step = list->count / SIZES_ASKED + 1;
	double		bytes = 0;
	double		asked = 0;

	for (uint32 i = 0; i < list->count; i += step)
	{
		const LogFile *file = &list->files[i];
		struct stat st;

		if (stat(log_path(base, list->texts.data + file->folder, list->texts.data + file->name),
				 &st) != 0)
			continue;
		bytes += st.st_size;
		asked++;
	}
	return asked == 0 ? 0 : bytes / asked;
}

/* Whether the listed files are compressed, by the name of the first. */
static bool
are_packed(const LogList *list)
{
	const char *name = list->count == 0 ? "" : list->texts.data + list->files[0].name;
	size_t		len = strlen(name);

	return len > 3 && (strcmp(name + len - 3, ".gz") == 0 || strcmp(name + len - 4, ".zst") == 0);
}

/* Lists the files to estimate how much there is to read. */
static LogList *
estimate_files(PlannerInfo *root, RelOptInfo *rel, LogRel *log)
{
	List	   *conditions = list_concat(extract_actual_clauses(rel->baserestrictinfo, false),
										 log->bounds);
	LogFilter  *filter = log_filter(conditions, rel->relid, log->columns, log->options, NULL, root);
	LogList    *list;
	double		bytes;

	evaluate_filter(filter, NULL);
	list = log_list(log->options, filter, true);
	log->files = list == NULL ? 10 : list->estimate;
	bytes = list == NULL ? 10 * BLCKSZ : list->estimate * mean_size(log->options, list);
	log->pages = Max(1, ceil(bytes / BLCKSZ));
	/* What ANALYZE found holds for files that came since, and for those that are left. */
	if (rel->tuples > 0 && rel->pages > 0)
		log->events = log->pages * rel->tuples / rel->pages;
	else
		log->events = bytes / (list == NULL || are_packed(list) ? PACKED_EVENT : PLAIN_EVENT);
	log->events = clamp_row_est(log->events);
	return list;
}

/* The clauses that names of files do not answer. */
static List *
other_clauses(RelOptInfo *rel, const LogRel *log)
{
	List	   *others = NIL;
	ListCell   *lc;

	foreach(lc, rel->baserestrictinfo)
	{
		RestrictInfo *clause = lfirst(lc);

		if (!is_log_condition((Node *) clause->clause, rel->relid, log->columns))
			others = lappend(others, clause);
	}
	return others;
}

void
log_rel_size(PlannerInfo *root, RelOptInfo *rel, Oid table)
{
	LogRel	   *log = palloc0(sizeof(LogRel));
	Relation	relation = table_open(table, NoLock);
	LogList    *list;

	log->options = log_options(table);
	log->columns = log_columns(relation);
	log->bounds = partition_conditions(relation, rel->relid);
	table_close(relation, NoLock);
	rel->fdw_private = log;
	list = estimate_files(root, rel, log);
	rel->tuples = log->events;
	set_baserel_size_estimates(root, rel);

	/* Conditions that left files out have done their part. */
	if (list != NULL && list->counts.left_out + list->counts.folders_left_out > 0)
		rel->rows = clamp_row_est(log->events *
								  clauselist_selectivity(root, other_clauses(rel, log), 0,
														 JOIN_INNER, NULL));
}

/* What it takes to read a share of the files, by so many processes. */
static Cost
reading_cost(const RelOptInfo *rel, const LogRel *log, double share, double processes)
{
	double		events = log->events * share;
	Cost		io = seq_page_cost * log->pages * share;
	Cost		cpu = OPEN_COST * log->files * share +
		events * (EVENT_COST + rel->baserestrictcost.per_tuple) +
		rel->reltarget->cost.per_tuple * rel->rows * share;

	return rel->baserestrictcost.startup + rel->reltarget->cost.startup + io + cpu / processes;
}

/* Adds a path whose workers share the files. */
static void
add_parallel_path(PlannerInfo *root, RelOptInfo *rel, const LogRel *log, Cost startup)
{
	int			workers = compute_parallel_worker(rel, log->pages * UNFOLDING, -1,
												  max_parallel_workers_per_gather);
	double		processes;
	ForeignPath *path;

	workers = Min(workers, (int) Min(log->files, 1000) - 1);
	if (workers <= 0)
		return;
	/* As PostgreSQL reckons with its leader, which has the workers' rows to collect. */
	processes = workers + (parallel_leader_participation ? Max(0, 1 - 0.3 * workers) : 0);
	path = new_foreign_path(root, rel, clamp_row_est(rel->rows / processes), startup,
							startup + reading_cost(rel, log, 1, processes), NULL, NULL);
	path->path.parallel_aware = true;
	path->path.parallel_workers = workers;
	add_partial_path(rel, (Path *) path);
}

/* A parameterized clause's other relations, if names of files answer it. */
static Relids
outer_of(const RelOptInfo *rel, const LogRel *log, const RestrictInfo *clause)
{
	Relids		outer;

	if (!join_clause_is_movable_to((RestrictInfo *) clause, (RelOptInfo *) rel) ||
		!is_log_condition((Node *) clause->clause, rel->relid, log->columns))
		return NULL;
	outer = bms_union(clause->clause_relids, rel->lateral_relids);
	outer = bms_del_member(outer, rel->relid);
	return outer;
}

/* A member of an equivalence class that is one of the columns about which names tell. */
static bool
is_named_column(PlannerInfo *root, RelOptInfo *rel, EquivalenceClass *ec, EquivalenceMember *em,
				void *arg)
{
	const LogRel *log = arg;
	Node	   *expr = (Node *) em->em_expr;

	while (IsA(expr, RelabelType))
		expr = (Node *) ((RelabelType *) expr)->arg;
	return IsA(expr, Var) && ((Var *) expr)->varno == (int) rel->relid &&
		((Var *) expr)->varattno > 0 &&
		log->columns[((Var *) expr)->varattno - 1].subject != LOG_SUBJECT_NONE;
}

/* Adds a path for each set of relations that may tell which files to read. */
static void
add_parameterized_paths(PlannerInfo *root, RelOptInfo *rel, LogRel *log, Cost startup)
{
	List	   *clauses = list_copy(rel->joininfo);
	List	   *tried = NIL;
	ListCell   *lc;

	if (rel->has_eclass_joins)
		clauses = list_concat(clauses,
							  generate_implied_equalities_for_column(root, rel,
																	 is_named_column, log,
																	 rel->lateral_referencers));
	foreach(lc, clauses)
	{
		Relids		outer = outer_of(rel, log, lfirst(lc));
		ParamPathInfo *info;
		List	   *answered = NIL;
		ListCell   *lc2;
		double		share;
		bool		known = false;

		foreach(lc2, tried)
			known |= bms_equal(lfirst(lc2), outer);
		if (outer == NULL || known)
			continue;
		tried = lappend(tried, outer);
		info = get_baserel_parampathinfo(root, rel, outer);
		foreach(lc2, info->ppi_clauses)
		{
			RestrictInfo *clause = lfirst(lc2);

			if (is_log_condition((Node *) clause->clause, rel->relid, log->columns))
				answered = lappend(answered, clause);
		}
		share = clauselist_selectivity(root, answered, rel->relid, JOIN_INNER, NULL);
		share = Max(share, 1 / Max(log->files, 1));
		add_path(rel, (Path *) new_foreign_path(root, rel, info->ppi_rows, startup * share,
												startup * share + reading_cost(rel, log, share, 1),
												outer, NULL));
	}
}

void
log_paths(PlannerInfo *root, RelOptInfo *rel, Oid table)
{
	LogRel	   *log = rel->fdw_private;
	Cost		startup = LIST_COST * log->files;

	add_path(rel, (Path *) new_foreign_path(root, rel, rel->rows, startup,
											startup + reading_cost(rel, log, 1, 1),
											rel->lateral_relids, NULL));
	add_parameterized_paths(root, rel, log, startup);
	if (rel->consider_parallel && bms_is_empty(rel->lateral_relids))
		add_parallel_path(root, rel, log, startup);
}

/* What it takes to form the columns of a clause. */
static int
columns_cost(const RelOptInfo *rel, const LogRel *log, const RestrictInfo *clause)
{
	Bitmapset  *columns = NULL;
	int			column = -1;
	int			cost = 0;

	pull_varattnos((Node *) clause->clause, rel->relid, &columns);
	while ((column = bms_next_member(columns, column)) >= 0)
	{
		int			number = column + FirstLowInvalidHeapAttributeNumber;

		if (number > 0)
			cost = Max(cost, log->columns[number - 1].cost);
		else if (number == 0)
			cost = PG_INT32_MAX;	/* the whole row */
	}
	return cost;
}

/*
 * Moves clauses of cheap columns before those of dear ones, but never past one
 * of another level of security.
 */
static List *
order_clauses(const RelOptInfo *rel, const LogRel *log, List *clauses)
{
	List	   *ordered = NIL;
	ListCell   *lc;

	foreach(lc, clauses)
	{
		RestrictInfo *clause = lfirst(lc);
		int			place = list_length(ordered);

		while (place > 0)
		{
			RestrictInfo *before = list_nth(ordered, place - 1);

			if (before->security_level != clause->security_level ||
				columns_cost(rel, log, before) <= columns_cost(rel, log, clause))
				break;
			place--;
		}
		ordered = list_insert_nth(ordered, place, clause);
	}
	return ordered;
}

/* Whether conditions of row-level security, or of a view that is a barrier, may hide rows. */
static bool
may_hide_rows(const PlannerInfo *root, const RelOptInfo *rel)
{
	ListCell   *lc;

	foreach(lc, rel->baserestrictinfo)
	{
		if (lfirst_node(RestrictInfo, lc)->security_level < root->qual_security_level)
			return true;
	}
	return false;
}

ForeignScan *
log_plan(PlannerInfo *root, RelOptInfo *rel, Oid table, ForeignPath *path, List *tlist,
		 List *clauses, Plan *outer)
{
	LogRel	   *log = rel->fdw_private;
	List	   *conditions = extract_actual_clauses(order_clauses(rel, log, clauses), false);
	Bitmapset  *wanted = NULL;
	List	   *output = NIL;
	int			column = -1;

	pull_varattnos((Node *) rel->reltarget->exprs, rel->relid, &wanted);
	while ((column = bms_next_member(wanted, column)) >= 0)
		output = lappend_int(output, column);
	return make_foreignscan(tlist, list_concat(list_copy(log->bounds), conditions), rel->relid, NIL,
							list_make2(output, makeInteger(may_hide_rows(root, rel))), NIL, NIL,
							outer);
}
