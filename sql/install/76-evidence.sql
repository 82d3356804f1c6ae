-- Whether a trail is whole and unaltered: its digests against one another and
-- their signatures, its log files against the digests, its events against the
-- log files.  Keys are what all trust rests on, so only a person adds them.

CREATE FUNCTION cloudtrail_add_keys(trail regclass, keys text, aws_region text DEFAULT NULL) RETURNS bigint
	LANGUAGE plpgsql
	AS $$
DECLARE
	extension_schema CONSTANT name := (SELECT n.nspname FROM pg_catalog.pg_extension AS e
		JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'cloudtrail');
	added bigint;
BEGIN
	EXECUTE (
		SELECT pg_catalog.format('INSERT INTO %I.%I (fingerprint, public_key, aws_region, valid_from, valid_to)
				SELECT fingerprint, public_key, $2, valid_from, valid_to FROM %I.cloudtrail_public_keys($1) ON CONFLICT DO NOTHING',
			n.nspname, c.relname || '_keys', extension_schema)
		FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = trail)
		USING keys, aws_region;
	GET DIAGNOSTICS added = ROW_COUNT;
	RETURN added;
END
$$;
COMMENT ON FUNCTION cloudtrail_add_keys(regclass, text, text) IS
	'Adds to a trail the public keys in the output of aws cloudtrail list-public-keys, and returns how many are new';

CREATE FUNCTION cloudtrail_add_signature(trail regclass, source text, signature text) RETURNS bigint
	LANGUAGE plpgsql
	AS $$
DECLARE
	digits CONSTANT text := pg_catalog.btrim(signature, E' \t\r\n"');
	changed bigint;
BEGIN
	IF digits !~ '^([0-9A-Fa-f]{2})+$' THEN
		RAISE EXCEPTION 'invalid signature of digest "%"', source
			USING ERRCODE = 'invalid_text_representation', DETAIL = 'Expected hexadecimal digits, as in x-amz-meta-signature.';
	END IF;
	EXECUTE (
		SELECT pg_catalog.format('UPDATE %I.%I AS d SET signature = $2 WHERE d.source = $1 AND d.signature IS DISTINCT FROM $2',
			n.nspname, c.relname || '_digests')
		FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = trail)
		USING source, pg_catalog.decode(digits, 'hex');
	GET DIAGNOSTICS changed = ROW_COUNT;
	RETURN changed;
END
$$;
COMMENT ON FUNCTION cloudtrail_add_signature(regclass, text, text) IS
	'Adds to a digest of a trail its signature, the hexadecimal digits in x-amz-meta-signature of its S3 object, and returns how many digests that changed';

CREATE FUNCTION cloudtrail_digest_chain(trail regclass, OUT source text, OUT sha256 bytea, OUT chain text, OUT account_id text, OUT aws_region text,
		OUT backfill boolean, OUT start_time timestamptz, OUT end_time timestamptz, OUT log_files bigint,
		OUT link text, OUT link_broken boolean, OUT previous text,
		OUT signature text, OUT signature_broken boolean, OUT fingerprint text, OUT proven boolean, OUT detail text)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT COST 100000 ROWS 10000;
COMMENT ON FUNCTION cloudtrail_digest_chain(regclass) IS
	'The digests of a trail by chain and time: how each is joined to the one before, whether its signature is valid and whether it is proven, between which two digests a chain is broken, and which chains nobody signed';

CREATE FUNCTION cloudtrail_file_status(trail regclass, OUT account_id text, OUT aws_region text, OUT log_time timestamptz,
		OUT source text, OUT s3_object text, OUT status text, OUT proven boolean, OUT broken boolean,
		OUT digest text, OUT start_time timestamptz, OUT end_time timestamptz, OUT signature text, OUT link text, OUT detail text, OUT sha256 bytea)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT COST 100000 ROWS 10000;
COMMENT ON FUNCTION cloudtrail_file_status(regclass) IS
	'The log files in the ledger of a trail, and those that its digests list: what the digests prove of each';

CREATE FUNCTION cloudtrail_file_name(source text, OUT name text, OUT kind text, OUT account_id text, OUT aws_region text, OUT log_time timestamptz)
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_file_name(text) IS
	'What the name of a file tells that CloudTrail wrote to S3: name without folders, kind (log, digest or other), account, Region and time of delivery; null for other names';

CREATE FUNCTION cloudtrail_source(path text) RETURNS text
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_source(text) IS
	'The source by which the ledger of a trail knows a file: its key in S3 from AWSLogs/ on, if the path has that, else the path';

CREATE FUNCTION cloudtrail_verify_events(trail regclass, pattern text DEFAULT '%', OUT source text, OUT sha256 bytea, OUT status text,
		OUT events bigint, OUT missing bigint, OUT differing bigint, OUT missing_keys uuid[], OUT differing_keys uuid[], OUT proven boolean)
	RETURNS SETOF record
	LANGUAGE plpgsql STABLE STRICT COST 100000 ROWS 10000
	-- A file's events are found one by one: no join may read the trail for each file.
	SET enable_hashjoin = off
	SET enable_mergejoin = off
	AS $$
DECLARE
	extension_schema CONSTANT name := (SELECT n.nspname FROM pg_catalog.pg_extension AS e
		JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'cloudtrail');
BEGIN
	RETURN QUERY EXECUTE (
		SELECT pg_catalog.format($sql$
			SELECT f.source, f.sha256,
				CASE WHEN f.manifest IS NULL THEN 'not checkable'
					WHEN r.intact THEN 'intact'
					WHEN r.as_recorded THEN 'as recorded'
					WHEN r.missing = f.events THEN 'gone'
					WHEN r.differing > 0 OR r.missing = 0 THEN 'events differ'
					ELSE 'events missing' END,
				f.events, r.missing, r.differing, r.missing_keys, r.differing_keys, coalesce(r.intact AND s.proven, false)
			FROM %1$I.%3$I AS f
			-- What is proven is the hash that the rows make, which is that in the ledger where they are intact.
			LEFT JOIN (SELECT source, sha256, pg_catalog.bool_or(proven) AS proven FROM %4$I.cloudtrail_file_status($2) GROUP BY 1, 2) AS s
				ON s.source = f.source AND s.sha256 = f.sha256
			LEFT JOIN LATERAL (
				SELECT pg_catalog.array_agg(t.event ORDER BY m.ordinal) AS events
				FROM %4$I.cloudtrail_manifest(f.manifest) AS m
				LEFT JOIN %1$I.%2$I AS t ON t.event_time = m.event_time AND t.event_key = m.event_key
			) AS e ON true
			LEFT JOIN LATERAL %4$I.cloudtrail_rebuild(f.manifest, f.sha256, e.events) AS r ON true
			WHERE f.events > 0 AND f.source LIKE $1
				AND (f.manifest IS NOT NULL OR NOT EXISTS (SELECT FROM %1$I.%3$I AS o WHERE o.sha256 = f.sha256 AND o.manifest IS NOT NULL))$sql$,
			n.nspname, c.relname, c.relname || '_files', extension_schema)
		FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = trail)
		USING pattern, trail;
END
$$;
COMMENT ON FUNCTION cloudtrail_verify_events(regclass, text) IS
	'Makes log files again of the events in a trail, those whose source is LIKE the pattern, and compares their hashes: intact, events differ, events missing, gone, not checkable, or as recorded (the file cannot be made again); with the keys of the first hundred, and whether a digest proves the file that they make';

CREATE FUNCTION cloudtrail_check_events(trail regclass, pattern text DEFAULT '%', OUT status text, OUT files bigint)
	RETURNS SETOF record
	LANGUAGE plpgsql STRICT COST 100000
	AS $$
DECLARE
	extension_schema CONSTANT name := (SELECT n.nspname FROM pg_catalog.pg_extension AS e
		JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'cloudtrail');
BEGIN
	RETURN QUERY EXECUTE (
		SELECT pg_catalog.format('WITH noted AS (
				UPDATE %1$I.%2$I AS f SET event_status = v.status, checked_at = pg_catalog.now()
				FROM %3$I.cloudtrail_verify_events($1, $2) AS v
				WHERE f.sha256 = v.sha256 AND f.source = v.source
				RETURNING f.event_status
			)
			SELECT event_status, pg_catalog.count(*) FROM noted GROUP BY 1 ORDER BY 1',
			n.nspname, c.relname || '_files', extension_schema)
		FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = trail)
		USING trail, pattern;
END
$$;
COMMENT ON FUNCTION cloudtrail_check_events(regclass, text) IS
	'Does what cloudtrail_verify_events() does, notes in the ledger what it found and when, for coverage, and returns how many log files it found so';
