/*
 * container_stack.c: the splitter's stacks, and the items it gives.
 */
#include <stdlib.h>
#include <string.h>

#include "core/container/container_stack.h"
#include "core/event/embedded.h"

bool
ct_push_frame(ct_splitter *s, ct_frame frame)
{
	if (s->frames == CT_FRAME_MAX)
		return false;
	s->frame[s->frames++] = (uint8_t) frame;
	return true;
}

void
ct_pop_frame(ct_splitter *s)
{
	ct_level   *level = ct_top(s);
	ct_frame	frame = (ct_frame) s->frame[--s->frames];

	if (frame == CT_FRAME_CSV)
	{
		level->free_csv(level->csv);
		level->csv = NULL;
	}
	else if (frame == CT_FRAME_STREAM)
	{
		if (level->room > 0)
			ct_inflater_keep(&s->inflater, level->owned, level->room);
		else
			free(level->owned);
		s->live -= level->inflated;
		s->levels--;
	}
}

void
ct_pop_to_stream(ct_splitter *s)
{
	while (s->frame[s->frames - 1] != CT_FRAME_STREAM)
		ct_pop_frame(s);
}

bool
ct_push_level(ct_splitter *s, const char *buf, size_t len, char *owned, size_t inflated)
{
	ct_level   *level;

	if (s->levels == CT_LEVEL_MAX || !ct_push_frame(s, CT_FRAME_STREAM))
	{
		free(owned);
		return false;
	}
	level = &s->level[s->levels++];
	memset(level, 0, sizeof(*level));
	level->buf = buf;
	level->len = len;
	level->owned = owned;
	level->inflated = inflated;
	level->garbage = CT_ERR_NO_CONTAINER;
	level->rereads = 8 * len + 65536;
	s->live += inflated;
	return true;
}

/* Reads the fields of the record in s->rec that are strings of JSON; false if out of memory. */
static bool
open_embedded(ct_splitter *s)
{
	size_t		size = ct_embedded_size(&s->rec);

	if (__builtin_expect(size == 0, true))
		return true;
	free(s->opened);
	s->opened = malloc(size);
	if (s->opened == NULL)
		return false;
	ct_open_embedded(&s->rec, s->opened, size);
	return true;
}

bool
ct_give_event(ct_splitter *s, ct_item *item)
{
	ct_slice	text = {s->rec.json, s->rec.length};

	if (!open_embedded(s))
		return ct_give_reject(s, item, text, CT_ERR_OUT_OF_MEMORY, 0);
	ct_top(s)->torn = false;
	item->kind = CT_ITEM_EVENT;
	item->notice = CT_NOTICE_NONE;
	item->text = text;
	item->rec = &s->rec;
	item->error = (ct_error) {CT_ERR_NONE, 0};
	return true;
}

bool
ct_give_notice(ct_splitter *s, ct_item *item, ct_slice text, ct_notice notice)
{
	(void) s;
	item->kind = CT_ITEM_NOTICE;
	item->notice = notice;
	item->text = text;
	item->rec = NULL;
	item->error = (ct_error) {CT_ERR_NONE, 0};
	return true;
}

bool
ct_give_reject(ct_splitter *s, ct_item *item, ct_slice text, ct_error_code code, size_t offset)
{
	ct_level   *level = ct_top(s);
	const char *end = level->buf + level->len;

	while (text.len > 0 && ct_is_space(text.ptr[text.len - 1]))
		text.len--;
	while (text.len > 0 && ct_is_space(text.ptr[0]))
	{
		text.ptr++;
		text.len--;
		offset -= offset > 0;
	}
	level->damaged |= code < CT_ERR_NOT_OBJECT; /* that is, JSON's errors */
	if (code == CT_ERR_EOF && (text.ptr + text.len == end || level->pos == level->len))
	{
		/* What the end of a buffer cuts is cut for the buffer's reason. */
		if (level->fault.code != CT_ERR_NONE)
		{
			code = level->fault.code;
			offset = text.len;
		}
		level->ended = true;
	}
	if (offset > text.len)
		offset = text.len;
	item->kind = CT_ITEM_REJECT;
	item->notice = CT_NOTICE_NONE;
	item->text = text;
	item->rec = NULL;
	item->error = (ct_error) {code, offset};
	return true;
}

bool
ct_missing_end(ct_splitter *s, ct_item *item)
{
	ct_level   *level = ct_top(s);

	ct_pop_to_stream(s);
	if (level->ended)
		return false;
	return ct_give_reject(s, item, (ct_slice) {level->buf + level->pos, 0}, CT_ERR_EOF, 0);
}
