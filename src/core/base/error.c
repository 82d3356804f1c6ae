/*
 * error.c: the words for errors.
 */
#include "core/base/error.h"

static const char *const messages[] = {
#define CT_ERROR(code, message) message,
#include "core/base/errorlist.h"
#undef CT_ERROR
};

const char *
ct_error_message(ct_error_code code)
{
	return messages[code];
}
