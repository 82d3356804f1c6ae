/*
 * container_unwrap.c: levels made of strings and of compressed data.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/base64.h"
#include "core/base/inflate.h"
#include "core/base/utf8.h"
#include "core/container/container_stack.h"
#include "core/container/container_unwrap.h"

/* Lines of base64 shorter than this end the data, they are not wrapped. */
#define BASE64_LINE		60

/* Moves over white space, also where it is escaped. */
static const char *
skip_escaped_space(const char *p, const char *end)
{
	while (p < end)
	{
		if (ct_is_space(*p))
			p++;
		else if (end - p >= 2 && *p == '\\' && (p[1] == 'n' || p[1] == 'r' || p[1] == 't'))
			p += 2;
		else
			break;
	}
	return p;
}

bool
ct_is_payload(const char *text, size_t len)
{
	const char *end = text + len;

	text = skip_escaped_space(text, end);
	if (text == end)
		return false;
	if (*text == '{' || *text == '[')
	{
		text = skip_escaped_space(text + 1, end);
		return text == end || memchr("\"\\{}[]", *text, 6) != NULL;
	}
	if (*text == '\\' || *text == '"')
		return end - text >= 4 && (text[1] == '"' || *text == '"');
	return end - text >= 5 &&
		(memcmp(text, "H4sI", 4) == 0 || memcmp(text, "KLUv/", 5) == 0 ||
		 memcmp(text, "\xef\xbb\xbf", 3) == 0);
}

/* Gives a message without JSON: as a notice, if services are known to send it. */
static bool
give_message(ct_splitter *s, ct_item *item, ct_slice raw, ct_slice whole)
{
	if (ct_find(raw, "CloudTrail validation message") == raw.ptr)
		return ct_give_notice(s, item, whole, CT_NOTICE_MESSAGE);
	if (ct_find(raw, "CWL CONTROL MESSAGE") == raw.ptr)
		return ct_give_notice(s, item, whole, CT_NOTICE_CONTROL_MESSAGE);
	return ct_give_reject(s, item, whole,
						  *whole.ptr == '"' ? CT_ERR_NOT_OBJECT : CT_ERR_NO_EVENT_TIME, 0);
}

/* Turns the inside of a JSON string into a buffer of its own; NULL if out of memory. */
static char *
unescape(ct_slice raw, size_t *len)
{
	char	   *text = malloc(raw.len + 1);

	if (text != NULL)
		*len = ct_unescape_raw(raw.ptr, raw.len, text);
	return text;
}

bool
ct_take_string(ct_splitter *s, ct_item *item, ct_slice raw, bool escaped, ct_slice whole)
{
	char	   *owned = NULL;

	if (!ct_is_payload(raw.ptr, raw.len))
		return give_message(s, item, raw, whole);
	if (escaped)
	{
		owned = unescape(raw, &raw.len);
		if (owned == NULL)
			return ct_give_reject(s, item, whole, CT_ERR_OUT_OF_MEMORY, 0);
		raw.ptr = owned;
	}
	if (!ct_push_level(s, raw.ptr, raw.len, owned, 0))
		return ct_give_reject(s, item, whole, CT_ERR_NESTING, 0);
	return false;
}

/* Reads on in what a text in base64 stands for. */
static bool
push_base64(ct_splitter *s, ct_item *item, ct_slice text, ct_slice whole)
{
	char	   *data;
	size_t		len;
	ct_error	err;
	bool		good = ct_base64_decode(text.ptr, text.len, &data, &len, &err);

	if (!good && (data == NULL || len == 0))
	{
		free(data);
		return ct_give_reject(s, item, whole, err.code, 0);
	}
	if (!ct_push_level(s, data, len, data, 0))
		return ct_give_reject(s, item, whole, CT_ERR_NESTING, 0);
	if (!good)
		ct_top(s)->fault = err;
	return false;
}

bool
ct_take_base64(ct_splitter *s, ct_item *item, ct_slice raw, bool escaped, ct_slice whole)
{
	char	   *owned = NULL;
	bool		found;

	if (raw.len > 0 && (raw.ptr[0] == '{' || raw.ptr[0] == '['))
		return ct_take_string(s, item, raw, escaped, whole);
	if (escaped)
	{
		owned = unescape(raw, &raw.len);
		if (owned == NULL)
			return ct_give_reject(s, item, whole, CT_ERR_OUT_OF_MEMORY, 0);
		raw.ptr = owned;
	}
	if (raw.len == 0)
		found = ct_give_reject(s, item, whole, CT_ERR_NO_EVENT_TIME, 0);
	else
		found = push_base64(s, item, raw, whole);
	free(owned);
	return found;
}

bool
ct_take_base64_text(ct_splitter *s, ct_item *item)
{
	ct_level   *level = ct_top(s);
	const char *start = level->buf + level->pos;
	const char *end = level->buf + level->len;
	const char *p = start;
	const char *line = start;
	ct_slice	text;

	for (;;)
	{
		const char *next;

		while (p < end && ct_base64_digit(*p) >= 0)
			p++;
		while (p < end && *p == '=')
			p++;
		next = p;
		if (next < end && *next == '\r')
			next++;
		if (next == end || *next != '\n' || p - line < BASE64_LINE || p[-1] == '=')
			break;
		next++;
		if (next == end || ct_base64_digit(*next) < 0 ||
			(end - next >= 5 && (memcmp(next, "H4sI", 4) == 0 || memcmp(next, "KLUv/", 5) == 0)))
			break;
		p = line = next;
	}
	text = (ct_slice) {start, p - start};
	level->pos += text.len;
	if (p < end && (*p == '"' || *p == '\\'))
	{
		level->damaged = level->uncertain = true;
		return ct_give_reject(s, item, text, CT_ERR_PART, 0);	/* the rest of a string */
	}
	return push_base64(s, item, text, text);
}

bool
ct_take_compressed(ct_splitter *s, ct_item *item)
{
	ct_level   *level = ct_top(s);
	ct_slice	rest = {level->buf + level->pos, level->len - level->pos};
	size_t		limit = CT_INFLATE_MAX > s->live ? CT_INFLATE_MAX - s->live : 0;
	ct_inflated out;
	ct_error	err;
	bool		trailing;

	if (limit > ct_inflate_limit(rest.len))
		limit = ct_inflate_limit(rest.len);
	if (limit > s->allowance)
		limit = s->allowance;
	ct_inflate_with(&s->inflater, rest.ptr, rest.len, limit, &out, &err);
	trailing = err.code == CT_ERR_GZIP_TRAILING || err.code == CT_ERR_ZSTD_TRAILING;
	if (trailing)
		level->garbage = err.code;
	/* Behind a fault nobody knows where data begin again. */
	level->pos += trailing ? out.consumed : rest.len;
	if (out.data == NULL)
	{
		if (trailing || err.code == CT_ERR_NONE)
			return ct_give_reject(s, item, (ct_slice) {rest.ptr, out.consumed}, CT_ERR_EMPTY, 0);
		return ct_give_reject(s, item, rest, err.code, err.offset);
	}
	s->allowance -= out.len;
	if (!ct_push_level(s, out.data, out.len, out.data, out.len))
	{
		rest.len = trailing ? out.consumed : rest.len;
		return ct_give_reject(s, item, rest, CT_ERR_NESTING, 0);
	}
	ct_top(s)->room = out.room;
	if (!trailing && err.code != CT_ERR_NONE)
	{
		/* Said once is enough, if the input itself was cut. */
		level->ended = level->fault.code != CT_ERR_NONE;
		ct_top(s)->fault = err;
	}
	return false;
}

bool
ct_take_span(ct_splitter *s, ct_item *item, ct_slice span)
{
	if (!ct_push_level(s, span.ptr, span.len, NULL, 0))
		return ct_give_reject(s, item, span, CT_ERR_NESTING, 0);
	return false;
}
