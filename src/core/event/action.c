/*
 * action.c: patterns of actions, as IAM policies write them.
 */
#include <string.h>

#include "core/base/interrupt.h"
#include "core/event/action.h"
#include "core/event/derived.h"

/* Whether a byte may stand in a service of a pattern. */
static bool
is_service_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		(c != '\0' && strchr("-_.*?", c) != NULL);
}

/* Where a normal form is being written. */
typedef struct writer
{
	char	   *start;
	char	   *next;
} writer;

/* Adds a character; * behind * says nothing more. */
static void
put(writer *w, char c)
{
	char	   *first = w->next;

	if (c == '*' && first > w->start && first[-1] == '*')
		return;
	/* "?*" and "*?" match the same: the normal form has ? first. */
	if (c == '?' && first > w->start && first[-1] == '*')
		*first-- = '*';
	*first = c;
	w->next++;
}

bool
ct_read_action(ct_slice text, char *normal, size_t *len, ct_error *err)
{
	writer		w = {normal, normal};
	const char *colon;
	ct_slice	service;
	size_t		longer;

	if (text.len == 0)
		return ct_fail(err, CT_ERR_ACTION_EMPTY, 0);
	if (text.len > CT_ACTION_MAX)
		return ct_fail(err, CT_ERR_ACTION_LENGTH, CT_ACTION_MAX);
	if (ct_same(text, CT_LITERAL("*")))
		text = CT_LITERAL("*:*");
	colon = memchr(text.ptr, ':', text.len);
	if (colon == NULL)
		return ct_fail(err, CT_ERR_ACTION_COLON, text.len);
	for (const char *p = text.ptr; p < colon; p++)
	{
		if (!is_service_char(ct_fold(*p)))
			return ct_fail(err, CT_ERR_ACTION_SERVICE, p - text.ptr);
		put(&w, ct_fold(*p));
	}

	/* What is cut may stand there again: a normal form must be its own. */
	service = (ct_slice) {normal, w.next - normal};
	do
	{
		longer = service.len;
		service = ct_service(service);
	} while (service.len < longer);
	if (service.len == 0)
		return ct_fail(err, CT_ERR_ACTION_SERVICE, 0);
	w.next = normal + service.len;
	*w.next++ = ':';
	w.start = w.next;
	for (const char *p = colon + 1; p < text.ptr + text.len; p++)
	{
		/* Names are of letters, digits and few signs; a ? stands for any other. */
		if (*p <= ' ' || *p > '~')
			return ct_fail(err, CT_ERR_ACTION_NAME, p - text.ptr);
		put(&w, *p);
	}
	if (w.next == w.start)
		return ct_fail(err, CT_ERR_ACTION_NAME, text.len);
	*len = w.next - normal;
	return true;
}

ct_action_pattern
ct_action_pattern_of(ct_slice normal)
{
	const char *colon = memchr(normal.ptr, ':', normal.len);
	size_t		service_length = colon ? (size_t) (colon - normal.ptr) : normal.len;

	return (ct_action_pattern) {
		.service = {normal.ptr, service_length},
		.name = {colon ? colon + 1 : normal.ptr + normal.len,
			colon ? normal.len - service_length - 1 : 0}
	};
}

/* The character behind p, which may be of several bytes. */
static const char *
next_char(const char *p, const char *end)
{
	p++;
	while (p < end && ((unsigned char) *p & 0xc0) == 0x80)
		p++;
	return p;
}

/*
 * Whether a pattern matches a text, or all that fits it if that is a pattern,
 * too: then ? does not take its *.  Each step is counted in work, unless that
 * is NULL; beyond max the answer is no.
 */
static inline bool
matches(ct_slice pattern, ct_slice text, bool is_pattern, size_t *work, size_t max)
{
	const char *p = pattern.ptr;
	const char *p_end = p + pattern.len;
	const char *t = text.ptr;
	const char *t_end = t + text.len;
	const char *star = NULL;	/* behind the last *, and what it has taken so far */
	const char *taken = NULL;
	size_t		steps = 0;

	while (t < t_end)
	{
		ct_check_interrupts_at(++steps);
		if (work != NULL && ++*work > max)
			return false;
		if (p < p_end && *p == '*')
		{
			star = ++p;
			taken = t;
		}
		else if (p < p_end && *p == '?' && !(is_pattern && *t == '*'))
		{
			p++;
			t = next_char(t, t_end);
		}
		else if (p < p_end && ct_fold(*p) == ct_fold(*t))
		{
			p++;
			t++;
		}
		else if (star != NULL)
		{
			p = star;
			t = taken = next_char(taken, t_end);
		}
		else
			return false;
	}
	while (p < p_end && *p == '*')
		p++;
	return p == p_end;
}

bool
ct_glob_matches(ct_slice pattern, ct_slice text)
{
	return matches(pattern, text, false, NULL, 0);
}

bool
ct_glob_covers(ct_slice pattern, ct_slice other, size_t *work, size_t max)
{
	return matches(pattern, other, true, work, max);
}

bool
ct_action_matches(const ct_action_pattern *pattern, ct_slice service, ct_slice name)
{
	return ct_glob_matches(pattern->service, service) && ct_glob_matches(pattern->name, name);
}

ct_slice
ct_literal_prefix(ct_slice pattern, bool *whole)
{
	size_t		len = 0;

	while (len < pattern.len && pattern.ptr[len] != '*' && pattern.ptr[len] != '?')
		len++;
	*whole = len == pattern.len;
	return (ct_slice) {pattern.ptr, len};
}

ct_slice
ct_fold_text(ct_slice text, char *folded)
{
	for (size_t i = 0; i < text.len; i++)
		folded[i] = ct_fold(text.ptr[i]);
	return (ct_slice) {folded, text.len};
}

int
ct_compare_folded(ct_slice a, ct_slice b)
{
	size_t		len = a.len < b.len ? a.len : b.len;

	for (size_t i = 0; i < len; i++)
	{
		unsigned char x = (unsigned char) ct_fold(a.ptr[i]);
		unsigned char y = (unsigned char) ct_fold(b.ptr[i]);

		if (x != y)
			return x < y ? -1 : 1;
	}
	return a.len < b.len ? -1 : a.len > b.len;
}
