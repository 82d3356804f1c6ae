/*
 * shapes_storage.c: shapes of S3, KMS, EFS and Backup.
 */
#include "shapes.h"

#define HOST			"'Host':'<bucket>.s3.<region>.amazonaws.com'"
#define BUCKET			"'bucketName':'<bucket>'"
#define BUCKET_REQUEST(sub) "{" BUCKET "," HOST ",'" sub "':''}"
#define BUCKET_ARN		"arn:aws:s3:::<bucket>"
#define BUCKET_RESOURCE	"[{'accountId':'<account>','type':'AWS::S3::Bucket','ARN':'" BUCKET_ARN "'}]"
#define OBJECT(path) \
	"[{'type':'AWS::S3::Object','ARN':'" BUCKET_ARN "/" path "'}," \
	"{'accountId':'<account>','type':'AWS::S3::Bucket','ARN':'" BUCKET_ARN "'}]"
#define TRANSFER(in, out) \
	"{'SignatureVersion':'SigV4','CipherSuite':'<TLS_AES_128_GCM_SHA256|ECDHE-RSA-AES128-GCM-SHA256>'," \
	"'bytesTransferredIn':" in ",'AuthenticationMethod':'AuthHeader','x-amz-id-2':'<base64:75>='," \
	"'bytesTransferredOut':" out "}"
#define ENCRYPTED_TRANSFER(in, out) \
	"{'SignatureVersion':'SigV4','CipherSuite':'TLS_AES_128_GCM_SHA256','bytesTransferredIn':" in "," \
	"'SSEApplied':'<Default_SSE_S3|SSE_KMS>','AuthenticationMethod':'AuthHeader','x-amz-id-2':'<base64:75>='," \
	"'bytesTransferredOut':" out "}"
#define KMS_KEY_ARN		"arn:aws:kms:<region>:<account>:key/<kmskey>"
#define KMS_RESOURCE	"[{'accountId':'<account>','type':'AWS::KMS::Key','ARN':'" KMS_KEY_ARN "'}]"
#define ANY_CALLER		(BY_WORKLOAD | BY_PIPELINE | BY_HUMAN)

static const shape rows[] = {
	{S3, "GetObject", 9000, READ | DATA, BY_WORKLOAD | BY_PIPELINE | BY(LEGACY),
		.request = "{" BUCKET "," HOST ",'key':'<keep:1><exports|raw|reports|"
			"models>/year=2024/month=<int:1:12>/day=<int:1:28>/part-<digits:5>-<uuid>.<snappy.parquet|json.gz|"
			"csv><end>'<maybe:15>,'versionId':'<alnum:32>'<end>}",
		.additional = TRANSFER("0", "<int:100:9000000>"),
		.resources = OBJECT("<#1>"),
		.subject = BUCKET_ARN "/<#1>", .denied = 12,
		.failure = {FAILS(25, "NoSuchKey", "The specified key does not exist.")}},
	{S3, "PutObject", 6000, DATA, BY_WORKLOAD | BY_PIPELINE,
		.request = "{" BUCKET "," HOST ",'key':'<keep:1><events|exports|uploads>/<day>/<uuid><end>'<maybe:20>,"
			"'x-amz-storage-class':'<STANDARD_IA|INTELLIGENT_TIERING>'<end><maybe:20>,"
			"'x-amz-server-side-encryption':'aws:kms','x-amz-server-side-encryption-aws-kms-key-id':'"
			 KMS_KEY_ARN "'<end>}",
		.response =
			"{'x-amz-server-side-encryption':'<AES256|aws:kms>'<maybe:30>,'x-amz-version-id':'<alnum:32>'<end>}",
		.additional = ENCRYPTED_TRANSFER("<int:100:900000>", "0"),
		.resources = OBJECT("<#1>"),
		.subject = BUCKET_ARN "/<#1>", .denied = 8},
	{S3, "HeadObject", 2500, READ | DATA, BY_WORKLOAD,
		.request = "{" BUCKET "," HOST ",'key':'<keep:1><models|reports|raw>/<lower:8>.json<end>'}",
		.additional = TRANSFER("0", "0"),
		.resources = OBJECT("<#1>"),
		.subject = BUCKET_ARN "/<#1>", .denied = 5,
		.failure = {FAILS(120, "NoSuchKey", "The specified key does not exist.")}},
	{S3, "ListObjects", 2200, READ | DATA, ANY_CALLER,
		.request = "{'list-type':'2'," BUCKET
			",'encoding-type':'url','prefix':'<events|exports|raw|reports>/','delimiter':'/'," HOST
			"<maybe:30>,'continuation-token':'1<base64:60>='<end>}",
		.additional = TRANSFER("0", "<int:300:60000>"),
		.resources = "[{'type':'AWS::S3::Object','ARNPrefix':'" BUCKET_ARN
			"/'},{'accountId':'<account>','type':'AWS::S3::Bucket','ARN':'" BUCKET_ARN "'}]",
		.subject = BUCKET_ARN, .denied = 15},
	{S3, "DeleteObject", 700, DATA, BY_WORKLOAD | BY_PIPELINE,
		.request = "{" BUCKET "," HOST ",'key':'tmp/<uuid#1>'}",
		.response = "{'x-amz-delete-marker':'true','x-amz-version-id':'<alnum:32>'}",
		.additional = TRANSFER("0", "0"),
		.resources = OBJECT("tmp/<#1>"), .subject = BUCKET_ARN "/tmp/<#1>", .denied = 10},
	{S3, "CopyObject", 300, DATA | HOLDOUT, BY_WORKLOAD,
		.request = "{" BUCKET "," HOST
			",'x-amz-copy-source':'<bucket:2>/exports/<uuid#1>.csv','key':'archive/<#1>.csv'}",
		.additional = ENCRYPTED_TRANSFER("0", "<int:200:400>"),
		.resources = "[{'type':'AWS::S3::Object','ARN':'" BUCKET_ARN
			"/archive/<#1>.csv'},{'accountId':'<account>','type':'AWS::S3::Bucket','ARN':'" BUCKET_ARN
			"'},{'type':'AWS::S3::Object','ARN':'arn:aws:s3:::<bucket:2>/exports/<#1>.csv'}]"},
	{S3, "GetBucketAcl", 1300, READ | SHARED, BY_SERVICE | BY_LINKED | BY_CONSOLE,
		.request = BUCKET_REQUEST("acl"),
		.additional = TRANSFER("0", "<int:480:600>"),
		.resources = BUCKET_RESOURCE,
		.invoker = "cloudtrail.amazonaws.com"},
	{S3, "GetBucketLocation", 600, READ, ANY_CALLER | BY_LINKED,
		.request = BUCKET_REQUEST("location"),
		.additional = TRANSFER("0", "137"),
		.resources = BUCKET_RESOURCE, .denied = 10},
	{S3, "GetBucketPolicy", 300, READ, BY_HUMAN | BY_LINKED | BY_PIPELINE,
		.request = BUCKET_REQUEST("policy"),
		.additional = TRANSFER("0", "<int:200:900>"),
		.resources = BUCKET_RESOURCE,
		.failure = {FAILS(250, "NoSuchBucketPolicy", "The bucket policy does not exist")}},
	{S3, "GetBucketEncryption", 280, READ, BY_LINKED | BY_PIPELINE | BY_CONSOLE,
		.request = BUCKET_REQUEST("encryption"), .additional = TRANSFER("0", "328"), .resources = BUCKET_RESOURCE},
	{S3, "GetBucketPublicAccessBlock", 260, READ, BY_LINKED | BY_CONSOLE,
		.request = BUCKET_REQUEST("publicAccessBlock"),
		.additional = TRANSFER("0", "327"),
		.resources = BUCKET_RESOURCE,
		.failure = {FAILS(200, "NoSuchPublicAccessBlockConfiguration",
			"The public access block configuration was not found")}},
	{S3, "ListBuckets", 350, READ, BY_HUMAN | BY_LINKED,
		.request = "{'Host':'s3.amazonaws.com'}", .additional = TRANSFER("0", "<int:900:6000>"), .denied = 30},
	{S3, "PutBucketPolicy", 40, 0, BY_PIPELINE | BY_HUMAN,
		.request = "{'bucketPolicy':{'Version':'2012-10-17','Statement':[{'Sid':'<Allow|Share><Partner|Logs|"
			"Cdn>Read','Effect':'Allow','Principal':{'AWS':'arn:aws:iam::<other>:root'},"
			"'Action':['s3:GetObject','s3:ListBucket'],'Resource':['" BUCKET_ARN "','" BUCKET_ARN "/*']}]},"
			 BUCKET "," HOST ",'policy':''}",
		.additional = TRANSFER("<int:300:700>", "0"), .resources = BUCKET_RESOURCE, .denied = 60},
	{S3, "DeleteBucketPolicy", 6, 0, BY_HUMAN,
		.request = BUCKET_REQUEST("policy"), .additional = TRANSFER("0", "0"), .resources = BUCKET_RESOURCE},
	{S3, "CreateBucket", 20, 0, BY_PIPELINE | BY_HUMAN,
		.request = "{'CreateBucketConfiguration':{'LocationConstraint':'<region>',"
			"'xmlns':'http://s3.amazonaws.com/doc/2006-03-01/'}," BUCKET "," HOST "}",
		.additional = TRANSFER("<int:150:190>", "0"), .resources = BUCKET_RESOURCE,
		.failure = {FAILS(60, "BucketAlreadyExists", "The requested bucket name is not available. "
			"The bucket namespace is shared by all users of the system. Please select a different name "
			"and try again.")}},
	{S3_OUTPOSTS, "GetObject", 4, READ | DATA | EDGE, BY(EC2),
		.request = "{'bucketName':'arn:aws:s3-outposts:<region>:<account>:outpost/op-0<hex:16>"
			"/accesspoint/edge-ap','key':'sensor/<uuid>'}"},

	{KMS, "Decrypt", 5200, READ, BY_WORKLOAD | BY(LEGACY),
		.request = "{'encryptionAlgorithm':'SYMMETRIC_DEFAULT',"
			"'encryptionContext':{'PARAMETER_ARN':'arn:aws:ssm:<region>:<account>:parameter<param>'}}",
		.resources = KMS_RESOURCE, .invoker = "ssm.amazonaws.com", .subject = KMS_KEY_ARN, .denied = 6,
		.failure = {FAILS(3, "KMSInvalidStateException", KMS_KEY_ARN " is pending deletion.")}},
	{KMS, "Decrypt", 2600, READ, BY_WORKLOAD,
		.request = "{'encryptionAlgorithm':'SYMMETRIC_DEFAULT','encryptionContext':{'aws:s3:arn':'" BUCKET_ARN
			"'}}",
		.resources = KMS_RESOURCE, .invoker = "<AWS Internal|s3.amazonaws.com>",
		.subject = KMS_KEY_ARN, .denied = 6},
	{KMS, "Decrypt", 900, READ | SHARED, BY_SERVICE,
		.request = "{'encryptionAlgorithm':'SYMMETRIC_DEFAULT',"
			"'encryptionContext':{'aws:lambda:FunctionArn':'arn:aws:lambda:<region>:<account>"
			":function:<function>'}}",
		.resources = KMS_RESOURCE, .invoker = "<lambda|sqs|sns>.amazonaws.com"},
	{KMS, "GenerateDataKey", 2600, READ, BY_WORKLOAD,
		.request = "{'keyId':'" KMS_KEY_ARN "','encryptionContext':{'aws:s3:arn':'" BUCKET_ARN
			"'},'keySpec':'AES_256'}",
		.resources = KMS_RESOURCE, .invoker = "<AWS Internal|s3.amazonaws.com>",
		.subject = KMS_KEY_ARN, .denied = 5},
	{KMS, "Encrypt", 300, READ, BY_WORKLOAD,
		.request = "{'encryptionAlgorithm':'SYMMETRIC_DEFAULT','keyId':'alias/aws/ssm',"
			"'encryptionContext':{'PARAMETER_ARN':'arn:aws:ssm:<region>:<account>:parameter<param>'}}",
		.resources = KMS_RESOURCE, .invoker = "ssm.amazonaws.com"},
	{KMS, "DescribeKey", 500, READ, BY_HUMAN | BY_PIPELINE | BY_LINKED,
		.request = "{'keyId':'<kmskey>'}", .resources = KMS_RESOURCE, .subject = KMS_KEY_ARN, .denied = 20,
		.failure = {FAILS(10, "NotFoundException",
			"Key `arn:aws:kms:<region>:<account>:key/<uuid>` does not exist")}},
	{KMS, "ListAliases", 160, READ, BY_HUMAN | BY_PIPELINE, .request = "{'limit':100}"},
	{KMS, "CreateGrant", 260, 0, BY_WORKLOAD | BY_LINKED,
		.request = "{'constraints':{'encryptionContextSubset':{'aws:ebs:id':'<volume>'}},'keyId':'" KMS_KEY_ARN
			"','operations':['Decrypt','CreateGrant'],"
			"'granteePrincipal':'arn:aws:iam::<account>:role/aws:ec2-infrastructure'}",
		.response = "{'grantId':'<hex:64>','keyId':'" KMS_KEY_ARN "'}", .resources = KMS_RESOURCE},
	{KMS, "DisableKey", 8, 0, BY_HUMAN,
		.request = "{'keyId':'<kmskey>'}",
		.response = "{'keyId':'" KMS_KEY_ARN "'}",
		.resources = KMS_RESOURCE, .denied = 100,
		.subject = KMS_KEY_ARN},
	{KMS, "ScheduleKeyDeletion", 8, 0, BY_HUMAN | BY_PIPELINE,
		.request = "{'keyId':'<kmskey>','pendingWindowInDays':<7|14|30>}",
		.response = "{'keyId':'" KMS_KEY_ARN
			"','keyState':'PendingDeletion','deletionDate':'<date:604800>','pendingWindowInDays':7}",
		.resources = KMS_RESOURCE},
	{KMS, "RotateKey", 6, SERVICE_EVENT | NO_REQUEST_ID, 0,
		.resources = KMS_RESOURCE, .details = "{'keyId':'<kmskey>'}", .invoker = "AWS Internal"},

	{EFS, "DescribeFileSystems", 160, READ, BY_HUMAN | BY_LINKED | BY_PIPELINE,
		.request = "{'fileSystemId':'<filesystem>'}"},
	{EFS, "CreateMountTarget", 6, 0, BY_PIPELINE,
		.request = "{'fileSystemId':'<filesystem>','subnetId':'<subnet>','securityGroups':['<sg>']}",
		.response = "{'ownerId':'<account>','mountTargetId':'fsmt-0<hex:16>','fileSystemId':'<filesystem>',"
			"'subnetId':'<subnet>','lifeCycleState':'creating','ipAddress':'10.0.<int:0:60>.<int:4:250>',"
			"'networkInterfaceId':'<eni>','availabilityZoneId':'use1-az<int:1:6>',"
			"'availabilityZoneName':'<zone>','vpcId':'<vpc>'}"},

	{BACKUP, "StartBackupJob", 60, 0, BY(LINKED) | BY_PIPELINE,
		.request = "{'backupVaultName':'<vault>','resourceArn':'arn:aws:rds:<region>:<account>:db:<db>',"
			"'iamRoleArn':'arn:aws:iam::<account>:role/service-role/AWSBackupDefaultServiceRole',"
			"'lifecycle':{'deleteAfterDays':35}}",
		.response = "{'backupJobId':'<UUID>','creationDate':'<date>','isParent':false}"},
	{BACKUP, "BackupJobCompleted", 60, SERVICE_EVENT | NO_REQUEST_ID, 0,
		.details = "{'completionDate':{'seconds':<epoch>,'nanos':<int:1000000:999000000>},'state':'COMPLETED',"
			"'percentDone':100,'backupJobId':'<UUID>','backupVaultName':'<vault>','resourceType':'RDS'}",
		.invoker = "backup.amazonaws.com"},
	{BACKUP, "ListRecoveryPointsByBackupVault", 50, READ, BY_HUMAN,
		.request = "{'backupVaultName':'<vault>','maxResults':50}"},
};

const shape_table shapes_storage = SHAPE_TABLE(rows);
