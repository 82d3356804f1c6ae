/*
 * principal_kinds.c: the kinds of principals that CloudTrail tells apart, and
 * what its records say about each.
 */
#include "principals.h"

#define ROLE_ARN		"arn:aws:iam::<account>:role/<p.name>"
#define SESSION_ARN		"arn:aws:sts::<account>:assumed-role/<p.name>/<p.session>"
#define ROLE_ID			"AROA<prefix><key:9>"
#define TEMPORARY_KEY	"ASIA<prefix><key:8>"

#define ROLE_IDENTITY_START \
	"{'type':'AssumedRole','principalId':'<p.id>:<p.session>','arn':'<p.arn>','accountId':'<account>'," \
	"'accessKeyId':'<p.key>','sessionContext':{'sessionIssuer':{'type':'Role','principalId':'<p.id>'," \
	"'arn':'<p.role>','accountId':'<account>','userName':'<p.name>'},"
#define NO_WEB_IDENTITY	"<until:8>'webIdFederationData':{},<end>"
#define ATTRIBUTES		"'attributes':{'creationDate':'<p.since>','mfaAuthenticated':'<p.mfa>'}"
#define ROLE_IDENTITY	ROLE_IDENTITY_START NO_WEB_IDENTITY ATTRIBUTES "}"
#define SIGN_IN_SESSION	"<since:11>,'signInSessionArn':'arn:aws:signin:<region>:<account>:session/<uuid>'<end>"

#define USER_START \
	"{'type':'IAMUser','principalId':'<p.id>','arn':'<p.arn>','accountId':'<account>',"
#define USER_IDENTITY	USER_START "'accessKeyId':'<p.key>','userName':'<p.name>'"
#define USER_SESSION(attributes) \
	",'sessionContext':{<until:8>'sessionIssuer':{},'webIdFederationData':{},<end>" attributes
#define USER_FORWARDED \
	USER_START "'accessKeyId':'ASIA<prefix><key:8>','userName':'<p.name>'" \
	USER_SESSION("'attributes':{'creationDate':'<time>','mfaAuthenticated':'false'}}")

#define LAMBDA_AGENT \
	"<Boto3/1.34.145 md/Botocore#1.34.145 ua/2.0 os/linux#5.10.226-235.879.amzn2.x86_64 " \
	"md/arch#x86_64 lang/python#3.12.6 md/pyimpl#CPython exec-env/AWS_Lambda_python3.12 cfg/retry-mode#legacy " \
	"Botocore/1.34.145" \
	"|aws-sdk-js/3.637.0 ua/2.1 os/linux#5.10.226-235.879.amzn2.x86_64 lang/js md/nodejs#20.17.0 " \
	"api/*#3.637.0 exec-env/AWS_Lambda_nodejs20.x" \
	"|aws-sdk-java/2.25.60 Linux/5.10.226-235.879.amzn2.x86_64 OpenJDK_64-Bit_Server_VM/17.0.12+7-LTS " \
	"Java/17.0.12 vendor/Amazon.com_Inc. exec-env/AWS_Lambda_java17 io/sync http/UrlConnection " \
	"cfg/retry-mode/legacy>"
#define SERVER_AGENT \
	"<aws-sdk-java/2.28.11 ua/2.0 os/Linux#6.1.109-118.189.amzn2023.x86_64 " \
	"lang/java#21.0.4 md/OpenJDK_64-Bit_Server_VM#21.0.4+7-LTS md/vendor#Amazon.com_Inc. " \
	"md/en_US cfg/auth-source#cont io/sync http/Apache cfg/retry-mode#standard" \
	"|aws-sdk-go-v2/1.30.5 os/linux lang/go#1.22.7 md/GOOS#linux md/GOARCH#amd64 api/*#1.32.8" \
	"|Boto3/1.35.24 md/Botocore#1.35.24 ua/2.0 os/linux#6.1.109-118.189.amzn2023.x86_64 " \
	"md/arch#x86_64 lang/python#3.11.10 md/pyimpl#CPython cfg/retry-mode#standard Botocore/1.35.24" \
	"|aws-sdk-rust/1.3.3 os/linux lang/rust/1.80.1>"
#define CLI_AGENT \
	"<aws-cli/2.17.56 md/awscrt#0.21.2 ua/2.0 os/macos#23.6.0 md/arch#arm64 lang/python#3.11.9 " \
	"md/pyimpl#CPython cfg/retry-mode#standard md/installer#source md/prompt#off" \
	"|aws-cli/2.15.30 md/awscrt#0.19.19 ua/2.0 os/linux#6.8.0-45-generic md/arch#x86_64 lang/python#3.11.8 " \
	"md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/distrib#ubuntu.22 md/prompt#off" \
	"|aws-cli/2.22.12 md/awscrt#0.22.0 ua/2.0 os/windows#10 md/arch#amd64 lang/python#3.12.6 " \
	"md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off" \
	"|Boto3/1.26.165 Python/3.10.12 Linux/6.5.0-44-generic Botocore/1.29.165>"
#define BROWSER_AGENT \
	"<Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 " \
	"Safari/537.36" \
	"|Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/127.0.0.0 " \
	"Safari/537.36 Edg/127.0.0.0" \
	"|Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0" \
	"|AWS Internal>"
#define TERRAFORM_AGENT \
	"APN/1.0 HashiCorp/1.0 Terraform/<1.5.7|1.9.5> (+https://www.terraform.io) terraform-provider-aws/<5.31.0|" \
	"5.67.0> (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/<1.24.0|" \
	"1.30.5> os/linux lang/go#<1.20.12|1.22.7> md/GOOS#linux md/GOARCH#amd64"

#define PEOPLE			 \
	"<nth|ana.souza|ben.okafor|chloe.martin|dmitri.volkov|elif.kaya|farid.haddad|grace.lin|hugo.berg>"
#define TEAMS			"<nth|payments|checkout|search|ledger|identity|billing|catalog|fraud|reports|inventory>"
#define HUMAN_ADDRESS	"<203.0.113.|198.51.100.><int:2:250>"
#define CLOUD_ADDRESS	"198.18.<int:0:255>.<int:1:254>"
#define NAT_ADDRESS		"192.0.2.<int:1:60>"

const principal_kind principal_kinds[KIND_COUNT] = {
	[KIND_USER] = {
		.count = 3, .weight = 2, .hours = 600,
		.fact = {
			[FACT_NAME] = PEOPLE, [FACT_ID] = "AIDA<prefix><key:9>", [FACT_MFA] = "false",
			[FACT_AGENT] = CLI_AGENT, [FACT_ADDRESS] = HUMAN_ADDRESS,
			[FACT_KEY] = "AKIA<prefix><key:8>", [FACT_ARN] = "arn:aws:iam::<account>:user/<p.name>",
		},
		.identity = USER_IDENTITY, .forwarded = USER_FORWARDED,
	},
	[KIND_LEGACY] = {
		.count = 1, .weight = 1, .hours = 4000,
		.fact = {
			[FACT_NAME] = "svc-nightly-export", [FACT_ID] = "AIDA<prefix><key:9>", [FACT_MFA] = "false",
			[FACT_AGENT] = "aws-sdk-java/1.11.327 Linux/3.10.0-1160.el7.x86_64 "
				"Java_HotSpot(TM)_64-Bit_Server_VM/25.171-b11 java/1.8.0_171",
			[FACT_ADDRESS] = "203.0.113.<int:2:250>",
			[FACT_KEY] = "AKIA<prefix><key:8>", [FACT_ARN] = "arn:aws:iam::<account>:user/service/<p.name>",
		},
		.identity = USER_IDENTITY, .forwarded = USER_FORWARDED,
	},
	[KIND_CONSOLE] = {
		.count = 3, .weight = 2, .hours = 10, .console = true,
		.fact = {
			[FACT_NAME] = "<nth|ivan.petrov|julia.weber|kofi.mensah>", [FACT_ID] = "AIDA<prefix><key:9>", [FACT_MFA] = "<nth|true|true|false>",
			[FACT_AGENT] = BROWSER_AGENT, [FACT_ADDRESS] = HUMAN_ADDRESS,
			[FACT_KEY] = TEMPORARY_KEY, [FACT_ARN] = "arn:aws:iam::<account>:user/<p.name>",
		},
		.identity = USER_IDENTITY USER_SESSION(ATTRIBUTES SIGN_IN_SESSION "}"),
	},
	[KIND_LAMBDA] = {
		.count = 8, .weight = 6, .hours = 6, .private_percent = 30,
		.fact = {
			[FACT_NAME] = TEAMS "-<api|worker|webhook|cron>-role-<lower:8>", [FACT_ID] = ROLE_ID,
			[FACT_ROLE] = "arn:aws:iam::<account>:role/service-role/<p.name>",
			[FACT_LABEL] = "<function>", [FACT_ORIGIN] = "arn:aws:lambda:<region>:<account>:function:<p.label>",
			[FACT_MFA] = "false", [FACT_AGENT] = LAMBDA_AGENT, [FACT_ADDRESS] = CLOUD_ADDRESS,
			[FACT_KEY] = TEMPORARY_KEY, [FACT_SESSION] = "<p.label>", [FACT_ARN] = SESSION_ARN,
		},
		.identity = ROLE_IDENTITY,
		.scope = "<since:11>,'inScopeOf':{'issuerType':'AWS::Lambda::Function',"
			"'credentialsIssuedTo':'<p.origin>'}<end>",
	},
	[KIND_EC2] = {
		.count = 6, .weight = 6, .hours = 6, .private_percent = 50,
		.fact = {
			[FACT_NAME] = TEAMS "-<api|batch|legacy>-instance-role", [FACT_ID] = ROLE_ID, [FACT_ROLE] = ROLE_ARN,
			[FACT_LABEL] = "<instance>", [FACT_ORIGIN] = "arn:aws:ec2:<region>:<account>:instance/<p.label>",
			[FACT_MFA] = "false", [FACT_AGENT] = SERVER_AGENT, [FACT_ADDRESS] = NAT_ADDRESS,
			[FACT_KEY] = TEMPORARY_KEY, [FACT_SESSION] = "<p.label>", [FACT_ARN] = SESSION_ARN,
		},
		.identity = ROLE_IDENTITY_START NO_WEB_IDENTITY ATTRIBUTES ",'ec2RoleDelivery':'<nth|2.0|2.0|1.0>'}",
		.scope =
			"<since:11>,'inScopeOf':{'issuerType':'AWS::EC2::Instance','credentialsIssuedTo':'<p.origin>'}<end>",
	},
	[KIND_ECS] = {
		.count = 6, .weight = 5, .hours = 6, .private_percent = 60,
		.fact = {
			[FACT_NAME] = TEAMS "-<api|worker|ingest>-task-role", [FACT_ID] = ROLE_ID, [FACT_ROLE] = ROLE_ARN,
			[FACT_MFA] = "false", [FACT_AGENT] = SERVER_AGENT, [FACT_ADDRESS] = NAT_ADDRESS,
			[FACT_KEY] = TEMPORARY_KEY, [FACT_SESSION] = "<hex:32>", [FACT_ARN] = SESSION_ARN,
		},
		.identity = ROLE_IDENTITY,
	},
	[KIND_EKS] = {
		.count = 5, .weight = 5, .hours = 1, .private_percent = 40,
		.fact = {
			[FACT_NAME] = TEAMS "-<api|worker|operator>-irsa", [FACT_ID] = ROLE_ID, [FACT_ROLE] = ROLE_ARN,
			[FACT_ORIGIN] = "arn:aws:iam::<account>:oidc-provider/oidc.eks.<region>.amazonaws.com/id/<upper:32>",
			[FACT_LABEL] = "system:serviceaccount:" TEAMS ":app",
			[FACT_MFA] = "false", [FACT_AGENT] = SERVER_AGENT, [FACT_ADDRESS] = NAT_ADDRESS,
			[FACT_KEY] = TEMPORARY_KEY, [FACT_SESSION] = "<botocore-session-|aws-sdk-java-><digits:10>"
				, [FACT_ARN] = SESSION_ARN,
		},
		.identity = ROLE_IDENTITY_START
		"'webIdFederationData':{'federatedProvider':'<p.origin>','attributes':{}}," ATTRIBUTES "}",
	},
	[KIND_SSO] = {
		.count = 3, .weight = 3, .hours = 8,
		.fact = {
			[FACT_NAME] = "AWSReservedSSO_<nth|AdministratorAccess|PowerUserAccess|ReadOnlyAccess>_<hex:16>"
				, [FACT_ID] = ROLE_ID,
			[FACT_ROLE] = "arn:aws:iam::<account>:role/aws-reserved/sso.amazonaws.com/<region>/<p.name>",
			[FACT_ORIGIN] = "<hex:8>-<hex:4>-70<hex:2>-<hex:4>-<hex:12>",
			[FACT_STORE] = "arn:aws:identitystore::<account>:identitystore/d-<hex:10>",
			[FACT_LABEL] = PEOPLE "@example.com",
			[FACT_MFA] = "false", [FACT_AGENT] = CLI_AGENT, [FACT_ADDRESS] = HUMAN_ADDRESS,
			[FACT_KEY] = TEMPORARY_KEY, [FACT_SESSION] = "<p.label>", [FACT_ARN] = SESSION_ARN,
		},
		.identity = ROLE_IDENTITY,
		.scope = "<since:11>,'onBehalfOf':{'userId':'<p.origin>','identityStoreArn':'<p.store>'}<end>",
	},
	[KIND_SSO_CONSOLE] = {
		.count = 4, .weight = 3, .hours = 8, .console = true,
		.fact = {
			[FACT_NAME] =
				"AWSReservedSSO_<nth|SecurityAudit|DatabaseAdministrator|SystemAdministrator|Billing>_<hex:16>"
				, [FACT_ID] = ROLE_ID,
			[FACT_ROLE] = "arn:aws:iam::<account>:role/aws-reserved/sso.amazonaws.com/<region>/<p.name>",
			[FACT_LABEL] = PEOPLE "@example.com",
			[FACT_MFA] = "false", [FACT_AGENT] = BROWSER_AGENT, [FACT_ADDRESS] =
				"2001:db8:<hex:4>:<hex:4>::<hex:4>",
			[FACT_KEY] = TEMPORARY_KEY, [FACT_SESSION] = "<p.label>", [FACT_ARN] = SESSION_ARN,
		},
		.identity = ROLE_IDENTITY_START NO_WEB_IDENTITY ATTRIBUTES SIGN_IN_SESSION "}",
	},
	[KIND_SAML] = {
		.count = 2, .weight = 2, .hours = 8, .console = true,
		.fact = {
			[FACT_NAME] = "<nth|corp-engineer|corp-auditor>", [FACT_ID] = ROLE_ID, [FACT_ROLE] = ROLE_ARN,
			[FACT_LABEL] = PEOPLE "@example.com", [FACT_ORIGIN] = "arn:aws:iam::<account>:saml-provider/CorpIdP",
			[FACT_MFA] = "false", [FACT_AGENT] = BROWSER_AGENT, [FACT_ADDRESS] = HUMAN_ADDRESS,
			[FACT_KEY] = TEMPORARY_KEY, [FACT_SESSION] = "<p.label>", [FACT_ARN] = SESSION_ARN,
		},
		.identity = ROLE_IDENTITY_START NO_WEB_IDENTITY ATTRIBUTES ",'sourceIdentity':'<p.label>'}",
	},
	[KIND_TERRAFORM] = {
		.count = 1, .weight = 5, .hours = 1,
		.fact = {
			[FACT_NAME] = "terraform-deploy", [FACT_ID] = ROLE_ID, [FACT_ROLE] = ROLE_ARN,
			[FACT_MFA] = "false", [FACT_AGENT] = TERRAFORM_AGENT, [FACT_ADDRESS] = "198.51.100.<int:2:250>",
			[FACT_KEY] = TEMPORARY_KEY, [FACT_SESSION] = "aws-go-sdk-17<digits:17>", [FACT_ARN] = SESSION_ARN,
		},
		.identity = ROLE_IDENTITY,
	},
	[KIND_GITHUB] = {
		.count = 1, .weight = 3, .hours = 1,
		.fact = {
			[FACT_NAME] = "github-actions-deploy", [FACT_ID] = ROLE_ID, [FACT_ROLE] = ROLE_ARN,
			[FACT_ORIGIN] = "arn:aws:iam::<account>:oidc-provider/token.actions.githubusercontent.com",
			[FACT_LABEL] = "repo:example-corp/<storefront|platform|infra>:ref:refs/heads/main",
			[FACT_MFA] = "false", [FACT_AGENT] = CLI_AGENT, [FACT_ADDRESS] = CLOUD_ADDRESS,
			[FACT_KEY] = TEMPORARY_KEY, [FACT_SESSION] = "GitHubActions", [FACT_ARN] = SESSION_ARN,
		},
		.identity = ROLE_IDENTITY_START
		"'webIdFederationData':{'federatedProvider':'<p.origin>','attributes':{}}," ATTRIBUTES "}",
	},
	[KIND_CODEBUILD] = {
		.count = 1, .weight = 2, .hours = 1,
		.fact = {
			[FACT_NAME] = "codebuild-<storefront|platform>-service-role", [FACT_ID] = ROLE_ID,
			[FACT_ROLE] = "arn:aws:iam::<account>:role/service-role/<p.name>",
			[FACT_MFA] = "false", [FACT_AGENT] = SERVER_AGENT, [FACT_ADDRESS] = CLOUD_ADDRESS,
			[FACT_KEY] = TEMPORARY_KEY, [FACT_SESSION] = "AWSCodeBuild-<uuid>", [FACT_ARN] = SESSION_ARN,
		},
		.identity = ROLE_IDENTITY,
	},
	[KIND_LINKED] = {
		.count = 8, .weight = 4, .hours = 6,
		.fact = {
			[FACT_NAME] = "<nth|AWSServiceRoleForConfig|AWSServiceRoleForAutoScaling|AWSServiceRoleForECS|"
				"AWSServiceRoleForAmazonGuardDuty|AWSServiceRoleForRDS|AWSServiceRoleForSecurityHub|"
				"AWSServiceRoleForTrustedAdvisor|AWSServiceRoleForAmazonEKS>",
			[FACT_ID] = ROLE_ID,
			[FACT_SERVICE] =
				"<nth|config|autoscaling|ecs|guardduty|rds|securityhub|trustedadvisor|eks>.amazonaws.com",
			[FACT_ROLE] = "arn:aws:iam::<account>:role/aws-service-role/<p.service>/<p.name>",
			[FACT_MFA] = "false", [FACT_AGENT] = "<p.service>", [FACT_ADDRESS] = "<p.service>",
			[FACT_KEY] = TEMPORARY_KEY,
			[FACT_SESSION] = "<nth|configLambdaExecution|AutoScaling|ecs-service-scheduler|AmazonGuardDuty|"
				"SLRManagement|securityhub|TrustedAdvisor|AmazonEKS>",
			[FACT_ARN] = SESSION_ARN,
		},
		.identity = ROLE_IDENTITY,
		.scope = ",'invokedBy':'<p.service>'",
	},
	[KIND_ROTATION] = {
		.count = 2, .hours = 6, .private_percent = 50,
		.fact = {
			[FACT_NAME] = "SecretsManagerRotation<nth|Postgres|ApiKey>-role-<lower:8>", [FACT_ID] = ROLE_ID,
			[FACT_ROLE] = "arn:aws:iam::<account>:role/service-role/<p.name>",
			[FACT_LABEL] = "<nth|secrets-rotation-postgres|secrets-rotation-api-key>",
			[FACT_ORIGIN] = "arn:aws:lambda:<region>:<account>:function:<p.label>",
			[FACT_MFA] = "false",
			[FACT_AGENT] = "Boto3/1.34.145 md/Botocore#1.34.145 ua/2.0 os/linux#5.10.226-235.879.amzn2.x86_64 "
				"md/arch#x86_64 lang/python#3.12.6 md/pyimpl#CPython exec-env/AWS_Lambda_python3.12 "
				"cfg/retry-mode#legacy Botocore/1.34.145",
			[FACT_ADDRESS] = CLOUD_ADDRESS,
			[FACT_KEY] = TEMPORARY_KEY, [FACT_SESSION] = "<p.label>", [FACT_ARN] = SESSION_ARN,
		},
		.identity = ROLE_IDENTITY,
		.scope = "<since:11>,'inScopeOf':{'issuerType':'AWS::Lambda::Function',"
			"'credentialsIssuedTo':'<p.origin>'}<end>",
	},
	[KIND_ROOT] = {
		.count = 1, .weight = 1, .hours = 10, .console = true,
		.fact = {
			[FACT_NAME] = "<account>", [FACT_ID] = "<account>", [FACT_MFA] = "<true|true|false>",
			[FACT_AGENT] = BROWSER_AGENT, [FACT_ADDRESS] = HUMAN_ADDRESS,
			[FACT_KEY] = TEMPORARY_KEY, [FACT_ARN] = "arn:aws:iam::<account>:root",
		},
		.identity = "{'type':'Root','principalId':'<account>','arn':'<p.arn>','accountId':'<account>',"
			"'accessKeyId':'<p.key>'"
		USER_SESSION(ATTRIBUTES "}"),
	},
	[KIND_FEDERATED] = {
		.count = 1, .weight = 1, .hours = 12,
		.fact = {
			[FACT_NAME] = "report-viewer", [FACT_ID] = "AIDA<prefix><key:9>", [FACT_MFA] = "false",
			[FACT_ROLE] = "arn:aws:iam::<account>:user/portal",
			[FACT_AGENT] = SERVER_AGENT, [FACT_ADDRESS] = HUMAN_ADDRESS,
			[FACT_KEY] = TEMPORARY_KEY, [FACT_ARN] = "arn:aws:sts::<account>:federated-user/<p.name>",
		},
		.identity = "{'type':'FederatedUser','principalId':'<account>:<p.name>','arn':'<p.arn>',"
			"'accountId':'<account>',"
		"'accessKeyId':'<p.key>','sessionContext':{'sessionIssuer':{'type':'IAMUser','principalId':'<p.id>',"
		"'arn':'<p.role>','accountId':'<account>','userName':'portal'}," NO_WEB_IDENTITY ATTRIBUTES "}",
	},
	[KIND_DELEGATE] = {
		.count = 1, .weight = 1, .hours = 1,
		.fact = {
			[FACT_NAME] = "vendor-onboarding", [FACT_ID] = ROLE_ID, [FACT_ROLE] = ROLE_ARN,
			[FACT_MFA] = "false", [FACT_AGENT] = SERVER_AGENT, [FACT_ADDRESS] = CLOUD_ADDRESS,
			[FACT_KEY] = TEMPORARY_KEY, [FACT_SESSION] = "delegated-<lower:6>", [FACT_ARN] = SESSION_ARN,
		},
		.identity = ROLE_IDENTITY,
		.scope = "<since:11>,'invokedByDelegate':{'accountId':'<other>'}<end>",
	},
	[KIND_ASSUMED_ROOT] = {
		.count = 1, .weight = 1, .hours = 1,
		.fact = {
			[FACT_NAME] = "<account>", [FACT_ID] = "<account>", [FACT_MFA] = "false",
			[FACT_AGENT] = CLI_AGENT, [FACT_ADDRESS] = HUMAN_ADDRESS,
			[FACT_KEY] = TEMPORARY_KEY, [FACT_ARN] = "arn:aws:iam::<account>:root",
		},
		.identity = "{'type':'Root','principalId':'<account>','arn':'<p.arn>','accountId':'<account>',"
			"'accessKeyId':'<p.key>',"
		"'sessionContext':{" ATTRIBUTES ",'assumedRoot':'true'}",
	},
	[KIND_IDENTITY_CENTER] = {
		.count = 2, .weight = 1, .hours = 8,
		.fact = {
			[FACT_NAME] = PEOPLE, [FACT_ID] = "<hex:10>-<uuid>", [FACT_MFA] = "false",
			[FACT_ORIGIN] = "<hex:8>-<hex:4>-70<hex:2>-<hex:4>-<hex:12>",
			[FACT_STORE] = "arn:aws:identitystore::<account>:identitystore/d-<hex:10>",
			[FACT_AGENT] = BROWSER_AGENT, [FACT_ADDRESS] = HUMAN_ADDRESS,
			[FACT_KEY] = "<alnum:43>_<alnum:20>", [FACT_ARN] = "",
		},
		.identity = "{'type':'IdentityCenterUser','accountId':'<account>'",
		.scope = ",'onBehalfOf':{'userId':'<p.origin>','identityStoreArn':'<p.store>'},'credentialId':'<p.key>'",
	},
	[KIND_UNKNOWN] = {
		.count = 2, .weight = 1, .hours = 8,
		.fact = {
			[FACT_NAME] = "<nth|workdocs-user|>", [FACT_ID] = "d-<hex:10>", [FACT_MFA] = "false",
			[FACT_AGENT] = BROWSER_AGENT, [FACT_ADDRESS] = HUMAN_ADDRESS,
			[FACT_KEY] = "", [FACT_ARN] = "",
		},
		.identity = "{'type':'<nth|Directory|Unknown>','principalId':'<p.id>','accountId':'<account>',"
			"'userName':'<p.name>'",
	},
	[KIND_SERVICE] = {
		.count = 1, .weight = 12, .hours = 9000,
		.fact = {
			[FACT_NAME] = "service", [FACT_ID] = "", [FACT_MFA] = "false",
			[FACT_AGENT] = "", [FACT_ADDRESS] = "", [FACT_KEY] = "", [FACT_ARN] = "",
		},
		.identity = "{'type':'AWSService'",
	},
};
