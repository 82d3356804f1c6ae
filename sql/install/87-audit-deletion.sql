-- Deletions as rows, from the request to the last version's end.

CREATE FUNCTION cloudtrail_create_deletion_views() RETURNS void
	LANGUAGE plpgsql
	AS $$
BEGIN
	CREATE OR REPLACE VIEW secret_deletions WITH (security_invoker) AS
		WITH step AS (
			SELECT e.*, CASE e.event_name WHEN 'DeleteSecret' THEN 'scheduled' WHEN 'RestoreSecret' THEN 'restored' ELSE k.phase END AS phase,
				CASE WHEN e.secret_arn IS NULL THEN e.account_id || ':' || e.aws_region END AS home
			FROM secret_events AS e LEFT JOIN secret_event_kinds AS k ON k.event_name = e.event_name AND k.process = 'deletion'
			WHERE (e.event @~ 'secretsmanager:DeleteSecret' OR e.event @~ 'secretsmanager:RestoreSecret' OR e.event @~ 'secretsmanager:*SecretVersionDele*')
				AND (e.event_name IN ('DeleteSecret', 'RestoreSecret') AND e.succeeded OR k.phase IN ('started', 'cancelled', 'ended'))
		), deletion AS (
			SELECT s.secret_arn, s.secret_name, s.home, s.n,
				coalesce(split_part(s.secret_arn, ':', 5), min(s.account_id)) AS account_id,
				coalesce(split_part(s.secret_arn, ':', 4), min(s.aws_region)) AS aws_region,
				min(s.event_time) FILTER (WHERE s.phase = 'scheduled') AS scheduled_at,
				min(s.actor) FILTER (WHERE s.phase = 'scheduled') AS scheduled_by,
				min(s.event #>> '{requestParameters,recoveryWindowInDays}') FILTER (WHERE s.phase = 'scheduled') AS window_days,
				min(cloudtrail_time(s.event #>> '{responseElements,deletionDate}')) FILTER (WHERE s.phase = 'scheduled') AS deletion_date,
				coalesce(bool_or(s.event #>> '{requestParameters,forceDeleteWithoutRecovery}' = 'true') FILTER (WHERE s.phase = 'scheduled'),
					bool_or(s.event #>> '{requestID}' LIKE '%:Forced'), false) AS forced,
				min(s.event_time) FILTER (WHERE s.phase = 'restored') AS restored_at,
				min(s.actor) FILTER (WHERE s.phase = 'restored') AS restored_by,
				min(s.event_time) FILTER (WHERE s.phase = 'started') AS started_at,
				max(s.event_time) FILTER (WHERE s.phase = 'ended') AS ended_at,
				count(*) FILTER (WHERE s.phase = 'cancelled') AS versions_cancelled,
				count(*) FILTER (WHERE s.phase = 'ended') AS versions_deleted
			FROM (
				SELECT s.*, count(*) FILTER (WHERE s.phase = 'scheduled') OVER (PARTITION BY s.secret_arn, s.secret_name, s.home
					ORDER BY s.event_time, s.phase <> 'scheduled', s.event_key) AS n
				FROM step AS s
			) AS s
			GROUP BY s.secret_arn, s.secret_name, s.home, s.n
		)
		SELECT d.account_id, d.aws_region, d.secret_arn, d.secret_name, d.scheduled_at, d.scheduled_by,
			CASE WHEN d.window_days ~ '^\d{1,4}$' THEN d.window_days::integer END AS window_days,
			d.deletion_date, d.forced, d.restored_at, d.restored_by, d.started_at, d.ended_at, d.versions_deleted, d.versions_cancelled,
			CASE WHEN d.ended_at IS NOT NULL THEN 'deleted'
				WHEN d.restored_at IS NOT NULL OR d.versions_cancelled > 0 THEN 'restored'
				WHEN lead(d.n) OVER (PARTITION BY d.secret_arn, d.secret_name, d.home ORDER BY d.n) IS NOT NULL THEN 'superseded'
				WHEN d.forced OR d.started_at IS NOT NULL THEN 'deleting'
				WHEN d.deletion_date <= (SELECT coalesce(t.as_of, now()) FROM settings AS t) THEN 'due'
				ELSE 'scheduled' END AS state
		FROM deletion AS d;
	COMMENT ON VIEW secret_deletions IS
		'Deletions: a row for each successful DeleteSecret with what came of it, and one for the service''s own events where the request is not in the trail. Refused ones are in secret_denied';
	COMMENT ON COLUMN secret_deletions.deletion_date IS 'When the secret is to be deleted, as the response tells';
	COMMENT ON COLUMN secret_deletions.forced IS 'Without a time in which it could be restored';
	COMMENT ON COLUMN secret_deletions.started_at IS 'Start of the deletion of the first version';
	COMMENT ON COLUMN secret_deletions.ended_at IS 'End of the deletion of the last version';
	COMMENT ON COLUMN secret_deletions.state IS
		'deleted; restored; deleting (forced or begun, no end in the trail); scheduled; due (its date is past, no end in the trail); superseded by another DeleteSecret';
END
$$;
COMMENT ON FUNCTION cloudtrail_create_deletion_views() IS
	'Part of cloudtrail_create_audit_views(): deletions';
