-- What events say about secrets: worked out once, when an event comes in.
-- The auditors' views stand on these rows.
-- As in all tables of a trail, texts are compared byte by byte: no answer and no index depends on the locale of the
-- database, or on a library that an upgrade of the system replaces.

CREATE TABLE secret_facts (
	event_time timestamptz NOT NULL,
	event_key uuid NOT NULL,
	item integer NOT NULL,
	event_id text COLLATE "C",
	event_source text COLLATE "C",
	event_name text COLLATE "C",
	event_type text COLLATE "C",
	account_id text COLLATE "C",
	aws_region text COLLATE "C",
	actor text COLLATE "C",
	actor_kind text COLLATE "C",
	user_type text COLLATE "C",
	actor_account text COLLATE "C",
	principal_id text COLLATE "C",
	session_name text COLLATE "C",
	source_identity text COLLATE "C",
	access_key_id text COLLATE "C",
	invoked_by text COLLATE "C",
	on_behalf_of text COLLATE "C",
	source_ip inet,
	user_agent text COLLATE "C",
	secret_source text COLLATE "C",
	id_given text COLLATE "C",
	secret_arn text COLLATE "C",
	partial_arn text COLLATE "C",
	secret_name text COLLATE "C",
	secret_account text COLLATE "C",
	secret_region text COLLATE "C",
	version_id text COLLATE "C",
	version_stage text COLLATE "C",
	token text COLLATE "C",
	succeeded boolean NOT NULL,
	error_code text COLLATE "C",
	error_message text COLLATE "C",
	read_only boolean,
	request_id text COLLATE "C",
	shared_event_id text COLLATE "C",
	original_event_id text COLLATE "C",
	vpc_endpoint_id text COLLATE "C",
	from_console boolean,
	key_arn text COLLATE "C",
	trusted boolean NOT NULL,
	detail jsonb,
	session_created_at timestamptz,
	sign_in_session_arn text COLLATE "C",
	origin text COLLATE "C",
	origin_kind text COLLATE "C",
	origin_method text COLLATE "C",
	PRIMARY KEY (event_time, event_key, item)
);
CREATE INDEX secret_facts_secret_name_idx ON secret_facts (secret_name, event_time);
CREATE INDEX secret_facts_secret_arn_idx ON secret_facts (secret_arn, event_time);

-- No view chooses rows by these, so ANALYZE, which follows imports, need not sort them.
ALTER TABLE secret_facts
	ALTER COLUMN event_id SET STATISTICS 0,
	ALTER COLUMN source_identity SET STATISTICS 0,
	ALTER COLUMN on_behalf_of SET STATISTICS 0,
	ALTER COLUMN source_ip SET STATISTICS 0,
	ALTER COLUMN user_agent SET STATISTICS 0,
	ALTER COLUMN id_given SET STATISTICS 0,
	ALTER COLUMN version_stage SET STATISTICS 0,
	ALTER COLUMN error_message SET STATISTICS 0,
	ALTER COLUMN request_id SET STATISTICS 0,
	ALTER COLUMN vpc_endpoint_id SET STATISTICS 0,
	ALTER COLUMN detail SET STATISTICS 0,
	ALTER COLUMN origin SET STATISTICS 0,
	ALTER COLUMN origin_method SET STATISTICS 0;

COMMENT ON TABLE secret_facts IS
	'A row for each event and secret that it names: events of Secrets Manager, of KMS for it, and others that name a '
	'secret''s ARN';
COMMENT ON COLUMN secret_facts.event_time IS 'When the call completed';
COMMENT ON COLUMN secret_facts.event_key IS 'Key of the event in raw_events';
COMMENT ON COLUMN secret_facts.item IS
	'0 for the secret of an event that names one or none; 1, 2, … for those that a batch or list names';
COMMENT ON COLUMN secret_facts.event_id IS 'eventID, as it is written';
COMMENT ON COLUMN secret_facts.event_source IS 'The service, the same for every partition of AWS';
COMMENT ON COLUMN secret_facts.event_name IS 'The action or service event';
COMMENT ON COLUMN secret_facts.event_type IS 'AwsApiCall, AwsServiceEvent and others';
COMMENT ON COLUMN secret_facts.account_id IS 'Account that received the event';
COMMENT ON COLUMN secret_facts.aws_region IS 'Region that the request was made to';
COMMENT ON COLUMN secret_facts.actor IS
	'Who called: ARN of the user or of the role behind a session, else the best identity that the event has';
COMMENT ON COLUMN secret_facts.actor_kind IS
	'What actor names: role, user, root, federated user, identity center user, service, account and others';
COMMENT ON COLUMN secret_facts.user_type IS 'userIdentity.type';
COMMENT ON COLUMN secret_facts.actor_account IS 'Account of the caller';
COMMENT ON COLUMN secret_facts.principal_id IS 'Unique id of the caller, without the session name';
COMMENT ON COLUMN secret_facts.session_name IS 'Name of the role or federated session';
COMMENT ON COLUMN secret_facts.source_identity IS 'The identity that the caller set when assuming a role';
COMMENT ON COLUMN secret_facts.access_key_id IS 'Access key that signed the request';
COMMENT ON COLUMN secret_facts.invoked_by IS 'The AWS service that made the request';
COMMENT ON COLUMN secret_facts.on_behalf_of IS 'IAM Identity Center user that the call was made for';
COMMENT ON COLUMN secret_facts.source_ip IS 'Address of the caller; null if sourceIPAddress is not an address';
COMMENT ON COLUMN secret_facts.user_agent IS 'The agent that made the request, as it named itself';
COMMENT ON COLUMN secret_facts.secret_source IS
	'Where the event names the secret: response, service_event, resource, request_arn, kms, request_id, message_arn, '
	'partial_arn, name or list; null if it names none';
COMMENT ON COLUMN secret_facts.id_given IS 'The secret as the caller named it';
COMMENT ON COLUMN secret_facts.secret_arn IS
	'ARN that ends as a full one does, if the event has it; null otherwise';
COMMENT ON COLUMN secret_facts.partial_arn IS
	'ARN without the suffix: of secret_arn, or implied by name, account and Region';
COMMENT ON COLUMN secret_facts.secret_name IS 'Name of the secret';
COMMENT ON COLUMN secret_facts.secret_account IS 'Account of the secret, by its ARN, else that of the event';
COMMENT ON COLUMN secret_facts.secret_region IS 'Region of the secret, by its ARN, else that of the event';
COMMENT ON COLUMN secret_facts.version_id IS 'Version that was read or made, if the event has it';
COMMENT ON COLUMN secret_facts.version_stage IS 'Staging label of the request';
COMMENT ON COLUMN secret_facts.token IS 'Client request token, or the token of a rotation';
COMMENT ON COLUMN secret_facts.succeeded IS 'False if the event reports a failure';
COMMENT ON COLUMN secret_facts.error_code IS 'The service''s error code';
COMMENT ON COLUMN secret_facts.error_message IS 'Description of the error';
COMMENT ON COLUMN secret_facts.read_only IS 'Whether the operation only reads';
COMMENT ON COLUMN secret_facts.request_id IS 'The service''s identifier of the request';
COMMENT ON COLUMN secret_facts.shared_event_id IS 'Common to the records of one call that several accounts received';
COMMENT ON COLUMN secret_facts.original_event_id IS 'eventID of the record that this one updates';
COMMENT ON COLUMN secret_facts.vpc_endpoint_id IS 'VPC endpoint that the request came through';
COMMENT ON COLUMN secret_facts.from_console IS 'True if the credentials came from a console session';
COMMENT ON COLUMN secret_facts.key_arn IS 'The KMS key, as far as the event names it';
COMMENT ON COLUMN secret_facts.trusted IS
	'Whether the full ARN is the service''s own word, not the caller''s';
COMMENT ON COLUMN secret_facts.detail IS
	'Other parameters that views read, by name; every scalar is a JSON string';
COMMENT ON COLUMN secret_facts.session_created_at IS 'When the temporary credentials of the caller were issued';
COMMENT ON COLUMN secret_facts.sign_in_session_arn IS
	'ARN of the sign-in session that the caller''s credentials belong to';
COMMENT ON COLUMN secret_facts.origin IS 'Who stands behind the call, if the event itself shows it';
COMMENT ON COLUMN secret_facts.origin_kind IS
	'human, workload, service or unknown; null if only the event that issued the caller''s credentials can show it';
COMMENT ON COLUMN secret_facts.origin_method IS 'How origin is known';
