/*
 * container_spell.c: keys as CloudTrail spells them.
 *
 * Databases fold the names of columns and of what is in them: accountid,
 * session_context.  What the field table knows at a place gets the spelling
 * that records have there.
 */
#include <string.h>
#include <strings.h>

#include <json-c/json.h>

#include "core/container/container_spell.h"

static const char *const paths[] = {
#define CT_FIELD(name, path, type, comment) path,
#define CT_INNER(name, path) path,
#define CT_DERIVED(name, type, comment)
#include "core/event/fieldlist.h"
#undef CT_FIELD
#undef CT_INNER
#undef CT_DERIVED
	"resources.ARN", "resources.accountId", "resources.type", "resources.ARNPrefix",
};

/* Returns the next letter or digit in lower case, and moves behind it; 0 at the end. */
static char
next_letter(const char **p, const char *end)
{
	while (*p < end)
	{
		char		c = *(*p)++;

		if (c >= 'A' && c <= 'Z')
			return (char) (c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			return c;
	}
	return '\0';
}

bool
ct_same_name(const char *name, size_t len, const char *known, size_t known_len)
{
	const char *end = name + len;
	const char *known_end = known + known_len;
	char		c;

	do
	{
		c = next_letter(&name, end);
		if (c != next_letter(&known, known_end))
			return false;
	} while (c != '\0');
	return true;
}

ct_slice
ct_place_of_key(ct_slice place, const char *key, size_t len)
{
	for (size_t i = 0; place.len > 0 && i < CT_LENGTHOF(paths); i++)
	{
		const char *last = paths[i] + place.len + 1;
		size_t		end;

		if (strncmp(paths[i], place.ptr, place.len) != 0 || last[-1] != '.')
			continue;
		end = strcspn(last, ".|");
		/* What records spell in several ways stays as it is. */
		if (last[end] != '|' && ct_same_name(key, len, last, end))
			return (ct_slice) {paths[i], place.len + 1 + end};
	}
	return CT_NO_SLICE;
}

bool
ct_is_policy_key(const char *key, size_t len)
{
	static const char *const ends[] = {"policy", "policydocument"};

	for (int i = 0; i < 2; i++)
	{
		size_t		end = strlen(ends[i]);

		if (len >= end && strncasecmp(key + len - end, ends[i], end) == 0)
			return true;
	}
	return false;
}

void
ct_add_spelled(json_object *object, const char *key, ct_slice place, json_object *value)
{
	char		spelled[CT_KEY_MAX] = "";
	size_t		start = place.len;

	while (start > 0 && place.ptr[start - 1] != '.')
		start--;
	if (place.len > 0 && place.len - start < CT_KEY_MAX)
	{
		memcpy(spelled, place.ptr + start, place.len - start);
		key = spelled;
	}
	json_object_object_add(object, key, value);
}

/* Spells the keys of an object at a place, and of those in it; the object is then the result's. */
static json_object *
spell_object(json_object *object, ct_slice place)
{
	json_object *result = json_object_new_object();

	json_object_object_foreach(object, key, value)
	{
		ct_slice	inner = ct_place_of_key(place, key, strlen(key));

		ct_add_spelled(result, key, inner, ct_spell_keys(json_object_get(value), inner));
	}
	json_object_put(object);
	return result;
}

json_object *
ct_spell_keys(json_object *value, ct_slice place)
{
	if (place.len == 0)
		return value;
	if (json_object_is_type(value, json_type_object))
		return spell_object(value, place);
	if (!json_object_is_type(value, json_type_array))
		return value;
	for (size_t i = 0; i < json_object_array_length(value); i++)
	{
		json_object *element = json_object_array_get_idx(value, i);

		if (json_object_is_type(element, json_type_object))
			json_object_array_put_idx(value, i, spell_object(json_object_get(element), place));
	}
	return value;
}
