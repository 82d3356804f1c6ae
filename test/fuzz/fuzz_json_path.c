/*
 * fuzz_json_path.c: a path leads to the value that json-c finds there.  The
 * input is a path, its steps divided by slashes, and JSON on the next line.
 */
#include "../core/oracle.h"
#include "fuzz.h"
#include "core/json/json_path.h"

#define STEPS_MAX	8

/* Goes down a path in json-c's tree; false where it leads nowhere. */
static bool
walk(struct json_object *tree, const ct_slice *path, size_t steps, struct json_object **found)
{
	for (size_t i = 0; i < steps; i++)
	{
		char		step[64];
		char	   *end;
		long		number;

		snprintf(step, sizeof(step), "%.*s", (int) path[i].len, path[i].ptr);
		if (json_object_is_type(tree, json_type_object))
		{
			if (!json_object_object_get_ex(tree, step, &tree))
				return false;
			continue;
		}
		if (!json_object_is_type(tree, json_type_array))
			return false;
		number = strtol(step, &end, 10);
		if (end == step || *end != '\0')
			return false;
		if (number < 0)
			number += (long) json_object_array_length(tree);
		if (number < 0 || (size_t) number >= json_object_array_length(tree))
			return false;
		tree = json_object_array_get_idx(tree, (size_t) number);
	}
	*found = tree;
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ct_slice	rest = {(const char *) data, size};
	ct_slice	way = take_until(&rest, '\n');
	char	   *json = exact_copy(rest.ptr, rest.len);
	buffer		text = {0};
	ct_slice	path[STEPS_MAX];
	size_t		steps = 0;
	struct json_object *tree = NULL;
	ct_record	rec;
	ct_error	err;

	while (way.len > 0 && steps < STEPS_MAX)
		path[steps++] = take_until(&way, '/');
	for (size_t i = 0; i < steps; i++)
	{
		/* Longer steps, and those that json-c cannot compare, are not for it to judge. */
		if (path[i].len >= 60 || memchr(path[i].ptr, '\0', path[i].len) != NULL)
			steps = 0;
	}
	put(&text, rest.ptr, rest.len);
	if (scan_all(json, rest.len, &rec, &err) && rec.quirks == 0 && (size_t) (rec.json - json) == 0)
	{
		ct_value	value;
		bool		found = ct_find_path(rec.json, rec.length, path, steps, &value);
		struct json_object *expected = NULL;

		if (judge(text.ptr, text.len, &tree) == VERDICT_VALID)
			require(found == walk(tree, path, steps, &expected), "json-c finds it, too");
		if (found)
		{
			require((size_t) value.offset + value.length <= rec.length, "a value lies within the record");
			require(tree == NULL ||
					json_object_get_type(expected) == (value.type == CT_NULL ? json_type_null :
													   value.type == CT_STRING ? json_type_string :
													   value.type == CT_OBJECT ? json_type_object :
													   value.type == CT_ARRAY ? json_type_array :
													   value.type == CT_NUMBER ? json_object_get_type(expected) : json_type_boolean),
					"and of the same type");
		}
		json_object_put(tree);
	}
	free(text.ptr);
	free(json);
	return 0;
}
