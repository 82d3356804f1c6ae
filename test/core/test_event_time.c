/*
 * test_event_time.c: every way a point in time is written.
 */
#define _DEFAULT_SOURCE			/* timegm */
#include <time.h>

#include "../generator/rng.h"
#include "core/base/event_time.h"
#include "exact.h"
#include "tap.h"

#define NO_TIME INT64_MIN
#define TRIALS 200000

static const struct
{
	const char *text;
	int64_t		usec;
}			cases[] = {
	/* RFC 3339 and near it */
	{"2018-04-30T16:49:54Z", 1525106994000000},
	{"2018-04-30t16:49:54z", 1525106994000000},
	{"2018-04-30T16:49:54", 1525106994000000},
	{"2018-04-30T16:49Z", 1525106940000000},
	{"2018-04-30 16:49:54", 1525106994000000},
	{"2018-04-30 16:49:54 UTC", 1525106994000000},
	{"2018-04-30 16:49:54 GMT", 1525106994000000},
	{"2018-04-30 16:49:54Z", 1525106994000000},
	{"2018-04-30  16:49:54", 1525106994000000},
	{"2018-04-30T16:49:54 +02:00", 1525099794000000},
	/* fractions: rounded to microseconds, halves up */
	{"2018-04-30T16:49:54.5Z", 1525106994500000},
	{"2018-04-30T16:49:54,5Z", 1525106994500000},
	{"2025-06-25T17:09:21.198Z", 1750871361198000},
	{"2018-04-30 16:49:54.000000000", 1525106994000000},
	{"2018-04-30T16:49:54.123456Z", 1525106994123456},
	{"2018-04-30T16:49:54.1234564Z", 1525106994123456},
	{"2018-04-30T16:49:54.1234565Z", 1525106994123457},
	{"2018-04-30T16:49:54.12345649999999Z", 1525106994123456},
	{"2018-04-30T16:49:54.0000005Z", 1525106994000001},
	{"2018-04-30T16:49:54.9999995Z", 1525106995000000},
	{"2018-04-30T23:59:59.9999999Z", 1525132800000000},
	{"2018-04-30T16:49:54.1+01:00", 1525103394100000},
	/* offsets */
	{"2018-04-30T16:49:54+02:00", 1525099794000000},
	{"2018-04-30T16:49:54-0230", 1525115994000000},
	{"2018-04-30T16:49:54+02", 1525099794000000},
	{"2018-04-30T16:49:54-00:00", 1525106994000000},
	{"2018-04-30T16:49:54+05:45", 1525086294000000},
	{"2018-04-30T16:49:54+16:00", 1525049394000000},
	{"2018-04-30T16:49:54-16:00", 1525164594000000},
	{"2018-01-01T00:30:00+01:00", 1514763000000000},
	/* without separators */
	{"20131102T010628Z", 1383354388000000},
	{"20140620T1255Z", 1403268900000000},
	/* the calendar */
	{"2000-02-29T00:00:00Z", 951782400000000},
	{"2024-02-29T23:59:59Z", 1709251199000000},
	{"2016-12-31T23:59:60Z", 1483228800000000},
	{"1970-01-01T00:00:00Z", 0},
	{"1969-12-31T23:59:59.5Z", -500000},
	{"0001-01-01T00:00:00Z", -62135596800000000},
	{"9999-12-31T23:59:59Z", 253402300799000000},
	/* numbers */
	{"1525106994", 1525106994000000},
	{"1525106994.0", 1525106994000000},
	{"1525106994.198", 1525106994198000},
	{"1525106994.1234567", 1525106994123457},
	{"1525106994.00000049", 1525106994000000},
	{"1525106994.0000005", 1525106994000001},
	{"1525106994.000000000000000000000001", 1525106994000000},
	{"1.525106994E9", 1525106994000000},
	{"1.5251069941234e+09", 1525106994123400},
	{"15251069940e-1", 1525106994000000},
	{"1525106994000", 1525106994000000},
	{"1525106994123", 1525106994123000},
	{"1525106994123.4", 1525106994123400},
	{"1.525106994123E12", 1525106994123000},
	{"1525106994123456", 1525106994123456},
	{"1525106994123456789", 1525106994123457},
	{"100000000", 100000000000000},
	{"99999999999", 99999999999000000},
	/* English */
	{"May 3, 2018 5:51:02 PM", 1525369862000000},
	{"May 3, 2018, 5:51:02 PM", 1525369862000000},
	{"May 03, 2018 05:51:02 PM", 1525369862000000},
	{"May 3, 2018, 5:51:02\xe2\x80\xafPM", 1525369862000000},
	{"Jul 10, 2023, 12:07:59 AM", 1688947679000000},
	{"Jul 10, 2023, 12:07:59 PM", 1688990879000000},
	{"Dec 31, 2023, 11:59:59 PM", 1704067199000000},
	{"Wed Oct 23 14:36:48 UTC 2013", 1382539008000000},
	{"Wed Oct 23 14:36:48 GMT 2013", 1382539008000000},
	{"Wed Oct 23 14:36:48 2013", 1382539008000000},
	{"Sat Mar  1 00:00:00 UTC 2014", 1393632000000000},
	/* no day, hour, minute or second */
	{"2018-04-00T16:49:54Z", NO_TIME}, {"2018-04-31T16:49:54Z", NO_TIME}, {"2018-00-01T00:00:00Z", NO_TIME},
	{"2018-13-01T00:00:00Z", NO_TIME}, {"2018-02-29T00:00:00Z", NO_TIME}, {"1900-02-29T00:00:00Z", NO_TIME},
	{"2100-02-29T00:00:00Z", NO_TIME}, {"0000-01-01T00:00:00Z", NO_TIME}, {"2018-04-30T24:00:00Z", NO_TIME},
	{"2018-04-30T16:60:00Z", NO_TIME}, {"2018-04-30T16:49:61Z", NO_TIME}, {"20131302T010628Z", NO_TIME},
	{"20131102T250628Z", NO_TIME}, {"Feb 30, 2018 5:51:02 PM", NO_TIME}, {"May 3, 2018 13:51:02 PM", NO_TIME},
	{"May 3, 2018 0:51:02 AM", NO_TIME}, {"Wed Feb 30 14:36:48 UTC 2013", NO_TIME},
	/* no zone */
	{"2018-04-30T16:49:54+16:01", NO_TIME}, {"2018-04-30T16:49:54+25:00", NO_TIME}, {"2018-04-30T16:49:54+02:60", NO_TIME},
	{"2018-04-30T16:49:54+2", NO_TIME}, {"2018-04-30T16:49:54+02:0", NO_TIME}, {"2018-04-30T16:49:54+02:", NO_TIME},
	{"2018-04-30T16:49:54+", NO_TIME}, {"2018-04-30T16:49:54 CET", NO_TIME}, {"2018-04-30T16:49:54ZZ", NO_TIME},
	{"2018-04-30T16:49:54Zx", NO_TIME}, {"2018-04-30T16:49:54+02:00x", NO_TIME}, {"Wed Oct 23 14:36:48 CET 2013", NO_TIME},
	/* cut short, misspelt, or of another kind */
	{"2018-04-30", NO_TIME}, {"2018-04-30T", NO_TIME}, {"2018-04-30T16", NO_TIME}, {"2018-04-30T16:4", NO_TIME},
	{"2018-04-30T16:49:5", NO_TIME}, {"2018-04-30T16:49:", NO_TIME}, {"2018-04-30T16:49:54.Z", NO_TIME},
	{"2018-4-30T16:49:54Z", NO_TIME}, {"2018/04/30 16:49:54", NO_TIME}, {"18-04-30T16:49:54Z", NO_TIME},
	{"2018-04-30X16:49:54Z", NO_TIME}, {"2018-04-30T164954Z", NO_TIME}, {"20131102T010628", NO_TIME}, {"20131102T0106", NO_TIME},
	{"20131102T01062Z", NO_TIME}, {"20131102", NO_TIME}, {" 2018-04-30T16:49:54Z", NO_TIME}, {"+2018-04-30T16:49:54Z", NO_TIME},
	{"Mai 3, 2018 5:51:02 PM", NO_TIME}, {"may 3, 2018 5:51:02 PM", NO_TIME}, {"May 3 2018 5:51:02 PM", NO_TIME},
	{"May 3, 2018 5:51:02", NO_TIME}, {"May 3, 2018 5:51:02 PM UTC", NO_TIME}, {"May 3, 2018 5:51:02 XM", NO_TIME},
	{"Wed Okt 23 14:36:48 UTC 2013", NO_TIME}, {"Wed, 23 Oct 2013 14:36:48 GMT", NO_TIME}, {"Wed Oct 23 14:36 UTC 2013", NO_TIME},
	{"Wed Oct 23 14:36:48 UTC", NO_TIME}, {"yesterday", NO_TIME}, {"null", NO_TIME}, {"", NO_TIME}, {"-", NO_TIME},
	{"42", NO_TIME}, {"0", NO_TIME}, {"99999999", NO_TIME}, {"-1525106994", NO_TIME}, {"1525106994.0.0", NO_TIME},
	{"1525106994Z", NO_TIME}, {"0x5ae748f2", NO_TIME}, {"99999999999999999999", NO_TIME}, {"1e99", NO_TIME}, {"1e999", NO_TIME},
	{"1525106994e", NO_TIME}, {"1e-99", NO_TIME}, {"00000e99", NO_TIME}, {"1525106994 ", NO_TIME}, {".1525106994e10", NO_TIME},
};

/* Fields that hold a time, or none. */
static const struct
{
	const char *json;
	int64_t		usec;
}			fields[] = {
	{"'2018-04-30T16:49:54Z'", 1525106994000000},
	{"'2018-04-30T16:49:54\\u005a'", 1525106994000000},
	{"'\\u0032018-04-30T16:49:54Z'", 1525106994000000},
	{"'Jul 10, 2023, 12:07:59\\u202fPM'", 1688990879000000},
	{"1525106994", 1525106994000000},
	{"1.525106994e9", 1525106994000000},
	{"'1525106994.0'", 1525106994000000},
	{"-1525106994", NO_TIME},
	{"'2018-04-30T16:49:54Z\\u0000'", NO_TIME},
	{"null", NO_TIME},
	{"true", NO_TIME},
	{"''", NO_TIME},
	{"{'a':'2018-04-30T16:49:54Z'}", NO_TIME},
	{"['2018-04-30T16:49:54Z']", NO_TIME},
};

/* Reads a time from a buffer without a spare byte. */
static int64_t
read_time(const char *text)
{
	char	   *copy = exact_copy(text, strlen(text));
	int64_t		usec = 0;
	bool		read = ct_parse_time(copy, strlen(text), &usec);

	free(copy);
	return read ? usec : NO_TIME;
}

/* Forms that hold a whole second, as strftime writes them. */
static const char *const forms[] = {
	"%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S", "%Y%m%dT%H%M%SZ", "%b %e, %Y %I:%M:%S %p",
	"%b %d, %Y, %I:%M:%S %p", "%a %b %d %H:%M:%S UTC %Y", "%Y-%m-%dT%H:%M:%S+00:00",
};

/* Random seconds of the years 1 to 9999 in each form, against the C library. */
static void
try_random_seconds(rng *r)
{
	int			wrong = 0;

	for (int i = 0; i < TRIALS; i++)
	{
		/* Half of them are within a century of 1970. */
		time_t		time = i % 2 ? (time_t) (rng_next(r) % 315537897600) - 62135596800 :
			(time_t) (rng_next(r) % 6311433600) - 3155716800;
		char		text[64];
		char		padded[64];
		struct tm	tm;

		gmtime_r(&time, &tm);
		strftime(text, sizeof(text), forms[i % 7], &tm);
		/* glibc writes the year 476 without a zero. */
		if (tm.tm_year + 1900 < 1000)
		{
			snprintf(padded, sizeof(padded), "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900, tm.tm_mon + 1,
					 tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
			strcpy(text, padded);
		}
		if (timegm(&tm) != time || read_time(text) != (int64_t) time * 1000000)
		{
			if (wrong++ < 5)
				printf("# %s\n", text);
		}
	}
	ok(wrong == 0, "%d random seconds in seven forms", TRIALS);
}

/* Random microseconds with fraction, offset or as a number. */
static void
try_random_fractions(rng *r)
{
	int			wrong = 0;

	for (int i = 0; i < TRIALS; i++)
	{
		time_t		time = 100000000 + (time_t) (rng_next(r) % 8800000000);
		unsigned	fraction = rng_below(r, 1000000);
		int			offset = (int) rng_below(r, 2 * 960 + 1) - 960;
		int			digits = 1 + (int) rng_below(r, 9);
		time_t		local = time + offset * 60;
		int64_t		expected = (int64_t) time * 1000000 + fraction;
		struct tm	tm;
		char		date[32];
		char		text[80];

		gmtime_r(&local, &tm);
		strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
		switch (i % 5)
		{
			case 0:
				snprintf(text, sizeof(text), "%s.%06u%c%02d:%02d", date, fraction, offset < 0 ? '-' : '+',
						 abs(offset) / 60, abs(offset) % 60);
				break;
			case 1:
				snprintf(text, sizeof(text), "%s.%06u%0*u %c%02d%02d", date, fraction, digits, rng_below(r, 4), offset < 0 ? '-' : '+',
						 abs(offset) / 60, abs(offset) % 60);
				break;
			case 2:
				snprintf(text, sizeof(text), "%lld.%06u", (long long) time, fraction);
				break;
			case 3:
				expected -= expected % 1000;
				snprintf(text, sizeof(text), "%lld", (long long) expected / 1000);
				break;
			default:
				snprintf(text, sizeof(text), "%lld", (long long) expected);
		}
		if (read_time(text) != expected)
		{
			if (wrong++ < 5)
				printf("# %s\n", text);
		}
	}
	ok(wrong == 0, "%d random microseconds", TRIALS);
}

/*
 * Puts every character in every place of the usual form.  The same with a
 * fraction is read one character after another, and must be the same time.
 */
static void
try_usual_form(void)
{
	int			wrong = 0;

	for (int at = 0; at < 19; at++)
	{
		for (int c = 1; c < 256; c++)
		{
			char		usual[] = "2018-04-30T16:49:54Z";
			char		longer[30];

			usual[at] = (char) c;
			snprintf(longer, sizeof(longer), "%.19s.0Z", usual);
			if (read_time(usual) != read_time(longer) && wrong++ < 5)
				printf("# %s\n", usual);
		}
	}
	ok(wrong == 0, "every character in every place of the usual form");
}

int
main(void)
{
	rng			r = {1};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		int64_t		usec = read_time(cases[i].text);

		if (!ok(usec == cases[i].usec, "\"%s\"%s", cases[i].text, cases[i].usec == NO_TIME ? " is no time" : ""))
			printf("# found %lld\n", (long long) usec);
	}
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
	{
		char		json[100];
		sample		s;
		int64_t		usec;

		snprintf(json, sizeof(json), "{'eventTime':%s}", fields[i].json);
		s = quoted_sample(json);
		ok(s.valid && ct_field_time(&s.rec, CT_FIELD_event_time, &usec) == (fields[i].usec != NO_TIME) &&
		   (fields[i].usec == NO_TIME || usec == fields[i].usec), "%s as eventTime", fields[i].json);
		drop_sample(&s);
	}
	try_usual_form();
	try_random_seconds(&r);
	try_random_fractions(&r);
	return done_testing();
}
