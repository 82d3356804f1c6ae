-- Overviews by day.  What is counted again: changed days, or all days if
-- row-level security hides events.  A subquery for each bound lets the
-- executor leave out the partitions of other months.  Sums are unique: those of
-- a day are replaced together.

CREATE VIEW activity_daily WITH (security_invoker) AS
	SELECT a.day, a.account_id, a.aws_region, a.event_source, a.event_name, a.error_code, a.read_only,
		a.is_management, a.events, a.first_event, a.last_event
	FROM activity AS a
	WHERE a.day NOT IN (SELECT d.day FROM changed_days AS d)
	UNION ALL
	SELECT (t.event_time AT TIME ZONE 'UTC')::date, account_id(t.event), aws_region(t.event), event_source(t.event),
		event_name(t.event), error_code(t.event), read_only(t.event), cloudtrail_is_management(t.event), count(*),
		min(t.event_time), max(t.event_time)
	FROM raw_events AS t
	WHERE t.event_time >= (SELECT CASE WHEN row_security_active('raw_events'::regclass) THEN '-infinity'
				ELSE min(d.day)::timestamp AT TIME ZONE 'UTC' END FROM changed_days AS d)
		AND t.event_time < (SELECT CASE WHEN row_security_active('raw_events'::regclass) THEN 'infinity'
				ELSE (max(d.day) + 1)::timestamp AT TIME ZONE 'UTC' END FROM changed_days AS d)
		AND ((SELECT row_security_active('raw_events'::regclass))
			OR (t.event_time AT TIME ZONE 'UTC')::date IN (SELECT d.day FROM changed_days AS d))
	GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;
COMMENT ON VIEW activity_daily IS
	'Number of events of each kind by day: exact at any time, fast for days that cloudtrail_refresh_activity() summed '
	'up';
COMMENT ON COLUMN activity_daily.day IS 'Day of the events, in UTC';
COMMENT ON COLUMN activity_daily.error_code IS 'Null counts events without an error';
COMMENT ON COLUMN activity_daily.is_management IS
	'Whether they are management events, not those of data or of endpoints';
COMMENT ON COLUMN activity_daily.events IS 'Number of events';
COMMENT ON COLUMN activity_daily.first_event IS 'Time of the first of them';
COMMENT ON COLUMN activity_daily.last_event IS 'Time of the last of them';

CREATE VIEW action_activity_daily WITH (security_invoker) AS
	SELECT a.day, a.event_source, a.event_name, a.error_code, a.events
	FROM action_activity AS a
	WHERE a.day NOT IN (SELECT d.day FROM changed_days AS d)
	UNION ALL
	SELECT (t.event_time AT TIME ZONE 'UTC')::date, event_source(t.event), event_name(t.event), error_code(t.event),
		count(*)
	FROM raw_events AS t
	WHERE t.event_time >= (SELECT CASE WHEN row_security_active('raw_events'::regclass) THEN '-infinity'
				ELSE min(d.day)::timestamp AT TIME ZONE 'UTC' END FROM changed_days AS d)
		AND t.event_time < (SELECT CASE WHEN row_security_active('raw_events'::regclass) THEN 'infinity'
				ELSE (max(d.day) + 1)::timestamp AT TIME ZONE 'UTC' END FROM changed_days AS d)
		AND ((SELECT row_security_active('raw_events'::regclass))
			OR (t.event_time AT TIME ZONE 'UTC')::date IN (SELECT d.day FROM changed_days AS d))
	GROUP BY 1, 2, 3, 4;
COMMENT ON VIEW action_activity_daily IS
	'Number of events of each action by day, of all accounts and Regions: the fastest answer about all of a large '
	'trail. Where several servers replicate their sums, a row for each server';
COMMENT ON COLUMN action_activity_daily.day IS 'Day of the events, in UTC';
COMMENT ON COLUMN action_activity_daily.error_code IS 'Null counts events without an error';
COMMENT ON COLUMN action_activity_daily.events IS 'Number of events';

CREATE VIEW principal_activity_daily WITH (security_invoker) AS
	SELECT a.day, a.account_id, a.principal_arn, a.events, a.errors
	FROM principal_activity AS a
	WHERE a.day NOT IN (SELECT d.day FROM changed_days AS d)
	UNION ALL
	SELECT (t.event_time AT TIME ZONE 'UTC')::date, account_id(t.event), principal_arn(t.event), count(*),
		count(error_code(t.event))
	FROM raw_events AS t
	WHERE t.event_time >= (SELECT CASE WHEN row_security_active('raw_events'::regclass) THEN '-infinity'
				ELSE min(d.day)::timestamp AT TIME ZONE 'UTC' END FROM changed_days AS d)
		AND t.event_time < (SELECT CASE WHEN row_security_active('raw_events'::regclass) THEN 'infinity'
				ELSE (max(d.day) + 1)::timestamp AT TIME ZONE 'UTC' END FROM changed_days AS d)
		AND ((SELECT row_security_active('raw_events'::regclass))
			OR (t.event_time AT TIME ZONE 'UTC')::date IN (SELECT d.day FROM changed_days AS d))
	GROUP BY 1, 2, 3;
COMMENT ON VIEW principal_activity_daily IS
	'Number of events of each principal by day: exact at any time, fast for days that cloudtrail_refresh_activity() '
	'summed up';
COMMENT ON COLUMN principal_activity_daily.day IS 'Day of the events, in UTC';
COMMENT ON COLUMN principal_activity_daily.principal_arn IS
	'The user, or the role behind a session; null counts events of services and others';
COMMENT ON COLUMN principal_activity_daily.events IS 'Number of events';
COMMENT ON COLUMN principal_activity_daily.errors IS 'Number of events that have an error code';
