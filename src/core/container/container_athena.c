/*
 * container_athena.c: what aws athena get-query-results prints.
 *
 * {"ResultSet": {"Rows": [{"Data": [{"VarCharValue": "..."}, {}]}],
 * "ResultSetMetadata": {"ColumnInfo": [{"Name": "..."}]}}}: cells as the same
 * query writes them to its CSV, which is what is made of them here.  The first
 * page of a result begins with the names of the columns; others do not.
 */
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "core/base/memory_probe.h"
#include "core/container/container_athena.h"
#include "core/container/container_json.h"
#include "core/event/scan.h"

/* A text that grows; ptr is NULL when memory ran out. */
typedef struct csv_text
{
	char	   *ptr;
	size_t		len;
	size_t		size;
} csv_text;

/* Adds bytes to a text. */
static void
put_bytes(csv_text *csv, const char *bytes, size_t len)
{
	if (csv->ptr != NULL && csv->len + len > csv->size)
	{
		char	   *larger;

		csv->size = 2 * (csv->len + len);
		larger = realloc(csv->ptr, csv->size);
		if (larger == NULL)
			free(csv->ptr);
		csv->ptr = larger;
	}
	if (csv->ptr == NULL)
		return;
	memcpy(csv->ptr + csv->len, bytes, len);
	csv->len += len;
}

/* Adds a cell, in quotes; what is not a text is an empty one. */
static void
put_cell(csv_text *csv, json_object *text)
{
	const char *p = json_object_is_type(text, json_type_string) ?
		json_object_get_string(text) : NULL;
	const char *end = p != NULL ? p + json_object_get_string_len(text) : NULL;

	if (p == NULL)
		return;
	put_bytes(csv, "\"", 1);
	while (p < end)
	{
		const char *quote = memchr(p, '"', end - p);
		size_t		len = (quote != NULL ? quote + 1 : end) - p;

		put_bytes(csv, p, len);
		if (quote != NULL)
			put_bytes(csv, "\"", 1);
		p += len;
	}
	put_bytes(csv, "\"", 1);
}

/* Returns a member of an object; NULL if there is none. */
static json_object *
member(json_object *object, const char *key)
{
	json_object *value = NULL;

	if (json_object_is_type(object, json_type_object))
		json_object_object_get_ex(object, key, &value);
	return value;
}

/* Adds a row of what a key has in the elements of an array. */
static void
put_row(csv_text *csv, json_object *array, const char *key)
{
	size_t		n = json_object_is_type(array, json_type_array) ?
		json_object_array_length(array) : 0;

	for (size_t i = 0; i < n; i++)
	{
		if (i > 0)
			put_bytes(csv, ",", 1);
		put_cell(csv, member(json_object_array_get_idx(array, i), key));
	}
	put_bytes(csv, "\n", 1);
}

/* Adds the rows of a result, its columns' names first. */
static void
put_result(csv_text *csv, json_object *result)
{
	json_object *set = member(result, "ResultSet");
	json_object *rows = member(set, "Rows");
	json_object *columns = member(member(set, "ResultSetMetadata"), "ColumnInfo");
	size_t		header;

	if (json_object_is_type(columns, json_type_array))
		put_row(csv, columns, "Name");
	header = csv->len;
	for (size_t i = 0; i < json_object_array_length(rows); i++)
	{
		size_t		start = csv->len;

		put_row(csv, member(json_object_array_get_idx(rows, i), "Data"), "VarCharValue");
		if (i == 0 && csv->ptr != NULL && csv->len - start == header &&
			memcmp(csv->ptr, csv->ptr + start, header) == 0)
			csv->len = start;	/* the names once more */
	}
}

char *
ct_build_csv(ct_slice result, size_t *len, ct_error *err)
{
	csv_text	csv = {.ptr = malloc(1024), .size = 1024};
	json_object *parsed;

	*err = (ct_error) {CT_ERR_TOO_LARGE, 0};
	if (result.len <= CT_RECORD_MAX)
		err->code = ct_json_obstacle(result.ptr, result.len);
	if (err->code != CT_ERR_NONE)
	{
		free(csv.ptr);
		return NULL;
	}
	err->code = CT_ERR_OUT_OF_MEMORY;
	if (csv.ptr == NULL)
		return NULL;
	parsed = ct_parse_json(result.ptr, result.len);
	if (parsed != NULL)
		put_result(&csv, parsed);
	json_object_put(parsed);
	*len = csv.len;
	return csv.ptr;
}
