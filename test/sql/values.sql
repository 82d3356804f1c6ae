-- Values that queries and exports write otherwise than CloudTrail does.

-- An event keeps its bytes though its fields are strings of JSON, and reads as if they were not.
CREATE TABLE wrapped AS SELECT event FROM cloudtrail_events($$
{"Records":[{"eventTime":"2024-05-01 10:00:00.000", "eventName":"GetSecretValue","eventSource":"secretsmanager.amazonaws.com","awsRegion":"us-east-1",
"userIdentity":"{\"type\":\"IAMUser\",\"arn\":\"arn:aws:iam::111122223333:user/pat\",\"accountId\":\"111122223333\"}",
"requestParameters":"{\n \"secretId\": \"prod/db\"}", "resources":"[{\"ARN\":\"arn:x\"}]", "serviceEventDetails":"{no JSON}"}]}$$::text) AS event;
SELECT event FROM wrapped;
SELECT principal_arn(event), user_type(event), account_id(event), secret_id(event), resource_arns(event), service_event_details(event) FROM wrapped;
SELECT user_identity(event), event -> 'userIdentity' AS as_it_stands, event #>> '{userIdentity,type}' AS not_there FROM wrapped;
SELECT event @@ 'prod/db' AS concerns,
	event @> '{"requestParameters":{"secretId":"prod/db"}}' AS contains_object,
	event @> '{"requestParameters":"{\n \"secretId\": \"prod/db\"}"}' AS contains_string,
	event::jsonb @> '{"requestParameters":{"secretId":"prod/db"}}' AS as_jsonb_does
FROM wrapped;
SELECT secret_arn(event::text), secret_arn(event::jsonb) FROM wrapped;
DROP TABLE wrapped;

-- Results of queries: of CloudTrail Lake by its API and as CSV, of Athena as CSV and by its API.
CREATE TABLE result (source text, blob text);
INSERT INTO result VALUES
	('Lake, API', $${"QueryStatus":"FINISHED","QueryResultRows":[[{"eventTime":"2024-05-01 10:00:00.000"},{"eventName":"GetSecretValue"},
		{"eventSource":"secretsmanager.amazonaws.com"},{"awsRegion":"us-east-1"},{"recipientAccountId":"111122223333"},{"errorCode":"null"},
		{"userIdentity":"{type=AssumedRole, principalid=AROAEXAMPLE:pat, arn=arn:aws:sts::111122223333:assumed-role/App/pat, accountid=111122223333, accesskeyid=ASIAEXAMPLE, username=null, sessioncontext={attributes={creationdate=2023-06-07 23:59:12.000, mfaauthenticated=true}, sessionissuer={type=Role, principalid=AROAEXAMPLE, arn=arn:aws:iam::111122223333:role/App, accountid=111122223333, username=App}, webidfederationdata=null, sourceidentity=null, ec2roledelivery=null, ec2issuedinvpc=null}, invokedby=null, identityprovider=null, credentialid=null, onbehalfof=null}"},
		{"requestParameters":"{secretId=shop/db, versionStage=AWSCURRENT}"}]]}$$),
	('Lake, CSV', $$eventTime,eventName,eventSource,awsRegion,recipientAccountId,errorCode,userIdentity,requestParameters
2024-05-01 10:00:00.000,GetSecretValue,secretsmanager.amazonaws.com,us-east-1,111122223333,,"{type=AssumedRole, principalid=AROAEXAMPLE:pat, arn=arn:aws:sts::111122223333:assumed-role/App/pat, accountid=111122223333, accesskeyid=ASIAEXAMPLE, username=null, sessioncontext={attributes={creationdate=2023-06-07 23:59:12.000, mfaauthenticated=true}, sessionissuer={type=Role, principalid=AROAEXAMPLE, arn=arn:aws:iam::111122223333:role/App, accountid=111122223333, username=App}}, invokedby=null}","{secretId=shop/db, versionStage=AWSCURRENT}"
$$),
	('Athena, CSV', $$"eventtime","eventname","eventsource","awsregion","recipientaccountid","errorcode","useridentity","requestparameters"
"2024-05-01T10:00:00Z","GetSecretValue","secretsmanager.amazonaws.com","us-east-1","111122223333",,"{type=AssumedRole, principalid=AROAEXAMPLE:pat, arn=arn:aws:sts::111122223333:assumed-role/App/pat, accountid=111122223333, invokedby=null, accesskeyid=ASIAEXAMPLE, username=null, sessioncontext={attributes={mfaauthenticated=true, creationdate=2023-06-07T23:59:12Z}, sessionissuer={type=Role, principalid=AROAEXAMPLE, arn=arn:aws:iam::111122223333:role/App, accountid=111122223333, username=App}}}","{""secretId"":""shop/db"",""versionStage"":""AWSCURRENT""}"
$$),
	('Athena, API', $${"UpdateCount":0,"ResultSet":{"Rows":[
		{"Data":[{"VarCharValue":"eventtime"},{"VarCharValue":"eventname"},{"VarCharValue":"eventsource"},{"VarCharValue":"awsregion"},{"VarCharValue":"recipientaccountid"},{"VarCharValue":"errorcode"},{"VarCharValue":"useridentity"},{"VarCharValue":"requestparameters"}]},
		{"Data":[{"VarCharValue":"2024-05-01T10:00:00Z"},{"VarCharValue":"GetSecretValue"},{"VarCharValue":"secretsmanager.amazonaws.com"},{"VarCharValue":"us-east-1"},{"VarCharValue":"111122223333"},{},{"VarCharValue":"{type=AssumedRole, principalid=AROAEXAMPLE:pat, arn=arn:aws:sts::111122223333:assumed-role/App/pat, accountid=111122223333, invokedby=null, accesskeyid=ASIAEXAMPLE, username=null, sessioncontext={attributes={mfaauthenticated=true, creationdate=2023-06-07T23:59:12Z}, sessionissuer={type=Role, principalid=AROAEXAMPLE, arn=arn:aws:iam::111122223333:role/App, accountid=111122223333, username=App}}}"},{"VarCharValue":"{\"secretId\":\"shop/db\",\"versionStage\":\"AWSCURRENT\"}"}]}]}}$$),
	('Athena, UNLOAD', $${"eventtime":"2024-05-01T10:00:00Z","eventname":"GetSecretValue","eventsource":"secretsmanager.amazonaws.com","awsregion":"us-east-1","recipientaccountid":"111122223333","useridentity":{"type":"AssumedRole","principalid":"AROAEXAMPLE:pat","arn":"arn:aws:sts::111122223333:assumed-role/App/pat","accountid":"111122223333","accesskeyid":"ASIAEXAMPLE","sessioncontext":{"attributes":{"mfaauthenticated":"true","creationdate":"2023-06-07T23:59:12Z"},"sessionissuer":{"arn":"arn:aws:iam::111122223333:role/App"}}},"requestparameters":"{\"secretId\":\"shop/db\",\"versionStage\":\"AWSCURRENT\"}"}$$),
	('Security Lake 1', $${"class_uid":3005,"metadata":{"uid":"e","version":"1.0.0-rc.2"},"time":1714557600000,"cloud":{"region":"us-east-1"},"api":{"operation":"GetSecretValue","service":{"name":"secretsmanager.amazonaws.com"}},"identity":{"user":{"type":"AssumedRole","uid":"AROAEXAMPLE:pat","uuid":"arn:aws:sts::111122223333:assumed-role/App/pat","account_uid":"111122223333","credential_uid":"ASIAEXAMPLE"},"session":{"issuer":"arn:aws:iam::111122223333:role/App","mfa":true,"created_time":1686182352000}},"status_id":1,"unmapped":{"recipientAccountId":"111122223333","requestParameters.secretId":"shop/db","requestParameters.versionStage":"AWSCURRENT"}}$$),
	('Security Lake 2', $${"class_uid":6003,"metadata":{"uid":"e","version":"1.5.0"},"time":1714557600000,"cloud":{"region":"us-east-1","account":{"uid":"111122223333"}},"api":{"operation":"GetSecretValue","service":{"name":"secretsmanager.amazonaws.com"},"request":{"data":"{\"secretId\":\"shop/db\"}"}},"actor":{"user":{"type":"AssumedRole","uid_alt":"AROAEXAMPLE:pat","uid":"arn:aws:sts::111122223333:assumed-role/App/pat","account":{"uid":"111122223333"},"credential_uid":"ASIAEXAMPLE"},"session":{"issuer":"arn:aws:iam::111122223333:role/App","is_mfa":true,"created_time":1686182352000}},"status_id":1,"unmapped":[["requestParameters.versionStage","AWSCURRENT"]]}$$);
SELECT source, event_name, principal_arn, account_id, access_key_id, session_name, mfa_authenticated AS mfa,
	extract(epoch FROM session_creation_date)::bigint AS created, secret_arn, succeeded
FROM result, cloudtrail_records(blob) ORDER BY source;
SELECT count(*) FROM result, cloudtrail_events(blob) AS event WHERE event @@ 'shop/db' AND request_parameters(event) ->> 'versionStage' = 'AWSCURRENT';

-- What can be read in several ways is left out, with the reason.
SELECT kind, error FROM cloudtrail_items(convert_to($${"QueryResultRows":[
	[{"eventTime":"2024-05-01 10:00:00.000"},{"requestParameters":"{secretId=a, description=see {b}}"}],
	[{"eventTime":"2024-05-01 10:00:00.000"},{"requestParameters":"{description=for all, secretId=a}"}],
	[{"eventTime":"2024-05-01 10:00:00.000"},{"requestParameters":"{description=for all, others}"}]]}$$, 'UTF8'));
DROP TABLE result;

-- Outcomes of sign-ins.
SELECT event_name, succeeded, response_elements, additional_event_data
FROM cloudtrail_records($$
{"eventTime":"2024-05-01T10:00:00Z","eventSource":"signin.amazonaws.com","eventName":"CredentialVerification","serviceEventDetails":{"CredentialVerification":"Failure"}}
{"eventTime":"2024-05-01T10:00:00Z","eventSource":"signin.amazonaws.com","eventName":"UserAuthentication","serviceEventDetails":{"UserAuthentication":"Success"}}
{"eventTime":"2024-05-01T10:00:00Z","eventSource":"signin.amazonaws.com","eventName":"SwitchRole","responseElements":{"SwitchRole":"Failure"}}
{"class_uid":3002,"time":1714557600000,"api":{"operation":"ConsoleLogin","service":{"name":"signin.amazonaws.com"}},"status":"Failure","status_id":2,"is_mfa":false}
{"class_uid":3002,"time":1714557600000,"api":{"operation":"ConsoleLogin","service":{"name":"signin.amazonaws.com"}},"status_id":1,"is_mfa":true}$$::text);

-- An empty file is damaged.
SELECT i.kind, i.error FROM (VALUES (''::bytea), (' '), ('{"Records":[]}')) AS f (content), cloudtrail_items(f.content) AS i;
