/*
 * test_actor.c: who acted, for every kind of identity.
 */
#include "core/event/actor.h"
#include "exact.h"
#include "tap.h"

#define BY(x)		"{'userIdentity':{" x "}}"
#define ROLE		"arn:aws:iam::123456789012:role/app/R"
#define SESSION		"arn:aws:sts::123456789012:assumed-role/R/s"
#define ISSUER(x)	"'sessionContext':{'sessionIssuer':{" x "}}"

/* A record, and its actor. */
static const struct
{
	const char *json;
	const char *kind;
	const char *id;
}			cases[] = {
	{BY("'type':'AssumedRole','principalId':'AROAX:s','arn':'" SESSION "'," ISSUER("'type':'Role','arn':'" ROLE "'")), "role", ROLE},
	{BY("'type':'AssumedRole','arn':'" SESSION "'"), "role", "arn:aws:iam::123456789012:role/R"},
	{BY("'type':'AssumedRole','principalId':'AROAX:s','accountId':'123456789012'"), "role", "AROAX"},
	{BY("'type':'AssumedRole'," ISSUER("'type':'Role','principalId':'AROAX'")), "role", "AROAX"},
	{BY("'type':'IAMUser','arn':'arn:aws:iam::1:user/u','userName':'u'"), "user", "arn:aws:iam::1:user/u"},
	{BY("'type':'IAMUser','principalId':'AIDAX','userName':'u'"), "user", "AIDAX"},
	{BY("'type':'IAMUser','accountId':'1','userName':'u'"), "user", "u"},
	{BY("'type':'IAMUser','accountId':'1','userName':'HIDDEN_DUE_TO_SECURITY_REASONS'"), "account", "account 1"},
	{BY("'type':'IAMUser','principalId':'','arn':'','userName':'u'"), "user", "u"},
	{BY("'type':'Root','arn':'arn:aws:iam::1:root','principalId':'1','accountId':'1'"), "root", "arn:aws:iam::1:root"},
	{BY("'type':'Root','arn':'arn:aws-cn:iam::1:root','userName':'alias','invokedBy':'signin.amazonaws.com'"), "root", "arn:aws-cn:iam::1:root"},
	{BY("'type':'Root','principalId':'1','accountId':'1'"), "root", "arn:aws:iam::1:root"},
	{BY("'type':'AssumedRole','arn':'arn:aws:sts::1:assumed-root/s'," ISSUER("'type':'Root','arn':'arn:aws:iam::1:root'")), "root", "arn:aws:iam::1:root"},
	{BY("'type':'AssumedRole','arn':'arn:aws:sts::1:assumed-root/s','accountId':'1','sessionContext':{'assumedRoot':'true'}"), "root", "arn:aws:iam::1:root"},
	{BY("'type':'Root','arn':'arn:aws:sts::1:assumed-root/s','accountId':'1','sessionContext':{'assumedRoot':'true'}"), "root", "arn:aws:iam::1:root"},
	{BY("'type':'FederatedUser','arn':'arn:aws:sts::1:federated-user/f'," ISSUER("'type':'IAMUser','arn':'arn:aws:iam::1:user/u'")),
		"federated user", "arn:aws:iam::1:user/u"},
	{BY("'type':'FederatedUser','arn':'arn:aws:sts::1:federated-user/f'"), "federated user", "arn:aws:sts::1:federated-user/f"},
	{BY("'type':'FederatedUser','principalId':'1:f','accountId':'1'"), "federated user", "1:f"},
	{BY("'type':'IdentityCenterUser','accountId':'1','onBehalfOf':{'userId':'94','identityStoreArn':'arn:aws:identitystore::1:identitystore/d-9'},'credentialId':'c'"),
		"identity center user", "94"},
	{BY("'type':'Unknown','accountId':'1','onBehalfOf':{'userId':'94'}"), "identity center user", "94"},
	{BY("'type':'IdentityCenterUser','accountId':'1'"), "account", "account 1"},
	{"{'userIdentity':{'type':'IdentityCenterUser','accountId':'1'},'additionalEventData':{'UserName':'pat','CredentialType':'PASSWORD,TOTP'}}", "identity center user", "pat"},
	{"{'userIdentity':{'type':'IdentityCenterUser','accountId':'1'},'errorMessage':'x','additionalEventData':{'UserName':'pat'}}", "account", "account 1"},
	{BY("'type':'AssumedRole','arn':'" SESSION "','onBehalfOf':{'userId':'94'}"), "role", "arn:aws:iam::123456789012:role/R"},
	{BY("'type':'SAMLUser','principalId':'q=:pat@example.com','userName':'pat@example.com','identityProvider':'q='"), "saml user", "q=:pat@example.com"},
	{BY("'type':'SAMLUser','userName':'pat@example.com'"), "saml user", "pat@example.com"},
	{BY("'type':'WebIdentityUser','principalId':'accounts.google.com:app:42','userName':'42'"), "web identity user", "accounts.google.com:app:42"},
	{BY("'type':'AWSAccount','principalId':'AROAX:s','accountId':'2'"), "role", "AROAX"},
	{BY("'type':'AWSAccount','principalId':'AROAX','accountId':'2'"), "role", "AROAX"},
	{BY("'type':'AWSAccount','principalId':'AIDAX','accountId':'2'"), "user", "AIDAX"},
	{BY("'type':'AWSAccount','accountId':'2'"), "account", "account 2"},
	{BY("'type':'AWSAccount','principalId':'2','accountId':'2'"), "account", "account 2"},
	{BY("'type':'AWSAccount','accountId':'2','invokedBy':'s3.amazonaws.com'"), "service", "s3.amazonaws.com"},
	{BY("'type':'AWSService','invokedBy':'rds.amazonaws.com'"), "service", "rds.amazonaws.com"},
	{BY("'type':'AWSService','principalId':'x','invokedBy':'rds.amazonaws.com'"), "service", "rds.amazonaws.com"},
	{BY("'accountId':'1','invokedBy':'secretsmanager.amazonaws.com'"), "service", "secretsmanager.amazonaws.com"},
	{BY("'invokedBy':'AWS Internal'"), "service", "AWS Internal"},
	{BY("'accountId':'1'"), "account", "account 1"},
	{BY("'type':'IAMUser','arn':'arn:aws:iam::1:user/u','invokedBy':'cloudformation.amazonaws.com'"), "user", "arn:aws:iam::1:user/u"},
	{BY("'type':'Directory','principalId':'d-1'"), "unknown", "d-1"},
	{BY("'type':'Unknown'"), "unknown", NULL},
	{BY("'type':7,'arn':8,'principalId':[],'accountId':null"), "unknown", NULL},
	{BY("'type':'Role','arn':'x'"), "role", "x"},
	{"{'userIdentity':'x'}", "unknown", NULL},
	{"{'recipientAccountId':'1'}", "unknown", NULL},
	{"{}", "unknown", NULL},
};

/* A record, and what its identity is called without session, and its account. */
static const struct
{
	const char *json;
	const char *principal;
	const char *account;
}			ids[] = {
	{BY("'principalId':'AROAX:s','accountId':'1'"), "AROAX", "1"},
	{BY("'principalId':'AIDAX','arn':'arn:aws:iam::2:user/u'"), "AIDAX", "2"},
	{BY("'principalId':'1:f'," ISSUER("'principalId':'AIDAX','accountId':'3'")), "1:f", "3"},
	{BY("" ISSUER("'principalId':'AROAX','accountId':'3'")), "AROAX", "3"},
	{BY("'principalId':'AROAX:','arn':'arn:aws:iam'"), "AROAX", NULL},
	{BY("'principalId':''"), NULL, NULL},
	{BY("'type':'IdentityCenterUser','principalId':'1','accountId':'1','userName':'pat'"), NULL, "1"},
	{BY("'type':'AWSAccount','principalId':'1','accountId':'1'"), NULL, "1"},
	{BY("'type':'Root','principalId':'1','accountId':'1'"), "1", "1"},
};

int
main(void)
{
	sample		s;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		ct_actor	actor;

		s = quoted_sample(cases[i].json);
		actor = ct_find_actor(&s.rec, fresh(&s));
		if (!ok(s.valid && strcmp(ct_actor_kind_name(actor.kind), cases[i].kind) == 0 && slice_is(actor.id, cases[i].id),
				"%s %s acted in %s", cases[i].kind, cases[i].id ? cases[i].id : "nobody", cases[i].json))
			show_slice(ct_actor_kind_name(actor.kind), actor.id);
		drop_sample(&s);
	}
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
	{
		s = quoted_sample(ids[i].json);
		ok(s.valid && slice_is(ct_principal_id(&s.rec, fresh(&s)), ids[i].principal) &&
		   slice_is(ct_actor_account(&s.rec, fresh(&s)), ids[i].account), "principal and account of %s", ids[i].json);
		drop_sample(&s);
	}
	return done_testing();
}
