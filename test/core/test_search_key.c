/*
 * test_search_key.c: every way in which an event names secrets, and the promise
 * of the index: what concerns a secret is found by its keys.
 */
#include "exact.h"
#include "core/store/search_key.h"
#include "core/secret/secret.h"
#include "core/secret/secret_mention.h"
#include "tap.h"

#define ARN(rest)	"arn:aws:secretsmanager:us-east-1:111122223333:secret:" rest
#define SM(rest)	"{'eventSource':'secretsmanager.amazonaws.com','awsRegion':'us-east-1','recipientAccountId':'111122223333'," rest "}"
#define KMS(rest)	"{'eventSource':'kms.amazonaws.com','awsRegion':'us-east-1','recipientAccountId':'111122223333'," rest "}"

/* An event and the ways in which it names secrets, each ended by a space; a name comes with its place. */
static const struct
{
	const char *json;
	const char *ways;
}			cases[] = {
	{SM("'requestParameters':{'secretId':'db'}"), "us-east-1:111122223333:db "},
	{SM("'requestParameters':{'secretId':'" ARN("db-AbCdEf") "'}"), "us-east-1:111122223333:ARN:db-AbCdEf "},
	/* what is given better elsewhere is left out */
	{SM("'requestParameters':{'secretId':'db'},'responseElements':{'arn':'" ARN("db-AbCdEf") "','name':'db'}"), "us-east-1:111122223333:ARN:db-AbCdEf "},
	{SM("'requestParameters':{'secretId':'" ARN("db") "'},'responseElements':{'aRN':'" ARN("db-AbCdEf") "'}"), "us-east-1:111122223333:ARN:db-AbCdEf "},
	{SM("'requestParameters':{'secretId':'db'},'resources':[{'ARN':'x'},{'ARN':'" ARN("db-AbCdEf") "'}]"), "us-east-1:111122223333:ARN:db-AbCdEf "},
	{SM("'requestParameters':{'secretId':'db'},'responseElements':{'arn':'arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf'}"),
		"eu-west-1:111122223333:ARN:db-AbCdEf us-east-1:111122223333:db "},
	{SM("'requestParameters':{'secretId':'" ARN("db-GhIjKl") "'},'responseElements':{'arn':'" ARN("db-AbCdEf") "'}"),
		"us-east-1:111122223333:ARN:db-AbCdEf us-east-1:111122223333:ARN:db-GhIjKl "},
	/* lists */
	{SM("'requestParameters':{'secretIdList':['a','" ARN("b-AbCdEf") "','',7,'arn:aws:kms:x:1:key/y']}"), "us-east-1:111122223333:a us-east-1:111122223333:ARN:b-AbCdEf "},
	{SM("'requestParameters':{'filters':[{'key':'name','values':['db']}]}"), ""},
	{SM("'eventName':'ListSecrets','requestParameters':null"), ""},
	/* what is not known */
	{"{'eventSource':'secretsmanager.amazonaws.com','requestParameters':{'secretId':'db'}}", "-:-:db "},
	/* other services: ARNs alone */
	{KMS("'requestParameters':{'encryptionContext':{'SecretARN':'" ARN("db-AbCdEf") "'}}"), "us-east-1:111122223333:ARN:db-AbCdEf "},
	{KMS("'requestParameters':{'secretId':'db','name':'db'}"), ""},
	{KMS("'resources':[{'ARN':'" ARN("a-AbCdEf") "'},{'ARN':'arn:aws:s3:::x'},{'arn':'" ARN("b-AbCdEf") "'}]"), "us-east-1:111122223333:ARN:a-AbCdEf us-east-1:111122223333:ARN:b-AbCdEf "},
	{KMS("'errorMessage':'not authorized to perform: x on resource: " ARN("db-AbCdEf") " because'"), "us-east-1:111122223333:ARN:db-AbCdEf "},
	{KMS("'errorMessage':'not authorized to perform: x on resource: db because'"), ""},
	/* damage */
	{SM("'requestParameters':{'secretId':7,'name':null,'secretIdList':{}},'responseElements':[],'resources':'x','errorMessage':[1]"), ""},
};

/* An event and keys it must have, one a line: kind, text and scope. */
static const struct
{
	const char *json;
	const char *keys;
}			keyed[] = {
	{"{'eventSource':'S3.amazonaws.com','eventName':'GetObject','awsRegion':'us-east-1','errorCode':'AccessDenied','sourceIPAddress':'192.0.2.1',"
		"'recipientAccountId':'1','userIdentity':{'arn':'arn:aws:iam::1:user/u','accountId':'1','accessKeyId':'AKIA'}}",
		"1 getobject s3\n4 arn:aws:iam::1:user/u -\n5 AKIA -\n6 192.0.2.1 -\n8 1 -\n9 us-east-1 -\n10 AccessDenied -\n"},
	{"{'eventSource':'s3.amazonaws.com','eventName':'X','recipientAccountId':'1','userIdentity':{'arn':'arn:aws:sts::2:assumed-role/R/s','accountId':'2',"
		"'sessionContext':{'sessionIssuer':{'arn':'arn:aws:iam::2:role/p/R'}}}}",
		"1 x s3\n4 arn:aws:iam::2:role/p/R -\n4 arn:aws:sts::2:assumed-role/R/s -\n8 1 -\n8 2 -\n"},
	{"{'eventSource':'','eventName':'','awsRegion':'','errorCode':'','userIdentity':{'accessKeyId':''}}", ""},
	{"{'eventName':'Lonely'}", "1 lonely \n"},
	{"{'resources':[{'ARN':'a','arn':'b','aRN':'c','Name':'d'},{'\\u0041RN':'e'},{'ARN':7},'f',{'ARN':''}]}", "7 a -\n7 b -\n7 c -\n7 e -\n"},
	{KMS("'eventName':'x','requestParameters':{'secretId':'db'}"), "1 x kms\n8 111122223333 -\n9 us-east-1 -\n2 db -\n3 db :\n"},
	{SM("'eventName':'x','requestParameters':{'secretId':'" ARN("db-AbCdEf") "'}"), "1 x secretsmanager\n8 111122223333 -\n9 us-east-1 -\n2 db -\n3 db us-east-1:111122223333\n"},
};

/* Writes a slice, none as a hyphen. */
static void
put_slice(buffer *b, ct_slice s)
{
	if (s.ptr == NULL)
		puts_to(b, "-");
	else
		put(b, s.ptr, s.len);
}

/* Notes a way. */
static bool
note_way(void *arg, const ct_secret_id *id)
{
	put_slice(arg, id->region);
	puts_to(arg, ":");
	put_slice(arg, id->account);
	puts_to(arg, id->is_arn ? ":ARN:" : ":");
	put_slice(arg, id->name);
	puts_to(arg, " ");
	return true;
}

/* Counts a way, and has seen enough. */
static bool
count_one(void *arg, const ct_secret_id *id)
{
	(*(int *) arg)++;
	return false;
}

/* Notes a key. */
static void
note_key(void *arg, ct_key_kind kind, ct_slice text, ct_slice scope)
{
	char		number[16];

	snprintf(number, sizeof(number), "%d ", kind);
	puts_to(arg, number);
	put_slice(arg, text);
	puts_to(arg, " ");
	put_slice(arg, scope);
	puts_to(arg, "\n");
}

/* A key that is looked for. */
typedef struct search
{
	ct_key_kind kind;
	ct_slice	text;
	const char *scope;			/* NULL for none */
	bool		found;
} search;

/* Compares a key with what is looked for. */
static void
compare_key(void *arg, ct_key_kind kind, ct_slice text, ct_slice scope)
{
	search	   *s = arg;

	if (kind == s->kind && same_slice(text, s->text) && slice_is(scope, s->scope))
		s->found = true;
}

/* Tells whether an event has a key. */
static bool
has_key(sample *event, ct_key_kind kind, ct_slice text, const char *scope)
{
	search		s = {kind, text, scope, false};

	ct_each_key(&event->rec, fresh(event), compare_key, &s);
	return s.found;
}

/* Tells whether the index finds an event by the keys of a secret that is asked for. */
static bool
is_found(sample *event, const ct_secret_id *asked)
{
	ct_slice	names[CT_SECRET_KEYS_MAX];
	int			n = ct_asked_secret_keys(asked->name, names);
	char		scopes[4][80];

	snprintf(scopes[0], sizeof(scopes[0]), "%.*s:%.*s", (int) asked->region.len, asked->region.ptr, (int) asked->account.len, asked->account.ptr);
	snprintf(scopes[1], sizeof(scopes[1]), ":%.*s", (int) asked->account.len, asked->account.ptr);
	snprintf(scopes[2], sizeof(scopes[2]), "%.*s:", (int) asked->region.len, asked->region.ptr);
	snprintf(scopes[3], sizeof(scopes[3]), ":");
	for (int i = 0; i < n; i++)
	{
		if (!asked->is_arn && has_key(event, CT_KEY_SECRET, names[i], NULL))
			return true;
		for (int k = 0; asked->is_arn && k < 4; k++)
		{
			if (has_key(event, CT_KEY_SECRET_IN_REGION, names[i], scopes[k]))
				return true;
		}
	}
	return false;
}

/* One of some texts. */
static const char *
any_of(const char *const *texts, size_t n)
{
	return texts[(size_t) rand() % n];
}

/* Adds a name or ARN of few letters, so that many are alike. */
static void
put_random_id(buffer *b)
{
	static const char *const beginnings[] = {"", "", ARN(""), ARN(""), "arn:aws:secretsmanager:eu-west-1:111122223333:secret:",
	"arn:aws:secretsmanager:us-east-1:444455556666:secret:", "arn:aws:kms:us-east-1:1:key/"};
	static const char *const names[] = {"a", "b", "a-abcdef", "a-config", "b-AbCdEf"};
	static const char *const ends[] = {"", "", "-AbCdEf", "-config", "-GhIjKl"};

	puts_to(b, any_of(beginnings, 7));
	puts_to(b, any_of(names, 5));
	puts_to(b, any_of(ends, 5));
}

/* Makes an event that names secrets in some places. */
static void
put_random_event(buffer *b)
{
	static const char *const sources[] = {"secretsmanager.amazonaws.com", "secretsmanager.amazonaws.com", "kms.amazonaws.com"};
	static const char *const places[] = {"", "'awsRegion':'us-east-1',", "'recipientAccountId':'111122223333',", "'awsRegion':'us-east-1','recipientAccountId':'111122223333',"};
	static const char *const before[] = {"'requestParameters':{'secretId':'", "'requestParameters':{'name':'", "'responseElements':{'arn':'",
		"'responseElements':{'name':'", "'additionalEventData':{'SecretId':'", "'additionalEventData':{'Name':'", "'requestParameters':{'secretIdList':['",
		"'resources':[{'ARN':'", "'requestParameters':{'encryptionContext':{'SecretARN':'", "'errorMessage':'on resource: ", "'requestID':'Rotation-"};
	static const char *const behind[] = {"'}", "'}", "'}", "'}", "'}", "'}", "','b']}", "'}]", "'}}", " because'", "-eeb681b1-a07d-4aeb-9b61-1ee6590ec295'"};

	puts_to(b, "{");
	puts_to(b, any_of(places, 4));
	for (int i = 1 + rand() % 3; i > 0; i--)
	{
		size_t		place = (size_t) rand() % 11;

		puts_to(b, before[place]);
		put_random_id(b);
		puts_to(b, behind[place]);
		puts_to(b, ",");
	}
	puts_to(b, "'eventSource':'");
	puts_to(b, any_of(sources, 3));
	puts_to(b, "'}");
}

/* Asks random events for random secrets: what concerns one is found by its keys. */
static void
try_random(void)
{
	int			concerned = 0;
	int			found = 0;

	srand(3);
	for (int i = 0; i < 30000; i++)
	{
		buffer		json = {0};
		buffer		text = {0};
		sample		event;
		ct_secret_id asked;
		ct_error	err;

		put_random_event(&json);
		event = quoted_sample(json.ptr);
		for (int k = 0; k < 5; k++)
		{
			text.len = 0;
			put_random_id(&text);
			if (!ct_read_secret_id((ct_slice) {text.ptr, text.len}, &asked, &err))
				continue;
			found += is_found(&event, &asked);
			if (!ct_concerns_secret(&event.rec, fresh(&event), &asked))
				continue;
			concerned++;
			if (!is_found(&event, &asked))
			{
				ok(false, "%s is found by %s", json.ptr, text.ptr);
				return;
			}
		}
		drop_sample(&event);
		free(json.ptr);
		free(text.ptr);
	}
	ok(concerned > 10000 && found < 5 * concerned, "of random events, the keys find the %d that concern a secret, and %d others",
	   concerned, found - concerned);
}

int
main(void)
{
	int			visited = 0;
	sample		s;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		buffer		ways = {0};

		puts_to(&ways, "");
		s = quoted_sample(cases[i].json);
		ct_each_secret_way(&s.rec, fresh(&s), note_way, &ways);
		ok(s.valid && strcmp(ways.ptr, cases[i].ways) == 0, "%s names %s", cases[i].json, ways.ptr);
		drop_sample(&s);
		free(ways.ptr);
	}
	for (size_t i = 0; i < sizeof(keyed) / sizeof(keyed[0]); i++)
	{
		buffer		keys = {0};

		puts_to(&keys, "");
		s = quoted_sample(keyed[i].json);
		ct_each_key(&s.rec, fresh(&s), note_key, &keys);
		if (!ok(s.valid && strcmp(keys.ptr, keyed[i].keys) == 0, "keys of %s", keyed[i].json))
			printf("# %zu bytes:\n%s", keys.len, keys.ptr);
		drop_sample(&s);
		free(keys.ptr);
	}
	s = quoted_sample(SM("'requestParameters':{'secretIdList':['a','b','c']}"));
	ct_each_secret_way(&s.rec, fresh(&s), count_one, &visited);
	ok(visited == 1, "a walk that has seen enough ends");
	drop_sample(&s);
	try_random();
	return done_testing();
}
