/*
 * test_verdict.c: what digests prove of log files, case by case.
 */
#include "digest_util.h"
#include "tap.h"
#include "core/event/record_read.h"
#include "core/evidence/verdict.h"

#define PREFIX		"111122223333_CloudTrail_us-east-1_20240501T"

static EVP_PKEY *pair;
static ct_public_key key;
static void *memory[10000];
static size_t memory_count;

static void *
allocate(void *arg, size_t size)
{
	(void) arg;
	return memory[memory_count++] = malloc(size);
}

/* An entry of logFiles: a file whose content is its name. */
static const char *
entry(const char *name)
{
	static char text[4][400];
	static int	next;
	uint8_t		sha256[CT_SHA256_SIZE];
	char		hash[2 * CT_SHA256_SIZE + 1];

	next = (next + 1) % 4;
	ct_sha256(name, strlen(name), sha256);
	to_hex(sha256, CT_SHA256_SIZE, hash);
	snprintf(text[next], sizeof(text[next]),
			 "{\"s3Bucket\":\"b\",\"s3Object\":\"AWSLogs/x/%s\",\"hashAlgorithm\":\"SHA-256\",\"hashValue\":\"%s\"}",
			 name, hash);
	return text[next];
}

/* Begins a verdict. */
static void
begin(ct_verdict *v)
{
	memset(v, 0, sizeof(*v));
	v->host.allocate = allocate;
	v->keys = &key;
	v->key_count = 1;
}

/* Adds a digest, with its signature if that is to be known. */
static ct_chain_digest *
add(ct_verdict *v, const made_digest *made, bool with_signature)
{
	uint8_t		signature[128];
	ct_slice	known = CT_NO_SLICE;

	if (with_signature && ct_hex_decode((ct_slice) {made->signature, 256}, signature,
										sizeof(signature)))
		known = (ct_slice) {(const char *) signature, sizeof(signature)};
	return ct_verdict_add_digest(v, (ct_slice) {made->object, strlen(made->object)},
								 (ct_slice) {made->json, made->length}, known);
}

/* Adds a log file, whose content is a text. */
static ct_log_file *
add_file(ct_verdict *v, const char *path, const char *content)
{
	uint8_t		sha256[CT_SHA256_SIZE];

	ct_sha256(content, strlen(content), sha256);
	return ct_verdict_add_file(v, (ct_slice) {path, strlen(path)}, sha256);
}

/* Ends a verdict. */
static void
forget(void)
{
	while (memory_count > 0)
		free(memory[--memory_count]);
}

/* Shows a file to have one event. */
static void
show_event(const ct_verdict *v, ct_log_file *file, const char *json)
{
	ct_record	rec;
	ct_error	err;

	if (file->wants_events && ct_record_read(json, strlen(json), &rec, NULL, &err))
		ct_verdict_record(v, file, &rec);
}

#define IS(file, expected, what) \
	ok((file)->status == (expected), "%s: %s", what, ct_file_status_name((file)->status))

/* What proves, and what does not. */
static void
test_proof(const made_digest *d)
{
	static made_digest forged[3];
	ct_verdict	v;
	ct_log_file *f[3];

	begin(&v);
	add(&v, &d[0], false);
	add(&v, &d[1], false);
	add(&v, &d[2], false);
	f[0] = add_file(&v, "AWSLogs/" PREFIX "1010Z_a.json.gz", PREFIX "1010Z_a.json.gz");
	f[1] = add_file(&v, "AWSLogs/" PREFIX "1110Z_b.json.gz", "other");
	f[2] = add_file(&v, "AWSLogs/" PREFIX "1210Z_c.json.gz", PREFIX "1210Z_c.json.gz");
	ct_verdict_judge(&v);
	IS(f[0], CT_FILE_VERIFIED, "signed in the next digest");
	IS(f[1], CT_FILE_DIFFERS, "another hash");
	IS(f[2], CT_FILE_UNSIGNED, "listed by the newest digest, whose signature nobody has");
	ok(v.chain_count == 1 && v.chains[0].proven, "the chain is signed");
	forget();

	/* The first two have no known signature, but the third has, and their hashes stand in it. */
	make_digest(pair, &(digest_plan) {.hour = 1, .fingerprint = "none",
									  .files = entry(PREFIX "1010Z_a.json.gz")}, &forged[0]);
	make_digest(pair, &(digest_plan) {.hour = 2, .previous = &forged[0]}, &forged[1]);
	begin(&v);
	add(&v, &forged[0], false);
	add(&v, &forged[1], true);
	f[0] = add_file(&v, PREFIX "1010Z_a.json.gz", PREFIX "1010Z_a.json.gz");
	ct_verdict_judge(&v);
	IS(f[0], CT_FILE_VERIFIED,
	   "signed by a key that is not there, but recorded by a signed digest");
	forget();

	/* A trail that never was beside the true one: nobody signed it. */
	make_digest(pair, &(digest_plan) {.hour = 2, .trail = "never",
									  .files = entry(PREFIX "1130Z_x.json.gz")}, &forged[0]);
	begin(&v);
	add(&v, &d[0], false);
	add(&v, &d[1], false);
	add(&v, &d[2], true);
	add(&v, &forged[0], false);
	f[0] = add_file(&v, PREFIX "1130Z_x.json.gz", PREFIX "1130Z_x.json.gz");
	ct_verdict_judge(&v);
	IS(f[0], CT_FILE_UNSIGNED, "a trail that never was");
	ok(v.chain_count == 2 && v.chains[0].proven && !v.chains[1].proven,
	   "is named as a chain that nobody signed");
	forget();

	/* Its word against a proven file counts for nothing. */
	make_digest(pair, &(digest_plan) {.hour = 1, .trail = "never", .files =
				"{\"s3Bucket\":\"b\",\"s3Object\":\"" PREFIX "1010Z_a.json.gz\",\"hashAlgorithm\":\"SHA-256\","
				"\"hashValue\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"}"}, &forged[0]);
	begin(&v);
	add(&v, &d[0], true);
	add(&v, &forged[0], false);
	f[0] = add_file(&v, PREFIX "1010Z_a.json.gz", PREFIX "1010Z_a.json.gz");
	ct_verdict_judge(&v);
	IS(f[0], CT_FILE_VERIFIED, "an unsigned digest with another hash");
	forget();

	/* A successor that nobody signed has the hash of a digest, and a wrong signature. */
	make_digest(pair, &(digest_plan) {.hour = 3, .start = 2, .trail = "main", .previous = &d[1]},
				&forged[0]);
	forged[1] = d[1];
	strcpy(forged[1].signature, d[0].signature);
	make_digest(pair, &(digest_plan) {.hour = 4, .start = 2, .previous = &forged[1]}, &forged[2]);
	begin(&v);
	add(&v, &forged[2], false);
	add(&v, &d[1], false);
	f[0] = add_file(&v, PREFIX "1110Z_b.json.gz", PREFIX "1110Z_b.json.gz");
	ct_verdict_judge(&v);
	IS(f[0], CT_FILE_UNSIGNED, "a wrong signature only");
	forget();
	begin(&v);
	add(&v, &forged[2], false);
	add(&v, &forged[0], false);
	add(&v, &d[1], false);
	f[0] = add_file(&v, PREFIX "1110Z_b.json.gz", PREFIX "1110Z_b.json.gz");
	ct_verdict_judge(&v);
	IS(f[0], CT_FILE_VERIFIED, "a wrong signature beside the right one");
	forget();

	/* Several signatures of one digest, before or behind the valid one. */
	for (int right = 0; right < 4; right++)
	{
		ct_chain_digest *last;

		begin(&v);
		last = add(&v, &d[1], right == 0);
		if (right > 0)
			last->signature = (ct_slice) {"wrong", 5};
		for (int i = 1; i < 4; i++)
		{
			uint8_t		signature[128];

			memset(signature, i, sizeof(signature));
			if (i == right)
				ct_hex_decode((ct_slice) {d[1].signature, 256}, signature, sizeof(signature));
			ct_verdict_add_signature(&v, last, (ct_slice) {(char *) signature, sizeof(signature)});
		}
		f[0] = add_file(&v, PREFIX "1110Z_b.json.gz", PREFIX "1110Z_b.json.gz");
		ct_verdict_judge(&v);
		IS(f[0], CT_FILE_VERIFIED, "the valid one among several signatures");
		forget();
	}
}

/* All true digests thrown away, each hour a chain of its own. */
static void
test_all_anew(void)
{
	static made_digest forged[3];
	static const char *const trails[] = {"x", "y", "z"};
	ct_verdict	v;
	ct_log_file *f = NULL;
	char		remark[CT_CHAIN_DESCRIPTION];

	begin(&v);
	for (int i = 0; i < 3; i++)
	{
		make_digest(pair, &(digest_plan) {.hour = i + 1, .trail = trails[i],
										  .files = entry(PREFIX "1010Z_a.json.gz")}, &forged[i]);
		add(&v, &forged[i], false);
	}
	f = add_file(&v, PREFIX "1010Z_a.json.gz", PREFIX "1010Z_a.json.gz");
	ct_verdict_judge(&v);
	IS(f, CT_FILE_UNSIGNED, "each hour a chain of its own");
	ct_chain_remark(&v.chains[1], remark);
	ok(v.chain_count == 3 && strstr(remark,
									"has a valid signature by a given key: it proves nothing") != NULL, "%s", remark);
	forget();
}

/* Chains that begin or end amid another. */
static void
test_overlaps(void)
{
	static made_digest whole[8];
	static made_digest part[3];
	ct_verdict	v;
	char		remark[CT_CHAIN_DESCRIPTION];

	begin(&v);
	for (int i = 0; i < 8; i++)
	{
		make_digest(pair, &(digest_plan) {.hour = i + 1, .previous = i > 0 ? &whole[i - 1] :
										  NULL}, &whole[i]);
		add(&v, &whole[i], true);
	}
	for (int i = 0; i < 3; i++)
	{
		make_digest(pair, &(digest_plan) {.hour = i + 4, .trail = "part", .previous = i > 0 ?
										  &part[i - 1] : NULL}, &part[i]);
		add(&v, &part[i], true);
	}
	ct_verdict_judge(&v);
	ct_chain_remark(&v.chains[1], remark);
	ok(v.chain_count == 2 && v.chains[0].begins_in == NULL && v.chains[0].ends_in == NULL &&
	   v.chains[1].begins_in == &v.chains[0] && v.chains[1].ends_in == &v.chains[0], "%s", remark);
	ct_chain_remark(&v.chains[0], remark);
	ok(remark[0] == '\0', "nothing of the other");
	forget();
}

#define EVENT(account, region, time, more) \
	"{\"eventTime\":\"2024-05-01T" time "Z\",\"eventSource\":\"s3.amazonaws.com\",\"awsRegion\":\"" region "\",\"recipientAccountId\":\"" account "\"" more "}"

/* Files that no digest lists. */
static void
test_unlisted(const made_digest *d)
{
	static const struct
	{
		const char *path;
		const char *event;
		ct_file_status status;
		const char *what;
	}			cases[] = {
		{PREFIX "1130Z_x.json.gz", EVENT("111122223333", "us-east-1", "11:25:00", ""),
		 CT_FILE_UNLISTED, "amid proven hours by its name"},
		{"111122223333_CloudTrail_us-east-1_20260501T1130Z_x.json.gz", EVENT("111122223333",
																			 "us-east-1", "11:25:00", ""), CT_FILE_UNLISTED, "a name of another year"},
		{"111122223333_CloudTrail_us-east-1_20260501T1130Z_x.json.gz", EVENT("111122223333",
																			 "us-east-1", "17:25:00", ""), CT_FILE_UNCOVERED, "events of another time, too"},
		{"111122223333_CloudTrail_eu-west-1_20240501T1130Z_x.json.gz", EVENT("111122223333",
																			 "us-east-1", "11:25:00", ""), CT_FILE_UNLISTED, "a name of another Region"},
		{"111122223333_CloudTrail_eu-west-1_20240501T1130Z_x.json.gz", EVENT("111122223333",
																			 "eu-west-1", "11:25:00", ""), CT_FILE_UNCOVERED, "events of that Region, too"},
		{"111122223333_CloudTrail_eu-west-1_20240501T1130Z_x.json.gz",
			"{\"eventTime\":\"2024-05-01T11:25:00Z\",\"eventSource\":\"iam.amazonaws.com\",\"awsRegion\":\"us-east-1\",\"recipientAccountId\":\"111122223333\"}",
			CT_FILE_UNCOVERED, "of a service that has one Region only"},
		{"999999999999_CloudTrail_us-east-1_20240501T1130Z_x.json.gz", EVENT("111122223333",
																			 "us-east-1", "11:25:00", ""), CT_FILE_UNLISTED, "a name of another account"},
		{"999999999999_CloudTrail_us-east-1_20240501T1130Z_x.json.gz", EVENT("999999999999",
																			 "us-east-1", "11:25:00", ""), CT_FILE_UNCOVERED, "events of that account, too"},
		{"111122223333_CloudTrail-Insight_us-east-1_20240501T1130Z_x.json.gz",
		 EVENT("111122223333", "us-east-1", "11:25:00", ""), CT_FILE_UNLISTED, "named as Insights"},
		{"111122223333_CloudTrail-Insight_us-east-1_20240501T1130Z_x.json.gz",
		 EVENT("111122223333", "us-east-1", "11:25:00",
			   ",\"eventCategory\":\"Insight\""), CT_FILE_UNCOVERED, "Insights"},
		{"upload.json", EVENT("111122223333", "us-east-1", "11:25:00", ""), CT_FILE_UNLISTED,
		 "any name"},
		{"upload.json", "{\"eventTime\":\"2024-05-01T11:25:00Z\"}", CT_FILE_UNLISTED,
		 "any name, and an event of no account"},
		{"upload.json", EVENT("999999999999", "us-east-1", "11:25:00", ""), CT_FILE_UNCOVERED,
		 "any name, of another account"},
		{PREFIX "1350Z_x.json.gz", EVENT("111122223333", "us-east-1", "12:30:00", ""),
		 CT_FILE_UNCOVERED, "delivered after the last proven hour, an hour late"},
		{PREFIX "2250Z_x.json.gz", EVENT("111122223333", "us-east-1", "12:30:00", ""),
		 CT_FILE_UNLISTED, "delivered after the last proven hour, ten hours late"},
	};
	ct_verdict	v;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		ct_log_file *f;

		begin(&v);
		for (int k = 0; k < 3; k++)
			add(&v, &d[k], true);
		f = add_file(&v, cases[i].path, "forged");
		ct_verdict_judge(&v);
		show_event(&v, f, cases[i].event);
		IS(f, cases[i].status, cases[i].what);
		forget();
	}
}

int
main(void)
{
	static made_digest d[3];

	pair = make_rsa_key();
	key = public_key(pair, "ab");
	make_digest(pair, &(digest_plan) {.hour = 1, .files = entry(PREFIX "1010Z_a.json.gz")}, &d[0]);
	make_digest(pair, &(digest_plan) {.hour = 2, .previous = &d[0],
									  .files = entry(PREFIX "1110Z_b.json.gz")}, &d[1]);
	make_digest(pair, &(digest_plan) {.hour = 3, .previous = &d[1],
									  .files = entry(PREFIX "1210Z_c.json.gz")}, &d[2]);
	test_proof(d);
	test_all_anew();
	test_overlaps();
	test_unlisted(d);
	EVP_PKEY_free(pair);
	return done_testing();
}
