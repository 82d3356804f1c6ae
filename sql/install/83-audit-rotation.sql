-- Rotations as rows: from Secrets Manager's own events, whose requestID holds
-- the token that is also the id of the new version.

CREATE FUNCTION cloudtrail_create_rotation_views() RETURNS void
	LANGUAGE plpgsql
	AS $$
BEGIN
	CREATE OR REPLACE VIEW secret_rotation_rules WITH (security_invoker) AS
		SELECT e.secret_arn, e.secret_name, e.event_time AS changed_at, e.actor AS changed_by,
			e.event_name = 'RotateSecret' AS rotation_enabled,
			e.event #>> '{requestParameters,rotationLambdaARN}' AS lambda_arn,
			CASE WHEN e.event #>> '{requestParameters,rotationRules,automaticallyAfterDays}' ~ '^\d{1,4}$'
					THEN make_interval(days => (e.event #>> '{requestParameters,rotationRules,automaticallyAfterDays}')::integer)
				WHEN e.event #>> '{requestParameters,rotationRules,scheduleExpression}' ~ '^rate\(\d{1,4} (hour|day)s?\)$'
					THEN substring(e.event #>> '{requestParameters,rotationRules,scheduleExpression}' FROM '\((.*)\)')::interval
				END AS rotate_every,
			e.event #> '{requestParameters,rotationRules}' AS rotation_rules,
			e.version_id AS token, e.event_key, e.event
		FROM secret_events AS e
		WHERE e.event @~ 'secretsmanager:*RotateSecret' AND e.succeeded;
	COMMENT ON VIEW secret_rotation_rules IS
		'Who turned the rotation of a secret on, changed it or turned it off: a row for each successful RotateSecret and CancelRotateSecret';
	COMMENT ON COLUMN secret_rotation_rules.rotate_every IS 'How often, where the rule is a number of days or a rate; null for cron expressions and where the request kept the rule';
	COMMENT ON COLUMN secret_rotation_rules.token IS 'Id of the version that this request began to make';

	CREATE OR REPLACE VIEW secret_rotations WITH (security_invoker) AS
		WITH phase AS (
			-- Each of the service's events, and the requests, which tell the function and who asked for it.
			SELECT e.event_time, e.event_key, e.secret_arn, e.secret_name, k.phase, k.is_test,
				substring(e.event #>> '{requestID}' FROM '^Rotation-arn:.*:secret:.*-([0-9A-Za-z]{8}-[0-9A-Za-z-]*)$') AS token,
				e.error_message, NULL AS caller, substring(e.error_message FROM 'arn:aws[a-z-]*:lambda:[^ ,]+') AS lambda_arn
			FROM secret_events AS e JOIN secret_event_kinds AS k ON k.event_name = e.event_name AND k.process = 'rotation'
			WHERE e.event @~ 'secretsmanager:*Rotation*'
			UNION ALL
			SELECT r.changed_at, r.event_key, r.secret_arn, r.secret_name, 'requested', NULL, r.token, NULL, r.changed_by, r.lambda_arn
			FROM secret_rotation_rules AS r
			WHERE r.rotation_enabled
		), known AS (
			SELECT p.*, CASE WHEN p.token IS NOT NULL THEN min(p.caller) OVER (PARTITION BY p.secret_arn, p.secret_name, p.token) END AS requested_by,
				count(p.lambda_arn) OVER (PARTITION BY p.secret_arn, p.secret_name ORDER BY p.event_time, p.phase <> 'requested', p.event_key) AS lambda_number
			FROM phase AS p
		), numbered AS (
			-- A new attempt begins with a start, and with whatever follows an end.
			SELECT k.*,
				max(k.lambda_arn) OVER (PARTITION BY k.secret_arn, k.secret_name, k.lambda_number) AS known_lambda_arn,
				count(*) FILTER (WHERE k.begins) OVER (PARTITION BY k.secret_arn, k.secret_name, k.token, k.is_test ORDER BY k.event_time, k.rank, k.event_key) AS attempt
			FROM (
				SELECT k.*, k.phase = 'started'
						OR lag(k.phase IN ('succeeded', 'failed', 'abandoned')) OVER (PARTITION BY k.secret_arn, k.secret_name, k.token, k.is_test ORDER BY k.event_time, k.rank, k.event_key) AS begins
				FROM (SELECT k.*, CASE k.phase WHEN 'started' THEN 1 ELSE 2 END AS rank FROM known AS k) AS k
			) AS k
		), rotator AS (
			SELECT e.secret_arn, e.secret_name, e.version_id AS token, min(e.actor) AS rotated_by
			FROM secret_events AS e
			WHERE e.event @~ 'secretsmanager:PutSecretValue' AND e.succeeded AND e.version_id IS NOT NULL GROUP BY 1, 2, 3
		)
		SELECT split_part(a.secret_arn, ':', 5) AS account_id, split_part(a.secret_arn, ':', 4) AS aws_region,
			a.secret_arn, a.secret_name, a.token, a.started_at, a.ended_at, a.ended_at - a.started_at AS duration,
			a.outcome, a.is_test, a.requested_by, p.rotated_by, a.lambda_arn,
			CASE WHEN a.outcome = 'failed' THEN substring(a.error_message FROM 'during (\w+) step') END AS failed_step,
			a.error_message
		FROM (
			SELECT n.secret_arn, n.secret_name, n.token, n.is_test, n.attempt,
				min(n.event_time) FILTER (WHERE n.phase = 'started') AS started_at,
				max(n.event_time) FILTER (WHERE n.phase <> 'started') AS ended_at,
				coalesce(max(n.phase) FILTER (WHERE n.phase <> 'started'), 'open') AS outcome,
				max(n.known_lambda_arn) AS lambda_arn, max(n.requested_by) AS requested_by, max(n.error_message) AS error_message
			FROM numbered AS n
			WHERE n.phase <> 'requested'
			GROUP BY n.secret_arn, n.secret_name, n.token, n.is_test, n.attempt
		) AS a
			LEFT JOIN rotator AS p ON p.secret_arn = a.secret_arn AND p.secret_name = a.secret_name AND p.token = a.token;
	COMMENT ON VIEW secret_rotations IS
		'Rotations: a row for each attempt, from the events that Secrets Manager writes by itself. A failed one carries no errorCode; the step and the function are read from errorMessage';
	COMMENT ON COLUMN secret_rotations.token IS 'Id of the version that the rotation makes';
	COMMENT ON COLUMN secret_rotations.started_at IS 'Null where the start is not in the trail';
	COMMENT ON COLUMN secret_rotations.ended_at IS 'Null while the attempt is open';
	COMMENT ON COLUMN secret_rotations.outcome IS 'succeeded, failed, abandoned (a new version was made by hand meanwhile) or open: no end is in the trail';
	COMMENT ON COLUMN secret_rotations.is_test IS 'A test of the rotation''s settings, which changes nothing';
	COMMENT ON COLUMN secret_rotations.requested_by IS 'Who asked for it by RotateSecret; null for the schedule''s';
	COMMENT ON COLUMN secret_rotations.rotated_by IS 'Who put the new version: the role of the rotation function';
	COMMENT ON COLUMN secret_rotations.lambda_arn IS 'The rotation function, from the failure or from the last RotateSecret that names it';
	COMMENT ON COLUMN secret_rotations.failed_step IS 'createSecret, setSecret, testSecret or finishSecret';

	CREATE OR REPLACE VIEW secret_rotation_failures WITH (security_invoker) AS
		SELECT r.account_id, r.aws_region, r.secret_arn, r.secret_name, r.token, r.started_at, r.ended_at, r.duration, r.requested_by,
			r.lambda_arn, r.failed_step, r.error_message, r.consecutive_failures, r.last_success
		FROM (
			SELECT r.*,
				count(*) FILTER (WHERE r.outcome = 'failed') OVER (PARTITION BY r.secret_arn, r.secret_name, r.successes ORDER BY r.ended_at) AS consecutive_failures,
				max(r.ended_at) FILTER (WHERE r.outcome = 'succeeded') OVER (PARTITION BY r.secret_arn, r.secret_name ORDER BY r.ended_at) AS last_success
			FROM (
				SELECT r.*, count(*) FILTER (WHERE r.outcome = 'succeeded') OVER (PARTITION BY r.secret_arn, r.secret_name ORDER BY r.ended_at) AS successes
				FROM secret_rotations AS r
				WHERE NOT r.is_test
			) AS r
		) AS r
		WHERE r.outcome = 'failed';
	COMMENT ON VIEW secret_rotation_failures IS 'Rotations that failed: a row each. Tests are left out';
	COMMENT ON COLUMN secret_rotation_failures.consecutive_failures IS 'The how many-th failure since the last success this is';
	COMMENT ON COLUMN secret_rotation_failures.last_success IS 'When a rotation of the secret last succeeded before; null where none is in the trail';

	CREATE OR REPLACE VIEW secret_rotation_tokens WITH (security_invoker) AS
		SELECT DISTINCT e.secret_arn, e.secret_name, substring(e.event #>> '{requestID}' FROM '^Rotation-arn:.*:secret:.*-([0-9A-Za-z]{8}-[0-9A-Za-z-]*)$') AS token
		FROM secret_events AS e
		WHERE e.event @~ 'secretsmanager:*Rotation*' AND e.event_name IN (SELECT k.event_name FROM secret_event_kinds AS k WHERE k.process = 'rotation');
	COMMENT ON VIEW secret_rotation_tokens IS 'Ids of the versions that rotations made or tried to make: a row for each secret and version';

	CREATE OR REPLACE VIEW secret_stage_moves WITH (security_invoker) AS
		SELECT e.event_time, e.event_id, e.account_id, e.aws_region, e.actor, e.actor_type, e.session_name, e.source_identity, e.source_ip, e.user_agent,
			e.secret_arn, e.secret_name,
			e.event #>> '{requestParameters,versionStage}' AS stage,
			e.event #>> '{requestParameters,removeFromVersionId}' AS from_version,
			e.event #>> '{requestParameters,moveToVersionId}' AS to_version,
			t.token IS NOT NULL AS via_rotation, e.outcome, e.error_code, e.event_key, e.event
		FROM secret_events AS e LEFT JOIN secret_rotation_tokens AS t
			ON t.secret_arn = e.secret_arn AND t.secret_name = e.secret_name AND t.token = e.event #>> '{requestParameters,moveToVersionId}'
		WHERE e.event @~ 'secretsmanager:UpdateSecretVersionStage';
	COMMENT ON VIEW secret_stage_moves IS 'Staging labels moved between versions: a row for each UpdateSecretVersionStage. AWSCURRENT moved back is a rollback';
	COMMENT ON COLUMN secret_stage_moves.via_rotation IS 'The version it moves to was made by a rotation';

	CREATE OR REPLACE VIEW secret_manual_changes WITH (security_invoker) AS
		SELECT e.event_time, e.event_id, e.account_id, e.aws_region, e.actor, e.actor_type, e.session_name, e.source_identity, e.source_ip, e.user_agent,
			e.event_name, e.secret_arn, e.secret_name, e.version_id,
			e.rotation_configured, e.event_key, e.event
		FROM (
			-- Whether rotation was on tells the last change of it before.
			SELECT e.*, coalesce((max(e.event_time) FILTER (WHERE e.event_name = 'RotateSecret') OVER before)
				> coalesce(max(e.event_time) FILTER (WHERE e.event_name = 'CancelRotateSecret') OVER before, '-infinity'), false) AS rotation_configured
			FROM secret_events AS e
			WHERE e.succeeded AND (e.event @~ 'secretsmanager:PutSecretValue' OR e.event @~ 'secretsmanager:UpdateSecret' OR e.event @~ 'secretsmanager:*RotateSecret')
			WINDOW before AS (PARTITION BY e.secret_arn, e.secret_name ORDER BY e.event_time)
		) AS e LEFT JOIN secret_rotation_tokens AS t ON t.secret_arn = e.secret_arn AND t.secret_name = e.secret_name AND t.token = e.version_id
		WHERE t.token IS NULL AND (e.event_name = 'PutSecretValue' OR e.event_name = 'UpdateSecret' AND e.version_id IS NOT NULL);
	COMMENT ON VIEW secret_manual_changes IS
		'Values written by other means than a rotation: a row for each PutSecretValue, and each UpdateSecret that made a version, whose version is no rotation''s';
	COMMENT ON COLUMN secret_manual_changes.rotation_configured IS 'The trail shows that rotation was on at that time';
END
$$;
COMMENT ON FUNCTION cloudtrail_create_rotation_views() IS
	'Part of cloudtrail_create_audit_views(): rotations, their failures, and changes by hand';
