/*
 * container_damage.c: where to read on behind something damaged.
 *
 * Two things tell where a damaged record ends: its own brackets, if they still
 * match, and the beginning of the next record, which looks like
 * {"eventVersion": or begins as its neighbours do.  Whichever comes first
 * counts.  Everything given up becomes the text of one reject.
 *
 * Nothing here goes over the same bytes again and again: the place of the
 * next beginning is kept until it is passed, and a level may be read again
 * for damage a limited number of times (ct_level.rereads).  When that is used
 * up, reading goes on behind the fault, where nothing was read yet.
 */
#include <string.h>

#include "container_impl.h"

#define NOWHERE				((size_t) -1)
#define TRACKED_DEPTH		64

/* What the brackets and quotes passed so far have opened. */
typedef struct nesting
{
	size_t		depth;
	bool		in_string;
	bool		torn;			/* brackets do not match, or lack their end */
	size_t		opened[TRACKED_DEPTH];	/* where, for the outer levels */
	size_t		last_opened;	/* the bracket that was closed last, NOWHERE if none */
	size_t		last_closed;	/* and where */
} nesting;


/* Returns the last place before pos that is no white space, NOWHERE if none. */
static size_t
previous(const ct_level *level, size_t pos)
{
	while (pos > 0 && ct_is_space(level->buf[pos - 1]))
		pos--;
	return pos > 0 ? pos - 1 : NOWHERE;
}

/*
 * Tells whether the object at pos is the value of a key or the first element
 * of an array: then it is part of a record rather than one itself.
 */
static bool
is_part(const ct_level *level, size_t pos)
{
	size_t		before = previous(level, pos);
	char		c;

	if (before == NOWHERE || (level->buf[before] != ':' && level->buf[before] != '['))
		return false;
	c = level->buf[before];
	before = previous(level, before);
	if (c == ':')
		return before != NOWHERE && level->buf[before] == '"';
	return before == NOWHERE || memchr(":[,", level->buf[before], 3) != NULL;
}

/* Returns where a record may begin, pos being a brace; NOWHERE if not there. */
static size_t
record_at(const ct_level *level, size_t pos)
{
	if (level->first_key_of_row && ct_is_first_key(level, pos))
	{
		size_t		bracket = previous(level, pos);

		return bracket != NOWHERE && level->buf[bracket] == '[' ? bracket : NOWHERE;
	}
	return ct_opens_record(level, pos) && !is_part(level, pos) ? pos : NOWHERE;
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

/* Tells whether the object at pos is a whole event that ends before end. */
static bool
is_event(ct_splitter *s, size_t pos, size_t end)
{
	ct_level   *level = ct_top(s);
	size_t		start = pos;
	size_t		read;
	ct_error	err;
	bool		scanned;

	if (level->rereads == 0)
		return false;
	scanned = ct_scan(level->buf, end, &pos, &s->rec, &err);
	read = (scanned ? pos : err.offset) - start;
	level->rereads -= read < level->rereads ? read : level->rereads;
	return scanned && ct_record_check(&s->rec, 0, &err);
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
 * Tells whether a value may end before pos: whether what follows there is not
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
 * Tells whether the "]" at pos, which does not match what is open, closes the
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

/* Tells whether a line, in a stream, begins with an object that is part of no other. */
static bool
begins_line(const ct_level *level, size_t pos)
{
	return pos < level->len && level->buf[pos] == '{' && !is_part(level, pos);
}

/* Where the container closes, if a buffer ends in "]}" and that is not the record's own. */
static size_t
end_in_string(const ct_level *level, ct_frame frame)
{
	size_t		brace = previous(level, level->len);
	size_t		bracket;

	if ((frame != CT_FRAME_ARRAY && frame != CT_FRAME_ROWS) || brace == NOWHERE || level->buf[brace] != '}')
		return level->len;
	bracket = previous(level, brace);
	return bracket != NOWHERE && level->buf[bracket] == ']' ? bracket : level->len;
}

/* Tells whether a closing bracket closes what was opened last, as far as that is known. */
static bool
matches(const ct_level *level, const nesting *n, char c)
{
	return n->depth > TRACKED_DEPTH ||
		(level->buf[n->opened[n->depth - 1]] == '[') == (c == ']');
}

/*
 * Passes over the record that begins at start by quotes and brackets alone,
 * and returns where to read on: behind its last bracket, or where the next
 * record begins, but not before from.
 */
static size_t
pass_over(ct_splitter *s, ct_frame frame, size_t start, size_t from, nesting *n)
{
	ct_level   *level = ct_top(s);
	size_t		record = next_record(level, from);
	bool		mismatch = false;

	memset(n, 0, offsetof(nesting, opened));
	n->last_opened = NOWHERE;
	n->torn = true;				/* unless its end is found */
	for (size_t p = start; p < level->len; p++)
	{
		char		c = level->buf[p];

		while (p >= record && record < level->len)
		{
			/* An object within the damaged record may begin with a record's key, too. */
			if (level->buf[record] == '[' || ct_opens_record(level, record) == CT_OPENS_SURELY ||
				is_event(s, record, level->len))
				return record;
			record = next_record(level, record + 1);
		}
		if (c == '\n' && frame == CT_FRAME_STREAM && p + 1 >= from && begins_line(level, p + 1))
			return p + 1;
		if (n->in_string)
		{
			if (c == '\\')
				p += p + 1 < level->len && level->buf[p + 1] != '\n';
			else if (c == '"')
				n->in_string = false;
			continue;
		}
		switch (c)
		{
			case '"':
				n->in_string = true;
				break;
			case '{':
			case '[':
				if (n->depth < TRACKED_DEPTH)
					n->opened[n->depth] = p;
				n->depth++;
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
				n->depth--;
				n->last_opened = n->depth < TRACKED_DEPTH ? n->opened[n->depth] : NOWHERE;
				n->last_closed = p;
				break;
			case ',':
				if (n->depth == 0 && p >= from)
					return p;
				break;
		}
	}
	return n->in_string ? end_in_string(level, frame) : level->len;
}

/*
 * Goes back to found, from end, if so much may be read again; tells whether.
 * What could not be found comes as end.
 */
static bool
go_back(ct_level *level, size_t found, size_t end)
{
	if (found >= end || end - found > level->rereads)
		return false;
	level->rereads -= end - found;
	return true;
}

/*
 * Looks between start and end for an event within something else, be it an
 * element of an array or a value, that begins as the others here do.  A
 * record cut behind a colon or in an array has swallowed the next ones so.
 * Returns where the first begins, or end.
 */
size_t
ct_swallowed_event(ct_splitter *s, size_t start, size_t end)
{
	ct_level   *level = ct_top(s);

	if (level->first_key_of_row)
		return end;				/* any part of a row may have an eventTime */
	for (size_t p = start + 1; p < end && level->rereads > 0; p++)
	{
		const char *brace = memchr(level->buf + p, '{', end - p);

		if (brace == NULL)
			break;
		p = brace - level->buf;
		if (ct_is_first_key(level, p) && is_event(s, p, end))
			return go_back(level, p, end) ? p : end;
	}
	return end;
}

/*
 * Looks between start and end for an array that begins with an event, under
 * whatever key.  Returns its bracket's place, or end.
 */
static size_t
array_of_events(ct_splitter *s, size_t start, size_t end)
{
	ct_level   *level = ct_top(s);

	for (size_t p = start + 1; p < end && level->rereads > 0; p++)
	{
		const char *bracket = memchr(level->buf + p, '[', end - p);
		size_t		object;

		if (bracket == NULL)
			break;
		p = bracket - level->buf;
		object = ct_skip_space(level, p + 1);
		if (object < end && level->buf[object] == '{' && ct_opens_record(level, object) &&
			!ct_opens_row(level, p) && is_event(s, object, end))
			return p;
	}
	return end;
}

/*
 * If the object between start and end, which is no record, has an array of
 * events, then reads on there, rejecting what is before it.  The key of the
 * array may be damaged, or a wrapping be unknown.
 */
bool
ct_enter_unknown(ct_splitter *s, ct_item *item, size_t start, size_t end, const ct_error *err)
{
	ct_level   *level = ct_top(s);
	size_t		array;

	if (s->frames > 1 && s->frame[s->frames - 2] == CT_FRAME_MEMBERS)
		return false;
	array = array_of_events(s, start, end);
	if (!go_back(level, array, end) || !ct_push_frame(s, CT_FRAME_MEMBERS))
		return false;
	level->pos = array + 1;
	if (!ct_push_frame(s, CT_FRAME_ARRAY))
	{
		ct_pop_frame(s);
		return false;
	}
	ct_learn_first_key(level, level->pos);
	return ct_give_reject(s, item, (ct_slice) {level->buf + start, array + 1 - start},
						  err->code, err->offset);
}

/*
 * Looks for a whole record, or row, right before end, where a damaged one was
 * given up.  Returns where it begins, or end.
 */
static size_t
last_record(ct_splitter *s, const nesting *n, size_t end)
{
	ct_level   *level = ct_top(s);
	size_t		pos = n->last_opened;
	size_t		before = previous(level, end);

	if (before != NOWHERE && level->buf[before] == ',')
		before = previous(level, before);
	if (pos == NOWHERE || before != n->last_closed)
		return end;
	if (level->buf[pos] == '[')
		return level->first_key_of_row && ct_opens_row(level, pos) ? pos : end;
	return ct_opens_record(level, pos) && is_event(s, pos, end) ? pos : end;
}

/*
 * Looks for the array of an envelope that is damaged from fault on.  If it
 * begins before that, reads on there, and true is the result.
 */
static bool
enter_damaged_envelope(ct_splitter *s, size_t start, size_t fault)
{
	ct_level   *level = ct_top(s);
	size_t		pos = start + 1;
	ct_error	err;

	for (;;)
	{
		size_t		key;
		ct_slice	name;

		while (pos < fault && (ct_is_space(level->buf[pos]) || level->buf[pos] == ','))
			pos++;
		key = pos;
		if (pos >= fault || level->buf[pos] != '"' || !ct_scan(level->buf, fault, &pos, &s->rec, &err))
			return false;
		name = (ct_slice) {s->rec.json + 1, s->rec.length - 2};
		pos = ct_skip_space(level, pos);
		if (pos >= fault || level->buf[pos] != ':')
			return false;
		pos = ct_skip_space(level, pos + 1);
		if (pos >= fault)
			return false;
		if (ct_container_key(name.ptr, name.len) != CT_FRAME_STREAM && level->buf[pos] == '[')
		{
			if (s->frames > 1 && s->frame[s->frames - 2] == CT_FRAME_MEMBERS)
				ct_pop_to_stream(s);
			if (!ct_push_frame(s, CT_FRAME_MEMBERS))
				return false;
			level->pos = key;
			return true;
		}
		if (!ct_scan(level->buf, fault, &pos, &s->rec, &err))
			return false;
	}
}

/* Rejects the damaged value at start, and finds where to read on behind it. */
bool
ct_damaged(ct_splitter *s, ct_item *item, size_t start, const ct_error *err)
{
	ct_level   *level = ct_top(s);
	ct_frame	frame = (ct_frame) s->frame[s->frames - 1];
	ct_error_code code = err->code;
	size_t		fault = err->offset < start ? start : err->offset;
	size_t		offset = fault - start;
	bool		bracket = level->buf[start] == '{' || level->buf[start] == '[';
	bool		rereads = fault - start <= level->rereads;
	size_t		end;
	size_t		passed;
	nesting		n;
	ct_slice	text;

	level->rereads -= rereads ? fault - start : level->rereads;
	if (rereads && level->buf[start] == '{' && code != CT_ERR_NESTING &&
		enter_damaged_envelope(s, start, fault))
		return false;

	end = passed = pass_over(s, frame, start, rereads ? start + 1 : fault, &n);
	if (bracket && rereads)
	{
		ct_error	relative = {code, offset};

		if (n.torn)
			end = ct_swallowed_event(s, start, end);
		if (end == passed && code != CT_ERR_NESTING && level->buf[start] == '{' &&
			ct_enter_unknown(s, item, start, end, &relative))
			return true;
		if (end == passed)
			end = last_record(s, &n, end);
	}
	if (end == start)
		end++;
	level->pos = end;
	/* In an envelope, the next record is outside of it. */
	if (frame == CT_FRAME_MEMBERS && end < level->len &&
		(level->buf[end] == '{' || level->buf[end] == '['))
		ct_pop_to_stream(s);

	text = (ct_slice) {level->buf + start, end - start};
	while (text.len > 0 && ct_is_space(text.ptr[text.len - 1]))
		text.len--;
	if (frame != CT_FRAME_STREAM && end < level->len && text.len > 1 && text.ptr[text.len - 1] == ',')
		text.len--;
	if (code != CT_ERR_NESTING &&
		(offset >= text.len || (code == CT_ERR_UTF8 && fault + 4 > level->len)))
	{
		/* Nothing before the place where it was cut is wrong. */
		code = CT_ERR_EOF;
		offset = text.len;
	}
	ct_give_reject(s, item, text, code, offset);
	if (end == level->len && level->fault.code == CT_ERR_NONE)
		level->ended = true;	/* the container's own end went with it */
	return true;
}

/* Finds where text that is no JSON ends: at the next line, or record, that is. */
static size_t
end_of_garbage(const ct_level *level, size_t start)
{
	for (size_t p = start + 1; p < level->len; p++)
	{
		char		c = level->buf[p];
		size_t		inside;

		if (c == '{' && ct_opens_record(level, p))
			return p;
		if ((c != '{' && c != '[') || level->buf[p - 1] != '\n')
			continue;
		/* Not every bracket in what may be anything; the next must fit too. */
		inside = ct_skip_space(level, p + 1);
		if (inside == level->len ||
			memchr(c == '{' ? "\"}" : "[{\"]", level->buf[inside], c == '{' ? 2 : 4) != NULL)
			return p;
	}
	return level->len;
}

/* Rejects text that is no JSON, up to the next line that is. */
bool
ct_garbage(ct_splitter *s, ct_item *item)
{
	ct_level   *level = ct_top(s);
	size_t		start = level->pos;
	size_t		pos = start;
	ct_error_code code = level->garbage;
	ct_error	err;
	ct_slice	text;

	level->pos = end_of_garbage(level, start);
	level->garbage = CT_ERR_NO_CONTAINER;
	text = (ct_slice) {level->buf + start, level->pos - start};
	if (ct_find(text, "CloudTrail validation message") == text.ptr)
		return ct_give_notice(s, item, text, CT_ERR_IS_VALIDATION_MESSAGE);
	/* A number or the like is JSON after all. */
	if (ct_scan(level->buf, level->pos, &pos, &s->rec, &err) && ct_skip_space(level, pos) >= level->pos)
		code = CT_ERR_NOT_OBJECT;
	return ct_give_reject(s, item, text, code, 0);
}
