/*
 * json_path.c: what is in JSON objects and arrays, and the way down a path to a value.
 *
 * What no step leads to is stepped over by its quotes and brackets alone.
 */
#include <limits.h>

#include "core/base/utf8.h"
#include "core/json/json_path.h"
#include "core/json/token.h"

/* Steps over a string from behind its first quote to behind its last. */
static inline const char *
skip_string(const char *p, const char *end)
{
	for (;;)
	{
		p = ct_skip_plain(p, end);
		if (unlikely(p == end) || likely(*p == '"'))
			break;
		if (*p == '\\' && end - p > 1)
			p++;
		p++;
		while (p < end && (unsigned char) *p >= 0x80)
			p++;
	}
	return p < end ? p + 1 : end;
}

/* Steps over the rest of a container to behind its last bracket. */
static const char *
skip_rest(const char *p, const char *end)
{
	size_t		depth = 1;

	while (p < end)
	{
		switch (*p++)
		{
			case '"':
				p = skip_string(p, end);
				break;
			case '{':
			case '[':
				depth++;
				break;
			case '}':
			case ']':
				if (--depth == 0)
					return p;
				break;
		}
	}
	return end;
}

/* Steps over one value. */
static inline const char *
skip_value(const char *p, const char *end)
{
	if (p == end)
		return end;
	if (*p == '"')
		return skip_string(p + 1, end);
	if (*p == '{' || *p == '[')
		return skip_rest(p + 1, end);
	while (p < end && *p != ',' && *p != '}' && *p != ']' && (unsigned char) *p > ' ')
		p++;
	return p;
}

/* Steps over what stands between two members or elements. */
static inline const char *
skip_comma(const char *p, const char *end)
{
	p = ct_skip_blanks(p, end);
	if (p < end && *p == ',')
		p = ct_skip_blanks(p + 1, end);
	return p;
}

/* Steps from behind a key to its value. */
static inline const char *
skip_colon(const char *p, const char *end)
{
	p = ct_skip_blanks(p, end);
	return p < end ? ct_skip_blanks(p + 1, end) : end;
}

/* Tells what kind of value begins at a byte. */
static ct_type
type_of(char c)
{
	switch (c)
	{
		case '{':
			return CT_OBJECT;
		case '[':
			return CT_ARRAY;
		case '"':
			return CT_STRING;
		case 't':
			return CT_TRUE;
		case 'f':
			return CT_FALSE;
		case 'n':
			return CT_NULL;
		default:
			return CT_NUMBER;
	}
}

/* Describes a value that lies between start and stop, which is behind it. */
static void
set_value(ct_value *value, const char *json, const char *start, const char *stop)
{
	value->offset = (uint32_t) (start - json);
	value->length = (uint32_t) (stop - start);
	value->type = type_of(*start);
	value->escaped = false;
	if (value->type == CT_STRING)
	{
		value->offset++;
		value->length -= 2;
		value->escaped = memchr(start + 1, '\\', value->length) != NULL;
	}
}

bool
ct_next_member(const char *json, size_t len, size_t *pos, ct_value *key, ct_value *value)
{
	const char *end = json + len;
	const char *p = json + *pos;
	const char *start;

	if (*pos == 0 && len > 0)
		p++;
	start = p = skip_comma(p, end);
	if (p == end || *p != '"')
		return false;
	p = skip_string(p + 1, end);
	set_value(key, json, start, p);
	start = p = skip_colon(p, end);
	if (p == end)
		return false;
	p = skip_value(p, end);
	set_value(value, json, start, p);
	*pos = p - json;
	return true;
}

bool
ct_next_element(const char *json, size_t len, size_t *pos, ct_value *element)
{
	const char *end = json + len;
	const char *p = json + *pos;
	const char *start;

	if (*pos == 0 && len > 0)
		p++;
	start = p = skip_comma(p, end);
	if (p == end || *p == ']')
		return false;
	p = skip_value(p, end);
	set_value(element, json, start, p);
	*pos = p - json;
	return true;
}

/* Reads the number of an element as strtol() would a C int; false if it is none. */
static bool
read_subscript(ct_slice step, int *subscript)
{
	const char *p = step.ptr;
	const char *end = step.ptr + step.len;
	bool		negative = false;
	int64_t		number = 0;

	while (p < end && (*p == ' ' || (*p >= '\t' && *p <= '\r')))
		p++;
	if (p < end && (*p == '-' || *p == '+'))
		negative = *p++ == '-';
	if (p == end)
		return false;
	for (; p < end; p++)
	{
		if (*p < '0' || *p > '9')
			return false;
		number = number * 10 + (*p - '0');
		if (number > (int64_t) INT_MAX + negative)
			return false;
	}
	*subscript = (int) (negative ? -number : number);
	return true;
}

/* Finds an element of an array from behind its bracket; at the end or a bracket if it has fewer. */
static const char *
seek_element(const char *p, const char *end, size_t index)
{
	p = ct_skip_blanks(p, end);
	while (index-- > 0 && p < end && *p != ']')
		p = skip_comma(skip_value(p, end), end);
	return p;
}

/* Counts the elements of an array from behind its bracket. */
static size_t
count_elements(const char *p, const char *end)
{
	size_t		count = 0;

	for (p = ct_skip_blanks(p, end); p < end && *p != ']'; p = skip_comma(skip_value(p, end), end))
		count++;
	return count;
}

/* Finds the element of an array that a step names; NULL if there is none. */
static const char *
find_element(const char *p, const char *end, ct_slice step)
{
	int			subscript;
	size_t		index;

	if (!read_subscript(step, &subscript))
		return NULL;
	index = (size_t) subscript;
	if (subscript < 0)
	{
		size_t		count = count_elements(p, end);

		if ((size_t) (-(int64_t) subscript) > count)
			return NULL;
		index = count - (size_t) (-(int64_t) subscript);
	}
	p = seek_element(p, end, index);
	return p < end && *p != ']' ? p : NULL;
}

/* Whether the key from a quote to behind the other is a step. */
static inline bool
key_is(const char *start, const char *stop, ct_slice step)
{
	size_t		len = stop - start - 2;

	if (len == step.len && memcmp(start + 1, step.ptr, len) == 0)
		return memchr(step.ptr, '\\', len) == NULL;
	/* An escape is longer than what it stands for. */
	return len > step.len && memchr(start + 1, '\\', len) != NULL &&
		ct_unescapes_to(start + 1, len, step.ptr, step.len);
}

bool
ct_find_path(const char *json, size_t len, const ct_slice *path, size_t steps, ct_value *value)
{
	const char *end = json + len;
	const char *p = ct_skip_blanks(json, end);
	const char *start;
	uint64_t	is_object[(CT_DEPTH_MAX + 64) / 64];
	size_t		depth = 0;		/* steps taken to the value at p */
	bool		found = false;

	/*
	 * A container is left only when all of it was read, so that a repeated key can take the place
	 * of an earlier one at any depth in a single pass.
	 */
	if (steps > CT_DEPTH_MAX)
		return false;

value:
	if (p == end)
		return false;
	found = false;
	start = p;
	if (depth == steps)
	{
		p = skip_value(p, end);
		set_value(value, json, start, p);
		found = true;
	}
	else if (*p == '{')
	{
		is_object[depth / 64] |= (uint64_t) 1 << (depth % 64);
		depth++;
		p++;
		goto member;
	}
	else if (*p == '[' && (p = find_element(p + 1, end, path[depth])) != NULL)
	{
		is_object[depth / 64] &= ~((uint64_t) 1 << (depth % 64));
		depth++;
		goto value;
	}
	else
		p = skip_value(start, end);

after_value:
	if (depth == 0)
		return found;
	if (!(is_object[(depth - 1) / 64] >> ((depth - 1) % 64) & 1))
	{
		p = skip_rest(p, end);
		depth--;
		goto after_value;
	}

member:
	start = p = skip_comma(p, end);
	if (p < end && *p == '"')
	{
		bool		matches;

		p = skip_string(p + 1, end);
		matches = key_is(start, p, path[depth - 1]);
		p = skip_colon(p, end);
		if (matches)
			goto value;
		p = skip_value(p, end);
		goto member;
	}
	if (p < end)
		p++;
	depth--;
	goto after_value;
}
