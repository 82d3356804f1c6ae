-- Which calls wrote a value, or moved a label, as part of a rotation or for a service that owns the secret, and not by
-- hand.

CREATE INDEX secret_facts_write_idx ON secret_facts (secret_name) WHERE event_name = 'PutSecretValue';
-- What made a version, put it or was done to it; KMS, whose events are most, is left out.  A hash bears whatever length
-- somebody gives a token.
CREATE INDEX secret_facts_version_idx ON secret_facts USING hash ((coalesce(token, version_id)))
	WHERE event_source = 'secretsmanager.amazonaws.com' AND coalesce(token, version_id) IS NOT NULL;
CREATE INDEX secret_facts_rotation_idx ON secret_facts (secret_name, event_time)
	WHERE event_name IN ('RotateSecret', 'CancelRotateSecret');

CREATE VIEW secret_automatic_writes WITH (security_invoker) AS
SELECT p.event_time, p.event_key, p.item, p.event_name, p.secret_account AS account_id,
	p.secret_region AS aws_region, p.secret_name, v.version_id, coalesce(p.principal_id, p.actor) AS caller,
	CASE WHEN p.invoked_by NOT IN (SELECT c.invoked_by FROM console_services AS c) THEN p.invoked_by END AS invoked_by,
	o.by_rotation
FROM secret_facts AS p CROSS JOIN thresholds AS t
	CROSS JOIN LATERAL (SELECT CASE p.event_name
			WHEN 'UpdateSecretVersionStage' THEN coalesce(p.detail ->> 'move_to_version_id',
				p.detail ->> 'remove_from_version_id')
			ELSE coalesce(p.token, p.version_id) END AS version_id,
		-- Only names that a service gives have a "!", behind a word for the service: rds!cluster-..., ecs-sc!....
		coalesce(p.secret_name LIKE '%!%'
			AND string_to_array(split_part(coalesce(p.invoked_by, CASE p.origin_kind WHEN 'service' THEN p.origin END),
				'.', 1), '-') && string_to_array(split_part(p.secret_name, '!', 1), '-'), false) AS by_owner) AS v
	-- OFFSET has it asked once.
	CROSS JOIN LATERAL (
		SELECT CASE
			-- A person does it by hand, with whatever token, also through a service that does not own the secret.
			WHEN NOT v.by_owner AND (p.origin_kind = 'human'
				OR p.actor_kind = 'account' AND p.principal_id NOT LIKE 'AROA%'
				OR p.shared_event_id IS NOT NULL AND EXISTS (SELECT FROM secret_facts AS c
					WHERE c.shared_event_id = p.shared_event_id AND c.origin_kind = 'human'))
				THEN false
			-- What ends next had begun; what began and has no end goes on until the rotation is changed.
			WHEN a.ends_at < coalesce(a.begins_at, 'infinity') OR a.begun_at > coalesce(a.ended_at, '-infinity')
					AND NOT EXISTS (SELECT FROM secret_facts AS c
						WHERE c.secret_name = p.secret_name AND c.event_name IN ('RotateSecret', 'CancelRotateSecret')
							AND c.event_time > a.begun_at AND c.event_time < p.event_time - t.same_call_window
							AND c.secret_account = p.secret_account AND c.secret_region = p.secret_region
							AND c.succeeded AND (c.event_name = 'CancelRotateSecret'
								OR (c.detail ->> 'rotate_immediately' = 'false') IS NOT TRUE
									AND coalesce(c.token, c.version_id) IS DISTINCT FROM v.version_id))
				-- Nor may a person who took the role.
				THEN v.by_owner OR p.origin_kind IS NOT NULL
					OR (cloudtrail_session_origin('issued_credentials'::regclass, p.event_time, p.actor_account,
						p.principal_id, p.session_name, p.access_key_id, p.session_created_at, p.from_console,
						p.shared_event_id, p.sign_in_session_arn))[2] IS DISTINCT FROM 'human'
			ELSE false END AS by_rotation
		FROM (
			-- The last beginning of an attempt to make the version, its last end before, and what comes next.
			SELECT max(a.event_time) FILTER (WHERE a.begins AND a.event_time <= p.event_time + t.same_call_window)
					AS begun_at,
				max(a.event_time) FILTER (WHERE NOT a.begins AND a.event_time < p.event_time - t.same_call_window)
					AS ended_at,
				min(a.event_time) FILTER (WHERE a.begins AND a.event_time > p.event_time + t.same_call_window)
					AS begins_at,
				min(a.event_time) FILTER (WHERE NOT a.begins AND a.event_time >= p.event_time - t.same_call_window)
					AS ends_at
			FROM (
				SELECT a.event_time, coalesce(k.phase = 'started', true) AS begins
				FROM secret_facts AS a
					LEFT JOIN secret_event_kinds AS k ON k.event_name = a.event_name AND k.process = 'rotation'
				WHERE a.secret_name = p.secret_name AND a.secret_account = p.secret_account
					AND a.secret_region = p.secret_region AND a.event_source = 'secretsmanager.amazonaws.com'
					AND coalesce(a.token, a.version_id) = v.version_id
					-- A test makes no version current.
					AND CASE WHEN k.phase IS NOT NULL
							THEN NOT (k.is_test AND p.event_name = 'UpdateSecretVersionStage')
						ELSE a.event_name = 'RotateSecret' AND a.succeeded
							AND (a.detail ->> 'rotate_immediately' = 'false') IS NOT TRUE END
			) AS a
		) AS a
		OFFSET 0
	) AS o
WHERE p.event_source = 'secretsmanager.amazonaws.com' AND p.succeeded
	AND (cloudtrail_writes_version(p.event_name, p.version_id) OR p.event_name = 'UpdateSecretVersionStage')
	AND (o.by_rotation OR v.by_owner);
COMMENT ON VIEW secret_automatic_writes IS
	'Values that were written, and labels that were moved, other than by hand: a row for each successful call of a '
	'rotation, or of the service that owns the secret. A call is a rotation''s if an attempt to make its version was '
	'under way, and the caller was not a person. An attempt begins with RotationStarted, or with a RotateSecret that '
	'rotates at once, and lasts until its end or, if none is in the trail, until another rotation is requested or '
	'rotation is turned off; an end that no beginning precedes shows one, too. settings.same_call_window is allowed '
	'for. IAM users and root are persons, and so is whoever took a role as one, but not if the service that owns the '
	'secret calls in their name. A service owns a secret whose name begins with it and "!"';
COMMENT ON COLUMN secret_automatic_writes.account_id IS 'Account of the secret';
COMMENT ON COLUMN secret_automatic_writes.aws_region IS 'Region of the secret';
COMMENT ON COLUMN secret_automatic_writes.version_id IS
	'The version that was written, or whose label was moved: by the token of the request, if it has one';
COMMENT ON COLUMN secret_automatic_writes.caller IS 'Unique id of the caller, else what actor has';
COMMENT ON COLUMN secret_automatic_writes.invoked_by IS
	'The service that called on behalf of the caller; null if the caller did';
COMMENT ON COLUMN secret_automatic_writes.by_rotation IS
	'Whether it is a rotation''s; if not, the service that owns the secret made it for another reason';

CREATE VIEW secret_rotators WITH (security_invoker) AS
-- No column is null, so that a join by all of them adds no row, and costs nothing if nobody asks for it.
SELECT DISTINCT w.account_id, w.aws_region, w.secret_name, w.caller, coalesce(w.invoked_by, w.caller) AS rotator
FROM secret_automatic_writes AS w
WHERE w.event_name = 'PutSecretValue' AND w.by_rotation;
COMMENT ON VIEW secret_rotators IS
	'Who rotates a secret: callers (roles of rotation functions, or services) that put a version for a rotation';
COMMENT ON COLUMN secret_rotators.account_id IS 'Account of the secret';
COMMENT ON COLUMN secret_rotators.aws_region IS 'Region of the secret';
COMMENT ON COLUMN secret_rotators.secret_name IS 'Name of the secret';
COMMENT ON COLUMN secret_rotators.caller IS 'Unique id of the caller, else what actor has';
COMMENT ON COLUMN secret_rotators.rotator IS 'The service that put it on behalf of the caller, else the caller';
