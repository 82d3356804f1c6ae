/*
 * text.h: a growing string, and the random strings that AWS's identifiers are.
 */
#ifndef GEN_TEXT_H
#define GEN_TEXT_H

#include <stddef.h>
#include <string.h>

#include "rng.h"

typedef struct text
{
	char	   *data;
	size_t		len;
	size_t		size;
} text;

#define UUID_LENGTH 36

#ifdef __GNUC__
#define PRINTF_LIKE __attribute__((format(printf, 1, 2)))
#else
#define PRINTF_LIKE
#endif

extern const char alphabet_alnum[];		/* 62: 0-9 A-Z a-z */
extern const char alphabet_key[];		/* 32: A-Z 2-7, as in access keys */
extern const char alphabet_base64[];	/* 64 */

extern _Noreturn void die(const char *format,...) PRINTF_LIKE;
extern void *xalloc(size_t size);
extern char *xstrdup(const char *string);
extern void text_grow(text *t, size_t more);
extern void text_free(text *t);
extern void text_uint(text *t, uint64_t number);
extern void text_hex(text *t, rng *r, unsigned digits);
extern void text_random(text *t, rng *r, const char *alphabet, unsigned letters,
						unsigned count);
extern void text_uuid(text *t, rng *r);
extern void text_escaped(text *t, const char *string, size_t len);
extern void uuid_format(char *out, uint64_t high, uint64_t low);

/* Appends len bytes. */
static inline void
text_add(text *t, const char *data, size_t len)
{
	/* At equality too: memcpy wants an address even for no bytes. */
	if (t->size - t->len <= len)
		text_grow(t, len);
	memcpy(t->data + t->len, data, len);
	t->len += len;
}

/* Appends a C string. */
static inline void
text_adds(text *t, const char *string)
{
	text_add(t, string, strlen(string));
}

/* Appends one byte. */
static inline void
text_addc(text *t, char c)
{
	text_add(t, &c, 1);
}

/* Appends a string literal. */
#define text_lit(t, literal) text_add((t), "" literal, sizeof(literal) - 1)

#endif							/* GEN_TEXT_H */
