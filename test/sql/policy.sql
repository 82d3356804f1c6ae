-- Whom a resource policy lets in.
CREATE TEMP TABLE policy (id int PRIMARY KEY, policy text);
INSERT INTO policy VALUES
	(1, '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"secretsmanager:GetSecretValue","Resource":"*"}]}'),
	(2, '{"Statement":{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::777788889999:root","444455556666","arn:aws:iam::111122223333:role/app","444455556666"],"Service":"lambda.amazonaws.com"}}}'),
	(3, '{"Statement":[{"Effect":"Allow","Principal":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3"}}},{"Effect":"Deny","Principal":{"AWS":"777788889999"}}]}'),
	(4, '{"Statement":[{"Effect":"Allow","Principal":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::444455556666:role/*"}}}]}'),
	(5, '{"Statement":[{"Effect":"Allow","NotPrincipal":{"AWS":"777788889999"},"Condition":{"IpAddress":{"aws:SourceIp":["0.0.0.0/1","128.0.0.0/1"]}}}]}'),
	(6, '{"Statement":[]}'),
	(7, '{"Statement":[{"Effect":"Allow","Principal":{"AWS":"caf\u00e9"}}]}'),
	(8, '{"Statement":[{"Effect":"Allow","Principal":"*"'),
	(9, '{"Statement":[{"Effect":"Allow","Principal":"*"},{"Effect":"Allow"}]}'),
	(10, '{"Statement":[{"Effect":"Allow","Principal":"*","Principal":"111122223333"}]}'),
	(11, '{"Statement":"\u0000"}'),
	(12, ''),
	(13, NULL);
SELECT id, p.* FROM policy, cloudtrail_policy_access(policy, '111122223333') AS p ORDER BY id;

-- Of no known account, each one is foreign.
SELECT p.* FROM policy, cloudtrail_policy_access(policy, NULL) AS p WHERE id = 2;
SELECT cloudtrail_policy_access(policy, 'x') FROM policy WHERE id IN (2, 13) ORDER BY id;
SELECT cloudtrail_policy_access(NULL, NULL);

-- Its bounds.
SELECT (cloudtrail_policy_access('{"Statement":[]' || repeat(' ', 1048560) || '}', NULL)).is_public,
	(cloudtrail_policy_access('{"Statement":[]' || repeat(' ', 1048561) || '}', NULL)).error;
SELECT (cloudtrail_policy_access('{"a":' || repeat('[', 32) || repeat(']', 32) || '}', NULL)).error;
SELECT (cloudtrail_policy_access('{"Statement":{"Effect":"Allow","Principal":["' || repeat('x","', 10000) || 'x"]}}', NULL)).error;
SELECT cardinality((cloudtrail_policy_access('{"Statement":{"Effect":"Allow","Principal":[' || string_agg(format('"%s"', 100000000000 + i), ',') || ']}}', NULL)).foreign_accounts)
FROM generate_series(1, 10000) AS i;

-- The policies that were put on secrets.
CREATE TEMP TABLE events (event cloudtrail_event);
INSERT INTO events VALUES
	('{"eventTime":"2024-05-01T10:00:00Z","eventSource":"secretsmanager.amazonaws.com","eventName":"PutResourcePolicy","recipientAccountId":"111122223333","requestParameters":{"secretId":"prod/db","resourcePolicy":"{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::444455556666:root\"},\"Action\":\"*\",\"Resource\":\"*\"}]}"}}'),
	('{"eventTime":"2024-05-01T10:01:00Z","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","recipientAccountId":"111122223333","requestParameters":{"secretId":"prod/db"}}');
SELECT event_time(event) AT TIME ZONE 'UTC' AS event_time, p.*
FROM events, cloudtrail_policy_access(event #>> '{requestParameters,resourcePolicy}', account_id(event)) AS p ORDER BY 1;
