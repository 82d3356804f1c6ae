-- Fields of records that are text, json or jsonb, as other tables have them: read without a cast to an event.

CREATE FUNCTION event_name(text) RETURNS text
	AS 'MODULE_PATHNAME', 'cloudtrail_event_name_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
CREATE FUNCTION event_name(json) RETURNS text
	AS 'MODULE_PATHNAME', 'cloudtrail_event_name_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
CREATE FUNCTION event_name(jsonb) RETURNS text
	AS 'MODULE_PATHNAME', 'cloudtrail_event_name_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION event_name(text) IS
	'eventName of a CloudTrail record; null if the text is not a JSON object, has none, or one that is longer than '
	'256 bytes';
COMMENT ON FUNCTION event_name(json) IS
	'eventName of a CloudTrail record; null if it has none, or one that is longer than 256 bytes';
COMMENT ON FUNCTION event_name(jsonb) IS
	'eventName of a CloudTrail record; null if it has none, or one that is longer than 256 bytes';

CREATE FUNCTION event_time(text) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'cloudtrail_event_time_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
CREATE FUNCTION event_time(json) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'cloudtrail_event_time_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
CREATE FUNCTION event_time(jsonb) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'cloudtrail_event_time_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION event_time(text) IS
	'eventTime of a CloudTrail record; null if the text is not a JSON object or has no readable one';
COMMENT ON FUNCTION event_time(json) IS 'eventTime of a CloudTrail record; null if it has no readable one';
COMMENT ON FUNCTION event_time(jsonb) IS 'eventTime of a CloudTrail record; null if it has no readable one';

CREATE FUNCTION secret_arn(text) RETURNS text
	AS 'MODULE_PATHNAME', 'cloudtrail_secret_arn_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
CREATE FUNCTION secret_arn(json) RETURNS text
	AS 'MODULE_PATHNAME', 'cloudtrail_secret_arn_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
CREATE FUNCTION secret_arn(jsonb) RETURNS text
	AS 'MODULE_PATHNAME', 'cloudtrail_secret_arn_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION secret_arn(text) IS
	'ARN of the secret that a CloudTrail record concerns; null if it concerns none or the text is not a JSON object; '
	'at most 2048 bytes, so that it fits an index';
COMMENT ON FUNCTION secret_arn(json) IS
	'ARN of the secret that a CloudTrail record concerns; null if it concerns none; at most 2048 bytes, so that it '
	'fits an index';
COMMENT ON FUNCTION secret_arn(jsonb) IS
	'ARN of the secret that a CloudTrail record concerns; null if it concerns none; at most 2048 bytes, so that it '
	'fits an index';

CREATE FUNCTION cloudtrail_time(text) RETURNS timestamptz
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF COST 5;
COMMENT ON FUNCTION cloudtrail_time(text) IS
	'A time as CloudTrail and its services write it: 2018-05-03T17:51:02Z, May 3, 2018 5:51:02 PM, seconds since 1970 '
	'and others; UTC if no zone is named, null if it is not a time';
