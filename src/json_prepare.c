/*
 * json_prepare.c: makes a query by containment ready to be asked of many
 * events.
 */
#include "core/event/scan.h"
#include "json_prepare.h"

#include "jsonb_query.h"
#include "miscadmin.h"
#include "utils/memutils.h"

/* Whether a text cannot be how a number, truth value or container is written. */
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

static void read_container(QueryNode *node, JsonbContainer *container, bool in_table);

/* Reads a value of the query; in_table reports whether the field table may have its members. */
static void
read_node(QueryNode *node, const JsonbValue *value, bool in_table)
{
	switch (value->type)
	{
		case jbvNull:
			node->type = CT_NULL;
			break;
		case jbvBool:
			node->type = value->val.boolean ? CT_TRUE : CT_FALSE;
			break;
		case jbvString:
			node->type = CT_STRING;
			node->text = (ct_slice) {value->val.string.val, value->val.string.len};
			break;
		case jbvNumeric:
			node->type = CT_NUMBER;
			node->number = value->val.numeric;
			break;
		case jbvBinary:
			read_container(node, value->val.binary.data, in_table);
			break;
		default:
			elog(ERROR, "unexpected type of jsonb value: %d", (int) value->type);
	}
}

/* Reads an object or array of the query. */
static void
read_container(QueryNode *node, JsonbContainer *container, bool in_table)
{
	JsonbIterator *it = JsonbIteratorInit(container);
	JsonbIteratorToken token;
	JsonbValue	value;
	QueryNode  *child;

	check_stack_depth();
	node->type = JsonContainerIsObject(container) ? CT_OBJECT : CT_ARRAY;
	node->children = MemoryContextAllocHuge(CurrentMemoryContext,
											Max(JsonContainerSize(container),
												1) * sizeof(QueryNode));
	child = node->children;
	while ((token = JsonbIteratorNext(&it, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
		{
			*child = (QueryNode) {.key = {value.val.string.val, value.val.string.len}};
			if (in_table)
				child->field = ct_field_by_key(node->field, child->key.ptr, child->key.len);
			child->has_field = in_table && child->field != CT_FIELD_COUNT;
			JsonbIteratorNext(&it, &value, true);
		}
		else if (token == WJB_ELEM)
			*child = (QueryNode) {0};
		else
			continue;
		CHECK_FOR_INTERRUPTS();
		read_node(child, &value, child->has_field);
		child++;
	}
	node->count = child - node->children;
}

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
	{
		prepared->whole = palloc0(sizeof(QueryNode));
		prepared->whole->field = CT_FIELD_COUNT;
		read_container(prepared->whole, &query->root, true);
	}
	prepared->query = query;	/* only now: an error leaves none behind */
	MemoryContextSwitchTo(old);
	return prepared;
}
