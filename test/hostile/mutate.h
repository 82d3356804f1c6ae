/*
 * mutate.h: bytes that are damaged at random.
 */
#ifndef HOSTILE_MUTATE_H
#define HOSTILE_MUTATE_H

#include <stddef.h>

#include "../generator/rng.h"

/* Some bytes; a NUL that is not counted follows them. */
typedef struct bytes
{
	char	   *data;
	size_t		len;
} bytes;

/* Copies bytes, all memory is the caller's to free. */
extern bytes bytes_copy(const char *data, size_t len);

/* A damaged copy of bytes: a few changes, some of them with pieces of other bytes. */
extern bytes mutate(rng *r, bytes of, bytes other);

#endif							/* HOSTILE_MUTATE_H */
