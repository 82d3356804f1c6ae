-- The state of every secret, and what is missing about it.

CREATE FUNCTION cloudtrail_create_inventory_views() RETURNS void
	LANGUAGE plpgsql
	AS $$
BEGIN
	CREATE OR REPLACE VIEW observed WITH (security_invoker) AS
		SELECT min(e.event_time) AS observed_from, max(e.event_time) AS observed_to FROM events AS e;
	COMMENT ON VIEW observed IS 'The span of time that the trail covers, as far as the reader may see it; see coverage for holes in it';

	CREATE OR REPLACE VIEW secret_inventory WITH (security_invoker) AS
		WITH fact AS (
			SELECT e.secret_arn, e.secret_name, CASE WHEN e.secret_arn IS NULL THEN e.account_id END AS home_account,
				CASE WHEN e.secret_arn IS NULL THEN e.aws_region END AS home_region,
				e.event_time, e.actor, k.process, k.phase,
				CASE WHEN e.event_name = 'UpdateSecret' AND e.version_id IS NOT NULL THEN 'PutSecretValue'
					WHEN e.event_name = 'BatchGetSecretValue' THEN 'GetSecretValue' ELSE e.event_name END AS event_name
			FROM secret_events AS e LEFT JOIN secret_event_kinds AS k ON k.event_name = e.event_name AND NOT k.is_test
			WHERE e.secret_name IS NOT NULL AND (e.succeeded OR k.process IS NOT NULL)
			UNION ALL
			SELECT l.secret_arn, l.secret_name, NULL, NULL, f.event_time, NULL, f.process, f.phase, f.event_name
			FROM listed_secrets AS l, LATERAL (VALUES
				(l.created_at, 'CreateSecret', NULL, NULL), (l.last_changed_at, 'PutSecretValue', NULL, NULL),
				(l.last_accessed_at, 'GetSecretValue', NULL, NULL), (l.last_rotated_at, 'listed', 'rotation', 'succeeded'),
				(l.deletion_date, 'DeleteSecret', NULL, NULL), (l.listed_at, 'listed', NULL, NULL)
			) AS f (event_time, event_name, process, phase)
			WHERE f.event_time IS NOT NULL
		), life AS (
			SELECT f.secret_arn, f.secret_name, f.home_account, f.home_region,
				min(f.event_time) AS first_seen, max(f.event_time) AS last_seen,
				min(f.event_time) FILTER (WHERE f.event_name = 'CreateSecret') AS created_at,
				min(f.actor) FILTER (WHERE f.event_name = 'CreateSecret') AS created_by,
				max(f.event_time) FILTER (WHERE f.event_name IN ('CreateSecret', 'PutSecretValue')) AS last_value_change,
				max(f.event_time) FILTER (WHERE f.event_name = 'GetSecretValue') AS last_read,
				count(DISTINCT f.actor) FILTER (WHERE f.event_name = 'GetSecretValue') AS readers,
				max(f.event_time) FILTER (WHERE f.process = 'rotation' AND f.phase = 'succeeded') AS last_rotated,
				max(f.event_time) FILTER (WHERE f.event_name = 'PutResourcePolicy') AS policy_put_at,
				max(f.event_time) FILTER (WHERE f.event_name = 'DeleteResourcePolicy') AS policy_deleted_at,
				max(f.event_time) FILTER (WHERE f.event_name = 'DeleteSecret') AS deletion_requested_at,
				max(f.event_time) FILTER (WHERE f.event_name = 'RestoreSecret') AS restored_at,
				max(f.event_time) FILTER (WHERE f.process = 'deletion' AND f.phase = 'ended') AS deleted_at
			FROM fact AS f
			WHERE f.event_time <= (SELECT coalesce(t.as_of, now()) FROM settings AS t)
			GROUP BY f.secret_arn, f.secret_name, f.home_account, f.home_region
		), rule AS (
			SELECT DISTINCT ON (r.secret_arn, r.secret_name) r.*
			FROM secret_rotation_rules AS r
			WHERE r.changed_at <= (SELECT coalesce(t.as_of, now()) FROM settings AS t)
			ORDER BY r.secret_arn, r.secret_name, r.changed_at DESC, r.event_key
		), replica AS (
			-- A replica has its primary's name and suffix, and the events of either tell its state.
			SELECT r.secret_name, r.account_id, r.identity, array_agg(r.replica_region ORDER BY r.replica_region) AS regions
			FROM (
				SELECT DISTINCT ON (r.secret_name, account_id, identity, r.replica_region)
					r.secret_name, coalesce(split_part(r.secret_arn, ':', 5), r.account_id) AS account_id,
					coalesce(split_part(r.secret_arn, ':', 7), r.secret_name) AS identity, r.replica_region, r.status
				FROM secret_replication AS r
				WHERE r.outcome = 'succeeded' AND r.replica_region IS NOT NULL AND r.event_time <= (SELECT coalesce(t.as_of, now()) FROM settings AS t)
				ORDER BY r.secret_name, account_id, identity, r.replica_region, r.event_time DESC, r.event_key
			) AS r
			WHERE r.status NOT IN ('removed', 'stopped', 'failed', 'Failed')
			GROUP BY 1, 2, 3
		)
		SELECT coalesce(split_part(l.secret_arn, ':', 5), l.home_account) AS account_id,
			coalesce(split_part(l.secret_arn, ':', 4), l.home_region) AS aws_region,
			l.secret_name, l.secret_arn, l.secret_arn IS NOT NULL AS arn_known,
			l.created_at, l.created_by, l.last_value_change, l.last_rotated, l.last_read, l.readers,
			coalesce(r.rotation_enabled, listed.rotation_enabled) AS rotation_enabled, r.rotate_every, r.rotation_rules, r.changed_at AS rotation_changed_at,
			p.regions AS replicas,
			CASE WHEN l.policy_put_at IS NOT NULL OR l.policy_deleted_at IS NOT NULL
				THEN coalesce(l.policy_put_at > l.policy_deleted_at, l.policy_put_at IS NOT NULL) END AS policy_present,
			CASE WHEN l.deleted_at IS NOT NULL THEN 'deleted'
				WHEN l.deletion_requested_at > coalesce(l.restored_at, '-infinity') THEN 'scheduled'
				ELSE 'none' END AS deletion_state,
			l.first_seen, l.last_seen, o.observed_from
		FROM life AS l
			LEFT JOIN rule AS r ON r.secret_arn = l.secret_arn AND r.secret_name = l.secret_name
			LEFT JOIN replica AS p ON p.secret_name = l.secret_name AND p.account_id = split_part(l.secret_arn, ':', 5) AND p.identity = split_part(l.secret_arn, ':', 7)
			LEFT JOIN listed_secrets AS listed ON listed.secret_arn = l.secret_arn
			CROSS JOIN observed AS o;
	COMMENT ON VIEW secret_inventory IS
		'The state of each secret at settings.as_of or now: a row for each that the trail or a loaded list shows, deleted ones included. Null is: the trail does not tell';
	COMMENT ON COLUMN secret_inventory.arn_known IS 'False for a name whose ARN nothing in the trail tells';
	COMMENT ON COLUMN secret_inventory.created_at IS 'Null where it was created before observed_from and no list was loaded';
	COMMENT ON COLUMN secret_inventory.last_value_change IS 'Last CreateSecret, PutSecretValue or UpdateSecret that made a version';
	COMMENT ON COLUMN secret_inventory.readers IS 'How many actors read it';
	COMMENT ON COLUMN secret_inventory.rotate_every IS 'As in secret_rotation_rules';
	COMMENT ON COLUMN secret_inventory.replicas IS 'Regions to which it is replicated';
	COMMENT ON COLUMN secret_inventory.policy_present IS 'Whether it has a resource policy; null where the trail has no change of it';
	COMMENT ON COLUMN secret_inventory.deletion_state IS 'none, scheduled or deleted; secret_deletions tells more';

	CREATE OR REPLACE VIEW secret_rotation_overdue WITH (security_invoker) AS
		SELECT i.account_id, i.aws_region, i.secret_name, i.secret_arn, i.last_rotated,
			CASE WHEN i.rotation_enabled THEN i.rotation_rules END AS rule, d.due_at,
			extract(day FROM t.as_of - d.due_at)::integer AS days_overdue,
			CASE WHEN NOT i.rotation_enabled THEN i.rotation_changed_at END AS rotation_cancelled_at, i.observed_from
		FROM secret_inventory AS i
			CROSS JOIN (SELECT coalesce(t.as_of, now()) AS as_of, t.rotation_due_after FROM settings AS t) AS t
			CROSS JOIN LATERAL (SELECT coalesce(i.last_rotated, CASE WHEN i.rotation_enabled THEN i.rotation_changed_at END)
				+ coalesce(CASE WHEN i.rotation_enabled THEN i.rotate_every END, t.rotation_due_after) AS due_at) AS d
		WHERE i.deletion_state = 'none' AND d.due_at < t.as_of;
	COMMENT ON VIEW secret_rotation_overdue IS
		'Secrets whose rotation is late: a row for each whose last success, or whose rule if none succeeded since, is older than the rule says or, where no rule is known, than settings.rotation_due_after. What never had either is in secret_never_rotated';
	COMMENT ON COLUMN secret_rotation_overdue.rule IS 'rotationRules of the last RotateSecret; null where none is known or rotation is off';
	COMMENT ON COLUMN secret_rotation_overdue.rotation_cancelled_at IS 'When rotation was turned off';

	CREATE OR REPLACE VIEW secret_never_rotated WITH (security_invoker) AS
		SELECT i.account_id, i.aws_region, i.secret_name, i.secret_arn, i.created_at, i.last_value_change,
			coalesce(i.rotation_enabled, false) AS rotation_configured, i.observed_from
		FROM secret_inventory AS i
		WHERE i.deletion_state = 'none' AND i.last_rotated IS NULL;
	COMMENT ON VIEW secret_never_rotated IS
		'Secrets of which no successful rotation is known: a row for each. One before observed_from would not show, unless a list was loaded';

	CREATE OR REPLACE VIEW unused_secrets WITH (security_invoker) AS
		SELECT i.account_id, i.aws_region, i.secret_name, i.secret_arn, i.created_at, i.last_read,
			extract(day FROM o.observed_to - greatest(i.created_at, o.observed_from))::integer AS observed_days,
			o.observed_from <= t.as_of - t.unused_after AND EXISTS (SELECT FROM events AS e WHERE e.event_source = 'secretsmanager.amazonaws.com' AND e.read_only) AS conclusive,
			o.observed_from
		FROM secret_inventory AS i CROSS JOIN observed AS o
			CROSS JOIN (SELECT coalesce(t.as_of, now()) AS as_of, t.unused_after FROM settings AS t) AS t
		WHERE i.deletion_state = 'none'
			AND (i.last_read IS NULL OR i.last_read < t.as_of - t.unused_after)
			AND (i.created_at IS NULL OR i.created_at < t.as_of - t.unused_after);
	COMMENT ON VIEW unused_secrets IS
		'Secrets that nobody read for settings.unused_after: a row for each. Those created since are left out';
	COMMENT ON COLUMN unused_secrets.observed_days IS 'How many days of its life the trail covers';
	COMMENT ON COLUMN unused_secrets.conclusive IS 'Whether the trail reaches back so far and has read events at all; if not, a read may just not have been recorded';
END
$$;
COMMENT ON FUNCTION cloudtrail_create_inventory_views() IS
	'Part of cloudtrail_create_audit_views(): the inventory, and what is overdue, never rotated or unused';
