/*
 * error.h: what can be wrong with input, as a code and a byte offset.
 *
 * The core never prints and never throws: a function that can fail fills a
 * ct_error and says so by its result; the caller finds the words here.
 */
#ifndef CT_ERROR_H
#define CT_ERROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum ct_error_code
{
#define CT_ERROR(code, message) CT_ERR_##code,
#include "core/base/errorlist.h"
#undef CT_ERROR
	CT_ERROR_COUNT				/* how many there are */
} ct_error_code;

typedef struct ct_error
{
	ct_error_code code;
	size_t		offset;			/* of the byte where reading stopped */
} ct_error;

/* What an error says: what was found, or what was expected instead. */
extern const char *ct_error_message(ct_error_code code);

/* Fills an error and returns false, so that a caller can return its result. */
static inline bool
ct_fail(ct_error *err, ct_error_code code, size_t offset)
{
	err->code = code;
	err->offset = offset;
	return false;
}

#endif							/* CT_ERROR_H */
