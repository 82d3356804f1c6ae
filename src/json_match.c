/*
 * json_match.c: whether a record contains a query, identified by the record's text.
 *
 * It gives what jsonb's @> gives, but makes no jsonb of the record.  So it
 * takes no memory but for an object that is asked for many keys, ends when the
 * query is canceled, and fails for no record: the operators are leakproof.
 * Its recursion goes no deeper than the query, whose reading has tried that
 * depth, in larger steps, before the first record.
 */
#include "json_match.h"

#include "core/base/utf8.h"
#include "core/json/json_safe.h"
#include "miscadmin.h"
#include "utils/builtins.h"

/* An object that is asked for more keys is read once for all of them. */
#define FEW_KEYS	4

static bool value_matches(const ct_record *rec, const ct_value *value, const QueryNode *query);

bool
is_string(const ct_record *rec, const ct_value *value, ct_slice text)
{
	ct_slice	raw = {rec->json + value->offset, value->length};

	if (value->type != CT_STRING)
		return false;
	return value->escaped ? ct_unescapes_to(raw.ptr, raw.len, text.ptr,
											text.len) : ct_same(raw, text);
}

/* Whether a value in a record is a number that jsonb holds as a string of these characters. */
static bool
is_odd_number(const ct_record *rec, const ct_value *value, ct_slice text)
{
	ct_slice	raw = {rec->json + value->offset, value->length};

	return value->type == CT_NUMBER && ct_same(raw, text) && !ct_is_jsonb_number(raw.ptr, raw.len);
}

/* Whether a value in a record is a number of this value. */
static bool
is_number(const ct_record *rec, const ct_value *value, Numeric number)
{
	const char *text = rec->json + value->offset;
	char	   *copy;
	Datum		numeric;
	bool		result;

	if (value->type != CT_NUMBER || !ct_is_jsonb_number(text, value->length))
		return false;
	copy = pnstrdup(text, value->length);
	numeric = DirectFunctionCall3(numeric_in, CStringGetDatum(copy), ObjectIdGetDatum(InvalidOid),
								  Int32GetDatum(-1));
	result = DatumGetBool(DirectFunctionCall2(numeric_eq, numeric, NumericGetDatum(number)));
	pfree(DatumGetPointer(numeric));
	pfree(copy);
	return result;
}

/* Finds the member of a query that a key names; -1 if there is none. */
static int
find_child(const QueryNode *query, ct_slice key)
{
	int			low = 0;
	int			high = query->count;

	/* As in jsonb: shorter keys come first, then those of smaller bytes. */
	while (low < high)
	{
		int			middle = low + (high - low) / 2;
		ct_slice	other = query->children[middle].key;
		int			order = key.len < other.len ? -1 : key.len > other.len;

		if (order == 0)
			order = memcmp(key.ptr, other.ptr, key.len);
		if (order == 0)
			return middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return -1;
}

/* Sets for each member of a query what the object has under its key; the last counts. */
static void
find_members(const ct_record *rec, const ct_value *object, const QueryNode *query, ct_value *found)
{
	const char *json = rec->json + object->offset;
	size_t		pos = 0;
	ct_value	key;
	ct_value	value;

	while (ct_next_member(json, object->length, &pos, &key, &value))
	{
		ct_slice	name = {json + key.offset, key.length};
		char	   *plain = NULL;
		int			child;

		CHECK_FOR_INTERRUPTS();
		if (key.escaped)
		{
			plain = palloc(key.length);
			name = (ct_slice) {plain, ct_unescape(name.ptr, name.len, plain)};
		}
		child = find_child(query, name);
		if (child >= 0)
		{
			found[child] = value;
			found[child].offset += object->offset;
		}
		if (plain != NULL)
			pfree(plain);
	}
}

/* Whether an object has all members of a query, by one pass over it. */
static bool
has_many_members(const ct_record *rec, const ct_value *object, const QueryNode *query)
{
	ct_value   *found = MemoryContextAllocExtended(CurrentMemoryContext,
												   query->count * sizeof(ct_value),
												   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	bool		result = true;

	find_members(rec, object, query, found);
	for (int i = 0; i < query->count && result; i++)
	{
		CHECK_FOR_INTERRUPTS();
		result = found[i].type != CT_ABSENT && value_matches(rec, &found[i], &query->children[i]);
	}
	pfree(found);
	return result;
}

/* Whether an object has one member of a query. */
static bool
has_member(const ct_record *rec, const ct_value *object, const QueryNode *query)
{
	ct_value	value;

	if (query->has_field)
		return ct_has(rec, query->field) && value_matches(rec, &rec->value[query->field], query);
	if (!ct_find_path(rec->json + object->offset, object->length, &query->key, 1, &value))
		return false;
	value.offset += object->offset;
	return value_matches(rec, &value, query);
}

/* Whether an object has all members of a query. */
static bool
has_members(const ct_record *rec, const ct_value *object, const QueryNode *query)
{
	int			unknown = 0;

	for (int i = 0; i < query->count; i++)
		unknown += !query->children[i].has_field;
	if (unknown > FEW_KEYS)
		return has_many_members(rec, object, query);
	for (int i = 0; i < query->count; i++)
	{
		if (!has_member(rec, object, &query->children[i]))
			return false;
	}
	return true;
}

/* Whether one of an array's elements contains what is asked for. */
static bool
has_element(const ct_record *rec, const ct_value *array, const QueryNode *query)
{
	const char *json = rec->json + array->offset;
	size_t		pos = 0;
	ct_value	element;

	while (ct_next_element(json, array->length, &pos, &element))
	{
		CHECK_FOR_INTERRUPTS();
		element.offset += array->offset;
		if (value_matches(rec, &element, query))
			return true;
	}
	return false;
}

/* Whether an array has all elements of a query. */
static bool
has_elements(const ct_record *rec, const ct_value *array, const QueryNode *query)
{
	for (int i = 0; i < query->count; i++)
	{
		if (!has_element(rec, array, &query->children[i]))
			return false;
	}
	return true;
}

/* Whether a value in a record contains a part of a query. */
static bool
value_matches(const ct_record *rec, const ct_value *value, const QueryNode *query)
{
	switch (query->type)
	{
		case CT_STRING:
			return is_string(rec, value, query->text) || is_odd_number(rec, value, query->text);
		case CT_NUMBER:
			return is_number(rec, value, query->number);
		case CT_OBJECT:
			return value->type == CT_OBJECT && has_members(rec, value, query);
		case CT_ARRAY:
			return value->type == CT_ARRAY && has_elements(rec, value, query);
		default:
			return value->type == query->type;
	}
}

bool
record_contains(const ct_record *rec, const QueryNode *query)
{
	ct_value	whole = {0, (uint32_t) rec->length, CT_OBJECT, false};

	return has_members(rec, &whole, query);
}
