/*
 * shapes.h: the shapes of events.  A shape is one kind of record a service
 * writes, as templates; gen_shapes.pl makes tables of the texts in shapes.
 */
#ifndef GEN_SHAPES_H
#define GEN_SHAPES_H

#include "principals.h"

/* The services, in the order of services[]. */
typedef enum service_id
{
	S3, S3_OUTPOSTS, EC2, STS, KMS, IAM, LAMBDA, LOGS, SSM, RDS, DYNAMODB, CLOUDFORMATION, ECS,
	EKS, ECR, SNS, SQS, ROUTE53, ELB, AUTOSCALING, CLOUDTRAIL, CONFIG, GUARDDUTY,
	ORGANIZATIONS, SIGNIN, HEALTH, MONITORING, EVENTS, STATES, APIGATEWAY, ACM, WAF, GLUE,
	ATHENA, REDSHIFT, ELASTICACHE, SSO, CLOUDFRONT, BACKUP, TAGGING, SERVICEQUOTAS, SUPPORT,
	CODEBUILD, CODEPIPELINE, KINESIS, EFS, SECURITYHUB, ACCESSANALYZER, BEDROCK, OPENSEARCH,
	SECRETSMANAGER
} service_id;

/* Which versions of the record a service writes. */
typedef enum version_mix
{
	MIX_NEW,					/* mostly 1.11 */
	MIX_MIDDLE,					/* 1.08 to 1.10 */
	MIX_SETTLED,				/* mostly 1.08 */
	MIX_OLD						/* 1.05 and before */
} version_mix;

typedef enum id_style
{
	ID_UUID, ID_S3, ID_DYNAMODB
} id_style;

typedef enum denial
{
	DENIED_PLAIN,				/* AccessDenied, requestParameters null */
	DENIED_EXCEPTION,			/* the same as AccessDeniedException */
	DENIED_EC2,					/* Client.UnauthorizedOperation, encoded message */
	DENIED_S3					/* requestParameters kept, the resource in quotes */
} denial;

typedef struct service
{
	const char *source;			/* without .amazonaws.com */
	const char *prefix;			/* of its actions in IAM */
	const char *host;
	version_mix mix;
	denial		denial;
	id_style	id_style;
	const char *api_version;
	bool		global;			/* records everything in us-east-1 */
	bool		bracketed;		/* writes [ ] around userAgent */
} service;

/* What sets a shape apart from a plain management API call that writes. */
#define READ			0x0001	/* readOnly true */
#define DATA			0x0002	/* a data event */
#define NETWORK			0x0004	/* a network activity event */
#define INSIGHT			0x0008	/* a CloudTrail Insights event */
#define SERVICE_EVENT	0x0010	/* AwsServiceEvent: the service acts on its own */
#define SIGN_IN			0x0020	/* AwsConsoleSignIn */
#define CONSOLE_ACTION	0x0040	/* AwsConsoleAction */
#define SHARED			0x0080	/* carries a sharedEventID */
#define NO_REQUEST_ID	0x0100
#define EDGE			0x0200	/* edgeDeviceDetails */
#define HOLDOUT			0x0400	/* kept from training, for measuring on what is new */
#define STORY			0x0800	/* drawn by the stories only, never on its own */

typedef struct failure
{
	int			permille;		/* of the calls */
	const char *code;			/* NULL: a message alone */
	const char *message;		/* NULL: a code alone */
	bool		no_request;		/* requestParameters is null */
} failure;

#define FAILS(permille, code, message) {(permille), (code), (message), false}
#define FAILURES 2

typedef struct shape
{
	service_id	service;
	const char *name;
	int			weight;			/* of 100,000 events, about */
	uint32_t	flags;
	uint32_t	by;				/* the kinds of principals, BY_... */
	const char *request;		/* the templates; NULL is JSON's null */
	const char *response;
	const char *additional;		/* NULL: left out, as are those below */
	const char *resources;
	const char *details;		/* serviceEventDetails */
	const char *subject;		/* what a refusal names; NULL is "*" */
	const char *identity;		/* where userIdentity is not the principal's own */
	const char *invoker;		/* the service that calls, with the caller's rights unless BY_SERVICE */
	const char *agent;			/* where userAgent is not the principal's own */
	const char *id;				/* where requestID is none of the service's style */
	int			denied;			/* permille of the calls that are refused */
	failure		failure[FAILURES];
	int			minor;			/* of eventVersion, where it is not the service's mix */
} shape;

extern const service services[];

#define SHAPE_TABLES 11

/* A table of shapes. */
typedef struct shape_table
{
	const shape *shape;
	int			count;
} shape_table;

extern const shape_table shapes_storage, shapes_compute, shapes_containers, shapes_identity, shapes_sign_in,
			shapes_data, shapes_network, shapes_operations, shapes_security, shapes_rare,
			shapes_secretsmanager;

#define SHAPE_TABLE(rows) {(rows), (int) (sizeof(rows) / sizeof(*(rows)))}

#endif							/* GEN_SHAPES_H */
