-- Classes of events that no single field names.

CREATE FUNCTION cloudtrail_is_management(event cloudtrail_event) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_is_management(cloudtrail_event) IS
	'Whether an event is a management event, by what it says or, before eventVersion 1.06, by its action';

CREATE FUNCTION cloudtrail_is_endpoint_event(event_type text) RETURNS boolean
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN coalesce(event_type, '') OPERATOR(pg_catalog.~~) 'AwsVpceEvent%';
COMMENT ON FUNCTION cloudtrail_is_endpoint_event(text) IS
	'Whether an event with this eventType is a VPC endpoint''s record of a call, beside which the API has its own';

CREATE FUNCTION cloudtrail_writes_version(event_name text, version_id text) RETURNS boolean
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN event_name OPERATOR(pg_catalog.=) 'PutSecretValue'
		OR event_name OPERATOR(pg_catalog.=) 'UpdateSecret' AND version_id IS NOT NULL;
COMMENT ON FUNCTION cloudtrail_writes_version(text, text) IS
	'Whether a call to Secrets Manager writes a value, by its name and the version that it made: PutSecretValue does, '
	'and UpdateSecret if it made one; the creation of a secret does not count';

CREATE FUNCTION cloudtrail_has_recovery_window(detail jsonb, requested_at timestamptz) RETURNS boolean
	LANGUAGE sql STABLE PARALLEL SAFE
	RETURN coalesce(detail OPERATOR(pg_catalog.?) 'recovery_window_in_days'
		OR @extschema@.cloudtrail_time(detail OPERATOR(pg_catalog.->>) 'deletion_date')
			OPERATOR(pg_catalog.>) (requested_at OPERATOR(pg_catalog.+) interval '24 hours'), false);
COMMENT ON FUNCTION cloudtrail_has_recovery_window(jsonb, timestamptz) IS
	'Whether a DeleteSecret shows a window in which the secret can be restored: its request gives one, or the deletion '
	'date of its answer is more than a day later. If it shows none, AWS''s default counts, but a replica has none';
