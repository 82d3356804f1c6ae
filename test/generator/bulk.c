/*
 * bulk.c: many secrets at once: batches, and someone who takes all he can get.
 */
#include "calendar.h"
#include "stories.h"

#define BATCH_MOST 10

/* Writes the numbers of a batch's secrets, those around the first one; says how many. */
int
batch_members(const world *w, const secret *first, uint64_t seed, int *numbers)
{
	int			wanted = 2 + (int) (seed / 2 % (BATCH_MOST - 1));
	int			count = 0;

	for (int i = 0; i < w->secrets && count < wanted; i++)
	{
		const secret *x = &w->secret[(first->number + i) % w->secrets];

		if (x->account == first->account && x->region == first->region && x->state == SECRET_ALIVE)
			numbers[count++] = x->number;
	}
	return count;
}

/* What a batch writes as its list of secrets: names and ARNs. */
slice
batch_list(const world *w, const secret *first, uint64_t seed)
{
	static text list;
	int			numbers[BATCH_MOST];
	int			count = batch_members(w, first, seed, numbers);

	list.len = 0;
	for (int i = 0; i < count; i++)
	{
		const secret *x = &w->secret[numbers[i]];

		text_adds(&list, i ? ",\"" : "\"");
		if ((seed >> (8 + i)) & 1)
			text_adds(&list, x->name);
		else
			secret_arn(&list, x, w);
		text_addc(&list, '"');
	}
	return (slice) {list.data, list.len};
}

/* Reads several secrets with one call. */
void
story_read_batch(queue *q, scene *s)
{
	secret	   *x = s->secret;
	uint32_t	draw = rng_below(s->rng, 100);

	queue_push(q, (moment) {
		.time = s->time, .secret = x->number, .actor = x->reader[0], .seed = rng_next(s->rng) >> 1,
		.op = draw < 60 ? OP_BATCH_LIST : OP_BATCH_FILTER, .outcome = draw % 20 == 0 ? OUTCOME_DENIED : OUTCOME_OK
	});
}

/* Somebody with a misused key reads one secret after the other, Region after Region. */
void
story_bulk_read(queue *q, scene *s)
{
	const world *w = s->world;
	int			thief = principals_pick(s, principals_group(BY(USER) | BY_PIPELINE | BY(LEGACY)), true)->number;
	int			wanted = 8 + (int) rng_below(s->rng, 30);
	int64_t		time = s->time;

	for (int i = 0; i < w->regions && wanted > 0; i++)
	{
		int			region = (s->region + i) % w->regions;
		bool		listed = false;

		for (int n = 0; n < w->secrets && wanted > 0; n++)
		{
			const secret *x = &w->secret[(s->secret->number + n) % w->secrets];
			moment		m = {.time = time, .secret = x->number, .actor = thief};

			if (x->account != s->account || x->region != region)
				continue;
			if (!listed)
			{
				m.op = OP_LIST;
				queue_push(q, m);
				listed = true;
				m.time += 700;
			}
			m.op = OP_GET;
			m.outcome = rng_percent(s->rng, 15) ? OUTCOME_DENIED : OUTCOME_OK;
			queue_push(q, m);
			time = m.time + 400 + rng_below(s->rng, 2500);
			wanted--;
		}
	}
	s->world->quiet_until = s->time + 2 * DAY_MS;
	if (rng_percent(s->rng, 50))
		queue_push(q, (moment) {
			.time = time, .secret = s->secret->number, .actor = thief, .op = OP_BATCH_ALL, .seed = rng_next(s->rng) >> 1
		});
}
