-- What the data can and cannot say.

CREATE VIEW coverage WITH (security_invoker) AS
WITH event AS (
	SELECT e.account_id, e.aws_region, sum(e.events)::bigint AS events, min(e.first_event) AS first_event,
	max(e.last_event) AS last_event,
		bool_or(e.read_only AND e.is_management) AS has_reads, bool_or(e.read_only AND e.is_management
			AND e.event_source LIKE 'secretsmanager.amazonaws.com%') AS has_secret_reads
	FROM activity_daily AS e
	GROUP BY 1, 2
), file AS (
	-- A damaged file covers nothing.
	SELECT f.account_id, f.aws_region, count(*) AS files,
		min(f.log_time) FILTER (WHERE f.kind <> 'damaged') AS first_file, max(f.log_time)
			FILTER (WHERE f.kind <> 'damaged') AS last_file,
		min(date_bin('1 hour', f.log_time, '2000-01-01 00:00:00+00')) AS first_hour,
		max(date_bin('1 hour', f.log_time, '2000-01-01 00:00:00+00')) AS last_hour,
		count(DISTINCT date_bin('1 hour', f.log_time, '2000-01-01 00:00:00+00'))
			FILTER (WHERE f.kind IN ('log', 'data')) AS hours_with_files,
		sum(f.rejects)::bigint AS rejects, sum(f.duplicates)::bigint AS duplicates, count(*)
			FILTER (WHERE f.kind = 'damaged') AS damaged_files,
		count(*) FILTER (WHERE f.event_status = 'intact') AS intact_files,
		count(*) FILTER (WHERE f.event_status IN ('events differ', 'events missing', 'gone')) AS altered_files
	FROM log_files AS f
	WHERE f.kind IN ('log', 'data', 'insight', 'damaged')
	GROUP BY 1, 2
), proof AS (
	SELECT account_id, aws_region, sum(proven::integer) AS proven_files,
		CASE WHEN bool_or(is_digest) OR NOT bool_and(fine) THEN bool_and(fine) END AS digests_ok
	FROM (
		SELECT account_id, aws_region, false AS is_digest, proven, NOT broken AS fine
		FROM digest_status
		UNION ALL
		SELECT account_id, aws_region, true, false, NOT (link_broken OR signature_broken) FROM digest_chain
	) AS f
	GROUP BY 1, 2
), account AS (
	SELECT coalesce(f.account_id, p.account_id) AS account_id, coalesce(f.aws_region, p.aws_region) AS aws_region,
		f.files, f.first_file, f.last_file,
		extract(epoch FROM f.last_hour - f.first_hour)::bigint / 3600 + 1 - f.hours_with_files AS hours_missing,
		f.rejects, f.duplicates, f.damaged_files, p.digests_ok, p.proven_files, f.intact_files, f.altered_files
	-- A name that has neither gives null; a digest can list it nowhere all the same.
	FROM file AS f FULL JOIN proof AS p
		ON coalesce(p.account_id, '') = coalesce(f.account_id, '')
			AND coalesce(p.aws_region, '') = coalesce(f.aws_region, '')
)
SELECT coalesce(e.account_id, a.account_id) AS account_id, coalesce(e.aws_region, a.aws_region) AS aws_region,
	e.first_event, e.last_event, coalesce(e.events, 0) AS events,
	a.files, a.first_file, a.last_file, a.hours_missing,
	coalesce(a.rejects, 0) AS rejects, coalesce(a.duplicates, 0) AS duplicates,
		coalesce(a.damaged_files, 0) AS damaged_files,
	coalesce(e.has_reads, false) AS read_events_present,
		coalesce(e.has_secret_reads, false) AS secret_read_events_present,
	coalesce(o.kms_events, false) AS kms_events_present, coalesce(o.data_events, false) AS data_events_present,
	a.digests_ok, coalesce(a.proven_files, 0) AS proven_files, coalesce(a.intact_files, 0) AS intact_files,
		coalesce(a.altered_files, 0) AS altered_files,
	o.observed_from, o.observed_to, o.gaps, o.read_gaps
FROM event AS e FULL JOIN account AS a ON a.account_id = e.account_id AND a.aws_region = e.aws_region
	LEFT JOIN observed AS o ON o.account_id = coalesce(e.account_id, a.account_id)
		AND o.aws_region = coalesce(e.aws_region, a.aws_region);
COMMENT ON VIEW coverage IS
	'What the trail can and cannot show: a row for each account and Region of its events, and of the names of its log '
	'files. An empty result is only meaningful if no hours are missing and read events are there';
COMMENT ON COLUMN coverage.files IS
	'Log files whose names have this account and Region, damaged ones included; null if there are none. Files with '
	'other names are in the row with nulls';
COMMENT ON COLUMN coverage.first_file IS 'Time of the first readable log file, by its name';
COMMENT ON COLUMN coverage.last_file IS 'Time of the last readable log file, by its name';
COMMENT ON COLUMN coverage.hours_missing IS
	'Hours between the first and the last log file for which there is no readable file; CloudTrail writes none for an '
	'hour without events';
COMMENT ON COLUMN coverage.rejects IS 'Records that were put aside because they are not events: see rejects';
COMMENT ON COLUMN coverage.duplicates IS 'Events that came in more than one file';
COMMENT ON COLUMN coverage.damaged_files IS 'Files of which nothing could be read; they cover nothing';
COMMENT ON COLUMN coverage.read_events_present IS
	'Whether there are read-only management events at all; without them nothing can be said of reads of secrets';
COMMENT ON COLUMN coverage.secret_read_events_present IS 'Whether there are read-only events of Secrets Manager';
COMMENT ON COLUMN coverage.kms_events_present IS 'Whether there are events of KMS for secrets';
COMMENT ON COLUMN coverage.data_events_present IS
	'Whether there are data events, of objects, functions, items and the like, or network activity events';
COMMENT ON COLUMN coverage.digests_ok IS
	'Whether CloudTrail''s digests contradict nothing: their chain is whole, no signature is wrong, each log file that '
	'they list is there with its hash, and none of their time is unlisted; null if there are no digests. See '
	'digest_status and digest_chain';
COMMENT ON COLUMN coverage.proven_files IS
	'Log files whose hash, as the ledger has it, is in a digest that hangs on a valid signature; event_status shows '
	'whether they can still be rebuilt';
COMMENT ON COLUMN coverage.intact_files IS
	'Log files that cloudtrail_record_event_status() last rebuilt, byte for byte, from the events in the trail';
COMMENT ON COLUMN coverage.altered_files IS
	'Log files for which cloudtrail_record_event_status() last found events missing or altered; files that were not '
	'checked yet count in neither column';
COMMENT ON COLUMN coverage.gaps IS
	'Spans longer than settings.coverage_gap without a management event about secrets, or a log file with management '
	'events: the trail may have been off';
COMMENT ON COLUMN coverage.read_gaps IS
	'Spans longer than settings.coverage_gap without a read-only management event: reads may not have been recorded';
