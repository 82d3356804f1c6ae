/*
 * random_event.c: random CloudTrail records, odd in what is derived from them.
 */
#include "random_event.h"

#define CHOOSE(r, list) (list)[rng_below(r, sizeof(list) / sizeof((list)[0]))]

static const char *const accounts[] = {
	"123456789012", "000000000000", "000000000001", "999999999999", "012345678901", "12345678901x", "1234567890123",
	"12345", "", "anonymous", "12345678901\\u0030", " 12345678901",
};
static const char *const regions[] = {"us-east-1", "cn-north-1", "us-gov-west-1", "eu-west-1", "", "\\u0065u-west-1"};
static const char *const sources[] = {
	"secretsmanager.amazonaws.com", "secretsmanager.amazonaws.com", "secretsmanager.amazonaws.com.cn", "kms.amazonaws.com",
	"sts.amazonaws.com", ".amazonaws.com", "amazonaws.com", "example.org", "", "x.amazonaws.com.amazonaws.com", "\\u0073ts.amazonaws.com",
};
static const char *const texts[] = {"", "x", "GetSecretValue", "AccessDenied", "a/b_c+d=e.f@g-h", "\\u0000", "\\ud800", "\xc3\xa9\\n\\\"", "*"};
static const char *const truths[] = {"true", "false", "'true'", "'False'", "null", "1", "'x'", "{}"};
static const char *const odd_values[] = {"null", "7", "true", "[]", "{}", "{'arn':'x'}", "['x']", "-1.5e-7"};
static const char *const addresses[] = {
	"192.0.2.1", "2001:db8::1", "::", "AWS Internal", "172.01.01.001", "kms.amazonaws.com", "", "255.255.255.255",
};

/* Adds JSON written with ' for ". */
static void
put_quoted(buffer *b, const char *json)
{
	for (; *json; json++)
		put(b, *json == '\'' ? "\"" : json, 1);
}

/* Adds characters of a name, now and then about as many as a header has room for. */
static void
put_name(rng *r, buffer *b)
{
	size_t		len = rng_percent(r, 80) ? rng_below(r, 12) :
		rng_percent(r, 90) ? 190 + rng_below(r, 30) : rng_below(r, 5000);

	if (rng_percent(r, 40))
		puts_to(b, CHOOSE(r, texts));
	for (size_t i = 0; i < len; i++)
		put(b, &"abc/-_XYZ789"[rng_below(r, 12)], 1);
}

/* Adds an ARN: of a secret, a role, a session or anything else; in an account of the list. */
static void
put_arn(rng *r, buffer *b, const char *account, const char *region)
{
	static const char *const kinds[] = {"user/", "role/", "assumed-role/R/", "assumed-role/", "federated-user/", "root", "group/", ""};

	if (rng_percent(r, 5))
	{
		puts_to(b, "arn:aws");
		return;
	}
	if (rng_percent(r, 25))
		account = CHOOSE(r, accounts);
	if (rng_percent(r, 10))
		region = CHOOSE(r, regions);
	puts_to(b, rng_percent(r, 85) ? "arn:aws:" : "arn:aws-cn:");
	if (rng_percent(r, 50))
	{
		puts_to(b, "secretsmanager:");
		puts_to(b, region);
		puts_to(b, ":");
		puts_to(b, account);
		puts_to(b, ":secret:");
	}
	else
	{
		puts_to(b, rng_percent(r, 60) ? "iam::" : "sts::");
		puts_to(b, account);
		puts_to(b, ":");
		puts_to(b, CHOOSE(r, kinds));
	}
	put_name(r, b);
	if (rng_percent(r, 50))
		puts_to(b, "-AbCdEf");
}

/* Adds a member whose value is a string out of a list, or odd. */
static void
put_member(rng *r, buffer *b, const char *key, const char *value)
{
	if (rng_percent(r, 12))
		return;
	put_quoted(b, ",'");
	puts_to(b, key);
	put_quoted(b, "':");
	if (rng_percent(r, 6))
		put_quoted(b, CHOOSE(r, odd_values));
	else
	{
		put_quoted(b, "'");
		if (value != NULL)
			puts_to(b, value);
		else
			put_name(r, b);
		put_quoted(b, "'");
	}
}

/* Adds a member whose value is an ARN. */
static void
put_arn_member(rng *r, buffer *b, const char *key, const char *account, const char *region)
{
	buffer		arn = {0};

	put_arn(r, &arn, account, region);
	put_member(r, b, key, rng_percent(r, 75) ? arn.ptr : NULL);
	free(arn.ptr);
}

/* Adds a member whose value is a truth value, or nearly one. */
static void
put_truth(rng *r, buffer *b, const char *key)
{
	put_quoted(b, ",'");
	puts_to(b, key);
	put_quoted(b, "':");
	put_quoted(b, CHOOSE(r, truths));
}

/* Adds a record with a readable eventTime. */
void
put_random_event(rng *r, buffer *b)
{
	const char *account = CHOOSE(r, accounts);
	const char *region = CHOOSE(r, regions);
	char		time[64];

	snprintf(time, sizeof(time), "{'eventTime':'%04u-%02u-%02uT%02u:%02u:%02u.%06uZ'", 1 + rng_below(r, 9999),
			 1 + rng_below(r, 12), 1 + rng_below(r, 28), rng_below(r, 24), rng_below(r, 60), rng_below(r, 60), rng_below(r, 1000000));
	put_quoted(b, time);
	put_member(r, b, "eventName", NULL);
	put_member(r, b, "eventSource", rng_percent(r, 90) ? CHOOSE(r, sources) : NULL);
	put_member(r, b, "awsRegion", rng_percent(r, 90) ? region : NULL);
	put_member(r, b, "recipientAccountId", rng_percent(r, 90) ? account : NULL);
	put_member(r, b, "sourceIPAddress", CHOOSE(r, addresses));
	put_member(r, b, "eventID", rng_percent(r, 70) ? "0f8a3d1e-1111-4222-8333-abcdef012345" : NULL);
	if (rng_percent(r, 30))
		put_member(r, b, "errorCode", NULL);
	if (rng_percent(r, 30))
		put_member(r, b, "errorMessage", "not authorized on resource: prod/db because");
	put_truth(r, b, "readOnly");
	put_truth(r, b, "managementEvent");
	put_quoted(b, ",'userIdentity':{'type':'x'");
	put_arn_member(r, b, "arn", account, region);
	put_member(r, b, "accountId", account);
	put_quoted(b, ",'sessionContext':{'x':0");
	if (rng_percent(r, 40))
	{
		put_quoted(b, ",'sessionIssuer':{'x':0");
		put_arn_member(r, b, "arn", account, region);
		puts_to(b, "}");
	}
	put_quoted(b, ",'attributes':{'x':0");
	put_truth(r, b, "mfaAuthenticated");
	put_quoted(b, "}}},'requestParameters':{'x':0");
	put_arn_member(r, b, "secretId", account, region);
	put_quoted(b, ",'encryptionContext':{'x':0");
	put_arn_member(r, b, "SecretARN", account, region);
	put_quoted(b, "}},'responseElements':{'x':0");
	if (rng_percent(r, 30))
		put_arn_member(r, b, "arn", account, region);
	put_quoted(b, "}}");
}
