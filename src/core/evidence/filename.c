/*
 * filename.c: what the names of CloudTrail's files in S3 tell.
 */
#include <string.h>
#include <strings.h>

#include "core/base/event_time.h"
#include "core/evidence/filename.h"

/* Digits of a digest's time, 20150801T021000Z. */
#define TIME_LENGTH		16

ct_slice
ct_base_name(ct_slice path)
{
	const char *slash = path.len > 0 ? memrchr(path.ptr, '/', path.len) : NULL;

	if (slash == NULL)
		return path;
	return (ct_slice) {slash + 1, (size_t) (path.ptr + path.len - slash - 1)};
}

ct_slice
ct_source_of(ct_slice path)
{
	static const char folder[] = "AWSLogs/";
	const size_t len = sizeof(folder) - 1;

	for (size_t i = 0; i + len <= path.len; i++)
	{
		if ((i == 0 || path.ptr[i - 1] == '/') && memcmp(path.ptr + i, folder, len) == 0)
			return (ct_slice) {path.ptr + i, path.len - i};
	}
	return path;
}

bool
ct_has_log_ending(ct_slice path)
{
	static const char *const endings[] = {".json", ".jsonl", ".ndjson", ".csv", ".gz", ".zst"};

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
	{
		size_t		len = strlen(endings[i]);

		if (path.len > len && strncasecmp(path.ptr + path.len - len, endings[i], len) == 0)
			return true;
	}
	return false;
}

/* Takes a beginning off a text; false where it has another. */
static bool
take_prefix(ct_slice *text, const char *prefix)
{
	size_t		len = strlen(prefix);

	if (text->len < len || memcmp(text->ptr, prefix, len) != 0)
		return false;
	text->ptr += len;
	text->len -= len;
	return true;
}

/* Takes an end off a text; false where it has another. */
static bool
take_suffix(ct_slice *text, const char *suffix)
{
	size_t		len = strlen(suffix);

	if (text->len < len || memcmp(text->ptr + text->len - len, suffix, len) != 0)
		return false;
	text->len -= len;
	return true;
}

/* Takes the part up to an underscore off a text, which must not be empty. */
static bool
take_part(ct_slice *text, ct_slice *part)
{
	const char *end = text->len > 0 ? memchr(text->ptr, '_', text->len) : NULL;

	if (end == NULL || end == text->ptr)
		return false;
	*part = (ct_slice) {text->ptr, (size_t) (end - text->ptr)};
	text->len -= part->len + 1;
	text->ptr = end + 1;
	return true;
}

/* Takes the account and what kind of file it is. */
static bool
take_account(ct_slice *text, ct_slice *account, const char *kind)
{
	if (!take_part(text, account) || account->len != 12)
		return false;
	for (size_t i = 0; i < 12; i++)
	{
		if (account->ptr[i] < '0' || account->ptr[i] > '9')
			return false;
	}
	return take_prefix(text, kind);
}

/*
 * Reads a time as names have it, 20150801T0210Z, or with seconds.  Other forms
 * are another tool's, which may mean something else by them.
 */
static bool
read_name_time(ct_slice text, int64_t *time)
{
	static const char form[] = "00000000T000000Z";
	size_t		digits = text.len - 1;

	if (text.len != TIME_LENGTH && text.len != TIME_LENGTH - 2)
		return false;
	for (size_t i = 0; i < digits; i++)
	{
		if (form[i] == '0' ? text.ptr[i] < '0' || text.ptr[i] > '9' : text.ptr[i] != form[i])
			return false;
	}
	return text.ptr[digits] == 'Z' && ct_parse_time(text.ptr, text.len, time);
}

/* Takes the Region and the time, which follow the kind of a file that is not a digest. */
static bool
take_delivery(ct_slice *text, ct_filename *name)
{
	ct_slice	time;

	return take_part(text, &name->region) && take_part(text, &time) &&
		read_name_time(time, &name->time);
}

bool
ct_log_name(ct_slice path, ct_filename *name)
{
	ct_slice	rest;

	memset(name, 0, sizeof(*name));
	name->base = rest = ct_base_name(path);
	if (!take_account(&rest, &name->account_id, "CloudTrail_") || !take_delivery(&rest, name))
		return false;
	name->kind = CT_NAME_LOG;
	return true;
}

/* Takes the name of a file of another kind apart, as of Insights; false where it is none. */
static bool
other_name(ct_slice path, ct_filename *name)
{
	ct_slice	rest;
	ct_slice	kind;

	memset(name, 0, sizeof(*name));
	name->base = rest = ct_base_name(path);
	if (!take_account(&rest, &name->account_id, "CloudTrail-") || !take_part(&rest, &kind) ||
		!take_delivery(&rest, name))
		return false;
	name->kind = CT_NAME_OTHER;
	return true;
}

ct_name_kind
ct_file_name(ct_slice path, ct_filename *name)
{
	if (!ct_log_name(path, name) && !ct_digest_name(path, name) && !other_name(path, name))
	{
		memset(name, 0, sizeof(*name));
		name->base = ct_base_name(path);
	}
	return name->kind;
}

bool
ct_digest_name(ct_slice path, ct_filename *name)
{
	ct_slice	rest;
	ct_slice	trail;
	const char *time;

	memset(name, 0, sizeof(*name));
	name->base = rest = ct_base_name(path);
	if (!take_account(&rest, &name->account_id, "CloudTrail-Digest_") ||
		!take_part(&rest, &name->region))
		return false;
	take_suffix(&rest, ".gz");
	if (!take_suffix(&rest, ".json"))
		return false;
	name->backfill = take_suffix(&rest, "_backfill");
	if (rest.len < TIME_LENGTH + 1)
		return false;
	/* The trail's name may have underscores: the time is the last part. */
	time = rest.ptr + rest.len - TIME_LENGTH;
	trail = (ct_slice) {rest.ptr, (size_t) (time - rest.ptr)};
	if (!take_suffix(&trail, "_") || trail.len == 0 ||
		!read_name_time((ct_slice) {time, TIME_LENGTH}, &name->time))
		return false;
	name->kind = CT_NAME_DIGEST;
	name->chain = (ct_slice) {name->base.ptr, (size_t) (trail.ptr + trail.len - name->base.ptr)};
	return true;
}
