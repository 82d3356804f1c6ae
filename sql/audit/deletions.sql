-- Deletions as rows, from the request to the end.  The state of a deletion is
-- worked out here alone.

CREATE VIEW secret_deletions WITH (security_invoker) AS
SELECT d.account_id, d.aws_region, d.secret_arn, d.secret_name, d.scheduled_at, d.scheduled_by,
	d.window_days, d.deletion_date, d.forced, d.restored_at, d.restored_by, d.started_at, d.ended_at,
		d.versions_deleted, d.versions_cancelled,
	d.state,
	CASE WHEN d.state IN ('scheduled', 'due', 'deleting')
		THEN cloudtrail_conclusive(o.observed_from, o.observed_to, o.gaps, coalesce(d.scheduled_at, d.started_at),
			d.as_of, t.coverage_gap)
		ELSE true END AS conclusive,
	d.is_last
FROM (
	SELECT d.*,
		CASE WHEN d.ended_at IS NOT NULL AND (d.secret_arn IS NULL OR d.forced OR d.directory_end IS NOT NULL)
			AND d.is_last THEN 'deleted'
			WHEN d.restored_at IS NOT NULL OR d.versions_cancelled > 0 THEN 'restored'
			WHEN d.ended_at IS NOT NULL AND d.scheduled_at IS NULL THEN 'version only'
			WHEN NOT d.is_last THEN 'superseded'
			WHEN d.ended_at IS NOT NULL THEN 'deleted'
			WHEN d.forced THEN 'deleting'
			WHEN coalesce(d.deletion_date, d.scheduled_at
				+ make_interval(hours => 24 * coalesce(d.window_days, 30))) <= d.as_of THEN 'due'
			WHEN d.scheduled_at IS NULL THEN 'deleting'
			ELSE 'scheduled' END AS state
	FROM (
		SELECT s.secret_arn, s.secret_name, s.secret_account AS account_id, s.secret_region AS aws_region, s.as_of,
			min(s.event_time) FILTER (WHERE s.phase = 'scheduled') AS scheduled_at,
			min(s.actor) FILTER (WHERE s.phase = 'scheduled') AS scheduled_by,
			min(s.window_days) FILTER (WHERE s.phase = 'scheduled') AS window_days,
			min(cloudtrail_time(s.detail ->> 'deletion_date')) FILTER (WHERE s.phase = 'scheduled') AS deletion_date,
			coalesce(bool_or(s.detail ->> 'force_delete_without_recovery' = 'true')
				FILTER (WHERE s.phase = 'scheduled'),
				bool_or(s.detail ->> 'forced' = 'true'), false) AS forced,
			min(s.event_time) FILTER (WHERE s.phase = 'restored') AS restored_at,
			(array_agg(s.actor ORDER BY s.event_time, s.event_key)
				FILTER (WHERE s.phase = 'restored'))[1] AS restored_by,
			min(s.event_time) FILTER (WHERE s.phase = 'started') AS started_at,
			max(s.event_time) FILTER (WHERE s.phase = 'ended') AS ended_at,
			count(*) FILTER (WHERE s.phase = 'cancelled') AS versions_cancelled,
			count(*) FILTER (WHERE s.phase = 'ended') AS versions_deleted,
			bool_or(s.n = s.episodes) AS is_last,
			max(x.ended_at) AS directory_end
		FROM (
			SELECT s.*, count(*) FILTER (WHERE s.phase = 'scheduled') OVER (PARTITION BY s.secret_account,
				s.secret_region, s.secret_name, s.secret_arn
					ORDER BY s.event_time, s.rank, s.event_key) AS n,
				count(*) FILTER (WHERE s.phase = 'scheduled') OVER (PARTITION BY s.secret_account, s.secret_region,
					s.secret_name, s.secret_arn) AS episodes
			FROM (
				-- Times are whole seconds: of a deletion and a restore in one second, what the state before allows came
				-- first.
				SELECT e.*, t.as_of,
					CASE WHEN e.detail ->> 'recovery_window_in_days' ~ '^[0-9]{1,4}$'
						THEN (e.detail ->> 'recovery_window_in_days')::integer END AS window_days,
					CASE e.phase WHEN 'restored' THEN CASE
							WHEN max(e.event_time) FILTER (WHERE e.phase = 'scheduled') OVER earlier
								> coalesce(max(e.event_time) FILTER (WHERE e.phase = 'restored') OVER earlier,
									'-infinity') THEN 0 ELSE 2 END
						WHEN 'scheduled' THEN 1 ELSE 3 END AS rank
				FROM secret_calls AS e CROSS JOIN thresholds AS t
				WHERE e.event_source = 'secretsmanager.amazonaws.com' AND e.process = 'deletion'
					AND e.secret_name IS NOT NULL
					AND e.event_time <= t.as_of
					AND (e.phase IN ('started', 'cancelled', 'ended') OR e.phase IN ('scheduled', 'restored')
						AND e.succeeded)
				WINDOW earlier AS (PARTITION BY e.secret_account, e.secret_region, e.secret_name, e.secret_arn
					ORDER BY e.event_time
					RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE GROUP)
			) AS s
		) AS s
			LEFT JOIN secrets AS x ON x.secret_name = s.secret_name AND x.secret_arn = s.secret_arn
		GROUP BY s.secret_arn, s.secret_name, s.secret_account, s.secret_region, s.as_of, s.n
	) AS d
) AS d
	CROSS JOIN thresholds AS t
	LEFT JOIN observed AS o ON o.account_id = d.account_id AND o.aws_region = d.aws_region;
COMMENT ON VIEW secret_deletions IS
	'Deletions: a row for each successful DeleteSecret with what came of it, and one for the service''s own events if '
	'the request is not in the trail. Refused ones are in secret_denied';
COMMENT ON COLUMN secret_deletions.account_id IS 'Account of the secret';
COMMENT ON COLUMN secret_deletions.aws_region IS 'Region of the secret';
COMMENT ON COLUMN secret_deletions.deletion_date IS 'When the secret is to be deleted, as the response has it';
COMMENT ON COLUMN secret_deletions.forced IS
	'Without a time in which it could be restored: by the request or, if that has not been recorded, by the '
	'service''s own events';
COMMENT ON COLUMN secret_deletions.started_at IS 'Start of the deletion of the first version';
COMMENT ON COLUMN secret_deletions.ended_at IS 'End of the deletion of the last version';
COMMENT ON COLUMN secret_deletions.state IS
	'As of settings.as_of: scheduled (it can be restored); due (its date is past, no end in the trail); deleting '
	'(forced, or begun without a request in the trail; no end in the trail); deleted; restored; superseded by another '
	'DeleteSecret; version only (a version of it ended, the secret lives on)';
COMMENT ON COLUMN secret_deletions.conclusive IS
	'Of scheduled, due and deleting: whether the trail of the secret''s account and Region reaches to settings.as_of '
	'without a gap; if not, a restore or the end may not have been recorded';
COMMENT ON COLUMN secret_deletions.is_last IS
	'Whether it is the last deletion of the secret, which decides what became of it';
