/*
 * container_damage.h: what becomes of what is damaged.
 */
#ifndef CT_CONTAINER_DAMAGE_H
#define CT_CONTAINER_DAMAGE_H

#include "core/container/container_stack.h"

/* Rejects the damaged value at start, and finds where to read on behind it. */
extern bool ct_damaged(ct_splitter *s, ct_item *item, size_t start, const ct_error *err);

/* Rejects text that is not JSON, up to the next line that is. */
extern bool ct_garbage(ct_splitter *s, ct_item *item);

/*
 * Looks between start and end for an event within something else that begins
 * as the others here do.  A record cut in an array has swallowed the next
 * ones so.  What a record is long enough to have is its own, though: callers
 * choose it.  Returns where the first begins, or end.
 */
extern size_t ct_swallowed_event(ct_splitter *s, size_t start, size_t end);

/*
 * If the object between start and end, which is not a record, has an array of
 * events, then reads on there, rejecting what is before it.  The key of the
 * array may be damaged, or a wrapping be unknown.
 */
extern bool ct_enter_unknown(ct_splitter *s, ct_item *item, size_t start, size_t end,
							 const ct_error *err);

#endif							/* CT_CONTAINER_DAMAGE_H */
