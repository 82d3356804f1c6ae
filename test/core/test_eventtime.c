/*
 * test_eventtime.c: every way a point in time is written.
 */
#define _DEFAULT_SOURCE			/* timegm */
#include <string.h>
#include <time.h>

#include "eventtime.h"
#include "tap.h"

static const struct
{
	const char *text;
	int64_t		usec;			/* -1: no time */
}			cases[] = {
	{"2018-04-30T16:49:54Z", 1525106994000000},
	{"2018-04-30T16:49:54.5Z", 1525106994500000},
	{"2018-04-30t16:49:54z", 1525106994000000},
	{"2018-04-30T16:49:54+02:00", 1525099794000000},
	{"2018-04-30T16:49:54-0230", 1525115994000000},
	{"2018-04-30 16:49:54", 1525106994000000},
	{"2018-04-30 16:49:54 UTC", 1525106994000000},
	{"2018-04-30 16:49:54.000000000", 1525106994000000},
	{"2018-04-30T16:49:54.1234564Z", 1525106994123456},
	{"2018-04-30T16:49:54.1234565Z", 1525106994123457},
	{"2018-04-30T23:59:59.9999999Z", 1525132800000000},
	{"2018-04-30T16:49Z", 1525106940000000},
	{"20131102T010628Z", 1383354388000000},
	{"20140620T1255Z", 1403268900000000},
	{"1525106994", 1525106994000000},
	{"1525106994.0", 1525106994000000},
	{"1525106994123", 1525106994123000},
	{"1525106994.1234567", 1525106994123457},
	{"1.525106994E9", 1525106994000000},
	{"May 3, 2018 5:51:02 PM", 1525369862000000},
	{"May 3, 2018, 5:51:02 PM", 1525369862000000},
	{"May 3, 2018, 5:51:02\xe2\x80\xafPM", 1525369862000000},
	{"Jul 10, 2023, 12:07:59 AM", 1688947679000000},
	{"Jul 10, 2023, 12:07:59 PM", 1688990879000000},
	{"Wed Oct 23 14:36:48 UTC 2013", 1382539008000000},
	{"2000-02-29T00:00:00Z", 951782400000000},
	{"2016-12-31T23:59:60Z", 1483228800000000},
	{"1900-02-29T00:00:00Z", -1},
	{"2018-02-30T00:00:00Z", -1},
	{"2018-13-01T00:00:00Z", -1},
	{"2018-04-30T24:00:00Z", -1},
	{"2018-04-30T16:60:00Z", -1},
	{"2018-04-30T16:49:61Z", -1},
	{"2018-04-30T16:49:54.Z", -1},
	{"2018-04-30T16:49:54Zx", -1},
	{"2018-04-30T16:49:54 CET", -1},
	{"2018-04-30T16:49:54+25:00", -1},
	{"2018-04-30", -1},
	{"0000-01-01T00:00:00Z", -1},
	{"May 3, 2018 13:51:02 PM", -1},
	{"May 3, 2018 0:51:02 AM", -1},
	{"Mai 3, 2018 5:51:02 PM", -1},
	{"42", -1},
	{"99999999999999999999", -1},
	{"1e99", -1},
	{"-1525106994", -1},
	{"yesterday", -1},
	{"", -1},
};

/* Writes a time in one of the forms that hold a whole second. */
static void
print_time(char *text, size_t room, int form, time_t time)
{
	static const char *const forms[] = {
		"%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S", "%Y%m%dT%H%M%SZ",
		"%b %e, %Y %I:%M:%S %p", "%a %b %d %H:%M:%S UTC %Y", "%Y-%m-%dT%H:%M:%S+00:00", "%s"
	};
	struct tm	tm;

	gmtime_r(&time, &tm);
	if (form == 6)
		snprintf(text, room, "%lld", (long long) time);
	else
		strftime(text, room, forms[form], &tm);
}

int
main(void)
{
	uint64_t	seed = 7;
	int			wrong = 0;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		int64_t		usec = -1;
		bool		read = ct_parse_time(cases[i].text, strlen(cases[i].text), &usec);

		ok(cases[i].usec < 0 ? !read : read && usec == cases[i].usec, "\"%s\"", cases[i].text);
	}

	/* Random seconds from 1973 to 2250, in each form, as the C library prints them. */
	for (int trial = 0; trial < 200000; trial++)
	{
		char		text[64];
		int64_t		usec;
		time_t		time;

		seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
		time = (time_t) (100000000 + (seed >> 16) % 8800000000ULL);
		print_time(text, sizeof(text), trial % 7, time);
		if (!ct_parse_time(text, strlen(text), &usec) || usec != (int64_t) time * 1000000)
		{
			if (wrong++ < 5)
				printf("# %s\n", text);
		}
	}
	ok(wrong == 0, "200,000 random times in seven forms");
	return done_testing();
}
