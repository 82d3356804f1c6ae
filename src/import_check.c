/*
 * import_check.c: whether the rows of a trail may be written without SQL.
 *
 * They may where INSERT would do nothing else: the tables, triggers, indexes
 * and constraints are those that the extension makes, plain indexes of the
 * user's beside them, and the caller may insert every row.  All else is left
 * to INSERT, errors included: nothing here reports one.
 */
#include "import.h"

#include "access/heapam.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "core/secret/secret_fact.h"
#include "miscadmin.h"
#include "nodes/primnodes.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* Types of the facts in SQL. */
#define FACT_TYPE_integer	INT4OID
#define FACT_TYPE_boolean	BOOLOID
#define FACT_TYPE_text		TEXTOID
#define FACT_TYPE_jsonb		JSONBOID
#define FACT_TYPE_inet		INETOID
#define FACT_TYPE_timestamptz	TIMESTAMPTZOID

/* Whether a table of facts has these columns behind time and key, and no others. */
static bool
has_fact_columns(Relation table, const Oid *types, int count)
{
	TupleDesc	columns = RelationGetDescr(table);

	if (columns->natts != 2 + count || !has_column(columns, 1, TIMESTAMPTZOID) ||
		!has_column(columns, 2, UUIDOID))
		return false;
	for (int i = 0; i < count; i++)
	{
		if (!has_column(columns, 3 + i, types[i]))
			return false;
	}
	return true;
}

/* Whether the tables of facts are as the extension makes them. */
static bool
has_own_facts(const Import *import)
{
	static const Oid secret_facts[] = {
#define CT_FACT(name, type, comment) FACT_TYPE_##type,
#include "core/secret/factlist.h"
#undef CT_FACT
	};
	static const Oid credentials[] = {
#define CT_CREDENTIAL(name, type, comment) FACT_TYPE_##type,
#include "core/event/credentiallist.h"
#undef CT_CREDENTIAL
	};

	return has_fact_columns(import->secret_facts.rel, secret_facts, lengthof(secret_facts)) &&
		has_fact_columns(import->credentials.rel, credentials, lengthof(credentials));
}

/* Whether a node is a column. */
static bool
is_var(const Node *node, AttrNumber number)
{
	return IsA(node, Var) && ((const Var *) node)->varattno == number;
}

/*
 * Whether a condition is that a column equals what a function of the extension
 * makes of the event.
 */
static bool
is_comparison(const Node *node, Oid extension, AttrNumber column, const char *function, Oid equal)
{
	const OpExpr *comparison = (const OpExpr *) node;
	const FuncExpr *call;

	if (!IsA(node, OpExpr) || list_length(comparison->args) != 2 ||
		get_opcode(comparison->opno) != equal || !is_var(linitial(comparison->args), column))
		return false;
	call = lsecond(comparison->args);
	return IsA(call, FuncExpr) && list_length(call->args) == 1 &&
		is_var(linitial(call->args), COLUMN_EVENT) &&
		get_func_namespace(call->funcid) == extension &&
		strcmp(get_func_name(call->funcid), function) == 0;
}

/* Whether a check is the one that raw_events is made with, which our rows always meet. */
static bool
is_own_check(const char *expression)
{
	static char *own;			/* the last that was found to be */
	BoolExpr   *both;
	Oid			extension;

	if (own != NULL && strcmp(own, expression) == 0)
		return true;
	both = stringToNode(expression);
	extension = cloudtrail_extension_schema();
	if (!IsA(both, BoolExpr) || both->boolop != AND_EXPR || list_length(both->args) != 2 ||
		!is_comparison(linitial(both->args), extension, COLUMN_EVENT_TIME, "event_time",
					   F_TIMESTAMPTZ_EQ) ||
		!is_comparison(lsecond(both->args), extension, COLUMN_EVENT_KEY, "event_key", F_UUID_EQ))
		return false;
	if (own != NULL)
		pfree(own);
	own = NULL;
	own = MemoryContextStrdup(TopMemoryContext, expression);
	return true;
}

/* Whether a table has no other check than that one. */
static bool
has_own_checks(TupleDesc columns)
{
	const TupleConstr *constraints = columns->constr;

	if (constraints == NULL)
		return true;
	for (int i = 0; i < (int) constraints->num_check; i++)
	{
		if (!is_own_check(constraints->check[i].ccbin))
			return false;
	}
	return true;
}

/* Whether the one trigger that an INSERT into raw_events would fire is the extension's. */
static bool
has_own_triggers(const Trail *trail, Relation events)
{
	const TriggerDesc *triggers = events->trigdesc;
	int			own = 0;

	if (triggers == NULL || triggers->trig_insert_before_row || triggers->trig_insert_after_row ||
		triggers->trig_insert_before_statement ||
		SessionReplicationRole != SESSION_REPLICATION_ROLE_ORIGIN)
		return false;
	for (int i = 0; i < triggers->numtriggers; i++)
	{
		const Trigger *trigger = &triggers->triggers[i];

		if (!TRIGGER_FOR_INSERT(trigger->tgtype))
			continue;
		if (trigger->tgenabled != TRIGGER_FIRES_ON_ORIGIN || trigger->tgnargs != 0 ||
			trigger->tgqual != NULL || TRIGGER_FOR_UPDATE(trigger->tgtype) ||
			TRIGGER_FOR_DELETE(trigger->tgtype) ||
			trigger->tgnewtable == NULL || strcmp(trigger->tgnewtable, "inserted") != 0 ||
			get_func_namespace(trigger->tgfoid) != cloudtrail_extension_schema() ||
			strcmp(get_func_name(trigger->tgfoid), "cloudtrail_follow_events") != 0)
			return false;
		own++;
	}
	return own == 1;
}

/* Whether the caller may insert every row, and nobody is to be told of it. */
static bool
may_insert_all(Relation events)
{
	return !XactReadOnly && !IsInParallelMode() &&
		may_use_all_rows(RelationGetRelid(events), ACL_INSERT);
}

bool
can_import_fast(const Import *import)
{
	return is_divided_by_time(import->events) &&
		import->events->rd_rules == NULL &&
		has_event_columns(import->events, import->trail.event_type) &&
		has_own_checks(RelationGetDescr(import->events)) &&
		has_own_facts(import) &&
		has_own_triggers(&import->trail, import->events) &&
		may_insert_all(import->events);
}

bool
can_write_partition(const Import *import, Relation partition)
{
	const TriggerDesc *triggers = partition->trigdesc;

	return partition->rd_rel->relkind == RELKIND_RELATION &&
		partition->rd_tableam == GetHeapamTableAmRoutine() &&
		partition->rd_rules == NULL &&
		has_event_columns(partition, import->trail.event_type) &&
		has_own_checks(RelationGetDescr(partition)) &&
		(triggers == NULL ||
		 (!triggers->trig_insert_before_row && !triggers->trig_insert_after_row &&
		  !triggers->trig_insert_instead_row));
}

bool
can_write_index(const ImportIndex *index)
{
	const FormData_pg_index *form = index->rel->rd_index;

	if (form->indisexclusion)
		return false;
	return !form->indisunique ||
		(form->indimmediate && form->indnatts == 2 && is_of_time_and_key(index->rel) &&
		 index->info->ii_Predicate == NIL && index->info->ii_Expressions == NIL);
}
