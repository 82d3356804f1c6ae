-- An event by its time and key, found without planning every partition.

CREATE FUNCTION cloudtrail_raw_event(events regclass, event_time timestamptz, event_key uuid) RETURNS cloudtrail_event
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION cloudtrail_raw_event(regclass, timestamptz, uuid) IS
	'The event of a table of events by its time and key, as far as the caller may see it: how the auditors'' views '
	'show events without planning every partition';

CREATE FUNCTION cloudtrail_has_event(events regclass, event_time timestamptz, event_key uuid) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION cloudtrail_has_event(regclass, timestamptz, uuid) IS
	'Whether a table or view has a row with the time and key of an event, as far as the caller may see it';
