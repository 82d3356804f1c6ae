/*
 * test_policy.c: whom resource policies let in.
 */
#include "exact.h"
#include "core/policy/policy.h"
#include "policy_cases.h"
#include "random_json.h"
#include "tap.h"

/* What is no policy: the error, and the offset where it tells one. */
static const struct
{
	const char *policy;
	ct_error_code code;
	size_t		offset;
}			errors[] = {
	{"", CT_ERR_VALUE, 0},
	{"nonsense", CT_ERR_LITERAL, 0},
	{"'a'", CT_ERR_NOT_OBJECT, 0},
	{" []", CT_ERR_NOT_OBJECT, 1},
	{"null", CT_ERR_NOT_OBJECT, 0},
	{"{'a':1} x", CT_ERR_TRAILING, 8},
	{"{'a':1,}", CT_ERR_KEY, 7},
	{"{'a':'\xff'}", CT_ERR_UTF8, 6},
	{"{'Statement':[],'a':'\\u0000'}", CT_ERR_POLICY_NUL, 21},
	{"{'Statement\\u0000':[]}", CT_ERR_POLICY_NUL, 11},
	{"{}", CT_ERR_POLICY_STATEMENT, 0},
	{" {'':[7]}", CT_ERR_POLICY_STATEMENT, 1},
	{"{'Statement':null}", CT_ERR_POLICY_STATEMENT, 13},
	{"{'Statement':'x'}", CT_ERR_POLICY_STATEMENT, 13},
	{"{'Statement':[7]}", CT_ERR_POLICY_STATEMENT, 14},
	{"{'Statement':[{'Effect':'Deny'},[]]}", CT_ERR_POLICY_STATEMENT, 32},
	{"{'Statement':{}}", CT_ERR_POLICY_EFFECT, 13},
	{" {'\\u0053tatement':{}}", CT_ERR_POLICY_EFFECT, 19},
	{"{'Statement':[{'Effect':'Deny'}, {'Effect':'Maybe'}]}", CT_ERR_POLICY_EFFECT, 33},
	{"{'Statement':{'Effect':true}}", CT_ERR_POLICY_EFFECT, 13},
	{"{'Statement':{'Effect':'Allow'}}", CT_ERR_POLICY_PRINCIPAL, 13},
	{"{'Statement':{'Effect':'Allow','Principal':null}}", CT_ERR_POLICY_PRINCIPAL, 13},
	{"{'Statement':{'Effect':'Allow','Principal':{'AWS':null}}}", CT_ERR_POLICY_PRINCIPAL, 13},
	{"{'Statement':{'Effect':'Allow','Principal':{'AWS':[['*']]}}}", CT_ERR_POLICY_PRINCIPAL, 13},
	{"{'Statement':{'Effect':'Allow','Principal':{'AWS':{'x':'*'}}}}", CT_ERR_POLICY_PRINCIPAL, 13},
	{"{'Statement':{'Effect':'Allow','Principal':{'Robot':'*'}}}", CT_ERR_POLICY_PRINCIPAL, 13},
	{"{'Statement':{'Effect':'Allow','Principal':'*','Condition':'x'}}", CT_ERR_POLICY_CONDITION, 13},
	{"{'Statement':{'Effect':'Allow','Principal':'*','Condition':{'StringEquals':[]}}}", CT_ERR_POLICY_CONDITION, 13},
	{"{'Statement':{'Effect':'Allow','Principal':'*','Condition':{'StringEquals':null}}}", CT_ERR_POLICY_CONDITION, 13},
	{"{'Statement':{'Effect':'Allow','Principal':'*','Condition':{'StringEquals':{'x':null}}}}", CT_ERR_POLICY_CONDITION, 13},
	{"{'Statement':{'Effect':'Allow','Principal':'*','Condition':{'Foo':{'x':[{}]}}}}", CT_ERR_POLICY_CONDITION, 13},
	/* what one reader drops and another takes */
	{"{'Statement':[],'Statement':[]}", CT_ERR_POLICY_REPEATED, 0},
	{"{'Statement':[],'\\u0053tatement':[]}", CT_ERR_POLICY_REPEATED, 0},
	{"{'Statement':[],'statement':[]}", CT_ERR_POLICY_REPEATED, 0},
	{PRINCIPAL("'*','Principal':'" OWNER "'"), CT_ERR_POLICY_REPEATED, 0},
	{"{'Statement':{'Effect':'Allow','Principal':'*','effect':'Deny'}}", CT_ERR_POLICY_REPEATED, 13},
	{"{'Statement':[],'a':[{'b':{'c':1,'c':2}}]}", CT_ERR_POLICY_REPEATED, 0},
};

/* A policy written with ' for ", in memory of its own size. */
static char *
exact_policy(const char *quoted, size_t *len)
{
	char	   *copy;

	*len = strlen(quoted);
	copy = exact_copy(quoted, *len);
	for (size_t i = 0; i < *len; i++)
	{
		if (copy[i] == '\'')
			copy[i] = '"';
	}
	return copy;
}

/* Tells whether a list holds the words of a text, in order. */
static bool
names_are(const char *what, const ct_names *names, const char *expected)
{
	buffer		b = {0};
	bool		same;

	put(&b, "", 0);
	for (size_t i = 0; i < names->count; i++)
	{
		if (i > 0)
			puts_to(&b, " ");
		put(&b, names->items[i].ptr, names->items[i].len);
	}
	same = strcmp(b.ptr, expected) == 0;
	if (!same)
		printf("# %s: %s\n", what, b.ptr);
	free(b.ptr);
	return same;
}

/* Policies and whom they let in. */
static void
try_answers(void)
{
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
	{
		size_t		len;
		char	   *json = exact_policy(answers[i].policy, &len);
		ct_policy	policy;
		ct_error	err = {0};
		bool		valid = ct_policy_read(json, len, CT_LITERAL(OWNER), &policy, &err);

		if (!valid)
			printf("# offset %zu: %s\n", err.offset, ct_error_message(err.code));
		ok(valid && names_are("principals", &policy.principals, answers[i].principals) &&
		   names_are("accounts", &policy.foreign_accounts, answers[i].accounts) &&
		   policy.is_public == answers[i].is_public,
		   "%s lets in %s %s", answers[i].policy, answers[i].is_public ? "anyone," : "only", answers[i].principals);
		ct_policy_free(&policy);
		free(json);
	}
}

/* What is no policy. */
static void
try_errors(void)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
	{
		size_t		len;
		char	   *json = exact_policy(errors[i].policy, &len);
		ct_policy	policy;
		ct_error	err = {0};
		bool		valid = ct_policy_read(json, len, CT_NO_SLICE, &policy, &err);

		ok(!valid && err.code == errors[i].code && err.offset == errors[i].offset,
		   "%s: offset %zu, %s", errors[i].policy, err.offset, ct_error_message(err.code));
		ct_policy_free(&policy);
		free(json);
	}
}

/* Reads a text of some length as a policy of nobody's. */
static bool
read_exact(const char *ptr, size_t len, ct_policy *policy, ct_error *err)
{
	char	   *json = exact_copy(ptr, len);
	bool		valid = ct_policy_read(json, len, CT_NO_SLICE, policy, err);

	free(json);
	return valid;
}

/* A policy of parts that are repeated in the middle. */
static void
put_repeated(buffer *b, const char *before, const char *part, int count, const char *after)
{
	b->len = 0;
	puts_to(b, before);
	for (int i = 0; i < count; i++)
		puts_to(b, part);
	puts_to(b, after);
}

/* Expects one error of a text. */
static void
expect_error(const buffer *b, ct_error_code code, const char *what)
{
	ct_policy	policy;
	ct_error	err = {0};
	bool		valid = read_exact(b->ptr, b->len, &policy, &err);

	ok(!valid && err.code == code, "%s: offset %zu, %s", what, err.offset, ct_error_message(err.code));
	ct_policy_free(&policy);
}

/* Expects a text to be a policy. */
static void
expect_policy(const buffer *b, size_t principals, bool is_public, const char *what)
{
	ct_policy	policy;
	ct_error	err = {0};
	bool		valid = read_exact(b->ptr, b->len, &policy, &err);

	if (!valid)
		printf("# offset %zu: %s\n", err.offset, ct_error_message(err.code));
	ok(valid && policy.principals.count == principals && policy.is_public == is_public, "%s", what);
	ct_policy_free(&policy);
}

/* Bounds of size, depth and count. */
static void
try_bounds(void)
{
	buffer		b = {0};
	buffer		list = {0};

	put_repeated(&b, "{\"Statement\":[]", " ", CT_POLICY_MAX - 16, "}");
	expect_policy(&b, 0, false, "a policy of 1 MB");
	puts_to(&b, " ");
	expect_error(&b, CT_ERR_POLICY_TOO_LARGE, "one byte more");

	put_repeated(&b, "{\"Statement\":[],\"a\":", "[", CT_POLICY_DEPTH_MAX - 1, "");
	for (int i = 1; i < CT_POLICY_DEPTH_MAX; i++)
		puts_to(&b, "]");
	puts_to(&b, "}");
	expect_policy(&b, 0, false, "32 levels");
	put_repeated(&b, "{\"Statement\":[],\"a\":", "[", CT_POLICY_DEPTH_MAX, "");
	for (int i = 0; i < CT_POLICY_DEPTH_MAX; i++)
		puts_to(&b, "]");
	puts_to(&b, "}");
	expect_error(&b, CT_ERR_POLICY_DEPTH, "33 levels");
	put_repeated(&b, "", "[", 100000, "");
	expect_error(&b, CT_ERR_DEPTH, "100,000 levels");

	put_repeated(&b, "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":[\"*\"", ",\"x\"", CT_NAMES_MAX - 1, "]}}");
	expect_policy(&b, 2, true, "10,000 principals, of two names");
	put_repeated(&b, "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":[\"*\"", ",\"x\"", CT_NAMES_MAX, "]}}");
	expect_error(&b, CT_ERR_POLICY_NAMES, "10,001");
	put_repeated(&b, "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Condition\":{\"StringEquals\":{\"aws:SourceAccount\":[\""
				 OTHER "\"", ",\"" OTHER "\"", CT_NAMES_MAX, "]}}}}");
	expect_error(&b, CT_ERR_POLICY_NAMES, "10,001 accounts");

	/* Every /8 is narrow alone, but half of the Internet together is not. */
	for (int n = 127; n <= 128; n++)
	{
		put_repeated(&list, "", "", 0, "");
		for (int i = 0; i < n; i++)
		{
			char		range[32];

			snprintf(range, sizeof(range), "%s\"%d.0.0.0/8\"", i > 0 ? "," : "", i);
			puts_to(&list, range);
		}
		put_repeated(&b, "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Condition\":{\"IpAddress\":{\"aws:SourceIp\":[",
					 list.ptr, 1, "]}}}}");
		expect_policy(&b, 1, n == 128, n == 128 ? "128 ranges of a 256th each are wide" : "127 are not");
	}
	free(list.ptr);
	free(b.ptr);
}

/* Each prefix of each policy, and damaged ones, are read without harm. */
static void
try_damage(void)
{
	rng			r = rng_fork(5, 1);
	buffer		b = {0};
	size_t		read_prefixes = 0;
	size_t		valid = 0;

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
	{
		size_t		len;
		char	   *json = exact_policy(answers[i].policy, &len);
		size_t		whole = len;
		ct_policy	policy;
		ct_error	err;

		while (json[whole - 1] == '\t' || json[whole - 1] == ' ')
			whole--;
		for (size_t n = 0; n < whole; n++)
		{
			read_prefixes += read_exact(json, n, &policy, &err);
			ct_policy_free(&policy);
		}
		for (int n = 0; n < 300; n++)
		{
			b.len = 0;
			put(&b, json, len);
			damage(&r, &b);
			valid += read_exact(b.ptr, b.len, &policy, &err);
			ct_policy_free(&policy);
		}
		free(json);
	}
	ok(read_prefixes == 0, "no prefix of a policy is one");
	ok(valid > 1000, "damaged policies do no harm; %zu were still some", valid);
	free(b.ptr);
}

/* Whatever the scanner takes for JSON becomes a tree. */
static void
try_random_documents(void)
{
	rng			r = rng_fork(5, 2);
	buffer		document = {0};
	buffer		b = {0};
	int			scanned = 0;
	int			lost = 0;

	for (int i = 0; i < 20000; i++)
	{
		ct_policy	policy;
		ct_error	err = {0};

		document.len = b.len = 0;
		put_random_document(&r, &document);
		if (i % 2 == 1)
			damage(&r, &document);
		puts_to(&b, "{\"Statement\":[],\"a\":");
		put(&b, document.ptr, document.len);
		puts_to(&b, "}");
		scanned += read_exact(b.ptr, b.len, &policy, &err);
		if (err.code == CT_ERR_OUT_OF_MEMORY && lost++ == 0)
			printf("# %s\n", b.ptr);
		ct_policy_free(&policy);
	}
	ok(lost == 0 && scanned > 1000, "%d random documents become trees, %d do not", scanned, lost);
	free(document.ptr);
	free(b.ptr);
}

int
main(void)
{
	try_answers();
	try_errors();
	try_bounds();
	try_damage();
	try_random_documents();
	return done_testing();
}
