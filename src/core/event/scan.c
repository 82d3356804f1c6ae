/*
 * scan.c: a strict JSON reader that remembers where the known fields are.
 *
 * One pass validates everything RFC 8259 asks for, UTF-8 included, and notes
 * the spans of the fields of the field table.  Nothing is built and nothing
 * recurses: the nesting is a stack of bits, one for each level, and only the
 * few upper levels where known fields can be are remembered in full.
 */
#include <string.h>

#include "core/base/utf8.h"
#include "core/event/scan.h"
#include "core/json/token.h"

struct ct_key
{
	char		key[32];		/* with its closing quote */
	uint8_t		len;			/* without it */
	uint8_t		node;
	uint8_t		field;
};

struct ct_subtree
{
	uint8_t		last;
	uint8_t		node;
	uint8_t		spellings;
};

#include "core/event/fields_gen.h"

#define NO_FIELD		255
#define NO_KEY			0		/* ct_keys begins with none */
#define NO_NODE			31		/* an object whose keys are not looked up */
#define KNOWN_DEPTH		8		/* no path of the field table is this long */

/* Compares short keys without a call; both have room for n bytes. */
static inline bool
same_key(const char *a, const char *b, size_t n)
{
	uint64_t	a1,
				b1,
				a2,
				b2;
	uint32_t	c1,
				d1,
				c2,
				d2;

	if (n < 4)
		return memcmp(a, b, n) == 0;
	if (n < 8)
	{
		memcpy(&c1, a, 4);
		memcpy(&d1, b, 4);
		memcpy(&c2, a + n - 4, 4);
		memcpy(&d2, b + n - 4, 4);
		return ((c1 ^ d1) | (c2 ^ d2)) == 0;
	}
	memcpy(&a1, a, 8);
	memcpy(&b1, b, 8);
	memcpy(&a2, a + n - 8, 8);
	memcpy(&b2, b + n - 8, 8);
	if (((a1 ^ b1) | (a2 ^ b2)) != 0)
		return false;
	return n <= 16 || memcmp(a + 8, b + 8, n - 16) == 0;
}

/* Finds which key of the field table a key of a known object is, if any. */
static inline unsigned
find_key(const char *key, size_t len, unsigned node)
{
	uint32_t	hash;
	unsigned	found;
	const struct ct_key *known;

	if (len < CT_KEY_SHORTEST || len > CT_KEY_LONGEST)
		return NO_KEY;
	hash = (uint32_t) (unsigned char) key[0]
		| (uint32_t) (unsigned char) key[len - 1] << 8
		| (uint32_t) (unsigned char) key[len * 5 >> 3] << 16
		| (uint32_t) (unsigned char) key[len * 3 >> 2] << 24;
	hash += ((uint32_t) len << 5 | node) * CT_KEY_HASH_MIX;
	found = ct_key_slots[hash * CT_KEY_HASH_MULTIPLIER >> (32 - CT_KEY_HASH_BITS)];
	known = &ct_keys[found];
	if (known->len != len || known->node != node || !same_key(key, known->key, len))
		return NO_KEY;
	return found;
}

/* The same for a key with escapes: "event\u004eame" is eventName. */
static unsigned
find_escaped_key(const char *key, size_t len, unsigned node)
{
	char		plain[6 * CT_KEY_LONGEST];

	if (len > sizeof(plain))
		return NO_KEY;
	return find_key(plain, ct_unescape(key, len, plain), node);
}

ct_field
ct_field_by_key(ct_field object, const char *key, size_t len)
{
	unsigned	node = object == CT_FIELD_COUNT ? 0 : ct_subtrees[object].node;
	unsigned	found;

	/* Only the record itself is number 0. */
	if (node == 0 && object != CT_FIELD_COUNT)
		return CT_FIELD_COUNT;
	found = find_key(key, len, node);
	if (found == NO_KEY || ct_subtrees[ct_keys[found].field].spellings != 1)
		return CT_FIELD_COUNT;
	return (ct_field) ct_keys[found].field;
}

/* Forgets a field and all fields under it: the last of equal keys wins. */
static void
forget(ct_record *rec, unsigned field)
{
	for (unsigned i = field; i <= ct_subtrees[field].last; i++)
		rec->present[i / 64] &= ~((uint64_t) 1 << (i % 64));
}

/* Notes where a field's value is. */
static inline void
note(ct_record *rec, unsigned field, ct_type type, const char *start, const char *stop,
	 bool escaped)
{
	ct_value   *value = &rec->value[field];

	value->offset = (uint32_t) (start - rec->json);
	value->length = (uint32_t) (stop - start);
	value->type = type;
	value->escaped = escaped;
	rec->present[field / 64] |= (uint64_t) 1 << (field % 64);
}

/* Where in the habits an object's first key is noted. */
#define FIRST_KEY(node)		(255 - (node))

/* Does what ct_scan and ct_scan_next promise. */
static inline __attribute__((always_inline))
bool
scan(const char *buf, size_t len, size_t *pos, ct_record *rec, ct_habits *habits, ct_error *err)
{
	const char *p = buf + *pos;
	const char *end = buf + len;
	const char *start;
	const char *stop = NULL;
	uint64_t	is_object[(CT_DEPTH_MAX + 64) / 64];
	uint8_t		node_at[KNOWN_DEPTH];
	uint8_t		field_at[KNOWN_DEPTH];
	uint8_t		key_at[KNOWN_DEPTH];
	unsigned	key = NO_KEY;	/* the known key before, or FIRST_KEY */
	unsigned	guess;
	unsigned	depth = 0;
	unsigned	node = NO_NODE; /* of the object we are in */
	unsigned	field = NO_FIELD;	/* of the value to be read next */
	bool		in_object = false;
	bool		escaped;
	ct_type		type;

	memset(rec->present, 0, sizeof(rec->present));
	rec->quirks = 0;
	rec->embedded = NULL;
	rec->event_time = 0;
	p = ct_skip_blanks(p, end);
	rec->json = p;
	*pos = p - buf;
	if (p == end)
		return ct_fail(err, CT_ERR_VALUE, len);

value:
	if (unlikely(p == end))
		goto eof;
	switch (*p)
	{
		case '"':
	string:
			start = p + 1;
			p = ct_read_string(start, end, &rec->quirks, &escaped, &stop, err);
			if (unlikely(p == NULL))
				return ct_fail(err, err->code, stop - buf);
			if (field != NO_FIELD)
				note(rec, field, CT_STRING, start, p, escaped);
			p++;
			/* Almost always the next key follows without a blank. */
			if (likely(in_object && end - p >= 2 && memcmp(p, ",\"", 2) == 0))
			{
				p++;
				goto key_string;
			}
			goto after_value;

		case '{':
		case '[':
			if (unlikely(depth == CT_DEPTH_MAX))
				return ct_fail(err, CT_ERR_DEPTH, p - buf);
			if (depth < KNOWN_DEPTH)
			{
				node_at[depth] = node;
				field_at[depth] = field;
				key_at[depth] = (uint8_t) key;
			}
			in_object = *p == '{';
			if (field != NO_FIELD)
				note(rec, field, in_object ? CT_OBJECT : CT_ARRAY, p, p, false);
			if (!in_object)
				node = NO_NODE;
			else if (depth == 0)
				node = 0;
			else
				node = field != NO_FIELD &&
					ct_subtrees[field].node ? ct_subtrees[field].node : NO_NODE;
			key = FIRST_KEY(node);
			if (in_object)
				is_object[depth / 64] |= (uint64_t) 1 << (depth % 64);
			else
				is_object[depth / 64] &= ~((uint64_t) 1 << (depth % 64));
			depth++;
			field = NO_FIELD;
			p = ct_skip_blanks(p + 1, end);
			if (unlikely(p == end))
				goto eof;
			if (in_object)
			{
				if (*p == '}')
					goto close;
				goto key;
			}
			if (*p == ']')
				goto close;
			goto value;

		case 't':
		case 'f':
		case 'n':
			type = ct_read_literal(p, end);
			if (unlikely(type == CT_ABSENT))
			{
				if (ct_is_cut_literal(p, end))
					goto eof;
				return ct_fail(err, CT_ERR_LITERAL, p - buf);
			}
			start = p;
			p += type == CT_FALSE ? 5 : 4;
			if (field != NO_FIELD)
				note(rec, field, type, start, p, false);
			goto after_value;

		case '-':
		case '0':
		case '1':
		case '2':
		case '3':
		case '4':
		case '5':
		case '6':
		case '7':
		case '8':
		case '9':
			start = p;
			p = ct_read_number(p, end, &rec->quirks, &stop);
			if (unlikely(p == NULL))
				return ct_fail(err, stop == end ? CT_ERR_EOF : CT_ERR_NUMBER, stop - buf);
			if (field != NO_FIELD)
				note(rec, field, CT_NUMBER, start, p, false);
			goto after_value;

		default:
			return ct_fail(err, CT_ERR_VALUE, p - buf);
	}

key:
	if (unlikely(*p != '"'))
		return ct_fail(err, CT_ERR_KEY, p - buf);
key_string:
	field = NO_FIELD;
	start = p + 1;
	guess = habits != NULL ? habits->next[key] : NO_KEY;
	if (guess != NO_KEY && end - start >= (ptrdiff_t) sizeof(ct_keys[0].key) &&
		ct_same_of_32(start, ct_keys[guess].key, ct_keys[guess].len + 1))
	{
		key = guess;
		field = ct_keys[key].field;
		p = start + ct_keys[key].len;
		if (unlikely(ct_has(rec, (ct_field) field)))
			forget(rec, field);
	}
	else
	{
		p = ct_read_string(start, end, &rec->quirks, &escaped, &stop, err);
		if (unlikely(p == NULL))
			return ct_fail(err, err->code, stop - buf);
		if (node != NO_NODE)
		{
			unsigned	found = unlikely(escaped) ?
				find_escaped_key(start, p - start, node) : find_key(start, p - start, node);

			if (found != NO_KEY)
			{
				field = ct_keys[found].field;
				if (unlikely(ct_has(rec, (ct_field) field)))
					forget(rec, field);
				if (habits != NULL)
					habits->next[key] = (uint8_t) found;
				key = found;
			}
		}
	}
	p++;
	if (likely(end - p >= 2 && memcmp(p, ":\"", 2) == 0))
	{
		p++;
		goto string;
	}
	if (unlikely(p == end || *p != ':'))
	{
		p = ct_skip_blanks(p, end);
		if (p == end)
			goto eof;
		if (*p != ':')
			return ct_fail(err, CT_ERR_COLON, p - buf);
	}
	p++;
	if (p < end && *p <= ' ')
		p = ct_skip_blanks(p, end);
	goto value;

after_value:
	if (unlikely(depth == 0))
		goto done;
	field = NO_FIELD;
	if (unlikely(p < end && (unsigned char) *p <= ' '))
		p = ct_skip_blanks(p, end);
	if (unlikely(p == end))
		goto eof;
	if (in_object)
	{
		if (likely(*p == ','))
		{
			p++;
			if (p < end && *p <= ' ')
				p = ct_skip_blanks(p, end);
			if (unlikely(p == end))
				goto eof;
			/* A comma must be followed by a key, so "}" is an error here. */
			goto key;
		}
		if (unlikely(*p != '}'))
			return ct_fail(err, CT_ERR_OBJECT_COMMA, p - buf);
	}
	else
	{
		if (*p == ',')
		{
			p++;
			if (p < end && *p <= ' ')
				p = ct_skip_blanks(p, end);
			goto value;
		}
		if (unlikely(*p != ']'))
			return ct_fail(err, CT_ERR_ARRAY_COMMA, p - buf);
	}

close:
	p++;
	depth--;
	if (depth < KNOWN_DEPTH)
	{
		node = node_at[depth];
		key = key_at[depth];
		if (field_at[depth] != NO_FIELD)
		{
			ct_value   *value = &rec->value[field_at[depth]];

			value->length = (uint32_t) (p - rec->json) - value->offset;
		}
	}
	in_object = depth > 0 && (is_object[(depth - 1) / 64] >> ((depth - 1) % 64) & 1);
	goto after_value;

done:
	rec->length = p - rec->json;
	*pos = p - buf;
	if (rec->length > UINT32_MAX)
		return ct_fail(err, CT_ERR_TOO_LARGE, rec->json - buf);
	return true;

eof:
	return ct_fail(err, CT_ERR_EOF, len);
}

bool
ct_scan(const char *buf, size_t len, size_t *pos, ct_record *rec, ct_error *err)
{
	return scan(buf, len, pos, rec, NULL, err);
}

bool
ct_scan_next(const char *buf, size_t len, size_t *pos, ct_record *rec, ct_habits *habits,
			 ct_error *err)
{
	return scan(buf, len, pos, rec, habits, err);
}
