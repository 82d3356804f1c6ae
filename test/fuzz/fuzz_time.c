/*
 * fuzz_time.c: a time that is read is the same time when it is written in
 * CloudTrail's own form and read again.
 */
#include <time.h>

#include "core/base/event_time.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char	   *copy = exact_copy((const char *) data, size);
	int64_t		time;
	int64_t		again;

	if (ct_parse_time(copy, size, &time))
	{
		int64_t		usec = ((time % 1000000) + 1000000) % 1000000;
		time_t		seconds = (time - usec) / 1000000;
		struct tm	tm;
		char		text[80];

		gmtime_r(&seconds, &tm);
		require(tm.tm_year + 1900 >= 0 && tm.tm_year + 1900 <= 10000, "years are those of four digits, but for the zone");
		if (tm.tm_year + 1900 >= 1 && tm.tm_year + 1900 <= 9999)
		{
			snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
					 tm.tm_hour, tm.tm_min, tm.tm_sec, (int) usec);
			require(ct_parse_time(text, strlen(text), &again) && again == time, "a time survives being written");
			if (usec == 0)
			{
				snprintf(text + 19, sizeof(text) - 19, "Z");
				require(ct_parse_time(text, strlen(text), &again) && again == time, "in the usual form, too");
			}
		}
	}
	free(copy);
	return 0;
}
