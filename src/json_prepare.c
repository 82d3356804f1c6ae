/*
 * json_prepare.c: makes a query by containment ready to be asked of many
 * events.
 */
#include "json_prepare.h"

#include "jsonb_query.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/memutils.h"

/* Deeper places are left to jsonb. */
#define PLACE_STEPS_MAX		16

/* Tells whether a text cannot be how a number, truth value or container is written. */
static bool
is_only_string(ct_slice text)
{
	return text.len == 0 ||
		(strchr("-0123456789{[", text.ptr[0]) == NULL &&
		 !(text.len == 4 && memcmp(text.ptr, "true", 4) == 0) &&
		 !(text.len == 5 && memcmp(text.ptr, "false", 5) == 0));
}

/* Takes the query's exact fields over, those in the header first. */
static void
prepare_strings(PreparedQuery *prepared, const JsonbQuery *wanted)
{
	prepared->strings = palloc(Max(wanted->count, 1) * sizeof(StringTest));
	for (int pass = 0; pass < 2; pass++)
	{
		for (int i = 0; i < wanted->count; i++)
		{
			const QueryField *field = &wanted->fields[i];
			int			header = header_text(field->field);

			if (field->exact && (header == NOT_IN_HEADER) == (pass == 1))
				prepared->strings[prepared->string_count++] = (StringTest) {
					field->field, header, is_only_string(field->text), field->text
				};
		}
		if (pass == 0)
			prepared->header_count = prepared->string_count;
	}
}

/* Tells whether a path is one of the field table. */
static bool
is_field(const ct_slice *path, int steps)
{
	ct_field	field = CT_FIELD_COUNT;

	for (int i = 0; i < steps; i++)
	{
		field = ct_field_by_key(field, path[i].ptr, path[i].len);
		if (field == CT_FIELD_COUNT)
			return false;
	}
	return true;
}

/* Adds a scalar to the places to compare; false where that is left to jsonb. */
static bool
add_place(PreparedQuery *prepared, const ct_slice *path, int steps, const JsonbValue *value)
{
	PlaceTest	test = {.steps = steps};

	switch (value->type)
	{
		case jbvNull:
			test.type = CT_NULL;
			break;
		case jbvBool:
			test.type = value->val.boolean ? CT_TRUE : CT_FALSE;
			break;
		case jbvString:
			test.type = CT_STRING;
			test.text = (ct_slice) {value->val.string.val, value->val.string.len};
			if (may_be_number(test.text.ptr, test.text.len))
				return false;
			if (is_field(path, steps))
				return true;	/* it is among the strings */
			break;
		default:
			return false;
	}
	test.path = memcpy(palloc(steps * sizeof(ct_slice)), path, steps * sizeof(ct_slice));

	/* Grows at the powers of two. */
	if (prepared->places == NULL)
		prepared->places = palloc(sizeof(PlaceTest));
	else if ((prepared->place_count & (prepared->place_count - 1)) == 0)
		prepared->places = repalloc(prepared->places,
									Max(2 * prepared->place_count, 1) * sizeof(PlaceTest));
	prepared->places[prepared->place_count++] = test;
	return true;
}

/* Adds the scalars of a member to the places to compare; false where it is left to jsonb. */
static bool
add_member_places(PreparedQuery *prepared, ct_slice key, const JsonbValue *member)
{
	ct_slice	path[PLACE_STEPS_MAX] = {key};
	int			steps = 1;
	int			before = prepared->place_count;
	JsonbIterator *it;
	JsonbIteratorToken token;
	JsonbValue	value;

	if (member->type != jbvBinary)
		return add_place(prepared, path, steps, member);
	it = JsonbIteratorInit(member->val.binary.data);
	while ((token = JsonbIteratorNext(&it, &value, false)) != WJB_DONE)
	{
		bool		fits = true;

		switch (token)
		{
			case WJB_BEGIN_OBJECT:
				/* An empty object asks for an object and no scalar. */
				fits = value.val.object.nPairs > 0 && ++steps <= PLACE_STEPS_MAX;
				break;
			case WJB_KEY:
				path[steps - 1] = (ct_slice) {value.val.string.val, value.val.string.len};
				break;
			case WJB_VALUE:
				fits = add_place(prepared, path, steps, &value);
				break;
			case WJB_END_OBJECT:
				steps--;
				break;
			default:
				fits = false;
				break;
		}
		if (!fits)
		{
			prepared->place_count = before;
			return false;
		}
	}
	return true;
}

/* Goes through the query's members: what cannot be compared by itself is left to jsonb. */
static void
prepare_members(PreparedQuery *prepared, Jsonb *query)
{
	JsonbIterator *it = JsonbIteratorInit(&query->root);
	JsonbIteratorToken token;
	JsonbValue	key;
	JsonbValue	member;
	Datum		rest = JsonbPGetDatum(query);

	prepared->members = palloc(Max(JB_ROOT_COUNT(query), 1) * sizeof(MemberTest));
	while ((token = JsonbIteratorNext(&it, &key, true)) != WJB_DONE)
	{
		ct_slice	name;
		char	   *key_text;

		if (token != WJB_KEY)
			continue;
		name = (ct_slice) {key.val.string.val, key.val.string.len};
		key_text = pnstrdup(name.ptr, name.len);
		JsonbIteratorNext(&it, &member, true);
		if (add_member_places(prepared, name, &member))
			rest = DirectFunctionCall2(jsonb_delete, rest, CStringGetTextDatum(key_text));
		else
		{
			StringInfoData json;

			initStringInfo(&json);
			escape_json(&json, key_text);
			appendStringInfoChar(&json, ':');
			prepared->members[prepared->member_count++] = (MemberTest) {name, json.data};
		}
	}
	if (prepared->member_count > 0)
		prepared->rest = DatumGetJsonbP(rest);
}

/* Makes a query ready, or finds it as the function's call before left it. */
const PreparedQuery *
prepare_query(FmgrInfo *flinfo, Jsonb *query)
{
	PreparedQuery *prepared = flinfo->fn_extra;
	MemoryContext context;
	MemoryContext old;
	JsonbQuery	wanted;

	if (prepared != NULL && prepared->query != NULL &&
		VARSIZE(query) == VARSIZE(prepared->query) &&
		memcmp(query, prepared->query, VARSIZE(query)) == 0)
		return prepared;
	if (prepared == NULL)
	{
		prepared = MemoryContextAllocZero(flinfo->fn_mcxt, sizeof(PreparedQuery));
		prepared->context = AllocSetContextCreate(flinfo->fn_mcxt, "cloudtrail query",
												  ALLOCSET_SMALL_SIZES);
		flinfo->fn_extra = prepared;
	}
	context = prepared->context;
	*prepared = (PreparedQuery) {.context = context};
	MemoryContextReset(context);
	old = MemoryContextSwitchTo(context);
	query = memcpy(palloc(VARSIZE(query)), query, VARSIZE(query));
	read_jsonb_query(query, &wanted);
	prepared->never = wanted.never;
	prepare_strings(prepared, &wanted);
	if (!wanted.never && !wanted.complete)
		prepare_members(prepared, query);
	prepared->query = query;	/* only now: an error leaves none behind */
	MemoryContextSwitchTo(old);
	return prepared;
}
