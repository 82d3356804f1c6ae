/*
 * kept_plan.c: statements whose plans are kept for the session.
 */
#include "kept_plan.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "common/hashfn.h"
#include "optimizer/optimizer.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/plancache.h"
#include "utils/rls.h"
#include "utils/syscache.h"

/* So many plans are kept: those of a few trails. */
#define PLANS_MAX	128

/* What a plan is kept by. */
typedef struct PlanKey
{
	uint64		text;			/* hash of the statement's */
	Oid			types[KEPT_PARAMETERS_MAX];
} PlanKey;

/* A plan. */
typedef struct KeptPlan
{
	PlanKey		key;
	char	   *text;
	SPIPlanPtr	plan;
	int			running;		/* how many calls use it now */
} KeptPlan;

static HTAB *kept;

/* Forgets a plan. */
static void
forget_plan(KeptPlan *plan)
{
	SPIPlanPtr	old = plan->plan;
	char	   *text = plan->text;

	(void) hash_search(kept, &plan->key, HASH_REMOVE, NULL);
	pfree(text);
	SPI_freeplan(old);
}

/* Forgets the plans that do not run, if there are many. */
static void
make_room(void)
{
	HASH_SEQ_STATUS status;
	KeptPlan   *plan;

	if (hash_get_num_entries(kept) < PLANS_MAX)
		return;
	hash_seq_init(&status, kept);
	while ((plan = hash_seq_search(&status)) != NULL)
	{
		if (plan->running == 0)
			forget_plan(plan);
	}
}

/* Plans a statement. */
static SPIPlanPtr
make_plan(const KeptStatement *statement)
{
	SPIPlanPtr	plan = SPI_prepare_cursor(statement->text, statement->count,
										  unconstify(Oid *, statement->types), statement->options);

	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	return plan;
}

/* Makes a plan, and keeps it. */
static KeptPlan *
keep_plan(const PlanKey *key, const KeptStatement *statement)
{
	SPIPlanPtr	plan = make_plan(statement);
	char	   *text;
	KeptPlan   *entry;

	make_room();
	text = MemoryContextStrdup(TopMemoryContext, statement->text);
	if (SPI_keepplan(plan) != 0)
		elog(ERROR, "SPI_keepplan failed");
	entry = hash_search(kept, key, HASH_ENTER, NULL);
	entry->text = text;
	entry->plan = plan;
	entry->running = 0;
	return entry;
}

/* Finds the plan of a statement, or makes it; NULL if another statement has its place. */
static KeptPlan *
find_plan(const KeptStatement *statement)
{
	PlanKey		key;
	KeptPlan   *entry;

	if (kept == NULL)
	{
		HASHCTL		control = {.keysize = sizeof(PlanKey), .entrysize = sizeof(KeptPlan),
		.hcxt = TopMemoryContext};

		kept = hash_create("cloudtrail plans", PLANS_MAX, &control, HASH_ELEM | HASH_BLOBS |
						   HASH_CONTEXT);
	}
	memset(&key, 0, sizeof(key));
	key.text = hash_bytes_extended((const unsigned char *) statement->text,
								   (int) strlen(statement->text), 0);
	memcpy(key.types, statement->types, statement->count * sizeof(Oid));
	entry = hash_search(kept, &key, HASH_FIND, NULL);
	if (entry == NULL)
		return keep_plan(&key, statement);
	return strcmp(entry->text, statement->text) == 0 ? entry : NULL;
}

/* Runs a plan, which stays until it has run. */
static pg_noinline int
run_plan(KeptPlan *plan, Datum *values, const char *nulls, bool read_only, long limit)
{
	volatile int result = 0;

	plan->running++;
	PG_TRY();
	{
		result = SPI_execute_plan(plan->plan, values, nulls, read_only, limit);
	}
	PG_FINALLY();
	{
		plan->running--;
	}
	PG_END_TRY();
	return result;
}

int
run_kept_plan(const KeptStatement *statement, Datum *values, const char *nulls, bool read_only,
			  long limit)
{
	KeptPlan   *plan = find_plan(statement);

	if (plan == NULL)
		return SPI_execute_plan(make_plan(statement), values, nulls, read_only, limit);
	return run_plan(plan, values, nulls, read_only, limit);
}

/* Whether a relation is local, without children, and no policy hides rows of it; sets its owner. */
static bool
shows_all_rows(Oid relation, Oid *owner)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	Form_pg_class class;
	bool		shows;

	if (!HeapTupleIsValid(tuple))
		return false;
	class = (Form_pg_class) GETSTRUCT(tuple);
	*owner = class->relowner;
	shows = (class->relkind == RELKIND_RELATION || class->relkind == RELKIND_VIEW) &&
		!class->relhassubclass && !class->relforcerowsecurity;
	ReleaseSysCache(tuple);
	return shows && check_enable_rls(relation, InvalidOid, true) != RLS_ENABLED;
}

bool
kept_plan_reads_rows_alone(const KeptStatement *statement)
{
	KeptPlan   *plan = find_plan(statement);
	Oid			only = InvalidOid;
	ListCell   *source;
	ListCell   *relation;

	if (plan == NULL)
		return false;
	foreach(source, SPI_plan_get_plan_sources(plan->plan))
	{
		CachedPlanSource *planned = lfirst(source);

		if (contain_volatile_functions((Node *) planned->query_list))
			return false;
		foreach(relation, planned->relationOids)
		{
			Oid			owner;

			if (!shows_all_rows(lfirst_oid(relation), &owner))
				return false;
			if (OidIsValid(only) && owner != only)
				return false;
			only = owner;
		}
	}
	return true;
}
