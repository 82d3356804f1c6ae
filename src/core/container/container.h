/*
 * container.h: from a blob, as it arrived, to the records in it.
 *
 * CloudTrail JSON reaches people in many wrappings: gzipped log files, output
 * of lookup-events, EventBridge envelopes, log subscriptions, queue messages.
 * A splitter unwraps whatever it is given and hands out its items one by one.
 */
#ifndef CT_CONTAINER_H
#define CT_CONTAINER_H

#include "core/event/record.h"

typedef enum ct_item_kind
{
	CT_ITEM_EVENT,				/* a CloudTrail record */
	CT_ITEM_NOTICE,				/* something else of CloudTrail's, and whole: a digest, ... */
	CT_ITEM_REJECT				/* damaged, or nothing that CloudTrail writes */
} ct_item_kind;

typedef struct ct_item
{
	ct_item_kind kind;
	ct_slice	text;			/* the item's bytes as found, without space around it */
	const ct_record *rec;		/* of an event; points into text */
	ct_error	error;			/* of the others: what it is or what is wrong, and where in text */
} ct_item;

typedef struct ct_splitter ct_splitter;

/*
 * Begins to split a blob, which stays the caller's and must outlive the
 * splitter; NULL if out of memory.
 */
extern ct_splitter *ct_splitter_new(const char *blob, size_t len);

/*
 * Finds the next item; false at the end.  What the item points to lives until
 * the next call.
 */
extern bool ct_splitter_next(ct_splitter *splitter, ct_item *item);

/* Releases a splitter and all it allocated; NULL is fine. */
extern void ct_splitter_free(ct_splitter *splitter);

#endif							/* CT_CONTAINER_H */
