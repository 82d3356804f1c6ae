-- An auditor who may see the events of some accounts only, and for whom the index still works.
CREATE TABLE trail (event cloudtrail_event);
INSERT INTO trail
	SELECT json_build_object('eventTime', timestamptz '2024-05-01 12:00:00Z' + n * interval '1 minute', 'eventSource', 'secretsmanager.amazonaws.com',
		'eventName', CASE n % 3 WHEN 0 THEN 'GetSecretValue' WHEN 1 THEN 'DescribeSecret' ELSE 'DeleteSecret' END,
		'awsRegion', 'us-east-1', 'recipientAccountId', CASE n % 2 WHEN 0 THEN '111122223333' ELSE '444455556666' END,
		'requestParameters', json_build_object('secretId', 'app/' || n % 100))
	FROM generate_series(1, 3000) n;
CREATE INDEX trail_event ON trail USING gin (event);
ANALYZE trail;

CREATE TABLE auditor (name name, account text);
INSERT INTO auditor VALUES ('regress_cloudtrail_auditor', '111122223333');
ALTER TABLE trail ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_accounts ON trail FOR SELECT
	USING (account_id(event) IN (SELECT account FROM auditor WHERE name = current_user));
CREATE ROLE regress_cloudtrail_auditor;
GRANT SELECT ON trail, auditor TO regress_cloudtrail_auditor;
-- A function that tells every event it is asked about: it must not see more than the auditor.
CREATE FUNCTION tell(event cloudtrail_event) RETURNS boolean COST 0.0001 LANGUAGE plpgsql AS
	$$ BEGIN RAISE NOTICE 'account %', account_id(event); RETURN true; END $$;
-- Where a plan looks, whatever the version makes of the policy.
CREATE FUNCTION scans(query text) RETURNS SETOF text LANGUAGE plpgsql AS
	$$ DECLARE line text; BEGIN FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		IF line ~ 'trail|Index Cond|Filter: .*tell' THEN RETURN NEXT line; END IF; END LOOP; END $$;

SET ROLE regress_cloudtrail_auditor;
SET enable_seqscan = off;
SELECT account_id(event), count(*) FROM trail GROUP BY 1;
SELECT scans($$SELECT * FROM trail WHERE event @@ 'app/7'$$);
SELECT scans($$SELECT * FROM trail WHERE event @~ 'secretsmanager:Delete*'$$);
SELECT scans($$SELECT * FROM trail WHERE event @> '{"requestParameters":{"secretId":"app/7"}}'$$);
SELECT count(*) FROM trail WHERE event @@ 'app/7';
SELECT count(*) FROM trail WHERE event @@ 'app/8';
SELECT count(*) FROM trail WHERE event @~ 'secretsmanager:Delete*';
SELECT count(*) FROM trail WHERE event @> '{"requestParameters":{"secretId":"app/8"},"recipientAccountId":"444455556666"}';
SELECT count(*) FROM trail WHERE event @~ 'secretsmanager:Get*' AND event @@ 'app/7' AND tell(event);
SELECT count(*) FROM trail WHERE event @~ 'secretsmanager:Get*' AND event @@ 'app/8' AND event_time(event) < '2024-05-01 21:00:00Z' AND tell(event);
RESET ROLE;
SELECT count(*) FROM trail WHERE event @@ 'app/7';

DROP TABLE trail, auditor;
DROP FUNCTION tell, scans;
DROP ROLE regress_cloudtrail_auditor;
