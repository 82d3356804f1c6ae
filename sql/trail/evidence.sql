-- Whether a trail is whole and unaltered: its digests against one another and
-- their signatures, its log files against the digests, its events against the
-- log files.  Keys are what all trust rests on, so only a person adds them.

CREATE FUNCTION cloudtrail_add_keys(trail regnamespace, keys text, aws_region text DEFAULT NULL) RETURNS bigint
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	added bigint;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	INSERT INTO signing_keys (fingerprint, public_key, aws_region, valid_from, valid_to)
		SELECT k.fingerprint, k.public_key, cloudtrail_add_keys.aws_region, k.valid_from, k.valid_to
		FROM @extschema@.cloudtrail_public_keys(keys) AS k
		ON CONFLICT DO NOTHING;
	GET DIAGNOSTICS added = ROW_COUNT;
	RETURN added;
END
$$;
COMMENT ON FUNCTION cloudtrail_add_keys(regnamespace, text, text) IS
	'Adds to a trail the public keys in the output of aws cloudtrail list-public-keys, and returns how many are new';

CREATE FUNCTION cloudtrail_add_signature(trail regnamespace, source text, signature text) RETURNS bigint
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	digits CONSTANT text := btrim(signature, E' \t\r\n"');
	bytes bytea;
	changed bigint;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	IF digits IS NULL OR digits !~ '^([0-9A-Fa-f]{2})+$' THEN
		RAISE EXCEPTION 'invalid signature of digest "%"', source
			USING ERRCODE = 'invalid_text_representation',
				DETAIL = 'Expected hexadecimal digits, as in x-amz-meta-signature.';
	END IF;
	bytes := decode(digits, 'hex');
	-- Whoever may write to a bucket may give a digest a wrong signature, which does not take the place of a valid one.
	IF has_table_privilege('signing_keys'::regclass, 'SELECT') THEN
		UPDATE digests AS d SET signature = bytes
			WHERE d.source = cloudtrail_add_signature.source AND d.signature IS DISTINCT FROM bytes
				AND NOT EXISTS (SELECT FROM signing_keys AS k
					WHERE k.fingerprint = (@extschema@.cloudtrail_digest(d.content)).public_key_fingerprint
						AND @extschema@.cloudtrail_verify_signature(d.content, d.signature, k.public_key));
	ELSE
		UPDATE digests AS d SET signature = bytes WHERE d.source = cloudtrail_add_signature.source
			AND d.signature IS NULL;
	END IF;
	GET DIAGNOSTICS changed = ROW_COUNT;
	RETURN changed;
END
$$;
COMMENT ON FUNCTION cloudtrail_add_signature(regnamespace, text, text) IS
	'Adds to a digest of a trail its signature, the hexadecimal digits in x-amz-meta-signature of its S3 object, in '
	'place of one that no key of the trail finds valid, and returns how many digests that changed';

CREATE FUNCTION cloudtrail_digest_chain(trail regnamespace, OUT source text, OUT sha256 bytea, OUT chain text,
	OUT account_id text, OUT aws_region text,
		OUT backfill boolean, OUT start_time timestamptz, OUT end_time timestamptz, OUT log_files bigint,
		OUT link text, OUT link_broken boolean, OUT previous text,
		OUT signature text, OUT signature_broken boolean, OUT fingerprint text, OUT proven boolean, OUT detail text)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT COST 100000 ROWS 10000;
COMMENT ON FUNCTION cloudtrail_digest_chain(regnamespace) IS
	'The digests of a trail by chain and time: how each is joined to the one before, whether its signature is valid '
	'and whether it is proven, between which two digests a chain is broken, and which chains have no valid signature';

CREATE FUNCTION cloudtrail_file_status(trail regnamespace, OUT account_id text, OUT aws_region text,
	OUT log_time timestamptz,
		OUT source text, OUT s3_object text, OUT status text, OUT proven boolean, OUT broken boolean,
		OUT digest text, OUT start_time timestamptz, OUT end_time timestamptz, OUT signature text, OUT link text,
		OUT detail text, OUT sha256 bytea)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT COST 100000 ROWS 10000;
COMMENT ON FUNCTION cloudtrail_file_status(regnamespace) IS
	'The log files in the ledger of a trail, and those that its digests list: what the digests prove of each';

CREATE FUNCTION cloudtrail_file_name(source text, OUT name text, OUT kind text, OUT account_id text,
	OUT aws_region text,
		OUT log_time timestamptz)
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_file_name(text) IS
	'What the name of a file that CloudTrail wrote to S3 says: name without folders, kind (log, digest or other), '
	'account, Region and time of delivery; null for other names';

CREATE FUNCTION cloudtrail_source(path text) RETURNS text
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_source(text) IS
	'The source by which the ledger of a trail identifies a file: its key in S3 from AWSLogs/ on, if the path has '
	'that, else the path';

CREATE FUNCTION cloudtrail_event_status(trail regnamespace, pattern text DEFAULT '%', OUT source text,
	OUT sha256 bytea, OUT status text,
		OUT events bigint, OUT missing bigint, OUT differing bigint, OUT missing_keys uuid[],
		OUT differing_keys uuid[], OUT proven boolean,
		OUT manifest_of text)
	RETURNS SETOF record
	LANGUAGE plpgsql STABLE STRICT COST 100000 ROWS 10000
	SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	RETURN QUERY
		WITH file AS MATERIALIZED (
			SELECT f.source, f.sha256, f.events FROM log_files AS f WHERE f.events > 0 AND f.source LIKE pattern
		), rebuilt AS (
			-- A content may have come under several names, and an importer may add a name and a manifest to any:
			-- it is intact if one of its manifests makes it.
			SELECT DISTINCT ON (f.sha256) f.sha256, f.source, cardinality(e.events) AS listed, r.intact,
			r.missing, r.differing,
				r.missing_keys, r.differing_keys, r.as_recorded
			FROM log_files AS f
				CROSS JOIN LATERAL (
					-- The events are found one by one: no join may read the trail for each file.
					SELECT coalesce(array_agg((SELECT t.event FROM raw_events AS t WHERE t.event_time = m.event_time
						AND t.event_key = m.event_key)
						ORDER BY m.ordinal), '{}') AS events
					FROM @extschema@.cloudtrail_manifest(f.manifest) AS m
				) AS e
				CROSS JOIN LATERAL @extschema@.cloudtrail_rebuild(f.manifest, f.sha256, e.events) AS r
			WHERE f.manifest IS NOT NULL AND f.sha256 IN (SELECT i.sha256 FROM file AS i)
			ORDER BY f.sha256, r.intact DESC NULLS LAST, r.as_recorded DESC NULLS LAST, f.source
		)
		SELECT f.source, f.sha256,
			CASE WHEN r.missing IS NULL THEN 'not checkable'
				WHEN r.intact THEN 'intact'
				WHEN r.as_recorded AND r.listed = f.events THEN 'as recorded'
				WHEN r.missing = f.events THEN 'gone'
				WHEN r.differing > 0 OR r.missing = 0 AND r.listed = f.events THEN 'events differ'
				ELSE 'events missing' END,
			f.events, r.missing, r.differing, r.missing_keys, r.differing_keys, coalesce(r.intact
				AND s.proven, false), r.source
		FROM file AS f
			LEFT JOIN rebuilt AS r ON r.sha256 = f.sha256
			-- What is proven is the hash that the rows make, which is that in the ledger if they are intact.
			LEFT JOIN (
				SELECT p.source, p.sha256, bool_or(p.proven) AS proven
				FROM @extschema@.cloudtrail_file_status(trail) AS p GROUP BY 1, 2
			) AS s ON s.source = f.source AND s.sha256 = f.sha256;
END
$$;
COMMENT ON FUNCTION cloudtrail_event_status(regnamespace, text) IS
	'Rebuilds log files from the events of a trail, those whose source is LIKE the pattern, and compares their '
	'hashes: intact, events differ, events missing, gone, not checkable, or as recorded (the file cannot be rebuilt); '
	'with the keys of the first hundred, whether a digest proves the rebuilt file, and the source whose manifest was '
	'used';

CREATE FUNCTION cloudtrail_record_event_status(trail regnamespace, pattern text DEFAULT '%', OUT status text,
	OUT files bigint)
	RETURNS SETOF record
	LANGUAGE plpgsql STRICT COST 100000
	SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	RETURN QUERY
		WITH recorded AS (
			UPDATE log_files AS f SET event_status = v.status, checked_at = now()
			FROM @extschema@.cloudtrail_event_status(trail, pattern) AS v
			WHERE f.sha256 = v.sha256 AND f.source = v.source
			RETURNING f.event_status
		)
		SELECT r.event_status, count(*) FROM recorded AS r GROUP BY 1 ORDER BY 1;
END
$$;
COMMENT ON FUNCTION cloudtrail_record_event_status(regnamespace, text) IS
	'Does what cloudtrail_event_status() does, records the result and its time in the ledger, for coverage, and '
	'returns the number of log files by result';
