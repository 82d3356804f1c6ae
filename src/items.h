/*
 * items.h: what an item of a blob is, in words.
 */
#ifndef CLOUDTRAIL_ITEMS_H
#define CLOUDTRAIL_ITEMS_H

#include "core/container/container.h"

/* What an item is, in a word or two. */
extern const char *item_kind(const ct_item *item);

/* Reports an item that there was no memory to read: it is not damaged, and must be read again. */
extern void check_item(const ct_item *item);

#endif							/* CLOUDTRAIL_ITEMS_H */
