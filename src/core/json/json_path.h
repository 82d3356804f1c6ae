/*
 * json_path.h: what is in JSON objects and arrays, and the way down a path to a value.
 *
 * All text here was validated before, by ct_scan: only its shape is followed.
 * Offsets count from the start of the text that is passed.
 */
#ifndef CT_JSON_PATH_H
#define CT_JSON_PATH_H

#include "core/json/json_value.h"

/*
 * Takes an object apart: gives one member a call, false behind the last.
 * *pos is 0 to begin with; the text starts with the object's brace.  The key
 * is a CT_STRING.
 */
extern bool ct_next_member(const char *json, size_t len, size_t *pos,
						   ct_value *key, ct_value *value);

/* Takes an array apart alike: gives one element a call. */
extern bool ct_next_element(const char *json, size_t len, size_t *pos, ct_value *element);

/*
 * Finds the value that a path leads to from the one in a text.  A step is a
 * key of an object, escapes aside, the last of equal ones; or the number of an
 * array's element from 0, or from -1 backwards from its end, written as
 * strtol() reads a C int.  The text is read once, and the arrays that are
 * counted from their end once more for each of them.
 */
extern bool ct_find_path(const char *json, size_t len, const ct_slice *path, size_t steps,
						 ct_value *value);

#endif							/* CT_JSON_PATH_H */
