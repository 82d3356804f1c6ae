-- Patterns of actions: normal form, errors, order, and what they match.
SELECT p AS given, p::cloudtrail_action AS pattern
FROM (VALUES ('secretsmanager:GetSecretValue'), ('SecretsManager:Get*'), (' s3:* '), ('*'), ('*:*'), ('**:Delete**'),
	('s3.amazonaws.com:PutObject'), ('s3.amazonaws.com.cn:PutObject'), ('ec2:*?*?'), ('a-b.c_d:X:Y'), ('S?:?')) AS v(p);

SELECT ''::cloudtrail_action;
SELECT 'GetSecretValue'::cloudtrail_action;
SELECT ':GetSecretValue'::cloudtrail_action;
SELECT 'secretsmanager:'::cloudtrail_action;
SELECT '.amazonaws.com:x'::cloudtrail_action;
SELECT 'secrets manager:GetSecretValue'::cloudtrail_action;
SELECT 'secretsmanager:Get SecretValue'::cloudtrail_action;
SELECT 'secretsmanager:Gét*'::cloudtrail_action;
SELECT ('s3:' || repeat('x', 600))::cloudtrail_action;

-- The order is that of bytes, but for the case of letters.
SELECT 's3:getobject'::cloudtrail_action = 'S3:GetObject' AS equal, 's3:a'::cloudtrail_action < 's3:B' AS less,
	cloudtrail_action_hash('s3:getobject') = cloudtrail_action_hash('s3:GetObject') AS same_hash;
CREATE TEMP TABLE watched (action cloudtrail_action PRIMARY KEY, note text);
INSERT INTO watched VALUES ('kms:Decrypt', 'b'), ('kms:Create*', 'a'), ('s3:*', 'c');
INSERT INTO watched VALUES ('KMS:decrypt', 'again');
SELECT * FROM watched ORDER BY action DESC;
SELECT DISTINCT ON (action) action FROM (VALUES ('s3:X'::cloudtrail_action), ('s3:x'), ('S3:Y')) AS v(action);
INSERT INTO watched SELECT t, '' FROM (VALUES ('sts:AssumeRole*'::text)) AS v(t);
CREATE INDEX ON watched USING hash (action);
SELECT amname, opcname, amvalidate(c.oid) FROM pg_opclass c JOIN pg_am a ON a.oid = opcmethod WHERE opcintype = 'cloudtrail_action'::regtype ORDER BY 1;

-- Frozen hashes.
SELECT cloudtrail_action_hash('s3:GetObject'), cloudtrail_action_hash_extended('s3:GetObject', 7);

-- Matching.
CREATE TEMP TABLE done (n int, event cloudtrail_event);
INSERT INTO done
	SELECT n, json_build_object('eventTime', '2024-05-01T12:00:00Z', 'eventSource', source, 'eventName', name)
	FROM (VALUES (1, 'secretsmanager.amazonaws.com', 'GetSecretValue'), (2, 'secretsmanager.amazonaws.com', 'PutSecretValue'),
		(3, 'SecretsManager.amazonaws.com', 'getsecretvalue'), (4, 's3.amazonaws.com.cn', 'GetObject'),
		(5, 'x.cn', 'GetObject'), (6, 'a.b.c', 'X:Y'), (7, 's3.amazonaws.com', repeat('n', 300)), (8, 'é.amazonaws.com', 'Naïve')) AS v(n, source, name);
INSERT INTO done VALUES (9, '{"eventTime":"2024-05-01T12:00:00Z"}'), (10, '{"eventTime":"2024-05-01T12:00:00Z","eventName":"GetObject"}'),
	(11, '{"eventTime":"2024-05-01T12:00:00Z","eventSource":"s3.amazonaws.com"}'), (12, '{"eventTime":"2024-05-01T12:00:00Z","eventSource":"s3.amazonaws.com","eventName":7}'),
	(13, '{"eventTime":"2024-05-01T12:00:00Z","eventSource":"s3\u002eamazonaws.com","eventName":"Get\u004fbject"}');
SELECT p AS pattern, (SELECT string_agg(n::text, ' ' ORDER BY n) FROM done WHERE event @~ p::cloudtrail_action) AS events
FROM (VALUES ('secretsmanager:GetSecretValue'), ('secretsmanager:Get*'), ('secretsmanager:*SecretValue'), ('SECRETSMANAGER:?etSecretValue'),
	('secretsmanager:GetSecretValu'), ('secretsmanager:GetSecretValue?'), ('*:GetObject'), ('s3:*'), ('s?:*t*'), ('x.cn:GetObject'), ('a.b.c:X:Y'),
	('s3:nnn*'), ('?:Na?ve'), ('s3:7'), ('*'), ('*:*?')) AS v(p);
SELECT count(*) AS action_differs FROM done WHERE (event @~ '*') <> (action(event) IS NOT NULL);
