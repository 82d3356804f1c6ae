/*
 * test_json_safe.c: JSON made acceptable to jsonb, and no more changed than that.
 */
#include "core/json/json_safe.h"
#include "oracle.h"
#include "random_json.h"
#include "tap.h"

#define DOCUMENTS 30000

/* JSON and what becomes of it; NULL if nothing does. */
static const struct
{
	const char *json;
	const char *safe;
}			cases[] = {
	{"{}", NULL},
	{" [ ] \n", NULL},
	{"{'a':[1,-2.5,1e10,true,false,null,'x']}", NULL},
	{"['\\n\\\\\\'\\/\\u0041\\u20ac\\ud834\\udd1e']", NULL},
	{"['\\\\u0000']", NULL},
	{"['\\\\\\\\ud800']", NULL},
	{"['\\u0000']", "['\\ufffd']"},
	{"['a\\u0000\\u0000b']", "['a\\ufffd\\ufffdb']"},
	{"['\\\\\\u0000']", "['\\\\\\ufffd']"},
	{"{'\\u0000':0}", "{'\\ufffd':0}"},
	{"['\\ud800']", "['\\ufffd']"},
	{"['\\uDFFF']", "['\\ufffd']"},
	{"['\\ud800\\ud834\\udd1e']", "['\\ufffd\\ud834\\udd1e']"},
	{"['\\udd1e\\ud834']", "['\\ufffd\\ufffd']"},
	{"['\\ud834\\u0041']", "['\\ufffd\\u0041']"},
	{"['\\ud834\\n\\udd1e']", "['\\ufffd\\n\\ufffd']"},
	{"['\\ud834','\\udd1e']", "['\\ufffd','\\ufffd']"},
	{"['\\ud834\\u0000']", "['\\ufffd\\ufffd']"},
	{"[1e20,-1E+20,1.5e-20,0.1e0000020]", NULL},
	{"[1e21]", "['1e21']"},
	{"[-1E+21]", "['-1E+21']"},
	{"[1.5e-21]", "['1.5e-21']"},
	{"[0.0000000001e21]", "['0.0000000001e21']"},
	{"[1e131071]", "['1e131071']"},
	{"[1e-16383]", "['1e-16383']"},
	{"[1e999999999999999999999999999]", "['1e999999999999999999999999999']"},
	{"[1e-999999999999999999999999999]", "['1e-999999999999999999999999999']"},
	{"{'a':1e200000,'b':[2e200000 , 3]}", "{'a':'1e200000','b':['2e200000' , 3]}"},
	{"['1e200000']", NULL},
	{"1e200000", "'1e200000'"},
};

/* JSON and what becomes of it with strings for scalars; NULL if it nests deeper than 3. */
static const struct
{
	const char *json;
	const char *strings;
}			string_cases[] = {
	{"{}", "{}"},
	{" { 'a' : [ 1 , -2.5e+10 , true , false , null , 'x y' ] } ", "{'a':['1','-2.5e+10','true','false',null,'x y']}"},
	{"'\\u0000 \\ud834\\udd1e\\udd1e'", "'\\ufffd \\ud834\\udd1e\\ufffd'"},
	{"7", "'7'"},
	{"null", "null"},
	{"[[[]],[[1]]]", "[[[]],[['1']]]"},
	{"[{'a':[[]]}]", NULL},
	{"'[[[['", "'[[[['"},
};

/* Tries JSON with strings for scalars in a buffer of just the room it may take. */
static void
try_strings(size_t i)
{
	sample		s = quoted_sample(string_cases[i].json);
	sample		expected = quoted_sample(string_cases[i].strings ? string_cases[i].strings : "");
	size_t		json_len = strlen(string_cases[i].json);
	char	   *room = malloc(CT_JSONSAFE_BOUND(json_len));
	size_t		len;
	bool		made = ct_make_json_strings(s.json, json_len, 3, room, &len);

	ok(made == (string_cases[i].strings != NULL) &&
	   (!made || (len == strlen(string_cases[i].strings) && memcmp(room, expected.json, len) == 0)),
	   "strings for the scalars of %s", string_cases[i].json);
	free(room);
	drop_sample(&s);
	drop_sample(&expected);
}

/* Makes JSON safe in a buffer of just the room it may take; the caller frees it. */
static char *
make_safe(const char *json, size_t len, size_t *safe_len)
{
	char	   *source = exact_copy(json, len);
	char	   *room = malloc(CT_JSONSAFE_BOUND(len));
	char	   *safe;

	*safe_len = ct_make_jsonsafe(source, len, room);
	safe = exact_copy(room, *safe_len);
	free(source);
	free(room);
	return safe;
}

/* Numbers of many digits at the limits of numeric: 131072 before the point and 16383 behind it. */
static void
try_digits(size_t before, size_t behind, bool holds)
{
	buffer		b = {0};
	char	   *safe;
	size_t		len;

	for (size_t i = 0; i < before; i++)
		puts_to(&b, "7");
	puts_to(&b, behind > 0 ? "." : "");
	for (size_t i = 0; i < behind; i++)
		puts_to(&b, "7");
	safe = make_safe(b.ptr, b.len, &len);
	ok(len == b.len + (holds ? 0 : 2) && safe[0] == (holds ? '7' : '"'),
	   "%zu digits before and %zu behind the point %s", before, behind, holds ? "stay" : "become a string");
	free(safe);
	free(b.ptr);
}

/* Random documents come out as JSON, free of quirks, and stable. */
static void
try_random_documents(void)
{
	rng			r = {7};
	buffer		b = {0};
	int			changed = 0;
	int			broken = 0;
	int			needless = 0;
	int			unstable = 0;

	for (int i = 0; i < DOCUMENTS; i++)
	{
		const uint32_t texts = CT_QUIRK_NUL | CT_QUIRK_SURROGATE;
		const uint32_t all = texts | CT_QUIRK_BIG_NUMBER;
		ct_record	before;
		ct_record	after;
		ct_error	err;
		char	   *safe;
		char	   *again;
		size_t		len;
		size_t		len_again;
		bool		same;

		b.len = 0;
		put_random_document(&r, &b);
		scan_all(b.ptr, b.len, &before, &err);
		safe = make_safe(b.ptr, b.len, &len);
		again = make_safe(safe, len, &len_again);
		same = len == b.len && memcmp(safe, b.ptr, len) == 0;
		changed += !same;
		broken += !scan_all(safe, len, &after, &err) || (after.quirks & texts) != 0;
		/* A number that may be too big mostly is none. */
		needless += (same && (before.quirks & texts) != 0) || (!same && (before.quirks & all) == 0);
		unstable += len_again != len || memcmp(safe, again, len) != 0;
		free(safe);
		free(again);
	}
	ok(broken == 0, "%d random documents are JSON without quirks then", DOCUMENTS);
	ok(needless == 0 && changed > DOCUMENTS / 100, "those without quirks are unchanged, %d are not", changed);
	ok(unstable == 0, "what is safe is not changed again");
	free(b.ptr);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		sample		s = quoted_sample(cases[i].json);
		sample		expected = quoted_sample(cases[i].safe ? cases[i].safe : cases[i].json);
		size_t		expected_len = strlen(cases[i].safe ? cases[i].safe : cases[i].json);
		size_t		len;
		char	   *safe = make_safe(s.json, strlen(cases[i].json), &len);

		ok(s.valid && len == expected_len && memcmp(safe, expected.json, len) == 0,
		   "case %zu %s", i + 1, cases[i].safe ? "is changed" : "stays as it is");
		free(safe);
		drop_sample(&s);
		drop_sample(&expected);
	}
	for (size_t i = 0; i < sizeof(string_cases) / sizeof(string_cases[0]); i++)
		try_strings(i);
	try_digits(131072, 0, true);
	try_digits(131073, 0, false);
	try_digits(1, 16383, true);
	try_digits(1, 16384, false);
	try_digits(131072, 16383, true);
	try_random_documents();
	return done_testing();
}
