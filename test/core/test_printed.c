/*
 * test_printed.c: values as CloudTrail Lake and Athena print them, or nothing
 * where they could be several.
 */
#include <json-c/json.h>

#include "core/container/container_json.h"
#include "core/container/container_printed.h"
#include "exact.h"
#include "tap.h"

/* A column, its text, and the JSON that it is; NULL where that is not certain.  ' stands for ". */
static const struct
{
	const char *column;
	const char *text;
	const char *json;
}			cases[] = {
	/* Lake's rows and Athena's, with every field of the table there */
	{"userIdentity", "{type=AssumedRole, principalid=AROAEXAMPLE:pat, arn=arn:aws:sts::111122223333:assumed-role/App/pat, accountid=111122223333, "
		"accesskeyid=ASIAEXAMPLE, username=null, sessioncontext={attributes={creationdate=2023-06-07 23:59:12.000, mfaauthenticated=true}, "
		"sessionissuer={type=Role, principalid=AROAEXAMPLE, arn=arn:aws:iam::111122223333:role/App, accountid=111122223333, username=App}, "
		"webidfederationdata=null, sourceidentity=null, ec2roledelivery=null, ec2issuedinvpc=null}, invokedby=null, identityprovider=null, "
		"credentialid=null, onbehalfof=null}",
		"{'type':'AssumedRole','principalId':'AROAEXAMPLE:pat','arn':'arn:aws:sts::111122223333:assumed-role/App/pat','accountId':'111122223333',"
		"'accessKeyId':'ASIAEXAMPLE','userName':null,'sessionContext':{'attributes':{'creationDate':'2023-06-07 23:59:12.000','mfaAuthenticated':'true'},"
		"'sessionIssuer':{'type':'Role','principalId':'AROAEXAMPLE','arn':'arn:aws:iam::111122223333:role/App','accountId':'111122223333','userName':'App'},"
		"'webIdFederationData':null,'sourceIdentity':null,'ec2RoleDelivery':null,'ec2IssuedInVpc':null},'invokedBy':null,'identityProvider':null,"
		"'credentialId':null,'onBehalfOf':null}"},
	{"userIdentity", "{type=IAMUser, principalid=AIDAEXAMPLE, arn=arn:aws:iam::111122223333:user/pat, accountid=111122223333, invokedby=signin.amazonaws.com, "
		"accesskeyid=ASIAEXAMPLE, userName=pat, sessioncontext={attributes={mfaauthenticated=true, creationdate=2017-05-26T15:09:42Z}, sessionIssuer=null}}",
		"{'type':'IAMUser','principalId':'AIDAEXAMPLE','arn':'arn:aws:iam::111122223333:user/pat','accountId':'111122223333','invokedBy':'signin.amazonaws.com',"
		"'accessKeyId':'ASIAEXAMPLE','userName':'pat','sessionContext':{'attributes':{'mfaAuthenticated':'true','creationDate':'2017-05-26T15:09:42Z'},'sessionIssuer':null}}"},
	{"resources", "[{arn=arn:aws:s3:::b, accountid=111122223333, type=AWS::S3::Bucket, arnprefix=null}, {arn=null, accountid=null, type=AWS::S3::Object, arnprefix=arn:aws:s3:::b/}]",
		"[{'ARN':'arn:aws:s3:::b','accountId':'111122223333','type':'AWS::S3::Bucket','ARNPrefix':null},{'ARN':null,'accountId':null,'type':'AWS::S3::Object','ARNPrefix':'arn:aws:s3:::b/'}]"},
	{"tlsDetails", "{tlsversion=TLSv1.3, ciphersuite=TLS_AES_128_GCM_SHA256, clientprovidedhostheader=secretsmanager.us-east-1.amazonaws.com}",
		"{'tlsVersion':'TLSv1.3','cipherSuite':'TLS_AES_128_GCM_SHA256','clientProvidedHostHeader':'secretsmanager.us-east-1.amazonaws.com'}"},
	/* maps, with their keys as records have them and nested values as JSON */
	{"requestParameters", "{secretId=shop/db, versionStage=AWSCURRENT}", "{'secretId':'shop/db','versionStage':'AWSCURRENT'}"},
	{"requestParameters", "{secretIdList=['shop/db','shop/mail'], maxResults=20}", "{'secretIdList':['shop/db','shop/mail'],'maxResults':'20'}"},
	{"requestParameters", "{encryptionContext={'SecretARN':'arn:aws:secretsmanager:us-east-1:1:secret:a-b','x':'{, y='}, keyId=k}",
		"{'encryptionContext':{'SecretARN':'arn:aws:secretsmanager:us-east-1:1:secret:a-b','x':'{, y='},'keyId':'k'}"},
	{"requestParameters", "{resourcePolicy={'a':[1, 2]}, secretId=s}", "{'resourcePolicy':'{\\'a\\':[1, 2]}','secretId':'s'}"},
	{"responseElements", "{name=shop/db, deletionDate=May 3, 2018 5:51:02 PM, aRN=arn:aws:secretsmanager:us-east-1:1:secret:shop/db-a1b2c3}",
		"{'name':'shop/db','deletionDate':'May 3, 2018 5:51:02 PM','aRN':'arn:aws:secretsmanager:us-east-1:1:secret:shop/db-a1b2c3'}"},
	{"responseElements", "{ConsoleLogin=Failure}", "{'ConsoleLogin':'Failure'}"},
	{"additionalEventData", "{LoginTo=https://console.aws.amazon.com/console/home?state=a&b=c, MobileVersion=No, MFAUsed=No}",
		"{'LoginTo':'https://console.aws.amazon.com/console/home?state=a&b=c','MobileVersion':'No','MFAUsed':'No'}"},
	{"requestParameters", "{tags=[{key=a, value=b}, {key=c, value=null}], names=[a, b], none=[], empty={}, last=}",
		"{'tags':[{'key':'a','value':'b'},{'key':'c','value':null}],'names':['a','b'],'none':[],'empty':{},'last':''}"},
	{"requestParameters", "{name=a, description=for the shop, and others}", "{'name':'a','description':'for the shop, and others'}"},
	{"requestParameters", "{secretid=x}", "{'secretId':'x'}"},
	/* names may have "," and "=" in them */
	{"userIdentity", "{type=AssumedRole, principalid=AROAEXAMPLE:a,b=c, arn=arn:aws:sts::1:assumed-role/A/a,b=c}",
		"{'type':'AssumedRole','principalId':'AROAEXAMPLE:a,b=c','arn':'arn:aws:sts::1:assumed-role/A/a,b=c'}"},
	{"userIdentity", "{type=SAMLUser, username=Pat Smith, accountid=1}", "{'type':'SAMLUser','userName':'Pat Smith','accountId':'1'}"},
	/* JSON */
	{"userIdentity", "{'type':'Root'}", "{'type':'Root'}"},
	{"userIdentity", "{'accountid':'1','session_context':{'sessionissuer':{'username':'n','other':{'Arn':1}}}}",
		"{'accountId':'1','sessionContext':{'sessionIssuer':{'userName':'n','other':{'Arn':1}}}}"},
	{"resources", "[{'accountid':'1','arn':'a'}]\n", "[{'accountId':'1','ARN':'a'}]"},
	{"requestParameters", "{ 'a' : [ 1 , {} ] } ", "{'a':[1,{}]}"},
	{"requestParameters", "[]", "[]"},
	/* what could be read in several ways */
	{"requestParameters", "{description=for the shop, name=x, secretId=y}", NULL},
	{"requestParameters", "{secretId=x, description=a {b}}", NULL},
	{"requestParameters", "{secretId=x, description=a }, b=c}", NULL},
	{"requestParameters", "{secretId=x, description=a [b], c=d}", NULL},
	{"requestParameters", "{secretId=x, description='a, secretVersion=b'}", NULL},
	{"requestParameters", "{secretId=x, description=a, secretId=y}", NULL},
	{"requestParameters", "{names=[for the shop, b]}", NULL},
	{"requestParameters", "{a={'b':1} c, d=e}", NULL},
	{"requestParameters", "{a={'b':1, c=d}", NULL},
	{"userIdentity", "{type=SAMLUser, username=Pat, arn=arn:x, accountid=1, arn=arn:y}", NULL},
	{"userIdentity", "{type=SAMLUser, username=Pat Smith, other=1}", NULL},
	{"userIdentity", "{type=SAMLUser, accountid=1, account_id=2}", NULL},
	/* what is cut short, or nothing that is printed so */
	{"userIdentity", "{type=Root", NULL},
	{"userIdentity", "{type=Root, ", NULL},
	{"userIdentity", "{type=Root,", NULL},
	{"userIdentity", "{type=Root}}", NULL},
	{"userIdentity", "{type=Root}, {}", NULL},
	{"userIdentity", "{type}", NULL},
	{"userIdentity", "{=x}", NULL},
	{"userIdentity", "{a b=x}", NULL},
	{"userIdentity", "{", NULL},
	{"userIdentity", "[", NULL},
	{"userIdentity", "[a", NULL},
	{"userIdentity", "{a=", NULL},
	{"userIdentity", "{a={", NULL},
	{"requestParameters", "[INFO] started", NULL},
};

/* A copy of a text with " for '. */
static char *
with_quotes(const char *text)
{
	char	   *copy = strdup(text);

	for (char *p = copy; *p; p++)
	{
		if (*p == '\'')
			*p = '"';
	}
	return copy;
}

/* Reads a text that has not a byte behind it; the result is released by free. */
static char *
read_text(const char *text, size_t len, const char *column)
{
	char	   *copy = exact_copy(text, len);
	json_object *value = ct_read_printed(copy, len, column);
	char	   *json = value ? strdup(json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)) : NULL;

	json_object_put(value);
	free(copy);
	return json;
}

/* Nesting to any depth, and long texts of any kind, are read or refused in passing. */
static void
try_long(const char *begin, const char *repeated, const char *name)
{
	buffer		text = {0};
	char	   *json;

	put(&text, begin, strlen(begin));
	while (text.len < 4000000)
		put(&text, repeated, strlen(repeated));
	json = read_text(text.ptr, text.len, "requestParameters");
	ok(json == NULL, "refused: %s", name);
	free(json);
	free(text.ptr);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		char	   *text = with_quotes(cases[i].text);
		char	   *expected = cases[i].json ? with_quotes(cases[i].json) : NULL;
		char	   *json = read_text(text, strlen(text), cases[i].column);

		if (!ok(expected && json ? strcmp(json, expected) == 0 : json == expected, "case %zu", i + 1))
			printf("# got      %s\n# expected %s\n", json ? json : "none", expected ? expected : "none");
		free(json);
		free(expected);
		free(text);
	}
	try_long("", "{", "braces");
	try_long("", "[", "brackets");
	try_long("", "{a=", "members in one another");
	try_long("[", "{\"a\":1},", "JSON");
	try_long("{a=", ", ", "separators");
	try_long("{a=", ", b", "keys without end");
	try_long("{a=", "x=", "texts");
	try_long("{", "a=b, ", "one key");
	try_long("[", "{\"a\":[1, [2, ", "JSON that breaks off");
	return done_testing();
}
