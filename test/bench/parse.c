/*
 * parse.c: strict parsing of NDJSON on one core, by this project's scanner and
 * by json-c; with the lookup of the fields that an auditor asks for.
 *
 * usage: parse cloudtrail|json-c FILE
 *
 * Prints the CPU time of one pass in seconds, how many events there were and
 * how many of the fields were strings.  A pass before it warms everything up.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/event/record_read.h"
#include "core/event/scan.h"

typedef struct counts
{
	long		events;
	long		fields;
} counts;

static const ct_field wanted[] = {
	CT_FIELD_user_arn, CT_FIELD_event_time, CT_FIELD_event_source, CT_FIELD_event_name, CT_FIELD_aws_region,
	CT_FIELD_source_ip_address, CT_FIELD_error_code, CT_FIELD_event_id, CT_FIELD_recipient_account_id
};

/* The same for json-c; userIdentity.arn apart. */
static const char *const wanted_keys[] = {
	"eventTime", "eventSource", "eventName", "awsRegion",
	"sourceIPAddress", "errorCode", "eventID", "recipientAccountId"
};

/* Ends the program with a reason. */
static void
fail(const char *reason)
{
	fprintf(stderr, "parse: %s\n", reason);
	exit(1);
}

/* Reads all of a file. */
static char *
read_file(const char *name, size_t *len)
{
	FILE	   *file = fopen(name, "rb");
	char	   *bytes;

	if (file == NULL || fseek(file, 0, SEEK_END) != 0)
		fail("cannot open the file");
	*len = ftell(file);
	rewind(file);
	bytes = malloc(*len);
	if (bytes == NULL || fread(bytes, 1, *len, file) != *len)
		fail("cannot read the file");
	fclose(file);
	return bytes;
}

/* Reads a line as the type's input function does. */
static void
read_cloudtrail(const char *line, size_t len, counts *n)
{
	static ct_habits habits;
	ct_record	rec;
	ct_error	err;

	if (!ct_record_read(line, len, &rec, &habits, &err))
		fail("cloudtrail refuses an event");
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		n->fields += ct_type_of(&rec, wanted[i]) == CT_STRING;
}

/* Tells whether an object of json-c has a string under a key. */
static bool
has_string(json_object *object, const char *key)
{
	json_object *value;

	return json_object_object_get_ex(object, key, &value) && json_object_is_type(value, json_type_string);
}

/* Reads a line by json-c, whose tokener is kept from line to line. */
static void
read_jsonc(const char *line, size_t len, counts *n)
{
	static json_tokener *tokener;
	json_object *record;
	json_object *identity;

	if (tokener == NULL)
	{
		tokener = json_tokener_new_ex(CT_DEPTH_MAX);
		json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	}
	json_tokener_reset(tokener);
	record = json_tokener_parse_ex(tokener, line, (int) len);
	if (record == NULL || json_tokener_get_parse_end(tokener) != len)
		fail("json-c refuses an event");
	if (json_object_object_get_ex(record, "userIdentity", &identity))
		n->fields += has_string(identity, "arn");
	for (size_t i = 0; i < sizeof(wanted_keys) / sizeof(*wanted_keys); i++)
		n->fields += has_string(record, wanted_keys[i]);
	json_object_put(record);
}

/* Reads all lines one way. */
static counts
read_lines(const char *bytes, size_t len, void (*way) (const char *, size_t, counts *))
{
	counts		n = {0, 0};

	for (const char *line = bytes; line < bytes + len;)
	{
		const char *end = memchr(line, '\n', bytes + len - line);

		if (end == NULL)
			end = bytes + len;
		way(line, end - line, &n);
		n.events++;
		line = end + 1;
	}
	return n;
}

/* Seconds that this process has spent computing. */
static double
cpu_time(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

int
main(int argc, char **argv)
{
	void		(*way) (const char *, size_t, counts *);
	size_t		len;
	char	   *bytes;
	double		start;
	counts		n;

	if (argc != 3)
		fail("usage: parse cloudtrail|json-c FILE");
	way = strcmp(argv[1], "json-c") == 0 ? read_jsonc : read_cloudtrail;
	bytes = read_file(argv[2], &len);
	read_lines(bytes, len, way);
	start = cpu_time();
	n = read_lines(bytes, len, way);
	printf("%.6f %ld %ld\n", cpu_time() - start, n.events, n.fields);
	return 0;
}
