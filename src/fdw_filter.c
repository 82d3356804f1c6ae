/*
 * fdw_filter.c: which log files the conditions of a query exclude.
 *
 * A condition on the time, account or Region of events, or on the source, is
 * held against what the names of files and folders say.  Whatever is not known
 * may match.
 */
#include "fdw_condition.h"

#include "catalog/pg_type.h"
#include "common/int.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
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
 * services, as events of the Regions where these are: mostly the first of their
 * partition.  Here ends that year.
 */
#define GLOBAL_EVENTS_UNTIL	INT64CONST(1640995200000000)

static const char *const global_regions[] = {
	"us-east-1", "us-east-2", "us-west-2", "cn-north-1", "us-gov-west-1"
};

struct LogFilter
{
	Condition  *condition;		/* NULL if there is none */
	const LogOptions *options;
	PlannerInfo *root;
	PlanState  *parent;
	MemoryContext context;		/* has what conditions are compared with */
};

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

LogFilter *
log_filter(List *clauses, Index relid, const LogColumn *columns, const LogOptions *options,
		   PlanState *parent, PlannerInfo *root)
{
	LogFilter  *filter = palloc0(sizeof(LogFilter));

	filter->options = options;
	filter->root = root;
	filter->parent = parent;
	filter->context = AllocSetContextCreate(CurrentMemoryContext, "cloudtrail_fdw filter",
											ALLOCSET_SMALL_SIZES);
	if (options->prune)
		filter->condition = find_log_conditions(clauses, relid, columns);
	if (filter->condition != NULL && parent != NULL)
		prepare(filter->condition, parent);
	return filter;
}

/* Sets what is compared with to the elements of an array, which are texts. */
static void
set_texts(Condition *condition, Datum value)
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

/* Sets it to a text, or to what of a pattern comes before its first wildcard. */
static void
set_text(Condition *condition, Datum value)
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

/* Sets it to a time, of whatever type; false if it is beyond what times can be. */
static bool
set_time(Condition *condition, Datum value)
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
	/* Events have years of four digits; times that far off need not be told apart. */
	if (pg_add_s64_overflow(time, EPOCH_SHIFT, &condition->time))
		condition->time = PG_INT64_MAX;
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
		condition->known = set_time(condition, value);
	else if (type_is_array(exprType((Node *) condition->value)))
		set_texts(condition, value);
	else
		set_text(condition, value);
}

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

bool
is_global_event(ct_slice region, int64 time)
{
	if (time >= GLOBAL_EVENTS_UNTIL)
		return false;
	for (int i = 0; i < (int) lengthof(global_regions); i++)
	{
		if (ct_same(region, (ct_slice) {global_regions[i], strlen(global_regions[i])}))
			return true;
	}
	return false;
}

/* Whether events of a Region, or of a global service beside them, can meet a condition. */
static bool
region_matches(const Condition *condition, const ct_log_path *path)
{
	if (!path->region_known || text_matches(condition, path->region))
		return true;
	if (path->from >= GLOBAL_EVENTS_UNTIL)
		return false;
	for (int i = 0; i < (int) lengthof(global_regions); i++)
	{
		if (text_matches(condition, global_regions[i]))
			return true;
	}
	return false;
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

bool
filter_may_match(const LogFilter *filter, const LogFacts *facts)
{
	return filter->condition == NULL || matches(filter, filter->condition, facts);
}
