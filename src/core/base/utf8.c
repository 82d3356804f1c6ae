/*
 * utf8.c: UTF-8 and JSON's escapes.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/base/utf8.h"

/* Length of the valid UTF-8 sequence at p, which is not ASCII; 0 if invalid. */
static size_t
sequence_length(const unsigned char *p, size_t room)
{
	unsigned char c = p[0];

	if (c < 0xc2)
		return 0;
	if (c < 0xe0)
		return room >= 2 && (p[1] & 0xc0) == 0x80 ? 2 : 0;
	if (c < 0xf0)
	{
		if (room < 3 || (p[1] & 0xc0) != 0x80 || (p[2] & 0xc0) != 0x80)
			return 0;
		if ((c == 0xe0 && p[1] < 0xa0) || (c == 0xed && p[1] >= 0xa0))
			return 0;			/* overlong, or a surrogate */
		return 3;
	}
	if (c > 0xf4 || room < 4 ||
		(p[1] & 0xc0) != 0x80 || (p[2] & 0xc0) != 0x80 || (p[3] & 0xc0) != 0x80)
		return 0;
	if ((c == 0xf0 && p[1] < 0x90) || (c == 0xf4 && p[1] >= 0x90))
		return 0;				/* overlong, or beyond U+10FFFF */
	return 4;
}

size_t
ct_utf8_run(const char *p, const char *end)
{
	const char *start = p;

	while (p < end && (unsigned char) *p >= 0x80)
	{
		size_t		n = sequence_length((const unsigned char *) p, end - p);

		if (n == 0)
			break;
		p += n;
	}
	return p - start;
}

/* Writes a code point as UTF-8 and returns what follows it. */
static char *
put_code_point(char *dst, uint32_t code)
{
	if (code < 0x80)
		*dst++ = (char) code;
	else if (code < 0x800)
	{
		*dst++ = (char) (0xc0 | code >> 6);
		*dst++ = (char) (0x80 | (code & 0x3f));
	}
	else if (code < 0x10000)
	{
		*dst++ = (char) (0xe0 | code >> 12);
		*dst++ = (char) (0x80 | (code >> 6 & 0x3f));
		*dst++ = (char) (0x80 | (code & 0x3f));
	}
	else
	{
		*dst++ = (char) (0xf0 | code >> 18);
		*dst++ = (char) (0x80 | (code >> 12 & 0x3f));
		*dst++ = (char) (0x80 | (code >> 6 & 0x3f));
		*dst++ = (char) (0x80 | (code & 0x3f));
	}
	return dst;
}

/* Value of the four hexadecimal digits at p, which were checked before. */
static uint32_t
hex4(const char *p)
{
	return (uint32_t) (ct_hex_digit(p[0]) << 12 | ct_hex_digit(p[1]) << 8 |
					   ct_hex_digit(p[2]) << 4 | ct_hex_digit(p[3]));
}

/*
 * Writes what the escape at *src stands for, moves *src behind it and returns
 * what follows in dst.
 */
static inline char *
put_escape(const char **src, const char *end, char *dst, bool keep_nul)
{
	const char *p = *src;
	uint32_t	code;

	*src += 2;
	switch (p[1])
	{
		case 'b':
			*dst++ = '\b';
			break;
		case 'f':
			*dst++ = '\f';
			break;
		case 'n':
			*dst++ = '\n';
			break;
		case 'r':
			*dst++ = '\r';
			break;
		case 't':
			*dst++ = '\t';
			break;
		case 'u':
			code = hex4(p + 2);
			*src += 4;
			if ((code & 0xfc00) == 0xd800 && end - p >= 12 &&
				p[6] == '\\' && p[7] == 'u' && (hex4(p + 8) & 0xfc00) == 0xdc00)
			{
				code = 0x10000 + ((code & 0x3ff) << 10 | (hex4(p + 8) & 0x3ff));
				*src += 6;
			}
			else if ((code & 0xf800) == 0xd800 || (code == 0 && !keep_nul))
				code = 0xfffd;
			dst = put_code_point(dst, code);
			break;
		default:
			*dst++ = p[1];
	}
	return dst;
}

/* Length of what comes before the next backslash. */
static inline size_t
plain_length(const char *src, const char *end)
{
	const char *backslash = memchr(src, '\\', end - src);

	return (backslash ? backslash : end) - src;
}

/* Does what both ct_unescape functions promise. */
static size_t
unescape(const char *src, size_t len, char *dst, bool keep_nul)
{
	const char *end = src + len;
	char	   *out = dst;

	while (src < end)
	{
		size_t		plain = plain_length(src, end);

		memcpy(out, src, plain);
		out += plain;
		src += plain;
		if (src < end)
			out = put_escape(&src, end, out, keep_nul);
	}
	return out - dst;
}

size_t
ct_unescape(const char *src, size_t len, char *dst)
{
	return unescape(src, len, dst, false);
}

size_t
ct_unescape_raw(const char *src, size_t len, char *dst)
{
	return unescape(src, len, dst, true);
}

bool
ct_unescapes_to(const char *src, size_t len, const char *text, size_t text_len)
{
	const char *end = src + len;
	const char *text_end = text + text_len;

	while (src < end)
	{
		size_t		n = plain_length(src, end);
		const char *piece = src;
		char		character[4];

		src += n;
		if (n == 0)
		{
			n = put_escape(&src, end, character, false) - character;
			piece = character;
		}
		if ((size_t) (text_end - text) < n || memcmp(text, piece, n) != 0)
			return false;
		text += n;
	}
	return text == text_end;
}
