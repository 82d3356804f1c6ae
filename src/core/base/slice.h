/*
 * slice.h: runs of bytes: their order, and what is in them.
 */
#ifndef CT_SLICE_H
#define CT_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Number of elements of an array. */
#define CT_LENGTHOF(array)	(sizeof(array) / sizeof((array)[0]))

/* A run of bytes; ptr is NULL where there is no value. */
typedef struct ct_slice
{
	const char *ptr;
	size_t		len;
} ct_slice;

#define CT_NO_SLICE ((ct_slice) {NULL, 0})

/*
 * Compares as many bytes of both; -1, 0 or 1.  What memcmp returns differs
 * between processors, and between two calls with the same bytes.
 */
static inline int
ct_compare_bytes(const void *a, const void *b, size_t len)
{
	int			order = len > 0 ? memcmp(a, b, len) : 0;

	return (order > 0) - (order < 0);
}

/* Compares by bytes, of which a beginning comes first; -1, 0 or 1. */
static inline int
ct_compare_slices(ct_slice a, ct_slice b)
{
	int			order = ct_compare_bytes(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* Whether a byte is white space to JSON. */
static inline bool
ct_is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Finds a word in a text; NULL if it is not there. */
static inline const char *
ct_find(ct_slice text, const char *word)
{
	size_t		len = strlen(word);

	while (text.len >= len)
	{
		const char *found = memchr(text.ptr, word[0], text.len - len + 1);

		if (found == NULL || memcmp(found, word, len) == 0)
			return found;
		text.len -= (size_t) (found + 1 - text.ptr);
		text.ptr = found + 1;
	}
	return NULL;
}

#endif							/* CT_SLICE_H */
