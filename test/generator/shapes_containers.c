/*
 * shapes_containers.c: shapes of ECS, EKS, ECR, CodeBuild, CodePipeline and Step Functions.
 */
#include "shapes.h"

#define CLUSTER_ARN	"arn:aws:ecs:<region>:<account>:cluster/<ecscluster>"
#define TASK_ARN	"arn:aws:ecs:<region>:<account>:task/<ecscluster>/<task>"
#define EKS_ARN		"arn:aws:eks:<region>:<account>:cluster/<ekscluster>"
#define REPOSITORY	"'repositoryName':'<repo>','registryId':'<account>'"
#define REPOSITORY_RESOURCE "[{'accountId':'<account>','ARN':'arn:aws:ecr:<region>:<account>:repository/<repo>'}]"
#define MACHINE_ARN	"arn:aws:states:<region>:<account>:stateMachine:<machine>"
#define DEPLOYERS	(BY_HUMAN | BY_PIPELINE)

static const shape rows[] = {
	{ECS, "DescribeTasks", 900, READ, DEPLOYERS | BY(ECS) | BY_LINKED,
		.request = "{'tasks':['" TASK_ARN "'],'cluster':'<ecscluster>','include':['TAGS']}"},
	{ECS, "DescribeServices", 700, READ, DEPLOYERS | BY_LINKED,
		.request = "{'cluster':'<ecscluster>','services':['<service>']}"},
	{ECS, "ListTasks", 400, READ, DEPLOYERS,
		.request = "{'cluster':'" CLUSTER_ARN "','serviceName':'<service>','desiredStatus':'RUNNING'}",
		.failure = {FAILS(20, "ClusterNotFoundException", "Cluster not found.")}},
	{ECS, "SubmitTaskStateChange", 800, 0, BY(EC2),
		.request = "{'cluster':'<ecscluster>','task':'" TASK_ARN "','status':'<RUNNING|STOPPED>',"
			"'containers':[{'containerName':'<service>','runtimeId':'<hex:64>','status':'<RUNNING|STOPPED>',"
			"'networkBindings':[]}],'attachments':[],'managedAgents':[]}",
		.response = "{'acknowledgment':'ACK'}",
		.agent = "Amazon ECS Agent - v1.86.3 (1c5d7a0d) (linux) (+http://aws.amazon.com/ecs/)"},
	{ECS, "RunTask", 60, HOLDOUT, BY_SERVICE | BY_PIPELINE,
		.request = "{'cluster':'" CLUSTER_ARN "','count':1,'enableECSManagedTags':true,"
			"'enableExecuteCommand':false,'group':'family:<service>','launchType':'FARGATE',"
			"'networkConfiguration':{'awsvpcConfiguration':{'subnets':['<subnet>','<subnet:2>'],"
			"'securityGroups':['<sg>'],'assignPublicIp':'DISABLED'}},"
			"'taskDefinition':'arn:aws:ecs:<region>:<account>:task-definition/<service>:<int:1:400>'}",
		.response = "{'tasks':[{'attachments':[{'id':'<uuid>','type':'ElasticNetworkInterface',"
			"'status':'PRECREATED','details':[{'name':'subnetId','value':'<subnet>'}]}],"
			"'availabilityZone':'<zone>','clusterArn':'" CLUSTER_ARN "',"
			"'containers':[{'containerArn':'arn:aws:ecs:<region>:<account>:container/<ecscluster>"
			"/<hex:32>/<uuid>','name':'<service>',"
			"'image':'<account>.dkr.ecr.<region>.amazonaws.com/<repo>:latest','lastStatus':'PENDING',"
			"'networkInterfaces':[],'cpu':'0'}],'cpu':'256','createdAt':'<date>','desiredStatus':'RUNNING',"
			"'lastStatus':'PROVISIONING','launchType':'FARGATE','memory':'512','platformVersion':'1.4.0',"
			"'tags':[],'taskArn':'" TASK_ARN
			"','version':1,'ephemeralStorage':{'sizeInGiB':20}}],'failures':[]}",
		.invoker = "events.amazonaws.com"},
	{ECS, "UpdateService", 40, 0, BY_PIPELINE,
		.request = "{'cluster':'<ecscluster>','service':'<service>','taskDefinition':'<service>:<int:1:400>',"
			"'forceNewDeployment':<true|false>}",
		.response = "{'service':{'serviceArn':'arn:aws:ecs:<region>:<account>:service/<ecscluster>/<service>',"
			"'serviceName':'<service>','clusterArn':'" CLUSTER_ARN "','status':'ACTIVE',"
			"'desiredCount':<int:1:9>,'runningCount':<int:1:9>,'pendingCount':0,'launchType':'FARGATE',"
			"'deployments':[{'id':'ecs-svc/<digits:19>','status':'PRIMARY','desiredCount':2,"
			"'rolloutState':'IN_PROGRESS'}],'events':[]}}",
		.failure = {FAILS(30, "ServiceNotFoundException", "Service not found.")}},
	{ECS, "RegisterTaskDefinition", 40, 0, BY_PIPELINE,
		.request = "{'family':'<service>','executionRoleArn':'arn:aws:iam::<account>:role/<role>',"
			"'networkMode':'awsvpc','requiresCompatibilities':['FARGATE'],'cpu':'<256|512|1024>',"
			"'memory':'<512|1024|2048>','containerDefinitions':[{'name':'<service>',"
			"'image':'<account>.dkr.ecr.<region>.amazonaws.com/<repo>:<hex:12>','essential':true,"
			"'portMappings':[{'containerPort':8080,'protocol':'tcp'}],"
			"'environment':'HIDDEN_DUE_TO_SECURITY_REASONS','secrets':[{'name':'DB_PASSWORD',"
			"'valueFrom':'arn:aws:ssm:<region>:<account>:parameter<param>'}],"
			"'logConfiguration':{'logDriver':'awslogs','options':{'awslogs-group':'<loggroup>',"
			"'awslogs-region':'<region>','awslogs-stream-prefix':'ecs'}}}]}",
		.response = "{'taskDefinition':{'taskDefinitionArn':'arn:aws:ecs:<region>:<account>:task-definition/<service>"
			":<int:1:400>','family':'<service>','revision':<int:1:400>,'status':'ACTIVE',"
			"'registeredAt':'<date>','registeredBy':'<arn>'}}"},

	{EKS, "DescribeCluster", 500, READ, DEPLOYERS | BY_WORKLOAD,
		.request = "{'name':'<ekscluster>'}",
		.subject = EKS_ARN, .denied = 20,
		.failure = {FAILS(20, "ResourceNotFoundException", "No cluster found for name: <ekscluster>-old.")}},
	{EKS, "ListNodegroups", 160, READ, DEPLOYERS | BY_LINKED,
		.request = "{'name':'<ekscluster>','maxResults':100}"},
	{EKS, "AssumeRoleForPodIdentity", 300, READ, BY(EC2),
		.request = "{'clusterName':'<ekscluster>','token':'HIDDEN_DUE_TO_SECURITY_REASONS'}"},
	{EKS, "CreateAccessEntry", 4, HOLDOUT, DEPLOYERS,
		.request = "{'name':'<ekscluster>','principalArn':'arn:aws:iam::<account>:role/<role>',"
			"'type':'STANDARD','kubernetesGroups':[],'tags':{},'clientRequestToken':'<uuid>'}",
		.response = "{'accessEntry':{'clusterName':'<ekscluster>',"
			"'principalArn':'arn:aws:iam::<account>:role/<role>','kubernetesGroups':[],"
			"'accessEntryArn':'arn:aws:eks:<region>:<account>:access-entry/<ekscluster>"
			"/role/<account>/<role>/<uuid>','createdAt':<epoch>.<int:1:999>,'modifiedAt':<epoch>.<int:1:999>,"
			"'tags':{},'username':'arn:aws:sts::<account>:assumed-role/<role>/{{SessionName}}',"
			"'type':'STANDARD'}}"},

	{ECR, "GetAuthorizationToken", 700, READ, BY_WORKLOAD | BY_PIPELINE, .request = "<null|{}>", .denied = 5},
	{ECR, "BatchGetImage", 700, READ, BY_WORKLOAD | BY_PIPELINE | BY_SERVICE,
		.request = "{" REPOSITORY ",'imageIds':[{'imageTag':'<latest|main|v1.4.2|v2.0.0>'}],"
			"'acceptedMediaTypes':['application/vnd.oci.image.manifest.v1+json',"
			"'application/vnd.docker.distribution.manifest.v2+json']}",
		.resources = REPOSITORY_RESOURCE,
		.invoker = "lambda.amazonaws.com",
		.failure = {FAILS(12, "RepositoryNotFoundException",
			"The repository with name `<repo>-old` does not exist in the registry with id `<account>`")}},
	{ECR, "GetDownloadUrlForLayer", 900, READ, BY_WORKLOAD | BY_PIPELINE,
		.request = "{" REPOSITORY ",'layerDigest':'sha256:<hex:64>'}",
		.resources = REPOSITORY_RESOURCE},
	{ECR, "PutImage", 60, 0, BY_PIPELINE,
		.request = "{'repositoryName':'<repo>','imageManifest':'{\\n   \\'schemaVersion\\': 2,"
			"\\n   \\'mediaType\\': \\'application/vnd.docker.distribution.manifest.v2+json\\',"
			"\\n   \\'config\\': {\\n      \\'mediaType\\': "
			"\\'application/vnd.docker.container.image.v1+json\\',\\n      \\'size\\': <int:2000:9000>,"
			"\\n      \\'digest\\': \\'sha256:<hex:64>\\'\\n   }\\n}','imageTag':'<main|release>-<hex:7>'}",
		.response = "{'image':{'registryId':'<account>','repositoryName':'<repo>',"
			"'imageId':{'imageDigest':'sha256:<hex:64>','imageTag':'main-<hex:7>'}}}",
		.resources = REPOSITORY_RESOURCE},
	{ECR, "DescribeImageScanFindings", 60, READ, BY_HUMAN | BY_LINKED,
		.request = "{" REPOSITORY ",'imageId':{'imageDigest':'sha256:<hex:64>'}}",
		.resources = REPOSITORY_RESOURCE},

	{CODEBUILD, "BatchGetBuilds", 200, READ, DEPLOYERS | BY_SERVICE,
		.request = "{'ids':['<build>:<uuid>']}",
		.invoker = "codepipeline.amazonaws.com"},
	{CODEBUILD, "StartBuild", 60, HOLDOUT, BY_PIPELINE | BY_SERVICE,
		.request = "{'projectName':'<build>','sourceVersion':'refs/heads/main',"
			"'environmentVariablesOverride':[{'name':'STAGE','value':'<prod|dev>','type':'PLAINTEXT'}]}",
		.response = "{'build':{'id':'<build>:<uuid#1>',"
			"'arn':'arn:aws:codebuild:<region>:<account>:build/<build>:<#1>','buildNumber':<int:1:9000>,"
			"'startTime':'<date>','currentPhase':'QUEUED','buildStatus':'IN_PROGRESS','projectName':'<build>',"
			"'initiator':'<p.name>'}}", .invoker = "codepipeline.amazonaws.com"},
	{CODEPIPELINE, "PutJobSuccessResult", 60, 0, BY(LAMBDA),
		.request = "{'jobId':'<uuid>','continuationToken':'HIDDEN_DUE_TO_SECURITY_REASONS'}"},
	{CODEPIPELINE, "ListPipelineExecutions", 100, READ, BY_HUMAN,
		.request = "{'pipelineName':'<pipeline>','maxResults':20}"},

	{STATES, "StartExecution", 700, 0, BY_WORKLOAD | BY_SERVICE,
		.request = "{'stateMachineArn':'" MACHINE_ARN
			"','name':'<uuid#1>','input':'HIDDEN_DUE_TO_SECURITY_REASONS'}",
		.response =
			"{'executionArn':'arn:aws:states:<region>:<account>:execution:<machine>:<#1>','startDate':'<date>'}",
		.invoker = "events.amazonaws.com",
		.subject = MACHINE_ARN, .denied = 8,
		.failure = {FAILS(10, "ExecutionAlreadyExists",
			"Execution Already Exists: `arn:aws:states:<region>:<account>:execution:<machine>:<uuid>`")}},
	{STATES, "DescribeExecution", 500, READ, BY_WORKLOAD | BY_HUMAN,
		.request = "{'executionArn':'arn:aws:states:<region>:<account>:execution:<machine>:<uuid>'}"},
	{STATES, "SendTaskSuccess", 300, 0, BY_WORKLOAD,
		.request = "{'taskToken':'HIDDEN_DUE_TO_SECURITY_REASONS','output':'HIDDEN_DUE_TO_SECURITY_REASONS'}",
		.failure = {FAILS(15, "TaskTimedOut", "Task Timed Out: `Provided task does not exist anymore`")}},
};

const shape_table shapes_containers = SHAPE_TABLE(rows);
