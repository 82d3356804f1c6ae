/*
 * random_secret.h: random events that name secrets, of few letters so that much is alike.
 */
#ifndef CT_RANDOM_SECRET_H
#define CT_RANDOM_SECRET_H

#include "../generator/rng.h"
#include "exact.h"

/*
 * Adds the name, partial ARN or full ARN of a secret of few names, accounts
 * and Regions.  Names may end as if they had a suffix.
 */
extern void put_random_secret(rng *r, buffer *b);

/* Adds an event that names secrets in any of the places, or has odd values there. */
extern void put_random_secret_event(rng *r, buffer *b);

#endif							/* CT_RANDOM_SECRET_H */
