-- The type of events: input and output, binary and as text, and casts from and to text, json and jsonb.

CREATE TYPE cloudtrail_event;

CREATE FUNCTION cloudtrail_event_in(cstring) RETURNS cloudtrail_event
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_event_in(cstring) IS
	'Input of cloudtrail_event: one CloudTrail record, a JSON object with a readable eventTime';

CREATE FUNCTION cloudtrail_event_out(cloudtrail_event) RETURNS cstring
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_event_out(cloudtrail_event) IS
	'Output of cloudtrail_event: the record byte for byte as it came in';

CREATE FUNCTION cloudtrail_event_send(cloudtrail_event) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_event_send(cloudtrail_event) IS
	'Binary output of cloudtrail_event: a version byte, then the record';

CREATE FUNCTION cloudtrail_event_recv(internal) RETURNS cloudtrail_event
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_event_recv(internal) IS
	'Binary input of cloudtrail_event; the record is checked as in text input';

CREATE TYPE cloudtrail_event (
	INPUT = cloudtrail_event_in,
	OUTPUT = cloudtrail_event_out,
	SEND = cloudtrail_event_send,
	RECEIVE = cloudtrail_event_recv,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = int4,
	STORAGE = external
);
COMMENT ON TYPE cloudtrail_event IS
	'One AWS CloudTrail record, kept byte for byte, compressed';

CREATE FUNCTION cloudtrail_event_from_text(text) RETURNS cloudtrail_event
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION cloudtrail_event_from_text(text) IS 'Reads one CloudTrail record; an error if it is not one';

CREATE FUNCTION cloudtrail_event_from_json(json) RETURNS cloudtrail_event
	AS 'MODULE_PATHNAME', 'cloudtrail_event_from_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION cloudtrail_event_from_json(json) IS 'Reads one CloudTrail record; an error if it is not one';

CREATE FUNCTION cloudtrail_event_from_jsonb(jsonb) RETURNS cloudtrail_event
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200;
COMMENT ON FUNCTION cloudtrail_event_from_jsonb(jsonb) IS
	'Reads one CloudTrail record, as jsonb prints it, numbers of many zeros with an exponent; an error if it is not '
	'one';

CREATE FUNCTION cloudtrail_event_to_text(cloudtrail_event) RETURNS text
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF COST 20;
COMMENT ON FUNCTION cloudtrail_event_to_text(cloudtrail_event) IS 'The record byte for byte as it came in';

CREATE FUNCTION cloudtrail_event_to_json(cloudtrail_event) RETURNS json
	AS 'MODULE_PATHNAME', 'cloudtrail_event_to_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF COST 20;
COMMENT ON FUNCTION cloudtrail_event_to_json(cloudtrail_event) IS 'The record byte for byte as it came in';

CREATE FUNCTION cloudtrail_event_to_jsonb(cloudtrail_event) RETURNS jsonb
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION cloudtrail_event_to_jsonb(cloudtrail_event) IS
	'The record as jsonb; U+FFFD stands for \u0000 and half surrogate pairs, and strings for numbers with an exponent '
	'beyond 20, which jsonb would write out digit by digit';

CREATE FUNCTION cloudtrail_fits_jsonb(cloudtrail_event) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF COST 20;
COMMENT ON FUNCTION cloudtrail_fits_jsonb(cloudtrail_event) IS
	'Whether the record as jsonb has nothing in place of what jsonb cannot hold';

CREATE CAST (text AS cloudtrail_event) WITH FUNCTION cloudtrail_event_from_text(text) AS ASSIGNMENT;
CREATE CAST (json AS cloudtrail_event) WITH FUNCTION cloudtrail_event_from_json(json) AS ASSIGNMENT;
CREATE CAST (jsonb AS cloudtrail_event) WITH FUNCTION cloudtrail_event_from_jsonb(jsonb) AS ASSIGNMENT;
CREATE CAST (cloudtrail_event AS text) WITH FUNCTION cloudtrail_event_to_text(cloudtrail_event) AS ASSIGNMENT;
CREATE CAST (cloudtrail_event AS json) WITH FUNCTION cloudtrail_event_to_json(cloudtrail_event) AS ASSIGNMENT;
CREATE CAST (cloudtrail_event AS jsonb) WITH FUNCTION cloudtrail_event_to_jsonb(cloudtrail_event) AS ASSIGNMENT;
COMMENT ON CAST (text AS cloudtrail_event) IS 'Reads one CloudTrail record';
COMMENT ON CAST (json AS cloudtrail_event) IS 'Reads one CloudTrail record';
COMMENT ON CAST (jsonb AS cloudtrail_event) IS 'Reads one CloudTrail record, as jsonb prints it';
COMMENT ON CAST (cloudtrail_event AS text) IS 'The record byte for byte as it came in';
COMMENT ON CAST (cloudtrail_event AS json) IS 'The record byte for byte as it came in';
COMMENT ON CAST (cloudtrail_event AS jsonb) IS 'The record as jsonb';

