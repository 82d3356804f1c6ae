/*
 * world.h: the invented accounts, their Regions and the names of what is in them.
 */
#ifndef GEN_WORLD_H
#define GEN_WORLD_H

#include "scene.h"

#define ACCOUNT_LENGTH	12
#define REGION_LIMIT	17

/* us-east-1, where AWS records what its global services do. */
#define GLOBAL_REGION	0

typedef struct account
{
	char		id[ACCOUNT_LENGTH + 1];
	char		prefix[9];		/* that the identifiers and keys of its principals share */
	int			home;			/* the Region it uses most */
} account;

typedef struct world
{
	uint64_t	seed;
	int64_t		start;			/* of the span of time that is generated */
	int64_t		end;
	int			accounts;
	int			regions;
	int			secrets;
	account    *account;		/* one more than accounts: a partner's */
	slice	  **pool[POOL_LIMIT];	/* the names, by pool and place */
	struct principal *principal;
	int			principals;
	struct secret *secret;
	int64_t		quiet_until;	/* nobody reads all secrets before */
} world;

extern const char *const world_regions[REGION_LIMIT];

extern void world_create(world *w);
extern const char *world_other_account(const world *w, int account);
extern int	world_pick_account(const world *w, rng *r);
extern int	world_pick_region(const world *w, int account, rng *r);
extern int	pool_named(const char *name);
extern void pools_create(world *w);
extern int	pool_size(int pool);
extern const slice *pool_pick(scene *s, int pool, int variant);
extern const slice *pool_entry(const scene *s, int pool, uint32_t index);

#endif							/* GEN_WORLD_H */
