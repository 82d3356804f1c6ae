/*
 * rotations.c: the rotations of secrets, step by step, those that fail and
 * those that are given up included.
 */
#include "calendar.h"
#include "stories.h"

/* The run that a rotation's events belong to. */
typedef struct run
{
	queue	   *queue;
	scene	   *scene;
	secret	   *secret;
	int64_t		time;			/* of its next event */
} run;

/* Adds an event to the run, a little after the one before. */
static void
add(run *r, op what, int actor, int stage, outcome result)
{
	queue_push(r->queue, (moment) {
		.time = r->time, .secret = r->secret->number, .actor = actor, .op = (int16_t) what,
		.stage = (uint8_t) stage, .outcome = (uint8_t) result
	});
	r->time += 150 + rng_below(r->scene->rng, 1500);
}

/* Adds what the rotation function does in one step. */
static void
add_step(run *r, int step, bool fails)
{
	int			by = r->secret->rotator;

	add(r, OP_DESCRIBE, by, 0, OUTCOME_OK);
	switch (step)
	{
		case 0:
			add(r, OP_GET, by, STAGE_CURRENT, OUTCOME_OK);
			if (fails)
				break;
			add(r, OP_GET_VERSION, by, STAGE_PENDING, OUTCOME_NO_VERSION);
			add(r, OP_RANDOM, by, 0, OUTCOME_OK);
			add(r, OP_PUT_STAGED, by, STAGE_PENDING, OUTCOME_OK);
			break;
		case 1:
			add(r, OP_GET_VERSION, by, STAGE_PENDING, OUTCOME_OK);
			add(r, OP_GET, by, STAGE_CURRENT, OUTCOME_OK);
			break;
		case 2:
			add(r, OP_GET_VERSION, by, STAGE_PENDING, OUTCOME_OK);
			break;
		default:
			add(r, OP_UPDATE_STAGE, by, 0, fails ? OUTCOME_DENIED : OUTCOME_OK);
			break;
	}
	r->time += 1000;
}

/* Rotates the scene's secret, asked to by somebody or by its schedule. */
void
story_rotate(queue *q, scene *s, bool by_hand)
{
	secret	   *x = s->secret;
	run			r = {q, s, x, s->time};
	bool		abandoned = rng_percent(s->rng, 5);
	int			failing = x->failing_step >= 0 && rng_percent(s->rng, 90) ? x->failing_step : -1;

	secret_new_version(x, STAGE_PENDING);
	if (by_hand)
		add(&r, OP_ROTATE, story_pick_manager(s), 0, OUTCOME_OK);
	add(&r, OP_ROTATION_STARTED, -1, 0, OUTCOME_OK);
	for (int step = 0; step < 4; step++)
	{
		add_step(&r, step, step == failing);
		if (step == failing)
		{
			add(&r, OP_ROTATION_FAILED, -1, step, OUTCOME_ROTATION);
			break;
		}
		if (step == 1 && abandoned)
		{
			add(&r, OP_PUT, story_pick_manager(s), STAGE_CURRENT, OUTCOME_OK);
			add(&r, OP_ROTATION_ABANDONED, -1, 0, OUTCOME_OK);
			break;
		}
		if (step == 3)
			add(&r, OP_ROTATION_SUCCEEDED, -1, 0, OUTCOME_OK);
	}
	if (failing < 0 && rng_percent(s->rng, 20))
		add(&r, OP_VERSION_DELETION, -1, 0, OUTCOME_OK);
	x->busy_until = r.time;
	/* Secrets Manager tries again where a rotation fails. */
	x->next_rotation = s->time + (failing < 0 ? x->rotation_days : 1) * DAY_MS;
}

/* Sets a rotation up for later, which Secrets Manager tests at once. */
void
story_test_rotation(queue *q, scene *s)
{
	secret	   *x = s->secret;
	run			r = {q, s, x, s->time};
	bool		fails = x->failing_step >= 0 || rng_percent(s->rng, 10);

	secret_new_version(x, STAGE_PENDING);
	add(&r, OP_ROTATE_LATER, story_pick_manager(s), 0, OUTCOME_OK);
	add(&r, OP_TEST_STARTED, -1, 0, OUTCOME_OK);
	add(&r, OP_DESCRIBE, x->rotator, 0, OUTCOME_OK);
	add(&r, fails ? OP_TEST_FAILED : OP_TEST_SUCCEEDED, -1, 2, fails ? OUTCOME_ROTATION : OUTCOME_OK);
	x->busy_until = r.time;
	x->next_rotation = s->time + x->rotation_days * DAY_MS;
}
