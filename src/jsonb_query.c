/*
 * jsonb_query.c: what a query by containment asks for, as far as the field
 * table knows it.
 */
#include "core/event/scan.h"
#include "jsonb_query.h"

bool
may_be_number(const char *text, size_t len)
{
	ct_record	rec;
	ct_error	err;
	size_t		pos = 0;

	return len > 0 && (*text == '-' || (*text >= '0' && *text <= '9')) &&
		ct_scan(text, len, &pos, &rec, &err) && pos == len &&
		(rec.quirks & CT_QUIRK_BIG_NUMBER) != 0;
}

/* Adds a string to the list; false where it cannot be one of the fields. */
static bool
add_field(JsonbQuery *result, ct_field field, const JsonbValue *value, bool exact)
{
	ct_slice	text = {value->val.string.val, value->val.string.len};

	if (may_be_number(text.ptr, text.len))
		return false;
	/* Grows at the powers of two. */
	if (result->count == 0)
		result->fields = palloc(sizeof(QueryField));
	else if ((result->count & (result->count - 1)) == 0)
		result->fields = repalloc(result->fields, 2 * result->count * sizeof(QueryField));
	result->fields[result->count++] = (QueryField) {field, text, exact};
	return true;
}

/* Adds the strings under "ARN" in the objects of an array. */
static void
read_resources(JsonbContainer *array, JsonbQuery *result)
{
	JsonbIterator *it = JsonbIteratorInit(array);
	JsonbIteratorToken token;
	JsonbValue	element;
	JsonbValue	arn;

	while ((token = JsonbIteratorNext(&it, &element, true)) != WJB_DONE)
	{
		if (token == WJB_ELEM && element.type == jbvBinary &&
			JsonContainerIsObject(element.val.binary.data) &&
			getKeyJsonValueFromContainer(element.val.binary.data, "ARN", 3, &arn) != NULL &&
			arn.type == jbvString && arn.val.string.len > 0)
			add_field(result, CT_FIELD_resource_arn, &arn, false);
	}
}

/* Reads an object of the query; no deeper than the field table's paths, so it may recurse. */
static void
read_object(JsonbContainer *container, ct_field object, JsonbQuery *result)
{
	JsonbIterator *it = JsonbIteratorInit(container);
	JsonbIteratorToken token;
	JsonbValue	key;
	JsonbValue	value;
	ct_field	field;
	bool		known;

	while ((token = JsonbIteratorNext(&it, &key, true)) != WJB_DONE)
	{
		if (token != WJB_KEY)
			continue;
		JsonbIteratorNext(&it, &value, true);
		field = ct_field_by_key(object, key.val.string.val, key.val.string.len);
		known = false;
		if (field == CT_FIELD_COUNT)
			;
		else if (value.type == jbvString)
			known = add_field(result, field, &value, true);
		else if (value.type == jbvBinary && JsonContainerIsObject(value.val.binary.data))
		{
			/* An empty object asks for an object without asking for a field. */
			known = JsonContainerSize(value.val.binary.data) > 0;
			read_object(value.val.binary.data, field, result);
		}
		else if (value.type == jbvBinary && field == CT_FIELD_resources)
			read_resources(value.val.binary.data, result);
		if (!known)
			result->complete = false;
	}
}

void
read_jsonb_query(Jsonb *query, JsonbQuery *result)
{
	*result = (JsonbQuery) {0};
	result->never = !JB_ROOT_IS_OBJECT(query);
	if (result->never)
		return;
	result->complete = true;
	read_object(&query->root, CT_FIELD_COUNT, result);
}
