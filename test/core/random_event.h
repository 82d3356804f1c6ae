/*
 * random_event.h: random CloudTrail records, odd in what is derived from them.
 */
#ifndef CT_RANDOM_EVENT_H
#define CT_RANDOM_EVENT_H

#include "../generator/rng.h"
#include "exact.h"

/*
 * Adds a record with a readable eventTime.  Its names, accounts, ARNs and
 * truth values are ordinary, empty, very long, escaped, null or of a wrong
 * type.
 */
extern void put_random_event(rng *r, buffer *b);

#endif							/* CT_RANDOM_EVENT_H */
