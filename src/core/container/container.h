/*
 * container.h: from a blob, as it arrived, to the records in it.
 *
 * CloudTrail JSON reaches people in many wrappings: gzipped log files, output
 * of lookup-events, EventBridge envelopes, log subscriptions, queue messages.
 * A splitter unwraps whatever it is given and hands out its items one by one.
 */
#ifndef CT_CONTAINER_H
#define CT_CONTAINER_H

#include "core/container/container_item.h"

/*
 * Begins to split a blob, which stays the caller's and must outlive the
 * splitter; NULL if out of memory.
 */
extern ct_splitter *ct_splitter_new(const char *blob, size_t len);

/*
 * Begins to split another blob with a splitter, and the memory it has; NULL
 * only ends the one before.
 */
extern void ct_splitter_restart(ct_splitter *splitter, const char *blob, size_t len);

/*
 * Finds the next item; false at the end.  What the item points to lives until
 * the next call.
 */
extern bool ct_splitter_next(ct_splitter *splitter, ct_item *item);

/* Releases a splitter and all it allocated; NULL is fine. */
extern void ct_splitter_free(ct_splitter *splitter);

#endif							/* CT_CONTAINER_H */
