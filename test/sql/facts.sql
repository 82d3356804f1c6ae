-- What events say of secrets, as rows.
CREATE FUNCTION event_with(members text) RETURNS cloudtrail_event LANGUAGE sql AS
	$$SELECT ('{"eventTime":"2024-05-01T10:00:00Z","awsRegion":"eu-west-1","recipientAccountId":"111122223333",' || members || '}')::cloudtrail_event$$;
CREATE TEMP TABLE story (n int, e cloudtrail_event);
INSERT INTO story VALUES
(1, event_with('"eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","eventID":"1","userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/app/i-1","accountId":"111122223333"},"sourceIPAddress":"192.0.2.7","readOnly":true,"requestParameters":{"secretId":"prod/db"}')),
(2, event_with('"eventSource":"kms.amazonaws.com","eventName":"Decrypt","eventID":"2","userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/app/i-1","invokedBy":"secretsmanager.amazonaws.com"},"requestParameters":{"encryptionContext":{"SecretARN":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1b2c3","SecretVersionId":"v1"}}')),
(3, event_with('"eventSource":"secretsmanager.amazonaws.com","eventName":"BatchGetSecretValue","eventID":"3","userIdentity":{"type":"AWSAccount","principalId":"AROAX:s","accountId":"444455556666"},"requestParameters":{"secretIdList":["prod/db","arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/api-x1y2z3","prod/db"]}')),
(4, event_with('"eventSource":"secretsmanager.amazonaws.com","eventName":"RotationFailed","eventType":"AwsServiceEvent","eventID":"4","userIdentity":{"accountId":"111122223333","invokedBy":"secretsmanager.amazonaws.com"},"errorMessage":"Error when executing lambda arn:aws:lambda:eu-west-1:111122223333:function:rotate during testSecret step","requestID":"Rotation-arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1b2c3-terraform-20240501100000000000000001","additionalEventData":{"SecretId":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1b2c3"}')),
(5, event_with('"eventSource":"secretsmanager.amazonaws.com","eventName":"RotateSecret","eventID":"5","userIdentity":{"type":"IdentityCenterUser","accountId":"111122223333","onBehalfOf":{"userId":"94482488"}},"sourceIPAddress":"2001:db8::7","requestParameters":{"secretId":"prod/db","rotationRules":{"automaticallyAfterDays":1e131071,"note":"\u0000\ud800"},"rotateImmediately":true}')),
(6, event_with('"eventSource":"s3.amazonaws.com","eventName":"GetObject","eventID":"6"')),
(7, event_with('"eventSource":"kms.amazonaws.com","eventName":"DisableKey","eventID":"7","userIdentity":{"type":"Root","accountId":"111122223333"},"requestParameters":{"keyId":"1234abcd-12ab-34cd-56ef-1234567890ab"}'));

SELECT n, f.event_name, f.item, f.actor, f.actor_kind, f.source_ip, f.succeeded FROM story, cloudtrail_secret_facts(e) AS f ORDER BY n, item;
SELECT n, f.item, f.secret_source, f.id_given, f.secret_arn, f.secret_name, f.version_id, f.token, f.trusted FROM story, cloudtrail_secret_facts(e) AS f ORDER BY n, item;
SELECT n, f.key_arn, f.detail FROM story, cloudtrail_secret_facts(e) AS f WHERE f.detail IS NOT NULL OR f.key_arn IS NOT NULL ORDER BY n, item;

-- In the list of columns, for null, and cut short.
SELECT (cloudtrail_secret_facts(e)).item FROM story WHERE n IN (3, 6) ORDER BY n;
SELECT count(*) FROM cloudtrail_secret_facts(NULL);
SELECT item FROM story, cloudtrail_secret_facts(e) AS f WHERE n = 3 LIMIT 1;

SELECT n, cloudtrail_has_facts(e) FROM story ORDER BY n;

-- A transient value has the same facts as a stored one.
SELECT count(*) AS differing FROM (SELECT f FROM story, cloudtrail_secret_facts(e) AS f) AS stored
	FULL JOIN (SELECT f FROM story, cloudtrail_unpack(e::text) AS t, cloudtrail_secret_facts(t) AS f) AS transient USING (f) WHERE stored IS NULL OR transient IS NULL;

-- Who acted.
SELECT n, actor(e), actor_kind(e) FROM story ORDER BY n;

-- Names have bounds.
SELECT n, length(f.secret_name) AS name, length(f.id_given) AS given, length(f.partial_arn) AS arn
FROM (VALUES (1, 512, 0), (2, 513, 0), (3, 5000, 0), (4, 12, 4000)) AS v (n, len, region_len),
	cloudtrail_secret_facts(('{"eventTime":"2024-05-01T10:00:00Z","eventSource":"secretsmanager.amazonaws.com","recipientAccountId":"111122223333","awsRegion":"r' || repeat('r', region_len) || '","requestParameters":{"secretId":"' || repeat('x', len) || '"}}')::cloudtrail_event) AS f ORDER BY n;
DROP FUNCTION event_with;
