/*
 * container_spell.h: keys as CloudTrail spells them.
 */
#ifndef CT_CONTAINER_SPELL_H
#define CT_CONTAINER_SPELL_H

#include <stdbool.h>

#include "core/base/slice.h"

/* Longer keys in what queries print are none of CloudTrail's. */
#define CT_KEY_MAX			128

struct json_object;

/* Compares names by their letters and digits alone. */
extern bool ct_same_name(const char *name, size_t len, const char *known, size_t known_len);

/* Finds the place of a key in the object at a place; one without text if it is not known there. */
extern ct_slice ct_place_of_key(ct_slice place, const char *key, size_t len);

/* Adds a value, which is then the object's, under a key as it is spelled at its place. */
extern void ct_add_spelled(struct json_object *object, const char *key, ct_slice place,
						   struct json_object *value);

/* Spells the keys of a value at a place; the value is then the result's. */
extern struct json_object *ct_spell_keys(struct json_object *value, ct_slice place);

/* Whether what a key has is a policy, which is a string of JSON in records, too. */
extern bool ct_is_policy_key(const char *key, size_t len);

#endif							/* CT_CONTAINER_SPELL_H */
