/*
 * broken.c: records that are no events: text that is no JSON, JSON that is no
 * object, and objects without a time that can be read.
 */
#include "edit.h"
#include "hostile.h"

/* A way to be broken: the whole text, a member's text, or a function. */
typedef struct breakage
{
	const char *name;
	const char *whole;
	const char *key;
	const char *value;
	void		(*change) (text *record, scene *s);
} breakage;

/* Cuts the record off somewhere. */
static void
cut_off(text *record, scene *s)
{
	record->len = 1 + rng_below(s->rng, (uint32_t) record->len - 1);
}

/* Leaves the last brace out. */
static void
leave_open(text *record, scene *s)
{
	(void) s;
	record->len--;
}

/* Leaves eventTime out. */
static void
lose_time(text *record, scene *s)
{
	(void) s;
	edit_remove(record, "eventTime");
}

/* Puts a comma before the last brace. */
static void
trail_comma(text *record, scene *s)
{
	(void) s;
	edit_splice(record, record->len - 1, record->len, ",}", 2);
}

/* Puts text after the record. */
static void
add_rest(text *record, scene *s)
{
	(void) s;
	text_lit(record, " trailing text");
}

/* Takes the colon after the first key out. */
static void
lose_colon(text *record, scene *s)
{
	member		m;

	(void) s;
	if (edit_find(record, "eventSource", &m))
		edit_splice(record, m.value - 1, m.value, " ", 1);
}

/* Writes a comment into the record. */
static void
add_comment(text *record, scene *s)
{
	(void) s;
	edit_splice(record, 1, 1, "/* note */", 10);
}

/* Puts a byte order mark and more in front. */
static void
add_prefix(text *record, scene *s)
{
	(void) s;
	edit_splice(record, 0, 0, "2024-01-01T00:00:00Z INFO ", 26);
}

static const breakage breakages[] = {
	{"truncated", .change = cut_off},
	{"number", .whole = "42"},
	{"string", .whole = "\"x\""},
	{"null", .whole = "null"},
	{"empty-array", .whole = "[]"},
	{"empty-object", .whole = "{}"},
	{"no-event-time", .change = lose_time},
	{"unreadable-time", .key = "eventTime", .value = "\"yesterday\""},
	{"empty-time", .key = "eventTime", .value = "\"\""},
	{"null-time", .key = "eventTime", .value = "null"},
	{"impossible-time", .key = "eventTime", .value = "\"2024-13-45T25:61:61Z\""},
	{"time-is-object", .key = "eventTime", .value = "{\"seconds\":1}"},
	{"invalid-utf8", .key = "userAgent", .value = "\"agent \xff\xfe end\""},
	{"overlong-utf8", .key = "userAgent", .value = "\"agent \xc0\xaf end\""},
	{"utf8-surrogate", .key = "userAgent", .value = "\"agent \xed\xa0\x80 end\""},
	{"cut-utf8", .key = "userAgent", .value = "\"agent \xe2\x82\""},
	{"control-character", .key = "userAgent", .value = "\"agent \x01 end\""},
	{"raw-tab", .key = "userAgent", .value = "\"agent \t end\""},
	{"trailing-comma", .change = trail_comma},
	{"unclosed", .change = leave_open},
	{"unclosed-string", .key = "eventID", .value = "\"abc"},
	{"bad-escape", .key = "userAgent", .value = "\"\\x41\""},
	{"short-unicode-escape", .key = "userAgent", .value = "\"\\u12\""},
	{"leading-zero", .key = "requestParameters", .value = "{\"a\":01}"},
	{"bare-point", .key = "requestParameters", .value = "{\"a\":1.}"},
	{"not-a-number", .key = "requestParameters", .value = "{\"a\":NaN}"},
	{"bad-literal", .key = "readOnly", .value = "True"},
	{"single-quotes", .key = "userAgent", .value = "'agent'"},
	{"unquoted-key", .key = "requestParameters", .value = "{a:1}"},
	{"mismatched-brackets", .key = "requestParameters", .value = "{\"a\":[1}"},
	{"missing-colon", .change = lose_colon},
	{"comment", .change = add_comment},
	{"text-before", .change = add_prefix},
	{"text-after", .change = add_rest},
};

#define BREAKAGES ((uint32_t) (sizeof(breakages) / sizeof(*breakages)))

const char *
broken_apply(text *record, scene *s)
{
	static uint32_t next;
	const breakage *b = &breakages[next];

	next = (next + 1) % BREAKAGES;
	if (b->whole != NULL)
		edit_splice(record, 0, record->len, b->whole, strlen(b->whole));
	else if (b->key != NULL)
		edit_set(record, b->key, b->value, strlen(b->value));
	else
		b->change(record, s);
	return b->name;
}
