/*
 * test_verdict_random.c: random buckets under random attacks, of which the
 * truth is known.  Nothing that CloudTrail did not write may be proven, and
 * nothing that it wrote may be called altered.
 *
 * VERDICT_CASES tells how many buckets, VERDICT_SEED with which number to
 * begin.
 */
#include <stdlib.h>
#include <string.h>

#include "random_bucket.h"
#include "tap.h"
#include "core/evidence/verdict.h"

static uint64_t checks;

/* Checks a signature by the stand-in for RSA, and counts. */
static bool
signature_valid(const uint8_t hash[CT_SHA256_SIZE], const uint8_t *signature, size_t signature_len,
				const uint8_t *der, size_t der_len)
{
	uint8_t		right[CT_SHA256_SIZE];

	checks++;
	sign(der[0], hash, right);
	return signature_len == CT_SHA256_SIZE && memcmp(signature, right, CT_SHA256_SIZE) == 0;
}

/* The part of a path behind the last slash. */
static const char *
base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* Whether CloudTrail wrote this file under its name. */
static bool
is_true_file(const log_file *f)
{
	for (int i = 0; i < world.true_file_count; i++)
	{
		if (world.true_files[i].content == f->content && strcmp(base(world.true_files[i].source),
																base(f->source)) == 0)
			return true;
	}
	return false;
}

/* Whether CloudTrail wrote this digest. */
static bool
is_true_digest(const digest_file *d)
{
	for (int i = 0; i < world.true_digest_count; i++)
	{
		if (memcmp(world.true_digests[i], d->sha256, CT_SHA256_SIZE) == 0)
			return true;
	}
	return false;
}

/* Whether a signature of a digest is by a given key that it names. */
static bool
is_signed(const digest_file *d, const uint8_t *signature)
{
	uint8_t		right[CT_SHA256_SIZE];

	if (d->plan.fingerprint >= 2)
		return false;
	sign(d->plan.fingerprint, d->signed_hash, right);
	return memcmp(right, signature, CT_SHA256_SIZE) == 0;
}

/* Finds, by the words of the definition, which digests are proven. */
static void
prove_naively(bool *proven)
{
	bool		more = true;

	for (int i = 0; i < world.digest_count; i++)
	{
		const digest_file *d = &world.digests[i];

		proven[i] = d->has_signature && is_signed(d, d->beside);
		for (int k = 0; k < world.digest_count; k++)
		{
			const plan *p = &world.digests[k].plan;

			if (p->previous_object[0] != '\0' && memcmp(p->previous_sha256, d->sha256,
														CT_SHA256_SIZE) == 0)
				proven[i] |= is_signed(d, p->previous_signature);
		}
	}
	while (more)
	{
		more = false;
		for (int i = 0; i < world.digest_count; i++)
		{
			for (int k = 0; k < world.digest_count && !proven[i]; k++)
			{
				bool		same = memcmp(world.digests[k].sha256, world.digests[i].sha256,
										  CT_SHA256_SIZE) == 0;
				bool		recorded = world.digests[k].plan.previous_object[0] != '\0' &&
					memcmp(world.digests[k].plan.previous_sha256, world.digests[i].sha256,
						   CT_SHA256_SIZE) == 0;

				if (proven[k] && (same || recorded))
					proven[i] = more = true;
			}
		}
	}
}

/* Whether a digest lists a file with its bytes. */
static bool
lists(const plan *p, const log_file *f)
{
	for (int i = 0; i < p->file_count; i++)
	{
		if (p->files[i].content == f->content && strcmp(base(p->files[i].object),
														base(f->source)) == 0)
			return true;
	}
	return false;
}

/* Whether a digest lists a file's name. */
static bool
lists_name(const plan *p, const log_file *f)
{
	for (int i = 0; i < p->file_count; i++)
	{
		if (strcmp(base(p->files[i].object), base(f->source)) == 0)
			return true;
	}
	return false;
}

/* Whether proven digests are about a time in an account and Region. */
static bool
covers(const bool *proven, int account, int region, int time)
{
	for (int i = 0; i < world.digest_count; i++)
	{
		const plan *p = &world.digests[i].plan;

		if (proven[i] && !p->backfill && p->account == account && p->region == region &&
			p->start <= time && time < p->end)
			return true;
	}
	return false;
}

/* Whether a forged file that nothing lists must be noticed: by its events. */
static bool
must_be_noticed(const bool *proven, const log_file *f)
{
	ct_filename name;
	ct_name_kind kind = ct_file_name((ct_slice) {f->source, strlen(f->source)}, &name);

	for (int i = 0; i < f->event_count; i++)
	{
		const event *e = &f->events[i];
		int64_t		delay = name.time / USEC - ORIGIN - e->time;

		if (e->special || !covers(proven, e->account, e->region, e->time) || !covers(proven,
																					 e->account, e->region, e->time + 900))
			continue;
		if (kind != CT_NAME_LOG || delay < -300 || delay > 6 * 3600)
			return true;
	}
	return false;
}

/* Memory of a verdict: what is left of it is freed behind each case. */
static void *memory[100000];
static size_t memory_count;

static void *
allocate(void *arg, size_t size)
{
	(void) arg;
	return memory[memory_count++] = malloc(size > 0 ? size : 1);
}

/* Judges the bucket. */
static void
judge(ct_verdict *v, ct_public_key *keys)
{
	static ct_log_file *added[FILES_MAX];

	memset(v, 0, sizeof(*v));
	v->host = (ct_evidence_host) {.allocate = allocate, .signature_valid = signature_valid};
	v->keys = keys;
	v->key_count = 2;
	for (int i = 0; i < world.digest_count; i++)
	{
		const digest_file *d = &world.digests[i];
		ct_slice	signature = {d->has_signature ? (const char *) d->beside : NULL,
								 d->has_signature ? CT_SHA256_SIZE : 0};

		ct_verdict_add_digest(v, (ct_slice) {d->source, strlen(d->source)},
							  (ct_slice) {d->content, d->length},
							  signature)->owner = (void *) d;
	}
	for (int i = 0; i < world.file_count; i++)
	{
		uint8_t		sha256[CT_SHA256_SIZE];

		hash_of(world.files[i].content, sha256);
		added[i] = ct_verdict_add_file(v, (ct_slice) {world.files[i].source,
													  strlen(world.files[i].source)}, sha256);
		added[i]->owner = &world.files[i];
	}
	ct_verdict_judge(v);
	for (int i = 0; i < world.file_count; i++)
	{
		for (int k = 0; k < world.files[i].event_count && added[i]->wants_events; k++)
		{
			const event *e = &world.files[i].events[k];
			char		account[13];

			sprintf(account, "11112222333%d", e->account);
			ct_verdict_event(v, added[i], (ct_slice) {account, 12},
							 (ct_slice) {regions[e->region], strlen(regions[e->region])},
							 (ORIGIN + e->time) * USEC, e->special, false);
		}
	}
}

/* Releases the memory of a verdict. */
static void
forget(void)
{
	while (memory_count > 0)
		free(memory[--memory_count]);
}

/* Wrong verdicts of each kind. */
typedef struct wrong
{
	uint64_t	proven;			/* what CloudTrail did not write is proven */
	uint64_t	unproven;		/* what is signed is not proven */
	uint64_t	broken;			/* what CloudTrail wrote is called altered */
	uint64_t	unnoticed;		/* a forged file is not noticed */
	uint64_t	digests;		/* a digest that should be proven is not */
	uint64_t	quiet;			/* a break where nobody did anything */
} wrong;

/* Compares the verdict on a digest with the truth. */
static void
check_digest(const ct_chain_digest *d, const bool *proven, wrong *w)
{
	const digest_file *file = d->owner;
	int			i = (int) (file - world.digests);

	if (d->proven && !is_true_digest(file))
		w->proven++;
	/* A signature that stands beside a wrong hash may prove more than the definition asks for. */
	if (proven[i] && !d->proven)
		w->digests++;
}

/* Compares the verdict on a log file with the truth. */
static void
check_file(const ct_log_file *f, const bool *proven, wrong *w)
{
	const log_file *file = f->owner;
	bool		is_true = is_true_file(file);
	bool		is_proven = false;
	bool		named = false;
	bool		listed = false;

	for (int i = 0; i < world.digest_count; i++)
	{
		is_proven |= proven[i] && lists(&world.digests[i].plan, file);
		named |= lists_name(&world.digests[i].plan, file);
		listed |= is_true_digest(&world.digests[i]) && lists(&world.digests[i].plan, file);
	}
	w->proven += f->status == CT_FILE_VERIFIED && !is_true;
	w->unproven += is_proven && f->status != CT_FILE_VERIFIED;
	w->broken += is_true &&
		(f->status == CT_FILE_DIFFERS || (listed && f->status == CT_FILE_UNLISTED));
	w->unnoticed += !is_true && !named && !f->broken && must_be_noticed(proven, file);
}

/* Whether a verdict has found a break. */
static bool
has_break(const ct_verdict *v)
{
	for (size_t i = 0; i < v->digest_count; i++)
	{
		if (ct_link_is_break(v->digests[i]->link) || ct_sign_is_break(v->digests[i]->sign))
			return true;
	}
	for (size_t i = 0; i < v->listed_count; i++)
	{
		if (v->listed[i]->missing)
			return true;
	}
	for (size_t i = 0; i < v->file_count; i++)
	{
		if (v->files[i]->broken)
			return true;
	}
	return false;
}

/* One bucket, under some attacks or none. */
static void
try_case(ct_public_key *keys, int attacks, wrong *w)
{
	bool		proven[DIGESTS_MAX];
	ct_verdict	v;

	write_bucket();
	for (int i = 0; i < attacks; i++)
		attack();
	judge(&v, keys);
	prove_naively(proven);
	for (size_t i = 0; i < v.digest_count; i++)
		check_digest(v.digests[i], proven, w);
	for (size_t i = 0; i < v.file_count; i++)
		check_file(v.files[i], proven, w);
	w->quiet += attacks == 0 && has_break(&v);
	forget();
}

/* A setting of the test. */
static uint64_t
setting(const char *name, uint64_t otherwise)
{
	const char *value = getenv(name);

	return value != NULL ? strtoull(value, NULL, 10) : otherwise;
}

/* Many digests of one name, which they name: as many checks as there are signatures. */
static void
test_many_of_a_name(ct_public_key *keys)
{
	const size_t count = 20000;
	ct_chain_digest *members = calloc(count, sizeof(*members));
	ct_chain_digest **sorted = calloc(count, sizeof(*sorted));
	const char *name =
		"111122223330_CloudTrail-Digest_us-east-1_main_us-east-1_20240501T110000Z.json.gz";
	ct_evidence_host host = {.signature_valid = signature_valid};

	for (size_t i = 0; i < count; i++)
	{
		uint32_t	number = (uint32_t) i;

		members[i] = (ct_chain_digest) {
			.name = {name, strlen(name)}, .chain = {name, 57}, .account_id = {name,
																			  12}, .fingerprint =
																				  {"k0", 2},
			.known_signature_algorithm = true, .has_previous = true, .known_hash_algorithm = true,
			.previous_name = {name, strlen(name)}, .previous_signature = {name,
																		  32}, .signature = {name,
																							 32}
		};
		ct_sha256((const char *) &number, sizeof(number), members[i].sha256);
		number = (uint32_t) (i + 1);
		ct_sha256((const char *) &number, sizeof(number), members[i].previous_sha256);
		sorted[i] = &members[i];
	}
	checks = 0;
	ct_chain_check(&host, sorted, count, keys, 2);
	ok(checks <= 2 * count, "%zu digests of one name: %llu checks of signatures", count,
	   (unsigned long long) checks);
	free(members);
	free(sorted);
}

int
main(void)
{
	static ct_public_key keys[2] = {
		{.fingerprint = {"k0", 2}, .der = {0}, .der_len = 1},
		{.fingerprint = {"k1", 2}, .der = {1}, .der_len = 1}
	};
	uint64_t	cases = setting("VERDICT_CASES", 500);
	uint64_t	seed = setting("VERDICT_SEED", 1);
	uint64_t	attacks = 0;
	wrong		w = {0};

	for (uint64_t i = 0; i < cases; i++)
	{
		wrong		before = w;
		int			count;

		seed_bucket(seed + i);
		count = i % 10 == 0 ? 0 : 1 + below(6);
		attacks += (uint64_t) count;
		try_case(keys, count, &w);
		if (memcmp(&before, &w, sizeof(w)) != 0)
			printf("# VERDICT_SEED=%llu VERDICT_CASES=1\n", (unsigned long long) (seed + i));
	}
	empty_bucket();
	printf("# %llu buckets, %llu attacks\n", (unsigned long long) cases,
		   (unsigned long long) attacks);
	ok(w.proven == 0, "nothing is proven that CloudTrail did not write: %llu wrong",
	   (unsigned long long) w.proven);
	ok(w.unproven + w.digests == 0, "what is signed is proven: %llu wrong",
	   (unsigned long long) (w.unproven + w.digests));
	ok(w.broken == 0, "nothing that CloudTrail wrote is called altered: %llu wrong",
	   (unsigned long long) w.broken);
	ok(w.unnoticed == 0, "forged files amid proven hours are noticed: %llu wrong",
	   (unsigned long long) w.unnoticed);
	ok(w.quiet == 0, "no break where nobody did anything: %llu wrong",
	   (unsigned long long) w.quiet);
	test_many_of_a_name(keys);
	return done_testing();
}
