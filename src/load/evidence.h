/*
 * evidence.h: what files are and what digests say of them, gathered by all
 * threads, then judged.
 */
#ifndef LOAD_EVIDENCE_H
#define LOAD_EVIDENCE_H

#include <pthread.h>
#include <stdatomic.h>

#include "core/evidence/verdict.h"
#include "report.h"

/* A file that was verified, whatever it is. */
typedef struct evidence_file
{
	const char *path;
	uint8_t		sha256[CT_SHA256_SIZE];
} evidence_file;

typedef struct evidence
{
	pthread_mutex_t lock;
	report	   *report;
	ct_verdict	verdict;
	struct evidence_chunk *chunks;	/* memory that lives as long as the evidence */
	evidence_file *files;		/* after judging by path */
	size_t		file_count;
	size_t		file_room;
	ct_public_key *keys;
	size_t		key_count;
	uint64_t	bytes;			/* uncompressed */
} evidence;

/* Begins with nothing. */
extern void evidence_begin(evidence *e, report *r);

/* Reads a file of public keys; false with a complaint where that fails. */
extern bool evidence_add_keys(evidence *e, const char *path);

/* Reads a file of public keys as text, to be freed; NULL with the reason where that fails. */
extern char *read_keys(const char *path, char *reason, size_t reason_room);

/* Reads a file and takes it into account; its size, or -1 with the reason where that fails. */
extern int64_t evidence_add(evidence *e, const char *path, atomic_bool *stop, char *reason,
							size_t reason_room);

/*
 * Takes an object that was fetched into account; the signature is that of its
 * metadata, or empty.
 */
extern void evidence_add_object(evidence *e, const char *path, const char *bytes, size_t len,
								ct_slice signature);

/* Reads the signature that lies beside a digest; its length, 0 if there is none. */
extern size_t read_signature(const char *path, const load_options *options,
							 uint8_t signature[CT_SIGNATURE_MAX]);

/* Reports what was found, and returns the exit status. */
extern int	evidence_judge(evidence *e, bool interrupted);

/* Whether a file, read again, is still the one that was judged. */
extern bool evidence_holds(const evidence *e, const char *path, const char *bytes, size_t len);

/* Releases all. */
extern void evidence_end(evidence *e);

#endif							/* LOAD_EVIDENCE_H */
