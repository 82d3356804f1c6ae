/*
 * select.h: which files are wanted: by name, account, Region and day.
 */
#ifndef LOAD_SELECT_H
#define LOAD_SELECT_H

#include <stdbool.h>

#include "core/event/record.h"

/* More accounts or Regions than this are not given one by one. */
#define SELECT_MAX		1000

/* A day as a number, 20240131; 0 where none is given. */
typedef int select_day;

typedef struct selection
{
	select_day	since;			/* the first day */
	select_day	until;			/* the last day */
	const char *accounts[SELECT_MAX];
	int			account_count;
	const char *regions[SELECT_MAX];
	int			region_count;
} selection;

/* Reads a day, 2024-01-31; false if it is not one. */
extern bool select_read_day(const char *text, select_day *day);

/* The day some days before another. */
extern select_day select_day_before(select_day day, int days);

/* Today, in UTC, as CloudTrail's names have it. */
extern select_day select_today(void);

/* Whether an account is wanted. */
extern bool select_account(const selection *s, ct_slice account);

/* Whether a Region is wanted. */
extern bool select_region(const selection *s, ct_slice region);

/* Whether a day is wanted. */
extern bool select_on_day(const selection *s, select_day day);

/*
 * Whether a file of this name is wanted; what its name does not tell is not,
 * if it was asked for.
 */
extern bool select_file(const selection *s, const char *path);

/* Whether a file of this name is a log file. */
extern bool is_log_name(const char *name);

#endif							/* LOAD_SELECT_H */
