/*
 * test_secret.c: which secret an event concerns, wherever it says so.
 */
#include "exact.h"
#include "core/secret/secret.h"
#include "tap.h"

#define ARN(name)	"arn:aws:secretsmanager:us-east-1:123456789012:secret:" name
#define FULL		ARN("prod/db-AbCdEf")
#define OTHER		ARN("other-GhIjKl")
#define PARTIAL		ARN("prod/db")
#define KEY			"arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
#define TOKEN		"eeb681b1-a07d-4aeb-9b61-1ee6590ec295"
#define HEX			"0123456789abcdef0123456789abcdef"
#define USER		"User: arn:aws:sts::123456789012:assumed-role/R/s is not authorized to perform: "

/* Events of a service; SM is an event of Secrets Manager's own, KMS one of the key service. */
#define EVENT(source, rest) "{'eventSource':'" source "','awsRegion':'us-east-1','recipientAccountId':'123456789012'" rest "}"
#define SM(rest)	EVENT("secretsmanager.amazonaws.com", "," rest)
#define KMS(rest)	EVENT("kms.amazonaws.com", "," rest)
#define REQUEST(x)	"'requestParameters':{" x "}"
#define RESPONSE(x)	"'responseElements':{" x "}"
#define ADDED(x)	"'additionalEventData':{" x "}"
#define REFUSAL(x)	"'errorCode':'AccessDenied','requestParameters':null,'errorMessage':'" USER x "'"
#define DENIED(x)	REFUSAL("secretsmanager:GetSecretValue on resource: " x)

/* An event, the secret it concerns as it gives it, and the secret's ARN and name. */
static const struct
{
	const char *json;
	ct_secret_source source;
	const char *id;
	const char *arn;
	const char *name;
}			cases[] = {
#define FULL_CASE(source) source, FULL, FULL, "prod/db"
#define NAME_CASE(source, name) source, name, ARN(name), name
#define NONE_CASE CT_SECRET_NONE, NULL, NULL, NULL

	/* each place alone, in the order of trust */
	{SM(RESPONSE("'arn':'" FULL "'")), FULL_CASE(CT_SECRET_RESPONSE)},
	{SM(RESPONSE("'aRN':'" FULL "'")), FULL_CASE(CT_SECRET_RESPONSE)},
	{SM(RESPONSE("'ARN':'" FULL "'")), FULL_CASE(CT_SECRET_RESPONSE)},
	{SM(ADDED("'ARN':'" FULL "'")), FULL_CASE(CT_SECRET_SERVICE_EVENT)},
	{SM(ADDED("'SecretId':'" FULL "'")), FULL_CASE(CT_SECRET_SERVICE_EVENT)},
	{SM(ADDED("'secretId':'" FULL "'")), FULL_CASE(CT_SECRET_SERVICE_EVENT)},
	{SM("'resources':[{'ARN':'" FULL "'}]"), FULL_CASE(CT_SECRET_RESOURCE)},
	{SM("'resources':[{'ARN':'" KEY "'},{'arn':'" FULL "'}]"), FULL_CASE(CT_SECRET_RESOURCE)},
	{SM(REQUEST("'secretId':'" FULL "'")), FULL_CASE(CT_SECRET_REQUEST_ARN)},
	{KMS(REQUEST("'encryptionContext':{'SecretARN':'" FULL "'}")), FULL_CASE(CT_SECRET_KMS)},
	{SM("'requestID':'Rotation-" FULL "-" TOKEN "'"), FULL_CASE(CT_SECRET_REQUEST_ID)},
	{SM("'requestID':'SecretDeleteMessage:" FULL ":2023-07-10T12:07:59.000Z:Forced'"), FULL_CASE(CT_SECRET_REQUEST_ID)},
	{SM(DENIED(FULL " because no identity-based policy allows it")), FULL_CASE(CT_SECRET_MESSAGE_ARN)},
	{SM(REQUEST("'secretId':'" PARTIAL "'")), CT_SECRET_PARTIAL_ARN, PARTIAL, PARTIAL, "prod/db"},
	{SM(REQUEST("'secretId':'prod/db'")), NAME_CASE(CT_SECRET_NAME, "prod/db")},
	{SM(REQUEST("'name':'prod/db'")), NAME_CASE(CT_SECRET_NAME, "prod/db")},
	{SM(RESPONSE("'name':'prod/db'")), NAME_CASE(CT_SECRET_NAME, "prod/db")},
	{SM(ADDED("'Name':'prod/db'")), NAME_CASE(CT_SECRET_NAME, "prod/db")},
	{SM(ADDED("'name':'prod/db'")), NAME_CASE(CT_SECRET_NAME, "prod/db")},
	{SM(ADDED("'SecretId':'prod/db'")), NAME_CASE(CT_SECRET_NAME, "prod/db")},
	{SM(DENIED("prod/db because no identity-based policy allows it")), NAME_CASE(CT_SECRET_NAME, "prod/db")},
	{SM(REQUEST("'secretIdList':['prod/db']")), NAME_CASE(CT_SECRET_LIST, "prod/db")},
	{SM(REQUEST("'secretIdList':['" FULL "']")), FULL_CASE(CT_SECRET_LIST)},

	/* the more trustworthy place wins */
	{SM(REQUEST("'secretId':'" OTHER "'") "," RESPONSE("'arn':'" FULL "'")), FULL_CASE(CT_SECRET_RESPONSE)},
	{SM(REQUEST("'secretId':'prod/db'") "," RESPONSE("'arn':'" FULL "','name':'prod/db'")), FULL_CASE(CT_SECRET_RESPONSE)},
	{SM(REQUEST("'secretId':'" OTHER "'") "," ADDED("'ARN':'" FULL "'")), FULL_CASE(CT_SECRET_SERVICE_EVENT)},
	{SM(REQUEST("'secretId':'" OTHER "'") ",'resources':[{'ARN':'" FULL "'}]"), FULL_CASE(CT_SECRET_RESOURCE)},
	{SM(REQUEST("'secretId':'" FULL "'") ",'requestID':'Rotation-" OTHER "-" TOKEN "'"), FULL_CASE(CT_SECRET_REQUEST_ARN)},
	{SM("'requestID':'Rotation-" FULL "-" TOKEN "','errorMessage':'on resource: " OTHER "'"), FULL_CASE(CT_SECRET_REQUEST_ID)},
	{SM(REQUEST("'secretId':'" PARTIAL "'") ",'errorMessage':'on resource: " FULL " because'"), FULL_CASE(CT_SECRET_MESSAGE_ARN)},
	{SM(REQUEST("'secretId':'prod/db'") ",'errorMessage':'on resource: other because'"), NAME_CASE(CT_SECRET_NAME, "prod/db")},
	{SM(REQUEST("'secretId':'prod/db','secretIdList':['x','y']")), NAME_CASE(CT_SECRET_NAME, "prod/db")},
	{SM(REQUEST("'secretId':'prod/db'") "," RESPONSE("'arn':null")), NAME_CASE(CT_SECRET_NAME, "prod/db")},
	{SM(REQUEST("'secretId':'prod/db'") "," RESPONSE("'arn':'" KEY "'")), NAME_CASE(CT_SECRET_NAME, "prod/db")},
	{SM(REQUEST("'name':'prod/db'") ",'responseElements':null"), NAME_CASE(CT_SECRET_NAME, "prod/db")},
	{SM(ADDED("'ARN':'" FULL "','Name':'as-given'")), FULL_CASE(CT_SECRET_SERVICE_EVENT)},

	/* requestID */
	{SM("'requestID':'Rotation-" FULL "-" HEX "'"), FULL_CASE(CT_SECRET_REQUEST_ID)},
	{SM("'requestID':'Rotation-" FULL "-terraform-20230710120759000000000001'"), FULL_CASE(CT_SECRET_REQUEST_ID)},
	{SM("'requestID':'Rotation-" ARN("a-secret-AbCdEf") "-" TOKEN "'"),
		CT_SECRET_REQUEST_ID, ARN("a-secret-AbCdEf"), ARN("a-secret-AbCdEf"), "a-secret"},
	{SM("'requestID':'Rotation-" FULL "-" HEX HEX "'"), FULL_CASE(CT_SECRET_REQUEST_ID)},
	{SM("'requestID':'Rotation-" FULL "-" HEX HEX "0'"), CT_SECRET_REQUEST_ID, FULL "-" HEX HEX "0", FULL "-" HEX HEX "0", "prod/db-AbCdEf-" HEX HEX "0"},
	{SM("'requestID':'Rotation-" ARN("rds!db_1+2=3.4@5-AbCdEf") "-" TOKEN "'"),
		CT_SECRET_REQUEST_ID, ARN("rds!db_1+2=3.4@5-AbCdEf"), ARN("rds!db_1+2=3.4@5-AbCdEf"), "rds!db_1+2=3.4@5"},
	{SM("'requestID':'Rotation-" FULL "'"), FULL_CASE(CT_SECRET_REQUEST_ID)},
	{SM("'requestID':'" TOKEN "'"), NONE_CASE},
	{SM("'requestID':'Rotation-" KEY "-" TOKEN "'"), NONE_CASE},
	{SM("'requestID':'Rotation-prod/db-" TOKEN "'"), NONE_CASE},

	/* refusals */
	{SM(DENIED(FULL)), FULL_CASE(CT_SECRET_MESSAGE_ARN)},
	{SM(DENIED(FULL " with an explicit deny in a resource-based policy")), FULL_CASE(CT_SECRET_MESSAGE_ARN)},
	{SM(DENIED(FULL ", because of a boundary")), FULL_CASE(CT_SECRET_MESSAGE_ARN)},
	{SM(DENIED(PARTIAL " because")), CT_SECRET_MESSAGE_ARN, PARTIAL, PARTIAL, "prod/db"},
	{SM(DENIED("prod/db")), NAME_CASE(CT_SECRET_NAME, "prod/db")},
	{SM(DENIED("prod/db with an explicit deny in an identity-based policy")), NAME_CASE(CT_SECRET_NAME, "prod/db")},
	{SM(DENIED("a_b+c=d.e@f-g because")), NAME_CASE(CT_SECRET_NAME, "a_b+c=d.e@f-g")},
	{SM(DENIED("*")), NONE_CASE},
	{SM(DENIED("* because no identity-based policy allows it")), NONE_CASE},
	{SM(DENIED(ARN("*") " because")), NONE_CASE},
	{SM(DENIED("")), NONE_CASE},
	{SM(REFUSAL("kms:Decrypt on resource: " KEY " because")), NONE_CASE},
	{SM(REFUSAL("secretsmanager:ListSecrets because no identity-based policy allows it")), NONE_CASE},
	{SM("'errorMessage':'Secrets Manager can\\u2019t find the specified secret.'"), NONE_CASE},
	{SM("'errorMessage':{'a':'on resource: prod/db'}"), NONE_CASE},
	{SM("'errorMessage':'on resource\\u003a prod\\/db because'"), NAME_CASE(CT_SECRET_NAME, "prod/db")},
	{KMS(REFUSAL("kms:Decrypt on resource: " KEY " because")), NONE_CASE},
	{KMS(REFUSAL("kms:Decrypt on resource: prod/db because")), NONE_CASE},
	{EVENT("sts.amazonaws.com", "," DENIED(FULL " because")), FULL_CASE(CT_SECRET_MESSAGE_ARN)},

	/* batches */
	{SM(REQUEST("'secretIdList':[]")), NONE_CASE},
	{SM(REQUEST("'secretIdList':['prod/db','b']")), NONE_CASE},
	{SM(REQUEST("'secretIdList':'prod/db'")), NONE_CASE},
	{SM(REQUEST("'secretIdList':[7]")), NONE_CASE},
	{SM(REQUEST("'secretIdList':['']")), NONE_CASE},
	{SM(REQUEST("'secretIdList':['" KEY "']")), NONE_CASE},
	{SM(REQUEST("'filters':[{'key':'name','values':['prod']}]")), NONE_CASE},

	/* names and suffixes */
	{SM(REQUEST("'secretId':'a/b_c+d=e.f@g-h'")), NAME_CASE(CT_SECRET_NAME, "a/b_c+d=e.f@g-h")},
	{SM(REQUEST("'secretId':'rds!db-1234'")), NAME_CASE(CT_SECRET_NAME, "rds!db-1234")},
	{SM(REQUEST("'secretId':'MySecret-abcdef'")), NAME_CASE(CT_SECRET_NAME, "MySecret-abcdef")},
	{SM(REQUEST("'secretId':'" ARN("MySecret-abcdef") "'")), CT_SECRET_REQUEST_ARN, ARN("MySecret-abcdef"), ARN("MySecret-abcdef"), "MySecret"},
	{SM(REQUEST("'secretId':'" ARN("MySecret-abcde") "'")), CT_SECRET_PARTIAL_ARN, ARN("MySecret-abcde"), ARN("MySecret-abcde"), "MySecret-abcde"},
	{SM(REQUEST("'secretId':'" ARN("MySecret-abc_ef") "'")), CT_SECRET_PARTIAL_ARN, ARN("MySecret-abc_ef"), ARN("MySecret-abc_ef"), "MySecret-abc_ef"},
	{SM(REQUEST("'secretId':'" ARN("a-AbCdEf-GhIjKl") "'")), CT_SECRET_REQUEST_ARN, ARN("a-AbCdEf-GhIjKl"), ARN("a-AbCdEf-GhIjKl"), "a-AbCdEf"},
	{SM(REQUEST("'secretId':'prod\\/\\u0064b'")), NAME_CASE(CT_SECRET_NAME, "prod/db")},

	/* what is none */
	{SM(REQUEST("")), NONE_CASE},
	{SM(REQUEST("'secretId':''")), NONE_CASE},
	{SM(REQUEST("'secretId':null")), NONE_CASE},
	{SM(REQUEST("'secretId':['prod/db']")), NONE_CASE},
	{SM("'requestParameters':'prod/db'"), NONE_CASE},
	{SM(REQUEST("'secretId':'" KEY "'")), NONE_CASE},
	{SM(REQUEST("'secretId':'" ARN("") "'")), NONE_CASE},
	{SM(REQUEST("'secretId':'arn:aws:secretsmanager'")), NONE_CASE},
	{SM("'resources':[{'ARN':'" KEY "'}]"), NONE_CASE},
	{SM("'resources':'" FULL "'"), NONE_CASE},
	{"{}", NONE_CASE},
	{"{'eventSource':7,'requestParameters':{'secretId':'prod/db'}}", NONE_CASE},

	/* other services */
	{KMS("'resources':[{'ARN':'" KEY "'},{'ARN':'" FULL "'}]"), FULL_CASE(CT_SECRET_RESOURCE)},
	{KMS(REQUEST("'secretId':'prod/db'")), NONE_CASE},
	{KMS(REQUEST("'secretId':'" FULL "'")), NONE_CASE},
	{KMS(REQUEST("'encryptionContext':{'SecretARN':'prod/db'}")), NONE_CASE},
	{KMS(REQUEST("'encryptionContext':{'aws:ebs:id':'vol-1'}")), NONE_CASE},
	{KMS(REQUEST("'name':'prod/db'") "," RESPONSE("'arn':'" FULL "','name':'prod/db'")), NONE_CASE},
	{EVENT("iam.amazonaws.com", "," RESPONSE("'arn':'arn:aws:iam::1:role/R'")), NONE_CASE},
	{EVENT("secretsmanagers.amazonaws.com", "," REQUEST("'secretId':'prod/db'")), NONE_CASE},
	{EVENT("x.secretsmanager.amazonaws.com", "," REQUEST("'secretId':'prod/db'")), NONE_CASE},
	{EVENT("secretsmanager.amazonaws.com.cn", "," REQUEST("'secretId':'prod/db'")), NAME_CASE(CT_SECRET_NAME, "prod/db")},

	/* the ARN that a name implies */
	{"{'eventSource':'secretsmanager.amazonaws.com.cn','awsRegion':'cn-north-1','recipientAccountId':'1'," REQUEST("'secretId':'s'") "}",
		CT_SECRET_NAME, "s", "arn:aws-cn:secretsmanager:cn-north-1:1:secret:s", "s"},
	{"{'eventSource':'secretsmanager.amazonaws.com','awsRegion':'us-gov-west-1','recipientAccountId':'1'," REQUEST("'secretId':'s'") "}",
		CT_SECRET_NAME, "s", "arn:aws-us-gov:secretsmanager:us-gov-west-1:1:secret:s", "s"},
	{"{'eventSource':'secretsmanager.amazonaws.com','awsRegion':'r','userIdentity':{'arn':'arn:aws-us-gov:iam::2:user/u'}," REQUEST("'secretId':'s'") "}",
		CT_SECRET_NAME, "s", "arn:aws-us-gov:secretsmanager:r:2:secret:s", "s"},
	{"{'eventSource':'secretsmanager.amazonaws.com','recipientAccountId':'1'," REQUEST("'secretId':'s'") "}", CT_SECRET_NAME, "s", NULL, "s"},
	{"{'eventSource':'secretsmanager.amazonaws.com','awsRegion':'us-east-1'," REQUEST("'secretId':'s'") "}", CT_SECRET_NAME, "s", NULL, "s"},
	{"{'eventSource':'secretsmanager.amazonaws.com'," REQUEST("'secretId':'" FULL "'") "}", FULL_CASE(CT_SECRET_REQUEST_ARN)},
};

/* An event, and the secret as its caller named it. */
static const struct
{
	const char *json;
	const char *id;
}			given[] = {
	{SM(REQUEST("'secretId':'" FULL "'") "," RESPONSE("'arn':'" OTHER "'")), FULL},
	{SM(REQUEST("'secretId':'db'")), "db"},
	{SM(REQUEST("'secretId':'','name':'new'") "," RESPONSE("'arn':'" OTHER "'")), "new"},
	{SM(REQUEST("'secretIdList':['one']")), "one"},
	{SM(REQUEST("'secretIdList':['one','two']")), NULL},
	{SM(DENIED("probed because no identity-based policy allows it")), "probed"},
	{SM(ADDED("'SecretId':'" FULL "'")), NULL},
	{KMS(REQUEST("'encryptionContext':{'SecretARN':'" FULL "'}")), NULL},
};

/* An event and the version of the secret that it tells. */
static const struct
{
	const char *json;
	const char *version;
}			versions[] = {
	{SM(RESPONSE("'versionId':'v'")), "v"},
	{SM(ADDED("'VersionId':'v'")), "v"},
	{SM(ADDED("'SecretVersionId':'v'")), "v"},
	{SM(REQUEST("'versionId':'v'")), "v"},
	{SM(REQUEST("'moveToVersionId':'v','removeFromVersionId':'w'")), "v"},
	{SM(REQUEST("'versionId':'w'") "," RESPONSE("'versionId':'v'")), "v"},
	{SM("'eventName':'PutSecretValue'," REQUEST("'clientRequestToken':'v'")), "v"},
	{SM("'eventName':'RotateSecret'," REQUEST("'clientRequestToken':'v'")), "v"},
	{SM("'eventName':'UpdateSecret'," REQUEST("'clientRequestToken':'v'")), NULL},
	{SM("'eventName':'PutSecretValue'," REQUEST("'clientRequestToken':'w'") "," RESPONSE("'versionId':'v'")), "v"},
	{SM(REQUEST("'versionId':''")), NULL},
	{SM(REQUEST("'versionStage':'AWSCURRENT'")), NULL},
	{KMS(REQUEST("'encryptionContext':{'SecretARN':'" FULL "','SecretVersionId':'v'}")), "v"},
	{KMS(REQUEST("'encryptionContext':{'SecretVersionId':'v'}")), NULL},
	{KMS(REQUEST("'encryptionContext':{'SecretARN':'" FULL "','SecretVersionId':'RequestToValidateKeyAccess'}")), NULL},
	{KMS(REQUEST("'versionId':'v'")), NULL},
	{EVENT("lambda.amazonaws.com", "," REQUEST("'versionId':'v'")), NULL},
};

/* An event and all its secrets, each ended by a space. */
static const struct
{
	const char *json;
	const char *arns;
}			lists[] = {
	{SM(REQUEST("'secretIdList':['a','" FULL "','b']")), ARN("a") " " FULL " " ARN("b") " "},
	{SM(REQUEST("'secretIdList':['prod/db']")), PARTIAL " " PARTIAL " "},
	{SM(REQUEST("'secretIdList':['',7,null,'" KEY "','\\u0061']")), ARN("a") " "},
	{SM(REQUEST("'secretIdList':[]")), ""},
	{SM(REQUEST("'secretId':'" FULL "'")), FULL " "},
	{SM(REQUEST("'secretId':'" FULL "'") ",'resources':[{'ARN':'" OTHER "'},{'ARN':'" KEY "'},{'ARN':'x'}]"), OTHER " " OTHER " "},
	{KMS("'resources':[{'ARN':'" FULL "'},{'ARN':'" OTHER "'}]"), FULL " " FULL " " OTHER " "},
	{KMS(REQUEST("'secretIdList':['a','b']")), ""},
	{KMS("'resources':[{'ARN':'" KEY "'}]"), ""},
	{"{'eventSource':'secretsmanager.amazonaws.com','awsRegion':'us-east-1'," REQUEST("'secretIdList':['a','" FULL "']") "}", FULL " "},
	{SM("'errorMessage':'on resource: " KEY " because'"), ""},
};

/* Texts that end as a full ARN does, and texts that are ARNs of secrets. */
static const struct
{
	const char *text;
	bool		has_suffix;
	bool		is_arn;
}			shapes[] = {
	{FULL, true, true},
	{PARTIAL, false, true},
	{"prod/db", false, false},
	{"prod/db-AbCdEf", true, false},
	{"a-AbCdEf", true, false},
	{"-AbCdEf", false, false},
	{"a-AbCde", false, false},
	{"a-AbCdEfG", false, false},
	{"a_AbCdEf", false, false},
	{"a-AbC-Ef", false, false},
	{"a-AbC!Ef", false, false},
	{"a-AbC\xc3\xa9" "E", false, false},
	{"", false, false},
	{ARN(""), false, false},
	{ARN("x"), false, true},
	{"arn:aws-cn:secretsmanager:cn-north-1:1:secret:x", false, true},
	{"arn:aws:secretsmanagers:us-east-1:1:secret:x", false, false},
	{"arn:aws:secretsmanage:us-east-1:1:secret:x", false, false},
	{"arn:aws:secretsmanager:us-east-1:1:secrets:x", false, false},
	{"arn:aws:secretsmanager:us-east-1:1", false, false},
	{"arn:aws:secretsmanager:us-east-1:secret:x", false, false},
	{"ARN:aws:secretsmanager:us-east-1:1:secret:x", false, false},
	{" " FULL, true, false},
	{KEY, false, false},
};

/* Notes a secret that is visited. */
static void
note_secret(void *arg, ct_slice arn)
{
	put(arg, arn.ptr, arn.len);
	puts_to(arg, " ");
}

/* The longest identity that is taken, and one longer. */
static void
try_length(size_t len, bool taken)
{
	char	   *id = malloc(len + 1);
	buffer		b = {0};
	sample		s;
	ct_secret	secret;

	memset(id, 'x', len);
	id[len] = '\0';
	puts_to(&b, "{'eventSource':'secretsmanager.amazonaws.com','requestParameters':{'secretId':'");
	puts_to(&b, id);
	puts_to(&b, "'}}");
	s = quoted_sample(b.ptr);
	secret = ct_find_secret(&s.rec, fresh(&s));
	ok(slice_is(secret.id, taken ? id : NULL) && (secret.source == CT_SECRET_NONE) == !taken,
	   "an identity of %zu bytes is %s", len, taken ? "taken" : "none");
	drop_sample(&s);
	free(b.ptr);
	free(id);
}

int
main(void)
{
	sample		s;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		ct_secret	secret;
		ct_slice	text;

		s = quoted_sample(cases[i].json);
		secret = ct_find_secret(&s.rec, fresh(&s));
		if (!ok(s.valid && secret.source == cases[i].source && slice_is(secret.id, cases[i].id),
				"secret of %s", cases[i].json))
			show_slice("found", secret.id);
		text = ct_secret_arn(&s.rec, fresh(&s));
		if (!ok(slice_is(text, cases[i].arn), "its ARN: %s", cases[i].arn ? cases[i].arn : "none"))
			show_slice("found", text);
		text = ct_secret_name(&s.rec, fresh(&s));
		if (!ok(slice_is(text, cases[i].name), "its name: %s", cases[i].name ? cases[i].name : "none"))
			show_slice("found", text);
		drop_sample(&s);
	}
	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++)
	{
		s = quoted_sample(given[i].json);
		ok(s.valid && slice_is(ct_secret_id_given(&s.rec, fresh(&s)), given[i].id),
		   "named by the caller as %s in %s", given[i].id ? given[i].id : "nothing", given[i].json);
		drop_sample(&s);
	}
	ok(ct_secret_source_name(CT_SECRET_NONE) == NULL && ct_secret_source_name(CT_SECRET_LIST + 1) == NULL &&
	   strcmp(ct_secret_source_name(CT_SECRET_RESPONSE), "response") == 0 &&
	   strcmp(ct_secret_source_name(CT_SECRET_LIST), "list") == 0, "the words for the places");
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
	{
		s = quoted_sample(versions[i].json);
		ok(s.valid && slice_is(ct_secret_version_id(&s.rec, fresh(&s)), versions[i].version),
		   "version %s of %s", versions[i].version ? versions[i].version : "none", versions[i].json);
		drop_sample(&s);
	}
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
	{
		buffer		found = {0};

		s = quoted_sample(lists[i].json);
		puts_to(&found, "");
		ct_each_secret(&s.rec, fresh(&s), note_secret, &found);
		ok(s.valid && strcmp(found.ptr, lists[i].arns) == 0, "all secrets of case %zu: %s", i + 1, found.ptr);
		free(found.ptr);
		drop_sample(&s);
	}
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
	{
		size_t		len = strlen(shapes[i].text);
		char	   *copy = exact_copy(shapes[i].text, len);

		ok(ct_has_secret_suffix((ct_slice) {copy, len}) == shapes[i].has_suffix &&
		   ct_is_secret_arn((ct_slice) {copy, len}) == shapes[i].is_arn, "shape of \"%s\"", shapes[i].text);
		free(copy);
	}
	ok(!ct_is_secret_arn(CT_NO_SLICE) && !ct_has_secret_suffix(CT_NO_SLICE), "shape of nothing");
	try_length(CT_SECRET_NAME_MAX, true);
	try_length(CT_SECRET_NAME_MAX + 1, false);
	return done_testing();
}
