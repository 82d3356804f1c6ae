/*
 * container_part.h: whether a value near damage is a record or a part of one.
 *
 * Callers choose much of what is in a record, down to objects that look like
 * records.  Only what is no part of a record may become an event.
 */
#ifndef CT_CONTAINER_PART_H
#define CT_CONTAINER_PART_H

#include "core/container/container_stack.h"

/* More bytes than a record of CloudTrail has, which are 1 MB at most. */
#define CT_LONGEST_RECORD	(1024 * 1024 + 65536)

/*
 * Whether the value at pos is that of a key or the first element of an array:
 * then it is part of a record rather than one itself.
 */
extern bool ct_is_part(const ct_level *level, size_t pos);

/*
 * Whether what follows the value at pos lets it be an element of a container,
 * or a value of the stream, rather than a part of a record.  One that is
 * damaged itself may be.
 */
extern bool ct_stands_alone(ct_splitter *s, size_t pos);

/*
 * Rejects the value at hand if it is a part of a damaged record, or of one
 * whose beginning is missing; false if it is not.
 */
extern bool ct_reject_part(ct_splitter *s, ct_item *item);

#endif							/* CT_CONTAINER_PART_H */
