/*
 * mutate.c: bytes that are damaged at random.
 */
#include "mutate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Numbers at whose edges lengths and counts break. */
static const uint32_t edges[] = {
	0, 1, 2, 127, 128, 254, 255, 256, 0x7fff, 0x8000, 0xffff, 0x10000, 0x1ffffff, 0x2000001,
	0x3fffffff, 0x40000000, 0x7ffffffb, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff
};

/* Texts that mean something to a reader of JSON, of ARNs, or of files. */
static const char *const words[] = {
	"\"", "\\", "{", "}", "[", "]", ":", ",", "null", "\\u0000", "\\ud800", "\\udc00\\ud800", "1e999999", "-",
	"\"Records\":[", "\"eventTime\":", "\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xef\xbb\xbf",
	"\x1f\x8b\x08", "\x28\xb5\x2f\xfd", "*", "?", "arn:aws:secretsmanager:", "%r", "%a", "\n", "\r\n", "\t",
	"9999-12-31T23:59:59.999999Z", "0000-00-00T00:00:00Z", "-AbCdEf", "\x7f", " "
};

/* Copies bytes. */
bytes
bytes_copy(const char *data, size_t len)
{
	bytes		copy = {malloc(len + 1), len};

	if (copy.data == NULL)
	{
		fprintf(stderr, "out of memory\n");
		exit(2);
	}
	if (len > 0)
		memcpy(copy.data, data, len);
	copy.data[len] = '\0';
	return copy;
}

/* Replaces a part of bytes by others. */
static void
replace(bytes *b, size_t at, size_t gone, const char *data, size_t len)
{
	bytes		changed = bytes_copy(NULL, 0);

	changed.len = b->len - gone + len;
	changed.data = realloc(changed.data, changed.len + 1);
	if (changed.data == NULL)
		exit(2);
	memcpy(changed.data, b->data, at);
	memcpy(changed.data + at, data, len);
	memcpy(changed.data + at + len, b->data + at + gone, b->len - at - gone);
	changed.data[changed.len] = '\0';
	free(b->data);
	*b = changed;
}

/* A place in bytes, now and then among the first, where headers are. */
static size_t
place(rng *r, const bytes *b)
{
	if (b->len == 0)
		return 0;
	return rng_below(r, rng_percent(r, 40) && b->len > 64 ? 64 : (uint32_t) b->len);
}

/* Makes one change. */
static void
change(rng *r, bytes *b, bytes other)
{
	size_t		at = place(r, b);
	size_t		rest = b->len - at;
	size_t		len;
	uint32_t	edge = edges[rng_below(r, sizeof(edges) / sizeof(edges[0]))];
	const char *word = words[rng_below(r, sizeof(words) / sizeof(words[0]))];

	switch (rng_below(r, 9))
	{
		case 0:					/* one bit */
			if (rest > 0)
				b->data[at] ^= (char) (1 << rng_below(r, 8));
			break;
		case 1:					/* one byte */
			if (rest > 0)
				b->data[at] = (char) rng_next(r);
			break;
		case 2:					/* a number of two or four bytes, in either order */
			if (rng_percent(r, 50))
				edge = __builtin_bswap32(edge);
			len = rng_percent(r, 50) ? 2 : 4;
			if (rest >= len)
				memcpy(b->data + at, &edge, len);
			break;
		case 3:					/* the end is missing */
			b->len = at;
			b->data[at] = '\0';
			break;
		case 4:					/* a part is missing */
			len = rest > 0 ? rng_skewed(r, (uint32_t) rest) + 1 : 0;
			replace(b, at, len, "", 0);
			break;
		case 5:					/* a part comes twice */
			len = rest > 0 ? rng_skewed(r, (uint32_t) rest) + 1 : 0;
			{
				bytes		part = bytes_copy(b->data + at, len);

				replace(b, at, 0, part.data, len);
				free(part.data);
			}
			break;
		case 6:					/* a word more */
			replace(b, at, 0, word, strlen(word));
			break;
		case 7:					/* a word in place of something */
			replace(b, at, rest < strlen(word) ? rest : strlen(word), word, strlen(word));
			break;
		case 8:					/* a piece of something else */
			len = other.len > 0 ? rng_skewed(r, (uint32_t) other.len) + 1 : 0;
			replace(b, at, rest > 0 ? rng_skewed(r, (uint32_t) rest) : 0,
					other.data + (other.len > len ? rng_below(r, (uint32_t) (other.len - len)) : 0), len);
			break;
	}
}

/* A damaged copy of bytes. */
bytes
mutate(rng *r, bytes of, bytes other)
{
	bytes		b = bytes_copy(of.data, of.len);

	for (uint32_t n = rng_skewed(r, 6) + 1; n > 0; n--)
		change(r, &b, other);
	return b;
}
