/*
 * textlist.c: a list of texts without repetition, in the order of arrival.
 *
 * A hash table keeps long lists linear: whoever calls AWS decides how long a
 * list in a record is.
 */
#include "cloudtrail.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "textlist.h"
#include "utils/array.h"

/* Finds the slot of a text: the one that holds it, or a free one. */
static int *
find_slot(const TextList *list, ct_slice s, uint32 hash)
{
	for (uint32 i = hash & list->mask;; i = (i + 1) & list->mask)
	{
		int			item = list->slots[i] - 1;
		text	   *other;

		if (item < 0)
			return &list->slots[i];
		if (list->hashes[item] != hash)
			continue;
		other = DatumGetTextPP(list->items[item]);
		if (VARSIZE_ANY_EXHDR(other) == s.len && memcmp(VARDATA_ANY(other), s.ptr, s.len) == 0)
			return &list->slots[i];
	}
}

/* Makes room for twice as many texts. */
static void
grow(TextList *list)
{
	int			room = Max(8, list->room * 2);
	Datum	   *items = palloc(room * sizeof(Datum));
	uint32	   *hashes = palloc(room * sizeof(uint32));

	if (list->count > 0)
	{
		memcpy(items, list->items, list->count * sizeof(Datum));
		memcpy(hashes, list->hashes, list->count * sizeof(uint32));
		pfree(list->items);
		pfree(list->hashes);
		pfree(list->slots);
	}
	list->items = items;
	list->hashes = hashes;
	list->room = room;
	list->slots = palloc0(2 * room * sizeof(int));
	list->mask = 2 * room - 1;
	for (int item = 0; item < list->count; item++)
	{
		uint32		i = hashes[item] & list->mask;

		while (list->slots[i] != 0)
			i = (i + 1) & list->mask;
		list->slots[i] = item + 1;
	}
}

void
text_list_add(TextList *list, ct_slice s)
{
	uint32		hash = hash_bytes((const unsigned char *) s.ptr, (int) s.len);
	int		   *slot;

	if (list->count == list->room)
		grow(list);
	slot = find_slot(list, s, hash);
	if (*slot != 0)
		return;
	list->items[list->count] = PointerGetDatum(text_from_slice(s));
	list->hashes[list->count] = hash;
	*slot = ++list->count;
}

Datum
text_list_array(const TextList *list)
{
	return PointerGetDatum(construct_array(list->items, list->count, TEXTOID, -1, false,
										   TYPALIGN_INT));
}
