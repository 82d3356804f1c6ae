/*
 * test_secret_id.c: how a secret can be named, and which names may mean one secret.
 */
#include "exact.h"
#include "core/secret/secret_id.h"
#include "tap.h"

#define HERE	"arn:aws:secretsmanager:us-east-1:111122223333:secret:"
#define THERE	"arn:aws:secretsmanager:eu-west-1:111122223333:secret:"
#define OTHERS	"arn:aws:secretsmanager:us-east-1:444455556666:secret:"

/* A text, and what is wrong with it where it names no secret. */
static const struct
{
	const char *text;
	ct_error_code error;
	size_t		offset;
}			inputs[] = {
	{"prod/db", 0, 0},
	{"a_b+c=d.e@f-g!", 0, 0},
	{HERE "prod/db-AbCdEf", 0, 0},
	{HERE "prod/db", 0, 0},
	{"arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:x", 0, 0},
	{"arn:aws-us-gov:secretsmanager:us-gov-west-1:111122223333:secret:x", 0, 0},
	{"arn:aws-iso-b:secretsmanager:us-isob-east-1:111122223333:secret:x", 0, 0},
	{"", CT_ERR_SECRET_EMPTY, 0},
	{"prod db", CT_ERR_SECRET_NAME, 4},
	{"prod/*", CT_ERR_SECRET_NAME, 5},
	{"prod\xc3\xa9", CT_ERR_SECRET_NAME, 4},
	{"ARN:aws", CT_ERR_SECRET_NAME, 3},
	{"arn:", CT_ERR_SECRET_ARN, 4},
	{"arn:aws:secretsmanager:us-east-1:111122223333", CT_ERR_SECRET_ARN, 45},
	{"arn:gcp:secretsmanager:us-east-1:111122223333:secret:x", CT_ERR_SECRET_PARTITION, 4},
	{"arn:AWS:secretsmanager:us-east-1:111122223333:secret:x", CT_ERR_SECRET_PARTITION, 4},
	{"arn:aws:kms:us-east-1:111122223333:key/x", CT_ERR_SECRET_SERVICE, 8},
	{"arn:aws:secretsmanager:*:111122223333:secret:x", CT_ERR_SECRET_REGION, 23},
	{"arn:aws:secretsmanager::111122223333:secret:x", CT_ERR_SECRET_REGION, 23},
	{"arn:aws:secretsmanager:us-east-1:1111:secret:x", CT_ERR_SECRET_ACCOUNT, 33},
	{"arn:aws:secretsmanager:us-east-1:11112222333a:secret:x", CT_ERR_SECRET_ACCOUNT, 44},
	{"arn:aws:secretsmanager:us-east-1:111122223333:secrets:x", CT_ERR_SECRET_RESOURCE, 46},
	{HERE, CT_ERR_SECRET_RESOURCE, 46},
	{HERE "x-AbCdEf:key:stage:id", CT_ERR_SECRET_NAME, 61},
};

/*
 * What is asked for, what an event names, and whether that may be it.  A bare
 * name of an event is of account 111122223333 and us-east-1.
 */
static const struct
{
	const char *asked;
	const char *named;
	bool		matches;
}			pairs[] = {
	/* full and full is exact */
	{HERE "db-AbCdEf", HERE "db-AbCdEf", true},
	{HERE "db-AbCdEf", HERE "db-GhIjKl", false},
	{HERE "db-AbCdEf", THERE "db-AbCdEf", false},
	{HERE "db-AbCdEf", OTHERS "db-AbCdEf", false},
	/* full and partial */
	{HERE "db-AbCdEf", HERE "db", true},
	{HERE "db", HERE "db-AbCdEf", true},
	{HERE "db", THERE "db-AbCdEf", false},
	{HERE "db", OTHERS "db-AbCdEf", false},
	{HERE "db", HERE "db2-AbCdEf", false},
	{HERE "db", HERE "db", true},
	/* names that end like a suffix are tried both ways */
	{HERE "app-config", HERE "app-config-AbCdEf", true},
	{HERE "app-config", HERE "app", true},
	{HERE "app-config-AbCdEf", HERE "app-config", true},
	{HERE "app-config-AbCdEf", HERE "app", false},
	{HERE "app", HERE "app-config", true},
	{HERE "app", HERE "app-config-AbCdEf", false},
	{HERE "x-abcdef", HERE "x-ghijkl", false},
	/* a name asked for: everywhere */
	{"db", "db", true},
	{"db", "db2", false},
	{"db", "DB", false},
	{"db", HERE "db-AbCdEf", true},
	{"db", THERE "db-AbCdEf", true},
	{"db", OTHERS "db", true},
	{"db", HERE "db2-AbCdEf", false},
	{"db-AbCdEf", HERE "db-AbCdEf", true},
	{"db-AbCdEf", "db", false},
	{"app-config", HERE "app-config", true},
	{"app", HERE "app-config", true},
	{"app", HERE "app-config-AbCdEf", false},
	/* a name in the event: of its account and Region */
	{HERE "db-AbCdEf", "db", true},
	{HERE "db", "db", true},
	{THERE "db-AbCdEf", "db", false},
	{OTHERS "db", "db", false},
	{HERE "db-AbCdEf", "db-AbCdEf", true},
	{HERE "app-config", "app-config", true},
	{HERE "app-config", "app", true},
	{HERE "app", "app-config", false},
};

/* What an event names, taken apart. */
static ct_secret_id
named_id(const char *text)
{
	ct_slice	s = {text, strlen(text)};

	if (ct_is_secret_arn(s))
		return ct_secret_id_of_arn(s);
	return (ct_secret_id) {.account = CT_LITERAL("111122223333"), .region = CT_LITERAL("us-east-1"), .name = s};
}

/* Reads a text from memory of its own size; the result points into it. */
static char *
read_exact(const char *text, ct_secret_id *id, bool *valid, ct_error *err)
{
	char	   *copy = exact_copy(text, strlen(text));

	*valid = ct_read_secret_id((ct_slice) {copy, strlen(text)}, id, err);
	return copy;
}

/* A name of some length, bare or in an ARN. */
static void
try_length(const char *before, size_t len, bool expected)
{
	buffer		b = {0};
	ct_secret_id id;
	ct_error	err;
	bool		valid;

	puts_to(&b, before);
	for (size_t i = 0; i < len; i++)
		put(&b, "x", 1);
	free(read_exact(b.ptr, &id, &valid, &err));
	ok(valid == expected, "\"%s\" and %zu characters", before, len);
	free(b.ptr);
}

int
main(void)
{
	ct_secret_id asked;
	ct_secret_id named;
	ct_error	err = {0};
	bool		valid;

	for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++)
	{
		free(read_exact(inputs[i].text, &asked, &valid, &err));
		if (inputs[i].error == 0)
			ok(valid, "\"%s\" names a secret", inputs[i].text);
		else
			ok(!valid && err.code == inputs[i].error && err.offset == inputs[i].offset,
			   "\"%s\" names none: offset %zu, %s", inputs[i].text, err.offset, ct_error_message(err.code));
	}
	try_length("", CT_SECRET_NAME_MAX, true);
	try_length("", CT_SECRET_NAME_MAX + 1, false);
	try_length(HERE, CT_SECRET_NAME_MAX + 7, true);
	try_length(HERE, CT_SECRET_NAME_MAX + 8, false);
	try_length("arn:aws", CT_SECRET_ID_MAX, false);

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
	{
		char	   *copy = read_exact(pairs[i].asked, &asked, &valid, &err);

		named = named_id(pairs[i].named);
		ok(valid && ct_secret_matches(&asked, &named) == pairs[i].matches, "asked for %s, %s is %s",
		   pairs[i].asked, pairs[i].named, pairs[i].matches ? "one" : "none");
		free(copy);
	}

	/* What the event does not tell agrees with all. */
	asked = ct_secret_id_of_arn(CT_LITERAL(OTHERS "db-AbCdEf"));
	named = (ct_secret_id) {.name = CT_LITERAL("db")};
	ok(ct_secret_matches(&asked, &named), "account and Region are not known");
	named.region = CT_LITERAL("us-east-1");
	ok(ct_secret_matches(&asked, &named), "the account is not known");
	named.region = CT_LITERAL("eu-west-1");
	ok(!ct_secret_matches(&asked, &named), "the account is not known, the Region is another");
	named = (ct_secret_id) {.account = CT_LITERAL("111122223333"), .name = CT_LITERAL("db")};
	ok(!ct_secret_matches(&asked, &named), "the Region is not known, the account is another");
	return done_testing();
}
