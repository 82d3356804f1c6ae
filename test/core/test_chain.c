/*
 * test_chain.c: chains of digests, whole and broken in every way.
 */
#include "core/evidence/chain.h"
#include "digest_util.h"
#include "tap.h"

#define MEMBERS_MAX		20

/* Digests being checked together. */
typedef struct chain_test
{
	ct_chain_digest members[MEMBERS_MAX];
	ct_chain_digest *sorted[MEMBERS_MAX];
	char	   *rooms[MEMBERS_MAX];
	size_t		count;
} chain_test;

static const ct_evidence_host host = {0};

static EVP_PKEY *pair;
static ct_public_key key;

/* Adds a digest that lies under some name. */
static void
add_as(chain_test *t, const made_digest *made, const char *source, const char *signature)
{
	ct_chain_digest *member = &t->members[t->count];
	char	   *copy = exact_copy(made->json, made->length);
	ct_slice	path = {source, strlen(source)};
	ct_digest	digest;
	ct_error	err;

	if (ct_digest_read(copy, made->length, &digest, &err))
	{
		t->rooms[t->count] = malloc(ct_chain_room(&digest, path));
		ct_chain_take(&digest, path, made->sha256, t->rooms[t->count], member);
	}
	else
	{
		memset(member, 0, sizeof(*member));
		member->source = path;
		member->link = CT_LINK_UNREADABLE;
		member->err = err;
		t->rooms[t->count] = NULL;
	}
	ct_digest_release(&digest);
	free(copy);
	member->owner = (void *) made;
	if (signature != NULL)
		member->signature = (ct_slice) {signature, 128};
	t->sorted[t->count++] = member;
}

/* Adds a digest that lies where it says. */
static void
add(chain_test *t, const made_digest *made)
{
	add_as(t, made, made->object, NULL);
}

/* Begins with no digests again. */
static void
forget(chain_test *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->rooms[i]);
	t->count = 0;
}

/* Checks, and compares with what is expected: "link/signature" for each, in the order of the result. */
static void
expect(chain_test *t, const ct_public_key *keys, size_t key_count, const char *expected, const char *what)
{
	buffer		found = {0};
	char		description[CT_CHAIN_DESCRIPTION];

	ct_chain_check(&host, t->sorted, t->count, keys, key_count);
	for (size_t i = 0; i < t->count; i++)
	{
		if (i > 0)
			puts_to(&found, ", ");
		puts_to(&found, ct_link_name(t->sorted[i]->link));
		puts_to(&found, "/");
		puts_to(&found, ct_sign_name(t->sorted[i]->sign));
		ct_chain_describe(t->sorted[i], description);
	}
	if (!ok(strcmp(found.ptr, expected) == 0, "%s", what))
		printf("# found    %s\n# expected %s\n", found.ptr, expected);
	free(found.ptr);
	forget(t);
}

#define KEYS &key, 1

/* Chains in their order and out of it, with and without parts. */
static void
test_parts(const made_digest *d)
{
	chain_test	t = {.count = 0};
	char		signature[CT_SIGNATURE_MAX];
	char		last[CT_CHAIN_DESCRIPTION];

	add(&t, &d[2]);
	add(&t, &d[0]);
	add(&t, &d[3]);
	add(&t, &d[1]);
	expect(&t, KEYS, "start/valid, whole/valid, whole/valid, whole/not known", "a whole chain, of which the newest has no signature");

	ct_hex_decode((ct_slice) {d[3].signature, 256}, (uint8_t *) signature, 128);
	add(&t, &d[2]);
	add_as(&t, &d[3], d[3].object, signature);
	expect(&t, KEYS, "earliest here/valid, whole/valid", "the end of a chain, with the signature of the newest");
	add(&t, &d[2]);
	signature[5] ^= 1;
	add_as(&t, &d[3], d[3].object, signature);
	expect(&t, KEYS, "earliest here/valid, whole/invalid", "the newest with a wrong signature");

	add(&t, &d[0]);
	add(&t, &d[2]);
	add(&t, &d[3]);
	expect(&t, KEYS, "start/not known, previous digest missing/valid, whole/not known", "one digest removed");

	add(&t, &d[0]);
	add(&t, &d[3]);
	ct_chain_check(&host, t.sorted, t.count, KEYS);
	ct_chain_describe(t.sorted[1], last);
	ok(strcmp(last, "chain broken between 111122223333_CloudTrail-Digest_us-east-1_main_us-east-1_20240501T110000Z.json.gz and "
			  "111122223333_CloudTrail-Digest_us-east-1_main_us-east-1_20240501T140000Z.json.gz: "
			  "111122223333_CloudTrail-Digest_us-east-1_main_us-east-1_20240501T130000Z.json.gz is missing, 2 hours lie between") == 0,
	   "two digests removed: %s", last);
	forget(&t);

	add(&t, &d[0]);
	add(&t, &d[1]);
	add_as(&t, &d[1], "copy/of.json", NULL);
	add(&t, &d[2]);
	expect(&t, KEYS, "start/valid, whole/valid, whole/valid, whole/not known", "a digest that is there twice");

	add(&t, &d[0]);
	add(&t, &d[1]);
	expect(&t, NULL, 0, "start/key absent, whole/not known", "no key");
}

/* Digests that are not as they were. */
static void
test_changes(const made_digest *d)
{
	static made_digest other[3];
	chain_test	t = {.count = 0};
	EVP_PKEY   *stranger = make_rsa_key();
	ct_public_key keys[2] = {public_key(stranger, "other"), key};

	/* The one at 1 without its file, but otherwise in order. */
	make_digest(pair, &(digest_plan) {.hour = 2, .previous = &d[0]}, &other[0]);
	add(&t, &d[0]);
	add(&t, &other[0]);
	add(&t, &d[2]);
	expect(&t, KEYS, "start/valid, whole/invalid, previous digest altered/not known", "a digest altered");
	add(&t, &d[0]);
	add(&t, &d[1]);
	add(&t, &other[0]);
	add(&t, &d[2]);
	ct_chain_check(&host, t.sorted, t.count, KEYS);
	ok(t.sorted[1]->link + t.sorted[2]->link == CT_LINK_RIVAL + CT_LINK_WHOLE && t.sorted[3]->link == CT_LINK_WHOLE,
	   "an altered digest beside the true one");
	forget(&t);

	/* Signed by somebody else, under a fingerprint of his own or not. */
	make_digest(stranger, &(digest_plan) {.hour = 2, .previous = &d[0], .fingerprint = "other"}, &other[0]);
	make_digest(pair, &(digest_plan) {.hour = 3, .previous = &other[0]}, &other[1]);
	add(&t, &d[0]);
	add(&t, &other[0]);
	add(&t, &other[1]);
	expect(&t, KEYS, "start/valid, whole/key absent, whole/not known", "a key that nobody knows");
	add(&t, &other[0]);
	add(&t, &other[1]);
	expect(&t, keys, 2, "earliest here/valid, whole/not known", "a key that is known");
	make_digest(stranger, &(digest_plan) {.hour = 2, .previous = &d[0]}, &other[0]);
	make_digest(pair, &(digest_plan) {.hour = 3, .previous = &other[0]}, &other[1]);
	add(&t, &d[0]);
	add(&t, &other[0]);
	add(&t, &other[1]);
	expect(&t, keys, 2, "start/valid, whole/invalid, whole/not known", "signed by another key than it says");

	make_digest(pair, &(digest_plan) {.hour = 2, .previous = &d[0], .hash_algorithm = "MD5"}, &other[0]);
	make_digest(pair, &(digest_plan) {.hour = 3, .previous = &other[0], .signature_algorithm = "none"}, &other[1]);
	add(&t, &d[0]);
	add(&t, &other[0]);
	add(&t, &other[1]);
	expect(&t, KEYS, "start/valid, unknown hash algorithm/valid, whole/unknown algorithm", "other algorithms");

	make_digest(pair, &(digest_plan) {.hour = 3, .start = 1, .previous = &d[1]}, &other[0]);
	add(&t, &d[1]);
	add(&t, &other[0]);
	expect(&t, KEYS, "earliest here/valid, times do not meet/not known", "times that do not meet");
	add(&t, &d[0]);
	add_as(&t, &d[1], d[2].object, NULL);
	expect(&t, KEYS, "start/valid, not its own name/not known", "a digest under another's name");
	add(&t, &d[0]);
	add_as(&t, &(made_digest) {.json = "{}", .length = 2}, d[1].object, NULL);
	expect(&t, KEYS, "start/not known, unreadable/not known", "what is no digest");

	keys[1].has_validity = true;
	keys[1].valid_to = INT64_C(1700000000000000);
	add(&t, &d[0]);
	add(&t, &d[1]);
	expect(&t, keys, 2, "start/key of another time, whole/not known", "a key that was not in use");
	EVP_PKEY_free(stranger);
}

/* Chains beside one another, and anew. */
static void
test_chains(const made_digest *d)
{
	static made_digest other[3];
	static made_digest late[3];
	chain_test	t = {.count = 0};

	make_digest(pair, &(digest_plan) {.hour = 2, .trail = "main2"}, &other[0]);
	make_digest(pair, &(digest_plan) {.hour = 5}, &other[1]);
	make_digest(pair, &(digest_plan) {.hour = 1, .ending = "_backfill"}, &late[0]);
	make_digest(pair, &(digest_plan) {.hour = 3, .ending = "_backfill"}, &late[1]);
	make_digest(pair, &(digest_plan) {.hour = 4, .ending = "_backfill", .previous = &late[1]}, &late[2]);
	add(&t, &d[0]);
	add(&t, &d[1]);
	add(&t, &other[0]);
	add(&t, &other[1]);
	for (int i = 0; i < 3; i++)
		add(&t, &late[i]);
	expect(&t, KEYS, "start/not known, start/valid, whole/not known, starts again/not known, start/not known, start/valid, whole/not known",
		   "other trails, chains begun anew, late files");
}

int
main(void)
{
	static made_digest d[4];

	pair = make_rsa_key();
	key = public_key(pair, "ab");
	for (int i = 0; i < 4; i++)
		make_digest(pair, &(digest_plan) {.hour = i + 1, .previous = i > 0 ? &d[i - 1] : NULL, .files = i == 1 ?
					"{\"s3Bucket\":\"b\",\"s3Object\":\"o\",\"hashAlgorithm\":\"SHA-256\","
					"\"hashValue\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"}" : NULL}, &d[i]);
	test_parts(d);
	test_changes(d);
	test_chains(d);
	EVP_PKEY_free(pair);
	return done_testing();
}
