/*
 * container_resync.h: where a damaged record may end.
 */
#ifndef CT_CONTAINER_RESYNC_H
#define CT_CONTAINER_RESYNC_H

#include "core/container/container_stack.h"

/* Brackets further in are only counted while passing over damage. */
#define CT_TRACKED_DEPTH	64

/* What the brackets and quotes passed so far have opened. */
typedef struct ct_nesting
{
	size_t		depth;
	bool		in_string;
	bool		torn;			/* brackets do not match, or lack their end */
	size_t		opened[CT_TRACKED_DEPTH];	/* where, for the outer levels */
	size_t		last_opened;	/* the bracket that was closed last, CT_NOWHERE if none */
	size_t		last_closed;	/* and where */
} ct_nesting;

/* Reads the value at pos, if it ends before end and so much may be read again. */
extern bool ct_scan_at(ct_splitter *s, size_t pos, size_t end);

/* Whether the object at pos is a whole event that ends before end. */
extern bool ct_is_event_at(ct_splitter *s, size_t pos, size_t end);

/*
 * Passes over the record that begins at start by quotes and brackets alone,
 * and returns where to read on: behind its last bracket, or where the next
 * record begins, but not before from.  What is before fault is valid.
 */
extern size_t ct_pass_over(ct_splitter *s, ct_frame frame, size_t start, size_t from,
						   size_t fault, ct_nesting *n);

#endif							/* CT_CONTAINER_RESYNC_H */
