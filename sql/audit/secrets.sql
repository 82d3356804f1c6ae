-- Which secrets there are, and which one had a name when.

CREATE VIEW secret_lookalikes WITH (security_invoker) AS
SELECT n.secret_account AS account_id, n.secret_region AS aws_region, n.secret_name, n.partial_arn,
	array_agg(DISTINCT n.secret_arn) FILTER (WHERE n.trusted) AS secret_arns,
	CASE WHEN count(DISTINCT n.secret_arn) FILTER (WHERE n.trusted) = 1 THEN min(n.secret_arn)
		FILTER (WHERE n.trusted) END AS secret_arn
FROM secret_facts AS n
WHERE substring(n.secret_name, '(-)[A-Za-z0-9]{6}$') = '-'
	AND (n.trusted OR n.secret_source = 'name') AND n.succeeded
GROUP BY n.secret_account, n.secret_region, n.secret_name, n.partial_arn
-- AWS shows that it is the full ARN of another secret, or it worked before this one was there: then it is one.
HAVING (SELECT f.secret_arn FROM secret_facts AS f WHERE f.secret_arn = n.partial_arn AND f.trusted LIMIT 1) IS NULL
	AND (SELECT min(f.event_time) FROM secret_facts AS f
		WHERE f.secret_arn = n.partial_arn AND f.succeeded AND f.event_name NOT IN (SELECT c.event_name
			FROM secret_call_kinds AS c WHERE c.shows = 'nothing'))
		< min(n.event_time) FILTER (WHERE n.event_name = 'CreateSecret') IS NOT TRUE;
COMMENT ON VIEW secret_lookalikes IS
	'Partial ARNs that look like full ones, because the name of the secret ends in a hyphen and six characters: a row '
	'for each';
COMMENT ON COLUMN secret_lookalikes.account_id IS 'Account of the secret';
COMMENT ON COLUMN secret_lookalikes.aws_region IS 'Region of the secret';
COMMENT ON COLUMN secret_lookalikes.secret_name IS 'Its name, which ends in a hyphen and six characters';
COMMENT ON COLUMN secret_lookalikes.partial_arn IS 'Its ARN without the suffix';
COMMENT ON COLUMN secret_lookalikes.secret_arns IS 'The full ARNs that AWS shows for it';
COMMENT ON COLUMN secret_lookalikes.secret_arn IS 'Its full ARN; null if AWS shows none, or several';

CREATE VIEW secret_signs WITH (security_invoker) AS
-- What events say of the ARN that they show.
SELECT f.secret_account AS account_id, f.secret_region AS aws_region, f.secret_name, f.secret_arn, f.event_time AS at,
	CASE WHEN c.shows = 'nothing' THEN 'named' WHEN NOT f.trusted THEN 'used'
		WHEN f.event_name = 'CreateSecret' THEN 'created' ELSE 'seen' END AS evidence,
	CASE WHEN c.shows IS NOT NULL THEN NULL
		-- Other services say whatever they were told.
		WHEN f.event_source NOT IN ('secretsmanager.amazonaws.com', 'kms.amazonaws.com') THEN NULL
		WHEN f.event_name = 'StopReplicationToReplica' THEN 'promoted'
		WHEN k.phase = 'ended' OR k.phase = 'scheduled' AND f.detail ->> 'force_delete_without_recovery' = 'true'
			THEN 'deleted'
		WHEN k.phase = 'scheduled' THEN 'scheduled'
		WHEN k.phase IN ('started', 'succeeded') THEN NULL
		ELSE 'alive' END AS sign,
	-- A forced deletion has no date.
	CASE WHEN k.phase = 'scheduled' AND (f.detail ->> 'force_delete_without_recovery' = 'true') IS NOT TRUE
		THEN cloudtrail_deletion_due(f.event_time, cloudtrail_recovery_window(f.detail)) END AS due_at,
	-- Whoever makes a replica of another account's secret names that.
	CASE WHEN f.trusted AND f.event_name = 'CreateSecret' THEN substring(f.detail ->> 'cross_account_primary_arn'
		FROM '^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:.+$') END AS primary_arn,
	-- A replica's value, rotation and replicas are its primary's: these calls and events fail of it, or never come.
	f.trusted AND (f.succeeded AND f.event_name IN ('CreateSecret', 'PutSecretValue', 'UpdateSecretVersionStage',
		'RotateSecret', 'CancelRotateSecret',
			'ReplicateSecretToRegions', 'RemoveRegionsFromReplication', 'RestoreSecret')
		-- A replica has no recovery window.
		OR f.succeeded AND f.event_name = 'DeleteSecret' AND (f.detail ? 'recovery_window_in_days') IS TRUE
		OR f.event_name IN (SELECT o.event_name FROM secret_event_kinds AS o WHERE o.process = 'rotation')) AS leads,
	-- Of a secret that is to be deleted only these calls succeed, and what had begun before can still fail.
	f.succeeded AND f.event_source IN ('secretsmanager.amazonaws.com', 'kms.amazonaws.com') AND c.shows IS NULL
		AND coalesce(k.phase, 'restored') IN ('restored', 'cancelled')
		AND f.event_name NOT IN (SELECT o.event_name FROM secret_event_kinds AS o
			WHERE o.process <> 'deletion' AND o.phase <> 'succeeded') AS active,
	NOT f.trusted AND cloudtrail_is_lookalike('secret_lookalikes'::regclass, f.secret_arn) AS is_partial,
	CASE WHEN k.phase = 'scheduled' THEN NOT cloudtrail_has_recovery_window(f.detail, f.event_time) END AS no_window
FROM secret_facts AS f LEFT JOIN secret_event_kinds AS k ON k.event_name = f.event_name AND k.process = 'deletion'
	LEFT JOIN secret_call_kinds AS c ON c.event_name = f.event_name
WHERE f.secret_arn IS NOT NULL AND (f.trusted OR f.succeeded AND f.secret_source IN ('request_arn', 'list'))
	AND cloudtrail_is_loaded()
UNION ALL
-- What a primary's events say of its replicas, which share its name and suffix.
SELECT s.account_id, s.aws_region, s.secret_name, s.secret_arn, s.at, 'replica', s.sign, NULL, s.primary_arn, false,
	false, false, NULL
FROM (
	-- A call that was delivered again is in one group with itself.
	SELECT c.*, first_value(c.sign) OVER (replica GROUPS BETWEEN 1 FOLLOWING AND 1 FOLLOWING) AS next_sign,
		first_value(c.sign) OVER (replica GROUPS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS previous_sign
	FROM (
		SELECT f.secret_account AS account_id, r.region AS aws_region, f.secret_name, f.event_time AS at,
			replace(f.secret_arn, ':' || f.secret_region || ':', ':' || r.region || ':') AS secret_arn,
			f.secret_arn AS primary_arn,
			CASE WHEN k.phase = 'failed' OR f.detail -> 'replication_status' @> jsonb_build_array(jsonb_build_object(
				'region', r.region, 'status', 'Failed'))
					THEN 'failed'
				WHEN f.event_name = 'RemoveRegionsFromReplication' THEN 'removed'
				WHEN f.detail ->> 'force_overwrite_replica_secret' = 'true' THEN 'overwrote'
				ELSE 'replicated' END AS sign
		FROM secret_facts AS f
			LEFT JOIN secret_event_kinds AS k ON k.event_name = f.event_name AND k.process = 'replication'
			CROSS JOIN LATERAL cloudtrail_replica_regions(f.detail) AS r
		WHERE f.trusted AND f.detail ?| '{add_replica_regions,remove_replica_regions,replica_region}'
			-- A start says nothing that the call before and the end after do not say.
			AND (k.phase <> 'started' OR k.phase IS NULL AND NOT f.detail ? 'replica_region')
			AND r.region <> f.secret_region AND r.region ~ '^[a-z0-9-]{1,40}$'
	) AS c
	WINDOW replica AS (PARTITION BY c.account_id, c.aws_region, c.secret_name, c.secret_arn
		ORDER BY c.at, c.sign = 'failed', c.sign <> 'removed', c.sign)
) AS s
-- A replication that failed made no replica, whatever is removed later.
WHERE s.sign <> 'failed' AND CASE s.sign WHEN 'removed' THEN s.previous_sign ELSE s.next_sign END
	IS DISTINCT FROM 'failed'
UNION ALL
-- What the loaded list says.
SELECT split_part(l.secret_arn, ':', 5), split_part(l.secret_arn, ':', 4), l.secret_name, l.secret_arn,
	v.at, 'listed', CASE WHEN v.created THEN 'created' WHEN l.deletion_date IS NULL THEN 'alive' END, NULL,
	CASE WHEN l.primary_region <> split_part(l.secret_arn, ':', 4)
		THEN replace(l.secret_arn, ':' || split_part(l.secret_arn, ':', 4) || ':', ':' || l.primary_region || ':') END,
	coalesce(l.primary_region = split_part(l.secret_arn, ':', 4), false), v.created OR l.deletion_date IS NULL, false,
	NULL
FROM listed_secrets AS l CROSS JOIN LATERAL (VALUES (l.listed_at, false), (l.created_at, true)) AS v (at, created)
WHERE v.at IS NOT NULL;
COMMENT ON VIEW secret_signs IS
	'Signs of secrets: a row for each event that shows or uses a full ARN, for each replica that a primary''s event '
	'names, and for what a loaded list says';
COMMENT ON COLUMN secret_signs.account_id IS 'Account of the secret';
COMMENT ON COLUMN secret_signs.aws_region IS 'Region of the secret';
COMMENT ON COLUMN secret_signs.secret_name IS 'Name of the secret';
COMMENT ON COLUMN secret_signs.secret_arn IS 'Full ARN of the secret';
COMMENT ON COLUMN secret_signs.at IS 'Time of the event, or of the list';
COMMENT ON COLUMN secret_signs.evidence IS
	'created or seen: AWS shows the ARN; replica: its primary''s event names the Region; listed; used: the ARN is a '
	'caller''s, and it worked; named: a batch named it';
COMMENT ON COLUMN secret_signs.sign IS
	'alive, scheduled (for deletion), deleted, promoted (a replica became a secret of its own), replicated, overwrote '
	'(replicated over a secret of that name), removed, created; null if the sign says nothing of the secret''s life';
COMMENT ON COLUMN secret_signs.due_at IS 'When a scheduled deletion is due; null for a forced one';
COMMENT ON COLUMN secret_signs.primary_arn IS 'The secret that it is a replica of, if the sign shows that';
COMMENT ON COLUMN secret_signs.leads IS
	'Whether the sign shows that it is not a replica: replicas do not allow what was done to it';
COMMENT ON COLUMN secret_signs.active IS
	'Whether the sign shows that it was neither deleted nor scheduled for deletion: a call that fails for such a secret, '
	'a rotation or replication that succeeded, or a list';
COMMENT ON COLUMN secret_signs.is_partial IS
	'Whether the ARN, a caller''s, is the partial one of a secret whose name ends as a full ARN does: then the sign is '
	'not one of this secret';
COMMENT ON COLUMN secret_signs.no_window IS
	'Whether a request to delete it shows no window in which it could be restored: it has AWS''s default if it was a '
	'secret of its own, and none if it was a replica; null for other signs';

CREATE VIEW secret_lives WITH (security_invoker) AS
SELECT l.account_id, l.aws_region, l.secret_name, l.secret_arn, l.evidence,
	CASE WHEN l.gone_before IS NULL THEN l.first_created_at
		ELSE (SELECT min(m.at) FROM unnest(l.made_at) AS m (at) WHERE m.at >= l.gone_before) END AS created_at,
	l.first_created_at, l.first_seen, l.last_seen, l.known_from,
	l.alive_at, l.active_at, l.end_at, l.scheduled_at, l.no_window_at, l.due_at,
	l.removed_at, l.overwrote_at, l.promoted_at,
	-- Only replicas share name and suffix: of several in different Regions, the one that leads is the primary.
	coalesce(l.primary_arn, CASE WHEN NOT (l.leads AND l.promoted_at IS NULL) AND l.evidence NOT IN ('created', 'named')
			AND count(*) FILTER (WHERE l.leads AND l.promoted_at IS NULL) OVER family = 1
		THEN min(l.secret_arn) FILTER (WHERE l.leads AND l.promoted_at IS NULL) OVER family END) AS primary_arn
FROM (
	SELECT s.account_id, s.aws_region, s.secret_name, s.secret_arn,
		CASE min(CASE s.evidence WHEN 'created' THEN 1 WHEN 'seen' THEN 2 WHEN 'replica' THEN 3 WHEN 'listed' THEN 4
			WHEN 'used' THEN 5 ELSE 6 END)
			WHEN 1 THEN 'created' WHEN 2 THEN 'seen' WHEN 3 THEN 'replica' WHEN 4 THEN 'listed' WHEN 5 THEN 'used'
				ELSE 'named' END AS evidence,
		coalesce(min(s.at) FILTER (WHERE s.evidence = 'created'), min(s.at)
			FILTER (WHERE s.sign IN ('created', 'replicated', 'overwrote'))) AS first_created_at,
		-- Only a replica can be made again with the same ARN.
		array_agg(s.at) FILTER (WHERE s.sign IN ('replicated', 'overwrote')) AS made_at,
		max(s.at) FILTER (WHERE (s.sign = 'removed' OR s.no_window) AND s.at <= s.last_made_at) AS gone_before,
		min(s.at) FILTER (WHERE s.evidence <> 'listed') AS first_seen, max(s.at)
			FILTER (WHERE s.evidence <> 'listed') AS last_seen,
		min(s.at) AS known_from,
		max(s.at) FILTER (WHERE s.sign IN ('alive', 'promoted', 'created', 'replicated', 'overwrote')) AS alive_at,
		-- A caller's ARN may be the partial one of a secret whose name ends as an ARN does.
		CASE WHEN bool_or(s.evidence IN ('created', 'seen'))
				OR NOT cloudtrail_is_lookalike('secret_lookalikes'::regclass, s.secret_arn)
			THEN max(s.at) FILTER (WHERE s.active)
			ELSE max(s.at) FILTER (WHERE s.active AND s.evidence <> 'used') END AS active_at,
		max(s.at) FILTER (WHERE s.sign IN ('deleted', 'removed')) AS end_at,
		max(s.at) FILTER (WHERE s.sign = 'scheduled') AS scheduled_at, max(s.due_at) AS due_at,
		max(s.at) FILTER (WHERE s.sign = 'scheduled' AND s.no_window) AS no_window_at,
		max(s.at) FILTER (WHERE s.sign = 'removed') AS removed_at,
		max(s.at) FILTER (WHERE s.sign = 'overwrote') AS overwrote_at,
		-- What is done to it that replicas do not allow shows that it had been promoted.
		min(s.at) FILTER (WHERE s.sign = 'promoted' AND s.at >= coalesce(s.replica_at, '-infinity')
			OR s.leads AND s.at > s.replica_at) AS promoted_at,
		-- The first has it: another one's replication to that Region fails.
		(array_agg(s.primary_arn ORDER BY s.at, s.primary_arn COLLATE "C")
			FILTER (WHERE s.primary_arn IS NOT NULL))[1] AS primary_arn, bool_or(s.leads) AS leads
	FROM (
		SELECT v.*, max(v.at) FILTER (WHERE v.primary_arn IS NOT NULL AND v.sign IS DISTINCT FROM 'removed')
				OVER own AS replica_at,
			max(v.at) FILTER (WHERE v.sign IN ('replicated', 'overwrote')) OVER own AS last_made_at
		FROM secret_signs AS v
		WINDOW own AS (PARTITION BY v.secret_name, v.secret_arn, v.account_id, v.aws_region)
	) AS s
	-- By what differs most, and first: rows are sorted by it.
	GROUP BY s.secret_name, s.secret_arn, s.account_id, s.aws_region
	-- Nor is such an ARN a secret by itself.
	HAVING bool_or(s.evidence IN ('created', 'seen', 'replica', 'listed'))
		OR NOT cloudtrail_is_lookalike('secret_lookalikes'::regclass, s.secret_arn)
) AS l
WINDOW family AS (PARTITION BY l.secret_name, l.account_id, right(l.secret_arn, 6));
COMMENT ON VIEW secret_lives IS 'The signs of each secret (full ARN) taken together: a row for each';
COMMENT ON COLUMN secret_lives.account_id IS 'Account of the secret';
COMMENT ON COLUMN secret_lives.aws_region IS 'Region of the secret';
COMMENT ON COLUMN secret_lives.secret_name IS 'Name of the secret';
COMMENT ON COLUMN secret_lives.secret_arn IS 'Full ARN of the secret';
COMMENT ON COLUMN secret_lives.evidence IS 'The best evidence, as in secrets';
COMMENT ON COLUMN secret_lives.created_at IS
	'When the secret was created, or its replica last made after it had been gone; null if neither the trail nor '
	'listed_secrets shows it';
COMMENT ON COLUMN secret_lives.first_created_at IS 'When it was created first';
COMMENT ON COLUMN secret_lives.first_seen IS 'The first event that shows the ARN';
COMMENT ON COLUMN secret_lives.last_seen IS 'The last event that shows the ARN';
COMMENT ON COLUMN secret_lives.known_from IS 'The first sign of it';
COMMENT ON COLUMN secret_lives.alive_at IS 'The last sign that it was not deleted';
COMMENT ON COLUMN secret_lives.active_at IS 'The last sign that it was neither deleted nor scheduled for deletion';
COMMENT ON COLUMN secret_lives.end_at IS
	'The last forced deletion, end of the deletion of a version, or removal of the replica';
COMMENT ON COLUMN secret_lives.scheduled_at IS 'When its deletion was last scheduled';
COMMENT ON COLUMN secret_lives.no_window_at IS
	'When that was last done by a request that shows no window in which it could be restored';
COMMENT ON COLUMN secret_lives.due_at IS 'When the last scheduled deletion is due';
COMMENT ON COLUMN secret_lives.removed_at IS 'When the replica was last removed';
COMMENT ON COLUMN secret_lives.overwrote_at IS 'When the replica was made over a secret of its name';
COMMENT ON COLUMN secret_lives.promoted_at IS
	'When the replica became a secret of its own, at the latest: StopReplicationToReplica, or the first call that '
	'replicas do not allow';
COMMENT ON COLUMN secret_lives.primary_arn IS
	'The secret that it is, or was, a replica of: by an event of that secret, by the loaded list, or because that '
	'secret has the same name and suffix and got calls that replicas do not allow; of another account by the creation of '
	'this one';

CREATE VIEW secrets WITH (security_invoker) AS
SELECT s.account_id, s.aws_region, s.secret_name, s.secret_arn, left(s.secret_arn, -7) AS partial_arn, s.evidence,
	s.created_at, s.ended_at,
	CASE WHEN s.ended_at = s.next_overwrote_at THEN 'overwritten' WHEN s.ended_at = s.removed_at THEN 'removed'
		WHEN s.ended_at IS NOT NULL THEN 'deleted' END AS end_reason,
	s.first_seen, s.last_seen,
	CASE WHEN lag(s.secret_arn) OVER bearer IS NULL THEN coalesce(s.first_created_at, '-infinity')
		WHEN lag(s.possible_to > s.certain_to) OVER bearer THEN lag(s.possible_to) OVER bearer
		ELSE coalesce(s.created_at, lag(s.possible_to) OVER bearer) END AS valid_from,
	-- Whether a deletion that is due was carried out, only its end would show, or that it was made again.
	least(s.certain_to, CASE WHEN (s.active_at > s.scheduled_at + (SELECT t.same_call_window FROM thresholds AS t))
		IS NOT TRUE AND (s.created_at > s.scheduled_at) IS NOT TRUE THEN s.due_at END) AS valid_to,
	s.possible_to, s.next_arn, s.primary_arn, split_part(s.primary_arn, ':', 4) AS primary_region, s.promoted_at
FROM (
	-- How one ends and the next begins: until when the first certainly has the name, and from when on it cannot have
	-- it. Times are whole seconds, so the second of a change may be either's.
	SELECT b.*,
		CASE WHEN b.next_arn IS NULL THEN coalesce(b.ended_at + interval '1 microsecond', 'infinity')
			WHEN b.ended_at <= b.next_from THEN least(b.ended_at + interval '1 microsecond', b.next_from)
			ELSE least(coalesce(b.next_created_at, b.last_sign + interval '1 microsecond'),
				b.next_from) END AS certain_to,
		CASE WHEN b.next_arn IS NULL THEN coalesce(b.ended_at + interval '1 microsecond', 'infinity')
			WHEN b.ended_at < b.next_from THEN b.ended_at + interval '1 microsecond'
			WHEN b.next_created_at IS NULL THEN greatest(b.next_from, b.last_sign + interval '1 microsecond')
			WHEN b.ended_at = b.next_from THEN b.next_from + interval '1 second'
			ELSE greatest(b.next_created_at, b.last_sign) + interval '1 second' END AS possible_to
	FROM (
		-- Each beside the next that has its name.
		SELECT r.*, lead(r.secret_arn) OVER bearer AS next_arn, lead(r.created_at) OVER bearer AS next_created_at,
			lead(coalesce(r.created_at, r.known_from)) OVER bearer AS next_from,
			lead(r.overwrote_at) OVER bearer AS next_overwrote_at,
			greatest(r.alive_at, r.known_from) AS last_sign,
			-- An end that a later sign of life contradicts was the end of a version.
			least(CASE WHEN r.gone_at >= coalesce(r.alive_at, '-infinity') THEN r.gone_at END,
				CASE WHEN lead(r.overwrote_at) OVER bearer >= greatest(r.alive_at, r.known_from)
					THEN lead(r.overwrote_at) OVER bearer END) AS ended_at
		FROM (
			SELECT l.*,
				bool_or(l.evidence <> 'named') OVER (PARTITION BY l.secret_name, l.account_id, l.aws_region) AS better,
				CASE WHEN cloudtrail_was_replica(l.primary_arn, l.account_id, l.promoted_at, l.no_window_at)
					THEN greatest(l.end_at, l.no_window_at) ELSE l.end_at END AS gone_at
			FROM secret_lives AS l
		) AS r
		-- What batches alone name does not count beside better evidence.
		WHERE r.evidence <> 'named' OR NOT r.better
		WINDOW bearer AS (PARTITION BY r.secret_name, r.account_id, r.aws_region
			ORDER BY coalesce(r.created_at, r.known_from), r.secret_arn)
	) AS b
) AS s
WINDOW bearer AS (PARTITION BY s.secret_name, s.account_id, s.aws_region ORDER BY coalesce(s.created_at, s.known_from),
	s.secret_arn);
COMMENT ON VIEW secrets IS
	'The directory: a row for each secret (full ARN) that the trail or a loaded list shows, replicas included. A '
	'secret created with the name of a deleted one is another secret, with an ARN of its own';
COMMENT ON COLUMN secrets.account_id IS 'Account of the secret';
COMMENT ON COLUMN secrets.aws_region IS 'Region of the secret';
COMMENT ON COLUMN secrets.secret_name IS 'Name of the secret';
COMMENT ON COLUMN secrets.secret_arn IS 'Full ARN of the secret';
COMMENT ON COLUMN secrets.partial_arn IS
	'The ARN without the last hyphen and six characters, common to all that had the name there';
COMMENT ON COLUMN secrets.evidence IS
	'created: its creation is in the trail; seen: AWS shows its ARN in other events; replica: only its primary''s '
	'events show it; listed: only the loaded list does; used: a caller gave the ARN, and the call worked; named: only '
	'a batch names it';
COMMENT ON COLUMN secrets.created_at IS
	'When it was created, or replicated to its Region, for the last time if the replica had been gone; null if neither '
	'the trail nor listed_secrets shows it';
COMMENT ON COLUMN secrets.ended_at IS
	'When it was gone: its forced deletion, the end of a scheduled one, its deletion or removal as a replica, or its '
	'replacement by a replica; null if not known. The end of a version does not count if the secret lives on';
COMMENT ON COLUMN secrets.end_reason IS
	'deleted, removed (a replica) or overwritten (by a replica that was forced on its name)';
COMMENT ON COLUMN secrets.first_seen IS 'The first event that shows this ARN';
COMMENT ON COLUMN secrets.last_seen IS 'The last event that shows this ARN';
COMMENT ON COLUMN secrets.valid_from IS
	'Start of the time in which it certainly had its name: its creation, else the end of its predecessor; -infinity if '
	'none is known';
COMMENT ON COLUMN secrets.valid_to IS
	'End of that time, exclusively: its own end, else its successor''s creation, else its last sign of life before a '
	'successor is seen; infinity if none is known';
COMMENT ON COLUMN secrets.possible_to IS
	'When it can no longer have its name; between valid_to and this time, it or next_arn may have it';
COMMENT ON COLUMN secrets.next_arn IS 'The secret that had the name next';
COMMENT ON COLUMN secrets.primary_arn IS
	'The secret that it is a replica of, or was until promoted_at; null for others';
COMMENT ON COLUMN secrets.primary_region IS 'Region of primary_arn';
COMMENT ON COLUMN secrets.promoted_at IS
	'When a replica became a secret of its own, at the latest: StopReplicationToReplica or, if that has not been '
	'recorded, the first call that replicas do not allow';
