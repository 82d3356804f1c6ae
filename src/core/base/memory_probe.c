/*
 * memory_probe.c: whether there is memory for a library that does not ask.
 *
 * Where malloc fails inside json-c, it ends the process or leaves members out,
 * as its version has it; zstd does so where it prepares a dictionary.  So as
 * much as they may need is taken and released before they are called: this is
 * where memory runs out, if it does.
 */
#include <stdint.h>
#include <stdlib.h>

#include "core/base/memory_probe.h"

/*
 * Bytes that json-c takes at most: for an object with its first members, an
 * array, one more value.
 */
#define PER_OBJECT		1536
#define PER_ARRAY		512
#define PER_VALUE		384

/*
 * Bytes for each of the text: strings, their copies, and text with escapes that
 * grows by doubling.
 */
#define PER_BYTE		24

/* Bytes for the parser, and for members that a record gets in any case. */
#define IN_ANY_CASE		(512 * 1024)

/*
 * What a text of JSON may take in any case, and for each of its bytes: digests
 * take up to 20, results of queries more.
 */
#define EXPECTED_ANYWAY		((size_t) 256 * 1024 * 1024)
#define EXPECTED_PER_BYTE	32

bool
ct_memory_for(size_t size)
{
	void	   *volatile memory = malloc(size); /* or the compiler leaves it out */

	if (memory == NULL)
		return false;
	free(memory);
	return true;
}

/* Bytes that json-c may take for some JSON. */
static size_t
json_size(const char *json, size_t len)
{
	size_t		objects = 0;
	size_t		arrays = 0;
	size_t		values = 0;

	for (size_t i = 0; i < len; i++)
	{
		objects += json[i] == '{';
		arrays += json[i] == '[';
		values += json[i] == ',' || json[i] == ':';
	}
	return IN_ANY_CASE + PER_OBJECT * objects + PER_ARRAY * arrays + PER_VALUE * values +
		PER_BYTE * len;
}

bool
ct_memory_for_json(const char *json, size_t len)
{
	return ct_memory_for(json_size(json, len));
}

ct_error_code
ct_json_obstacle(const char *json, size_t len)
{
	size_t		size = json_size(json, len);

	if (size > EXPECTED_ANYWAY + EXPECTED_PER_BYTE * len)
		return CT_ERR_TOO_MANY_VALUES;
	return ct_memory_for(size) ? CT_ERR_NONE : CT_ERR_OUT_OF_MEMORY;
}
