-- The type: what goes in comes out, and what is no event is refused.
\set VERBOSITY default
\set record '{"eventVersion":"1.08","userIdentity":{"type":"IAMUser"},"eventTime":"2024-05-01T12:00:00Z","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue"}'

SELECT :'record'::cloudtrail_event;
SELECT :'record'::cloudtrail_event::text = :'record' AS same_text;

-- Spaces, order, repeated keys, escapes and unusual numbers are kept.
SELECT t::cloudtrail_event::text = t AS same
FROM (VALUES
	(E' \t{ "b" : 1 , "eventTime" : "2024-05-01 12:00:00" , "a" : [ ] }\r\n'),
	('{"eventTime":"x","eventTime":1525106994.0}'),
	('{"eventTime":"2024-05-01T12:00:00Z","a":"\u0000\ud800\/","n":[-0.0,1E+400000,123456789012345678901234567890]}'),
	('{"eventTime":"2024-05-01T12:00:00Z","a":"' || repeat('x', 300000) || '"}'),
	('{"eventTime":"2024-05-01T12:00:00Z","a":' || repeat('[', 1900) || repeat(']', 1900) || '}'),
	('{"eventTime":"2024-05-01T12:00:00Z","eventName":"' || repeat('n', 500) || '"}')
) AS v(t);

-- Casts.
SELECT :'record'::json::cloudtrail_event::json::text = :'record' AS through_json;
SELECT :'record'::jsonb::cloudtrail_event::jsonb = :'record'::jsonb AS through_jsonb;
SELECT '{"eventTime":"2024-05-01T12:00:00Z","a":"x\u0000y\ud800z\ud83d\ude00","n":1e999999,"k":1e5}'::cloudtrail_event::jsonb;
CREATE TEMP TABLE kept (event cloudtrail_event);
INSERT INTO kept SELECT json_build_object('eventTime', '2024-05-01T12:00:00Z', 'n', n) FROM generate_series(1, 3) n;
INSERT INTO kept SELECT jsonb_build_object('eventTime', '2024-05-01T12:00:00Z', 'n', n) FROM generate_series(4, 5) n;
SELECT event, event::jsonb -> 'n' AS n FROM kept;

-- What is no event says where and why.
SELECT ''::cloudtrail_event;
SELECT '[]'::cloudtrail_event;
SELECT '42'::cloudtrail_event;
SELECT '{}'::cloudtrail_event;
SELECT '{"eventTime":null}'::cloudtrail_event;
SELECT '{"eventTime":"yesterday"}'::cloudtrail_event;
SELECT '{"eventTime":"2024-02-30T12:00:00Z"}'::cloudtrail_event;
SELECT '{"eventTime":"2024-05-01T12:00:00Z"'::cloudtrail_event;
SELECT '{"eventTime":"2024-05-01T12:00:00Z"} x'::cloudtrail_event;
SELECT '{"eventTime":"2024-05-01T12:00:00Z",}'::cloudtrail_event;
SELECT '{"eventTime":"2024-05-01T12:00:00Z" "a":1}'::cloudtrail_event;
SELECT '{"eventTime":"2024-05-01T12:00:00Z","a":01}'::cloudtrail_event;
SELECT '{"eventTime":"2024-05-01T12:00:00Z","a":nul}'::cloudtrail_event;
SELECT E'{"eventTime":"2024-05-01T12:00:00Z","a":"\t"}'::cloudtrail_event;
SELECT '{"eventTime":"2024-05-01T12:00:00Z","a":"\x"}'::cloudtrail_event;
SELECT '{"eventTime":"2024-05-01T12:00:00Z","a":"\u12G4"}'::cloudtrail_event;
SELECT ('{"eventTime":"2024-05-01T12:00:00Z","a":' || repeat('[', 2100) || repeat(']', 2100) || '}')::cloudtrail_event;
SELECT '{"Records":[{"eventTime":"2024-05-01T12:00:00Z"}]}'::cloudtrail_event;
SELECT '{"eventVersion":"2.1","eventSource":"aws:s3","eventTime":"2024-05-01T12:00:00Z","eventName":"ObjectCreated:Put"}'::cloudtrail_event;
SELECT 'null'::json::cloudtrail_event;
SELECT '{"a":1}'::jsonb::cloudtrail_event;

-- Storage: short values lie in the row, long ones out of line, never compressed again.
SELECT typstorage, typalign, typlen FROM pg_type WHERE typname = 'cloudtrail_event';
CREATE TEMP TABLE long (event cloudtrail_event);
INSERT INTO long
	SELECT ('{"eventTime":"2024-05-01T12:00:00Z","eventName":"Long","eventID":"7a4b3c2d-0000-4000-8000-000000000001","requestParameters":{"n":["'
		|| string_agg(md5(n::text), '","' ORDER BY n) || '"]}}')::cloudtrail_event
	FROM generate_series(1, 1000) n;
SELECT event_name(event), event_key(event), jsonb_array_length(request_parameters(event) -> 'n') AS n,
	pg_relation_size((SELECT reltoastrelid FROM pg_class WHERE oid = 'long'::regclass)) > 0 AS out_of_line
FROM long;
UPDATE long SET event = event::text::cloudtrail_event;
SELECT event_name(event), length(event::text) FROM long;

-- Binary COPY.
CREATE TEMP TABLE sent (event cloudtrail_event);
INSERT INTO sent SELECT event FROM kept UNION ALL SELECT event FROM long;
SELECT cloudtrail_event_send(event) = '\x01'::bytea || convert_to(event::text, 'UTF8') AS version_and_text FROM sent LIMIT 1;
