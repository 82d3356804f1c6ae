-- What was refused or did not exist, and who reached across accounts.

CREATE FUNCTION cloudtrail_denied_by(error_code text, error_message text) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	BEGIN ATOMIC
		SELECT CASE
			WHEN error_code = 'VpceAccessDenied' OR error_message ~ 'VPC endpoint polic' THEN 'VPC endpoint policy'
			WHEN error_message ~ 'service control polic' THEN 'service control policy'
			WHEN error_message ~ 'resource control polic' THEN 'resource control policy'
			WHEN error_message ~ 'permissions boundar' THEN 'permissions boundary'
			WHEN error_message ~ 'session polic' THEN 'session policy'
			WHEN error_message ~ 'resource-based polic' THEN 'resource policy'
			WHEN error_message ~ 'identity-based polic' THEN 'identity policy'
		END;
	END;
COMMENT ON FUNCTION cloudtrail_denied_by(text, text) IS 'The kind of policy that refused a call, as far as errorCode and errorMessage tell; null where they do not';

CREATE FUNCTION cloudtrail_create_refusal_views() RETURNS void
	LANGUAGE plpgsql
	AS $$
BEGIN
	CREATE OR REPLACE VIEW secret_denied WITH (security_invoker) AS
		SELECT e.event_time, e.event_id, e.account_id, e.aws_region, e.actor, e.actor_type, e.session_name, e.source_identity, e.source_ip, e.user_agent,
			action(e.event) AS action, e.secret_arn, e.secret_name, e.id_given,
			cloudtrail_denied_by(e.error_code, e.error_message) AS denied_by,
			count(*) OVER (PARTITION BY e.secret_arn, e.secret_name, e.actor, e.event_name) AS attempts,
			e.error_code, e.error_message, e.event_key, e.event
		FROM secret_events AS e
		WHERE e.outcome = 'denied';
	COMMENT ON VIEW secret_denied IS 'Calls to Secrets Manager that were refused: a row for each, and for each secret a refused batch names';
	COMMENT ON COLUMN secret_denied.denied_by IS
		'What refused it, as far as the message tells: identity policy, resource policy, VPC endpoint policy, service control policy, resource control policy, permissions boundary, session policy';
	COMMENT ON COLUMN secret_denied.attempts IS 'How often this actor was refused this action on this secret in the whole trail';

	CREATE OR REPLACE VIEW secret_probes WITH (security_invoker) AS
		SELECT e.event_time, e.event_id, e.account_id, e.aws_region, e.actor, e.actor_type, e.session_name, e.source_identity, e.source_ip, e.user_agent,
			e.event_name, e.secret_arn, e.secret_name, e.id_given, e.resolve_method, e.error_code, e.error_message,
			count(*) OVER (PARTITION BY e.secret_arn, e.secret_name, e.id_given, e.actor) AS attempts,
			p.distinct_ids, e.event_key, e.event
		FROM secret_events AS e LEFT JOIN (
				SELECT p.principal_arn, p.error_code, count(DISTINCT p.secret_id) AS distinct_ids FROM events AS p
				WHERE (p.event @> '{"errorCode": "ResourceNotFoundException"}' OR p.event @> '{"errorCode": "InvalidRequestException"}') AND p.event_source = 'secretsmanager.amazonaws.com'
				GROUP BY p.principal_arn, p.error_code
			) AS p ON p.principal_arn = e.actor AND p.error_code = e.error_code
		WHERE e.error_code = 'ResourceNotFoundException'
			OR e.error_code = 'InvalidRequestException' AND e.error_message ~* '(marked|scheduled) for deletion|was deleted';
	COMMENT ON VIEW secret_probes IS 'Calls that named a secret or version that does not exist, or a deleted secret: a row for each';
	COMMENT ON COLUMN secret_probes.attempts IS 'How often this actor named it so in vain in the whole trail';
	COMMENT ON COLUMN secret_probes.distinct_ids IS 'How many different names this actor tried with the same error';

	CREATE OR REPLACE VIEW secret_cross_account WITH (security_invoker) AS
		SELECT e.event_time, e.event_id, e.account_id, e.aws_region, e.actor, e.actor_type, e.session_name, e.source_identity, e.source_ip, e.user_agent,
			e.event_name, e.secret_arn, e.secret_name,
			user_account_id(e.event) AS actor_account, split_part(e.secret_arn, ':', 5) AS secret_account,
			shared_event_id(e.event) AS shared_event_id, recipient_account_id(e.event) AS recipient_account_id,
			e.outcome, e.error_code, e.event_key, e.event
		FROM secret_events AS e
		WHERE user_account_id(e.event) <> split_part(e.secret_arn, ':', 5);
	COMMENT ON VIEW secret_cross_account IS
		'Calls from one account on the secrets of another: a row for each record. Where both accounts'' records are in the trail, both have the same shared_event_id';

	CREATE OR REPLACE VIEW access_denied WITH (security_invoker) AS
		SELECT e.event_time, e.event_id, e.account_id, e.aws_region,
			coalesce(e.principal_arn, e.principal_id, e.invoked_by, e.user_account_id) AS actor,
			e.user_type AS actor_type, e.session_name, e.source_identity, e.source_ip, e.user_agent,
			e.event_source, e.event_name,
			coalesce(substring(e.error_message FROM 'on resource: ([^ ,]+)'), e.secret_arn, e.resource_arns[1]) AS resource,
			cloudtrail_denied_by(e.error_code, e.error_message) AS policy_type,
			count(*) OVER (PARTITION BY e.principal_arn, e.event_source, e.event_name, date_trunc('day', e.event_time, 'UTC')) AS attempts,
			e.error_code, e.error_message, e.event_key, e.event
		FROM events AS e
		WHERE e.error_code ~ '(AccessDenied|Unauthorized|NotAuthorized)';
	COMMENT ON VIEW access_denied IS 'Refused calls to any service: a row for each. Failed console sign-ins are in console_logins';
	COMMENT ON COLUMN access_denied.resource IS 'The resource that the message names, else the first of the event';
	COMMENT ON COLUMN access_denied.policy_type IS 'As denied_by of secret_denied';
	COMMENT ON COLUMN access_denied.attempts IS 'How often the actor was refused this action that day (UTC)';
END
$$;
COMMENT ON FUNCTION cloudtrail_create_refusal_views() IS
	'Part of cloudtrail_create_audit_views(): refusals, probes, calls across accounts';
