/*
 * container_athena.h: what aws athena get-query-results prints.
 */
#ifndef CT_CONTAINER_ATHENA_H
#define CT_CONTAINER_ATHENA_H

#include "core/base/error.h"
#include "core/base/slice.h"

/* Makes a CSV of the result of a query; NULL with *err if it cannot be, else malloc'ed. */
extern char *ct_build_csv(ct_slice result, size_t *len, ct_error *err);

#endif							/* CT_CONTAINER_ATHENA_H */
