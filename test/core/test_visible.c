/*
 * test_visible.c: characters that do not show themselves.
 */
#include <string.h>

#include "tap.h"
#include "core/base/visible.h"

/* A character and whether it must be spelled. */
static const struct
{
	const char *text;
	uint32_t	code;
	bool		invisible;
}			cases[] = {
	{"a", 'a', false},
	{" ", ' ', false},
	{"~", '~', false},
	{"\x1b", 0x1b, true},
	{"\n", '\n', true},
	{"\x7f", 0x7f, true},
	{"\xc2\x85", 0x85, true},
	{"\xc2\xa0", 0xa0, false},
	{"\xc2\xad", 0xad, true},
	{"\xc3\xa9", 0xe9, false},
	{"\xe2\x80\x8b", 0x200b, true},
	{"\xe2\x80\x93", 0x2013, false},
	{"\xe2\x80\xa8", 0x2028, true},
	{"\xe2\x80\xae", 0x202e, true},
	{"\xe2\x81\xa6", 0x2066, true},
	{"\xe2\xa0\x80", 0x2800, true},
	{"\xe2\xa0\x81", 0x2801, false},
	{"\xe4\xb8\xad", 0x4e2d, false},
	{"\xef\xbb\xbf", 0xfeff, true},
	{"\xf0\x9f\x94\x91", 0x1f511, false},
	{"\xf3\xa0\x81\x81", 0xe0041, true},
	{"\xf4\x8f\xbf\xbf", 0x10ffff, true},
};

int
main(void)
{
	static const char *const broken[] = {"\x80", "\xc0\x80", "\xe2\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff"};
	uint32_t	code;
	size_t		length;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		const char *end = cases[i].text + strlen(cases[i].text);

		ok(ct_read_character(cases[i].text, end, &code, &length) && code == cases[i].code &&
		   cases[i].text + length == end, "U+%04X is read", (unsigned) cases[i].code);
		ok(ct_is_invisible(cases[i].code) == cases[i].invisible, "U+%04X is %sspelled", (unsigned) cases[i].code,
		   cases[i].invisible ? "" : "not ");
	}
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		ok(!ct_read_character(broken[i], broken[i] + strlen(broken[i]), &code, &length) && length == 1,
		   "what is not UTF-8 is one byte");
	return done_testing();
}
