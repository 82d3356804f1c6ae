-- Digests, signatures and keys; and a trail that they prove.  The signature is
-- by OpenSSL's program.
\set log '{"Records":[{"eventTime":"2024-05-01T10:10:00Z","eventID":"00000000-0000-4000-8000-000000000001","eventName":"A"}]}'
\set digest '{"awsAccountId":"111122223333","digestStartTime":"2024-05-01T10:00:00Z","digestEndTime":"2024-05-01T11:00:00Z","digestS3Bucket":"example-logs","digestS3Object":"AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2024/05/01/111122223333_CloudTrail-Digest_us-east-1_main_us-east-1_20240501T110000Z.json.gz","digestPublicKeyFingerprint":"3975313e7faceb99355933569ef8fecd","digestSignatureAlgorithm":"SHA256withRSA","newestEventTime":"2024-05-01T10:10:00Z","oldestEventTime":"2024-05-01T10:10:00Z","previousDigestS3Bucket":null,"previousDigestS3Object":null,"previousDigestHashValue":null,"previousDigestHashAlgorithm":null,"previousDigestSignature":null,"logFiles":[{"s3Bucket":"example-logs","s3Object":"AWSLogs/111122223333/CloudTrail/us-east-1/2024/05/01/111122223333_CloudTrail_us-east-1_20240501T1015Z_abcdefghijklmnop.json.gz","hashValue":"fb1119f4108fe324a356de780caf26b7cd130bfb909be48b11dc691e36333b21","hashAlgorithm":"SHA-256","newestEventTime":"2024-05-01T10:10:00Z","oldestEventTime":"2024-05-01T10:10:00Z"}]}'
\set signature 266561fa99d358e6eb29a0a12497a7f2a557664b2a17525a4238117fdace0dbf578281f6f1fb9d3c7b37b1d3ed683c53664914eec92a6f6e3f968911d4ca914c400f97e2b16cf6fd5c0a0f93879f9756dbae9ada2f581d070fc394ad77b8ae15f984284de76485379ffdfabce2be5b6cd38940ad6db849de40adb2e6cb2942078c91ccd950a648952a9675ac7ea3c56b7a86bf77395b564d312968550c4a1e87956dab34cdaa3209dc589bca6b3a72f6e027986cb0a2817a74a97953373429ae4d22407f1eb39f34306887dbee099ff6f9a147967533fb7e2c687274810bb16fd447e9b33e6503c90afe4ecfea1f0eb579610de18ab407e528f85f94e0a3786c
\set keys '{"PublicKeyList":[{"Fingerprint":"3975313e7faceb99355933569ef8fecd","ValidityEndTime":"2026-01-01T00:00:00+00:00","ValidityStartTime":"2023-01-01T00:00:00+00:00","Value":"MIIBCgKCAQEAzc6vKYpBb9ALo7lER2iD/ODY5GbM5uZCHyMp2sagMXQYZs8PRhIQBjKooWufQu023TnyRHWps7c0tNfTR5gffDMNbtxI+nlW1wa4m0ICK6+GXMvz5MqauKkAl7Z0GLTDUzSt9ByfiXmoxSwt3nL8X7Hkfumf/xHhQS/OhlIEKAjIOhyvjhoQciQcaE510c/kqu/uX3WdXHbKEslR4hZG+tT3/d2nXI19prPuKQ0HtRd7PFWNOLi5nbudF7iWsoZQBYHj9CdE06Cl62YMQ+ofdBVRGqI2AkkB/mDAfz0sImqH4m8jhWU1GtzHkeLtG98yPwN1p6ZVv+iVZJMrbXcQFwIDAQAB"}]}'

-- What a digest says.
\x
SELECT * FROM cloudtrail_digest(:'digest');
SELECT * FROM cloudtrail_digest_files(:'digest');
SELECT fingerprint, length(public_key), valid_from AT TIME ZONE 'UTC' AS valid_from, valid_to AT TIME ZONE 'UTC' AS valid_to FROM cloudtrail_public_keys(:'keys');
\x
SELECT cloudtrail_digest(NULL), cloudtrail_verify_signature(NULL, '', '');

-- Its signature.
SELECT cloudtrail_verify_signature(:'digest', decode(:'signature', 'hex'), public_key) AS valid,
	cloudtrail_verify_signature(replace(:'digest', 'example', 'Example')::bytea, decode(:'signature', 'hex'), public_key) AS other_digest,
	cloudtrail_verify_signature(:'digest', decode(left(:'signature', 100), 'hex'), public_key) AS cut,
	cloudtrail_verify_signature(:'digest', '', public_key) AS none
FROM cloudtrail_public_keys(:'keys');

-- What the names of files tell.
SELECT (cloudtrail_file_name(name)).*, cloudtrail_source('/srv/AWSLogs/' || name) FROM (VALUES
	('111122223333_CloudTrail_us-east-1_20240501T1015Z_abcdefghijklmnop.json.gz'),
	('111122223333_CloudTrail-Digest_us-east-1_main_us-east-1_20240501T110000Z.json.gz'),
	('111122223333_CloudTrail-Insight_us-east-1_20240501T1015Z_abcdefghijklmnop.json.gz'), ('x.json')) AS v (name);
SELECT cloudtrail_source('/srv/x.json');

-- What cannot be read says why.
\set VERBOSITY default
\set SHOW_CONTEXT never
SELECT cloudtrail_digest('{"Records":[]}');
SELECT cloudtrail_digest('\x1f8b0800');
SELECT cloudtrail_digest(replace(:'digest', '"2024-05-01T10:00:00Z"', '7e99')::bytea);
SELECT count(*) FROM cloudtrail_digest_files('{"Records":[]}');
SELECT cloudtrail_verify_signature(:'digest', decode(:'signature', 'hex'), 'x');
SELECT * FROM cloudtrail_public_keys('{}');
SELECT * FROM cloudtrail_public_keys('{"PublicKeyList":[{"Value":"AAAA","Fingerprint":"f"}]}');

-- What a log file holds, and whether events make it again.
SELECT kind, events, rejects, others, months, length(manifest) FROM cloudtrail_survey(:'log');
SELECT kind, events, rejects, others, months, manifest FROM cloudtrail_survey(:'digest');
SELECT kind, events, rejects, others, months FROM cloudtrail_survey('{"eventTime":"2024-01-31T23:59:59Z"} {"eventTime":"2024-02-01T00:00:00Z"} {"eventTime":"1970-01-01T00:00:00Z"} 7');
SELECT * FROM cloudtrail_survey(NULL);
SELECT m.* FROM cloudtrail_survey(:'log') AS s, cloudtrail_manifest(s.manifest) AS m;
SELECT r.*
FROM cloudtrail_survey(:'log') AS s, LATERAL (
	VALUES (ARRAY(SELECT cloudtrail_events(:'log'::bytea))), ('{NULL}'),
		(ARRAY(SELECT cloudtrail_events(replace(:'log', '"A"', '"B"')::bytea))), ('{}'), ('{NULL,NULL}')) AS e (events),
	cloudtrail_rebuild(s.manifest, sha256(:'log'), e.events) AS r;
SELECT cloudtrail_manifest('x');
SELECT cloudtrail_rebuild('x', sha256('x'), '{}');
SELECT cloudtrail_rebuild('\x0101000000000000', 'x', '{}');
-- A manifest that is damaged is not intact.
SELECT intact, missing FROM cloudtrail_rebuild('\x0101ffffffffffff', sha256('x'), '{}');

-- A trail.
SELECT cloudtrail_create_trail('proven');
SELECT * FROM cloudtrail_import('proven', 'AWSLogs/111122223333/CloudTrail/us-east-1/2024/05/01/111122223333_CloudTrail_us-east-1_20240501T1015Z_abcdefghijklmnop.json.gz', :'log');
SELECT * FROM cloudtrail_import('proven', (cloudtrail_digest(:'digest')).s3_object, :'digest');
SELECT * FROM cloudtrail_import('proven', 'two digests', ('[' || :'digest' || ',{"digestEndTime":"2024-05-01T11:00:00Z","logFiles":[]}]')::bytea);
SELECT source, length(content) = length(:'digest') AS whole FROM proven.digests ORDER BY 1, 2;
DELETE FROM proven.digests WHERE source = 'two digests';
SELECT link, signature, link_broken, signature_broken, proven, detail FROM proven.digest_chain;
SELECT cloudtrail_add_keys('proven', :'keys', 'us-east-1') AS added;
SELECT cloudtrail_add_keys('proven', :'keys', 'us-east-1') AS added_again;
SELECT cloudtrail_add_signature('proven', (cloudtrail_digest(:'digest')).s3_object, ' "' || upper(:'signature') || E'"\n') AS changed;
SELECT cloudtrail_add_signature('proven', (cloudtrail_digest(:'digest')).s3_object, :'signature') AS changed_again;
SELECT cloudtrail_add_signature('proven', 'x', 'abc');
SELECT cloudtrail_add_keys('proven', '[]');
SELECT link, signature, proven, detail FROM proven.digest_chain;
SELECT status, proven, signature, link FROM proven.digest_status;
SELECT status, events, missing, differing, proven FROM proven.event_status;
SELECT count(*) FROM proven.unproven_events;
SELECT source, status FROM cloudtrail_event_status('proven', 'AWSLogs/999%');
SELECT * FROM cloudtrail_digest_chain('pg_catalog');

-- Digests that cannot be right do no harm.
INSERT INTO proven.digests SELECT 'hostile ' || n, sha256(c), c
FROM (VALUES (1, 'x'::bytea), (2, ''), (3, replace(:'digest', '"digestStartTime":"2024-05-01T10', '"digestStartTime":"2099-05-01T10')::bytea),
	(4, replace(:'digest', '111122223333', '999999999999')::bytea), (5, replace(:'digest', '"digestStartTime":"2024', '"digestStartTime":"0001')::bytea)) AS v (n, c);
SELECT source, account_id, start_time < end_time AS in_order, link, signature, proven FROM proven.digest_chain WHERE source LIKE 'hostile%' ORDER BY 1;
SELECT status, proven, digest FROM proven.digest_status WHERE digest LIKE 'hostile%' ORDER BY digest;
