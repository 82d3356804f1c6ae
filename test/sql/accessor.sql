-- Accessors: typed values where the record has them, null where it has not,
-- and never an error, whatever the record says.
SET timezone = 'UTC';
SET datestyle = 'ISO';
CREATE FUNCTION with_time(members text) RETURNS cloudtrail_event LANGUAGE sql IMMUTABLE
	AS $$ SELECT ('{"eventTime":"2024-05-01T12:00:00Z",' || members || '}')::cloudtrail_event $$;

-- Every form of time.
SELECT t, event_time(('{"eventTime":' || t || '}')::cloudtrail_event)
FROM (VALUES ('"2018-04-30T16:49:54Z"'), ('"2025-06-25T17:09:21.198Z"'), ('"20131102T010628Z"'),
	('"2026-08-11 12:01:00"'), ('"2026-08-11 12:01:00.000"'), ('"2026-08-11 12:01:00.123456789"'),
	('1525106994.0'), ('"1525106994"'), ('1525106994123'), ('"May 3, 2018 5:51:02 PM"'), ('"Jul 10, 2023, 12:07:59 PM"'),
	('"Wed Oct 23 14:36:48 UTC 2013"'), ('"20140620T1255Z"'), ('"2024-02-29T23:59:60+02:00"'), ('"2018\u002d04-30T16:49:54Z"')) AS v(t);

-- The same under any setting of the session.
SET timezone = 'Asia/Kathmandu';
SET datestyle = 'SQL, DMY';
SELECT extract(epoch FROM event_time('{"eventTime":"May 3, 2018 5:51:02 PM"}'::cloudtrail_event)) AS epoch;
SET timezone = 'UTC';
SET datestyle = 'ISO';

-- Booleans as booleans and as strings.
SELECT v, read_only(with_time('"readOnly":' || v)), management_event(with_time('"managementEvent":' || v)),
	mfa_authenticated(with_time('"userIdentity":{"sessionContext":{"attributes":{"mfaAuthenticated":' || v || '}}}')),
	session_credential_from_console(with_time('"sessionCredentialFromConsole":' || v)) AS from_console
FROM (VALUES ('true'), ('false'), ('"true"'), ('"FALSE"'), ('null'), ('"null"'), ('""'), ('"yes"'), ('1'), ('{}')) AS b(v);

-- Addresses, and what is none.
SELECT v, source_ip_address(with_time('"sourceIPAddress":' || v)), source_ip(with_time('"sourceIPAddress":' || v))
FROM (VALUES ('"192.0.2.1"'), ('"2001:DB8::1"'), ('"::ffff:192.0.2.1"'), ('"secretsmanager.amazonaws.com"'), ('"AWS Internal"'),
	('"172.01.01.001"'), ('"10.0.0.0/8"'), ('"10.1"'), ('"192.0.2.1\u0000"'), ('""'), ('null'), ('7')) AS a(v);

-- Text: strings as they are, other values as JSON, null as null.
SELECT v, user_agent(with_time('"userAgent":' || v)), event_name(with_time('"eventName":' || v))
FROM (VALUES ('"a\"b\\c\/\n"'), ('"\u00e9\ud83d\ude00"'), ('"x\u0000y\ud800z"'), ('""'), ('null'), ('1.50'), ('true'), ('[1, 2]'), ('{"a":1}')) AS t(v);

-- JSON: values as they are, null as null.
SELECT v, request_parameters(with_time('"requestParameters":' || v)), response_elements(with_time('"responseElements":' || v))
FROM (VALUES ('{"a":"\u0000"}'), ('{}'), ('[]'), ('"text"'), ('""'), ('null'), ('{"n":1e999999,"m":-1e-999999,"k":12345678901234567890123}'), ('{"a":1,"a":2}')) AS j(v);

-- The last of equal keys counts, as in jsonb, and with all that was under it.
SELECT user_type(e), user_name(e), e::jsonb -> 'userIdentity' AS user_identity, event_name(e)
FROM (SELECT with_time('"userIdentity":{"type":"A","userName":"a"},"eventName":"x","userIdentity":{"type":"B"},"event\u004eame":"y"')) AS d(e);

-- Who acted.
SELECT principal_arn(e), session_name(e), account_id(e)
FROM (VALUES
	(with_time('"userIdentity":{"type":"AssumedRole","principalId":"AROAX:s1","arn":"arn:aws:sts::111122223333:assumed-role/R/s1","accountId":"111122223333","sessionContext":{"sessionIssuer":{"type":"Role","arn":"arn:aws:iam::111122223333:role/path/R"}}}')),
	(with_time('"userIdentity":{"type":"AssumedRole","arn":"arn:aws-cn:sts::111122223333:assumed-role/R/s1"}')),
	(with_time('"userIdentity":{"type":"IAMUser","principalId":"AIDAX","arn":"arn:aws:iam::111122223333:user/u"},"recipientAccountId":"444455556666"')),
	(with_time('"userIdentity":{"type":"FederatedUser","arn":"arn:aws:sts::111122223333:federated-user/f"}')),
	(with_time('"userIdentity":{"accountId":"111122223333","invokedBy":"secretsmanager.amazonaws.com"}')),
	(with_time('"userIdentity":"odd"')),
	(with_time('"userIdentity":null'))) AS p(e);

-- What failed.
SELECT succeeded(e), error_code(e)
FROM (VALUES
	(with_time('"errorCode":"AccessDenied"')),
	(with_time('"errorCode":""')),
	(with_time('"errorMessage":"Error when executing lambda","eventName":"RotationFailed","eventType":"AwsServiceEvent"')),
	(with_time('"eventName":"RotationFailed","eventType":"AwsServiceEvent"')),
	(with_time('"eventName":"ConsoleLogin","responseElements":{"ConsoleLogin":"Failure"}')),
	(with_time('"eventName":"ConsoleLogin","responseElements":{"ConsoleLogin":"Success"}')),
	(with_time('"errorCode":null,"errorMessage":null'))) AS s(e);

-- Which secret.
SELECT event_name(e) AS case, secret_arn(e), secret_name(e), secret_version_id(e) AS version, secret_arns(e)
FROM (
	SELECT with_time('"eventSource":"' || CASE WHEN n = 'kms' THEN 'kms' ELSE 'secretsmanager' END
		|| '.amazonaws.com","awsRegion":"eu-west-1","recipientAccountId":"111122223333","eventName":"' || n || '",' || members)
	FROM (VALUES
		('name', '"requestParameters":{"secretId":"prod/db"}'),
		('ARN', '"requestParameters":{"secretId":"arn:aws:secretsmanager:eu-west-1:444455556666:secret:prod/db-a1b2c3","versionId":"v1"}'),
		('partial ARN', '"requestParameters":{"secretId":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db"}'),
		('CreateSecret', '"requestParameters":{"name":"prod/db"},"responseElements":{"arn":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1b2c3"}'),
		('DeleteSecret', '"requestParameters":{"secretId":"prod/db"},"responseElements":{"aRN":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1b2c3","name":"prod/db"}'),
		('PutSecretValue', '"requestParameters":{"secretId":"prod/db","clientRequestToken":"t1"}'),
		('service event', '"additionalEventData":{"SecretId":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1b2c3"}'),
		('deletion', '"additionalEventData":{"ARN":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1b2c3","Name":"prod/db"}'),
		('requestID', '"requestID":"Rotation-arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1b2c3-eeb681b1-a07d-4aeb-9b61-1ee6590ec295"'),
		('refused', '"errorCode":"AccessDenied","requestParameters":null,"errorMessage":"User: arn:aws:sts::111122223333:assumed-role/R/s is not authorized to perform: secretsmanager:GetSecretValue on resource: prod/db because no identity-based policy allows the secretsmanager:GetSecretValue action"'),
		('refused ARN', '"errorMessage":"User: u is not authorized to perform: x on resource: arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1b2c3 with an explicit deny"'),
		('refused list', '"errorMessage":"User: u is not authorized to perform: secretsmanager:ListSecrets because no identity-based policy allows it"'),
		('batch', '"requestParameters":{"secretIdList":["prod/db","arn:aws:secretsmanager:eu-west-1:111122223333:secret:x-a1b2c3","prod/db"]}'),
		('batch of one', '"requestParameters":{"secretIdList":["prod/db"]}'),
		('filters', '"requestParameters":{"filters":[{"key":"tag-key","values":["!x"]}]}'),
		('resources', '"resources":[{"ARN":"arn:aws:kms:eu-west-1:111122223333:key/k"},{"ARN":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1b2c3"}]'),
		('kms', '"requestParameters":{"encryptionContext":{"SecretARN":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1b2c3","SecretVersionId":"v2"}}'),
		('China', '"userIdentity":{"arn":"arn:aws-cn:iam::111122223333:user/u"},"requestParameters":{"secretId":"prod/db"}')
	) AS c(n, members)
) AS s(e);

SELECT resource_arns(with_time('"resources":[{"ARN":"a"},{"arn":"b"},{"accountId":"1"},"c",7,{"ARN":"a"}]')) AS some,
	resource_arns(with_time('"resources":[]')) AS none, resource_arns(with_time('"resources":""')) AS odd;
SELECT v, event_version_major(with_time('"eventVersion":' || v)), event_version_minor(with_time('"eventVersion":' || v))
FROM (VALUES ('"1.08"'), ('"1.10"'), ('"1.9"'), ('"2"'), ('"x"'), ('1.05')) AS n(v);
SELECT event_key(with_time('"eventID":"7A4B3C2D-0000-4000-8000-00000000000F"')) AS as_given,
	event_key(with_time('"eventID":"EXAMPLE1-90ab-cdef-fedc-ba987EXAMPLE"')) AS made;
SELECT action(with_time('"eventSource":"monitoring.amazonaws.com","eventName":"PutMetricData"')), action(with_time('"eventName":"X"'));
DROP FUNCTION with_time;
