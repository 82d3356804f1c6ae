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
