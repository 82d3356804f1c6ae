/*
 * oracle.c: json-c as the judge of what the scanner accepts and finds.
 */
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "oracle.h"
#include "core/base/utf8.h"

const char *const field_paths[CT_FIELD_COUNT] = {
#define CT_FIELD(name, path, type, comment) path,
#define CT_INNER(name, path) path,
#define CT_DERIVED(name, type, comment)
#include "core/event/fieldlist.h"
#undef CT_FIELD
#undef CT_INNER
};

const char *const field_names[CT_FIELD_COUNT] = {
#define CT_FIELD(name, path, type, comment) #name,
#define CT_INNER(name, path) #name,
#include "core/event/fieldlist.h"
#undef CT_FIELD
#undef CT_INNER
#undef CT_DERIVED
};

int
parent_of_field(int field)
{
	static short parents[CT_FIELD_COUNT];	/* plus 2; 0 is not yet known */
	const char *path = field_paths[field];
	const char *dot = strrchr(path, '.');

	if (parents[field] == 0)
	{
		parents[field] = 1;
		for (int i = 0; dot != NULL && i < CT_FIELD_COUNT; i++)
		{
			if (strlen(field_paths[i]) == (size_t) (dot - path) &&
				memcmp(field_paths[i], path, dot - path) == 0)
				parents[field] = (short) (i + 2);
		}
	}
	return parents[field] - 2;
}

const char *
field_spelling(int field, int n, char key[64])
{
	const char *dot = strrchr(field_paths[field], '.');
	const char *start = dot ? dot + 1 : field_paths[field];
	size_t		len;

	for (; n > 0; n--)
	{
		start = strchr(start, '|');
		if (start == NULL)
			return NULL;
		start++;
	}
	len = strcspn(start, "|");
	memcpy(key, start, len);
	key[len] = '\0';
	return key;
}

bool
is_utf8(const char *text, size_t len)
{
	static iconv_t converter;
	char	   *in = (char *) text;

	if (converter == NULL)
		converter = iconv_open("UTF-32LE", "UTF-8");
	iconv(converter, NULL, NULL, NULL, NULL);
	while (len > 0)
	{
		char		room[1024];
		char	   *out = room;
		size_t		left = sizeof(room);
		size_t		before = len;

		if (iconv(converter, &in, &len, &out, &left) == (size_t) -1 && len == before)
			return false;
	}
	return true;
}

/* Tells whether a word is a number as RFC 8259 has it; *wide whether 64 bits may not hold it. */
static bool
is_number(const char *p, const char *end, bool *wide)
{
	const char *start = p;
	size_t		whole;

	p += p < end && *p == '-';
	whole = strspn(p, "0123456789");
	if (whole == 0 || (whole > 1 && *p == '0'))
		return false;
	p += whole;
	*wide |= p == end && p - start > 18;
	if (p < end && *p == '.')
	{
		size_t		digits = strspn(p + 1, "0123456789");

		if (digits == 0)
			return false;
		p += 1 + digits;
	}
	if (p < end && (*p == 'e' || *p == 'E'))
	{
		p++;
		p += *p == '+' || *p == '-';
		if (strspn(p, "0123456789") == 0)
			return false;
		p += strspn(p, "0123456789");
	}
	return p == end;
}

/* Tells whether all words and characters of a text may stand in JSON. */
static bool
has_json_words(const char *p, const char *end, bool *wide)
{
	while (p < end)
	{
		size_t		word = 0;

		while (p + word < end && (strchr("+-.", p[word]) ? p[word] != '\0' :
								  ((p[word] | 0x20) >= 'a' && (p[word] | 0x20) <= 'z') ||
								  (p[word] >= '0' && p[word] <= '9')))
			word++;
		if (word > 0)
		{
			bool		literal = (word == 4 && memcmp(p, "true", 4) == 0) ||
				(word == 5 && memcmp(p, "false", 5) == 0) ||
				(word == 4 && memcmp(p, "null", 4) == 0);

			if (!literal && !is_number(p, p + word, wide))
				return false;
			p += word;
		}
		else if (*p == '"')
		{
			for (p++; p < end && *p != '"'; p++)
			{
				if ((unsigned char) *p < ' ')
					return false;
				if (*p == '\\' && p + 1 < end && (unsigned char) p[1] >= ' ')
					p++;
			}
			p++;
		}
		else if (*p == '\0' || strchr("{}[]:, \t\r\n", *p) == NULL)
			return false;
		else
			p++;
	}
	return true;
}

/* Parses a text with json-c; false if it refuses. */
static bool
parse(const char *text, size_t len, int flags, struct json_object **tree)
{
	static struct json_tokener *tokener;

	/* json-c counts a value inside the deepest array as a level too. */
	if (tokener == NULL)
		tokener = json_tokener_new_ex(CT_DEPTH_MAX + 1);
	json_tokener_set_flags(tokener, flags);
	*tree = json_tokener_parse_ex(tokener, text, (int) len + 1);
	if (json_tokener_get_error(tokener) == json_tokener_success)
		return true;
	json_tokener_free(tokener);	/* json_tokener_reset would not do, see oracle.h */
	tokener = NULL;
	return false;
}

/* The same with letters for all that is not ASCII, as far as strict mode accepts it. */
static bool
is_strict_ascii(const char *text, size_t len)
{
	char	   *ascii = strndup(text, len);
	struct json_object *tree;
	bool		valid;

	for (size_t i = 0; i < len; i++)
	{
		if ((unsigned char) ascii[i] >= 0x80)
			ascii[i] = 'x';
	}
	valid = parse(ascii, len, JSON_TOKENER_STRICT, &tree);
	json_object_put(tree);
	free(ascii);
	return valid;
}

/* Judges a text of len bytes with a zero byte behind them. */
verdict
judge(const char *text, size_t len, struct json_object **tree)
{
	bool		wide = false;
	bool		ascii = true;

	*tree = NULL;
	if (!has_json_words(text, text + len, &wide) || !is_utf8(text, len))
		return VERDICT_INVALID;
	if (wide)
		return VERDICT_UNKNOWN;
	for (size_t i = 0; i < len; i++)
		ascii &= (unsigned char) text[i] < 0x80;
	if (ascii)
		return parse(text, len, JSON_TOKENER_STRICT, tree) ? VERDICT_VALID : VERDICT_INVALID;
	return is_strict_ascii(text, len) && parse(text, len, 0, tree) ? VERDICT_VALID : VERDICT_INVALID;
}

/* Tells whether the span of an object or array, read alone, is what json-c has there. */
static bool
same_tree(ct_slice span, struct json_object *expected)
{
	char	   *copy = strndup(span.ptr, span.len);
	struct json_object *tree = NULL;
	bool		same = judge(copy, span.len, &tree) == VERDICT_VALID && json_object_equal(tree, expected);

	json_object_put(tree);
	free(copy);
	return same;
}

/* Tells whether a recorded value is what json-c has. */
static bool
same_value(const ct_record *rec, int field, struct json_object *expected)
{
	ct_slice	raw = ct_raw(rec, (ct_field) field);
	char	   *text;
	size_t		len;
	bool		same;

	switch (ct_type_of(rec, (ct_field) field))
	{
		case CT_NULL:
			return expected == NULL && raw.len == 4 && memcmp(raw.ptr, "null", 4) == 0;
		case CT_TRUE:
		case CT_FALSE:
			return json_object_is_type(expected, json_type_boolean) &&
				json_object_get_boolean(expected) == (*raw.ptr == 't') &&
				(ct_type_of(rec, (ct_field) field) == CT_TRUE) == (*raw.ptr == 't') &&
				raw.len == (*raw.ptr == 't' ? 4 : 5);
		case CT_NUMBER:
			text = strndup(raw.ptr, raw.len);
			same = (json_object_is_type(expected, json_type_int) ||
					json_object_is_type(expected, json_type_double)) &&
				strtod(text, NULL) == json_object_get_double(expected);
			free(text);
			return same;
		case CT_STRING:
			if (!json_object_is_type(expected, json_type_string) ||
				raw.ptr[-1] != '"' || raw.ptr[raw.len] != '"' ||
				(memchr(raw.ptr, '\\', raw.len) != NULL) != rec->value[field].escaped)
				return false;
			text = malloc(raw.len);
			len = ct_unescape_raw(raw.ptr, raw.len, text);
			same = len == (size_t) json_object_get_string_len(expected) &&
				memcmp(text, json_object_get_string(expected), len) == 0;
			free(text);
			return same;
		case CT_OBJECT:
			return json_object_is_type(expected, json_type_object) && same_tree(raw, expected);
		case CT_ARRAY:
			return json_object_is_type(expected, json_type_array) && same_tree(raw, expected);
		default:
			return false;
	}
}

const char *
differing_field(const ct_record *rec, struct json_object *tree)
{
	struct json_object *values[CT_FIELD_COUNT];	/* of fields so far, parents come first */

	for (int field = 0; field < CT_FIELD_COUNT; field++)
	{
		int			parent = parent_of_field(field);
		struct json_object *object = parent < 0 ? tree : values[parent];
		char		key[64];
		bool		present = false;
		bool		same = false;

		values[field] = NULL;
		for (int i = 0; json_object_is_type(object, json_type_object) &&
			 field_spelling(field, i, key) != NULL; i++)
		{
			if (json_object_object_get_ex(object, key, &values[field]))
			{
				present = true;
				same |= ct_has(rec, (ct_field) field) && same_value(rec, field, values[field]);
			}
		}
		if (present != ct_has(rec, (ct_field) field) || (present && !same))
			return field_names[field];
	}
	return NULL;
}
