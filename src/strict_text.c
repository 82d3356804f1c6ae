/*
 * strict_text.c: texts from outside: read strictly, or shown without harm.
 */
#include "cloudtrail.h"

#include "core/base/visible.h"
#include "core/event/action.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

CLOUDTRAIL_FUNCTION(cloudtrail_integer);
CLOUDTRAIL_FUNCTION(cloudtrail_boolean);
CLOUDTRAIL_FUNCTION(cloudtrail_html);
CLOUDTRAIL_FUNCTION(cloudtrail_printable);

/* Characters of a text that a page shows. */
#define HTML_MAX	300

/* The text in the first argument. */
static ct_slice
text_argument(FunctionCallInfo fcinfo)
{
	return slice_of_text(PG_GETARG_DATUM(0));
}

/* Reads one to nine ASCII digits, maybe behind a minus; null if there is anything else. */
Datum
cloudtrail_integer(PG_FUNCTION_ARGS)
{
	ct_slice	s = text_argument(fcinfo);
	bool		negative = s.len > 0 && s.ptr[0] == '-';
	int32		number = 0;

	s.ptr += negative;
	s.len -= negative;
	if (s.len == 0 || s.len > 9)
		PG_RETURN_NULL();
	for (size_t i = 0; i < s.len; i++)
	{
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			PG_RETURN_NULL();
		number = number * 10 + (s.ptr[i] - '0');
	}
	PG_RETURN_INT32(negative ? -number : number);
}

/* Reads true or false, in either case; null if it is neither. */
Datum
cloudtrail_boolean(PG_FUNCTION_ARGS)
{
	ct_slice	s = text_argument(fcinfo);

	if (ct_compare_folded(s, CT_LITERAL("true")) == 0)
		PG_RETURN_BOOL(true);
	if (ct_compare_folded(s, CT_LITERAL("false")) == 0)
		PG_RETURN_BOOL(false);
	PG_RETURN_NULL();
}

/*
 * Appends a character as HTML shows it: nothing but ASCII, so that no client
 * encoding changes the page.
 */
static void
put_html(StringInfo html, uint32_t code)
{
	if (ct_is_invisible(code))
		appendStringInfo(html, code < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned) code);
	else if (code > '~' || (code != 0 && strchr("&<>\"'", (int) code) != NULL))
	{
		switch (code)
		{
			case '&':
				appendStringInfoString(html, "&amp;");
				break;
			case '<':
				appendStringInfoString(html, "&lt;");
				break;
			case '>':
				appendStringInfoString(html, "&gt;");
				break;
			case '"':
				appendStringInfoString(html, "&quot;");
				break;
			default:
				appendStringInfo(html, "&#%u;", (unsigned) code);
				break;
		}
	}
	else
		appendStringInfoChar(html, (char) code);
}

/* A text as HTML shows it, cut after some characters; empty for null. */
Datum
cloudtrail_html(PG_FUNCTION_ARGS)
{
	StringInfoData html;
	ct_slice	s = PG_ARGISNULL(0) ? CT_LITERAL("") : text_argument(fcinfo);
	const char *end = s.ptr + s.len;
	int			count = 0;

	initStringInfo(&html);
	for (const char *p = s.ptr; p < end; count++)
	{
		uint32_t	code;
		size_t		length;

		if (count == HTML_MAX)
		{
			appendStringInfoString(&html, "&#8230;");
			break;
		}
		/* The server has seen to it that texts are UTF-8. */
		if (ct_read_character(p, end, &code, &length))
			put_html(&html, code);
		p += length;
	}
	PG_RETURN_TEXT_P(cstring_to_text_with_len(html.data, html.len));
}

/* Appends a text as an error shows it. */
static void
put_printable(StringInfo out, ct_slice s)
{
	const char *end = s.ptr + s.len;

	for (const char *p = s.ptr; p < end;)
	{
		char		room[CT_SPELLING_ROOM];
		size_t		length;
		ct_slice	shown = ct_spell_character(p, end, room, &length);

		appendBinaryStringInfo(out, shown.ptr, (int) shown.len);
		p += length;
	}
}

char *
printable(const char *text)
{
	StringInfoData out;

	initStringInfo(&out);
	put_printable(&out, (ct_slice) {text, strlen(text)});
	return out.data;
}

/* The same for SQL. */
Datum
cloudtrail_printable(PG_FUNCTION_ARGS)
{
	StringInfoData out;

	initStringInfo(&out);
	put_printable(&out, text_argument(fcinfo));
	PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
