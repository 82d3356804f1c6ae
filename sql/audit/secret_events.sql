-- Which secret each call concerns: a row for each call and secret.

CREATE VIEW secret_mentions WITH (security_invoker) AS
-- The event has a full ARN, or a name, which one secret had then, or either of two, or none that is known.
SELECT f.secret_name AS name,
	CASE WHEN f.secret_arn IS NOT NULL THEN f.secret_arn WHEN (s.found).valid_to > f.event_time
		THEN (s.found).secret_arn END AS arn,
	CASE WHEN f.secret_arn IS NULL THEN CASE WHEN (s.found).secret_arn IS NULL THEN 'unresolved'
			WHEN (s.found).valid_to <= f.event_time THEN 'ambiguous'
			WHEN (s.found).evidence = 'replica' THEN 'replica'
			WHEN f.id_given LIKE 'arn:%' THEN 'partial' ELSE 'name' END
		WHEN f.secret_source IN ('service_event', 'request_id') THEN 'service_event'
		WHEN f.secret_source = 'response' THEN 'response'
		-- That Secrets Manager tries a key does not show that the secret is there.
		WHEN f.secret_source = 'kms' THEN CASE WHEN f.invoked_by LIKE 'secretsmanager.amazonaws.com%'
			AND (f.trusted OR NOT f.succeeded) THEN 'kms' ELSE 'claimed' END
		WHEN f.secret_source = 'resource' OR EXISTS (SELECT FROM listed_secrets AS l WHERE l.secret_arn = f.secret_arn)
			-- Not by evidence: AWS's word in a batch's record is no sign of the secret, but of its ARN.
			OR EXISTS (SELECT FROM secret_facts AS c WHERE c.secret_arn = f.secret_arn AND c.trusted) THEN 'exact'
		ELSE 'given' END AS resolve_method,
	CASE WHEN f.secret_arn IS NULL AND (s.found).valid_to <= f.event_time
		THEN array_remove(ARRAY[(s.found).secret_arn, (s.found).next_arn], NULL) END AS candidates,
	f.*
FROM secret_facts AS f
	-- OFFSET has it looked up once.
	CROSS JOIN LATERAL (SELECT CASE WHEN f.secret_arn IS NULL THEN cloudtrail_secret_at('secrets'::regclass,
		f.secret_name, f.secret_account, f.secret_region, f.event_time) END AS found OFFSET 0) AS s
WHERE f.secret_name IS NOT NULL AND (f.secret_arn IS NULL
	OR f.secret_source NOT IN ('request_arn', 'message_arn', 'list')
	OR NOT cloudtrail_is_lookalike('secret_lookalikes'::regclass, f.secret_arn))
	AND cloudtrail_is_loaded()
UNION ALL
-- It concerns no secret, or any: who asks for such events does not wait for the directory.
SELECT NULL, f.secret_arn, NULL, NULL, f.*
FROM secret_facts AS f
WHERE f.secret_name IS NULL
UNION ALL
-- It has what looks like a full ARN, but is the partial one of a secret whose name ends so.
SELECT l.secret_name, l.secret_arn, CASE WHEN l.secret_arn IS NOT NULL THEN 'partial' ELSE 'ambiguous' END,
	CASE WHEN l.secret_arn IS NULL THEN array_append(l.secret_arns, f.secret_arn) END, f.*
FROM secret_lookalikes AS l JOIN secret_facts AS f ON f.secret_arn = l.partial_arn
WHERE f.secret_source IN ('request_arn', 'message_arn', 'list');
COMMENT ON VIEW secret_mentions IS
	'Every fact with the secret that it concerns. Beside name, arn, resolve_method and candidates, columns are those of '
	'secret_facts';
COMMENT ON COLUMN secret_mentions.name IS 'Name of the secret';
COMMENT ON COLUMN secret_mentions.arn IS 'Full ARN of the secret; null if it is not known';
COMMENT ON COLUMN secret_mentions.resolve_method IS 'As in secret_events';
COMMENT ON COLUMN secret_mentions.candidates IS 'As in secret_events';

CREATE VIEW secret_updates WITH (security_invoker) AS
SELECT u.original_event_id AS event_id, u.account_id, u.aws_region
FROM secret_facts AS u
WHERE u.original_event_id IS NOT NULL
UNION ALL
SELECT u.event_id, u.account_id, u.aws_region
FROM (
	SELECT u.event_id, u.account_id, u.aws_region,
	u.event_key::text < max(u.event_key::text) OVER (PARTITION BY u.account_id, u.aws_region,
	u.original_event_id) AS older
	FROM secret_facts AS u
	WHERE u.original_event_id IS NOT NULL
) AS u
WHERE u.older;
COMMENT ON VIEW secret_updates IS
	'Records that a newer one replaces, because the event was delivered again with more data: a row for each';
COMMENT ON COLUMN secret_updates.event_id IS 'eventID of the older record';

CREATE VIEW secret_calls WITH (security_invoker) AS
SELECT m.event_time, m.event_id, m.account_id, m.aws_region,
	-- The owner's record of a call across accounts has the caller's id, that in the caller's account the ARN.
	CASE WHEN m.actor LIKE 'arn:%' THEN m.actor
		ELSE coalesce(b.actor, (SELECT min(c.actor) FROM secret_facts AS c
			WHERE c.shared_event_id IS NOT NULL AND c.actor LIKE 'arn:%' AND c.principal_id = m.principal_id),
			m.actor) END AS actor,
	coalesce(b.caller, m.principal_id, m.actor) AS caller,
	coalesce(b.actor_kind, m.actor_kind) AS actor_kind, m.user_type AS actor_type, m.actor_account, m.principal_id,
		m.session_name, m.source_identity,
		m.access_key_id,
	m.invoked_by, m.on_behalf_of, m.source_ip, m.user_agent,
	m.event_source, m.event_name, m.event_type, m.secret_account, m.secret_region, m.name AS secret_name,
		m.arn AS secret_arn,
	m.resolve_method, m.candidates, m.id_given, m.partial_arn,
	m.version_id, m.version_stage, m.token, m.read_only,
	CASE WHEN o.is_unknown THEN NULL ELSE m.succeeded END AS succeeded,
	CASE WHEN o.is_unknown THEN 'unknown' WHEN m.succeeded THEN 'succeeded'
		WHEN o.error ILIKE ANY ((SELECT p.denied FROM error_patterns AS p)::text[]) THEN 'denied'
		ELSE 'failed' END AS outcome,
	CASE WHEN m.succeeded THEN NULL
		WHEN o.error ILIKE ANY ((SELECT p.denied FROM error_patterns AS p)::text[]) THEN 'denied'
		WHEN o.error ILIKE ANY ((SELECT p.marked_for_deletion FROM error_patterns AS p)::text[]) THEN 'marked for deletion'
		WHEN o.error ILIKE ANY ((SELECT p.not_found FROM error_patterns AS p)::text[]) THEN 'not found'
		WHEN o.error ILIKE ANY ((SELECT p.already_there FROM error_patterns AS p)::text[]) THEN 'exists'
		WHEN o.error ILIKE ANY ((SELECT p.throttled FROM error_patterns AS p)::text[]) THEN 'throttled'
		ELSE 'other' END AS error_kind,
	m.error_code, m.error_message, k.process, k.phase, k.is_test, m.trusted,
	m.request_id, m.shared_event_id, m.vpc_endpoint_id, m.from_console, m.key_arn, m.detail, m.item,
		m.session_created_at,
	CASE WHEN b.origin_kind IS NOT NULL THEN b.origin WHEN m.origin_kind IS NOT NULL THEN m.origin
		ELSE o.told[1] END AS origin,
	coalesce(b.origin_kind, m.origin_kind, o.told[2]) AS origin_kind,
	CASE WHEN b.origin_kind IS NOT NULL THEN b.origin_method WHEN m.origin_kind IS NOT NULL THEN m.origin_method
		ELSE o.told[3] END AS origin_method,
	m.event_key
FROM secret_mentions AS m
	LEFT JOIN secret_event_kinds AS k ON k.event_name = m.event_name AND m.event_source = 'secretsmanager.amazonaws.com'
	-- Of who has neither ARN nor unique id, or is root, it has the account's number alone.
	LEFT JOIN (
		SELECT c.shared_event_id, min(c.actor) AS actor, min(coalesce(c.principal_id, c.actor)) AS caller,
			min(c.actor_kind) AS actor_kind, min(c.origin) AS origin, min(c.origin_kind) AS origin_kind,
			min(c.origin_method) AS origin_method
		FROM secret_facts AS c
		WHERE c.shared_event_id IS NOT NULL AND c.account_id = c.actor_account
			AND (c.actor NOT LIKE 'arn:%' OR c.actor_kind = 'root') AND c.actor_kind <> 'account'
		GROUP BY c.shared_event_id
	) AS b ON b.shared_event_id = m.shared_event_id AND m.actor_kind = 'account'
	-- Most events tell their origin themselves; only the sessions of roles are looked up.
	CROSS JOIN LATERAL (SELECT cloudtrail_session_origin('issued_credentials'::regclass, m.event_time, m.actor_account,
		m.principal_id, m.session_name, m.access_key_id, m.session_created_at, m.from_console, m.shared_event_id,
		m.sign_in_session_arn) AS told, concat(m.error_code, ' ', m.error_message) AS error,
		-- That a batch succeeded does not show that it got a secret that it names.
		m.event_name = 'BatchGetSecretValue' AND m.name IS NOT NULL AND m.succeeded AS is_unknown) AS o
WHERE NOT cloudtrail_is_replaced('secret_updates'::regclass, m.event_id, m.account_id, m.aws_region)
	-- Of the records of one call, that of the secret's account stands for the others, and that of the API for that of
	-- an endpoint.  Few events have other records, so each is looked up.
	AND (m.shared_event_id IS NULL OR NOT EXISTS (SELECT FROM secret_facts AS t
		WHERE t.shared_event_id IS NOT NULL AND t.shared_event_id = m.shared_event_id AND t.event_name = m.event_name
			AND t.event_source = m.event_source
			AND (m.secret_name IS NULL OR t.secret_name = m.secret_name
				AND t.secret_account IS NOT DISTINCT FROM m.secret_account
				AND t.secret_region IS NOT DISTINCT FROM m.secret_region)
			AND (t.secret_name IS NOT NULL, t.account_id IS NOT DISTINCT FROM t.secret_account,
				t.account_id IS NOT DISTINCT FROM t.actor_account, NOT cloudtrail_is_endpoint_event(t.event_type),
					t.original_event_id IS NOT NULL, t.event_key)
				> (m.secret_name IS NOT NULL, m.account_id IS NOT DISTINCT FROM m.secret_account,
					m.account_id IS NOT DISTINCT FROM m.actor_account,
					NOT cloudtrail_is_endpoint_event(m.event_type),
					m.original_event_id IS NOT NULL, m.event_key)));
COMMENT ON VIEW secret_calls IS
	'The rows of secret_events without the column event, and changes of keys; the other views about secrets are built '
	'on it';

CREATE VIEW secret_events WITH (security_invoker) AS
SELECT c.event_time, c.event_id, c.account_id, c.aws_region, c.actor, c.caller, c.actor_kind, c.actor_type,
	c.actor_account, c.principal_id, c.session_name, c.source_identity, c.access_key_id, c.invoked_by,
	c.on_behalf_of, c.source_ip, c.user_agent, c.event_source, c.event_name, c.event_type, c.secret_account,
	c.secret_region, c.secret_name, c.secret_arn, c.resolve_method, c.candidates, c.id_given, c.partial_arn,
	c.version_id, c.version_stage, c.token, c.read_only, c.succeeded, c.outcome, c.error_kind, c.error_code,
	c.error_message, c.process, c.phase, c.is_test, c.trusted, c.request_id, c.shared_event_id, c.vpc_endpoint_id,
	c.from_console, c.key_arn, c.detail, c.item, c.session_created_at, c.origin, c.origin_kind, c.origin_method,
	c.event_key,
	cloudtrail_raw_event('raw_events'::regclass, c.event_time, c.event_key) AS event
FROM secret_calls AS c
WHERE c.event_source = 'secretsmanager.amazonaws.com' OR c.secret_name IS NOT NULL;
COMMENT ON VIEW secret_events IS
	'What happened to secrets: every call of Secrets Manager and every event of its own, each decryption and data key '
	'of KMS for a secret, and what other services report of secrets. A batch has a row for each secret that it names; '
	'a call that names none has one row with nulls. A call that two accounts recorded, or that was delivered again, '
	'has one row';
