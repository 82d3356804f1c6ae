/*
 * random_secret.c: random events that name secrets, of few letters so that much is alike.
 */
#include "random_secret.h"

#define CHOOSE(r, list) (list)[rng_below(r, sizeof(list) / sizeof((list)[0]))]

static const char *const accounts[] = {"111111111111", "222222222222"};
static const char *const regions[] = {"us-east-1", "eu-west-1"};

/* Values that name no secret. */
static const char *const odd_values[] = {
	"null", "7", "true", "[]", "{}", "\"\"", "[\"a\"]", "{\"arn\":\"a\"}", "\"arn:aws:kms:us-east-1:111111111111:key/a\"",
	"\"arn:aws:secretsmanager\"", "\"arn:aws:secretsmanager:us-east-1:111111111111:secret:\"", "\"a:b\"", "\"\\u0000\"",
	"\"\\ud800\"", "\"-AbCdEf\"",
};

/* Adds a name: a letter and up to two endings, mostly such as look like a suffix. */
static void
put_name(rng *r, buffer *b)
{
	static const char *const letters[] = {"a", "a", "b", "a/b"};
	static const char *const endings[] = {"-AbCdEf", "-AbCdEf", "-GhIjKl", "-x"};

	puts_to(b, CHOOSE(r, letters));
	for (int i = rng_below(r, 3); i > 0; i--)
		puts_to(b, CHOOSE(r, endings));
}

/* Adds the beginning of a secret's ARN. */
static void
put_arn(rng *r, buffer *b)
{
	puts_to(b, rng_percent(r, 90) ? "arn:aws:secretsmanager:" : "arn:aws-cn:secretsmanager:");
	puts_to(b, CHOOSE(r, regions));
	puts_to(b, ":");
	puts_to(b, rng_percent(r, 95) ? CHOOSE(r, accounts) : "");
	puts_to(b, ":secret:");
}

/* Adds the name, partial ARN or full ARN of a secret. */
void
put_random_secret(rng *r, buffer *b)
{
	if (rng_percent(r, 60))
		put_arn(r, b);
	put_name(r, b);
}

/* Adds a JSON string, now and then with an escape for its first letter, or what names no secret. */
static void
put_value(rng *r, buffer *b)
{
	size_t		start = b->len + 1;

	if (rng_percent(r, 8))
	{
		puts_to(b, CHOOSE(r, odd_values));
		return;
	}
	puts_to(b, "\"");
	put_random_secret(r, b);
	if (rng_percent(r, 2))
	{
		/* Longer than a secretId can be. */
		for (int i = 0; i < 2100; i++)
			puts_to(b, "x");
		puts_to(b, "-AbCdEf");
	}
	if (b->ptr[start] == 'a' && rng_percent(r, 10))
	{
		char	   *rest = strdup(b->ptr + start + 1);

		b->len = start;
		puts_to(b, "\\u0061");
		puts_to(b, rest);
		free(rest);
	}
	puts_to(b, "\"");
}

/* Adds a member in so many cases of a hundred; the first comes behind another. */
static void
put_member(rng *r, buffer *b, int percent, const char *key)
{
	if (!rng_percent(r, percent))
		return;
	puts_to(b, ",\"");
	puts_to(b, key);
	puts_to(b, "\":");
	put_value(r, b);
}

/* Adds an array of up to three elements, objects with a key or strings. */
static void
put_array(rng *r, buffer *b, const char *key, bool objects)
{
	static const char *const arn_keys[] = {"{\"ARN\":", "{\"arn\":", "{\"type\":\"x\",\"aRN\":"};

	puts_to(b, ",\"");
	puts_to(b, key);
	puts_to(b, "\":[");
	for (int i = 0, n = rng_below(r, 4); i < n; i++)
	{
		bool		object = rng_percent(r, 95) ? objects : !objects;

		puts_to(b, i ? "," : "");
		puts_to(b, object ? CHOOSE(r, arn_keys) : "");
		put_value(r, b);
		puts_to(b, object ? "}" : "");
	}
	puts_to(b, "]");
}

/* Adds a text with a secret in its midst. */
static void
put_text(rng *r, buffer *b, const char *key, const char *before, const char *after)
{
	puts_to(b, ",\"");
	puts_to(b, key);
	puts_to(b, "\":\"");
	puts_to(b, before);
	put_random_secret(r, b);
	puts_to(b, after);
	puts_to(b, "\"");
}

/* Adds an event that names secrets in any of the places. */
void
put_random_secret_event(rng *r, buffer *b)
{
	static const char *const arn_keys[] = {"arn", "aRN", "ARN"};
	static const char *const others[] = {"kms.amazonaws.com", "sts.amazonaws.com", "", "secretsmanager"};
	int			often = rng_percent(r, 50) ? 15 : 40;

	puts_to(b, "{\"eventSource\":\"");
	puts_to(b, rng_percent(r, 65) ? "secretsmanager.amazonaws.com" : CHOOSE(r, others));
	puts_to(b, "\"");
	if (rng_percent(r, 85))
	{
		puts_to(b, ",\"awsRegion\":\"");
		puts_to(b, CHOOSE(r, regions));
		puts_to(b, "\"");
	}
	if (rng_percent(r, 85))
	{
		puts_to(b, ",\"recipientAccountId\":\"");
		puts_to(b, CHOOSE(r, accounts));
		puts_to(b, "\"");
	}
	puts_to(b, ",\"requestParameters\":{\"x\":0");
	put_member(r, b, often, "secretId");
	put_member(r, b, often, "name");
	if (rng_percent(r, often))
		put_array(r, b, "secretIdList", false);
	puts_to(b, ",\"encryptionContext\":{\"x\":0");
	put_member(r, b, often, "SecretARN");
	puts_to(b, "}},\"responseElements\":{\"x\":0");
	put_member(r, b, often, CHOOSE(r, arn_keys));
	put_member(r, b, often, "name");
	puts_to(b, "},\"additionalEventData\":{\"x\":0");
	put_member(r, b, often, CHOOSE(r, arn_keys));
	put_member(r, b, often, "SecretId");
	put_member(r, b, often, "Name");
	puts_to(b, "}");
	if (rng_percent(r, often))
		put_array(r, b, "resources", true);
	if (rng_percent(r, often))
	{
		if (rng_percent(r, 50))
			put_text(r, b, "requestID", "Rotation-", "-eeb681b1-a07d-4aeb-9b61-1ee6590ec295");
		else
			put_text(r, b, "requestID", "SecretDeleteMessage:", ":2023-07-10T12:07:59.000Z:Forced");
	}
	if (rng_percent(r, often))
		put_text(r, b, "errorMessage", "not authorized to perform: x on resource: ", " because");
	puts_to(b, "}");
}
