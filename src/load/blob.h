/*
 * blob.h: the content of one file.
 */
#ifndef LOAD_BLOB_H
#define LOAD_BLOB_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "options.h"

/* A file that is open. */
typedef struct blob
{
	int			fd;
	bool		regular;
	int64_t		size;			/* of a regular file as it was opened, else 0 */
} blob;

/*
 * Opens a file, or standard input for "-"; false with the reason if it cannot
 * be read.  With options, what lies below a path that they name is not reached
 * through links, unless they say so.
 */
extern bool open_blob(const char *path, const load_options *options, blob *b, char *reason,
					  size_t reason_room);

/* The same of a regular file that lies beside another. */
extern bool open_beside(const char *path, const load_options *options, blob *b);

/* Reads the next bytes: how many, 0 at the end, -1 with the reason if it cannot. */
extern ssize_t read_some(const blob *b, char *bytes, size_t room, atomic_bool *stop, char *reason,
						 size_t reason_room);

/* Closes a file that was opened. */
extern void close_blob(blob *b);

/* Gives as the reason that a file is too large. */
extern void describe_too_large(int64_t max_size, char *reason, size_t reason_room);

/*
 * Reads a file, or standard input for "-", into a buffer that grows.  Returns
 * its size, or -1 with the reason; gives up when stop becomes true.
 */
extern int64_t read_blob(const char *path, const load_options *options, int64_t max_size,
						 atomic_bool *stop, char **buffer, size_t *room, char *reason,
						 size_t reason_room);

/* The same of a file that was opened. */
extern int64_t read_opened(const blob *b, int64_t max_size, atomic_bool *stop,
						   char **buffer, size_t *room, char *reason, size_t reason_room);

#endif							/* LOAD_BLOB_H */
