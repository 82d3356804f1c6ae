/*
 * slice.h: runs of bytes, and their order.
 */
#ifndef CT_SLICE_H
#define CT_SLICE_H

#include <stddef.h>
#include <string.h>

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

#endif							/* CT_SLICE_H */
