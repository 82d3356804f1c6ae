/*
 * json_safe.c: JSON that PostgreSQL's jsonb refuses, made acceptable.
 */
#include <string.h>

#include "core/base/utf8.h"
#include "core/json/json_safe.h"

/* What PostgreSQL's numeric can hold, in digits before and behind the point. */
#define DIGITS_BEFORE_POINT		131072
#define DIGITS_BEHIND_POINT		16383

/* Value of the four hexadecimal digits of the escape \uXXXX at p. */
static int
escape_value(const char *p)
{
	return ct_hex_digit(p[2]) << 12 | ct_hex_digit(p[3]) << 8 |
		ct_hex_digit(p[4]) << 4 | ct_hex_digit(p[5]);
}

/*
 * Length of the escape at p, a pair of surrogates being one; *safe reports
 * whether text can hold it.
 */
static size_t
read_escape(const char *p, const char *end, bool *safe)
{
	int			code;

	*safe = true;
	if (p[1] != 'u')
		return 2;
	code = escape_value(p);
	if ((code & 0xfc00) == 0xd800 && end - p >= 12 && p[6] == '\\' && p[7] == 'u' &&
		(escape_value(p + 6) & 0xfc00) == 0xdc00)
		return 12;
	*safe = code != 0 && (code & 0xf800) != 0xd800;
	return 6;
}

/* Copies a string with its quotes; returns what follows it in the source. */
static const char *
copy_string(const char *p, const char *end, char **out)
{
	*(*out)++ = *p++;
	while (*p != '"')
	{
		size_t		n = 1;
		bool		safe = true;

		if (*p == '\\')
			n = read_escape(p, end, &safe);
		if (safe)
			memcpy(*out, p, n);
		else
			memcpy(*out, "\\ufffd", 6);
		*out += n;
		p += n;
	}
	*(*out)++ = *p++;
	return p;
}

bool
ct_is_jsonb_number(const char *p, size_t len)
{
	const char *end = p + len;
	long		before = 0;
	long		behind = 0;
	long		exponent = 0;

	if (*p == '-')
		p++;
	for (; p < end && *p >= '0' && *p <= '9'; p++)
		before++;
	if (p < end && *p == '.')
	{
		for (p++; p < end && *p >= '0' && *p <= '9'; p++)
			behind++;
	}
	if (p < end)
	{
		p++;
		if (*p == '-' || *p == '+')
			p++;
		for (; p < end && exponent <= CT_EXPONENT_MAX; p++)
			exponent = exponent * 10 + (*p - '0');
	}
	return exponent <= CT_EXPONENT_MAX &&
		before + exponent <= DIGITS_BEFORE_POINT && behind + exponent <= DIGITS_BEHIND_POINT;
}

/* Copies a number, as a string if jsonb does not take it as one; returns what follows it. */
static const char *
copy_number(const char *p, const char *end, char **out)
{
	const char *start = p;
	bool		holds;

	while (p < end && ((*p >= '0' && *p <= '9') || (*p != '\0' && strchr("+-.eE", *p) != NULL)))
		p++;
	holds = ct_is_jsonb_number(start, p - start);
	if (!holds)
		*(*out)++ = '"';
	memcpy(*out, start, p - start);
	*out += p - start;
	if (!holds)
		*(*out)++ = '"';
	return p;
}

size_t
ct_make_jsonsafe(const char *src, size_t len, char *dst)
{
	const char *end = src + len;
	char	   *out = dst;

	while (src < end)
	{
		if (*src == '"')
			src = copy_string(src, end, &out);
		else if (*src == '-' || (*src >= '0' && *src <= '9'))
			src = copy_number(src, end, &out);
		else
			*out++ = *src++;
	}
	return out - dst;
}

/* Copies a number, truth value or null, all but the last as a string; returns what follows it. */
static const char *
copy_scalar(const char *p, const char *end, char **out)
{
	const char *start = p;
	bool		quoted = *p != 'n';

	do
		p++;
	while (p < end && strchr(",]} \t\r\n", *p) == NULL);
	if (quoted)
		*(*out)++ = '"';
	memcpy(*out, start, p - start);
	*out += p - start;
	if (quoted)
		*(*out)++ = '"';
	return p;
}

bool
ct_make_json_strings(const char *src, size_t len, int depth, char *dst, size_t *length)
{
	const char *end = src + len;
	char	   *out = dst;
	int			nested = 0;

	while (src < end)
	{
		switch (*src)
		{
			case '"':
				src = copy_string(src, end, &out);
				break;
			case ' ':
			case '\t':
			case '\r':
			case '\n':
				src++;
				break;
			case '{':
			case '[':
				if (++nested > depth)
					return false;
				*out++ = *src++;
				break;
			case '}':
			case ']':
				nested--;
				*out++ = *src++;
				break;
			case ',':
			case ':':
				*out++ = *src++;
				break;
			default:
				src = copy_scalar(src, end, &out);
				break;
		}
	}
	*length = out - dst;
	return true;
}
