/*
 * jsonsafe.h: JSON that PostgreSQL's jsonb refuses, made acceptable.
 */
#ifndef CT_JSONSAFE_H
#define CT_JSONSAFE_H

#include <stddef.h>

/* Room that a JSON text of len bytes may take when made safe. */
#define CT_JSONSAFE_BOUND(len) (2 * (len) + 16)

/*
 * Copies valid JSON, putting U+FFFD for \u0000 and half surrogate pairs, and
 * strings for numbers outside numeric's range; returns the length.
 */
extern size_t ct_make_jsonsafe(const char *src, size_t len, char *dst);

#endif							/* CT_JSONSAFE_H */
