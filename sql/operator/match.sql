-- Conditions on events: an action's pattern, a secret by any of its names.

CREATE FUNCTION cloudtrail_event_matches(cloudtrail_event, cloudtrail_action) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF COST 5
	SUPPORT cloudtrail_event_support;
COMMENT ON FUNCTION cloudtrail_event_matches(cloudtrail_event, cloudtrail_action) IS
	'Whether the event''s service and name match the pattern, in either case; false for an event without them';

CREATE FUNCTION cloudtrail_event_concerns(cloudtrail_event, cloudtrail_secret) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF COST 10
	SUPPORT cloudtrail_event_support;
COMMENT ON FUNCTION cloudtrail_event_concerns(cloudtrail_event, cloudtrail_secret) IS
	'Whether the event may concern the secret, however either side names it: by name, ARN or partial ARN';

CREATE OPERATOR @~ (LEFTARG = cloudtrail_event, RIGHTARG = cloudtrail_action, FUNCTION = cloudtrail_event_matches,
	RESTRICT = cloudtrail_event_sel, JOIN = cloudtrail_event_joinsel);
COMMENT ON OPERATOR @~ (cloudtrail_event, cloudtrail_action) IS 'Whether the event''s action matches the pattern';

CREATE OPERATOR @@ (LEFTARG = cloudtrail_event, RIGHTARG = cloudtrail_secret, FUNCTION = cloudtrail_event_concerns,
	RESTRICT = cloudtrail_event_sel, JOIN = cloudtrail_event_joinsel);
COMMENT ON OPERATOR @@ (cloudtrail_event, cloudtrail_secret) IS 'Whether the event may concern the secret';
