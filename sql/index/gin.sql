-- The GIN index on events: one class of operators, which answers @>, @~ and @@.

CREATE FUNCTION cloudtrail_gin_compare(bytea, bytea) RETURNS integer
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_gin_compare(bytea, bytea) IS
	'GIN support: order of two keys; for keys of the index alone';

CREATE FUNCTION cloudtrail_gin_extract_value(cloudtrail_event, internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_gin_extract_value(cloudtrail_event, internal) IS
	'GIN support: the keys of an event';

CREATE FUNCTION cloudtrail_gin_extract_query(cloudtrail_event, internal, smallint, internal, internal, internal,
	internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_gin_extract_query(cloudtrail_event, internal, smallint, internal, internal,
	internal, internal) IS
	'GIN support: the keys that a condition searches for';

CREATE FUNCTION cloudtrail_gin_consistent(internal, smallint, cloudtrail_event, integer, internal, internal, internal,
	internal) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_gin_consistent(internal, smallint, cloudtrail_event, integer, internal, internal,
	internal, internal) IS
	'GIN support: whether an event with the keys found can meet the condition';

CREATE FUNCTION cloudtrail_gin_triconsistent(internal, smallint, cloudtrail_event, integer, internal, internal,
	internal) RETURNS "char"
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_gin_triconsistent(internal, smallint, cloudtrail_event, integer, internal,
	internal, internal) IS
	'GIN support: the same if not all keys have been looked up';

CREATE FUNCTION cloudtrail_gin_compare_partial(bytea, bytea, smallint, internal) RETURNS integer
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_gin_compare_partial(bytea, bytea, smallint, internal) IS
	'GIN support: whether a key matches the pattern that is searched for';

CREATE OPERATOR CLASS cloudtrail_event_ops DEFAULT FOR TYPE cloudtrail_event USING gin AS
	OPERATOR 1 @> (cloudtrail_event, jsonb),
	OPERATOR 2 @~ (cloudtrail_event, cloudtrail_action),
	OPERATOR 3 @@ (cloudtrail_event, cloudtrail_secret),
	FUNCTION 1 cloudtrail_gin_compare(bytea, bytea),
	FUNCTION 2 cloudtrail_gin_extract_value(cloudtrail_event, internal),
	FUNCTION 3 cloudtrail_gin_extract_query(cloudtrail_event, internal, smallint, internal, internal,
		internal, internal),
	FUNCTION 4 cloudtrail_gin_consistent(internal, smallint, cloudtrail_event, integer, internal, internal,
		internal, internal),
	FUNCTION 5 cloudtrail_gin_compare_partial(bytea, bytea, smallint, internal),
	FUNCTION 6 cloudtrail_gin_triconsistent(internal, smallint, cloudtrail_event, integer, internal,
		internal, internal),
	STORAGE bytea;
COMMENT ON OPERATOR CLASS cloudtrail_event_ops USING gin IS
	'Finds events by service, action, secret, principal, access key, source address, resource, account, Region and '
	'error code';
COMMENT ON OPERATOR FAMILY cloudtrail_event_ops USING gin IS
	'Finds events by what auditors search by';
