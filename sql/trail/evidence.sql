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

CREATE FUNCTION cloudtrail_signature_limit() RETURNS integer
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cloudtrail_signature_limit() IS
	'Part of cloudtrail_add_signature(): how many signatures of a digest are kept';

CREATE FUNCTION cloudtrail_add_signature(trail regnamespace, source text, signature text) RETURNS bigint
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	digits CONSTANT text := btrim(signature, E' \t\r\n"');
	may_verify boolean;
	bytes bytea;
	known bytea[];
	key_fingerprint text;
	proven boolean;
	valid boolean;
	d record;
	changed bigint := 0;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	IF digits IS NULL OR digits !~ '^([0-9A-Fa-f]{2})+$' OR octet_length(digits) > 4096 THEN
		RAISE EXCEPTION 'invalid signature of digest "%"', source
			USING ERRCODE = 'invalid_text_representation',
				DETAIL = 'Expected hexadecimal digits, as in x-amz-meta-signature, at most 4096.';
	END IF;
	bytes := decode(digits, 'hex');
	may_verify := has_table_privilege('signing_keys'::regclass, 'SELECT');
	FOR d IN SELECT g.sha256, g.content, g.signature, g.other_signatures FROM digests AS g
		WHERE g.source = cloudtrail_add_signature.source FOR UPDATE
	LOOP
		known := array_remove(ARRAY[d.signature] || d.other_signatures, NULL);
		CONTINUE WHEN bytes = ANY (known);
		proven := false;
		valid := false;
		IF may_verify THEN
			BEGIN
				key_fingerprint := (@extschema@.cloudtrail_digest(d.content)).public_key_fingerprint;
				SELECT coalesce(bool_or(@extschema@.cloudtrail_verify_signature(d.content, s.signature, k.public_key))
						FILTER (WHERE s.signature <> bytes), false),
					coalesce(bool_or(@extschema@.cloudtrail_verify_signature(d.content, s.signature, k.public_key))
						FILTER (WHERE s.signature = bytes), false)
					FROM signing_keys AS k CROSS JOIN unnest(known || bytes) AS s (signature)
					WHERE k.fingerprint = key_fingerprint INTO proven, valid;
			EXCEPTION WHEN data_exception THEN
				-- Whoever may import may have put what is not a digest beside the true one.
				NULL;
			END;
		END IF;
		-- Whoever may write to a bucket may give a digest wrong signatures, before there is a key or after: they do not
		-- take the place of a valid one, nor do they keep it out.
		CONTINUE WHEN proven OR NOT valid AND cardinality(known) >= @extschema@.cloudtrail_signature_limit();
		UPDATE digests AS g SET
				signature = CASE WHEN valid OR d.signature IS NULL THEN bytes ELSE d.signature END,
				other_signatures = CASE WHEN valid THEN NULL WHEN d.signature IS NULL THEN d.other_signatures
					ELSE d.other_signatures || bytes END
			WHERE g.source = cloudtrail_add_signature.source AND g.sha256 = d.sha256;
		changed := changed + 1;
	END LOOP;
	RETURN changed;
END
$$;
COMMENT ON FUNCTION cloudtrail_add_signature(regnamespace, text, text) IS
	'Adds to a digest of a trail a signature, the hexadecimal digits in x-amz-meta-signature of its S3 object: in '
	'place of others if a key of the trail finds it valid, beside them if none is, and returns how many digests that '
	'changed';

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
		OUT manifest_of text, OUT manifests bigint, OUT bytes_read bigint)
	RETURNS SETOF record
	LANGUAGE plpgsql STABLE STRICT COST 100000 ROWS 10000
	SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	RETURN QUERY
		WITH file AS MATERIALIZED (
			SELECT f.source, f.sha256, f.events FROM log_files AS f WHERE f.events > 0 AND f.source LIKE pattern
		), digest AS MATERIALIZED (
			-- What is proven is the hash that the rows make, which is that in the ledger if they are intact.
			SELECT p.source, p.sha256, bool_or(p.proven) AS proven
			FROM @extschema@.cloudtrail_file_status(trail) AS p WHERE p.sha256 IS NOT NULL GROUP BY 1, 2
		), rebuilt AS (
			-- A content may have come under several names, and an importer may add a name and a manifest to any:
			-- it is intact if one of its manifests makes it.
			SELECT DISTINCT ON (f.sha256) f.sha256, f.source, e.listed, (e.r).intact, (e.r).missing,
				(e.r).differing, (e.r).missing_keys, (e.r).differing_keys, (e.r).as_recorded,
				count(*) OVER (PARTITION BY f.sha256) AS manifests,
				(sum((e.r).bytes_read) OVER (PARTITION BY f.sha256))::bigint AS bytes_read
			FROM (
					-- Large events are read for so many files only: those that are proven come first, then those of the
					-- same bytes, then what was in the ledger before others.
					SELECT l.sha256, l.source, l.manifest
					FROM log_files AS l
						LEFT JOIN digest AS own ON own.source = l.source AND own.sha256 = l.sha256
					WHERE l.manifest IS NOT NULL AND l.sha256 IN (SELECT i.sha256 FROM file AS i)
					ORDER BY coalesce(own.proven, false) DESC,
						l.sha256 IN (SELECT s.sha256 FROM digest AS s WHERE s.proven) DESC, l.ctid
				) AS f
				CROSS JOIN LATERAL (
					-- The events are found one by one: no join may read the trail for each file.  A manifest has them
					-- in order, and an importer may name any, however large, any number of times: nothing keeps them
					-- together.
					SELECT count(m.ordinal) AS listed, @extschema@.cloudtrail_rebuild_file(f.manifest, f.sha256,
						m.ordinal, (SELECT t.event FROM raw_events AS t WHERE t.event_time = m.event_time
							AND t.event_key = m.event_key)) AS r
					FROM (SELECT) AS one
						LEFT JOIN LATERAL @extschema@.cloudtrail_manifest(f.manifest) AS m ON true
				) AS e
			ORDER BY f.sha256, (e.r).intact DESC NULLS LAST, (e.r).as_recorded DESC NULLS LAST, f.source
		)
		SELECT f.source, f.sha256,
			CASE WHEN r.missing IS NULL THEN 'not checkable'
				WHEN r.intact THEN 'intact'
				WHEN r.as_recorded AND r.listed = f.events THEN 'as recorded'
				WHEN r.missing = f.events THEN 'gone'
				WHEN r.differing > 0 OR r.missing = 0 AND r.listed = f.events THEN 'events differ'
				ELSE 'events missing' END,
			f.events, r.missing, r.differing, r.missing_keys, r.differing_keys, coalesce(r.intact
				AND s.proven, false), r.source, coalesce(r.manifests, 0), coalesce(r.bytes_read, 0)
		FROM file AS f
			LEFT JOIN rebuilt AS r ON r.sha256 = f.sha256
			LEFT JOIN digest AS s ON s.source = f.source AND s.sha256 = f.sha256;
END
$$;
COMMENT ON FUNCTION cloudtrail_event_status(regnamespace, text) IS
	'Rebuilds log files from the events of a trail, those whose source is LIKE the pattern, and compares their '
	'hashes: intact, events differ, events missing, gone, not checkable, or as recorded (the file cannot be rebuilt); '
	'with the keys of the first hundred, whether a digest proves the rebuilt file, the source whose manifest was '
	'used, and what it cost: how many manifests the ledger has for the bytes of the file, and the bytes of events that '
	'were read for them';

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
