/*
 * textlist.h: a list of texts without repetition, in the order of arrival.
 */
#ifndef CLOUDTRAIL_TEXTLIST_H
#define CLOUDTRAIL_TEXTLIST_H

#include "core/event/record.h"

/* All zero to begin with; lives in the memory context of its first text. */
typedef struct TextList
{
	Datum	   *items;
	uint32	   *hashes;			/* of the items */
	int			count;
	int			room;
	int		   *slots;			/* hash table: number of an item, counted from 1 */
	uint32		mask;			/* slots less one */
} TextList;

/* Adds a text to the list if it is not there yet. */
extern void text_list_add(TextList *list, ct_slice s);

/* Makes text[] of the list. */
extern Datum text_list_array(const TextList *list);

#endif							/* CLOUDTRAIL_TEXTLIST_H */
