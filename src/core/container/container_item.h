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

/* What a notice is. */
typedef enum ct_notice
{
#define CT_NOTICE(name, kind, text) CT_NOTICE_##name,
#include "core/container/noticelist.h"
#undef CT_NOTICE
	CT_NOTICE_NONE				/* the item is none */
} ct_notice;

typedef struct ct_item
{
	ct_item_kind kind;
	ct_notice	notice;
	ct_slice	text;			/* the item's bytes as found, without space around it */
	const ct_record *rec;		/* of an event; points into text */
	ct_error	error;			/* of a reject: what is wrong, and where in text */
} ct_item;

/* The word for a kind of notice, such as "digest". */
extern const char *ct_notice_kind(ct_notice notice);

/* What a notice is, in a sentence's part. */
extern const char *ct_notice_text(ct_notice notice);

typedef struct ct_splitter ct_splitter;

#endif							/* CT_CONTAINER_ITEM_H */
