/*
 * random_json.h: random JSON that looks like CloudTrail, and random damage to it.
 */
#ifndef CT_RANDOM_JSON_H
#define CT_RANDOM_JSON_H

#include "../generator/rng.h"
#include "exact.h"

/*
 * Adds a random JSON document: mostly an object with keys of the field table
 * at their own level and at wrong ones, repeated, spelled otherwise and
 * escaped, with values of every type and white space in every place.
 */
extern void put_random_document(rng *r, buffer *b);

/* Changes a text in a few places, so that it is mostly no longer JSON. */
extern void damage(rng *r, buffer *b);

#endif							/* CT_RANDOM_JSON_H */
