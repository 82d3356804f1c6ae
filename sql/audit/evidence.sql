-- What of a trail is proven by CloudTrail's digests.

CREATE VIEW digest_chain WITH (security_invoker) AS
	SELECT chain, account_id, aws_region, backfill, start_time, end_time, log_files, source, sha256,
		link, link_broken, previous, signature, signature_broken, fingerprint, detail, proven
	FROM cloudtrail_digest_chain(cloudtrail_schema_of('digests'::regclass));
COMMENT ON VIEW digest_chain IS
	'The digests of the trail, one an hour: whether each follows the one before and is signed';
COMMENT ON COLUMN digest_chain.chain IS
	'Account, Region, trail and its home Region, as the names of the digests have them';
COMMENT ON COLUMN digest_chain.account_id IS 'Account of the log files';
COMMENT ON COLUMN digest_chain.aws_region IS 'Region of the log files';
COMMENT ON COLUMN digest_chain.backfill IS 'Whether it lists log files that came late';
COMMENT ON COLUMN digest_chain.start_time IS 'Start of the time in which the log files were delivered';
COMMENT ON COLUMN digest_chain.end_time IS 'End of that time';
COMMENT ON COLUMN digest_chain.log_files IS 'How many log files it lists';
COMMENT ON COLUMN digest_chain.source IS 'The digest file, as the ledger names it';
COMMENT ON COLUMN digest_chain.sha256 IS 'SHA-256 of the digest file';
COMMENT ON COLUMN digest_chain.link IS
	'How it is joined to the digest before: whole, start, earliest here, starts again, times do not meet, previous '
	'digest missing, previous digest altered, another of its name, unknown hash algorithm, not its own name, stored '
	'with another hash, unreadable';
COMMENT ON COLUMN digest_chain.link_broken IS 'Whether link says that digests were removed or altered';
COMMENT ON COLUMN digest_chain.previous IS 'The digest before it; if that is missing, the nearest one in the trail';
COMMENT ON COLUMN digest_chain.signature IS
	'valid, invalid, not known (that of the newest is in S3 only), key absent, key of another time, unknown algorithm';
COMMENT ON COLUMN digest_chain.signature_broken IS 'Whether signature says that the digest is not CloudTrail''s';
COMMENT ON COLUMN digest_chain.fingerprint IS 'Fingerprint of the key that it is signed with';
COMMENT ON COLUMN digest_chain.detail IS
	'Between which digests the chain is broken, and how; for the first of a chain, whether the chain has no valid '
	'signature, and whether it begins or ends within the time of another';
COMMENT ON COLUMN digest_chain.proven IS
	'Whether it hangs on a valid signature by a key that was added: its own, or that of a digest that follows it in '
	'an unbroken chain of hashes. Others prove nothing';

CREATE VIEW digest_status WITH (security_invoker) AS
	SELECT account_id, aws_region, log_time, source, s3_object, status, proven, digest, start_time, end_time,
		signature, link,
		detail, broken
	FROM cloudtrail_file_status(cloudtrail_schema_of('digests'::regclass));
COMMENT ON VIEW digest_status IS
	'The log files of the trail against the digests, by the hashes in the ledger: verified, hash differs, missing, '
	'listed nowhere; event_status shows whether the files can still be rebuilt from the rows';
COMMENT ON COLUMN digest_status.account_id IS 'Account, from the name of the file or its digest';
COMMENT ON COLUMN digest_status.aws_region IS 'Region, from the name of the file or its digest';
COMMENT ON COLUMN digest_status.log_time IS 'Time of delivery in the name of the log file';
COMMENT ON COLUMN digest_status.source IS 'The log file, as the ledger names it; null if it is missing';
COMMENT ON COLUMN digest_status.s3_object IS 'Its key in S3, as a digest names it; null if none does';
COMMENT ON COLUMN digest_status.status IS
	'verified, unsigned (listed only by digests that prove nothing), hash differs, missing, listed nowhere (though '
	'proven digests cover its time or that of its events), not covered (no proven digest does), unknown hash '
	'algorithm, unreadable digest';
COMMENT ON COLUMN digest_status.proven IS
	'Whether its name and SHA-256 are in a digest that hangs on a valid signature by a key that was added';
COMMENT ON COLUMN digest_status.digest IS 'The digest that lists it';
COMMENT ON COLUMN digest_status.start_time IS 'Start of the digest''s time';
COMMENT ON COLUMN digest_status.end_time IS 'End of the digest''s time';
COMMENT ON COLUMN digest_status.signature IS 'Signature of the digest, as in digest_chain';
COMMENT ON COLUMN digest_status.link IS 'How the digest is joined to the one before, as in digest_chain';
COMMENT ON COLUMN digest_status.detail IS 'Both hashes if they differ; where the same bytes are found';
COMMENT ON COLUMN digest_status.broken IS
	'Whether status says that log files or digests were altered, added or removed';

CREATE VIEW event_status WITH (security_invoker) AS
	SELECT source, status, events, missing, differing, missing_keys, differing_keys, sha256, proven, manifests,
		bytes_read
	FROM cloudtrail_event_status(cloudtrail_schema_of('log_files'::regclass));
COMMENT ON VIEW event_status IS
	'The log files of the trail, rebuilt from its events: whether each event is there with its bytes. They are rebuilt '
	'whenever the view is read, which takes long';
COMMENT ON COLUMN event_status.source IS 'The log file, as the ledger names it';
COMMENT ON COLUMN event_status.status IS
	'intact, events differ, events missing, gone (none is there), not checkable, as recorded (the file cannot be '
	'rebuilt, but the events have the hash that import recorded, which proves nothing)';
COMMENT ON COLUMN event_status.events IS 'How many events it held';
COMMENT ON COLUMN event_status.missing IS 'How many of them the trail does not have';
COMMENT ON COLUMN event_status.differing IS 'How many have other bytes';
COMMENT ON COLUMN event_status.missing_keys IS 'Keys of the first hundred that are missing';
COMMENT ON COLUMN event_status.differing_keys IS 'Keys of the first hundred that differ';
COMMENT ON COLUMN event_status.sha256 IS 'SHA-256 that the file had, and has again if it is intact';
COMMENT ON COLUMN event_status.proven IS
	'Whether the rebuilt file is proven, as in digest_status: then each of its events is CloudTrail''s, and none is '
	'missing';
COMMENT ON COLUMN event_status.manifests IS
	'Number of manifests in the ledger for the bytes of this file; each is tried, and roles that may import can add '
	'some';
COMMENT ON COLUMN event_status.bytes_read IS
	'Bytes of events that were read for these manifests, which is what the view costs. An event of 4 kB or more is '
	'read for at most 32 manifests, first for those of proven files; a file that needs more is not checkable';

CREATE VIEW unproven_events WITH (security_invoker) AS
	WITH proven AS MATERIALIZED (
		SELECT m.event_time, m.event_key
		FROM cloudtrail_event_status(cloudtrail_schema_of('log_files'::regclass)) AS s
			JOIN log_files AS f ON f.source = s.manifest_of AND f.sha256 = s.sha256,
			LATERAL cloudtrail_manifest(f.manifest) AS m
		WHERE s.proven
	)
	SELECT t.event_time, t.event_key, t.event
	FROM raw_events AS t
	WHERE NOT EXISTS (SELECT FROM proven AS p WHERE p.event_time = t.event_time AND p.event_key = t.event_key);
COMMENT ON VIEW unproven_events IS
	'The events of the trail that are in no log file that event_status proves, so that no signature proves them. This '
	'is determined whenever the view is read, which takes long';
COMMENT ON COLUMN unproven_events.event_time IS 'Time of the event';
COMMENT ON COLUMN unproven_events.event_key IS 'Key of the event';
COMMENT ON COLUMN unproven_events.event IS 'The event';
