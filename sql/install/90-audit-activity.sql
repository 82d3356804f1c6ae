-- Overviews: how much of what, a day.

CREATE FUNCTION cloudtrail_create_activity_views(trail regclass) RETURNS void
	LANGUAGE plpgsql
	AS $$
DECLARE
	trail_schema name;
	base name;
	trail_name text;
BEGIN
	SELECT n.nspname, c.relname INTO STRICT trail_schema, base
		FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = trail;
	trail_name := format('%I.%I', trail_schema, base);

	-- What is to be counted anew: marked days, or all where row-level security hides events.  A subquery for each bound
	-- lets the executor leave out the partitions of other months.
	EXECUTE format('CREATE OR REPLACE VIEW activity_daily WITH (security_invoker) AS
		SELECT a.day, a.account_id, a.aws_region, a.event_source, a.event_name, a.error_code, a.read_only, a.events, a.first_event, a.last_event
		FROM %1$I.%3$I AS a
		WHERE NOT EXISTS (SELECT FROM %1$I.%4$I AS d WHERE d.day = a.day)
		UNION ALL
		SELECT (t.event_time AT TIME ZONE ''UTC'')::date, account_id(t.event), aws_region(t.event), event_source(t.event), event_name(t.event), error_code(t.event), read_only(t.event), count(*), min(t.event_time), max(t.event_time)
		FROM %1$I.%2$I AS t
		WHERE t.event_time >= (SELECT CASE WHEN row_security_active(%5$L::regclass) THEN ''-infinity'' ELSE min(d.day)::timestamp AT TIME ZONE ''UTC'' END FROM %1$I.%4$I AS d)
			AND t.event_time < (SELECT CASE WHEN row_security_active(%5$L::regclass) THEN ''infinity'' ELSE (max(d.day) + 1)::timestamp AT TIME ZONE ''UTC'' END FROM %1$I.%4$I AS d)
			AND ((SELECT row_security_active(%5$L::regclass)) OR (t.event_time AT TIME ZONE ''UTC'')::date IN (SELECT d.day FROM %1$I.%4$I AS d))
		GROUP BY 1, 2, 3, 4, 5, 6, 7', trail_schema, base, base || '_activity', base || '_days', trail_name);
	EXECUTE format('COMMENT ON VIEW activity_daily IS %L', 'How many events of each kind ' || trail_name
		|| ' has of a day: exact at any time, and fast for days that cloudtrail_summarize() has summed up');
	COMMENT ON COLUMN activity_daily.day IS 'Day of the events, in UTC';
	COMMENT ON COLUMN activity_daily.error_code IS 'Null counts events without an error';
	COMMENT ON COLUMN activity_daily.events IS 'How many';
	COMMENT ON COLUMN activity_daily.first_event IS 'Time of the first of them';
	COMMENT ON COLUMN activity_daily.last_event IS 'Time of the last of them';

	EXECUTE format('CREATE OR REPLACE VIEW action_activity_daily WITH (security_invoker) AS
		SELECT a.day, a.event_source, a.event_name, a.error_code, a.events
		FROM %1$I.%3$I AS a
		WHERE NOT EXISTS (SELECT FROM %1$I.%4$I AS d WHERE d.day = a.day)
		UNION ALL
		SELECT (t.event_time AT TIME ZONE ''UTC'')::date, event_source(t.event), event_name(t.event), error_code(t.event), count(*)
		FROM %1$I.%2$I AS t
		WHERE t.event_time >= (SELECT CASE WHEN row_security_active(%5$L::regclass) THEN ''-infinity'' ELSE min(d.day)::timestamp AT TIME ZONE ''UTC'' END FROM %1$I.%4$I AS d)
			AND t.event_time < (SELECT CASE WHEN row_security_active(%5$L::regclass) THEN ''infinity'' ELSE (max(d.day) + 1)::timestamp AT TIME ZONE ''UTC'' END FROM %1$I.%4$I AS d)
			AND ((SELECT row_security_active(%5$L::regclass)) OR (t.event_time AT TIME ZONE ''UTC'')::date IN (SELECT d.day FROM %1$I.%4$I AS d))
		GROUP BY 1, 2, 3, 4', trail_schema, base, base || '_actions', base || '_days', trail_name);
	EXECUTE format('COMMENT ON VIEW action_activity_daily IS %L', 'How many events of each action ' || trail_name
		|| ' has of a day, of all accounts and Regions: exact at any time, and the fastest answer about all of a large trail');
	COMMENT ON COLUMN action_activity_daily.day IS 'Day of the events, in UTC';
	COMMENT ON COLUMN action_activity_daily.error_code IS 'Null counts events without an error';
	COMMENT ON COLUMN action_activity_daily.events IS 'How many';

	EXECUTE format('CREATE OR REPLACE VIEW principal_activity_daily WITH (security_invoker) AS
		SELECT a.day, a.account_id, a.principal_arn, a.events, a.errors
		FROM %1$I.%3$I AS a
		WHERE NOT EXISTS (SELECT FROM %1$I.%4$I AS d WHERE d.day = a.day)
		UNION ALL
		SELECT (t.event_time AT TIME ZONE ''UTC'')::date, account_id(t.event), principal_arn(t.event), count(*), count(error_code(t.event))
		FROM %1$I.%2$I AS t
		WHERE t.event_time >= (SELECT CASE WHEN row_security_active(%5$L::regclass) THEN ''-infinity'' ELSE min(d.day)::timestamp AT TIME ZONE ''UTC'' END FROM %1$I.%4$I AS d)
			AND t.event_time < (SELECT CASE WHEN row_security_active(%5$L::regclass) THEN ''infinity'' ELSE (max(d.day) + 1)::timestamp AT TIME ZONE ''UTC'' END FROM %1$I.%4$I AS d)
			AND ((SELECT row_security_active(%5$L::regclass)) OR (t.event_time AT TIME ZONE ''UTC'')::date IN (SELECT d.day FROM %1$I.%4$I AS d))
		GROUP BY 1, 2, 3', trail_schema, base, base || '_principals', base || '_days', trail_name);
	EXECUTE format('COMMENT ON VIEW principal_activity_daily IS %L', 'How many events each principal caused in ' || trail_name
		|| ' on a day: exact at any time, and fast for days that cloudtrail_summarize() has summed up');
	COMMENT ON COLUMN principal_activity_daily.day IS 'Day of the events, in UTC';
	COMMENT ON COLUMN principal_activity_daily.principal_arn IS 'The user, or the role behind a session; null counts what services and others did';
	COMMENT ON COLUMN principal_activity_daily.errors IS 'How many of the events have an error_code';
END
$$;
COMMENT ON FUNCTION cloudtrail_create_activity_views(regclass) IS
	'Part of cloudtrail_create_audit_views(): activity_daily, action_activity_daily, principal_activity_daily';
