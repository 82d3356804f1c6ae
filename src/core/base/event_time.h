/*
 * event_time.h: every way CloudTrail and its tools write a point in time.
 *
 * Times are microseconds since 1970-01-01 00:00:00 UTC, without leap seconds.
 */
#ifndef CT_EVENT_TIME_H
#define CT_EVENT_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads a time in any of these forms; what names no zone is UTC:
 *	2018-04-30T16:49:54Z, with fraction, with offset, with a space for the T
 *	20131102T010628Z and, as in names of log files, 20140620T1255Z
 *	1525106994.0 (seconds), 1525106994000 (milliseconds) and finer
 *	May 3, 2018 5:51:02 PM, and with a comma after the year
 *	Wed Oct 23 14:36:48 UTC 2013
 */
extern bool ct_parse_time(const char *s, size_t len, int64_t *time);

#endif							/* CT_EVENT_TIME_H */
