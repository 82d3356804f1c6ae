/*
 * memory_probe.h: whether there is memory for a library that does not ask.
 */
#ifndef CT_MEMORY_PROBE_H
#define CT_MEMORY_PROBE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"

/* Whether there is so much memory. */
extern bool ct_memory_for(size_t size);

/*
 * Whether there is memory for what json-c makes of some JSON, and of
 * what its strings hold, and for text made of that.
 */
extern bool ct_memory_for_json(const char *json, size_t len);

/*
 * What keeps json-c from reading some JSON: too many values for its length, of
 * which json-c would make a hundred times as much; no memory; or CT_ERR_NONE.
 */
extern ct_error_code ct_json_obstacle(const char *json, size_t len);

#endif							/* CT_MEMORY_PROBE_H */
