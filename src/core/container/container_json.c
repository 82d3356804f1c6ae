/*
 * container_json.c: values of JSON as objects of json-c.
 */
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "core/container/container_json.h"
#include "core/event/scan.h"

json_object *
ct_parse_json(const char *text, size_t len)
{
	json_tokener *tokener = json_tokener_new_ex(CT_DEPTH_MAX + 1);
	json_object *object = NULL;

	if (tokener == NULL)
		return NULL;
	/* json-c counts in int; no record is longer. */
	if (len <= CT_RECORD_MAX)
		object = json_tokener_parse_ex(tokener, text, (int) len);
	json_tokener_free(tokener);
	return object;
}

char *
ct_print_json(json_object *object, size_t *len)
{
	const char *text = json_object_to_json_string_length(object, JSON_C_TO_STRING_PLAIN |
														 JSON_C_TO_STRING_NOSLASHESCAPE, len);
	char	   *copy = text != NULL ? malloc(*len + 1) : NULL;

	if (copy != NULL)
		memcpy(copy, text, *len + 1);
	json_object_put(object);
	return copy;
}

json_object *
ct_embedded_json(json_object *value)
{
	const char *text;
	size_t		len;
	size_t		pos = 0;
	ct_record  *rec;
	ct_error	err;
	bool		valid;

	if (!json_object_is_type(value, json_type_string))
		return NULL;
	text = json_object_get_string(value);
	len = (size_t) json_object_get_string_len(value);
	if (len < 2 || (text[0] != '{' && text[0] != '['))
		return NULL;
	rec = malloc(sizeof(*rec));
	valid = rec != NULL && ct_scan(text, len, &pos, rec, &err) && pos == len;
	free(rec);
	return valid ? ct_parse_json(text, len) : NULL;
}
