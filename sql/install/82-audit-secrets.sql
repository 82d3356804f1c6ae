-- Which secret an event concerns.
--
-- Most events tell the full ARN.  Others tell a name, or an ARN without its
-- suffix, which more than one secret may have borne one after the other: the
-- directory of secrets says which one did at that time.

CREATE FUNCTION cloudtrail_create_secret_views(trail regclass) RETURNS void
	LANGUAGE plpgsql
	AS $$
BEGIN
	CREATE TABLE IF NOT EXISTS listed_secrets (
		secret_arn text PRIMARY KEY,
		secret_name text NOT NULL,
		created_at timestamptz,
		last_changed_at timestamptz,
		last_rotated_at timestamptz,
		last_accessed_at timestamptz,
		deletion_date timestamptz,
		rotation_enabled boolean,
		listing jsonb NOT NULL,
		listed_at timestamptz NOT NULL DEFAULT now()
	);
	COMMENT ON TABLE listed_secrets IS
		'Secrets that aws secretsmanager list-secrets showed, loaded by cloudtrail_load_secrets(): they fill in what the events do not tell';
	COMMENT ON COLUMN listed_secrets.listing IS 'The secret as it was listed';
	COMMENT ON COLUMN listed_secrets.deletion_date IS 'DeletedDate: when its deletion was scheduled';

	-- Who may see some accounts' events only is not shown other accounts' secrets.  Whoever may insert, may insert any.
	ALTER TABLE listed_secrets ENABLE ROW LEVEL SECURITY;
	DROP POLICY IF EXISTS visible ON listed_secrets;
	EXECUTE format('CREATE POLICY visible ON listed_secrets USING (NOT row_security_active(%L::regclass)
		OR split_part(secret_arn, '':'', 5) = ANY (ARRAY(SELECT DISTINCT account_id FROM events))) WITH CHECK (true)', trail);

	CREATE TABLE IF NOT EXISTS secret_event_kinds (
		event_name text PRIMARY KEY,
		process text NOT NULL CHECK (process IN ('rotation', 'deletion', 'replication')),
		phase text NOT NULL CHECK (phase IN ('started', 'succeeded', 'failed', 'abandoned', 'cancelled', 'ended')),
		is_test boolean NOT NULL DEFAULT false
	);
	COMMENT ON TABLE secret_event_kinds IS
		'What Secrets Manager''s own events mean; AWS adds some without notice, so rows may be added or corrected';
	INSERT INTO secret_event_kinds VALUES
		('RotationStarted', 'rotation', 'started', false), ('RotationSucceeded', 'rotation', 'succeeded', false),
		('RotationFailed', 'rotation', 'failed', false), ('RotationAbandoned', 'rotation', 'abandoned', false),
		('TestRotationStarted', 'rotation', 'started', true), ('TestRotationSucceeded', 'rotation', 'succeeded', true),
		('TestRotationFailed', 'rotation', 'failed', true),
		('StartSecretVersionDelete', 'deletion', 'started', false), ('CancelSecretVersionDelete', 'deletion', 'cancelled', false),
		('EndSecretVersionDelete', 'deletion', 'ended', false), ('SecretVersionDeletion', 'deletion', 'succeeded', false),
		('ReplicationStarted', 'replication', 'started', false), ('ReplicationSucceeded', 'replication', 'succeeded', false),
		('ReplicationFailed', 'replication', 'failed', false)
		ON CONFLICT DO NOTHING;
	ANALYZE listed_secrets, secret_event_kinds;

	CREATE OR REPLACE VIEW secret_partial_arns WITH (security_invoker) AS
		SELECT DISTINCT left(e.secret_arn, -7) AS partial_arn, e.secret_name
		FROM secret_evidence AS e
		WHERE e.evidence <> 'used'
		UNION
		SELECT left(l.secret_arn, -7), l.secret_name
		FROM listed_secrets AS l;
	COMMENT ON VIEW secret_partial_arns IS
		'ARNs without suffix of secrets whose full ARN AWS has told: a row for each name, account and Region';

	CREATE OR REPLACE VIEW secrets WITH (security_invoker) AS
		SELECT split_part(s.secret_arn, ':', 5) AS account_id, split_part(s.secret_arn, ':', 4) AS aws_region,
			s.secret_name, s.secret_arn,
			coalesce(s.created_at, lag(CASE WHEN s.ended_at IS NOT NULL THEN greatest(s.ended_at, s.known_from) END) OVER bearer,
				CASE WHEN lag(s.secret_arn) OVER bearer IS NULL THEN '-infinity' ELSE s.known_from END) AS valid_from,
			least(s.ended_at, lead(s.created_at) OVER bearer,
				CASE WHEN lead(s.secret_arn) OVER bearer IS NULL THEN 'infinity'
					WHEN s.ended_at IS NULL AND lead(s.created_at) OVER bearer IS NULL
					THEN least((SELECT max(e.event_time) + interval '1 microsecond' FROM events AS e WHERE e.secret_arn = s.secret_arn AND e.succeeded),
						lead(s.known_from) OVER bearer) END) AS valid_to,
			CASE WHEN s.created_in_trail THEN 'created' WHEN s.seen THEN 'seen' ELSE 'listed' END AS evidence,
			s.created_at, s.ended_at,
			(SELECT min(e.event_time) FROM events AS e WHERE e.secret_arn = s.secret_arn AND (e.succeeded OR e.secret_source NOT IN ('request_arn', 'message_arn'))) AS first_seen,
			(SELECT max(e.event_time) FROM events AS e WHERE e.secret_arn = s.secret_arn AND (e.succeeded OR e.secret_source NOT IN ('request_arn', 'message_arn'))) AS last_seen,
			s.partial_arn, lead(s.secret_arn) OVER bearer AS next_arn,
			coalesce(lead(s.created_at) OVER bearer, s.ended_at, lead(s.known_from) OVER bearer) AS next_from
		FROM (
			SELECT s.secret_arn, s.secret_name, left(s.secret_arn, -7) AS partial_arn,
				min(s.at) FILTER (WHERE s.evidence = 'created') AS created_at, min(s.at) FILTER (WHERE s.evidence = 'ended') AS ended_at,
				coalesce(min(s.at) FILTER (WHERE s.evidence = 'created'), min(s.at)) AS known_from,
				bool_or(s.evidence = 'created' AND NOT s.listed) AS created_in_trail, bool_or(NOT s.listed) AS seen
			FROM (
				-- A caller's ARN that ends as a full one does may be the partial one of a secret whose name does so.
				SELECT e.secret_arn, e.secret_name, e.evidence, e.event_time AS at, false AS listed FROM secret_evidence AS e
				WHERE NOT EXISTS (SELECT FROM secret_partial_arns AS p WHERE p.partial_arn = e.secret_arn AND e.evidence = 'used')
				UNION ALL
				SELECT l.secret_arn, l.secret_name, 'seen', l.listed_at, true FROM listed_secrets AS l
				UNION ALL
				SELECT l.secret_arn, l.secret_name, 'created', l.created_at, true FROM listed_secrets AS l WHERE l.created_at IS NOT NULL
			) AS s
			GROUP BY s.secret_arn, s.secret_name
		) AS s
		WINDOW bearer AS (PARTITION BY s.secret_name, s.partial_arn ORDER BY s.known_from, s.secret_arn);
	COMMENT ON VIEW secrets IS
		'The directory: a row for each secret (full ARN) that the trail or a loaded list shows. A name made again is another secret, with an ARN of its own';
	COMMENT ON COLUMN secrets.valid_from IS 'Since when the secret bears its name: its creation, else the end of its predecessor; -infinity where none is known';
	COMMENT ON COLUMN secrets.valid_to IS 'Until when, exclusively: its deletion, else its successor''s creation; infinity where none is known';
	COMMENT ON COLUMN secrets.evidence IS 'created: its creation is in the trail; seen: other events tell its ARN; listed: only the loaded list does';
	COMMENT ON COLUMN secrets.first_seen IS 'The first event that surely tells this ARN';
	COMMENT ON COLUMN secrets.last_seen IS 'The last event that surely tells this ARN';
	COMMENT ON COLUMN secrets.ended_at IS 'Forced deletion, or end of a scheduled one';
	COMMENT ON COLUMN secrets.partial_arn IS 'The ARN without the last hyphen and six characters, common to all that bore the name there';
	COMMENT ON COLUMN secrets.next_arn IS 'The secret that bore the name next';
	COMMENT ON COLUMN secrets.next_from IS 'Since when it does, as far as is known; between valid_to and this time either may have borne it';

	CREATE OR REPLACE VIEW secret_gaps WITH (security_invoker) AS
		SELECT s.secret_name, s.partial_arn, ARRAY[s.secret_arn, s.next_arn] AS candidates, s.valid_to AS valid_from, s.next_from AS valid_to
		FROM secrets AS s
		WHERE s.ended_at IS NULL AND s.valid_to < s.next_from;
	COMMENT ON VIEW secret_gaps IS
		'Spans of time of which the evidence leaves two secrets that may have borne a name: a row for each';

	CREATE OR REPLACE VIEW secret_spans WITH (security_invoker) AS
		SELECT s.secret_name, s.partial_arn, s.secret_arn, NULL::text[] AS candidates, s.valid_from, s.valid_to
		FROM secrets AS s
		WHERE s.valid_from < s.valid_to
		UNION ALL
		SELECT g.secret_name, g.partial_arn, NULL, g.candidates, g.valid_from, g.valid_to
		FROM secret_gaps AS g;
	COMMENT ON VIEW secret_spans IS
		'Which secret bore a name when: a row for each span of time, with the candidates where the evidence leaves two';

	CREATE OR REPLACE VIEW secret_batch_items WITH (security_invoker) AS
		SELECT e.event_time, e.event_key, u.arn, u.by_arn, u.is_full, CASE WHEN u.is_full THEN left(u.name, -7) ELSE u.name END AS secret_name,
			CASE WHEN u.by_arn THEN u.arn ELSE u.name END AS id_given, e.event
		FROM events AS e LEFT JOIN LATERAL (
				SELECT n.arn, n.by_arn, n.name,
					n.by_arn AND n.name ~ '-[A-Za-z0-9]{6}$' AND n.arn NOT IN (SELECT p.partial_arn FROM secret_partial_arns AS p) AS is_full
				FROM (
					SELECT a AS arn, given.list ? a AS by_arn, substr(a, strpos(a, ':secret:') + length(':secret:')) AS name
					FROM (SELECT e.event #> '{requestParameters,secretIdList}' AS list OFFSET 0) AS given, unnest(e.secret_arns) AS a
				) AS n
			) AS u ON true
		WHERE e.event @~ 'secretsmanager:BatchGetSecretValue' AND (e.secret_source = 'list' OR e.secret_source IS NULL);
	COMMENT ON VIEW secret_batch_items IS 'What BatchGetSecretValue asks for: a row for each secret that a batch names, by ARN or name, and one with nulls for a batch that only filters';
	COMMENT ON COLUMN secret_batch_items.arn IS 'The ARN that was given, or the partial ARN that a given name implies';
	COMMENT ON COLUMN secret_batch_items.by_arn IS 'It was given as ARN';
	COMMENT ON COLUMN secret_batch_items.is_full IS 'That ARN is a full one';

	CREATE OR REPLACE VIEW secret_references WITH (security_invoker) AS
		-- The event tells the full ARN.
		SELECT e.event_time, e.event_key, e.secret_arn, e.secret_name, e.secret_id AS id_given,
			CASE e.secret_source WHEN 'response' THEN 'response' WHEN 'kms' THEN 'kms' WHEN 'service_event' THEN 'service_event'
				WHEN 'request_id' THEN 'service_event' ELSE 'exact' END AS resolve_method,
			NULL::text[] AS candidates, e.event
		FROM events AS e
		WHERE e.secret_arn IS NOT NULL AND e.secret_source IN ('response', 'service_event', 'resource', 'request_arn', 'request_id', 'message_arn', 'kms')
			AND (e.event_source = 'secretsmanager.amazonaws.com' OR e.secret_source = 'kms')
			AND NOT EXISTS (SELECT FROM secret_partial_arns AS p WHERE p.partial_arn = e.secret_arn AND e.secret_source IN ('request_arn', 'message_arn'))
		UNION ALL
		-- What looks like one is the partial ARN of a secret whose name ends like a suffix.
		SELECT e.event_time, e.event_key, s.secret_arn, p.secret_name, e.secret_id,
			CASE WHEN s.candidates IS NOT NULL THEN 'ambiguous' WHEN s.secret_arn IS NULL THEN 'unresolved' ELSE 'partial' END, s.candidates, e.event
		FROM events AS e JOIN secret_partial_arns AS p ON p.partial_arn = e.secret_arn
			LEFT JOIN secret_spans AS s
				ON s.secret_name = p.secret_name AND s.partial_arn = p.partial_arn AND s.valid_from <= e.event_time AND s.valid_to > e.event_time
		WHERE e.event_source = 'secretsmanager.amazonaws.com' AND e.secret_arn IS NOT NULL AND e.secret_source IN ('request_arn', 'message_arn')
		UNION ALL
		-- It tells a name or partial ARN, which one secret bore then, or none that is known.
		SELECT e.event_time, e.event_key, s.secret_arn, e.secret_name, e.secret_id,
			CASE WHEN e.secret_name IS NULL THEN NULL WHEN s.secret_arn IS NULL THEN 'unresolved'
				WHEN e.secret_source = 'partial_arn' THEN 'partial' ELSE 'name' END,
			NULL, e.event
		FROM events AS e LEFT JOIN secrets AS s
			ON s.secret_name = e.secret_name AND s.partial_arn = e.secret_arn AND s.valid_from <= e.event_time AND s.valid_to > e.event_time
		WHERE e.event_source = 'secretsmanager.amazonaws.com'
			AND (e.secret_source IN ('partial_arn', 'name', 'list') OR e.secret_source IS NULL)
			AND NOT (coalesce(e.event_name = 'BatchGetSecretValue', false) AND coalesce(e.secret_source = 'list', true) AND e.secret_arns IS NOT NULL)
			AND NOT EXISTS (SELECT FROM secret_gaps AS g
				WHERE g.secret_name = e.secret_name AND g.partial_arn = e.secret_arn AND g.valid_from <= e.event_time AND g.valid_to > e.event_time)
		UNION ALL
		-- Two secrets may have borne it then, and the key service may know which.
		SELECT e.event_time, e.event_key, k.secret_arn, e.secret_name, e.secret_id,
			CASE WHEN k.secret_arn IS NULL THEN 'ambiguous' ELSE 'kms' END, s.candidates, e.event
		FROM events AS e JOIN secret_gaps AS s
				ON s.secret_name = e.secret_name AND s.partial_arn = e.secret_arn AND s.valid_from <= e.event_time AND s.valid_to > e.event_time
			LEFT JOIN LATERAL (
				SELECT k.secret_arn
				FROM events AS k
				WHERE k.secret_name = e.secret_name AND k.secret_source = 'kms' AND k.secret_arn = ANY (s.candidates)
					AND k.event_time BETWEEN e.event_time - (SELECT t.same_call_window FROM settings AS t) AND e.event_time + (SELECT t.same_call_window FROM settings AS t)
					AND k.principal_arn = e.principal_arn
				ORDER BY greatest(k.event_time, e.event_time) - least(k.event_time, e.event_time), k.event_key
				LIMIT 1
			) AS k ON true
		WHERE e.event_source = 'secretsmanager.amazonaws.com' AND e.secret_source IN ('partial_arn', 'name')
		UNION ALL
		-- A batch names several, each in its own way.
		SELECT e.event_time, e.event_key, CASE WHEN e.is_full THEN e.arn ELSE s.secret_arn END, e.secret_name, e.id_given,
			CASE WHEN e.is_full THEN 'exact' WHEN s.candidates IS NOT NULL THEN 'ambiguous' WHEN s.secret_arn IS NULL THEN 'unresolved'
				WHEN e.by_arn THEN 'partial' ELSE 'name' END,
			s.candidates, e.event
		FROM secret_batch_items AS e LEFT JOIN secret_spans AS s
			ON s.secret_name = e.secret_name AND s.partial_arn = e.arn AND s.valid_from <= e.event_time AND s.valid_to > e.event_time AND NOT e.is_full
		WHERE e.arn IS NOT NULL;
	COMMENT ON VIEW secret_references IS
		'Every event of Secrets Manager, and of the key service for it, with the secret it concerns: a row for each secret that a batch names, and one without a secret for an event that names none';

	CREATE OR REPLACE VIEW secret_events WITH (security_invoker) AS
		SELECT r.event_time, event_id(r.event) AS event_id, account_id(r.event) AS account_id, aws_region(r.event) AS aws_region,
			coalesce(principal_arn(r.event), principal_id(r.event), invoked_by(r.event), user_account_id(r.event)) AS actor,
			user_type(r.event) AS actor_type, session_name(r.event) AS session_name, source_identity(r.event) AS source_identity,
			source_ip(r.event) AS source_ip, user_agent(r.event) AS user_agent,
			event_name(r.event) AS event_name, r.secret_arn, r.secret_name, r.id_given, r.resolve_method,
			secret_version_id(r.event) AS version_id, read_only(r.event) AS read_only,
			CASE WHEN succeeded(r.event) THEN 'succeeded'
				WHEN error_code(r.event) ~ '(AccessDenied|Unauthorized|NotAuthorized)' THEN 'denied' ELSE 'failed' END AS outcome,
			error_code(r.event) AS error_code, error_message(r.event) AS error_message, succeeded(r.event) AS succeeded, r.candidates, r.event_key, r.event
		FROM secret_references AS r;
	COMMENT ON VIEW secret_events IS
		'What happened to secrets: every event of Secrets Manager, and each decryption or data key of the key service made for it. A batch has a row for each secret it names, an event that names none has one with nulls';
	COMMENT ON COLUMN secret_events.actor IS 'ARN of the role or user, else what the event tells of the caller: principal id, service, account';
	COMMENT ON COLUMN secret_events.secret_arn IS 'Full ARN of the secret; null where it is not known';
	COMMENT ON COLUMN secret_events.id_given IS 'The secret as the caller named it';
	COMMENT ON COLUMN secret_events.resolve_method IS
		'How secret_arn is known: exact (the caller gave it), response, service_event, kms; name or partial (who bore the name then, by the directory); ambiguous (see candidates) or unresolved';
	COMMENT ON COLUMN secret_events.candidates IS 'The two secrets of which one bore the name';
	COMMENT ON COLUMN secret_events.outcome IS 'succeeded, denied or failed; of a batch, that of the call';
END
$$;
COMMENT ON FUNCTION cloudtrail_create_secret_views(regclass) IS
	'Part of cloudtrail_create_audit_views(): the directory of secrets, and secret_events';

CREATE FUNCTION cloudtrail_load_secrets(schema text, list jsonb) RETURNS bigint
	LANGUAGE plpgsql
	SET search_path = pg_catalog
	AS $$
DECLARE
	extension_schema CONSTANT name := (SELECT n.nspname FROM pg_extension AS e
		JOIN pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'cloudtrail');
	secrets CONSTANT jsonb := coalesce(list -> 'SecretList', list);
	loaded bigint;
BEGIN
	IF jsonb_typeof(secrets) IS DISTINCT FROM 'array' OR EXISTS (SELECT FROM jsonb_array_elements(secrets) AS s WHERE s ->> 'ARN' IS NULL OR s ->> 'Name' IS NULL) THEN
		RAISE EXCEPTION 'this is no list of secrets' USING ERRCODE = 'invalid_parameter_value',
			DETAIL = 'Expected what "aws secretsmanager list-secrets" prints: {"SecretList": [{"ARN": ..., "Name": ...}, ...]}.';
	END IF;
	EXECUTE format('INSERT INTO %1$I.listed_secrets AS l (secret_arn, secret_name, created_at, last_changed_at, last_rotated_at, last_accessed_at,
				deletion_date, rotation_enabled, listing)
			SELECT DISTINCT ON (s ->> ''ARN'') s ->> ''ARN'', s ->> ''Name'', %2$I.cloudtrail_time(s ->> ''CreatedDate''), %2$I.cloudtrail_time(s ->> ''LastChangedDate''),
				%2$I.cloudtrail_time(s ->> ''LastRotatedDate''), %2$I.cloudtrail_time(s ->> ''LastAccessedDate''), %2$I.cloudtrail_time(s ->> ''DeletedDate''),
				CASE s ->> ''RotationEnabled'' WHEN ''true'' THEN true WHEN ''false'' THEN false END, s
			FROM jsonb_array_elements($1) AS s
			ON CONFLICT (secret_arn) DO UPDATE SET (secret_name, created_at, last_changed_at, last_rotated_at, last_accessed_at, deletion_date, rotation_enabled, listing, listed_at)
				= (EXCLUDED.secret_name, EXCLUDED.created_at, EXCLUDED.last_changed_at, EXCLUDED.last_rotated_at, EXCLUDED.last_accessed_at,
					EXCLUDED.deletion_date, EXCLUDED.rotation_enabled, EXCLUDED.listing, now())', schema, extension_schema)
		USING secrets;
	GET DIAGNOSTICS loaded = ROW_COUNT;
	RETURN loaded;
END
$$;
COMMENT ON FUNCTION cloudtrail_load_secrets(text, jsonb) IS
	'Loads what aws secretsmanager list-secrets prints into listed_secrets of a schema of audit views, replacing what was listed before; returns how many secrets';
