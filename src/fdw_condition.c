/*
 * fdw_condition.c: finds the conditions of a query that names of log files may answer.
 */
#include "fdw_condition.h"

#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

/* Where conditions are looked for. */
typedef struct Search
{
	Index		relid;
	const LogColumn *columns;
} Search;

static Condition *find_condition(Node *clause, const Search *search);

/* Makes a condition. */
static Condition *
new_condition(ConditionKind kind)
{
	Condition  *condition = palloc0(sizeof(Condition));

	condition->kind = kind;
	return condition;
}

/* What names tell of an expression, which may be a column. */
static LogSubject
subject_of(Node *expr, const Search *search)
{
	Var		   *var;

	while (IsA(expr, RelabelType))
		expr = (Node *) ((RelabelType *) expr)->arg;
	var = (Var *) expr;
	if (!IsA(var, Var) || var->varno != (int) search->relid || var->varlevelsup != 0 ||
		var->varattno <= 0)
		return LOG_SUBJECT_NONE;
	return search->columns[var->varattno - 1].subject;
}

/* Whether an expression has one value for all rows of the scan. */
static bool
is_given(Node *expr, const Search *search)
{
	Bitmapset  *columns = NULL;

	pull_varattnos(expr, search->relid, &columns);
	return bms_is_empty(columns) && !contain_volatile_functions(expr) && !contain_subplans(expr);
}

/* How a function that compares times does so with a column on its left; false if it does not. */
static bool
time_comparison(Oid function, ConditionKind *kind)
{
	switch (function)
	{
		case F_TIMESTAMPTZ_GE:
		case F_TIMESTAMPTZ_GT:
		case F_TIMESTAMPTZ_GE_DATE:
		case F_TIMESTAMPTZ_GT_DATE:
		case F_TIMESTAMPTZ_GE_TIMESTAMP:
		case F_TIMESTAMPTZ_GT_TIMESTAMP:
			*kind = CONDITION_FROM;
			return true;
		case F_TIMESTAMPTZ_LE:
		case F_TIMESTAMPTZ_LT:
		case F_TIMESTAMPTZ_LE_DATE:
		case F_TIMESTAMPTZ_LT_DATE:
		case F_TIMESTAMPTZ_LE_TIMESTAMP:
		case F_TIMESTAMPTZ_LT_TIMESTAMP:
			*kind = CONDITION_UNTIL;
			return true;
		case F_TIMESTAMPTZ_EQ:
		case F_TIMESTAMPTZ_EQ_DATE:
		case F_TIMESTAMPTZ_EQ_TIMESTAMP:
			*kind = CONDITION_AT;
			return true;
		default:
			return false;
	}
}

/* Whether texts that are equal under a collation are the same. */
static bool
is_exact(Oid collation)
{
	return !OidIsValid(collation) || get_collation_isdeterministic(collation);
}

/* Makes a condition of a column on the left of a function that compares. */
static Condition *
comparison(Oid function, Oid collation, LogSubject subject, Node *value)
{
	Condition  *condition;
	ConditionKind kind;

	if (subject == LOG_SUBJECT_TIME)
	{
		if (!time_comparison(function, &kind))
			return NULL;
	}
	else if (!is_exact(collation))
		return NULL;
	else if (function == F_TEXTEQ)
		kind = CONDITION_TEXT;
	else if (function == F_TEXTLIKE || function == F_STARTS_WITH)
		kind = CONDITION_PREFIX;
	else
		return NULL;
	condition = new_condition(kind);
	condition->subject = subject;
	condition->is_pattern = function == F_TEXTLIKE;
	condition->value = (Expr *) value;
	return condition;
}

/* Makes a condition of an operator or function of two arguments. */
static Condition *
find_comparison(Oid operator, Oid function, Oid collation, List *args, const Search *search)
{
	Node	   *left;
	Node	   *right;
	LogSubject	subject;

	if (list_length(args) != 2)
		return NULL;
	left = linitial(args);
	right = lsecond(args);
	if ((subject = subject_of(left, search)) == LOG_SUBJECT_NONE && OidIsValid(operator))
	{
		Node	   *swapped = left;

		operator = get_commutator(operator);
		if (!OidIsValid(operator))
			return NULL;
		function = get_opcode(operator);
		left = right;
		right = swapped;
		subject = subject_of(left, search);
	}
	if (subject == LOG_SUBJECT_NONE || !is_given(right, search))
		return NULL;
	return comparison(function, collation, subject, right);
}

/* Makes a condition of column = ANY (array). */
static Condition *
find_any(ScalarArrayOpExpr *any, const Search *search)
{
	LogSubject	subject = subject_of(linitial(any->args), search);
	Condition  *condition;

	if (!any->useOr || get_opcode(any->opno) != F_TEXTEQ || !is_exact(any->inputcollid) ||
		subject == LOG_SUBJECT_NONE || subject == LOG_SUBJECT_TIME ||
		!is_given(lsecond(any->args), search))
		return NULL;
	condition = new_condition(CONDITION_TEXT);
	condition->subject = subject;
	condition->value = lsecond(any->args);
	return condition;
}

/* Makes a condition of several: of AND, what is not known may be left out, of OR, nothing may. */
static Condition *
combine(ConditionKind kind, List *clauses, const Search *search)
{
	Condition  *condition = new_condition(kind);
	ListCell   *lc;

	foreach(lc, clauses)
	{
		Condition  *part = find_condition(lfirst(lc), search);

		if (part != NULL)
			condition->parts = lappend(condition->parts, part);
		else if (kind == CONDITION_OR)
			return NULL;
	}
	return condition->parts == NIL ? NULL : condition;
}

/* Makes a condition of a clause; NULL if names of files do not answer it. */
static Condition *
find_condition(Node *clause, const Search *search)
{
	if (IsA(clause, BoolExpr))
	{
		BoolExpr   *expr = (BoolExpr *) clause;

		if (expr->boolop == NOT_EXPR)
			return NULL;
		return combine(expr->boolop == AND_EXPR ? CONDITION_AND : CONDITION_OR, expr->args, search);
	}
	if (IsA(clause, OpExpr))
	{
		OpExpr	   *expr = (OpExpr *) clause;

		return find_comparison(expr->opno, get_opcode(expr->opno), expr->inputcollid,
							   expr->args, search);
	}
	if (IsA(clause, FuncExpr))
	{
		FuncExpr   *expr = (FuncExpr *) clause;

		return find_comparison(InvalidOid, expr->funcid, expr->inputcollid, expr->args, search);
	}
	if (IsA(clause, ScalarArrayOpExpr))
		return find_any((ScalarArrayOpExpr *) clause, search);
	return NULL;
}

bool
is_log_condition(Node *clause, Index relid, const LogColumn *columns)
{
	Search		search = {relid, columns};

	return find_condition(clause, &search) != NULL;
}

Condition *
find_log_conditions(List *clauses, Index relid, const LogColumn *columns)
{
	Search		search = {relid, columns};

	return combine(CONDITION_AND, clauses, &search);
}
