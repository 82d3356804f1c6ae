-- What else takes a log file apart, for import.

CREATE FUNCTION cloudtrail_inflate(bytea) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION cloudtrail_inflate(bytea) IS
	'The bytes of a log file without gzip or zstd; those given if they are not compressed, or damaged, or expand to '
	'more than 250 times their size (32 times above 256 MB, never more than 1 GB)';

CREATE FUNCTION cloudtrail_unpack(bytea, quiet boolean) RETURNS SETOF cloudtrail_event
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000;
COMMENT ON FUNCTION cloudtrail_unpack(bytea, boolean) IS
	'The events in a log file or another container, not compressed; if quiet, what was left out is not reported: for '
	'import, which keeps it';

CREATE FUNCTION cloudtrail_items(blob bytea, OUT ordinal bigint, OUT kind text, OUT event_time timestamptz,
	OUT error text, OUT raw bytea)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000;
COMMENT ON FUNCTION cloudtrail_items(bytea) IS
	'Every item in a log file or another container as cloudtrail_parse() numbers them, without the events: what each '
	'is, and when an event was';
