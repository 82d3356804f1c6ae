/*
 * container_item.h: what a splitter gives.
 */
#ifndef CT_CONTAINER_ITEM_H
#define CT_CONTAINER_ITEM_H

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

#endif							/* CT_CONTAINER_ITEM_H */
