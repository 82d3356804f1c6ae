-- What import and verification ask of a log file as a whole.

CREATE FUNCTION cloudtrail_survey(log bytea, OUT kind text, OUT events bigint, OUT rejects bigint, OUT others bigint,
		OUT months timestamptz[], OUT manifest bytea)
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION cloudtrail_survey(bytea) IS
	'What a log file holds: its kind, how many events, how many items that are none or something else, the months of '
	'the events (UTC; at most 24, and one more for each hundred events), and the manifest by which '
	'cloudtrail_rebuild() checks them';

CREATE FUNCTION cloudtrail_manifest(manifest bytea, OUT ordinal bigint, OUT event_time timestamptz, OUT event_key uuid)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 100;
COMMENT ON FUNCTION cloudtrail_manifest(bytea) IS
	'Time and key of each event that a log file held, in its order, from the manifest that cloudtrail_survey() made; '
	'none of what is not a manifest';

CREATE TYPE cloudtrail_rebuilt AS (
	intact boolean,
	missing bigint,
	differing bigint,
	missing_keys uuid[],
	differing_keys uuid[],
	as_recorded boolean,
	bytes_read bigint
);
COMMENT ON TYPE cloudtrail_rebuilt IS 'What cloudtrail_rebuild() finds of a log file';
COMMENT ON COLUMN cloudtrail_rebuilt.intact IS 'Whether the events rebuild the file';
COMMENT ON COLUMN cloudtrail_rebuilt.missing IS 'How many events are missing';
COMMENT ON COLUMN cloudtrail_rebuilt.differing IS 'How many have other bytes';
COMMENT ON COLUMN cloudtrail_rebuilt.missing_keys IS 'Keys of the first hundred that are missing';
COMMENT ON COLUMN cloudtrail_rebuilt.differing_keys IS 'Keys of the first hundred that differ';
COMMENT ON COLUMN cloudtrail_rebuilt.as_recorded IS
	'Whether a file that cannot be made again has the events that the manifest has a hash of';
COMMENT ON COLUMN cloudtrail_rebuilt.bytes_read IS
	'Bytes of events that were read for it; all else is null if it names large events (of 4 kB or more) over and over, '
	'or such that were read for 32 files of the query';

CREATE FUNCTION cloudtrail_rebuild(manifest bytea, sha256 bytea, events cloudtrail_event[])
	RETURNS cloudtrail_rebuilt
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION cloudtrail_rebuild(bytea, bytea, cloudtrail_event[]) IS
	'Whether events, in the order of a manifest and null if one is missing, rebuild the file, by its SHA-256, and the '
	'file has no other events; how many are missing or have other bytes, and the keys of the first hundred of each; '
	'if the file cannot be made again, whether the events are those that the manifest has a hash of, which proves '
	'nothing; null if the manifest or the hash is not one, or if the manifest names the same large events over and '
	'over, as no file of CloudTrail does';

CREATE FUNCTION cloudtrail_rebuild_step(state internal, manifest bytea, sha256 bytea, ordinal bigint,
		event cloudtrail_event)
	RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION cloudtrail_rebuild_step(internal, bytea, bytea, bigint, cloudtrail_event) IS
	'Part of cloudtrail_rebuild_file(): adds an event';

CREATE FUNCTION cloudtrail_rebuild_end(state internal) RETURNS cloudtrail_rebuilt
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION cloudtrail_rebuild_end(internal) IS 'Part of cloudtrail_rebuild_file(): says what was found';

-- An array of all events may be larger than a value can be.
CREATE AGGREGATE cloudtrail_rebuild_file(manifest bytea, sha256 bytea, ordinal bigint, event cloudtrail_event) (
	SFUNC = @extschema@.cloudtrail_rebuild_step,
	STYPE = internal,
	FINALFUNC = @extschema@.cloudtrail_rebuild_end,
	FINALFUNC_MODIFY = READ_WRITE,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE cloudtrail_rebuild_file(bytea, bytea, bigint, cloudtrail_event) IS
	'What cloudtrail_rebuild() says, of any number of events: those that cloudtrail_manifest() names, in their order; '
	'a null ordinal stands for none';
