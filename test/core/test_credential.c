/*
 * test_credential.c: what events say that issue credentials.
 */
#include "core/event/credential.h"
#include "exact.h"
#include "core/store/stored_fact.h"
#include "tap.h"

#define EVENT(source, name, rest) "{'eventSource':'" source "','eventName':'" name "','awsRegion':'eu-west-1','recipientAccountId':'123456789012'," rest "}"
#define STS(name, rest) EVENT("sts.amazonaws.com", name, rest)
#define USER	"'userIdentity':{'type':'IAMUser','principalId':'AIDAU','arn':'arn:aws:iam::123456789012:user/u','accountId':'123456789012','accessKeyId':'AKIAU'}"
#define ROLE	"'userIdentity':{'type':'AssumedRole','principalId':'AROAA:first','arn':'arn:aws:sts::123456789012:assumed-role/A/first','accountId':'123456789012','accessKeyId':'ASIAA'," \
	"'sessionContext':{'sessionIssuer':{'type':'Role','principalId':'AROAA','arn':'arn:aws:iam::123456789012:role/A'},'attributes':{'creationDate':'2024-05-01T08:00:00Z'}}}"
#define ISSUED(id, arn)	"'responseElements':{'credentials':{'accessKeyId':'ASIAB','sessionToken':'t'},'assumedRoleUser':{'assumedRoleId':'" id "','arn':'" arn "'},'sourceIdentity':'ana'}"
#define B		ISSUED("AROAB:second", "arn:aws:sts::123456789012:assumed-role/B/second")

#define PROVIDER	"'userIdentity':{'type':'AWSAccount','principalId':'AROAV:x','accountId':'999988887777'}"
#define ANYWHERE(rest)	EVENT("rolesanywhere.amazonaws.com", "CreateSession", "'userIdentity':{'type':'Unknown','principalId':'','arn':'','accountId':'123456789012','accessKeyId':''}," rest)

/* An event, and what of it is kept, as text; none if it issues nothing. */
static const struct
{
	const char *json;
	const char *expected;
}			cases[] = {
	{STS("AssumeRole", USER "," B), "ASIAB AROAB second arn:aws:sts::123456789012:assumed-role/B/second | AIDAU  AKIAU 0 | ana | human arn:aws:iam::123456789012:user/u"},
	{STS("AssumeRole", ROLE "," B), "ASIAB AROAB second arn:aws:sts::123456789012:assumed-role/B/second | AROAA first ASIAA 1 | ana |  "},
	{STS("AssumeRole", "'userIdentity':{'type':'AWSService','invokedBy':'lambda.amazonaws.com'}," B), "ASIAB AROAB second arn:aws:sts::123456789012:assumed-role/B/second |    0 | ana | workload lambda.amazonaws.com/second"},
	{STS("AssumeRole", "'userIdentity':{'type':'AWSService','invokedBy':'config.amazonaws.com'}," B), "ASIAB AROAB second arn:aws:sts::123456789012:assumed-role/B/second |    0 | ana | service config.amazonaws.com"},
	{STS("AssumeRole", "'userIdentity':{'type':'AWSService','invokedBy':'rolesanywhere.amazonaws.com'}," B), "ASIAB AROAB second arn:aws:sts::123456789012:assumed-role/B/second |    0 | ana | workload rolesanywhere.amazonaws.com/second"},
	{STS("AssumeRole", "'userIdentity':{'type':'AWSAccount','principalId':'AROAC:c','accountId':'2'}," B), "ASIAB AROAB second arn:aws:sts::123456789012:assumed-role/B/second | AROAC c  0 | ana |  "},
	{STS("AssumeRoleWithSAML", "'userIdentity':{'type':'SAMLUser','principalId':'q=:pat','userName':'pat'}," B), "ASIAB AROAB second arn:aws:sts::123456789012:assumed-role/B/second | q=:pat   0 | ana | human pat"},
	{STS("AssumeRoleWithWebIdentity", "'userIdentity':{'type':'WebIdentityUser','principalId':'accounts.google.com:a:42','userName':'42','identityProvider':'accounts.google.com'}," B),
		"ASIAB AROAB second arn:aws:sts::123456789012:assumed-role/B/second | accounts.google.com:a:42   0 | ana | human accounts.google.com:42"},
	{STS("GetSessionToken", USER ",'responseElements':{'credentials':{'accessKeyId':'ASIAB'}}"), "ASIAB AIDAU   | AIDAU  AKIAU 0 |  | human arn:aws:iam::123456789012:user/u"},
	{STS("GetFederationToken", USER ",'responseElements':{'credentials':{'accessKeyId':'ASIAB'},'federatedUser':{'federatedUserId':'123456789012:f','arn':'arn:aws:sts::123456789012:federated-user/f'}}"),
		"ASIAB 123456789012:f f arn:aws:sts::123456789012:federated-user/f | AIDAU  AKIAU 0 |  | human arn:aws:iam::123456789012:user/u"},
	{STS("AssumeRoot", ROLE ",'requestParameters':{'targetPrincipal':'arn:aws:iam::444455556666:root'},'responseElements':{'credentials':{'accessKeyId':'ASIAB'}}"), "ASIAB 444455556666   | AROAA first ASIAA 1 |  |  "},
	{STS("AssumeRoot", ROLE ",'requestParameters':{'targetPrincipal':'444455556666'},'responseElements':null"), " 444455556666   | AROAA first ASIAA 1 |  |  "},
	{EVENT("signin.amazonaws.com", "ConsoleLogin", USER ",'responseElements':{'ConsoleLogin':'Success'}"), " AIDAU   | AIDAU  AKIAU 0 |  | human arn:aws:iam::123456789012:user/u"},
	{EVENT("sso.amazonaws.com", "GetRoleCredentials", "'userIdentity':{'type':'IdentityCenterUser','accountId':'1','onBehalfOf':{'userId':'94'}},'responseElements':null"), "    |    0 |  | human 94"},
	{EVENT("sts.amazonaws.com.cn", "AssumeRole", USER "," B), "ASIAB AROAB second arn:aws:sts::123456789012:assumed-role/B/second | AIDAU  AKIAU 0 | ana | human arn:aws:iam::123456789012:user/u"},
	{STS("AssumeRole", USER ",'responseElements':{'credentials':'x','assumedRoleUser':{'assumedRoleId':7}}"), " AIDAU   | AIDAU  AKIAU 0 |  | human arn:aws:iam::123456789012:user/u"},
	{STS("AssumeRole", USER ",'responseElements':null"), " AIDAU   | AIDAU  AKIAU 0 |  | human arn:aws:iam::123456789012:user/u"},
	/* By delegated access: the ARN is all that the response has of the session. */
	{STS("GetDelegatedAccessToken", PROVIDER ",'responseElements':{'credentials':{'accessKeyId':'ASIAB'},'assumedPrincipal':'arn:aws:sts::123456789012:assumed-role/B/a/second'}"),
		"ASIAB  second arn:aws:sts::123456789012:assumed-role/B/a/second | AROAV x  0 |  | unknown 999988887777"},
	{STS("GetDelegatedAccessToken", PROVIDER ",'responseElements':{'credentials':{'accessKeyId':'ASIAB'},'assumedPrincipal':'arn:aws:iam::123456789012:role/B'}"),
		"ASIAB   arn:aws:iam::123456789012:role/B | AROAV x  0 |  | unknown 999988887777"},
	{STS("GetDelegatedAccessToken", PROVIDER ",'responseElements':{'assumedPrincipal':'assumed-role/'}"), "   assumed-role/ | AROAV x  0 |  | unknown 999988887777"},
	{STS("GetDelegatedAccessToken", ROLE ",'responseElements':null"), "    | AROAA first ASIAA 1 |  |  "},
	{STS("GetDelegatedAccessToken", USER ",'responseElements':null"), "    | AIDAU  AKIAU 0 |  | human arn:aws:iam::123456789012:user/u"},
	/* By a certificate: nobody calls, the service asks STS. */
	{ANYWHERE("'responseElements':{'credentialSet':[{'credentials':{'accessKeyId':'ASIAB'},'assumedRoleUser':{'assumedRoleId':'AROAB:0abc','arn':'arn:b'},'sourceIdentity':'CN=b'}],'subjectArn':'arn:s'}"),
		"ASIAB AROAB 0abc arn:b |    0 | CN=b | workload rolesanywhere.amazonaws.com/0abc"},
	{ANYWHERE("'responseElements':{'credentialSet':[]}"), "    |    0 |  | service rolesanywhere.amazonaws.com"},
	{ANYWHERE("'responseElements':null"), "    |    0 |  | service rolesanywhere.amazonaws.com"},
	/* What issues none */
	{EVENT("s3.amazonaws.com", "CreateSession", USER), NULL},
	{EVENT("rolesanywhere.amazonaws.com", "CreateProfile", USER), NULL},
	{ANYWHERE("'errorCode':'AccessDenied'"), NULL},
	{STS("AssumeRole", USER ",'errorCode':'AccessDenied'"), NULL},
	{EVENT("signin.amazonaws.com", "ConsoleLogin", USER ",'errorMessage':'Failed authentication','responseElements':{'ConsoleLogin':'Failure'}"), NULL},
	{STS("GetCallerIdentity", USER), NULL},
	{EVENT("s3.amazonaws.com", "AssumeRole", USER "," B), NULL},
	{STS("assumerole", USER "," B), NULL},
	{"{'eventSource':7,'eventName':'AssumeRole'}", NULL},
	{"{}", NULL},
};

#define TOKEN(context, additional) EVENT("signin.amazonaws.com", "CreateOAuth2Token", \
	"'userIdentity':{'type':'AssumedRole','principalId':'AROAA:a','sessionContext':{'attributes':{}" context "}},'responseElements':null,'additionalEventData':{'success':'true'" additional "}")
#define SAML(path) STS("AssumeRoleWithSAML", "'userIdentity':{'type':'SAMLUser','userName':'pat'},'requestParameters':{'roleArn':'arn:aws:iam::123456789012:role/" path "'}," B)
#define CENTER(rest) EVENT("sso.amazonaws.com", "GetRoleCredentials", "'userIdentity':{'type':'IdentityCenterUser','onBehalfOf':{'userId':'94'}},'responseElements':null" rest)

/* An event, and of what was issued: id, sign-in session, that of the caller, permission set. */
static const struct
{
	const char *json;
	const char *expected;
}			signed_in[] = {
	{TOKEN("", ""), "AROAA   "},
	{TOKEN("", ",'signInSessionArn':'arn:s1'"), "AROAA arn:s1  "},
	{TOKEN(",'signInSessionArn':'arn:s1'", ",'signInSessionArn':'arn:s1'"), "AROAA arn:s1 arn:s1 "},
	{TOKEN(",'signInSessionArn':'arn:s0'", ",'signInSessionArn':'arn:s1'"), "AROAA arn:s1 arn:s0 "},
	{TOKEN(",'signInSessionArn':'arn:s0'", ",'signInSessionArn':7"), "AROAA  arn:s0 "},
	{CENTER(",'requestParameters':null,'serviceEventDetails':{'role_name':'Admin','account_id':'123456789012'}"), "123456789012   Admin"},
	{CENTER(",'requestParameters':{'roleName':'Admin','accountId':'123456789012'}"), "123456789012   Admin"},
	{CENTER(""), "   "},
	{SAML("aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Ad_min_0123456789abcdef"), "AROAB   Ad_min"},
	{SAML("aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef"), "AROAB   Admin"},
	{SAML("aws-reserved/sso.amazonaws.com/AWSReservedSSO_"), "AROAB   "},
	{SAML("AWSReservedSSO_Admin_0123456789abcdef"), "AROAB   "},
};

/* Appends a text. */
static void
put_text(buffer *b, ct_slice text, const char *end)
{
	put(b, text.ptr, text.len);
	puts_to(b, end);
}

/* What is kept of a credential, as text. */
static char *
describe(const ct_credential *c)
{
	buffer		b = {0};

	put_text(&b, c->issued_key, " ");
	put_text(&b, c->issued_id, " ");
	put_text(&b, c->issued_name, " ");
	put_text(&b, c->issued_arn, " | ");
	put_text(&b, c->caller_id, " ");
	put_text(&b, c->caller_name, " ");
	put_text(&b, c->caller_key, " ");
	puts_to(&b, c->caller_created_at.known ? "1 | " : "0 | ");
	put_text(&b, c->source_identity, " | ");
	put_text(&b, c->origin_kind, " ");
	put_text(&b, c->origin, "");
	return b.ptr;
}

/* What the header of an event says. */
static ct_fact_presence
by_header(sample *s)
{
	uint8_t		header[CT_STORED_HEADER_MAX];
	ct_stored	stored;
	ct_error	err;
	size_t		len = ct_stored_header(&s->rec, CT_CODEC_PLAIN, fresh(s), header);

	return ct_stored_open((char *) header, len, &stored, &err) ? ct_stored_issues_credentials(&stored) : CT_FACTS_SOME;
}

int
main(void)
{
	char		letters[1025];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		sample		s = quoted_sample(cases[i].json);
		ct_credential c;
		bool		found = ct_find_credential(&s.rec, fresh(&s), &c);
		char	   *text = found ? describe(&c) : NULL;

		if (!ok(s.valid && found == (cases[i].expected != NULL) && (!found || strcmp(text, cases[i].expected) == 0), "credential of %s", cases[i].json))
			printf("# %s\n", found ? text : "none");
		ok(found == ct_issues_credentials(&s.rec) && (found ? by_header(&s) != CT_FACTS_NONE : by_header(&s) != CT_FACTS_SOME),
		   "whether it issues any, and what its header says");
		free(text);
		drop_sample(&s);
	}

	/* Sign-in sessions, and what a user chooses in the portal of IAM Identity Center */
	for (size_t i = 0; i < sizeof(signed_in) / sizeof(signed_in[0]); i++)
	{
		sample		s = quoted_sample(signed_in[i].json);
		ct_credential c;
		buffer		b = {0};
		bool		found = s.valid && ct_find_credential(&s.rec, fresh(&s), &c);

		if (found)
		{
			put_text(&b, c.issued_id, " ");
			put_text(&b, c.issued_sign_in, " ");
			put_text(&b, c.caller_sign_in, " ");
			put_text(&b, c.permission_set, "");
		}
		if (!ok(found && strcmp(b.ptr, signed_in[i].expected) == 0, "sign-in of %s", signed_in[i].json))
			printf("# %s\n", found ? b.ptr : "none");
		free(b.ptr);
		drop_sample(&s);
	}

	/* What a forger makes long is left out, so that indexes take it. */
	memset(letters, 'x', sizeof(letters) - 1);
	letters[sizeof(letters) - 1] = '\0';
	{
		buffer		b = {0};
		sample		s;
		ct_credential c;

		puts_to(&b, "{'eventSource':'sts.amazonaws.com','eventName':'AssumeRole','responseElements':{'credentials':{'accessKeyId':'");
		puts_to(&b, letters);
		puts_to(&b, "'},'assumedRoleUser':{'assumedRoleId':'AROAX:s'}},'userIdentity':{'accessKeyId':'");
		puts_to(&b, letters);
		puts_to(&b, "'}}");
		s = quoted_sample(b.ptr);
		ok(ct_find_credential(&s.rec, fresh(&s), &c) && c.issued_key.ptr == NULL && c.caller_key.ptr == NULL && slice_is(c.issued_id, "AROAX"), "keys are bounded");
		drop_sample(&s);
		free(b.ptr);
	}
	return done_testing();
}
