/*
 * json_document.h: members of small JSON documents that json-c parsed, read
 * strictly: digests, lists of keys.
 */
#ifndef CT_JSON_DOCUMENT_H
#define CT_JSON_DOCUMENT_H

#include "core/json/json_value.h"

struct json_object;

/*
 * Parses a whole text as one JSON value and white space, to be released by
 * json_object_put; NULL if it is not, which is the error, or out of memory.
 */
extern struct json_object *ct_parse_small_json(const char *text, size_t len, ct_error_code error,
											   ct_error *err);

/*
 * The text that a member is; no slice where it is null, absent, anything else,
 * or has control characters.
 */
extern ct_slice ct_json_text(struct json_object *object, const char *name);

/* Whether a member is null or absent. */
extern bool ct_json_is_null(struct json_object *object, const char *name);

/* Reads the time that a member is, text or a number. */
extern bool ct_json_time(struct json_object *object, const char *name, int64_t *time);

#endif							/* CT_JSON_DOCUMENT_H */
