/*
 * text.c: texts for terminals and for the server, and memory for them.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/visible.h"
#include "options.h"
#include "text.h"

void
put_escaped(FILE *out, const char *text)
{
	const char *end = text + strlen(text);

	while (text < end)
	{
		char		room[CT_SPELLING_ROOM];
		size_t		length;
		ct_slice	shown = ct_spell_character(text, end, room, &length);

		if (*text == '\n' || *text == '\t')
			fputs(*text == '\n' ? "\\n" : "\\t", out);
		else
			fwrite(shown.ptr, 1, shown.len, out);
		text += length;
	}
}

char *
with_commas(char room[COUNT_ROOM], uint64_t number)
{
	char		digits[COUNT_ROOM];
	int			count = snprintf(digits, sizeof(digits), "%" PRIu64, number);
	char	   *p = room;

	for (int i = 0; i < count; i++)
	{
		if (i > 0 && (count - i) % 3 == 0)
			*p++ = ',';
		*p++ = digits[i];
	}
	*p = '\0';
	return room;
}

char *
valid_utf8(const char *text)
{
	const char *end = text + strlen(text);
	char	   *copy = get_memory(3 * (size_t) (end - text) + 1);
	char	   *p = copy;

	while (text < end)
	{
		uint32_t	code;
		size_t		length;

		if (!ct_read_character(text, end, &code, &length))
			p += sprintf(p, "%%%02X", (unsigned char) *text);
		else
			p = (char *) memcpy(p, text, length) + length;
		text += length;
	}
	*p = '\0';
	return copy;
}

char *
text_array(char *const *texts, int count)
{
	size_t		room = 3;
	char	   *array;
	char	   *p;

	for (int i = 0; i < count; i++)
		room += 2 * strlen(texts[i]) + 3;
	p = array = get_memory(room);
	*p++ = '{';
	for (int i = 0; i < count; i++)
	{
		if (i > 0)
			*p++ = ',';
		*p++ = '"';
		for (const char *t = texts[i]; *t != '\0'; t++)
		{
			if (*t == '"' || *t == '\\')
				*p++ = '\\';
			*p++ = *t;
		}
		*p++ = '"';
	}
	*p++ = '}';
	*p = '\0';
	return array;
}

void *
get_memory(size_t size)
{
	return resize_memory(NULL, size);
}

void *
resize_memory(void *memory, size_t size)
{
	memory = realloc(memory, size);
	if (memory == NULL)
		out_of_memory();
	return memory;
}

void
out_of_memory(void)
{
	fputs("cloudtrail-load: out of memory\n", stderr);
	_Exit(EXIT_FAILED);
}

FILE *
open_text(text_stream *stream)
{
	stream->file = open_memstream(&stream->text, &stream->length);
	if (stream->file == NULL)
		out_of_memory();
	return stream->file;
}

char *
close_text(text_stream *stream)
{
	if (fclose(stream->file) != 0)
		out_of_memory();
	return stream->text;
}

char *
copy_text(const char *text)
{
	size_t		size = strlen(text) + 1;

	return memcpy(get_memory(size), text, size);
}
