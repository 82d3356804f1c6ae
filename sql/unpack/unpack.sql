-- The functions that take a blob apart.  cloudtrail_unpack yields events that
-- are not compressed yet; the others stand on it, so that a query pays for
-- compression only where it keeps the event.

CREATE FUNCTION cloudtrail_unpack(bytea) RETURNS SETOF cloudtrail_event
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000;
COMMENT ON FUNCTION cloudtrail_unpack(bytea) IS
	'The events in a log file or another container, not compressed: to read in the same query, not to keep';

CREATE FUNCTION cloudtrail_unpack(text) RETURNS SETOF cloudtrail_event
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000;
COMMENT ON FUNCTION cloudtrail_unpack(text) IS
	'The events in a log file or another container, not compressed: to read in the same query, not to keep';

CREATE FUNCTION cloudtrail_unpack(json) RETURNS SETOF cloudtrail_event
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000;
COMMENT ON FUNCTION cloudtrail_unpack(json) IS
	'The events in a log file or another container, not compressed: to read in the same query, not to keep';

CREATE FUNCTION cloudtrail_unpack(jsonb) RETURNS SETOF cloudtrail_event
	AS 'MODULE_PATHNAME', 'cloudtrail_unpack_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000;
COMMENT ON FUNCTION cloudtrail_unpack(jsonb) IS
	'The events in a log file or another container, not compressed: to read in the same query, not to keep';

CREATE FUNCTION cloudtrail_events(bytea) RETURNS SETOF cloudtrail_event
	LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1000
	BEGIN ATOMIC
		SELECT cloudtrail_compact(unpacked.event)
		FROM (SELECT cloudtrail_unpack($1) AS event) AS unpacked;
	END;
COMMENT ON FUNCTION cloudtrail_events(bytea) IS
	'The events in a log file or another container; a warning counts what was left out, an error reports that there '
	'are none';

CREATE FUNCTION cloudtrail_events(text) RETURNS SETOF cloudtrail_event
	LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1000
	BEGIN ATOMIC
		SELECT cloudtrail_compact(unpacked.event)
		FROM (SELECT cloudtrail_unpack($1) AS event) AS unpacked;
	END;
COMMENT ON FUNCTION cloudtrail_events(text) IS
	'The events in a log file or another container; a warning counts what was left out, an error reports that there '
	'are none';

CREATE FUNCTION cloudtrail_events(json) RETURNS SETOF cloudtrail_event
	LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1000
	BEGIN ATOMIC
		SELECT cloudtrail_compact(unpacked.event)
		FROM (SELECT cloudtrail_unpack($1) AS event) AS unpacked;
	END;
COMMENT ON FUNCTION cloudtrail_events(json) IS
	'The events in a log file or another container; a warning counts what was left out, an error reports that there '
	'are none';

CREATE FUNCTION cloudtrail_events(jsonb) RETURNS SETOF cloudtrail_event
	LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1000
	BEGIN ATOMIC
		SELECT cloudtrail_compact(unpacked.event)
		FROM (SELECT cloudtrail_unpack($1) AS event) AS unpacked;
	END;
COMMENT ON FUNCTION cloudtrail_events(jsonb) IS
	'The events in a log file or another container; a warning counts what was left out, an error reports that there '
	'are none';

CREATE FUNCTION cloudtrail_parse(blob bytea, OUT ordinal bigint, OUT event cloudtrail_event, OUT error text,
	OUT raw bytea, OUT kind text)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000;
COMMENT ON FUNCTION cloudtrail_parse(bytea) IS
	'Every item in a log file or another container: an event, or the reason why it is not one with its bytes; kind is '
	'event, insight, reject, digest, aggregated event, notice or message';

CREATE FUNCTION cloudtrail_parse(blob text, OUT ordinal bigint, OUT event cloudtrail_event, OUT error text,
	OUT raw bytea, OUT kind text)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000;
COMMENT ON FUNCTION cloudtrail_parse(text) IS
	'Every item in a log file or another container: an event, or the reason why it is not one with its bytes; kind is '
	'event, insight, reject, digest, aggregated event, notice or message';

CREATE FUNCTION cloudtrail_parse(blob json, OUT ordinal bigint, OUT event cloudtrail_event, OUT error text,
	OUT raw bytea, OUT kind text)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000;
COMMENT ON FUNCTION cloudtrail_parse(json) IS
	'Every item in a log file or another container: an event, or the reason why it is not one with its bytes; kind is '
	'event, insight, reject, digest, aggregated event, notice or message';

CREATE FUNCTION cloudtrail_parse(blob jsonb, OUT ordinal bigint, OUT event cloudtrail_event, OUT error text,
	OUT raw bytea, OUT kind text)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'cloudtrail_parse_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000;
COMMENT ON FUNCTION cloudtrail_parse(jsonb) IS
	'Every item in a log file or another container: an event, or the reason why it is not one with its bytes; kind is '
	'event, insight, reject, digest, aggregated event, notice or message';

CREATE FUNCTION cloudtrail_inflate(bytea) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION cloudtrail_inflate(bytea) IS
	'The bytes of a log file without gzip or zstd; those given if they are not compressed, or damaged, or expand to '
	'more than 250 times their size (32 times above 256 MB, never more than 1 GB)';

CREATE FUNCTION cloudtrail_unpack(bytea, quiet boolean) RETURNS SETOF cloudtrail_event
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000;
COMMENT ON FUNCTION cloudtrail_unpack(bytea, boolean) IS
	'The same; if quiet, nothing is said of what was left out: for import, which keeps it';

CREATE FUNCTION cloudtrail_items(blob bytea, OUT ordinal bigint, OUT kind text, OUT event_time timestamptz,
	OUT error text, OUT raw bytea)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000;
COMMENT ON FUNCTION cloudtrail_items(bytea) IS
	'Every item in a log file or another container as cloudtrail_parse() numbers them, without the events: what each '
	'is, and when an event was';
