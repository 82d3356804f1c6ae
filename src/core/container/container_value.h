/*
 * container_value.h: what to do with a value that was read whole, in rec of the splitter.
 */
#ifndef CT_CONTAINER_VALUE_H
#define CT_CONTAINER_VALUE_H

#include "core/container/container_stack.h"

/* Takes the value in s->rec, which lies in the uppermost level. */
extern bool ct_take_value(ct_splitter *s, ct_item *item);

/*
 * Reads and takes the row of a Lake query's result at hand: an array of
 * objects of one key.
 */
extern bool ct_take_row(ct_splitter *s, ct_item *item);

/*
 * Gives a record that was made by the extension, not found: built, malloc'ed,
 * becomes the splitter's.  If it is not an event, or there is none for a reason,
 * what it was made of is rejected.
 */
extern bool ct_take_built(ct_splitter *s, ct_item *item, char *built, size_t len, ct_slice source,
						  const ct_error *err);

#endif							/* CT_CONTAINER_VALUE_H */
