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
SELECT cloudtrail_create_trail('audit') AS trail;
SET client_min_messages = notice;
CALL cloudtrail_import_directory('audit', :'logs');
SET client_min_messages = warning;

\echo
\echo '== What the log files hold'
SELECT kind, count(*) AS files, sum(events) AS events, sum(rejects) AS rejects, min(log_time)::timestamp(0) AS first_log, max(log_time)::timestamp(0) AS last_log
FROM audit.log_files GROUP BY 1 ORDER BY 2 DESC;
SELECT count(*) > 0 AS others FROM audit.rejects \gset
\if :others
SELECT left(error, 80) AS "not an event", count(*) FROM audit.rejects GROUP BY 1 ORDER BY 2 DESC LIMIT 5;
\endif

\echo
\echo '== Events as typed rows (5 of almost 100 columns)'
SELECT event_time::timestamp(0) AS time, left(action, 30) AS action, left(regexp_replace(principal_arn, '.*[:/]', ''), 22) AS principal,
	left(host(source_ip), 15) AS source_ip, succeeded AS ok
FROM audit.events
ORDER BY event_time DESC, event_key
LIMIT 8;

\echo
\echo '== Who read which secret: view secret_last_access'
SELECT left(secret_name, 36) AS secret, left(regexp_replace(actor, '.*[:/]', ''), 24) AS reader, reads, denied, last_read::timestamp(0)
FROM audit.secret_last_access
ORDER BY reads DESC, last_read DESC
LIMIT 12;

\echo
\echo '== How each event names its secret: view secret_events'
SELECT resolve_method, count(*) AS events, count(DISTINCT secret_name) AS names, count(DISTINCT secret_arn) AS arns
FROM audit.secret_events
GROUP BY 1
ORDER BY 2 DESC;

\echo
\echo '== What was refused: view secret_denied'
SELECT event_time::timestamp(0) AS time, left(action, 30) AS action, left(regexp_replace(actor, '.*[:/]', ''), 20) AS who,
	left(coalesce(secret_name, '(names none)'), 24) AS secret, denied_by
FROM audit.secret_denied
ORDER BY event_time DESC, event_key
LIMIT 8;

\echo
\echo '== The secret that most events concern, by name, by ARN, through KMS: event @@ secret'
SELECT coalesce((SELECT secret_name FROM audit.events WHERE secret_name ~ '^[A-Za-z0-9/_+=.@!-]+$' AND length(secret_name) <= 512
	GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1), 'none') AS secret \gset
SELECT :'secret' AS secret, action, succeeded AS ok, count(*), count(DISTINCT principal_arn) AS principals, max(event_time)::timestamp(0) AS last
FROM audit.events
WHERE event @@ :'secret'
GROUP BY 2, 3
ORDER BY count(*) DESC, 2
LIMIT 10;

\echo
\echo '== What was rotated: view secret_rotations'
SELECT started_at::timestamp(0) AS started, left(secret_name, 28) AS secret, outcome, duration, failed_step AS step,
	left(substring(lambda_arn FROM ':function:([^ ]+)'), 28) AS function
FROM audit.secret_rotations
ORDER BY started_at DESC, ended_at DESC, secret_name
LIMIT 8;

\echo
\echo '== What was deleted: view secret_deletions'
SELECT scheduled_at::timestamp(0) AS scheduled, left(secret_name, 36) AS secret, left(regexp_replace(scheduled_by, '.*[:/]', ''), 16) AS by,
	forced, versions_deleted AS versions, ended_at::timestamp(0) AS ended, state
FROM audit.secret_deletions
ORDER BY scheduled_at DESC, secret_name
LIMIT 8;

\echo
\echo '== What controls of CIS AWS Foundations watch for: view cis_alerts'
SELECT control_v3_0 AS control, title, count(*) AS alerts, count(DISTINCT actor) AS actors
FROM audit.cis_alerts
GROUP BY 1, 2
ORDER BY string_to_array(control_v3_0, '.')::integer[];

\echo
\echo '== What the data can and cannot show: view coverage'
SELECT account_id, aws_region, events, files, hours_missing, rejects, read_events_present AS reads
FROM audit.coverage
ORDER BY events DESC
LIMIT 8;

SELECT coalesce(min(event_time), now()) AS "from", coalesce(max(event_time), now()) + interval '1 second' AS "to" FROM audit.events \gset
\pset format unaligned
\t on
\o :page
SELECT cloudtrail_audit_report('audit', :'from', :'to');
\o
\t off
\pset format aligned
\echo
\echo '== HTML report, to open in a browser or to print: ' :page

\echo
\echo '== What to try next (a trail is a schema: its tables and views are in audit)'
\echo '  SELECT * FROM audit.events ORDER BY event_time LIMIT 1 \\gx'
\echo '  SELECT event_time, action, principal_arn FROM audit.events WHERE event @~ ''*:Delete*'';'
\echo '  SELECT * FROM audit.secret_inventory \\gx     SELECT * FROM audit.root_activity \\gx'
\echo '  SELECT source, error, convert_from(raw, ''UTF8'') FROM audit.rejects;'
\echo '  \\df *cloudtrail*   and   \\d audit.events'
\echo '  make demo LOGS=/path/to/AWSLogs   reads your own log files'
