/*
 * test_scan.c: what is JSON by RFC 8259, what is not, and where it stops being it.
 */
#include "exact.h"
#include "core/event/scan.h"
#include "tap.h"

/* All of these are JSON. */
static const char *const valid[] = {
	/* values at the top */
	"null", "true", "false", "0", "-0", "\"\"", "\"a\"", "[]", "{}", " \t\r\n[] \t\r\n", "42 ", "\n\"x\"\n",
	/* numbers */
	"[0]", "[-0]", "[9]", "[10]", "[-1]", "[1.0]", "[-0.0]", "[0.5]", "[1e1]", "[1E1]", "[1e+1]", "[1e-1]",
	"[1E+01]", "[0e0]", "[0E+5]", "[-0e-0]", "[0.000000000000000000000000000000000000000000000000001]",
	"[123456789012345678901234567890]", "[-9223372036854775809]", "[9.48587e-05]", "[1.7976931348623157e309]",
	"[1e-999]", "[100000000000000000000000000000000.5e-300]", "[1 ]", "[ 1]", "[1,2]", "[ 1 , 2 ]",
	/* literals */
	"[null]", "[true,false,null]", "[null ,true\t,false\n]", "{\"a\":null}",
	/* strings */
	"[\" \"]", "[\"\\\"\"]", "[\"\\\\\"]", "[\"\\/\"]", "[\"/\"]", "[\"\\b\\f\\n\\r\\t\"]", "[\"\\\\u0041\"]",
	"[\"\\u0041\"]", "[\"\\u0000\"]", "[\"\\uffff\"]", "[\"\\uFFFE\"]", "[\"\\uD834\\uDD1E\"]", "[\"\\ud834\\udd1e\"]",
	"[\"\x7f\"]", "[\"\xc2\x80\"]", "[\"\xe2\x82\xac\"]", "[\"\xef\xbf\xbe\"]", "[\"\xef\xbb\xbf\"]",
	"[\"\xf0\x9d\x84\x9e\"]", "[\"\xe2\x80\xa8\xe2\x80\xa9\"]", "[\"{}[]:,'\"]", "[\"/* a */ // b\"]",
	/* surrogates may stand alone: RFC 8259 section 8.2 */
	"[\"\\ud800\"]", "[\"\\udc00\"]", "[\"\\ud800\\ud800\"]", "[\"\\udc00\\ud800\"]", "[\"\\ud800\\n\"]", "[\"\\ud800abc\"]",
	"[\"\\ud800\\u0041\"]", "[\"\\udbff\\ue000\"]",
	/* arrays and objects */
	"[[]]", "[[[]],[]]", "[{}]", "[ ]", "[\n]", "[[],{},\"\",0]", "{ }", "{\"\":0}", "{\"a\":1}", "{\"a\":1,\"a\":2}",
	"{\"a\":{\"b\":[{\"c\":[]}]}}", "{ \"a\" : 1 , \"b\" : 2 }", "{\"a\":[],\"b\":{}}", "{\"\\u0000\":1}", "{\"\\ud800\":1}",
	"{\"\xc3\xa9\":1}", "{\"a b\\\"c\":1}", "{\"true\":true}",
};

/* None of these is, for that reason and from that byte on. */
static const struct
{
	const char *text;
	ct_error_code code;
	size_t		offset;
}			invalid[] = {
	/* nothing, or something else */
	{"", CT_ERR_VALUE, 0}, {" ", CT_ERR_VALUE, 1}, {"\n\n", CT_ERR_VALUE, 2}, {"]", CT_ERR_VALUE, 0},
	{"}", CT_ERR_VALUE, 0}, {",", CT_ERR_VALUE, 0}, {":", CT_ERR_VALUE, 0}, {"a", CT_ERR_VALUE, 0},
	{"'a'", CT_ERR_VALUE, 0}, {"\xef\xbb\xbf[]", CT_ERR_VALUE, 0}, {"\xc3\xa9", CT_ERR_VALUE, 0}, {"\f[]", CT_ERR_VALUE, 0},
	{"\v[]", CT_ERR_VALUE, 0}, {"\xc2\xa0[]", CT_ERR_VALUE, 0}, {"\xe2\x81\xa0[]", CT_ERR_VALUE, 0}, {"//a\n[]", CT_ERR_VALUE, 0},
	{"[/*a*/]", CT_ERR_VALUE, 1}, {"[\f]", CT_ERR_VALUE, 1}, {"<null>", CT_ERR_VALUE, 0}, {"*", CT_ERR_VALUE, 0},
	{"\\u005b]", CT_ERR_VALUE, 0}, {"\x01", CT_ERR_VALUE, 0}, {"\x7f", CT_ERR_VALUE, 0},
	/* something behind it */
	{"[]]", CT_ERR_TRAILING, 2}, {"[] []", CT_ERR_TRAILING, 3}, {"{}}", CT_ERR_TRAILING, 2}, {"1 2", CT_ERR_TRAILING, 2},
	{"\"a\"b", CT_ERR_TRAILING, 3}, {"[]//", CT_ERR_TRAILING, 2}, {"[]#", CT_ERR_TRAILING, 2}, {"nullx", CT_ERR_TRAILING, 4},
	{"{},", CT_ERR_TRAILING, 2}, {"01", CT_ERR_TRAILING, 1}, {"-01", CT_ERR_TRAILING, 2}, {"1a", CT_ERR_TRAILING, 1},
	{"2.5.5", CT_ERR_TRAILING, 3}, {"1e5e5", CT_ERR_TRAILING, 3}, {"0x1", CT_ERR_TRAILING, 1}, {"1+2", CT_ERR_TRAILING, 1},
	{"[]\f", CT_ERR_TRAILING, 2}, {"[]\xc2\xa0", CT_ERR_TRAILING, 2}, {"truefalse", CT_ERR_TRAILING, 4},
	/* numbers */
	{"[+1]", CT_ERR_VALUE, 1}, {"[.5]", CT_ERR_VALUE, 1}, {"[-.5]", CT_ERR_NUMBER, 2}, {"[-]", CT_ERR_NUMBER, 2},
	{"[--1]", CT_ERR_NUMBER, 2}, {"[-a]", CT_ERR_NUMBER, 2}, {"[1.]", CT_ERR_NUMBER, 3}, {"[1.e5]", CT_ERR_NUMBER, 3},
	{"[1.a]", CT_ERR_NUMBER, 3}, {"[1e]", CT_ERR_NUMBER, 3}, {"[1e+]", CT_ERR_NUMBER, 4}, {"[1E-]", CT_ERR_NUMBER, 4},
	{"[1e+-1]", CT_ERR_NUMBER, 4}, {"[1ea]", CT_ERR_NUMBER, 3}, {"[1eE2]", CT_ERR_NUMBER, 3}, {"[-Infinity]", CT_ERR_NUMBER, 2},
	{"[-NaN]", CT_ERR_NUMBER, 2}, {"[- 1]", CT_ERR_NUMBER, 2}, {"[00]", CT_ERR_ARRAY_COMMA, 2}, {"[012]", CT_ERR_ARRAY_COMMA, 2},
	{"[-012]", CT_ERR_ARRAY_COMMA, 3}, {"[0x42]", CT_ERR_ARRAY_COMMA, 2}, {"[1_000]", CT_ERR_ARRAY_COMMA, 2},
	{"[1.2.3]", CT_ERR_ARRAY_COMMA, 4}, {"[0e1.5]", CT_ERR_ARRAY_COMMA, 4}, {"[1 000]", CT_ERR_ARRAY_COMMA, 3},
	{"[1\xef\xbc\x91]", CT_ERR_ARRAY_COMMA, 2}, {"[\xef\xbc\x91]", CT_ERR_VALUE, 1},
	/* literals */
	{"[True]", CT_ERR_VALUE, 1}, {"[tRUE]", CT_ERR_LITERAL, 1}, {"[nul]", CT_ERR_LITERAL, 1}, {"[nulL]", CT_ERR_LITERAL, 1},
	{"[truth]", CT_ERR_LITERAL, 1}, {"[fals]", CT_ERR_LITERAL, 1}, {"[falsE]", CT_ERR_LITERAL, 1}, {"[NaN]", CT_ERR_VALUE, 1},
	{"[nan]", CT_ERR_LITERAL, 1}, {"[Infinity]", CT_ERR_VALUE, 1}, {"[nulls]", CT_ERR_ARRAY_COMMA, 5}, {"[undefined]", CT_ERR_VALUE, 1},
	{"nope", CT_ERR_LITERAL, 0}, {"fals\xc3", CT_ERR_LITERAL, 0}, {"[true1]", CT_ERR_ARRAY_COMMA, 5},
	/* strings */
	{"[\"\t\"]", CT_ERR_CONTROL, 2}, {"[\"a\nb\"]", CT_ERR_CONTROL, 3}, {"[\"\x1f\"]", CT_ERR_CONTROL, 2},
	{"[\"01234567890123456\r\"]", CT_ERR_CONTROL, 19}, {"[\"\\a\"]", CT_ERR_ESCAPE, 3}, {"[\"\\x41\"]", CT_ERR_ESCAPE, 3},
	{"[\"\\'\"]", CT_ERR_ESCAPE, 3}, {"[\"\\0\"]", CT_ERR_ESCAPE, 3}, {"[\"\\U0041\"]", CT_ERR_ESCAPE, 3},
	{"[\"\\\n\"]", CT_ERR_ESCAPE, 3}, {"[\"\\\xc3\xa9\"]", CT_ERR_ESCAPE, 3}, {"[\"\\ \"]", CT_ERR_ESCAPE, 3},
	{"[\"\\u\"]   ", CT_ERR_UNICODE_ESCAPE, 4}, {"[\"\\u123\"]", CT_ERR_UNICODE_ESCAPE, 4}, {"[\"\\u12g4\"]", CT_ERR_UNICODE_ESCAPE, 4},
	{"[\"\\u 123\"]", CT_ERR_UNICODE_ESCAPE, 4}, {"[\"\\u+123\"]", CT_ERR_UNICODE_ESCAPE, 4}, {"[\"\\u-123\"]", CT_ERR_UNICODE_ESCAPE, 4},
	{"[\"\\ud800\\u\"]  ", CT_ERR_UNICODE_ESCAPE, 10}, {"[\"\\ud800\\udc0\"]", CT_ERR_UNICODE_ESCAPE, 10},
	{"[\"\\ud800\\x\"]", CT_ERR_ESCAPE, 9}, {"\"\\u1\"", CT_ERR_UNICODE_ESCAPE, 3}, {"\"\\u\"", CT_ERR_UNICODE_ESCAPE, 3},
	{"[\"\xff\"]", CT_ERR_UTF8, 2}, {"[\"a\x80\"]", CT_ERR_UTF8, 3}, {"[\"\xe2\x82\xac\xc3\"]", CT_ERR_UTF8, 5},
	/* arrays */
	{"[,1]", CT_ERR_VALUE, 1}, {"[1,]", CT_ERR_VALUE, 3}, {"[1,,2]", CT_ERR_VALUE, 3}, {"[,]", CT_ERR_VALUE, 1},
	{"[1 2]", CT_ERR_ARRAY_COMMA, 3}, {"[1:2]", CT_ERR_ARRAY_COMMA, 2}, {"[\"a\" \"b\"]", CT_ERR_ARRAY_COMMA, 5},
	{"[1}", CT_ERR_ARRAY_COMMA, 2}, {"[}", CT_ERR_VALUE, 1}, {"[\"a\":1]", CT_ERR_ARRAY_COMMA, 4}, {"[[][]]", CT_ERR_ARRAY_COMMA, 3},
	{"[1;2]", CT_ERR_ARRAY_COMMA, 2}, {"[...]", CT_ERR_VALUE, 1}, {"[1, ]", CT_ERR_VALUE, 4},
	/* objects */
	{"{,}", CT_ERR_KEY, 1}, {"{\"a\":1,}", CT_ERR_KEY, 7}, {"{\"a\":1, }", CT_ERR_KEY, 8}, {"{\"a\":1,,\"b\":2}", CT_ERR_KEY, 7},
	{"{a:1}", CT_ERR_KEY, 1}, {"{'a':1}", CT_ERR_KEY, 1}, {"{1:1}", CT_ERR_KEY, 1}, {"{null:1}", CT_ERR_KEY, 1},
	{"{[]:1}", CT_ERR_KEY, 1}, {"{{}:1}", CT_ERR_KEY, 1}, {"{]", CT_ERR_KEY, 1}, {"{\"a\"}", CT_ERR_COLON, 4},
	{"{\"a\" 1}", CT_ERR_COLON, 5}, {"{\"a\",1}", CT_ERR_COLON, 4}, {"{\"a\"::1}", CT_ERR_VALUE, 5}, {"{\"a\":}", CT_ERR_VALUE, 5},
	{"{\"a\":,\"b\":1}", CT_ERR_VALUE, 5}, {"{\"a\":1 \"b\":2}", CT_ERR_OBJECT_COMMA, 7}, {"{\"a\":1]", CT_ERR_OBJECT_COMMA, 6},
	{"{\"a\":1:2}", CT_ERR_OBJECT_COMMA, 6}, {"{\"a\":1;\"b\":2}", CT_ERR_OBJECT_COMMA, 6}, {"{\"a\"=1}", CT_ERR_COLON, 4},
	{"{\"a\":\"b\"\"c\":1}", CT_ERR_OBJECT_COMMA, 8}, {"{\"a\":1,2}", CT_ERR_KEY, 7}, {"{\"\t\":1}", CT_ERR_CONTROL, 2},
	{"{\"a\":1,b}", CT_ERR_KEY, 7}, {"[{\"a\":1},{\"b\" 2}]", CT_ERR_COLON, 14},
	/* ends too early */
	{"[", CT_ERR_EOF, 1}, {"[ ", CT_ERR_EOF, 2}, {"{", CT_ERR_EOF, 1}, {"{ ", CT_ERR_EOF, 2}, {"[1", CT_ERR_EOF, 2}, {"[1,", CT_ERR_EOF, 3},
	{"[1, ", CT_ERR_EOF, 4}, {"[[]", CT_ERR_EOF, 3}, {"{\"a\"", CT_ERR_EOF, 4}, {"{\"a\" ", CT_ERR_EOF, 5}, {"{\"a\":", CT_ERR_EOF, 5},
	{"{\"a\": ", CT_ERR_EOF, 6}, {"{\"a\":1", CT_ERR_EOF, 6}, {"{\"a\":1 ", CT_ERR_EOF, 7}, {"{\"a\":1,", CT_ERR_EOF, 7},
	{"{\"a", CT_ERR_EOF, 3}, {"\"", CT_ERR_EOF, 1}, {"\"a", CT_ERR_EOF, 2}, {"\"\\", CT_ERR_EOF, 2}, {"\"\\u", CT_ERR_EOF, 3},
	{"\"\\u12", CT_ERR_EOF, 5}, {"\"\\u1234", CT_ERR_EOF, 7}, {"\"\\ud800\\", CT_ERR_EOF, 8}, {"\"\\ud800\\u00", CT_ERR_EOF, 11},
	{"\"\\\"", CT_ERR_EOF, 3}, {"\"\\\\\\\"", CT_ERR_EOF, 5}, {"-", CT_ERR_EOF, 1}, {"1.", CT_ERR_EOF, 2}, {"1e", CT_ERR_EOF, 2},
	{"1e-", CT_ERR_EOF, 3}, {"[-", CT_ERR_EOF, 2}, {"t", CT_ERR_EOF, 1}, {"nul", CT_ERR_EOF, 3}, {"[fals", CT_ERR_EOF, 5},
	{"[\"0123456789abcdef", CT_ERR_EOF, 18},
};

/* Tests that hold a zero byte, which the tables cannot. */
static void
try_zero_bytes(void)
{
	static const char zero[] = "[\"a\",\"b\"]";

	for (size_t at = 0; at < strlen(zero); at++)
	{
		char	   *copy = exact_copy(zero, strlen(zero));
		ct_record	rec;
		ct_error	err = {0};

		copy[at] = '\0';
		ok(!scan_all(copy, strlen(zero), &rec, &err) && err.offset == at, "a zero byte at %zu", at);
		free(copy);
	}
}

/* Nests arrays, or objects in known fields, and tries to read them. */
static void
try_depth(const char *open, const char *close, size_t depth, bool expected)
{
	buffer		b = {0};
	ct_record	rec;
	ct_error	err = {0};
	char	   *copy;
	bool		read;

	for (size_t i = 0; i < depth; i++)
		puts_to(&b, open);
	puts_to(&b, "0");
	for (size_t i = 0; i < depth; i++)
		puts_to(&b, close);
	copy = exact_copy(b.ptr, b.len);
	read = scan_all(copy, b.len, &rec, &err);
	ok(read == expected && (read || (err.code == CT_ERR_DEPTH &&
									 err.offset == CT_DEPTH_MAX * strlen(open))),
	   "%zu levels of %s are %s", depth, open, expected ? "fine" : "too many");
	free(copy);
	free(b.ptr);
}

/* Each bracket must be closed by its like, at every level. */
static void
try_crossed_brackets(void)
{
	buffer		b = {0};
	ct_record	rec;
	ct_error	err;
	int			wrong = 0;
	size_t		middle;

	for (int i = 0; i < CT_DEPTH_MAX; i++)
		puts_to(&b, i * i % 7 < 3 ? "[" : "{\"a\":");
	puts_to(&b, "0");
	middle = b.len;
	for (int i = CT_DEPTH_MAX - 1; i >= 0; i--)
		puts_to(&b, i * i % 7 < 3 ? "]" : "}");
	ok(scan_all(b.ptr, b.len, &rec, &err), "arrays and objects in one another");
	for (size_t i = middle; i < b.len; i++)
	{
		b.ptr[i] ^= ']' ^ '}';
		wrong += scan_all(b.ptr, b.len, &rec, &err) || err.offset != i;
		b.ptr[i] ^= ']' ^ '}';
	}
	ok(wrong == 0, "a wrong bracket is found at each of %zu levels", b.len - middle);
	free(b.ptr);
}

/* Values one behind the other, as a stream holds them. */
static void
try_stream(void)
{
	static const char stream[] = " {\"eventName\":\"a\"}[1] 2\"x\"\n{\"eventName\":b}";
	static const size_t starts[] = {1, 18, 22, 23, 27};
	static const size_t ends[] = {18, 21, 23, 26};
	char	   *copy = exact_copy(stream, strlen(stream));
	ct_record	rec;
	ct_error	err;
	size_t		pos = 0;

	for (int i = 0; i < 4; i++)
	{
		ok(ct_scan(copy, strlen(stream), &pos, &rec, &err) && rec.json == copy + starts[i] &&
		   rec.length == ends[i] - starts[i] && pos == ends[i], "value %d of a stream", i + 1);
		ok(ct_has(&rec, CT_FIELD_event_name) == (i == 0), "its fields");
	}
	ok(!ct_scan(copy, strlen(stream), &pos, &rec, &err) && err.code == CT_ERR_VALUE && err.offset == 40,
	   "an error counts from the start of the stream");
	ok(pos == starts[4], "and leaves the position at the broken value");
	free(copy);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(valid) / sizeof(valid[0]); i++)
	{
		sample		s = take_sample(valid[i], strlen(valid[i]));

		ok(s.valid, "valid: case %zu, %zu bytes", i + 1, strlen(valid[i]));
		drop_sample(&s);
	}
	for (size_t i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++)
	{
		size_t		len = strlen(invalid[i].text);
		char	   *copy = exact_copy(invalid[i].text, len);
		ct_record	rec;
		ct_error	err = {0};

		if (!ok(!scan_all(copy, len, &rec, &err) && err.code == invalid[i].code && err.offset == invalid[i].offset,
				"case %zu: %s", i + 1, ct_error_message(invalid[i].code)))
			printf("# %s: %s at %zu\n", invalid[i].text, ct_error_message(err.code), err.offset);
		free(copy);
	}
	try_zero_bytes();
	try_depth("[", "]", CT_DEPTH_MAX, true);
	try_depth("[", "]", CT_DEPTH_MAX + 1, false);
	try_depth("{\"userIdentity\":", "}", CT_DEPTH_MAX, true);
	try_depth("{\"userIdentity\":", "}", CT_DEPTH_MAX + 1, false);
	try_depth("[", "]", 10 * 1000 * 1000, false);
	try_depth("{\"userIdentity\":", "}", 1000 * 1000, false);
	try_crossed_brackets();
	try_stream();
	return done_testing();
}
