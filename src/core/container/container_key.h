/*
 * container_key.h: keys that tell what a value is.
 */
#ifndef CT_CONTAINER_KEY_H
#define CT_CONTAINER_KEY_H

#include "core/container/container_stack.h"

/* What an object seems to be by its first key. */
typedef enum ct_opening
{
	CT_OPENS_NOTHING,
	CT_OPENS_MAYBE,				/* the key is a field of records */
	CT_OPENS_SURELY				/* it is a container's, or that of the records before */
} ct_opening;

/* Tells at a glance that the object at pos, an event's more often than not, is not a container. */
static inline bool
ct_is_no_container(const ct_level *level, size_t pos)
{
	const char *p = level->buf + pos;

	return level->len - pos > 8 && p[1] == '"' && p[2] == 'e' && memcmp(p + 3, "vents", 5) != 0;
}

/*
 * Returns how to read the array under a key of an envelope: CT_FRAME_ARRAY,
 * CT_FRAME_ROWS, or CT_FRAME_STREAM if the key is not a container's.
 */
extern ct_frame ct_container_key(const char *key, size_t len);

/* Whether a key is a field of records. */
extern bool ct_is_record_key(const char *key, size_t len);

/* Whether a text has the name of a field of records in quotes, be it a key or not. */
extern bool ct_has_record_key(ct_slice text);

/*
 * Whether the object at pos begins with a container's array, so that it
 * can be read as an envelope without reading it whole.  Log subscriptions are
 * left out: whether they hold events is told by another key.
 */
extern bool ct_opens_container(const ct_level *level, size_t pos);

/*
 * Whether the array at pos looks like a row of a Lake query: it begins as
 * rows here do, or else with an object of one known column, a string.
 */
extern bool ct_opens_row(const ct_level *level, size_t pos);

/*
 * Tells how the object at pos begins: surely as records or containers here
 * do, possibly as a record, or as neither.
 */
extern ct_opening ct_opens_record(const ct_level *level, size_t pos);

/* Whether the object at pos begins with a short, plain key. */
extern bool ct_has_first_key(const ct_level *level, size_t pos);

/* Whether the object at pos begins as the first one here did. */
extern bool ct_is_first_key(const ct_level *level, size_t pos);

/*
 * Remembers the first key of the object at pos, or of the first object of the
 * array of rows whose first element is at pos, if they are rows by the frame
 * or by their look.  That changes where records may begin, so only a few keys
 * are learnt in one level: every other time that place could have to be
 * searched again from far.
 */
extern void ct_learn_first_key(ct_level *level, size_t pos, ct_frame frame);

#endif							/* CT_CONTAINER_KEY_H */
