-- The events of a trail, by month.

CREATE TABLE raw_events (
	event_time timestamptz NOT NULL,
	event_key uuid NOT NULL,
	event cloudtrail_event NOT NULL,
	PRIMARY KEY (event_time, event_key),
	CONSTRAINT event_matches CHECK (event_time = event_time(event) AND event_key = event_key(event))
) PARTITION BY RANGE (event_time);
COMMENT ON TABLE raw_events IS 'CloudTrail events, one row each, by month (UTC)';
COMMENT ON COLUMN raw_events.event_time IS 'When the call completed';
COMMENT ON COLUMN raw_events.event_key IS 'eventID if it is a UUID, else a UUID made of the record';
COMMENT ON COLUMN raw_events.event IS 'The record, byte for byte as it was received';

CREATE INDEX raw_events_event_idx ON raw_events USING gin (event);

-- The planner knows nothing of the results of functions unless it is told to sample them.
CREATE STATISTICS raw_events_kind (mcv) ON (event_source(event)), (event_name(event)), (succeeded(event))
	FROM raw_events;
CREATE STATISTICS raw_events_event_name ON (event_name(event)) FROM raw_events;
CREATE STATISTICS raw_events_event_source ON (event_source(event)) FROM raw_events;
CREATE STATISTICS raw_events_aws_region ON (aws_region(event)) FROM raw_events;
CREATE STATISTICS raw_events_account_id ON (account_id(event)) FROM raw_events;
CREATE STATISTICS raw_events_error_code ON (error_code(event)) FROM raw_events;
CREATE STATISTICS raw_events_principal_arn ON (principal_arn(event)) FROM raw_events;
CREATE STATISTICS raw_events_read_only ON (read_only(event)) FROM raw_events;

-- Events without time and key, as COPY raw_events (event) brings them, have no other place to go.
CREATE TABLE raw_events_default PARTITION OF raw_events DEFAULT;
COMMENT ON TABLE raw_events_default IS
	'Events of months that have no partition yet; cloudtrail_create_partitions() moves them';
COMMENT ON COLUMN raw_events_default.event_time IS 'When the call completed';
COMMENT ON COLUMN raw_events_default.event_key IS 'eventID if it is a UUID, else a UUID made of the record';
COMMENT ON COLUMN raw_events_default.event IS 'The record, byte for byte as it was received';
