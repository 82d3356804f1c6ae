/*
 * random_json.c: random JSON that looks like CloudTrail, and random damage to it.
 */
#include <stdio.h>

#include "oracle.h"
#include "random_json.h"

#define DEEPEST 7

static void put_value(rng *r, buffer *b, int depth);

/* Adds white space, mostly none. */
static void
put_space(rng *r, buffer *b)
{
	if (!rng_percent(r, 6))
		return;
	for (int n = 1 + (int) rng_skewed(r, 20); n > 0; n--)
		put(b, &" \t\r\n"[rng_below(r, 4)], 1);
}

/* Adds one character or escape of a string. */
static void
put_character(rng *r, buffer *b)
{
	static const char *const odd[] = {
		"\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t", "\\u0041", "\\u00e9", "\\u20AC",
		"\\ud834\\udd1e", "\\uD83D\\uDE00", "\\ud800", "\\udfff", "\\udc00\\ud800", "\\ud800\\u0041",
		"\\ud800\\n", "\\ud800x", "\\uFFFF", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xe2\x82\xac",
		"\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf0\x9f\x98\x80",
		"\xf4\x8f\xbf\xbf", "{", "}", "[", "]", ":", ",", "'",
	};
	char		plain = (char) ('a' + rng_below(r, 26));

	if (rng_percent(r, 4))
		puts_to(b, odd[rng_below(r, sizeof(odd) / sizeof(odd[0]))]);
	else
		put(b, &plain, 1);
}

/* Adds a string. */
static void
put_string(rng *r, buffer *b)
{
	puts_to(b, "\"");
	for (int n = (int) rng_skewed(r, 50); n > 0; n--)
		put_character(r, b);
	if (rng_percent(r, 1))
		puts_to(b, "\\u0000");
	puts_to(b, "\"");
}

/* Adds a number, sometimes a very long one. */
static void
put_number(rng *r, buffer *b)
{
	char		number[64];
	int64_t		whole = (int64_t) (rng_next(r) >> rng_below(r, 64));

	snprintf(number, sizeof(number), "%s%lld", rng_percent(r, 30) ? "-" : "",
			 (long long) (whole < 0 ? 0 : whole));
	puts_to(b, number);
	if (rng_percent(r, 30))
	{
		snprintf(number, sizeof(number), ".%0*u", 1 + (int) rng_below(r, 9), rng_below(r, 1000));
		puts_to(b, number);
	}
	if (rng_percent(r, 20))
	{
		snprintf(number, sizeof(number), "%c%s%u", "eE"[rng_below(r, 2)],
				 (const char *[]) {"", "+", "-"}[rng_below(r, 3)], rng_skewed(r, 400));
		puts_to(b, number);
	}
}

/* Adds a key, now and then with an escape in it. */
static void
put_key(rng *r, buffer *b, const char *key)
{
	size_t		escaped = rng_percent(r, 5) ? rng_below(r, (uint32_t) strlen(key) + 1) : SIZE_MAX;

	puts_to(b, "\"");
	for (size_t i = 0; key[i]; i++)
	{
		char		escape[8];

		snprintf(escape, sizeof(escape), rng_percent(r, 50) ? "\\u%04x" : "\\u%04X", key[i]);
		if (i == escaped)
			puts_to(b, escape);
		else
			put(b, key + i, 1);
	}
	puts_to(b, "\"");
	put_space(r, b);
	puts_to(b, ":");
	put_space(r, b);
}

/* Tells whether fields are recorded under a field. */
static bool
has_children(int field)
{
	return field + 1 < CT_FIELD_COUNT && parent_of_field(field + 1) == field;
}

/* Chooses a field, under a parent or anywhere if that has none. */
static int
choose_field(rng *r, int parent)
{
	for (int tries = 0; tries < 200; tries++)
	{
		int			field = (int) rng_below(r, CT_FIELD_COUNT);

		if (parent_of_field(field) == parent)
			return field;
	}
	return (int) rng_below(r, CT_FIELD_COUNT);
}

/* Adds an object; parent is the field it is the value of, -1 at the top, -2 elsewhere. */
static void
put_object(rng *r, buffer *b, int parent, int depth)
{
	int			field = -2;

	puts_to(b, "{");
	put_space(r, b);
	for (int n = (int) rng_below(r, depth == 0 ? 12 : 5), i = 0; i < n; i++)
	{
		unsigned	choice = rng_below(r, 100);
		char		key[64];
		int			spellings = 1;

		if (i > 0)
		{
			puts_to(b, ",");
			put_space(r, b);
		}
		if (choice < 12)
		{
			put_string(r, b);
			put_space(r, b);
			puts_to(b, ":");
			put_space(r, b);
			put_value(r, b, depth + 1);
			continue;
		}
		/* Below 25 the key of before comes again, from 90 one of another object. */
		if (choice >= 90)
			field = (int) rng_below(r, CT_FIELD_COUNT);
		else if (choice >= 25 || field < 0)
			field = choose_field(r, parent);
		while (field_spelling(field, spellings, key) != NULL)
			spellings++;
		put_key(r, b, field_spelling(field, (int) rng_below(r, (uint32_t) spellings), key));
		if (depth < DEEPEST && rng_percent(r, has_children(field) ? 80 : 5))
			put_object(r, b, field, depth + 1);
		else
			put_value(r, b, depth + 1);
		put_space(r, b);
	}
	puts_to(b, "}");
}

/* Adds a value of any type. */
static void
put_value(rng *r, buffer *b, int depth)
{
	unsigned	choice = rng_below(r, depth < DEEPEST ? 100 : 80);

	if (choice < 45)
		put_string(r, b);
	else if (choice < 60)
		put_number(r, b);
	else if (choice < 80)
		puts_to(b, (const char *[]) {"null", "true", "false"}[rng_below(r, 3)]);
	else if (choice < 90)
		put_object(r, b, rng_percent(r, 50) ? -1 : -2, depth + 1);
	else
	{
		puts_to(b, "[");
		put_space(r, b);
		for (int n = (int) rng_skewed(r, 6); n > 0; n--)
		{
			put_value(r, b, depth + 1);
			put_space(r, b);
			puts_to(b, n > 1 ? "," : "");
			put_space(r, b);
		}
		puts_to(b, "]");
	}
}

/* Adds a random JSON document. */
void
put_random_document(rng *r, buffer *b)
{
	put_space(r, b);
	if (rng_percent(r, 92))
		put_object(r, b, -1, 0);
	else
		put_value(r, b, 1);
	put_space(r, b);
}

void
damage(rng *r, buffer *b)
{
	static const char odd[] = "{}[]:,\"\"\"\\\\/' \t\n019-+.eEtfnu\x1f\x7f\x80\xbf\xc0\xc3\xe2\xed\xf4\xff";

	for (int n = 1 + (int) rng_skewed(r, 3); n > 0 && b->len > 0; n--)
	{
		size_t		at = rng_below(r, (uint32_t) b->len);
		char		chunk[12];
		size_t		size = 1 + rng_skewed(r, sizeof(chunk));

		size = size < b->len - at ? size : b->len - at;
		switch (rng_below(r, 6))
		{
			case 0:
				b->ptr[at] = (char) rng_next(r);
				break;
			case 1:
				b->ptr[at] = odd[rng_below(r, sizeof(odd))];
				break;
			case 2:				/* leave out */
				memmove(b->ptr + at, b->ptr + at + size, b->len - at - size + 1);
				b->len -= size;
				break;
			case 3:				/* cut off */
				b->len -= size;
				b->ptr[b->len] = '\0';
				break;
			case 4:				/* repeat */
				memcpy(chunk, b->ptr + at, size);
				put(b, chunk, size);
				memmove(b->ptr + at + size, b->ptr + at, b->len - at - size);
				break;
			default:			/* exchange two bytes */
				{
					size_t		with = rng_below(r, (uint32_t) b->len);
					char		c = b->ptr[at];

					b->ptr[at] = b->ptr[with];
					b->ptr[with] = c;
				}
		}
	}
}
