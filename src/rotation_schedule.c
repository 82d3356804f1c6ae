/*
 * rotation_schedule.c: rotation schedules of Secrets Manager, as interval and next run.
 *
 * What is not understood gives null: a schedule is text that a caller of AWS
 * wrote.  None of these functions fails.
 */
#include "cloudtrail.h"

#include "core/secret/schedule.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

CLOUDTRAIL_FUNCTION(cloudtrail_rotation_interval);
CLOUDTRAIL_FUNCTION(cloudtrail_rotation_interval_rules);
CLOUDTRAIL_FUNCTION(cloudtrail_next_rotation);
CLOUDTRAIL_FUNCTION(cloudtrail_next_rotation_rules);

/* Reads a schedule expression. */
static bool
read_expression(FunctionCallInfo fcinfo, ct_schedule *schedule)
{
	text	   *expression = PG_GETARG_TEXT_PP(0);

	return ct_schedule_read((ct_slice) {VARDATA_ANY(expression), VARSIZE_ANY_EXHDR(expression)},
							schedule);
}

/* A member of rotation rules, be it a string or a number; none otherwise. */
static ct_slice
rule_text(Jsonb *rules, const char *key)
{
	JsonbValue	buf;
	JsonbValue *value = getKeyJsonValueFromContainer(&rules->root, key, strlen(key), &buf);
	char	   *number;

	if (value == NULL)
		return CT_NO_SLICE;
	if (value->type == jbvString)
		return (ct_slice) {value->val.string.val, value->val.string.len};
	/* Nothing longer is a number of days. */
	if (value->type != jbvNumeric || VARSIZE_ANY(value->val.numeric) > 16)
		return CT_NO_SLICE;
	number = DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric)));
	return (ct_slice) {number, strlen(number)};
}

/* Reads rotation rules: the schedule expression, else the number of days. */
static bool
read_rules(FunctionCallInfo fcinfo, ct_schedule *schedule)
{
	Jsonb	   *rules = PG_GETARG_JSONB_P(0);
	ct_slice	text;

	if (!JB_ROOT_IS_OBJECT(rules))
		return false;
	text = rule_text(rules, "scheduleExpression");
	if (text.ptr != NULL)
		return ct_schedule_read(text, schedule);
	text = rule_text(rules, "automaticallyAfterDays");
	return text.ptr != NULL && ct_schedule_read_days(text, schedule);
}

/* Returns the longest time between two runs, in days and what is left of one. */
static Datum
return_interval(FunctionCallInfo fcinfo, const ct_schedule *schedule)
{
	int64_t		longest = ct_schedule_longest(schedule);
	Interval   *interval;

	if (longest == 0)
		PG_RETURN_NULL();
	interval = palloc0(sizeof(Interval));
	interval->day = (int32) (longest / USECS_PER_DAY);
	interval->time = longest % USECS_PER_DAY;
	PG_RETURN_INTERVAL_P(interval);
}

/* Returns the first run after the time in the second argument. */
static Datum
return_next(FunctionCallInfo fcinfo, const ct_schedule *schedule)
{
	TimestampTz after = PG_GETARG_TIMESTAMPTZ(1);
	int64_t		next;

	if (TIMESTAMP_NOT_FINITE(after) || !ct_schedule_next(schedule, after + EPOCH_SHIFT, &next) ||
		!IS_VALID_TIMESTAMP(next - EPOCH_SHIFT))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(next - EPOCH_SHIFT);
}

/* The longest time between two runs of a schedule expression. */
Datum
cloudtrail_rotation_interval(PG_FUNCTION_ARGS)
{
	ct_schedule schedule;

	if (!read_expression(fcinfo, &schedule))
		PG_RETURN_NULL();
	return return_interval(fcinfo, &schedule);
}

/* The same of rotation rules. */
Datum
cloudtrail_rotation_interval_rules(PG_FUNCTION_ARGS)
{
	ct_schedule schedule;

	if (!read_rules(fcinfo, &schedule))
		PG_RETURN_NULL();
	return return_interval(fcinfo, &schedule);
}

/* The first run of a schedule expression after a time. */
Datum
cloudtrail_next_rotation(PG_FUNCTION_ARGS)
{
	ct_schedule schedule;

	if (!read_expression(fcinfo, &schedule))
		PG_RETURN_NULL();
	return return_next(fcinfo, &schedule);
}

/* When the next rotation is due by rotation rules. */
Datum
cloudtrail_next_rotation_rules(PG_FUNCTION_ARGS)
{
	ct_schedule schedule;

	if (!read_rules(fcinfo, &schedule))
		PG_RETURN_NULL();
	return return_next(fcinfo, &schedule);
}
