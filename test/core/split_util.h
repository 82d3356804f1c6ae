/*
 * split_util.h: what the tests of the splitter share.
 */
#ifndef CT_SPLIT_UTIL_H
#define CT_SPLIT_UTIL_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <zlib.h>
#include <zstd.h>

#include "core/container/container.h"
#include "core/event/embedded.h"
#include "core/event/record_read.h"
#include "exact.h"
#include "tap.h"

/* An event of a name. */
#define E(name) "{\"eventVersion\":\"1.08\",\"eventTime\":\"2024-05-01T10:00:00Z\",\"eventName\":\"" name "\"}"

__attribute__((format(printf, 2, 3)))
static inline void
addf(buffer *t, const char *format,...)
{
	char		line[4096];
	va_list		args;
	int			n;

	va_start(args, format);
	n = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	put(t, line, (size_t) n);
}

static inline buffer
make(const char *s)
{
	buffer		t = {0};

	put(&t, s, strlen(s));
	return t;
}

/* Turns text into a JSON string, and releases it. */
static inline buffer
quoted(buffer from)
{
	buffer		t = make("\"");

	for (size_t i = 0; i < from.len; i++)
	{
		if (from.ptr[i] == '"' || from.ptr[i] == '\\')
			put(&t, "\\", 1);
		if (from.ptr[i] == '\n')
			put(&t, "\\n", 2);
		else
			put(&t, from.ptr + i, 1);
	}
	put(&t, "\"", 1);
	free(from.ptr);
	return t;
}

static inline buffer
gzipped(buffer from)
{
	z_stream	z = {0};
	buffer		t = {0};

	deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
	t.size = deflateBound(&z, from.len) + 64;
	t.ptr = malloc(t.size);
	z.next_in = (Bytef *) from.ptr;
	z.avail_in = (uInt) from.len;
	z.next_out = (Bytef *) t.ptr;
	z.avail_out = (uInt) t.size;
	deflate(&z, Z_FINISH);
	t.len = z.total_out;
	deflateEnd(&z);
	free(from.ptr);
	return t;
}

static inline buffer
zstded(buffer from)
{
	buffer		t = {0};

	t.size = ZSTD_compressBound(from.len);
	t.ptr = malloc(t.size + 1);
	t.len = ZSTD_compress(t.ptr, t.size, from.ptr, from.len, 1);
	free(from.ptr);
	return t;
}

static inline buffer
base64(buffer from)
{
	buffer		t = {0};

	t.size = from.len / 3 * 4 + 8;
	t.ptr = malloc(t.size);
	t.len = (size_t) EVP_EncodeBlock((unsigned char *) t.ptr, (unsigned char *) from.ptr, (int) from.len);
	free(from.ptr);
	return t;
}

/* What splitting a blob gave. */
typedef struct result
{
	size_t		events;
	size_t		notices;
	size_t		rejects;
	size_t		bytes;			/* of all items' texts */
	size_t		uncovered;		/* bytes of the blob that are in no text, brackets and space aside */
	bool		sound;			/* items keep what container.h promises */
	buffer		story;			/* "A|!DIGEST|?EOF@3:{"a" for an event A, a notice, a reject */
} result;

static const char *const code_names[] = {
#define CT_ERROR(code, message) #code,
#include "core/base/errorlist.h"
#undef CT_ERROR
};

static const char *const notice_names[] = {
#define CT_NOTICE(name, kind, text) #name,
#include "core/container/noticelist.h"
#undef CT_NOTICE
};

/* Checks an event: it must be readable from its text alone, and as the splitter read it. */
static inline bool
is_sound_event(const ct_item *item)
{
	ct_record	rec;
	ct_error	err;
	char	   *copy = malloc(item->text.len);
	char	   *room;
	bool		sound;

	memcpy(copy, item->text.ptr, item->text.len);
	sound = ct_record_read(copy, item->text.len, &rec, NULL, &err);
	room = malloc(sound ? ct_embedded_size(&rec) : 0);
	if (sound)
		ct_open_embedded(&rec, room, ct_embedded_size(&rec));
	sound = sound && item->rec != NULL &&
		item->rec->json == item->text.ptr && item->rec->length == item->text.len &&
		item->rec->event_time == rec.event_time && copy[0] == '{' &&
		copy[item->text.len - 1] == '}' &&
		memcmp(item->rec->present, rec.present, sizeof(rec.present)) == 0;
	free(room);
	free(copy);
	return sound;
}

static inline void
note_item(result *r, const ct_item *item)
{
	r->bytes += item->text.len;
	if (r->story.len > 0)
		put(&r->story, "|", 1);
	if (item->kind == CT_ITEM_EVENT)
	{
		ct_slice	name = ct_raw(item->rec, CT_FIELD_event_name);

		r->events++;
		r->sound &= is_sound_event(item);
		put(&r->story, name.len ? name.ptr : "-", name.len ? name.len : 1);
		return;
	}
	r->sound &= item->rec == NULL && item->text.ptr != NULL && item->error.offset <= item->text.len &&
		(item->error.code == CT_ERR_NONE) == (item->kind == CT_ITEM_NOTICE) &&
		(item->notice == CT_NOTICE_NONE) == (item->kind == CT_ITEM_REJECT);
	if (item->kind == CT_ITEM_NOTICE)
	{
		r->notices++;
		addf(&r->story, "!%s", notice_names[item->notice]);
		return;
	}
	r->rejects++;
	addf(&r->story, "?%s@%zu:", code_names[item->error.code], item->error.offset);
	put(&r->story, item->text.ptr, item->text.len);
}

/* Splits a copy of a blob that has not a byte behind it. */
static inline result
split(const char *blob, size_t len)
{
	char	   *copy = malloc(len ? len : 1);
	char	   *covered = calloc(len + 1, 1);
	ct_splitter *s;
	ct_item		item;
	result		r = {.sound = true};
	result		again = {.sound = true};

	memcpy(copy, blob, len);
	put(&r.story, "", 0);
	put(&again.story, "", 0);
	s = ct_splitter_new(copy, len);
	while (ct_splitter_next(s, &item))
	{
		note_item(&r, &item);
		if (item.text.ptr >= copy && item.text.ptr <= copy + len)
			memset(covered + (item.text.ptr - copy), 1, item.text.len);
	}
	for (size_t i = 0; i < len; i++)
		r.uncovered += !covered[i] && memchr(" \t\r\n,[]{}", copy[i], 9) == NULL;
	free(covered);
	r.sound &= !ct_splitter_next(s, &item);

	/* The same comes of a splitter that was used before, even if not to the end. */
	ct_splitter_restart(s, copy, len);
	ct_splitter_next(s, &item);
	ct_splitter_restart(s, copy, len);
	while (ct_splitter_next(s, &item))
		note_item(&again, &item);
	r.sound &= again.sound && again.story.len == r.story.len &&
		memcmp(again.story.ptr, r.story.ptr, r.story.len) == 0;
	free(again.story.ptr);
	ct_splitter_free(s);
	free(copy);
	return r;
}

/* Tests that splitting a blob gives a story. */
static inline bool
splits_blob(const char *blob, size_t len, const char *story, const char *name)
{
	result		r = split(blob, len);
	bool		passed = ok(r.sound && strcmp(r.story.ptr, story) == 0, "%s", name);

	if (!passed)
		printf("# got      %.2000s%s\n# expected %.2000s\n", r.story.ptr, r.sound ? "" : " (unsound)", story);
	free(r.story.ptr);
	return passed;
}

/* The same for a literal. */
static inline bool
splits(const char *blob, const char *story, const char *name)
{
	return splits_blob(blob, strlen(blob), story, name);
}

/* The same for a text, which is released. */
static inline bool
splits_text(buffer blob, const char *story, const char *name)
{
	bool		passed = splits_blob(blob.ptr, blob.len, story, name);

	free(blob.ptr);
	return passed;
}

/* A sequence of numbers that look random, the same each time. */
static inline uint32_t
random_number(uint64_t *state, uint32_t below)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t) ((*state >> 33) % below);
}

#endif							/* CT_SPLIT_UTIL_H */
