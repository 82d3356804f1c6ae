/*
 * container_resync.c: where a damaged record may end.
 *
 * Two things tell: its own brackets, if they still match, and the beginning
 * of the next record, which looks like {"eventVersion": or begins as its
 * neighbours do.  Whichever comes first counts.
 */
#include <string.h>

#include "core/container/container_key.h"
#include "core/container/container_part.h"
#include "core/container/container_resync.h"
#include "core/container/container_stack.h"

#define NOWHERE				CT_NOWHERE

/* Returns where a record may begin, pos being a brace; NOWHERE if not there. */
static size_t
record_at(const ct_level *level, size_t pos)
{
	if (level->first_key_of_row && ct_is_first_key(level, pos))
	{
		size_t		bracket = ct_previous(level, pos);

		return bracket != NOWHERE && level->buf[bracket] == '[' ? bracket : NOWHERE;
	}
	return ct_opens_record(level, pos) && !ct_is_part(level, pos) ? pos : NOWHERE;
}

/* Finds the next place from pos on where a record may begin; the buffer's end if none. */
static size_t
next_record(ct_level *level, size_t pos)
{
	if (level->candidate_known && level->candidate_from <= pos && pos <= level->candidate)
		return level->candidate;
	level->candidate_known = true;
	level->candidate_from = pos;
	level->candidate = level->len;
	for (size_t p = pos; p < level->len; p++)
	{
		const char *brace = memchr(level->buf + p, '{', level->len - p);
		size_t		at;

		ct_check_interrupts();
		if (brace == NULL)
			break;
		p = brace - level->buf;
		at = record_at(level, p);
		if (at != NOWHERE && at >= pos)
		{
			level->candidate = at;
			break;
		}
	}
	return level->candidate;
}

bool
ct_scan_at(ct_splitter *s, size_t pos, size_t end)
{
	ct_level   *level = ct_top(s);
	size_t		start = pos;
	size_t		read;
	ct_error	err;
	bool		scanned;

	ct_check_interrupts();
	if (level->rereads == 0)
		return false;
	scanned = ct_scan(level->buf, end, &pos, &s->rec, &err);
	read = (scanned ? pos : err.offset) - start;
	level->rereads -= read < level->rereads ? read : level->rereads;
	return scanned;
}

bool
ct_is_event_at(ct_splitter *s, size_t pos, size_t end)
{
	ct_error	err;

	return ct_scan_at(s, pos, end) && ct_record_check(&s->rec, 0, &err);
}

/* Returns the length of the key at pos, a string before a colon; NOWHERE if none is there. */
static size_t
key_length(const ct_level *level, size_t pos)
{
	size_t		start = pos + 1;
	size_t		end = level->len - pos > 256 ? pos + 256 : level->len;

	if (pos == level->len || level->buf[pos] != '"')
		return NOWHERE;
	for (pos++; pos < end && level->buf[pos] != '"'; pos++)
	{
		if (level->buf[pos] == '\\')
			pos++;
	}
	if (pos >= end)
		return NOWHERE;
	end = ct_skip_space(level, pos + 1);
	return end < level->len && level->buf[end] == ':' ? pos - start : NOWHERE;
}

/* Moves over white space and one comma. */
static size_t
skip_comma(const ct_level *level, size_t pos)
{
	pos = ct_skip_space(level, pos);
	if (pos < level->len && level->buf[pos] == ',')
		pos = ct_skip_space(level, pos + 1);
	return pos;
}

/*
 * Whether a value may end before pos: whether what follows there is not
 * the rest of it, as it is where an opening bracket was lost.
 */
static bool
may_end(const ct_level *level, size_t pos, ct_frame frame)
{
	size_t		length;

	pos = skip_comma(level, pos);
	if (pos == level->len || frame == CT_FRAME_MEMBERS)
		return true;
	if (level->buf[pos] == ']' && frame != CT_FRAME_STREAM)
	{
		/* It closes the container, or an array of the record's. */
		pos = skip_comma(level, pos + 1);
		length = key_length(level, pos);
		return length == NOWHERE || !ct_is_record_key(level->buf + pos + 1, length);
	}
	return level->buf[pos] != '}' && level->buf[pos] != ']' && key_length(level, pos) == NOWHERE;
}

/*
 * Whether the "]" at pos, which does not match what is open, closes the
 * array that the damaged record is in.
 */
static bool
closes_container(const ct_level *level, size_t pos, ct_frame frame)
{
	if (frame != CT_FRAME_ARRAY && frame != CT_FRAME_ROWS)
		return false;
	pos = ct_skip_space(level, pos + 1);
	if (pos == level->len)
		return true;
	if (level->buf[pos] != '}')
		return false;
	pos = ct_skip_space(level, pos + 1);
	return pos == level->len || level->buf[pos] == '{' || level->buf[pos] == '[';
}

/*
 * Whether a line, in a stream, begins with an object that is part of no
 * other.  The second line of a damaged record does so even where the record
 * lacks a value: it would have had one line.
 */
static bool
begins_line(ct_splitter *s, size_t pos, size_t fault, bool second)
{
	const ct_level *level = ct_top(s);

	return pos < level->len && level->buf[pos] == '{' &&
		(second || (pos >= fault && !ct_is_part(level, pos))) && ct_stands_alone(s, pos);
}

/* Where the container closes, if a buffer ends in "]}" and that is not the record's own. */
static size_t
end_in_string(const ct_level *level, ct_frame frame)
{
	size_t		brace = ct_previous(level, level->len);
	size_t		bracket;

	if ((frame != CT_FRAME_ARRAY && frame != CT_FRAME_ROWS) || brace == NOWHERE ||
		level->buf[brace] != '}')
		return level->len;
	bracket = ct_previous(level, brace);
	return bracket != NOWHERE && level->buf[bracket] == ']' ? bracket : level->len;
}

/* Whether a closing bracket closes what was opened last, as far as that is known. */
static bool
matches(const ct_level *level, const ct_nesting *n, char c)
{
	return n->depth > CT_TRACKED_DEPTH ||
		(level->buf[n->opened[n->depth - 1]] == '[') == (c == ']');
}

/*
 * The first record that begins at p or before, from *record on; NOWHERE, and
 * *record set to the next, if there is none.  Before the fault only a string
 * may hide one: every other object there is part of the damaged record.
 */
static size_t
record_until(ct_splitter *s, size_t p, size_t *record, size_t fault, bool in_string)
{
	ct_level   *level = ct_top(s);

	while (p >= *record && *record < level->len)
	{
		/* An object within the damaged record may begin with a record's key, too. */
		if ((*record >= fault || in_string) &&
			(level->buf[*record] == '[' || ct_opens_record(level, *record) == CT_OPENS_SURELY ||
			 ct_is_event_at(s, *record, level->len)) &&
			ct_stands_alone(s, *record))
			return *record;
		*record = next_record(level, *record + 1);
	}
	return NOWHERE;
}

/* Moves over a character of a string at *p, which may be escaped. */
static void
pass_in_string(const ct_level *level, size_t *p, ct_nesting *n)
{
	if (level->buf[*p] == '\\')
		*p += *p + 1 < level->len && level->buf[*p + 1] != '\n';
	else if (level->buf[*p] == '"')
		n->in_string = false;
}

/* Notes the opening bracket at p. */
static void
note_opened(ct_nesting *n, size_t p)
{
	if (n->depth < CT_TRACKED_DEPTH)
		n->opened[n->depth] = p;
	n->depth++;
}

/* Notes the closing bracket at p. */
static void
note_closed(ct_nesting *n, size_t p)
{
	n->depth--;
	n->last_opened = n->depth < CT_TRACKED_DEPTH ? n->opened[n->depth] : NOWHERE;
	n->last_closed = p;
}

size_t
ct_pass_over(ct_splitter *s, ct_frame frame, size_t start, size_t from, size_t fault,
			 ct_nesting *n)
{
	ct_level   *level = ct_top(s);
	size_t		record = next_record(level, from);
	size_t		found;
	bool		mismatch = false;
	int			lines = 0;

	memset(n, 0, offsetof(ct_nesting, opened));
	n->last_opened = NOWHERE;
	n->torn = true;				/* unless its end is found */
	for (size_t p = start; p < level->len; p++)
	{
		char		c = level->buf[p];

		ct_check_interrupts_at(p);
		found = record_until(s, p, &record, fault, n->in_string);
		if (found != NOWHERE)
			return found;
		if (c == '\n' && frame == CT_FRAME_STREAM && p + 1 >= from &&
			begins_line(s, p + 1, fault, lines++ == 0))
			return p + 1;
		if (n->in_string)
		{
			pass_in_string(level, &p, n);
			continue;
		}
		switch (c)
		{
			case '"':
				n->in_string = true;
				break;
			case '{':
			case '[':
				note_opened(n, p);
				break;
			case '}':
			case ']':
				if (n->depth == 0)
					return p;
				if (!matches(level, n, c))
				{
					mismatch = true;
					if (c == ']')
					{
						if (p >= from && closes_container(level, p, frame))
							return p;
						break;	/* its "[" was lost */
					}
					if (n->depth > 1)
						n->depth--; /* the "]" before it was lost */
				}
				if (n->depth == 1)
				{
					if (p >= from && may_end(level, p + 1, frame))
					{
						n->torn = mismatch;
						return p + 1;
					}
					break;
				}
				note_closed(n, p);
				break;
			case ',':
				if (n->depth == 0 && p >= from)
					return p;
				break;
		}
	}
	return n->in_string ? end_in_string(level, frame) : level->len;
}
