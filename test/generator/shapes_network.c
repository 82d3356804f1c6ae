/*
 * shapes_network.c: shapes of Route 53, CloudFront, API Gateway, ACM, WAF, and
 * of CloudTrail's network activity events.
 */
#include "shapes.h"

#define OPERATORS	(BY_HUMAN | BY_PIPELINE)
#define READERS		(BY_HUMAN | BY_PIPELINE | BY_LINKED)
#define CERT_ARN	"arn:aws:acm:<region>:<account>:certificate/<cert>"

static const shape rows[] = {
	{ROUTE53, "ListHostedZones", 160, READ, READERS, .request = "<null|{'maxItems':'100'}>"},
	{ROUTE53, "ListResourceRecordSets", 400, READ, READERS | BY(EKS),
		.request = "{'hostedZoneId':'<hostedzone>','maxItems':'300'}",
		.failure = {FAILS(20, "ThrottlingException", "Rate exceeded")}},
	{ROUTE53, "GetHostedZone", 200, READ, READERS,
		.request = "{'id':'<hostedzone>'}", .failure = {FAILS(20, "NoSuchHostedZone",
			"No hosted zone found with ID: Z0<upper:18>")}},
	{ROUTE53, "GetChange", 160, READ, BY_PIPELINE | BY(EKS), .request = "{'id':'C0<upper:19>'}"},
	{ROUTE53, "ChangeResourceRecordSets", 60, 0, OPERATORS | BY(EKS),
		.request = "{'hostedZoneId':'<hostedzone>','changeBatch':{'changes':[{'action':'<UPSERT|CREATE|DELETE>',"
			"'resourceRecordSet':{'name':'<api|www|app|_acme-challenge>.<domain>','type':'<A|CNAME|TXT>',"
			"'tTL':<60|300>,'resourceRecords':[{'value':'203.0.113.<int:1:254>'}]}}]<maybe:30>,"
			"'comment':'Managed by Terraform'<end>}}",
		.response = "{'changeInfo':{'id':'/change/C0<upper:19>','status':'PENDING','submittedAt':'<date>'}}",
		.denied = 20,
		.failure = {FAILS(30, "InvalidChangeBatch",
			"[Tried to create resource record set [name=`www.example.com.`, type=`A`] but it already exists]"
			)}},
	{ROUTE53, "CreateHostedZone", 2, HOLDOUT, BY_PIPELINE,
		.request = "{'name':'<domain>','callerReference':'terraform-<digits:19>',"
			"'hostedZoneConfig':{'comment':'Managed by Terraform','privateZone':false}}",
		.response = "{'hostedZone':{'id':'/hostedzone/Z0<upper:18>','name':'<domain>.',"
			"'callerReference':'terraform-<digits:19>','config':{'comment':'Managed by Terraform',"
			"'privateZone':false},'resourceRecordSetCount':2},'changeInfo':{'id':'/change/C0<upper:19>',"
			"'status':'PENDING','submittedAt':'<date>'},"
			"'delegationSet':{'nameServers':['ns-<int:1:500>.awsdns-<int:10:60>.com',"
			"'ns-<int:600:1000>.awsdns-<int:10:60>.net']},"
			"'location':'https://route53.amazonaws.com/2013-04-01/hostedzone/Z0<upper:18>'}"},

	{CLOUDFRONT, "ListDistributions", 90, READ, READERS, .request = "<null|{'maxItems':'100'}>"},
	{CLOUDFRONT, "GetDistributionConfig", 60, READ, READERS, .request = "{'id':'<dist>'}"},
	{CLOUDFRONT, "CreateInvalidation", 60, 0, BY_PIPELINE,
		.request = "{'distributionId':'<dist>','invalidationBatch':{'callerReference':'<epochms>',"
			"'paths':{'quantity':1,'items':['/*']}}}",
		.response = "{'invalidation':{'invalidationBatch':{'callerReference':'<epochms>','paths':{'quantity':1,"
			"'items':['/*']}},'status':'InProgress','createTime':'<date>','id':'I<upper:25>'},"
			"'location':'https://cloudfront.amazonaws.com/2020-05-31/distribution/<dist>"
			"/invalidation/I<upper:25>'}"},

	{APIGATEWAY, "GetRestApis", 120, READ, READERS, .request = "<null|{'limit':500}>"},
	{APIGATEWAY, "GetStages", 100, READ, READERS, .request = "{'restApiId':'<api>','template':false}"},
	{APIGATEWAY, "CreateDeployment", 12, 0, BY_PIPELINE,
		.request = "{'restApiId':'<api>','createDeploymentInput':{'stageName':'<v1|prod|live>',"
			"'description':'<deploy|release> <hex:7>','tracingEnabled':true},'template':false}",
		.response = "{'id':'<lower:6>','createdDate':'<date>','deploymentUpdate':{'restApiId':'<api>',"
			"'deploymentId':'<lower:6>','template':false},'deploymentDelete':{'restApiId':'<api>',"
			"'deploymentId':'<lower:6>','template':false}}"},

	{ACM, "DescribeCertificate", 260, READ, READERS | BY(EKS),
		.request = "{'certificateArn':'" CERT_ARN "'}",
		.subject = CERT_ARN, .denied = 8},
	{ACM, "ListCertificates", 160, READ, READERS, .request = "{'maxItems':1000}"},
	{ACM, "RequestCertificate", 4, 0, BY_PIPELINE,
		.request = "{'domainName':'<domain>','validationMethod':'DNS','subjectAlternativeNames':['*.<domain>'],"
			"'options':{'certificateTransparencyLoggingPreference':'ENABLED'},'keyAlgorithm':'RSA_2048'}",
		.response = "{'certificateArn':'arn:aws:acm:<region>:<account>:certificate/<uuid>'}"},

	{WAF, "GetWebACL", 200, READ, READERS,
		.request = "{'name':'<payments|search>-acl','scope':'<REGIONAL|CLOUDFRONT>','id':'<uuid>'}",
		.failure = {FAILS(40, "WAFNonexistentItemException",
			"AWS WAF couldn’t perform the operation because your resource doesn’t exist.")}},
	{WAF, "ListWebACLs", 120, READ, READERS, .request = "{'scope':'REGIONAL','limit':100}"},
	{WAF, "UpdateIPSet", 40, 0, BY(LAMBDA),
		.request = "{'name':'<blocked|office>-addresses','scope':'REGIONAL','id':'<uuid>','description':'',"
			"'addresses':['198.51.100.<int:1:254>/32','203.0.113.<int:1:254>/32','2001:db8::/48'],"
			"'lockToken':'<uuid>'}", .response = "{'nextLockToken':'<uuid>'}",
		.failure = {FAILS(30, "WAFOptimisticLockException", "AWS WAF couldn’t save your changes because "
			"someone changed the resource after you started to edit it. Reapply your changes.")}},

	/* A network activity event tells of the call, not of what was asked. */
	{KMS, "Decrypt", 30, NETWORK | SHARED, BY_WORKLOAD, .subject = "*", .minor = 9},
	{EC2, "DescribeInstances", 12, NETWORK | SHARED, BY_WORKLOAD, .minor = 9,
		.failure = {FAILS(500, "VpceAccessDenied", "The request was denied due to a VPC endpoint policy")}},
	{SECRETSMANAGER, "GetSecretValue", 25, NETWORK | SHARED, BY_WORKLOAD, .minor = 9,
		.failure = {FAILS(400, "VpceAccessDenied", "The request was denied due to a VPC endpoint policy")}},
	{S3, "GetObject", 20, NETWORK | SHARED, BY_WORKLOAD, .minor = 11,
		.failure = {FAILS(300, "VpceAccessDenied", "The request was denied due to a VPC endpoint policy")}},
};

const shape_table shapes_network = SHAPE_TABLE(rows);
