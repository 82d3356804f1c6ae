-- What was refused or did not exist, and who reached across accounts.

CREATE VIEW secret_refusals WITH (security_invoker) AS
SELECT e.*,
	-- Secrets Manager says no more than that KMS refused; KMS says why, in the event of what was asked of it.
	CASE WHEN r.refused_by = 'KMS' THEN coalesce((
			SELECT CASE WHEN min(k.refused_by) = max(k.refused_by) THEN min(k.refused_by) END
			FROM (
				SELECT cloudtrail_refusing_policy(k.error_code, k.error_message) AS refused_by
				FROM secret_facts AS k
				WHERE k.secret_name = e.secret_name AND k.event_source = 'kms.amazonaws.com' AND NOT k.succeeded
					AND k.event_time BETWEEN e.event_time - (SELECT t.same_call_window FROM thresholds AS t)
						AND e.event_time + (SELECT t.same_call_window FROM thresholds AS t)
					AND k.invoked_by LIKE 'secretsmanager.amazonaws.com%' AND k.aws_region = e.aws_region
					AND coalesce(k.principal_id, k.actor) = e.caller
					AND k.session_name IS NOT DISTINCT FROM e.session_name
			) AS k), r.refused_by)
		ELSE r.refused_by END AS denied_by
FROM secret_calls AS e
	CROSS JOIN LATERAL (SELECT cloudtrail_refusing_policy(e.error_code, e.error_message) AS refused_by) AS r
WHERE e.event_source = 'secretsmanager.amazonaws.com' AND e.outcome = 'denied';
COMMENT ON VIEW secret_refusals IS
	'The rows of secret_denied without the columns that need the whole trail or the event. Beside denied_by, columns '
	'are those of secret_calls';
COMMENT ON COLUMN secret_refusals.denied_by IS 'As in secret_denied';

CREATE VIEW secret_denied WITH (security_invoker) AS
SELECT e.event_time, e.event_id, e.account_id, e.aws_region, e.actor, e.actor_kind, e.actor_type, e.session_name,
	e.source_identity, e.source_ip, e.user_agent,
	'secretsmanager:' || e.event_name AS action, e.secret_account, e.secret_region, e.secret_arn,
		e.secret_name, e.id_given,
	e.denied_by,
	count(*) OVER (PARTITION BY e.secret_name, e.secret_account, e.secret_region, e.secret_arn, e.actor,
		e.event_name) AS attempts,
	e.error_code, e.error_message, e.origin, e.origin_kind, e.origin_method, e.event_key,
	cloudtrail_raw_event('raw_events'::regclass, e.event_time, e.event_key) AS event
FROM secret_refusals AS e;
COMMENT ON VIEW secret_denied IS
	'Calls to Secrets Manager that were refused (error_kinds): a row for each, and for each secret that a refused '
	'batch names. A call that two accounts recorded has one row';
COMMENT ON COLUMN secret_denied.action IS 'The action that was refused';
COMMENT ON COLUMN secret_denied.denied_by IS
	'What refused it, as far as the message shows: identity policy, resource policy, VPC endpoint policy, service '
	'control policy, resource control policy, permissions boundary, session policy, key policy; of a refusal by KMS, '
	'what the message of KMS shows within settings.same_call_window, else KMS; null if no message shows it, and if a key '
	'could not be used for another reason';
COMMENT ON COLUMN secret_denied.attempts IS
	'How often this actor was refused this action on this secret in the whole trail';

CREATE INDEX secret_facts_failed_idx ON secret_facts ((coalesce(principal_id, actor)))
	WHERE NOT succeeded AND event_source = 'secretsmanager.amazonaws.com';

CREATE VIEW secret_probes WITH (security_invoker) AS
-- Once for all rows, whatever number of them the planner expects.
WITH failures AS MATERIALIZED (
	SELECT coalesce(f.principal_id, f.actor) AS caller, f.error_code,
		count(DISTINCT (f.secret_account, f.secret_region, coalesce(f.secret_name, f.id_given))) AS distinct_ids
	FROM secret_facts AS f
	WHERE NOT f.succeeded AND f.event_source = 'secretsmanager.amazonaws.com'
	GROUP BY 1, 2
)
SELECT e.event_time, e.event_id, e.account_id, e.aws_region, e.actor, e.actor_kind, e.actor_type, e.session_name,
	e.source_identity, e.source_ip, e.user_agent,
	e.event_name, e.secret_account, e.secret_region, e.secret_arn, e.secret_name, e.id_given, e.resolve_method,
		e.error_kind, e.error_code, e.error_message,
	count(*) OVER (PARTITION BY e.secret_name, e.secret_account, e.secret_region, e.secret_arn, e.id_given,
		e.actor) AS attempts,
	f.distinct_ids, e.event_key,
	cloudtrail_raw_event('raw_events'::regclass, e.event_time, e.event_key) AS event
FROM secret_calls AS e LEFT JOIN failures AS f ON f.caller = e.caller AND f.error_code = e.error_code
WHERE e.event_source = 'secretsmanager.amazonaws.com' AND e.error_kind IN ('not found', 'marked for deletion');
COMMENT ON VIEW secret_probes IS
	'Calls that named a secret or version that does not exist, or a secret that is deleted or marked for deletion '
	'(error_kinds): a row for each';
COMMENT ON COLUMN secret_probes.error_kind IS 'not found or marked for deletion';
COMMENT ON COLUMN secret_probes.attempts IS
	'How often this actor named this secret in this way with such an error, in the whole trail';
COMMENT ON COLUMN secret_probes.distinct_ids IS
	'How many different secrets this actor named in calls that failed with the same error code';

CREATE VIEW secret_cross_account WITH (security_invoker) AS
SELECT e.event_time, e.event_id, e.account_id, e.aws_region, e.actor, e.actor_kind, e.actor_type, e.session_name,
	e.source_identity, e.source_ip, e.user_agent,
	e.event_name, e.secret_arn, e.secret_name, e.resolve_method, e.actor_account, e.secret_account, e.secret_region,
	e.shared_event_id, e.account_id AS recipient_account_id,
	e.outcome, e.error_code, e.event_key,
	cloudtrail_raw_event('raw_events'::regclass, e.event_time, e.event_key) AS event
FROM secret_calls AS e
WHERE e.secret_name IS NOT NULL AND e.actor_account <> e.secret_account
	AND e.event_source = 'secretsmanager.amazonaws.com';
COMMENT ON VIEW secret_cross_account IS
	'Calls from one account on the secrets of another, by the account in the secret''s ARN, full or partial: a row for '
	'each call and secret. It is the record of the secret''s account, if that is in the trail';
COMMENT ON COLUMN secret_cross_account.recipient_account_id IS 'Account whose record this is';
COMMENT ON COLUMN secret_cross_account.shared_event_id IS 'Common to the records of the call in both accounts';

CREATE VIEW replaced_events WITH (security_invoker) AS
SELECT e.event_time, e.event_key, o.event_key AS stands_key
FROM events AS e JOIN events AS o ON o.event_time = e.event_time AND o.event_key <> e.event_key
WHERE o.addendum_original_event_id = e.event_id AND o.account_id IS NOT DISTINCT FROM e.account_id
	OR (o.shared_event_id = e.shared_event_id AND o.event_name = e.event_name
			OR o.addendum_original_event_id = e.addendum_original_event_id
				AND o.account_id IS NOT DISTINCT FROM e.account_id)
		AND e.addendum_original_event_id IS DISTINCT FROM o.event_id
		AND (o.principal_arn IS NOT NULL, o.account_id IS NOT DISTINCT FROM o.user_account_id,
				NOT cloudtrail_is_endpoint_event(o.event_type), o.addendum_original_event_id IS NOT NULL,
				o.event_key)
			> (e.principal_arn IS NOT NULL, e.account_id IS NOT DISTINCT FROM e.user_account_id,
				NOT cloudtrail_is_endpoint_event(e.event_type), e.addendum_original_event_id IS NOT NULL,
				e.event_key);
COMMENT ON VIEW replaced_events IS
	'Records that another record of the same call replaces. Of the records that several accounts have, that of the '
	'caller''s account remains, since it has the caller; of those of the API and of an endpoint, that of the API; of '
	'one that was delivered again with more data, the newest. '
	'Ask for one event, by time and key';
COMMENT ON COLUMN replaced_events.stands_key IS 'Key of the record that replaces it';

CREATE VIEW access_denied WITH (security_invoker) AS
SELECT e.event_time, e.event_id, e.account_id, e.aws_region, actor(e.event) AS actor,
	e.user_type AS actor_type, e.session_name, e.source_identity, e.source_ip, e.user_agent,
	e.event_source, e.event_name,
	coalesce(substring(e.error_message FROM 'on resource: ([^ ,]+)'), e.secret_arn, e.resource_arns[1]) AS resource,
	cloudtrail_refusing_policy(e.error_code, e.error_message) AS policy_type,
	count(*) OVER (PARTITION BY actor(e.event), e.event_source, e.event_name,
		date_bin('1 day', e.event_time, '2000-01-01 00:00:00+00')) AS attempts,
	e.error_code, e.error_message, e.event_key, e.event
FROM events AS e CROSS JOIN error_patterns AS p
WHERE e.error_code IS NOT NULL AND concat(e.error_code, ' ', e.error_message) ILIKE ANY (p.denied)
	AND NOT cloudtrail_has_event('replaced_events'::regclass, e.event_time, e.event_key);
COMMENT ON VIEW access_denied IS
	'Refused calls to any service (error_kinds): a row for each, however many accounts recorded it. Failed console '
	'sign-ins are in console_logins';
COMMENT ON COLUMN access_denied.resource IS 'The resource that the message names, else the first of the event';
COMMENT ON COLUMN access_denied.policy_type IS 'As denied_by of secret_denied, by the message of this event alone';
COMMENT ON COLUMN access_denied.attempts IS 'How often the actor was refused this action that day (UTC)';
