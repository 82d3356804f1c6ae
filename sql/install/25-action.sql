CREATE TYPE cloudtrail_action;

CREATE FUNCTION cloudtrail_action_in(cstring) RETURNS cloudtrail_action
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_action_in(cstring) IS 'Input of cloudtrail_action: service:name, where * stands for any characters and ? for one';

CREATE FUNCTION cloudtrail_action_out(cloudtrail_action) RETURNS cstring
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_action_out(cloudtrail_action) IS 'Output of cloudtrail_action: its normal form';

CREATE FUNCTION cloudtrail_action_send(cloudtrail_action) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_action_send(cloudtrail_action) IS 'Binary output of cloudtrail_action: its normal form as text';

CREATE FUNCTION cloudtrail_action_recv(internal) RETURNS cloudtrail_action
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_action_recv(internal) IS 'Binary input of cloudtrail_action; checked as in text input';

CREATE TYPE cloudtrail_action (
	INPUT = cloudtrail_action_in,
	OUTPUT = cloudtrail_action_out,
	SEND = cloudtrail_action_send,
	RECEIVE = cloudtrail_action_recv,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = int4,
	STORAGE = extended
);
COMMENT ON TYPE cloudtrail_action IS
	'A pattern of actions as IAM policies write them, for example secretsmanager:Get*';

CREATE CAST (text AS cloudtrail_action) WITH INOUT AS ASSIGNMENT;
COMMENT ON CAST (text AS cloudtrail_action) IS 'Reads a pattern of actions; an error if it is not one';

CREATE FUNCTION cloudtrail_action_eq(cloudtrail_action, cloudtrail_action) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_action_eq(cloudtrail_action, cloudtrail_action) IS 'Whether two patterns are the same, whichever case their letters are in';
CREATE FUNCTION cloudtrail_action_ne(cloudtrail_action, cloudtrail_action) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_action_ne(cloudtrail_action, cloudtrail_action) IS 'Whether two patterns differ';
CREATE FUNCTION cloudtrail_action_lt(cloudtrail_action, cloudtrail_action) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_action_lt(cloudtrail_action, cloudtrail_action) IS 'Whether one comes before the other in the order of bytes';
CREATE FUNCTION cloudtrail_action_le(cloudtrail_action, cloudtrail_action) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_action_le(cloudtrail_action, cloudtrail_action) IS 'Whether one comes not after the other in the order of bytes';
CREATE FUNCTION cloudtrail_action_gt(cloudtrail_action, cloudtrail_action) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_action_gt(cloudtrail_action, cloudtrail_action) IS 'Whether one comes after the other in the order of bytes';
CREATE FUNCTION cloudtrail_action_ge(cloudtrail_action, cloudtrail_action) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_action_ge(cloudtrail_action, cloudtrail_action) IS 'Whether one comes not before the other in the order of bytes';

CREATE OPERATOR = (LEFTARG = cloudtrail_action, RIGHTARG = cloudtrail_action, FUNCTION = cloudtrail_action_eq,
	COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, MERGES, HASHES);
COMMENT ON OPERATOR = (cloudtrail_action, cloudtrail_action) IS 'Whether two patterns are the same, whichever case their letters are in';
CREATE OPERATOR <> (LEFTARG = cloudtrail_action, RIGHTARG = cloudtrail_action, FUNCTION = cloudtrail_action_ne,
	COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR <> (cloudtrail_action, cloudtrail_action) IS 'Whether two patterns differ';
CREATE OPERATOR < (LEFTARG = cloudtrail_action, RIGHTARG = cloudtrail_action, FUNCTION = cloudtrail_action_lt,
	COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
COMMENT ON OPERATOR < (cloudtrail_action, cloudtrail_action) IS 'Whether one comes before the other in the order of bytes';
CREATE OPERATOR <= (LEFTARG = cloudtrail_action, RIGHTARG = cloudtrail_action, FUNCTION = cloudtrail_action_le,
	COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
COMMENT ON OPERATOR <= (cloudtrail_action, cloudtrail_action) IS 'Whether one comes not after the other in the order of bytes';
CREATE OPERATOR > (LEFTARG = cloudtrail_action, RIGHTARG = cloudtrail_action, FUNCTION = cloudtrail_action_gt,
	COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR > (cloudtrail_action, cloudtrail_action) IS 'Whether one comes after the other in the order of bytes';
CREATE OPERATOR >= (LEFTARG = cloudtrail_action, RIGHTARG = cloudtrail_action, FUNCTION = cloudtrail_action_ge,
	COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);
COMMENT ON OPERATOR >= (cloudtrail_action, cloudtrail_action) IS 'Whether one comes not before the other in the order of bytes';

CREATE FUNCTION cloudtrail_action_cmp(cloudtrail_action, cloudtrail_action) RETURNS integer
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_action_cmp(cloudtrail_action, cloudtrail_action) IS 'Less than, equal to or greater than zero, as one comes before, with or after the other';

CREATE FUNCTION cloudtrail_action_hash(cloudtrail_action) RETURNS integer
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_action_hash(cloudtrail_action) IS 'Hash for hash indexes and hash joins; it will not change';

CREATE FUNCTION cloudtrail_action_hash_extended(cloudtrail_action, bigint) RETURNS bigint
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_action_hash_extended(cloudtrail_action, bigint) IS 'Hash of 64 bits with a seed, for hash partitioning; it will not change';

CREATE OPERATOR CLASS cloudtrail_action_ops DEFAULT FOR TYPE cloudtrail_action USING btree AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
	FUNCTION 1 cloudtrail_action_cmp(cloudtrail_action, cloudtrail_action);
COMMENT ON OPERATOR CLASS cloudtrail_action_ops USING btree IS 'Order of bytes';
COMMENT ON OPERATOR FAMILY cloudtrail_action_ops USING btree IS 'Order of bytes';

CREATE OPERATOR CLASS cloudtrail_action_ops DEFAULT FOR TYPE cloudtrail_action USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 cloudtrail_action_hash(cloudtrail_action), FUNCTION 2 cloudtrail_action_hash_extended(cloudtrail_action, bigint);
COMMENT ON OPERATOR CLASS cloudtrail_action_ops USING hash IS 'Equality';
COMMENT ON OPERATOR FAMILY cloudtrail_action_ops USING hash IS 'Equality';
