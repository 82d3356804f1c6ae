-- What auditors ask of an account whatever its secrets: root, sign-ins, and
-- the monitoring controls of the CIS AWS Foundations Benchmark.

CREATE VIEW root_activity WITH (security_invoker) AS
SELECT e.event_time, e.event_id, e.account_id, e.aws_region, e.actor, e.user_type AS actor_type, e.session_name,
	e.source_identity, e.source_ip,
	e.user_agent, e.event_source, e.event_name, e.mfa_authenticated AS mfa, coalesce(e.assumed_root,
		e.user_type <> 'Root') AS assumed_root, nullif(e.access_key_id, '') AS access_key_id, e.succeeded, e.error_code,
		e.event_key, e.event
FROM events AS e
WHERE (e.principal_arn LIKE '%:root' OR e.principal_arn IS NULL AND e.user_type = 'Root')
	AND e.user_type IN ('Root', 'AssumedRole') AND (e.invoked_by IS NULL
		OR e.invoked_by IN (SELECT s.invoked_by FROM console_services AS s))
	AND lower(e.event_type) IS DISTINCT FROM 'awsserviceevent'
	AND NOT cloudtrail_has_event('replaced_events'::regclass, e.event_time, e.event_key);
COMMENT ON VIEW root_activity IS
	'What the root user did, sessions of sts:AssumeRoot included: a row for each event. Events that services made in '
	'its name are left out, as in CIS control 4.3, except those of services through which a person acts '
	'(console_services)';
COMMENT ON COLUMN root_activity.assumed_root IS
	'True for a session of sts:AssumeRoot, which somebody in the management account or a delegated account requested '
	'(session_lineage says who, by the access key); false for a sign-in or key of the root user';
COMMENT ON COLUMN root_activity.access_key_id IS 'Access key that signed the request';
COMMENT ON COLUMN root_activity.mfa IS
	'Whether the session was authenticated with MFA; null if the event has no session';

CREATE VIEW console_logins WITH (security_invoker) AS
SELECT e.event_time, e.event_id, e.account_id, e.aws_region, coalesce(e.principal_arn,
		CASE WHEN e.user_type IS DISTINCT FROM 'Root' THEN nullif(e.user_name, 'HIDDEN_DUE_TO_SECURITY_REASONS') END,
		e.actor) AS actor,
	e.user_type AS actor_type, e.session_name, e.source_identity, e.source_ip, e.user_agent, e.event_name,
	CASE WHEN e.succeeded THEN coalesce(nullif(nullif(lower(coalesce(e.response_elements ->> e.event_name,
		e.service_event_details ->> e.event_name)), 'success'), ''), 'succeeded') ELSE 'failed' END AS outcome,
	-- "No" means something only if AWS itself asks for the password: other identity providers have their own MFA.
	CASE WHEN lower(e.additional_event_data ->> 'MFAUsed') = 'yes' THEN true
		WHEN lower(e.additional_event_data ->> 'MFAUsed') = 'no' AND e.user_type IN ('IAMUser', 'Root')
			AND e.additional_event_data ->> 'SamlProviderArn' IS NULL THEN false
		WHEN e.event_name = 'UserAuthentication' AND e.additional_event_data ->> 'CredentialType' LIKE '%,%' THEN true
		WHEN e.event_name = 'UserAuthentication'
			AND e.additional_event_data ->> 'CredentialType' = 'PASSWORD' THEN false
		END AS mfa_used,
	e.additional_event_data ->> 'LoginTo' AS login_to,
	e.error_message AS failure_reason, e.event_key, e.event
FROM events AS e
WHERE e.event @~ 'signin:*'
	AND NOT cloudtrail_has_event('replaced_events'::regclass, e.event_time, e.event_key);
COMMENT ON VIEW console_logins IS
	'Sign-ins to the console and what belongs to them (MFA checks, switched roles): a row for each event of the '
	'sign-in service';
COMMENT ON COLUMN console_logins.outcome IS 'succeeded, failed, or another word that the event itself has';
COMMENT ON COLUMN console_logins.mfa_used IS
	'Whether MFA was used: for users that sign in at AWS, and for Identity Center by its factors. Null if the event '
	'does not show it: for SAML and other identity providers CloudTrail writes No whether they asked for MFA or not';

CREATE TABLE cis_conditions (
	condition_id text COLLATE "C" PRIMARY KEY,
	control_v3_0 text COLLATE "C",
	control_v1_2 text COLLATE "C",
	title text COLLATE "C" NOT NULL,
	action cloudtrail_action NOT NULL DEFAULT '*:*',
	error_code text COLLATE "C",
	principal_arn text COLLATE "C",
	contains jsonb,
	condition jsonpath,
	by_person boolean NOT NULL DEFAULT false,
	enabled boolean NOT NULL DEFAULT true
);
COMMENT ON TABLE cis_conditions IS
	'What cis_alerts looks for: a row for each condition. An event is an alert if it meets all columns of a row that '
	'are not null. Rows may be added. To switch off a row of the benchmark set enabled to false: a deleted one comes '
	'back when the trail is updated';
COMMENT ON COLUMN cis_conditions.control_v3_0 IS
	'Number of the control in CIS AWS Foundations 3.0, as in 1.4 and 2.0; null for your own';
COMMENT ON COLUMN cis_conditions.control_v1_2 IS 'Number of the control in version 1.2';
COMMENT ON COLUMN cis_conditions.error_code IS 'Pattern of LIKE';
COMMENT ON COLUMN cis_conditions.principal_arn IS
	'Pattern of LIKE: of principal_arn or, if the event has none, of actor';
COMMENT ON COLUMN cis_conditions.contains IS 'What the event must contain, as in event @> contains';
COMMENT ON COLUMN cis_conditions.condition IS
	'A predicate on the event, as in event::jsonb @@ condition; it is costly, so other columns should narrow it';
COMMENT ON COLUMN cis_conditions.by_person IS
	'Whether it leaves out the services'' own events and events that services made in somebody''s name, except those '
	'of services through which a person acts (console_services)';
INSERT INTO cis_conditions (condition_id, control_v3_0, control_v1_2, title, action, error_code, principal_arn,
	contains, condition, by_person) VALUES
	('4.1 operation', '4.1', '3.1', 'Unauthorized API calls', '*:*', '%UnauthorizedOperation', NULL, NULL, NULL, false),
	('4.1 access', '4.1', '3.1', 'Unauthorized API calls', '*:*', 'AccessDenied%', NULL, NULL, NULL, false),
	('4.2', '4.2', '3.2', 'Console sign-in without MFA', 'signin:ConsoleLogin', NULL, NULL,
		'{"userIdentity": {"type": "IAMUser"}, "responseElements": {"ConsoleLogin": "Success"}}',
		'!($.additionalEventData.MFAUsed == "Yes")', false),
	('4.3', '4.3', '3.3', 'Use of the root user', '*:*', NULL, '%:root', '{"userIdentity": {"type": "Root"}}', NULL,
		true),
	('4.3 assumed', '4.3', '3.3', 'Use of the root user', '*:*', NULL, '%:root',
		'{"userIdentity": {"type": "AssumedRole"}}', NULL, true),
	('4.6', '4.6', '3.6', 'Failed console authentication', 'signin:ConsoleLogin', NULL, NULL,
		'{"errorMessage": "Failed authentication"}', NULL, false)
	ON CONFLICT DO NOTHING;
INSERT INTO cis_conditions (condition_id, control_v3_0, control_v1_2, title, action)
	SELECT c.v3_0 || ' ' || a.name, c.v3_0, c.v1_2, c.title, (c.service || ':' || a.name)::cloudtrail_action
	FROM (VALUES
		('4.4', '3.4', 'IAM policy changed', 'iam',
			'DeleteGroupPolicy DeleteRolePolicy DeleteUserPolicy PutGroupPolicy PutRolePolicy PutUserPolicy '
			'CreatePolicy DeletePolicy CreatePolicyVersion DeletePolicyVersion AttachRolePolicy '
			'DetachRolePolicy AttachUserPolicy DetachUserPolicy AttachGroupPolicy DetachGroupPolicy'),
		('4.5', '3.5', 'CloudTrail configuration changed', 'cloudtrail',
			'CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging'),
		('4.7', '3.7', 'Customer managed key disabled or scheduled for deletion', 'kms',
			'DisableKey ScheduleKeyDeletion'),
		('4.8', '3.8', 'S3 bucket policy changed', 's3',
			'PutBucketAcl PutBucketPolicy PutBucketCors PutBucketLifecycle PutBucketReplication '
			'DeleteBucketPolicy DeleteBucketCors DeleteBucketLifecycle DeleteBucketReplication'),
		('4.9', '3.9', 'AWS Config configuration changed', 'config',
			'StopConfigurationRecorder DeleteDeliveryChannel PutDeliveryChannel PutConfigurationRecorder'),
		('4.10', '3.10', 'Security group changed', 'ec2',
			'AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress '
			'RevokeSecurityGroupEgress CreateSecurityGroup DeleteSecurityGroup'),
		('4.11', '3.11', 'Network ACL changed', 'ec2',
			'CreateNetworkAcl CreateNetworkAclEntry DeleteNetworkAcl DeleteNetworkAclEntry '
			'ReplaceNetworkAclEntry ReplaceNetworkAclAssociation'),
		('4.12', '3.12', 'Network gateway changed', 'ec2',
			'CreateCustomerGateway DeleteCustomerGateway AttachInternetGateway CreateInternetGateway '
			'DeleteInternetGateway DetachInternetGateway'),
		('4.13', '3.13', 'Route table changed', 'ec2',
			'CreateRoute CreateRouteTable ReplaceRoute ReplaceRouteTableAssociation DeleteRouteTable '
			'DeleteRoute DisassociateRouteTable'),
		('4.14', '3.14', 'VPC changed', 'ec2',
			'CreateVpc DeleteVpc ModifyVpcAttribute AcceptVpcPeeringConnection CreateVpcPeeringConnection '
			'DeleteVpcPeeringConnection RejectVpcPeeringConnection AttachClassicLinkVpc DetachClassicLinkVpc '
			'DisableVpcClassicLink EnableVpcClassicLink'),
		('4.15', NULL, 'AWS Organizations changed', 'organizations',
			'AcceptHandshake AttachPolicy CreateAccount CreateOrganizationalUnit CreatePolicy '
			'DeclineHandshake DeleteOrganization DeleteOrganizationalUnit DeletePolicy DetachPolicy '
			'DisablePolicyType EnablePolicyType InviteAccountToOrganization LeaveOrganization MoveAccount '
			'RemoveAccountFromOrganization UpdatePolicy UpdateOrganizationalUnit')
	) AS c (v3_0, v1_2, title, service, names), LATERAL string_to_table(c.names, ' ') AS a (name)
	ON CONFLICT DO NOTHING;

-- Conditions on any action read the events once; the others ask the index for theirs.
CREATE VIEW cis_alerts WITH (security_invoker) AS
	SELECT e.event_time, e.event_id, e.account_id, e.aws_region,
		e.actor,
		e.user_type AS actor_type, e.session_name, e.source_identity, e.source_ip, e.user_agent,
		e.control_v1_2, e.control_v3_0, e.title, e.event_source, e.event_name, e.succeeded, e.error_code,
			e.condition_id, e.event_key, e.event
	FROM (
		SELECT e.*, c.condition_id, c.control_v1_2, c.control_v3_0, c.title, c.error_code AS error_pattern,
		c.principal_arn AS principal_pattern, c.contains, c.condition, c.by_person
		FROM cis_conditions AS c JOIN events AS e ON e.event @~ c.action
		WHERE c.enabled AND c.action <> '*:*'
		UNION ALL
		SELECT e.*, c.condition_id, c.control_v1_2, c.control_v3_0, c.title, c.error_code, c.principal_arn,
		c.contains, c.condition, c.by_person
		FROM cis_conditions AS c CROSS JOIN events AS e
		WHERE c.enabled AND c.action = '*:*'
	) AS e
	WHERE (e.error_pattern IS NULL OR e.error_code LIKE e.error_pattern)
		AND (e.principal_pattern IS NULL OR coalesce(e.principal_arn, e.actor) LIKE e.principal_pattern)
		AND (NOT e.by_person OR lower(e.event_type) IS DISTINCT FROM 'awsserviceevent'
			AND (e.invoked_by IS NULL OR e.invoked_by IN (SELECT s.invoked_by FROM console_services AS s)))
		AND CASE WHEN e.contains IS NOT NULL AND NOT e.event @> e.contains THEN false
			WHEN e.condition IS NOT NULL AND NOT coalesce(e.event::jsonb @@ e.condition, false) THEN false
			ELSE NOT cloudtrail_has_event('replaced_events'::regclass, e.event_time, e.event_key) END;
COMMENT ON VIEW cis_alerts IS
	'Events that the monitoring controls of the CIS AWS Foundations Benchmark watch for, or that meet a condition that '
	'you added to cis_conditions: a row for each event and condition that it meets';
