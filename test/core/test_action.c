/*
 * test_action.c: patterns of actions: their normal form, and what they match.
 */
#include "core/event/action.h"
#include "exact.h"
#include "tap.h"

/* A pattern as given and its normal form, or the error and where it is. */
static const struct
{
	const char *given;
	const char *normal;
	ct_error_code error;
	size_t		offset;
}			forms[] = {
	{"secretsmanager:GetSecretValue", "secretsmanager:GetSecretValue", 0, 0},
	{"SecretsManager:Get*", "secretsmanager:Get*", 0, 0},
	{"s3.amazonaws.com:PutObject", "s3:PutObject", 0, 0},
	{"s3.amazonaws.com.cn:PutObject", "s3:PutObject", 0, 0},
	{"s3.amazonaws.com.amazonaws.com:x", "s3:x", 0, 0},
	{"S3.AmazonAWS.com:x", "s3:x", 0, 0},
	{"*", "*:*", 0, 0},
	{"*:*", "*:*", 0, 0},
	{"**:***", "*:*", 0, 0},
	{"s*?*:a*?*?b", "s?*:a??*b", 0, 0},
	{"?:?", "?:?", 0, 0},
	{"a-b_c.d:X:Y/Z$", "a-b_c.d:X:Y/Z$", 0, 0},
	{"", NULL, CT_ERR_ACTION_EMPTY, 0},
	{"GetSecretValue", NULL, CT_ERR_ACTION_COLON, 14},
	{"s3*", NULL, CT_ERR_ACTION_COLON, 3},
	{"**", NULL, CT_ERR_ACTION_COLON, 2},
	{":x", NULL, CT_ERR_ACTION_SERVICE, 0},
	{".amazonaws.com:x", NULL, CT_ERR_ACTION_SERVICE, 0},
	{"s 3:x", NULL, CT_ERR_ACTION_SERVICE, 1},
	{"s\xc3\xa9:x", NULL, CT_ERR_ACTION_SERVICE, 1},
	{"s3:", NULL, CT_ERR_ACTION_NAME, 3},
	{"s3:a b", NULL, CT_ERR_ACTION_NAME, 4},
	{"s3:a\x7f", NULL, CT_ERR_ACTION_NAME, 4},
	{"s3:\xc3\xa9", NULL, CT_ERR_ACTION_NAME, 3},
};

/* A pattern, a service and name, and whether they match. */
static const struct
{
	const char *pattern;
	const char *service;
	const char *name;
	bool		matches;
}			cases[] = {
	{"secretsmanager:GetSecretValue", "secretsmanager", "GetSecretValue", true},
	{"secretsmanager:getsecretvalue", "SecretsManager", "GetSecretValue", true},
	{"secretsmanager:Get*", "secretsmanager", "Get", true},
	{"secretsmanager:Get*", "secretsmanager", "PutSecretValue", false},
	{"secretsmanager:Get*", "ssm", "GetParameter", false},
	{"*:*SecretV?lue", "x", "BatchGetSecretValue", true},
	{"*:*SecretV?lue", "x", "BatchGetSecretValues", false},
	{"s?:*", "s3", "x", true},
	{"s?:*", "s", "x", false},
	{"*:a*b*c", "x", "abbcbc", true},
	{"*:a*b*c", "x", "abbcb", false},
	{"*:?", "x", "\xc3\xa9", true},
	{"*:??", "x", "\xc3\xa9", false},
	{"*:*\x41?", "x", "\xe2\x82\xac" "A\xf0\x9f\x98\x80", true},
	{"*:*", "x", "a:b", true},
	{"*:a:b", "x", "A:B", true},
	{"*:[a]", "x", "a", false},
};

/* Matches as slowly and simply as can be; a ? takes one byte. */
static bool
slow_match(const char *pattern, const char *text)
{
	if (*pattern == '\0')
		return *text == '\0';
	if (*pattern == '*')
		return slow_match(pattern + 1, text) || (*text != '\0' && slow_match(pattern, text + 1));
	if (*text == '\0')
		return false;
	return (*pattern == '?' || ct_fold(*pattern) == ct_fold(*text)) && slow_match(pattern + 1, text + 1);
}

/* A random text of some characters. */
static void
random_text(char *text, size_t max, const char *characters)
{
	size_t		len = (size_t) rand() % (max + 1);

	for (size_t i = 0; i < len; i++)
		text[i] = characters[(size_t) rand() % strlen(characters)];
	text[len] = '\0';
}

/* A C string as a slice of its own size. */
static ct_slice
exact(const char *text)
{
	return (ct_slice) {exact_copy(text, strlen(text)), strlen(text)};
}

/* Reads a pattern from memory of its own size. */
static bool
read_exact(const char *given, char normal[CT_ACTION_MAX + 3], ct_error *err)
{
	ct_slice	text = exact(given);
	size_t		len = 0;
	bool		valid = ct_read_action(text, normal, &len, err);

	normal[valid ? len : 0] = '\0';
	free((char *) text.ptr);
	return valid;
}

/* Patterns in their normal form, and what is none. */
static void
try_forms(void)
{
	char		normal[CT_ACTION_MAX + 3];
	char		again[CT_ACTION_MAX + 3];
	char		given[CT_ACTION_MAX + 3];
	ct_error	err = {0};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
	{
		bool		valid = read_exact(forms[i].given, normal, &err);

		if (forms[i].normal)
			ok(valid && strcmp(normal, forms[i].normal) == 0, "\"%s\" is %s", forms[i].given, normal);
		else
			ok(!valid && err.code == forms[i].error && err.offset == forms[i].offset,
			   "\"%s\" is none: offset %zu, %s", forms[i].given, err.offset, ct_error_message(err.code));
	}
	memset(given, 'x', sizeof(given));
	memcpy(given, "s3:", 3);
	given[CT_ACTION_MAX] = '\0';
	ok(read_exact(given, normal, &err), "a pattern of %d characters", CT_ACTION_MAX);
	given[CT_ACTION_MAX] = 'x';
	given[CT_ACTION_MAX + 1] = '\0';
	ok(!read_exact(given, normal, &err) && err.code == CT_ERR_ACTION_LENGTH, "and not of one more");

	srand(1);
	for (int i = 0; i < 20000; i++)
	{
		random_text(given, 20, "aB*?:.3");
		if (!read_exact(given, normal, &err))
			continue;
		if (!read_exact(normal, again, &err) || strcmp(normal, again) != 0)
		{
			ok(false, "\"%s\", the normal form of \"%s\", is its own: \"%s\"", normal, given, again);
			return;
		}
	}
	ok(true, "a normal form is its own normal form");
}

/* What matches, against the slow matcher too. */
static void
try_matches(void)
{
	char		pattern[32];
	char		text[32];
	int			matched = 0;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		ct_action_pattern action = ct_action_pattern_of((ct_slice) {cases[i].pattern, strlen(cases[i].pattern)});
		ct_slice	service = exact(cases[i].service);
		ct_slice	name = exact(cases[i].name);

		ok(ct_action_matches(&action, service, name) == cases[i].matches, "%s %s %s:%s",
		   cases[i].pattern, cases[i].matches ? "matches" : "does not match", cases[i].service, cases[i].name);
		free((char *) service.ptr);
		free((char *) name.ptr);
	}
	for (int i = 0; i < 200000; i++)
	{
		random_text(pattern, 8, "abA*?*");
		random_text(text, 12, "abAB");
		matched += slow_match(pattern, text);
		if (ct_glob_matches((ct_slice) {pattern, strlen(pattern)}, (ct_slice) {text, strlen(text)}) != slow_match(pattern, text))
		{
			ok(false, "\"%s\" and \"%s\"", pattern, text);
			return;
		}
	}
	ok(matched > 10000, "200,000 random patterns match what a simpler matcher does, %d of them something", matched);
}

/* A pattern of many stars and a long text that it just misses: no exponential search. */
static void
try_many_stars(void)
{
	static char text[1000000];
	static const char pattern[] = "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b";

	memset(text, 'a', sizeof(text));
	ok(!ct_glob_matches((ct_slice) {pattern, strlen(pattern)}, (ct_slice) {text, sizeof(text)}),
	   "many stars against a long text");
}

/* The characters before the first wildcard. */
static void
try_prefix(const char *pattern, const char *prefix, bool is_whole)
{
	bool		whole;
	ct_slice	found = ct_literal_prefix((ct_slice) {pattern, strlen(pattern)}, &whole);

	ok(slice_is(found, prefix) && whole == is_whole, "\"%s\" begins with \"%s\"", pattern, prefix);
}

/* The order that does not tell A from a is one, and agrees with equality. */
static void
try_order(void)
{
	char		text[3][8];
	ct_slice	s[3];

	srand(2);
	for (int i = 0; i < 200000; i++)
	{
		int			order[3];

		for (int k = 0; k < 3; k++)
		{
			random_text(text[k], 4, "aAbB[_");
			s[k] = (ct_slice) {text[k], strlen(text[k])};
		}
		order[0] = ct_compare_folded(s[0], s[1]);
		order[1] = ct_compare_folded(s[1], s[2]);
		order[2] = ct_compare_folded(s[0], s[2]);
		if (order[0] != -ct_compare_folded(s[1], s[0]) || (order[0] <= 0 && order[1] <= 0 && order[2] > 0) ||
			(order[0] == 0) != (strcasecmp(text[0], text[1]) == 0))
		{
			ok(false, "order of \"%s\", \"%s\" and \"%s\"", text[0], text[1], text[2]);
			return;
		}
	}
	ok(true, "the order is antisymmetric and transitive");
}

int
main(void)
{
	try_forms();
	try_matches();
	try_many_stars();
	try_prefix("Get*Value", "Get", false);
	try_prefix("Get?", "Get", false);
	try_prefix("*", "", false);
	try_prefix("GetValue", "GetValue", true);
	try_order();
	return done_testing();
}
