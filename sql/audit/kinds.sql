-- What names of events and errors mean: AWS adds some without notice, so rows may be added or corrected.

CREATE TABLE secret_event_kinds (
	event_name text COLLATE "C" PRIMARY KEY,
	process text COLLATE "C" NOT NULL CHECK (process IN ('rotation', 'deletion', 'replication')),
	phase text COLLATE "C" NOT NULL CHECK (phase IN ('scheduled', 'started', 'succeeded', 'failed', 'abandoned',
		'cancelled', 'restored', 'ended')),
	is_test boolean NOT NULL DEFAULT false
);
INSERT INTO secret_event_kinds (event_name, process, phase, is_test) VALUES
	('RotationStarted', 'rotation', 'started', false), ('RotationSucceeded', 'rotation', 'succeeded', false),
	('RotationFailed', 'rotation', 'failed', false), ('RotationAbandoned', 'rotation', 'abandoned', false),
	('TestRotationStarted', 'rotation', 'started', true), ('TestRotationSucceeded', 'rotation', 'succeeded', true),
	('TestRotationFailed', 'rotation', 'failed', true),
	('DeleteSecret', 'deletion', 'scheduled', false), ('RestoreSecret', 'deletion', 'restored', false),
	('StartSecretVersionDelete', 'deletion', 'started', false), ('CancelSecretVersionDelete', 'deletion',
		'cancelled', false),
	('EndSecretVersionDelete', 'deletion', 'ended', false), ('SecretVersionDeletion', 'deletion', 'succeeded', false),
	('ReplicationStarted', 'replication', 'started', false), ('ReplicationSucceeded', 'replication',
		'succeeded', false),
	('ReplicationFailed', 'replication', 'failed', false)
	ON CONFLICT DO NOTHING;
COMMENT ON TABLE secret_event_kinds IS
	'What Secrets Manager''s own events, and the calls that begin and cancel a deletion, mean; AWS adds some without '
	'notice, so rows may be added or corrected';
COMMENT ON COLUMN secret_event_kinds.event_name IS 'Name of the event';
COMMENT ON COLUMN secret_event_kinds.process IS 'rotation, deletion or replication';
COMMENT ON COLUMN secret_event_kinds.phase IS
	'What the event says of the process; succeeded, for a deletion, is the end of one version of a secret that lives '
	'on';
COMMENT ON COLUMN secret_event_kinds.is_test IS 'Whether it is a test, which changes nothing';

-- A list and no table: the planner knows how short it is.
CREATE VIEW secret_call_kinds WITH (security_invoker) AS
SELECT c.event_name, c.shows
FROM (VALUES ('DescribeSecret', 'existence'), ('ListSecretVersionIds', 'existence'), ('BatchGetSecretValue', 'nothing'))
	AS c (event_name, shows);
COMMENT ON VIEW secret_call_kinds IS
	'Calls to Secrets Manager that succeed even if the secret is to be deleted: a row for each. Success of any other '
	'call shows that it is not';
COMMENT ON COLUMN secret_call_kinds.event_name IS 'Name of the call';
COMMENT ON COLUMN secret_call_kinds.shows IS
	'What its success shows: existence (the secret is not gone, but may be scheduled for deletion), or nothing (a '
	'batch succeeds whatever became of the secrets that it names)';

CREATE TABLE error_kinds (
	error_code text COLLATE "C" NOT NULL,
	error_message text COLLATE "C" NOT NULL DEFAULT '%',
	kind text COLLATE "C" NOT NULL CHECK (kind IN ('denied', 'not found', 'marked for deletion', 'exists', 'throttled',
		'other')),
	PRIMARY KEY (error_code, error_message)
);
INSERT INTO error_kinds (error_code, error_message, kind) VALUES
	('%AccessDenied%', '%', 'denied'), ('%Unauthorized%', '%', 'denied'), ('%NotAuthorized%', '%', 'denied'),
	('%AuthorizationError%', '%', 'denied'), ('%Forbidden%', '%', 'denied'), ('%AuthFailure%', '%', 'denied'),
	('%AuthorizationFailure%', '%', 'denied'), ('%UnrecognizedClient%', '%', 'denied'), ('%InvalidClientTokenId%',
		'%', 'denied'),
	('%SignatureDoesNotMatch%', '%', 'denied'), ('%ExpiredToken%', '%', 'denied'), ('%InvalidAccessKeyId%',
		'%', 'denied'),
	('%OptInRequired%', '%', 'denied'), ('%MissingAuthenticationToken%', '%', 'denied'), ('%AllAccessDisabled%',
		'%', 'denied'),
	('%', '%is not authorized to perform%', 'denied'), ('%', '%not authorized to access%', 'denied'),
	('DecryptionFailure%', '%', 'denied'), ('EncryptionFailure%', '%', 'denied'),
	('%', '%access to kms is not allowed%', 'denied'),
	('InvalidRequestException', '%can_t access a secret from a different aws account%', 'denied'),
	('%ResourceNotFound%', '%', 'not found'), ('%NotFoundException', '%', 'not found'),
	('InvalidRequestException', '%marked for deletion%', 'marked for deletion'),
	('InvalidRequestException', '%marked deleted%', 'marked for deletion'),
	('InvalidRequestException', '%marked as deleted%', 'marked for deletion'),
	('InvalidRequestException', '%scheduled for deletion%', 'marked for deletion'),
	('InvalidRequestException', '%was deleted%', 'marked for deletion'),
	('InvalidRequestException', '%has been deleted%', 'marked for deletion'),
	('InvalidRequestException', '%pending deletion%', 'marked for deletion'),
	('%ResourceExists%', '%', 'exists'), ('%AlreadyExists%', '%', 'exists'),
	('%Throttl%', '%', 'throttled'), ('%TooManyRequests%', '%', 'throttled'), ('%RequestLimitExceeded%',
		'%', 'throttled'),
	('%SlowDown%', '%', 'throttled')
	ON CONFLICT DO NOTHING;
COMMENT ON TABLE error_kinds IS
	'What errors mean, by patterns of ILIKE. If several kinds fit, the first of these decides: denied, marked for '
	'deletion, not found, exists, throttled. Rows may be added or corrected';
COMMENT ON COLUMN error_kinds.error_code IS 'Pattern of the error code';
COMMENT ON COLUMN error_kinds.error_message IS 'Pattern of the error message';
COMMENT ON COLUMN error_kinds.kind IS 'denied, not found, marked for deletion, exists, throttled or other';

CREATE VIEW error_patterns WITH (security_invoker) AS
SELECT array_agg(k.error_code || ' ' || k.error_message) FILTER (WHERE k.kind = 'denied') AS denied,
	array_agg(k.error_code || ' ' || k.error_message)
		FILTER (WHERE k.kind = 'marked for deletion') AS marked_for_deletion,
	array_agg(k.error_code || ' ' || k.error_message) FILTER (WHERE k.kind = 'not found') AS not_found,
	array_agg(k.error_code || ' ' || k.error_message) FILTER (WHERE k.kind = 'exists') AS already_there,
	array_agg(k.error_code || ' ' || k.error_message) FILTER (WHERE k.kind = 'throttled') AS throttled
FROM error_kinds AS k;
COMMENT ON VIEW error_patterns IS
	'The rows of error_kinds in one: an array of patterns for each kind, each of the error code, a space and the '
	'message';
COMMENT ON COLUMN error_patterns.denied IS 'Patterns of refusals';
COMMENT ON COLUMN error_patterns.marked_for_deletion IS 'Patterns that say a secret is deleted, or to be';
COMMENT ON COLUMN error_patterns.not_found IS 'Patterns that say there is no such secret or version';
COMMENT ON COLUMN error_patterns.already_there IS 'Patterns that say there is one already';
COMMENT ON COLUMN error_patterns.throttled IS 'Patterns that say there were too many calls';

CREATE TABLE listed_secrets (
	secret_arn text COLLATE "C" PRIMARY KEY,
	secret_name text COLLATE "C" NOT NULL,
	created_at timestamptz,
	last_changed_at timestamptz,
	last_rotated_at timestamptz,
	last_accessed_at timestamptz,
	deletion_date timestamptz,
	rotation_enabled boolean,
	primary_region text COLLATE "C",
	listing jsonb NOT NULL,
	listed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX listed_secrets_secret_name_idx ON listed_secrets (secret_name);
-- A list names secrets of which a reader may not see any event.
ALTER TABLE listed_secrets ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_all_events ON listed_secrets
	USING ((SELECT NOT pg_catalog.row_security_active('raw_events'::regclass)));
COMMENT ON TABLE listed_secrets IS
	'Secrets that aws secretsmanager list-secrets showed, loaded by cloudtrail_load_secrets(): they fill in what the '
	'events do not show. A newer list of an account and Region replaces the older one';
COMMENT ON COLUMN listed_secrets.secret_arn IS 'Full ARN of the secret';
COMMENT ON COLUMN listed_secrets.secret_name IS 'Name of the secret';
COMMENT ON COLUMN listed_secrets.created_at IS 'CreatedDate: when the secret was created';
COMMENT ON COLUMN listed_secrets.last_changed_at IS
	'LastChangedDate: when the secret was last changed in any way: its value, a tag, a description';
COMMENT ON COLUMN listed_secrets.last_rotated_at IS 'LastRotatedDate: when a rotation last succeeded';
COMMENT ON COLUMN listed_secrets.last_accessed_at IS 'LastAccessedDate: the last day on which the value was read';
COMMENT ON COLUMN listed_secrets.deletion_date IS 'DeletedDate: when its deletion was scheduled';
COMMENT ON COLUMN listed_secrets.rotation_enabled IS 'RotationEnabled: whether rotation is on';
COMMENT ON COLUMN listed_secrets.primary_region IS
	'PrimaryRegion: the Region that the secret is replicated from; its own for a primary, null if it is not replicated';
COMMENT ON COLUMN listed_secrets.listing IS 'The secret as it was listed';
COMMENT ON COLUMN listed_secrets.listed_at IS 'When the list was loaded';

-- Services that act for a person at the console: what carries them as invokedBy is still the person's doing.
CREATE TABLE console_services (invoked_by text COLLATE "C" PRIMARY KEY);
INSERT INTO console_services (invoked_by) VALUES ('signin.amazonaws.com') ON CONFLICT DO NOTHING;
COMMENT ON TABLE console_services IS
	'Services that a person at the console acts through: their events count as the person''s; rows may be added';
COMMENT ON COLUMN console_services.invoked_by IS 'As userIdentity.invokedBy has it';
