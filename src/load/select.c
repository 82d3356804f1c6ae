/*
 * select.c: which files are wanted: by name, account, Region and day.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/evidence/filename.h"
#include "select.h"

/* A digit's value, added to a number. */
static bool
read_digits(const char **text, int count, int *number)
{
	*number = 0;
	for (; count > 0; count--, (*text)++)
	{
		if (**text < '0' || **text > '9')
			return false;
		*number = 10 * *number + (**text - '0');
	}
	return true;
}

/* The time at which a day begins. */
static time_t
begin_of(select_day day)
{
	struct tm	parts = {.tm_year = day / 10000 - 1900, .tm_mon = day / 100 % 100 - 1,
	.tm_mday = day % 100};

	return timegm(&parts);
}

/* The day of a time. */
static select_day
day_of(time_t time)
{
	struct tm	parts;

	gmtime_r(&time, &parts);
	return (parts.tm_year + 1900) * 10000 + (parts.tm_mon + 1) * 100 + parts.tm_mday;
}

bool
select_read_day(const char *text, select_day *day)
{
	int			year;
	int			month;
	int			day_of_month;

	if (!read_digits(&text, 4, &year) || *text++ != '-' || !read_digits(&text, 2, &month) ||
		*text++ != '-' || !read_digits(&text, 2, &day_of_month) || *text != '\0')
		return false;
	*day = 10000 * year + 100 * month + day_of_month;
	/* There is no 31st of February. */
	return year > 0 && month > 0 && day_of_month > 0 && day_of(begin_of(*day)) == *day;
}

select_day
select_day_before(select_day day, int days)
{
	return day_of(begin_of(day) - (time_t) days * 24 * 60 * 60);
}

select_day
select_today(void)
{
	return day_of(time(NULL));
}

/* Whether a text is in a list; everything is in an empty one. */
static bool
is_listed(const char *const *list, int count, ct_slice text)
{
	for (int i = 0; i < count; i++)
		if (strlen(list[i]) == text.len && memcmp(list[i], text.ptr, text.len) == 0)
			return true;
	return count == 0;
}

bool
select_account(const selection *s, ct_slice account)
{
	return is_listed(s->accounts, s->account_count, account);
}

bool
select_region(const selection *s, ct_slice region)
{
	return is_listed(s->regions, s->region_count, region);
}

bool
select_on_day(const selection *s, select_day day)
{
	return (s->since == 0 || day >= s->since) && (s->until == 0 || day <= s->until);
}

/*
 * The account, Region and day in a name as CloudTrail gives it; false if it is
 * another.
 */
static bool
read_name(ct_slice path, ct_slice *account, ct_slice *region, select_day *day)
{
	ct_slice	name = ct_base_name(path);
	const char *end = name.ptr + name.len;
	const char *kind = memchr(name.ptr, '_', name.len);
	const char *place = kind == NULL ? NULL : memchr(kind + 1, '_', (size_t) (end - kind - 1));
	const char *rest = place == NULL ? NULL : memchr(place + 1, '_', (size_t) (end - place - 1));
	ct_filename digest;

	if (rest == NULL || kind - name.ptr != 12 || strncmp(kind, "_CloudTrail", 11) != 0)
		return false;
	*account = (ct_slice) {name.ptr, 12};
	*region = (ct_slice) {place + 1, (size_t) (rest - place - 1)};
	/* A digest's name has the trail and its Region before the time. */
	if (ct_digest_name(path, &digest))
		rest = digest.chain.ptr + digest.chain.len;
	rest++;
	return read_digits(&rest, 8, day);
}

bool
select_file(const selection *s, const char *path)
{
	ct_slice	account;
	ct_slice	region;
	select_day	day;

	if (s->since == 0 && s->until == 0 && s->account_count == 0 && s->region_count == 0)
		return true;
	return read_name((ct_slice) {path, strlen(path)}, &account, &region, &day) &&
		select_account(s, account) && select_region(s, region) && select_on_day(s, day);
}

bool
is_log_name(const char *name)
{
	return ct_has_log_ending((ct_slice) {name, strlen(name)});
}
