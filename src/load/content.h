/*
 * content.h: what a file is, read once: its hash, and its content if that is
 * a digest.
 */
#ifndef LOAD_CONTENT_H
#define LOAD_CONTENT_H

#include <stdatomic.h>
#include <stdbool.h>

#include "core/base/sha256.h"
#include "options.h"

typedef struct file_content
{
	int64_t		size;			/* of the file */
	uint64_t	length;			/* of what it holds when it is inflated */
	uint8_t		sha256[CT_SHA256_SIZE]; /* of that */
	bool		blank;			/* that is nothing, or blanks */
	char	   *digest;			/* the content if it seems to be a digest, to be freed; or NULL */
} file_content;

/*
 * Reads a file; false with the reason if that fails.  The memory that it takes
 * is bounded, whatever the file holds.
 */
extern bool read_content(const char *path, const load_options *options, atomic_bool *stop,
						 file_content *content,
						 char *reason, size_t reason_room);

/* The same of a file that is at hand. */
extern void examine_content(const char *path, const char *bytes, size_t len, file_content *content);

/* SHA-256 of the content of a file that is at hand, the same that read_content gives. */
extern void hash_content(const char *bytes, size_t len, uint8_t sha256[CT_SHA256_SIZE]);

#endif							/* LOAD_CONTENT_H */
