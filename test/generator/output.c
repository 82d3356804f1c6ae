/*
 * output.c: writes records to standard output in the container asked for.
 */
#include <stdio.h>

#include "output.h"

#define FLUSH_AT (1 << 20)

static format chosen;
static text buffer;
static int64_t count;

/* Writes out what is buffered. */
static void
flush(void)
{
	if (fwrite(buffer.data, 1, buffer.len, stdout) != buffer.len)
		die("cannot write to standard output");
	buffer.len = 0;
}

/* Begins the output. */
void
output_open(const options *o, const world *w)
{
	chosen = o->format;
	text_grow(&buffer, FLUSH_AT + (1 << 16));
	if (chosen == FORMAT_S3)
		s3_open(o->out, o->events_per_file, w);
	else if (chosen == FORMAT_RECORDS)
		text_lit(&buffer, "{\"Records\":[");
	else if (chosen == FORMAT_LOOKUP)
		text_lit(&buffer, "{\n    \"Events\": [");
	else if (chosen == FORMAT_CWLOGS)
		envelope_cwlogs_head(&buffer, w);
}

/* Writes one record. */
void
output_record(const text *record, const scene *s)
{
	const char *separator = count++ ? "," : "";

	switch (chosen)
	{
		case FORMAT_NDJSON:
			text_add(&buffer, record->data, record->len);
			text_addc(&buffer, '\n');
			break;
		case FORMAT_S3:
			s3_record(record, s);
			break;
		case FORMAT_RECORDS:
			text_adds(&buffer, separator);
			text_add(&buffer, record->data, record->len);
			break;
		case FORMAT_LOOKUP:
			text_adds(&buffer, separator);
			envelope_lookup(&buffer, record, s);
			break;
		case FORMAT_EVENTBRIDGE:
			envelope_eventbridge(&buffer, record, s);
			text_addc(&buffer, '\n');
			break;
		case FORMAT_CWLOGS:
			text_adds(&buffer, separator);
			envelope_cwlogs(&buffer, record, s);
			break;
	}
	if (buffer.len >= FLUSH_AT)
		flush();
}

/* Ends the output. */
void
output_close(void)
{
	if (chosen == FORMAT_S3)
		s3_close();
	else if (chosen == FORMAT_RECORDS)
		text_lit(&buffer, "]}\n");
	else if (chosen == FORMAT_LOOKUP)
		text_lit(&buffer, "\n    ]\n}\n");
	else if (chosen == FORMAT_CWLOGS)
		text_lit(&buffer, "]}\n");
	flush();
	if (fflush(stdout) != 0)
		die("cannot write to standard output");
	text_free(&buffer);
}
