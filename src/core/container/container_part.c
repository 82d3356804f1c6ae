/*
 * container_part.c: whether a value near damage is a record or a part of one.
 *
 * Around damage, brackets and quotes do not tell how deep a value is.  What
 * follows it does: elements of a log file are followed by others and then by
 * the end of the file, parts of a record sooner or later by the next key of
 * that record or by more closing brackets than a log file has.
 */
#include <string.h>

#include "core/container/container_key.h"
#include "core/container/container_part.h"
#include "core/container/container_stack.h"
#include "core/container/container_unwrap.h"

/* Whether the key of a container's array, and its colon, end at pos. */
static bool
ends_container_key(const ct_level *level, size_t pos)
{
	size_t		end = level->buf[pos] == ':' ? ct_previous(level, pos) : CT_NOWHERE;
	size_t		start;

	if (end == CT_NOWHERE || level->buf[end] != '"')
		return false;
	for (start = end; start > 0 && end - start < CT_FIRST_KEY_MAX; start--)
	{
		if (level->buf[start - 1] == '"')
			return ct_container_key(level->buf + start, end - start) != CT_FRAME_STREAM;
	}
	return false;
}

bool
ct_is_part(const ct_level *level, size_t pos)
{
	size_t		before = ct_previous(level, pos);
	char		c;

	if (before == CT_NOWHERE || (level->buf[before] != ':' && level->buf[before] != '['))
		return false;
	c = level->buf[before];
	before = ct_previous(level, before);
	if (c == ':')
		return before == CT_NOWHERE || level->buf[before] == '"';
	return before == CT_NOWHERE || (memchr(":[,", level->buf[before], 3) != NULL &&
									!ends_container_key(level, before));
}

/* Moves over the value at *pos, if it ends before limit and so much may be read again. */
static bool
skip_value(ct_splitter *s, size_t *pos, size_t limit)
{
	ct_level   *level = ct_top(s);
	size_t		start = *pos;
	size_t		read;
	ct_error	err;
	bool		scanned;

	ct_check_interrupts();
	scanned = ct_scan(level->buf, limit, pos, &s->rec, &err);
	read = (scanned ? *pos : err.offset) - start;
	level->rereads -= read < level->rereads ? read : level->rereads;
	return scanned;
}

/*
 * Moves over the members of an envelope behind its array, to what is no more.
 * False if they are a record's, or damaged.
 */
static bool
skip_members(ct_splitter *s, size_t *pos, size_t limit)
{
	ct_level   *level = ct_top(s);

	while (*pos < level->len && level->buf[*pos] == ',')
	{
		ct_slice	key;
		bool		array;

		*pos = ct_skip_space(level, *pos + 1);
		if (*pos == level->len || level->buf[*pos] != '"' || !skip_value(s, pos, limit))
			return false;
		key = (ct_slice) {s->rec.json + 1, s->rec.length - 2};
		*pos = ct_skip_space(level, *pos);
		if (*pos == level->len || level->buf[*pos] != ':' || ct_is_record_key(key.ptr, key.len))
			return false;
		array = ct_container_key(key.ptr, key.len) != CT_FRAME_STREAM;
		*pos = ct_skip_space(level, *pos + 1);
		if (!skip_value(s, pos, limit))
		{
			*pos = level->len;
			return array;		/* another array of records, which may be damaged */
		}
		*pos = ct_skip_space(level, *pos);
		if (*pos == level->len)
			return false;
	}
	return true;
}

/* Whether what follows the end of an envelope at pos may: nothing, or another one. */
static bool
ends_envelope(const ct_level *level, ct_frame frame, size_t pos)
{
	if (pos == level->len)
		return true;
	if (level->buf[pos] == ',')
	{
		pos = ct_skip_space(level, pos + 1);
		return pos < level->len && ct_opens_container(level, pos);
	}
	if (level->buf[pos] == '{')
		return frame != CT_FRAME_STREAM || ct_opens_container(level, pos);
	return level->buf[pos] != '}' && level->buf[pos] != ']';
}

/*
 * Whether the "]" before pos may be that of a container, which the frame may
 * have lost.  One that is not known may be in others.
 */
static bool
ends_container(ct_splitter *s, ct_frame frame, size_t pos, size_t limit)
{
	ct_level   *level = ct_top(s);

	pos = ct_skip_space(level, pos);
	if (!skip_members(s, &pos, limit))
		return false;
	if (pos == level->len)
		return true;
	if (level->buf[pos] != '}')
		return level->buf[pos] != ']';
	pos = ct_skip_space(level, pos + 1);
	while (level->foreign && pos < level->len && (level->buf[pos] == ',' || level->buf[pos] == '}'))
	{
		if (!skip_members(s, &pos, limit))
			return false;
		if (pos < level->len && level->buf[pos] == '}')
			pos = ct_skip_space(level, pos + 1);
	}
	return ends_envelope(level, frame, pos);
}

/* The same as ct_stands_alone, without what is known; *end is where the value's siblings end. */
static bool
run_stands_alone(ct_splitter *s, size_t pos, size_t *end)
{
	ct_level   *level = ct_top(s);
	ct_frame	frame = (ct_frame) s->frame[s->frames - 1];
	size_t		limit = level->len - pos > CT_LONGEST_RECORD ? pos + CT_LONGEST_RECORD : level->len;

	*end = pos;
	for (;;)
	{
		if (!skip_value(s, &pos, limit))
			return true;		/* the next that is damaged, or so many that they are no part */
		*end = pos;
		pos = ct_skip_space(level, pos);
		if (pos < level->len && level->buf[pos] == ',')
			pos = ct_skip_space(level, pos + 1);
		else if (pos < level->len && level->buf[pos] != ':' && level->buf[pos] != '}' &&
				 level->buf[pos] != ']')
			return true;		/* parts have a comma or a bracket behind them */
		if (pos == level->len)
			return true;
		if (level->buf[pos] == ':' || level->buf[pos] == '}')
			return false;
		if (level->buf[pos] == ']')
			return ends_container(s, frame, pos + 1, limit);
	}
}

bool
ct_stands_alone(ct_splitter *s, size_t pos)
{
	ct_level   *level = ct_top(s);
	size_t		end;
	bool		alone;

	if (pos >= level->part_from && pos < level->part_until)
		return false;
	if (level->alone_known && pos == level->alone_at)
		return true;
	if (level->rereads == 0)
		return false;
	alone = run_stands_alone(s, pos, &end);
	if (alone)
	{
		level->alone_known = true;
		level->alone_at = pos;
		level->alone_whole = end > pos;
	}
	else
	{
		level->part_from = pos;
		level->part_until = end;
	}
	return alone;
}

bool
ct_reject_part(ct_splitter *s, ct_item *item)
{
	ct_level   *level = ct_top(s);
	const char *start = level->buf + level->pos;
	size_t		end = level->pos;
	ct_error	err;

	if (*start != '{' && *start != '[' &&
		(*start != '"' || !ct_is_payload(start + 1, level->len - level->pos - 1)))
		return false;
	if (ct_stands_alone(s, level->pos))
	{
		/* One that is damaged leaves all as uncertain as it is. */
		level->uncertain = !level->alone_whole;
		return false;
	}
	if (!ct_scan(level->buf, level->len, &end, &s->rec, &err))
		return false;
	level->pos = end;
	level->damaged = level->uncertain = true;
	return ct_give_reject(s, item, (ct_slice) {start, level->buf + end - start}, CT_ERR_PART, 0);
}
