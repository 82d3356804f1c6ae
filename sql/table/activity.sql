-- Daily sums of a trail's events, for questions about all of them.  Days whose
-- events changed since they were summed up are in changed_days; the views
-- count those days again, so that their answers are exact at any time.

CREATE TABLE activity (
	day date NOT NULL,
	account_id text COLLATE "C",
	aws_region text COLLATE "C",
	event_source text COLLATE "C",
	event_name text COLLATE "C",
	error_code text COLLATE "C",
	read_only boolean,
	is_management boolean,
	events bigint NOT NULL,
	first_event timestamptz NOT NULL,
	last_event timestamptz NOT NULL
);
CREATE INDEX activity_day_idx ON activity (day);
-- Rows are deleted, which a publication of the table does not allow without an identity; and key columns may be null.
ALTER TABLE activity REPLICA IDENTITY FULL;
COMMENT ON TABLE activity IS 'Events of each kind by day (UTC), account and Region; read activity_daily instead';
COMMENT ON COLUMN activity.day IS 'Day of the events, in UTC';
COMMENT ON COLUMN activity.account_id IS 'Account of the events';
COMMENT ON COLUMN activity.aws_region IS 'Region of the events';
COMMENT ON COLUMN activity.event_source IS 'The service';
COMMENT ON COLUMN activity.event_name IS 'The action';
COMMENT ON COLUMN activity.error_code IS 'Error code; null counts events without an error';
COMMENT ON COLUMN activity.read_only IS 'Whether the events only read';
COMMENT ON COLUMN activity.is_management IS 'Whether they are management events';
COMMENT ON COLUMN activity.events IS 'Number of events';
COMMENT ON COLUMN activity.first_event IS 'Time of the first of them';
COMMENT ON COLUMN activity.last_event IS 'Time of the last of them';

-- Without account and Region: a trail of many has far fewer of these rows.
CREATE TABLE action_activity (
	day date NOT NULL,
	event_source text COLLATE "C",
	event_name text COLLATE "C",
	error_code text COLLATE "C",
	events bigint NOT NULL
);
CREATE INDEX action_activity_day_idx ON action_activity (day);
ALTER TABLE action_activity REPLICA IDENTITY FULL;
COMMENT ON TABLE action_activity IS
	'Events of each action by day (UTC), of all accounts and Regions; read action_activity_daily instead';
COMMENT ON COLUMN action_activity.day IS 'Day of the events, in UTC';
COMMENT ON COLUMN action_activity.event_source IS 'The service';
COMMENT ON COLUMN action_activity.event_name IS 'The action';
COMMENT ON COLUMN action_activity.error_code IS 'Error code; null counts events without an error';
COMMENT ON COLUMN action_activity.events IS 'Number of events';

CREATE TABLE principal_activity (
	day date NOT NULL,
	account_id text COLLATE "C",
	principal_arn text COLLATE "C",
	events bigint NOT NULL,
	errors bigint NOT NULL
);
CREATE INDEX principal_activity_day_idx ON principal_activity (day);
ALTER TABLE principal_activity REPLICA IDENTITY FULL;
COMMENT ON TABLE principal_activity IS
	'Events of each principal by day (UTC); read principal_activity_daily instead';
COMMENT ON COLUMN principal_activity.day IS 'Day of the events, in UTC';
COMMENT ON COLUMN principal_activity.account_id IS 'Account of the events';
COMMENT ON COLUMN principal_activity.principal_arn IS
	'The user, or the role behind a session; null counts events of services and others';
COMMENT ON COLUMN principal_activity.events IS 'Number of events';
COMMENT ON COLUMN principal_activity.errors IS 'Number of events that have an error code';

CREATE TABLE changed_days (day date NOT NULL);
CREATE INDEX changed_days_day_idx ON changed_days (day);
ALTER TABLE changed_days REPLICA IDENTITY FULL;
COMMENT ON TABLE changed_days IS
	'Days whose events changed since they were summed up; cloudtrail_refresh_activity() empties it';
COMMENT ON COLUMN changed_days.day IS 'The day, in UTC; a day may be listed more than once';
