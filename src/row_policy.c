/*
 * row_policy.c: who may see all rows of a trail's table.
 *
 * The policies of a trail's tables ask first whether a policy of raw_events
 * holds for the caller.  If none does, they hide nothing, and the rows can be
 * read without them.
 */
#include "row_policy.h"

#include "access/table.h"
#include "catalog/pg_policy.h"
#include "event_table.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "rewrite/rowsecurity.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/rls.h"

/* Whether a query reads nothing, and so gives one row. */
static bool
is_of_nothing(const Query *query)
{
	return query->commandType == CMD_SELECT && query->rtable == NIL && query->jointree != NULL &&
		query->jointree->fromlist == NIL && query->jointree->quals == NULL &&
		query->havingQual == NULL && query->limitOffset == NULL && query->limitCount == NULL &&
		query->setOperations == NULL && !query->hasTargetSRFs && !query->hasAggs &&
		list_length(query->targetList) == 1;
}

/* The table of NOT row_security_active(table); none if an expression is another one. */
static Oid
table_of_check(const Node *node)
{
	const BoolExpr *negation = (const BoolExpr *) node;
	const FuncExpr *check;
	const Node *table;

	if (!IsA(node, BoolExpr) || negation->boolop != NOT_EXPR)
		return InvalidOid;
	check = linitial(negation->args);
	if (!IsA(check, FuncExpr) || check->funcid != F_ROW_SECURITY_ACTIVE_OID)
		return InvalidOid;
	table = strip_implicit_coercions(linitial(check->args));
	if (!IsA(table, Const) || ((const Const *) table)->constisnull)
		return InvalidOid;
	return DatumGetObjectId(((const Const *) table)->constvalue);
}

/* Whether an expression is (SELECT NOT row_security_active(table)), and true. */
static bool
is_true_check(const Node *node)
{
	const SubLink *link = (const SubLink *) node;
	const Query *query;
	Oid			table;

	if (!IsA(node, SubLink) || link->subLinkType != EXPR_SUBLINK || !IsA(link->subselect, Query))
		return false;
	query = (const Query *) link->subselect;
	if (!is_of_nothing(query))
		return false;
	table = table_of_check((const Node *) ((TargetEntry *) linitial(query->targetList))->expr);
	return OidIsValid(table) && check_enable_rls(table, InvalidOid, true) != RLS_ENABLED;
}

/* Whether a policy lets everybody who is shown every event read all rows. */
static bool
shows_all(const RowSecurityPolicy *policy)
{
	const BoolExpr *either = (const BoolExpr *) policy->qual;

	return (policy->polcmd == '*' || policy->polcmd == ACL_SELECT_CHR) &&
		((Oid *) ARR_DATA_PTR(policy->roles))[0] == ACL_ID_PUBLIC && either != NULL &&
		IsA(either, BoolExpr) && either->boolop == OR_EXPR && is_true_check(linitial(either->args));
}

/* Whether the policies of a table, of which one that is permissive is enough, show all rows. */
static bool
do_policies_show_all(Relation table)
{
	bool		all = false;
	ListCell   *cell;

	if (table->rd_rsdesc == NULL || !row_security || row_security_policy_hook_permissive != NULL ||
		row_security_policy_hook_restrictive != NULL)
		return false;
	foreach(cell, table->rd_rsdesc->policies)
	{
		const RowSecurityPolicy *policy = lfirst(cell);

		if (!policy->permissive)
			return false;
		all = all || shows_all(policy);
	}
	return all;
}

bool
may_see_all_rows(Oid table)
{
	Relation	rel;
	bool		all;

	if (!may_use_table(table, ACL_SELECT))
		return false;
	if (check_enable_rls(table, InvalidOid, true) != RLS_ENABLED)
		return true;
	rel = try_table_open(table, AccessShareLock);
	if (rel == NULL)
		return false;
	all = do_policies_show_all(rel);
	table_close(rel, NoLock);
	return all;
}
