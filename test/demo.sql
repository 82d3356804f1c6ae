-- What make demo shows.  psql variable logs: a folder the server can read.
\set QUIET on
\set ON_ERROR_STOP on
\pset footer off
\pset null '-'
SET timezone = 'UTC';
SET client_min_messages = warning;

CREATE EXTENSION IF NOT EXISTS cloudtrail;

\echo
\echo '== Importing'
SELECT cloudtrail_create_trail('trail') AS trail;
SET client_min_messages = notice;
CALL cloudtrail_import_directory('trail', :'logs');
SET client_min_messages = warning;
SELECT cloudtrail_create_audit_views('trail', 'audit') \g /dev/null
ANALYZE trail;

\echo
\echo '== What the log files hold'
SELECT kind, count(*) AS files, sum(events) AS events, sum(rejects) AS rejects, min(log_time)::timestamp(0) AS first_log, max(log_time)::timestamp(0) AS last_log
FROM trail_files GROUP BY 1 ORDER BY 2 DESC;
SELECT count(*) > 0 AS others FROM trail_rejects \gset
\if :others
SELECT left(error, 80) AS "what is no event", count(*) FROM trail_rejects GROUP BY 1 ORDER BY 2 DESC LIMIT 5;
\endif

\echo
\echo '== Events as typed rows (there are 94 columns, these are 5)'
SELECT event_time::timestamp(0) AS time, left(action, 30) AS action, left(regexp_replace(principal_arn, '.*[:/]', ''), 22) AS principal,
	left(host(source_ip), 15) AS source_ip, succeeded AS ok
FROM audit.events
ORDER BY event_time DESC, event_key
LIMIT 8;

\echo
\echo '== Who read which secret'
SELECT left(secret_name, 34) AS secret, left(regexp_replace(principal_arn, '.*[:/]', ''), 30) AS reader, count(*) AS reads,
	max(event_time)::timestamp(0) AS last_read
FROM audit.events
WHERE event_source = 'secretsmanager.amazonaws.com' AND event_name = 'GetSecretValue' AND succeeded
GROUP BY 1, 2
ORDER BY reads DESC, last_read DESC
LIMIT 12;

\echo
\echo '== What was refused'
SELECT event_time::timestamp(0) AS time, left(event_name, 24) AS action, left(regexp_replace(principal_arn, '.*[:/]', ''), 20) AS who,
	left(coalesce(secret_name, '(names none)'), 24) AS secret
FROM audit.events
WHERE error_code ~ 'AccessDenied' AND event_source = 'secretsmanager.amazonaws.com'
ORDER BY event_time DESC, event_key
LIMIT 8;

\echo
\echo '== All about the secret that most events concern, by name, by ARN, through KMS: event @@ secret'
SELECT coalesce((SELECT secret_name FROM audit.events WHERE secret_name ~ '^[A-Za-z0-9/_+=.@!-]+$' AND length(secret_name) <= 512
	GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1), 'none') AS secret \gset
SELECT :'secret' AS secret, action, succeeded AS ok, count(*), count(DISTINCT principal_arn) AS principals, max(event_time)::timestamp(0) AS last
FROM audit.events
WHERE event @@ :'secret'
GROUP BY 2, 3
ORDER BY count(*) DESC, 2
LIMIT 10;

\echo
\echo '== What failed to rotate'
SELECT event_time::timestamp(0) AS time, left(secret_name, 28) AS secret,
	substring(error_message FROM 'during (\w+) step') AS step,
	left(substring(error_message FROM ':function:([^ ]+)'), 32) AS lambda
FROM audit.events
WHERE event_name = 'RotationFailed' AND event_source = 'secretsmanager.amazonaws.com'
ORDER BY event_time DESC
LIMIT 8;

\echo
\echo '== What to try next (tables trail, trail_files and trail_rejects; view audit.events: 94 columns)'
\echo '  SELECT * FROM audit.events ORDER BY event_time LIMIT 1 \\gx'
\echo '  SELECT event_time, action, principal_arn FROM audit.events WHERE event @~ ''*:Delete*'';'
\echo '  SELECT event_time, action, principal_arn FROM audit.events WHERE user_type = ''Root'';'
\echo '  SELECT source, error, convert_from(raw, ''UTF8'') FROM trail_rejects;'
\echo '  \\df *cloudtrail*   and   \\d audit.events'
\echo '  make demo LOGS=/path/to/AWSLogs   reads your own log files'
