-- event_name, event_time and secret_arn on the columns that people already have.
SET timezone = 'UTC';
CREATE TABLE old_logs (
	raw jsonb,
	at timestamptz GENERATED ALWAYS AS (event_time(raw)) STORED,
	name text GENERATED ALWAYS AS (event_name(raw)) STORED
);
INSERT INTO old_logs (raw)
	SELECT jsonb_build_object(
		'eventTime', to_char(timestamptz '2024-01-01' + n * interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
		'eventSource', 'secretsmanager.amazonaws.com', 'awsRegion', 'eu-west-1', 'recipientAccountId', '111122223333',
		'eventName', CASE WHEN n % 100 = 0 THEN 'DeleteSecret' ELSE 'GetSecretValue' END,
		'requestParameters', jsonb_build_object('secretId', 'app/' || n % 500))
	FROM generate_series(1, 5000) n;
INSERT INTO old_logs (raw) VALUES ('[]'), ('1'), ('{"eventName":null,"eventTime":"never"}'), ('{"eventName":7}'), ('{"eventName":{"a":1}}');
CREATE INDEX ON old_logs (event_name(raw));
CREATE INDEX ON old_logs (secret_arn(raw));
CREATE INDEX ON old_logs (event_time(raw));
ANALYZE old_logs;
EXPLAIN (COSTS OFF) SELECT * FROM old_logs WHERE event_name(raw) = 'DeleteSecret';
EXPLAIN (COSTS OFF) SELECT * FROM old_logs WHERE secret_arn(raw) = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/7';
EXPLAIN (COSTS OFF) SELECT * FROM old_logs WHERE event_time(raw) < '2024-01-01 00:10:00Z';
SELECT count(*) FROM old_logs WHERE event_name(raw) = 'DeleteSecret';
SELECT count(*) FROM old_logs WHERE secret_arn(raw) = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/7';
SELECT count(*) FROM old_logs WHERE event_time(raw) < '2024-01-01 00:10:00Z';
SELECT raw, at, name, secret_arn(raw) FROM old_logs WHERE NOT raw ? 'eventSource';
SELECT count(*) FROM old_logs WHERE at IS DISTINCT FROM event_time(raw::text) OR name IS DISTINCT FROM event_name(raw::text::json)
	OR secret_arn(raw) IS DISTINCT FROM secret_arn(raw::text) OR secret_arn(raw) IS DISTINCT FROM secret_arn(raw::text::json);

-- Text that is no JSON, or no event, is null, not an error.
SELECT t, event_name(t), event_time(t), secret_arn(t)
FROM (VALUES (''), ('hello'), ('{"eventName":"A"'), ('{"eventName":"A"}'), ('{"eventName":"\u0041\u0000"}'),
	('{"eventTime":"May 3, 2018 5:51:02 PM"}'), ('{"eventTime":1525106994.0}')) AS v(t);
DROP TABLE old_logs;

-- Times by themselves, in every form that AWS writes; the session's settings change nothing.
SET timezone = 'Asia/Tokyo';
SET datestyle = 'SQL, DMY';
SELECT t, cloudtrail_time(t) AT TIME ZONE 'UTC' = expected AS same
FROM (VALUES ('2018-05-03T17:51:02Z', timestamp '2018-05-03 17:51:02'), ('May 3, 2018 5:51:02 PM', '2018-05-03 17:51:02'),
	('Jul 10, 2023, 12:07:59 PM', '2023-07-10 12:07:59'), ('1525106994.0', '2018-04-30 16:49:54'),
	('2018-05-03T19:51:02+02:00', '2018-05-03 17:51:02'), ('20140620T1255Z', '2014-06-20 12:55'),
	('tomorrow', NULL), ('', NULL)) AS v (t, expected);
RESET timezone;
RESET datestyle;
