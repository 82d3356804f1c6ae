-- How a secret can be named.
SELECT s::cloudtrail_secret
FROM (VALUES ('prod/db'), (' prod/db '), ('rds!cluster-1a2b'), ('a_b+c=d.e@f-g'),
	('arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-AbCdEf'),
	('arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:prod/db')) AS v(s);

SELECT ''::cloudtrail_secret;
SELECT 'prod db'::cloudtrail_secret;
SELECT 'prod/*'::cloudtrail_secret;
SELECT 'ARN:aws:secretsmanager:us-east-1:123456789012:secret:prod/db'::cloudtrail_secret;
SELECT 'arn:aws:secretsmanager:us-east-1:123456789012'::cloudtrail_secret;
SELECT 'arn:aws:kms:us-east-1:123456789012:key/1234'::cloudtrail_secret;
SELECT 'arn:gcp:secretsmanager:us-east-1:123456789012:secret:x'::cloudtrail_secret;
SELECT 'arn:aws:secretsmanager:*:123456789012:secret:x'::cloudtrail_secret;
SELECT 'arn:aws:secretsmanager:us-east-1:1234:secret:x'::cloudtrail_secret;
SELECT 'arn:aws:secretsmanager:us-east-1:12345678901a:secret:x'::cloudtrail_secret;
SELECT 'arn:aws:secretsmanager:us-east-1:123456789012:secret:'::cloudtrail_secret;
SELECT 'arn:aws:secretsmanager:us-east-1:123456789012:prod/db'::cloudtrail_secret;
SELECT 'arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-AbCdEf:password::'::cloudtrail_secret;
SELECT repeat('x', 513)::cloudtrail_secret;
SELECT length(repeat('x', 512)::cloudtrail_secret::text);

-- Order, uniqueness, hashes.
CREATE TEMP TABLE team (secret cloudtrail_secret PRIMARY KEY, team text);
INSERT INTO team VALUES ('prod/db', 'data'), ('prod/api', 'web'), ('Prod/db', 'old');
INSERT INTO team VALUES (' prod/db', 'again');
SELECT * FROM team ORDER BY secret;
CREATE INDEX ON team USING hash (secret);
SELECT amname, opcname, amvalidate(c.oid) FROM pg_opclass c JOIN pg_am a ON a.oid = opcmethod WHERE opcintype = 'cloudtrail_secret'::regtype ORDER BY 1;
SELECT cloudtrail_secret_hash('prod/db'), cloudtrail_secret_hash_extended('prod/db', 7);
SELECT cloudtrail_secret_send('prod/db'), cloudtrail_action_send('S3:Get*');
