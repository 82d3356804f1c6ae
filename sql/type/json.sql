-- Operators of JSON on events, named as those of jsonb.

-- What makes jsonb is not leakproof: how deeply it may nest depends on max_stack_depth.
CREATE FUNCTION cloudtrail_event_get(cloudtrail_event, text) RETURNS jsonb
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 15;
COMMENT ON FUNCTION cloudtrail_event_get(cloudtrail_event, text) IS
	'A member of the record as jsonb; null if it has none of that name; a number with an exponent beyond 20 is a '
	'string';

CREATE FUNCTION cloudtrail_event_get_text(cloudtrail_event, text) RETURNS text
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF COST 10;
COMMENT ON FUNCTION cloudtrail_event_get_text(cloudtrail_event, text) IS
	'A member of the record as text: a string''s characters, anything else as the record writes it; null if it is '
	'missing or JSON''s null';

CREATE FUNCTION cloudtrail_event_get_path(cloudtrail_event, text[]) RETURNS jsonb
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 15;
COMMENT ON FUNCTION cloudtrail_event_get_path(cloudtrail_event, text[]) IS
	'What a path of keys and subscripts leads to in the record, as jsonb; a number with an exponent beyond 20 is a '
	'string';

CREATE FUNCTION cloudtrail_event_get_path_text(cloudtrail_event, text[]) RETURNS text
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF COST 10;
COMMENT ON FUNCTION cloudtrail_event_get_path_text(cloudtrail_event, text[]) IS
	'What a path of keys and subscripts leads to in the record, as text: a string''s characters, anything else as the '
	'record writes it';

CREATE FUNCTION cloudtrail_event_contains(cloudtrail_event, jsonb) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF COST 10
	SUPPORT cloudtrail_event_support;
COMMENT ON FUNCTION cloudtrail_event_contains(cloudtrail_event, jsonb) IS
	'Whether the record contains the jsonb, as event::jsonb would';

CREATE FUNCTION cloudtrail_event_contained(jsonb, cloudtrail_event) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF COST 10;
COMMENT ON FUNCTION cloudtrail_event_contained(jsonb, cloudtrail_event) IS
	'Whether the record contains the jsonb, as event::jsonb would';

CREATE OPERATOR -> (LEFTARG = cloudtrail_event, RIGHTARG = text, FUNCTION = cloudtrail_event_get);
COMMENT ON OPERATOR -> (cloudtrail_event, text) IS 'A member of the record as jsonb, as of event::jsonb';

CREATE OPERATOR ->> (LEFTARG = cloudtrail_event, RIGHTARG = text, FUNCTION = cloudtrail_event_get_text);
COMMENT ON OPERATOR ->> (cloudtrail_event, text) IS 'A member of the record as text, as of event::json';

CREATE OPERATOR #> (LEFTARG = cloudtrail_event, RIGHTARG = text[], FUNCTION = cloudtrail_event_get_path);
COMMENT ON OPERATOR #> (cloudtrail_event, text[]) IS 'What a path leads to in the record, as jsonb, as of event::jsonb';

CREATE OPERATOR #>> (LEFTARG = cloudtrail_event, RIGHTARG = text[], FUNCTION = cloudtrail_event_get_path_text);
COMMENT ON OPERATOR #>> (cloudtrail_event, text[]) IS 'What a path leads to in the record, as text, as of event::json';

CREATE OPERATOR @> (
	LEFTARG = cloudtrail_event,
	RIGHTARG = jsonb,
	FUNCTION = cloudtrail_event_contains,
	COMMUTATOR = <@,
	RESTRICT = cloudtrail_event_sel,
	JOIN = cloudtrail_event_joinsel
);
COMMENT ON OPERATOR @> (cloudtrail_event, jsonb) IS 'Whether the record contains the jsonb, as event::jsonb would';

CREATE OPERATOR <@ (
	LEFTARG = jsonb,
	RIGHTARG = cloudtrail_event,
	FUNCTION = cloudtrail_event_contained,
	COMMUTATOR = @>,
	RESTRICT = cloudtrail_event_sel,
	JOIN = cloudtrail_event_joinsel
);
COMMENT ON OPERATOR <@ (jsonb, cloudtrail_event) IS 'Whether the record contains the jsonb, as event::jsonb would';
