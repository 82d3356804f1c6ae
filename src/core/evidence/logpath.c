/*
 * logpath.c: what the folders of S3's layout tell of the log files in them.
 */
#include <stdio.h>
#include <string.h>

#include "core/base/event_time.h"
#include "core/event/derived.h"
#include "core/evidence/logpath.h"

/* A file's name tells the minute of its delivery. */
#define NAME_PRECISION	INT64_C(60000000)

void
ct_log_path_begin(ct_log_path *path)
{
	memset(path, 0, sizeof(*path));
	path->step = CT_LOG_ROOT;
	path->from = INT64_MIN;
	path->until = INT64_MAX;
}

/* Reads a number of exactly so many digits; -1 if it is none. */
static int
read_number(ct_slice text, size_t digits)
{
	int			number = 0;

	if (text.len != digits)
		return -1;
	for (size_t i = 0; i < digits; i++)
	{
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return -1;
		number = 10 * number + (text.ptr[i] - '0');
	}
	return number;
}

/* Whether a text is an account's number. */
static bool
is_account(ct_slice text)
{
	return text.len == CT_LOG_ACCOUNT_LENGTH &&
		read_number((ct_slice) {text.ptr, 6}, 6) >= 0 &&
		read_number((ct_slice) {text.ptr + 6, 6}, 6) >= 0;
}

/* Whether a text looks like a Region, us-gov-west-1. */
static bool
is_region(ct_slice text)
{
	bool		hyphen = false;

	if (text.len < 4 || text.len > CT_LOG_REGION_MAX)
		return false;
	for (size_t i = 0; i < text.len; i++)
	{
		char		c = text.ptr[i];

		hyphen |= c == '-';
		if (c != '-' && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9'))
			return false;
	}
	return hyphen && text.ptr[text.len - 1] >= '0' && text.ptr[text.len - 1] <= '9';
}

/* The beginning of a day. */
static bool
day_begins(int year, int month, int day, int64_t *time)
{
	char		text[40];
	int			len = snprintf(text, sizeof(text), "%04d-%02d-%02dT00:00:00Z", year, month, day);

	return len == 20 && ct_parse_time(text, (size_t) len, time);
}

/* Sets the time of delivery to a year, a month or a day; false if there is no such. */
static bool
set_times(ct_log_path *path, int year, int month, int day)
{
	int64_t		from;
	int64_t		until;

	if (day > 0)
	{
		if (!day_begins(year, month, day, &from))
			return false;
		until = from + INT64_C(86400000000);
	}
	else if (!day_begins(year, month > 0 ? month : 1, 1, &from) ||
			 !(month > 0 && month < 12 ? day_begins(year, month + 1, 1,
													&until) : day_begins(year + 1, 1, 1, &until)))
		return false;
	path->from = from;
	path->until = until;
	return true;
}

/* Notes an account. */
static void
set_account(ct_log_path *path, ct_slice account, bool known)
{
	memcpy(path->account_id, account.ptr, CT_LOG_ACCOUNT_LENGTH);
	path->account_id[CT_LOG_ACCOUNT_LENGTH] = '\0';
	path->account_known = known;
}

/* Notes a Region. */
static void
set_region(ct_log_path *path, ct_slice region)
{
	memcpy(path->region, region.ptr, region.len);
	path->region[region.len] = '\0';
	path->region_known = true;
}

/* Looks for where the layout begins. */
static ct_log_step
enter_root(ct_log_path *path, ct_slice folder)
{
	if (ct_same(folder, CT_LITERAL("AWSLogs")))
		return CT_LOG_ORGANIZATION;
	if (!is_account(folder))
		return CT_LOG_ROOT;
	/* It is one only if CloudTrail's folder is the next. */
	set_account(path, folder, false);
	return CT_LOG_KIND;
}

/* Goes into the folder of an account, or of an organization before it. */
static ct_log_step
enter_account(ct_log_path *path, ct_slice folder, bool may_be_organization)
{
	if (is_account(folder))
	{
		set_account(path, folder, true);
		return CT_LOG_KIND;
	}
	return may_be_organization && ct_starts_with(folder, "o-") ? CT_LOG_ACCOUNT : CT_LOG_OTHER;
}

/* Goes into the folder of a kind of log files. */
static ct_log_step
enter_kind(ct_log_path *path, ct_slice folder)
{
	if (ct_starts_with(folder, "CloudTrail"))
	{
		path->account_known = true;
		return CT_LOG_REGION;
	}
	return path->account_known ? CT_LOG_OTHER : enter_root(path, folder);
}

/* Goes into the folder of a Region. */
static ct_log_step
enter_region(ct_log_path *path, ct_slice folder)
{
	if (!is_region(folder))
		return CT_LOG_OTHER;
	set_region(path, folder);
	return CT_LOG_YEAR;
}

/* Goes into the folder of a year, month or day. */
static ct_log_step
enter_date(ct_log_path *path, ct_slice folder)
{
	int			number = read_number(folder, path->step == CT_LOG_YEAR ? 4 : 2);
	bool		valid = number > 0;

	if (path->step == CT_LOG_YEAR)
		path->year = number;
	else if (path->step == CT_LOG_MONTH)
		path->month = number;
	if (valid)
		valid = set_times(path, path->year, path->step == CT_LOG_YEAR ? 0 : path->month,
						  path->step == CT_LOG_DAY ? number : 0);
	return valid ? path->step + 1 : CT_LOG_OTHER;
}

void
ct_log_path_enter(ct_log_path *path, ct_slice folder)
{
	switch (path->step)
	{
		case CT_LOG_ROOT:
			path->step = enter_root(path, folder);
			break;
		case CT_LOG_ORGANIZATION:
		case CT_LOG_ACCOUNT:
			path->step = enter_account(path, folder, path->step == CT_LOG_ORGANIZATION);
			break;
		case CT_LOG_KIND:
			path->step = enter_kind(path, folder);
			break;
		case CT_LOG_REGION:
			path->step = enter_region(path, folder);
			break;
		case CT_LOG_YEAR:
		case CT_LOG_MONTH:
		case CT_LOG_DAY:
			path->step = enter_date(path, folder);
			break;
		case CT_LOG_OTHER:
			break;
	}
}

void
ct_log_path_file(ct_log_path *path, ct_slice name)
{
	ct_filename parts;
	ct_name_kind kind = ct_file_name(name, &parts);

	if ((kind != CT_NAME_LOG && kind != CT_NAME_OTHER) || !is_region(parts.region) ||
		parts.time > INT64_MAX - NAME_PRECISION)
		return;
	set_account(path, parts.account_id, true);
	set_region(path, parts.region);
	path->from = parts.time;
	path->until = parts.time + NAME_PRECISION;
}
