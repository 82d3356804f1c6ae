-- What make demo shows.  psql variable logs: a folder the server can read.
\set QUIET on
\set ON_ERROR_STOP on
\pset footer off
\pset null '-'
SET timezone = 'UTC';
SET client_min_messages = warning;

CREATE EXTENSION IF NOT EXISTS cloudtrail;

-- One row an item: the folder's files, unzipped and taken apart.
CREATE TABLE items AS
	WITH RECURSIVE tree (path, is_folder) AS (
		SELECT :'logs', true
		UNION ALL
		SELECT tree.path || '/' || name, (pg_stat_file(tree.path || '/' || name)).isdir
		FROM tree, pg_ls_dir(tree.path) AS name
		WHERE tree.is_folder
	)
	SELECT path, item.*
	FROM (SELECT path, pg_read_binary_file(path) AS blob FROM tree WHERE NOT is_folder OFFSET 0) AS file,
		cloudtrail_parse(file.blob) AS item;
ALTER TABLE items ADD PRIMARY KEY (path, ordinal);
CREATE VIEW trail AS SELECT record.* FROM items, cloudtrail_records(items.event) AS record;

\echo
\echo '== What the log files hold'
SELECT count(DISTINCT path) AS files, count(event) AS events, count(*) - count(event) AS other_items,
	min(event_time(event)) AS first_event, max(event_time(event)) AS last_event
FROM items;
SELECT count(*) > 0 AS others FROM items WHERE event IS NULL \gset
\if :others
SELECT left(error, 80) AS "what is no event", count(*) FROM items WHERE event IS NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 5;
\endif

\echo
\echo '== Events as typed rows (there are 92 columns, these are 5)'
SELECT event_time::timestamp(0) AS time, left(action, 30) AS action, left(regexp_replace(principal_arn, '.*[:/]', ''), 22) AS principal,
	left(host(source_ip), 15) AS source_ip, succeeded AS ok
FROM trail
ORDER BY event_time DESC, event_key
LIMIT 8;

\echo
\echo '== Who read which secret'
SELECT left(secret_name, 34) AS secret, left(regexp_replace(principal_arn, '.*[:/]', ''), 30) AS reader, count(*) AS reads,
	max(event_time)::timestamp(0) AS last_read
FROM trail
WHERE event_source = 'secretsmanager.amazonaws.com' AND event_name = 'GetSecretValue' AND succeeded
GROUP BY 1, 2
ORDER BY reads DESC, last_read DESC
LIMIT 12;

\echo
\echo '== What was refused'
SELECT event_time::timestamp(0) AS time, left(event_name, 24) AS action, left(regexp_replace(principal_arn, '.*[:/]', ''), 20) AS who,
	left(coalesce(secret_name, '(names none)'), 24) AS secret
FROM trail
WHERE error_code ~ 'AccessDenied' AND event_source = 'secretsmanager.amazonaws.com'
ORDER BY event_time DESC, event_key
LIMIT 8;

\echo
\echo '== What failed to rotate'
SELECT event_time::timestamp(0) AS time, left(secret_name, 28) AS secret,
	substring(error_message FROM 'during (\w+) step') AS step,
	left(substring(error_message FROM ':function:([^ ]+)'), 32) AS lambda
FROM trail
WHERE event_name = 'RotationFailed' AND event_source = 'secretsmanager.amazonaws.com'
ORDER BY event_time DESC
LIMIT 8;

\echo
\echo '== What to try next (table items: path, ordinal, event, error, raw; view trail: 92 columns)'
\echo '  SELECT * FROM trail ORDER BY event_time LIMIT 1 \\gx'
\echo '  SELECT event_name, count(*) FROM trail WHERE secret_name IS NOT NULL GROUP BY 1 ORDER BY 2 DESC;'
\echo '  SELECT event_time, event_name, principal_arn FROM trail WHERE user_type = ''Root'';'
\echo '  SELECT path, error, convert_from(raw, ''UTF8'') FROM items WHERE error IS NOT NULL;'
\echo '  \\df *cloudtrail*   and   \\d cloudtrail_record'
\echo '  make demo LOGS=/path/to/AWSLogs   reads your own log files'
