/*
 * shapes_operations.c: shapes of the services that run, watch and bill an account.
 */
#include "shapes.h"

#define OPERATORS	(BY_HUMAN | BY_PIPELINE)
#define READERS		(BY_HUMAN | BY_PIPELINE | BY_LINKED)
#define LOG_GROUP_ARN "arn:aws:logs:<region>:<account>:log-group:<loggroup>"
#define PARAMETER_RESOURCE "[{'accountId':'<account>','ARN':'arn:aws:ssm:<region>:<account>:parameter<param>'}]"
#define STACK_ARN	"arn:aws:cloudformation:<region>:<account>:stack/<stack>/<uuid>"
#define SSM_AGENT	"aws-sdk-go/1.51.15 (go1.22.5; linux; amd64) amazon-ssm-agent/"
#define THROTTLED FAILS(8, "ThrottlingException", "Rate exceeded")

static const shape rows[] = {
	{LOGS, "CreateLogStream", 2600, 0, BY(LAMBDA) | BY(ECS) | BY_SERVICE,
		.request = "{'logGroupName':'<loggroup>','logStreamName':'<day>/[$LATEST]<hex:32>'}",
		.invoker = "lambda.amazonaws.com",
		.subject = LOG_GROUP_ARN ":log-stream:<hex:32>",
		.denied = 5, .failure = {FAILS(40, "ResourceAlreadyExistsException",
			"The specified log stream already exists")}},
	{LOGS, "DescribeLogStreams", 600, READ, OPERATORS | BY(EC2),
		.request = "{'logGroupName':'<loggroup>','orderBy':'LastEventTime','descending':true,'limit':50}"},
	{LOGS, "DescribeLogGroups", 700, READ, READERS,
		.request = "{'logGroupNamePrefix':'<loggroup>'}",
		.failure = {THROTTLED}},
	{LOGS, "FilterLogEvents", 300, READ, BY_HUMAN | BY(LAMBDA),
		.request = "{'logGroupName':'<loggroup>','startTime':<epochms:-3600>,'endTime':<epochms>,'limit':10000}",
		.subject = LOG_GROUP_ARN ":log-stream:",
		.denied = 15},
	{LOGS, "StartQuery", 120, READ, BY_HUMAN,
		.request = "{'logGroupNames':['<loggroup>'],'startTime':<epoch:-86400>,'endTime':<epoch>,"
			"'queryString':'HIDDEN_DUE_TO_SECURITY_REASONS','limit':1000}",
		.response = "{'queryId':'<uuid>'}"},
	{LOGS, "CreateLogGroup", 160, 0, BY_PIPELINE | BY(LAMBDA),
		.request = "{'logGroupName':'<loggroup>'<maybe:30>,'tags':{'team':'<payments|search>'}<end>}",
		.failure = {FAILS(500, "ResourceAlreadyExistsException", "The specified log group already exists")}},
	{LOGS, "DeleteLogGroup", 4, 0, BY_HUMAN | BY_PIPELINE, .request = "{'logGroupName':'<loggroup>'}"},

	{SSM, "UpdateInstanceInformation", 2400, 0, BY(EC2),
		.request = "{'instanceId':'<p.label>','agentVersion':'3.3.<337.0|484.0|859.0>','agentStatus':'Active',"
			"'platformType':'Linux','platformName':'Amazon Linux','platformVersion':'<2|2023>',"
			"'iPAddress':'10.0.<int:0:60>.<int:4:250>',"
			"'computerName':'ip-10-0-<int:0:60>-<int:4:250>.ec2.internal','agentName':'amazon-ssm-agent',"
			"'availabilityZone':'<zone>','availabilityZoneId':'use1-az<int:1:6>',"
			"'sSMConnectionChannel':'ssmmessages'}",
		.agent = SSM_AGENT},
	{SSM, "GetParameter", 1800, READ, BY_WORKLOAD | BY_PIPELINE,
		.request = "{'name':'<param>','withDecryption':<true|false>}",
		.resources = PARAMETER_RESOURCE,
		.subject = "arn:aws:ssm:<region>:<account>:parameter<param>",
		.denied = 12, .failure = {FAILS(25, "ParameterNotFound", NULL), FAILS(8, "ThrottlingException",
			"Rate exceeded")}},
	{SSM, "GetParametersByPath", 900, READ, BY_WORKLOAD,
		.request = "{'path':'/<prod|staging>/<payments|search|ledger>','recursive':true,'withDecryption':true,"
			"'maxResults':10}", .failure = {THROTTLED}},
	{SSM, "PutParameter", 40, 0, OPERATORS,
		.request = "{'name':'<param>','value':'HIDDEN_DUE_TO_SECURITY_REASONS','type':'<String|SecureString>',"
			"'overwrite':true,'tier':'Standard'}",
		.response = "{'version':<int:1:80>,'tier':'Standard'}", .resources = PARAMETER_RESOURCE, .denied = 20},
	{SSM, "DescribeInstanceInformation", 300, READ, READERS,
		.request = "{'maxResults':50,'filters':[{'key':'PingStatus','values':['Online']}]}"},
	{SSM, "ListInstanceAssociations", 700, READ, BY(EC2),
		.request = "{'instanceId':'<p.label>','maxResults':20}",
		.agent = SSM_AGENT},
	{SSM, "PutInventory", 160, 0, BY(EC2),
		.request = "{'instanceId':'<p.label>','items':[{'typeName':'AWS:Application','schemaVersion':'1.1',"
			"'captureTime':'<time>','contentHash':'<base64:22>=='},{'typeName':'AWS:Network',"
			"'schemaVersion':'1.0','captureTime':'<time>','contentHash':'<base64:22>=='}]}",
		.agent = SSM_AGENT},
	{SSM, "StartSession", 20, HOLDOUT, BY_HUMAN,
		.request = "{'target':'<instance>','documentName':'<SSM-SessionManagerRunShell|"
			"AWS-StartPortForwardingSession>'}",
		.response = "{'sessionId':'<p.session>-0<hex:16#1>','tokenValue':'Value hidden "
			"due to security reasons.',"
			"'streamUrl':'wss://ssmmessages.<region>.amazonaws.com/v1/data-channel/<#1>"
			"?role=publish_subscribe'}",
		.subject = "arn:aws:ec2:<region>:<account>:instance/<instance>",
		.denied = 60, .failure = {FAILS(60, "TargetNotConnected", "<instance> is not connected.")}},

	{CLOUDFORMATION, "DescribeStacks", 700, READ, READERS,
		.request = "{'stackName':'<stack>'}",
		.denied = 6, .failure = {FAILS(60, "ValidationException", "Stack with id <stack>-old does not exist")}},
	{CLOUDFORMATION, "DescribeStackEvents", 400, READ, BY_PIPELINE,
		.request = "{'stackName':'" STACK_ARN "'}",
		.failure = {THROTTLED}},
	{CLOUDFORMATION, "CreateChangeSet", 30, 0, BY_PIPELINE,
		.request = "{'stackName':'<stack>','changeSetName':'<keep:1>release-<hex:8><end>',"
			"'changeSetType':'UPDATE','templateURL':'https://s3.amazonaws.com/<bucket>/<hex:32>.template',"
			"'capabilities':['CAPABILITY_NAMED_IAM'],'parameters':[{'parameterKey':'ImageTag',"
			"'parameterValue':'****'}],'clientToken':'<uuid>','includeNestedStacks':false}",
		.response = "{'id':'arn:aws:cloudformation:<region>:<account>:changeSet/<#1>/<uuid>','stackId':'"
			 STACK_ARN "'}"},
	{CLOUDFORMATION, "ExecuteChangeSet", 25, 0, BY_PIPELINE,
		.request = "{'stackName':'<stack>','changeSetName':'release-<hex:8>','clientRequestToken':'<uuid>'}"},
	{CLOUDFORMATION, "DeleteStack", 4, 0, OPERATORS, .request = "{'stackName':'<stack>'}", .denied = 40},

	{CLOUDTRAIL, "DescribeTrails", 300, READ, READERS,
		.request = "{'trailNameList':[],'includeShadowTrails':true}"},
	{CLOUDTRAIL, "GetTrailStatus", 260, READ, READERS,
		.request = "{'name':'arn:aws:cloudtrail:<region>:<account>:trail/<trail>'}",
		.failure = {FAILS(12, "TrailNotFoundException",
			"Unknown trail: arn:aws:cloudtrail:<region>:<account>:trail/old-trail for the user: <account>")}},
	{CLOUDTRAIL, "LookupEvents", 300, READ, BY_HUMAN | BY(LAMBDA),
		.request = "{'startTime':'<date:-86400>','endTime':'<date>','maxResults':50<maybe:50>,"
			"'lookupAttributes':[{'attributeKey':'EventName','attributeValue':'<GetSecretValue|ConsoleLogin|"
			"DeleteBucket>'}]<end>}", .failure = {FAILS(40, "ThrottlingException", "Rate exceeded")}},
	{CLOUDTRAIL, "StopLogging", 2, 0, BY_HUMAN,
		.request = "{'name':'<trail>'}",
		.denied = 400, .subject = "arn:aws:cloudtrail:<region>:<account>:trail/<trail>"},
	{CLOUDTRAIL, "UpdateTrail", 3, 0, OPERATORS,
		.request = "{'name':'<trail>','isMultiRegionTrail':<true|false>,'enableLogFileValidation':true}",
		.response = "{'name':'<trail>','s3BucketName':'<bucket>','includeGlobalServiceEvents':true,"
			"'isMultiRegionTrail':true,'trailARN':'arn:aws:cloudtrail:<region>:<account>:trail/<trail>',"
			"'logFileValidationEnabled':true,'isOrganizationTrail':false}"},
	{CLOUDTRAIL, "PutEventSelectors", 3, HOLDOUT, OPERATORS,
		.request = "{'trailName':'<trail>','advancedEventSelectors':[{'name':'all secrets',"
			"'fieldSelectors':[{'field':'eventCategory','equals':['NetworkActivity']},{'field':'eventSource',"
			"'equals':['secretsmanager.amazonaws.com']}]}]}",
		.response = "{'trailARN':'arn:aws:cloudtrail:<region>:<account>:trail/<trail>',"
			"'advancedEventSelectors':[{'name':'all secrets','fieldSelectors':[{'field':'eventCategory',"
			"'equals':['NetworkActivity']},{'field':'eventSource',"
			"'equals':['secretsmanager.amazonaws.com']}]}]}"},

	{CONFIG, "PutEvaluations", 900, 0, BY(LAMBDA) | BY_LINKED,
		.request = "{'evaluations':[{'complianceResourceType':'AWS::<S3::Bucket|EC2::Instance|IAM::Role>',"
			"'complianceResourceId':'<instance>','complianceType':'<COMPLIANT|NON_COMPLIANT>',"
			"'orderingTimestamp':'<date>'}],'resultToken':'<base64:200>==','testMode':false}",
		.response = "{'failedEvaluations':[]}"},
	{CONFIG, "DescribeConfigRules", 260, READ, READERS,
		.request = "<null|{'configRuleNames':['required-tags','s3-bucket-public-read-prohibited']}>"},
	{CONFIG, "DescribeConfigurationRecorderStatus", 200, READ, .by = READERS},
	{CONFIG, "StopConfigurationRecorder", 1, 0, BY_HUMAN, .request = "{'configurationRecorderName':'default'}"},

	{MONITORING, "DescribeAlarms", 700, READ, READERS,
		.request = "<{'maxRecords':100}|{'alarmNamePrefix':'payments-','maxRecords':100}>"},
	{MONITORING, "PutMetricAlarm", 60, 0, BY_PIPELINE | BY_LINKED,
		.request = "{'alarmName':'<alarm>','actionsEnabled':true,'okActions':[],"
			"'alarmActions':['arn:aws:sns:<region>:<account>:<topic>'],'insufficientDataActions':[],"
			"'metricName':'<Errors|Latency|CPUUtilization>','namespace':'AWS/<Lambda|ApplicationELB|RDS>',"
			"'statistic':'Sum','dimensions':[{'name':'FunctionName','value':'<function>'}],'period':60,"
			"'evaluationPeriods':<1|3|5>,'threshold':<1.0|5.0|80.0>,"
			"'comparisonOperator':'GreaterThanThreshold','treatMissingData':'notBreaching'}"},
	{EVENTS, "PutTargets", 30, 0, BY_PIPELINE,
		.request = "{'rule':'<rule>','targets':[{'id':'<Target0|lambda>',"
			"'arn':'arn:aws:lambda:<region>:<account>:function:<function>'}]}",
		.response = "{'failedEntryCount':0,'failedEntries':[]}"},
	{EVENTS, "ListTargetsByRule", 200, READ, READERS, .request = "{'rule':'<rule>'}"},
	{EVENTS, "PutEvents", 500, DATA, BY_WORKLOAD,
		.request = "{'entries':[{'source':'<com.example.orders|com.example.users>','detailType':'<OrderPlaced|"
			"UserUpdated>','detail':'HIDDEN_DUE_TO_SECURITY_REASONS','eventBusName':'<default|"
			"domain-events>'}]}",
		.response = "{'failedEntryCount':0,'entries':[{'eventId':'<uuid>'}]}"},

	{HEALTH, "DescribeEventAggregates", 400, READ, BY_CONSOLE,
		.request = "{'aggregateField':'eventTypeCategory','filter':{'eventStatusCodes':['open','upcoming'],"
			"'startTimes':[{'from':'<date:-604800>'}]}}",
		.agent = "AWS Internal"},
	{TAGGING, "GetResources", 400, READ, READERS,
		.request = "{'resourcesPerPage':100,'resourceTypeFilters':['<secretsmanager:secret|ec2:instance|s3|"
			"rds:db>']<maybe:40>,'tagFilters':[{'key':'team','values':['<payments|search>']}]<end>}",
		.failure = {THROTTLED}},
	{SERVICEQUOTAS, "ListServiceQuotas", 60, READ, BY_LINKED | BY_HUMAN,
		.request = "{'serviceCode':'<ec2|lambda|vpc>','maxResults':100}"},
	{SERVICEQUOTAS, "RequestServiceQuotaIncrease", 2, HOLDOUT, BY_HUMAN,
		.request = "{'serviceCode':'lambda','quotaCode':'L-<hex:8>','desiredValue':<2000.0|5000.0>}",
		.response = "{'requestedQuota':{'id':'<hex:32>','serviceCode':'lambda','quotaCode':'L-<hex:8>',"
			"'desiredValue':2000.0,'status':'PENDING','created':'<date>',"
			"'requester':'{\\'accountId\\':\\'<account>\\',\\'callerArn\\':\\'<arn>\\'}','globalQuota':false,"
			"'unit':'None'}}"},
	{SUPPORT, "DescribeTrustedAdvisorCheckSummaries", 60, READ, BY_LINKED | BY_HUMAN,
		.request = "{'checkIds':['<alnum:10>','<alnum:10>','<alnum:10>']}",
		.failure = {FAILS(200, "SubscriptionRequiredException",
			"Amazon Web Services Premium Support Subscription is required to use this service.")}},
	{SUPPORT, "CreateCase", 2, 0, BY_HUMAN, .response = "{'caseId':'case-<account>-muen-2024-<hex:16>'}"},
};

const shape_table shapes_operations = SHAPE_TABLE(rows);
