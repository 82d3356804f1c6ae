/*
 * container_key.c: keys by which containers and records are told.
 */
#include <string.h>

#include "core/container/container_column.h"
#include "core/container/container_key.h"
#include "core/container/container_stack.h"

/* Fields of a record's first level, by which the start of a record is found. */
static const char *const record_keys[] = {
#define CT_FIELD(name, path, type, comment) path,
#define CT_INNER(name, path)
#define CT_DERIVED(name, type, comment)
#include "core/event/fieldlist.h"
#undef CT_FIELD
#undef CT_INNER
#undef CT_DERIVED
};

/* Keys by which the start of a container is found; no record's parts begin so. */
static const char *const container_keys[] = {
#define CT_WRAP_ARRAY(field, key, frame) key,
#define CT_WRAP_START(key) key,
#include "core/container/wraplist.h"
};

/* Whether a key is a known one. */
static inline bool
is_key(const char *key, size_t len, const char *known)
{
	return strlen(known) == len && memcmp(key, known, len) == 0;
}

ct_frame
ct_container_key(const char *key, size_t len)
{
#define CT_WRAP_ARRAY(field, known, frame) \
	if (len == sizeof(known) - 1 && memcmp(key, known, sizeof(known) - 1) == 0) \
		return CT_FRAME_##frame;
#include "core/container/wraplist.h"
	return CT_FRAME_STREAM;
}

bool
ct_is_record_key(const char *key, size_t len)
{
	for (size_t i = 0; i < CT_LENGTHOF(record_keys); i++)
	{
		if (is_key(key, len, record_keys[i]))
			return true;
	}
	return false;
}

bool
ct_has_record_key(ct_slice text)
{
	const char *end = text.ptr + text.len;

	for (const char *p = text.ptr; (p = memchr(p, '"', end - p)) != NULL; p++)
	{
		const char *quote = memchr(p + 1, '"', end - p - 1);

		if (quote == NULL)
			break;
		if (ct_is_record_key(p + 1, quote - p - 1))
			return true;
	}
	return false;
}

/*
 * Finds the first key of the object at pos.  Returns what follows the key's
 * colon and white space, 0 if there is no short, plain key.
 */
static size_t
first_key(const ct_level *level, size_t pos, const char **key, size_t *len)
{
	const char *quote;
	size_t		room;

	pos = ct_skip_space(level, pos + 1);
	if (pos >= level->len || level->buf[pos] != '"')
		return 0;
	pos++;
	room = level->len - pos;
	quote = memchr(level->buf + pos, '"', room < CT_FIRST_KEY_MAX ? room : CT_FIRST_KEY_MAX);
	if (quote == NULL)
		return 0;
	*key = level->buf + pos;
	*len = quote - *key;
	pos = ct_skip_space(level, pos + *len + 1);
	if (pos >= level->len || level->buf[pos] != ':')
		return 0;
	return ct_skip_space(level, pos + 1);
}

bool
ct_has_first_key(const ct_level *level, size_t pos)
{
	const char *key;
	size_t		len;

	return first_key(level, pos, &key, &len) > 0;
}

bool
ct_opens_container(const ct_level *level, size_t pos)
{
	const char *key;
	size_t		len;
	size_t		value = first_key(level, pos, &key, &len);

	return value > 0 && value < level->len && level->buf[value] == '[' &&
		ct_container_key(key, len) != CT_FRAME_STREAM && !is_key(key, len, "logEvents");
}

bool
ct_is_first_key(const ct_level *level, size_t pos)
{
	const char *key;
	size_t		len;

	return level->first_key_len > 0 && first_key(level, pos, &key, &len) > 0 &&
		len == level->first_key_len && memcmp(key, level->first_key, len) == 0;
}

/*
 * Finds the end of the object at pos if it has one member, a string or null,
 * as the columns of a row do, and its key; 0 if it has not.
 */
static size_t
end_of_column(const ct_level *level, size_t pos, const char **key, size_t *len)
{
	size_t		end = first_key(level, pos, key, len);

	if (end == 0 || end >= level->len)
		return 0;
	if (level->len - end >= 4 && memcmp(level->buf + end, "null", 4) == 0)
		end += 4;
	else if (level->buf[end] != '"')
		return 0;
	else
	{
		for (end++; end < level->len && level->buf[end] != '"'; end++)
		{
			if (level->buf[end] == '\\')
				end++;
		}
		end++;
	}
	end = ct_skip_space(level, end);
	return end < level->len && level->buf[end] == '}' ? end + 1 : 0;
}

/*
 * Whether the array at pos begins with a column, and goes on as rows do: a
 * key that comes again, or a whole event that may, is one of an array of
 * objects.  The key is the result.
 */
static bool
begins_with_column(const ct_level *level, size_t pos, const char **key, size_t *len)
{
	size_t		object = ct_skip_space(level, pos + 1);
	size_t		next;
	const char *next_key;
	size_t		next_len;

	if (object >= level->len || level->buf[object] != '{')
		return false;
	next = end_of_column(level, object, key, len);
	if (next == 0)
		return false;
	next = ct_skip_space(level, next);
	if (next < level->len && level->buf[next] == ',')
		next = ct_skip_space(level, next + 1);
	if (next >= level->len || level->buf[next] != '{' ||
		first_key(level, next, &next_key, &next_len) == 0)
		return !ct_is_event_column(*key, *len);
	return next_len != *len || memcmp(next_key, *key, *len) != 0;
}

bool
ct_opens_row(const ct_level *level, size_t pos)
{
	const char *key;
	size_t		len;

	size_t		object = ct_skip_space(level, pos + 1);

	if (object >= level->len || level->buf[object] != '{')
		return false;
	if (level->first_key_of_row && ct_is_first_key(level, object))
		return true;
	return begins_with_column(level, pos, &key, &len) && ct_known_column(key, len);
}

ct_opening
ct_opens_record(const ct_level *level, size_t pos)
{
	const char *key;
	size_t		len;

	if (first_key(level, pos, &key, &len) == 0)
		return CT_OPENS_NOTHING;
	for (size_t i = 0; i < CT_LENGTHOF(container_keys); i++)
	{
		if (is_key(key, len, container_keys[i]))
			return CT_OPENS_SURELY;
	}
	if (level->first_key_of_row)
		return CT_OPENS_NOTHING;	/* there, every field is an object */
	if (len == level->first_key_len && memcmp(key, level->first_key, len) == 0)
		return CT_OPENS_SURELY;
	return ct_is_record_key(key, len) ? CT_OPENS_MAYBE : CT_OPENS_NOTHING;
}

void
ct_learn_first_key(ct_level *level, size_t pos, ct_frame frame)
{
	const char *key;
	size_t		len;
	bool		of_row;

	pos = ct_skip_space(level, pos);
	of_row = pos < level->len && level->buf[pos] == '[';
	if (of_row)
	{
		/* Amid records, what looks like rows is a part of a damaged one. */
		if (frame != CT_FRAME_ROWS &&
			((level->first_key_len > 0 && !level->first_key_of_row) ||
			 !begins_with_column(level, pos, &key, &len)))
			return;
		pos = ct_skip_space(level, pos + 1);
	}
	if (pos >= level->len || level->buf[pos] != '{' ||
		first_key(level, pos, &key, &len) == 0 || len == 0)
		return;
	if (len == level->first_key_len && memcmp(key, level->first_key, len) == 0)
		return;
	if (level->first_keys == 16)
		return;
	memcpy(level->first_key, key, len);
	level->first_key_len = len;
	level->first_key_of_row = of_row;
	level->first_keys++;
	level->candidate_known = false;
}
