/*
 * shapes_data.c: shapes of databases, queues, streams and analytics.
 */
#include "shapes.h"

#define TABLE_ARN	"arn:aws:dynamodb:<region>:<account>:table/<table>"
#define TABLE_RESOURCE "[{'accountId':'<account>','type':'AWS::DynamoDB::Table','ARN':'" TABLE_ARN "'}]"
#define QUEUE_URL	"https://sqs.<region>.amazonaws.com/<account>/<queue>"
#define QUEUE_ARN	"arn:aws:sqs:<region>:<account>:<queue>"
#define QUEUE_RESOURCE "[{'accountId':'<account>','type':'AWS::SQS::Queue','ARN':'" QUEUE_ARN "'}]"
#define TOPIC_ARN	"arn:aws:sns:<region>:<account>:<topic>"
#define DB_ARN		"arn:aws:rds:<region>:<account>:db:<db>"
#define STREAM_ARN	"arn:aws:kinesis:<region>:<account>:stream/<stream>"
#define OPERATORS	(BY_HUMAN | BY_PIPELINE)
#define READERS		(BY_HUMAN | BY_PIPELINE | BY_LINKED)
#define THROTTLED FAILS(6, "ThrottlingException", "Rate exceeded")

static const shape rows[] = {
	{DYNAMODB, "GetItem", 3400, READ | DATA, BY_WORKLOAD,
		.request = "{'tableName':'<table>','key':{'pk':'<hex:32>'},'consistentRead':<true|false>}",
		.resources = TABLE_RESOURCE, .subject = TABLE_ARN, .denied = 6},
	{DYNAMODB, "PutItem", 2200, DATA, BY_WORKLOAD,
		.request = "{'tableName':'<table>','key':{'pk':'<hex:32>'},'items':['<pk|sk|ttl>','payload']}",
		.resources = TABLE_RESOURCE, .subject = TABLE_ARN, .denied = 5,
		.failure = {FAILS(12, "ConditionalCheckFailedException", "The conditional request failed"), FAILS(4,
			"ProvisionedThroughputExceededException", "The level of configured provisioned throughput "
			"for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API."
			)}},
	{DYNAMODB, "Query", 1500, READ | DATA, BY_WORKLOAD,
		.request = "{'tableName':'<table>','indexName':'<gsi1|by-user|by-date>','limit':<10|25|100>,"
			"'scanIndexForward':<true|false>}",
		.resources = TABLE_RESOURCE, .subject = TABLE_ARN},
	{DYNAMODB, "UpdateItem", 900, DATA, BY_WORKLOAD,
		.request = "{'tableName':'<table>','key':{'pk':'<hex:32>'},'returnValues':'ALL_NEW'}",
		.resources = TABLE_RESOURCE, .subject = TABLE_ARN},
	{DYNAMODB, "DescribeTable", 600, READ, READERS | BY_WORKLOAD,
		.request = "{'tableName':'<table>'}",
		.resources = TABLE_RESOURCE, .subject = TABLE_ARN,
		.denied = 8,
		.failure = {FAILS(10, "ResourceNotFoundException",
			"Requested resource not found: Table: <table>-old not found")}},
	{DYNAMODB, "CreateTable", 4, 0, BY_PIPELINE,
		.request = "{'tableName':'<table>','attributeDefinitions':[{'attributeName':'pk','attributeType':'S'}],"
			"'keySchema':[{'attributeName':'pk','keyType':'HASH'}],'billingMode':'PAY_PER_REQUEST'}",
		.response = "{'tableDescription':{'attributeDefinitions':[{'attributeName':'pk','attributeType':'S'}],"
			"'tableName':'<table>','keySchema':[{'attributeName':'pk','keyType':'HASH'}],"
			"'tableStatus':'CREATING','creationDateTime':'<date>',"
			"'provisionedThroughput':{'numberOfDecreasesToday':0,'readCapacityUnits':0,'writeCapacityUnits':0},"
			"'tableSizeBytes':0,'itemCount':0,'tableArn':'" TABLE_ARN "','tableId':'<uuid>',"
			"'billingModeSummary':{'billingMode':'PAY_PER_REQUEST'},'deletionProtectionEnabled':false}}",
		.resources = TABLE_RESOURCE},

	{RDS, "DescribeDBInstances", 900, READ, READERS | BY_WORKLOAD,
		.request = "{'dBInstanceIdentifier':'<db>'}",
		.subject = DB_ARN, .denied = 8,
		.failure = {FAILS(20, "DBInstanceNotFound", "DBInstance <db>-old not found.")}},
	{RDS, "DescribeDBClusters", 500, READ, READERS,
		.request = "<{'includeShared':true}|{'maxRecords':100,'includeShared':false}>"},
	{RDS, "ListTagsForResource", 300, READ, READERS, .request = "{'resourceName':'" DB_ARN "'}"},
	{RDS, "DescribeDBSnapshots", 160, READ, READERS,
		.request = "{'dBInstanceIdentifier':'<db>','includeShared':false,'includePublic':false}"},
	{RDS, "ModifyDBInstance", 12, 0, OPERATORS,
		.request = "{'dBInstanceIdentifier':'<db>','manageMasterUserPassword':true,'applyImmediately':<true|"
			"false>,'allowMajorVersionUpgrade':false,'masterUserPassword':'****'}",
		.response = "{'dBInstanceIdentifier':'<db>','dBInstanceClass':'db.<r6g|m6g>.<large|xlarge>',"
			"'engine':'postgres','dBInstanceStatus':'available','masterUsername':'dbadmin',"
			"'endpoint':{'address':'<db>.c<lower:11>.<region>.rds.amazonaws.com','port':5432,"
			"'hostedZoneId':'Z<upper:12>'},'allocatedStorage':<100|500>,'preferredBackupWindow':'03:10-03:40',"
			"'backupRetentionPeriod':7,'dBSecurityGroups':[],'vpcSecurityGroups':[{'vpcSecurityGroupId':'<sg>',"
			"'status':'active'}],'availabilityZone':'<zone>','multiAZ':true,'engineVersion':'<14.12|15.7|"
			"16.3>','licenseModel':'postgresql-license','publiclyAccessible':false,'storageType':'gp3',"
			"'storageEncrypted':true,'kmsKeyId':'arn:aws:kms:<region>:<account>:key/<kmskey>',"
			"'dbiResourceId':'db-<upper:26>','cACertificateIdentifier':'rds-ca-rsa2048-g1','dBInstanceArn':'"
			 DB_ARN "','deletionProtection':true}",
		.subject = DB_ARN, .denied = 40},
	{RDS, "CreateDBSnapshot", 40, 0, BY_LINKED | OPERATORS,
		.request = "{'dBInstanceIdentifier':'<db>','dBSnapshotIdentifier':'<keep:1><pre-deploy|manual|"
			"nightly>-<day>-<lower:4><end>'}",
		.response = "{'dBSnapshotIdentifier':'<#1>','dBInstanceIdentifier':'<db>','engine':'postgres',"
			"'allocatedStorage':100,'status':'creating','port':5432,'availabilityZone':'<zone>',"
			"'vpcId':'<vpc>','instanceCreateTime':'<date:-9000000>','masterUsername':'dbadmin',"
			"'engineVersion':'15.7','snapshotType':'manual','percentProgress':0,'encrypted':true,"
			"'dBSnapshotArn':'arn:aws:rds:<region>:<account>:snapshot:<#1>','processorFeatures':[],"
			"'tagList':[]}"},
	{RDS, "ModifyDBSnapshotAttribute", 4, HOLDOUT, BY_HUMAN,
		.request = "{'dBSnapshotIdentifier':'manual-<day>','attributeName':'restore','valuesToAdd':['<other>']}",
		.response = "{'dBSnapshotIdentifier':'manual-<day>','dBSnapshotAttributes':[{'attributeName':'restore',"
			"'attributeValues':['<other>']}]}",
		.denied = 80},
	{RDS, "DeleteDBInstance", 3, 0, BY_HUMAN,
		.request =
			"{'dBInstanceIdentifier':'<db>','skipFinalSnapshot':<true|false>,'deleteAutomatedBackups':false}",
		.failure = {FAILS(300, "InvalidParameterCombinationException",
			"Cannot delete protected DB Instance, please disable deletion protection and try again.")}},

	{SQS, "ReceiveMessage", 1500, READ | DATA, BY_WORKLOAD | BY_SERVICE,
		.request = "{'queueUrl':'" QUEUE_URL
			"','maxNumberOfMessages':10,'waitTimeSeconds':20,'attributeNames':['All']}",
		.resources = QUEUE_RESOURCE, .invoker = "lambda.amazonaws.com", .subject = QUEUE_ARN, .denied = 5},
	{SQS, "SendMessage", 1500, DATA, BY_WORKLOAD,
		.request = "{'queueUrl':'" QUEUE_URL
			"','messageBody':'HIDDEN_DUE_TO_SECURITY_REASONS'<maybe:30>,'delaySeconds':0<end>}",
		.response = "{'mD5OfMessageBody':'<hex:32>','messageId':'<uuid>'}",
		.resources = QUEUE_RESOURCE, .subject = QUEUE_ARN,
		.denied = 5},
	{SQS, "DeleteMessage", 900, DATA, BY_WORKLOAD,
		.request = "{'queueUrl':'" QUEUE_URL "','receiptHandle':'<base64:170>=='}",
		.resources = QUEUE_RESOURCE},
	{SQS, "GetQueueAttributes", 700, READ, READERS | BY_WORKLOAD,
		.request = "{'queueUrl':'" QUEUE_URL "','attributeNames':['ApproximateNumberOfMessages','QueueArn']}",
		.failure = {FAILS(15, "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.")}},
	{SQS, "PurgeQueue", 3, 0, BY_HUMAN, .request = "{'queueUrl':'" QUEUE_URL "'}",
		.denied = 60, .subject = QUEUE_ARN},
	{SNS, "Publish", 700, DATA, BY_WORKLOAD | BY_SERVICE,
		.request = "{'topicArn':'" TOPIC_ARN
			"','message':'HIDDEN_DUE_TO_SECURITY_REASONS','subject':'HIDDEN_DUE_TO_SECURITY_REASONS'}",
		.response = "{'messageId':'<uuid>'}",
		.resources = "[{'accountId':'<account>','type':'AWS::SNS::Topic','ARN':'" TOPIC_ARN "'}]",
		.invoker = "monitoring.amazonaws.com",
		.subject = TOPIC_ARN, .denied = 6},
	{SNS, "GetTopicAttributes", 260, READ, READERS, .request = "{'topicArn':'" TOPIC_ARN "'}"},
	{SNS, "Subscribe", 14, 0, OPERATORS,
		.request = "{'topicArn':'" TOPIC_ARN
			"','protocol':'<lambda|sqs|https|email>','endpoint':'HIDDEN_DUE_TO_SECURITY_REASONS'}",
		.response = "{'subscriptionArn':'" TOPIC_ARN ":<uuid>'}"},
	{KINESIS, "DescribeStreamSummary", 400, READ, BY_WORKLOAD | BY_HUMAN,
		.request = "{'streamName':'<stream>'}",
		.subject = STREAM_ARN, .failure = {THROTTLED}},
	{KINESIS, "SubscribeToShard", 60, READ | HOLDOUT, BY_WORKLOAD,
		.request = "{'consumerARN':'" STREAM_ARN "/consumer/<lower:6>:<epoch:-900000>',"
			"'shardId':'shardId-0000000000<digits:2>','startingPosition':{'type':'LATEST'}}",
		.subject = STREAM_ARN},

	{GLUE, "GetTable", 900, READ, BY_WORKLOAD | BY_HUMAN,
		.request = "{'databaseName':'<gluedb>','name':'<gluetable>'}",
		.failure = {FAILS(60, "EntityNotFoundException", "Table <gluetable>_tmp not found.")}},
	{GLUE, "GetPartitions", 400, READ, BY_WORKLOAD,
		.request = "{'databaseName':'<gluedb>','tableName':'<gluetable>','expression':'dt = `<day>`'}"},
	{GLUE, "StartJobRun", 60, 0, BY_SERVICE | BY_PIPELINE,
		.request = "{'jobName':'<load|clean|compact>-<gluetable>','arguments':'HIDDEN_DUE_TO_SECURITY_REASONS'}",
		.response = "{'jobRunId':'jr_<hex:64>'}",
		.invoker = "events.amazonaws.com",
		.failure = {FAILS(30, "ConcurrentRunsExceededException", "Concurrent runs exceeded for load-<gluetable>"
			)}},
	{ATHENA, "StartQueryExecution", 260, 0, BY_WORKLOAD | BY_HUMAN,
		.request = "{'queryString':'***OMITTED***','clientRequestToken':'<uuid>',"
			"'queryExecutionContext':{'database':'<gluedb>'},"
			"'resultConfiguration':{'outputLocation':'s3://<bucket>/athena/'},'workGroup':'<workgroup>'}",
		.response = "{'queryExecutionId':'<uuid>'}", .denied = 15},
	{ATHENA, "GetQueryExecution", 700, READ, BY_WORKLOAD | BY_HUMAN, .request = "{'queryExecutionId':'<uuid>'}"},
	{ATHENA, "GetQueryResults", 260, READ, BY_WORKLOAD | BY_HUMAN,
		.request = "{'queryExecutionId':'<uuid>','maxResults':1000}",
		.failure = {FAILS(60, "InvalidRequestException", "Query has not yet finished. Current state: RUNNING")}},
	{REDSHIFT, "GetClusterCredentials", 200, 0, BY_WORKLOAD | BY_HUMAN,
		.request = "{'clusterIdentifier':'<redshift>','dbUser':'<etl|analyst|bi>','dbName':'dwh',"
			"'durationSeconds':900,'autoCreate':false}",
		.response = "{'expiration':'<date:900>','dbUser':'IAM:<etl|analyst|bi>'}"},
	{REDSHIFT, "DescribeClusters", 160, READ, READERS, .request = "{'clusterIdentifier':'<redshift>'}"},
	{ELASTICACHE, "DescribeCacheClusters", 260, READ, READERS,
		.request = "{'cacheClusterId':'<cache>','showCacheNodeInfo':true,"
			"'showCacheClustersNotInReplicationGroups':false}"},
	{ELASTICACHE, "DescribeReplicationGroups", 160, READ, READERS, .request = "{'maxRecords':100}"},
	{OPENSEARCH, "DescribeDomain", 120, READ, READERS, .request = "{'domainName':'<search>'}"},
	{BEDROCK, "InvokeModel", 260, READ, BY_WORKLOAD | BY(IDENTITY_CENTER),
		.request = "{'modelId':'<anthropic.claude-3-haiku-20240307-v1:0|amazon.titan-embed-text-v2:0|"
			"meta.llama3-8b-instruct-v1:0>'}",
		.denied = 20, .failure = {FAILS(30, "ThrottlingException",
			"Too many requests, please wait before trying again.")}},
};

const shape_table shapes_data = SHAPE_TABLE(rows);
