/*
 * test_derived.c: what a record says that stands in no single field.
 */
#include <arpa/inet.h>

#include "core/event/data_event.h"
#include "exact.h"
#include "tap.h"

#define UUID "AbCdEf01-2345-6789-abcd-ef0123456789"
#define ASSUMED(arn) "{'userIdentity':{'type':'AssumedRole','arn':'" arn "'}}"

typedef ct_slice (*text_function) (const ct_record *rec, ct_scratch *scratch);

/* A text that is derived, and what it must be; NULL if none. */
static const struct
{
	text_function function;
	const char *name;
	const char *json;
	const char *expected;
}			texts[] = {
#define ACTION ct_action, "action"
	{ACTION, "{'eventSource':'secretsmanager.amazonaws.com','eventName':'GetSecretValue'}", "secretsmanager:GetSecretValue"},
	{ACTION, "{'eventSource':'s3.amazonaws.com.cn','eventName':'PutObject'}", "s3:PutObject"},
	{ACTION, "{'eventSource':'signin','eventName':'ConsoleLogin'}", "signin:ConsoleLogin"},
	{ACTION, "{'eventSource':'a.example.com','eventName':'B'}", "a.example.com:B"},
	{ACTION, "{'eventSource':'\\u0073ts.amazonaws.com','eventName':'Assume\\u0052ole'}", "sts:AssumeRole"},
	{ACTION, "{'eventSource':'sts.amazonaws.com'}", NULL},
	{ACTION, "{'eventSource':'sts.amazonaws.com','eventName':''}", NULL},
	{ACTION, "{'eventSource':'sts.amazonaws.com','eventName':7}", "sts:7"},
	{ACTION, "{'eventSource':null,'eventName':'x'}", NULL},

#define ACCOUNT ct_account_id, "account_id"
	{ACCOUNT, "{'recipientAccountId':'111111111111','userIdentity':{'accountId':'222222222222'}}", "111111111111"},
	{ACCOUNT, "{'recipientAccountId':null,'userIdentity':{'accountId':'222222222222'}}", "222222222222"},
	{ACCOUNT, "{'recipientAccountId':'','userIdentity':{'accountId':'222222222222'}}", "222222222222"},
	{ACCOUNT, "{'userIdentity':{'sessionContext':{'sessionIssuer':{'accountId':'333333333333'}}}}", "333333333333"},
	{ACCOUNT, "{'userIdentity':{'arn':'arn:aws:iam::444444444444:user/u'}}", "444444444444"},
	{ACCOUNT, "{'userIdentity':{'arn':'arn:aws:iam:::user/u'}}", NULL},
	{ACCOUNT, "{'userIdentity':{'arn':'444444444444'}}", NULL},
	{ACCOUNT, "{'recipientAccountId':'anonymous'}", "anonymous"},
	{ACCOUNT, "{}", NULL},

#define PARTITION ct_partition, "partition"
	{PARTITION, "{}", "aws"},
	{PARTITION, "{'awsRegion':'eu-west-1'}", "aws"},
	{PARTITION, "{'awsRegion':'cn-north-1'}", "aws-cn"},
	{PARTITION, "{'awsRegion':'us-gov-west-1'}", "aws-us-gov"},
	{PARTITION, "{'awsRegion':'us-iso-east-1'}", "aws-iso"},
	{PARTITION, "{'awsRegion':'us-isob-east-1'}", "aws-iso-b"},
	{PARTITION, "{'awsRegion':'eu-isoe-west-1'}", "aws-iso-e"},
	{PARTITION, "{'awsRegion':'us-isof-south-1'}", "aws-iso-f"},
	{PARTITION, "{'awsRegion':'eusc-de-east-1'}", "aws-eusc"},
	{PARTITION, "{'awsRegion':'us-east-1','userIdentity':{'arn':'arn:aws-cn:iam::1:user/u'}}", "aws-cn"},
	{PARTITION, "{'awsRegion':'cn-north-1','userIdentity':{'arn':'nonsense'}}", "aws-cn"},
	{PARTITION, "{'awsRegion':'cn-north-1','userIdentity':{'arn':'arn::iam::1:user/u'}}", "aws-cn"},
	{PARTITION, "{'awsRegion':'cn-north-1','userIdentity':{'arn':'arn:azure:iam::1:user/u'}}", "aws-cn"},

#define PRINCIPAL ct_principal_arn, "principal_arn"
	{PRINCIPAL, "{'userIdentity':{'type':'IAMUser','arn':'arn:aws:iam::1:user/path/u'}}", "arn:aws:iam::1:user/path/u"},
	{PRINCIPAL, "{'userIdentity':{'type':'Root','arn':'arn:aws:iam::1:root'}}", "arn:aws:iam::1:root"},
	{PRINCIPAL, "{'userIdentity':{'arn':'arn:aws:sts::1:assumed-role/R/s','sessionContext':{'sessionIssuer':"
	"{'arn':'arn:aws:iam::1:role/path/R'}}}}", "arn:aws:iam::1:role/path/R"},
	{PRINCIPAL, ASSUMED("arn:aws:sts::123456789012:assumed-role/R/s"), "arn:aws:iam::123456789012:role/R"},
	{PRINCIPAL, ASSUMED("arn:aws-us-gov:sts::1:assumed-role/R/s/t"), "arn:aws-us-gov:iam::1:role/R"},
	{PRINCIPAL, ASSUMED("arn:aws:sts::1:assumed-role/R"), "arn:aws:iam::1:role/R"},
	{PRINCIPAL, ASSUMED("arn:aws:sts::1:assumed-role\\/R\\/s"), "arn:aws:iam::1:role/R"},
	{PRINCIPAL, "{'userIdentity':{'arn':'arn:aws:sts::1:assumed-role/R/s','sessionContext':{'sessionIssuer':{'arn':''}}}}",
	"arn:aws:iam::1:role/R"},
	{PRINCIPAL, "{'userIdentity':{'arn':'arn:aws:sts::1:federated-user/f'}}", "arn:aws:sts::1:federated-user/f"},
	{PRINCIPAL, "{'userIdentity':{'arn':'arn:aws:sts::1:federated-user/f','sessionContext':{'sessionIssuer':"
	"{'arn':'arn:aws:iam::1:user/u'}}}}", "arn:aws:iam::1:user/u"},
	{PRINCIPAL, "{'userIdentity':{'accountId':'1','invokedBy':'secretsmanager.amazonaws.com'}}", NULL},
	{PRINCIPAL, "{'userIdentity':{'arn':''}}", NULL},
	{PRINCIPAL, "{'userIdentity':{'arn':null}}", NULL},
	{PRINCIPAL, "{'userIdentity':'x'}", NULL},
	{PRINCIPAL, "{}", NULL},

#define SESSION ct_session_name, "session_name"
	{SESSION, ASSUMED("arn:aws:sts::1:assumed-role/R/s"), "s"},
	{SESSION, ASSUMED("arn:aws:sts::1:assumed-role/R/jane@example.com"), "jane@example.com"},
	{SESSION, ASSUMED("arn:aws:sts::1:assumed-role/path/R/s"), "s"},
	{SESSION, ASSUMED("arn:aws:sts::1:assumed-role/R/"), NULL},
	{SESSION, ASSUMED("arn:aws:sts::1:assumed-role/R"), NULL},
	{SESSION, "{'userIdentity':{'arn':'arn:aws:sts::1:federated-user/f'}}", "f"},
	{SESSION, "{'userIdentity':{'principalId':'AROAEXAMPLE:s'}}", "s"},
	{SESSION, "{'userIdentity':{'principalId':'AROAEXAMPLE:s:t'}}", "s:t"},
	{SESSION, "{'userIdentity':{'principalId':'AROAEXAMPLE:'}}", NULL},
	{SESSION, "{'userIdentity':{'principalId':'AROAEXAMPLE'}}", NULL},
	{SESSION, "{'userIdentity':{'principalId':'AIDAEXAMPLE:s'}}", NULL},
	{SESSION, "{'userIdentity':{'arn':'arn:aws:iam::1:user/u','principalId':'AIDAEXAMPLE'}}", NULL},
	{SESSION, "{'userIdentity':{'arn':'arn:aws:iam::1:role/R','principalId':'AROAEXAMPLE:s'}}", "s"},
	{SESSION, "{}", NULL},
};

/* Which events are management events. */
static const struct
{
	const char *json;
	bool		is_management;
}			managed[] = {
	{"{}", true},
	{"{'managementEvent':true,'eventCategory':'Data'}", true},
	{"{'managementEvent':false,'eventCategory':'Management'}", false},
	{"{'eventCategory':'Management','eventSource':'s3.amazonaws.com','eventName':'GetObject'}", true},
	{"{'eventCategory':'Data'}", false},
	{"{'eventCategory':'Insight'}", false},
	{"{'insightDetails':{}}", false},
#define S3 "'eventSource':'s3.amazonaws.com'"
	{"{" S3 ",'eventName':'GetObject'}", false},
	{"{" S3 ",'eventName':'UploadPart'}", false},
	{"{" S3 ",'eventName':'CompleteMultipartUpload'}", false},
	{"{" S3 ",'eventName':'GetBucketPolicy'}", true},
	{"{" S3 "}", true},
	{"{'eventSource':'s3.amazonaws.com.cn','eventName':'PutObject'}", false},
	{"{'eventSource':'lambda.amazonaws.com','eventName':'Invoke'}", false},
	{"{'eventSource':'lambda.amazonaws.com','eventName':'InvokeExecution'}", false},
	{"{'eventSource':'lambda.amazonaws.com','eventName':'GetFunction'}", true},
	{"{'eventSource':'lex.amazonaws.com','eventName':'Invoke'}", true},
	{"{'eventSource':'ec2.amazonaws.com','eventName':'GetObject'}", true},
};

/* Which events succeeded. */
static const struct
{
	const char *json;
	bool		succeeded;
}			outcomes[] = {
	{"{}", true},
	{"{'errorCode':'AccessDenied'}", false},
	{"{'errorCode':'AccessDenied','errorMessage':'no'}", false},
	{"{'errorCode':'','errorMessage':''}", true},
	{"{'errorCode':null,'errorMessage':null}", true},
	{"{'eventName':'RotationFailed','errorMessage':'Error when executing lambda'}", false},
	{"{'eventName':'RotationFailed','eventType':'AwsServiceEvent'}", false},
	{"{'eventName':'RotationSucceeded','eventType':'AwsServiceEvent'}", true},
	{"{'eventName':'DescribeFailed','eventType':'AwsApiCall'}", true},
	{"{'eventName':'FailedOver','eventType':'AwsServiceEvent'}", true},
	{"{'eventName':'ConsoleLogin','responseElements':{'ConsoleLogin':'Failure'}}", false},
	{"{'eventName':'ConsoleLogin','responseElements':{'ConsoleLogin':'Success'}}", true},
	{"{'eventName':'ConsoleLogin','responseElements':'Failure'}", true},
	{"{'responseElements':{'errorCode':'x'}}", true},
	{"{'eventName':'RotationFailed','eventType':'AWSServiceEvent'}", false},
#define SIGN_IN "'eventSource':'signin.amazonaws.com'"
	{"{" SIGN_IN ",'eventName':'CredentialVerification','serviceEventDetails':{'CredentialVerification':'Failure'}}", false},
	{"{" SIGN_IN ",'eventName':'CredentialVerification','serviceEventDetails':{'CredentialVerification':'Success'}}", true},
	{"{" SIGN_IN ",'eventName':'CredentialChallenge','serviceEventDetails':{'a':{'b':[]},'CredentialChallenge':'Failure'}}", false},
	{"{" SIGN_IN ",'eventName':'UserAuthentication','serviceEventDetails':{'UserAuthentication':'Failure'},'responseElements':null}", false},
	{"{" SIGN_IN ",'eventName':'SwitchRole','responseElements':{'SwitchRole':'Failure'}}", false},
	{"{" SIGN_IN ",'eventName':'CheckMfa','responseElements':{'CheckMfa':'Failure'}}", false},
	{"{" SIGN_IN ",'eventName':'ExitRole','responseElements':{'ExitRole':'failure'}}", false},
	{"{" SIGN_IN ",'eventName':'RenewRole','responseElements':{'RenewRole':'Failure'}}", false},
	{"{" SIGN_IN ",'eventName':'GetSigninToken','responseElements':{'GetSigninToken':'Failure'}}", false},
	{"{" SIGN_IN ",'eventName':'GetSigninToken','responseElements':{'GetSigninToken':'Success'}}", true},
	{"{" SIGN_IN ",'eventName':'SwitchRole','responseElements':{'CheckMfa':'Failure'}}", true},
	{"{" SIGN_IN ",'eventName':'SwitchRole','responseElements':{'SwitchRole':{'x':'Failure'}}}", true},
	{"{" SIGN_IN ",'eventName':'SwitchRole','responseElements':['Failure']}", true},
	{"{" SIGN_IN ",'responseElements':{'':'Failure'}}", true},
	{"{'eventSource':'signin.amazonaws.com.cn','eventName':'SwitchRole','responseElements':{'SwitchRole':'Failure'}}", false},
	{"{'eventSource':'sso.amazonaws.com','eventName':'Authenticate','serviceEventDetails':{'Authenticate':'Failure'}}", false},
	{"{'eventType':'AwsConsoleSignin','eventName':'X','responseElements':{'X':'Failure'}}", false},
	{"{'eventSource':'s3.amazonaws.com','eventName':'X','responseElements':{'X':'Failure'}}", true},
};

/* Truth values, as a string and as JSON's own. */
static const struct
{
	const char *json;
	int			value;
}			truths[] = {
	{"true", 1}, {"false", 0}, {"'true'", 1}, {"'false'", 0}, {"'True'", 1}, {"'FALSE'", 0}, {"null", -1}, {"''", -1},
	{"'yes'", -1}, {"'true '", -1}, {"1", -1}, {"0", -1}, {"{}", -1}, {"['true']", -1}, {"'null'", -1},
};

/* The parts of eventVersion. */
static const struct
{
	const char *json;
	int			major;
	int			minor;
}			versions[] = {
	{"'1.11'", 1, 11}, {"'1.08'", 1, 8}, {"'1.8'", 1, 8}, {"'1.10'", 1, 10}, {"'2.0'", 2, 0}, {"'1'", 1, -1}, {"'1.'", 1, -1},
	{"1.05", 1, 5}, {"2", 2, -1}, {"'.5'", -1, -1}, {"''", -1, -1}, {"'1.2.3'", -1, -1}, {"'1.x'", -1, -1}, {"'v1.0'", -1, -1},
	{"null", -1, -1}, {"[1]", -1, -1}, {"'999999999.999999999'", 999999999, 999999999}, {"'9999999999.1'", -1, -1},
	{"-1.5", -1, -1}, {"1e5", -1, -1}, {"' 1.0'", -1, -1},
};

/* Source addresses, as inet_ntop writes them; NULL if none. */
static const struct
{
	const char *json;
	const char *address;
}			addresses[] = {
	{"'192.0.2.1'", "192.0.2.1"}, {"'0.0.0.0'", "0.0.0.0"}, {"'255.255.255.255'", "255.255.255.255"},
	{"'2001:db8::1'", "2001:db8::1"}, {"'2001:0DB8:0:0:0:0:0:1'", "2001:db8::1"}, {"'::'", "::"}, {"'::1'", "::1"},
	{"'::ffff:192.0.2.1'", "::ffff:192.0.2.1"}, {"'2001:db8:ffff:ffff:ffff:ffff:255.255.255.255'", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"},
	{"'172.01.01.001'", NULL}, {"'256.0.0.1'", NULL}, {"'192.0.2'", NULL}, {"'192.0.2.1.'", NULL}, {"' 192.0.2.1'", NULL},
	{"'192.0.2.1/32'", NULL}, {"'192.0.2.1:443'", NULL}, {"'fe80::1%eth0'", NULL}, {"'2001:db8::1::2'", NULL},
	{"'secretsmanager.amazonaws.com'", NULL}, {"'AWS Internal'", NULL}, {"'AWS Internal/3'", NULL}, {"''", NULL}, {"':'", NULL},
	{"null", NULL}, {"1", NULL}, {"['192.0.2.1']", NULL}, {"'192.0.2.1\\u0000'", NULL},
};

/* Parts of ARNs. */
static const struct
{
	const char *arn;
	int			index;
	const char *part;
}			parts[] = {
	{"arn:aws:iam::1:user/u", 0, "arn"}, {"arn:aws:iam::1:user/u", 1, "aws"}, {"arn:aws:iam::1:user/u", 2, "iam"},
	{"arn:aws:iam::1:user/u", 3, ""}, {"arn:aws:iam::1:user/u", 4, "1"}, {"arn:aws:iam::1:user/u", 5, "user/u"},
	{"arn:aws:logs:r:1:log-group:g:*", 5, "log-group:g:*"}, {"arn:aws:s3:::b", 5, "b"}, {"arn:aws:s3:::", 5, ""},
	{"arn:aws:s3", 2, NULL}, {"arn:aws:s3", 1, "aws"}, {"arn:aws:s3::", 5, NULL}, {"arn", 0, NULL}, {"", 1, NULL}, {"urn:aws:s3:::b", 5, NULL},
};

/* resources[] and the ARNs in it, one behind the other. */
static const struct
{
	const char *json;
	const char *arns;
}			resources[] = {
	{"[]", ""},
	{"[ ]", ""},
	{"[{'ARN':'a'}]", "a."},
	{"[{'ARN':'a','type':'t'},{'arn':'b'},{'aRN':'c'},{'Arn':'d'}]", "a.b.c.d."},
	{" [ {'type':'t'} , 'b' , null , 7 , ['c'] , {'ARN':null} , {'ARN':''} , '' ,\n{'ARN':'d'}\t]", "-b.------d."},
	{"[{'ARN':'a\\u0062'},'c\\\\d','\\ud834\\udd1e']", "ab.c\\d.\xf0\x9d\x84\x9e."},
	{"[{'ARN':'a','x':{'ARN':'b'}},[{'ARN':'c'}],true,-1.5e3,'d']", "a.---d."},
};

/* The identity of an event: its UUID, or what its bytes make. */
static void
try_event_key(void)
{
	static const char *const others[] = {
		"{}", "{} ", "{'eventID':'EXAMPLE1-90ab-cdef-fedc-ba987EXAMPLE'}", "{'eventID':null}", "{'eventID':7}",
		"{'eventID':'AbCdEf01-2345-6789-abcd-ef012345678'}", "{'eventID':'AbCdEf01-2345-6789-abcd-ef0123456789a'}",
		"{'eventID':'AbCdEf01-2345-6789-abcd_ef0123456789'}", "{'eventID':'AbCdEf0102345-6789-abcd-ef0123456789'}",
		"{'eventID':'{AbCdEf01-2345-6789-abcd-ef0123456'}", "{'eventID':'gbCdEf01-2345-6789-abcd-ef0123456789'}",
		"{'x':{'eventID':'" UUID "'}}",
	};
	static const uint8_t uuid[] = {0xab, 0xcd, 0xef, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x01, 0x23, 0x45, 0x67, 0x89};
	static const uint8_t hash[] = {0x44, 0x13, 0x6f, 0xa3, 0x55, 0xb3, 0x67, 0x8a, 0x11, 0x46, 0xad, 0x16, 0xf7, 0xe8, 0x64, 0x9e};
	const int	count = sizeof(others) / sizeof(others[0]);
	uint8_t		keys[sizeof(others) / sizeof(others[0])][16];
	uint8_t		key[16];
	sample		s = quoted_sample("{'eventID':'" UUID "'}");

	ct_event_key(&s.rec, key);
	ok(memcmp(key, uuid, 16) == 0, "a UUID is the key, whatever the case of its letters");
	drop_sample(&s);
	for (int i = 0; i < count; i++)
	{
		bool		different = true;

		s = quoted_sample(others[i]);
		s.rec.length = strlen(others[i]);
		ct_event_key(&s.rec, keys[i]);
		for (int j = 0; j < i; j++)
			different &= memcmp(keys[i], keys[j], 16) != 0;
		ok(keys[i][6] >> 4 == 8 && keys[i][8] >> 6 == 2 && different, "a key of version 8: %s", others[i]);
		drop_sample(&s);
	}
	/* The bits of version and variant apart, it is what sha256sum says of "{}". */
	keys[0][6] = (keys[0][6] & 0x0f) | (hash[6] & 0xf0);
	keys[0][8] = (keys[0][8] & 0x3f) | (hash[8] & 0xc0);
	ok(memcmp(keys[0], hash, 16) == 0, "it is the SHA-256 of the record");
}

int
main(void)
{
	sample		s;
	char		json[200];

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
	{
		ct_slice	text;

		s = quoted_sample(texts[i].json);
		text = texts[i].function(&s.rec, fresh(&s));
		if (!ok(s.valid && slice_is(text, texts[i].expected), "%s of %s", texts[i].name, texts[i].json))
			show_slice("found", text);
		drop_sample(&s);
	}
	for (size_t i = 0; i < sizeof(managed) / sizeof(managed[0]); i++)
	{
		s = quoted_sample(managed[i].json);
		ok(s.valid && ct_is_management(&s.rec, fresh(&s)) == managed[i].is_management, "%s: %s",
		   managed[i].is_management ? "management" : "data", managed[i].json);
		drop_sample(&s);
	}
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
	{
		s = quoted_sample(outcomes[i].json);
		ok(s.valid && ct_succeeded(&s.rec) == outcomes[i].succeeded, "%s: %s",
		   outcomes[i].succeeded ? "success" : "failure", outcomes[i].json);
		drop_sample(&s);
	}
	for (size_t i = 0; i < sizeof(truths) / sizeof(truths[0]); i++)
	{
		snprintf(json, sizeof(json), "{'readOnly':%s,'userIdentity':{'sessionContext':{'attributes':"
				 "{'mfaAuthenticated':%s}}}}", truths[i].json, truths[i].json);
		s = quoted_sample(json);
		ok(ct_bool(&s.rec, CT_FIELD_read_only) == truths[i].value &&
		   ct_bool(&s.rec, CT_FIELD_mfa_authenticated) == truths[i].value &&
		   ct_bool(&s.rec, CT_FIELD_management_event) == -1, "%s as truth value", truths[i].json);
		drop_sample(&s);
	}
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
	{
		snprintf(json, sizeof(json), "{'eventVersion':%s}", versions[i].json);
		s = quoted_sample(json);
		ok(ct_version_part(&s.rec, false) == versions[i].major &&
		   ct_version_part(&s.rec, true) == versions[i].minor, "parts of version %s", versions[i].json);
		drop_sample(&s);
	}
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
	{
		uint8_t		ip[16];
		size_t		size;
		char		text[INET6_ADDRSTRLEN] = "";

		snprintf(json, sizeof(json), "{'sourceIPAddress':%s}", addresses[i].json);
		s = quoted_sample(json);
		size = ct_source_ip(&s.rec, ip);
		if (size > 0)
			inet_ntop(size == 4 ? AF_INET : AF_INET6, ip, text, sizeof(text));
		ok(addresses[i].address ? strcmp(text, addresses[i].address) == 0 : size == 0,
		   "address of %s: %s", addresses[i].json, text);
		drop_sample(&s);
	}
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		ok(slice_is(ct_arn_part((ct_slice) {parts[i].arn, strlen(parts[i].arn)}, parts[i].index),
					parts[i].part), "part %d of \"%s\"", parts[i].index, parts[i].arn);
	for (size_t i = 0; i < sizeof(resources) / sizeof(resources[0]); i++)
	{
		buffer		found = {0};
		ct_value	element;
		size_t		pos = 0;
		ct_slice	array;

		snprintf(json, sizeof(json), "{'resources':%s}", resources[i].json);
		s = quoted_sample(json);
		array = ct_raw(&s.rec, CT_FIELD_resources);
		puts_to(&found, "");
		while (ct_next_element(array.ptr, array.len, &pos, &element))
		{
			ct_slice	arn = ct_resource_arn(array.ptr, &element, fresh(&s));

			put(&found, arn.ptr ? arn.ptr : "-", arn.ptr ? arn.len : 1);
			puts_to(&found, arn.ptr ? "." : "");
		}
		ok(strcmp(found.ptr, resources[i].arns) == 0, "ARNs in resources, case %zu: %s", i + 1, found.ptr);
		free(found.ptr);
		drop_sample(&s);
	}
	try_event_key();
	return done_testing();
}
