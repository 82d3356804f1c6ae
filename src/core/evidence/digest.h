/*
 * digest.h: CloudTrail's digest files, which list log files with their hashes.
 *
 * A digest names the one before it, with its hash and signature: so digests
 * of a trail in one Region and account form a chain.
 */
#ifndef CT_DIGEST_H
#define CT_DIGEST_H

#include "core/base/hex.h"
#include "core/base/sha256.h"
#include "core/event/record.h"

/* The longest RSA signature that is read: of a key of 16,384 bits. */
#define CT_SIGNATURE_MAX	2048

struct json_object;

/* A digest that was read; its texts live as long as it does. */
typedef struct ct_digest
{
	struct json_object *json;	/* owns the texts */
	struct json_object *files;
	ct_slice	account_id;
	ct_slice	bucket;
	ct_slice	object;
	ct_slice	fingerprint;
	ct_slice	signature_algorithm;
	ct_slice	end_text;		/* digestEndTime as it stands: it is signed */
	int64_t		start_time;		/* microseconds since 1970, like all times here */
	int64_t		end_time;
	bool		has_event_times;
	int64_t		newest_event_time;
	int64_t		oldest_event_time;
	bool		has_previous;	/* false for a starting digest */
	ct_slice	previous_bucket;
	ct_slice	previous_object;
	ct_slice	previous_hash;	/* in hexadecimal digits */
	ct_slice	previous_hash_algorithm;
	ct_slice	previous_signature; /* the same; no slice if there is none */
	size_t		file_count;
} ct_digest;

/* A log file that a digest lists. */
typedef struct ct_digest_file
{
	ct_slice	bucket;
	ct_slice	object;
	ct_slice	hash;			/* in hexadecimal digits */
	ct_slice	hash_algorithm;
	bool		has_event_times;
	int64_t		newest_event_time;
	int64_t		oldest_event_time;
} ct_digest_file;

/* Tells at a glance whether a file may be a digest. */
extern bool ct_maybe_digest(const char *content, size_t len);

/* Reads a digest file, uncompressed; to be released even where this fails. */
extern bool ct_digest_read(const char *content, size_t len, ct_digest *digest, ct_error *err);

/* Reads one of a digest's log files; the digest was read, so this cannot fail. */
extern ct_digest_file ct_digest_file_at(const ct_digest *digest, size_t index);

/* Releases what a digest holds. */
extern void ct_digest_release(ct_digest *digest);

/* Whether a hash algorithm is the one that is checked here. */
extern bool ct_is_sha256(ct_slice algorithm);

/*
 * SHA-256 of what is signed of a digest, whose own bytes have the other hash;
 * false if out of memory.
 */
extern bool ct_digest_signed_hash(const ct_digest *digest, const uint8_t sha256[CT_SHA256_SIZE],
								  uint8_t hash[CT_SHA256_SIZE]);

#endif							/* CT_DIGEST_H */
