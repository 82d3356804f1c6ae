/*
 * container_stack.h: the splitter's stacks, and the items it gives.
 *
 * A splitter is a stack of levels, and on it a stack of frames.  A level is a
 * buffer and how far it has been read: the blob, what a part of it expanded
 * to, the text of a string.  A frame says what is being read there: a stream
 * of values, the elements of an array, the members of an envelope around such
 * an array, the rows of a CSV.  Each level has one stream at its bottom, and
 * the frames above it share its position.
 */
#ifndef CT_CONTAINER_STACK_H
#define CT_CONTAINER_STACK_H

#include <string.h>

#include "core/base/inflate.h"
#include "core/base/interrupt.h"
#include "core/container/container_item.h"
#include "core/event/scan.h"

#define CT_LEVEL_MAX		8
#define CT_FRAME_MAX		32

/* No place at all. */
#define CT_NOWHERE			((size_t) -1)

/* Longest key by which the records of a container are told, see ct_level. */
#define CT_FIRST_KEY_MAX	40

typedef enum ct_frame
{
	CT_FRAME_STREAM,			/* values one after another */
	CT_FRAME_ARRAY,				/* elements up to "]" */
	CT_FRAME_ROWS,				/* the same, each a row of a Lake query */
	CT_FRAME_MEMBERS,			/* members of an envelope up to "}" */
	CT_FRAME_CSV				/* rows of a CSV */
} ct_frame;

typedef struct ct_csv ct_csv;

typedef struct ct_level
{
	const char *buf;
	size_t		len;
	size_t		pos;
	char	   *owned;			/* to be freed with the level */
	size_t		inflated;		/* bytes of it that count as decompressed */
	size_t		room;			/* of owned, if it may be used again; else 0 */
	ct_error	fault;			/* why the buffer lacks its end, if it does */
	bool		ended;			/* that its end is missing was reported */
	bool		damaged;		/* anything was: brackets may not match any more */
	bool		torn;			/* the last record was, and its brackets do not match */
	bool		foreign;		/* an envelope is being read that is not known */
	bool		uncertain;		/* what comes next may be a part of a damaged record */
	bool		begun;			/* its first value was met, at first */
	size_t		first;
	ct_error_code garbage;		/* what text that is not JSON is called here */
	ct_csv	   *csv;
	void		(*free_csv) (ct_csv *csv);

	/* How many bytes may still be read again because of damage. */
	size_t		rereads;

	/*
	 * Where the next record after damage may begin: the first place from candidate_from on, len if
	 * there is none.
	 */
	bool		candidate_known;
	size_t		candidate_from;
	size_t		candidate;

	/*
	 * What is known of values near damage: those between two places are parts of a record, and
	 * the one at alone_at is not.
	 */
	size_t		part_from;
	size_t		part_until;
	bool		alone_known;
	size_t		alone_at;
	bool		alone_whole;	/* and is not damaged */

	/* The first key of the first record, which likely is that of the others. */
	char		first_key[CT_FIRST_KEY_MAX];
	size_t		first_key_len;
	bool		first_key_of_row;
	int			first_keys;		/* how many were learnt */
} ct_level;

struct ct_splitter
{
	ct_level	level[CT_LEVEL_MAX];
	int			levels;
	uint8_t		frame[CT_FRAME_MAX];	/* each a ct_frame */
	int			frames;
	size_t		allowance;		/* bytes that may yet be decompressed */
	size_t		live;			/* bytes held that were */
	char	   *built;			/* text of the last item, if it was built */
	char	   *opened;			/* text of fields of the last event that were strings of JSON */
	ct_inflater inflater;
	ct_habits	habits;
	ct_record	rec;
};

static inline ct_level *
ct_top(ct_splitter *s)
{
	return &s->level[s->levels - 1];
}

/* Returns the first place from pos on that is not white space. */
static inline size_t
ct_skip_space(const ct_level *level, size_t pos)
{
	while (pos < level->len && ct_is_space(level->buf[pos]))
		pos++;
	return pos;
}

/* Returns the last place before pos that is not white space, CT_NOWHERE if none. */
static inline size_t
ct_previous(const ct_level *level, size_t pos)
{
	while (pos > 0 && ct_is_space(level->buf[pos - 1]))
		pos--;
	return pos > 0 ? pos - 1 : CT_NOWHERE;
}

/* Puts a frame on the stack; false where it is full. */
extern bool ct_push_frame(ct_splitter *s, ct_frame frame);

/* Takes a frame from the stack, and the level with it if it is its stream. */
extern void ct_pop_frame(ct_splitter *s);

/* Leaves the arrays and envelopes of a level. */
extern void ct_pop_to_stream(ct_splitter *s);

/*
 * Begins to read a buffer.  owned, which may be NULL, is freed with the level,
 * or at once where the stack is full and the result false.
 */
extern bool ct_push_level(ct_splitter *s, const char *buf, size_t len, char *owned,
						  size_t inflated);

/* Gives the record in s->rec as an event. */
extern bool ct_give_event(ct_splitter *s, ct_item *item);

/* Gives a text as something that is whole, but no event. */
extern bool ct_give_notice(ct_splitter *s, ct_item *item, ct_slice text, ct_notice notice);

/* Gives a text as damaged, or as nothing that CloudTrail writes. */
extern bool ct_give_reject(ct_splitter *s, ct_item *item, ct_slice text, ct_error_code code,
						   size_t offset);

/* Says that a level ends too early, once, and leaves its arrays and envelopes. */
extern bool ct_missing_end(ct_splitter *s, ct_item *item);

#endif							/* CT_CONTAINER_STACK_H */
