/*
 * calendar.c: times as milliseconds since 1970, and the ways AWS writes them.
 */
#include "calendar.h"

const char *const month_names[12] = {
	"Jan", "Feb", "Mar", "Apr", "May", "Jun",
	"Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
};

/* Milliseconds at the start of a day of the Gregorian calendar. */
int64_t
calendar_from_day(int year, int month, int day)
{
	int64_t		y = month <= 2 ? year - 1 : year;
	int64_t		era = y / 400;
	int64_t		year_of_era = y - era * 400;
	int64_t		day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t		day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return (era * 146097 + day_of_era - 719468) * DAY_MS;
}

/* The date and time of day, in UTC, of a moment after 1970. */
civil
calendar_split(int64_t ms)
{
	civil		c;
	int64_t		days = ms / DAY_MS;
	int64_t		seconds = ms % DAY_MS / SECOND_MS;
	int64_t		z = days + 719468;
	int64_t		era = z / 146097;
	int64_t		doe = z - era * 146097;
	int64_t		yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t		doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t		mp = (5 * doy + 2) / 153;

	c.day = (int) (doy - (153 * mp + 2) / 5 + 1);
	c.month = (int) (mp < 10 ? mp + 3 : mp - 9);
	c.year = (int) (yoe + era * 400 + (c.month <= 2));
	c.hour = (int) (seconds / 3600);
	c.minute = (int) (seconds / 60 % 60);
	c.second = (int) (seconds % 60);
	return c;
}

/* Reads YYYY-MM-DD; false where it is no such date from 1971 to 2999. */
bool
calendar_parse_day(const char *string, int64_t *ms)
{
	int			number[3] = {0, 0, 0};
	static const int digits[3] = {4, 2, 2};
	civil		back;

	for (int part = 0; part < 3; part++)
	{
		for (int i = 0; i < digits[part]; i++, string++)
		{
			if (*string < '0' || *string > '9')
				return false;
			number[part] = number[part] * 10 + (*string - '0');
		}
		if (*string++ != (part < 2 ? '-' : '\0'))
			return false;
	}
	if (number[0] < 1971 || number[0] > 2999 || number[1] < 1 || number[1] > 12)
		return false;
	*ms = calendar_from_day(number[0], number[1], number[2]);
	back = calendar_split(*ms);
	return back.day == number[2] && back.month == number[1];
}

/* Whether people are at work: 7 to 19 o'clock in UTC, Monday to Friday. */
bool
calendar_is_working_time(int64_t ms)
{
	int			hour = (int) (ms % DAY_MS / HOUR_MS);
	int			weekday = (int) ((ms / DAY_MS + 4) % 7);

	return hour >= 7 && hour < 19 && weekday >= 1 && weekday <= 5;
}

/* Appends a number below 100 as two digits. */
void
text_two_digits(text *t, int number)
{
	char		digits[2] = {(char) ('0' + number / 10), (char) ('0' + number % 10)};

	text_add(t, digits, 2);
}

/* Appends the date: 2024-01-31, 2024/01/31 or whatever the separator makes. */
void
text_day(text *t, int64_t ms, const char *separator)
{
	civil		c = calendar_split(ms);

	text_uint(t, (uint64_t) c.year);
	text_adds(t, separator);
	text_two_digits(t, c.month);
	text_adds(t, separator);
	text_two_digits(t, c.day);
}

/* Appends 2024-01-31T09:05:07Z. */
void
text_iso(text *t, int64_t ms)
{
	/* Events come in order of time: the date rarely changes. */
	static int64_t cached_day = -1;
	static char cached[10];
	int			seconds = (int) (ms % DAY_MS / SECOND_MS);
	char		out[20];
	int			part[3] = {seconds / 3600, seconds / 60 % 60, seconds % 60};

	if (ms / DAY_MS != cached_day)
	{
		text		day = {0};

		cached_day = ms / DAY_MS;
		text_day(&day, ms, "-");
		memcpy(cached, day.data, sizeof(cached));
		text_free(&day);
	}
	memcpy(out, cached, sizeof(cached));
	for (int i = 0; i < 3; i++)
	{
		out[10 + 3 * i] = i == 0 ? 'T' : ':';
		out[11 + 3 * i] = (char) ('0' + part[i] / 10);
		out[12 + 3 * i] = (char) ('0' + part[i] % 10);
	}
	out[19] = 'Z';
	text_add(t, out, sizeof(out));
}

/* Appends 20240131T090507Z, or 20240131T0905Z as log files are named. */
void
text_compact_time(text *t, int64_t ms, bool seconds)
{
	civil		c = calendar_split(ms);

	text_day(t, ms, "");
	text_lit(t, "T");
	text_two_digits(t, c.hour);
	text_two_digits(t, c.minute);
	if (seconds)
		text_two_digits(t, c.second);
	text_lit(t, "Z");
}

/* Appends "Jan 31, 2024, 9:05:07 AM", or the older form without a comma. */
void
text_long_date(text *t, int64_t ms, bool comma)
{
	civil		c = calendar_split(ms);

	text_adds(t, month_names[c.month - 1]);
	text_addc(t, ' ');
	text_uint(t, (uint64_t) c.day);
	text_lit(t, ", ");
	text_uint(t, (uint64_t) c.year);
	text_adds(t, comma ? ", " : " ");
	text_uint(t, (uint64_t) ((c.hour + 11) % 12 + 1));
	text_addc(t, ':');
	text_two_digits(t, c.minute);
	text_addc(t, ':');
	text_two_digits(t, c.second);
	text_adds(t, c.hour < 12 ? " AM" : " PM");
}
