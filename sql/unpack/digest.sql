-- CloudTrail's digests, which list log files with their hashes, and their signatures.

CREATE TYPE cloudtrail_digest_record AS (
	account_id text,
	aws_region text,
	chain text,
	backfill boolean,
	start_time timestamptz,
	end_time timestamptz,
	s3_bucket text,
	s3_object text,
	public_key_fingerprint text,
	signature_algorithm text,
	oldest_event_time timestamptz,
	newest_event_time timestamptz,
	previous_s3_bucket text,
	previous_s3_object text,
	previous_hash bytea,
	previous_hash_algorithm text,
	previous_signature bytea,
	log_files integer,
	sha256 bytea
);
COMMENT ON TYPE cloudtrail_digest_record IS 'A digest file of CloudTrail, as cloudtrail_digest() reads it';
COMMENT ON COLUMN cloudtrail_digest_record.account_id IS 'Account of the log files (awsAccountId)';
COMMENT ON COLUMN cloudtrail_digest_record.aws_region IS 'Region of the log files, from the name of the S3 object';
COMMENT ON COLUMN cloudtrail_digest_record.chain IS
	'What the names of a chain''s digests share: account, Region, trail and its home Region';
COMMENT ON COLUMN cloudtrail_digest_record.backfill IS
	'Whether it lists log files that came late; such digests have chains of their own';
COMMENT ON COLUMN cloudtrail_digest_record.start_time IS
	'Start of the time in which the log files were delivered (digestStartTime)';
COMMENT ON COLUMN cloudtrail_digest_record.end_time IS 'End of that time (digestEndTime)';
COMMENT ON COLUMN cloudtrail_digest_record.s3_bucket IS 'Bucket that it was delivered to (digestS3Bucket)';
COMMENT ON COLUMN cloudtrail_digest_record.s3_object IS 'Key that it was delivered under (digestS3Object)';
COMMENT ON COLUMN cloudtrail_digest_record.public_key_fingerprint IS
	'Fingerprint of the key that it is signed with (digestPublicKeyFingerprint)';
COMMENT ON COLUMN cloudtrail_digest_record.signature_algorithm IS 'SHA256withRSA (digestSignatureAlgorithm)';
COMMENT ON COLUMN cloudtrail_digest_record.oldest_event_time IS
	'Time of the oldest event in the log files; null if there are none (oldestEventTime)';
COMMENT ON COLUMN cloudtrail_digest_record.newest_event_time IS 'Time of the newest event (newestEventTime)';
COMMENT ON COLUMN cloudtrail_digest_record.previous_s3_bucket IS
	'Bucket of the digest before; null for the first of a chain (previousDigestS3Bucket)';
COMMENT ON COLUMN cloudtrail_digest_record.previous_s3_object IS 'Key of the digest before (previousDigestS3Object)';
COMMENT ON COLUMN cloudtrail_digest_record.previous_hash IS 'Hash of the digest before (previousDigestHashValue)';
COMMENT ON COLUMN cloudtrail_digest_record.previous_hash_algorithm IS 'SHA-256 (previousDigestHashAlgorithm)';
COMMENT ON COLUMN cloudtrail_digest_record.previous_signature IS
	'Signature of the digest before (previousDigestSignature)';
COMMENT ON COLUMN cloudtrail_digest_record.log_files IS
	'How many log files it lists; cloudtrail_digest_files() gives them';
COMMENT ON COLUMN cloudtrail_digest_record.sha256 IS 'SHA-256 of the digest file itself, uncompressed';

CREATE FUNCTION cloudtrail_digest(blob bytea) RETURNS cloudtrail_digest_record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION cloudtrail_digest(bytea) IS
	'The columns of a digest file, compressed or not; an error says what is wrong with one that cannot be read';

CREATE FUNCTION cloudtrail_digest_files(blob bytea, OUT s3_bucket text, OUT s3_object text, OUT name text,
		OUT hash_algorithm text, OUT hash bytea, OUT oldest_event_time timestamptz, OUT newest_event_time timestamptz)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 20;
COMMENT ON FUNCTION cloudtrail_digest_files(bytea) IS
	'The log files that a digest file lists, with their hashes and names without folders; none if it cannot be read';

CREATE FUNCTION cloudtrail_verify_signature(digest bytea, signature bytea, public_key bytea) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION cloudtrail_verify_signature(bytea, bytea, bytea) IS
	'Whether a signature is that of a digest file, compressed or not, by an RSA public key (PKCS #1 in DER)';

CREATE FUNCTION cloudtrail_public_keys(keys text, OUT fingerprint text, OUT public_key bytea,
	OUT valid_from timestamptz, OUT valid_to timestamptz)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 10;
COMMENT ON FUNCTION cloudtrail_public_keys(text) IS
	'The keys in the output of aws cloudtrail list-public-keys';
