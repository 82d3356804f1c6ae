-- The ledger: which log files were imported, what in them is not an event, and
-- the digests and keys that prove them.  Whoever may import may write any rows,
-- so constraints keep out what no import writes and views could not add up or
-- subtract.

CREATE TABLE log_files (
	source text COLLATE "C" NOT NULL,
	sha256 bytea NOT NULL,
	size bigint NOT NULL,
	kind text COLLATE "C" NOT NULL,
	account_id text COLLATE "C",
	aws_region text COLLATE "C",
	log_time timestamptz,
	events bigint NOT NULL,
	inserted bigint NOT NULL,
	duplicates bigint NOT NULL,
	rejects bigint NOT NULL,
	imported_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
	manifest bytea,
	event_status text COLLATE "C",
	checked_at timestamptz,
	PRIMARY KEY (sha256, source),
	CONSTRAINT log_files_plausible CHECK (size >= 0 AND events BETWEEN 0 AND 1000000000000
		AND inserted BETWEEN 0 AND 1000000000000 AND duplicates BETWEEN 0 AND 1000000000000
		AND rejects BETWEEN 0 AND 1000000000000
		AND isfinite(log_time) AND extract(year FROM log_time AT TIME ZONE 'UTC') BETWEEN -1 AND 9999
		AND octet_length(source) <= 100000 AND octet_length(kind) <= 100000 AND octet_length(account_id) <= 100000
		AND octet_length(aws_region) <= 100000)
);
CREATE INDEX log_files_source_idx ON log_files (source);
-- A manifest is mostly keys, which do not compress.
ALTER TABLE log_files ALTER manifest SET STORAGE EXTERNAL;
COMMENT ON TABLE log_files IS 'The ledger: a row for each log file that was imported, and what it held';
COMMENT ON COLUMN log_files.source IS 'Key of the file in S3 from AWSLogs/ on, or its path';
COMMENT ON COLUMN log_files.sha256 IS 'SHA-256 of the uncompressed content';
COMMENT ON COLUMN log_files.size IS 'Bytes of the file as it was, compressed or not';
COMMENT ON COLUMN log_files.kind IS
	'log, data (events, but no management event), insight, digest, aggregated event, notice, message or damaged';
COMMENT ON COLUMN log_files.account_id IS 'Account in the name of the file';
COMMENT ON COLUMN log_files.aws_region IS 'Region in the name of the file';
COMMENT ON COLUMN log_files.log_time IS 'Time in the name of the file';
COMMENT ON COLUMN log_files.events IS 'Events in the file';
COMMENT ON COLUMN log_files.inserted IS 'Events that the trail did not have';
COMMENT ON COLUMN log_files.duplicates IS 'Events that the trail had already';
COMMENT ON COLUMN log_files.rejects IS 'Items that are not events, kept in rejects';
COMMENT ON COLUMN log_files.imported_at IS 'When the file was imported';
COMMENT ON COLUMN log_files.manifest IS
	'How cloudtrail_event_status() rebuilds the file from its events; null if the content came before under another '
	'name';
COMMENT ON COLUMN log_files.event_status IS
	'Result of the last cloudtrail_record_event_status(): intact, events differ, events missing, gone, not checkable';
COMMENT ON COLUMN log_files.checked_at IS 'When event_status was determined';

CREATE TABLE rejects (
	source text COLLATE "C" NOT NULL,
	sha256 bytea NOT NULL,
	ordinal bigint NOT NULL,
	error text COLLATE "C" NOT NULL,
	raw bytea NOT NULL,
	PRIMARY KEY (sha256, ordinal),
	CONSTRAINT rejects_plausible CHECK (octet_length(source) <= 100000 AND octet_length(error) <= 100000)
);
COMMENT ON TABLE rejects IS 'Items in log files that are not events, with the reason and their bytes';
COMMENT ON COLUMN rejects.source IS 'The first log file that had this content';
COMMENT ON COLUMN rejects.sha256 IS 'SHA-256 of its uncompressed content';
COMMENT ON COLUMN rejects.ordinal IS 'Number of the item in the file, from 1';
COMMENT ON COLUMN rejects.error IS 'Why it is not an event';
COMMENT ON COLUMN rejects.raw IS 'The bytes of the item';

CREATE TABLE conflicts (
	event_time timestamptz NOT NULL,
	event_key uuid NOT NULL,
	event cloudtrail_event NOT NULL,
	source text COLLATE "C" NOT NULL,
	sha256 bytea NOT NULL,
	event_sha256 bytea NOT NULL,
	PRIMARY KEY (event_time, event_key, sha256, event_sha256),
	CONSTRAINT conflicts_plausible CHECK (event_time = event_time(event) AND octet_length(source) <= 100000)
);
COMMENT ON TABLE conflicts IS
	'Events whose time and eventID another event in raw_events has already, but with another content: one of the two '
	'is not CloudTrail''s, and both are kept';
COMMENT ON COLUMN conflicts.event_time IS 'When the call completed';
COMMENT ON COLUMN conflicts.event_key IS 'Key of the other event in raw_events';
COMMENT ON COLUMN conflicts.event IS 'The record that came second';
COMMENT ON COLUMN conflicts.source IS 'The log file that it came in';
COMMENT ON COLUMN conflicts.sha256 IS 'SHA-256 of its uncompressed content';
COMMENT ON COLUMN conflicts.event_sha256 IS
	'SHA-256 of the record: a log file may have several of one time and eventID';

CREATE TABLE digests (
	source text COLLATE "C" NOT NULL,
	sha256 bytea NOT NULL,
	content bytea NOT NULL,
	signature bytea,
	other_signatures bytea[],
	PRIMARY KEY (sha256, source)
);
COMMENT ON TABLE digests IS 'CloudTrail''s digest files, as they were imported';
COMMENT ON COLUMN digests.source IS 'Key of the digest file in S3, or its path';
COMMENT ON COLUMN digests.sha256 IS 'SHA-256 of the content';
COMMENT ON COLUMN digests.content IS 'The digest file, uncompressed';
COMMENT ON COLUMN digests.signature IS
	'Signature in the metadata of the S3 object, if cloudtrail_add_signature() added it; the next digest has it too';
COMMENT ON COLUMN digests.other_signatures IS
	'Other signatures that were added for it before a key showed which is valid, the first few of them';

CREATE TABLE signing_keys (
	fingerprint text COLLATE "C" NOT NULL,
	public_key bytea NOT NULL,
	aws_region text COLLATE "C",
	valid_from timestamptz,
	valid_to timestamptz,
	PRIMARY KEY (fingerprint, public_key)
);
COMMENT ON TABLE signing_keys IS
	'Public keys that sign digests; only cloudtrail_add_keys() adds them, an import never does';
COMMENT ON COLUMN signing_keys.fingerprint IS 'Fingerprint, by which a digest names its key';
COMMENT ON COLUMN signing_keys.public_key IS 'RSA public key, PKCS #1 in DER';
COMMENT ON COLUMN signing_keys.aws_region IS 'Region that the key is of, if it was given';
COMMENT ON COLUMN signing_keys.valid_from IS 'Start of the period in which CloudTrail signs with the key';
COMMENT ON COLUMN signing_keys.valid_to IS 'End of that period';
