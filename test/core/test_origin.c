/*
 * test_origin.c: who stands behind a call, for every kind of identity.
 */
#include "exact.h"
#include "core/event/origin.h"
#include "tap.h"

#define BY(x)		"{'userIdentity':{" x "}}"
#define ROLE(path)	"arn:aws:iam::123456789012:role/" path
#define SESSION(r)	"'type':'AssumedRole','principalId':'AROAX:" r "','arn':'arn:aws:sts::123456789012:assumed-role/R/" r "','accountId':'123456789012','accessKeyId':'ASIAX'"
#define CONTEXT(path, x) ",'sessionContext':{'sessionIssuer':{'type':'Role','principalId':'AROAX','arn':'" ROLE(path) "'}" x "}"
#define SSO			"aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef"

/* A record, and who stands behind it. */
static const struct
{
	const char *json;
	const char *kind;
	const char *id;
	const char *method;
}			cases[] = {
	/* People */
	{BY("'type':'IAMUser','arn':'arn:aws:iam::1:user/u','accessKeyId':'AKIAX'"), "human", "arn:aws:iam::1:user/u", "iam user"},
	{BY("'type':'IAMUser','arn':'arn:aws:iam::1:user/u','invokedBy':'athena.amazonaws.com'"), "human", "arn:aws:iam::1:user/u", "iam user"},
	{BY("'type':'Root','arn':'arn:aws:iam::1:root','accountId':'1'"), "human", "arn:aws:iam::1:root", "root user"},
	{BY("'type':'FederatedUser','arn':'arn:aws:sts::1:federated-user/f','sessionContext':{'sessionIssuer':{'type':'IAMUser','arn':'arn:aws:iam::1:user/u'}}"), "human", "arn:aws:iam::1:user/u", "federated by"},
	{BY("'type':'IdentityCenterUser','accountId':'1','onBehalfOf':{'userId':'94'}"), "human", "94", "identity center user"},
	{BY("'type':'SAMLUser','principalId':'q=:pat@example.com','userName':'pat@example.com'"), "human", "pat@example.com", "saml"},
	{BY(SESSION("pat@example.com") CONTEXT(SSO, "")), "human", "pat@example.com", "identity center role"},
	{BY(SESSION("pat@example.com") ",'onBehalfOf':{'userId':'94'}" CONTEXT(SSO, "")), "human", "pat@example.com", "identity center role"},
	{BY(SESSION("app") ",'onBehalfOf':{'userId':'94'}" CONTEXT("R", "")), "human", "94", "identity center user"},
	{BY("'type':'WebIdentityUser','principalId':'accounts.google.com:app:42','userName':'42','identityProvider':'accounts.google.com'"), "human", "accounts.google.com:42", "web identity"},
	/* Workloads */
	{BY("'type':'WebIdentityUser','userName':'system:serviceaccount:pay:api','identityProvider':'arn:aws:iam::1:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/E1'"), "workload",
		"oidc.eks.eu-west-1.amazonaws.com/id/E1:system:serviceaccount:pay:api", "web identity"},
	{BY("'type':'WebIdentityUser','userName':'repo:o/r:ref:refs/heads/main','identityProvider':'arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com'"), "workload",
		"token.actions.githubusercontent.com:repo:o/r:ref:refs/heads/main", "web identity"},
	{BY("'type':'WebIdentityUser','userName':'x','identityProvider':'arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com.evil.example'"), "unknown",
		"token.actions.githubusercontent.com.evil.example:x", "web identity"},
	{BY("'type':'WebIdentityUser','userName':'x','identityProvider':'arn:aws:iam::1:oidc-provider/idp.example'"), "unknown", "idp.example:x", "web identity"},
	{BY(SESSION("s") CONTEXT("R", ",'webIdFederationData':{'federatedProvider':'arn:aws:iam::1:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/E1','attributes':{"
		"'oidc.eks.eu-west-1.amazonaws.com/id/E1:sub':'system:serviceaccount:pay:api'}}")), "workload", "oidc.eks.eu-west-1.amazonaws.com/id/E1:system:serviceaccount:pay:api", "web identity"},
	{BY(SESSION("i-0123") CONTEXT("R", ",'ec2RoleDelivery':'2.0'")), "workload", "ec2.amazonaws.com/i-0123", "workload"},
	{BY(SESSION("fn") ",'inScopeOf':{'issuerType':'AWS::Lambda::Function','credentialsIssuedTo':'arn:aws:lambda:eu-west-1:1:function:fn'}" CONTEXT("R", "")), "workload", "arn:aws:lambda:eu-west-1:1:function:fn", "issued to"},
	/* Services */
	{BY("'type':'AWSService','invokedBy':'rds.amazonaws.com'"), "service", "rds.amazonaws.com", "service"},
	{BY("'accountId':'1','invokedBy':'secretsmanager.amazonaws.com'"), "service", "secretsmanager.amazonaws.com", "service"},
	{BY(SESSION("s") CONTEXT("aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig", "")), "service", "config.amazonaws.com", "service-linked role"},
	/* What the session must tell */
	{BY(SESSION("s") CONTEXT("R", "")), NULL, NULL, NULL},
	{BY(SESSION("s")), NULL, NULL, NULL},
	{BY(SESSION("i-0123") CONTEXT("R", "")), NULL, NULL, NULL},
	{BY(SESSION("s") CONTEXT("R", ",'ec2RoleDelivery':'2.0'")), NULL, NULL, NULL},
	{BY(SESSION("s") CONTEXT("AWSReservedSSO_Admin_0123456789abcdef", "")), NULL, NULL, NULL},
	{BY(SESSION("s") CONTEXT("x/aws-reserved/sso.amazonaws.com/R", "")), NULL, NULL, NULL},
	{BY(SESSION("s") CONTEXT("R", ",'webIdFederationData':{'federatedProvider':'accounts.google.com','attributes':{}}")), NULL, NULL, NULL},
	{BY(SESSION("s") CONTEXT("R", ",'sourceIdentity':'ana'")), NULL, NULL, NULL},
	{BY("'type':'AWSAccount','principalId':'AROAX:s','accountId':'2'"), NULL, NULL, NULL},
	{BY("'type':'Root','arn':'arn:aws:iam::1:root','accountId':'1','sessionContext':{'assumedRoot':'true'}"), NULL, NULL, NULL},
	{BY("'type':'AssumedRole','arn':'arn:aws:sts::1:assumed-root/s','sessionContext':{'sessionIssuer':{'type':'Root','arn':'arn:aws:iam::1:root'}}"), NULL, NULL, NULL},
	/* By delegated access, whoever agreed to it */
#define DELEGATE ",'invokedByDelegate':{'accountId':'999988887777'}"
	{BY("'type':'IAMUser','arn':'arn:aws:iam::1:user/ana'" DELEGATE), "unknown", "999988887777", "delegated access"},
	{BY("'type':'AssumedRole','principalId':'AROAX:s','arn':'arn:aws:sts::1:assumed-role/X/s'" DELEGATE), "unknown", "999988887777", "delegated access"},
	{BY("'type':'Root','arn':'arn:aws:iam::1:root'" DELEGATE), "unknown", "999988887777", "delegated access"},
	{BY("'type':'AWSAccount','principalId':'AROAX:s','accountId':'1'" DELEGATE), "unknown", "999988887777", "delegated access"},
	{BY("'type':'IAMUser','arn':'arn:aws:iam::1:user/ana','invokedByDelegate':{'accountId':''}"), "human", "arn:aws:iam::1:user/ana", "iam user"},
	/* Nobody knows */
	{BY("'type':'Directory','principalId':'d-1'"), "unknown", "d-1", "unknown identity"},
	{BY("'accountId':'1'"), "unknown", "account 1", "unknown identity"},
	{"{}", "unknown", NULL, "nobody is named"},
};

/* Tells whether two C strings are the same, or none. */
static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		sample		s = quoted_sample(cases[i].json);
		ct_scratch *scratch = fresh(&s);
		ct_origin	origin = ct_find_origin(&s.rec, ct_find_actor(&s.rec, scratch), scratch);

		if (!ok(s.valid && same(ct_origin_kind_name(origin.kind), cases[i].kind) && slice_is(origin.id, cases[i].id) &&
				same(origin.method, cases[i].method),
				"%s %s behind %s", cases[i].kind ? cases[i].kind : "a session", cases[i].id ? cases[i].id : "", cases[i].json))
			show_slice(origin.method ? origin.method : "session", origin.id);
		drop_sample(&s);
	}
	return done_testing();
}
