/*
 * policy_names.c: lists of the names that a policy holds.
 *
 * Whoever writes a policy decides how often it repeats a name, so that lists
 * are sorted to find what is equal.
 */
#include <stdlib.h>
#include <string.h>

#include "core/event/derived.h"
#include "core/policy/policy_names.h"

bool
ct_names_add(ct_names *names, ct_slice name, ct_error *err)
{
	if (names->count == CT_NAMES_MAX)
		return ct_fail(err, CT_ERR_POLICY_NAMES, 0);
	if (names->count == names->room)
	{
		size_t		room = names->room > 0 ? 2 * names->room : 8;
		ct_slice   *items = realloc(names->items, room * sizeof(ct_slice));

		if (items == NULL)
			return ct_fail(err, CT_ERR_OUT_OF_MEMORY, 0);
		names->items = items;
		names->room = room;
	}
	names->items[names->count++] = name;
	return true;
}

/* For qsort: slices by their bytes. */
static int
by_text(const void *a, const void *b)
{
	return ct_compare_slices(*(const ct_slice *) a, *(const ct_slice *) b);
}

/* For qsort: pointers to slices of one array, by their bytes, equal ones as they stand there. */
static int
by_text_and_place(const void *a, const void *b)
{
	const ct_slice *x = *(ct_slice *const *) a;
	const ct_slice *y = *(ct_slice *const *) b;
	int			order = ct_compare_slices(*x, *y);

	return order != 0 ? order : (x > y) - (x < y);
}

void
ct_names_sort(ct_names *names)
{
	size_t		kept = 0;

	if (names->count == 0)
		return;
	qsort(names->items, names->count, sizeof(ct_slice), by_text);
	for (size_t i = 1; i < names->count; i++)
	{
		if (!ct_same(names->items[i], names->items[kept]))
			names->items[++kept] = names->items[i];
	}
	names->count = kept + 1;
}

bool
ct_names_unique(ct_names *names, ct_error *err)
{
	ct_slice  **sorted;
	ct_slice   *first;
	size_t		kept = 0;

	if (names->count < 2)
		return true;
	sorted = malloc(names->count * sizeof(ct_slice *));
	if (sorted == NULL)
		return ct_fail(err, CT_ERR_OUT_OF_MEMORY, 0);
	for (size_t i = 0; i < names->count; i++)
		sorted[i] = &names->items[i];
	qsort(sorted, names->count, sizeof(ct_slice *), by_text_and_place);
	first = sorted[0];
	for (size_t i = 1; i < names->count; i++)
	{
		if (ct_same(*sorted[i], *first))
			sorted[i]->ptr = NULL;
		else
			first = sorted[i];
	}
	free(sorted);
	for (size_t i = 0; i < names->count; i++)
	{
		if (names->items[i].ptr != NULL)
			names->items[kept++] = names->items[i];
	}
	names->count = kept;
	return true;
}

void
ct_names_free(ct_names *names)
{
	free(names->items);
}
