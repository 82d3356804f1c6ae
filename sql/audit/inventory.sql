-- The state of every secret, and what is missing about it.

CREATE VIEW secret_life_events WITH (security_invoker) AS
-- What calls and the service's own events did to it.
SELECT e.secret_account AS account_id, e.secret_region AS aws_region, e.secret_name, e.secret_arn, e.event_time AS at,
	CASE WHEN e.event_name = 'CreateSecret'
			-- It need not be given a value: the answer names its version, if it has one.
			THEN CASE WHEN e.resolve_method = 'response' AND e.version_id IS NULL THEN 'created empty' ELSE 'created' END
		WHEN cloudtrail_writes_version(e.event_name, e.version_id) THEN 'value written'
		WHEN e.event_name = 'RotateSecret' THEN 'rotation on' WHEN e.event_name = 'CancelRotateSecret'
			THEN 'rotation off'
		WHEN e.event_name = 'PutResourcePolicy' THEN 'policy put' WHEN e.event_name = 'DeleteResourcePolicy'
			THEN 'policy deleted'
		ELSE 'seen' END AS what,
	e.actor, e.detail -> 'rotation_rules' AS rotation_rules, NULL AS state, NULL AS primary_arn
FROM secret_calls AS e
-- Of calls only those that succeed show a secret; the service's own events do whatever they say.
WHERE e.secret_name IS NOT NULL AND (e.succeeded OR e.phase NOT IN ('scheduled', 'restored'))
	AND (e.secret_arn IS NOT NULL OR e.resolve_method = 'unresolved') AND e.resolve_method <> 'claimed'
UNION ALL
-- Reads; of some it is not known whether they got this secret, or any.
SELECT r.secret_account, r.secret_region, r.secret_name, coalesce(r.secret_arn, c.arn), r.event_time,
	CASE WHEN r.succeeded AND c.arn IS NULL THEN 'read' ELSE 'maybe read' END, r.actor, NULL, NULL, NULL
FROM secret_reads AS r LEFT JOIN LATERAL unnest(r.candidates) AS c (arn) ON r.secret_arn IS NULL
WHERE r.secret_name IS NOT NULL AND (r.succeeded OR r.outcome = 'unknown')
UNION ALL
SELECT r.account_id, r.aws_region, r.secret_name, r.secret_arn, r.ended_at, 'rotated', NULL, NULL, NULL, NULL
FROM secret_rotations AS r
WHERE r.outcome = 'succeeded' AND NOT r.is_test AND r.secret_name IS NOT NULL
UNION ALL
SELECT d.account_id, d.aws_region, d.secret_name, d.secret_arn, coalesce(d.scheduled_at, d.started_at, d.ended_at),
	'deletion', NULL, NULL,
	-- What is gone may have come again as a replica.
	CASE WHEN d.state IN ('scheduled', 'due', 'in doubt') OR d.state IN ('deleting', 'deleted')
		AND d.replicated_at IS NULL THEN d.state ELSE 'none' END, NULL
FROM secret_deletions AS d
WHERE d.is_last
UNION ALL
-- What shows that it was neither deleted nor to be, or was not yet.
SELECT v.account_id, v.aws_region, v.secret_name, v.secret_arn, v.at,
	CASE WHEN v.evidence = 'listed' THEN 'listed active' WHEN v.active THEN 'active' ELSE 'to be deleted' END,
	NULL, NULL, NULL, NULL
FROM secret_signs AS v
WHERE NOT v.is_partial AND (v.active OR v.sign = 'scheduled' AND v.evidence <> 'used')
UNION ALL
-- What the directory knows: its end, and of what it is a replica.
SELECT s.account_id, s.aws_region, s.secret_name, s.secret_arn, v.at, v.what, NULL, NULL, v.state, v.primary_arn
FROM secrets AS s CROSS JOIN LATERAL (VALUES
	(coalesce(s.first_seen, s.created_at), 'directory', NULL, s.primary_arn),
	(s.ended_at, 'directory', s.end_reason, NULL),
	(s.promoted_at, 'promoted', NULL, NULL),
	(CASE WHEN s.primary_arn IS NOT NULL AND s.evidence <> 'created' THEN s.created_at END, 'replicated', NULL, NULL)
) AS v (at, what, state, primary_arn)
WHERE v.at IS NOT NULL
UNION ALL
-- What a loaded list says.
SELECT split_part(l.secret_arn, ':', 5), split_part(l.secret_arn, ':', 4), l.secret_name, l.secret_arn,
	v.at, v.what, NULL,
	CASE WHEN v.what = 'listed rotation on' THEN jsonb_strip_nulls(jsonb_build_object(
		'automaticallyAfterDays', l.listing #>> '{RotationRules,AutomaticallyAfterDays}',
		'scheduleExpression', l.listing #>> '{RotationRules,ScheduleExpression}',
		'duration', l.listing #>> '{RotationRules,Duration}')) END,
	v.state, NULL
FROM listed_secrets AS l CROSS JOIN LATERAL (VALUES
	(l.created_at, 'created', NULL), (l.last_rotated_at, 'rotated', NULL), (l.last_accessed_at, 'read', NULL),
	(l.listed_at, CASE l.rotation_enabled WHEN true THEN 'listed rotation on' WHEN false THEN 'listed rotation off'
		ELSE 'seen' END, NULL),
	(l.listed_at, 'listed deletion', CASE WHEN l.deletion_date IS NULL THEN 'none' ELSE 'scheduled' END)
) AS v (at, what, state)
WHERE v.at IS NOT NULL;
COMMENT ON VIEW secret_life_events IS
	'What is known of the life of secrets, from calls, reads, rotations, deletions, the directory and a loaded list: '
	'secret_inventory sums it up';
COMMENT ON COLUMN secret_life_events.account_id IS 'Account of the secret';
COMMENT ON COLUMN secret_life_events.aws_region IS 'Region of the secret';
COMMENT ON COLUMN secret_life_events.at IS 'When it happened';
COMMENT ON COLUMN secret_life_events.what IS
	'created, created empty, replicated, promoted, value written, read, maybe read, rotated, rotation on or off, '
	'policy put or deleted, deletion, active (neither deleted nor to be deleted), to be deleted (but not yet gone), '
	'directory, listed ..., or seen';
COMMENT ON COLUMN secret_life_events.state IS 'For a deletion its state; for the directory how the secret ended';
COMMENT ON COLUMN secret_life_events.primary_arn IS 'The secret that it is a replica of';

CREATE VIEW secret_states WITH (security_invoker) AS
SELECT l.account_id, l.aws_region, l.secret_name, l.secret_arn, l.secret_arn IS NOT NULL AS arn_known,
	l.created_at, CASE WHEN l.primary_arn IS NULL THEN coalesce(p.created_by, l.created_by)
		ELSE coalesce(min(l.created_by) FILTER (WHERE l.primary_arn IS NULL) OVER family,
			l.created_by) END AS created_by,
	CASE WHEN l.primary_arn IS NULL THEN greatest(p.last_value_change, l.last_value_change)
		ELSE max(l.last_value_change) FILTER (WHERE l.primary_arn IS NULL) OVER family END AS last_value_change,
	-- Another replica may have been rotated when it was none.
	CASE WHEN l.primary_arn IS NULL THEN greatest(p.last_rotated, l.last_rotated)
		ELSE greatest(l.last_rotated, max(l.last_rotated) FILTER (WHERE l.primary_arn IS NULL) OVER family)
		END AS last_rotated,
	l.last_read, l.readers, l.maybe_read,
	-- A list counts from the time at which it was loaded; of events in one second none is the last for certain.
	CASE WHEN l.listed_rotation_at > coalesce(greatest(l.rotation_on_at, l.rotation_off_at), '-infinity')
		THEN l.listed_rotation
		WHEN l.rotation_on_at = l.rotation_off_at THEN NULL
		WHEN l.rotation_on_at IS NOT NULL OR l.rotation_off_at IS NOT NULL
			THEN coalesce(l.rotation_on_at, '-infinity') > coalesce(l.rotation_off_at,
				'-infinity') END AS rotation_enabled,
	cloudtrail_rotation_interval(l.rotation_rules) AS rotate_every, l.rotation_rules,
	-- A list that says what events say changes nothing.
	CASE WHEN l.listed_rotation_at > coalesce(greatest(l.rotation_on_at, l.rotation_off_at), '-infinity')
			AND l.listed_rotation IS DISTINCT FROM CASE WHEN coalesce(l.rotation_on_at, l.rotation_off_at) IS NOT NULL
				THEN coalesce(l.rotation_on_at, '-infinity') > coalesce(l.rotation_off_at, '-infinity') END
		THEN l.listed_rotation_at ELSE greatest(l.rotation_on_at, l.rotation_off_at) END AS rotation_changed_at,
	coalesce(l.rotation_on_since, l.listed_rotation_at) AS rotation_on_since,
	l.primary_arn,
	CASE WHEN l.primary_arn IS NULL
		THEN array_agg(l.aws_region) FILTER (WHERE l.primary_arn IS NOT NULL
			AND l.end_reason IS NULL) OVER family END AS replicas,
	CASE WHEN l.policy_put_at = l.policy_deleted_at THEN NULL
		WHEN l.policy_put_at IS NOT NULL OR l.policy_deleted_at IS NOT NULL
			THEN coalesce(l.policy_put_at, '-infinity') > coalesce(l.policy_deleted_at,
				'-infinity') END AS policy_present,
	CASE WHEN l.end_reason IN ('removed', 'overwritten') THEN l.end_reason
		WHEN l.deletion IN ('deleting', 'deleted') THEN l.deletion
		-- Another secret has had its name since.
		WHEN l.secret_arn IS NOT NULL AND max(l.had_name_at) OVER bearer > l.there_at THEN 'deleted'
		-- A list does not tell a deletion that is due from one that is to come.
		WHEN l.listed_deletion_at > coalesce(l.deletion_at, '-infinity') AND NOT (l.listed_deletion = 'scheduled'
				AND coalesce(l.deletion, 'none') IN ('scheduled', 'due', 'in doubt'))
			THEN CASE WHEN l.active_at > l.listed_deletion_at THEN 'none' ELSE l.listed_deletion END
		WHEN coalesce(l.deletion, 'none') = 'none' AND l.listed_deletion_at IS NULL AND l.secret_arn IS NOT NULL
			AND w.listed_at > l.last_event
			THEN 'not listed'
		ELSE coalesce(l.deletion, 'none') END AS deletion_state,
	l.first_seen, l.last_seen
FROM (
	SELECT f.account_id, f.aws_region, f.secret_name, f.secret_arn, max(f.at)
		FILTER (WHERE f.what NOT LIKE 'listed%') AS last_event,
		min(f.at) AS first_seen, max(f.at) FILTER (WHERE f.what NOT LIKE 'listed%'
			AND f.what NOT IN ('directory', 'deletion')) AS last_seen,
		coalesce(min(f.at) FILTER (WHERE f.what LIKE 'created%'), min(f.at)
			FILTER (WHERE f.what = 'replicated')) AS created_at, min(f.actor)
			FILTER (WHERE f.what LIKE 'created%') AS created_by,
		max(f.at) FILTER (WHERE f.what IN ('created', 'value written')) AS last_value_change,
		max(f.at) FILTER (WHERE f.what = 'rotated') AS last_rotated,
		max(f.at) FILTER (WHERE f.what = 'read') AS last_read,
		count(DISTINCT f.actor) FILTER (WHERE f.what = 'read') AS readers,
		max(f.at) FILTER (WHERE f.what = 'maybe read') AS maybe_read,
		max(f.at) FILTER (WHERE f.what = 'rotation on') AS rotation_on_at,
		min(f.at) FILTER (WHERE f.what = 'rotation on'
			AND f.at > coalesce(f.last_off_at, '-infinity')) AS rotation_on_since,
		max(f.at) FILTER (WHERE f.what = 'rotation off') AS rotation_off_at,
		(array_agg(f.rotation_rules ORDER BY f.at DESC, f.rotation_rules)
			FILTER (WHERE f.what IN ('rotation on', 'listed rotation on') AND f.rotation_rules IS NOT NULL
				AND f.rotation_rules <> '{}'))[1] AS rotation_rules,
		max(f.at) FILTER (WHERE f.what LIKE 'listed rotation%') AS listed_rotation_at,
		bool_or(f.what = 'listed rotation on') FILTER (WHERE f.what LIKE 'listed rotation%') AS listed_rotation,
		max(f.at) FILTER (WHERE f.what = 'policy put') AS policy_put_at,
		max(f.at) FILTER (WHERE f.what = 'policy deleted') AS policy_deleted_at,
		max(f.state) FILTER (WHERE f.what = 'deletion') AS deletion, max(f.at)
			FILTER (WHERE f.what = 'deletion') AS deletion_at,
		max(f.state) FILTER (WHERE f.what = 'listed deletion') AS listed_deletion,
		max(f.at) FILTER (WHERE f.what = 'listed deletion') AS listed_deletion_at,
		max(f.at) FILTER (WHERE f.what IN ('active', 'listed active')) AS active_at,
		max(f.at) FILTER (WHERE f.what IN ('active', 'listed active', 'to be deleted')) AS had_name_at,
		max(f.at) FILTER (WHERE f.what NOT IN ('directory', 'deletion')) AS there_at,
		max(f.state) FILTER (WHERE f.what = 'directory') AS end_reason,
		CASE WHEN count(*) FILTER (WHERE f.what = 'promoted') = 0 THEN max(f.primary_arn) END AS primary_arn,
		max(f.at) FILTER (WHERE f.what = 'promoted') AS promoted_at, max(f.primary_arn) AS first_primary_arn
	FROM (
		SELECT e.*, max(e.at) FILTER (WHERE e.what = 'rotation off') OVER (PARTITION BY e.account_id, e.aws_region,
			e.secret_name, e.secret_arn) AS last_off_at
		FROM secret_life_events AS e CROSS JOIN thresholds AS t
		WHERE e.at <= t.as_of
	) AS f
	GROUP BY f.account_id, f.aws_region, f.secret_name, f.secret_arn
) AS l
	LEFT JOIN (
		SELECT split_part(w.secret_arn, ':', 5) AS account_id, split_part(w.secret_arn, ':', 4) AS aws_region,
		max(w.listed_at) AS listed_at
		FROM listed_secrets AS w CROSS JOIN thresholds AS t
		WHERE w.listed_at <= t.as_of
		GROUP BY 1, 2
	) AS w ON w.account_id = l.account_id AND w.aws_region = l.aws_region
	-- Until a replica became a secret of its own, it had what its primary had.
	CROSS JOIN LATERAL (
		SELECT min(f.actor) FILTER (WHERE f.event_name = 'CreateSecret' AND f.succeeded) AS created_by,
			max(f.event_time) FILTER (WHERE f.succeeded AND (cloudtrail_writes_version(f.event_name, f.version_id)
				OR f.event_name = 'CreateSecret' AND f.version_id IS NOT NULL)) AS last_value_change,
			max(f.event_time) FILTER (WHERE k.phase = 'succeeded') AS last_rotated
		FROM secret_facts AS f LEFT JOIN secret_event_kinds AS k
			ON k.event_name = f.event_name AND k.process = 'rotation' AND NOT k.is_test
		WHERE l.promoted_at IS NOT NULL AND split_part(l.first_primary_arn, ':', 5) = l.account_id
			AND f.secret_name = l.secret_name AND f.secret_arn = l.first_primary_arn AND f.trusted
			AND f.event_source = 'secretsmanager.amazonaws.com' AND f.event_time <= l.promoted_at
	) AS p
-- A primary and its replicas; those that had a name one after the other.
WINDOW family AS (PARTITION BY l.account_id, l.secret_name, coalesce(l.primary_arn, l.secret_arn)),
	bearer AS (PARTITION BY l.account_id, l.secret_name, l.aws_region);
COMMENT ON VIEW secret_states IS
	'What secret_inventory has, without what the trail covers; the other views about absences are built on it';
COMMENT ON COLUMN secret_states.rotation_on_since IS
	'Since when rotation is on: the first RotateSecret after it was last turned off, else the list';

CREATE VIEW secret_inventory WITH (security_invoker) AS
SELECT i.account_id, i.aws_region, i.secret_name, i.secret_arn, i.arn_known, i.created_at, i.created_by,
	i.last_value_change, i.last_rotated, i.last_read, i.readers, i.maybe_read, i.rotation_enabled, i.rotate_every,
	i.rotation_rules, i.rotation_changed_at, i.primary_arn, i.replicas, i.policy_present, i.deletion_state,
	i.first_seen, i.last_seen, o.observed_from
FROM secret_states AS i
	CROSS JOIN LATERAL cloudtrail_observed_span('observed'::regclass, i.account_id, i.aws_region) AS o;
COMMENT ON VIEW secret_inventory IS
	'The state of each secret at settings.as_of or now: a row for each that the trail or a loaded list shows, deleted '
	'ones included. Null means that the trail does not show it';
COMMENT ON COLUMN secret_inventory.account_id IS 'Account of the secret';
COMMENT ON COLUMN secret_inventory.aws_region IS 'Region of the secret';
COMMENT ON COLUMN secret_inventory.arn_known IS 'False for a name whose ARN nothing in the trail shows';
COMMENT ON COLUMN secret_inventory.created_at IS
	'When it was created or, for a replica, replicated to its Region, for the last time if it had been gone. Null if '
	'that was before observed_from and no list was loaded';
COMMENT ON COLUMN secret_inventory.created_by IS
	'Who created the secret; for a replica, or what was one, its primary';
COMMENT ON COLUMN secret_inventory.last_value_change IS
	'Last CreateSecret, PutSecretValue or UpdateSecret that made a version; for a replica, and for the time in which it '
	'was one, that of its primary, if that is in the same account';
COMMENT ON COLUMN secret_inventory.last_rotated IS
	'When a rotation last succeeded; for a replica, and for the time in which it was one, that of its primary, if that is '
	'in the same account';
COMMENT ON COLUMN secret_inventory.readers IS 'Number of actors that read it';
COMMENT ON COLUMN secret_inventory.maybe_read IS
	'The last call that may have read it, but may have read another secret or none: a batch, or a name that two '
	'secrets may have had';
COMMENT ON COLUMN secret_inventory.rotation_enabled IS
	'Whether rotation is on, by the last event or the newer list; null if it was turned on and off in the same second';
COMMENT ON COLUMN secret_inventory.rotate_every IS 'As in secret_rotation_rules';
COMMENT ON COLUMN secret_inventory.rotation_changed_at IS
	'When rotation was last turned on or off, or its rule set; the time of the list if only a newer list shows that '
	'it is on or off';
COMMENT ON COLUMN secret_inventory.rotation_rules IS 'The last rule that was given; it stays while rotation is off';
COMMENT ON COLUMN secret_inventory.primary_arn IS 'The secret that it is a replica of; null for others';
COMMENT ON COLUMN secret_inventory.replicas IS 'Regions to which it is replicated';
COMMENT ON COLUMN secret_inventory.policy_present IS
	'Whether it has a resource policy; null if the trail has no change of it, or if it was put and deleted in the same '
	'second';
COMMENT ON COLUMN secret_inventory.deletion_state IS
	'none, scheduled, due, in doubt, deleting or deleted, as in secret_deletions; deleted also if another secret has '
	'had its name since; removed or overwritten, as in secrets, for a replica and for a secret that a replica '
	'replaced; not listed if a list of its account and Region that is newer than its last event does not have it';
COMMENT ON COLUMN secret_inventory.observed_from IS
	'Start of what the trail has of the secret''s account and Region; null if it has nothing';

CREATE VIEW secret_rotation_overdue WITH (security_invoker) AS
SELECT l.account_id, l.aws_region, l.secret_name, l.secret_arn, l.last_rotated,
	CASE WHEN l.rotation_enabled THEN l.rotation_rules END AS rule, l.due_by, l.due_at,
	floor(extract(epoch FROM l.as_of - l.due_at) / 86400)::integer AS days_overdue,
	CASE WHEN NOT l.rotation_enabled THEN l.rotation_changed_at END AS rotation_cancelled_at, o.observed_from,
	l.deletion_state,
	l.deletion_state = 'none' AND cloudtrail_conclusive(o.observed_from, o.observed_to, o.gaps, l.since, l.as_of,
		l.coverage_gap) AS conclusive
FROM (
	SELECT i.*, t.as_of, t.coverage_gap, d.since,
		CASE WHEN NOT coalesce(i.rotation_enabled, false) OR i.rotation_rules IS NULL THEN 'default'
			WHEN d.next IS NULL THEN 'rule not understood' ELSE 'rule' END AS due_by,
		coalesce(w.opens_at, d.since + t.rotation_due_after) AS due_at, c.closes_at
	FROM secret_states AS i CROSS JOIN thresholds AS t
		CROSS JOIN LATERAL (SELECT coalesce(i.last_rotated, CASE WHEN i.rotation_enabled
				THEN i.rotation_on_since END) AS at,
			i.rotation_enabled AND NOT i.rotation_rules ? 'scheduleExpression' AS counts_days) AS r
		-- By a number of days, Secrets Manager counts from a value that was written by hand, too.  It is looked for
		-- only if the rotation is late without it.
		CROSS JOIN LATERAL (
			SELECT max(f.event_time) AS at
			FROM secret_facts AS f
			WHERE r.counts_days AND cloudtrail_next_rotation(i.rotation_rules, r.at) < t.as_of + interval '24 hours'
				AND f.secret_name = i.secret_name AND f.secret_arn = i.secret_arn
				AND f.event_source = 'secretsmanager.amazonaws.com' AND f.succeeded
				AND cloudtrail_writes_version(f.event_name, f.version_id)
				AND f.event_time > r.at AND f.event_time <= t.as_of
				AND NOT EXISTS (SELECT FROM secret_automatic_writes AS w
					WHERE w.event_time = f.event_time AND w.event_key = f.event_key AND w.item = f.item
						AND w.by_rotation)
				AND coalesce(cloudtrail_raw_event('raw_events'::regclass, f.event_time, f.event_key)
					#>> '{requestParameters,versionStages}' LIKE '%"AWSCURRENT"%', true)
		) AS m
		CROSS JOIN LATERAL (SELECT coalesce(m.at, r.at) AS since) AS s
		CROSS JOIN LATERAL (SELECT s.since, CASE WHEN i.rotation_enabled
			THEN cloudtrail_next_rotation(i.rotation_rules, s.since) END AS next) AS d
		-- The window of a rate in days opens at midnight (UTC).
		CROSS JOIN LATERAL (SELECT CASE WHEN i.rotation_rules ->> 'scheduleExpression' ~* '^rate\(.*day'
			THEN date_bin('1 day', d.next, '2000-01-01 00:00:00+00') ELSE d.next END AS opens_at) AS w
		-- Secrets Manager rotates at any time in a window: of so many hours, else of one for a schedule in hours, or to
		-- the end of the day (UTC).
		CROSS JOIN LATERAL (SELECT CASE WHEN i.rotation_rules ->> 'duration' ~ '^[0-9]{1,2}h?$'
				THEN w.opens_at + make_interval(hours => rtrim(i.rotation_rules ->> 'duration', 'h')::integer)
			WHEN i.rotation_rules ->> 'scheduleExpression' ~* '^(rate\(.*hour|cron\(\s*\S+\s+\S*[*/,-])'
				THEN w.opens_at + interval '1 hour'
			ELSE date_bin('1 day', w.opens_at, '2000-01-01 00:00:00+00') + interval '24 hours' END AS closes_at) AS c
	WHERE i.deletion_state IN ('none', 'in doubt') AND i.primary_arn IS NULL
) AS l
	CROSS JOIN LATERAL cloudtrail_observed('observed'::regclass, l.account_id, l.aws_region) AS o
WHERE l.due_at < l.as_of AND coalesce(l.closes_at <= l.as_of, true);
COMMENT ON VIEW secret_rotation_overdue IS
	'Secrets whose rotation is overdue: a row for each. The time runs from the last success or, if there is none, from '
	'the request that turned rotation on; by automaticallyAfterDays also from the last value that was written by hand, '
	'which Secrets Manager counts as a rotation. It is that of the rule, with its window, or settings.rotation_due_after if '
	'no rule is known. Requests that failed do not extend it. Secrets that have neither a success nor such a request '
	'are in secret_never_rotated. Replicas, which rotate with their primary, are left out, and so are secrets that are '
	'deleted or to be deleted, unless that is in doubt';
COMMENT ON COLUMN secret_rotation_overdue.account_id IS 'Account of the secret';
COMMENT ON COLUMN secret_rotation_overdue.aws_region IS 'Region of the secret';
COMMENT ON COLUMN secret_rotation_overdue.rule IS
	'rotationRules of the last RotateSecret or of the loaded list; null if none is known or rotation is off';
COMMENT ON COLUMN secret_rotation_overdue.due_by IS
	'What due_at follows: rule, default (settings.rotation_due_after, because no rule is known or rotation is off), or '
	'rule not understood (the default again)';
COMMENT ON COLUMN secret_rotation_overdue.due_at IS
	'When the window opened in which it was to be rotated, for a rate in days at midnight (UTC); it is overdue once the '
	'window has closed';
COMMENT ON COLUMN secret_rotation_overdue.rotation_cancelled_at IS 'When rotation was turned off';
COMMENT ON COLUMN secret_rotation_overdue.observed_from IS
	'Start of what the trail has of the secret''s account and Region; null if it has nothing';
COMMENT ON COLUMN secret_rotation_overdue.deletion_state IS
	'none or in doubt, as in secret_inventory; if in doubt, the secret may be gone and the row is not conclusive';
COMMENT ON COLUMN secret_rotation_overdue.conclusive IS
	'Whether the trail of the secret''s account and Region reaches from the last rotation, or from when rotation was '
	'turned on, to settings.as_of without a gap, and there is no doubt that the secret exists; if not, a later '
	'rotation may not have been recorded';

CREATE VIEW secret_never_rotated WITH (security_invoker) AS
SELECT i.account_id, i.aws_region, i.secret_name, i.secret_arn, i.created_at, i.last_value_change,
	coalesce(i.rotation_enabled, false) AS rotation_configured, o.observed_from, i.deletion_state,
	i.deletion_state = 'none' AND cloudtrail_conclusive(o.observed_from, o.observed_to, o.gaps, i.created_at, t.as_of,
		t.coverage_gap) AS conclusive
FROM secret_states AS i CROSS JOIN thresholds AS t
	CROSS JOIN LATERAL cloudtrail_observed('observed'::regclass, i.account_id, i.aws_region) AS o
WHERE i.deletion_state IN ('none', 'in doubt') AND i.last_rotated IS NULL AND i.primary_arn IS NULL;
COMMENT ON VIEW secret_never_rotated IS
	'Secrets of which no successful rotation is known: a row for each. Replicas, which rotate with their primary, are '
	'left out, and so are secrets that are deleted or to be deleted, unless that is in doubt';
COMMENT ON COLUMN secret_never_rotated.account_id IS 'Account of the secret';
COMMENT ON COLUMN secret_never_rotated.aws_region IS 'Region of the secret';
COMMENT ON COLUMN secret_never_rotated.observed_from IS
	'Start of what the trail has of the secret''s account and Region; null if it has nothing';
COMMENT ON COLUMN secret_never_rotated.deletion_state IS
	'none or in doubt, as in secret_inventory; if in doubt, the secret may be gone and the row is not conclusive';
COMMENT ON COLUMN secret_never_rotated.conclusive IS
	'Whether the trail of the secret''s account and Region reaches from its creation to settings.as_of without a gap, '
	'and there is no doubt that the secret exists; if not, a rotation may not have been recorded';

CREATE VIEW unused_secrets WITH (security_invoker) AS
SELECT i.account_id, i.aws_region, i.secret_name, i.secret_arn, i.created_at, i.last_read,
	CASE WHEN o.observed_from IS NOT NULL
		THEN greatest(floor(extract(epoch FROM least(o.observed_to, t.as_of) - greatest(i.created_at,
			o.observed_from)) / 86400)::integer, 0) END AS observed_days,
	i.deletion_state,
	i.deletion_state = 'none' AND cloudtrail_conclusive_of_reads(o.observed_from, o.observed_to, o.gaps, o.reads_from,
			o.reads_to, o.read_gaps, greatest(t.as_of - t.unused_after, i.created_at), t.as_of, t.coverage_gap)
		AND NOT coalesce(greatest(i.maybe_read, b.last_batch) >= t.as_of - t.unused_after, false) AS conclusive,
	i.maybe_read, o.observed_from
FROM secret_states AS i CROSS JOIN thresholds AS t
	CROSS JOIN LATERAL cloudtrail_observed_reads('observed'::regclass, i.account_id, i.aws_region) AS o
	LEFT JOIN secret_unanswered_batches AS b ON b.account_id = i.account_id AND b.aws_region = i.aws_region
WHERE i.deletion_state IN ('none', 'in doubt')
	AND (i.last_read IS NULL OR i.last_read < t.as_of - t.unused_after)
	AND (i.created_at IS NULL OR i.created_at < t.as_of - t.unused_after);
COMMENT ON VIEW unused_secrets IS
	'Secrets that were not read for settings.unused_after: a row for each. Those created within that time are left '
	'out, and so are secrets that are deleted or to be deleted, unless that is in doubt';
COMMENT ON COLUMN unused_secrets.account_id IS 'Account of the secret';
COMMENT ON COLUMN unused_secrets.aws_region IS 'Region of the secret';
COMMENT ON COLUMN unused_secrets.observed_days IS
	'Number of days of its life that the trail of its account and Region covers; null if it has nothing';
COMMENT ON COLUMN unused_secrets.deletion_state IS
	'none or in doubt, as in secret_inventory; if in doubt, the secret may be gone and the row is not conclusive';
COMMENT ON COLUMN unused_secrets.conclusive IS
	'Whether the trail of the secret''s account and Region covers all of settings.unused_after without a gap and with '
	'read events, there is no doubt that the secret exists, and no call may have read it, not even a batch whose '
	'filters name no secret; if not, a read may not have been recorded';
COMMENT ON COLUMN unused_secrets.maybe_read IS 'As in secret_inventory';
COMMENT ON COLUMN unused_secrets.observed_from IS
	'Start of what the trail has of the secret''s account and Region; null if it has nothing';
