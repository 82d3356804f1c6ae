/*
 * fdw_filter.c: which log files the conditions of a query exclude.
 *
 * A condition on the time, account or Region of events, or on the source, is
 * held against what the names of files and folders say.  Whatever is not known
 * may match.
 */
#include "fdw.h"

#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/*
 * An event is never delivered before its time, but its clock and that of the
 * delivery are two, and names round to five minutes.
 */
#define CLOCK_SLACK		(INT64CONST(15) * USECS_PER_MINUTE)

/*
 * Until 2021-11-22, trails of a single Region could hold events of global
 * services, as events of the Region us-east-1.  Here ends that year.
 */
#define GLOBAL_EVENTS_UNTIL	INT64CONST(1640995200000000)

typedef enum ConditionKind
{
	CONDITION_AND,
	CONDITION_OR,
	CONDITION_TEXT,				/* = or = ANY */
	CONDITION_PREFIX,			/* LIKE or starts_with() */
	CONDITION_FROM,				/* a time >= or > */
	CONDITION_UNTIL,			/* a time <= or < */
	CONDITION_AT				/* a time = */
} ConditionKind;

typedef struct Condition
{
	ConditionKind kind;
	LogSubject	subject;
	List	   *parts;			/* of AND and OR */
	bool		is_pattern;		/* of LIKE */
	Expr	   *value;
	ExprState  *state;
	bool		known;			/* what follows has been worked out */
	bool		none;			/* no row meets it, for its value is null */
	char	  **texts;
	int			ntexts;
	int64		time;			/* as the core counts */
} Condition;

struct LogFilter
{
	Condition  *condition;		/* NULL if there is none */
	const LogOptions *options;
	PlannerInfo *root;
	PlanState  *parent;
	MemoryContext context;		/* has what conditions are compared with */
};

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

/* Whether names of files may answer a clause. */
bool
is_log_condition(Node *clause, Index relid, const LogColumn *columns)
{
	Search		search = {relid, columns};

	return find_condition(clause, &search) != NULL;
}

/* Prepares to work out what a condition compares with. */
static void
prepare(Condition *condition, PlanState *parent)
{
	ListCell   *lc;

	foreach(lc, condition->parts)
		prepare(lfirst(lc), parent);
	if (condition->value != NULL)
		condition->state = ExecInitExpr(condition->value, parent);
}

/* The conditions on a relation that names of files may answer. */
LogFilter *
log_filter(List *clauses, Index relid, const LogColumn *columns, const LogOptions *options,
		   PlanState *parent, PlannerInfo *root)
{
	LogFilter  *filter = palloc0(sizeof(LogFilter));
	Search		search = {relid, columns};

	filter->options = options;
	filter->root = root;
	filter->parent = parent;
	filter->context = AllocSetContextCreate(CurrentMemoryContext, "cloudtrail_fdw filter",
											ALLOCSET_SMALL_SIZES);
	if (options->prune)
		filter->condition = combine(CONDITION_AND, clauses, &search);
	if (filter->condition != NULL && parent != NULL)
		prepare(filter->condition, parent);
	return filter;
}

/* Takes the elements of an array, which are texts. */
static void
take_array(Condition *condition, Datum value)
{
	ArrayType  *array = DatumGetArrayTypeP(value);
	Datum	   *elements;
	bool	   *nulls;
	int			count;

	deconstruct_array(array, ARR_ELEMTYPE(array), -1, false, TYPALIGN_INT, &elements,
					  &nulls, &count);
	condition->texts = palloc(Max(count, 1) * sizeof(char *));
	condition->ntexts = 0;
	for (int i = 0; i < count; i++)
	{
		if (!nulls[i])
			condition->texts[condition->ntexts++] = TextDatumGetCString(elements[i]);
	}
}

/* Takes a text; of a pattern, what comes before its first wildcard. */
static void
take_text(Condition *condition, Datum value)
{
	char	   *string = TextDatumGetCString(value);

	if (condition->is_pattern)
	{
		char	   *out = string;

		for (const char *p = string; *p != '\0' && *p != '%' && *p != '_'; p++)
		{
			if (*p == '\\' && *++p == '\0')
				break;
			*out++ = *p;
		}
		*out = '\0';
	}
	condition->texts = palloc(sizeof(char *));
	condition->texts[0] = string;
	condition->ntexts = 1;
}

/* Takes a time of a type that times are compared with; false if it is beyond what times can be. */
static bool
take_time(Condition *condition, Datum value)
{
	TimestampTz time;

	switch (exprType((Node *) condition->value))
	{
		case TIMESTAMPTZOID:
			time = DatumGetTimestampTz(value);
			break;
		case TIMESTAMPOID:
			if (DatumGetTimestamp(value) < MIN_TIMESTAMP + USECS_PER_DAY ||
				DatumGetTimestamp(value) > END_TIMESTAMP - USECS_PER_DAY)
				return false;
			time = DatumGetTimestampTz(DirectFunctionCall1(timestamp_timestamptz, value));
			break;
		case DATEOID:
			if (DatumGetDateADT(value) < MIN_TIMESTAMP / USECS_PER_DAY + 2 ||
				DatumGetDateADT(value) > END_TIMESTAMP / USECS_PER_DAY - 2)
				return false;
			time = DatumGetTimestampTz(DirectFunctionCall1(date_timestamptz, value));
			break;
		default:
			return false;
	}
	condition->time = TIMESTAMP_NOT_FINITE(time) ? time : time + EPOCH_SHIFT;
	return true;
}

/* The value of an expression; false if it is not known yet. */
static bool
value_of(const LogFilter *filter, Condition *condition, ExprContext *econtext, Datum *value,
		 bool *isnull)
{
	if (condition->state != NULL)
		*value = ExecEvalExprSwitchContext(condition->state, econtext, isnull);
	else
	{
		Const	   *estimate = (Const *) estimate_expression_value(filter->root,
																   (Node *) condition->value);

		if (!IsA(estimate, Const))
			return false;
		*value = estimate->constvalue;
		*isnull = estimate->constisnull;
	}
	return true;
}

/* Works out what a condition compares with. */
static void
evaluate(const LogFilter *filter, Condition *condition, ExprContext *econtext)
{
	ListCell   *lc;
	Datum		value;
	bool		isnull;

	foreach(lc, condition->parts)
		evaluate(filter, lfirst(lc), econtext);
	condition->known = condition->none = false;
	if (condition->value == NULL || !value_of(filter, condition, econtext, &value, &isnull))
		return;
	condition->none = isnull;
	condition->known = true;
	if (isnull)
		return;
	if (condition->subject == LOG_SUBJECT_TIME)
		condition->known = take_time(condition, value);
	else if (type_is_array(exprType((Node *) condition->value)))
		take_array(condition, value);
	else
		take_text(condition, value);
}

/* Works out what columns are compared with. */
void
evaluate_filter(LogFilter *filter, ExprContext *econtext)
{
	MemoryContext old;

	if (filter->condition == NULL)
		return;
	MemoryContextReset(filter->context);
	old = MemoryContextSwitchTo(filter->context);
	evaluate(filter, filter->condition, econtext);
	MemoryContextSwitchTo(old);
}

/* Collects the parameters of an expression. */
static bool
collect_params(Node *node, Bitmapset **params)
{
	if (node == NULL)
		return false;
	if (IsA(node, Param) && ((Param *) node)->paramkind == PARAM_EXEC)
		*params = bms_add_member(*params, ((Param *) node)->paramid);
	return expression_tree_walker(node, collect_params, params);
}

/* Collects the parameters of a condition. */
static void
params_of(const Condition *condition, Bitmapset **params)
{
	ListCell   *lc;

	foreach(lc, condition->parts)
		params_of(lfirst(lc), params);
	collect_params((Node *) condition->value, params);
}

/* The parameters of the executor that the filter depends on. */
Bitmapset *
filter_params(const LogFilter *filter)
{
	Bitmapset  *params = NULL;

	if (filter->condition != NULL)
		params_of(filter->condition, &params);
	return params;
}

/* Whether a text meets a condition. */
static bool
text_matches(const Condition *condition, const char *text)
{
	for (int i = 0; i < condition->ntexts; i++)
	{
		const char *wanted = condition->texts[i];

		if (condition->kind == CONDITION_PREFIX ?
			strncmp(text, wanted, strlen(wanted)) == 0 : strcmp(text, wanted) == 0)
			return true;
	}
	return false;
}

/* Whether a text that begins in a certain way can meet a condition. */
static bool
beginning_matches(const Condition *condition, const char *beginning)
{
	size_t		len = strlen(beginning);

	for (int i = 0; i < condition->ntexts; i++)
	{
		const char *wanted = condition->texts[i];
		size_t		wanted_len = strlen(wanted);

		if (strncmp(beginning, wanted,
					condition->kind == CONDITION_PREFIX ? Min(len, wanted_len) : len) == 0)
			return true;
	}
	return false;
}

/* Whether events of a Region, or of a global service beside them, can meet a condition. */
static bool
region_matches(const Condition *condition, const ct_log_path *path)
{
	return !path->region_known || text_matches(condition, path->region) ||
		(path->from < GLOBAL_EVENTS_UNTIL && text_matches(condition, "us-east-1"));
}

/* Whether events of some files can meet a condition on their time. */
static bool
time_matches(const LogFilter *filter, const Condition *condition, const ct_log_path *path)
{
	int64		late = filter->options->late;
	bool		not_before = path->until > PG_INT64_MAX - CLOCK_SLACK ||
		path->until + CLOCK_SLACK >= condition->time;
	bool		not_after = path->from < PG_INT64_MIN + late ||
		path->from - late <= condition->time;

	if (condition->kind == CONDITION_FROM)
		return not_before;
	if (condition->kind == CONDITION_UNTIL)
		return not_after;
	return not_before && not_after;
}

/* Whether events of some files can meet a comparison. */
static bool
comparison_matches(const LogFilter *filter, const Condition *condition, const LogFacts *facts)
{
	if (condition->none)
		return false;
	if (!condition->known)
		return true;
	switch (condition->subject)
	{
		case LOG_SUBJECT_TIME:
			return time_matches(filter, condition, &facts->path);
		case LOG_SUBJECT_ACCOUNT:
			return !facts->path.account_known || text_matches(condition, facts->path.account_id);
		case LOG_SUBJECT_REGION:
			return region_matches(condition, &facts->path);
		case LOG_SUBJECT_SOURCE:
			if (facts->source == NULL)
				return true;
			return facts->is_folder ? beginning_matches(condition, facts->source) :
				text_matches(condition, facts->source);
		case LOG_SUBJECT_NONE:
			break;
	}
	return true;
}

/* Whether events of some files can meet a condition. */
static bool
matches(const LogFilter *filter, const Condition *condition, const LogFacts *facts)
{
	ListCell   *lc;

	switch (condition->kind)
	{
		case CONDITION_AND:
			foreach(lc, condition->parts)
			{
				if (!matches(filter, lfirst(lc), facts))
					return false;
			}
			return true;
		case CONDITION_OR:
			foreach(lc, condition->parts)
			{
				if (matches(filter, lfirst(lc), facts))
					return true;
			}
			return false;
		default:
			return comparison_matches(filter, condition, facts);
	}
}

/* False if no event of these files can meet the conditions. */
bool
filter_may_match(const LogFilter *filter, const LogFacts *facts)
{
	return filter->condition == NULL || matches(filter, filter->condition, facts);
}
