/*
 * stories.c: decides what happens next to a secret, by the state it is in.
 */
#include "calendar.h"
#include "stories.h"

/* Who does a thing. */
typedef enum who
{
	WHO_READER, WHO_MANAGER
} who;

/* What happens to a secret that is alive, and how often of a thousand times. */
static const struct
{
	int			weight;
	op			op;
	who			who;
	bool		change;			/* not twice within a short time */
}			plain[] = {
	{60, OP_DESCRIBE, WHO_READER, false},
	{14, OP_DESCRIBE, WHO_MANAGER, false},
	{25, OP_LIST, WHO_MANAGER, false},
	{20, OP_GET_POLICY, WHO_MANAGER, false},
	{10, OP_LIST_VERSIONS, WHO_MANAGER, false},
	{6, OP_RANDOM, WHO_MANAGER, false},
	{4, OP_VALIDATE, WHO_MANAGER, false},
	{16, OP_PUT, WHO_MANAGER, true},
	{8, OP_UPDATE, WHO_MANAGER, true},
	{3, OP_UPDATE_KEY, WHO_MANAGER, true},
	{3, OP_ROLL_BACK, WHO_MANAGER, true},
	{3, OP_CANCEL_ROTATE, WHO_MANAGER, true},
	{9, OP_PUT_POLICY, WHO_MANAGER, true},
	{2, OP_PUT_POLICY_PUBLIC, WHO_MANAGER, true},
	{3, OP_DELETE_POLICY, WHO_MANAGER, true},
	{9, OP_TAG, WHO_MANAGER, true},
	{4, OP_UNTAG, WHO_MANAGER, true},
	{2, OP_REMOVE_REGIONS, WHO_MANAGER, true},
	{2, OP_STOP_REPLICATION, WHO_MANAGER, true},
};

/* The rest of the thousand are reads, as are changes that come too soon. */
#define WEIGHT_DENIED		32
#define WEIGHT_PROBE		12
#define WEIGHT_THROTTLED	4
#define WEIGHT_BATCH		26
#define WEIGHT_OUTSIDER		30
#define WEIGHT_ROTATE		60
#define WEIGHT_TEST			5
#define WEIGHT_REPLICATE	8
#define WEIGHT_DELETE		14
#define WEIGHT_BULK			4
#define WEIGHT_REPLICA		60

#define PLAIN ((int) (sizeof(plain) / sizeof(*plain)))

/* Adds one event on the scene's secret. */
static void
push(queue *q, const scene *s, op what, int actor, int64_t delay, outcome result)
{
	queue_push(q, (moment) {
		.time = s->time + delay, .secret = s->secret->number, .actor = actor,
		.op = (int16_t) what, .outcome = (uint8_t) result
	});
}

/* Someone of the scene's account who manages secrets. */
int
story_pick_manager(scene *s)
{
	return principals_pick(s, principals_group(BY_HUMAN | BY_PIPELINE), calendar_is_working_time(s->time))->number;
}

/* Someone of the scene's account who has no business with the secret. */
static int
pick_stranger(scene *s)
{
	return principals_pick(s, principals_group(BY_HUMAN | BY_WORKLOAD), calendar_is_working_time(s->time))->number;
}

/* One who may read the scene's secret. */
static int
pick_reader(scene *s)
{
	secret	   *x = s->secret;

	return x->reader[rng_skewed(s->rng, (uint32_t) x->readers)];
}

/* A read by one of another account, which both accounts get a record of. */
static void
read_from_outside(queue *q, scene *s)
{
	moment		m = {.time = s->time, .secret = s->secret->number, .actor = s->secret->outsider, .op = OP_GET};

	m.seed = rng_next(s->rng) | 1;
	m.outcome = rng_percent(s->rng, 15) ? OUTCOME_DENIED : OUTCOME_OK;
	queue_push(q, m);
	m.copy = true;
	queue_push(q, m);
}

/* Deletes the scene's secret, at once or after a while. */
static void
delete_secret(queue *q, scene *s)
{
	secret	   *x = s->secret;
	int64_t		window = (x->number % 3 == 0 ? 30 : 7) * DAY_MS;

	x->next_change = s->time + DAY_MS;
	x->born = s->time;
	if (rng_percent(s->rng, 40))
	{
		int64_t		start = (8 + rng_below(s->rng, 50)) * SECOND_MS;

		push(q, s, OP_DELETE_FORCED, story_pick_manager(s), 0, OUTCOME_OK);
		push(q, s, OP_START_FORCED, -1, start, OUTCOME_OK);
		push(q, s, OP_END_FORCED, -1, start + rng_below(s->rng, 800), OUTCOME_OK);
		x->busy_until = s->time + start + 2 * SECOND_MS;
		return;
	}
	push(q, s, OP_DELETE, story_pick_manager(s), 0, OUTCOME_OK);
	push(q, s, OP_START_DELETE, -1, window + 5 * MINUTE_MS, OUTCOME_OK);
	push(q, s, OP_END_DELETE, -1, window + 5 * MINUTE_MS + 900, OUTCOME_OK);
}

/* Replicates the scene's secret to another Region. */
static void
replicate(queue *q, scene *s)
{
	bool		fails = rng_percent(s->rng, 15);

	push(q, s, OP_REPLICATE, story_pick_manager(s), 0, OUTCOME_OK);
	push(q, s, OP_REPLICATION_STARTED, -1, 1200, OUTCOME_OK);
	push(q, s, fails ? OP_REPLICATION_FAILED : OP_REPLICATION_SUCCEEDED, -1, 4000, OUTCOME_OK);
}

/* Whether the scene's secret may be changed now. */
static bool
may_change(const scene *s)
{
	const secret *x = s->secret;

	return s->time >= x->next_change && s->time >= x->busy_until && !x->managed;
}

/* Whether a secret is rotated by a schedule. */
static bool
is_rotated(const secret *x)
{
	return x->rotator >= 0 && x->next_rotation != INT64_MAX;
}

/* Whether a call is of use in the state the secret is in. */
static bool
makes_sense(op what, const secret *x)
{
	if (what == OP_CANCEL_ROTATE)
		return is_rotated(x);
	return x->replicated || (what != OP_REMOVE_REGIONS && what != OP_STOP_REPLICATION);
}

/* Whether a secret has lived as long as it is to live. */
static bool
may_die(const scene *s)
{
	return s->secret->life_days >= 0 && s->time >= s->secret->born + s->secret->life_days * DAY_MS;
}

/* What is none of the plain events; false where it is not the time for it. */
static bool
live_specially(queue *q, scene *s, int draw)
{
	secret	   *x = s->secret;

	if ((draw -= WEIGHT_DENIED) < 0)
	{
		int			stranger = pick_stranger(s);

		push(q, s, rng_percent(s->rng, 80) ? OP_GET : OP_LIST, stranger, 0, OUTCOME_DENIED);
	}
	else if ((draw -= WEIGHT_PROBE) < 0)
		push(q, s, OP_PROBE, pick_stranger(s), 0, OUTCOME_NOT_FOUND);
	else if ((draw -= WEIGHT_THROTTLED) < 0)
		push(q, s, OP_GET, pick_reader(s), 0, OUTCOME_THROTTLED);
	else if ((draw -= WEIGHT_BATCH) < 0)
		story_read_batch(q, s);
	else if ((draw -= WEIGHT_OUTSIDER) < 0 && x->outsider >= 0)
		read_from_outside(q, s);
	else if ((draw -= WEIGHT_BULK) < 0 && s->time >= s->world->quiet_until)
		story_bulk_read(q, s);
	else if ((draw -= WEIGHT_REPLICA) < 0 && x->replicated)
		queue_push(q, (moment) {
			.time = s->time, .secret = x->number, .actor = pick_reader(s), .op = OP_GET, .at_replica = true
		});
	else if (!may_change(s))
		return false;
	else if ((draw -= WEIGHT_ROTATE) < 0)
	{
		if (x->rotator < 0 || s->time < x->next_rotation)
			return false;
		story_rotate(q, s, rng_percent(s->rng, 20));
	}
	else if ((draw -= WEIGHT_TEST) < 0 && x->rotator >= 0)
		story_test_rotation(q, s);
	else if ((draw -= WEIGHT_REPLICATE) < 0 && x->replica >= 0 && !x->replicated)
		replicate(q, s);
	else if ((draw -= WEIGHT_DELETE) < 0 && may_die(s))
		delete_secret(q, s);
	else
		return false;
	return true;
}

/* Goes on with a secret that is alive. */
static void
live(queue *q, scene *s)
{
	secret	   *x = s->secret;
	int			draw = (int) rng_below(s->rng, 1000);

	for (int i = 0; i < PLAIN; i++)
	{
		if ((draw -= plain[i].weight) >= 0)
			continue;
		if (plain[i].change)
		{
			if (!may_change(s) || !makes_sense(plain[i].op, x))
				break;
			x->next_change = s->time + 8 * HOUR_MS;
		}
		push(q, s, plain[i].op, plain[i].who == WHO_READER ? pick_reader(s) : story_pick_manager(s), 0, OUTCOME_OK);
		return;
	}
	if (draw >= 0 && live_specially(q, s, draw))
		return;
	if (rng_percent(s->rng, 10))
		push(q, s, OP_DESCRIBE, pick_reader(s), 0, OUTCOME_OK);
	push(q, s, OP_GET, pick_reader(s), 0, OUTCOME_OK);
}

/* Goes on with a secret that waits for its deletion. */
static void
wait_for_deletion(queue *q, scene *s)
{
	secret	   *x = s->secret;
	uint32_t	draw = rng_below(s->rng, 100);

	if (s->time < x->busy_until)
		push(q, s, OP_GET, pick_reader(s), 0, OUTCOME_OK);
	else if (draw < 50)
		push(q, s, OP_GET, pick_reader(s), 0, OUTCOME_DELETED);
	else if (draw < 70 && s->time >= x->next_change)
	{
		push(q, s, OP_RESTORE, story_pick_manager(s), 0, OUTCOME_OK);
		push(q, s, OP_CANCEL_DELETE, -1, 800, OUTCOME_OK);
	}
	else
		push(q, s, OP_DESCRIBE, story_pick_manager(s), 0, OUTCOME_OK);
}

/* Goes on with some secret at the scene's time. */
void
story_continue(queue *q, scene *s)
{
	world	   *w = s->world;
	secret	   *x = &w->secret[rng_skewed(s->rng, (uint32_t) w->secrets)];

	s->secret = x;
	s->account = x->account;
	s->region = x->region;
	switch (x->state)
	{
		case SECRET_ABSENT:
			push(q, s, x->old_style ? OP_CREATE_OLD : OP_CREATE, story_pick_manager(s), 0, OUTCOME_OK);
			break;
		case SECRET_ALIVE:
			live(q, s);
			break;
		case SECRET_SCHEDULED:
			wait_for_deletion(q, s);
			break;
		case SECRET_DELETED:
			if (s->time < x->next_change || rng_percent(s->rng, 70))
				push(q, s, OP_GET, pick_reader(s), 0, OUTCOME_NOT_FOUND);
			else
				push(q, s, OP_CREATE, story_pick_manager(s), 0, OUTCOME_OK);
			break;
	}
}
