/*
 * shapes_security.c: shapes of GuardDuty, Security Hub and Access Analyzer, of
 * the root user, and of the principals that are rarely met.
 */
#include "shapes.h"

#define READERS		(BY_HUMAN | BY_PIPELINE | BY_LINKED)

static const shape rows[] = {
	{GUARDDUTY, "ListFindings", 160, READ, READERS,
		.request = "{'detectorId':'<detector>','findingCriteria':{'criterion':{'severity':{'gte':4},"
			"'updatedAt':{'greaterThanOrEqual':<epochms:-86400>}}},'maxResults':50}"},
	{GUARDDUTY, "GetFindings", 160, READ, READERS,
		.request = "{'detectorId':'<detector>','findingIds':['<hex:32>','<hex:32>']}",
		.denied = 15},
	{GUARDDUTY, "ListDetectors", 120, READ, .by = READERS},
	{GUARDDUTY, "UpdateDetector", 2, 0, BY_HUMAN,
		.request =
			"{'detectorId':'<detector>','enable':<true|false>,'findingPublishingFrequency':'FIFTEEN_MINUTES'}",
		.denied = 100},
	{SECURITYHUB, "BatchImportFindings", 200, 0, BY_LINKED | BY(LAMBDA),
		.request = "{'findings':[{'schemaVersion':'2018-10-08',"
			"'id':'arn:aws:config:<region>:<account>:config-rule/config-rule-<lower:6>/finding/<hex:40>',"
			"'productArn':'arn:aws:securityhub:<region>::product/aws/securityhub',"
			"'generatorId':'aws-foundational-security-best-practices/v/1.0.0/<S3.8|EC2.19|IAM.4|"
			"SecretsManager.1|SecretsManager.4>','awsAccountId':'<account>','createdAt':'<time>',"
			"'updatedAt':'<time>','severity':{'label':'<LOW|MEDIUM|HIGH>'},"
			"'title':'HIDDEN_DUE_TO_SECURITY_REASONS','resources':[{'type':'AwsSecretsManagerSecret',"
			"'id':'HIDDEN_DUE_TO_SECURITY_REASONS'}]}]}",
		.response = "{'failedCount':0,'successCount':1,'failedFindings':[]}"},
	{SECURITYHUB, "DescribeHub", 120, READ, READERS,
		.failure = {FAILS(150, "InvalidAccessException",
			"Account <account> is not subscribed to AWS Security Hub")}},
	{SECURITYHUB, "GetFindings", 120, READ, READERS,
		.request = "{'filters':{'recordState':[{'value':'ACTIVE','comparison':'EQUALS'}],"
			"'severityLabel':[{'value':'<HIGH|CRITICAL>','comparison':'EQUALS'}]},'maxResults':100}"},
	{ACCESSANALYZER, "ListFindings", 100, READ, READERS,
		.request = "{'analyzerArn':'arn:aws:access-analyzer:<region>:<account>:analyzer/account',"
			"'filter':{'status':{'eq':['ACTIVE']},'resourceType':{'eq':['AWS::SecretsManager::Secret']}},"
			"'maxResults':100}"},
	{ACCESSANALYZER, "ValidatePolicy", 60, READ | HOLDOUT, BY_PIPELINE | BY_CONSOLE,
		.request = "{'policyDocument':'{\\'Version\\':\\'2012-10-17\\',"
			"\\'Statement\\':[{\\'Effect\\':\\'Allow\\',\\'Action\\':\\'secretsmanager:GetSecretValue\\',"
			"\\'Resource\\':\\'*\\'}]}','policyType':'IDENTITY_POLICY','locale':'EN'}"},

	{IAM, "GetAccountSummary", 12, READ, .by = BY_ROOT},
	{IAM, "CreateAccessKey", 1, 0, BY_ROOT,
		.response =
			"{'accessKey':{'accessKeyId':'AKIA<prefix><key:8>','status':'Active','createDate':'<date>'}}"},
	{S3, "ListBuckets", 12, READ, BY_ROOT,
		.request = "{'Host':'s3.amazonaws.com'}",
		.additional = "{'SignatureVersion':'SigV4','CipherSuite':'TLS_AES_128_GCM_SHA256',"
			"'bytesTransferredIn':0,'AuthenticationMethod':'AuthHeader','x-amz-id-2':'<base64:75>=',"
			"'bytesTransferredOut':<int:900:6000>}"},
	{EC2, "DescribeRegions", 10, READ, BY_ROOT, .request = "{'regionSet':{},'allRegions':true}"},
	{SUPPORT, "DescribeCases", 8, READ, BY_ROOT, .request = "{'includeResolvedCases':false,'maxResults':100}"},

	{S3, "GetBucketLocation", 40, READ, BY_RARE,
		.request = "{'bucketName':'<bucket>','Host':'<bucket>.s3.<region>.amazonaws.com','location':''}",
		.resources = "[{'accountId':'<account>','type':'AWS::S3::Bucket','ARN':'arn:aws:s3:::<bucket>'}]",
		.denied = 100},
	{EC2, "DescribeVpcs", 60, READ, BY_RARE, .request = "{'vpcSet':{},'filterSet':{}}", .denied = 60},
	{RDS, "DescribeDBInstances", 40, READ, BY(LEGACY), .request = "{'maxRecords':100}", .minor = 5},
	{KMS, "Decrypt", 30, READ, BY(LEGACY),
		.request = "{'encryptionContext':{'app':'nightly-export'}}",
		.resources = "[{'ARN':'arn:aws:kms:<region>:<account>:key/<kmskey>','accountId':'<account>',"
			"'type':'AWS::KMS::Key'}]", .minor = 5},
	{CLOUDTRAIL, "LookupEvents", 8, READ, BY(LEGACY), .request = "{'maxResults':50}", .minor = 4},
	{SNS, "ListTopics", 10, READ, BY(LEGACY), .minor = 3},
};

const shape_table shapes_security = SHAPE_TABLE(rows);
