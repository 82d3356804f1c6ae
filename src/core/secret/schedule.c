/*
 * schedule.c: rotation schedules of Secrets Manager.
 */
#include <string.h>

#include "core/event/action.h"
#include "core/event/derived.h"
#include "core/secret/schedule.h"

#define USECS_PER_MINUTE	INT64_C(60000000)
#define USECS_PER_HOUR		(60 * USECS_PER_MINUTE)
#define USECS_PER_DAY		(24 * USECS_PER_HOUR)

/* Runs that are looked at for the longest time between two of them. */
#define RUNS_MAX			3000

/* A field of a cron expression: what may stand in it. */
typedef struct field_rule
{
	int			min;
	int			max;
	const char *names;			/* of three letters each, from min on */
} field_rule;

static const field_rule minute_rule = {0, 59, ""};
static const field_rule hour_rule = {0, 23, ""};
static const field_rule day_rule = {1, 31, ""};
static const field_rule month_rule = {1, 12, "janfebmaraprmayjunjulaugsepoctnovdec"};
static const field_rule weekday_rule = {1, 7, "sunmontuewedthufrisat"};
static const field_rule year_rule = {CT_SCHEDULE_YEAR_MIN, CT_SCHEDULE_YEAR_MAX, ""};

/* Reads up to four digits at the start of a text and steps over them. */
static bool
read_digits(ct_slice *s, int *number)
{
	size_t		n = 0;

	*number = 0;
	while (n < s->len && n < 5 && s->ptr[n] >= '0' && s->ptr[n] <= '9')
		*number = *number * 10 + (s->ptr[n++] - '0');
	s->ptr += n;
	s->len -= n;
	return n > 0 && n < 5;
}

/* Steps over one character if it comes next. */
static bool
skip(ct_slice *s, char c)
{
	if (s->len == 0 || s->ptr[0] != c)
		return false;
	s->ptr++;
	s->len--;
	return true;
}

/* Reads a number or name that a field allows. */
static bool
read_value(ct_slice *s, const field_rule *rule, int *value)
{
	if (s->len >= 3)
	{
		for (const char *name = rule->names; *name != '\0'; name += 3)
		{
			if (ct_compare_folded((ct_slice) {s->ptr, 3}, (ct_slice) {name, 3}) != 0)
				continue;
			*value = rule->min + (int) (name - rule->names) / 3;
			s->ptr += 3;
			s->len -= 3;
			return true;
		}
	}
	return read_digits(s, value) && *value >= rule->min && *value <= rule->max;
}

/* Adds a value to a set that may be of several words; only years need those. */
static void
add_value(uint64_t *set, const field_rule *rule, int value)
{
	int			bit = rule == &year_rule ? value - CT_SCHEDULE_YEAR_MIN : value;

	set[bit / 64] |= UINT64_C(1) << (bit % 64);
}

/* Reads one of *, a, a-b and what a step behind it selects; a step alone is one of all. */
static bool
read_range(ct_slice *s, const field_rule *rule, uint64_t *set)
{
	int			first = rule->min;
	int			last = rule->max;
	int			step = 1;

	if (!skip(s, '*') && !(s->len > 0 && s->ptr[0] == '/'))
	{
		if (!read_value(s, rule, &first))
			return false;
		last = s->len > 0 && s->ptr[0] == '/' ? rule->max : first;
		if (skip(s, '-') && !read_value(s, rule, &last))
			return false;
	}
	if (skip(s, '/') && (!read_digits(s, &step) || step == 0))
		return false;
	if (last < first)
		return false;
	for (int value = first; value <= last; value += step)
		add_value(set, rule, value);
	return true;
}

/* Reads a list of ranges; false if there is anything else. */
static bool
read_list(ct_slice s, const field_rule *rule, uint64_t *set)
{
	do
	{
		if (!read_range(&s, rule, set))
			return false;
	} while (skip(&s, ','));
	return s.len == 0;
}

/* Reads the days of the month: L is the last one, SUNL the last Sunday. */
static bool
read_days(ct_slice s, ct_schedule *schedule)
{
	ct_slice	rest = s;
	int			weekday;

	if (ct_same(s, CT_LITERAL("L")))
	{
		schedule->days = 1;
		return true;
	}
	if (s.len == 4 && (s.ptr[0] < '0' || s.ptr[0] > '9') &&
		read_value(&rest, &weekday_rule, &weekday) && skip(&rest, 'L'))
	{
		schedule->days = ~UINT64_C(1);
		schedule->weekdays = 0;
		schedule->nth_weekdays[0] = UINT64_C(1) << weekday;
		return true;
	}
	return read_list(s, &day_rule, &schedule->days);
}

/* Reads the days of the week: 6L is the last Friday of the month, 6#2 the second one. */
static bool
read_weekdays(ct_slice s, ct_schedule *schedule)
{
	ct_slice	rest = s;
	int			weekday;
	int			nth = 0;

	if (ct_same(s, CT_LITERAL("L")))
		s = rest = CT_LITERAL("7");
	if (read_value(&rest, &weekday_rule, &weekday) &&
		(skip(&rest, 'L') || (skip(&rest, '#') && read_digits(&rest, &nth) && nth >= 1 &&
							  nth <= 5)) &&
		rest.len == 0)
	{
		schedule->nth_weekdays[nth] = UINT64_C(1) << weekday;
		return true;
	}
	return read_list(s, &weekday_rule, &schedule->weekdays);
}

/* Cuts the next word off a text; none is left where it is empty. */
static ct_slice
next_word(ct_slice *s)
{
	ct_slice	word;

	while (skip(s, ' '))
		;
	word = (ct_slice) {s->ptr, 0};
	while (s->len > 0 && s->ptr[0] != ' ')
	{
		word.len++;
		s->ptr++;
		s->len--;
	}
	return word;
}

/* Whether a field says nothing: ? stands for the other field of days. */
static bool
is_open(ct_slice s)
{
	return ct_same(s, CT_LITERAL("?")) || ct_same(s, CT_LITERAL("*"));
}

/* Reads the six fields of a cron expression. */
static bool
read_cron(ct_slice s, ct_schedule *schedule)
{
	ct_slice	word[6];

	for (int i = 0; i < 6; i++)
		word[i] = next_word(&s);
	if (word[5].len == 0 || next_word(&s).len > 0)
		return false;

	/* The service takes only one field of days; what two would mean nobody says. */
	if (!is_open(word[2]) && !is_open(word[4]))
		return false;
	schedule->days = schedule->weekdays = ~UINT64_C(1);
	if (!is_open(word[2]))
	{
		schedule->days = 0;
		if (!read_days(word[2], schedule))
			return false;
	}
	if (!is_open(word[4]))
	{
		schedule->weekdays = 0;
		if (!read_weekdays(word[4], schedule))
			return false;
	}
	return read_list(word[0], &minute_rule, &schedule->minutes) &&
		read_list(word[1], &hour_rule, &schedule->hours) &&
		read_list(word[3], &month_rule, &schedule->months) &&
		read_list(word[5], &year_rule, schedule->years);
}

/* Reads the number and unit of a rate. */
static bool
read_rate(ct_slice s, ct_schedule *schedule)
{
	ct_slice	number = next_word(&s);
	ct_slice	unit = next_word(&s);
	int			count;

	if (!read_digits(&number, &count) || number.len > 0 || count == 0 || next_word(&s).len > 0)
		return false;
	if (ct_same(unit, CT_LITERAL("day")) || ct_same(unit, CT_LITERAL("days")))
		schedule->rate = count * USECS_PER_DAY;
	else if (ct_same(unit, CT_LITERAL("hour")) || ct_same(unit, CT_LITERAL("hours")))
		schedule->rate = count * USECS_PER_HOUR;
	return schedule->rate != 0;
}

bool
ct_schedule_read(ct_slice text, ct_schedule *schedule)
{
	ct_slice	inner = {text.ptr + 5, text.len - 6};

	*schedule = (ct_schedule) {0};
	if (text.len < 7 || text.len > 256 || text.ptr[text.len - 1] != ')')
		return false;
	if (ct_starts_with(text, "rate("))
		return read_rate(inner, schedule);
	return ct_starts_with(text, "cron(") && read_cron(inner, schedule);
}

bool
ct_schedule_read_days(ct_slice text, ct_schedule *schedule)
{
	int			days;

	*schedule = (ct_schedule) {0};
	if (!read_digits(&text, &days) || text.len > 0 || days == 0)
		return false;
	schedule->rate = days * USECS_PER_DAY;
	return true;
}

/* A day of the proleptic Gregorian calendar. */
typedef struct date
{
	int			year;
	int			month;
	int			day;
	int			weekday;		/* 1 is Sunday */
} date;

/* Number of days in a month. */
static int
days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool		leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

/* The date of a day that is counted from 1970-01-01. */
static date
date_of(int64_t days)
{
	date		d = {1970, 1, 1, (int) ((days + 4) % 7) + 1};

	for (;;)
	{
		int			length = days_in_month(d.year, 2) == 29 ? 366 : 365;

		if (days < length)
			break;
		days -= length;
		d.year++;
	}
	while (days >= days_in_month(d.year, d.month))
		days -= days_in_month(d.year, d.month++);
	d.day += (int) days;
	return d;
}

/* Goes on to the day after. */
static void
to_next_day(date *d)
{
	d->weekday = d->weekday % 7 + 1;
	if (++d->day <= days_in_month(d->year, d->month))
		return;
	d->day = 1;
	if (++d->month <= 12)
		return;
	d->month = 1;
	d->year++;
}

/* Whether a set has a value. */
static inline bool
has(uint64_t set, int value)
{
	return set >> value & 1;
}

/* Whether a schedule runs on a day. */
static bool
runs_on(const ct_schedule *schedule, const date *d)
{
	int			year = d->year - CT_SCHEDULE_YEAR_MIN;
	int			left = days_in_month(d->year, d->month) - d->day;
	bool		day = has(schedule->days, d->day) || (left == 0 && has(schedule->days, 0));
	bool		weekday = has(schedule->weekdays, d->weekday) ||
		has(schedule->nth_weekdays[(d->day - 1) / 7 + 1], d->weekday) ||
		(left < 7 && has(schedule->nth_weekdays[0], d->weekday));

	return has(schedule->years[year / 64], year % 64) && has(schedule->months, d->month) &&
		day && weekday;
}

/* The first run of a day from a minute on; -1 if there is none. */
static int
first_minute(const ct_schedule *schedule, int from)
{
	for (int minute = from; minute < 24 * 60; minute++)
	{
		if (has(schedule->hours, minute / 60) && has(schedule->minutes, minute % 60))
			return minute;
	}
	return -1;
}

/* Finds the first run of a cron expression after a time. */
static bool
next_of_cron(const ct_schedule *schedule, int64_t after, int64_t *next)
{
	int64_t		minutes = after < 0 ? 0 : after / USECS_PER_MINUTE + 1;
	int64_t		day = minutes / (24 * 60);
	int			minute = (int) (minutes % (24 * 60));

	if (day > (CT_SCHEDULE_YEAR_MAX - CT_SCHEDULE_YEAR_MIN + 1) * INT64_C(366))
		return false;
	for (date d = date_of(day); d.year <= CT_SCHEDULE_YEAR_MAX; to_next_day(&d), day++)
	{
		int			found = runs_on(schedule, &d) ? first_minute(schedule, minute) : -1;

		if (found >= 0)
		{
			*next = day * USECS_PER_DAY + found * USECS_PER_MINUTE;
			return true;
		}
		minute = 0;
	}
	return false;
}

bool
ct_schedule_next(const ct_schedule *schedule, int64_t after, int64_t *next)
{
	if (schedule->rate == 0)
		return next_of_cron(schedule, after, next);
	return !__builtin_add_overflow(after, schedule->rate, next);
}

int64_t
ct_schedule_longest(const ct_schedule *schedule)
{
	int64_t		longest = 0;
	int64_t		last;
	int64_t		next;

	if (schedule->rate != 0)
		return schedule->rate;

	/* From 1970 on: eight years of daily runs have all that comes in leap years. */
	if (!next_of_cron(schedule, -1, &last))
		return 0;
	for (int i = 0; i < RUNS_MAX && next_of_cron(schedule, last, &next); i++, last = next)
	{
		if (next - last > longest)
			longest = next - last;
	}
	return longest;
}
