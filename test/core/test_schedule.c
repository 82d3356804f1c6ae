/*
 * test_schedule.c: rotation schedules: what is understood, and when they run.
 */
#include <string.h>
#include <time.h>

#include "core/event/derived.h"
#include "exact.h"
#include "core/base/event_time.h"
#include "core/secret/schedule.h"
#include "tap.h"

/* A schedule, a time, the next run and the longest time between two, in hours; no run: not understood. */
static const struct
{
	const char *text;
	const char *after;
	const char *next;
	int			hours;
}			cases[] = {
	{"rate(10 days)", "2024-02-25T07:00:01Z", "2024-03-06T07:00:01Z", 240},
	{"rate(1 day)", "2024-02-25T07:00:01Z", "2024-02-26T07:00:01Z", 24},
	{"rate(4 hours)", "2024-02-29T23:00:00Z", "2024-03-01T03:00:00Z", 4},
	{"rate( 10  days )", "2024-01-01T00:00:00Z", "2024-01-11T00:00:00Z", 240},
	{"cron(0 8 1 * ? *)", "2024-02-11T08:00:06Z", "2024-03-01T08:00:00Z", 31 * 24},
	{"cron(0 8 1 * ? *)", "2024-03-01T08:00:00Z", "2024-04-01T08:00:00Z", 31 * 24},
	{"cron(0 8 1 * ? *)", "2024-03-01T07:59:59.999999Z", "2024-03-01T08:00:00Z", 31 * 24},
	{"cron(0 8 1 1 ? *)", "2024-01-01T09:00:06Z", "2025-01-01T08:00:00Z", 366 * 24},
	{"cron(0 8/8 * * ? *)", "2024-05-01T09:00:00Z", "2024-05-01T16:00:00Z", 16},
	{"cron(0 8/8 * * ? *)", "2024-05-01T16:00:00Z", "2024-05-02T08:00:00Z", 16},
	{"cron(0 /8 * * ? *)", "2024-05-01T16:00:00Z", "2024-05-02T00:00:00Z", 8},
	{"cron(0 */6 ? * * *)", "2024-05-01T18:30:00Z", "2024-05-02T00:00:00Z", 6},
	{"cron(0 8 1/7 * ? *)", "2024-05-02T00:00:00Z", "2024-05-08T08:00:00Z", 7 * 24},
	{"cron(0 0 ? * SUN#1 *)", "2024-05-05T00:00:00Z", "2024-06-02T00:00:00Z", 35 * 24},
	{"cron(0 0 ? * sun#1 *)", "2024-05-04T00:00:00Z", "2024-05-05T00:00:00Z", 35 * 24},
	{"cron(0 0 ? * 2#5 *)", "2024-05-01T00:00:00Z", "2024-07-29T00:00:00Z", 119 * 24},
	{"cron(0 16 L * ? *)", "2024-02-01T00:00:00Z", "2024-02-29T16:00:00Z", 31 * 24},
	{"cron(0 16 SUNL * ? *)", "2024-05-01T00:00:00Z", "2024-05-26T16:00:00Z", 35 * 24},
	{"cron(0 16 ? * 6L *)", "2024-05-01T00:00:00Z", "2024-05-31T16:00:00Z", 35 * 24},
	{"cron(0 16 ? * L *)", "2024-05-01T00:00:00Z", "2024-05-04T16:00:00Z", 7 * 24},
	{"cron(0 2 ? * MON-FRI *)", "2024-05-03T02:00:00Z", "2024-05-06T02:00:00Z", 72},
	{"cron(0 0 1 JAN,APR,JUL,OCT ? *)", "2024-05-01T00:00:00Z", "2024-07-01T00:00:00Z", 92 * 24},
	{"cron(0 0 29 2 ? *)", "2024-03-01T00:00:00Z", "2028-02-29T00:00:00Z", 2921 * 24},
	{"cron(30 10 15 6 ? 2030)", "2024-03-01T00:00:00Z", "2030-06-15T10:30:00Z", 0},
	{"cron(0 0 1 1 ? 1970-2199)", "1960-01-01T00:00:00Z", "1970-01-01T00:00:00Z", 366 * 24},
	{"cron(0 0 1 1 ? *)", "2199-06-01T00:00:00Z", "", 366 * 24},
	{"cron(0 0 30 2 ? *)", "2024-03-01T00:00:00Z", "", 0},
	{"cron(0 0 1 1 ? *)", "9999-06-01T00:00:00Z", "", 366 * 24},
	{"", NULL, NULL, 0},
	{"rate()", NULL, NULL, 0},
	{"rate(10)", NULL, NULL, 0},
	{"rate(0 days)", NULL, NULL, 0},
	{"rate(10000 days)", NULL, NULL, 0},
	{"rate(-1 days)", NULL, NULL, 0},
	{"rate(\xd9\xa3 days)", NULL, NULL, 0},
	{"rate(10 days) ", NULL, NULL, 0},
	{"rate(10 weeks)", NULL, NULL, 0},
	{"rate(10 days x)", NULL, NULL, 0},
	{"Rate(10 days)", NULL, NULL, 0},
	{"cron()", NULL, NULL, 0},
	{"cron(0 8 1 * ?)", NULL, NULL, 0},
	{"cron(0 8 1 * ? * *)", NULL, NULL, 0},
	{"cron(0 8 1 * MON *)", NULL, NULL, 0},
	{"cron(60 8 1 * ? *)", NULL, NULL, 0},
	{"cron(0 24 1 * ? *)", NULL, NULL, 0},
	{"cron(0 8 0 * ? *)", NULL, NULL, 0},
	{"cron(0 8 32 * ? *)", NULL, NULL, 0},
	{"cron(0 8 1 13 ? *)", NULL, NULL, 0},
	{"cron(0 8 ? * 8 *)", NULL, NULL, 0},
	{"cron(0 8 ? * MON#6 *)", NULL, NULL, 0},
	{"cron(0 8 ? * MON#2,FRI *)", NULL, NULL, 0},
	{"cron(0 / 1 * ? *)", NULL, NULL, 0},
	{"cron(0 16 SUN * ? *)", NULL, NULL, 0},
	{"cron(0 16 7LL * ? *)", NULL, NULL, 0},
	{"cron(0 8/0 1 * ? *)", NULL, NULL, 0},
	{"cron(0 8- 1 * ? *)", NULL, NULL, 0},
	{"cron(0 , 1 * ? *)", NULL, NULL, 0},
	{"cron(0 22-2 1 * ? *)", NULL, NULL, 0},
	{"cron(? 8 1 * ? *)", NULL, NULL, 0},
	{"cron(0 8 1 * ? 2200)", NULL, NULL, 0},
	{"cron(0 8 1 * ? 00000000001970)", NULL, NULL, 0},
	{"cron(0 8 15W * ? *)", NULL, NULL, 0},
};

/* Tells whether a schedule runs next when it should. */
static bool
runs_next(const ct_schedule *schedule, const char *after, const char *next)
{
	int64_t		from;
	int64_t		expected;
	int64_t		found;
	bool		runs;

	if (!ct_parse_time(after, strlen(after), &from))
		return false;
	runs = ct_schedule_next(schedule, from, &found);
	if (next[0] == '\0')
		return !runs;
	return runs && ct_parse_time(next, strlen(next), &expected) && found == expected;
}

int
main(void)
{
	ct_schedule schedule;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		char	   *text = exact_copy(cases[i].text, strlen(cases[i].text));
		bool		understood = ct_schedule_read((ct_slice) {text, strlen(cases[i].text)}, &schedule);

		ok(understood == (cases[i].next != NULL), "%s is %sunderstood", cases[i].text,
		   cases[i].next != NULL ? "" : "not ");
		if (cases[i].next != NULL)
		{
			ok(runs_next(&schedule, cases[i].after, cases[i].next), "%s runs after %s", cases[i].text,
			   cases[i].after);
			ok(ct_schedule_longest(&schedule) == cases[i].hours * INT64_C(3600000000),
			   "%s: the longest time between two runs", cases[i].text);
		}
		free(text);
	}
	ok(ct_schedule_read_days(CT_LITERAL("30"), &schedule) && schedule.rate == 30 * INT64_C(86400000000), "30 days");
	ok(!ct_schedule_read_days(CT_LITERAL(""), &schedule) && !ct_schedule_read_days(CT_LITERAL("0"), &schedule) &&
	   !ct_schedule_read_days(CT_LITERAL("\xd9\xa3"), &schedule) && !ct_schedule_read_days(CT_LITERAL("3x"), &schedule) &&
	   !ct_schedule_read_days(CT_LITERAL("99999"), &schedule), "no number of days");
	return done_testing();
}
