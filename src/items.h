/*
 * items.h: what an item of a blob is, in words.
 */
#ifndef CLOUDTRAIL_ITEMS_H
#define CLOUDTRAIL_ITEMS_H

#include "core/container.h"

/* What an item is, in a word or two. */
extern const char *item_kind(const ct_item *item);

#endif							/* CLOUDTRAIL_ITEMS_H */
