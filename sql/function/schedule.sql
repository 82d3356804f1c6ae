-- Rotation schedules of Secrets Manager.  They are texts that callers of AWS write: no other SQL reads them.

CREATE FUNCTION cloudtrail_rotation_interval(schedule text) RETURNS interval
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF COST 20;
COMMENT ON FUNCTION cloudtrail_rotation_interval(text) IS
	'The longest time between two runs of a rotation schedule: rate(10 days), rate(4 hours) or cron(0 8 1 * ? *); '
	'null if it is not understood';

CREATE FUNCTION cloudtrail_rotation_interval(rules jsonb) RETURNS interval
	AS 'MODULE_PATHNAME', 'cloudtrail_rotation_interval_rules'
		LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF COST 20;
COMMENT ON FUNCTION cloudtrail_rotation_interval(jsonb) IS
	'The longest time between two rotations by rotationRules: of scheduleExpression, else automaticallyAfterDays; '
	'null if they are not understood';

CREATE FUNCTION cloudtrail_next_rotation(schedule text, after timestamptz) RETURNS timestamptz
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF COST 20;
COMMENT ON FUNCTION cloudtrail_next_rotation(text, timestamptz) IS
	'When a rotation schedule runs next after a time, in UTC: at the next match of cron(...), or the given time plus '
	'rate(...); null if it is not understood or never runs';

CREATE FUNCTION cloudtrail_next_rotation(rules jsonb, after timestamptz) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'cloudtrail_next_rotation_rules' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF COST 20;
COMMENT ON FUNCTION cloudtrail_next_rotation(jsonb, timestamptz) IS
	'When rotationRules rotate next after a time, in UTC; null if they are not understood';
