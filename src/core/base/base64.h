/*
 * base64.h: base64 as AWS's services wrap log data in it.
 */
#ifndef CT_BASE64_H
#define CT_BASE64_H

#include "core/base/error.h"

/* Value of a character of the alphabet, -1 where it is none. */
static inline int
ct_base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/*
 * Decodes base64; white space may stand anywhere and the padding may be
 * missing.  *out is malloc'ed, the caller's to free.  When it fails, *out has
 * what came before the fault (NULL after OUT_OF_MEMORY).
 */
extern bool ct_base64_decode(const char *in, size_t len,
							 char **out, size_t *out_len, ct_error *err);

#endif							/* CT_BASE64_H */
