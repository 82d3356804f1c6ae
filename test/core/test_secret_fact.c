/*
 * test_secret_fact.c: what an event says of each secret that it names.
 */
#include "exact.h"
#include "random_event.h"
#include "random_secret.h"
#include "core/secret/secret_detail.h"
#include "core/secret/secret_fact.h"
#include "core/store/stored_fact.h"
#include "tap.h"

#define ARN(name)	"arn:aws:secretsmanager:us-east-1:123456789012:secret:" name
#define FULL		ARN("prod/db-AbCdEf")
#define OTHER		ARN("other-GhIjKl")
#define PARTIAL		ARN("prod/db")
#define KEY_ID		"1234abcd-12ab-34cd-56ef-1234567890ab"
#define KEY			"arn:aws:kms:us-east-1:123456789012:key/" KEY_ID
#define TOKEN		"eeb681b1-a07d-4aeb-9b61-1ee6590ec295"
#define LAMBDA		"arn:aws:lambda:us-east-1:123456789012:function:rotate"

#define EVENT(source, rest) "{'eventSource':'" source "','awsRegion':'us-east-1','recipientAccountId':'123456789012'" rest "}"
#define SM(rest)	EVENT("secretsmanager.amazonaws.com", "," rest)
#define KMS(rest)	EVENT("kms.amazonaws.com", "," rest)
#define NOTICE(name, rest) SM("'eventName':'" name "','eventType':'AwsServiceEvent','userIdentity':{'accountId':'123456789012','invokedBy':'secretsmanager.amazonaws.com'}," rest)
#define BY_SM		"'userIdentity':{'type':'IAMUser','arn':'arn:aws:iam::123456789012:user/u','invokedBy':'secretsmanager.amazonaws.com'},"
#define CONTEXT		"'requestParameters':{'encryptionContext':{'SecretARN':'" FULL "','SecretVersionId':'v'},'keyId':'" KEY_ID "'}"
#define REQUEST(x)	"'requestParameters':{" x "}"
#define RESPONSE(x)	"'responseElements':{" x "}"
#define ADDED(x)	"'additionalEventData':{" x "}"
#define REFUSED(x)	"'errorCode':'AccessDenied','requestParameters':null,'errorMessage':'User: u is not authorized to perform: secretsmanager:GetSecretValue on resource: " x " because no identity-based policy allows it'"

/*
 * An event, how many facts it has, and some of their columns: "column=value",
 * one a line, an empty value being null; a line with "--" goes on to the next
 * fact.  Quotes in them are written as in the event.
 */
static const struct
{
	const char *json;
	int			facts;
	const char *columns;
}			cases[] = {
	/* API events */
	{SM("'eventName':'GetSecretValue','eventID':'e','eventType':'AwsApiCall','readOnly':true," REQUEST("'secretId':'" FULL "','versionId':'v','versionStage':'AWSCURRENT'") ",'responseElements':null"), 1,
		"item=0\nevent_id=e\nevent_source=secretsmanager.amazonaws.com\nevent_name=GetSecretValue\nevent_type=AwsApiCall\naccount_id=123456789012\naws_region=us-east-1\n"
		"secret_source=request_arn\nid_given=" FULL "\nsecret_arn=" FULL "\npartial_arn=" PARTIAL "\nsecret_name=prod/db\nsecret_account=123456789012\nsecret_region=us-east-1\n"
		"version_id=v\nversion_stage=AWSCURRENT\ntoken=\nsucceeded=1\nread_only=1\nfrom_console=-1\ntrusted=0\ndetail=\nkey_arn=\noriginal_event_id="},
	{SM("'eventName':'GetSecretValue'," REQUEST("'secretId':'prod/db'")), 1,
		"secret_source=name\nid_given=prod/db\nsecret_arn=\npartial_arn=" PARTIAL "\nsecret_name=prod/db\nsecret_account=123456789012\nsecret_region=us-east-1\ntrusted=0"},
	{SM("'eventName':'GetSecretValue'," REQUEST("'secretId':'MySecret-abcdef'")), 1, "secret_source=name\nsecret_arn=\nsecret_name=MySecret-abcdef\npartial_arn=" ARN("MySecret-abcdef")},
	{SM("'eventName':'GetSecretValue'," REQUEST("'secretId':'" PARTIAL "'")), 1, "secret_source=partial_arn\nsecret_arn=\npartial_arn=" PARTIAL "\nsecret_name=prod/db"},
	{SM("'eventName':'GetSecretValue'," REQUEST("'secretId':'arn:aws:secretsmanager:eu-west-1:999999999999:secret:x-AbCdEf'")), 1, "secret_account=999999999999\nsecret_region=eu-west-1\naccount_id=123456789012\ntrusted=0"},
	{SM("'eventName':'GetSecretValue'," REFUSED("prod/db")), 1, "secret_source=name\nid_given=prod/db\nsecret_name=prod/db\nsucceeded=0\nerror_code=AccessDenied\ntrusted=0"},
	{SM("'eventName':'GetSecretValue'," REFUSED(FULL)), 1, "secret_source=message_arn\nid_given=" FULL "\nsecret_arn=" FULL "\nsecret_name=prod/db\ntrusted=0"},
	{SM("'eventName':'GetSecretValue'," REFUSED(PARTIAL)), 1, "secret_source=message_arn\nsecret_arn=\npartial_arn=" PARTIAL "\nsecret_name=prod/db"},
	{SM("'eventName':'GetSecretValue','errorCode':'ResourceNotFoundException'," REQUEST("'secretId':'" FULL "'") ",'resources':[{'ARN':'" FULL "'}]"), 1, "secret_source=resource\ntrusted=0\nsucceeded=0"},
	{SM("'eventName':'CreateSecret'," REQUEST("'name':'prod/db','clientRequestToken':'" TOKEN "','kmsKeyId':'" KEY "','addReplicaRegions':[{'region':'eu-west-1','kmsKeyId':'alias/x'}],'forceOverwriteReplicaSecret':false") "," RESPONSE("'arn':'" FULL "','name':'prod/db','versionId':'" TOKEN "'")), 1,
		"secret_source=response\nid_given=prod/db\nsecret_arn=" FULL "\nsecret_name=prod/db\nversion_id=" TOKEN "\ntoken=" TOKEN "\nkey_arn=" KEY "\ntrusted=1\n"
		"detail={'add_replica_regions':[{'region':'eu-west-1','kmsKeyId':'alias/x'}],'force_overwrite_replica_secret':'false'}"},
	{SM("'eventName':'CreateSecret'," REQUEST("'name':'prod/db','kmsKeyId':'" KEY_ID "'") ",'responseElements':null"), 1, "secret_source=name\nsecret_arn=\nkey_arn=" KEY "\ntrusted=0"},
	{SM("'eventName':'UpdateSecret'," REQUEST("'secretId':'prod/db','kmsKeyId':'alias/mine'") "," RESPONSE("'arn':'" FULL "'")), 1, "key_arn=alias/mine"},
	{SM("'eventName':'PutSecretValue'," REQUEST("'secretId':'" FULL "','clientRequestToken':'terraform-20230710120759000000000001','versionStages':['AWSPENDING']") "," RESPONSE("'arn':'" FULL "'")), 1,
		"version_id=terraform-20230710120759000000000001\ntoken=terraform-20230710120759000000000001\ndetail={'version_stages':['AWSPENDING']}\ntrusted=1"},
	{SM("'eventName':'UpdateSecretVersionStage'," REQUEST("'secretId':'prod/db','versionStage':'AWSCURRENT','moveToVersionId':'a','removeFromVersionId':'b'")), 1,
		"version_stage=AWSCURRENT\nversion_id=a\ndetail={'move_to_version_id':'a','remove_from_version_id':'b'}"},
	{SM("'eventName':'DeleteSecret'," REQUEST("'secretId':'prod/db','recoveryWindowInDays':7") "," RESPONSE("'aRN':'" FULL "','name':'prod/db','deletionDate':'May 3, 2018 5:51:02 PM'")), 1,
		"secret_source=response\nsecret_arn=" FULL "\ntrusted=1\ndetail={'recovery_window_in_days':'7','deletion_date':'May 3, 2018 5:51:02 PM'}"},
	{SM("'eventName':'DeleteSecret'," REQUEST("'secretId':'prod/db','forceDeleteWithoutRecovery':true") "," RESPONSE("'aRN':'" FULL "','deletionDate':1.5e9")), 1,
		"detail={'force_delete_without_recovery':'true','deletion_date':'1.5e9'}"},
	{SM("'eventName':'RestoreSecret'," REQUEST("'secretId':'prod/db'") "," RESPONSE("'arn':'" FULL "','name':'prod/db'")), 1, "secret_source=response\ntrusted=1\ndetail="},
	{SM("'eventName':'RotateSecret'," REQUEST("'secretId':'prod/db','rotationLambdaARN':'" LAMBDA "','rotationRules':{'automaticallyAfterDays': 30 , 'duration':'2h','scheduleExpression':'rate(30 days)'},'rotateImmediately':false,'clientRequestToken':'t'") "," RESPONSE("'arn':'" FULL "','versionId':'t'")), 1,
		"token=t\nversion_id=t\ndetail={'rotation_lambda_arn':'" LAMBDA "','rotation_rules':{'automaticallyAfterDays':'30','duration':'2h','scheduleExpression':'rate(30 days)'},'rotate_immediately':'false'}"},
	{SM("'eventName':'RotateSecret'," REQUEST("'secretId':'prod/db','externalSecretRotationRoleArn':'arn:aws:iam::1:role/r','externalSecretRotationMetadata':[{'key':'k','value':'v'}]")), 1,
		"detail={'external_rotation_role_arn':'arn:aws:iam::1:role/r','external_rotation_metadata':[{'key':'k','value':'v'}]}"},
	{SM("'eventName':'CancelRotateSecret'," REQUEST("'secretId':'prod/db'") "," RESPONSE("'arn':'" FULL "','name':'prod/db','versionId':'v'")), 1, "version_id=v\ntrusted=1"},
	{SM("'eventName':'PutResourcePolicy'," REQUEST("'secretId':'prod/db','resourcePolicy':'{\\'Version\\':\\'2012-10-17\\'}','blockPublicPolicy':true") "," RESPONSE("'arn':'" FULL "','name':'prod/db'")), 1,
		"detail={'resource_policy':'{\\'Version\\':\\'2012-10-17\\'}','block_public_policy':'true'}"},
	{SM("'eventName':'TagResource'," REQUEST("'secretId':'prod/db','tags':[{'key':'a','value':'b'}]")), 1, "secret_name=prod/db\ndetail="},
	{SM("'eventName':'CreateSecret'," REQUEST("'name':'prod/db','crossAccountPrimaryARN':'" FULL "'")), 1, "secret_name=prod/db\ndetail={'cross_account_primary_arn':'" FULL "'}"},
	{SM("'eventName':'AssociateCrossAccountReplica'," REQUEST("'secretId':'prod/db','crossAccountReplicaARN':'" FULL "'")), 1,
		"secret_name=prod/db\ndetail={'cross_account_replica_arn':'" FULL "'}"},
	{SM("'eventName':'ReplicateSecretToRegions'," REQUEST("'secretId':'prod/db','addReplicaRegions':[{'region':'eu-west-1'}],'forceOverwriteReplicaSecret':true") "," RESPONSE("'arn':'" FULL "','replicationStatus':[{'region':'eu-west-1','status':'InProgress'}]")), 1,
		"detail={'add_replica_regions':[{'region':'eu-west-1'}],'force_overwrite_replica_secret':'true','replication_status':[{'region':'eu-west-1','status':'InProgress'}]}"},
	{SM("'eventName':'RemoveRegionsFromReplication'," REQUEST("'secretId':'prod/db','removeReplicaRegions':['eu-west-1']")), 1, "detail={'remove_replica_regions':['eu-west-1']}"},
	{SM("'eventName':'StopReplicationToReplica'," REQUEST("'secretId':'prod/db'") "," RESPONSE("'arn':'" FULL "'")), 1, "secret_source=response"},

	/* events that name none, and batches */
	{SM("'eventName':'ListSecrets'," REQUEST("'maxResults':20,'filters':[{'key':'tag-key','values':['!x']}]")), 1,
		"item=0\nsecret_source=\nid_given=\nsecret_arn=\npartial_arn=\nsecret_name=\nsecret_account=\nsecret_region=\ntrusted=0\ndetail={'filters':[{'key':'tag-key','values':['!x']}]}"},
	{SM("'eventName':'GetRandomPassword'"), 1, "item=0\nsecret_source=\nsecret_name="},
	{SM("'eventName':'BatchGetSecretValue'," REQUEST("'filters':[{'key':'name','values':['']}]")), 1, "item=0\nsecret_source=\ndetail={'filters':[{'key':'name','values':['']}]}"},
	{SM("'eventName':'BatchGetSecretValue'," REQUEST("'secretIdList':['prod/db','" FULL "','prod/db','" PARTIAL "']")), 3,
		"item=1\nsecret_source=list\nid_given=prod/db\nsecret_arn=\npartial_arn=" PARTIAL "\nsecret_name=prod/db\ntrusted=0\n--\n"
		"item=2\nsecret_source=list\nid_given=" FULL "\nsecret_arn=" FULL "\npartial_arn=" PARTIAL "\nsecret_name=prod/db\ntrusted=0\n--\n"
		"item=3\nsecret_source=list\nid_given=" PARTIAL "\nsecret_arn=\npartial_arn=" PARTIAL},
	{SM("'eventName':'BatchGetSecretValue'," REQUEST("'secretIdList':['prod\\/db','prod/d\\u0062','other']")), 2, "item=1\nid_given=prod/db\n--\nitem=2\nid_given=other"},
	{SM("'eventName':'BatchGetSecretValue'," REQUEST("'secretIdList':['prod/db']")), 1, "item=1\nsecret_source=list\nid_given=prod/db"},
	{SM("'eventName':'BatchGetSecretValue'," REQUEST("'secretIdList':['', 7, null]")), 1, "item=0\nsecret_source=\nid_given="},
	{SM("'eventName':'BatchGetSecretValue'," REQUEST("'secretIdList':['" KEY "']")), 1, "item=1\nsecret_source=\nid_given=" KEY "\nsecret_name="},
	{SM("'eventName':'BatchGetSecretValue'," REFUSED("prod/db")), 1, "item=0\nsecret_source=name\nid_given=prod/db"},
	{SM("'eventName':'GetSecretValue'," REQUEST("'secretId':'a','secretIdList':['a','b']")), 2, "item=0\nsecret_source=name\nsecret_name=a\n--\nitem=1\nsecret_source=list\nsecret_name=b"},
	{SM("'resources':[{'ARN':'" KEY "'},{'ARN':'" FULL "'},{'ARN':'" OTHER "'}]"), 2, "item=0\nsecret_source=resource\nsecret_arn=" FULL "\ntrusted=1\n--\nitem=1\nsecret_source=resource\nid_given=\nsecret_arn=" OTHER "\ntrusted=1"},

	/* service events */
	{NOTICE("RotationStarted", "'requestID':'Rotation-" FULL "-" TOKEN "'," ADDED("'SecretId':'" FULL "'")), 1,
		"actor=secretsmanager.amazonaws.com\nactor_kind=service\ninvoked_by=secretsmanager.amazonaws.com\nuser_type=\nactor_account=123456789012\nsecret_source=service_event\nid_given=\nsecret_arn=" FULL "\ntoken=" TOKEN "\nsucceeded=1\ntrusted=1"},
	{NOTICE("RotationFailed", "'errorMessage':'Error when executing lambda " LAMBDA " during createSecret step','requestParameters':null,'requestID':'Rotation-" FULL "-" TOKEN "'," ADDED("'SecretId':'" FULL "'")), 1,
		"succeeded=0\nerror_code=\nerror_message=Error when executing lambda " LAMBDA " during createSecret step\ntoken=" TOKEN "\ntrusted=1\ndetail={'lambda_arn':'" LAMBDA "','failed_step':'createSecret'}"},
	{NOTICE("RotationSucceeded", "'requestID':'Rotation-" FULL "-terraform-20230710120759000000000001'," ADDED("'SecretId':'" FULL "','VersionId':'v'")), 1, "token=terraform-20230710120759000000000001\nversion_id=v"},
	{NOTICE("RotationSucceeded", "'requestID':'Rotation-" FULL "-terraform-20230710120759000000000001'"), 1, "secret_source=request_id\nsecret_arn=" FULL "\ntoken=terraform-20230710120759000000000001\ntrusted=1"},
	{NOTICE("RotationSucceeded", "'requestID':'Rotation-" ARN("a-secret-AbCdEf") "-" TOKEN "'"), 1, "secret_arn=" ARN("a-secret-AbCdEf") "\nsecret_name=a-secret\ntoken=" TOKEN},
	{NOTICE("RotationSucceeded", "'requestID':'Rotation-" FULL "-a token: of ~ any character, really'"), 1, "secret_arn=" FULL "\ntoken=a token: of ~ any character, really"},
	{NOTICE("RotationSucceeded", "'requestID':'Rotation-" FULL "-token1-abcdef-01234567890123456789012345678901'," ADDED("'SecretId':'" FULL "'")), 1, "token=token1-abcdef-01234567890123456789012345678901"},
	{NOTICE("RotationAbandoned", "'requestID':'" TOKEN "'," ADDED("'SecretId':'" FULL "'")), 1, "token=\nrequest_id=" TOKEN},
	{NOTICE("EndSecretVersionDelete", "'requestID':'SecretDeleteMessage:" FULL ":2023-07-10T12:07:59.000Z:Forced'," ADDED("'ARN':'" FULL "','Name':'prod/db'")), 1,
		"secret_source=service_event\nsecret_name=prod/db\ntrusted=1\ntoken=\ndetail={'forced':'true'}"},
	{NOTICE("ReplicationStarted", ADDED("'ARN':'" FULL "','ReplicaRegion':'eu-west-1'")), 1, "detail={'replica_region':'eu-west-1'}"},
	{NOTICE("ReplicationFailed", ADDED("'SecretId':'" FULL "','Region':'eu-west-1'")), 1, "succeeded=0\ntrusted=1\ndetail={'replica_region':'eu-west-1'}"},

	/* KMS */
	{KMS("'eventName':'Decrypt'," BY_SM CONTEXT ",'resources':[{'ARN':'" KEY "'}]"), 1,
		"item=0\nsecret_source=kms\nid_given=\nsecret_arn=" FULL "\nsecret_name=prod/db\nversion_id=v\nkey_arn=" KEY "\nactor=arn:aws:iam::123456789012:user/u\nactor_kind=user\ninvoked_by=secretsmanager.amazonaws.com\ntrusted=1\ndetail="},
	{KMS("'eventName':'Decrypt','errorCode':'AccessDenied'," BY_SM CONTEXT), 1, "secret_source=kms\nsecret_arn=" FULL "\ntrusted=0\nkey_arn=" KEY},
	/* A trial of a key shows neither the secret nor a version; a refusal may name a key. */
	{KMS("'eventName':'Decrypt'," BY_SM REQUEST("'encryptionContext':{'SecretARN':'" FULL "','SecretVersionId':'RequestToValidateKeyAccess'}")), 1, "secret_source=kms\nsecret_arn=" FULL "\nversion_id=\nsucceeded=1\ntrusted=0"},
	{SM("'eventName':'GetSecretValue'," REFUSED(KEY)), 1, "secret_source=\nid_given=\nsecret_name="},
	{KMS("'eventName':'GenerateDataKey','userIdentity':{'arn':'arn:aws:iam::1:user/u'}," CONTEXT), 1, "secret_source=kms\nsecret_arn=" FULL "\ntrusted=0"},
	{KMS("'eventName':'GenerateDataKey','userIdentity':{'invokedBy':'lambda.amazonaws.com'}," CONTEXT), 1, "trusted=0"},
	{KMS("'eventName':'Decrypt'," REQUEST("'encryptionContext':{'SecretARN':'" PARTIAL "'}")), 1, "secret_source=kms\nsecret_arn=\npartial_arn=" PARTIAL},
	{KMS("'eventName':'Decrypt'," REQUEST("'encryptionContext':{'SecretARN':'prod/db'}")), 0, ""},
	{KMS("'eventName':'Decrypt'," REQUEST("'encryptionContext':{'aws:ebs:id':'vol-1'}")), 0, ""},
	{KMS("'eventName':'DescribeKey'," BY_SM REQUEST("'keyId':'" KEY "'")), 1, "item=0\nsecret_source=\nkey_arn=" KEY},
	{KMS("'eventName':'DescribeKey'," REQUEST("'keyId':'" KEY "'")), 0, ""},
	{KMS("'eventName':'ScheduleKeyDeletion'," REQUEST("'keyId':'" KEY_ID "','pendingWindowInDays':7") "," RESPONSE("'keyId':'" KEY "','deletionDate':'Jul 10, 2023, 12:07:59 PM'")), 1,
		"secret_source=\nkey_arn=" KEY "\ndetail={'pending_window_in_days':'7','deletion_date':'Jul 10, 2023, 12:07:59 PM'}"},
	{KMS("'eventName':'DisableKey','resources':[{'ARN':'arn:aws:kms:us-east-1:123456789012:alias/a'},{'ARN':'" KEY "'}]"), 1, "key_arn=" KEY},
	{KMS("'eventName':'UpdateAlias'," REQUEST("'aliasName':'alias/a','targetKeyId':'" KEY_ID "'")), 1, "key_arn=" KEY "\ndetail={'alias_name':'alias/a','target_key_id':'" KEY_ID "'}"},
	{KMS("'eventName':'DeleteAlias'," REQUEST("'aliasName':'alias/a'")), 1, "key_arn=\ndetail={'alias_name':'alias/a'}"},
	{KMS("'eventName':'DisconnectCustomKeyStore'," REQUEST("'customKeyStoreId':'cks-1'")), 1, "key_arn=\nsecret_source="},

	/* other services */
	{EVENT("rds.amazonaws.com", ",'resources':[{'ARN':'" FULL "'},{'ARN':'" OTHER "'},{'ARN':'" FULL "'}]," REQUEST("'filters':'x'")), 2,
		"item=0\nsecret_source=resource\nsecret_arn=" FULL "\nid_given=\nversion_id=\ntrusted=0\ndetail=\n--\nitem=1\nsecret_arn=" OTHER "\ntrusted=0"},
	{EVENT("rds.amazonaws.com", ",'resources':[{'ARN':'" PARTIAL "'}]"), 0, ""},
	{EVENT("rds.amazonaws.com", ",'resources':[{'ARN':'" PARTIAL "'},{'ARN':'" FULL "'}]"), 1, "item=1\nsecret_arn=" FULL},
	{EVENT("sts.amazonaws.com", "," REFUSED(FULL)), 1, "secret_source=message_arn\nsecret_arn=" FULL "\ntrusted=0"},
	{EVENT("sts.amazonaws.com", "," REFUSED(PARTIAL)), 0, ""},
	{EVENT("s3.amazonaws.com", "," CONTEXT), 0, ""},
	{EVENT("s3.amazonaws.com", "," REQUEST("'secretId':'" FULL "'")), 0, ""},
	{EVENT("s3.amazonaws.com", ",'eventName':'DisableKey'"), 0, ""},
	{"{}", 0, ""},

	/* other partitions */
	{"{'eventSource':'secretsmanager.amazonaws.com.cn','awsRegion':'cn-north-1','recipientAccountId':'123456789012'," REQUEST("'secretId':'s'") "}", 1,
		"event_source=secretsmanager.amazonaws.com\npartial_arn=arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:s"},
	{"{'eventSource':'kms.amazonaws.com.cn','eventName':'Decrypt','userIdentity':{'invokedBy':'secretsmanager.amazonaws.com.cn'}," REQUEST("'encryptionContext':{'SecretARN':'arn:aws-cn:secretsmanager:cn-north-1:1:secret:s-AbCdEf'}") "}", 1,
		"event_source=kms.amazonaws.com\nsecret_account=1\nsecret_region=cn-north-1\ntrusted=1"},

	/* what else the columns hold */
	{SM("'eventID':'new','sharedEventID':'shared','requestID':'r','vpcEndpointId':'vpce-1','sessionCredentialFromConsole':'true','sourceIPAddress':'10.0.0.1','userAgent':'a','addendum':{'reason':'UPDATED_DATA','originalEventID':'old'}"), 1,
		"event_id=new\nshared_event_id=shared\nrequest_id=r\nvpc_endpoint_id=vpce-1\nfrom_console=1\nuser_agent=a\noriginal_event_id=old\nsource_ip=4"},
	{SM("'sourceIPAddress':'secretsmanager.amazonaws.com','errorCode':'','userIdentity':{'type':'AssumedRole','principalId':'AROAX:s','accessKeyId':'ASIAX','arn':'arn:aws:sts::2:assumed-role/R/s','sessionContext':{'sourceIdentity':'pat'},'onBehalfOf':{'userId':'94'}}"), 1,
		"source_ip=0\nerror_code=\nsucceeded=1\nactor=arn:aws:iam::2:role/R\nactor_kind=role\nuser_type=AssumedRole\nactor_account=2\nprincipal_id=AROAX\nsession_name=s\nsource_identity=pat\naccess_key_id=ASIAX\non_behalf_of=94\ninvoked_by="},

	/* oddities */
	{SM(REQUEST("'secretId':7,'kmsKeyId':{},'versionStage':[],'clientRequestToken':null,'resourcePolicy':null")), 1, "secret_source=\nid_given=\nkey_arn=\nversion_stage=\ntoken=\ndetail="},
	{SM("'requestParameters':'x','responseElements':[],'additionalEventData':null"), 1, "secret_source=\ndetail="},
	{SM(REQUEST("'secretId':'" KEY "'")), 1, "secret_source=\nid_given=" KEY "\nsecret_name="},
	{SM(REQUEST("'resourcePolicy':'a\\u0000b\\ud800','rotationRules':{'a':[1,-2.5e131071,true,null,'\\ud83d\\ude00']},'ROTATEIMMEDIATELY':1")), 1,
		"detail={'resource_policy':'a\\ufffdb\\ufffd','rotation_rules':{'a':['1','-2.5e131071','true',null,'\\ud83d\\ude00']},'rotate_immediately':'1'}"},
	{SM(REQUEST("'f\\u0069lters':[]")), 1, "detail={'filters':[]}"},
	{SM(REQUEST("'secretId':'a\\u0000b'")), 1, "secret_name=a\xef\xbf\xbd" "b"},
	{NOTICE("RotationFailed", "'errorMessage':'arn:aws:iam::1:role/r arn:aws:lambda:x\\'y during  during a\\'b step during finishSecret step'"), 1,
		"detail={'lambda_arn':'arn:aws:lambda:x','failed_step':'finishSecret'}"},
	{NOTICE("RotationFailed", "'errorMessage':'was not created by Lambda " LAMBDA ".'"), 1, "detail={'lambda_arn':'" LAMBDA "'}"},
	{NOTICE("RotationFailed", "'errorMessage':'" LAMBDA ":: no'"), 1, "detail={'lambda_arn':'" LAMBDA "'}"},
	{NOTICE("RotationFailed", "'errorMessage':'arn: during step'"), 1, "detail="},
	{SM("'eventName':'UpdateSecret'," REQUEST("'kmsKeyId':''")), 1, "key_arn=alias/aws/secretsmanager"},
	{SM("'eventName':'UpdateSecret'," REQUEST("'kmsKeyId':null")), 1, "key_arn="},
	{SM("'eventName':'CreateSecret'," REQUEST("'kmsKeyId':''")), 1, "key_arn="},
	{EVENT("secretsmanager.amazonaws.com", ""), 1, "event_name=\nsecret_source="},
	{"{'eventSource':'secretsmanager.amazonaws.com'," REQUEST("'secretId':'s'") "}", 1, "secret_name=s\npartial_arn=\nsecret_account=\nsecret_region="},
};

/* The facts of an event, as text: "column=value", one a line. */
typedef struct found
{
	buffer		text;
	int			facts;
	int			most;			/* the walk ends behind as many, unless it is 0 */
} found;

static void
put_integer(buffer *b, int value)
{
	char		text[32];

	snprintf(text, sizeof(text), "%d", value);
	puts_to(b, text);
}

static void
put_boolean(buffer *b, int value)
{
	put_integer(b, value);
}

static void
put_text(buffer *b, ct_slice value)
{
	put(b, value.ptr, value.len);
}

static void
put_jsonb(buffer *b, ct_slice value)
{
	put(b, value.ptr, value.len);
}

static void
put_inet(buffer *b, ct_address value)
{
	put_integer(b, (int) value.len);
}

static void
put_timestamptz(buffer *b, ct_instant value)
{
	if (value.known)
		put_integer(b, (int) (value.time / 1000000));
}

/* Writes a fact down. */
static bool
note_fact(void *arg, const ct_secret_fact *fact)
{
	found	   *f = arg;

	puts_to(&f->text, f->facts++ > 0 ? "--\n" : "\n");
#define CT_FACT(name, type, comment) \
	puts_to(&f->text, #name "="); \
	put_##type(&f->text, fact->name); \
	puts_to(&f->text, "\n");
#include "core/secret/factlist.h"
#undef CT_FACT
	return f->facts != f->most;
}

/* Finds the facts of a scanned event. */
static found
facts_of(sample *s, int most)
{
	found		f = {.most = most};

	puts_to(&f.text, "");
	ct_each_secret_fact(&s->rec, fresh(s), note_fact, &f);
	return f;
}

/* Writes ' as ", as in the events. */
static char *
unquote(const char *quoted)
{
	char	   *plain = strdup(quoted);

	for (char *p = plain; *p; p++)
	{
		if (*p == '\'')
			*p = '"';
	}
	return plain;
}

/* Tells whether a fact's text has all the lines that are expected of it; moves both behind the fact. */
static bool
has_lines(const char **text, char **lines)
{
	const char *end = strstr(*text, "\n--\n");
	size_t		len = end != NULL ? (size_t) (end - *text) + 1 : strlen(*text);
	bool		all = true;

	while (**lines != '\0')
	{
		char	   *stop = *lines + strcspn(*lines, "\n");
		buffer		line = {0};
		bool		is_end = strncmp(*lines, "--\n", 3) == 0;

		puts_to(&line, "\n");
		put(&line, *lines, stop - *lines);
		puts_to(&line, "\n");
		*lines = *stop == '\0' ? stop : stop + 1;
		if (!is_end && memmem(*text, len, line.ptr, line.len) == NULL)
		{
			printf("# not found: %s", line.ptr + 1);
			all = false;
		}
		free(line.ptr);
		if (is_end)
			break;
	}
	*text += len + (end != NULL ? strlen("--") : 0);
	return all;
}

/* Tries one event of the table. */
static void
try_case(size_t i)
{
	sample		s = quoted_sample(cases[i].json);
	found		f = facts_of(&s, 0);
	char	   *columns = unquote(cases[i].columns);
	char	   *lines = columns;
	const char *text = f.text.ptr;
	bool		as_expected = s.valid && f.facts == cases[i].facts;

	for (int fact = 0; fact < cases[i].facts && as_expected; fact++)
		as_expected = has_lines(&text, &lines);
	if (!ok(as_expected && *lines == '\0', "facts of %s", cases[i].json))
		printf("# %d facts\n# %s\n", f.facts, f.text.ptr);
	ok(ct_has_secret_facts(&s.rec, fresh(&s)) == (f.facts > 0), "and whether it has some");
	free(columns);
	free(f.text.ptr);
	drop_sample(&s);
}

/* Adds a letter a number of times. */
static void
put_letters(buffer *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		puts_to(b, "x");
}

/* Tries a name of a length, alone or in an ARN. */
static void
try_length(const char *before, size_t len, const char *after, bool taken)
{
	buffer		b = {0};
	sample		s;
	found		f;

	puts_to(&b, "{'eventSource':'secretsmanager.amazonaws.com','requestParameters':{'secretId':'");
	puts_to(&b, before);
	put_letters(&b, len);
	puts_to(&b, after);
	puts_to(&b, "'}}");
	s = quoted_sample(b.ptr);
	f = facts_of(&s, 0);
	ok(f.facts == 1 && (strstr(f.text.ptr, "\nsecret_name=\n") == NULL) == taken && strstr(f.text.ptr, "\nid_given=\n") == NULL,
	   "a name of %zu letters between \"%s\" and \"%s\" is %s", len, before, after, taken ? "taken" : "none");
	ok(f.text.len < 5000, "what was given is cut");
	free(f.text.ptr);
	free(b.ptr);
	drop_sample(&s);
}

/* What is given is cut between characters. */
static void
try_cut(void)
{
	buffer		b = {0};
	sample		s;
	found		f;
	buffer		line = {0};

	puts_to(&b, "{'eventSource':'secretsmanager.amazonaws.com','requestParameters':{'secretId':'");
	put_letters(&b, 2046);
	puts_to(&b, "\xe2\x82\xac'}}");
	s = quoted_sample(b.ptr);
	f = facts_of(&s, 0);
	puts_to(&line, "\nid_given=");
	put_letters(&line, 2046);
	puts_to(&line, "\n");
	ok(s.valid && strstr(f.text.ptr, line.ptr) != NULL, "a text is cut between two characters");
	free(line.ptr);
	free(f.text.ptr);
	free(b.ptr);
	drop_sample(&s);
}

/* Lists and nesting are bounded. */
static void
try_bounds(void)
{
	buffer		b = {0};
	sample		s;
	found		f;
	char		name[32];

	puts_to(&b, "{'eventSource':'secretsmanager.amazonaws.com','requestParameters':{'filters':");
	for (int i = 0; i < CT_FACT_DETAIL_DEPTH + 1; i++)
		puts_to(&b, "[");
	for (int i = 0; i < CT_FACT_DETAIL_DEPTH + 1; i++)
		puts_to(&b, "]");
	puts_to(&b, ",'rotationRules':{'a':'b'},'secretIdList':['0'");
	for (int i = 1; i < 3000; i++)
	{
		snprintf(name, sizeof(name), ",'%d'", i);
		puts_to(&b, name);
	}
	puts_to(&b, "]}}");
	s = quoted_sample(b.ptr);
	f = facts_of(&s, 0);
	ok(f.facts == CT_FACT_ITEMS_MAX, "an event has %d facts at most", f.facts);
	ok(strstr(f.text.ptr, "\ndetail={\"rotation_rules\":{\"a\":\"b\"}}\n") != NULL, "what nests too deep is left out");
	free(f.text.ptr);
	f = facts_of(&s, 2);
	ok(f.facts == 2, "a visitor ends the walk");
	free(f.text.ptr);
	drop_sample(&s);
	free(b.ptr);
}

/* Whatever an event holds, its facts are those of its stored header, too. */
static void
try_random(uint64_t seed, void (*put_event) (rng *r, buffer *b), const char *what)
{
	rng			r = {seed};
	int			with_facts = 0;
	bool		agree = true;

	for (int i = 0; i < 20000; i++)
	{
		buffer		b = {0};
		sample		s;
		found		f;
		uint8_t		header[CT_STORED_HEADER_MAX];
		ct_stored	stored;
		ct_error	err;
		size_t		len;

		put_event(&r, &b);
		s = take_sample(b.ptr, b.len);
		if (s.valid)
		{
			f = facts_of(&s, 0);
			with_facts += f.facts > 0;
			len = ct_stored_header(&s.rec, CT_CODEC_PLAIN, fresh(&s), header);
			if (!ct_stored_open((char *) header, len, &stored, &err) ||
				(f.facts > 0) != ct_has_secret_facts(&s.rec, fresh(&s)) ||
				(f.facts > 0 ? !ct_may_have_secret_facts(&s.rec) || ct_stored_secret_facts(&stored) == CT_FACTS_NONE :
				 ct_stored_secret_facts(&stored) == CT_FACTS_SOME))
			{
				printf("# %s\n", b.ptr);
				agree = false;
			}
			free(f.text.ptr);
		}
		drop_sample(&s);
		free(b.ptr);
	}
	ok(agree && with_facts > 1000, "%s: %d of 20000 have facts, as record and header tell", what, with_facts);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		try_case(i);
	try_length("", CT_SECRET_NAME_MAX, "", true);
	try_length("", CT_SECRET_NAME_MAX + 1, "", false);
	try_length("", 10000, "", false);
	try_length(ARN(""), CT_SECRET_NAME_MAX, "-AbCdEf", true);
	try_length(ARN(""), CT_SECRET_NAME_MAX + 1, "-AbCdEf", false);
	try_length(ARN(""), 3000, "-AbCdEf", false);
	try_cut();
	try_bounds();
	try_random(1, put_random_event, "random events");
	try_random(2, put_random_secret_event, "random events that name secrets");
	return done_testing();
}
