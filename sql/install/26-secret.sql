CREATE TYPE cloudtrail_secret;

CREATE FUNCTION cloudtrail_secret_in(cstring) RETURNS cloudtrail_secret
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_secret_in(cstring) IS 'Input of cloudtrail_secret: the full ARN of a secret, its ARN without the last hyphen and six characters, or its name';

CREATE FUNCTION cloudtrail_secret_out(cloudtrail_secret) RETURNS cstring
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_secret_out(cloudtrail_secret) IS 'Output of cloudtrail_secret: its normal form';

CREATE FUNCTION cloudtrail_secret_send(cloudtrail_secret) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_secret_send(cloudtrail_secret) IS 'Binary output of cloudtrail_secret: its normal form as text';

CREATE FUNCTION cloudtrail_secret_recv(internal) RETURNS cloudtrail_secret
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_secret_recv(internal) IS 'Binary input of cloudtrail_secret; checked as in text input';

CREATE TYPE cloudtrail_secret (
	INPUT = cloudtrail_secret_in,
	OUTPUT = cloudtrail_secret_out,
	SEND = cloudtrail_secret_send,
	RECEIVE = cloudtrail_secret_recv,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = int4,
	STORAGE = extended
);
COMMENT ON TYPE cloudtrail_secret IS
	'A secret of AWS Secrets Manager named by full ARN, partial ARN or name';

CREATE CAST (text AS cloudtrail_secret) WITH INOUT AS ASSIGNMENT;
COMMENT ON CAST (text AS cloudtrail_secret) IS 'Reads the name or ARN of a secret; an error if it is not one';

CREATE FUNCTION cloudtrail_secret_eq(cloudtrail_secret, cloudtrail_secret) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_secret_eq(cloudtrail_secret, cloudtrail_secret) IS 'Whether two texts that name a secret are the same';
CREATE FUNCTION cloudtrail_secret_ne(cloudtrail_secret, cloudtrail_secret) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_secret_ne(cloudtrail_secret, cloudtrail_secret) IS 'Whether two texts that name a secret differ';
CREATE FUNCTION cloudtrail_secret_lt(cloudtrail_secret, cloudtrail_secret) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_secret_lt(cloudtrail_secret, cloudtrail_secret) IS 'Whether one comes before the other in the order of bytes';
CREATE FUNCTION cloudtrail_secret_le(cloudtrail_secret, cloudtrail_secret) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_secret_le(cloudtrail_secret, cloudtrail_secret) IS 'Whether one comes not after the other in the order of bytes';
CREATE FUNCTION cloudtrail_secret_gt(cloudtrail_secret, cloudtrail_secret) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_secret_gt(cloudtrail_secret, cloudtrail_secret) IS 'Whether one comes after the other in the order of bytes';
CREATE FUNCTION cloudtrail_secret_ge(cloudtrail_secret, cloudtrail_secret) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_secret_ge(cloudtrail_secret, cloudtrail_secret) IS 'Whether one comes not before the other in the order of bytes';

CREATE OPERATOR = (LEFTARG = cloudtrail_secret, RIGHTARG = cloudtrail_secret, FUNCTION = cloudtrail_secret_eq,
	COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, MERGES, HASHES);
COMMENT ON OPERATOR = (cloudtrail_secret, cloudtrail_secret) IS 'Whether two texts that name a secret are the same';
CREATE OPERATOR <> (LEFTARG = cloudtrail_secret, RIGHTARG = cloudtrail_secret, FUNCTION = cloudtrail_secret_ne,
	COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR <> (cloudtrail_secret, cloudtrail_secret) IS 'Whether two texts that name a secret differ';
CREATE OPERATOR < (LEFTARG = cloudtrail_secret, RIGHTARG = cloudtrail_secret, FUNCTION = cloudtrail_secret_lt,
	COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
COMMENT ON OPERATOR < (cloudtrail_secret, cloudtrail_secret) IS 'Whether one comes before the other in the order of bytes';
CREATE OPERATOR <= (LEFTARG = cloudtrail_secret, RIGHTARG = cloudtrail_secret, FUNCTION = cloudtrail_secret_le,
	COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
COMMENT ON OPERATOR <= (cloudtrail_secret, cloudtrail_secret) IS 'Whether one comes not after the other in the order of bytes';
CREATE OPERATOR > (LEFTARG = cloudtrail_secret, RIGHTARG = cloudtrail_secret, FUNCTION = cloudtrail_secret_gt,
	COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR > (cloudtrail_secret, cloudtrail_secret) IS 'Whether one comes after the other in the order of bytes';
CREATE OPERATOR >= (LEFTARG = cloudtrail_secret, RIGHTARG = cloudtrail_secret, FUNCTION = cloudtrail_secret_ge,
	COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);
COMMENT ON OPERATOR >= (cloudtrail_secret, cloudtrail_secret) IS 'Whether one comes not before the other in the order of bytes';

CREATE FUNCTION cloudtrail_secret_cmp(cloudtrail_secret, cloudtrail_secret) RETURNS integer
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_secret_cmp(cloudtrail_secret, cloudtrail_secret) IS 'Less than, equal to or greater than zero, as one comes before, with or after the other';

CREATE FUNCTION cloudtrail_secret_hash(cloudtrail_secret) RETURNS integer
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_secret_hash(cloudtrail_secret) IS 'Hash for hash indexes and hash joins; it will not change';

CREATE FUNCTION cloudtrail_secret_hash_extended(cloudtrail_secret, bigint) RETURNS bigint
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION cloudtrail_secret_hash_extended(cloudtrail_secret, bigint) IS 'Hash of 64 bits with a seed, for hash partitioning; it will not change';

CREATE OPERATOR CLASS cloudtrail_secret_ops DEFAULT FOR TYPE cloudtrail_secret USING btree AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
	FUNCTION 1 cloudtrail_secret_cmp(cloudtrail_secret, cloudtrail_secret);
COMMENT ON OPERATOR CLASS cloudtrail_secret_ops USING btree IS 'Order of bytes';
COMMENT ON OPERATOR FAMILY cloudtrail_secret_ops USING btree IS 'Order of bytes';

CREATE OPERATOR CLASS cloudtrail_secret_ops DEFAULT FOR TYPE cloudtrail_secret USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 cloudtrail_secret_hash(cloudtrail_secret), FUNCTION 2 cloudtrail_secret_hash_extended(cloudtrail_secret, bigint);
COMMENT ON OPERATOR CLASS cloudtrail_secret_ops USING hash IS 'Equality';
COMMENT ON OPERATOR FAMILY cloudtrail_secret_ops USING hash IS 'Equality';
