/*
 * shapes_secretsmanager.c: shapes of Secrets Manager's events, and of the KMS
 * events that come of them; the stories decide which is written when.
 */
#include "stories.h"

#define BY_ID		"{'secretId':'<s.id>'}"
#define NOTICE		(STORY | SERVICE_EVENT)
#define ARN_AND_NAME "{'<arn|arn|aRN>':'<s.arn>','name':'<s.name>'}"
#define ABOUT		"{'SecretId':'<s.arn>'}"
#define ROTATION_ID	"Rotation-<s.arn>-<s.pending>"
#define DELETED		"{'ARN':'<s.arn>','Name':'<s.name>'}"
#define DELETION_ID	"SecretDeleteMessage:<s.arn>:<s.deadline>"
#define REPLICATION	"{'SecretId':'<s.arn>','ReplicaRegion':'<s.replica>'}"
#define STATUS(text) \
	"'replicationStatus':[{'region':'<s.replica>','kmsKeyId':'alias/aws/secretsmanager','status':'" text "'}]"
#define KMS_RESOURCE "[{'accountId':'<account>','type':'AWS::KMS::Key','ARN':'<s.key>'}]"
#define CONTEXT		"'encryptionContext':{'SecretARN':'<s.arn>','SecretVersionId':'<s.version>'}"
#define POLICY(principal) \
	"'{\\'Version\\':\\'2012-10-17\\',\\'Statement\\':[{\\'Sid\\':\\'<AllowRead|Partner|Shared>\\'," \
	"\\'Effect\\':\\'Allow\\'," \
	"\\'Principal\\':" principal ",\\'Action\\':\\'secretsmanager:GetSecretValue\\',\\'Resource\\':\\'*\\'}]}'"
#define OUTSIDER_POLICY POLICY("{\\'AWS\\':\\'<s.outsider>\\'}")
#define PUBLIC_POLICY POLICY("\\'*\\'")

static const shape rows[OP_COUNT] = {
	[OP_CREATE] = {SECRETSMANAGER, "CreateSecret", .flags = STORY,
		.request = "{'name':'<s.name>','clientRequestToken':'<s.current>'<maybe:50>,'description':'<|"
			"Managed by Terraform|Rotated by the platform team>'<end><maybe:30>,"
			"'kmsKeyId':'<s.keyid>'<end><maybe:40>,'tags':[{'key':'team','value':'<payments|search|platform>'},"
			"{'key':'env','value':'<prod|dev>'}]<end>,'forceOverwriteReplicaSecret':false}",
		.response = "{'<arn|arn|aRN>':'<s.arn>'<maybe:60>,'name':'<s.name>','versionId':'<s.current>'<end>}",
		.subject = "<s.name>"},
	[OP_CREATE_OLD] = {SECRETSMANAGER, "CreateSecret",
		.flags = STORY, .minor = 5, .request = "{'name':'<s.name>','clientRequestToken':'<s.current>'}"},
	[OP_GET] = {SECRETSMANAGER, "GetSecretValue", .flags = STORY | READ, .subject = "<s.id>",
		.request = "{'secretId':'<s.id>'<maybe:35>,'versionStage':'AWSCURRENT'<end>}"},
	[OP_GET_VERSION] = {SECRETSMANAGER, "GetSecretValue", .flags = STORY | READ, .subject = "<s.id>",
		.request = "{'secretId':'<s.id>','versionId':'<s.version>'<maybe:60>,'versionStage':'<s.step>'<end>}"},
	[OP_BATCH_LIST] = {SECRETSMANAGER, "BatchGetSecretValue",
		.flags = STORY | READ, .request = "{'secretIdList':[<s.list>]}",
		.subject = "<s.id>"},
	[OP_BATCH_FILTER] = {SECRETSMANAGER, "BatchGetSecretValue", .flags = STORY | READ, .subject = "*",
		.request = "{'filters':[{'key':'<name|tag-key|tag-value|all>','values':['<prod/|payments|team|"
			"search>']}],'maxResults':<10|20><maybe:20>,'nextToken':'<base64:88>'<end>}"},
	[OP_BATCH_ALL] = {SECRETSMANAGER, "BatchGetSecretValue",
		.flags = STORY | READ, .request =
		"{'filters':[{'key':'tag-key','values':['!<no-such-tag|x|tag-that-is-not-there>']}],'maxResults':20}",
		.subject = "*"},
	[OP_DESCRIBE] = {SECRETSMANAGER, "DescribeSecret",
		.flags = STORY | READ, .request = BY_ID,
		.subject = "<s.id>"},
	[OP_LIST_VERSIONS] = {SECRETSMANAGER, "ListSecretVersionIds",
		.flags = STORY | READ, .request = "{'secretId':'<s.id>'<maybe:50>,'includeDeprecated':true<end>}",
		.subject = "<s.id>"},
	[OP_GET_POLICY] = {SECRETSMANAGER, "GetResourcePolicy",
		.flags = STORY | READ, .request = BY_ID,
		.subject = "<s.id>"},
	[OP_LIST] = {SECRETSMANAGER, "ListSecrets", .flags = STORY | READ, .subject = "",
		.request = "{'maxResults':<50|100><maybe:40>,'filters':[{'key':'<name|tag-key|owning-service>',"
			"'values':['<prod|team|rds>']}]<end><maybe:30>,'sortOrder':'asc','includePlannedDeletion':<true|"
			"false><end>}"},
	[OP_RANDOM] = {SECRETSMANAGER, "GetRandomPassword",
		.flags = STORY | READ, .request =
		"{'passwordLength':32,'excludeCharacters':'/@\\'`\\\\'<maybe:30>,'excludePunctuation':true<end>}",
		.subject = ""},
	[OP_VALIDATE] = {SECRETSMANAGER, "ValidateResourcePolicy",
		.flags = STORY | READ, .request = "{'secretId':'<s.id>','resourcePolicy':" PUBLIC_POLICY "}"},
	[OP_PUT] = {SECRETSMANAGER, "PutSecretValue",
		.flags = STORY, .request = "{'secretId':'<s.id>','clientRequestToken':'<s.current>'}",
		.response = "{'arn':'<s.arn>'<maybe:30>,'name':'<s.name>','versionId':'<s.current>',"
			"'versionStages':['AWSCURRENT']<end>}",
		.subject = "<s.id>"},
	[OP_PUT_STAGED] = {SECRETSMANAGER, "PutSecretValue",
		.flags = STORY, .request =
		"{'secretId':'<s.id>','clientRequestToken':'<s.pending>','versionStages':['AWSPENDING']}",
		.response = "{'arn':'<s.arn>'<maybe:50>,'versionId':'<s.pending>','versionStages':['AWSPENDING']<end>}",
		.subject = "<s.id>"},
	[OP_UPDATE] = {SECRETSMANAGER, "UpdateSecret",
		.flags = STORY, .request = "{'secretId':'<s.id>','clientRequestToken':'<s.current>'<maybe:40>,"
		"'description':'<updated|owner moved to platform>'<end>}",
		.response = "{'arn':'<s.arn>','name':'<s.name>','versionId':'<s.current>'}", .subject = "<s.id>"},
	[OP_UPDATE_KEY] = {SECRETSMANAGER, "UpdateSecret",
		.flags = STORY, .request = "{'secretId':'<s.id>','kmsKeyId':'<s.key>'}",
		.response = ARN_AND_NAME, .subject = "<s.id>"},
	[OP_UPDATE_STAGE] = {SECRETSMANAGER, "UpdateSecretVersionStage", .flags = STORY,
		.request = "{'secretId':'<s.id>','versionStage':'AWSCURRENT','removeFromVersionId':'<s.current>',"
			"'moveToVersionId':'<s.pending>'}",
		.response = ARN_AND_NAME, .subject = "<s.id>"},
	[OP_ROLL_BACK] = {SECRETSMANAGER, "UpdateSecretVersionStage", .flags = STORY,
		.request = "{'secretId':'<s.id>','versionStage':'AWSCURRENT','removeFromVersionId':'<s.current>',"
			"'moveToVersionId':'<s.previous>'}",
		.response = ARN_AND_NAME, .subject = "<s.id>"},
	[OP_DELETE] = {SECRETSMANAGER, "DeleteSecret",
		.flags = STORY, .request = "{'recoveryWindowInDays':<s.window>,'secretId':'<s.id>'}",
		.response = "{'<aRN|aRN|arn>':'<s.arn>','name':'<s.name>','deletionDate':'<s.deletiondate>'}",
		.subject = "<s.id>"},
	[OP_DELETE_FORCED] = {SECRETSMANAGER, "DeleteSecret",
		.flags = STORY, .request = "{'secretId':'<s.id>','forceDeleteWithoutRecovery':true}",
		.response = "{'<aRN|aRN|arn>':'<s.arn>','name':'<s.name>','deletionDate':'<date>'}", .subject = "<s.id>"},
	[OP_RESTORE] = {SECRETSMANAGER, "RestoreSecret",
		.flags = STORY, .request = BY_ID,
		.response = ARN_AND_NAME, .subject = "<s.id>"},
	[OP_ROTATE] = {SECRETSMANAGER, "RotateSecret", .flags = STORY,
		.request = "{'secretId':'<s.id>','clientRequestToken':'<s.pending>'<maybe:50>,"
			"'rotationLambdaARN':'<s.lambda>','rotationRules':{'automaticallyAfterDays':<s.days>}<end>}",
		.response = "{'arn':'<s.arn>','name':'<s.name>','versionId':'<s.pending>'}", .subject = "<s.id>"},
	[OP_ROTATE_LATER] = {SECRETSMANAGER, "RotateSecret", .flags = STORY,
		.request = "{'secretId':'<s.id>','clientRequestToken':'<s.pending>','rotationLambdaARN':'<s.lambda>',"
			"'rotationRules':{'scheduleExpression':'<rate(7 days)|cron(0 3 ? * SUN *)|rate(4 hours)>',"
			"'duration':'2h'},'rotateImmediately':false}",
		.response = "{'arn':'<s.arn>','name':'<s.name>'}", .subject = "<s.id>"},
	[OP_CANCEL_ROTATE] = {SECRETSMANAGER, "CancelRotateSecret",
		.flags = STORY, .request = BY_ID,
		.response = "{'arn':'<s.arn>','name':'<s.name>'<maybe:50>,'versionId':'<s.pending>'<end>}",
		.subject = "<s.id>"},
	[OP_PUT_POLICY] = {SECRETSMANAGER, "PutResourcePolicy", .flags = STORY,
		.request = "{'secretId':'<s.id>','resourcePolicy':" OUTSIDER_POLICY
			"<maybe:60>,'blockPublicPolicy':true<end>}",
		.response = ARN_AND_NAME, .subject = "<s.id>"},
	[OP_PUT_POLICY_PUBLIC] = {SECRETSMANAGER, "PutResourcePolicy",
		.flags = STORY, .request = "{'secretId':'<s.id>','resourcePolicy':" PUBLIC_POLICY
		",'blockPublicPolicy':false}", .response = ARN_AND_NAME,
		.subject = "<s.id>"},
	[OP_DELETE_POLICY] = {SECRETSMANAGER, "DeleteResourcePolicy",
		.flags = STORY, .request = BY_ID,
		.response = ARN_AND_NAME, .subject = "<s.id>"},
	[OP_TAG] = {SECRETSMANAGER, "TagResource",
		.flags = STORY, .request = "{'secretId':'<s.id>','tags':[{'key':'<owner|cost-center|rotation>',"
		"'value':'<platform|cc-4711|manual>'}]}",
		.response = "{'arn':'<s.arn>'}",
		.subject = "<s.id>"},
	[OP_UNTAG] = {SECRETSMANAGER, "UntagResource",
		.flags = STORY, .request = "{'secretId':'<s.id>','tagKeys':['<owner|cost-center|rotation>']}",
		.subject = "<s.id>"},
	[OP_REPLICATE] = {SECRETSMANAGER, "ReplicateSecretToRegions", .flags = STORY,
		.request = "{'secretId':'<s.id>','addReplicaRegions':[{'region':'<s.replica>',"
			"'kmsKeyId':'alias/aws/secretsmanager'}],'forceOverwriteReplicaSecret':<true|false>}",
		.response = "{'arn':'<s.arn>'," STATUS("InProgress") "}",
		.subject = "<s.id>"},
	[OP_REMOVE_REGIONS] = {SECRETSMANAGER, "RemoveRegionsFromReplication",
		.flags = STORY, .request = "{'secretId':'<s.id>','removeReplicaRegions':['<s.replica>']}",
		.response = "{'arn':'<s.arn>','replicationStatus':[]}",
		.subject = "<s.id>"},
	[OP_STOP_REPLICATION] = {SECRETSMANAGER, "StopReplicationToReplica",
		.flags = STORY, .request = BY_ID,
		.response = "{'arn':'<s.arn>'}",
		.subject = "<s.id>"},

	[OP_ROTATION_STARTED] = {SECRETSMANAGER, "RotationStarted",
		.flags = NOTICE, .additional = ABOUT,
		.id = ROTATION_ID},
	[OP_ROTATION_SUCCEEDED] = {SECRETSMANAGER, "RotationSucceeded",
		.flags = NOTICE, .additional = ABOUT,
		.id = ROTATION_ID},
	[OP_ROTATION_FAILED] = {SECRETSMANAGER, "RotationFailed",
		.flags = NOTICE, .additional = ABOUT,
		.id = ROTATION_ID},
	[OP_ROTATION_ABANDONED] = {SECRETSMANAGER, "RotationAbandoned",
		.flags = NOTICE, .additional = ABOUT,
		.id = ROTATION_ID},
	[OP_TEST_STARTED] = {SECRETSMANAGER, "TestRotationStarted",
		.flags = NOTICE, .additional = ABOUT,
		.id = ROTATION_ID},
	[OP_TEST_SUCCEEDED] = {SECRETSMANAGER, "TestRotationSucceeded",
		.flags = NOTICE, .additional = ABOUT,
		.id = ROTATION_ID},
	[OP_TEST_FAILED] = {SECRETSMANAGER, "TestRotationFailed",
		.flags = NOTICE, .additional = ABOUT,
		.id = ROTATION_ID},
	[OP_START_DELETE] = {SECRETSMANAGER, "StartSecretVersionDelete",
		.flags = NOTICE, .additional = DELETED,
		.id = DELETION_ID},
	[OP_CANCEL_DELETE] = {SECRETSMANAGER, "CancelSecretVersionDelete",
		.flags = NOTICE, .additional = DELETED,
		.id = DELETION_ID},
	[OP_END_DELETE] = {SECRETSMANAGER, "EndSecretVersionDelete",
		.flags = NOTICE, .additional = DELETED,
		.id = DELETION_ID},
	[OP_START_FORCED] = {SECRETSMANAGER, "StartSecretVersionDelete",
		.flags = NOTICE, .additional = DELETED,
		.id = DELETION_ID ":Forced"},
	[OP_END_FORCED] = {SECRETSMANAGER, "EndSecretVersionDelete",
		.flags = NOTICE, .additional = DELETED,
		.id = DELETION_ID ":Forced"},
	[OP_VERSION_DELETION] = {SECRETSMANAGER, "SecretVersionDeletion",
		.flags = NOTICE, .additional = "{'SecretId':'<s.arn>','SecretVersionId':'<uuid>'}"},
	[OP_REPLICATION_STARTED] = {SECRETSMANAGER, "ReplicationStarted", .flags = NOTICE, .additional = REPLICATION},
	[OP_REPLICATION_SUCCEEDED] = {SECRETSMANAGER, "ReplicationSucceeded",
		.flags = NOTICE, .additional = REPLICATION},
	[OP_REPLICATION_FAILED] = {SECRETSMANAGER, "ReplicationFailed", .flags = NOTICE, .additional = REPLICATION,
		.failure = {FAILS(0, NULL, "Replication failed: Secret name conflict in region <s.replica>.")}},

	[OP_DECRYPT] = {KMS, "Decrypt", .flags = STORY | READ,
		.request = "{'encryptionAlgorithm':'SYMMETRIC_DEFAULT'," CONTEXT "}",
		.resources = KMS_RESOURCE, .invoker = "secretsmanager.amazonaws.com",
		.subject = "<s.key>"},
	[OP_GENERATE_KEY] = {KMS, "GenerateDataKey",
		.flags = STORY | READ, .request = "{'keyId':'<s.keyid>','keySpec':'AES_256'," CONTEXT "}",
		.resources = KMS_RESOURCE, .invoker = "secretsmanager.amazonaws.com",
		.subject = "<s.key>"},
	[OP_PROBE] = {SECRETSMANAGER, "GetSecretValue", .flags = STORY | READ, .subject = "<s.id>",
		.request =
			"{'secretId':'<prod|staging|test>/<db|admin|root|aws|stripe>/<password|key|credentials|token>'}"},
};

const shape_table shapes_secretsmanager = SHAPE_TABLE(rows);
