-- Operators on events give what they give on event::jsonb.
CREATE TEMP TABLE trail (n int GENERATED ALWAYS AS IDENTITY, event cloudtrail_event);
INSERT INTO trail (event) VALUES
	('{"eventTime":"2024-05-01T12:00:00Z","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","awsRegion":"eu-west-1",'
	 '"userIdentity":{"type":"AssumedRole","sessionContext":{"sessionIssuer":{"arn":"arn:aws:iam::123456789012:role/app"}}},'
	 '"requestParameters":{"secretId":"app\/db","encryptionContext":{"SecretARN":"s"},"a.b/c":[10,[20,21],{"x":null}]},"responseElements":null,'
	 '"resources":[{"ARN":"arn:1","type":"t"},{"ARN":"arn:2","arn":"arn:3"}],"readOnly":true,"n":1e5}'),
	('  { "eventTime" : "2024-05-01T12:00:00Z" , "eventN\u0061me" : "Get\u0053ecretValue" , "errorCode" : 12 , "awsRegion" : "12" , '
	 '"a" : 1 , "a" : { "b" : 2 , "b" : [ ] , "b" : [ 0 , [ "\u00e4\ud83d\ude00" ] , { } ] } , "k\u0000\ud800" : "v\u0000\ud800" } '),
	('{"eventTime":"2024-05-01T12:00:00Z","eventName":{"a":1},"eventSource":"","errorCode":1e999999,"awsRegion":null,"userIdentity":[{"type":"Root"}],'
	 '"big":[1e999999,-0,-0.0,1.50,1E2,0.1e1,123456789012345678901234567890],"userIdentity":{"type":"x"},"userIdentity":{"arn":"y"},"":{"":5}}');

-- Members.
SELECT n, event -> 'eventName' AS name, event ->> 'eventName' AS name_text, event -> 'readOnly' AS bool, event ->> 'readOnly' AS bool_text,
	event -> 'n' AS number, event ->> 'n' AS number_text
FROM trail;
SELECT n, event -> 'responseElements' AS json_null, event ->> 'responseElements' AS sql_null, event ->> 'awsRegion' AS region,
	event -> 'missing' AS missing, event ->> 'missing' AS missing_text, event -> 'requestParameters.secretId' AS no_path
FROM trail;
SELECT event ->> 'requestParameters' AS object, event ->> 'resources' AS array FROM trail WHERE n = 1;
SELECT event -> 'a' AS last_wins, event ->> E'k\uFFFD\uFFFD' AS odd_key, event -> E'k\uFFFD\uFFFD' AS odd, event ->> 'k\u0000\ud800' AS not_unescaped FROM trail WHERE n = 2;
SELECT event -> 'big' AS big, event ->> 'errorCode' AS beyond_numeric, event -> 'errorCode' AS string, event -> '' AS empty_key,
	event -> 'userIdentity' AS identity FROM trail WHERE n = 3;
SELECT event -> NULL AS strict, event ->> NULL AS strict_text, event #> NULL AS strict_path FROM trail WHERE n = 1;

-- Paths.
SELECT p AS path, event #> p AS value, event #>> p AS text
FROM trail, (VALUES ('{eventName}'::text[]), ('{userIdentity,sessionContext,sessionIssuer,arn}'), ('{userIdentity,sessionContext,sessionIssuer,arn,x}'),
	('{userIdentity,nothing,sessionIssuer}'), ('{requestParameters,secretId}'), ('{requestParameters,encryptionContext}'),
	('{requestParameters,a.b/c,0}'), ('{requestParameters,a.b/c,1,1}'), ('{requestParameters,a.b/c,-1}'), ('{requestParameters,a.b/c,-3}'),
	('{requestParameters,a.b/c,-4}'), ('{requestParameters,a.b/c,3}'), ('{requestParameters,a.b/c,2,x}'), ('{requestParameters,a.b/c,-2,-2}'),
	('{requestParameters,a.b/c," +1"}'), ('{requestParameters,a.b/c,"1 "}'), ('{requestParameters,a.b/c,- 1}'), ('{requestParameters,a.b/c,""}'),
	('{requestParameters,a.b/c,01}'), ('{requestParameters,a.b/c,0x1}'), ('{requestParameters,a.b/c,2147483648}'), ('{requestParameters,a.b/c,-2147483648}'),
	('{requestParameters,a.b/c,4294967296}'), ('{requestParameters,a.b/c,99999999999999999999999999}'), ('{requestParameters,a.b/c,NULL}'),
	('{{requestParameters},{secretId}}'), ('{resources,1,ARN}'), ('{resources,ARN}'), ('{eventName,0}'), ('{0}')) AS v(p)
WHERE n = 1;
SELECT event #>> '{a,b,1,0}' AS nested, event #>> '{a,b}' AS object, event #> '{a,b,2}' AS empty FROM trail WHERE n = 2;
SELECT event #>> '{"",""}' AS empty_keys, event #>> '{userIdentity,type}' AS overwritten, event #>> '{big,0}' AS beyond_numeric,
	event #>> '{big,1}' AS zero, event #>> '{big,2}' AS zeros, event #>> '{big,3}' AS digits, event #>> '{big,4}' AS hundred, event #>> '{big,-1}' AS long
FROM trail WHERE n = 3;

SELECT event #> '{}' = event::jsonb AS whole, event #>> '{}' = event::jsonb::text AS whole_text FROM trail;

-- 1,990 levels.
CREATE TEMP TABLE deep AS
	SELECT ('{"eventTime":"2024-05-01T12:00:00Z","a":' || repeat('{"b":[', 990) || '1' || repeat(']}', 990) || '}')::cloudtrail_event AS event;
SELECT event #>> ('{a' || repeat(',b,0', 990) || '}')::text[] AS bottom, event #>> ('{a' || repeat(',b,-1', 990) || '}')::text[] AS bottom_too,
	length(event ->> 'a') AS length, event @> ('{"a":' || repeat('{"b":[', 990) || '1' || repeat(']}', 990) || '}')::jsonb AS contains
FROM deep;

-- Containment, in the record and in event::jsonb.
SELECT t AS query, array_agg(event @> q ORDER BY n) AS contains,
	bool_and((event @> q) = (event::jsonb @> q) AND (q <@ event) = (event @> q)) AS agrees
FROM trail, (VALUES ('{}'), ('[]'), ('"eventName"'), ('1'), ('null'), ('{"eventName":"GetSecretValue"}'), ('{"eventName":"getsecretvalue"}'),
	('{"eventName":"GetSecretValue","awsRegion":"eu-west-1","eventSource":"secretsmanager.amazonaws.com"}'),
	('{"eventName":"GetSecretValue","awsRegion":"eu-west-2"}'), ('{"eventName":{"a":1}}'), ('{"eventName":"{\"a\":1}"}'), ('{"eventName":null}'),
	('{"errorCode":"12"}'), ('{"errorCode":12}'), ('{"errorCode":12.0}'), ('{"awsRegion":"12"}'), ('{"awsRegion":12}'), ('{"awsRegion":null}'),
	('{"errorCode":"1e999999"}'), ('{"errorCode":"1E999999"}'), ('{"eventSource":""}'),
	('{"userIdentity":{}}'), ('{"userIdentity":[]}'), ('{"userIdentity":"x"}'), ('{"userIdentity":{"arn":"y"}}'), ('{"userIdentity":{"type":"x"}}'),
	('{"userIdentity":{"sessionContext":{"sessionIssuer":{"arn":"arn:aws:iam::123456789012:role/app"}}}}'),
	('{"userIdentity":{"sessionContext":{"sessionIssuer":{"arn":"arn:aws:iam::123456789012:role/app"}},"type":"User"}}'),
	('{"requestParameters":{"secretId":"app/db"}}'), ('{"requestParameters":{"encryptionContext":{"SecretARN":"s"}}}'),
	('{"requestParameters":{"a.b/c":[[21]]}}'), ('{"requestParameters":{"a.b/c":[21]}}'), ('{"requestParameters":{"a.b/c":[{"x":null},10]}}'),
	('{"resources":[{"ARN":"arn:2"}]}'), ('{"resources":[{"arn":"arn:3"}]}'), ('{"resources":[{"ARN":"arn:3"}]}'), ('{"resources":[{"ARN":"arn:1"},{"ARN":"arn:2"}]}'),
	('{"resources":{"ARN":"arn:1"}}'), ('{"resources":[]}'), ('{"readOnly":true}'), ('{"readOnly":"true"}'), ('{"n":100000}'), ('{"n":100000.00}'),
	('{"a":{"b":[0]}}'), ('{"a":1}'), ('{"a":{"b":2}}'), ('{"big":[0,1.5,100]}'), ('{"big":["1e999999"]}'), ('{"missing":null}'), ('{"":{"":5}}'),
	('{"k\ufffd\ufffd":"v\ufffd\ufffd"}'), ('{"eventTime":"2024-05-01T12:00:00Z"}')) AS v(t), CAST(t AS jsonb) AS q
GROUP BY t ORDER BY t COLLATE "C";

-- A query that changes from row to row, and one that is null.
SELECT t.n, array_agg(u.n ORDER BY u.n) FILTER (WHERE t.event @> (u.event::jsonb - 'big')) AS contains FROM trail t, trail u GROUP BY t.n ORDER BY t.n;
SELECT event @> NULL AS strict FROM trail WHERE n = 1;
