/*
 * world.c: the invented accounts and their Regions.
 */
#include "principals.h"
#include "secrets.h"
#include "world.h"

const char *const world_regions[REGION_LIMIT] = {
	"us-east-1", "eu-central-1", "us-west-2", "eu-west-1", "us-east-2",
	"ap-southeast-2", "eu-west-2", "ap-northeast-1", "ca-central-1",
	"ap-south-1", "eu-north-1", "sa-east-1", "ap-southeast-1", "eu-west-3",
	"us-west-1", "ap-northeast-2", "eu-south-1"
};

/* Gives an account a number like those in AWS's documentation, which are nobody's. */
static void
name_account(account *a, int index)
{
	int			run[3];

	run[0] = 1 + index % 9;
	run[1] = (run[0] + 1 + index / 9) % 10;
	run[2] = (run[1] + 1 + index / 90) % 10;
	for (int i = 0; i < ACCOUNT_LENGTH; i++)
		a->id[i] = (char) ('0' + run[i / 4]);
	a->id[ACCOUNT_LENGTH] = '\0';
}

/* Fills a world whose seed, span and sizes are set. */
void
world_create(world *w)
{
	rng			r = rng_fork(w->seed, 1);

	w->account = xalloc((size_t) (w->accounts + 1) * sizeof(account));
	for (int i = 0; i <= w->accounts; i++)
	{
		text		prefix = {0};

		name_account(&w->account[i], i);
		text_random(&prefix, &r, alphabet_key, 32, 8);
		memcpy(w->account[i].prefix, prefix.data, 8);
		text_free(&prefix);
		w->account[i].home = (int) rng_skewed(&r, (uint32_t) w->regions);
	}
	pools_create(w);
	principals_create(w);
	secrets_create(w);
}

/* The account that this one deals with; the last deals with a partner. */
const char *
world_other_account(const world *w, int account)
{
	return w->account[(account + 1) % (w->accounts + 1)].id;
}

/* An account; the first ones are the busy ones. */
int
world_pick_account(const world *w, rng *r)
{
	return (int) rng_skewed(r, (uint32_t) w->accounts);
}

/* A Region, mostly the account's home. */
int
world_pick_region(const world *w, int account, rng *r)
{
	if (rng_percent(r, 70))
		return w->account[account].home;
	return (int) rng_below(r, (uint32_t) w->regions);
}
