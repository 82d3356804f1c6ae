/*
 * shapes_rare.c: shapes that are no call at all: CloudTrail Insights and what
 * CloudTrail writes about itself.
 */
#include "shapes.h"

#define ABOUT(service, name) "'eventSource':'" service ".amazonaws.com','eventName':'" name "'"
#define INSIGHT_ABOUT \
	"<" ABOUT("ssm", "UpdateInstanceInformation") "|" ABOUT("ec2", "DescribeInstances") "|" \
	ABOUT("secretsmanager", "GetSecretValue") "|" ABOUT("iam", "GetRole") ">"
#define ATTRIBUTED_TO(value) \
	"'insight':[{'value':'" value "','average':<int:2:60>.<int:1:9>}],'baseline':[{'value':'" value \
	"','average':0.0<digits:8>}]"
#define ROLE		"arn:aws:sts::<account>:assumed-role/<role>"
#define STATISTICS	"'baseline':{'average':0.0<digits:8>},'insight':{'average':<int:2:90>.<int:1:9>}"
#define ATTRIBUTIONS \
	"'attributions':[{'attribute':'userIdentityArn'," ATTRIBUTED_TO(ROLE) "},{'attribute':'userAgent'," \
	 ATTRIBUTED_TO("lambda.amazonaws.com") "},{'attribute':'errorCode'," ATTRIBUTED_TO("null") "}]"

/*
 * An Insights event comes as a pair.  Both draw the same random numbers, so
 * both must have the same blanks, in the same order.
 */
#define INSIGHT_START(type, more) \
	"{'state':'Start'," INSIGHT_ABOUT ",'insightType':'" type "'" more ",'insightContext':{'statistics':{" \
	 STATISTICS ",'insightDuration':<int:1:1>,'baselineDuration':<int:9000:10079>}," ATTRIBUTIONS "}}"
#define INSIGHT_END(type, more) \
	"{'state':'End'," INSIGHT_ABOUT ",'insightType':'" type "'" more ",'insightContext':{'statistics':{" \
	 STATISTICS ",'insightDuration':<int:2:40>,'baselineDuration':<int:9000:10079>}," ATTRIBUTIONS "}}"

static const shape rows[] = {
	{CLOUDTRAIL, "CallRateInsight", 3, INSIGHT, 0,
		.request = INSIGHT_START("ApiCallRateInsight", ""),
		.response = INSIGHT_END("ApiCallRateInsight", ""),
		.minor = 7},
	{CLOUDTRAIL, "ErrorRateInsight", 2, INSIGHT, 0,
		.request = INSIGHT_START("ApiErrorRateInsight", ",'errorCode':'AccessDenied'"),
		.response = INSIGHT_END("ApiErrorRateInsight", ",'errorCode':'AccessDenied'"),
		.minor = 8},
	{CLOUDTRAIL, "CreateServiceLinkedChannel", 3, SERVICE_EVENT, 0,
		.resources = "[{'accountId':'<account>','type':'AWS::CloudTrail::Channel',"
			"'ARN':'arn:aws:cloudtrail:<region>:<account>:channel/<uuid>'}]",
		.invoker = "AWS Internal"},
	{SIGNIN, "RenewRole", 4, SIGN_IN | NO_REQUEST_ID, BY(CONSOLE), .response = "{'RenewRole':'Success'}",
		.additional = "{'SwitchFrom':'<p.arn>',"
			"'RedirectTo':'https://<region>.console.aws.amazon.com/secretsmanager/listsecrets?region=<region>'}"},
	{SECURITYHUB, "GetControlFindingSummary", 12, CONSOLE_ACTION | READ, BY_CONSOLE,
		.request = "{'standardsArn':'arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0'}"},
	{HEALTH, "DescribeEventsConsole", 12, CONSOLE_ACTION | READ | NO_REQUEST_ID, BY_CONSOLE,
		.agent = "AWS Internal"},
};

const shape_table shapes_rare = SHAPE_TABLE(rows);
