/*
 * list.h: the files found but not yet asked for, first in first out, in little
 * memory; and those that were found before.
 *
 * Neighbours of a walk share most of their path.  A path is stored as the
 * number of bytes that it shares with the one before, and the rest: some 35
 * bytes a log file.
 */
#ifndef LOAD_LIST_H
#define LOAD_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct list_chunk list_chunk;

/* One end of the list: the last path that passed it. */
typedef struct list_end
{
	list_chunk *chunk;
	size_t		offset;
	char	   *path;
	size_t		length;
	size_t		room;
} list_end;

typedef struct path_list
{
	list_end	in;
	list_end	out;
} path_list;

/* A set of hashes, open addressing; 0 is an empty place. */
typedef struct seen_set
{
	uint64_t   *places;
	size_t		size;
	size_t		count;
	uint64_t	key[2];
} seen_set;

/* Adds a path; the size may be -1, not known. */
extern void list_add(path_list *list, const char *path, int64_t size);

/* Takes the oldest path, which stays valid until the next call; false if there is none. */
extern bool list_take(path_list *list, const char **path, int64_t *size);

/* Releases what is left of it. */
extern void list_release(path_list *list);

/* Notes a source and size, and reports whether they are new. */
extern bool seen_add(seen_set *set, const char *source, int64_t size);

/* Whether a source and size were noted. */
extern bool seen_has(const seen_set *set, const char *source, int64_t size);

#endif							/* LOAD_LIST_H */
