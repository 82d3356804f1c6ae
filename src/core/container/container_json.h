/*
 * container_json.h: values of JSON as objects of json-c.
 */
#ifndef CT_CONTAINER_JSON_H
#define CT_CONTAINER_JSON_H

#include <stddef.h>

struct json_object;

/* Parses text that was found to be valid JSON; NULL if out of memory, or if it is null. */
extern struct json_object *ct_parse_json(const char *text, size_t len);

/* Prints an object and releases it; NULL if out of memory. */
extern char *ct_print_json(struct json_object *object, size_t *len);

/* Returns the object or array that a string holds as text; NULL if it holds none. */
extern struct json_object *ct_embedded_json(struct json_object *value);

/* Finds the value at a path of keys in an object; NULL if there is none, or null. */
extern struct json_object *ct_find_in(struct json_object *object, const char *path);

/*
 * Puts a value, which is then the object's, at a path of keys; a value in the
 * way stays, and this one goes.
 */
extern void ct_put_at(struct json_object *object, const char *path, struct json_object *value);

/* Adds what an object lacks of another, which is released, under a key; objects in both are one. */
extern void ct_add_missing(struct json_object *object, const char *key, struct json_object *value);

#endif							/* CT_CONTAINER_JSON_H */
