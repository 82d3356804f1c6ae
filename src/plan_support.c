/*
 * plan_support.c: what the planner asks about the functions behind the operators.
 *
 * Called by name, a function can use the index that serves its operator, and
 * is estimated as the operator is.
 */
#include "cloudtrail.h"

#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "plan_selectivity.h"
#include "utils/lsyscache.h"

CLOUDTRAIL_FUNCTION(cloudtrail_event_support);

/* Strategies that an operator class for events has. */
#define MAX_STRATEGY	3

/* The condition on an index that a call stands for, if the index serves its operator. */
static List *
index_condition(SupportRequestIndexCondition *request)
{
	FuncExpr   *call = (FuncExpr *) request->node;
	Node	   *event;
	Node	   *other;

	if (!IsA(call, FuncExpr) || list_length(call->args) != 2 || request->indexarg != 0)
		return NIL;
	event = linitial(call->args);
	other = lsecond(call->args);
	if (!is_pseudo_constant_for_index(request->root, other, request->index))
		return NIL;
	for (int strategy = 1; strategy <= MAX_STRATEGY; strategy++)
	{
		Oid			operator = get_opfamily_member(request->opfamily, exprType(event),
												   exprType(other), (int16) strategy);

		if (OidIsValid(operator) && get_opcode(operator) == request->funcid)
		{
			request->lossy = false;
			return list_make1(make_opclause(operator, BOOLOID, false, (Expr *) event,
											(Expr *) other, InvalidOid, InvalidOid));
		}
	}
	return NIL;
}

/*
 * cloudtrail_compact(column) is the column: what lies in a table is compact
 * already.  Without the call, a condition on the event column of a view made
 * with cloudtrail_records() can use the table's index.
 */
static Node *
simplify_compact(SupportRequestSimplify *request)
{
	Node	   *argument = linitial(request->fcall->args);
	Var		   *var = (Var *) argument;

	if (request->root == NULL || list_length(request->fcall->args) != 1 ||
		exprType(argument) != request->fcall->funcresulttype ||
		!IsA(argument, Var) || var->varlevelsup != 0 || IS_SPECIAL_VARNO(var->varno))
		return NULL;
	if (rt_fetch(var->varno, request->root->parse->rtable)->rtekind != RTE_RELATION)
		return NULL;
	return argument;
}

/* Answers the planner; NULL leaves a question to it. */
Datum
cloudtrail_event_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);
	void	   *answer = NULL;

	if (IsA(request, SupportRequestIndexCondition))
		answer = index_condition((SupportRequestIndexCondition *) request);
	else if (IsA(request, SupportRequestSelectivity))
	{
		SupportRequestSelectivity *s = (SupportRequestSelectivity *) request;

		s->selectivity = s->is_join ?
			event_join_selectivity(s->root, s->args, s->jointype, s->sjinfo) :
			event_selectivity(s->root, s->args, s->varRelid);
		answer = s;
	}
	else if (IsA(request, SupportRequestSimplify))
		answer = simplify_compact((SupportRequestSimplify *) request);
	PG_RETURN_POINTER(answer);
}
