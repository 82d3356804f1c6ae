/*
 * container_read.c: one step of reading, in a stream, an array, an envelope.
 *
 * Commas are taken as they come: one too many or too few loses nothing.
 */
#include <string.h>

#include "core/base/inflate.h"
#include "core/container/container_csv.h"
#include "core/container/container_damage.h"
#include "core/container/container_key.h"
#include "core/container/container_part.h"
#include "core/container/container_read.h"
#include "core/container/container_stack.h"
#include "core/container/container_unwrap.h"
#include "core/container/container_value.h"

#define BYTE_ORDER_MARK		"\xef\xbb\xbf"

/* Moves over white space and commas to the next byte of interest; false at the end. */
static inline bool
skip_separators(ct_level *level)
{
	while (level->pos < level->len &&
		   (ct_is_space(level->buf[level->pos]) || level->buf[level->pos] == ','))
		level->pos++;
	return level->pos < level->len;
}

/* The bytes of a level from start to where it has been read. */
static inline ct_slice
read_since(const ct_level *level, size_t start)
{
	return (ct_slice) {level->buf + start, level->pos - start};
}

/* Whether the array being read is one of an envelope, not a bare one. */
static inline bool
in_envelope(const ct_splitter *s)
{
	return s->frame[s->frames - 2] == CT_FRAME_MEMBERS;
}

/* Begins to read the array at pos; false where they nest too deeply. */
static bool
enter_array(ct_splitter *s, size_t pos, ct_frame frame)
{
	ct_level   *level = ct_top(s);

	if (!ct_push_frame(s, frame))
		return false;
	level->pos = pos + 1;
	ct_learn_first_key(level, level->pos, frame);
	return true;
}

/* Begins to read the object at pos as an envelope. */
static bool
enter_envelope(ct_splitter *s, size_t pos)
{
	if (!ct_push_frame(s, CT_FRAME_MEMBERS))
		return false;
	ct_top(s)->pos = pos + 1;
	ct_top(s)->torn = ct_top(s)->foreign = false;
	return true;
}

/* Gives up a value that is nested too deeply. */
static bool
too_deep(ct_splitter *s, ct_item *item)
{
	ct_error	err = {CT_ERR_NESTING, ct_top(s)->pos};

	return ct_damaged(s, item, ct_top(s)->pos, &err);
}

/*
 * Whether the element that was read from start on has taken the
 * container's end for its own.  A record cut in an array, with other records
 * behind it, is valid JSON: those are the array's, and then the end is
 * missing.  Reads on where the others begin, if so.
 */
static bool
has_taken_end(ct_splitter *s, size_t start)
{
	ct_level   *level = ct_top(s);
	size_t		next = ct_skip_space(level, level->pos);
	size_t		swallowed;
	ct_error	err;

	if (s->frame[s->frames - 1] != CT_FRAME_ARRAY || !in_envelope(s) ||
		(next < level->len && !(level->buf[next] == '{' && ct_opens_container(level, next))))
		return false;
	swallowed = ct_swallowed_event(s, start, level->pos);
	if (swallowed < level->pos)
	{
		level->pos = swallowed;
		return true;
	}
	/* Looking for it has overwritten what was read. */
	ct_scan(level->buf, level->len, &start, &s->rec, &err);
	return false;
}

/*
 * Whether the first value of a level, read from start on, was not the first
 * when it was written: whether what follows is the rest of a record.
 */
static bool
lacks_beginning(ct_splitter *s, size_t start)
{
	ct_level   *level = ct_top(s);
	size_t		next = ct_skip_space(level, level->pos);
	ct_error	err;

	if (next == level->len || memchr(",]}", level->buf[next], 3) == NULL)
		return false;
	if (!ct_stands_alone(s, start))
	{
		level->damaged = level->uncertain = true;
		return true;
	}
	ct_scan(level->buf, level->len, &start, &s->rec, &err);
	return false;
}

/* Reads the object at hand, an element of an array or of a stream. */
static inline bool
read_object(ct_splitter *s, ct_item *item)
{
	ct_level   *level = ct_top(s);
	size_t		start = level->pos;
	ct_error	err;

	if (!ct_scan_next(level->buf, level->len, &level->pos, &s->rec, &s->habits, &err))
	{
		level->pos = start;
		return ct_damaged(s, item, start, &err);
	}
	if ((level->pos == level->len ||
		 (level->buf[level->pos] != ',' && level->buf[level->pos] != ']')) &&
		has_taken_end(s, start))
		return ct_give_reject(s, item, read_since(level, start), CT_ERR_EOF, level->pos - start);
	if (__builtin_expect(start == level->first, false) && lacks_beginning(s, start))
		return ct_give_reject(s, item, read_since(level, start), CT_ERR_PART, 0);
	return ct_take_value(s, item);
}

/*
 * Gives brackets that close nothing, those in a set, as a reject.  Behind
 * damage they are not news and passed over.
 */
static bool
stray_brackets(ct_splitter *s, ct_item *item, const char *set)
{
	ct_level   *level = ct_top(s);
	size_t		start = level->pos;
	size_t		end;

	do
		end = ++level->pos;
	while (skip_separators(level) && memchr(set, level->buf[level->pos], strlen(set)) != NULL);
	level->uncertain = true;
	if (level->damaged)
		return false;
	return ct_give_reject(s, item, (ct_slice) {level->buf + start, end - start}, CT_ERR_VALUE, 0);
}

/* Reads a string in a stream: JSON that was encoded once more, or just text. */
static bool
read_stream_string(ct_splitter *s, ct_item *item)
{
	ct_level   *level = ct_top(s);
	size_t		pos = level->pos;
	ct_error	err;
	ct_slice	whole;
	ct_slice	raw;

	if (!ct_is_payload(level->buf + pos + 1, level->len - pos - 1) ||
		!ct_scan(level->buf, level->len, &pos, &s->rec, &err))
		return ct_garbage(s, item);
	level->pos = pos;
	whole = (ct_slice) {s->rec.json, s->rec.length};
	raw = (ct_slice) {whole.ptr + 1, whole.len - 2};
	return ct_take_string(s, item, raw, memchr(raw.ptr, '\\', raw.len) != NULL, whole);
}

/* Ends a level, saying so if it ends too early. */
static bool
end_stream(ct_splitter *s, ct_item *item)
{
	ct_level   *level = ct_top(s);

	if (level->fault.code != CT_ERR_NONE && !level->ended)
		return ct_give_reject(s, item, (ct_slice) {level->buf + level->len, 0}, CT_ERR_EOF, 0);
	ct_pop_frame(s);
	return false;
}

/* Whether a level of which nothing was read is a file, or what one expands to, and blank. */
static bool
is_empty_file(const ct_splitter *s, const ct_level *level)
{
	return level->pos == 0 && !level->ended && level->fault.code == CT_ERR_NONE &&
		(s->levels == 1 || level->inflated > 0) && ct_is_blank(level->buf, level->len);
}

/* Whether a text is UTF-16, by its byte order mark or by a bracket and a character of ASCII. */
static bool
is_utf16(const char *text, size_t len)
{
	if (len >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0))
		return true;
	if (len < 4)
		return false;
	return (text[1] == '\0' && text[3] == '\0' && (text[0] == '{' || text[0] == '[') &&
			text[2] != '\0') ||
		(text[0] == '\0' && text[2] == '\0' && (text[1] == '{' || text[1] == '[') &&
		 text[3] != '\0');
}

/*
 * Whether the first value of a level may be a part of a record as far as can
 * be known before it is read: a log file has an end of its own, and objects
 * are looked at behind.
 */
static bool
begins_uncertainly(const ct_level *level)
{
	size_t		end;

	if (level->buf[level->pos] != '{')
		return true;
	if (!ct_opens_container(level, level->pos))
		return false;
	end = ct_previous(level, level->len);
	return level->buf[end] != '}' || level->buf[ct_previous(level, end)] != ']';
}

bool
ct_read_stream(ct_splitter *s, ct_item *item)
{
	ct_level   *level = ct_top(s);
	const char *p;
	size_t		left;

	if (level->pos == 0 && is_utf16(level->buf, level->len))
	{
		level->pos = level->len;
		return ct_give_reject(s, item, read_since(level, 0), CT_ERR_UTF16, 0);
	}
	if (level->pos == 0 && is_empty_file(s, level))
	{
		/* A log file has Records, be they none: this one was not written to its end. */
		level->pos = level->len;
		level->ended = true;
		return ct_give_reject(s, item, read_since(level, 0), CT_ERR_EMPTY, 0);
	}
	if (!skip_separators(level))
		return end_stream(s, item);
	if (!level->begun)
	{
		level->begun = true;
		level->first = level->pos;
		if (begins_uncertainly(level) && ct_reject_part(s, item))
			return true;
		level->uncertain = false;
	}
	if (__builtin_expect(level->uncertain, false) && ct_reject_part(s, item))
		return true;
	p = level->buf + level->pos;
	left = level->len - level->pos;
	switch (*p)
	{
		case '{':
			level->garbage = CT_ERR_NO_CONTAINER;
			if (!ct_is_no_container(level, level->pos) && ct_opens_container(level, level->pos))
				return enter_envelope(s, level->pos) ? false : too_deep(s, item);
			if (level->first_keys == 0)
				ct_learn_first_key(level, level->pos, CT_FRAME_STREAM);
			return read_object(s, item);
		case '[':
			level->garbage = CT_ERR_NO_CONTAINER;
			if (ct_opens_row(level, level->pos))
				return ct_take_row(s, item);
			return enter_array(s, level->pos, CT_FRAME_ARRAY) ? false : too_deep(s, item);
		case ']':
		case '}':
			return stray_brackets(s, item, "]}");
		case '\xef':
			if (left >= 3 && memcmp(p, BYTE_ORDER_MARK, 3) == 0)
			{
				level->pos += 3;
				return false;
			}
			return ct_garbage(s, item);
		case '"':
			if (ct_open_csv(s))
				return false;
			return read_stream_string(s, item);
		default:
			if (ct_compression_of(p, left) != CT_PLAIN)
				return ct_take_compressed(s, item);
			if (left >= 5 && (memcmp(p, "H4sI", 4) == 0 || memcmp(p, "KLUv/", 5) == 0))
				return ct_take_base64_text(s, item);
			if (ct_open_csv(s))
				return false;
			return ct_garbage(s, item);
	}
}

/* Reads an element that is neither object nor array. */
static bool
read_scalar(ct_splitter *s, ct_item *item)
{
	ct_level   *level = ct_top(s);
	size_t		start = level->pos;
	size_t		next;
	ct_error	err;
	ct_slice	whole;

	if (!ct_scan(level->buf, level->len, &level->pos, &s->rec, &err))
	{
		level->pos = start;
		return ct_damaged(s, item, start, &err);
	}
	next = ct_skip_space(level, level->pos);
	if (next < level->len && memchr(",]}", level->buf[next], 3) == NULL)
	{
		err = (ct_error) {CT_ERR_ARRAY_COMMA, next};
		level->pos = start;
		return ct_damaged(s, item, start, &err);
	}
	whole = read_since(level, start);
	if (*whole.ptr == '"' && ct_is_payload(whole.ptr + 1, whole.len - 2))
	{
		ct_slice	raw = {whole.ptr + 1, whole.len - 2};

		return ct_take_string(s, item, raw, memchr(raw.ptr, '\\', raw.len) != NULL, whole);
	}
	return ct_give_reject(s, item, whole, CT_ERR_NOT_OBJECT, 0);
}

/*
 * Handles "}" where an element should be: the array's "]" is missing, or the
 * bracket was left over from something damaged.
 */
static bool
read_stray_brace(ct_splitter *s, ct_item *item)
{
	ct_level   *level = ct_top(s);
	size_t		start = level->pos;
	size_t		next = ct_skip_space(level, start + 1);
	bool		left_over = next < level->len &&
		(level->buf[next] == ',' || (level->buf[next] == '{' && !ct_opens_container(level, next)));

	level->pos++;
	level->uncertain = true;
	if (!left_over)
	{
		if (in_envelope(s))
			ct_pop_frame(s);
		ct_pop_frame(s);
	}
	if (level->damaged)
		return false;
	return ct_give_reject(s, item, read_since(level, start), CT_ERR_ARRAY_COMMA, 0);
}

bool
ct_read_array(ct_splitter *s, ct_item *item)
{
	ct_level   *level = ct_top(s);
	ct_frame	frame = (ct_frame) s->frame[s->frames - 1];

	if (!skip_separators(level))
		return ct_missing_end(s, item);
	if (__builtin_expect(level->uncertain, false) && ct_reject_part(s, item))
		return true;
	switch (level->buf[level->pos])
	{
		case '{':
			if (ct_is_no_container(level, level->pos) || !ct_opens_container(level, level->pos))
				return read_object(s, item);
			if (!in_envelope(s))
				return enter_envelope(s, level->pos) ? false : too_deep(s, item);
			/* No container holds another: the end of this one is missing. */
			ct_pop_to_stream(s);
			if (level->damaged)
				return false;
			return ct_give_reject(s, item, read_since(level, level->pos), CT_ERR_ARRAY_COMMA, 0);
		case '[':
			if (frame == CT_FRAME_ROWS || ct_opens_row(level, level->pos))
				return ct_take_row(s, item);
			return enter_array(s, level->pos, CT_FRAME_ARRAY) ? false : too_deep(s, item);
		case ']':
			level->pos++;
			ct_pop_frame(s);
			return false;
		case '}':
			return read_stray_brace(s, item);
		default:
			return read_scalar(s, item);
	}
}

/*
 * Reads the key of a member at *pos, moving to its value.  The key's string
 * is left in s->rec.
 */
static bool
read_key(ct_splitter *s, size_t *pos, ct_slice *key, ct_error *err)
{
	ct_level   *level = ct_top(s);

	if (*pos == level->len || level->buf[*pos] != '"')
		return ct_fail(err, CT_ERR_KEY, *pos);
	if (!ct_scan(level->buf, level->len, pos, &s->rec, err))
		return false;
	*key = (ct_slice) {s->rec.json + 1, s->rec.length - 2};
	*pos = ct_skip_space(level, *pos);
	if (*pos == level->len || level->buf[*pos] != ':')
		return ct_fail(err, *pos == level->len ? CT_ERR_EOF : CT_ERR_COLON, *pos);
	*pos = ct_skip_space(level, *pos + 1);
	return true;
}

/*
 * Rejects the members of an envelope from the one at hand on, which ends
 * before pos: they are the rest of a damaged record.
 */
static bool
reject_leftovers(ct_splitter *s, ct_item *item, size_t pos)
{
	ct_level   *level = ct_top(s);
	size_t		start = level->pos;
	ct_slice	key;
	ct_error	err;

	do
	{
		level->pos = pos;
		pos = ct_skip_space(level, pos);
		if (pos == level->len || level->buf[pos] != ',')
			break;
		pos = ct_skip_space(level, pos + 1);
	} while (read_key(s, &pos, &key, &err) &&
			 ct_container_key(key.ptr, key.len) == CT_FRAME_STREAM &&
			 ct_scan(level->buf, level->len, &pos, &s->rec, &err));
	return ct_give_reject(s, item, read_since(level, start), CT_ERR_NOT_OBJECT, 0);
}

bool
ct_read_members(ct_splitter *s, ct_item *item)
{
	ct_level   *level = ct_top(s);

	while (skip_separators(level))
	{
		size_t		pos = level->pos;
		ct_slice	key;
		ct_frame	frame;
		ct_error	err;

		if (level->buf[pos] == '}')
		{
			level->pos++;
			level->foreign = false;
			ct_pop_frame(s);
			return false;
		}
		if (level->buf[pos] == ']')
			return stray_brackets(s, item, "]");
		if (level->buf[pos] == '{' || level->buf[pos] == '[')
		{
			/* More records, where brackets of a damaged one closed the array. */
			ct_pop_to_stream(s);
			return false;
		}
		if (!read_key(s, &pos, &key, &err))
			return ct_damaged(s, item, level->pos, &err);
		frame = ct_container_key(key.ptr, key.len);
		if (frame != CT_FRAME_STREAM && pos < level->len && level->buf[pos] == '[')
			return enter_array(s, pos, frame) ? false : too_deep(s, item);
		if (!ct_scan(level->buf, level->len, &pos, &s->rec, &err))
			return ct_damaged(s, item, level->pos, &err);
		if (level->torn || level->foreign || (level->damaged && ct_is_record_key(key.ptr, key.len)))
			return reject_leftovers(s, item, pos);
		level->pos = pos;
	}
	return ct_missing_end(s, item);
}
