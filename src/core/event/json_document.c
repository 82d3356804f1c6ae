/*
 * json_document.c: members of small JSON documents, read strictly.
 */
#include <string.h>

#include <json-c/json.h>

#include "core/base/event_time.h"
#include "core/base/memory_probe.h"
#include "core/event/json_document.h"
#include "core/event/scan.h"
#include "core/json/token.h"

/* These documents nest three levels; some more do no harm. */
#define DEPTH_MAX		16

/*
 * Whether a whole text is one JSON value and white space.  What json-c takes
 * for strict differs by its version.
 */
static bool
is_json(const char *text, size_t len)
{
	ct_record	value;
	ct_error	err;
	size_t		pos = 0;

	return ct_scan(text, len, &pos, &value, &err) &&
		ct_skip_blanks(text + pos, text + len) == text + len;
}

json_object *
ct_parse_small_json(const char *text, size_t len, ct_error_code error, ct_error *err)
{
	ct_error_code obstacle = error;
	json_tokener *tokener = NULL;
	json_object *json;

	/* json-c counts in int. */
	if (len > 0 && len <= CT_RECORD_MAX && is_json(text, len))
		obstacle = ct_json_obstacle(text, len);
	if (obstacle == CT_ERR_NONE)
		tokener = json_tokener_new_ex(DEPTH_MAX);
	if (tokener == NULL)
	{
		/* No obstacle: there was no memory for the tokener. */
		ct_fail(err, obstacle == CT_ERR_NONE || obstacle == CT_ERR_OUT_OF_MEMORY ?
				CT_ERR_OUT_OF_MEMORY : error, 0);
		return NULL;
	}
	json = json_tokener_parse_ex(tokener, text, (int) len);
	json_tokener_free(tokener);
	if (json == NULL)
		ct_fail(err, error, 0);
	return json;
}

/* Whether a text has no control characters, which escapes can stand for. */
static bool
is_plain_text(ct_slice text)
{
	for (size_t i = 0; i < text.len; i++)
	{
		if ((unsigned char) text.ptr[i] < ' ' || text.ptr[i] == 0x7f)
			return false;
	}
	return true;
}

ct_slice
ct_json_text(json_object *object, const char *name)
{
	json_object *value;
	ct_slice	text;

	if (!json_object_is_type(object, json_type_object) ||
		!json_object_object_get_ex(object, name, &value) ||
		!json_object_is_type(value, json_type_string))
		return CT_NO_SLICE;
	text = (ct_slice) {json_object_get_string(value), (size_t) json_object_get_string_len(value)};
	return is_plain_text(text) ? text : CT_NO_SLICE;
}

bool
ct_json_is_null(json_object *object, const char *name)
{
	json_object *value;

	return !json_object_object_get_ex(object, name, &value) || value == NULL;
}

bool
ct_json_time(json_object *object, const char *name, int64_t *time)
{
	json_object *value;
	const char *text;

	if (!json_object_is_type(object, json_type_object) ||
		!json_object_object_get_ex(object, name, &value) ||
		!(json_object_is_type(value, json_type_string) ||
		  json_object_is_type(value, json_type_double) ||
		  json_object_is_type(value, json_type_int)))
		return false;
	/* json-c prints a number as it stood. */
	text = json_object_get_string(value);
	return text != NULL && ct_parse_time(text, strlen(text), time);
}
