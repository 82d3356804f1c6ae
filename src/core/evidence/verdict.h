/*
 * verdict.h: what CloudTrail's digests prove of log files.
 *
 * A log file is proven if its name and SHA-256 stand in a digest that hangs on
 * a valid signature by a key that a person gave: the digest's own signature is
 * valid, or its hash stands as previousDigestHashValue in a chain of digests
 * that ends in one with a valid signature.
 *
 * A digest of which neither is true proves nothing, whatever it lists, and it
 * contradicts nothing that is proven.  A file is told by its name without
 * folders, which is unique: the bucket and the prefix of a trail may change,
 * and where a copy lies says nothing.
 */
#ifndef CT_VERDICT_H
#define CT_VERDICT_H

#include "core/evidence/chain.h"
#include "core/evidence/filename.h"

/* A file of the last minutes of an hour may be listed in the digest of the next. */
#define CT_DELIVERY		(INT64_C(15) * 60 * 1000000)

/* What the digests say of a log file. */
typedef enum ct_file_status
{
	CT_FILE_VERIFIED,			/* proven */
	CT_FILE_UNSIGNED,			/* listed, but only by digests that prove nothing */
	CT_FILE_UNCOVERED,			/* listed nowhere, and no proven digest covers its time */
	CT_FILE_UNLISTED,			/* listed nowhere, though proven digests are about its time */
	CT_FILE_DIFFERS,			/* a proven digest has its name with another hash */
	CT_FILE_MISSING,			/* a digest lists it, but it is not here */
	CT_FILE_ALGORITHM,			/* listed with a hash of an unknown kind only */
	CT_FILE_UNREADABLE,			/* named as a digest, but it is none */
	CT_FILE_STATUS_COUNT
} ct_file_status;

/* A log file as a digest lists it. */
typedef struct ct_listed
{
	ct_chain_digest *digest;
	ct_slice	object;			/* its key in S3 */
	ct_slice	name;
	bool		known_algorithm;
	uint8_t		sha256[CT_SHA256_SIZE];
	bool		missing;		/* no file of its name is here: set on the best of that name */
} ct_listed;

/* A log file to be judged. */
typedef struct ct_log_file
{
	void	   *owner;			/* the caller's */
	ct_slice	source;
	uint8_t		sha256[CT_SHA256_SIZE]; /* of its content, uncompressed */
	ct_filename name;

	/* what ct_verdict_judge finds */
	ct_file_status status;
	bool		broken;			/* says that log files or digests were altered, added or removed */
	bool		wants_events;	/* the verdict depends on its events: see ct_verdict_event */
	const ct_listed *listed;	/* by which it was judged */
} ct_log_file;

/* The digests of one trail in an account and Region. */
typedef struct ct_chain
{
	const ct_chain_digest *first;
	size_t		count;			/* of digests, copies included */
	bool		proven;			/* one of them at least */
	int64_t		start_time;		/* of those proven, or of all if none is */
	int64_t		end_time;
	const struct ct_chain *begins_in;	/* another one, proven, amid which it begins */
	const struct ct_chain *ends_in; /* or ends */
	const struct ct_chain *longest; /* the proven one that begins no later and ends last */
} ct_chain;

/* Time that proven digests are about. */
typedef struct ct_span
{
	ct_slice	account_id;
	ct_slice	region;
	int64_t		start;
	int64_t		end;
} ct_span;

/* Digests and log files that are judged together; all zero to begin with, but for the host. */
typedef struct ct_verdict
{
	ct_evidence_host host;
	const ct_public_key *keys;
	size_t		key_count;
	ct_chain_digest **digests;	/* after judging by chain and time */
	size_t		digest_count;
	size_t		digest_room;
	ct_listed **listed;
	size_t		listed_count;
	size_t		listed_room;
	ct_log_file **files;		/* after judging by name */
	size_t		file_count;
	size_t		file_room;

	/* its results */
	ct_chain   *chains;
	size_t		chain_count;
	ct_span    *spans;			/* by account, Region and start; ends never decrease */
	size_t		span_count;
	ct_span    *all_spans;		/* those of all accounts together */
	ct_log_file **by_hash;
} ct_verdict;

/*
 * Adds a digest file's content, uncompressed, and its signature if it is
 * known.  One that cannot be read is added as such.  NULL if out of memory.
 */
extern ct_chain_digest *ct_verdict_add_digest(ct_verdict *v, ct_slice source, ct_slice content,
											  ct_slice signature);

/* Adds another signature that was given for a digest; one of them has to be valid. */
extern void ct_verdict_add_signature(ct_verdict *v, ct_chain_digest *digest, ct_slice signature);

/* Adds a log file. */
extern ct_log_file *ct_verdict_add_file(ct_verdict *v, ct_slice source,
										const uint8_t sha256[CT_SHA256_SIZE]);

/* Judges all.  Files that want their events are not covered until an event says otherwise. */
extern void ct_verdict_judge(ct_verdict *v);

/*
 * Judges a file that wants its events by one of them, of an account and
 * Region (no slice if it tells none).  special says that it is of a kind that
 * has files of its own, as Insights; global, that its service has one Region
 * only.  False when no more events are wanted.
 */
extern bool ct_verdict_event(const ct_verdict *v, ct_log_file *file, ct_slice account_id,
							 ct_slice region,
							 int64_t time, bool special, bool global);

/* The same by a record. */
extern bool ct_verdict_record(const ct_verdict *v, ct_log_file *file, const ct_record *rec);

/* A file with some bytes, whatever its name; NULL if there is none. */
extern const ct_log_file *ct_verdict_same_bytes(const ct_verdict *v,
												const uint8_t sha256[CT_SHA256_SIZE]);

/* A status in words. */
extern const char *ct_file_status_name(ct_file_status status);

/* chain_list.c */

/* Finds the chains; the digests are checked. */
extern void ct_list_chains(ct_verdict *v);

/* Finds what times proven digests are about; the digests are checked. */
extern void ct_list_spans(ct_verdict *v);

/* Whether proven digests cover a time in an account and Region, or in any if there is no slice. */
extern bool ct_covers(const ct_verdict *v, ct_slice account_id, ct_slice region, int64_t time);

/* Says what is to be known of a chain as a whole; empty if nothing is. */
extern void ct_chain_remark(const ct_chain *chain, char remark[CT_CHAIN_DESCRIPTION]);

#endif							/* CT_VERDICT_H */
