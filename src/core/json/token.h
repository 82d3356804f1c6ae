/*
 * token.h: the tokens of JSON, as the scanner reads them.
 *
 * What almost every token takes is inline; the rest is in token.c.
 */
#ifndef CT_TOKEN_H
#define CT_TOKEN_H

#include <string.h>

#include "core/base/simd.h"
#include "core/json/json_value.h"

#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)

/*
 * Reads on in a string from its first byte that is not plain (a quote, a
 * backslash, a control character or no ASCII) and returns its closing quote;
 * NULL with err->code and *stop where it is wrong.
 */
extern const char *ct_read_odd_string(const char *p, const char *end, uint32_t *quirks,
									  bool *escaped, const char **stop, ct_error *err);

/* Reads a number and returns what follows it; NULL with *stop where it is wrong. */
extern const char *ct_read_number(const char *p, const char *end, uint32_t *quirks,
								  const char **stop);

/* Whether the input ends in the middle of true, false or null. */
extern bool ct_is_cut_literal(const char *p, const char *end);

/* Steps over white space. */
static inline const char *
ct_skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
		p++;
	return p;
}

/* Reads a string from behind its quote and returns its closing quote, or NULL. */
static inline const char *
ct_read_string(const char *p, const char *end, uint32_t *quirks, bool *escaped,
			   const char **stop, ct_error *err)
{
	p = ct_skip_plain(p, end);
	*escaped = false;
	if (likely(p < end && *p == '"'))
		return p;
	return ct_read_odd_string(p, end, quirks, escaped, stop, err);
}

/* Reads true, false or null and tells which it was; CT_ABSENT if none. */
static inline ct_type
ct_read_literal(const char *p, const char *end)
{
	uint32_t	four;

	if (end - p < 4)
		return CT_ABSENT;
	memcpy(&four, p, 4);
	if (memcmp(&four, "true", 4) == 0)
		return CT_TRUE;
	if (memcmp(&four, "null", 4) == 0)
		return CT_NULL;
	if (end - p >= 5 && memcmp(p, "false", 5) == 0)
		return CT_FALSE;
	return CT_ABSENT;
}

#endif							/* CT_TOKEN_H */
