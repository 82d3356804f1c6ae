-- Deletions as rows, from the request to the end.  The state of a deletion is
-- worked out here alone.

CREATE VIEW secret_deletions WITH (security_invoker) AS
SELECT j.account_id, j.aws_region, j.secret_arn, j.secret_name, j.scheduled_at, j.scheduled_by,
	CASE WHEN j.forced THEN j.window_days
		ELSE coalesce(j.window_days, round(extract(epoch FROM j.due_at - j.scheduled_at) / 86400)::integer)
		END AS window_days,
	j.deletion_date, j.forced, j.restored_at, j.restored_by, j.started_at, j.ended_at,
		j.versions_deleted, j.versions_cancelled, j.alive_at,
		CASE WHEN j.state = 'in doubt' THEN j.maybe_alive_at END AS maybe_alive_at, j.name_taken_at, j.replicated_at,
	j.state,
	CASE WHEN j.state = 'in doubt' THEN false
		WHEN j.state IN ('scheduled', 'due', 'deleting')
		THEN cloudtrail_conclusive(o.observed_from, o.observed_to, o.gaps, coalesce(j.scheduled_at, j.started_at),
			j.as_of, t.coverage_gap)
		ELSE true END AS conclusive,
	j.is_last
FROM (
	SELECT d.*, v.alive_at, v.name_taken_at, v.replicated_at, greatest(m.maybe_alive_at, v.again_at) AS maybe_alive_at,
		CASE WHEN d.ended_at IS NOT NULL AND (d.secret_arn IS NULL OR d.forced OR d.directory_end IS NOT NULL)
			AND d.is_last THEN 'deleted'
			WHEN d.restored_at IS NOT NULL OR d.versions_cancelled > 0 THEN 'restored'
			WHEN d.scheduled_at IS NULL AND (d.ended_at IS NOT NULL OR v.alive_at IS NOT NULL) THEN 'version only'
			WHEN v.alive_at IS NOT NULL AND NOT d.forced THEN 'restored'
			WHEN NOT d.is_last THEN 'superseded'
			WHEN d.ended_at IS NOT NULL OR v.name_taken_at IS NOT NULL OR d.forced AND v.replicated_at IS NOT NULL
				THEN 'deleted'
			WHEN d.forced THEN 'deleting'
			WHEN coalesce(m.maybe_alive_at, v.again_at) IS NOT NULL THEN 'in doubt'
			WHEN d.due_at <= d.as_of THEN 'due'
			WHEN d.scheduled_at IS NULL THEN 'deleting'
			ELSE 'scheduled' END AS state
	FROM (
		SELECT p.*, coalesce(p.scheduled_at, p.started_at) AS begun_at,
			coalesce(p.deletion_date, cloudtrail_deletion_due(p.scheduled_at, p.window_days)) AS due_at,
			lead(p.scheduled_at) OVER (PARTITION BY p.account_id, p.aws_region, p.secret_name, p.secret_arn
				ORDER BY p.episode) AS next_at
		FROM (
			SELECT n.episode, n.secret_arn, n.secret_name, n.secret_account AS account_id,
				n.secret_region AS aws_region, n.as_of,
				min(n.event_time) FILTER (WHERE n.phase = 'scheduled') AS scheduled_at,
				min(n.actor) FILTER (WHERE n.phase = 'scheduled') AS scheduled_by,
				min(n.window_days) FILTER (WHERE n.phase = 'scheduled') AS window_days,
				min(cloudtrail_time(n.detail ->> 'deletion_date')) FILTER (WHERE n.phase = 'scheduled') AS deletion_date,
				coalesce(bool_or(n.detail ->> 'force_delete_without_recovery' = 'true' OR n.no_window
						AND cloudtrail_was_replica((x.found).primary_arn, n.secret_account, (x.found).promoted_at,
							n.event_time))
					FILTER (WHERE n.phase = 'scheduled'),
					bool_or(n.detail ->> 'forced' = 'true'), false) AS forced,
				min(n.event_time) FILTER (WHERE n.phase = 'restored') AS restored_at,
				(array_agg(n.actor ORDER BY n.event_time, n.event_key)
					FILTER (WHERE n.phase = 'restored'))[1] AS restored_by,
				min(n.event_time) FILTER (WHERE n.phase = 'started') AS started_at,
				max(n.event_time) FILTER (WHERE n.phase = 'ended') AS ended_at,
				count(*) FILTER (WHERE n.phase = 'cancelled') AS versions_cancelled,
				count(*) FILTER (WHERE n.phase = 'ended') AS versions_deleted,
				bool_or(n.episode = n.episodes) AS is_last,
				max((x.found).ended_at) AS directory_end, max((x.found).possible_to) AS possible_to
			FROM (
				-- Each request begins an episode.
				SELECT c.*,
					count(*) FILTER (WHERE c.phase = 'scheduled') OVER (PARTITION BY c.secret_account, c.secret_region,
						c.secret_name, c.secret_arn ORDER BY c.event_time, c.rank, c.event_key) AS episode,
					count(*) FILTER (WHERE c.phase = 'scheduled') OVER (PARTITION BY c.secret_account, c.secret_region,
						c.secret_name, c.secret_arn) AS episodes
				FROM (
					SELECT e.*, t.as_of,
						cloudtrail_recovery_window(e.detail) AS window_days,
						NOT cloudtrail_has_recovery_window(e.detail, e.event_time) AS no_window,
						-- Times are whole seconds: of a deletion and a restore in one second, what the state before
						-- allows came first.
						CASE e.phase WHEN 'restored' THEN CASE
								WHEN max(e.event_time) FILTER (WHERE e.phase = 'scheduled') OVER earlier
									> coalesce(max(e.event_time) FILTER (WHERE e.phase = 'restored') OVER earlier,
										'-infinity') THEN 0 ELSE 2 END
							WHEN 'scheduled' THEN 1 ELSE 3 END AS rank
					FROM secret_calls AS e CROSS JOIN thresholds AS t
					WHERE e.event_source = 'secretsmanager.amazonaws.com' AND e.process = 'deletion'
						AND e.secret_name IS NOT NULL AND e.event_time <= t.as_of
						AND (e.phase IN ('started', 'cancelled', 'ended')
							OR e.phase IN ('scheduled', 'restored') AND e.succeeded)
					WINDOW earlier AS (PARTITION BY e.secret_account, e.secret_region, e.secret_name, e.secret_arn
						ORDER BY e.event_time RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE GROUP)
				) AS c
			) AS n
				CROSS JOIN LATERAL (SELECT cloudtrail_secret_of('secrets'::regclass, n.secret_name, n.secret_arn) AS found
					OFFSET 0) AS x
			GROUP BY n.secret_arn, n.secret_name, n.secret_account, n.secret_region, n.as_of, n.episode
		) AS p
	) AS d CROSS JOIN thresholds AS t
		-- What may be another secret's: calls by name; or does not need a restore: descriptions, and rotations that fail,
		-- until it is gone.  Nothing counts before the last refusal because it is marked for deletion: soon after the
		-- request a call may still succeed.
		CROSS JOIN LATERAL (
			SELECT a.refused_at, CASE WHEN (a.refused_at >= a.maybe_alive_at) IS NOT TRUE THEN a.maybe_alive_at END
				AS maybe_alive_at
			FROM (
				SELECT max(f.event_time) FILTER (WHERE NOT f.succeeded
						AND (f.secret_arn = d.secret_arn OR f.secret_arn IS NULL
							AND f.event_time < coalesce(d.possible_to, 'infinity'))
						AND f.event_time < coalesce(d.next_at, 'infinity')
						AND concat(f.error_code, ' ', f.error_message) ILIKE ANY ((SELECT p.marked_for_deletion
							FROM error_patterns AS p)::text[])) AS refused_at,
					max(f.event_time) FILTER (WHERE (f.succeeded OR f.trusted)
						AND f.event_time > d.begun_at + t.same_call_window
						AND f.event_time > coalesce(l.listed_at, '-infinity')
						AND CASE WHEN f.event_name IN (SELECT c.event_name FROM secret_call_kinds AS c
								WHERE c.shows = 'existence')
							OR f.event_name IN (SELECT k.event_name FROM secret_event_kinds AS k
								WHERE k.process <> 'deletion')
								THEN f.event_time > d.due_at AND (f.secret_arn = d.secret_arn) IS NOT FALSE
							ELSE (f.secret_arn IS NULL OR d.secret_arn IS NULL)
								AND f.event_name NOT IN (SELECT c.event_name FROM secret_call_kinds AS c)
								AND f.event_name NOT IN (SELECT k.event_name FROM secret_event_kinds AS k) END)
						AS maybe_alive_at
				FROM secret_facts AS f
					LEFT JOIN listed_secrets AS l ON l.secret_arn = d.secret_arn AND l.deletion_date IS NOT NULL
						AND l.listed_at <= d.as_of
				WHERE f.secret_name = d.secret_name AND f.secret_account = d.account_id
					AND f.secret_region = d.aws_region AND f.event_source = 'secretsmanager.amazonaws.com'
					AND f.event_time > d.begun_at AND f.event_time <= d.as_of
			) AS a
		) AS m
		-- What shows, until the next request, that it was restored, or that another secret has its name, be it to
		-- delete that one: but a forced deletion succeeds of what is gone, too.  Only a replica can come again with
		-- the same ARN.
		CROSS JOIN LATERAL (
			SELECT min(l.at) FILTER (WHERE l.own AND l.active AND NOT l.again) AS alive_at,
				max(l.at) FILTER (WHERE l.own AND l.active AND l.again) AS again_at,
				min(l.at) FILTER (WHERE l.own AND l.sign IN ('replicated', 'overwrote')) AS replicated_at,
				min(l.at) FILTER (WHERE NOT l.own AND (l.active OR l.to_be_deleted)) AS name_taken_at
			FROM (
				SELECT s.at, s.active, s.sign, s.sign = 'scheduled' AND s.evidence <> 'used' AS to_be_deleted,
					s.secret_arn = d.secret_arn AS own,
					bool_or(s.secret_arn = d.secret_arn AND s.sign IN ('replicated', 'overwrote'))
						OVER (ORDER BY s.at) AS again
				FROM secret_signs AS s
				WHERE s.secret_name = d.secret_name AND s.account_id = d.account_id AND s.aws_region = d.aws_region
					AND NOT s.is_partial AND (s.active OR s.sign IN ('replicated', 'overwrote', 'scheduled'))
					AND s.at > d.begun_at + t.same_call_window AND s.at <= d.as_of
					AND (m.refused_at IS NULL OR s.at > m.refused_at OR NOT s.active OR s.secret_arn <> d.secret_arn)
					AND s.at < coalesce(d.next_at, 'infinity')
			) AS l
		) AS v
) AS j CROSS JOIN thresholds AS t
	CROSS JOIN LATERAL cloudtrail_observed('observed'::regclass, j.account_id, j.aws_region) AS o;
COMMENT ON VIEW secret_deletions IS
	'Deletions: a row for each successful DeleteSecret with what became of it, and one for the service''s own events '
	'if the request is not in the trail. Refused ones are in secret_denied';
COMMENT ON COLUMN secret_deletions.account_id IS 'Account of the secret';
COMMENT ON COLUMN secret_deletions.aws_region IS 'Region of the secret';
COMMENT ON COLUMN secret_deletions.deletion_date IS 'When the secret is to be deleted, as the response has it';
COMMENT ON COLUMN secret_deletions.forced IS
	'Whether there was no time in which it could be restored: by the request, because it was a replica, which is '
	'deleted at once, or, if the request was not recorded, by the service''s own events';
COMMENT ON COLUMN secret_deletions.window_days IS
	'Days in which the secret could be restored: those that the request gives, else until deletion_date, else 30, '
	'AWS''s default; null if there were none, or if the request was not recorded';
COMMENT ON COLUMN secret_deletions.started_at IS 'Start of the deletion of the first version';
COMMENT ON COLUMN secret_deletions.ended_at IS 'End of the deletion of the last version';
COMMENT ON COLUMN secret_deletions.state IS
	'As of settings.as_of: scheduled (it can be restored); due (its date is past, no end in the trail); in doubt '
	'(neither a restore nor the end is in the trail, but see maybe_alive_at); deleting (forced, or begun without a '
	'request in the trail; no end in the trail); deleted (its end is in the trail, or see name_taken_at and '
	'replicated_at); restored (in '
	'the trail, or see alive_at); superseded by another DeleteSecret; version only (a version was deleted, or its '
	'deletion began, and the secret lives on)';
COMMENT ON COLUMN secret_deletions.alive_at IS
	'First call after the request, by the full ARN, that succeeds only if the secret is not to be deleted, and after '
	'which none is refused because it is; if restored_at is null, the secret was restored before that, which was not '
	'recorded';
COMMENT ON COLUMN secret_deletions.maybe_alive_at IS
	'Last event after the request, and after the last such refusal, that shows a secret, but not whether this one was '
	'restored: a call by name, which another secret may have had, or, after deletion_date, a description or a rotation, '
	'even a failed one, since the secret may not have been deleted yet';
COMMENT ON COLUMN secret_deletions.name_taken_at IS
	'First call after the request that shows, by full ARN, another secret with the same name, so that this one is '
	'gone; a call that schedules the deletion of the other one counts, a forced deletion does not';
COMMENT ON COLUMN secret_deletions.replicated_at IS
	'First replication after the request that gave the ARN to a replica, so that what had it before is gone';
COMMENT ON COLUMN secret_deletions.conclusive IS
	'For scheduled, due and deleting: whether the trail of the secret''s account and Region reaches to settings.as_of '
	'without a gap; if not, a restore or the end may not have been recorded. False if in doubt, else true';
COMMENT ON COLUMN secret_deletions.is_last IS
	'Whether it is the last deletion of the secret, which decides what became of it';
