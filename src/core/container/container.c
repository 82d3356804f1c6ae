/*
 * container.c: one item of a blob after another.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/inflate.h"
#include "core/container/container.h"
#include "core/container/container_csv.h"
#include "core/container/container_read.h"
#include "core/container/container_stack.h"
#include "core/event/embedded.h"

ct_splitter *
ct_splitter_new(const char *blob, size_t len)
{
	ct_splitter *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	ct_splitter_restart(s, blob, len);
	return s;
}

void
ct_splitter_restart(ct_splitter *s, const char *blob, size_t len)
{
	while (s->frames > 0)
		ct_pop_frame(s);
	free(s->built);
	free(s->opened);
	s->built = s->opened = NULL;
	s->allowance = CT_INFLATE_BASE + CT_INFLATE_RATIO * len;
	if (blob != NULL)
		ct_push_level(s, blob, len, NULL, 0);
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
	ct_splitter_restart(s, NULL, 0);
	ct_inflater_clear(&s->inflater);
	free(s);
}
