/*
 * token.c: the tokens of JSON that take more than a look.
 */
#include "core/base/utf8.h"
#include "core/json/token.h"

/* Whether a byte is a decimal digit. */
static inline bool
is_digit(char c)
{
	return (unsigned char) (c - '0') <= 9;
}

#define CUT_OFF		-1			/* the input ends among digits */
#define NO_DIGITS	-2

/* Reads four hexadecimal digits; less than 0 where they are not. */
static int
read_hex4(const char *p, const char *end)
{
	int			code = 0;

	for (int i = 0; i < 4; i++)
	{
		int			digit;

		if (p + i == end)
			return CUT_OFF;
		digit = ct_hex_digit(p[i]);
		if (digit < 0)
			return NO_DIGITS;
		code = code << 4 | digit;
	}
	return code;
}

/*
 * Reads the escape at p (a backslash) and returns what follows it; NULL with
 * err->offset counted from p.  A surrogate is not an error: RFC 8259 lets it
 * stand alone, so it is merely noted.
 */
static const char *
read_escape(const char *p, const char *end, uint32_t *quirks, ct_error *err)
{
	int			code;

	if (end - p < 2)
	{
		ct_fail(err, CT_ERR_EOF, end - p);
		return NULL;
	}
	switch (p[1])
	{
		case '"':
		case '\\':
		case '/':
		case 'b':
		case 'f':
		case 'n':
		case 'r':
		case 't':
			return p + 2;
		case 'u':
			break;
		default:
			ct_fail(err, CT_ERR_ESCAPE, 1);
			return NULL;
	}
	code = read_hex4(p + 2, end);
	if (code < 0)
	{
		if (code == CUT_OFF)
			ct_fail(err, CT_ERR_EOF, end - p);
		else
			ct_fail(err, CT_ERR_UNICODE_ESCAPE, 2);
		return NULL;
	}
	p += 6;
	if (code == 0)
		*quirks |= CT_QUIRK_NUL;
	else if ((code & 0xfc00) == 0xd800)
	{
		if (end - p >= 6 && p[0] == '\\' && p[1] == 'u' &&
			(read_hex4(p + 2, end) & ~0x3ff) == 0xdc00)
			return p + 6;
		*quirks |= CT_QUIRK_SURROGATE;
	}
	else if ((code & 0xfc00) == 0xdc00)
		*quirks |= CT_QUIRK_SURROGATE;
	return p;
}

const char *
ct_read_odd_string(const char *p, const char *end, uint32_t *quirks, bool *escaped,
				   const char **stop, ct_error *err)
{
	for (;;)
	{
		unsigned char c;

		p = ct_skip_plain(p, end);
		if (p == end)
		{
			err->code = CT_ERR_EOF;
			break;
		}
		c = (unsigned char) *p;
		if (c == '"')
			return p;
		if (c == '\\')
		{
			const char *next = read_escape(p, end, quirks, err);

			if (next == NULL)
			{
				p += err->offset;
				break;
			}
			*escaped = true;
			p = next;
		}
		else if (c < 0x20)
		{
			err->code = CT_ERR_CONTROL;
			break;
		}
		else
		{
			size_t		n = ct_utf8_run(p, end);

			if (n == 0)
			{
				err->code = CT_ERR_UTF8;
				break;
			}
			p += n;
		}
	}
	*stop = p;
	return NULL;
}

const char *
ct_read_number(const char *p, const char *end, uint32_t *quirks, const char **stop)
{
	const char *start = p;

	if (*p == '-')
		p++;
	if (p < end && *p == '0')
		p++;
	else if (p < end && is_digit(*p))
		while (p < end && is_digit(*p))
			p++;
	else
		goto wrong;
	if (p < end && *p == '.')
	{
		p++;
		if (p == end || !is_digit(*p))
			goto wrong;
		while (p < end && is_digit(*p))
			p++;
	}
	if (p < end && (*p == 'e' || *p == 'E'))
	{
		const char *exponent;

		p++;
		if (p < end && (*p == '+' || *p == '-'))
			p++;
		if (p == end || !is_digit(*p))
			goto wrong;
		exponent = p;
		while (p < end && is_digit(*p))
			p++;
		if (p - exponent > 1)
			*quirks |= CT_QUIRK_BIG_NUMBER;
	}
	if (unlikely(p - start > 1000))
		*quirks |= CT_QUIRK_BIG_NUMBER;
	return p;

wrong:
	*stop = p;
	return NULL;
}

bool
ct_is_cut_literal(const char *p, const char *end)
{
	size_t		left = end - p;

	return (left < 4 && (memcmp(p, "true", left) == 0 || memcmp(p, "null", left) == 0)) ||
		(left < 5 && memcmp(p, "false", left) == 0);
}
