/*
 * test_utf8.c: UTF-8 at every place of the scanner's loops, and what escapes stand for.
 */
#include "exact.h"
#include "oracle.h"
#include "tap.h"
#include "core/base/utf8.h"

/* Sequences at the limits of what UTF-8 is; the scanner steps over 16 bytes at once. */
static const struct
{
	const char *bytes;
	bool		valid;
	const char *name;
}			sequences[] = {
	{"\x7f", true, "U+007F"},
	{"\xc2\x80", true, "U+0080"},
	{"\xdf\xbf", true, "U+07FF"},
	{"\xe0\xa0\x80", true, "U+0800"},
	{"\xed\x9f\xbf", true, "U+D7FF, the last before the surrogates"},
	{"\xee\x80\x80", true, "U+E000, the first behind them"},
	{"\xef\xbf\xbf", true, "U+FFFF"},
	{"\xf0\x90\x80\x80", true, "U+10000"},
	{"\xf4\x8f\xbf\xbf", true, "U+10FFFF"},
	{"\x80", false, "a continuation alone"},
	{"\xbf", false, "the last continuation alone"},
	{"\xc0\xaf", false, "overlong \"/\""},
	{"\xc1\xbf", false, "overlong U+007F"},
	{"\xe0\x80\xaf", false, "overlong \"/\" in three bytes"},
	{"\xe0\x9f\xbf", false, "overlong U+07FF"},
	{"\xf0\x80\x80\xaf", false, "overlong \"/\" in four bytes"},
	{"\xf0\x8f\xbf\xbf", false, "overlong U+FFFF"},
	{"\xed\xa0\x80", false, "the surrogate U+D800"},
	{"\xed\xbf\xbf", false, "the surrogate U+DFFF"},
	{"\xf4\x90\x80\x80", false, "U+110000"},
	{"\xf5\x80\x80\x80", false, "beyond U+10FFFF"},
	{"\xf8\x88\x80\x80\x80", false, "five bytes"},
	{"\xfc\x84\x80\x80\x80\x80", false, "six bytes"},
	{"\xfe", false, "0xfe"},
	{"\xff", false, "0xff"},
	{"\xc3", false, "one byte of two"},
	{"\xe2\x82", false, "two bytes of three"},
	{"\xf0\x9f\x98", false, "three bytes of four"},
	{"\xc3(", false, "no continuation"},
	{"\xe2(\xac", false, "no first continuation of three"},
	{"\xe2\x82(", false, "no last continuation of three"},
	{"\xf0\x9f\x98(", false, "no last continuation of four"},
};

/* Escaped texts and what they stand for. */
static const struct
{
	const char *escaped;
	const char *plain;
}			escapes[] = {
	{"", ""},
	{"abc", "abc"},
	{"\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t"},
	{"a\\nb\\nc", "a\nb\nc"},
	{"\\u0041\\u00e9\\u20AC", "A\xc3\xa9\xe2\x82\xac"},
	{"\\u007f\\u0080\\u07ff\\u0800\\uffff", "\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf"},
	{"\\ud834\\udd1e", "\xf0\x9d\x84\x9e"},
	{"\\uD800\\uDC00\\uDBFF\\uDFFF", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"},
	{"\\ud800", "\xef\xbf\xbd"},
	{"\\udfff", "\xef\xbf\xbd"},
	{"\\ud800\\ud800\\udc00", "\xef\xbf\xbd\xf0\x90\x80\x80"},
	{"\\udc00\\ud800", "\xef\xbf\xbd\xef\xbf\xbd"},
	{"\\ud800\\n", "\xef\xbf\xbd\n"},
	{"\\ud800\\u0041", "\xef\xbf\xbd" "A"},
	{"\\ud800udc00", "\xef\xbf\xbd" "udc00"},
	{"\\u0000", "\xef\xbf\xbd"},
	{"a\\u0000b", "a\xef\xbf\xbd" "b"},
	{"\\\\u0041", "\\u0041"},
	{"\xc3\xa9\\t\xf0\x9f\x98\x80", "\xc3\xa9\t\xf0\x9f\x98\x80"},
};

/* Puts a sequence at every place of a string of up to 40 bytes, and at the buffer's very end. */
static void
try_sequence(const char *bytes, bool valid, const char *name)
{
	int			wrong = 0;
	int			wrong_cut = 0;

	for (size_t before = 0; before < 36; before++)
	{
		for (size_t after = 0; after < 20; after++)
		{
			buffer		b = {0};
			ct_record	rec;
			ct_error	err = {0};
			char	   *copy;
			size_t		end;

			puts_to(&b, "\"");
			for (size_t i = 0; i < before; i++)
				puts_to(&b, "a");
			puts_to(&b, bytes);
			end = b.len;
			for (size_t i = 0; i < after; i++)
				puts_to(&b, after % 2 ? "a" : i % 2 ? "\xa9" : "\xc3");
			puts_to(&b, "\"");
			copy = exact_copy(b.ptr, b.len);
			wrong += scan_all(copy, b.len, &rec, &err) != valid ||
				(!valid && (err.code != CT_ERR_UTF8 || err.offset != 1 + before));
			free(copy);

			/* The same without what follows: an error in any case, within the text. */
			copy = exact_copy(b.ptr, end);
			wrong_cut += scan_all(copy, end, &rec, &err) || err.offset > end ||
				err.code != (valid ? CT_ERR_EOF : CT_ERR_UTF8);
			free(copy);
			free(b.ptr);
		}
	}
	ok(wrong == 0, "%s is %s at every place", name, valid ? "fine" : "refused");
	ok(wrong_cut == 0, "%s at the end of the buffer", name);
}

/* Compares all pairs of first bytes, with limits behind them, to iconv. */
static void
try_all_beginnings(void)
{
	static const unsigned char limits[] = {0x22, 0x61, 0x7f, 0x80, 0xbf, 0xc2, 0xff};
	int			wrong = 0;
	int			valid = 0;
	int			count = 0;

	for (unsigned first = 0x80; first < 0x100; first++)
	{
		for (unsigned second = 0x20; second < 0x100; second++)
		{
			for (unsigned rest = 0; rest < sizeof(limits) * sizeof(limits); rest++)
			{
				char		text[] = {'"', (char) first, (char) second, (char) limits[rest / sizeof(limits)],
				(char) limits[rest % sizeof(limits)], '"'};
				ct_record	rec;
				ct_error	err;

				if (second == '"' || second == '\\' || text[3] == '"' || text[4] == '"')
					continue;
				count++;
				valid += is_utf8(text, sizeof(text));
				wrong += is_utf8(text, sizeof(text)) != scan_all(text, sizeof(text), &rec, &err);
			}
		}
	}
	ok(wrong == 0, "%d beginnings are UTF-8 where iconv says so, %d of them", count, valid);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++)
		try_sequence(sequences[i].bytes, sequences[i].valid, sequences[i].name);
	try_all_beginnings();

	for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++)
	{
		size_t		len = strlen(escapes[i].escaped);
		char	   *source = exact_copy(escapes[i].escaped, len);
		char	   *room = malloc(len);
		ct_slice	plain = {room, ct_unescape(source, len, room)};

		if (!ok(slice_is(plain, escapes[i].plain), "\"%s\" without escapes", escapes[i].escaped))
			show_slice("found", plain);
		free(source);
		free(room);
	}
	{
		char		room[16];

		ok(ct_unescape_raw("a\\u0000b", 8, room) == 3 && memcmp(room, "a\0b", 3) == 0,
		   "ct_unescape_raw keeps \\u0000");
	}
	return done_testing();
}
