/*
 * calendar.h: times as milliseconds since 1970, and the ways AWS writes them.
 */
#ifndef GEN_CALENDAR_H
#define GEN_CALENDAR_H

#include "text.h"

#define SECOND_MS	INT64_C(1000)
#define MINUTE_MS	(60 * SECOND_MS)
#define HOUR_MS		(60 * MINUTE_MS)
#define DAY_MS		(24 * HOUR_MS)

typedef struct civil
{
	int			year;
	int			month;			/* 1 to 12 */
	int			day;
	int			hour;
	int			minute;
	int			second;
} civil;

extern const char *const month_names[12];

extern int64_t calendar_from_day(int year, int month, int day);
extern civil calendar_split(int64_t ms);
extern bool calendar_parse_day(const char *string, int64_t *ms);
extern bool calendar_is_working_time(int64_t ms);
extern void text_iso(text *t, int64_t ms);
extern void text_day(text *t, int64_t ms, const char *separator);
extern void text_compact_time(text *t, int64_t ms, bool seconds);
extern void text_long_date(text *t, int64_t ms, bool comma);
extern void text_two_digits(text *t, int number);

#endif							/* GEN_CALENDAR_H */
