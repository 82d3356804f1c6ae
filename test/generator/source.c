/*
 * source.c: the stream of events, in the order of their time: single events
 * drawn from the catalog, and between them the stories of the secrets.
 */
#include "calendar.h"
#include "event.h"
#include "source.h"

/* How much earlier than its turn an event may have happened. */
#define JITTER_MS 2500

/* Prepares the world that the options ask for. */
void
source_open(source *src, const options *o)
{
	memset(src, 0, sizeof(*src));
	src->world.seed = (uint64_t) o->seed;
	src->world.start = o->start;
	src->world.end = o->start + o->days * DAY_MS;
	src->world.accounts = (int) o->accounts;
	src->world.regions = (int) o->regions;
	src->world.secrets = (int) o->secrets;
	world_create(&src->world);
	catalog_create(&o->selection);
	src->rng = rng_fork(src->world.seed, 4);
	src->events = o->events;
	src->scene.world = &src->world;
	src->scene.rng = &src->rng;
	src->scene.id_rng = &src->rng;
}

/* When the event whose turn it is happens. */
static int64_t
read_clock(const source *src)
{
	int64_t		span = src->world.end - src->world.start;
	int64_t		whole = span / src->events;
	int64_t		rest = span % src->events;

	/* Multiplied apart, so that a long span of many events stays in range. */
	return src->world.start + whole * src->count + rest * src->count / src->events;
}

/* Chooses where an event of the catalog happens and who makes it. */
static void
set_stage(scene *s, const entry *e)
{
	const world *w = s->world;

	s->account = world_pick_account(w, s->rng);
	s->actor = NULL;
	if (e->shape->by)
		s->actor = principals_pick(s, e->group, calendar_is_working_time(s->time));
	if (s->actor == NULL || s->actor->kind == KIND_SERVICE || (BY_HUMAN >> s->actor->kind & 1))
		s->region = world_pick_region(w, s->account, s->rng);
	else
		s->region = s->actor->region;
	if (e->service->global)
		s->region = GLOBAL_REGION;
}

/* Writes an event drawn from the catalog. */
static void
write_single(source *src, int number, text *out)
{
	scene	   *s = &src->scene;
	const entry *e = catalog_entry(number);

	s->secret = NULL;
	set_stage(s, e);
	event_prepare(s, e);
	if (e->shape->flags & INSIGHT)
	{
		moment		end = {.op = -1, .actor = -1, .entry = (int16_t) number};

		s->shared = end.seed = rng_next(s->rng) | 1;
		end.secret = s->account * s->world->regions + s->region;
		end.time = s->time + (2 + rng_below(s->rng, 40)) * MINUTE_MS;
		queue_push(&src->queue, end);
	}
	event_choose_failure(s, e);
	event_write(out, s, e);
}

/* Appends the next event's record. */
void
source_next(source *src, text *out)
{
	scene	   *s = &src->scene;
	int64_t		clock = read_clock(src);

	for (;;)
	{
		int			number;

		if (src->queue.count > 0 && src->queue.heap[0].time <= clock)
		{
			moment		m = queue_pop(&src->queue);

			if (moment_play(&m, &src->queue, s, out))
				break;
			continue;
		}
		s->time = clock;
		number = catalog_draw(&src->rng);
		if (number == DRAW_STORY)
		{
			story_continue(&src->queue, s);
			continue;
		}
		s->time -= rng_below(&src->rng, JITTER_MS);
		if (s->time < src->world.start)
			s->time = src->world.start;
		write_single(src, number, out);
		break;
	}
	src->count++;
}
