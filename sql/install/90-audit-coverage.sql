-- What the data can and cannot say.

CREATE FUNCTION cloudtrail_create_coverage_view() RETURNS void
	LANGUAGE plpgsql
	AS $$
BEGIN
	CREATE OR REPLACE VIEW coverage WITH (security_invoker) AS
		WITH event AS (
			SELECT e.account_id, e.aws_region, count(*) AS events, min(e.event_time) AS first_event, max(e.event_time) AS last_event,
				bool_or(e.read_only) AS has_reads, bool_or(e.read_only AND e.event_source = 'secretsmanager.amazonaws.com') AS has_secret_reads
			FROM events AS e
			GROUP BY 1, 2
		), file AS (
			SELECT f.account_id, f.aws_region, count(*) AS files, min(f.log_time) AS first_file, max(f.log_time) AS last_file,
				count(DISTINCT date_trunc('hour', f.log_time, 'UTC')) AS hours_with_files, sum(f.events)::bigint AS file_events,
				sum(f.rejects)::bigint AS rejects, sum(f.duplicates)::bigint AS duplicates, count(*) FILTER (WHERE f.kind = 'damaged') AS damaged_files
			FROM log_files AS f
			WHERE f.kind IN ('log', 'insight', 'damaged')
			GROUP BY 1, 2
		)
		SELECT coalesce(e.account_id, f.account_id) AS account_id, coalesce(e.aws_region, f.aws_region) AS aws_region,
			e.first_event, e.last_event, coalesce(e.events, 0) AS events,
			f.files, f.first_file, f.last_file,
			extract(epoch FROM date_trunc('hour', f.last_file, 'UTC') - date_trunc('hour', f.first_file, 'UTC'))::bigint / 3600 + 1 - f.hours_with_files AS hours_missing,
			coalesce(f.rejects, 0) AS rejects, coalesce(f.duplicates, 0) AS duplicates, coalesce(f.damaged_files, 0) AS damaged_files,
			coalesce(e.has_reads, false) AS read_events_present, coalesce(e.has_secret_reads, false) AS secret_read_events_present
		FROM event AS e FULL JOIN file AS f ON f.account_id = e.account_id AND f.aws_region = e.aws_region;
	COMMENT ON VIEW coverage IS
		'What the trail can and cannot say: a row for each account and Region of its events, and of the names of its log files. "Nothing found" means little where hours are missing or read events are absent';
	COMMENT ON COLUMN coverage.files IS 'Log files whose names tell this account and Region; null where none does. Files with other names are in the row with nulls';
	COMMENT ON COLUMN coverage.hours_missing IS 'Hours between the first and the last log file for which there is no file; CloudTrail writes none where nothing happened';
	COMMENT ON COLUMN coverage.rejects IS 'Records put aside since they are no events: see rejects';
	COMMENT ON COLUMN coverage.duplicates IS 'Events that came in more than one file';
	COMMENT ON COLUMN coverage.damaged_files IS 'Files of which nothing could be read';
	COMMENT ON COLUMN coverage.read_events_present IS 'Whether there are read-only events at all; without them nobody seems to read';
	COMMENT ON COLUMN coverage.secret_read_events_present IS 'Whether there are such events of Secrets Manager';
END
$$;
COMMENT ON FUNCTION cloudtrail_create_coverage_view() IS
	'Part of cloudtrail_create_audit_views(): coverage';
