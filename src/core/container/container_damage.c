/*
 * container_damage.c: what becomes of what is damaged.
 *
 * Everything given up becomes the text of one reject, and reading goes on
 * behind it.  That never makes the time more than proportional to the length:
 * a level may be read again for damage a limited number of times
 * (ct_level.rereads).  When that is used up, reading goes on behind the
 * fault, where nothing was read yet.
 */
#include <string.h>

#include "core/base/event_time.h"
#include "core/container/container_damage.h"
#include "core/container/container_key.h"
#include "core/container/container_part.h"
#include "core/container/container_resync.h"
#include "core/container/container_stack.h"
#include "core/container/container_wrap.h"

/*
 * Goes back to found, from end, if so much may be read again; reports whether.
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

size_t
ct_swallowed_event(ct_splitter *s, size_t start, size_t end)
{
	ct_level   *level = ct_top(s);

	if (level->first_key_of_row || end - start < CT_LONGEST_RECORD)
		return end;				/* any part of a row may have an eventTime */
	for (size_t p = start + CT_LONGEST_RECORD; p < end && level->rereads > 0; p++)
	{
		const char *brace = memchr(level->buf + p, '{', end - p);

		ct_check_interrupts();
		if (brace == NULL)
			break;
		p = brace - level->buf;
		if (ct_is_first_key(level, p) && !ct_is_part(level, p) && ct_is_event_at(s, p, end) &&
			ct_stands_alone(s, p))
			return go_back(level, p, end) ? p : end;
	}
	return end;
}

/*
 * Looks between start and end for an array that begins with an event, or
 * something with one in it, under whatever key.  Returns its bracket's place,
 * or end.
 */
static size_t
array_of_events(ct_splitter *s, size_t start, size_t end)
{
	ct_level   *level = ct_top(s);

	for (size_t p = start + 1; p < end && level->rereads > 0; p++)
	{
		const char *bracket = memchr(level->buf + p, '[', end - p);
		size_t		first;
		ct_error	err;

		ct_check_interrupts();
		if (bracket == NULL)
			break;
		p = bracket - level->buf;
		first = ct_skip_space(level, p + 1);
		if (first >= end)
			break;
		if (level->buf[first] == '[' && ct_opens_row(level, first))
			return p;
		if (level->buf[first] == '{' && !ct_opens_row(level, p) && ct_scan_at(s, first, end) &&
			(ct_record_check(&s->rec, 0, &err) || ct_wraps_record(&s->rec)))
			return p;
	}
	return end;
}

/* Whether the first element of the array at pos may be one of an unknown container. */
static bool
stands_in_foreign(ct_splitter *s, size_t pos)
{
	ct_level   *level = ct_top(s);
	bool		foreign = level->foreign;
	bool		alone;

	level->foreign = true;
	alone = ct_stands_alone(s, ct_skip_space(level, pos + 1));
	level->foreign = foreign;
	return alone;
}

bool
ct_enter_unknown(ct_splitter *s, ct_item *item, size_t start, size_t end, const ct_error *err)
{
	ct_level   *level = ct_top(s);
	size_t		array;

	if (s->frames > 1 && s->frame[s->frames - 2] == CT_FRAME_MEMBERS)
		return false;
	array = array_of_events(s, start, end);
	/* An array in what is a record, be it a damaged one, is the caller's. */
	if (array < end && (ct_has_record_key((ct_slice) {level->buf + start, array - start}) ||
						!stands_in_foreign(s, array)))
		return false;
	if (!go_back(level, array, end) || !ct_push_frame(s, CT_FRAME_MEMBERS))
		return false;
	level->pos = array + 1;
	if (!ct_push_frame(s, CT_FRAME_ARRAY))
	{
		ct_pop_frame(s);
		return false;
	}
	ct_learn_first_key(level, level->pos, CT_FRAME_ARRAY);
	level->damaged = true;		/* who knows what brackets are around it */
	level->foreign = true;
	return ct_give_reject(s, item, (ct_slice) {level->buf + start, array + 1 - start},
						  err->code, err->offset);
}

/*
 * Looks for a whole row right before end, where a damaged one was given up.
 * Returns where it begins, or end.
 */
static size_t
last_row(const ct_level *level, const ct_nesting *n, size_t end)
{
	size_t		pos = n->last_opened;
	size_t		before = ct_previous(level, end);

	if (before != CT_NOWHERE && level->buf[before] == ',')
		before = ct_previous(level, before);
	if (pos == CT_NOWHERE || before != n->last_closed || level->buf[pos] != '[')
		return end;
	return level->first_key_of_row && ct_opens_row(level, pos) ? pos : end;
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

		ct_check_interrupts();
		while (pos < fault && (ct_is_space(level->buf[pos]) || level->buf[pos] == ','))
			pos++;
		key = pos;
		if (pos >= fault || level->buf[pos] != '"' ||
			!ct_scan(level->buf, fault, &pos, &s->rec, &err))
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
			level->torn = level->foreign = false;
			return true;
		}
		if (!ct_scan(level->buf, fault, &pos, &s->rec, &err))
			return false;
	}
}

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
	ct_nesting	n;
	ct_slice	text;

	level->rereads -= rereads ? fault - start : level->rereads;
	if (rereads && level->buf[start] == '{' && code != CT_ERR_NESTING &&
		enter_damaged_envelope(s, start, fault))
		return false;

	end = passed = ct_pass_over(s, frame, start, rereads ? start + 1 : fault, fault, &n);
	if (bracket && rereads)
	{
		ct_error	relative = {code, offset};

		if (n.torn)
			end = ct_swallowed_event(s, start, end);
		if (end == passed && code != CT_ERR_NESTING && level->buf[start] == '{' &&
			ct_enter_unknown(s, item, start, end, &relative))
			return true;
		if (end == passed)
			end = last_row(level, &n, end);
	}
	if (end == start)
		end++;
	level->pos = end;
	level->torn = n.torn;
	level->uncertain = true;
	/* In an envelope, the next record is outside of it. */
	if (frame == CT_FRAME_MEMBERS && end < level->len &&
		(level->buf[end] == '{' || level->buf[end] == '['))
		ct_pop_to_stream(s);

	text = (ct_slice) {level->buf + start, end - start};
	while (text.len > 0 && ct_is_space(text.ptr[text.len - 1]))
		text.len--;
	if (frame != CT_FRAME_STREAM && end < level->len && text.len > 1 &&
		text.ptr[text.len - 1] == ',')
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

/* Whether an object in what is not JSON may be one of its own: no part has a brace before it. */
static bool
may_follow(const ct_level *level, size_t pos)
{
	size_t		before = ct_previous(level, pos);

	if (before != CT_NOWHERE && level->buf[before] == '}' && ct_has_first_key(level, pos))
		return true;
	return ct_opens_record(level, pos) && !ct_is_part(level, pos);
}

/* Finds where text that is not JSON ends: at the next line, or record, that is. */
static size_t
end_of_garbage(ct_splitter *s, size_t start)
{
	const ct_level *level = ct_top(s);

	for (size_t p = start + 1; p < level->len; p++)
	{
		char		c = level->buf[p];
		size_t		inside;

		ct_check_interrupts_at(p);
		if (c == '{' && may_follow(level, p) && ct_stands_alone(s, p))
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

/*
 * Whether a text that is not JSON is what CloudWatch Logs writes before an
 * event when it exports or tails a log group: a time, and perhaps a stream.
 */
static bool
is_line_prefix(const ct_level *level, ct_slice text)
{
	const char *space = memchr(text.ptr, ' ', text.len);
	int64_t		time;

	return level->pos < level->len && space != NULL &&
		(text.ptr == level->buf || text.ptr[-1] == '\n') &&
		memchr(text.ptr, '\n', text.len) == NULL &&
		ct_parse_time(text.ptr, space - text.ptr, &time);
}

bool
ct_garbage(ct_splitter *s, ct_item *item)
{
	ct_level   *level = ct_top(s);
	size_t		start = level->pos;
	size_t		pos = start;
	ct_error_code code = level->garbage;
	ct_error	err;
	ct_slice	text;

	level->pos = end_of_garbage(s, start);
	text = (ct_slice) {level->buf + start, level->pos - start};
	if (is_line_prefix(level, text))
		return false;
	level->garbage = CT_ERR_NO_CONTAINER;
	level->damaged = level->uncertain = true;
	if (ct_find(text, "CloudTrail validation message") == text.ptr)
		return ct_give_notice(s, item, text, CT_NOTICE_MESSAGE);
	/* A number or the like is JSON after all. */
	if (ct_scan(level->buf, level->pos, &pos, &s->rec, &err) &&
		ct_skip_space(level, pos) >= level->pos)
		code = CT_ERR_NOT_OBJECT;
	return ct_give_reject(s, item, text, code, 0);
}
