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

CREATE FUNCTION cloudtrail_recovery_window(detail jsonb) RETURNS integer
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN CASE WHEN detail OPERATOR(pg_catalog.->>) 'recovery_window_in_days' OPERATOR(pg_catalog.~) '^[0-9]{1,2}$'
		THEN (detail OPERATOR(pg_catalog.->>) 'recovery_window_in_days')::pg_catalog.int4 END;
COMMENT ON FUNCTION cloudtrail_recovery_window(jsonb) IS
	'Days that the request of a DeleteSecret gives for the secret to be restored; null if it gives none';

CREATE FUNCTION cloudtrail_deletion_due(requested_at timestamptz, window_days integer) RETURNS timestamptz
	LANGUAGE sql STABLE PARALLEL SAFE
	RETURN requested_at OPERATOR(pg_catalog.+) pg_catalog.make_interval(hours =>
		24 OPERATOR(pg_catalog.*) coalesce(window_days, 30));
COMMENT ON FUNCTION cloudtrail_deletion_due(timestamptz, integer) IS
	'When a deletion is due that was requested with a recovery window of so many days: 30, AWS''s default, if it is null';

CREATE FUNCTION cloudtrail_was_replica(primary_arn text, account_id text, promoted_at timestamptz,
		judged_at timestamptz) RETURNS boolean
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN pg_catalog.split_part(primary_arn, ':', 5) OPERATOR(pg_catalog.=) account_id
		AND (promoted_at OPERATOR(pg_catalog.<=) judged_at) IS NOT TRUE;
COMMENT ON FUNCTION cloudtrail_was_replica(text, text, timestamptz, timestamptz) IS
	'Whether a secret of an account was at a time what is deleted at once: a replica, in another Region, of a secret of '
	'that account, not promoted until then';
