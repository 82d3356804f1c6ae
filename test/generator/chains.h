/*
 * chains.h: chains of sessions, from whoever signed in to the read of a secret.
 */
#ifndef GEN_CHAINS_H
#define GEN_CHAINS_H

#include "world.h"

/* What a read's chain lacks, so that its origin cannot be known. */
typedef enum chain_loss
{
	LOSS_NONE,
	LOSS_EVENT,					/* the event that issued a session's credentials */
	LOSS_OWNER,					/* of a call across accounts, the record of the role's account */
	LOSS_CALLER					/* and that of the caller's */
} chain_loss;

/* A record of a chain. */
typedef struct chain_record
{
	int64_t		due;			/* when it is delivered */
	int64_t		number;			/* of those delivered at once */
	char	   *json;
	size_t		len;
	char	   *truth;			/* what a manifest says of a read; NULL for other records */
} chain_record;

/* Makes so many chains, in the order of delivery; how many records they have goes to count. */
extern chain_record *chains_create(const world *w, int64_t chains, int64_t *count);

#endif							/* GEN_CHAINS_H */
