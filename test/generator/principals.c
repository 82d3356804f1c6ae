/*
 * principals.c: creates the principals of a world, chooses among them and
 * writes who they are.
 */
#include <stdlib.h>

#include "calendar.h"
#include "principals.h"
#include "world.h"

#define GROUP_LIMIT 64

/* tlsDetails up to the host. */
#define TLS(version, suite) \
	"{\"tlsVersion\":\"" version "\",\"cipherSuite\":\"" suite "\",\"clientProvidedHostHeader\":\""

static const char *const fact_names[FACT_COUNT] = {
	"name", "id", "label", "service", "store", "role", "origin", "agent",
	"address", "endpoint", "mfa", "since", "key", "session", "arn"
};

/* The templates of a kind, compiled. */
static struct
{
	template	fact[FACT_COUNT];
	template	identity;
	template	forwarded;
	template	scope;
}			compiled[KIND_COUNT];

/* Those of an account who may do a thing, each as often as its weight says. */
typedef struct choice
{
	int			count;
	principal **member;
} choice;

static struct
{
	uint32_t	kinds;
	choice	   *all;			/* by account */
	choice	   *machines;		/* those of them that work at night */
}			groups[GROUP_LIMIT];
static int	group_count;
static const world *the_world;

/* The number of a fact, or -1. */
int
fact_named(const char *name)
{
	for (int i = 0; i < FACT_COUNT; i++)
		if (strcmp(name, fact_names[i]) == 0)
			return i;
	return -1;
}

/* Fills in one fact about a principal. */
static void
learn(principal *p, int number, scene *s)
{
	text		out = {0};

	template_expand(&out, &compiled[p->kind].fact[number], s);
	text_addc(&out, '\0');
	free(p->fact[number]);
	p->fact[number] = out.data;
}

/* Decides how a principal's calls are encrypted. */
static void
choose_tls(principal *p)
{
	static const char modern[] = TLS("TLSv1.3", "TLS_AES_128_GCM_SHA256");
	static const char older[] = TLS("TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256");
	static const char weak[] = TLS("TLSv1", "ECDHE-RSA-AES128-SHA");
	static const char *const exchanges[] = {"X25519MLKEM768", "x25519", "x25519", "secp256r1"};

	p->key_exchange = exchanges[rng_below(&p->rng, 4)];
	if (p->kind == KIND_LEGACY)
		p->tls = (slice) {weak, sizeof(weak) - 1};
	else if (rng_percent(&p->rng, 80))
		p->tls = (slice) {modern, sizeof(modern) - 1};
	else
		p->tls = (slice) {older, sizeof(older) - 1};
}

/* Creates one principal in the scene's account. */
static void
create(principal *p, kind k, int ordinal, scene *s)
{
	const principal_kind *pk = &principal_kinds[k];

	p->kind = k;
	p->account = s->account;
	p->ordinal = ordinal;
	p->number = (int) (p - s->world->principal);
	p->rng = rng_fork(s->world->seed, 1000 + (uint64_t) p->number);
	p->region = world_pick_region(s->world, p->account, &p->rng);
	if (k == KIND_ROTATION)
		p->region = s->world->account[p->account].home;
	s->actor = p;
	s->region = p->region;
	s->rng = &p->rng;
	s->event++;
	for (int i = 0; i < FIRST_SESSION_FACT; i++)
		learn(p, i, s);
	choose_tls(p);
	if (rng_percent(&p->rng, (uint32_t) pk->private_percent))
	{
		free(p->fact[FACT_ENDPOINT]);
		p->fact[FACT_ENDPOINT] = template_string("<endpoint>", s);
		free(p->fact[FACT_ADDRESS]);
		p->fact[FACT_ADDRESS] = template_string("10.<int:0:9>.<int:0:63>.<int:4:250>", s);
	}
}

/* Creates the principals of all accounts. */
void
principals_create(world *w)
{
	scene		s = {.world = w, .time = w->start};
	int			per_account = 0;

	the_world = w;
	for (int k = 0; k < KIND_COUNT; k++)
	{
		const principal_kind *pk = &principal_kinds[k];

		per_account += pk->count;
		for (int i = 0; i < FACT_COUNT; i++)
			compiled[k].fact[i] = template_compile(pk->fact[i]);
		compiled[k].fact[FACT_SINCE] = template_compile("<time>");
		compiled[k].identity = template_compile(pk->identity);
		compiled[k].forwarded = template_compile(pk->forwarded);
		compiled[k].scope = template_compile(pk->scope);
	}
	w->principal = xalloc((size_t) (per_account * w->accounts) * sizeof(principal));
	for (s.account = 0; s.account < w->accounts; s.account++)
		for (int k = 0; k < KIND_COUNT; k++)
			for (int i = 0; i < principal_kinds[k].count; i++)
				create(&w->principal[w->principals++], (kind) k, i, &s);
}

/* Whether this kind keeps office hours. */
static bool
is_human(kind k)
{
	return ((BY_HUMAN | BY(IDENTITY_CENTER)) >> k & 1) != 0;
}

/* Lists who of each account is of one of the kinds. */
static choice *
list_members(uint32_t kinds)
{
	choice	   *list = xalloc((size_t) the_world->accounts * sizeof(choice));

	for (int i = 0; i < the_world->principals; i++)
	{
		principal  *p = &the_world->principal[i];
		choice	   *c = &list[p->account];
		int			weight = principal_kinds[p->kind].weight;

		if ((kinds >> p->kind & 1) == 0 || weight == 0)
			continue;
		c->member = realloc(c->member, (size_t) (c->count + weight) * sizeof(*c->member));
		if (c->member == NULL)
			die("out of memory");
		while (weight-- > 0)
			c->member[c->count++] = p;
	}
	return list;
}

/* The number of the group of those who are of one of the kinds. */
int
principals_group(uint32_t kinds)
{
	uint32_t	machines = 0;

	for (int i = 0; i < group_count; i++)
		if (groups[i].kinds == kinds)
			return i;
	if (group_count == GROUP_LIMIT)
		die("too many groups of principals");
	for (int k = 0; k < KIND_COUNT; k++)
		machines |= is_human((kind) k) ? 0 : kinds & (UINT32_C(1) << k);
	groups[group_count].kinds = kinds;
	groups[group_count].all = list_members(kinds);
	groups[group_count].machines = list_members(machines);
	return group_count++;
}

/* Someone of a group in the scene's account. */
principal *
principals_pick(scene *s, int group, bool working_hours)
{
	const choice *c = &groups[group].all[s->account];
	const choice *machines = &groups[group].machines[s->account];

	if (!working_hours && machines->count > 0 && rng_percent(s->rng, 85))
		c = machines;
	if (c->count == 0)
		die("a shape has nobody to do it");
	return c->member[rng_below(s->rng, (uint32_t) c->count)];
}

/* Begins a new session where the old one has run out by the scene's time. */
void
principal_renew(principal *p, scene *s)
{
	static const unsigned forms[IDENTITY_FORMS] = {8, 10, 11};
	scene		own;

	if (s->time < p->until)
		return;
	own = (scene) {
		.world = s->world, .rng = &p->rng, .account = p->account, .region = p->region,
		.actor = p, .time = s->time, .event = 1
	};
	/* Most sessions are already under way when they are first seen. */
	if (p->until == 0)
		own.time -= (int64_t) rng_below(&p->rng, 40) * MINUTE_MS;
	for (int i = FIRST_SESSION_FACT; i < FACT_COUNT; i++)
		learn(p, i, &own);
	for (int i = 0; i < IDENTITY_FORMS; i++)
	{
		p->identity[i].len = 0;
		own.minor = forms[i];
		template_expand(&p->identity[i], &compiled[p->kind].identity, &own);
		p->core[i] = p->identity[i].len;
		template_expand(&p->identity[i], &compiled[p->kind].scope, &own);
		text_addc(&p->identity[i], '}');
	}
	p->until = own.time + (int64_t) principal_kinds[p->kind].hours * HOUR_MS;
	if (p->until <= s->time)
		p->until = s->time + HOUR_MS;
}

/* Which of the ways to write userIdentity the scene's eventVersion wants. */
static int
identity_form(const scene *s)
{
	return s->minor <= 8 ? 0 : s->minor <= 10 ? 1 : 2;
}

/* Appends userIdentity. */
void
principal_write(text *out, principal *p, scene *s)
{
	const text *identity = &p->identity[identity_form(s)];

	if (p->kind == KIND_SERVICE)
	{
		text_lit(out, "{\"type\":\"AWSService\",\"invokedBy\":\"");
		text_add(out, s->invoker.data, s->invoker.len);
		text_lit(out, "\"}");
	}
	else if (s->foreign)
	{
		text_lit(out, "{\"type\":\"AWSAccount\",\"principalId\":\"");
		text_adds(out, p->fact[FACT_ID]);
		text_addc(out, ':');
		text_adds(out, p->fact[FACT_SESSION]);
		text_lit(out, "\",\"accountId\":\"");
		text_adds(out, s->world->account[p->account].id);
		text_lit(out, "\"}");
	}
	else
		text_add(out, identity->data, identity->len);
}

/* Appends userIdentity of a call that an AWS service makes with the caller's rights. */
void
principal_write_forwarded(text *out, principal *p, scene *s)
{
	int			form = identity_form(s);
	const text *identity = &p->identity[form];

	if (s->foreign)
	{
		principal_write(out, p, s);
		return;
	}
	if (compiled[p->kind].forwarded.count > 0)
	{
		int			account = s->account;

		s->account = p->account;
		template_expand(out, &compiled[p->kind].forwarded, s);
		s->account = account;
	}
	else
		text_add(out, identity->data, p->core[form]);
	text_lit(out, ",\"invokedBy\":\"");
	text_add(out, s->invoker.data, s->invoker.len);
	text_addc(out, '"');
	if (compiled[p->kind].forwarded.count > 0)
		text_addc(out, '}');
	else
		text_add(out, identity->data + p->core[form], identity->len - p->core[form]);
}
