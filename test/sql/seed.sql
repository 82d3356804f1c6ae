-- The three samples of AWS's page "Logging AWS Secrets Manager events with
-- AWS CloudTrail", as typed columns.
\set VERBOSITY default
SET timezone = 'UTC';
\x on
SELECT event_time, event_name, event_id, user_type, user_name, mfa_authenticated, session_creation_date,
	principal_arn, account_id, aws_region, secret_arn, secret_name, succeeded, response_elements
FROM cloudtrail_records('{
  "eventVersion": "1.05",
  "userIdentity": {
    "type": "Root", "principalId": "123456789012", "arn": "arn:aws:iam::123456789012:root",
    "accountId": "123456789012", "accessKeyId": "AKIAIOSFODNN7EXAMPLE", "userName": "myusername",
    "sessionContext": {"attributes": {"mfaAuthenticated": "false", "creationDate": "2018-04-03T17:43:50Z"}}
  },
  "eventTime": "2018-04-03T17:50:55Z", "eventSource": "secretsmanager.amazonaws.com",
  "eventName": "CreateSecret", "awsRegion": "us-east-2",
  "requestParameters": {"name": "MyDatabaseSecret", "clientRequestToken": "EXAMPLE1-90ab-cdef-fedc-ba987EXAMPLE"},
  "responseElements": null,
  "requestID": "EXAMPLE2-90ab-cdef-fedc-ba987EXAMPLE", "eventID": "EXAMPLE3-90ab-cdef-fedc-ba987EXAMPLE",
  "eventType": "AwsApiCall", "recipientAccountId": "123456789012"
}'::text);

SELECT event_time, event_name, event_id, secret_arn, secret_name, secret_arns,
	request_parameters, response_elements ->> 'deletionDate' AS deletion_date
FROM cloudtrail_records('{
  "eventVersion": "1.05",
  "userIdentity": {
    "type": "Root", "principalId": "123456789012", "arn": "arn:aws:iam::123456789012:root",
    "accountId": "123456789012", "accessKeyId": "AKIAIOSFODNN7EXAMPLE", "userName": "myusername",
    "sessionContext": {"attributes": {"mfaAuthenticated": "false", "creationDate": "2018-04-03T17:43:50Z"}}
  },
  "eventTime": "2018-04-03T17:51:02Z", "eventSource": "secretsmanager.amazonaws.com",
  "eventName": "DeleteSecret", "awsRegion": "us-east-2",
  "requestParameters": {"recoveryWindowInDays": 30, "secretId": "MyDatabaseSecret"},
  "responseElements": {"name": "MyDatabaseSecret", "deletionDate": "May 3, 2018 5:51:02 PM",
    "aRN": "arn:aws:secretsmanager:us-east-2:123456789012:secret:MyDatabaseSecret-a1b2c3"},
  "requestID": "EXAMPLE2-90ab-cdef-fedc-ba987EXAMPLE", "eventID": "EXAMPLE3-90ab-cdef-fedc-ba987EXAMPLE",
  "eventType": "AwsApiCall", "recipientAccountId": "123456789012"
}'::text);

SELECT event_time, event_name, event_id, user_type, user_name, source_ip_address, source_ip, user_agent, secret_arn
FROM cloudtrail_records('{
  "Events": [
    {
      "EventId": "EXAMPLE1-90ab-cdef-fedc-ba987EXAMPLE", "EventName": "CreateSecret",
      "EventTime": 1525106994.0, "Username": "Administrator", "Resources": [],
      "CloudTrailEvent": "{\"eventVersion\":\"1.05\",\"userIdentity\":{\"type\":\"IAMUser\",\"principalId\":\"AKIAIOSFODNN7EXAMPLE\", \"arn\":\"arn:aws:iam::123456789012:user/Administrator\",\"accountId\":\"123456789012\",\"accessKeyId\":\"AKIAIOSFODNN7EXAMPLE\", \"userName\":\"Administrator\"},\"eventTime\":\"2018-04-30T16:49:54Z\",\"eventSource\":\"secretsmanager.amazonaws.com\", \"eventName\":\"CreateSecret\",\"awsRegion\":\"us-east-2\",\"sourceIPAddress\":\"192.168.100.101\", \"userAgent\":\"<useragent string>\",\"requestParameters\":{\"name\":\"MyTestSecret\", \"clientRequestToken\":\"EXAMPLE2-90ab-cdef-fedc-ba987EXAMPLE\"},\"responseElements\":null, \"requestID\":\"EXAMPLE3-90ab-cdef-fedc-ba987EXAMPLE\",\"eventID\":\"EXAMPLE4-90ab-cdef-fedc-ba987EXAMPLE\", \"eventType\":\"AwsApiCall\",\"recipientAccountId\":\"123456789012\"}"
    }
  ]
}'::jsonb);
