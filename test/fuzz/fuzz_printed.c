/*
 * fuzz_printed.c: whatever a column holds, it is read as one value or refused,
 * and what was read of it prints as the same text again.
 */
#include <json-c/json.h>

#include "core/container/container_printed.h"
#include "fuzz.h"

/* Appends a value as queries print it. */
static void
print(buffer *out, json_object *value)
{
	bool		first = true;

	if (json_object_is_type(value, json_type_object))
	{
		puts_to(out, "{");
		json_object_object_foreach(value, key, inner)
		{
			if (!first)
				puts_to(out, ", ");
			first = false;
			puts_to(out, key);
			puts_to(out, "=");
			print(out, inner);
		}
		puts_to(out, "}");
	}
	else if (json_object_is_type(value, json_type_array))
	{
		puts_to(out, "[");
		for (size_t i = 0; i < json_object_array_length(value); i++)
		{
			if (i > 0)
				puts_to(out, ", ");
			print(out, json_object_array_get_idx(value, i));
		}
		puts_to(out, "]");
	}
	else if (value == NULL)
		puts_to(out, "null");
	else
		put(out, json_object_get_string(value), (size_t) json_object_get_string_len(value));
}

/* Tells whether a text has nothing of JSON's in it, which would print otherwise. */
static bool
is_only_printed(const uint8_t *data, size_t size)
{
	return memchr(data, '"', size) == NULL && memchr(data, '\0', size) == NULL &&
		memchr(data, '{', size) != NULL && memchr(data, '[', size) == NULL && data[size - 1] == '}' &&
		!(size > 2 && memmem(data, size, "{ ", 2) != NULL) && memmem(data, size, "{\n", 2) == NULL &&
		memmem(data, size, "{\t", 2) == NULL && memmem(data, size, "{\r", 2) == NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const columns[] = {"userIdentity", "resources", "requestParameters", "unknown"};
	char	   *copy;

	if (size == 0 || (data[0] != '{' && data[0] != '['))
		return 0;
	copy = exact_copy((const char *) data, size);
	for (int i = 0; i < 4; i++)
	{
		json_object *value = ct_read_printed(copy, size, columns[i]);

		require(value == NULL || json_object_is_type(value, data[0] == '{' ? json_type_object : json_type_array),
				"a value is what its bracket says");
		/* The keys of a map whose name is none of the field table's are as they were. */
		if (value != NULL && i == 3 && is_only_printed(data, size))
		{
			buffer		again = {0};

			print(&again, value);
			require(again.len == size && memcmp(again.ptr, data, size) == 0, "what was read prints as it was");
			free(again.ptr);
		}
		json_object_put(value);
	}
	free(copy);
	return 0;
}
