/*
 * secrets.c: the secrets of a world: their names, versions, readers, and how
 * their callers name them.
 */
#include <stdio.h>
#include <stdlib.h>

#include "calendar.h"
#include "principals.h"
#include "secrets.h"
#include "world.h"

/*
 * Names of every kind that Secrets Manager allows, among them some that end
 * like the six characters which it appends to a name in an ARN.
 */
static const char *const name_patterns[] = {
	"<prod|staging|dev>/<payments|checkout|search|ledger|identity|billing>/<db-credentials|api-key|signing-key|webhook-secret>",
	"<prod|staging|dev>/<payments|checkout|search|ledger|identity|billing>/<db-credentials|api-key|signing-key|webhook-secret>",
	"<payments|checkout|search|ledger>-<postgres|redis|kafka|smtp>-<password|credentials>",
	"<app|svc|team>_<stripe|github|slack|datadog>_<token|key>",
	"svc/<mailer|billing|reports>@example.com",
	"oauth2.<google|github|okta>+<client_secret|refresh_token>=v<int:1:3>",
	"<app-config|service-key|old-token>-<lower:6>",
	"rds!<db|cluster>-<uuid>",
};

#define NAME_PATTERNS ((int) (sizeof(name_patterns) / sizeof(*name_patterns)))

/* What templates can write about a secret. */
typedef enum part
{
	PART_ARN, PART_NAME, PART_ID, PART_VERSION, PART_CURRENT, PART_PENDING, PART_PREVIOUS,
	PART_LIST, PART_KEY, PART_KEY_ID, PART_LAMBDA, PART_DAYS, PART_REPLICA, PART_STEP,
	PART_OUTSIDER, PART_WINDOW, PART_DELETION_DATE, PART_DEADLINE, PART_COUNT
} part;

static const char *const part_names[PART_COUNT] = {
	"arn", "name", "id", "version", "current", "pending", "previous",
	"list", "key", "keyid", "lambda", "days", "replica", "step",
	"outsider", "window", "deletiondate", "deadline"
};

/* The number of a part, or -1. */
int
secret_part_named(const char *name)
{
	for (int i = 0; i < PART_COUNT; i++)
		if (strcmp(name, part_names[i]) == 0)
			return i;
	return -1;
}

/* Gives a secret a new version in one of its stages. */
void
secret_new_version(secret *x, secret_stage stage)
{
	text		uuid = {0};

	text_uuid(&uuid, &x->rng);
	for (int i = 0; i < UUID_LENGTH; i++)
		if (x->upper_case && uuid.data[i] >= 'a')
			uuid.data[i] = (char) (uuid.data[i] - 'a' + 'A');
	memcpy(x->version[stage], uuid.data, UUID_LENGTH);
	text_free(&uuid);
}

/* Makes the pending version the current one. */
void
secret_promote(secret *x)
{
	memcpy(x->version[STAGE_PREVIOUS], x->version[STAGE_CURRENT], UUID_LENGTH);
	memcpy(x->version[STAGE_CURRENT], x->version[STAGE_PENDING], UUID_LENGTH);
}

/* Makes a secret exist from now on, under an ARN it never had. */
void
secret_begin(secret *x, int64_t now)
{
	text		suffix = {0};

	text_addc(&suffix, '-');
	text_random(&suffix, &x->rng, alphabet_alnum, 62, 6);
	memcpy(x->suffix, suffix.data, 7);
	text_free(&suffix);
	for (int stage = 0; stage < STAGE_COUNT; stage++)
		secret_new_version(x, (secret_stage) stage);
	x->state = SECRET_ALIVE;
	x->born = now;
	x->busy_until = now;
	x->next_change = now + HOUR_MS;
	x->next_rotation = now + (int64_t) rng_below(&x->rng, (uint32_t) (x->rotation_days * 24 + 1)) * HOUR_MS;
}

/* Picks a principal of one of the kinds in an account. */
static int
pick_reader(const world *w, int account, int group, rng *r, int region)
{
	scene		s = {.account = account, .rng = r};
	int			number = principals_pick(&s, group, true)->number;

	/* Most readers are in the secret's own Region. */
	for (int tries = 0; tries < 4 && w->principal[number].region != region; tries++)
		number = principals_pick(&s, group, true)->number;
	return number;
}

/* The principal of an account that rotates secrets in turn. */
static int
pick_rotator(const world *w, int account, rng *r)
{
	int			skip = (int) rng_below(r, (uint32_t) principal_kinds[KIND_ROTATION].count);

	for (int i = 0; i < w->principals; i++)
		if (w->principal[i].kind == KIND_ROTATION && w->principal[i].account == account && skip-- == 0)
			return i;
	return -1;
}

/* Decides who may read a secret, from its own account and from another one. */
static void
choose_readers(secret *x, const world *w)
{
	int			workloads = principals_group(BY_WORKLOAD);
	int			people = principals_group(BY_HUMAN | BY_PIPELINE | BY(LEGACY));

	x->readers = 1 + (int) rng_below(&x->rng, SECRET_READERS);
	for (int i = 0; i < x->readers; i++)
		x->reader[i] = pick_reader(w, x->account, i == 3 ? people : workloads, &x->rng, x->region);
	x->outsider = -1;
	if (w->accounts > 1 && rng_percent(&x->rng, 8))
		x->outsider = pick_reader(w, (x->account + 1) % w->accounts, workloads, &x->rng, x->region);
}

/* Creates the secrets; most exist before the generated time begins. */
void
secrets_create(world *w)
{
	static const int rotation_days[] = {1, 7, 30, 30, 90};
	rng			r = rng_fork(w->seed, 3);
	scene		s = {.world = w, .rng = &r, .time = w->start};

	w->secret = xalloc((size_t) w->secrets * sizeof(secret));
	for (int i = 0; i < w->secrets; i++)
	{
		secret	   *x = &w->secret[i];
		char	   *name;
		int			pattern = i < NAME_PATTERNS ? i : (int) rng_below(&r, NAME_PATTERNS);

		x->number = i;
		x->rng = rng_fork(w->seed, 1000000 + (uint64_t) i);
		x->account = s.account = world_pick_account(w, &r);
		x->region = s.region = world_pick_region(w, x->account, &r);
		s.event++;
		name = template_string(name_patterns[pattern], &s);
		/* A name is used once in an account and Region; a number sees to that. */
		snprintf(x->name, sizeof(x->name), i < NAME_PATTERNS || pattern >= 6 ? "%s" : "%s-%d", name, i);
		free(name);
		x->managed = pattern == NAME_PATTERNS - 1;
		choose_readers(x, w);
		x->rotator = -1;
		if (!x->managed && x->region == w->account[x->account].home && rng_percent(&x->rng, 60))
			x->rotator = pick_rotator(w, x->account, &x->rng);
		x->rotation_days = rotation_days[rng_below(&x->rng, 5)];
		x->failing_step = rng_percent(&x->rng, 25) ? (int) rng_below(&x->rng, 4) : -1;
		x->key = (int) rng_below(&x->rng, 8);
		x->replica = w->regions > 1 && rng_percent(&x->rng, 20) ? (x->region + 1) % w->regions : -1;
		x->replicated = x->replica >= 0 && rng_percent(&x->rng, 50);
		x->life_days = rng_percent(&x->rng, 35) && !x->managed ? (int) rng_below(&x->rng, 24) : -1;
		x->old_style = rng_percent(&x->rng, 15);
		x->upper_case = rng_percent(&x->rng, 40);
		secret_begin(x, w->start);
		x->born -= (int64_t) rng_below(&x->rng, 40) * DAY_MS;
		if (rng_percent(&x->rng, 30) && !x->managed)
			x->state = SECRET_ABSENT;
	}
}

/* Appends a secret's full ARN. */
void
secret_arn(text *out, const secret *x, const world *w)
{
	text_lit(out, "arn:aws:secretsmanager:");
	text_adds(out, world_regions[x->region]);
	text_addc(out, ':');
	text_add(out, w->account[x->account].id, ACCOUNT_LENGTH);
	text_lit(out, ":secret:");
	text_adds(out, x->name);
	text_adds(out, x->suffix);
}

/* Decides how the caller names the secret; it keeps to one way. */
void
secret_call_it(scene *s)
{
	static text id;
	const secret *x = s->secret;
	uint64_t	habit = rng_mix(((uint64_t) s->actor->number << 32) + (uint64_t) x->number) % 100;

	id.len = 0;
	/* A name alone means nothing in another account. */
	if (s->actor->account == x->account && habit < 40)
		text_adds(&id, x->name);
	else
	{
		secret_arn(&id, x, s->world);
		/* A partial ARN leaves the suffix out. */
		if (habit >= 88)
			id.len -= strlen(x->suffix);
	}
	text_addc(&id, '\0');
	s->secret_id = id.data;
}

/* Appends the ARN of the secret's KMS key. */
static void
write_key(text *out, const scene *s)
{
	static int	pool = -1;
	const slice *key;

	if (pool < 0)
		pool = pool_named("kmskey");
	text_lit(out, "arn:aws:kms:");
	text_adds(out, world_regions[s->region]);
	text_addc(out, ':');
	text_add(out, s->world->account[s->account].id, ACCOUNT_LENGTH);
	text_lit(out, ":key/");
	key = pool_entry(s, pool, (uint32_t) s->secret->key);
	text_add(out, key->data, key->len);
}

/* Appends one thing about the scene's secret. */
void
secret_write_part(text *out, scene *s, int number)
{
	const secret *x = s->secret;

	switch ((part) number)
	{
		case PART_ARN:
			secret_arn(out, x, s->world);
			break;
		case PART_NAME:
			text_adds(out, x->name);
			break;
		case PART_ID:
			text_adds(out, s->secret_id);
			break;
		case PART_VERSION:
			text_adds(out, s->version);
			break;
		case PART_CURRENT:
			text_adds(out, x->version[STAGE_CURRENT]);
			break;
		case PART_PENDING:
			text_adds(out, x->version[STAGE_PENDING]);
			break;
		case PART_PREVIOUS:
			text_adds(out, x->version[STAGE_PREVIOUS]);
			break;
		case PART_LIST:
			text_add(out, s->list.data, s->list.len);
			break;
		case PART_KEY:
			write_key(out, s);
			break;
		case PART_KEY_ID:
			/* The key that AWS keeps for the service goes by its alias. */
			if (x->key < 4)
				text_lit(out, "alias/aws/secretsmanager");
			else
				write_key(out, s);
			break;
		case PART_LAMBDA:
			if (x->rotator >= 0)
				text_adds(out, s->world->principal[x->rotator].fact[FACT_ORIGIN]);
			break;
		case PART_DAYS:
			text_uint(out, (uint64_t) x->rotation_days);
			break;
		case PART_REPLICA:
			text_adds(out, world_regions[x->replica >= 0 ? x->replica : x->region]);
			break;
		case PART_STEP:
			text_add(out, s->step_name.data, s->step_name.len);
			break;
		case PART_OUTSIDER:
			text_adds(out, s->world->principal[x->outsider >= 0 ? x->outsider : x->reader[0]].fact[FACT_ROLE]);
			break;
		case PART_WINDOW:
			text_uint(out, (uint64_t) x->window);
			break;
		case PART_DELETION_DATE:
			text_long_date(out, x->delete_at, s->time % 2 == 0);
			break;
		case PART_DEADLINE:
			text_iso(out, x->delete_at - x->delete_at % MINUTE_MS);
			break;
		case PART_COUNT:
			break;
	}
}
