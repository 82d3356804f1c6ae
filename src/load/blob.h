/*
 * blob.h: the content of one file.
 */
#ifndef LOAD_BLOB_H
#define LOAD_BLOB_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads a file, or standard input for "-", into a buffer that grows.  Returns
 * its size, or -1 with the reason; gives up when stop becomes true.
 */
extern int64_t read_blob(const char *path, int64_t max_size, atomic_bool *stop,
						 char **buffer, size_t *room, char *reason, size_t reason_room);

#endif							/* LOAD_BLOB_H */
