/*
 * jsonsafe.h: JSON that PostgreSQL's jsonb refuses, made acceptable.
 */
#ifndef CT_JSONSAFE_H
#define CT_JSONSAFE_H

#include <stdbool.h>
#include <stddef.h>

/* Room that a JSON text of len bytes may take when made safe. */
#define CT_JSONSAFE_BOUND(len) (2 * (len) + 16)

/*
 * Copies valid JSON, putting U+FFFD for \u0000 and half surrogate pairs, and
 * strings for numbers outside numeric's range; returns the length.
 */
extern size_t ct_make_jsonsafe(const char *src, size_t len, char *dst);

/*
 * Copies valid JSON without white space, its numbers and truth values as
 * strings, and its strings made safe alike; false if it nests deeper than depth.
 */
extern bool ct_make_json_strings(const char *src, size_t len, int depth, char *dst, size_t *length);

#endif							/* CT_JSONSAFE_H */
