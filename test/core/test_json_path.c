/*
 * test_json_path.c: objects taken apart, and the way down paths, case by case and
 * against json-c.
 */
#include "core/json/json_path.h"
#include "oracle.h"
#include "random_json.h"
#include "core/event/scan.h"
#include "tap.h"
#include "core/base/utf8.h"

#define DOCUMENTS	30000
#define DEEPEST		30			/* of the random documents */

/* A path, its steps divided by '|', and the value it leads to; NULL if none.  ' stands for ". */
static const struct
{
	const char *json;
	const char *path;
	const char *value;
}			cases[] = {
	{"{'a':1}", "a", "1"},
	{" { 'a' : 1 } ", "a", "1"},
	{"{'a':1}", "b", NULL},
	{"{'a':1}", "", NULL},
	{"{'':1}", "", "1"},
	{"{'a':{'':{'b':[]}}}", "a||b", "[]"},
	{"{}", "a", NULL},
	{"[]", "a", NULL},
	{"[]", "0", NULL},
	{"[]", "-1", NULL},
	{"'a'", "a", NULL},
	{"1", "0", NULL},
	{"{'a':1,'a':2}", "a", "2"},
	{"{'a':{'b':1},'a':2}", "a|b", NULL},
	{"{'a':{'b':1},'a':{'c':2}}", "a|b", NULL},
	{"{'a':{'b':1,'b':{'c':3}},'x':{'b':7}}", "a|b|c", "3"},
	{"{'a':2,'a':{'b':1}}", "a|b", "1"},
	{"{'x':{'a':1},'b':[{'a':2}]}", "a", NULL},
	{"{'a.b/c':1}", "a.b/c", "1"},
	{"{'a.b/c':1}", "a", NULL},
	{"{'\\u0061':1}", "a", "1"},
	{"{'a':1,'\\u0061':2}", "a", "2"},
	{"{'\\\\u0061':1}", "a", NULL},
	{"{'\\\\u0061':1}", "\\u0061", "1"},
	{"{'\\u0061':1}", "\\u0061", NULL},
	{"{'\\n\\/\\\"':1}", "\n/\"", "1"},
	{"{'\\u0000':1}", "\xef\xbf\xbd", "1"},
	{"{'\\ud800':1}", "\xef\xbf\xbd", "1"},
	{"{'\\ud83d\\ude00':1}", "\xf0\x9f\x98\x80", "1"},
	{"{'\\ud83d\\ud83d\\ude00':1}", "\xef\xbf\xbd\xf0\x9f\x98\x80", "1"},
	{"{'a':'x\\\"}','b':'\\\\','c':3}", "c", "3"},
	{"{'a':'\xc3\xa4\xf0\x9f\x98\x80\\\"\xc3\xa4','c':3}", "c", "3"},
	{"{'a':['}',{']':'['}],'c':3}", "c", "3"},
	{"{'a':-1.5e+3}", "a", "-1.5e+3"},
	{"{'a':true,'b':false,'c':null}", "c", "null"},
	{"{'a':'x y'}", "a", "x y"},
	{"[1,[2,3],{'a':4}]", "0", "1"},
	{"[1,[2,3],{'a':4}]", "1|1", "3"},
	{"[1,[2,3],{'a':4}]", "2|a", "4"},
	{"[1,[2,3],{'a':4}]", "3", NULL},
	{"[1,[2,3],{'a':4}]", "-1|a", "4"},
	{"[1,[2,3],{'a':4}]", "-2|-2", "2"},
	{"[1,[2,3],{'a':4}]", "-3", "1"},
	{"[1,[2,3],{'a':4}]", "-4", NULL},
	{"[ 1 , [ ] ]", "1", "[ ]"},
	{"[ 1 , [ ] ]", "-1", "[ ]"},
	{"[1,2]", " \t\n\v\f\r+1", "2"},
	{"[1,2]", "00001", "2"},
	{"[1,2]", "-0", "1"},
	{"[1,2]", "1 ", NULL},
	{"[1,2]", "", NULL},
	{"[1,2]", "+", NULL},
	{"[1,2]", "+-1", NULL},
	{"[1,2]", "- 1", NULL},
	{"[1,2]", "1.0", NULL},
	{"[1,2]", "0x1", NULL},
	{"[1,2]", "2147483647", NULL},
	{"[1,2]", "2147483648", NULL},
	{"[1,2]", "-2147483648", NULL},
	{"[1,2]", "-2147483649", NULL},
	{"[1,2]", "4294967296", NULL},
	{"[1,2]", "18446744073709551616", NULL},
	{"[1,2]", "99999999999999999999999999999999999999999", NULL},
};

/* A copy of a C string with " for '. */
static char *
quoted(const char *s)
{
	char	   *copy = exact_copy(s, strlen(s) + 1);

	for (char *p = copy; *p; p++)
		*p = *p == '\'' ? '"' : *p;
	return copy;
}

/* Divides a path into its steps. */
static size_t
divide(const char *path, ct_slice *steps)
{
	size_t		count = 0;

	for (;;)
	{
		size_t		len = strcspn(path, "|");

		steps[count++] = (ct_slice) {path, len};
		if (path[len] == '\0')
			return count;
		path += len + 1;
	}
}

/* The cases of the table. */
static void
test_cases(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		char	   *json = quoted(cases[i].json);
		size_t		len = strlen(json);
		char	   *copy = exact_copy(json, len);
		ct_slice	path[8];
		ct_value	value;
		bool		found = ct_find_path(copy, len, path, divide(cases[i].path, path), &value);

		ok(cases[i].value == NULL ? !found :
		   found && value.length == strlen(cases[i].value) &&
		   memcmp(copy + value.offset, cases[i].value, value.length) == 0,
		   "case %zu: %s", i, cases[i].json);
		free(copy);
		free(json);
	}
}

/* An object's members one by one. */
static void
test_members(void)
{
	static const char json[] = "{ \"a\" : 1 ,\"\\u0061\":{\"x\":[1,{}]},\"\":\"\\\"\",\"b\":null , \"c\":[ ] }";
	char	   *copy = exact_copy(json, strlen(json));
	char		seen[200] = "";
	ct_value	key;
	ct_value	value;
	size_t		pos = 0;

	while (ct_next_member(copy, strlen(json), &pos, &key, &value))
		sprintf(seen + strlen(seen), "%.*s%s=%.*s%s(%d);", (int) key.length, copy + key.offset,
				key.escaped ? "!" : "", (int) value.length, copy + value.offset,
				value.escaped ? "!" : "", value.type);
	ok(strcmp(seen, "a=1(4);\\u0061!={\"x\":[1,{}]}(6);=\\\"!(5);b=null(1);c=[ ](7);") == 0,
	   "members: %s", seen);
	pos = 0;
	ok(!ct_next_member("{}", 2, &pos, &key, &value), "no members");
	pos = 0;
	ok(!ct_next_member("{ }", 3, &pos, &key, &value), "no members, but a space");
	free(copy);
}

/* Deep nesting, where each level has something behind what the path leads to. */
static void
test_depth(void)
{
	buffer		b = {0};
	static ct_slice path[CT_DEPTH_MAX + 1];
	ct_value	value;

	for (int i = 0; i < CT_DEPTH_MAX; i++)
	{
		puts_to(&b, i % 2 ? "[" : "{\"a\":");
		path[i] = i % 2 ? CT_LITERAL("0") : CT_LITERAL("a");
	}
	puts_to(&b, "42");
	for (int i = CT_DEPTH_MAX; i-- > 0;)
		puts_to(&b, i % 2 ? ",{}]" : ",\"b\":[]}");
	path[CT_DEPTH_MAX] = CT_LITERAL("0");
	ok(ct_find_path(b.ptr, b.len, path, CT_DEPTH_MAX, &value) && value.length == 2, "deepest value");
	ok(ct_find_path(b.ptr, b.len, path, CT_DEPTH_MAX - 1, &value) && value.length == 7, "the one above");
	ok(!ct_find_path(b.ptr, b.len, path, CT_DEPTH_MAX + 1, &value), "beyond");
	for (int i = 1; i < CT_DEPTH_MAX; i += 2)
		path[i] = CT_LITERAL("-2");
	ok(ct_find_path(b.ptr, b.len, path, CT_DEPTH_MAX, &value) && value.length == 2, "counted from the end");
	free(b.ptr);
}

/* Where in a random document we are, and what went wrong there. */
typedef struct place
{
	const char *json;
	size_t		len;
	ct_slice	path[DEEPEST];
	size_t		depth;
	int			visited;
	int			wrong;
} place;

/* Tells whether the path leads to what json-c has there. */
static bool
leads_to(const place *at, struct json_object *expected)
{
	ct_value	value;
	struct json_object *found;
	size_t		quotes;
	char	   *copy;
	bool		same;

	if (!ct_find_path(at->json, at->len, at->path, at->depth, &value))
		return false;
	quotes = value.type == CT_STRING;
	copy = calloc(value.length + 3, 1);
	memcpy(copy, at->json + value.offset - quotes, value.length + 2 * quotes);
	same = judge(copy, value.length + 2 * quotes, &found) == VERDICT_VALID;
	if (same)
	{
		same = json_object_equal(found, expected) &&
			value.escaped == (quotes && strchr(copy, '\\') != NULL);
		json_object_put(found);
	}
	free(copy);
	return same;
}

/* Follows the paths to all that json-c has found. */
static void
visit(place *at, struct json_object *tree)
{
	char		index[20];

	at->visited++;
	at->wrong += !leads_to(at, tree);
	if (at->depth == DEEPEST)
		return;
	if (json_object_is_type(tree, json_type_object))
	{
		json_object_object_foreach(tree, key, member)
		{
			at->path[at->depth++] = (ct_slice) {key, strlen(key)};
			visit(at, member);
			at->depth--;
		}
		at->path[at->depth++] = CT_LITERAL("no such key");
		at->wrong += leads_to(at, NULL);
		at->depth--;
	}
	else if (json_object_is_type(tree, json_type_array))
	{
		int			count = (int) json_object_array_length(tree);

		for (int i = -count - 1; i <= count; i++)
		{
			sprintf(index, "%d", i);
			at->path[at->depth++] = (ct_slice) {index, strlen(index)};
			if (i < -count || i == count)
				at->wrong += leads_to(at, NULL);
			else
				visit(at, json_object_array_get_idx(tree, i < 0 ? count + i : i));
			at->depth--;
		}
	}
}

/* Compares a record's strings with what ct_unescape makes of them. */
static int
wrong_texts(const char *json, size_t len)
{
	int			wrong = 0;
	size_t		pos = 0;
	ct_value	key;
	ct_value	value;

	while (ct_next_member(json, len, &pos, &key, &value))
	{
		const char *raw = json + key.offset;
		char	   *text = malloc(key.length + 1);
		size_t		n = ct_unescape(raw, key.length, text);

		text[n] = 'x';
		wrong += !ct_unescapes_to(raw, key.length, text, n);
		wrong += ct_unescapes_to(raw, key.length, text, n + 1);
		wrong += n > 0 && ct_unescapes_to(raw, key.length, text, n - 1);
		wrong += n > 0 && ct_unescapes_to(raw, key.length, text + 1, n - 1);
		free(text);
	}
	return wrong;
}

/* Random documents, all places in each. */
static void
test_random(void)
{
	rng			r = rng_fork(77, 0);
	place		at = {0};
	int			documents = 0;
	int			texts = 0;

	for (int i = 0; i < DOCUMENTS; i++)
	{
		buffer		b = {0};
		struct json_object *tree;
		ct_record	rec;
		ct_error	err;
		size_t		pos = 0;
		char	   *copy;

		put_random_document(&r, &b);
		copy = exact_copy(b.ptr, b.len);
		if (ct_scan(copy, b.len, &pos, &rec, &err) && rec.json[0] == '{')
			texts += wrong_texts(rec.json, rec.length);
		/* json-c ends a key at \u0000 and has its own mind about half surrogate pairs. */
		if ((rec.quirks & (CT_QUIRK_NUL | CT_QUIRK_SURROGATE)) == 0 &&
			judge(b.ptr, b.len, &tree) == VERDICT_VALID)
		{
			int			before = at.wrong;

			at.json = copy;
			at.len = b.len;
			visit(&at, tree);
			json_object_put(tree);
			documents++;
			if (at.wrong > before && before < 3)
				printf("# wrong in: %s\n", b.ptr);
		}
		free(copy);
		free(b.ptr);
	}
	ok(at.wrong == 0 && at.visited > DOCUMENTS, "%d places in %d random documents, %d found otherwise",
	   at.visited, documents, at.wrong);
	ok(texts == 0, "keys stand for what ct_unescape makes of them: %d do not", texts);
}

/* Keys of the field table. */
static void
test_fields(void)
{
	int			wrong = 0;

	for (int i = 0; i < CT_FIELD_COUNT; i++)
	{
		int			parent = parent_of_field(i);
		bool		single = strchr(field_paths[i], '|') == NULL;
		char		key[64];

		for (int n = 0; field_spelling(i, n, key) != NULL; n++)
			wrong += ct_field_by_key(parent < 0 ? CT_FIELD_COUNT : (ct_field) parent, key, strlen(key)) !=
				(single ? (ct_field) i : CT_FIELD_COUNT);
	}
	ok(wrong == 0, "each key of one spelling is found, %d are not", wrong);
	ok(ct_field_by_key(CT_FIELD_event_name, "type", 4) == CT_FIELD_COUNT, "none in what is no object");
	ok(ct_field_by_key(CT_FIELD_user_identity, "eventName", 9) == CT_FIELD_COUNT, "none of another object");
	ok(ct_field_by_key(CT_FIELD_COUNT, "", 0) == CT_FIELD_COUNT, "no empty key");
}

int
main(void)
{
	test_cases();
	test_members();
	test_depth();
	test_fields();
	test_random();
	return done_testing();
}
