-- Which events issued credentials, to whom: worked out once, when an event
-- comes in.  What session a call was made with, and who stands behind it, is
-- found here without a look at the events.

CREATE TABLE issued_credentials (
	event_time timestamptz NOT NULL,
	event_key uuid NOT NULL,
	event_source text COLLATE "C",
	event_name text COLLATE "C",
	account_id text COLLATE "C",
	aws_region text COLLATE "C",
	issued_key text COLLATE "C",
	issued_id text COLLATE "C",
	issued_name text COLLATE "C",
	issued_arn text COLLATE "C",
	issued_sign_in text COLLATE "C",
	permission_set text COLLATE "C",
	caller text COLLATE "C",
	caller_account text COLLATE "C",
	caller_id text COLLATE "C",
	caller_name text COLLATE "C",
	caller_key text COLLATE "C",
	caller_created_at timestamptz,
	caller_in_console boolean,
	caller_sign_in text COLLATE "C",
	source_ip inet,
	user_agent text COLLATE "C",
	source_identity text COLLATE "C",
	shared_event_id text COLLATE "C",
	origin text COLLATE "C",
	origin_kind text COLLATE "C",
	origin_method text COLLATE "C",
	PRIMARY KEY (event_time, event_key)
);
CREATE INDEX issued_credentials_key_idx ON issued_credentials (issued_key) WHERE issued_key IS NOT NULL;
CREATE INDEX issued_credentials_sign_in_idx ON issued_credentials (issued_sign_in, event_time)
	WHERE issued_sign_in IS NOT NULL;
CREATE INDEX issued_credentials_id_idx ON issued_credentials (issued_id, event_time);
CREATE INDEX issued_credentials_caller_key_idx ON issued_credentials (cloudtrail_session_key(caller_key,
	caller_in_console, caller_sign_in));

-- As of secret_facts.
ALTER TABLE issued_credentials
	ALTER COLUMN issued_arn SET STATISTICS 0,
	ALTER COLUMN permission_set SET STATISTICS 0,
	ALTER COLUMN source_ip SET STATISTICS 0,
	ALTER COLUMN user_agent SET STATISTICS 0,
	ALTER COLUMN source_identity SET STATISTICS 0,
	ALTER COLUMN origin SET STATISTICS 0,
	ALTER COLUMN origin_method SET STATISTICS 0;

COMMENT ON TABLE issued_credentials IS
	'A row for each event that issued credentials: calls of STS, sign-ins, and credentials from IAM Identity Center or '
	'IAM Roles Anywhere, that succeeded';
COMMENT ON COLUMN issued_credentials.event_time IS 'When the credentials were issued';
COMMENT ON COLUMN issued_credentials.event_key IS 'Key of the event in raw_events';
COMMENT ON COLUMN issued_credentials.event_source IS 'The service that issued the credentials';
COMMENT ON COLUMN issued_credentials.event_name IS 'The action that issued them';
COMMENT ON COLUMN issued_credentials.account_id IS 'Account that received the event';
COMMENT ON COLUMN issued_credentials.aws_region IS 'Region that the request was made to';
COMMENT ON COLUMN issued_credentials.issued_key IS
	'Access key that was issued, in AWS''s own words; null if the event has none. Sessions by SAML use another one';
COMMENT ON COLUMN issued_credentials.issued_id IS
	'Unique id of the role or user that the session is of, in AWS''s own words; the caller''s if they go on as who '
	'they are; the account if only that is named';
COMMENT ON COLUMN issued_credentials.issued_name IS 'Name of the session, which the caller chose';
COMMENT ON COLUMN issued_credentials.issued_arn IS 'ARN of the session';
COMMENT ON COLUMN issued_credentials.issued_sign_in IS
	'ARN of the sign-in session that the credentials belong to, which they are renewed under';
COMMENT ON COLUMN issued_credentials.permission_set IS
	'Permission set of IAM Identity Center: of the role that was assumed, or that the user chose in the portal';
COMMENT ON COLUMN issued_credentials.caller IS
	'Who asked for the credentials: ARN of the user or role, else the best identity that the event has';
COMMENT ON COLUMN issued_credentials.caller_account IS 'Account of the caller';
COMMENT ON COLUMN issued_credentials.caller_id IS 'Unique id of the caller, without the session name';
COMMENT ON COLUMN issued_credentials.caller_name IS 'Name of the caller''s session';
COMMENT ON COLUMN issued_credentials.caller_key IS 'Access key that signed the request';
COMMENT ON COLUMN issued_credentials.caller_created_at IS 'When the caller''s own temporary credentials were issued';
COMMENT ON COLUMN issued_credentials.caller_in_console IS
	'True if the caller''s credentials came from a console session';
COMMENT ON COLUMN issued_credentials.caller_sign_in IS
	'ARN of the sign-in session that the caller''s credentials belong to';
COMMENT ON COLUMN issued_credentials.source_ip IS 'Address of the caller; null if sourceIPAddress is not an address';
COMMENT ON COLUMN issued_credentials.user_agent IS 'The agent that made the request, as it named itself';
COMMENT ON COLUMN issued_credentials.source_identity IS
	'The source identity of the session: what the first caller of a chain set, as far as a policy let them';
COMMENT ON COLUMN issued_credentials.shared_event_id IS
	'Common to the records of one call that several accounts received';
COMMENT ON COLUMN issued_credentials.origin IS 'Who stands behind the session, if the event itself shows it';
COMMENT ON COLUMN issued_credentials.origin_kind IS
	'human, workload, service or unknown; null if only the event that issued the caller''s own credentials can show it';
COMMENT ON COLUMN issued_credentials.origin_method IS 'How origin is known';
