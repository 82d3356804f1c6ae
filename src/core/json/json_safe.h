/*
 * json_safe.h: JSON that PostgreSQL's jsonb refuses, made acceptable.
 */
#ifndef CT_JSON_SAFE_H
#define CT_JSON_SAFE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Largest exponent of a number that is one in jsonb.  There it is written
 * out, digit by digit: 1e131071, eight bytes here, would take 131 kB each time
 * it is printed, and a record that holds thousands of them could not be read.
 */
#define CT_EXPONENT_MAX		20

/* Room that a JSON text of len bytes may take when made safe. */
#define CT_JSONSAFE_BOUND(len) (2 * (len) + 16)

/* Whether jsonb takes a number as one: by its exponent, and as far as numeric goes. */
extern bool ct_is_jsonb_number(const char *p, size_t len);

/*
 * Copies valid JSON, putting U+FFFD for \u0000 and half surrogate pairs, and
 * strings for numbers that jsonb does not take as such; returns the length.
 */
extern size_t ct_make_jsonsafe(const char *src, size_t len, char *dst);

/*
 * Copies valid JSON without white space, its numbers and truth values as
 * strings, and its strings made safe alike; false if it nests deeper than depth.
 */
extern bool ct_make_json_strings(const char *src, size_t len, int depth, char *dst, size_t *length);

#endif							/* CT_JSON_SAFE_H */
