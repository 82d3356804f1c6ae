/*
 * shapes_identity.c: shapes of STS, IAM, Organizations and IAM Identity Center.
 */
#include "shapes.h"

#define ROLE_ARN	"arn:aws:iam::<account>:role/<role>"
#define ROLE_RESOURCE "[{'accountId':'<account>','type':'AWS::IAM::Role','ARN':'" ROLE_ARN "'}]"
#define CREDENTIALS(seconds) \
	"'credentials':{'accessKeyId':'ASIA<prefix><key:8>','sessionToken':'IQoJb3JpZ2luX2VjE<base64:420>=='," \
	"'expiration':'<date:" seconds ">'}"
#define POLICY_TEXT(action) \
	"'{\\n  \\'Version\\': \\'2012-10-17\\',\\n  \\'Statement\\': [\\n    {\\n      \\'Effect\\': \\'Allow\\'," \
	"\\n      \\'Action\\': \\'" action "\\',\\n      \\'Resource\\': \\'*\\'\\n    }\\n  ]\\n}'"
#define TRUST_TEXT \
	"'{\\'Version\\':\\'2012-10-17\\',\\'Statement\\':[{\\'Effect\\':\\'Allow\\'," \
	"\\'Principal\\':{\\'Service\\':\\'<lambda|ec2|ecs-tasks>.amazonaws.com\\'}," \
	"\\'Action\\':\\'sts:AssumeRole\\'}]}'"
#define ADMINS		(BY_HUMAN | BY_PIPELINE)
#define READERS		(BY_HUMAN | BY_PIPELINE | BY_LINKED)
#define NO_SUCH_ROLE FAILS(30, "NoSuchEntityException", "The role with name <role>-old cannot be found.")

static const shape rows[] = {
	{STS, "AssumeRole", 7000, READ | SHARED, BY_SERVICE,
		.request = "{'roleArn':'" ROLE_ARN
			"','roleSessionName':'<function#1>'<maybe:30>,'durationSeconds':3600<end>}",
		.response = "{" CREDENTIALS("3600") ",'assumedRoleUser':{'assumedRoleId':'AROA<prefix><roleid>:<#1>',"
			"'arn':'arn:aws:sts::<account>:assumed-role/<role>/<#1>'}}",
		.resources = ROLE_RESOURCE, .invoker =
			"<lambda|ec2|ecs-tasks|events|states|codebuild|config>.amazonaws.com"},
	{STS, "AssumeRole", 2600, READ, BY_WORKLOAD | BY_PIPELINE | BY(USER) | BY(SSO),
		.request = "{'roleArn':'" ROLE_ARN "','roleSessionName':'<keep:1><deploy|sync|report|"
			"ops>-<digits:10><end>','durationSeconds':<900|3600>}",
		.response = "{" CREDENTIALS("3600") ",'assumedRoleUser':{'assumedRoleId':'AROA<prefix><roleid>:<#1>',"
			"'arn':'arn:aws:sts::<account>:assumed-role/<role>/<#1>'}<maybe:10>,"
			"'packedPolicySize':<int:2:60><end>}",
		.resources = ROLE_RESOURCE, .additional = "{'explicitTrustGrant':true}", .subject = ROLE_ARN, .denied = 40},
	{STS, "AssumeRole", 300, READ | SHARED, BY_WORKLOAD,
		.request = "{'roleArn':'" ROLE_ARN "','roleSessionName':'<keep:1>partner-<digits:10><end>',"
			"'externalId':'<alnum:16>','sourceIdentity':'<ana.souza|ben.okafor|elif.kaya>'}",
		.response = "{" CREDENTIALS("3600") ",'assumedRoleUser':{'assumedRoleId':'AROA<prefix><roleid>:<#1>',"
			"'arn':'arn:aws:sts::<account>:assumed-role/<role>/<#1>'},'sourceIdentity':'ana.souza'}",
		.identity =
			"{'type':'AWSAccount','principalId':'AROA<prefix><key:9>:partner-<lower:5>','accountId':'<other>'}",
		.resources = ROLE_RESOURCE, .subject = ROLE_ARN, .denied = 60},
	{STS, "AssumeRoleWithWebIdentity", 1500, READ, BY(EKS) | BY(GITHUB),
		.request = "{'durationSeconds':3600,'roleArn':'<p.role>','roleSessionName':'<p.session>'}",
		.response = "{" CREDENTIALS("3600") ",'subjectFromWebIdentityToken':'<p.label>',"
			"'assumedRoleUser':{'assumedRoleId':'<p.id>:<p.session>','arn':'<p.arn>'},'provider':'<p.origin>',"
			"'audience':'sts.amazonaws.com'}",
		.identity = "{'type':'WebIdentityUser','principalId':'<p.origin>:sts.amazonaws.com:<p.label>',"
			"'userName':'<p.label>','identityProvider':'<p.origin>'}",
		.additional = "{'identityProviderConnectionVerificationMethod':'<IAMTrustStore|Thumbprint>'}",
		.resources = "[{'accountId':'<account>','type':'AWS::IAM::Role','ARN':'<p.role>'}]",
		.failure = {FAILS(15, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"),
			FAILS(4, "ExpiredTokenException",
			"Token expired: current date/time <epoch> must be before the expiration date/time <epoch:-60>")}},
	{STS, "AssumeRoleWithSAML", 120, READ, BY(SAML),
		.request = "{'sAMLAssertionID':'_<uuid>','roleSessionName':'<p.label>','durationSeconds':28800,"
			"'roleArn':'<p.role>','principalArn':'<p.origin>'}",
		.response = "{'subjectType':'persistent','issuer':'https://idp.example.com/adfs',"
			"'credentials':{'accessKeyId':'<p.key>','expiration':'<date:28800>',"
			"'sessionToken':'IQoJb3JpZ2luX2VjE<base64:420>=='},'nameQualifier':'<base64:27>=',"
			"'assumedRoleUser':{'assumedRoleId':'<p.id>:<p.label>','arn':'<p.arn>'},'subject':'<p.label>',"
			"'audience':'https://signin.aws.amazon.com/saml'}",
		.identity = "{'type':'SAMLUser','principalId':'<base64:27>=:<p.label>','userName':'<p.label>',"
			"'identityProvider':'<base64:27>='}",
		.resources = "[{'accountId':'<account>','type':'AWS::IAM::Role','ARN':'<p.role>'},"
			"{'accountId':'<account>','type':'AWS::IAM::SAMLProvider','ARN':'<p.origin>'}]"},
	{STS, "GetCallerIdentity", 2200, READ, .by = BY_WORKLOAD | ADMINS | BY_RARE},
	{STS, "GetSessionToken", 60, READ, BY(USER),
		.request = "{'durationSeconds':43200,'serialNumber':'arn:aws:iam::<account>:mfa/<user>'}",
		.response = "{" CREDENTIALS("43200") "}",
		.failure = {{120, "AccessDenied",
			"MultiFactorAuthentication failed with invalid MFA one time pass code.", true}}},
	{STS, "GetFederationToken", 20, READ, BY(USER),
		.request = "{'name':'report-viewer','policy':" POLICY_TEXT("s3:GetObject") ",'durationSeconds':3600}",
		.response = "{" CREDENTIALS("3600") ",'federatedUser':{'federatedUserId':'<account>:report-viewer',"
			"'arn':'arn:aws:sts::<account>:federated-user/report-viewer'},'packedPolicySize':6}"},
	{STS, "AssumeRoot", 4, READ, BY(SSO),
		.request = "{'targetPrincipal':'<other>',"
			"'taskPolicyArn':{'arn':'arn:aws:iam::aws:policy/root-task/<IAMAuditRootUserCredentials|"
			"S3UnlockBucketPolicy>'}}",
		.response = "{" CREDENTIALS("900") "}"},

	{IAM, "GetRole", 700, READ, READERS,
		.request = "{'roleName':'<role>'}",
		.subject = "role <role>", .denied = 15,
		.failure = {NO_SUCH_ROLE}},
	{IAM, "ListAttachedRolePolicies", 500, READ, READERS,
		.request = "{'roleName':'<role>'}",
		.failure = {NO_SUCH_ROLE}},
	{IAM, "ListRolePolicies", 400, READ, READERS, .request = "{'roleName':'<role>'}"},
	{IAM, "GetPolicyVersion", 400, READ, READERS,
		.request = "{'policyArn':'arn:aws:iam::<account>:policy/<policy>','versionId':'v<int:1:5>'}"},
	{IAM, "GetUser", 300, READ, READERS,
		.request = "{'userName':'<iamuser>'}",
		.failure = {FAILS(80, "NoSuchEntityException", "The user with name <iamuser>-x cannot be found.")}},
	{IAM, "ListUsers", 160, READ, READERS, .request = "<null|{'maxItems':100}>", .denied = 30},
	{IAM, "ListAccessKeys", 200, READ, READERS, .request = "{'userName':'<iamuser>'}"},
	{IAM, "GetAccountSummary", 120, READ, .by = BY_CONSOLE | BY_LINKED},
	{IAM, "GetAccountPasswordPolicy", 90, READ, BY_CONSOLE | BY_LINKED,
		.failure = {FAILS(200, "NoSuchEntityException",
			"The Password Policy with domain name <account> cannot be found.")}},
	{IAM, "GenerateCredentialReport", 20, READ, BY_LINKED | BY_HUMAN, .response = "{'state':'<STARTED|COMPLETE>'}"},
	{IAM, "CreateUser", 8, HOLDOUT, ADMINS, .request = "{'userName':'<iamuser>','path':'/'}",
		.response = "{'user':{'path':'/','userName':'<iamuser>','userId':'AIDA<prefix><key:9>',"
			"'arn':'arn:aws:iam::<account>:user/<iamuser>','createDate':'<date>'}}",
		.denied = 100},
	{IAM, "CreateRole", 14, 0, ADMINS, .request =
			"{'roleName':'<role>','description':'<|Managed by Terraform>','assumeRolePolicyDocument':"
			 TRUST_TEXT ",'maxSessionDuration':3600}",
		.response = "{'role':{'path':'/','roleName':'<role>','roleId':'AROA<prefix><roleid>','arn':'" ROLE_ARN
			"','createDate':'<date>',"
			"'assumeRolePolicyDocument':'%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22lambda.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D'}}",
		.subject = ROLE_ARN, .denied = 60,
		.failure = {FAILS(60, "EntityAlreadyExistsException", "Role with name <role> already exists.")}},
	{IAM, "AttachRolePolicy", 18, 0, ADMINS,
		.request = "{'roleName':'<role>','policyArn':'arn:aws:iam::aws:policy/<AdministratorAccess|"
			"AmazonS3ReadOnlyAccess|SecretsManagerReadWrite>'}",
		.subject = "role <role>", .denied = 60},
	{IAM, "DetachRolePolicy", 10, 0, ADMINS,
		.request = "{'roleName':'<role>','policyArn':'arn:aws:iam::<account>:policy/<policy>'}"},
	{IAM, "PutRolePolicy", 20, 0, ADMINS,
		.request = "{'roleName':'<role>','policyName':'<inline|access|temp>','policyDocument':" POLICY_TEXT(
			"<secretsmanager:GetSecretValue|s3:*|dynamodb:Query>") "}",
		.subject = "role <role>", .denied = 50},
	{IAM, "CreatePolicyVersion", 12, 0, ADMINS,
		.request = "{'policyArn':'arn:aws:iam::<account>:policy/<policy>','policyDocument':" POLICY_TEXT(
			"<secretsmanager:*|kms:Decrypt|sqs:SendMessage>") ",'setAsDefault':true}",
		.response = "{'policyVersion':{'versionId':'v<int:2:5>','isDefaultVersion':true,'createDate':'<date>'}}"},
	{IAM, "CreateAccessKey", 10, 0, ADMINS, .request = "{'userName':'<iamuser>'}",
		.response = "{'accessKey':{'userName':'<iamuser>','accessKeyId':'AKIA<prefix><key:8>',"
			"'status':'Active','createDate':'<date>'}}",
		.subject = "user <iamuser>", .denied = 120},
	{IAM, "UpdateAccessKey", 6, 0, ADMINS,
		.request = "{'accessKeyId':'AKIA<prefix><key:8>','status':'Inactive','userName':'<iamuser>'}"},
	{IAM, "CreateLoginProfile", 5, 0, ADMINS, .request = "{'userName':'<iamuser>','passwordResetRequired':true}",
		.response = "{'loginProfile':{'userName':'<iamuser>','createDate':'<date>','passwordResetRequired':true}}"},
	{IAM, "AddUserToGroup", 6, 0, ADMINS, .request = "{'groupName':'<group>','userName':'<iamuser>'}"},
	{IAM, "EnableMFADevice", 5, 0, BY_CONSOLE | BY_ROOT,
		.request = "{'userName':'<iamuser>','serialNumber':'arn:aws:iam::<account>:mfa/<iamuser>'}"},
	{IAM, "UpdateAssumeRolePolicy", 8, 0, ADMINS,
		.request = "{'roleName':'<role>','policyDocument':" TRUST_TEXT "}"},
	{IAM, "DeleteRole", 6, 0, ADMINS, .request = "{'roleName':'<role>'}",
		.failure = {FAILS(200, "DeleteConflictException",
			"Cannot delete entity, must detach all policies first.")}},
	{IAM, "DeleteUserPolicy", 4, 0, ADMINS, .request = "{'userName':'<iamuser>','policyName':'inline'}"},

	{ORGANIZATIONS, "DescribeOrganization", 300, READ, READERS,
		.failure = {FAILS(150, "AWSOrganizationsNotInUseException",
			"Your account is not a member of an organization.")}},
	{ORGANIZATIONS, "ListAccounts", 200, READ, READERS, .request = "<null|{'maxResults':20}>", .denied = 60},
	{ORGANIZATIONS, "DescribeAccount", 120, READ, READERS, .request = "{'accountId':'<other>'}",
		.failure = {FAILS(30, "AccountNotFoundException", "You specified an account that doesn`t exist.")}},
	{ORGANIZATIONS, "CreateAccount", 2, 0, BY_HUMAN,
		.request = "{'email':'HIDDEN_DUE_TO_SECURITY_REASONS','accountName':'HIDDEN_DUE_TO_SECURITY_REASONS',"
			"'roleName':'OrganizationAccountAccessRole'}",
		.response = "{'createAccountStatus':{'id':'car-<hex:32>',"
			"'accountName':'HIDDEN_DUE_TO_SECURITY_REASONS','state':'IN_PROGRESS',"
			"'requestedTimestamp':'<date>'}}"},
	{ORGANIZATIONS, "CreateAccountResult", 2, SERVICE_EVENT | NO_REQUEST_ID, 0,
		.details = "{'createAccountStatus':{'id':'car-<hex:32>','state':'SUCCEEDED','accountName':'****',"
			"'accountId':'<other>','requestedTimestamp':'<date:-60>','completedTimestamp':'<date>'}}"},
	{ORGANIZATIONS, "AttachPolicy", 4, 0, BY_HUMAN,
		.request = "{'policyId':'p-<lower:8>','targetId':'ou-<lower:4>-<lower:8>'}"},

	{SSO, "GetRoleCredentials", 260, READ, BY(IDENTITY_CENTER),
		.request =
			"{'roleName':'<AdministratorAccess|ReadOnlyAccess|PowerUserAccess>','account_id':'<account>'}",
		.details = "{'role_name':'<AdministratorAccess|ReadOnlyAccess>','account_id':'<account>'}",
		.agent = "aws-cli/2.17.56 md/awscrt#0.21.2 ua/2.0 os/macos#23.6.0 md/arch#arm64 lang/python#3.11.9 "
			"md/pyimpl#CPython cfg/retry-mode#standard"},
	{SSO, "Federate", 160, 0, BY(IDENTITY_CENTER),
		.details = "{'role_name':'<AdministratorAccess|ReadOnlyAccess>','account_id':'<account>'}"},
	{SSO, "CreateAccountAssignment", 6, 0, BY(SSO_CONSOLE),
		.request = "{'targetType':'AWS_ACCOUNT','targetId':'<other>','principalType':'GROUP',"
			"'principalId':'<uuid>','instanceArn':'arn:aws:sso:::instance/ssoins-<hex:16#1>',"
			"'permissionSetArn':'arn:aws:sso:::permissionSet/ssoins-<#1>/ps-<hex:16>'}",
		.response = "{'accountAssignmentCreationStatus':{'status':'IN_PROGRESS','requestId':'<uuid>',"
			"'targetId':'<other>','targetType':'AWS_ACCOUNT','principalType':'GROUP'}}"},
};

const shape_table shapes_identity = SHAPE_TABLE(rows);
