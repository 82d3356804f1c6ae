-- The views that say what of a trail is proven.

CREATE FUNCTION cloudtrail_create_evidence_views(trail regclass, schema text) RETURNS void
	LANGUAGE plpgsql
	AS $$
DECLARE
	extension_schema CONSTANT name := (SELECT n.nspname FROM pg_catalog.pg_extension AS e
		JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'cloudtrail');
	trail_schema name;
	base name;
	trail_name text;
	comment record;
BEGIN
	SELECT n.nspname, c.relname, pg_catalog.format('%I.%I', n.nspname, c.relname) INTO STRICT trail_schema, base, trail_name
		FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = trail;
	IF NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = schema) THEN
		EXECUTE pg_catalog.format('CREATE SCHEMA %I', schema);
	END IF;

	EXECUTE pg_catalog.format('CREATE OR REPLACE VIEW %I.digest_chain WITH (security_invoker) AS
			SELECT chain, account_id, aws_region, backfill, start_time, end_time, log_files, source, sha256,
				link, link_broken, previous, signature, signature_broken, fingerprint, detail
			FROM %I.cloudtrail_digest_chain(%L::pg_catalog.regclass)', schema, extension_schema, trail_name);

	-- A file is told by its name without folders: the bucket and the prefix of a trail may change, the name is unique.
	EXECUTE pg_catalog.format($sql$
		CREATE OR REPLACE VIEW %1$I.digest_status WITH (security_invoker) AS
		WITH chain AS MATERIALIZED (
			SELECT * FROM %2$I.cloudtrail_digest_chain(%3$L::pg_catalog.regclass)
		), listed AS MATERIALIZED (
			SELECT c.account_id, c.aws_region, c.source AS digest, c.start_time, c.end_time, c.link, c.signature,
				f.name, f.s3_object, f.hash, f.hash_algorithm
			FROM chain AS c JOIN %4$I.%6$I AS d ON d.source = c.source AND d.sha256 = c.sha256,
				LATERAL %2$I.cloudtrail_digest_files(d.content) AS f
		), ledger AS MATERIALIZED (
			SELECT source, sha256, account_id, aws_region, log_time, pg_catalog.regexp_replace(source, '^.*/', '') AS name
			FROM %4$I.%5$I
			WHERE kind <> 'digest'
		), covered AS (
			SELECT account_id, aws_region,
				pg_catalog.range_agg(pg_catalog.tstzrange(LEAST(start_time, end_time), GREATEST(start_time, end_time))) AS times
			FROM chain
			WHERE NOT backfill
			GROUP BY account_id, aws_region
		)
		SELECT COALESCE(l.account_id, d.account_id) AS account_id, COALESCE(l.aws_region, d.aws_region) AS aws_region, l.log_time,
			l.source, d.s3_object,
			CASE WHEN d.hash_algorithm <> 'SHA-256' THEN 'unknown hash algorithm'
				WHEN l.source IS NULL THEN 'missing'
				WHEN l.sha256 = d.hash THEN 'verified'
				ELSE 'hash differs' END AS status,
			d.hash_algorithm = 'SHA-256' AND l.sha256 = d.hash AND d.signature = 'valid' AS proven,
			d.digest, d.start_time, d.end_time, d.signature, d.link,
			CASE WHEN l.source IS NULL THEN
					(SELECT 'the same bytes came as ' || o.source FROM %4$I.%5$I AS o WHERE o.sha256 = d.hash LIMIT 1)
				WHEN d.hash_algorithm <> 'SHA-256' THEN d.hash_algorithm
				WHEN l.sha256 <> d.hash THEN
					'the digest has ' || pg_catalog.encode(d.hash, 'hex') || ', the file has ' || pg_catalog.encode(l.sha256, 'hex') END AS detail
		FROM listed AS d LEFT JOIN ledger AS l ON l.name = d.name
		UNION ALL
		SELECT l.account_id, l.aws_region, l.log_time, l.source, NULL,
			CASE WHEN l.name ~ '^\d{12}_CloudTrail-Digest_' THEN 'unreadable digest'
				WHEN l.name ~ '^\d{12}_CloudTrail-' THEN 'not covered'
				WHEN l.name !~ '^\d{12}_CloudTrail_' AND EXISTS (SELECT FROM chain) THEN 'listed nowhere'
				-- Those of the last minutes of an hour may stand in the digest of the next.
				WHEN c.times @> l.log_time AND c.times @> (l.log_time + interval '15 minutes') THEN 'listed nowhere'
				ELSE 'not covered' END,
			false, NULL, NULL, NULL, NULL, NULL,
			(SELECT 'the same bytes are listed as ' || o.s3_object FROM listed AS o WHERE o.hash = l.sha256 LIMIT 1)
		FROM ledger AS l LEFT JOIN covered AS c ON c.account_id = l.account_id AND c.aws_region = l.aws_region
		WHERE NOT EXISTS (SELECT FROM listed AS d WHERE d.name = l.name)$sql$,
		schema, extension_schema, trail_name, trail_schema, base || '_files', base || '_digests');

	EXECUTE pg_catalog.format('CREATE OR REPLACE VIEW %I.event_status WITH (security_invoker) AS
			SELECT source, status, events, missing, differing, missing_keys, differing_keys, sha256
			FROM %I.cloudtrail_verify_events(%L::pg_catalog.regclass)', schema, extension_schema, trail_name);

	EXECUTE pg_catalog.format('COMMENT ON VIEW %I.digest_chain IS %L', schema,
		'The digests of ' || trail_name || ', one an hour: whether each follows the one before and is signed');
	EXECUTE pg_catalog.format('COMMENT ON VIEW %I.digest_status IS %L', schema,
		'The log files of ' || trail_name || ' against the digests: verified, hash differs, missing, listed nowhere');
	EXECUTE pg_catalog.format('COMMENT ON VIEW %I.event_status IS %L', schema,
		'The log files of ' || trail_name || ' made again of their events: whether each event is there with its bytes');
	FOR comment IN
		SELECT * FROM (VALUES
			('digest_chain', 'chain', 'Account, Region, trail and its home Region, as the names of the digests have them'),
			('digest_chain', 'account_id', 'Account of the log files'),
			('digest_chain', 'aws_region', 'Region of the log files'),
			('digest_chain', 'backfill', 'Whether it lists log files that came late'),
			('digest_chain', 'start_time', 'Start of the time in which the log files were delivered'),
			('digest_chain', 'end_time', 'End of that time'),
			('digest_chain', 'log_files', 'How many log files it lists'),
			('digest_chain', 'source', 'The digest file, as the ledger names it'),
			('digest_chain', 'sha256', 'SHA-256 of the digest file'),
			('digest_chain', 'link', 'How it is joined to the digest before: whole, start, earliest here, starts anew, times do not meet, previous digest missing, previous digest altered, another of its name, unknown hash algorithm, not its own name, unreadable'),
			('digest_chain', 'link_broken', 'Whether that says that digests were removed or altered'),
			('digest_chain', 'previous', 'The digest before it; where that is missing, the nearest that is here'),
			('digest_chain', 'signature', 'valid, invalid, not known (that of the newest is in S3 only), key absent, key of another time, unknown algorithm'),
			('digest_chain', 'signature_broken', 'Whether that says that the digest is not CloudTrail''s'),
			('digest_chain', 'fingerprint', 'Fingerprint of the key that it is signed with'),
			('digest_chain', 'detail', 'Between which digests the chain is broken, and how'),
			('digest_status', 'account_id', 'Account, from the name of the file or its digest'),
			('digest_status', 'aws_region', 'Region, from the name of the file or its digest'),
			('digest_status', 'log_time', 'Time of delivery in the name of the log file'),
			('digest_status', 'source', 'The log file, as the ledger names it; null if it is missing'),
			('digest_status', 's3_object', 'Its key in S3, as a digest names it; null if none does'),
			('digest_status', 'status', 'verified, hash differs, missing, listed nowhere, not covered (no digest is about its time), unknown hash algorithm, unreadable digest'),
			('digest_status', 'proven', 'Whether it is verified by a digest whose signature is valid'),
			('digest_status', 'digest', 'The digest that lists it'),
			('digest_status', 'start_time', 'Start of the digest''s time'),
			('digest_status', 'end_time', 'End of the digest''s time'),
			('digest_status', 'signature', 'Signature of the digest, as in digest_chain'),
			('digest_status', 'link', 'How the digest is joined to the one before, as in digest_chain'),
			('digest_status', 'detail', 'Both hashes where they differ; where the same bytes are found'),
			('event_status', 'source', 'The log file, as the ledger names it'),
			('event_status', 'status', 'intact, events differ, events missing, gone (none is there), not checkable'),
			('event_status', 'events', 'How many events it held'),
			('event_status', 'missing', 'How many of them the trail does not have'),
			('event_status', 'differing', 'How many have other bytes'),
			('event_status', 'missing_keys', 'Keys of the first hundred that are missing'),
			('event_status', 'differing_keys', 'Keys of the first hundred that differ'),
			('event_status', 'sha256', 'SHA-256 that the file had, and has again if it is intact')) AS v (view, name, comment)
	LOOP
		EXECUTE pg_catalog.format('COMMENT ON COLUMN %I.%I.%I IS %L', schema, comment.view, comment.name, comment.comment);
	END LOOP;
END
$$;
COMMENT ON FUNCTION cloudtrail_create_evidence_views(regclass, text) IS
	'Creates or replaces the views digest_chain, digest_status and event_status of a trail in a schema: what of it is proven by CloudTrail''s digests';
