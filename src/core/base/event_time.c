/*
 * event_time.c: every way CloudTrail and its tools write a point in time.
 *
 * No locale, time zone or clock of the machine takes part: the same text is
 * the same time everywhere.
 */
#include <string.h>

#include "core/base/event_time.h"
#include "core/base/utf8.h"

#define USECS_PER_SEC	INT64_C(1000000)

/* From this power of ten on, a number of microseconds was one of a smaller unit. */
#define TOO_LARGE		17

/* What is left to read. */
typedef struct reader
{
	const char *p;
	const char *end;
} reader;

/* A time as people write it. */
typedef struct civil
{
	int			year;
	int			month;
	int			day;
	int			hour;
	int			minute;
	int			second;
	int			usec;			/* up to 1,000,000 by rounding */
	int			offset;			/* minutes east of UTC */
} civil;

static const char month_names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const char day_names[] = "SunMonTueWedThuFriSat";

/* Days from 1970-01-01 to a date of the Gregorian calendar. */
static int64_t
days_from_civil(int year, int month, int day)
{
	/* Years begin in March here, so that the leap day comes last. */
	int			y = month <= 2 ? year - 1 : year;
	int			era = y / 400;
	int			year_of_era = y - era * 400;
	int			day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	int			day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return (int64_t) era * 146097 + day_of_era - 719468;
}

/* Checks the parts of a time and makes one number of them. */
static bool
assemble(const civil *c, int64_t *time)
{
	static const int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool		leap = (c->year % 4 == 0 && c->year % 100 != 0) || c->year % 400 == 0;

	if (c->year < 1 || c->month < 1 || c->month > 12 || c->day < 1 ||
		c->day > month_days[c->month - 1] + (leap && c->month == 2) ||
		c->hour > 23 || c->minute > 59 || c->second > 60 || /* a leap second runs over */
		c->offset < -16 * 60 || c->offset > 16 * 60)
		return false;
	*time = ((days_from_civil(c->year, c->month, c->day) * 24 + c->hour) * 60
			 + c->minute - c->offset) * 60 + c->second;
	*time = *time * USECS_PER_SEC + c->usec;
	return true;
}

/* Reads exactly n digits. */
static bool
read_digits(reader *r, int n, int *number)
{
	*number = 0;
	if (r->end - r->p < n)
		return false;
	for (; n > 0; n--, r->p++)
	{
		if (*r->p < '0' || *r->p > '9')
			return false;
		*number = *number * 10 + (*r->p - '0');
	}
	return true;
}

/* Reads one or two digits. */
static bool
read_short_number(reader *r, int *number)
{
	int			n = r->end - r->p >= 2 && r->p[1] >= '0' && r->p[1] <= '9' ? 2 : 1;

	return read_digits(r, n, number);
}

/* Steps over a character if it comes next. */
static bool
accept(reader *r, char c)
{
	if (r->p == r->end || *r->p != c)
		return false;
	r->p++;
	return true;
}

/* Steps over one space or more; newer Java writes U+202F before AM and PM. */
static bool
accept_space(reader *r)
{
	const char *start = r->p;

	for (;;)
	{
		if (r->end - r->p >= 3 && memcmp(r->p, "\xe2\x80\xaf", 3) == 0)
			r->p += 3;
		else if (!accept(r, ' '))
			return r->p > start;
	}
}

/* Reads a name of three letters and tells which it is, counted from 1; 0 if none. */
static int
read_name(reader *r, const char *names)
{
	for (int i = 0; names[i] && r->end - r->p >= 3; i += 3)
	{
		if (memcmp(r->p, names + i, 3) == 0)
		{
			r->p += 3;
			return i / 3 + 1;
		}
	}
	return 0;
}

/* Reads the digits behind a decimal point and rounds them to microseconds. */
static bool
read_fraction(reader *r, int *usec)
{
	int			scale = 100000;

	*usec = 0;
	if (r->p == r->end || *r->p < '0' || *r->p > '9')
		return false;
	for (; r->p < r->end && *r->p >= '0' && *r->p <= '9'; r->p++)
	{
		*usec += (*r->p - '0') * scale;
		if (scale == 0 && *r->p >= '5')
			*usec += 1;
		if (scale == 0)
			break;
		scale /= 10;
	}
	while (r->p < r->end && *r->p >= '0' && *r->p <= '9')
		r->p++;
	return true;
}

/* Reads what names the zone, if anything does, up to the end of the text. */
static bool
read_zone(reader *r, civil *c)
{
	int			sign;
	int			hours;
	int			minutes = 0;

	accept_space(r);
	if (r->p == r->end)
		return true;
	if (accept(r, 'Z') || accept(r, 'z'))
		return r->p == r->end;
	if (r->end - r->p == 3 && (memcmp(r->p, "UTC", 3) == 0 || memcmp(r->p, "GMT", 3) == 0))
		return true;
	sign = accept(r, '-') ? -1 : 1;
	if (sign > 0 && !accept(r, '+'))
		return false;
	if (!read_digits(r, 2, &hours))
		return false;
	if ((accept(r, ':') || r->p < r->end) && !read_digits(r, 2, &minutes))
		return false;
	if (minutes > 59)
		return false;
	c->offset = sign * (hours * 60 + minutes);
	return r->p == r->end;
}

/* Reads two digits that are known to be such. */
static inline int
two_digits(const char *s)
{
	return (s[0] & 15) * 10 + (s[1] & 15);
}

/* Reads 2018-04-30T16:49:54Z, which CloudTrail itself writes, eight characters at a time. */
static bool
read_usual(const char *s, civil *c)
{
	static const char form[] = "0000-00-00T00:00:00Z";

	/*
	 * Added to how a character differs from the form: beyond 9 of a digit, or 0 of another, it
	 * sets the top bit.
	 */
	static const char slack[] = "vvvv\x7fvv\x7fvv\x7fvv\x7fvv\x7fvv\x7f";
	static const int word_at[] = {0, 8, 12};

	for (int i = 0; i < 3; i++)
	{
		uint64_t	difference;
		uint64_t	expected;
		uint64_t	more;

		memcpy(&difference, s + word_at[i], 8);
		memcpy(&expected, form + word_at[i], 8);
		memcpy(&more, slack + word_at[i], 8);
		difference ^= expected;
		if (((difference | (difference + more)) & UINT64_C(0x8080808080808080)) != 0)
			return false;
	}
	c->year = two_digits(s) * 100 + two_digits(s + 2);
	c->month = two_digits(s + 5);
	c->day = two_digits(s + 8);
	c->hour = two_digits(s + 11);
	c->minute = two_digits(s + 14);
	c->second = two_digits(s + 17);
	return true;
}

/* Reads 2018-04-30T16:49:54Z and its relatives. */
static bool
read_iso(reader *r, civil *c)
{
	if (!read_digits(r, 4, &c->year))
		return false;
	if (accept(r, '-'))
	{
		if (!read_digits(r, 2, &c->month) || !accept(r, '-') || !read_digits(r, 2, &c->day) ||
			!(accept(r, 'T') || accept(r, 't') || accept_space(r)) ||
			!read_digits(r, 2, &c->hour) || !accept(r, ':') || !read_digits(r, 2, &c->minute))
			return false;
		if (accept(r, ':'))
		{
			if (!read_digits(r, 2, &c->second))
				return false;
			if ((accept(r, '.') || accept(r, ',')) && !read_fraction(r, &c->usec))
				return false;
		}
		return read_zone(r, c);
	}
	if (!read_digits(r, 2, &c->month) || !read_digits(r, 2, &c->day) || !accept(r, 'T') ||
		!read_digits(r, 2, &c->hour) || !read_digits(r, 2, &c->minute))
		return false;
	if (r->p < r->end && *r->p >= '0' && *r->p <= '9' && !read_digits(r, 2, &c->second))
		return false;
	return accept(r, 'Z') && r->p == r->end;
}

/* Reads May 3, 2018 5:51:02 PM behind its month. */
static bool
read_twelve_hours(reader *r, civil *c)
{
	bool		afternoon;

	if (!accept_space(r) || !read_short_number(r, &c->day) || !accept(r, ',') ||
		!accept_space(r) || !read_digits(r, 4, &c->year))
		return false;
	accept(r, ',');
	if (!accept_space(r) || !read_short_number(r, &c->hour) || !accept(r, ':') ||
		!read_digits(r, 2, &c->minute) || !accept(r, ':') || !read_digits(r, 2, &c->second) ||
		!accept_space(r) || c->hour < 1 || c->hour > 12)
		return false;
	afternoon = accept(r, 'P');
	if ((!afternoon && !accept(r, 'A')) || !accept(r, 'M'))
		return false;
	c->hour = c->hour % 12 + (afternoon ? 12 : 0);
	return r->p == r->end;
}

/* Reads Wed Oct 23 14:36:48 UTC 2013 behind its weekday. */
static bool
read_ctime(reader *r, civil *c)
{
	if (!accept_space(r) || (c->month = read_name(r, month_names)) == 0 ||
		!accept_space(r) || !read_short_number(r, &c->day) || !accept_space(r) ||
		!read_digits(r, 2, &c->hour) || !accept(r, ':') || !read_digits(r, 2, &c->minute) ||
		!accept(r, ':') || !read_digits(r, 2, &c->second) || !accept_space(r))
		return false;
	if (r->end - r->p >= 4 && (memcmp(r->p, "UTC ", 4) == 0 || memcmp(r->p, "GMT ", 4) == 0))
		r->p += 4;
	return read_digits(r, 4, &c->year) && r->p == r->end;
}

/*
 * Reads a number as a time since 1970: in seconds, or in milli-, micro- or
 * nanoseconds where it is too large for the unit before.  The arithmetic is
 * decimal, so no rounding of floating point shows.
 */
static bool
read_epoch(reader *r, int64_t *time)
{
	int64_t		digits = 0;
	int			scale = 6;		/* power of ten that digits must be raised by */
	int			exponent = 0;
	int			count = 0;
	int			magnitude = 0;	/* the first digit's power of ten */
	const int64_t earliest = INT64_C(100000000) * USECS_PER_SEC;	/* 1973: below is not a time */
	const int64_t limit = INT64_C(253402300800) * USECS_PER_SEC;	/* the year 10000 */

	for (bool behind_point = false; r->p < r->end; r->p++)
	{
		if (*r->p == '.' && !behind_point && count > 0)
			behind_point = true;
		else if (*r->p < '0' || *r->p > '9')
			break;
		else if (digits < INT64_C(900000000000000000))
		{
			digits = digits * 10 + (*r->p - '0');
			scale -= behind_point;
			count++;
		}
		else if (!behind_point)
			return false;
	}
	if (count == 0)
		return false;
	if (accept(r, 'e') || accept(r, 'E'))
	{
		int			sign = accept(r, '-') ? -1 : 1;

		if (sign > 0)
			accept(r, '+');
		if (!read_short_number(r, &exponent))
			return false;
		scale += sign * exponent;
	}
	if (r->p != r->end)
		return false;
	for (int64_t rest = digits; rest >= 10; rest /= 10)
		magnitude++;
	for (int unit = 0; unit < 3 && magnitude + scale >= TOO_LARGE; unit++)
		scale -= 3;
	for (; scale > 0; scale--)
	{
		if (digits > INT64_MAX / 10)
			return false;
		digits *= 10;
	}
	for (; scale < 0; scale++)
		digits = (digits + (scale == -1 ? 5 : 0)) / 10;
	*time = digits;
	return digits >= earliest && digits < limit;
}

bool
ct_parse_time(const char *s, size_t len, int64_t *time)
{
	reader		r = {s, s + len};
	civil		c = {0};
	bool		read;

	if (len < 5 || len > 64)
		return false;
	if (len == 20 && read_usual(s, &c))
		return assemble(&c, time);
	if (s[0] >= '0' && s[0] <= '9')
	{
		read = read_iso(&r, &c);
		if (!read)
		{
			r.p = s;
			return read_epoch(&r, time);
		}
	}
	else if ((c.month = read_name(&r, month_names)) != 0)
		read = read_twelve_hours(&r, &c);
	else
		read = read_name(&r, day_names) != 0 && read_ctime(&r, &c);
	return read && assemble(&c, time);
}
