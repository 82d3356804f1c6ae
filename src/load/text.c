/*
 * text.c: texts for terminals and for the server, and memory for them.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"
#include "options.h"
#include "text.h"

/* Length of the UTF-8 sequence that begins with a lead byte. */
static size_t
sequence_length(unsigned char lead)
{
	return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/* Length of the character at p; 0 where it is no UTF-8. */
static size_t
character_length(const char *p, const char *end)
{
	size_t		length;

	if (!(*p & 0x80))
		return 1;
	length = sequence_length((unsigned char) *p);
	/* Of the run that may follow, only the first character counts. */
	if ((size_t) (end - p) < length || ct_utf8_run(p, p + length) != length)
		return 0;
	return length;
}

/* Writes text with what could drive a terminal, or is no UTF-8, as \n, \t or \xHH. */
void
put_escaped(FILE *out, const char *text)
{
	const char *end = text + strlen(text);

	while (text < end)
	{
		unsigned char c = (unsigned char) *text;
		size_t		length = character_length(text, end);

		if (c == '\n' || c == '\t')
			fputs(c == '\n' ? "\\n" : "\\t", out);
		else if (c < 0x20 || c == 0x7f || length == 0)
			fprintf(out, "\\x%02x", c);
		else if (c == 0xc2 && (unsigned char) text[1] < 0xa0)
			fprintf(out, "\\xc2\\x%02x", (unsigned char) text[1]);	/* C1: the other control characters */
		else
			fwrite(text, 1, length, out);
		text += length == 0 ? 1 : length;
	}
}

/* Writes a number with commas into room, and returns room. */
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

/* A copy for the server: bytes that are no UTF-8 become %HH. */
char *
valid_utf8(const char *text)
{
	const char *end = text + strlen(text);
	char	   *copy = get_memory(3 * (size_t) (end - text) + 1);
	char	   *p = copy;

	while (text < end)
	{
		size_t		length = character_length(text, end);

		if (length == 0)
			p += sprintf(p, "%%%02X", (unsigned char) *text++);
		else
		{
			memcpy(p, text, length);
			p += length;
			text += length;
		}
	}
	*p = '\0';
	return copy;
}

/* malloc that ends the program where there is no memory. */
void *
get_memory(size_t size)
{
	return resize_memory(NULL, size);
}

/* realloc that ends the program where there is no memory. */
void *
resize_memory(void *memory, size_t size)
{
	memory = realloc(memory, size);
	if (memory == NULL)
		out_of_memory();
	return memory;
}

/* Ends the program for want of memory. */
void
out_of_memory(void)
{
	fputs("cloudtrail-load: out of memory\n", stderr);
	_Exit(EXIT_FAILED);
}

/* Begins a text that is written like a file. */
FILE *
open_text(text_stream *stream)
{
	stream->file = open_memstream(&stream->text, &stream->length);
	if (stream->file == NULL)
		out_of_memory();
	return stream->file;
}

/* Ends it, and returns it. */
char *
close_text(text_stream *stream)
{
	if (fclose(stream->file) != 0)
		out_of_memory();
	return stream->text;
}

/* A copy of a text. */
char *
copy_text(const char *text)
{
	size_t		size = strlen(text) + 1;

	return memcpy(get_memory(size), text, size);
}
