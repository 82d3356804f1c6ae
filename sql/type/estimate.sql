-- What the planner asks of the type: statistics, selectivity, and calls that it may replace by operators or columns.

CREATE FUNCTION cloudtrail_event_typanalyze(internal) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_event_typanalyze(internal) IS
	'ANALYZE of a column of events: the most common actions, secrets, principals and other index keys';
ALTER TYPE cloudtrail_event SET (ANALYZE = cloudtrail_event_typanalyze);

CREATE FUNCTION cloudtrail_event_sel(internal, oid, internal, integer) RETURNS double precision
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_event_sel(internal, oid, internal, integer) IS
	'Restriction selectivity of @>, @~ and @@';

CREATE FUNCTION cloudtrail_event_joinsel(internal, oid, internal, smallint, internal) RETURNS double precision
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_event_joinsel(internal, oid, internal, smallint, internal) IS
	'Join selectivity of @>, @~ and @@';

CREATE FUNCTION cloudtrail_event_support(internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_event_support(internal) IS
	'Planner support: calls of the functions behind @>, @~ and @@ are planned as the operators are, and '
	'cloudtrail_compact() of a column is the column';

CREATE FUNCTION cloudtrail_compact(cloudtrail_event) RETURNS cloudtrail_event
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF COST 100
	SUPPORT cloudtrail_event_support;
COMMENT ON FUNCTION cloudtrail_compact(cloudtrail_event) IS
	'The same event in the form in which it is stored; for events that cloudtrail_unpack() made';
