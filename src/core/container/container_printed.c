/*
 * container_printed.c: values as Presto and Trino print them.
 *
 * CloudTrail Lake and Athena print a row or map as {key=value, key=value}, an
 * array as [value, value], and nothing is quoted, so that a text may look like
 * several values.  What can only be read one way is read, anything else is
 * refused: a brace within a text, a key that comes twice, a text with blanks
 * before another key of a map.
 */
#include <string.h>

#include <json-c/json.h>

#include "core/base/event_time.h"
#include "core/container/container_json.h"
#include "core/container/container_printed.h"
#include "core/container/container_spell.h"
#include "core/event/scan.h"

/* Deeper than any field of CloudTrail. */
#define PRINTED_DEPTH_MAX	16

typedef struct reader
{
	const char *p;
	const char *end;
	bool		is_row;			/* all keys are known, and each is there */
	bool		free_text;		/* a text was read that may go on behind the next comma */
	int			depth;
} reader;

static json_object *read_value(reader *r, ct_slice key, ct_slice place);

/* Whether a column is a row of fixed keys: the others are maps, whose keys may be any. */
static bool
is_row(const char *column)
{
	static const char *const rows[] = {"userIdentity", "resources", "tlsDetails", "addendum"};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
	{
		if (strcmp(rows[i], column) == 0)
			return true;
	}
	return false;
}

/* Finds the key at p, which ends with "="; no slice if there is none. */
static ct_slice
key_at(const char *p, const char *end)
{
	const char *start = p;

	while (p < end && p - start < CT_KEY_MAX - 1 &&
		   ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') ||
			(*p != '\0' && strchr("_-.:/@+", *p) != NULL)))
		p++;
	return p > start && p < end && *p == '=' ? (ct_slice) {start, p - start} : CT_NO_SLICE;
}

/* Whether a comma at p separates values, in an object by the key behind it. */
static bool
is_separator(const reader *r, const char *p, bool in_object)
{
	return r->end - p >= 2 && p[0] == ',' && p[1] == ' ' &&
		(!in_object || key_at(p + 2, r->end).ptr != NULL);
}

/* Whether a text may have gone on: it has blanks, and they are not those of a time. */
static bool
is_free_text(ct_slice text)
{
	int64_t		time;

	return memchr(text.ptr, ' ', text.len) != NULL && !ct_parse_time(text.ptr, text.len, &time);
}

/* Reads a text up to the next value or the end of what it is in; false if that is not certain. */
static bool
read_text(reader *r, bool in_object, ct_slice *text)
{
	const char *start = r->p;
	size_t		quotes = 0;

	for (; r->p < r->end; r->p++)
	{
		char		c = *r->p;

		if (c == (in_object ? '}' : ']') || (c == ',' && is_separator(r, r->p, in_object)))
			break;
		if (c == '{' || c == '}' || c == '[' || c == ']')
			return false;
		quotes += c == '"';
	}
	*text = (ct_slice) {start, r->p - start};
	r->free_text |= is_free_text(*text);
	return r->p < r->end && quotes % 2 == 0;
}

/* Reads the JSON at hand, if there is any: maps hold nested values as such text. */
static json_object *
read_json(reader *r, ct_slice key, ct_slice place)
{
	ct_record	rec;
	ct_error	err;
	size_t		len = 0;
	json_object *value;

	if (!ct_scan(r->p, r->end - r->p, &len, &rec, &err))
		return NULL;
	if (ct_is_policy_key(key.ptr, key.len))
		value = json_object_new_string_len(r->p, (int) len);
	else
		value = ct_spell_keys(ct_parse_json(r->p, len), place);
	if (value != NULL)
		r->p += len;
	return value;
}

/* Moves behind the separator at hand, or the bracket that ends what is being read. */
static bool
read_separator(reader *r, bool in_object, bool *done)
{
	*done = r->p < r->end && *r->p == (in_object ? '}' : ']');
	if (*done)
	{
		r->p++;
		return true;
	}
	if (!is_separator(r, r->p, in_object) || (r->free_text && !(in_object && r->is_row)))
		return false;
	r->p += 2;
	return true;
}

/* Reads a value in an object or array, null being none; false if that is not certain. */
static bool
read_inner(reader *r, bool in_object, ct_slice key, ct_slice place, json_object **value)
{
	ct_slice	text;

	if (r->p < r->end && (*r->p == '{' || *r->p == '['))
	{
		*value = read_value(r, key, place);
		return *value != NULL;
	}
	if (!read_text(r, in_object, &text))
		return false;
	*value = NULL;
	if (text.len != 4 || memcmp(text.ptr, "null", 4) != 0)
		*value = json_object_new_string_len(text.ptr, (int) text.len);
	return true;
}

/* Reads one member into an object; false if that is not certain. */
static bool
read_member(reader *r, json_object *object, ct_slice place)
{
	ct_slice	key = key_at(r->p, r->end);
	ct_slice	inner;
	char		name[CT_KEY_MAX] = "";
	int			before = json_object_object_length(object);
	json_object *value;

	if (key.ptr == NULL)
		return false;
	strncat(name, key.ptr, key.len);
	inner = ct_place_of_key(place, key.ptr, key.len);
	if (r->free_text && inner.ptr == NULL)
		return false;
	r->p += key.len + 1;
	if (!read_inner(r, true, key, inner, &value))
		return false;
	ct_add_spelled(object, name, inner, value);
	return json_object_object_length(object) > before;
}

/* Reads one element into an array; false if that is not certain. */
static bool
read_element(reader *r, json_object *array, ct_slice place)
{
	json_object *value;

	return read_inner(r, false, CT_NO_SLICE, place, &value) &&
		json_object_array_add(array, value) == 0;
}

/* Reads the members or elements behind a bracket, up to the one that ends them. */
static bool
read_members(reader *r, json_object *container, bool in_object, ct_slice place)
{
	bool		done = r->p < r->end && *r->p == (in_object ? '}' : ']');

	r->p += done;
	while (!done)
	{
		if (!(in_object ? read_member(r, container, place) : read_element(r, container, place)) ||
			!read_separator(r, in_object, &done))
			return false;
	}
	return true;
}

/* Reads the object or array at hand; NULL if that is not certain. */
static json_object *
read_value(reader *r, ct_slice key, ct_slice place)
{
	bool		in_object = *r->p == '{';
	json_object *container = read_json(r, key, place);

	if (container != NULL)
		return container;
	if (r->depth == PRINTED_DEPTH_MAX)
		return NULL;
	r->depth++;
	r->p++;
	container = in_object ? json_object_new_object() : json_object_new_array();
	if (container != NULL && !read_members(r, container, in_object, place))
	{
		json_object_put(container);
		container = NULL;
	}
	r->depth--;
	return container;
}

json_object *
ct_read_printed(const char *text, size_t len, const char *column)
{
	reader		r = {.p = text, .end = text + len, .is_row = is_row(column)};
	json_object *value = read_value(&r, CT_NO_SLICE, (ct_slice) {column, strlen(column)});

	while (r.p < r.end && ct_is_space(*r.p))
		r.p++;
	if (value != NULL && r.p != r.end)
	{
		json_object_put(value);
		value = NULL;
	}
	return value;
}
