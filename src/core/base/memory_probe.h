/*
 * memory_probe.h: whether there is memory for a library that does not ask.
 */
#ifndef CT_MEMORY_PROBE_H
#define CT_MEMORY_PROBE_H

#include <stdbool.h>
#include <stddef.h>

/* Whether there is so much memory. */
extern bool ct_memory_for(size_t size);

/*
 * Whether there is memory for what json-c makes of some JSON, and of
 * what its strings hold, and for text made of that.
 */
extern bool ct_memory_for_json(const char *json, size_t len);

/*
 * Whether JSON has no more values than its length lets expect.  What has more
 * is refused before json-c takes a hundred times its size.
 */
extern bool ct_expected_json(const char *json, size_t len);

#endif							/* CT_MEMORY_PROBE_H */
