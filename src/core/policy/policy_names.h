/*
 * policy_names.h: lists of the names that a policy holds.
 */
#ifndef CT_POLICY_NAMES_H
#define CT_POLICY_NAMES_H

#include "core/event/record.h"

/* Longest list; AWS takes no policy with as many. */
#define CT_NAMES_MAX		10000

/* All zero to begin with. */
typedef struct ct_names
{
	ct_slice   *items;
	size_t		count;
	size_t		room;
} ct_names;

/* Adds a name, which must stay. */
extern bool ct_names_add(ct_names *names, ct_slice name, ct_error *err);

/* Sorts a list by bytes and leaves each name there once. */
extern void ct_names_sort(ct_names *names);

/* Leaves each name in a list once, where it stands first. */
extern bool ct_names_unique(ct_names *names, ct_error *err);

/* Releases a list. */
extern void ct_names_free(ct_names *names);

#endif							/* CT_POLICY_NAMES_H */
