-- Order, equality and hash of events.
\set VERBOSITY default
SET timezone = 'UTC';

-- By time, then by key, then by the record's bytes, of which a beginning comes first.
CREATE TEMP TABLE sample (n int, event cloudtrail_event);
INSERT INTO sample VALUES
	(1, '{"eventTime":"2023-12-31T23:59:59Z","eventID":"ffffffff-0000-4000-8000-000000000000","a":"first by time"}'),
	(2, '{"eventTime":"2024-01-01T00:00:00Z","eventID":"00000000-0000-4000-8000-000000000000","z":"first by key"}'),
	(3, '{"eventTime":"2024-01-01T00:00:00Z","eventID":"7fffffff-0000-4000-8000-000000000000","a":"a"}'),
	(4, '{"eventTime":"2024-01-01T00:00:00Z","eventID":"80000000-0000-4000-8000-000000000000","a":"keys are unsigned"}'),
	(5, '{"eventTime":"2024-01-01T00:00:00Z","eventID":"80000000-0000-4000-8000-000000000001","a":"a"}'),
	(6, '{"eventTime":"2024-01-01T00:00:00Z","eventID":"80000000-0000-4000-8000-000000000001","a":"a"} '),
	(7, '{"eventTime":"2024-01-01T00:00:00Z","eventID":"80000000-0000-4000-8000-000000000001","a":"b"}'),
	(8, '{"eventTime":"2024-01-01T00:00:00Z","eventID":"80000000-0000-4000-8000-000000000001","a":"é is not ASCII"}'),
	(9, '{"b":"last byte of the key","eventTime":"2024-01-01T00:00:00Z","eventID":"80000000-0000-4000-8000-000000000002"}'),
	(10, '{"a":"last byte of the key","eventTime":"2024-01-01T00:00:00Z","eventID":"80000000-0000-4000-8000-000000000003"}'),
	(11, '{"eventTime":"2024-01-01T00:00:00.000001Z","eventID":"00000000-0000-4000-8000-000000000000","a":"a microsecond"}');
SELECT n, event FROM sample ORDER BY event;
SELECT count(*) AS pairs,
	bool_and(sign(cloudtrail_event_cmp(a.event, b.event)) = sign(a.n - b.n)) AS cmp,
	bool_and((a.event < b.event) = (a.n < b.n)) AS lt, bool_and((a.event <= b.event) = (a.n <= b.n)) AS le,
	bool_and((a.event = b.event) = (a.n = b.n)) AS eq, bool_and((a.event <> b.event) = (a.n <> b.n)) AS ne,
	bool_and((a.event >= b.event) = (a.n >= b.n)) AS ge, bool_and((a.event > b.event) = (a.n > b.n)) AS gt
FROM sample a, sample b;
SELECT n FROM sample ORDER BY event DESC LIMIT 3;

-- Comparison functions return -1, 0 or 1 and nothing else: an IMMUTABLE one has the same result on every processor.
CREATE TEMP TABLE text_sample (t text);
INSERT INTO text_sample SELECT unnest(ARRAY['a', 'b', 'z', 'A', 'ab', 'az', 'a/b']) UNION ALL
	SELECT repeat('x', n) || c FROM unnest(ARRAY[1, 7, 8, 15, 16, 31, 40]) AS n, unnest(ARRAY['', '0', 'a', 'b', 'bbbbbbbb', 'z', 'zzzzzzzz']) AS c;
SELECT 'cloudtrail_event_cmp' AS function, array_agg(DISTINCT cloudtrail_event_cmp(a.event, b.event)) AS results FROM sample a, sample b
UNION ALL
SELECT 'cloudtrail_secret_cmp', array_agg(DISTINCT cloudtrail_secret_cmp(a.t::cloudtrail_secret, b.t::cloudtrail_secret)) FROM text_sample a, text_sample b
UNION ALL
SELECT 'cloudtrail_action_cmp', array_agg(DISTINCT cloudtrail_action_cmp((replace(a.t, '/', '') || ':*')::cloudtrail_action, (replace(b.t, '/', '') || ':*')::cloudtrail_action)) FROM text_sample a, text_sample b
UNION ALL
SELECT 'cloudtrail_gin_compare', array_agg(DISTINCT cloudtrail_gin_compare(a.t::bytea, b.t::bytea)) FROM text_sample a, text_sample b;
SELECT n FROM sample WHERE event > '{"eventTime":"2024-01-01T00:00:00Z","eventID":"80000000-0000-4000-8000-000000000001","a":"a"} ' ORDER BY event;
SELECT '{"eventTime":"2024-01-01T00:00:00Z"}'::cloudtrail_event = NULL AS unknown;

-- Times of the same instant do not make events equal.
SELECT a = b AS eq, a < b AS lt, event_time(a) = event_time(b) AS same_time
FROM (VALUES ('{"eventTime":"2024-01-01T00:00:00Z","eventID":"00000000-0000-4000-8000-000000000000"}'::cloudtrail_event,
	'{"eventTime":"2024-01-01T01:00:00+01:00","eventID":"00000000-0000-4000-8000-000000000000"}'::cloudtrail_event)) AS v(a, b);

-- The same record, stored in several ways: compressed, not compressed, out of
-- line, compressed by the table, and not packed at all.
CREATE CAST (bytea AS cloudtrail_event) WITHOUT FUNCTION;
CREATE CAST (cloudtrail_event AS bytea) WITHOUT FUNCTION;
CREATE TEMP TABLE short (how text, event cloudtrail_event);
INSERT INTO short SELECT 'stored', '{"eventTime":"2024-01-01T00:00:00Z","eventVersion":"1.08","sharedEventID":"none","vpcEndpointId":"none"}';
INSERT INTO short SELECT 'plain', (set_byte(substr(event::bytea, 1, 40), 1, 0) || convert_to(event::text, 'UTF8'))::cloudtrail_event FROM short;
INSERT INTO short SELECT 'transient', u FROM short, cloudtrail_unpack(event::text) u WHERE how = 'stored';
INSERT INTO short SELECT 'compacted', u FROM short, cloudtrail_events(event::text) u WHERE how = 'stored';
SELECT how, get_byte(event::bytea, 0) AS version, get_byte(event::bytea, 1) AS codec FROM short;
SELECT a.how, b.how, a.event = b.event AS eq, cloudtrail_event_cmp(a.event, b.event) AS cmp, a.event <= b.event AS le, a.event < b.event AS lt,
	cloudtrail_event_hash(a.event) = cloudtrail_event_hash(b.event) AS hash, a.event::bytea = b.event::bytea AS same_bytes
FROM short a JOIN short b ON a.ctid < b.ctid;
SELECT count(DISTINCT event) FROM short;

CREATE TEMP TABLE long (how text, event cloudtrail_event);
CREATE TEMP TABLE long_compressed (how text, event cloudtrail_event);
ALTER TABLE long_compressed ALTER event SET STORAGE extended;
INSERT INTO long
	SELECT 'out of line', '{"eventTime":"2024-05-01T12:00:00Z","pad":"' || repeat('x', 50000) || '","n":["' || string_agg(md5(n::text), '","' ORDER BY n) || '"]}'
	FROM generate_series(1, 1000) n;
INSERT INTO long SELECT 'the same again', event::text::cloudtrail_event FROM long;
INSERT INTO long SELECT 'plain', (set_byte(substr(event::bytea, 1, 40), 1, 0) || convert_to(event::text, 'UTF8'))::cloudtrail_event
	FROM long LIMIT 1;
INSERT INTO long SELECT 'the last byte', (rtrim(event::text, '}') || ' }')::cloudtrail_event FROM long LIMIT 1;
INSERT INTO long_compressed SELECT 'compressed by the table', event FROM long WHERE how = 'plain';
INSERT INTO long_compressed SELECT 'transient', cloudtrail_unpack(event::text) FROM long WHERE how = 'plain';
SELECT how, pg_column_compression(event) IS NOT NULL AS by_table, pg_column_size(event) < octet_length(event::bytea) AS smaller FROM long_compressed;
SELECT b.how, a.event = b.event AS eq, b.event = a.event AS same_turned, sign(cloudtrail_event_cmp(a.event, b.event)) AS cmp,
	sign(cloudtrail_event_cmp(b.event, a.event)) AS turned, cloudtrail_event_hash(a.event) = cloudtrail_event_hash(b.event) AS hash
FROM long a, (TABLE long UNION ALL TABLE long_compressed) b WHERE a.how = 'out of line';
SELECT count(*), min(how COLLATE "C") FROM (TABLE long UNION ALL TABLE long_compressed) l GROUP BY event ORDER BY event;

-- DISTINCT, GROUP BY and the like, by hash and by sort.
CREATE TEMP TABLE twice AS SELECT event FROM sample UNION ALL SELECT event FROM sample WHERE n > 4;
SELECT count(DISTINCT event) FROM twice;
SET enable_sort = off;
SELECT count(*) FROM (SELECT event FROM twice GROUP BY event) x;
SELECT count(*) FROM (SELECT event FROM twice EXCEPT SELECT event FROM sample WHERE n < 3) x;
RESET enable_sort;
SET enable_hashagg = off;
SELECT count(*) FROM (SELECT event FROM twice GROUP BY event) x;
SELECT count(*) FROM (SELECT event FROM twice EXCEPT SELECT event FROM sample WHERE n < 3) x;
RESET enable_hashagg;
SELECT ARRAY(SELECT event FROM sample ORDER BY n) = ARRAY(SELECT event FROM sample ORDER BY event) AS arrays;
SELECT n FROM sample WHERE event = ANY (ARRAY(SELECT event FROM sample WHERE n IN (3, 5))) ORDER BY n;

-- Indexes.
CREATE TEMP TABLE indexed (n int, event cloudtrail_event);
INSERT INTO indexed TABLE sample;
CREATE UNIQUE INDEX indexed_unique ON indexed (event);
INSERT INTO indexed SELECT 12, event FROM sample WHERE n = 5;
INSERT INTO indexed SELECT 12, cloudtrail_unpack(event::text) FROM sample WHERE n = 5 ON CONFLICT (event) DO UPDATE SET n = 50;
INSERT INTO indexed SELECT 12, '{"eventTime":"2024-01-01T00:00:00Z"}' ON CONFLICT DO NOTHING;
ANALYZE indexed;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS OFF) SELECT n FROM indexed ORDER BY event DESC;
SELECT n FROM indexed ORDER BY event DESC;
PREPARE equal AS SELECT n FROM indexed
	WHERE event = '{"eventTime":"2024-01-01T00:00:00Z","eventID":"80000000-0000-4000-8000-000000000001","a":"b"}';
EXPLAIN (COSTS OFF) EXECUTE equal;
EXECUTE equal;
DROP INDEX indexed_unique;
CREATE INDEX indexed_hash ON indexed USING hash (event);
EXPLAIN (COSTS OFF) EXECUTE equal;
EXECUTE equal;
INSERT INTO indexed SELECT 13, event FROM long;
SELECT count(*) FROM indexed WHERE event = (SELECT event FROM long WHERE how = 'plain');
RESET enable_seqscan;
RESET enable_bitmapscan;

-- A value too long for an index on all of it: event_key(event) serves there.
\set VERBOSITY sqlstate
CREATE INDEX ON long (event);
\set VERBOSITY default
CREATE INDEX ON long (event_time(event), event_key(event));

-- Partitions by hash.
CREATE TEMP TABLE part (event cloudtrail_event) PARTITION BY HASH (event);
CREATE TEMP TABLE part_0 PARTITION OF part FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TEMP TABLE part_1 PARTITION OF part FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO part SELECT format('{"eventTime":"2024-01-01T00:00:00Z","eventID":"%s"}', md5(n::text)::uuid)::cloudtrail_event FROM generate_series(1, 100) n;
SELECT (SELECT count(*) FROM part_0) BETWEEN 30 AND 70 AS half, count(*) AS events FROM part;
SELECT count(*) FROM part WHERE event = '{"eventTime":"2024-01-01T00:00:00Z","eventID":"c4ca4238-a0b9-2382-0dcc-509a6f75849b"}';

-- Hashes are on disk, so they stay what they are.  These are those of
-- little-endian machines; everywhere they are those of the key as uuid.
SELECT event_key(event), cloudtrail_event_hash(event), cloudtrail_event_hash_extended(event, 0) AS hash_0,
	cloudtrail_event_hash_extended(event, 8816678312871386365) AS hash_of_partitions
FROM (VALUES
	('{"eventTime":"2024-01-01T00:00:00Z","eventID":"00000000-0000-0000-0000-000000000000"}'::cloudtrail_event),
	('{"eventTime":"2024-01-01T00:00:00Z","eventID":"01234567-89ab-cdef-0123-456789abcdef"}'),
	('{"eventTime":"2024-01-01T00:00:00Z","eventID":"FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"}'),
	('{"eventTime":"2024-01-01T00:00:00Z"}')) AS v(event);
SELECT bool_and(cloudtrail_event_hash(event) = uuid_hash(event_key(event))
	AND cloudtrail_event_hash_extended(event, 42) = uuid_hash_extended(event_key(event), 42)
	AND cloudtrail_event_hash(event) = cloudtrail_event_hash_extended(event, 0)::bit(32)::int) AS as_uuid
FROM (SELECT event FROM sample UNION ALL SELECT event FROM long UNION ALL SELECT event FROM short) x;

-- Values that no version of the type wrote are errors.
CREATE TEMP TABLE good AS SELECT event FROM sample WHERE n = 1;
SELECT event = '\x01'::bytea::cloudtrail_event FROM good;
SELECT event < ''::bytea::cloudtrail_event FROM good;
SELECT cloudtrail_event_hash(overlay(event::bytea PLACING '\x07' FROM 1)::cloudtrail_event) FROM good;
SELECT event = substr(event::bytea, 1, 40)::cloudtrail_event FROM good;
SELECT cloudtrail_event_cmp(event, overlay(event::bytea PLACING '\x09' FROM 2)::cloudtrail_event) FROM good;
SELECT event > ('\x00'::bytea || event::bytea)::cloudtrail_event FROM good;
DROP CAST (bytea AS cloudtrail_event);
DROP CAST (cloudtrail_event AS bytea);

-- The operator classes are complete, and their operators know each other.
SELECT am.amname, opcname, opcdefault, amvalidate(c.oid)
FROM pg_opclass c JOIN pg_am am ON am.oid = opcmethod
WHERE opcintype = 'cloudtrail_event'::regtype AND amname <> 'gin'
ORDER BY 1;
SELECT oprname, oprcom::regoperator, oprnegate::regoperator, oprcanhash, oprcanmerge, oprcode, oprrest, oprjoin
FROM pg_operator
WHERE oprleft = 'cloudtrail_event'::regtype AND oprright = 'cloudtrail_event'::regtype
ORDER BY oprname COLLATE "C";
SELECT am.amname, amprocnum, amproc
FROM pg_amproc p JOIN pg_opfamily f ON f.oid = amprocfamily JOIN pg_am am ON am.oid = opfmethod
WHERE amproclefttype = 'cloudtrail_event'::regtype AND amname <> 'gin'
ORDER BY 1, 2;
SELECT cloudtrail_event_equalimage(0);
