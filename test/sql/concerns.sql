-- event @@ secret: every way in which an event can name a secret.
\set arn '''arn:aws:secretsmanager:us-east-1:111122223333:secret:'''
CREATE FUNCTION pg_temp.event(source text, name text, rest jsonb, account text DEFAULT '111122223333', region text DEFAULT 'us-east-1')
	RETURNS cloudtrail_event LANGUAGE sql AS $$
	SELECT (jsonb_build_object('eventTime', '2024-05-01T12:00:00Z', 'eventSource', source || '.amazonaws.com', 'eventName', name,
		'awsRegion', region, 'recipientAccountId', account) || rest)::cloudtrail_event $$;
CREATE TEMP TABLE trail (what text, event cloudtrail_event);
INSERT INTO trail
	SELECT what, pg_temp.event('secretsmanager', name, replace(rest, 'FULL', :arn || 'prod/db-AbCdEf')::jsonb)
	FROM (VALUES
	('read by name', 'GetSecretValue', '{"requestParameters":{"secretId":"prod/db"}}'),
	('read by full ARN', 'GetSecretValue', '{"requestParameters":{"secretId":"FULL"}}'),
	('read by partial ARN', 'GetSecretValue', '{"requestParameters":{"secretId":"arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db"}}'),
	('in a batch, by name', 'BatchGetSecretValue', '{"requestParameters":{"secretIdList":["a","prod/db","b"]}}'),
	('in a batch, by ARN', 'BatchGetSecretValue', '{"requestParameters":{"secretIdList":["a","FULL"]}}'),
	('refused, by name', 'GetSecretValue', '{"errorCode":"AccessDenied","errorMessage":"User: x is not authorized to perform: secretsmanager:GetSecretValue on resource: prod/db because no identity-based policy allows it","requestParameters":null}'),
	('refused, by ARN', 'GetSecretValue', '{"errorCode":"AccessDenied","errorMessage":"User: x is not authorized to perform: secretsmanager:GetSecretValue on resource: FULL because no identity-based policy allows it","requestParameters":null}'),
	('created', 'CreateSecret', '{"requestParameters":{"name":"prod/db"},"responseElements":{"arn":"FULL","name":"prod/db"}}'),
	('created, 2018', 'CreateSecret', '{"requestParameters":{"name":"prod/db"},"responseElements":null}'),
	('changed', 'PutSecretValue', '{"requestParameters":{"secretId":"prod/db"},"responseElements":{"ARN":"FULL"}}'),
	('rotation failed', 'RotationFailed', '{"eventType":"AwsServiceEvent","additionalEventData":{"SecretId":"FULL"}}'),
	('rotation, by requestID', 'RotationStarted', '{"eventType":"AwsServiceEvent","requestID":"Rotation-FULL-eeb681b1-a07d-4aeb-9b61-1ee6590ec295"}'),
	('deleted', 'DeleteSecret', '{"requestParameters":{"secretId":"prod/db"},"responseElements":{"aRN":"FULL","name":"prod/db"}}'),
	('deletion ended', 'EndSecretVersionDelete', '{"eventType":"AwsServiceEvent","additionalEventData":{"ARN":"FULL","Name":"prod/db"}}'),
	('deletion, by requestID', 'StartSecretVersionDelete', '{"eventType":"AwsServiceEvent","requestID":"SecretDeleteMessage:FULL:2023-07-10T12:07:59.000Z:Forced"}'),
	('another name', 'GetSecretValue', '{"requestParameters":{"secretId":"prod/db2"}}'),
	('another name by ARN', 'GetSecretValue', '{"requestParameters":{"secretId":"arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db2-AbCdEf"}}'),
	('created again', 'CreateSecret', '{"requestParameters":{"name":"prod/db"},"responseElements":{"arn":"arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db-GhIjKl","name":"prod/db"}}'),
	('a list of all', 'ListSecrets', '{}'),
	('a batch by filter', 'BatchGetSecretValue', '{"requestParameters":{"filters":[{"key":"name","values":["prod/db"]}]}}')
	) AS v(what, name, rest);
INSERT INTO trail VALUES
	('KMS decrypt', pg_temp.event('kms', 'Decrypt', jsonb_build_object('requestParameters', jsonb_build_object('encryptionContext', jsonb_build_object('SecretARN', :arn || 'prod/db-AbCdEf'))))),
	('KMS decrypt of another', pg_temp.event('kms', 'Decrypt', jsonb_build_object('requestParameters', jsonb_build_object('encryptionContext', jsonb_build_object('SecretARN', :arn || 'prod/db2-AbCdEf'))))),
	('resource of another service', pg_temp.event('lambda', 'Invoke', jsonb_build_object('resources', jsonb_build_array(jsonb_build_object('ARN', :arn || 'prod/db-AbCdEf'))))),
	('resource written with escapes', '{"eventTime":"2024-05-01T12:00:00Z","eventSource":"lambda.amazonaws.com","eventName":"Invoke","resources":[{"ARN":"arn:aws:\u0073ecretsmanager:us-east-1:111122223333:secret:prod\/db-AbCdEf"}]}'),
	('name in another service', pg_temp.event('ssm', 'GetParameter', '{"requestParameters":{"name":"prod/db"}}')),
	('other account, by name', pg_temp.event('secretsmanager', 'GetSecretValue', '{"requestParameters":{"secretId":"prod/db"}}', '444455556666')),
	('other account, by ARN', pg_temp.event('secretsmanager', 'GetSecretValue', '{"requestParameters":{"secretId":"arn:aws:secretsmanager:us-east-1:444455556666:secret:prod/db-AbCdEf"}}', '444455556666')),
	('from another account', pg_temp.event('secretsmanager', 'GetSecretValue', '{"requestParameters":{"secretId":"arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db-AbCdEf"}}', '444455556666')),
	('replica', pg_temp.event('secretsmanager', 'GetSecretValue', '{"requestParameters":{"secretId":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-AbCdEf"}}', '111122223333', 'eu-west-1')),
	('replica, by name', pg_temp.event('secretsmanager', 'GetSecretValue', '{"requestParameters":{"secretId":"prod/db"}}', '111122223333', 'eu-west-1')),
	('account unknown', '{"eventTime":"2024-05-01T12:00:00Z","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","requestParameters":{"secretId":"prod/db"}}'),
	('ends like a suffix', pg_temp.event('secretsmanager', 'GetSecretValue', jsonb_build_object('requestParameters', jsonb_build_object('secretId', :arn || 'app-config')))),
	('ends like a suffix, full', pg_temp.event('secretsmanager', 'GetSecretValue', jsonb_build_object('requestParameters', jsonb_build_object('secretId', :arn || 'app-config-AbCdEf')))),
	('ends like a suffix, by name', pg_temp.event('secretsmanager', 'GetSecretValue', '{"requestParameters":{"secretId":"app-config"}}')),
	('short name', pg_temp.event('secretsmanager', 'GetSecretValue', '{"requestParameters":{"secretId":"app"}}'));

-- Columns: asked for by name, partial ARN, full ARN; the ARN of another account, of a replica, of the secret made again.
SELECT what, event @@ 'prod/db' AS name, event @@ (:arn || 'prod/db')::cloudtrail_secret AS partial, event @@ (:arn || 'prod/db-AbCdEf')::cloudtrail_secret AS "full",
	event @@ 'arn:aws:secretsmanager:us-east-1:444455556666:secret:prod/db-AbCdEf' AS account, event @@ 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-AbCdEf' AS replica,
	event @@ (:arn || 'prod/db-GhIjKl')::cloudtrail_secret AS again, event @@ 'prod/db2' AS db2
FROM trail WHERE what !~ 'suffix|short';
SELECT what, event @@ 'app-config' AS name, event @@ (:arn || 'app-config')::cloudtrail_secret AS partial, event @@ (:arn || 'app-config-AbCdEf')::cloudtrail_secret AS "full",
	event @@ (:arn || 'app-config-GhIjKl')::cloudtrail_secret AS again, event @@ 'app' AS short, event @@ (:arn || 'app')::cloudtrail_secret AS short_arn
FROM trail WHERE what ~ 'suffix|short';

-- The index finds the same.
CREATE INDEX ON trail USING gin (event);
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT what FROM trail WHERE event @@ 'prod/db';
SELECT what FROM trail WHERE event @@ 'prod/db';
SELECT what FROM trail WHERE event @@ (:arn || 'prod/db-AbCdEf')::cloudtrail_secret
EXCEPT ALL (SELECT what FROM (SELECT what, event FROM trail OFFSET 0) AS t WHERE event @@ (:arn || 'prod/db-AbCdEf')::cloudtrail_secret);
SELECT what FROM trail WHERE event @@ (:arn || 'app-config')::cloudtrail_secret;
SELECT what FROM trail WHERE event @@ 'app';
SELECT what FROM trail WHERE cloudtrail_event_concerns(event, 'prod/db2');
EXPLAIN (COSTS OFF) SELECT what FROM trail WHERE cloudtrail_event_concerns(event, 'prod/db2');
