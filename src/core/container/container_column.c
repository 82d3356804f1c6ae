/*
 * container_column.c: records made of columns, as queries and exports give them.
 *
 * The names of columns are matched to the field table without regard to case
 * and punctuation: "Event time", eventtime and event_time are eventTime,
 * "userIdentity.arn" is arn within userIdentity.  A column that is not a field
 * is kept under its own name.
 */
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "core/base/memory_probe.h"
#include "core/container/container_column.h"
#include "core/container/container_json.h"
#include "core/container/container_printed.h"
#include "core/container/container_spell.h"

struct column
{
	const char *path;
	const char *type;
};

static const struct column fields[] = {
#define CT_FIELD(name, path, type, comment) {path, #type},
#define CT_INNER(name, path)
#define CT_DERIVED(name, type, comment)
#include "core/event/fieldlist.h"
#undef CT_FIELD
#undef CT_INNER
#undef CT_DERIVED
};

/* The console's names that differ from the fields'. */
static const struct
{
	const char *name;
	struct column column;
}			console[] = {
	{"User name", {"userIdentity.userName", "text"}},
	{"AWS access key", {"userIdentity.accessKeyId", "text"}},
	{"Resource type", {"resource type", "resource"}},
	{"Resource name", {"resource name", "resource"}},
};

/* The same for a C string. */
static bool
is_named(const char *name, size_t len, const char *known)
{
	return ct_same_name(name, len, known, strlen(known));
}

/* Finds the field a column stands for; NULL if none. */
static const struct column *
find_column(const char *name, size_t len)
{
	for (size_t i = 0; i < CT_LENGTHOF(fields); i++)
	{
		if (is_named(name, len, fields[i].path))
			return &fields[i];
	}
	for (size_t i = 0; i < CT_LENGTHOF(console); i++)
	{
		if (is_named(name, len, console[i].name))
			return &console[i].column;
	}
	return NULL;
}

bool
ct_is_event_column(const char *name, size_t len)
{
	return is_named(name, len, "eventJson") || is_named(name, len, "CloudTrailEvent") ||
		is_named(name, len, "_raw") || is_named(name, len, "@message") ||
		is_named(name, len, "event.original");
}

bool
ct_known_column(const char *name, size_t len)
{
	return find_column(name, len) != NULL || ct_is_event_column(name, len);
}

/* Whether a value is a string that begins like an object or array. */
static bool
holds_container(json_object *value)
{
	const char *text = json_object_is_type(value, json_type_string) ?
		json_object_get_string(value) : "";

	return text[0] == '{' || text[0] == '[';
}

/*
 * Reads a column's value, which is then the result's, as its field has it:
 * text of JSON, or as queries print it, is the object, and "null" is null.
 * False, and nothing is left of the value, if it cannot be read for certain.
 */
static bool
read_column(const struct column *column, json_object **value)
{
	ct_slice	place = {column->path, strlen(column->path)};
	json_object *object;

	if (json_object_is_type(*value, json_type_string) &&
		strcmp(json_object_get_string(*value), "null") == 0)
	{
		json_object_put(*value);
		*value = NULL;
		return true;
	}
	if (strcmp(column->type, "jsonb") != 0)
		return true;
	if (!holds_container(*value))
	{
		*value = ct_spell_keys(*value, place);
		return true;
	}
	object = ct_read_printed(json_object_get_string(*value),
							 (size_t) json_object_get_string_len(*value), column->path);
	json_object_put(*value);
	*value = object;
	return object != NULL;
}

bool
ct_put_column(json_object *record, const char *name, json_object *value)
{
	const struct column *column = find_column(name, strlen(name));
	const char *key = column != NULL ? column->path : name;
	const char *dot;

	if (column != NULL && !read_column(column, &value))
		return false;
	while (column != NULL && (dot = strchr(key, '.')) != NULL)
	{
		char		parent[64] = "";
		json_object *inner;

		strncat(parent, key, dot - key < 63 ? (size_t) (dot - key) : 63);
		if (!json_object_object_get_ex(record, parent, &inner))
		{
			inner = json_object_new_object();
			json_object_object_add(record, parent, inner);
		}
		if (!json_object_is_type(inner, json_type_object))
		{
			key = name;			/* its parent is a column, too, and no object */
			break;
		}
		record = inner;
		key = dot + 1;
	}
	json_object_object_add(record, key, value);
	return true;
}

/* Makes one resource as records have it of the console's name and type. */
static json_object *
make_resource(json_object *name, json_object *type)
{
	json_object *resource = json_object_new_object();

	if (name != NULL)
	{
		const char *text = json_object_get_string(name);

		json_object_object_add(resource, strncmp(text, "arn:", 4) == 0 ? "ARN" : "resourceName",
							   json_object_get(name));
	}
	if (type != NULL)
		json_object_object_add(resource, "type", json_object_get(type));
	return resource;
}

void
ct_finish_columns(json_object *record)
{
	json_object *name = NULL;
	json_object *type = NULL;
	json_object *resources = NULL;

	json_object_object_get_ex(record, "resource name", &name);
	json_object_object_get_ex(record, "resource type", &type);
	json_object_object_get_ex(record, "resources", &resources);
	if ((name != NULL || type != NULL) && resources == NULL)
	{
		json_object *array = json_object_new_array();

		json_object_array_add(array, make_resource(name, type));
		json_object_object_add(record, "resources", array);
		json_object_object_del(record, "resource name");
		json_object_object_del(record, "resource type");
		return;
	}
	if (!json_object_is_type(resources, json_type_array))
		return;
	for (size_t i = 0; i < json_object_array_length(resources); i++)
	{
		json_object *resource = json_object_array_get_idx(resources, i);

		name = NULL;
		if (json_object_is_type(resource, json_type_object) &&
			json_object_object_get_ex(resource, "resourceName", &name) && name != NULL)
		{
			type = NULL;
			json_object_object_get_ex(resource, "resourceType", &type);
			json_object_array_put_idx(resources, i, make_resource(name, type));
		}
	}
}

/*
 * Puts the members of an object into a record as columns; false if one cannot
 * be read for certain.
 */
static bool
put_members(json_object *record, json_object *object)
{
	if (!json_object_is_type(object, json_type_object))
		return true;
	json_object_object_foreach(object, name, value)
	{
		if (!ct_put_column(record, name, json_object_get(value)))
			return false;
	}
	return true;
}

char *
ct_build_row(ct_slice row, size_t *len, ct_error *err)
{
	json_object *parsed;
	json_object *record;
	bool		certain = true;

	*err = (ct_error) {ct_json_obstacle(row.ptr, row.len), 0};
	if (err->code != CT_ERR_NONE)
		return NULL;
	err->code = CT_ERR_OUT_OF_MEMORY;
	parsed = ct_parse_json(row.ptr, row.len);
	record = json_object_new_object();
	if (json_object_is_type(parsed, json_type_array))
	{
		for (size_t i = 0; certain && i < json_object_array_length(parsed); i++)
			certain = put_members(record, json_object_array_get_idx(parsed, i));
	}
	else
		certain = put_members(record, parsed);
	json_object_put(parsed);
	if (!certain)
	{
		json_object_put(record);
		ct_fail(err, CT_ERR_NOT_CERTAIN, 0);
		return NULL;
	}
	ct_finish_columns(record);
	return ct_print_json(record, len);
}
