/*
 * parse.c: strict parsing of NDJSON on one core, by our scanner and by json-c.
 *
 * usage: parse FILE; prints seconds for each, best of the passes given
 */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "record.h"

#define PASSES 3

/* Seconds of a clock that only goes forward. */
static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

/* Reads all of a file. */
static char *
read_file(const char *name, size_t *len)
{
	FILE	   *file = fopen(name, "rb");
	char	   *bytes;

	if (file == NULL || fseek(file, 0, SEEK_END) != 0)
		exit(1);
	*len = ftell(file);
	rewind(file);
	bytes = malloc(*len + 1);
	if (bytes == NULL || fread(bytes, 1, *len, file) != *len)
		exit(1);
	bytes[*len] = '\0';
	fclose(file);
	return bytes;
}

/* Scans every line, as COPY of NDJSON does, and counts records by a field. */
static long
scan_lines(const char *bytes, size_t len)
{
	static ct_habits habits;
	ct_record	rec;
	ct_error	err;
	long		found = 0;

	for (const char *line = bytes; line < bytes + len;)
	{
		const char *end = memchr(line, '\n', bytes + len - line);
		size_t		pos = 0;

		if (end == NULL)
			end = bytes + len;
		if (!ct_scan_next(line, end - line, &pos, &rec, &habits, &err))
			exit(1);
		found += ct_has(&rec, CT_FIELD_event_name);
		line = end + 1;
	}
	return found;
}

/* The same by json-c: tokener and one lookup, its objects freed. */
static long
jsonc_lines(const char *bytes, size_t len)
{
	json_tokener *tokener = json_tokener_new_ex(2000);
	long		found = 0;

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	for (const char *line = bytes; line < bytes + len;)
	{
		const char *end = memchr(line, '\n', bytes + len - line);
		json_object *object;

		if (end == NULL)
			end = bytes + len;
		json_tokener_reset(tokener);
		object = json_tokener_parse_ex(tokener, line, end - line);
		if (object == NULL)
			exit(1);
		found += json_object_object_get_ex(object, "eventName", NULL);
		json_object_put(object);
		line = end + 1;
	}
	json_tokener_free(tokener);
	return found;
}

/* Times the passes of one way and prints the best. */
static void
measure(const char *name, long (*way) (const char *, size_t), const char *bytes, size_t len)
{
	double		best = 1e9;
	long		found = 0;

	for (int i = 0; i < PASSES; i++)
	{
		double		start = now();

		found = way(bytes, len);
		start = now() - start;
		if (start < best)
			best = start;
	}
	printf("%s %.6f %ld\n", name, best, found);
}

int
main(int argc, char **argv)
{
	size_t		len;
	char	   *bytes = read_file(argv[argc - 1], &len);

	measure("cloudtrail", scan_lines, bytes, len);
	measure("json-c", jsonc_lines, bytes, len);
	return 0;
}
