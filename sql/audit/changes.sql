-- Changes of a secret that are not rotations: its policy, replicas, keys.

CREATE VIEW secret_policy_changes WITH (security_invoker) AS
SELECT e.event_time, e.event_id, e.account_id, e.aws_region, e.actor, e.actor_type, e.session_name, e.source_identity,
	e.source_ip, e.user_agent,
	e.event_name, e.secret_arn, e.secret_name,
	e.detail ->> 'resource_policy' AS policy, p.principals, p.is_public, p.foreign_accounts, p.admits,
	CASE e.detail ->> 'block_public_policy' WHEN 'true' THEN true WHEN 'false' THEN false END AS block_public_policy,
	p.error AS policy_error, e.outcome, e.error_code, e.origin, e.origin_kind, e.origin_method, e.event_key,
	cloudtrail_raw_event('raw_events'::regclass, e.event_time, e.event_key) AS event
FROM secret_calls AS e
	CROSS JOIN LATERAL cloudtrail_policy_access(e.detail ->> 'resource_policy',
		coalesce(e.secret_account, e.account_id)) AS p
WHERE e.event_source = 'secretsmanager.amazonaws.com'
	AND e.event_name IN ('PutResourcePolicy', 'DeleteResourcePolicy', 'ValidateResourcePolicy');
COMMENT ON VIEW secret_policy_changes IS
	'Resource policies put, deleted and validated: a row for each PutResourcePolicy, DeleteResourcePolicy and '
	'ValidateResourcePolicy, refused ones included';
COMMENT ON COLUMN secret_policy_changes.principals IS 'The principals that statements with Effect Allow name';
COMMENT ON COLUMN secret_policy_changes.is_public IS
	'Whether it admits anyone, by a wildcard or NotPrincipal that neither a condition nor a Deny narrows';
COMMENT ON COLUMN secret_policy_changes.foreign_accounts IS 'Other accounts that it admits';
COMMENT ON COLUMN secret_policy_changes.admits IS
	'Who gets access, a word for each kind: public, organization, network (addresses, networks, endpoints), service '
	'(for any account), federated, accounts (see foreign_accounts), undecided (an id that does not show whose it is), '
	'own organization, own account; empty if it admits nobody. A Deny is subtracted only if it certainly applies';
COMMENT ON COLUMN secret_policy_changes.policy_error IS 'Why the policy could not be read';

CREATE VIEW secret_replication WITH (security_invoker) AS
SELECT e.event_time, e.event_id, e.account_id, e.aws_region, e.actor, e.actor_type, e.session_name, e.source_identity,
	e.source_ip, e.user_agent,
	e.event_name, e.secret_arn, e.secret_name,
	-- The secret of these events is the replica.
	CASE WHEN a.primary_arn IS NOT NULL THEN split_part(a.primary_arn, ':', 4)
		WHEN e.event_name NOT IN ('StopReplicationToReplica', 'AcceptCrossAccountReplication')
		THEN coalesce(e.secret_region, e.aws_region) END AS source_region,
	CASE WHEN a.primary_arn IS NOT NULL
			OR e.event_name IN ('StopReplicationToReplica', 'AcceptCrossAccountReplication') THEN e.aws_region
		WHEN a.replica_arn IS NOT NULL THEN split_part(a.replica_arn, ':', 4)
		ELSE r.region END AS replica_region,
	CASE WHEN a.primary_arn IS NOT NULL OR e.event_name = 'AcceptCrossAccountReplication'
			THEN coalesce(e.secret_account, e.account_id)
		ELSE split_part(a.replica_arn, ':', 5) END AS replica_account,
	r.kms_key_id,
	CASE WHEN e.process = 'replication' THEN e.phase
		WHEN e.event_name = 'StopReplicationToReplica' THEN 'stopped'
		WHEN e.event_name = 'DisassociateCrossAccountReplica' THEN 'detached'
		WHEN r.removed THEN coalesce(r.status, 'removed')
		ELSE r.status END AS status,
	coalesce(r.status_message, e.error_message) AS status_message,
	CASE e.detail ->> 'force_overwrite_replica_secret' WHEN 'true' THEN true ELSE false END AS force_overwrite,
	e.outcome, e.error_code, e.event_key,
	cloudtrail_raw_event('raw_events'::regclass, e.event_time, e.event_key) AS event
FROM secret_calls AS e
	LEFT JOIN LATERAL cloudtrail_replica_regions(e.detail) AS r ON true
	CROSS JOIN LATERAL (VALUES (CASE WHEN e.event_name = 'CreateSecret' THEN e.detail ->> 'cross_account_primary_arn' END,
		e.detail ->> 'cross_account_replica_arn')) AS a (primary_arn, replica_arn)
WHERE e.event_source = 'secretsmanager.amazonaws.com'
	AND (e.process = 'replication'
		OR e.event_name IN ('ReplicateSecretToRegions', 'RemoveRegionsFromReplication', 'StopReplicationToReplica',
			'AssociateCrossAccountReplica', 'DisassociateCrossAccountReplica', 'AcceptCrossAccountReplication')
		OR e.event_name = 'CreateSecret' AND (e.detail @? '$.add_replica_regions[*]'
			OR e.detail ? 'cross_account_primary_arn'));
COMMENT ON VIEW secret_replication IS
	'Replication to other Regions and accounts: a row for each Region that a ReplicateSecretToRegions, '
	'RemoveRegionsFromReplication, StopReplicationToReplica, CreateSecret or one of the service''s own events names, and '
	'for each CreateSecret of a replica of another account''s secret, AssociateCrossAccountReplica, '
	'DisassociateCrossAccountReplica and AcceptCrossAccountReplication';
COMMENT ON COLUMN secret_replication.source_region IS
	'Region of the primary; null for StopReplicationToReplica, which makes a replica a secret of its own, and for '
	'AcceptCrossAccountReplication, which does not name the primary';
COMMENT ON COLUMN secret_replication.replica_account IS
	'Account of a replica in another account than its primary''s; null for others';
COMMENT ON COLUMN secret_replication.status IS
	'As the response has it (InSync, InProgress, Failed), else removed, stopped, detached (the primary''s account ended '
	'the replication to another one, where the replica remains), or the phase of the service''s event';
COMMENT ON COLUMN secret_replication.force_overwrite IS 'Whether a secret of that name in the other Region is replaced';

-- What an event of the key service does to secrets that need the key; AWS adds ways, so rows may be added.
CREATE TABLE key_event_kinds (
	event_name text COLLATE "C" PRIMARY KEY,
	effect text COLLATE "C" NOT NULL CHECK (effect IN ('unusable', 'usable', 'changed'))
);
INSERT INTO key_event_kinds (event_name, effect) VALUES
	('DisableKey', 'unusable'), ('ScheduleKeyDeletion', 'unusable'), ('DeleteImportedKeyMaterial', 'unusable'),
	('DeleteExpiredKeyMaterial', 'unusable'),
	('DeleteKey', 'unusable'), ('DisconnectCustomKeyStore', 'unusable'), ('DeleteCustomKeyStore', 'unusable'),
	-- It leaves the key disabled.
	('CancelKeyDeletion', 'unusable'),
	('EnableKey', 'usable'), ('ImportKeyMaterial', 'usable'), ('ConnectCustomKeyStore', 'usable'),
	('PutKeyPolicy', 'changed'), ('RevokeGrant', 'changed'), ('RetireGrant', 'changed'),
	('UpdateAlias', 'changed'), ('DeleteAlias', 'changed'), ('CreateAlias', 'changed')
	ON CONFLICT DO NOTHING;
COMMENT ON TABLE key_event_kinds IS
	'What events of KMS do to the secrets that are encrypted with a key; rows may be added or corrected';
COMMENT ON COLUMN key_event_kinds.event_name IS 'Name of the event';
COMMENT ON COLUMN key_event_kinds.effect IS
	'unusable: secrets with the key cannot be read from then on (CancelKeyDeletion leaves a key disabled); usable: they '
	'can be read again; changed: who may use the key, or which key an alias stands for';

CREATE INDEX secret_facts_key_idx ON secret_facts (secret_name, event_time)
	WHERE event_name = 'UpdateSecret' AND succeeded AND key_arn IS NOT NULL;

CREATE VIEW secret_keys WITH (security_invoker) AS
WITH key_sets AS NOT MATERIALIZED (
	SELECT u.secret_name, u.secret_arn, u.key_arn, u.event_time
	FROM secret_facts AS u
	WHERE u.event_name = 'UpdateSecret' AND u.succeeded AND u.key_arn IS NOT NULL
)
SELECT k.secret_arn, k.secret_name, k.key_arn, k.seen_at, k.last_seen_at,
	CASE WHEN k.key_arn LIKE 'arn:%' THEN split_part(k.key_arn, ':', 5)
		ELSE split_part(k.secret_arn, ':', 5) END AS key_account,
	CASE WHEN k.key_arn LIKE 'arn:%' THEN split_part(k.key_arn, ':', 4)
		ELSE split_part(k.secret_arn, ':', 4) END AS key_region,
	nullif(split_part(k.key_arn, ':key/', 2), '') AS key_id,
	substring(k.key_arn FROM '^(?:arn:[^:]*:kms:[^:]*:[^:]*:)?(alias/.*)') AS key_alias,
	-- The first key that is seen may have been the secret's since it was made.
	CASE WHEN k.is_first THEN coalesce((s.found).created_at, '-infinity') ELSE k.seen_at END AS used_from,
	coalesce(least((s.found).ended_at, k.replaced_at), 'infinity') AS used_to
FROM (
	SELECT p.secret_arn, p.secret_name, p.key_arn, p.seen_at, p.last_seen_at, p.is_first, p.of_replica,
		min(u.event_time) AS replaced_at
	FROM (
		SELECT f.secret_arn, f.secret_name, f.key_arn, min(f.event_time) AS seen_at, max(f.event_time) AS last_seen_at,
			min(f.event_time) = min(min(f.event_time)) OVER (PARTITION BY f.secret_name, f.secret_arn) AS is_first,
			bool_and(f.of_replica) AS of_replica
		FROM (
			-- A secret that gets another key in between has it anew: how often others were set counts its times.
			SELECT s.*, coalesce(width_bucket(s.event_time, a.set_at), 0)
				- coalesce(width_bucket(s.event_time, o.set_at), 0) AS others
			FROM (
				SELECT f.secret_arn, f.secret_name, f.key_arn, f.event_time, false AS of_replica
				FROM secret_facts AS f
				WHERE f.key_arn IS NOT NULL AND f.secret_arn IS NOT NULL
					AND (f.event_source = 'kms.amazonaws.com' AND f.trusted
						OR f.event_source = 'secretsmanager.amazonaws.com' AND f.succeeded)
				UNION ALL
				-- A replica has a key of its own Region, which the event of its primary names.
				SELECT replace(f.secret_arn, ':' || f.secret_region || ':', ':' || r.region || ':'), f.secret_name,
					CASE WHEN r.kms_key_id ~ '^(arn:|alias/)' THEN r.kms_key_id
						ELSE concat('arn:', split_part(f.secret_arn, ':', 2), ':kms:', r.region, ':', f.secret_account,
							':key/', r.kms_key_id) END,
					f.event_time, true
				FROM secret_facts AS f CROSS JOIN LATERAL cloudtrail_replica_regions(f.detail) AS r
				WHERE f.trusted AND f.succeeded AND f.detail ? 'add_replica_regions' AND r.kms_key_id IS NOT NULL
					AND r.region <> f.secret_region
			) AS s
				LEFT JOIN (
					SELECT u.secret_name, u.secret_arn, array_agg(u.event_time ORDER BY u.event_time) AS set_at
					FROM key_sets AS u
					GROUP BY u.secret_name, u.secret_arn
				) AS a ON a.secret_name = s.secret_name AND a.secret_arn = s.secret_arn
				LEFT JOIN (
					SELECT u.secret_name, u.secret_arn, u.key_arn,
						array_agg(u.event_time ORDER BY u.event_time) AS set_at
					FROM key_sets AS u
					GROUP BY u.secret_name, u.secret_arn, u.key_arn
				) AS o ON o.secret_name = s.secret_name AND o.secret_arn = s.secret_arn AND o.key_arn = s.key_arn
		) AS f
		GROUP BY f.secret_arn, f.secret_name, f.key_arn, f.others
	) AS p
		LEFT JOIN key_sets AS u
			ON u.secret_name = p.secret_name AND u.secret_arn = p.secret_arn AND u.key_arn <> p.key_arn
				AND u.event_time >= p.last_seen_at
	GROUP BY p.secret_arn, p.secret_name, p.key_arn, p.seen_at, p.last_seen_at, p.is_first, p.of_replica
) AS k
	CROSS JOIN LATERAL (SELECT cloudtrail_secret_of('secrets'::regclass, k.secret_name, k.secret_arn) AS found
		OFFSET 0) AS s
-- A replication that failed made none.
WHERE ((s.found).secret_arn IS NOT NULL OR NOT k.of_replica) AND cloudtrail_is_loaded();
COMMENT ON VIEW secret_keys IS
	'The keys of KMS with which a secret was seen: a row for each pair, and another one if the secret got the key again '
	'after it had another one. A key is named as the event names it: ARN, id '
	'or alias';
COMMENT ON COLUMN secret_keys.seen_at IS 'When an event first showed both';
COMMENT ON COLUMN secret_keys.last_seen_at IS 'When an event last showed both';
COMMENT ON COLUMN secret_keys.key_account IS 'Account of the key';
COMMENT ON COLUMN secret_keys.key_region IS 'Region of the key';
COMMENT ON COLUMN secret_keys.key_id IS 'Id of the key; null for an alias';
COMMENT ON COLUMN secret_keys.key_alias IS 'The alias, if the key is named so';
COMMENT ON COLUMN secret_keys.used_from IS
	'When the secret can first have had the key: its creation for the first key, else seen_at; -infinity if that is '
	'not known';
COMMENT ON COLUMN secret_keys.used_to IS
	'Until when, exclusively: an UpdateSecret that set another key, or the end of the secret; infinity if neither is '
	'known';

CREATE VIEW secret_kms_changes WITH (security_invoker) AS
SELECT e.event_time, e.event_id, e.account_id, e.aws_region, e.actor, e.actor_type, e.session_name, e.source_identity,
	e.source_ip, e.user_agent,
	e.event_name, 'changed' AS effect, e.secret_arn, e.secret_name, e.old_key, e.new_key,
		NULL::bigint AS secrets_at_risk, e.outcome, e.event_key,
	cloudtrail_raw_event('raw_events'::regclass, e.event_time, e.event_key) AS event
FROM (
	SELECT e.*, e.key_arn AS new_key,
		lag(e.key_arn) OVER (PARTITION BY e.secret_account, e.secret_region, e.secret_name, e.secret_arn
			ORDER BY e.event_time, e.event_key) AS old_key
	FROM secret_calls AS e
	WHERE e.event_source = 'secretsmanager.amazonaws.com' AND e.succeeded
		AND (e.event_name = 'CreateSecret' OR e.event_name = 'UpdateSecret' AND e.key_arn IS NOT NULL)
) AS e
WHERE e.event_name = 'UpdateSecret'
UNION ALL
(
-- All are worked out once, and only if a key was changed.
WITH alias_changes AS MATERIALIZED (
	SELECT a.account_id, a.aws_region, a.detail ->> 'alias_name' AS key_alias, a.key_arn, a.event_time, a.event_key,
		lead(a.event_time, 1, 'infinity') OVER (PARTITION BY a.account_id, a.aws_region, a.detail ->> 'alias_name'
			ORDER BY a.event_time, a.event_key) AS next_time
	FROM secret_facts AS a
	WHERE a.event_source = 'kms.amazonaws.com' AND a.event_name IN ('CreateAlias', 'UpdateAlias') AND a.succeeded
), keys AS MATERIALIZED (
	SELECT n.secret_arn, n.key_region, n.key_account, n.key_id, n.key_alias, n.used_from, n.used_to
	FROM secret_keys AS n
), key_users AS MATERIALIZED (
	-- A secret that has a key by its ARN and by an alias counts once.
	SELECT s.key, array_agg(lower(t.span) ORDER BY lower(t.span)) AS used_from,
		array_agg(upper(t.span) ORDER BY upper(t.span)) AS used_to
	FROM (
		SELECT n.key, range_agg(tstzrange(n.used_from, n.used_to)) AS spans
		FROM (
			SELECT concat(n.key_region, ':', n.key_account, ':', coalesce('key/' || n.key_id, n.key_alias)) AS key,
				n.secret_arn, n.used_from, n.used_to
			FROM keys AS n
			UNION ALL
			SELECT split_part(a.key_arn, ':kms:', 2), n.secret_arn, greatest(n.used_from, a.event_time),
				least(n.used_to, a.next_time)
			FROM keys AS n JOIN alias_changes AS a ON a.account_id = n.key_account
				AND a.aws_region = n.key_region AND a.key_alias = n.key_alias
		) AS n
		WHERE n.used_from < n.used_to
		GROUP BY n.key, n.secret_arn
	) AS s CROSS JOIN LATERAL unnest(s.spans) AS t (span)
	GROUP BY s.key
)
-- Of the names by which a secret has the key, its ARN stands for the others.
SELECT DISTINCT ON (e.event_time, e.event_key, k.secret_name, k.secret_arn)
	e.event_time, e.event_id, e.account_id, e.aws_region, e.actor, e.actor_type, e.session_name, e.source_identity,
	e.source_ip, e.user_agent,
	e.event_name, c.effect, k.secret_arn, k.secret_name, k.key_arn, e.detail ->> 'target_key_id',
	(SELECT width_bucket(e.event_time, u.used_from) - width_bucket(e.event_time, u.used_to)
		FROM key_users AS u WHERE u.key = CASE WHEN e.detail ? 'alias_name'
			THEN concat(e.aws_region, ':', e.account_id, ':', e.detail ->> 'alias_name')
			ELSE split_part(e.key_arn, ':kms:', 2) END),
	CASE WHEN e.succeeded THEN 'succeeded' ELSE 'failed' END, e.event_key,
	cloudtrail_raw_event('raw_events'::regclass, e.event_time, e.event_key)
FROM secret_calls AS e
	JOIN key_event_kinds AS c ON c.event_name = e.event_name
	JOIN secret_keys AS k
		ON k.used_from <= e.event_time AND k.used_to > e.event_time
			AND (e.detail ->> 'alias_name' IS NULL AND k.key_arn = e.key_arn
				OR k.key_account = e.account_id AND k.key_region = e.aws_region
					AND (e.detail ->> 'alias_name' IS NULL
						AND k.key_id IN (e.key_arn, split_part(e.key_arn, ':key/', 2))
						OR k.key_alias = e.detail ->> 'alias_name'
						-- The key that the alias stood for.
						OR e.detail ->> 'alias_name' IS NULL AND k.key_alias IS NOT NULL AND e.key_arn = (
							SELECT a.key_arn FROM alias_changes AS a
							WHERE a.account_id = k.key_account AND a.aws_region = k.key_region
								AND a.key_alias = k.key_alias AND a.event_time <= e.event_time
								AND a.next_time > e.event_time)))
WHERE e.event_source = 'kms.amazonaws.com' AND e.secret_name IS NULL
ORDER BY e.event_time, e.event_key, k.secret_name, k.secret_arn, k.key_id IS NULL, k.key_arn
);
COMMENT ON VIEW secret_kms_changes IS
	'Keys of secrets: a row for each UpdateSecret that sets the key, and for each secret that an event of KMS affects '
	'(key_event_kinds): its key was made unusable or usable again or got another policy, or its alias stands for '
	'another key. A secret counts from its creation, or from when it got the key, to its end, or to when it got '
	'another key. An empty kmsKeyId takes a secret back to the default key, alias/aws/secretsmanager';
COMMENT ON COLUMN secret_kms_changes.effect IS
	'unusable, usable or changed, by key_event_kinds; changed also if the secret got another key';
COMMENT ON COLUMN secret_kms_changes.old_key IS
	'The key before, if the trail shows it; null if it is not known or the default key aws/secretsmanager';
COMMENT ON COLUMN secret_kms_changes.secrets_at_risk IS
	'Number of secrets that had the key then, as far as the trail shows; null for an UpdateSecret';
