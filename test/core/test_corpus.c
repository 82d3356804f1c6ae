/*
 * test_corpus.c: real records, read as json-c reads them.
 *
 * CLOUDTRAIL_CORPUS names a folder with awsdocs.ndjson and seed/.
 */
#include <glob.h>

#include "oracle.h"
#include "exact.h"
#include "core/event/record_read.h"
#include "tap.h"

/* Reads a file into a text; false if that cannot be done. */
static bool
read_file(const char *path, buffer *b)
{
	FILE	   *file = fopen(path, "rb");
	char		chunk[65536];
	size_t		n;

	if (file == NULL)
		return false;
	b->len = 0;
	while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0)
		put(b, chunk, n);
	fclose(file);
	return true;
}

/* Compares one record to json-c's; what names it. */
static void
try_record(const char *ptr, size_t len, ct_habits *habits, const char *what)
{
	char	   *terminated = strndup(ptr, len);
	char	   *copy = exact_copy(ptr, len);
	struct json_object *tree = NULL;
	ct_record	rec;
	ct_error	err = {0};
	const char *field = NULL;

	if (!ok(ct_record_read(copy, len, &rec, habits, &err), "%s is a record", what))
		printf("# %s at %zu\n", ct_error_message(err.code), err.offset);
	else if (!ok(judge(terminated, len, &tree) == VERDICT_VALID &&
				 (field = differing_field(&rec, tree)) == NULL, "%s: its fields are json-c's", what))
		printf("# %s\n", field ? field : "json-c refuses it");
	json_object_put(tree);
	free(copy);
	free(terminated);
}

/* Tries each line of a file. */
static void
try_lines(const char *path)
{
	buffer		b = {0};
	ct_habits	habits = {0};
	char		what[64];
	int			line = 0;

	if (ok(read_file(path, &b), "%s can be read", path))
	{
		for (char *p = strtok(b.ptr, "\n"); p != NULL; p = strtok(NULL, "\n"))
		{
			snprintf(what, sizeof(what), "line %d", ++line);
			try_record(p, strlen(p), &habits, what);
		}
	}
	free(b.ptr);
}

/* Tries a file that holds one record, Records[] of them, or Events[] of lookup-events. */
static void
try_file(const char *path)
{
	buffer		b = {0};
	struct json_object *tree = NULL;
	struct json_object *list = NULL;
	const char *name = strrchr(path, '/') + 1;
	size_t		count;

	if (!ok(read_file(path, &b) && judge(b.ptr, b.len, &tree) == VERDICT_VALID, "%s is JSON", name))
		return;
	if (!json_object_object_get_ex(tree, "Records", &list) &&
		!json_object_object_get_ex(tree, "Events", &list))
		try_record(b.ptr, b.len, NULL, name);
	count = list ? json_object_array_length(list) : 0;
	for (size_t i = 0; i < count; i++)
	{
		struct json_object *item = json_object_array_get_idx(list, i);
		struct json_object *inner;
		const char *text;
		char		what[300];

		snprintf(what, sizeof(what), "%s, record %zu", name, i + 1);
		text = json_object_object_get_ex(item, "CloudTrailEvent", &inner) ?
			json_object_get_string(inner) : json_object_to_json_string(item);
		try_record(text, strlen(text), NULL, what);
	}
	json_object_put(tree);
	free(b.ptr);
}

int
main(void)
{
	const char *corpus = getenv("CLOUDTRAIL_CORPUS");
	char		path[4096];
	glob_t		seed;

	if (corpus == NULL || *corpus == '\0')
	{
		printf("# CLOUDTRAIL_CORPUS is unset: corpus tests skipped\n");
		printf("1..0 # SKIP CLOUDTRAIL_CORPUS is unset\n");
		return 0;
	}
	snprintf(path, sizeof(path), "%s/awsdocs.ndjson", corpus);
	try_lines(path);
	snprintf(path, sizeof(path), "%s/seed/*.json", corpus);
	if (ok(glob(path, 0, NULL, &seed) == 0, "%s", path))
	{
		for (size_t i = 0; i < seed.gl_pathc; i++)
			try_file(seed.gl_pathv[i]);
		globfree(&seed);
	}
	return done_testing();
}
