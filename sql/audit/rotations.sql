-- Rotations as rows, from Secrets Manager's own events, the calls that ask for
-- them and those that put the new version.

CREATE VIEW secret_rotation_rules WITH (security_invoker) AS
SELECT e.secret_account AS account_id, e.secret_region AS aws_region, e.secret_arn, e.secret_name,
	e.event_time AS changed_at, e.actor AS changed_by,
	e.event_name = 'RotateSecret' AS rotation_enabled,
	e.detail ->> 'rotation_lambda_arn' AS lambda_arn,
	e.detail ->> 'external_rotation_role_arn' AS rotation_role_arn,
	e.detail -> 'external_rotation_metadata' AS rotation_metadata,
	cloudtrail_rotation_interval(e.detail -> 'rotation_rules') AS rotate_every,
	e.detail -> 'rotation_rules' AS rotation_rules,
	CASE WHEN e.event_name = 'RotateSecret' THEN coalesce(e.version_id, e.token) END AS token,
	e.event_key,
	cloudtrail_raw_event('raw_events'::regclass, e.event_time, e.event_key) AS event
FROM secret_calls AS e
WHERE e.event_source = 'secretsmanager.amazonaws.com' AND e.event_name IN ('RotateSecret', 'CancelRotateSecret')
	AND e.succeeded;
COMMENT ON VIEW secret_rotation_rules IS
	'Who turned the rotation of a secret on, changed it or turned it off: a row for each successful RotateSecret and '
	'CancelRotateSecret';
COMMENT ON COLUMN secret_rotation_rules.rotation_role_arn IS
	'The role of a rotation without a function (externalSecretRotationRoleArn)';
COMMENT ON COLUMN secret_rotation_rules.rotation_metadata IS
	'Parameters of such a rotation (externalSecretRotationMetadata), as they were given';
COMMENT ON COLUMN secret_rotation_rules.rotate_every IS
	'The longest time between two rotations by the rule: days, rate or cron; null if the request kept the rule, or '
	'the rule is not understood';
COMMENT ON COLUMN secret_rotation_rules.token IS 'Id of the version that this request began to make';

CREATE VIEW secret_rotation_steps WITH (security_invoker) AS
SELECT e.secret_account, e.secret_region, e.secret_arn, e.secret_name, e.event_time, e.event_key,
	p.phase,
	CASE WHEN e.process = 'rotation' THEN coalesce(e.is_test, false) ELSE false END AS is_test,
	CASE e.event_name WHEN 'RotateSecret' THEN coalesce(e.version_id, e.token)
		WHEN 'UpdateSecretVersionStage' THEN e.detail ->> 'remove_from_version_id'
		ELSE coalesce(e.token, e.version_id) END AS token,
	e.event_name, e.version_id, e.actor, e.caller,
	CASE WHEN e.process IS NULL AND e.invoked_by NOT IN (SELECT c.invoked_by FROM console_services AS c)
		THEN e.invoked_by END AS invoked_by,
	coalesce(e.detail ->> 'rotation_lambda_arn', e.detail ->> 'lambda_arn') AS lambda_arn,
	e.detail ->> 'external_rotation_role_arn' AS rotation_role_arn,
	e.detail ->> 'failed_step' AS failed_step, e.error_message
FROM secret_calls AS e
	-- OFFSET has it asked once.
	CROSS JOIN LATERAL (SELECT CASE WHEN e.process = 'rotation' THEN e.phase
		WHEN e.event_name = 'RotateSecret' THEN CASE e.detail ->> 'rotate_immediately' WHEN 'false' THEN 'ruled'
			ELSE 'requested' END
		WHEN e.event_name = 'CancelRotateSecret' THEN 'turned off'
		WHEN e.event_name = 'UpdateSecretVersionStage' THEN 'aborted'
		WHEN (SELECT w.by_rotation FROM secret_automatic_writes AS w
			WHERE w.event_time = e.event_time AND w.event_key = e.event_key AND w.item = e.item) THEN 'put'
		ELSE 'written' END AS phase OFFSET 0) AS p
WHERE e.event_source = 'secretsmanager.amazonaws.com'
	AND (e.process = 'rotation'
		OR e.succeeded AND (e.event_name IN ('RotateSecret', 'CancelRotateSecret')
			OR cloudtrail_writes_version(e.event_name, e.version_id)
			OR e.event_name = 'UpdateSecretVersionStage' AND e.version_stage = 'AWSPENDING'
				AND e.detail ? 'remove_from_version_id'));
COMMENT ON VIEW secret_rotation_steps IS
	'What rotations consist of: the service''s own events, requests to rotate, and values that were put, by hand or '
	'not; and what ends them otherwise';
COMMENT ON COLUMN secret_rotation_steps.secret_region IS 'Region of the secret';
COMMENT ON COLUMN secret_rotation_steps.phase IS
	'requested, ruled (a request that only changes the rule), turned off, put (the rotation wrote a value), written (a '
	'value was written otherwise), aborted (AWSPENDING was taken from the version), or the phase of the service''s '
	'event';
COMMENT ON COLUMN secret_rotation_steps.is_test IS
	'Whether it is a test of the rotation''s settings, which changes nothing';
COMMENT ON COLUMN secret_rotation_steps.caller IS 'Unique id of the caller, the same in every account';
COMMENT ON COLUMN secret_rotation_steps.invoked_by IS
	'The service that called on behalf of the actor; null if the actor did';
COMMENT ON COLUMN secret_rotation_steps.rotation_role_arn IS 'The role of a rotation without a function';

CREATE VIEW secret_rotations WITH (security_invoker) AS
SELECT a.secret_account AS account_id, a.secret_region AS aws_region, a.secret_arn, a.secret_name, a.token,
	a.requested_at, a.started_at,
	e.ended_at, e.ended_at - coalesce(a.started_at, CASE WHEN a.managed THEN a.requested_at END) AS duration,
	e.outcome,
	a.is_test, a.requested_by, a.rotated_by, a.lambda_arn, a.rotation_role_arn,
	CASE WHEN a.of_service THEN 'managed' WHEN a.rotation_role_arn IS NOT NULL THEN 'external role'
		WHEN a.lambda_arn IS NOT NULL THEN 'function' END AS rotation_kind,
	a.failed_step, a.error_message,
	CASE WHEN e.outcome IN ('open', 'cancelled')
		THEN cloudtrail_conclusive(o.observed_from, o.observed_to, o.gaps, coalesce(a.started_at, a.requested_at),
			coalesce(e.ended_at, t.as_of), t.coverage_gap)
			-- Secrets Manager begins none while another is under way.
			AND (e.outcome = 'cancelled' OR (coalesce(a.requested_at, a.started_at)
				< max(coalesce(a.requested_at, a.started_at)) FILTER (WHERE NOT a.is_test) OVER (PARTITION BY
					a.secret_account, a.secret_region, a.secret_name, a.secret_arn)) IS NOT TRUE)
		ELSE true END AS conclusive
FROM (
	SELECT n.secret_account, n.secret_region, n.secret_arn, n.secret_name, n.token, n.is_test,
		min(n.event_time) FILTER (WHERE n.phase = 'requested') AS requested_at,
		min(n.event_time) FILTER (WHERE n.phase = 'started') AS started_at,
		max(n.event_time) FILTER (WHERE n.phase NOT IN ('started', 'requested')) AS ended_at,
		max(n.phase) FILTER (WHERE n.phase NOT IN ('started', 'requested')) AS ended_as,
		bool_and(n.phase = 'requested' AND n.managed) AS managed, bool_or(n.managed) AS of_service,
		CASE WHEN bool_and(n.cancelled_at IS NOT NULL) THEN max(n.cancelled_at) END AS turned_off_at,
		min(n.put_at) AS put_at, min(n.requested_by) AS requested_by, min(n.rotated_by) AS rotated_by,
		max(n.known_lambda_arn) AS lambda_arn, max(n.known_role_arn) AS rotation_role_arn,
		max(n.failed_step) FILTER (WHERE n.phase = 'failed') AS failed_step, max(n.error_message) AS error_message
	FROM (
		SELECT b.*, count(*) FILTER (WHERE b.begins) OVER (PARTITION BY b.secret_account, b.secret_region,
			b.secret_name, b.secret_arn, b.token, b.is_test
				ORDER BY b.event_time, b.rank, b.event_key) AS attempt
		FROM (
			-- An attempt begins with a request, with a start that no request precedes, and with whatever follows an
			-- end.
			SELECT c.*,
				CASE coalesce(lag(c.phase) OVER attempts, 'none')
					WHEN 'requested' THEN c.phase = 'requested'
					WHEN 'started' THEN c.phase IN ('requested', 'started')
					ELSE true END AS begins
			FROM (
				-- A request that changes the rule alone names the function of what follows, too.
				SELECT v.*,
					max(v.lambda_arn) OVER (PARTITION BY v.secret_account, v.secret_region, v.secret_name,
						v.secret_arn, v.lambda_number) AS known_lambda_arn,
					max(v.rotation_role_arn) OVER (PARTITION BY v.secret_account, v.secret_region, v.secret_name,
						v.secret_arn, v.lambda_number) AS known_role_arn,
					-- A rotation function that takes the label from the version it put goes on.
					least(v.turned_off_at, min(v.event_time) FILTER (WHERE v.phase = 'aborted'
						AND coalesce(v.invoked_by, v.actor) IS DISTINCT FROM v.rotated_by) OVER (PARTITION BY
							v.secret_account, v.secret_region, v.secret_name, v.secret_arn, v.token
							ORDER BY v.event_time GROUPS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)) AS cancelled_at
				FROM (
					SELECT s.*, CASE s.phase WHEN 'requested' THEN 0 WHEN 'started' THEN 1 ELSE 2 END AS rank,
						min(s.actor) FILTER (WHERE s.phase = 'requested') OVER version AS requested_by,
						min(coalesce(s.invoked_by, s.actor)) FILTER (WHERE s.phase = 'put') OVER version AS rotated_by,
						min(s.event_time) FILTER (WHERE s.phase = 'put') OVER version AS put_at,
						-- A secret that a service manages is rotated by that service, without a function; that a
						-- service asks for a rotation, as CloudFormation does for a user, shows nothing.
						coalesce(bool_or(s.invoked_by IS NOT NULL AND s.phase = 'put') OVER version, false)
							OR s.secret_name LIKE '%!%' AS managed,
						min(s.event_time) FILTER (WHERE s.phase = 'turned off') OVER (PARTITION BY s.secret_account,
							s.secret_region, s.secret_name, s.secret_arn ORDER BY s.event_time
							GROUPS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS turned_off_at,
						count(coalesce(s.lambda_arn, s.rotation_role_arn)) OVER (PARTITION BY s.secret_account,
							s.secret_region, s.secret_name, s.secret_arn
							ORDER BY s.event_time, s.phase NOT IN ('requested', 'ruled'), s.event_key) AS lambda_number
					FROM secret_rotation_steps AS s
					WINDOW version AS (PARTITION BY s.secret_account, s.secret_region, s.secret_name,
						s.secret_arn, s.token)
				) AS v
			) AS c
			WHERE c.phase NOT IN ('put', 'written', 'turned off', 'aborted', 'ruled')
				AND (c.phase <> 'requested' OR c.token IS NOT NULL)
			WINDOW attempts AS (PARTITION BY c.secret_account, c.secret_region, c.secret_name, c.secret_arn,
				c.token, c.is_test
				ORDER BY c.event_time, c.rank, c.event_key)
		) AS b
	) AS n
	GROUP BY n.secret_account, n.secret_region, n.secret_arn, n.secret_name, n.token, n.is_test, n.attempt
) AS a
	CROSS JOIN LATERAL (SELECT coalesce(a.ended_as, CASE WHEN a.managed AND a.put_at IS NOT NULL THEN 'succeeded'
			WHEN a.turned_off_at IS NOT NULL THEN 'cancelled' ELSE 'open' END) AS outcome,
		coalesce(a.ended_at, CASE WHEN a.managed THEN a.put_at END, a.turned_off_at) AS ended_at) AS e
	CROSS JOIN thresholds AS t
	CROSS JOIN LATERAL cloudtrail_observed('observed'::regclass, CASE WHEN e.outcome IN ('open', 'cancelled')
		THEN a.secret_account END, a.secret_region) AS o;
COMMENT ON VIEW secret_rotations IS
	'Rotations: a row for each attempt, from the events that Secrets Manager itself writes and from requests. A failed '
	'one has no errorCode; step and function are read from errorMessage. A rotation that another service manages may '
	'have no events of its own: then it is recognized by the request and the value that followed';
COMMENT ON COLUMN secret_rotations.account_id IS 'Account of the secret';
COMMENT ON COLUMN secret_rotations.aws_region IS 'Region of the secret';
COMMENT ON COLUMN secret_rotations.token IS 'Id of the version that the rotation makes';
COMMENT ON COLUMN secret_rotations.requested_at IS 'When RotateSecret asked for it; null for a rotation by schedule';
COMMENT ON COLUMN secret_rotations.started_at IS 'Null if the start is not in the trail';
COMMENT ON COLUMN secret_rotations.ended_at IS 'Null while the attempt is open';
COMMENT ON COLUMN secret_rotations.outcome IS
	'succeeded, failed, abandoned (a new version was made by hand meanwhile), cancelled (before any end, by '
	'CancelRotateSecret, or by somebody who took AWSPENDING from its version) or open: no end is in the trail';
COMMENT ON COLUMN secret_rotations.is_test IS 'Whether it is a test of the rotation''s settings, which changes nothing';
COMMENT ON COLUMN secret_rotations.requested_by IS 'Who asked for it by RotateSecret; null for a rotation by schedule';
COMMENT ON COLUMN secret_rotations.rotated_by IS
	'Who put the new version: the role of the rotation function, or a service, also one that calls on somebody''s '
	'behalf. Null if a person put it, which is a change by hand';
COMMENT ON COLUMN secret_rotations.lambda_arn IS
	'The rotation function, from the failure or from the last RotateSecret that names it';
COMMENT ON COLUMN secret_rotations.rotation_role_arn IS
	'The role of a rotation without a function, from the last RotateSecret that names it';
COMMENT ON COLUMN secret_rotations.rotation_kind IS
	'function, external role, or managed (by the service that owns the secret); null if the trail does not show it';
COMMENT ON COLUMN secret_rotations.failed_step IS 'createSecret, setSecret, testSecret or finishSecret';
COMMENT ON COLUMN secret_rotations.conclusive IS
	'For an open attempt: whether the trail of the secret''s account and Region reaches from its start to '
	'settings.as_of without a gap, and no later attempt began, since Secrets Manager begins none while another is '
	'under way; for a cancelled one, whether it reaches to ended_at. If not, its end may not have been recorded. True '
	'for others';

CREATE VIEW secret_rotation_failures WITH (security_invoker) AS
SELECT f.account_id, f.aws_region, f.secret_arn, f.secret_name, f.token, f.started_at, f.ended_at, f.duration,
	f.requested_by,
	f.lambda_arn, f.rotation_role_arn, f.failed_step, f.error_message, f.consecutive_failures, f.last_success
FROM (
	SELECT s.*,
		count(*) FILTER (WHERE s.outcome = 'failed') OVER (PARTITION BY s.account_id, s.aws_region, s.secret_name,
			s.secret_arn, s.successes ORDER BY s.ended_at)
			AS consecutive_failures,
		max(s.ended_at) FILTER (WHERE s.outcome = 'succeeded') OVER (PARTITION BY s.account_id, s.aws_region,
			s.secret_name, s.secret_arn ORDER BY s.ended_at)
			AS last_success
	FROM (
		SELECT r.*, count(*) FILTER (WHERE r.outcome = 'succeeded')
			OVER (PARTITION BY r.account_id, r.aws_region, r.secret_name, r.secret_arn ORDER BY r.ended_at) AS successes
		FROM secret_rotations AS r
		WHERE NOT r.is_test
	) AS s
) AS f
WHERE f.outcome = 'failed';
COMMENT ON VIEW secret_rotation_failures IS 'Rotations that failed: a row for each. Tests are left out';
COMMENT ON COLUMN secret_rotation_failures.account_id IS 'Account of the secret';
COMMENT ON COLUMN secret_rotation_failures.aws_region IS 'Region of the secret';
COMMENT ON COLUMN secret_rotation_failures.rotation_role_arn IS 'The role of a rotation without a function';
COMMENT ON COLUMN secret_rotation_failures.consecutive_failures IS
	'Number of failures since the last success, this one included';
COMMENT ON COLUMN secret_rotation_failures.last_success IS
	'When a rotation of the secret last succeeded before; null if none is in the trail';

CREATE VIEW secret_stage_moves WITH (security_invoker) AS
SELECT e.event_time, e.event_id, e.account_id, e.aws_region, e.actor, e.actor_type, e.session_name, e.source_identity,
	e.source_ip, e.user_agent,
	e.secret_account, e.secret_region, e.secret_arn, e.secret_name,
	e.version_stage AS stage, e.detail ->> 'remove_from_version_id' AS from_version,
		e.detail ->> 'move_to_version_id' AS to_version,
	coalesce((SELECT w.by_rotation FROM secret_automatic_writes AS w
		WHERE w.event_time = e.event_time AND w.event_key = e.event_key AND w.item = e.item), false) AS via_rotation,
	e.outcome, e.error_code, e.event_key,
	cloudtrail_raw_event('raw_events'::regclass, e.event_time, e.event_key) AS event
FROM secret_calls AS e
WHERE e.event_source = 'secretsmanager.amazonaws.com' AND e.event_name = 'UpdateSecretVersionStage';
COMMENT ON VIEW secret_stage_moves IS
	'Staging labels moved between versions: a row for each UpdateSecretVersionStage. AWSCURRENT moved back is a '
	'rollback';
COMMENT ON COLUMN secret_stage_moves.via_rotation IS
	'Whether a rotation moved it: an attempt to make the version was under way, and no person called, see '
	'secret_automatic_writes';

CREATE VIEW secret_manual_changes WITH (security_invoker) AS
SELECT e.event_time, e.event_id, e.account_id, e.aws_region, e.actor, e.actor_type, e.session_name, e.source_identity,
	e.source_ip, e.user_agent,
	CASE WHEN e.invoked_by NOT IN (SELECT c.invoked_by FROM console_services AS c) THEN e.invoked_by END AS invoked_by,
	e.event_name, e.secret_arn, e.secret_name,
	CASE e.event_name WHEN 'UpdateSecretVersionStage' THEN e.detail ->> 'move_to_version_id'
		ELSE coalesce(e.version_id, e.token) END AS version_id,
	-- What the last change of the rotation before was; of several in that second none is the last for certain.
	(SELECT CASE WHEN count(DISTINCT r.event_name) > 1 THEN NULL
		ELSE coalesce(bool_or(r.event_name = 'RotateSecret'), false) END
		FROM (
			SELECT r.event_name, rank() OVER (ORDER BY r.event_time DESC) AS n
			FROM secret_facts AS r
			WHERE r.secret_name = e.secret_name AND r.event_time <= e.event_time
				AND r.event_name IN ('RotateSecret', 'CancelRotateSecret')
				AND r.secret_account = e.secret_account AND r.secret_region = e.secret_region AND r.succeeded
				AND coalesce(r.secret_arn = e.secret_arn, true)
		) AS r
		WHERE r.n = 1) AS rotation_configured,
	e.event_key,
	cloudtrail_raw_event('raw_events'::regclass, e.event_time, e.event_key) AS event
FROM secret_calls AS e
WHERE e.event_source = 'secretsmanager.amazonaws.com' AND e.succeeded
	AND (cloudtrail_writes_version(e.event_name, e.version_id)
		OR e.event_name = 'UpdateSecretVersionStage' AND e.version_stage = 'AWSCURRENT')
	AND NOT EXISTS (SELECT FROM secret_automatic_writes AS w
		WHERE w.event_time = e.event_time AND w.event_key = e.event_key AND w.item = e.item);
COMMENT ON VIEW secret_manual_changes IS
	'Values changed by hand, not by a rotation nor by the service that owns the secret (secret_automatic_writes): a '
	'row for each PutSecretValue, each UpdateSecret that made a version, and each AWSCURRENT that was moved';
COMMENT ON COLUMN secret_manual_changes.invoked_by IS
	'The service that made the change on behalf of the actor, such as CloudFormation; null if the actor made it';
COMMENT ON COLUMN secret_manual_changes.version_id IS 'The version that was written, or to which AWSCURRENT was moved';
COMMENT ON COLUMN secret_manual_changes.rotation_configured IS
	'Whether the trail shows that rotation was on at that time; null if it was turned on and off in the same second';
