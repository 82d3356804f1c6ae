/*
 * container_read.h: one step in each kind of frame; false when it gave no item.
 */
#ifndef CT_CONTAINER_READ_H
#define CT_CONTAINER_READ_H

#include "core/container/container_stack.h"

/* Reads one value of a stream. */
extern bool ct_read_stream(ct_splitter *s, ct_item *item);

/* Reads one element of an array. */
extern bool ct_read_array(ct_splitter *s, ct_item *item);

/*
 * Reads the members of an envelope up to the next array of records.  The
 * other members are the envelope's own business.
 */
extern bool ct_read_members(ct_splitter *s, ct_item *item);

#endif							/* CT_CONTAINER_READ_H */
