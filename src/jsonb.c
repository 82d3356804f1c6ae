/*
 * jsonb.c: between JSON text, jsonb and text.
 */
#include "cloudtrail.h"

#include "core/json/json_safe.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

/* Zeros that a number may have been given beside the digits that it is stored with. */
#define ZEROS_MAX	64

Datum
jsonb_from_json(const char *json, size_t len, uint32_t quirks)
{
	char	   *copy;
	Datum		jsonb;

	if (quirks)
	{
		copy = MemoryContextAllocHuge(CurrentMemoryContext, CT_JSONSAFE_BOUND(len) + 1);
		copy[ct_make_jsonsafe(json, len, copy)] = '\0';
	}
	else
		copy = pnstrdup(json, len);
	jsonb = DirectFunctionCall1(jsonb_in, CStringGetDatum(copy));
	pfree(copy);
	return jsonb;
}

/* Whether a number would be printed much longer than it is stored. */
static bool
prints_long(Numeric number)
{
	int			digits = ZEROS_MAX + 2 * (int) VARSIZE_ANY(number);
	char		limit[24];
	Datum		bound;
	Datum		absolute;

	if (digits >= 100000)
		return false;
	snprintf(limit, sizeof(limit), "1e%d", digits);
	bound = DirectFunctionCall3(numeric_in, CStringGetDatum(limit), ObjectIdGetDatum(InvalidOid),
								Int32GetDatum(-1));
	absolute = DirectFunctionCall1(numeric_abs, NumericGetDatum(number));
	return DatumGetBool(DirectFunctionCall2(numeric_ge, absolute, bound)) ||
		DatumGetInt32(DirectFunctionCall1(numeric_scale, NumericGetDatum(number))) > digits;
}

/* Whether jsonb has numbers that would be printed much longer than they are stored. */
static bool
has_long_numbers(Jsonb *jsonb)
{
	JsonbIterator *it = JsonbIteratorInit(&jsonb->root);
	JsonbIteratorToken token;
	JsonbValue	value;

	while ((token = JsonbIteratorNext(&it, &value, false)) != WJB_DONE)
	{
		CHECK_FOR_INTERRUPTS();
		if ((token == WJB_VALUE || token == WJB_ELEM) && value.type == jbvNumeric &&
			prints_long(value.val.numeric))
			return true;
	}
	return false;
}

/* Appends a number with all its digits. */
static void
put_number(StringInfo json, Numeric number)
{
	char	   *text = DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(number)));

	appendStringInfoString(json, text);
	pfree(text);
}

/* Appends a number in scientific notation, with no zero at the end of its digits. */
static void
put_scientific(StringInfo json, Numeric number)
{
	char	   *text = numeric_out_sci(number, 2 * (int) VARSIZE_ANY(number));
	char	   *exponent = strchr(text, 'e');
	int			digits = exponent != NULL ? (int) (exponent - text) : (int) strlen(text);

	while (digits > 1 && text[digits - 1] == '0')
		digits--;
	if (text[digits - 1] == '.')
		digits--;
	appendBinaryStringInfo(json, text, digits);
	if (exponent != NULL)
		appendStringInfoString(json, exponent);
	pfree(text);
}

/* Appends a string as JSON. */
static void
put_string(StringInfo json, const JsonbValue *string)
{
	char	   *text = pnstrdup(string->val.string.val, string->val.string.len);

	escape_json(json, text);
	pfree(text);
}

void
put_jsonb_scalar(StringInfo json, const JsonbValue *scalar)
{
	switch (scalar->type)
	{
		case jbvNull:
			appendStringInfoString(json, "null");
			break;
		case jbvBool:
			appendStringInfoString(json, scalar->val.boolean ? "true" : "false");
			break;
		case jbvNumeric:
			if (prints_long(scalar->val.numeric))
				put_scientific(json, scalar->val.numeric);
			else
				put_number(json, scalar->val.numeric);
			break;
		default:
			put_string(json, scalar);
			break;
	}
}

/* Appends jsonb as JSON, by its parts. */
static void
put_parts(StringInfo json, Jsonb *jsonb)
{
	JsonbIterator *it = JsonbIteratorInit(&jsonb->root);
	JsonbIteratorToken token;
	JsonbValue	value;
	bool		first = true;
	bool		is_scalar = JB_ROOT_IS_SCALAR(jsonb);

	while ((token = JsonbIteratorNext(&it, &value, false)) != WJB_DONE)
	{
		CHECK_FOR_INTERRUPTS();
		if (!first && token != WJB_VALUE && token != WJB_END_ARRAY && token != WJB_END_OBJECT)
			appendStringInfoString(json, ", ");
		first = token == WJB_BEGIN_ARRAY || token == WJB_BEGIN_OBJECT;
		switch (token)
		{
			case WJB_BEGIN_ARRAY:
			case WJB_END_ARRAY:
				if (!is_scalar)
					appendStringInfoChar(json, first ? '[' : ']');
				break;
			case WJB_BEGIN_OBJECT:
			case WJB_END_OBJECT:
				appendStringInfoChar(json, first ? '{' : '}');
				break;
			case WJB_KEY:
				put_string(json, &value);
				appendStringInfoString(json, ": ");
				first = true;	/* no comma before a container that is its value */
				break;
			default:
				put_jsonb_scalar(json, &value);
				break;
		}
	}
}

void
put_jsonb(StringInfo json, Datum datum)
{
	Jsonb	   *jsonb = DatumGetJsonbP(datum);

	if (has_long_numbers(jsonb))
		put_parts(json, jsonb);
	else
		JsonbToCString(json, &jsonb->root, VARSIZE(jsonb));
}

struct varlena *
text_from_slice(ct_slice s)
{
	return cstring_to_text_with_len(s.ptr, s.len);
}

ct_slice
slice_of_text(Datum value)
{
	const text *bytes = DatumGetTextPP(value);

	return (ct_slice) {VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes)};
}
