/*
 * s3_layout.c: where in CloudTrail's layout of a bucket a prefix or key lies.
 */
#include <string.h>

#include "s3_layout.h"

/* The next part of a key, up to its slash; false if there is none. */
static bool
next_part(const char **rest, ct_slice *part)
{
	const char *slash = strchr(*rest, '/');

	if (slash == NULL || slash == *rest)
		return false;
	*part = (ct_slice) {*rest, (size_t) (slash - *rest)};
	*rest = slash + 1;
	return true;
}

/* The number that a part of some digits is; 0 if it is none. */
static int
number_of(ct_slice part, size_t digits)
{
	int			number = 0;

	if (part.len != digits)
		return 0;
	for (size_t i = 0; i < digits; i++)
	{
		if (part.ptr[i] < '0' || part.ptr[i] > '9')
			return 0;
		number = 10 * number + (part.ptr[i] - '0');
	}
	return number;
}

/* Whether a part is an account's number. */
static bool
is_account(ct_slice part)
{
	for (size_t i = 0; i < part.len; i++)
		if (part.ptr[i] < '0' || part.ptr[i] > '9')
			return false;
	return part.len == 12;
}

/* What is behind the last folder AWSLogs; NULL if there is none. */
static const char *
behind_logs(const char *key)
{
	const char *found = NULL;

	for (const char *p = key; p != NULL; p = strchr(p, '/'))
	{
		p += *p == '/';
		if (strncmp(p, "AWSLogs/", 8) == 0)
			found = p + 8;
	}
	return found;
}

/* Reads the parts of a date, as far as they have come. */
static void
read_date(s3_layout *layout, const char *rest)
{
	int		   *const numbers[] = {&layout->year, &layout->month, &layout->day};
	ct_slice	part;

	for (int i = 0; i < 3 && next_part(&rest, &part); i++)
	{
		*numbers[i] = number_of(part, i == 0 ? 4 : 2);
		layout->level = *numbers[i] == 0 ? LEVEL_OTHER : (s3_level) (LEVEL_MONTHS + i);
		if (layout->level == LEVEL_OTHER)
			return;
	}
}

void
s3_layout_read(s3_layout *layout, const char *key)
{
	const char *rest = behind_logs(key);
	ct_slice	part;

	memset(layout, 0, sizeof(*layout));
	if (rest == NULL)
		return;
	layout->level = LEVEL_ACCOUNTS;
	if (strncmp(rest, "o-", 2) == 0 && !next_part(&rest, &part))
		return;
	if (!next_part(&rest, &part))
		return;
	layout->level = LEVEL_OTHER;
	if (!is_account(part))
		return;
	layout->account = part;
	layout->level = LEVEL_KINDS;
	if (!next_part(&rest, &layout->kind))
		return;
	layout->level = LEVEL_REGIONS;
	if (s3_layout_foreign(layout) || !next_part(&rest, &layout->region))
		return;
	layout->region_end = (size_t) (rest - key);
	layout->level = LEVEL_YEARS;
	read_date(layout, rest);
}

bool
s3_layout_foreign(const s3_layout *layout)
{
	return layout->kind.ptr != NULL &&
		(layout->kind.len < 10 || memcmp(layout->kind.ptr, "CloudTrail", 10) != 0);
}

/* Whether some day of a year, or of its month, is wanted. */
static bool
is_time_wanted(const s3_layout *layout, select_day since, select_day until)
{
	select_day	first = layout->year * 10000 + layout->month * 100 + layout->day;
	select_day	last = layout->year * 10000 + (layout->month == 0 ? 12 : layout->month) * 100 +
		(layout->day == 0 ? 31 : layout->day);

	return layout->year == 0 || ((since == 0 || last >= since) && (until == 0 || first <= until));
}

bool
s3_layout_wanted(const s3_layout *layout, const selection *s, select_day since)
{
	return (layout->account.ptr == NULL || select_account(s, layout->account)) &&
		(layout->region.ptr == NULL || select_region(s, layout->region)) &&
		is_time_wanted(layout, since, s->until);
}
