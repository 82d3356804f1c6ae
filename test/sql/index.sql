-- The GIN operator class: what it serves, what it does not, and what the planner makes of it.
SELECT amname, opcname, amvalidate(c.oid) FROM pg_opclass c JOIN pg_am a ON a.oid = opcmethod WHERE opcintype = 'cloudtrail_event'::regtype AND amname = 'gin';

CREATE TABLE trail (n int, event cloudtrail_event);
INSERT INTO trail
	SELECT n, json_build_object('eventTime', timestamptz '2024-05-01 12:00:00Z' + n * interval '1 second', 'eventSource', service || '.amazonaws.com',
		'eventName', verb || noun, 'awsRegion', CASE n % 10 WHEN 0 THEN 'eu-west-1' ELSE 'us-east-1' END, 'recipientAccountId', '11112222333' || n % 3,
		'sourceIPAddress', '192.0.2.' || n % 250, 'errorCode', CASE n % 100 WHEN 0 THEN 'AccessDenied' END,
		'userIdentity', json_build_object('arn', 'arn:aws:sts::111122223333:assumed-role/R/' || n % 500, 'accessKeyId', 'ASIA' || n % 500,
			'sessionContext', json_build_object('sessionIssuer', json_build_object('arn', 'arn:aws:iam::111122223333:role/path/R' || n % 7))),
		'resources', json_build_array(json_build_object('ARN', 'arn:aws:s3:::bucket' || n % 400)))
	FROM generate_series(1, 10000) n,
		LATERAL (SELECT (ARRAY['s3', 'ec2', 'iam', 'kms'])[1 + n % 4] AS service, (ARRAY['Get', 'Put', 'Delete', 'Describe', 'List'])[1 + n % 5] AS verb,
			(ARRAY['Object', 'Policy', 'Instance', 'Key', 'Role', 'User'])[1 + n % 6] AS noun) AS x;
INSERT INTO trail VALUES (10001, '{"eventTime":"2024-05-01T12:00:00Z"}'), (10002, NULL), (10003, '{"eventTime":"2024-05-01T12:00:00Z","eventName":"Lonely"}'),
	(10004, format('{"eventTime":"2024-05-01T12:00:00Z","eventSource":"s3.amazonaws.com","eventName":"Get%s"}', repeat('x', 5000))),
	(10005, '{"eventTime":"2024-05-01T12:00:00Z","resources":[{"ARN":"a","arn":"b"},{"\u0041rn":"c"},"d",7,{"ARN":7}]}');
CREATE INDEX trail_event ON trail USING gin (event);
ANALYZE trail;

-- The planner chooses the index for what few events meet, and not for what most do.
CREATE FUNCTION plan(condition text, OUT scan text, OUT events bigint) LANGUAGE plpgsql AS $$
	DECLARE j json; BEGIN
		EXECUTE 'EXPLAIN (FORMAT JSON) SELECT * FROM trail WHERE ' || condition INTO j;
		scan := j -> 0 -> 'Plan' ->> 'Node Type';
		EXECUTE 'SELECT count(*) FROM trail WHERE ' || condition INTO events;
	END $$;
SELECT condition, p.* FROM (VALUES
	($$event @~ 's3:DeleteRole'$$), ($$event @~ '*:Delete*'$$), ($$event @~ 'kms:*Policy'$$), ($$event @~ '*:*eleteR*'$$), ($$event @~ 's3:getxx*'$$), ($$event @~ '*:Lonely'$$),
	($$event @~ '*'$$), ($$event @~ '?*:?*'$$),
	($$event @> '{"userIdentity":{"accessKeyId":"ASIA17"}}'$$), ($$event @> '{"userIdentity":{"arn":"arn:aws:sts::111122223333:assumed-role/R/17"}}'$$),
	($$event @> '{"userIdentity":{"sessionContext":{"sessionIssuer":{"arn":"arn:aws:iam::111122223333:role/path/R3"}}},"awsRegion":"eu-west-1"}'$$),
	($$event @> '{"sourceIPAddress":"192.0.2.17"}'$$), ($$event @> '{"resources":[{"ARN":"arn:aws:s3:::bucket17"}]}'$$),
	($$event @> '{"resources":[{"ARN":"a"}]}'$$), ($$event @> '{"resources":[{"arn":"b"}]}'$$), ($$event @> '{"resources":[{"ARN":"b"}]}'$$),
	($$event @> '{"errorCode":"AccessDenied"}'$$), ($$event @> '{"eventName":"Lonely"}'$$), ($$event @> '{"eventName":"lonely"}'$$),
	($$event @> '{"eventSource":"s3.amazonaws.com","eventName":"GetObject"}'$$), ($$event @> '{"eventTime":"2024-05-01T12:00:00Z"}'$$),
	($$event @> '{}'$$), ($$event @> '[]'$$), ($$event @> '"x"'$$), ($$'{"sourceIPAddress":"192.0.2.17"}' <@ event$$),
	($$event @@ 'prod/db'$$), ($$event @@ ANY ('{a,b}')$$), ($$event @> '{"errorCode":"AccessDenied"}' AND event @~ '*:Get*'$$),
	($$event @~ NULL$$)) AS c(condition), plan(condition) AS p;

-- Calls by name use the index too.
SELECT * FROM plan($$cloudtrail_event_matches(event, 's3:DeleteRole')$$);
SELECT * FROM plan($$cloudtrail_event_contains(event, '{"userIdentity":{"accessKeyId":"ASIA17"}}')$$);

-- A view of all typed columns: its event column is the table's.
CREATE VIEW typed AS SELECT r.* FROM trail, cloudtrail_records(trail.event) AS r;
CREATE FUNCTION conditions(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
	DECLARE line text; BEGIN FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		IF line ~ 'Index Cond|Filter' THEN RETURN NEXT btrim(line); END IF; END LOOP; END $$;
SELECT conditions($$SELECT event_time, principal_arn FROM typed WHERE event @~ 's3:DeleteRole' AND aws_region = 'us-east-1'$$);
SELECT count(*) FROM typed WHERE event @~ 's3:DeleteRole' AND aws_region = 'us-east-1';
SELECT count(*) FROM typed WHERE event @@ 'prod/db';
DROP VIEW typed;

-- What names no indexed field reads the whole index, and costs so.
SET enable_seqscan = off;
SELECT scan, events FROM plan($$event @> '{"eventTime":"2024-05-01T12:00:00Z"}'$$);
SELECT scan, events FROM plan($$event @~ '*'$$);
RESET enable_seqscan;

-- A prepared condition, before and after its value is known.
PREPARE named(cloudtrail_action) AS SELECT count(*) FROM trail WHERE event @~ $1;
SET plan_cache_mode = force_generic_plan;
EXPLAIN (COSTS OFF) EXECUTE named('s3:DeleteRole');
EXECUTE named('s3:DeleteRole');
EXECUTE named(NULL);
RESET plan_cache_mode;

-- A join against a list of patterns looks up each.
CREATE TABLE watched (action cloudtrail_action);
INSERT INTO watched VALUES ('s3:DeleteRole'), ('kms:PutKey'), ('s3:Nothing');
ANALYZE watched;
EXPLAIN (COSTS OFF) SELECT count(*) FROM watched JOIN trail ON event @~ action;
SELECT count(*) FROM watched JOIN trail ON event @~ action;

-- The estimators look at the types of what they get: an operator that lies about its estimator does no harm.
CREATE OPERATOR public.=~= (LEFTARG = text, RIGHTARG = text, FUNCTION = textlike, RESTRICT = cloudtrail_event_sel, JOIN = cloudtrail_event_joinsel);
CREATE OPERATOR public.=~= (LEFTARG = int8, RIGHTARG = int8, FUNCTION = int8eq, RESTRICT = cloudtrail_event_sel, JOIN = cloudtrail_event_joinsel);
CREATE FUNCTION pg_temp.never(cloudtrail_event, int8) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
CREATE OPERATOR public.=~= (LEFTARG = cloudtrail_event, RIGHTARG = int8, FUNCTION = pg_temp.never, RESTRICT = cloudtrail_event_sel, JOIN = cloudtrail_event_joinsel);
CREATE TEMP TABLE plain AS SELECT n::text AS t, n::int8 AS i, ARRAY[n::int8] AS a FROM generate_series(1, 100) n;
ANALYZE plain;
SELECT count(*) FROM plain WHERE t =~= '1%';
SELECT count(*) FROM plain WHERE i =~= 7;
SELECT count(*) FROM plain p JOIN plain q ON p.i =~= q.i;
SELECT count(*) FROM trail WHERE event =~= 7;
SELECT count(*) FROM trail JOIN plain ON event =~= i;

-- Statistics: of the keys and of the actions.
SELECT null_frac > 0 AS nulls, n_distinct < -0.9 AS distinct, cardinality(most_common_elems::text::bigint[]) AS keys FROM pg_stats WHERE tablename = 'trail' AND attname = 'event';
SELECT cardinality(stavalues2::text::text[]) AS actions FROM pg_statistic WHERE starelid = 'trail'::regclass AND stakind2 = 27161;
CREATE TABLE nothing (event cloudtrail_event);
ANALYZE nothing;
INSERT INTO nothing VALUES (NULL), ('{"eventTime":"2024-05-01T12:00:00Z"}');
ANALYZE nothing;

DROP OPERATOR =~= (text, text);
DROP OPERATOR =~= (int8, int8);
DROP OPERATOR =~= (cloudtrail_event, int8);
DROP TABLE trail, watched, nothing;
DROP FUNCTION plan, conditions;
