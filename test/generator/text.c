/*
 * text.c: a growing string, and the random strings that AWS's identifiers are.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "text.h"

const char	alphabet_alnum[] =
"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const char	alphabet_key[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const char	alphabet_base64[] =
"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static const char hex_digits[] = "0123456789abcdef";

/* Says what is wrong and ends the program. */
_Noreturn void
die(const char *format,...)
{
	va_list		args;

	fputs("generate: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

/* Zeroed memory, or the end. */
void *
xalloc(size_t size)
{
	void	   *memory = calloc(1, size ? size : 1);

	if (memory == NULL)
		die("out of memory");
	return memory;
}

/* A copy of a string, in memory of its own. */
char *
xstrdup(const char *string)
{
	size_t		size = strlen(string) + 1;

	return memcpy(xalloc(size), string, size);
}

/* Makes room for more bytes. */
void
text_grow(text *t, size_t more)
{
	size_t		size = t->size ? t->size : 256;

	while (size - t->len < more)
		size *= 2;
	t->data = realloc(t->data, size);
	if (t->data == NULL)
		die("out of memory");
	t->size = size;
}

/* Gives the memory back; the text is empty and usable afterwards. */
void
text_free(text *t)
{
	free(t->data);
	memset(t, 0, sizeof(*t));
}

/* Appends a number in decimal. */
void
text_uint(text *t, uint64_t number)
{
	char		digits[20];
	char	   *p = digits + sizeof(digits);

	do
		*--p = (char) ('0' + number % 10);
	while ((number /= 10) != 0);
	text_add(t, p, (size_t) (digits + sizeof(digits) - p));
}

/* Appends random lower-case hexadecimal digits. */
void
text_hex(text *t, rng *r, unsigned digits)
{
	while (digits > 0)
	{
		char		run[16];
		uint64_t	bits = rng_next(r);
		unsigned	n = digits < 16 ? digits : 16;

		for (unsigned i = 0; i < n; i++, bits >>= 4)
			run[i] = hex_digits[bits & 15];
		text_add(t, run, n);
		digits -= n;
	}
}

/* Appends random characters of the first letters of an alphabet. */
void
text_random(text *t, rng *r, const char *alphabet, unsigned letters, unsigned count)
{
	while (count > 0)
	{
		char		run[8];
		uint64_t	bits = rng_next(r);
		unsigned	n = count < 8 ? count : 8;

		for (unsigned i = 0; i < n; i++, bits >>= 8)
			run[i] = alphabet[((bits & 255) * letters) >> 8];
		text_add(t, run, n);
		count -= n;
	}
}

/* Writes a UUID's 36 characters; the caller sets the version bits. */
void
uuid_format(char *out, uint64_t high, uint64_t low)
{
	for (int i = 0; i < UUID_LENGTH; i++)
	{
		if (i == 8 || i == 13 || i == 18 || i == 23)
		{
			out[i] = '-';
			continue;
		}
		out[i] = hex_digits[high >> 60];
		high = high << 4 | low >> 60;
		low <<= 4;
	}
}

/* Appends a random UUID, version 4. */
void
text_uuid(text *t, rng *r)
{
	char		uuid[UUID_LENGTH];
	uint64_t	high = rng_next(r);
	uint64_t	low = rng_next(r);

	high = (high & ~UINT64_C(0xf000)) | UINT64_C(0x4000);
	low = (low & ~(UINT64_C(3) << 62)) | UINT64_C(1) << 63;
	uuid_format(uuid, high, low);
	text_add(t, uuid, UUID_LENGTH);
}

/* Appends what stands between the quotes of a JSON string. */
void
text_escaped(text *t, const char *string, size_t len)
{
	for (size_t i = 0; i < len; i++)
	{
		unsigned char c = (unsigned char) string[i];
		char		escape[6] = {'\\', 'u', '0', '0', hex_digits[c >> 4], hex_digits[c & 15]};

		if (c == '"' || c == '\\')
		{
			escape[1] = (char) c;
			text_add(t, escape, 2);
		}
		else if (c < 0x20)
			text_add(t, escape, 6);
		else
			text_addc(t, (char) c);
	}
}
