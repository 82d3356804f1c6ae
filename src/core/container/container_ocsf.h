/*
 * container_ocsf.h: events as Amazon Security Lake has them.
 */
#ifndef CT_CONTAINER_OCSF_H
#define CT_CONTAINER_OCSF_H

#include <stdbool.h>

#include "core/base/error.h"
#include "core/base/slice.h"

/*
 * Builds a record of a row of Security Lake.  NULL with *err if it cannot be;
 * else malloc'ed, and *is_api reports whether the row is about an API call at all.
 */
extern char *ct_build_ocsf(ct_slice row, size_t *len, bool *is_api, ct_error *err);

#endif							/* CT_CONTAINER_OCSF_H */
