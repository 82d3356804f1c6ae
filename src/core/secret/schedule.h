/*
 * schedule.h: rotation schedules of Secrets Manager: rate(...) and cron(...).
 *
 * Schedules are texts that callers of AWS write, so every byte is checked
 * here.  All arithmetic is in UTC; times are microseconds since 1970.
 */
#ifndef CT_SCHEDULE_H
#define CT_SCHEDULE_H

#include "core/event/record.h"

/* Years that a cron expression can name. */
#define CT_SCHEDULE_YEAR_MIN	1970
#define CT_SCHEDULE_YEAR_MAX	2199
#define CT_SCHEDULE_YEAR_WORDS	((CT_SCHEDULE_YEAR_MAX - CT_SCHEDULE_YEAR_MIN) / 64 + 1)

/* A schedule that was understood; either rate or the sets are filled in. */
typedef struct ct_schedule
{
	int64_t		rate;			/* microseconds between two runs; 0: a cron expression */
	uint64_t	minutes;		/* sets, one bit a value */
	uint64_t	hours;
	uint64_t	days;			/* of the month; bit 0 is the last one */
	uint64_t	months;
	uint64_t	weekdays;		/* 1 is Sunday */
	uint64_t	nth_weekdays[6];	/* the first to fifth of a month; 0 is the last */
	uint64_t	years[CT_SCHEDULE_YEAR_WORDS];
} ct_schedule;

/* Reads rate(10 days) or cron(0 8 1 * ? *); false if it is not understood. */
extern bool ct_schedule_read(ct_slice text, ct_schedule *schedule);

/* Reads a number of days from 1 to 9999; a rate of so many days. */
extern bool ct_schedule_read_days(ct_slice text, ct_schedule *schedule);

/* Finds the first run after a time; false if there is none. */
extern bool ct_schedule_next(const ct_schedule *schedule, int64_t after, int64_t *next);

/* The longest time between two runs, in microseconds; 0 if it does not run twice. */
extern int64_t ct_schedule_longest(const ct_schedule *schedule);

#endif							/* CT_SCHEDULE_H */
