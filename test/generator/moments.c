/*
 * moments.c: lets an event of a story happen: writes it, changes the secret,
 * and sets off the KMS events that come of it.
 */
#include "calendar.h"
#include "event.h"
#include "stories.h"

static const failure reasons[OUTCOME_COUNT] = {
	[OUTCOME_NOT_FOUND] = FAILS(0, "ResourceNotFoundException", "Secrets Manager can`t find the specified secret."),
	[OUTCOME_NO_VERSION] = FAILS(0, "ResourceNotFoundException",
		"Secrets Manager can`t find the specified secret value for VersionId: <s.pending>"),
	[OUTCOME_DELETED] = FAILS(0, "InvalidRequestException",
		"You can`t perform this operation on the secret because it was marked for deletion."),
	[OUTCOME_THROTTLED] = FAILS(0, "ThrottlingException", "Rate exceeded"),
	[OUTCOME_ROTATION] = FAILS(0, NULL, "Error when executing lambda <s.lambda> during <s.step> step"),
};

static const char *const step_names[4] = {"createSecret", "setSecret", "testSecret", "finishSecret"};
static const char *const stage_names[STAGE_COUNT] = {"AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"};

/* The fault that an outcome is written as, or NULL. */
static const fault *
find_fault(const moment *m, const entry *e)
{
	static fault compiled[OUTCOME_COUNT];
	fault	   *f = &compiled[m->outcome];

	if (m->op == OP_REPLICATION_FAILED)
		return &e->fault[0];
	if (m->outcome == OUTCOME_OK)
		return NULL;
	if (m->outcome == OUTCOME_DENIED)
		return &fault_denied;
	if (f->failure == NULL)
	{
		f->failure = &reasons[m->outcome];
		f->message = template_compile(f->failure->message);
	}
	return f;
}

/* Whether the event asks for the secret itself, so that its state matters. */
static bool
needs_secret(int op)
{
	return op >= OP_GET && op <= OP_STOP_REPLICATION && op != OP_BATCH_FILTER && op != OP_BATCH_ALL &&
		op != OP_LIST && op != OP_RANDOM && op != OP_VALIDATE && op != OP_RESTORE;
}

/* Makes an event fail, or not happen, where the secret is no longer there. */
static bool
face_state(moment *m, const secret *x)
{
	switch ((op) m->op)
	{
		case OP_START_DELETE:
		case OP_END_DELETE:
			return x->state == SECRET_SCHEDULED && m->time >= x->delete_at;
		case OP_RESTORE:
			return x->state == SECRET_SCHEDULED;
		case OP_DECRYPT:
		case OP_GENERATE_KEY:
		case OP_END_FORCED:
			return true;
		default:
			break;
	}
	if (m->outcome != OUTCOME_OK || !needs_secret(m->op))
		return true;
	if (x->state == SECRET_SCHEDULED && m->op != OP_DESCRIBE)
		m->outcome = OUTCOME_DELETED;
	else if (x->state == SECRET_ABSENT || x->state == SECRET_DELETED)
		m->outcome = OUTCOME_NOT_FOUND;
	return true;
}

/* Changes the secret as the call does, before the record tells of it. */
static void
change_before(const moment *m, secret *x)
{
	switch ((op) m->op)
	{
		case OP_CREATE:
		case OP_CREATE_OLD:
			secret_begin(x, m->time);
			break;
		case OP_PUT:
		case OP_UPDATE:
			memcpy(x->version[STAGE_PREVIOUS], x->version[STAGE_CURRENT], UUID_LENGTH);
			secret_new_version(x, STAGE_CURRENT);
			break;
		case OP_UPDATE_KEY:
			x->key = 4 + (x->key + 1) % 4;
			break;
		case OP_DELETE:
			x->window = x->number % 3 == 0 ? 30 : 7;
			x->delete_at = m->time + x->window * DAY_MS;
			break;
		case OP_DELETE_FORCED:
			x->delete_at = m->time;
			break;
		default:
			break;
	}
}

/* Changes the secret as the event leaves it. */
static void
change_after(const moment *m, secret *x)
{
	switch ((op) m->op)
	{
		case OP_DELETE:
		case OP_DELETE_FORCED:
			x->state = SECRET_SCHEDULED;
			break;
		case OP_RESTORE:
			x->state = SECRET_ALIVE;
			x->next_change = m->time + DAY_MS;
			break;
		case OP_END_DELETE:
		case OP_END_FORCED:
			x->state = SECRET_DELETED;
			x->next_change = m->time + HOUR_MS;
			break;
		case OP_UPDATE_STAGE:
			secret_promote(x);
			break;
		case OP_ROLL_BACK:
			memcpy(x->version[STAGE_PENDING], x->version[STAGE_PREVIOUS], UUID_LENGTH);
			secret_promote(x);
			break;
		case OP_REPLICATION_SUCCEEDED:
			x->replicated = true;
			break;
		case OP_REMOVE_REGIONS:
		case OP_STOP_REPLICATION:
			x->replicated = false;
			break;
		case OP_CANCEL_ROTATE:
			x->next_rotation = INT64_MAX;
			break;
		default:
			break;
	}
}

/* Sets off the KMS call that a successful call on one secret makes. */
static void
push_kms(queue *q, const moment *m, const scene *s, op kms)
{
	moment		later = *m;

	later.op = (int16_t) kms;
	later.time += rng_below(s->rng, 900);
	queue_push(q, later);
}

/* Sets off what a batch makes of each of its secrets. */
static void
push_members(queue *q, const moment *m, const scene *s)
{
	int			numbers[10];
	int			count = batch_members(s->world, s->secret, m->seed, numbers);
	bool		listed = m->seed % 2 == 0;

	for (int i = 0; i < count; i++)
	{
		moment		later = *m;

		later.seed = 0;
		later.secret = numbers[i];
		later.op = listed ? OP_GET : OP_DECRYPT;
		later.time += rng_below(s->rng, 900);
		queue_push(q, later);
	}
}

/* Sets off what comes of an event that succeeded. */
static void
push_consequences(queue *q, const moment *m, const scene *s)
{
	switch ((op) m->op)
	{
		case OP_GET:
		case OP_GET_VERSION:
			push_kms(q, m, s, OP_DECRYPT);
			break;
		case OP_CREATE:
		case OP_CREATE_OLD:
		case OP_PUT:
		case OP_PUT_STAGED:
			push_kms(q, m, s, OP_GENERATE_KEY);
			break;
		case OP_UPDATE:
		case OP_UPDATE_KEY:
			push_kms(q, m, s, OP_GENERATE_KEY);
			push_kms(q, m, s, OP_DECRYPT);
			break;
		case OP_BATCH_LIST:
		case OP_BATCH_FILTER:
		case OP_BATCH_ALL:
			push_members(q, m, s);
			break;
		default:
			break;
	}
}

/* Writes the second event of an Insights pair. */
static void
end_insight(const moment *m, scene *s, text *out)
{
	const entry *e = catalog_entry(m->entry);

	s->account = m->secret / s->world->regions;
	s->region = m->secret % s->world->regions;
	s->actor = NULL;
	s->secret = NULL;
	event_prepare(s, e);
	s->shared = m->seed;
	s->ending = true;
	event_write(out, s, e);
}

/* Lets an event happen; false where nothing comes of it. */
bool
moment_play(const moment *given, queue *q, scene *s, text *out)
{
	moment		m = *given;
	secret	   *x;
	const entry *e;
	rng		   *usual = s->rng;
	rng			both = {m.seed};
	secret		replica;
	bool		foreign;

	s->time = m.time;
	if (m.op < 0)
	{
		end_insight(&m, s, out);
		return true;
	}
	x = &s->world->secret[m.secret];
	if (!face_state(&m, x))
		return false;
	if (m.outcome == OUTCOME_OK && !m.copy)
		change_before(&m, x);
	s->secret = x;
	/* A replica differs by its Region alone. */
	if ((m.at_replica || m.op == OP_STOP_REPLICATION) && x->replica >= 0)
	{
		replica = *x;
		replica.region = x->replica;
		s->secret = &replica;
	}
	s->account = x->account;
	s->region = s->secret->region;
	s->actor = m.actor < 0 ? NULL : &s->world->principal[m.actor];
	foreign = s->actor != NULL && s->actor->account != x->account;
	s->version = x->version[m.stage % STAGE_COUNT];
	s->step_name.data = m.op == OP_GET_VERSION ? stage_names[m.stage % STAGE_COUNT] : step_names[m.stage % 4];
	s->step_name.len = strlen(s->step_name.data);
	e = catalog_story(m.op);
	/* Both copies of a call between accounts are the same call. */
	if (foreign)
		s->rng = &both;
	event_prepare(s, e);
	if (s->actor != NULL)
		secret_call_it(s);
	if (m.op == OP_BATCH_LIST)
		s->list = batch_list(s->world, x, m.seed);
	s->fault = find_fault(&m, e);
	if (foreign)
	{
		s->shared = rng_mix(m.seed + (uint64_t) m.op);
		s->foreign = m.copy;
		s->recipient = m.copy ? x->account : s->actor->account;
	}
	event_write(out, s, e);
	s->rng = usual;
	s->secret = x;
	if (s->fault == NULL || m.op == OP_ROTATION_FAILED)
	{
		if (!m.copy)
			change_after(&m, x);
		push_consequences(q, &m, s);
	}
	return true;
}
