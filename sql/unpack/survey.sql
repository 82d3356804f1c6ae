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

CREATE FUNCTION cloudtrail_rebuild(manifest bytea, sha256 bytea, events cloudtrail_event[], OUT intact boolean,
		OUT missing bigint, OUT differing bigint, OUT missing_keys uuid[], OUT differing_keys uuid[],
		OUT as_recorded boolean)
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION cloudtrail_rebuild(bytea, bytea, cloudtrail_event[]) IS
	'Whether events, in the order of a manifest and null if one is missing, rebuild the file, by its SHA-256, and the '
	'file has no other events; how many are missing or have other bytes, and the keys of the first hundred of each; '
	'if the file cannot be made again, whether the events are those that the manifest has a hash of, which proves '
	'nothing; null if the manifest or the hash is not one';
