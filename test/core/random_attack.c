/*
 * random_attack.c: random attacks on a bucket.
 */
#include "random_bucket_impl.h"

/* A log file at random; NULL if there is none. */
static log_file *
any_file(void)
{
	return world.file_count > 0 ? &world.files[below(world.file_count)] : NULL;
}

/* A digest at random; NULL if there is none. */
static digest_file *
any_digest(void)
{
	return world.digest_count > 0 ? &world.digests[below(world.digest_count)] : NULL;
}

/* Signs a digest in an attacker's ways. */
static void
sign_falsely(digest_file *d)
{
	d->has_signature = chance(60);
	if (chance(30))
		memset(d->beside, below(256), CT_SHA256_SIZE);
	else if (chance(30) && world.digest_count > 0)
		memcpy(d->beside, world.digests[below(world.digest_count)].signature, CT_SHA256_SIZE);
	else
		memcpy(d->beside, d->signature, CT_SHA256_SIZE);
	/* A forger has no key that is given: what he wrote by one is not its signature. */
	if (d->plan.key != 2)
		d->beside[0] ^= 1;
}

/* Lists a file in a plan. */
static void
list_file(plan *p, const log_file *f)
{
	if (p->file_count == LISTED_MAX)
		p->file_count--;
	strcpy(p->files[p->file_count].object, f->source);
	p->files[p->file_count++].content = f->content;
}

/* Replaces a digest by a forged one, and those that follow it, as far as the attacker likes. */
static void
rechain(int from, void (*change) (plan *p))
{
	digest_file forged;
	plan		p = world.digests[from].plan;
	char		object[SOURCE_MAX];

	digest_source(&p, object);
	change(&p);
	p.key = 2;
	if (chance(40))
		p.fingerprint = 2;
	for (;;)
	{
		int			next = -1;

		write_digest(&p, &forged);
		if (chance(90))
			strcpy(forged.source, world.digests[from].source);
		if (chance(50))
			sign_falsely(&forged);
		if (chance(80) || world.digest_count == DIGESTS_MAX)
		{
			free(world.digests[from].content);
			world.digests[from] = forged;
		}
		else
			world.digests[world.digest_count++] = forged;
		for (int i = 0; i < world.digest_count; i++)
		{
			if (i != from && strcmp(world.digests[i].plan.previous_object, object) == 0)
				next = i;
		}
		if (next < 0 || chance(20))
			return;
		p = world.digests[next].plan;
		digest_source(&p, object);
		follow(&p, &forged);
		if (chance(30))
			memcpy(p.previous_signature, world.digests[next].plan.previous_signature,
				   CT_SHA256_SIZE);
		p.key = 2;
		from = next;
	}
}

static void
change_nothing(plan *p)
{
	(void) p;
}

static void
drop_listed(plan *p)
{
	if (p->file_count > 0)
		p->file_count--;
}

static void
alter_listed(plan *p)
{
	if (p->file_count > 0)
		p->files[below(p->file_count)].content = world.file_count > 0 && chance(50) ?
			world.files[below(world.file_count)].content : ++next_content;
}

static void
add_listed(plan *p)
{
	if (world.file_count > 0)
		list_file(p, &world.files[below(world.file_count)]);
}

static void
shift_time(plan *p)
{
	int			shift = 3600 * (below(9) - 4);

	p->start += shift;
	if (chance(70))
		p->end += shift;
}

static void
change_account(plan *p)
{
	p->account = below(4);
	p->region = below(3);
}

static void (*const changes[]) (plan *p) = {change_nothing, drop_listed, alter_listed, add_listed,
											shift_time, change_account};

/* Forges a log file, of any name. */
static void
forge_file(void)
{
	static const char *const kinds[] = {"", "", "-Insight", "-NetworkActivity"};
	log_file   *f = add_file(below(4), below(3),
							 below(40000) + (chance(30) ? 366 * 86400 * 2 : 0), kinds[below(4)]);

	if (f == NULL)
		return;
	for (int i = 0; i < f->event_count; i++)
		f->events[i] = (event) {below(3), below(2), below(40000), chance(10)};
	if (chance(15))
		snprintf(f->source, SOURCE_MAX, "upload/%u.json", f->content);
	if (chance(20) && world.file_count > 1)
		strcpy(f->source, world.files[below(world.file_count - 1)].source);
}

/* A chain of a trail that never was, signed by nobody or by a stranger. */
static void
forge_chain(void)
{
	plan		p = {.account = below(3), .region = below(3), .trail = 10 + below(3), .key = 2,
					 .fingerprint = below(3), .start = below(30000)};
	digest_file *d = NULL;

	for (int hour = 1 + below(4); hour > 0; hour--)
	{
		p.file_count = 0;
		p.previous_object[0] = '\0';
		if (d != NULL)
			follow(&p, d);
		for (int i = below(4); i > 0 && world.file_count > 0; i--)
			list_file(&p,
					  &world.files[chance(50) ? world.file_count - 1 : below(world.file_count)]);
		p.end = p.start + 3600;
		d = add_digest(&p);
		if (d != NULL)
			sign_falsely(d);
		p.start = p.end;
	}
}

/* A digest that follows a true one, with a wrong signature of it. */
static void
forge_successor(void)
{
	const digest_file *d = any_digest();
	plan		p;

	if (d == NULL)
		return;
	p = d->plan;
	p.start = p.end;
	p.end += 3600;
	p.file_count = 0;
	follow(&p, d);
	if (chance(70))
		p.previous_signature[3] ^= 1;
	if (chance(20))
		p.previous_sha256[3] ^= 1;
	p.key = 2;
	if (chance(50))
		add_listed(&p);
	add_digest(&p);
}

/* All digests thrown away, log files altered, each hour a chain of its own. */
static void
forge_all(void)
{
	int			count;

	while (world.digest_count > 0)
		remove_digest(0);
	for (int i = 0; i < world.file_count; i++)
	{
		if (chance(80))
			world.files[i].content = ++next_content;
	}
	count = world.file_count < 30 ? world.file_count : 30;
	for (int i = 0; i < count; i++)
	{
		plan		p = {.account = world.files[i].events[0].account,
						 .region = world.files[i].events[0].region, .trail = 20 + i,
			.key = 2, .fingerprint = below(3), .start = world.files[i].events[0].time - 1000};

		p.end = p.start + 3600;
		list_file(&p, &world.files[i]);
		add_digest(&p);
	}
}

static void
alter_file(void)
{
	log_file   *f = any_file();

	if (f != NULL)
		f->content = ++next_content;
}

static void
drop_file(void)
{
	if (world.file_count > 0)
		remove_file(below(world.file_count));
}

static void
drop_digest(void)
{
	if (world.digest_count > 0)
		remove_digest(below(world.digest_count));
}

static void
alter_chain(void)
{
	if (world.digest_count > 0)
		rechain(below(world.digest_count), changes[below(6)]);
}

static void
alter_signature(void)
{
	digest_file *d = any_digest();

	if (d != NULL)
		sign_falsely(d);
}

static void
strip_signature(void)
{
	digest_file *d = any_digest();

	if (d != NULL)
		d->has_signature = false;
}

static void
strip_signatures(void)
{
	for (int i = 0; i < world.digest_count; i++)
		world.digests[i].has_signature = false;
}

static void
copy_file(void)
{
	log_file   *f = any_file();
	char		source[SOURCE_MAX];

	if (f == NULL || world.file_count == FILES_MAX)
		return;
	snprintf(source, sizeof(source), "copy/%.200s", f->source);
	world.files[world.file_count] = *f;
	f = &world.files[world.file_count++];
	strcpy(f->source, source);
	if (chance(30))
		f->content = ++next_content;
}

static void
copy_digest(void)
{
	digest_file *d = any_digest();
	char		source[SOURCE_MAX];
	plan		p;

	if (d == NULL)
		return;
	snprintf(source, sizeof(source), "copy/%.200s", d->source);
	p = d->plan;
	d = add_digest(&p);
	if (d != NULL)
		strcpy(d->source, source);
}

/* Exchanges two names. */
static void
swap_sources(char *x, char *y)
{
	char		source[SOURCE_MAX];

	memcpy(source, x, SOURCE_MAX);
	memmove(x, y, SOURCE_MAX);
	memcpy(y, source, SOURCE_MAX);
}

static void
swap_files(void)
{
	if (world.file_count > 0)
		swap_sources(any_file()->source, any_file()->source);
}

static void
swap_digests(void)
{
	if (world.digest_count > 0)
		swap_sources(any_digest()->source, any_digest()->source);
}

/* Gives a log file the name of another account, Region, time or kind. */
static void
rename_file(void)
{
	log_file   *f = any_file();

	if (f != NULL)
		log_source(below(4), below(3), below(60000), chance(30) ? "-Insight" : "", f->source);
}

static void
forge_all_sometimes(void)
{
	if (chance(20))
		forge_all();
}

/* One attack on the bucket. */
void
attack(void)
{
	static void (*const attacks[]) (void) = {
		forge_file, forge_file, alter_file, drop_file, drop_digest, alter_chain, alter_chain, alter_chain,
		alter_signature, strip_signature, strip_signatures, copy_file, copy_digest, swap_files, swap_digests,
		rename_file, forge_chain, forge_chain, forge_successor, forge_all_sometimes
	};

	attacks[below(sizeof(attacks) / sizeof(attacks[0]))] ();
}
