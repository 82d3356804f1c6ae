/*
 * edit.h: changes to a finished record, for those that are meant to be odd.
 */
#ifndef GEN_EDIT_H
#define GEN_EDIT_H

#include "text.h"

/* Where a member of the record's outer object is. */
typedef struct member
{
	size_t		key;			/* its opening quote */
	size_t		value;			/* the first byte of the value */
	size_t		end;			/* the byte after the value */
} member;

extern bool edit_find(const text *record, const char *key, member *found);
extern void edit_splice(text *record, size_t from, size_t to, const char *data, size_t len);
extern void edit_set(text *record, const char *key, const char *value, size_t len);
extern void edit_append(text *record, const char *member_text, size_t len);
extern void edit_remove(text *record, const char *key);

#endif							/* GEN_EDIT_H */
