/*
 * edit.c: changes to a finished record, for those that are meant to be odd.
 */
#include "edit.h"

/* The byte after the value that starts at i, of JSON without needless space. */
static size_t
skip_value(const text *t, size_t i)
{
	int			depth = 0;

	for (; i < t->len; i++)
	{
		char		c = t->data[i];

		if (c == '"')
			for (i++; t->data[i] != '"'; i++)
				i += t->data[i] == '\\';
		else if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && depth-- == 0)
			return i;
		else if (c == ',' && depth == 0)
			return i;
	}
	return i;
}

/* Finds a member of the outer object. */
bool
edit_find(const text *record, const char *key, member *found)
{
	size_t		len = strlen(key);

	for (size_t i = 1; i < record->len; i = found->end + 1)
	{
		size_t		close = i + 1;

		while (record->data[close] != '"')
			close += record->data[close] == '\\' ? 2 : 1;
		found->key = i;
		found->value = close + 2;
		found->end = skip_value(record, found->value);
		if (close - i - 1 == len && memcmp(record->data + i + 1, key, len) == 0)
			return true;
	}
	return false;
}

/* Replaces the bytes between two places. */
void
edit_splice(text *record, size_t from, size_t to, const char *data, size_t len)
{
	size_t		rest = record->len - to;

	if (record->size < record->len + len)
		text_grow(record, len);
	memmove(record->data + from + len, record->data + to, rest);
	memcpy(record->data + from, data, len);
	record->len = from + len + rest;
}

/* Adds a member, key and all, at the end. */
void
edit_append(text *record, const char *member_text, size_t len)
{
	record->len--;
	text_addc(record, ',');
	text_add(record, member_text, len);
	text_addc(record, '}');
}

/* Gives a member another value; adds it where there is none. */
void
edit_set(text *record, const char *key, const char *value, size_t len)
{
	member		m;
	text		added = {0};

	if (edit_find(record, key, &m))
	{
		edit_splice(record, m.value, m.end, value, len);
		return;
	}
	text_addc(&added, '"');
	text_adds(&added, key);
	text_lit(&added, "\":");
	text_add(&added, value, len);
	edit_append(record, added.data, added.len);
	text_free(&added);
}

/* Takes a member out. */
void
edit_remove(text *record, const char *key)
{
	member		m;

	if (!edit_find(record, key, &m))
		return;
	if (record->data[m.end] == ',')
		edit_splice(record, m.key, m.end + 1, "", 0);
	else
		edit_splice(record, m.key - 1, m.end, "", 0);
}
