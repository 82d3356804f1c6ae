/*
 * embedded.c: fields of a record that hold their JSON as a string.
 */
#include <string.h>

#include "core/base/utf8.h"
#include "core/event/embedded.h"
#include "core/event/scan.h"
#include "core/json/token.h"

/* The fields that are objects or arrays, parents before what is in them. */
static const struct
{
	ct_field	field;
	const char *path;
}			fields[] = {
#define CT_JSON_jsonb(name, path) {CT_FIELD_##name, path},
#define CT_JSON_text(name, path)
#define CT_JSON_boolean(name, path)
#define CT_JSON_timestamptz(name, path)
#define CT_FIELD(name, path, type, comment) CT_JSON_##type(name, path)
#define CT_INNER(name, path)
#define CT_DERIVED(name, type, comment)
#include "core/event/fieldlist.h"
#undef CT_FIELD
#undef CT_INNER
#undef CT_DERIVED
#undef CT_JSON_jsonb
#undef CT_JSON_text
#undef CT_JSON_boolean
#undef CT_JSON_timestamptz
};

/* A text of JSON in a JSON string, nested in one another at most this often by the field table. */
#define LEVELS_MAX		3

/* Room for the keys around all fields. */
#define KEYS_SIZE		4096

/* Whether a field may be a string that holds JSON. */
static bool
may_be_embedded(const ct_record *rec, size_t i)
{
	ct_slice	raw;

	if (ct_type_of(rec, fields[i].field) != CT_STRING)
		return false;
	raw = ct_raw(rec, fields[i].field);
	return raw.len >= 2 && (raw.ptr[0] == '{' || raw.ptr[0] == '[');
}

size_t
ct_embedded_size(const ct_record *rec)
{
	for (size_t i = 0; i < CT_LENGTHOF(fields); i++)
	{
		if (may_be_embedded(rec, i))
			return LEVELS_MAX * rec->length + KEYS_SIZE;
	}
	return 0;
}

/*
 * Writes a field's text as the record of that field alone, and tells where the
 * text lies in it; NULL if there is no room for it.
 */
static char *
write_alone(const ct_record *rec, size_t i, char *out, const char *end, ct_slice *text)
{
	ct_slice	raw = ct_raw(rec, fields[i].field);
	const char *key = fields[i].path;
	int			depth = 0;

	if ((size_t) (end - out) < raw.len + 8 * strlen(key))
		return NULL;
	for (;;)
	{
		size_t		len = strcspn(key, ".");

		memcpy(out, "{\"", 2);
		memcpy(out + 2, key, len);
		memcpy(out + 2 + len, "\":", 2);
		out += len + 4;
		depth++;
		if (key[len] == '\0')
			break;
		key += len + 1;
	}
	*text = (ct_slice) {out, ct_unescape(raw.ptr, raw.len, out)};
	out += text->len;
	memset(out, '}', depth);
	return out + depth;
}

/*
 * Whether the field holds all of the text: one that closes the field's
 * object itself would write other fields of the event.
 */
static bool
holds(const ct_record *alone, ct_field field, ct_slice text)
{
	ct_slice	raw = ct_raw(alone, field);
	const char *end = text.ptr + text.len;

	return ct_type_of(alone, field) >= CT_OBJECT && raw.ptr == text.ptr &&
		ct_skip_blanks(raw.ptr + raw.len, end) == end;
}

/* Takes over what a field and those under it are in the record of that field alone. */
static void
take_fields(ct_record *rec, const ct_record *alone, ct_field from)
{
	uint32_t	base = (uint32_t) (rec->length + (alone->json - rec->embedded));

	for (int i = from; i < CT_FIELD_COUNT; i++)
	{
		if (!ct_has(alone, (ct_field) i))
			continue;
		rec->value[i] = alone->value[i];
		rec->value[i].offset += base;
		rec->present[i / 64] |= (uint64_t) 1 << (i % 64);
	}
	rec->quirks |= alone->quirks;
}

void
ct_open_embedded(ct_record *rec, char *room, size_t size)
{
	char	   *next = room;
	ct_record	alone;
	ct_error	err;

	for (size_t i = 0; i < CT_LENGTHOF(fields); i++)
	{
		char	   *end;
		size_t		pos = 0;
		ct_slice	text;

		if (!may_be_embedded(rec, i) ||
			(end = write_alone(rec, i, next, room + size, &text)) == NULL)
			continue;
		if (!ct_scan(next, end - next, &pos, &alone, &err) || next + pos != end ||
			!holds(&alone, fields[i].field, text))
			continue;
		rec->embedded = room;
		take_fields(rec, &alone, fields[i].field);
		next = end;
	}
}
