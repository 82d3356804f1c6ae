/*
 * test_policy.c: whom resource policies let in.
 */
#include "exact.h"
#include "policy.h"
#include "random_json.h"
#include "tap.h"

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
	{POLICY("[" DENY("'Principal':'*'") "," ALLOW("'Principal':'*'") "]"), "*", "", true},
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
	{IF("StringEquals", "aws:PrincipalOrgID", "'${aws:ResourceOrgID}'"), "*", "", true},
	{IF("StringLike", "aws:userid", "'AROAEXAMPLEID:*'"), "*", "", true},
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
	{IF("StringEqualsIfExists", "aws:PrincipalAccount", "'" OTHER "'"), "*", "", true},
};

/* What is no policy: the error, and the offset where it tells one. */
static const struct
{
	const char *policy;
	ct_error_code code;
	size_t		offset;
}			errors[] = {
	{"", CT_ERR_VALUE, 0},
	{"nonsense", CT_ERR_LITERAL, 0},
	{"'a'", CT_ERR_NOT_OBJECT, 0},
	{" []", CT_ERR_NOT_OBJECT, 1},
	{"null", CT_ERR_NOT_OBJECT, 0},
	{"{'a':1} x", CT_ERR_TRAILING, 8},
	{"{'a':1,}", CT_ERR_KEY, 7},
	{"{'a':'\xff'}", CT_ERR_UTF8, 6},
	{"{'Statement':[],'a':'\\u0000'}", CT_ERR_POLICY_NUL, 21},
	{"{'Statement\\u0000':[]}", CT_ERR_POLICY_NUL, 11},
	{"{}", CT_ERR_POLICY_STATEMENT, 0},
	{" {'':[7]}", CT_ERR_POLICY_STATEMENT, 1},
	{"{'Statement':null}", CT_ERR_POLICY_STATEMENT, 13},
	{"{'Statement':'x'}", CT_ERR_POLICY_STATEMENT, 13},
	{"{'Statement':[7]}", CT_ERR_POLICY_STATEMENT, 14},
	{"{'Statement':[{'Effect':'Deny'},[]]}", CT_ERR_POLICY_STATEMENT, 32},
	{"{'Statement':{}}", CT_ERR_POLICY_EFFECT, 13},
	{" {'\\u0053tatement':{}}", CT_ERR_POLICY_EFFECT, 19},
	{"{'Statement':[{'Effect':'Deny'}, {'Effect':'Maybe'}]}", CT_ERR_POLICY_EFFECT, 33},
	{"{'Statement':{'Effect':true}}", CT_ERR_POLICY_EFFECT, 13},
	{"{'Statement':{'Effect':'Allow'}}", CT_ERR_POLICY_PRINCIPAL, 13},
	{"{'Statement':{'Effect':'Allow','Principal':null}}", CT_ERR_POLICY_PRINCIPAL, 13},
	{"{'Statement':{'Effect':'Allow','Principal':{'AWS':null}}}", CT_ERR_POLICY_PRINCIPAL, 13},
	{"{'Statement':{'Effect':'Allow','Principal':{'AWS':[['*']]}}}", CT_ERR_POLICY_PRINCIPAL, 13},
	{"{'Statement':{'Effect':'Allow','Principal':{'AWS':{'x':'*'}}}}", CT_ERR_POLICY_PRINCIPAL, 13},
	{"{'Statement':{'Effect':'Allow','Principal':{'Robot':'*'}}}", CT_ERR_POLICY_PRINCIPAL, 13},
	{"{'Statement':{'Effect':'Allow','Principal':'*','Condition':'x'}}", CT_ERR_POLICY_CONDITION, 13},
	{"{'Statement':{'Effect':'Allow','Principal':'*','Condition':{'StringEquals':[]}}}", CT_ERR_POLICY_CONDITION, 13},
	{"{'Statement':{'Effect':'Allow','Principal':'*','Condition':{'StringEquals':null}}}", CT_ERR_POLICY_CONDITION, 13},
	{"{'Statement':{'Effect':'Allow','Principal':'*','Condition':{'StringEquals':{'x':null}}}}", CT_ERR_POLICY_CONDITION, 13},
	{"{'Statement':{'Effect':'Allow','Principal':'*','Condition':{'Foo':{'x':[{}]}}}}", CT_ERR_POLICY_CONDITION, 13},
	/* what one reader drops and another takes */
	{"{'Statement':[],'Statement':[]}", CT_ERR_POLICY_REPEATED, 0},
	{"{'Statement':[],'\\u0053tatement':[]}", CT_ERR_POLICY_REPEATED, 0},
	{"{'Statement':[],'statement':[]}", CT_ERR_POLICY_REPEATED, 0},
	{PRINCIPAL("'*','Principal':'" OWNER "'"), CT_ERR_POLICY_REPEATED, 0},
	{"{'Statement':{'Effect':'Allow','Principal':'*','effect':'Deny'}}", CT_ERR_POLICY_REPEATED, 13},
	{"{'Statement':[],'a':[{'b':{'c':1,'c':2}}]}", CT_ERR_POLICY_REPEATED, 0},
};

/* A policy written with ' for ", in memory of its own size. */
static char *
exact_policy(const char *quoted, size_t *len)
{
	char	   *copy;

	*len = strlen(quoted);
	copy = exact_copy(quoted, *len);
	for (size_t i = 0; i < *len; i++)
	{
		if (copy[i] == '\'')
			copy[i] = '"';
	}
	return copy;
}

/* Tells whether a list holds the words of a text, in order. */
static bool
names_are(const char *what, const ct_names *names, const char *expected)
{
	buffer		b = {0};
	bool		same;

	put(&b, "", 0);
	for (size_t i = 0; i < names->count; i++)
	{
		if (i > 0)
			puts_to(&b, " ");
		put(&b, names->items[i].ptr, names->items[i].len);
	}
	same = strcmp(b.ptr, expected) == 0;
	if (!same)
		printf("# %s: %s\n", what, b.ptr);
	free(b.ptr);
	return same;
}

/* Policies and whom they let in. */
static void
try_answers(void)
{
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
	{
		size_t		len;
		char	   *json = exact_policy(answers[i].policy, &len);
		ct_policy	policy;
		ct_error	err = {0};
		bool		valid = ct_policy_read(json, len, CT_LITERAL(OWNER), &policy, &err);

		if (!valid)
			printf("# offset %zu: %s\n", err.offset, ct_error_message(err.code));
		ok(valid && names_are("principals", &policy.principals, answers[i].principals) &&
		   names_are("accounts", &policy.foreign_accounts, answers[i].accounts) &&
		   policy.is_public == answers[i].is_public,
		   "%s lets in %s %s", answers[i].policy, answers[i].is_public ? "anyone," : "only", answers[i].principals);
		ct_policy_free(&policy);
		free(json);
	}
}

/* What is no policy. */
static void
try_errors(void)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
	{
		size_t		len;
		char	   *json = exact_policy(errors[i].policy, &len);
		ct_policy	policy;
		ct_error	err = {0};
		bool		valid = ct_policy_read(json, len, CT_NO_SLICE, &policy, &err);

		ok(!valid && err.code == errors[i].code && err.offset == errors[i].offset,
		   "%s: offset %zu, %s", errors[i].policy, err.offset, ct_error_message(err.code));
		ct_policy_free(&policy);
		free(json);
	}
}

/* Reads a text of some length as a policy of nobody's. */
static bool
read_exact(const char *ptr, size_t len, ct_policy *policy, ct_error *err)
{
	char	   *json = exact_copy(ptr, len);
	bool		valid = ct_policy_read(json, len, CT_NO_SLICE, policy, err);

	free(json);
	return valid;
}

/* A policy of parts that are repeated in the middle. */
static void
put_repeated(buffer *b, const char *before, const char *part, int count, const char *after)
{
	b->len = 0;
	puts_to(b, before);
	for (int i = 0; i < count; i++)
		puts_to(b, part);
	puts_to(b, after);
}

/* Expects one error of a text. */
static void
expect_error(const buffer *b, ct_error_code code, const char *what)
{
	ct_policy	policy;
	ct_error	err = {0};
	bool		valid = read_exact(b->ptr, b->len, &policy, &err);

	ok(!valid && err.code == code, "%s: offset %zu, %s", what, err.offset, ct_error_message(err.code));
	ct_policy_free(&policy);
}

/* Expects a text to be a policy. */
static void
expect_policy(const buffer *b, size_t principals, bool is_public, const char *what)
{
	ct_policy	policy;
	ct_error	err = {0};
	bool		valid = read_exact(b->ptr, b->len, &policy, &err);

	if (!valid)
		printf("# offset %zu: %s\n", err.offset, ct_error_message(err.code));
	ok(valid && policy.principals.count == principals && policy.is_public == is_public, "%s", what);
	ct_policy_free(&policy);
}

/* Bounds of size, depth and count. */
static void
try_bounds(void)
{
	buffer		b = {0};
	buffer		list = {0};

	put_repeated(&b, "{\"Statement\":[]", " ", CT_POLICY_MAX - 16, "}");
	expect_policy(&b, 0, false, "a policy of 1 MB");
	puts_to(&b, " ");
	expect_error(&b, CT_ERR_POLICY_TOO_LARGE, "one byte more");

	put_repeated(&b, "{\"Statement\":[],\"a\":", "[", CT_POLICY_DEPTH_MAX - 1, "");
	for (int i = 1; i < CT_POLICY_DEPTH_MAX; i++)
		puts_to(&b, "]");
	puts_to(&b, "}");
	expect_policy(&b, 0, false, "32 levels");
	put_repeated(&b, "{\"Statement\":[],\"a\":", "[", CT_POLICY_DEPTH_MAX, "");
	for (int i = 0; i < CT_POLICY_DEPTH_MAX; i++)
		puts_to(&b, "]");
	puts_to(&b, "}");
	expect_error(&b, CT_ERR_POLICY_DEPTH, "33 levels");
	put_repeated(&b, "", "[", 100000, "");
	expect_error(&b, CT_ERR_DEPTH, "100,000 levels");

	put_repeated(&b, "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":[\"*\"", ",\"x\"", CT_NAMES_MAX - 1, "]}}");
	expect_policy(&b, 2, true, "10,000 principals, of two names");
	put_repeated(&b, "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":[\"*\"", ",\"x\"", CT_NAMES_MAX, "]}}");
	expect_error(&b, CT_ERR_POLICY_NAMES, "10,001");
	put_repeated(&b, "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Condition\":{\"StringEquals\":{\"aws:SourceAccount\":[\""
				 OTHER "\"", ",\"" OTHER "\"", CT_NAMES_MAX, "]}}}}");
	expect_error(&b, CT_ERR_POLICY_NAMES, "10,001 accounts");

	/* Every /8 is narrow alone, but half of the Internet together is not. */
	for (int n = 127; n <= 128; n++)
	{
		put_repeated(&list, "", "", 0, "");
		for (int i = 0; i < n; i++)
		{
			char		range[32];

			snprintf(range, sizeof(range), "%s\"%d.0.0.0/8\"", i > 0 ? "," : "", i);
			puts_to(&list, range);
		}
		put_repeated(&b, "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Condition\":{\"IpAddress\":{\"aws:SourceIp\":[",
					 list.ptr, 1, "]}}}}");
		expect_policy(&b, 1, n == 128, n == 128 ? "128 ranges of a 256th each are wide" : "127 are not");
	}
	free(list.ptr);
	free(b.ptr);
}

/* Each prefix of each policy, and damaged ones, are read without harm. */
static void
try_damage(void)
{
	rng			r = rng_fork(5, 1);
	buffer		b = {0};
	size_t		read_prefixes = 0;
	size_t		valid = 0;

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
	{
		size_t		len;
		char	   *json = exact_policy(answers[i].policy, &len);
		size_t		whole = len;
		ct_policy	policy;
		ct_error	err;

		while (json[whole - 1] == '\t' || json[whole - 1] == ' ')
			whole--;
		for (size_t n = 0; n < whole; n++)
		{
			read_prefixes += read_exact(json, n, &policy, &err);
			ct_policy_free(&policy);
		}
		for (int n = 0; n < 300; n++)
		{
			b.len = 0;
			put(&b, json, len);
			damage(&r, &b);
			valid += read_exact(b.ptr, b.len, &policy, &err);
			ct_policy_free(&policy);
		}
		free(json);
	}
	ok(read_prefixes == 0, "no prefix of a policy is one");
	ok(valid > 1000, "damaged policies do no harm; %zu were still some", valid);
	free(b.ptr);
}

/* Whatever the scanner takes for JSON becomes a tree. */
static void
try_random_documents(void)
{
	rng			r = rng_fork(5, 2);
	buffer		document = {0};
	buffer		b = {0};
	int			scanned = 0;
	int			lost = 0;

	for (int i = 0; i < 20000; i++)
	{
		ct_policy	policy;
		ct_error	err = {0};

		document.len = b.len = 0;
		put_random_document(&r, &document);
		if (i % 2 == 1)
			damage(&r, &document);
		puts_to(&b, "{\"Statement\":[],\"a\":");
		put(&b, document.ptr, document.len);
		puts_to(&b, "}");
		scanned += read_exact(b.ptr, b.len, &policy, &err);
		if (err.code == CT_ERR_OUT_OF_MEMORY && lost++ == 0)
			printf("# %s\n", b.ptr);
		ct_policy_free(&policy);
	}
	ok(lost == 0 && scanned > 1000, "%d random documents become trees, %d do not", scanned, lost);
	free(document.ptr);
	free(b.ptr);
}

int
main(void)
{
	try_answers();
	try_errors();
	try_bounds();
	try_damage();
	try_random_documents();
	return done_testing();
}
