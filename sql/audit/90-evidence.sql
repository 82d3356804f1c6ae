-- What of a trail is proven by CloudTrail's digests.

CREATE VIEW digest_chain WITH (security_invoker) AS
	SELECT chain, account_id, aws_region, backfill, start_time, end_time, log_files, source, sha256,
		link, link_broken, previous, signature, signature_broken, fingerprint, detail
	FROM cloudtrail_digest_chain(cloudtrail_schema_of('digests'::regclass));
COMMENT ON VIEW digest_chain IS
	'The digests of the trail, one an hour: whether each follows the one before and is signed';
COMMENT ON COLUMN digest_chain.chain IS 'Account, Region, trail and its home Region, as the names of the digests have them';
COMMENT ON COLUMN digest_chain.account_id IS 'Account of the log files';
COMMENT ON COLUMN digest_chain.aws_region IS 'Region of the log files';
COMMENT ON COLUMN digest_chain.backfill IS 'Whether it lists log files that came late';
COMMENT ON COLUMN digest_chain.start_time IS 'Start of the time in which the log files were delivered';
COMMENT ON COLUMN digest_chain.end_time IS 'End of that time';
COMMENT ON COLUMN digest_chain.log_files IS 'How many log files it lists';
COMMENT ON COLUMN digest_chain.source IS 'The digest file, as the ledger names it';
COMMENT ON COLUMN digest_chain.sha256 IS 'SHA-256 of the digest file';
COMMENT ON COLUMN digest_chain.link IS 'How it is joined to the digest before: whole, start, earliest here, starts anew, times do not meet, previous digest missing, previous digest altered, another of its name, unknown hash algorithm, not its own name, unreadable';
COMMENT ON COLUMN digest_chain.link_broken IS 'Whether that says that digests were removed or altered';
COMMENT ON COLUMN digest_chain.previous IS 'The digest before it; where that is missing, the nearest that is here';
COMMENT ON COLUMN digest_chain.signature IS 'valid, invalid, not known (that of the newest is in S3 only), key absent, key of another time, unknown algorithm';
COMMENT ON COLUMN digest_chain.signature_broken IS 'Whether that says that the digest is not CloudTrail''s';
COMMENT ON COLUMN digest_chain.fingerprint IS 'Fingerprint of the key that it is signed with';
COMMENT ON COLUMN digest_chain.detail IS 'Between which digests the chain is broken, and how';

-- A file is identified by its name without folders: the bucket and the prefix of a trail may change, the name is unique.
CREATE VIEW digest_status WITH (security_invoker) AS
	WITH chain AS MATERIALIZED (
		SELECT * FROM digest_chain
	), listed AS MATERIALIZED (
		SELECT c.account_id, c.aws_region, c.source AS digest, c.start_time, c.end_time, c.link, c.signature,
			f.name, f.s3_object, f.hash, f.hash_algorithm
		FROM chain AS c JOIN digests AS d ON d.source = c.source AND d.sha256 = c.sha256,
			LATERAL cloudtrail_digest_files(d.content) AS f
	), ledger AS MATERIALIZED (
		SELECT source, sha256, account_id, aws_region, log_time, regexp_replace(source, '^.*/', '') AS name
		FROM log_files
		WHERE kind <> 'digest'
	), covered AS (
		SELECT account_id, aws_region,
			range_agg(tstzrange(LEAST(start_time, end_time), GREATEST(start_time, end_time))) AS times
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
				(SELECT 'the same bytes came as ' || o.source FROM log_files AS o WHERE o.sha256 = d.hash LIMIT 1)
			WHEN d.hash_algorithm <> 'SHA-256' THEN d.hash_algorithm
			WHEN l.sha256 <> d.hash THEN
				'the digest has ' || encode(d.hash, 'hex') || ', the file has ' || encode(l.sha256, 'hex') END AS detail
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
	WHERE NOT EXISTS (SELECT FROM listed AS d WHERE d.name = l.name);
COMMENT ON VIEW digest_status IS 'The log files of the trail against the digests: verified, hash differs, missing, listed nowhere';
COMMENT ON COLUMN digest_status.account_id IS 'Account, from the name of the file or its digest';
COMMENT ON COLUMN digest_status.aws_region IS 'Region, from the name of the file or its digest';
COMMENT ON COLUMN digest_status.log_time IS 'Time of delivery in the name of the log file';
COMMENT ON COLUMN digest_status.source IS 'The log file, as the ledger names it; null if it is missing';
COMMENT ON COLUMN digest_status.s3_object IS 'Its key in S3, as a digest names it; null if none does';
COMMENT ON COLUMN digest_status.status IS 'verified, hash differs, missing, listed nowhere, not covered (no digest is about its time), unknown hash algorithm, unreadable digest';
COMMENT ON COLUMN digest_status.proven IS 'Whether it is verified by a digest whose signature is valid';
COMMENT ON COLUMN digest_status.digest IS 'The digest that lists it';
COMMENT ON COLUMN digest_status.start_time IS 'Start of the digest''s time';
COMMENT ON COLUMN digest_status.end_time IS 'End of the digest''s time';
COMMENT ON COLUMN digest_status.signature IS 'Signature of the digest, as in digest_chain';
COMMENT ON COLUMN digest_status.link IS 'How the digest is joined to the one before, as in digest_chain';
COMMENT ON COLUMN digest_status.detail IS 'Both hashes where they differ; where the same bytes are found';

CREATE VIEW event_status WITH (security_invoker) AS
	SELECT source, status, events, missing, differing, missing_keys, differing_keys, sha256
	FROM cloudtrail_event_status(cloudtrail_schema_of('log_files'::regclass));
COMMENT ON VIEW event_status IS
	'The log files of the trail, rebuilt from its events whenever it is read, which takes long: whether each event is there with its bytes';
COMMENT ON COLUMN event_status.source IS 'The log file, as the ledger names it';
COMMENT ON COLUMN event_status.status IS 'intact, events differ, events missing, gone (none is there), not checkable';
COMMENT ON COLUMN event_status.events IS 'How many events it held';
COMMENT ON COLUMN event_status.missing IS 'How many of them the trail does not have';
COMMENT ON COLUMN event_status.differing IS 'How many have other bytes';
COMMENT ON COLUMN event_status.missing_keys IS 'Keys of the first hundred that are missing';
COMMENT ON COLUMN event_status.differing_keys IS 'Keys of the first hundred that differ';
COMMENT ON COLUMN event_status.sha256 IS 'SHA-256 that the file had, and has again if it is intact';
