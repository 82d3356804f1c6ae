/*
 * container.c: the splitter's stacks, and the items it gives.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/inflate.h"
#include "core/container/container_impl.h"
#include "core/event/embedded.h"

/* Puts a frame on the stack; false where it is full. */
bool
ct_push_frame(ct_splitter *s, ct_frame frame)
{
	if (s->frames == CT_FRAME_MAX)
		return false;
	s->frame[s->frames++] = (uint8_t) frame;
	return true;
}

/* Takes a frame from the stack, and the level with it if it is its stream. */
void
ct_pop_frame(ct_splitter *s)
{
	ct_level   *level = ct_top(s);
	ct_frame	frame = (ct_frame) s->frame[--s->frames];

	if (frame == CT_FRAME_CSV)
	{
		ct_free_csv(level->csv);
		level->csv = NULL;
	}
	else if (frame == CT_FRAME_STREAM)
	{
		free(level->owned);
		s->live -= level->inflated;
		s->levels--;
	}
}

/* Leaves the arrays and envelopes of a level. */
void
ct_pop_to_stream(ct_splitter *s)
{
	while (s->frame[s->frames - 1] != CT_FRAME_STREAM)
		ct_pop_frame(s);
}

/*
 * Begins to read a buffer.  owned, which may be NULL, is freed with the level,
 * or at once where the stack is full and the result false.
 */
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

/* Gives the record in s->rec as an event. */
bool
ct_give_event(ct_splitter *s, ct_item *item)
{
	ct_slice	text = {s->rec.json, s->rec.length};

	if (!open_embedded(s))
		return ct_give_reject(s, item, text, CT_ERR_OUT_OF_MEMORY, 0);
	ct_top(s)->torn = false;
	item->kind = CT_ITEM_EVENT;
	item->text = text;
	item->rec = &s->rec;
	item->error = (ct_error) {CT_ERR_NONE, 0};
	return true;
}

/* Gives a text as something that is whole, but no event. */
bool
ct_give_notice(ct_splitter *s, ct_item *item, ct_slice text, ct_error_code code)
{
	(void) s;
	item->kind = CT_ITEM_NOTICE;
	item->text = text;
	item->rec = NULL;
	item->error = (ct_error) {code, 0};
	return true;
}

/* Gives a text as damaged, or as nothing that CloudTrail writes. */
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
	item->text = text;
	item->rec = NULL;
	item->error = (ct_error) {code, offset};
	return true;
}

/* Says that a level ends too early, once, and leaves its arrays and envelopes. */
bool
ct_missing_end(ct_splitter *s, ct_item *item)
{
	ct_level   *level = ct_top(s);

	ct_pop_to_stream(s);
	if (level->ended)
		return false;
	return ct_give_reject(s, item, (ct_slice) {level->buf + level->pos, 0}, CT_ERR_EOF, 0);
}

ct_splitter *
ct_splitter_new(const char *blob, size_t len)
{
	ct_splitter *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->allowance = CT_INFLATE_BASE + CT_INFLATE_RATIO * len;
	ct_push_level(s, blob, len, NULL, 0);
	return s;
}

bool
ct_splitter_next(ct_splitter *s, ct_item *item)
{
	bool		found = false;

	free(s->built);
	s->built = NULL;
	while (!found && s->frames > 0)
	{
		ct_check_interrupts();
		switch ((ct_frame) s->frame[s->frames - 1])
		{
			case CT_FRAME_STREAM:
				found = ct_read_stream(s, item);
				break;
			case CT_FRAME_ARRAY:
			case CT_FRAME_ROWS:
				found = ct_read_array(s, item);
				break;
			case CT_FRAME_MEMBERS:
				found = ct_read_members(s, item);
				break;
			case CT_FRAME_CSV:
				found = ct_read_csv(s, item);
				break;
		}
	}
	return found;
}

void
ct_splitter_free(ct_splitter *s)
{
	if (s == NULL)
		return;
	while (s->frames > 0)
		ct_pop_frame(s);
	free(s->built);
	free(s->opened);
	free(s);
}
