/*
 * evidence.h: what files are and what digests say of them, gathered by all
 * threads, then judged.
 */
#ifndef LOAD_EVIDENCE_H
#define LOAD_EVIDENCE_H

#include <pthread.h>

#include "core/chain.h"
#include "report.h"

/* A log file: its name is the last part of its path. */
typedef struct evidence_file
{
	char	   *path;
	ct_slice	name;
	uint8_t		sha256[CT_SHA256_SIZE];
	bool		listed;
} evidence_file;

/* A log file as a digest lists it. */
typedef struct evidence_listed
{
	ct_slice	name;
	bool		known_algorithm;
	uint8_t		sha256[CT_SHA256_SIZE];
} evidence_listed;

/* A digest; its member's owner is this. */
typedef struct evidence_digest
{
	char	   *path;
	ct_chain_digest member;
	evidence_listed *files;
} evidence_digest;

typedef struct evidence
{
	pthread_mutex_t lock;
	report	   *report;
	evidence_file *files;
	size_t		file_count;
	size_t		file_room;
	ct_chain_digest **digests;
	size_t		digest_count;
	size_t		digest_room;
	ct_public_key *keys;
	size_t		key_count;
	uint64_t	bytes;			/* uncompressed */
} evidence;

extern void evidence_begin(evidence *e, report *r);

/* Reads a file of public keys; false with a complaint where that fails. */
extern bool evidence_add_keys(evidence *e, const char *path);

/* Reads a file of public keys as text, to be freed; NULL with the reason where that fails. */
extern char *read_keys(const char *path, char *reason, size_t reason_room);

/* Takes a file into account; the signature is that of an object of S3, empty if there is none. */
extern void evidence_add(evidence *e, const char *path, const char *bytes, size_t len, ct_slice signature);

/* Reads the signature that lies beside a digest; its length, 0 if there is none. */
extern size_t read_signature(const char *path, uint8_t signature[CT_SIGNATURE_MAX]);

/* Says what was found, and returns the exit status. */
extern int	evidence_judge(evidence *e, bool interrupted);

/* Releases all. */
extern void evidence_end(evidence *e);

#endif							/* LOAD_EVIDENCE_H */
