/*
 * policy_cases.h: resource policies, and whom they let in.
 */
#ifndef CT_POLICY_CASES_H
#define CT_POLICY_CASES_H

#include <stdbool.h>

#define OWNER			"111122223333"
#define OTHER			"444455556666"
#define THIRD			"777788889999"
#define ROLE(account)	"arn:aws:iam::" account ":role/reader"
#define ROOT(account)	"arn:aws:iam::" account ":root"

#define POLICY(statements) "{'Version':'2012-10-17','Statement':" statements "}"
#define ALLOW(rest)		"{'Sid':'a','Effect':'Allow','Action':'secretsmanager:GetSecretValue','Resource':'*'," rest "}"
#define DENY(rest)		"{'Effect':'Deny','Action':'secretsmanager:*','Resource':'*'," rest "}"
#define PRINCIPAL(x)	POLICY(ALLOW("'Principal':" x))
#define LET_IN(who, operator, key, values) \
	POLICY(ALLOW("'Principal':" who ",'Condition':{'" operator "':{'" key "':" values "}}"))
#define BUT(deny)		POLICY("[" ALLOW("'Principal':'*'") "," DENY(deny) "]")
#define IF(operator, key, values) LET_IN("'*'", operator, key, values)

/* Policies of account 111122223333, and whom they let in; lists are separated by spaces. */
static const struct
{
	const char *policy;
	const char *principals;
	const char *accounts;
	bool		is_public;
}			answers[] = {
	/* principals in every form */
	{PRINCIPAL("'*'"), "*", "", true},
	{PRINCIPAL("['*']"), "*", "", true},
	{PRINCIPAL("{'AWS':'*'}"), "*", "", true},
	{PRINCIPAL("{'AWS':['" ROLE(OWNER) "','*']}"), ROLE(OWNER) " *", "", true},
	{PRINCIPAL("{'Service':'*'}"), "*", "", true},
	{PRINCIPAL("{'AWS':'" ROLE(OWNER) "'}"), ROLE(OWNER), "", false},
	{PRINCIPAL("{'AWS':'" ROOT(OTHER) "'}"), ROOT(OTHER), OTHER, false},
	{PRINCIPAL("{'AWS':'" OTHER "'}"), OTHER, OTHER, false},
	{PRINCIPAL("{'AWS':" OTHER "}"), OTHER, OTHER, false},
	{PRINCIPAL("{'AWS':'" OWNER "'}"), OWNER, "", false},
	{PRINCIPAL("'" OTHER "'"), OTHER, OTHER, false},
	{PRINCIPAL("{'AWS':['" THIRD "','" ROLE(OTHER) "','" THIRD "','" ROOT(OTHER) "','" OWNER "']}"),
	THIRD " " ROLE(OTHER) " " ROOT(OTHER) " " OWNER, OTHER " " THIRD, false},
	{PRINCIPAL("{'AWS':'arn:aws:sts::" OTHER ":assumed-role/a/b'}"), "arn:aws:sts::" OTHER ":assumed-role/a/b", OTHER, false},
	{PRINCIPAL("{'AWS':'AROAEXAMPLEID'}"), "AROAEXAMPLEID", "", false},
	{PRINCIPAL("{'AWS':'11112222333'}"), "11112222333", "", false},
	{PRINCIPAL("{'AWS':'44445555666a'}"), "44445555666a", "", false},
	{PRINCIPAL("{'Service':['a.amazonaws.com','b.amazonaws.com']}"), "a.amazonaws.com b.amazonaws.com", "", false},
	{PRINCIPAL("{'Federated':'arn:aws:iam::" OTHER ":saml-provider/x'}"), "arn:aws:iam::" OTHER ":saml-provider/x", OTHER, false},
	{PRINCIPAL("{'CanonicalUser':'79a59df900b949e5'}"), "79a59df900b949e5", "", false},
	{PRINCIPAL("{'AWS':'" OTHER "','Service':'a.amazonaws.com'}"), OTHER " a.amazonaws.com", OTHER, false},
	{PRINCIPAL("{'aws':'\\u002a'}"), "*", "", true},
	{PRINCIPAL("{'AWS':[]}"), "", "", false},
	{PRINCIPAL("{'AWS':''}"), "", "", false},
	{PRINCIPAL("{'AWS':'caf\\u00e9'}"), "caf\xc3\xa9", "", false},
	{POLICY(ALLOW("'NotPrincipal':{'AWS':'" ROOT(OTHER) "'}")), "*", "", true},
	{POLICY(ALLOW("'NotPrincipal':{'AWS':'" ROOT(OTHER) "'},'Principal':'" THIRD "'")), THIRD " *", THIRD, true},

	/* principals that may be anyone */
	{PRINCIPAL("{'AWS':'" ROOT("*") "'}"), ROOT("*"), "", true},
	{PRINCIPAL("{'AWS':'" ROOT("44445555666?") "'}"), ROOT("44445555666?"), "", true},
	{PRINCIPAL("{'AWS':'" ROOT("${aws:PrincipalAccount}") "'}"), ROOT("${aws:PrincipalAccount}"), "", true},
	{PRINCIPAL("{'AWS':'arn:aws:iam::" OTHER ":role/*'}"), "arn:aws:iam::" OTHER ":role/*", OTHER, false},
	{PRINCIPAL("{'AWS':'arn:aws:iam::cloudfront:user/*'}"), "arn:aws:iam::cloudfront:user/*", "", true},
	{PRINCIPAL("{'AWS':'arn:*'}"), "arn:*", "", true},
	{PRINCIPAL("{'AWS':'44445555*'}"), "44445555*", "", true},
	{PRINCIPAL("{'Service':'*.amazonaws.com'}"), "*.amazonaws.com", "", true},

	/* statements */
	{POLICY("[]"), "", "", false},
	{POLICY("[" ALLOW("'Principal':'*'") "]"), "*", "", true},
	{POLICY("[" DENY("'Principal':'*'") "]"), "", "", false},
	{POLICY("[" DENY("'NotPrincipal':{'AWS':'" OWNER "'}") "]"), "", "", false},
	{POLICY("[" DENY("'Principal':7,'Condition':7") "]"), "", "", false},
	{POLICY("[" DENY("'Principal':'*'") "," ALLOW("'Principal':'*'") "]"), "*", "", false},
	{POLICY("[" ALLOW("'Principal':{'AWS':'" THIRD "'}") "," ALLOW("'Principal':{'AWS':'" OTHER "'}") ","
		ALLOW("'Principal':{'AWS':'" THIRD "'}") "]"), THIRD " " OTHER, OTHER " " THIRD, false},
	{POLICY("[" ALLOW("'Principal':'*','Condition':{'StringEquals':{'aws:PrincipalOrgID':'o-1'}}") ","
		ALLOW("'Principal':'*'") "]"), "*", "", true},
	{"{'statement':{'effect':'allow','principal':'*'}}", "*", "", true},
	{"{'STATEMENT':[{'EFFECT':'ALLOW','PRINCIPAL':'*','CONDITION':{'STRINGEQUALS':{'AWS:PRINCIPALORGID':'o-1'}}}]}", "*", "", false},
	{"\t {'Statement' : [ { 'Principal' : '*' , 'Effect' : 'Allow' } ] } \t", "*", "", true},
	{"{'Statement':[{'Effect':'Allow','Principal':'*','Sid':'a:{[\\\\\\'\\\\u0000:'}]}", "*", "", true},

	/* each key narrows with a fixed value */
	{IF("StringEquals", "aws:PrincipalOrgID", "'o-a1b2c3'"), "*", "", false},
	{IF("StringEquals", "aws:SourceOrgID", "'o-a1b2c3'"), "*", "", false},
	{IF("StringEquals", "aws:SourceVpc", "'vpc-1'"), "*", "", false},
	{IF("StringEquals", "aws:SourceVpce", "['vpce-1','vpce-2']"), "*", "", false},
	{IF("StringEquals", "aws:userid", "'AIDAEXAMPLEID'"), "*", "", false},
	{IF("StringEquals", "aws:PrincipalAccount", "'" OTHER "'"), "*", OTHER, false},
	{IF("StringEquals", "aws:PrincipalAccount", OTHER), "*", OTHER, false},
	{IF("StringEquals", "aws:PrincipalAccount", "'" OWNER "'"), "*", "", false},
	{IF("StringEquals", "aws:SourceAccount", "['" THIRD "','" OTHER "','" THIRD "']"), "*", OTHER " " THIRD, false},
	{IF("StringEquals", "aws:SourceOwner", "'" OTHER "'"), "*", OTHER, false},
	{IF("ArnEquals", "aws:PrincipalArn", "'" ROLE(OTHER) "'"), "*", OTHER, false},
	{IF("ArnLike", "aws:SourceArn", "'arn:aws:lambda:us-east-1:" OTHER ":function:f'"), "*", OTHER, false},
	{IF("ArnLike", "aws:SourceArn", "'arn:aws:s3:::bucket'"), "*", "", false},
	{IF("ForAnyValue:StringEquals", "aws:PrincipalOrgPaths", "'o-1/r-2/ou-3/'"), "*", "", false},
	{IF("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "'o-1/r-2/*'"), "*", "", false},
	{IF("ForAnyValue:StringLike", "aws:SourceOrgPaths", "'o-1/*'"), "*", "", false},
	{IF("foranyvalue:stringlike", "AWS:principalorgpaths", "'o-1/*'"), "*", "", false},
	{IF("StringEqualsIgnoreCase", "AWS:principalORGid", "'o-a1b2c3'"), "*", "", false},
	{IF("StringLike", "aws:PrincipalOrgID", "'o-a1b2c3'"), "*", "", false},

	/* other keys, operators and values do not */
	{IF("StringEquals", "aws:PrincipalTag/team", "'red'"), "*", "", true},
	{IF("StringEquals", "aws:UserAgent", "'x'"), "*", "", true},
	{IF("StringEquals", "aws:Referer", "'x'"), "*", "", true},
	{IF("StringEquals", "secretsmanager:VersionStage", "'AWSCURRENT'"), "*", "", true},
	{IF("Bool", "aws:SecureTransport", "'true'"), "*", "", true},
	{IF("Bool", "aws:SecureTransport", "true"), "*", "", true},
	{IF("Null", "aws:PrincipalOrgID", "'false'"), "*", "", true},
	{IF("NumericLessThan", "aws:MultiFactorAuthAge", "3600.5"), "*", "", true},
	{IF("StringNotEquals", "aws:PrincipalOrgID", "'o-1'"), "*", "", true},
	{IF("StringNotLike", "aws:PrincipalAccount", "'" OTHER "'"), "*", "", true},
	{IF("ArnNotLike", "aws:PrincipalArn", "'" ROLE(OTHER) "'"), "*", "", true},
	{IF("NotIpAddress", "aws:SourceIp", "'192.0.2.0/24'"), "*", "", true},
	{IF("StringEqualsIfExists", "aws:PrincipalOrgID", "'o-1'"), "*", "", true},
	{IF("ForAllValues:StringEquals", "aws:PrincipalOrgID", "'o-1'"), "*", "", true},
	{IF("ForAnyValue:", "aws:PrincipalOrgID", "'o-1'"), "*", "", true},
	{IF("ForAnyValue:StringEqualsIfExists", "aws:PrincipalOrgID", "'o-1'"), "*", "", true},
	{IF("StringEquals", "aws:PrincipalOrgID", "[]"), "*", "", true},
	{IF("StringEquals", "aws:PrincipalOrgID", "''"), "*", "", true},
	{IF("StringEquals", "aws:PrincipalOrgID", "['o-1','*']"), "*", "", true},
	{IF("StringLike", "aws:PrincipalOrgID", "'o-*'"), "*", "", true},
	{IF("StringEquals", "aws:PrincipalOrgID", "'${aws:ResourceOrgID}'"), "*", "", false},
	{IF("StringLike", "aws:userid", "'AROAEXAMPLEID:*'"), "*", "", false},
	{IF("StringLike", "aws:userid", "'AROA*'"), "*", "", true},
	{IF("StringLike", "aws:userid", "'*:session'"), "*", "", true},
	{IF("StringLike", "aws:PrincipalAccount", "'4444*'"), "*", "", true},
	{IF("StringLike", "aws:SourceVpc", "'vpc-?'"), "*", "", true},
	{IF("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "'o-*/r-2/'"), "*", "", true},
	{IF("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "'*'"), "*", "", true},
	{IF("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "'/o-1'"), "*", "", true},
	{POLICY(ALLOW("'Principal':'*','Condition':{}")), "*", "", true},
	{POLICY(ALLOW("'Principal':'*','Condition':null")), "*", "", true},
	{POLICY(ALLOW("'Principal':'*','Condition':{'StringEquals':{}}")), "*", "", true},

	/* patterns of ARNs: the account counts */
	{IF("ArnLike", "aws:PrincipalArn", "'" ROLE("*") "'"), "*", "", true},
	{IF("ArnLike", "aws:PrincipalArn", "'*'"), "*", "", true},
	{IF("ArnLike", "aws:PrincipalArn", "'arn:aws:iam::" OTHER ":role/*'"), "*", OTHER, false},
	{IF("ArnLike", "aws:PrincipalArn", "['arn:aws:iam::" OTHER ":role/*','" ROLE("*") "']"), "*", OTHER, true},
	{IF("ArnLike", "aws:SourceArn", "'arn:*:lambda:*:" OTHER ":function:*'"), "*", OTHER, false},
	{IF("ArnLike", "aws:SourceArn", "'arn:aws:lambda:*:*:function:" OTHER "'"), "*", "", true},
	{IF("ArnLike", "aws:SourceArn", "'arn:aws:s3:::bucket*'"), "*", "", true},
	{IF("ArnLike", "aws:SourceArn", "'arn:aws:lambda:${x}:" OTHER ":f'"), "*", OTHER, true},
	{IF("StringLike", "aws:PrincipalArn", "'arn:aws:iam::" OTHER ":role/*'"), "*", OTHER, false},
	{IF("StringLike", "aws:PrincipalArn", "'arn:aws:iam::" OTHER ":user/${aws:username}'"), "*", OTHER, false},
	{IF("StringLike", "aws:PrincipalArn", "'arn:aws:iam::" OTHER "*'"), "*", "", true},
	{IF("StringLike", "aws:SourceArn", "'arn:aws:lambda:*:" OTHER ":*'"), "*", OTHER, true},
	{IF("StringEquals", "aws:SourceArn", "'not an arn'"), "*", "", false},

	/* addresses */
	{IF("IpAddress", "aws:SourceIp", "'192.0.2.7'"), "*", "", false},
	{IF("IpAddress", "aws:SourceIp", "['192.0.2.0/24','2001:db8::/32']"), "*", "", false},
	{IF("IpAddress", "aws:SourceIp", "'10.0.0.0/8'"), "*", "", false},
	{IF("IpAddress", "aws:SourceIp", "'10.0.0.0/7'"), "*", "", true},
	{IF("IpAddress", "aws:SourceIp", "'0.0.0.0/0'"), "*", "", true},
	{IF("IpAddress", "aws:SourceIp", "'::/0'"), "*", "", true},
	{IF("IpAddress", "aws:SourceIp", "['0.0.0.0/1','128.0.0.0/1']"), "*", "", true},
	{IF("IpAddress", "aws:SourceIp", "['192.0.2.0/24','0.0.0.0/0']"), "*", "", true},
	{IF("IpAddress", "aws:SourceIp", "'2000::/3'"), "*", "", true},
	{IF("IpAddress", "aws:SourceIp", "'2001:d00::/31'"), "*", "", true},
	{IF("IpAddress", "aws:SourceIp", "'2001:db8::1'"), "*", "", false},
	{IF("IpAddress", "aws:SourceIp", "'::ffff:0:0/96'"), "*", "", true},
	{IF("IpAddress", "aws:SourceIp", "'::ffff:0:0/103'"), "*", "", true},
	{IF("IpAddress", "aws:SourceIp", "'::ffff:192.0.2.0/120'"), "*", "", false},
	{IF("IpAddress", "aws:SourceIp", "'::/33'"), "*", "", true},
	{IF("IpAddress", "aws:SourceIp", "'192.0.2.0/33'"), "*", "", true},
	{IF("IpAddress", "aws:SourceIp", "'2001:db8::/129'"), "*", "", true},
	{IF("IpAddress", "aws:SourceIp", "'192.0.2.0/'"), "*", "", true},
	{IF("IpAddress", "aws:SourceIp", "'192.0.2.0/-8'"), "*", "", true},
	{IF("IpAddress", "aws:SourceIp", "'192.0.2.0/99999999999999999999'"), "*", "", true},
	{IF("IpAddress", "aws:SourceIp", "'192.0.2'"), "*", "", true},
	{IF("IpAddress", "aws:SourceIp", "''"), "*", "", true},
	{IF("IpAddress", "aws:SourceIp", "'*'"), "*", "", true},
	{IF("StringLike", "aws:SourceIp", "'192.*'"), "*", "", true},
	{IF("IpAddressIfExists", "aws:SourceIp", "'192.0.2.0/24'"), "*", "", true},
	{IF("IpAddress", "aws:VpcSourceIp", "'192.0.2.0/24'"), "*", "", true},

	/* several conditions must all hold; those that do not narrow do no harm */
	{POLICY(ALLOW("'Principal':'*','Condition':{'Bool':{'aws:SecureTransport':'true'},'StringEquals':{'aws:UserAgent':'x','aws:SourceVpc':'vpc-1'}}")), "*", "", false},
	{POLICY(ALLOW("'Principal':'*','Condition':{'IpAddress':{'aws:SourceIp':'0.0.0.0/0'},'StringEquals':{'aws:PrincipalOrgID':'o-1'}}")), "*", "", false},

	/* accounts of conditions count where the principal is anyone or a service */
	{LET_IN("{'Service':'a.amazonaws.com'}", "StringEquals", "aws:SourceAccount", "'" OTHER "'"), "a.amazonaws.com", OTHER, false},
	{LET_IN("{'Service':'a.amazonaws.com'}", "StringEquals", "aws:SourceAccount", "'" OWNER "'"), "a.amazonaws.com", "", false},
	{LET_IN("{'AWS':'" ROLE(OWNER) "'}", "StringEquals", "aws:SourceAccount", "'" OTHER "'"), ROLE(OWNER), "", false},
	{LET_IN("{'AWS':'" ROLE(OTHER) "'}", "StringEquals", "aws:PrincipalOrgID", "'o-1'"), ROLE(OTHER), OTHER, false},
	{LET_IN("{'AWS':'" ROOT("*") "'}", "ArnEquals", "aws:PrincipalArn", "'" ROOT(THIRD) "'"), ROOT("*"), THIRD, false},
	{IF("StringNotEquals", "aws:PrincipalAccount", "'" OTHER "'"), "*", "", true},

	/* keys that every signed request has, and those of which another test says so */
	{IF("StringEqualsIfExists", "aws:PrincipalAccount", "'" OTHER "'"), "*", OTHER, false},
	{IF("ForAllValues:StringEquals", "aws:PrincipalAccount", "'" OTHER "'"), "*", OTHER, false},
	{IF("StringLikeIfExists", "aws:PrincipalAccount", "'4444*'"), "*", "", true},
	{IF("StringEqualsIfExists", "aws:SourceVpce", "'vpce-1'"), "*", "", true},
	{POLICY(ALLOW("'Principal':'*','Condition':{'ForAllValues:StringLike':{'aws:PrincipalOrgPaths':'o-1/*'},'Null':{'aws:PrincipalOrgPaths':'false'}}")), "*", "", false},
	{POLICY(ALLOW("'Principal':'*','Condition':{'ForAllValues:StringLike':{'aws:PrincipalOrgPaths':'o-1/*'},'Null':{'aws:PrincipalOrgPaths':'true'}}")), "*", "", true},
	{POLICY(ALLOW("'Principal':'*','Condition':{'ForAllValues:StringLike':{'aws:PrincipalOrgPaths':'o-1/*'},'Null':{'aws:PrincipalOrgID':'false'}}")), "*", "", true},

	/* services, and endpoints by whose they are */
	{IF("Bool", "aws:PrincipalIsAWSService", "'true'"), "*", "", false},
	{IF("Bool", "aws:PrincipalIsAWSService", "true"), "*", "", false},
	{IF("Bool", "aws:PrincipalIsAWSService", "'false'"), "*", "", true},
	{IF("Bool", "aws:PrincipalOrgID", "'true'"), "*", "", true},
	{IF("Bool", "aws:ViaAWSService", "'true'"), "*", "", true},
	{IF("StringEquals", "aws:PrincipalServiceName", "'a.amazonaws.com'"), "*", "", false},
	{IF("StringEquals", "aws:VpceAccount", "'" OTHER "'"), "*", "", false},
	{IF("StringEquals", "aws:VpceAccount", "'${aws:ResourceAccount}'"), "*", "", false},
	{IF("StringEquals", "aws:VpceOrgID", "'o-1'"), "*", "", false},
	{IF("StringLike", "aws:VpceOrgID", "'*'"), "*", "", true},
	{IF("ForAnyValue:StringLike", "aws:VpceOrgPaths", "'o-1/r-2/*'"), "*", "", false},
	{IF("ArnEquals", "aws:SourceVpcArn", "'arn:aws:ec2:us-east-1:" OTHER ":vpc/vpc-1'"), "*", "", false},

	/* what Deny takes away */
	{BUT("'Principal':'*','Condition':{'StringNotEquals':{'aws:PrincipalOrgID':'o-1'}}"), "*", "", false},
	{BUT("'Principal':'*','Condition':{'StringNotEqualsIfExists':{'aws:PrincipalOrgID':'o-1'}}"), "*", "", false},
	{BUT("'Principal':{'AWS':'*'},'Condition':{'StringNotEquals':{'aws:PrincipalAccount':['" OTHER "','" OWNER "']}}"), "*", OTHER, false},
	{BUT("'Principal':'*','Condition':{'ArnNotLike':{'aws:PrincipalArn':'arn:aws:iam::" OTHER ":role/*'}}"), "*", OTHER, false},
	{BUT("'Principal':'*','Condition':{'NotIpAddress':{'aws:SourceIp':'192.0.2.0/24'}}"), "*", "", false},
	{BUT("'Principal':'*','Condition':{'StringNotEquals':{'aws:PrincipalOrgID':'o-1'},'Bool':{'aws:PrincipalIsAWSService':'false'}}"), "*", "", false},
	{BUT("'Principal':'*','Condition':{'ForAllValues:StringNotLike':{'aws:PrincipalOrgPaths':'o-1/*'}}"), "*", "", false},
	{BUT("'NotPrincipal':{'AWS':['" ROOT(OTHER) "','" ROLE(OTHER) "']}"), "*", OTHER, false},
	/* and what it does not */
	{BUT("'Principal':'*','Condition':{'Bool':{'aws:SecureTransport':'false'}}"), "*", "", true},
	{BUT("'Principal':'*','Condition':{'StringEquals':{'aws:PrincipalOrgID':'o-1'}}"), "*", "", true},
	{BUT("'Principal':'*','Condition':{'StringNotLike':{'aws:PrincipalOrgID':'o-*'}}"), "*", "", true},
	{BUT("'Principal':'*','Condition':{'ForAnyValue:StringNotLike':{'aws:PrincipalOrgPaths':'o-1/*'}}"), "*", "", true},
	{BUT("'Principal':'*','Condition':{'StringNotEquals':{'aws:PrincipalOrgID':'o-1','aws:PrincipalTag/team':'red'}}"), "*", "", true},
	{BUT("'Principal':'*','Condition':{'StringNotEquals':{'aws:PrincipalOrgID':'o-1'},'Bool':{'aws:SecureTransport':'false'}}"), "*", "", true},
	{BUT("'Principal':{'AWS':'" OTHER "'}"), "*", "", true},
	{BUT("'NotPrincipal':{'AWS':'*'}"), "*", "", true},
	{BUT("'NotPrincipal':{'AWS':'" OTHER "'},'Condition':{'Bool':{'aws:SecureTransport':'false'}}"), "*", "", true},
	{BUT("'Principal':'*','Condition':7"), "*", "", true},
	{POLICY("[" ALLOW("'Principal':'*'") ",{'Effect':'Deny','Principal':'*','Action':'secretsmanager:PutSecretValue','Resource':'*'}]"), "*", "", true},
	{POLICY("[" ALLOW("'Principal':'*'") ",{'Effect':'Deny','Principal':'*','Action':['s3:*','SECRETSMANAGER:get*Value'],'Resource':'*'}]"), "*", "", false},
	{POLICY("[{'Effect':'Allow','Principal':'*','Action':'secretsmanager:*','Resource':'*'},{'Effect':'Deny','Principal':'*','Action':'secretsmanager:Get*','Resource':'*'}]"), "*", "", true},
	{POLICY("[{'Effect':'Allow','Principal':'*','Action':'secretsmanager:Get*','Resource':'*'},{'Effect':'Deny','Principal':'*','Action':'secretsmanager:Get?','Resource':'*'}]"), "*", "", true},
	{POLICY("[" ALLOW("'Principal':'*'") ",{'Effect':'Deny','Principal':'*','Action':'*','Resource':'arn:x'}]"), "*", "", true},
	{POLICY("[" ALLOW("'Principal':'*'") ",{'Effect':'Deny','Principal':'*','NotAction':'secretsmanager:GetSecretValue','Resource':'*'}]"), "*", "", true},
	/* accounts that are named and refused */
	{POLICY("[" ALLOW("'Principal':{'AWS':['" OTHER "','" ROLE(THIRD) "']}") "," DENY("'Principal':{'AWS':'" ROOT(THIRD) "'}") "]"), OTHER " " ROLE(THIRD), OTHER, false},
	{POLICY("[" ALLOW("'Principal':{'AWS':['" OTHER "','" ROLE(THIRD) "']}") "," DENY("'Principal':{'AWS':'" ROLE(THIRD) "'}") "]"), OTHER " " ROLE(THIRD), OTHER " " THIRD, false},
	{POLICY("[" ALLOW("'Principal':{'AWS':['" OTHER "','" THIRD "']}") "," DENY("'Principal':'*','Condition':{'StringNotEquals':{'aws:PrincipalAccount':'" THIRD "'}}") "]"), OTHER " " THIRD, THIRD, false},
};

#endif							/* CT_POLICY_CASES_H */
