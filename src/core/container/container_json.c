/*
 * container_json.c: values of JSON as objects of json-c.
 */
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "core/container/container_json.h"
#include "core/container/container_spell.h"
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

json_object *
ct_find_in(json_object *object, const char *path)
{
	while (object != NULL)
	{
		const char *dot = strchr(path, '.');
		char		key[CT_KEY_MAX] = "";
		json_object *inner;

		strncat(key, path,
				dot != NULL && dot - path < CT_KEY_MAX ? (size_t) (dot - path) : CT_KEY_MAX - 1);
		if (!json_object_is_type(object, json_type_object) ||
			!json_object_object_get_ex(object, key, &inner))
			return NULL;
		object = inner;
		if (dot == NULL)
			break;
		path = dot + 1;
	}
	return object;
}

void
ct_put_at(json_object *record, const char *path, json_object *value)
{
	const char *dot;

	while ((dot = strchr(path, '.')) != NULL)
	{
		char		key[CT_KEY_MAX] = "";
		json_object *inner;

		strncat(key, path, dot - path < CT_KEY_MAX ? (size_t) (dot - path) : CT_KEY_MAX - 1);
		if (!json_object_object_get_ex(record, key, &inner))
		{
			inner = json_object_new_object();
			json_object_object_add(record, key, inner);
		}
		if (!json_object_is_type(inner, json_type_object))
		{
			json_object_put(value);
			return;
		}
		record = inner;
		path = dot + 1;
	}
	json_object_object_add(record, path, value);
}

void
ct_add_missing(json_object *record, const char *key, json_object *value)
{
	json_object *there;

	if (!json_object_object_get_ex(record, key, &there) || there == NULL)
	{
		if (!json_object_is_type(value, json_type_object) || json_object_object_length(value) > 0)
			json_object_object_add(record, key, value);
		else
			json_object_put(value);
		return;
	}
	if (json_object_is_type(there, json_type_object) &&
		json_object_is_type(value, json_type_object))
	{
		json_object_object_foreach(value, inner_key, inner)
		{
			ct_add_missing(there, inner_key, json_object_get(inner));
		}
	}
	json_object_put(value);
}
