-- Comparison: by event time, then by event key, then by the record's bytes.
-- Events are equal where their records are the same byte for byte.

CREATE FUNCTION cloudtrail_event_eq(cloudtrail_event, cloudtrail_event) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_event_eq(cloudtrail_event, cloudtrail_event) IS
	'Whether two records are the same byte for byte';

CREATE FUNCTION cloudtrail_event_ne(cloudtrail_event, cloudtrail_event) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_event_ne(cloudtrail_event, cloudtrail_event) IS 'Whether two records differ';

CREATE FUNCTION cloudtrail_event_lt(cloudtrail_event, cloudtrail_event) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_event_lt(cloudtrail_event, cloudtrail_event) IS
	'Whether an event comes before another: by time, then key, then record';

CREATE FUNCTION cloudtrail_event_le(cloudtrail_event, cloudtrail_event) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_event_le(cloudtrail_event, cloudtrail_event) IS
	'Whether an event comes before another or equals it';

CREATE FUNCTION cloudtrail_event_gt(cloudtrail_event, cloudtrail_event) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_event_gt(cloudtrail_event, cloudtrail_event) IS
	'Whether an event comes after another: by time, then key, then record';

CREATE FUNCTION cloudtrail_event_ge(cloudtrail_event, cloudtrail_event) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_event_ge(cloudtrail_event, cloudtrail_event) IS
	'Whether an event comes after another or equals it';

CREATE OPERATOR = (
	FUNCTION = cloudtrail_event_eq, LEFTARG = cloudtrail_event, RIGHTARG = cloudtrail_event,
	COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR = (cloudtrail_event, cloudtrail_event) IS 'Whether two records are the same byte for byte';

CREATE OPERATOR <> (
	FUNCTION = cloudtrail_event_ne, LEFTARG = cloudtrail_event, RIGHTARG = cloudtrail_event,
	COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR <> (cloudtrail_event, cloudtrail_event) IS 'Whether two records differ';

CREATE OPERATOR < (
	FUNCTION = cloudtrail_event_lt, LEFTARG = cloudtrail_event, RIGHTARG = cloudtrail_event,
	COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR < (cloudtrail_event, cloudtrail_event) IS
	'Whether an event comes before another: by time, then key, then record';

CREATE OPERATOR <= (
	FUNCTION = cloudtrail_event_le, LEFTARG = cloudtrail_event, RIGHTARG = cloudtrail_event,
	COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR <= (cloudtrail_event, cloudtrail_event) IS 'Whether an event comes before another or equals it';

CREATE OPERATOR > (
	FUNCTION = cloudtrail_event_gt, LEFTARG = cloudtrail_event, RIGHTARG = cloudtrail_event,
	COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR > (cloudtrail_event, cloudtrail_event) IS
	'Whether an event comes after another: by time, then key, then record';

CREATE OPERATOR >= (
	FUNCTION = cloudtrail_event_ge, LEFTARG = cloudtrail_event, RIGHTARG = cloudtrail_event,
	COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR >= (cloudtrail_event, cloudtrail_event) IS 'Whether an event comes after another or equals it';

CREATE FUNCTION cloudtrail_event_cmp(cloudtrail_event, cloudtrail_event) RETURNS integer
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_event_cmp(cloudtrail_event, cloudtrail_event) IS
	'Order of two events: negative, zero or positive';

CREATE FUNCTION cloudtrail_event_sortsupport(internal) RETURNS void
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_event_sortsupport(internal) IS 'Sorts events by their times as numbers first';

CREATE FUNCTION cloudtrail_event_equalimage(oid) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_event_equalimage(oid) IS
	'False: equal events may be stored in different bytes, so btree must not merge them';

CREATE OPERATOR CLASS cloudtrail_event_ops DEFAULT FOR TYPE cloudtrail_event USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 cloudtrail_event_cmp(cloudtrail_event, cloudtrail_event),
	FUNCTION 2 cloudtrail_event_sortsupport(internal),
	FUNCTION 4 cloudtrail_event_equalimage(oid);
COMMENT ON OPERATOR CLASS cloudtrail_event_ops USING btree IS 'Order of events: by time, then key, then record';
COMMENT ON OPERATOR FAMILY cloudtrail_event_ops USING btree IS 'Order of events: by time, then key, then record';

-- The hashes are on disk: they must stay what they are.
CREATE FUNCTION cloudtrail_event_hash(cloudtrail_event) RETURNS integer
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_event_hash(cloudtrail_event) IS 'Hash of an event: of its event_key';

CREATE FUNCTION cloudtrail_event_hash_extended(cloudtrail_event, bigint) RETURNS bigint
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_event_hash_extended(cloudtrail_event, bigint) IS
	'Hash of an event, of 64 bits and with a seed: of its event_key';

CREATE OPERATOR CLASS cloudtrail_event_ops DEFAULT FOR TYPE cloudtrail_event USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 cloudtrail_event_hash(cloudtrail_event),
	FUNCTION 2 cloudtrail_event_hash_extended(cloudtrail_event, bigint);
COMMENT ON OPERATOR CLASS cloudtrail_event_ops USING hash IS 'Hash of events: of their event_key';
COMMENT ON OPERATOR FAMILY cloudtrail_event_ops USING hash IS 'Hash of events: of their event_key';
