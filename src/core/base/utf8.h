/*
 * utf8.h: UTF-8 and JSON's escapes.
 */
#ifndef CT_UTF8_H
#define CT_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Value of a hexadecimal digit, -1 where it is none. */
static inline int
ct_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Length of the valid multi-byte UTF-8 sequences at p; 0 if the first is invalid. */
extern size_t ct_utf8_run(const char *p, const char *end);

/*
 * Writes a valid JSON string (without its quotes) as the text it stands for
 * and returns its length, which is never more than len.  What text cannot
 * hold, \u0000 and half surrogate pairs, becomes U+FFFD.
 */
extern size_t ct_unescape(const char *src, size_t len, char *dst);

/* The same, but keeps \u0000 as a zero byte, for text that holds JSON again. */
extern size_t ct_unescape_raw(const char *src, size_t len, char *dst);

/* Whether a valid JSON string (without its quotes) is what ct_unescape would write as text. */
extern bool ct_unescapes_to(const char *src, size_t len, const char *text, size_t text_len);

#endif							/* CT_UTF8_H */
