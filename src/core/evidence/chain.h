/*
 * chain.h: whether digests follow one another without a break, and are signed.
 */
#ifndef CT_CHAIN_H
#define CT_CHAIN_H

#include "core/evidence/digest.h"
#include "core/evidence/signature.h"

/* How a digest is joined to the one before. */
typedef enum ct_link
{
	CT_LINK_START,				/* names none before, and there is none */
	CT_LINK_WHOLE,				/* the one before is here, with the bytes that this one recorded */
	CT_LINK_EARLIEST,			/* the one before is not here, nor is any earlier one */
	CT_LINK_RESTART,			/* names none before, though there are earlier ones */
	CT_LINK_GAP,				/* joined, but the times do not meet */
	CT_LINK_MISSING,			/* the one before is not here, though there are earlier ones */
	CT_LINK_ALTERED,			/* the one before has other bytes than this one recorded */
	CT_LINK_RIVAL,				/* another digest has its name, and no newer one recorded this */
	CT_LINK_ALGORITHM,			/* the hash of the one before is of an unknown kind */
	CT_LINK_MISNAMED,			/* lies under a name, or names a time, that is not its own */
	CT_LINK_MISSTORED,			/* kept with a hash that is not that of its bytes */
	CT_LINK_UNREADABLE,			/* no digest, though it seemed to be one */
	CT_LINK_COUNT
} ct_link;

/* What is known of a digest's signature. */
typedef enum ct_sign
{
	CT_SIGN_VALID,
	CT_SIGN_INVALID,
	CT_SIGN_UNKNOWN,			/* nobody has it: the newest digest's is kept in S3 only */
	CT_SIGN_NO_KEY,				/* there is no key of this fingerprint */
	CT_SIGN_KEY_TIME,			/* valid, but by a key that was not in use then */
	CT_SIGN_ALGORITHM,			/* of an unknown kind */
	CT_SIGN_COUNT
} ct_sign;

/* A signature that was given for a digest beside another one. */
typedef struct ct_other_signature
{
	ct_slice	signature;
	const struct ct_other_signature *next;
} ct_other_signature;

/* A digest as a member of its chain. */
typedef struct ct_chain_digest
{
	void	   *owner;			/* the caller's */
	ct_slice	source;			/* where it lies */
	uint8_t		sha256[CT_SHA256_SIZE];
	ct_error	err;			/* of an unreadable one; the rest is not set then */
	ct_slice	name;			/* of its object, without folders */
	ct_slice	chain;			/* empty where the name tells none */
	ct_slice	account_id;
	ct_slice	region;
	bool		backfill;
	bool		misnamed;
	int64_t		start_time;
	int64_t		end_time;
	size_t		file_count;
	ct_slice	fingerprint;
	bool		known_signature_algorithm;
	uint8_t		signed_hash[CT_SHA256_SIZE];
	bool		has_previous;
	bool		known_hash_algorithm;
	ct_slice	previous_name;
	uint8_t		previous_sha256[CT_SHA256_SIZE];
	ct_slice	previous_signature; /* bytes; empty where it is none */
	ct_slice	signature;		/* its own, if it was given */
	const ct_other_signature *others;	/* given as well: any may be the true one */

	/* what ct_chain_check finds */
	ct_link		link;
	ct_sign		sign;
	bool		proven;			/* see verdict.h */
	struct ct_chain_digest *same;	/* the first of those with the same bytes, or itself */
	struct ct_chain_digest *recorded;	/* the one before, with the bytes that this one recorded */
	const struct ct_chain_digest *older;	/* the one before, or the nearest that is here */
	const struct ct_chain_digest *newer;	/* one that recorded it, else one that names it */
} ct_chain_digest;

/* What evidence asks of the program that it is judged in. */
typedef struct ct_evidence_host
{
	void	   *(*allocate) (void *arg, size_t size);	/* does not return if there is no memory */
	void		(*poll) (void *arg);	/* looks for interrupts and may not return; or NULL */
	bool		(*signature_valid) (const uint8_t hash[CT_SHA256_SIZE], const uint8_t *signature,
									size_t signature_len,
									const uint8_t *der, size_t der_len);	/* NULL for OpenSSL's */
	void	   *arg;
} ct_evidence_host;

/* Room that the texts of a digest take. */
extern size_t ct_chain_room(const ct_digest *digest, ct_slice source);

/*
 * Makes a member of a chain of a digest file's content, whose hash is given;
 * its texts go to room.  False if out of memory.
 */
extern bool ct_chain_take(const ct_digest *digest, ct_slice source,
						  const uint8_t sha256[CT_SHA256_SIZE],
						  char *room, ct_chain_digest *member);

/*
 * Checks digests of any number of chains, and sorts them: by chain, then by
 * time.  sorted is the caller's room for count pointers.  The time is that of
 * sorting and of one check of a signature for each that is known, however
 * many digests have one name.
 */
extern void ct_chain_check(const ct_evidence_host *host, ct_chain_digest **sorted, size_t count,
						   const ct_public_key *keys, size_t key_count);

/* Whether two digests are of one chain, and the order of chains. */
extern bool ct_same_chain(const ct_chain_digest *a, const ct_chain_digest *b);

/* Whether a digest takes part in a chain: it can be read, and was kept as it is. */
static inline bool
ct_in_chain(const ct_chain_digest *d)
{
	return d->link < CT_LINK_MISSTORED;
}

/* Whether a break says that somebody changed the logs, not just that something is not here. */
extern bool ct_link_is_break(ct_link link);

/* The same of a signature. */
extern bool ct_sign_is_break(ct_sign sign);

/* How a digest is joined to the one before, in words. */
extern const char *ct_link_name(ct_link link);

/* What is known of a digest's signature, in words. */
extern const char *ct_sign_name(ct_sign sign);

/* Room for the longest description. */
#define CT_CHAIN_DESCRIPTION	1000

/* Says where the chain is broken at a digest, and how; empty where it is not. */
extern void ct_chain_describe(const ct_chain_digest *d, char description[CT_CHAIN_DESCRIPTION]);

#endif							/* CT_CHAIN_H */
