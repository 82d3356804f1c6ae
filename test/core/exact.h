/*
 * exact.h: what the unit tests share: buffers without a spare byte, small
 * events, and how to look at what was read from them.
 */
#ifndef CT_EXACT_H
#define CT_EXACT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/event/derived.h"
#include "core/event/record.h"
#include "core/event/scan.h"

/* A text that grows; all zero to begin with. */
typedef struct buffer
{
	char	   *ptr;
	size_t		len;
	size_t		size;
} buffer;

/* Adds bytes to a text, which stays terminated by a zero. */
static inline void
put(buffer *b, const char *ptr, size_t len)
{
	if (b->len + len + 1 > b->size)
	{
		b->size = 2 * (b->len + len + 1);
		b->ptr = realloc(b->ptr, b->size);
	}
	if (len > 0)
		memcpy(b->ptr + b->len, ptr, len);
	b->len += len;
	b->ptr[b->len] = '\0';
}

/* Adds a C string. */
static inline void
puts_to(buffer *b, const char *s)
{
	put(b, s, strlen(s));
}

/* A copy of its own size, so that a sanitizer sees the first byte read beyond it. */
static inline char *
exact_copy(const char *ptr, size_t len)
{
	char	   *copy = malloc(len);

	if (len > 0)
		memcpy(copy, ptr, len);
	return copy;
}

/* Scans a text that must be one JSON value and white space; copy is what rec points into. */
static inline bool
scan_all(const char *copy, size_t len, ct_record *rec, ct_error *err)
{
	size_t		pos = 0;

	if (!ct_scan(copy, len, &pos, rec, err))
		return false;
	while (pos < len && (copy[pos] == ' ' || copy[pos] == '\t' ||
						 copy[pos] == '\n' || copy[pos] == '\r'))
		pos++;
	return pos == len || ct_fail(err, CT_ERR_TRAILING, pos);
}

/* A scanned JSON text with room for what is derived from it. */
typedef struct sample
{
	char	   *json;
	char	   *room;
	ct_record	rec;
	ct_scratch	scratch;
	bool		valid;
} sample;

/* Gives back all of a sample's scratch. */
static inline ct_scratch *
fresh(sample *s)
{
	s->scratch.next = s->room;
	return &s->scratch;
}

/* Scans a copy of a text of some length. */
static inline sample
take_sample(const char *ptr, size_t len)
{
	sample		s = {.json = exact_copy(ptr, len)};
	size_t		room = CT_SCRATCH_SIZE(len);
	ct_error	err;

	s.valid = scan_all(s.json, len, &s.rec, &err);
	s.room = malloc(room);
	s.scratch = (ct_scratch) {s.room, s.room + room};
	return s;
}

/* Scans JSON written with ' for ", as the tables of cases write it. */
static inline sample
quoted_sample(const char *quoted)
{
	char	   *plain = strdup(quoted);
	sample		s;

	for (char *p = plain; *p; p++)
	{
		if (*p == '\'')
			*p = '"';
	}
	s = take_sample(plain, strlen(plain));
	free(plain);
	return s;
}

/* Releases a sample. */
static inline void
drop_sample(sample *s)
{
	free(s->json);
	free(s->room);
}

/* Tells whether a slice is a C string; NULL stands for no value. */
static inline bool
slice_is(ct_slice slice, const char *expected)
{
	if (expected == NULL || slice.ptr == NULL)
		return expected == NULL && slice.ptr == NULL;
	return slice.len == strlen(expected) && memcmp(slice.ptr, expected, slice.len) == 0;
}

/* Tells whether two slices hold the same, no value being like no value only. */
static inline bool
same_slice(ct_slice a, ct_slice b)
{
	if (a.ptr == NULL || b.ptr == NULL)
		return a.ptr == b.ptr;
	return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

/* Says what was found instead, as a comment in TAP. */
static inline void
show_slice(const char *what, ct_slice slice)
{
	printf("# %s: %.*s\n", what, slice.ptr ? (int) slice.len : 4, slice.ptr ? slice.ptr : "none");
}

#endif							/* CT_EXACT_H */
