/*
 * random_bucket.c: random buckets of log files and digests.
 */
#include <time.h>

#include "random_bucket_impl.h"

bucket		world;
uint32_t	next_content;
static uint64_t state;


/* Begins with a number. */
void
seed_bucket(uint64_t seed)
{
	state = seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
}

int
below(int limit)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (int) ((state >> 16) % (uint64_t) limit);
}

/* True so many times of a hundred. */
bool
chance(int percent)
{
	return below(100) < percent;
}

/* Hash of a file's content. */
void
hash_of(uint32_t content, uint8_t sha256[CT_SHA256_SIZE])
{
	ct_sha256((const char *) &content, sizeof(content), sha256);
}

/* The stand-in for RSA. */
void
sign(int key, const uint8_t hash[CT_SHA256_SIZE], uint8_t signature[CT_SHA256_SIZE])
{
	uint8_t		bytes[CT_SHA256_SIZE + 1] = {(uint8_t) key};

	memcpy(bytes + 1, hash, CT_SHA256_SIZE);
	ct_sha256((const char *) bytes, sizeof(bytes), signature);
}

/* A time in names and texts. */
static void
stamp(int time, const char *format, char text[40])
{
	time_t		t = ORIGIN + time;
	struct tm	tm;

	gmtime_r(&t, &tm);
	strftime(text, 40, format, &tm);
}

const char *const regions[3] = {"us-east-1", "eu-west-1", "eu-central-1"};

/* The path of a log file. */
void
log_source(int account, int region, int time, const char *kind, char source[SOURCE_MAX])
{
	char		name[40];

	stamp(time, "%Y%m%dT%H%MZ", name);
	snprintf(source, SOURCE_MAX,
			 "AWSLogs/11112222333%d/CloudTrail%s/%s/11112222333%d_CloudTrail%s_%s_%s_%016x.json.gz",
			 account, kind, regions[region], account, kind, regions[region], name, next_content);
}

/* The key of a digest. */
void
digest_source(const plan *p, char source[SOURCE_MAX])
{
	char		name[40];

	stamp(p->end, "%Y%m%dT%H%M%SZ", name);
	snprintf(source, SOURCE_MAX,
			 "AWSLogs/11112222333%d/CloudTrail-Digest/%s/11112222333%d_CloudTrail-Digest_%s_trail%d_us-east-1_%s%s.json.gz",
			 p->account, regions[p->region], p->account, regions[p->region], p->trail, name, p->backfill ? "_backfill" : "");
}

/* Writes a digest of a plan: its content, and its signature by its key. */
void
write_digest(const plan *p, digest_file *d)
{
	char		text[2][40];
	char		hash[2 * CT_SHA256_SIZE + 1];
	char		signature[2 * CT_SHA256_SIZE + 1];
	char		object[SOURCE_MAX];
	uint8_t		sha256[CT_SHA256_SIZE];
	buffer		json = {0};
	char		part[1200];
	ct_digest	digest;
	ct_error	err;

	memset(d, 0, sizeof(*d));
	d->plan = *p;
	digest_source(p, object);
	strcpy(d->source, object);
	stamp(p->start, "%Y-%m-%dT%H:%M:%SZ", text[0]);
	stamp(p->end, "%Y-%m-%dT%H:%M:%SZ", text[1]);
	snprintf(part, sizeof(part),
			 "{\"awsAccountId\":\"11112222333%d\",\"digestStartTime\":\"%s\",\"digestEndTime\":\"%s\","
			 "\"digestS3Bucket\":\"b\",\"digestS3Object\":\"%s\",\"digestPublicKeyFingerprint\":\"k%d\","
			 "\"digestSignatureAlgorithm\":\"SHA256withRSA\",\"newestEventTime\":null,\"oldestEventTime\":null,",
			 p->account, text[0], text[1], object, p->fingerprint);
	puts_to(&json, part);
	to_hex(p->previous_sha256, CT_SHA256_SIZE, hash);
	to_hex(p->previous_signature, CT_SHA256_SIZE, signature);
	if (p->previous_object[0] == '\0')
		strcpy(part,
			   "\"previousDigestS3Bucket\":null,\"previousDigestS3Object\":null,\"previousDigestHashValue\":null,"
			   "\"previousDigestHashAlgorithm\":null,\"previousDigestSignature\":null,\"logFiles\":[");
	else
		snprintf(part, sizeof(part),
				 "\"previousDigestS3Bucket\":\"b\",\"previousDigestS3Object\":\"%s\",\"previousDigestHashValue\":\"%s\","
				 "\"previousDigestHashAlgorithm\":\"SHA-256\",\"previousDigestSignature\":\"%s\",\"logFiles\":[",
				 p->previous_object, hash, signature);
	puts_to(&json, part);
	for (int i = 0; i < p->file_count; i++)
	{
		hash_of(p->files[i].content, sha256);
		to_hex(sha256, CT_SHA256_SIZE, hash);
		snprintf(part, sizeof(part),
				 "%s{\"s3Bucket\":\"b\",\"s3Object\":\"%s\",\"hashValue\":\"%s\",\"hashAlgorithm\":\"SHA-256\"}",
				 i > 0 ? "," : "", p->files[i].object, hash);
		puts_to(&json, part);
	}
	puts_to(&json, "]}");
	d->content = json.ptr;
	d->length = json.len;
	ct_sha256(json.ptr, json.len, d->sha256);
	if (ct_digest_read(json.ptr, json.len, &digest, &err))
	{
		ct_digest_signed_hash(&digest, d->sha256, d->signed_hash);
		sign(p->key, d->signed_hash, d->signature);
	}
	ct_digest_release(&digest);
}

/* Makes a plan name a digest as the one before. */
void
follow(plan *p, const digest_file *previous)
{
	digest_source(&previous->plan, p->previous_object);
	memcpy(p->previous_sha256, previous->sha256, CT_SHA256_SIZE);
	memcpy(p->previous_signature, previous->signature, CT_SHA256_SIZE);
}

/* Adds a log file to the bucket; NULL if it is full. */
log_file *
add_file(int account, int region, int time, const char *kind)
{
	log_file   *f;

	if (world.file_count == FILES_MAX)
		return NULL;
	f = &world.files[world.file_count++];
	memset(f, 0, sizeof(*f));
	f->content = ++next_content;
	log_source(account, region, time, kind, f->source);
	f->event_count = 1 + below(EVENTS_MAX);
	for (int i = 0; i < f->event_count; i++)
		f->events[i] = (event) {account, region, time - below(600), false};
	return f;
}

/* Adds a digest to the bucket; NULL if it is full. */
digest_file *
add_digest(const plan *p)
{
	digest_file *d;

	if (world.digest_count == DIGESTS_MAX)
		return NULL;
	d = &world.digests[world.digest_count++];
	write_digest(p, d);
	return d;
}

/* Removes a file, or a digest. */
void
remove_file(int i)
{
	world.files[i] = world.files[--world.file_count];
}

void
remove_digest(int i)
{
	free(world.digests[i].content);
	world.digests[i] = world.digests[--world.digest_count];
}

/* Removes all. */
void
empty_bucket(void)
{
	while (world.digest_count > 0)
		remove_digest(0);
	world.file_count = 0;
}

/* Writes one hour: log files and the digest that lists them. */
static digest_file *
write_hour(plan *p, const digest_file *previous)
{
	p->file_count = 0;
	p->previous_object[0] = '\0';
	if (previous != NULL)
		follow(p, previous);
	for (int i = below(4); i > 0 && p->file_count < LISTED_MAX; i--)
	{
		int			late = chance(5) ? below(4 * 3600) : 0;
		log_file   *f = add_file(p->account, p->region, p->start + 60 + below(3600 - 120), "");

		if (f == NULL)
			continue;
		for (int k = 0; k < f->event_count; k++)
			f->events[k].time -= late;
		strcpy(p->files[p->file_count].object, f->source);
		p->files[p->file_count++].content = f->content;
	}
	return add_digest(p);
}

/* Writes a chain as CloudTrail does, with what may happen to it: other keys, validation switched off. */
static void
write_chain(int account, int region, int trail)
{
	plan		p = {.account = account, .region = region, .trail = trail, .key = below(2),
					 .start = below(3600) + 3600 * below(5)};
	digest_file *d = NULL;

	for (int hour = 1 + below(8); hour > 0; hour--)
	{
		p.fingerprint = p.key;
		p.end = p.start + 3600;
		d = write_hour(&p, d);
		p.start = p.end;
		if (chance(5))
			p.key = 1 - p.key;
		if (chance(5))
		{
			if (d != NULL && chance(80))
			{
				d->has_signature = true;
				memcpy(d->beside, d->signature, CT_SHA256_SIZE);
			}
			p.start += 3600 * (1 + below(3));
			d = NULL;
			/* A log file of hours without validation, unless another trail may have these. */
			if (chance(50) && trail == 0)
				add_file(account, region, p.start - 1800, "");
		}
	}
	if (d != NULL && chance(80))
	{
		d->has_signature = true;
		memcpy(d->beside, d->signature, CT_SHA256_SIZE);
	}
}

void
write_bucket(void)
{
	int			chains = 1 + below(4);

	empty_bucket();
	write_chain(2, 2, 0);
	for (int i = 1; i < chains; i++)
		write_chain(below(2), below(2), i);
	/* An account that nothing is known of, and Insights. */
	if (chance(30))
		add_file(3, 0, below(30000), "");
	if (chance(20))
	{
		log_file   *f = add_file(0, 0, below(30000), "-Insight");

		for (int i = 0; f != NULL && i < f->event_count; i++)
			f->events[i].special = true;
	}
	memcpy(world.true_files, world.files, sizeof(world.files));
	world.true_file_count = world.file_count;
	world.true_digest_count = world.digest_count;
	for (int i = 0; i < world.digest_count; i++)
		memcpy(world.true_digests[i], world.digests[i].sha256, CT_SHA256_SIZE);
}
