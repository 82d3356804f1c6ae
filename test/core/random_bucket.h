/*
 * random_bucket.h: random buckets of log files and digests, as CloudTrail
 * writes them, and random attacks on them.
 *
 * RSA is replaced by a hash with a secret of the key.
 */
#ifndef RANDOM_BUCKET_H
#define RANDOM_BUCKET_H

#include "core/evidence/signature.h"

#define FILES_MAX		400
#define DIGESTS_MAX		400
#define EVENTS_MAX		3
#define CHAINS_MAX		8
#define LISTED_MAX		6
#define SOURCE_MAX		300

/* Times count seconds from here, 2024-05-01T00:00:00Z. */
#define ORIGIN			INT64_C(1714521600)
#define USEC			INT64_C(1000000)

typedef struct event
{
	int			account;
	int			region;
	int			time;
	bool		special;
} event;

/* What a log file holds, and where it lies. */
typedef struct log_file
{
	char		source[SOURCE_MAX];
	uint32_t	content;		/* a number for its bytes */
	event		events[EVENTS_MAX];
	int			event_count;
} log_file;

typedef struct listed_file
{
	char		object[SOURCE_MAX];
	uint32_t	content;
} listed_file;

/* A digest as it is to be written. */
typedef struct plan
{
	int			account;
	int			region;
	int			trail;
	int			start;
	int			end;
	bool		backfill;
	int			key;
	int			fingerprint;	/* of the key that it names */
	listed_file files[LISTED_MAX];
	int			file_count;
	char		previous_object[SOURCE_MAX];	/* empty if there is none */
	uint8_t		previous_sha256[CT_SHA256_SIZE];
	uint8_t		previous_signature[CT_SHA256_SIZE];
} plan;

typedef struct digest_file
{
	char		source[SOURCE_MAX];
	plan		plan;
	char	   *content;
	size_t		length;
	uint8_t		sha256[CT_SHA256_SIZE];
	uint8_t		signed_hash[CT_SHA256_SIZE];
	uint8_t		signature[CT_SHA256_SIZE];	/* of its key */
	bool		has_signature;	/* which lies beside it */
	uint8_t		beside[CT_SHA256_SIZE];
} digest_file;

/* The bucket, and what CloudTrail wrote. */
typedef struct bucket
{
	log_file	files[FILES_MAX];
	int			file_count;
	digest_file digests[DIGESTS_MAX];
	int			digest_count;
	log_file	true_files[FILES_MAX];
	int			true_file_count;
	uint8_t		true_digests[DIGESTS_MAX][CT_SHA256_SIZE];
	int			true_digest_count;
} bucket;

/* The bucket at hand. */
extern bucket world;

/* Begins with a number; it decides all that follows. */
extern void seed_bucket(uint64_t seed);

/* The next random number below a limit. */
extern int	below(int limit);

/* Writes a bucket, and remembers the truth. */
extern void write_bucket(void);

/* One attack on the bucket, by somebody who may do all to it, but has no key that is given. */
extern void attack(void);

/* Removes all. */
extern void empty_bucket(void);

/* The hash of a log file's bytes, by their number. */
extern void hash_of(uint32_t content, uint8_t sha256[CT_SHA256_SIZE]);

/* The stand-in for RSA; keys 0 and 1 are given, 2 is the attacker's. */
extern void sign(int key, const uint8_t hash[CT_SHA256_SIZE], uint8_t signature[CT_SHA256_SIZE]);

extern const char *const regions[3];

#endif							/* RANDOM_BUCKET_H */
