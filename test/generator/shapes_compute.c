/*
 * shapes_compute.c: shapes of EC2, Auto Scaling, Elastic Load Balancing and Lambda.
 */
#include "shapes.h"

#define FILTER(name, value) "{'items':[{'name':'" name "','valueSet':{'items':[{'value':'" value "'}]}}]}"
#define OPERATORS	(BY_HUMAN | BY_PIPELINE | BY_LINKED)
#define FUNCTION_ARN "arn:aws:lambda:<region>:<account>:function:<function>"
#define INSTANCE_ARN "arn:aws:ec2:<region>:<account>:instance/<instance>"
#define STATE_CHANGE(code, name, old_code, old_name) \
	"{'requestId':'<requestid>','instancesSet':{'items':[{'instanceId':'<instance>'," \
	"'currentState':{'code':" code ",'name':'" name "'},'previousState':{'code':" old_code ",'name':'" old_name \
	"'}}]}}"

static const shape rows[] = {
	{EC2, "DescribeInstances", 3600, READ, OPERATORS | BY(EC2) | BY(EKS),
		.request = "{'maxResults':<100|1000>,'instancesSet':{},'filterSet':" FILTER(
			"<instance-state-name|tag:Name|vpc-id>", "<running|web|worker>") "}",
		.denied = 12, .failure = {FAILS(8, "Client.RequestLimitExceeded", "Request limit exceeded.")}},
	{EC2, "DescribeInstances", 900, READ, OPERATORS | BY(EC2),
		.request = "{'instancesSet':{'items':[{'instanceId':'<instance>'}]},'filterSet':{}}",
		.failure = {FAILS(25, "Client.InvalidInstanceID.NotFound",
			"The instance ID `i-0<hex:16>` does not exist")}},
	{EC2, "DescribeInstanceStatus", 900, READ, OPERATORS,
		.request = "{'instancesSet':{},'filterSet':{},'includeAllInstances':<true|false>,'maxResults':1000}"},
	{EC2, "DescribeSecurityGroups", 1300, READ, OPERATORS,
		.request = "{'securityGroupSet':{},'securityGroupIdSet':{'items':[{'groupId':'<sg>'}]},'filterSet':{}}",
		.failure = {FAILS(20, "Client.InvalidGroup.NotFound", "The security group `sg-0<hex:16>` does not exist")}},
	{EC2, "DescribeVpcs", 700, READ, OPERATORS,
		.request = "{'vpcSet':{'items':[{'vpcId':'<vpc>'}]},'filterSet':{}}"},
	{EC2, "DescribeSubnets", 800, READ, OPERATORS,
		.request = "{'subnetSet':{},'filterSet':" FILTER("vpc-id", "<vpc>") "}"},
	{EC2, "DescribeRouteTables", 500, READ, OPERATORS,
		.request = "{'routeTableIdSet':{},'filterSet':" FILTER("association.subnet-id", "<subnet>") "}"},
	{EC2, "DescribeNetworkInterfaces", 1100, READ, OPERATORS | BY(EKS),
		.request = "{'networkInterfaceIdSet':{'items':[{'networkInterfaceId':'<eni>'}]},'filterSet':{}}",
		.failure = {FAILS(15, "Client.InvalidNetworkInterfaceID.NotFound",
			"The networkInterface ID `eni-0<hex:16>` does not exist")}},
	{EC2, "DescribeVolumes", 600, READ, OPERATORS | BY(EKS),
		.request = "{'volumeSet':{'items':[{'volumeId':'<volume>'}]},'filterSet':{}}"},
	{EC2, "DescribeSnapshots", 300, READ, OPERATORS,
		.request =
			"{'snapshotSet':{},'ownersSet':{'items':[{'owner':'self'}]},'sharedUsersSet':{},'filterSet':{}}"},
	{EC2, "DescribeImages", 500, READ, OPERATORS,
		.request =
			"{'executableBySet':{},'imagesSet':{'items':[{'imageId':'<image>'}]},'ownersSet':{},'filterSet':{}}"},
	{EC2, "DescribeTags", 400, READ, OPERATORS,
		.request = "{'maxResults':1000,'filterSet':{'items':[{'name':'resource-id',"
			"'valueSet':{'items':[{'value':'<instance>'}]}},{'name':'key','valueSet':{'items':[{'value':'<Name|"
			"team|env>'}]}}]}}"},
	{EC2, "DescribeAvailabilityZones", 400, READ, OPERATORS | BY_WORKLOAD,
		.request = "{'availabilityZoneSet':{},'availabilityZoneIdSet':{},'filterSet':" FILTER("state",
			"available") "}"},
	{EC2, "DescribeRegions", 300, READ, OPERATORS, .request = "{'regionSet':{},'allRegions':<true|false>}"},
	{EC2, "DescribeLaunchTemplateVersions", 250, READ, BY_LINKED | BY_PIPELINE,
		.request = "{'DescribeLaunchTemplateVersionsRequest':{'LaunchTemplateVersion':{'tag':1,"
			"'content':'$Latest'},'LaunchTemplateId':'<template>'}}"},
	{EC2, "DescribeVpcEndpoints", 200, READ, BY_HUMAN | BY_PIPELINE,
		.request = "{'DescribeVpcEndpointsRequest':{'VpcEndpointId':{'tag':1,'content':'<endpoint>'}}}"},
	{EC2, "GetPasswordData", 12, READ, BY_HUMAN,
		.request = "{'instanceId':'<instance>'}",
		.subject = INSTANCE_ARN, .denied = 500},
	{EC2, "RunInstances", 110, HOLDOUT, BY_LINKED | BY_PIPELINE | BY_HUMAN,
		.request = "{'instancesSet':{'items':[{'imageId':'<image>','minCount':1,'maxCount':<1|1|2|4>}]},"
			"'instanceType':'<t3.medium|m6i.large|c7g.xlarge|r6g.2xlarge>','blockDeviceMapping':{},"
			"'monitoring':{'enabled':false},'subnetId':'<subnet>','disableApiTermination':false,"
			"'disableApiStop':false,'clientToken':'<UUID>','ebsOptimized':true,"
			"'iamInstanceProfile':{'name':'<role>'},'tagSpecificationSet':{'items':[{'resourceType':'instance',"
			"'tags':[{'key':'Name','value':'<web|worker|bastion>-<int:1:40>'},{'key':'team','value':'<payments|"
			"search|platform>'}]}]}}",
		.response = "{'requestId':'<requestid>','reservationId':'r-0<hex:16>','ownerId':'<account>',"
			"'groupSet':{},'instancesSet':{'items':[{'instanceId':'i-0<hex:16>','imageId':'<image>',"
			"'bootMode':'uefi-preferred','currentInstanceBootMode':'uefi','instanceState':{'code':0,"
			"'name':'pending'},'privateDnsName':'ip-10-0-<int:0:60>-<int:4:250>.ec2.internal',"
			"'amiLaunchIndex':0,'productCodes':{},'instanceType':'m6i.large','launchTime':<epochms>,"
			"'placement':{'availabilityZone':'<zone>','tenancy':'default'},'monitoring':{'state':'disabled'},"
			"'subnetId':'<subnet>','vpcId':'<vpc>','stateReason':{'code':'pending','message':'pending'},"
			"'architecture':'x86_64','rootDeviceType':'ebs','rootDeviceName':'/dev/xvda',"
			"'blockDeviceMapping':{},'virtualizationType':'hvm','hypervisor':'xen','clientToken':'<UUID>',"
			"'groupSet':{'items':[{'groupId':'<sg>','groupName':'<web|worker|default>'}]},"
			"'sourceDestCheck':true,'ebsOptimized':true,'metadataOptions':{'state':'pending',"
			"'httpTokens':'required','httpPutResponseHopLimit':2,'httpEndpoint':'enabled'}}]}}",
		.denied = 60,
		.failure = {FAILS(40, "Client.InvalidParameterValue",
			"Value (<role>) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name"),
			FAILS(30, "Server.InsufficientInstanceCapacity", "We currently do not have sufficient m6i.large "
			"capacity in the Availability Zone you requested (<zone>).")}},
	{EC2, "StartInstances", 50, 0, BY_HUMAN | BY_PIPELINE,
		.request = "{'instancesSet':{'items':[{'instanceId':'<instance>'}]}}",
		.response = STATE_CHANGE("0", "pending", "80", "stopped"), .subject = INSTANCE_ARN, .denied = 40},
	{EC2, "StopInstances", 50, 0, BY_HUMAN | BY_PIPELINE,
		.request = "{'instancesSet':{'items':[{'instanceId':'<instance>'}]},'force':false}",
		.response = STATE_CHANGE("64", "stopping", "16", "running"), .subject = INSTANCE_ARN, .denied = 40},
	{EC2, "TerminateInstances", 90, 0, BY_LINKED | BY_HUMAN | BY_PIPELINE,
		.request = "{'instancesSet':{'items':[{'instanceId':'<instance>'}]}}",
		.response = STATE_CHANGE("32", "shutting-down", "16", "running"), .subject = INSTANCE_ARN, .denied = 50},
	{EC2, "CreateNetworkInterface", 260, 0, BY_LINKED | BY(LAMBDA),
		.request = "{'subnetId':'<subnet>','description':'AWS Lambda VPC ENI-<function>-<uuid>',"
			"'groupSet':{'items':[{'groupId':'<sg>'}]},'privateIpAddressesSet':{},'clientToken':'<uuid>'}",
		.response = "{'requestId':'<requestid>','networkInterface':{'networkInterfaceId':'eni-0<hex:16>',"
			"'subnetId':'<subnet>','vpcId':'<vpc>','availabilityZone':'<zone>','description':'AWS Lambda "
			"VPC ENI','ownerId':'<account>','requesterId':'<p.id>:<p.session>','requesterManaged':false,"
			"'status':'pending','macAddress':'0a:<hex:2>:<hex:2>:<hex:2>:<hex:2>:<hex:2>',"
			"'privateIpAddress':'10.0.<int:0:60>.<int:4:250>','sourceDestCheck':true,"
			"'interfaceType':'interface','groupSet':{'items':[{'groupId':'<sg>','groupName':'lambda'}]},"
			"'tagSet':{}}}",
		.failure = {FAILS(20, "Client.InsufficientFreeAddressesInSubnet",
			"The specified subnet does not have enough free addresses to satisfy the request.")}},
	{EC2, "DeleteNetworkInterface", 240, 0, BY_LINKED | BY(LAMBDA), .request = "{'networkInterfaceId':'<eni>'}",
		.response = "{'requestId':'<requestid>','_return':true}",
		.failure = {FAILS(90, "Client.InvalidParameterValue", "Network interface `<eni>` is currently in use.")}},
	{EC2, "CreateTags", 160, 0, BY_PIPELINE | BY_LINKED,
		.request = "{'resourcesSet':{'items':[{'resourceId':'<instance>'}]},'tagSet':{'items':[{'key':'<Name|"
			"team|cost-center>','value':'<payments|search|platform>'},"
			"{'key':'kubernetes.io/cluster/<ekscluster>','value':'owned'}]}}",
		.response = "{'requestId':'<requestid>','_return':true}"},
	{EC2, "AuthorizeSecurityGroupIngress", 45, 0, BY_HUMAN | BY_PIPELINE,
		.request = "{'groupId':'<sg>','ipPermissions':{'items':[{'ipProtocol':'tcp','fromPort':<22|443|5432|"
			"3389>,'toPort':<22|443|5432|3389>,'groups':{},'ipRanges':{'items':[{'cidrIp':'<0.0.0.0/0|"
			"10.0.0.0/8|203.0.113.0/24>','description':'<ssh|office|app|temporary>'}]},'ipv6Ranges':{},"
			"'prefixListIds':{}}]}}",
		.response = "{'requestId':'<requestid>','_return':true,"
			"'securityGroupRuleSet':{'items':[{'groupOwnerId':'<account>','groupId':'<sg>',"
			"'securityGroupRuleId':'sgr-0<hex:16>','isEgress':false,'ipProtocol':'tcp','fromPort':443,"
			"'toPort':443,'cidrIpv4':'10.0.0.0/8'}]}}",
		.denied = 30, .failure = {FAILS(60, "Client.InvalidPermission.Duplicate",
			"the specified rule `peer: 10.0.0.0/8, TCP, from port: 443, to port: 443, ALLOW` already exists")}},
	{EC2, "RevokeSecurityGroupIngress", 20, 0, BY_HUMAN | BY_PIPELINE,
		.request = "{'groupId':'<sg>','securityGroupRuleIds':{'items':[{'securityGroupRuleId':'sgr-0<hex:16>'}]}}",
		.response = "{'requestId':'<requestid>','_return':true}"},
	{EC2, "CreateRoute", 8, 0, BY_PIPELINE,
		.request = "{'routeTableId':'<rtb>','destinationCidrBlock':'0.0.0.0/0','natGatewayId':'nat-0<hex:16>'}",
		.response = "{'requestId':'<requestid>','_return':true}"},
	{EC2, "CreateNetworkAclEntry", 6, 0, BY_PIPELINE | BY_HUMAN,
		.request = "{'networkAclId':'acl-0<hex:16>','ruleNumber':<100|110|200>,'egress':false,"
			"'ruleAction':'allow','icmpTypeCode':{},'portRange':{'from':443,'to':443},'aclProtocol':'6',"
			"'cidrBlock':'0.0.0.0/0'}",
		.response = "{'requestId':'<requestid>','_return':true}"},
	{EC2, "CreateSnapshot", 60, 0, BY_LINKED | BY_PIPELINE,
		.request = "{'volumeId':'<volume>','description':'Created by policy-0<hex:16>'}",
		.response = "{'requestId':'<requestid>','snapshotId':'snap-0<hex:16>','volumeId':'<volume>',"
			"'status':'pending','startTime':<epochms>,'progress':'','ownerId':'<account>','volumeSize':'<8|20|"
			"100>','description':'Created by policy','encrypted':true,'tagSet':{}}"},
	{EC2, "ModifySnapshotAttribute", 4, 0, BY_HUMAN,
		.request = "{'snapshotId':'<snapshot>',"
			"'createVolumePermission':{'add':{'items':[{'userId':'<other>'}]}},"
			"'attributeType':'CREATE_VOLUME_PERMISSION'}",
		.response = "{'requestId':'<requestid>','_return':true}", .denied = 100},
	{EC2, "SharedSnapshotVolumeCreated", 4, SERVICE_EVENT | SHARED | NO_REQUEST_ID, 0,
		.details = "{'snapshotId':'<snapshot>'}"},
	{EC2, "DescribeInstances", 60, READ, BY(LEGACY), .minor = 2,
		.request = "{'instancesSet':{},'filterSet':{}}", .agent = "ec2-api-tools 1.6.12.2"},

	{AUTOSCALING, "DescribeAutoScalingGroups", 900, READ, OPERATORS | BY(EKS),
		.request = "{'autoScalingGroupNames':['<asg>']<maybe:30>,'maxRecords':100<end>}"},
	{AUTOSCALING, "DescribeAutoScalingInstances", 260, READ, BY_LINKED | BY(EC2),
		.request = "{'maxRecords':50,'instanceIds':['<instance>']}"},
	{AUTOSCALING, "CompleteLifecycleAction", 200, 0, BY_WORKLOAD,
		.request = "{'lifecycleHookName':'<drain|launch>-hook','autoScalingGroupName':'<asg>',"
			"'lifecycleActionToken':'<uuid>','lifecycleActionResult':'CONTINUE'}",
		.failure = {FAILS(30, "ValidationException", "No active Lifecycle Action found with token <uuid>")}},
	{AUTOSCALING, "UpdateAutoScalingGroup", 30, HOLDOUT, BY_PIPELINE | BY_HUMAN,
		.request = "{'autoScalingGroupName':'<asg>','minSize':<int:1:4>,'maxSize':<int:5:20>,"
			"'desiredCapacity':<int:1:10>}"},

	{ELB, "DescribeTargetHealth", 900, READ, OPERATORS | BY(EKS),
		.request = "{'targetGroupArn':'arn:aws:elasticloadbalancing:<region>:<account>:<tg>'}",
		.failure = {FAILS(6, "ThrottlingException", "Rate exceeded")}},
	{ELB, "DescribeLoadBalancers", 700, READ, OPERATORS | BY(EKS),
		.request = "{'loadBalancerArns':['arn:aws:elasticloadbalancing:<region>:<account>:loadbalancer/<lb>']}"},
	{ELB, "RegisterTargets", 260, 0, BY_LINKED | BY(EKS),
		.request = "{'targetGroupArn':'arn:aws:elasticloadbalancing:<region>:<account>:<tg>',"
			"'targets':[{'id':'10.0.<int:0:60>.<int:4:250>','port':<80|8080|3000>}]}"},
	{ELB, "DeregisterTargets", 220, 0, BY_LINKED | BY(EKS),
		.request = "{'targetGroupArn':'arn:aws:elasticloadbalancing:<region>:<account>:<tg>',"
			"'targets':[{'id':'10.0.<int:0:60>.<int:4:250>','port':<80|8080|3000>}]}"},

	{LAMBDA, "Invoke", 5200, DATA, BY_WORKLOAD | BY_SERVICE,
		.request = "{'functionName':'" FUNCTION_ARN
			"','invocationType':'<RequestResponse|Event>'<maybe:40>,'clientContext':'<base64:40>=='<end>}",
		.additional = "{'functionVersion':'" FUNCTION_ARN ":$LATEST'}",
		.resources = "[{'accountId':'<account>','type':'AWS::Lambda::Function','ARN':'" FUNCTION_ARN "'}]",
		.invoker = "<apigateway|events|sns|s3|secretsmanager>.amazonaws.com", .subject = FUNCTION_ARN, .denied = 6},
	{LAMBDA, "GetFunction20150331v2", 500, READ, BY_HUMAN | BY_PIPELINE, .request = "{'functionName':'<function>'}",
		.subject = FUNCTION_ARN, .denied = 15,
		.failure = {FAILS(40, "ResourceNotFoundException", "Function not found: " FUNCTION_ARN)}},
	{LAMBDA, "ListFunctions20150331", 260, READ, BY_HUMAN | BY_LINKED, .request = "{'maxItems':50}"},
	{LAMBDA, "GetPolicy20150331v2", 160, READ, BY_PIPELINE | BY_LINKED, .request = "{'functionName':'<function>'}",
		.failure = {FAILS(300, "ResourceNotFoundException", "The resource you requested does not exist.")}},
	{LAMBDA, "UpdateFunctionCode20150331v2", 60, 0, BY_PIPELINE,
		.request = "{'functionName':'<function>','s3Bucket':'<bucket>','s3Key':'builds/<hex:40>.zip',"
			"'publish':false,'dryRun':false}",
		.response = "{'functionName':'<function>','functionArn':'" FUNCTION_ARN "','runtime':'<python3.12|"
			"nodejs20.x|java21>','role':'arn:aws:iam::<account>:role/<role>','handler':'<app.handler|"
			"index.handler>','codeSize':<int:2000:9000000>,'description':'','timeout':<3|30|900>,"
			"'memorySize':<128|512|1024>,'lastModified':'<time>','codeSha256':'<base64:43>=',"
			"'version':'$LATEST','tracingConfig':{'mode':'Active'},'revisionId':'<uuid>','state':'Active',"
			"'lastUpdateStatus':'InProgress','lastUpdateStatusReason':'The function is being created.',"
			"'lastUpdateStatusReasonCode':'Creating','packageType':'Zip','architectures':['<x86_64|arm64>'],"
			"'ephemeralStorage':{'size':512}}",
		.failure = {FAILS(30, "ResourceConflictException",
			"The operation cannot be performed at this time. An update is in progress for resource: "
			 FUNCTION_ARN)}},
	{LAMBDA, "UpdateFunctionConfiguration20150331v2", 25, HOLDOUT, BY_PIPELINE | BY_HUMAN,
		.request = "{'functionName':'<function>','timeout':<10|30|60>,'environment':{},"
			"'layers':['arn:aws:lambda:<region>:<account>:layer:<common|deps>:<int:1:40>']}",
		.response = "{'functionName':'<function>','functionArn':'" FUNCTION_ARN "','runtime':'python3.12',"
			"'role':'arn:aws:iam::<account>:role/<role>','handler':'app.handler','codeSize':<int:2000:900000>,"
			"'timeout':30,'memorySize':512,'lastModified':'<time>','codeSha256':'<base64:43>=',"
			"'version':'$LATEST','environment':{},'revisionId':'<uuid>','state':'Active',"
			"'lastUpdateStatus':'InProgress'}"},
	{LAMBDA, "AddPermission20150331v2", 15, 0, BY_PIPELINE | BY_HUMAN,
		.request = "{'functionName':'<function>','statementId':'<AllowInvoke|s3|events>-<hex:8>',"
			"'action':'lambda:InvokeFunction','principal':'<*|s3.amazonaws.com|events.amazonaws.com>'}",
		.response = "{'statement':'{\\'Sid\\':\\'AllowInvoke\\',\\'Effect\\':\\'Allow\\',"
			"\\'Principal\\':{\\'Service\\':\\'events.amazonaws.com\\'},"
			"\\'Action\\':\\'lambda:InvokeFunction\\',\\'Resource\\':\\'" FUNCTION_ARN "\\'}'}"},
};

const shape_table shapes_compute = SHAPE_TABLE(rows);
