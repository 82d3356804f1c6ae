-- What columns mean that stand in many views alike.  A view says itself what a
-- column of its own means, or one that means something else there.

CREATE FUNCTION cloudtrail_column_comments(trail text, OUT command text) RETURNS SETOF text
	LANGUAGE sql STABLE STRICT
	BEGIN ATOMIC
	WITH meaning (name, comment) AS (
		VALUES
		('item', '0 for the secret of an event that names one or none; from 1 for those that a batch or list names'),
		('session_created_at', 'When the temporary credentials of the caller were issued'),
		('origin', 'Who stands behind the call: the person, workload or service at the start of the chain of '
			'sessions, or the account of a provider who acts by delegated access; null if that is not known'),
		('origin_kind', 'human (a user of IAM or IAM Identity Center, a sign-in), workload (an instance, pod, '
			'pipeline or function), service, or unknown, also of who acts by delegated access'),
		('origin_method', 'How origin is known, or why it is not'),
		('on_behalf_of', 'IAM Identity Center user on whose behalf the call was made'),
		('secret_region', 'Region of the secret, by its ARN, else that of the event'),
		('secret_arn', 'ARN of the secret: the one that the event gives, else that of the only secret that can have had the '
			'name then; null if that is not known'),
		('version_stage', 'Staging label of the request'),
		('original_event_id', 'eventID of the record that this one updates'),
		('from_console', 'True if the credentials came from a console session'),
		('trusted', 'Whether the full ARN is the service''s own word, not the caller''s'),
		('detail', 'Other parameters that views read, by name; every scalar is a JSON string'),
		('caller', 'Unique id of the caller, the same in every account; what actor has if there is none'),
		('error_kind', 'What the error means, by error_kinds; null if there is none'),
		('arn_known', 'False for a name whose ARN nothing in the trail shows'),
		('readers', 'Number of actors that read it'),
		('maybe_read', 'The last call that may have read it, but may have read another secret or none'),
		('rotate_every', 'The longest time between two rotations by the rule; null if it is not known or not '
			'understood'),
		('primary_arn', 'The secret that it is a replica of; null for others'),
		('replicas', 'Regions to which it is replicated'),
		('policy_present', 'Whether it has a resource policy; null if that is not known'),
		('deletion_state', 'none, scheduled, due, in doubt, deleting, deleted, removed, overwritten or not listed'),
		('account_id', 'Account of the event, or of the secret if a row is not about one event'),
		('aws_region', 'Region of the event, or of the secret if a row is not about one event'),
		('actor', 'Who did it: the user, or the role behind a session; the service if there is neither'),
		('actor_account', 'Account of the actor'),
		('actor_type', 'What the actor is (userIdentity.type)'),
		('block_public_policy', 'Whether the caller asked to refuse a policy that is public'),
		('candidates', 'ARNs of the secrets that may have had the name then'),
		('changed_at', 'When it was changed'),
		('changed_by', 'Who changed it'),
		('checked_at', 'When cloudtrail_record_event_status() last looked at the file'),
		('condition_id', 'The condition in cis_conditions'),
		('control_v1_2', 'The control in version 1.2 of the benchmark'),
		('control_v3_0', 'The control in version 3.0 of the benchmark'),
		('created_at', 'When the secret was created; null if neither the trail nor listed_secrets shows it'),
		('created_by', 'Who created the secret'),
		('days_overdue', 'Whole days since it was due'),
		('days_since_created', 'Whole days from the secret''s creation'),
		('denied', 'Attempts that were refused'),
		('distinct_ips', 'How many different addresses'),
		('due_at', 'When the next rotation was due'),
		('duplicates', 'Events that were in the trail already'),
		('duration', 'From start to end'),
		('enabled', 'False leaves the condition out'),
		('ended_at', 'When it ended'),
		('error', 'Why it is not an event'),
		('event_status', 'What cloudtrail_record_event_status() last found: intact, events differ, events missing, '
			'gone, not checkable'),
		('events', 'How many events'),
		('evidence', 'created, seen, used (an ARN that a caller gave, and that worked) or ended'),
		('excludes', 'What the filters leave out'),
		('failed_step', 'The step of the rotation function that failed, if the event names it'),
		('failure_reason', 'Why the sign-in was refused'),
		('filters', 'The filters that the batch gives'),
		('first_event', 'Time of the first event'),
		('first_file', 'Time of the first log file, by its name'),
		('first_read', 'Time of the first read that succeeded'),
		('first_seen', 'The first event that is certain to show the secret''s ARN'),
		('from_version', 'Version that lost the label'),
		('id_given', 'The secret as the request names it'),
		('imported_at', 'When the file was imported'),
		('inserted', 'Events that the trail did not have'),
		('is_test', 'Whether it is a test, which changes nothing'),
		('key_arn', 'The key'),
		('kind', 'log, insight, digest, aggregated event, notice, message or damaged'),
		('kms_key_id', 'The key of the replica'),
		('lambda_arn', 'The rotation function'),
		('last_accessed_at', 'As listed: the last day on which the value was read'),
		('last_changed_at', 'As listed: when the secret was last changed'),
		('last_event', 'Time of the last event'),
		('last_file', 'Time of the last log file, by its name'),
		('last_read', 'Time of the last read that succeeded'),
		('last_rotated', 'When a rotation last succeeded'),
		('last_rotated_at', 'As listed: when a rotation last succeeded'),
		('last_seen', 'The last event that is certain to show the secret''s ARN'),
		('last_value_change', 'When a value was last written'),
		('listed_at', 'When the list was loaded'),
		('log_time', 'Time in the name of the file'),
		('login_to', 'The page that the sign-in led to'),
		('new_key', 'The key from then on'),
		('observed_from', 'Start of what the trail has: what happened before is not known'),
		('observed_to', 'End of what the trail has'),
		('ordinal', 'Number of the item in the file, from 1'),
		('outcome', 'succeeded, denied or failed'),
		('partial_arn', 'The ARN without the six characters that AWS adds'),
		('phase', 'What the event says of the process'),
		('policy', 'The policy as it was given'),
		('process', 'rotation, deletion or replication'),
		('raw', 'The bytes of the item'),
		('reads', 'Reads that succeeded'),
		('regions', 'The Regions'),
		('rejects', 'Items that are not events, put aside with their bytes'),
		('replica_region', 'Region of the replica'),
		('requested_by', 'Who asked for it'),
		('resolve_method', 'How the secret is known: exact, response, service_event, kms, name, partial, replica (a '
			'replica that only its primary''s events show had the name), given (a full ARN of the caller that nothing '
			'else shows), claimed (a call to KMS that Secrets Manager did not make, or made to try a key), ambiguous or '
			'unresolved; null if the event names none'),
		('restored_at', 'When the deletion was cancelled'),
		('restored_by', 'Who cancelled it'),
		('rotation_changed_at', 'When the settings of the rotation were last changed'),
		('rotation_configured', 'Whether a rotation was set up'),
		('rotation_enabled', 'Whether rotation is on'),
		('rotation_rules', 'The rules of the rotation, as they were given, their numbers as text'),
		('scheduled_at', 'When the deletion was asked for'),
		('scheduled_by', 'Who asked for the deletion'),
		('secret_account', 'Account of the secret, by its ARN'),
		('secret_names', 'Names of the secrets'),
		('secrets', 'How many different secrets'),
		('sha256', 'SHA-256 of the file''s uncompressed content'),
		('size', 'Bytes of the file as it was, compressed or not'),
		('source', 'The log file: its key in S3, or its path'),
		('stage', 'The staging label'),
		('started_at', 'When it started'),
		('status_message', 'What the service says of it'),
		('title', 'What the condition watches for'),
		('to_version', 'Version that got the label'),
		('token', 'The version that the rotation makes, by which its events belong together'),
		('valid_from', 'From when on'),
		('valid_to', 'Until when; infinity if nothing ended it'),
		('version_id', 'The version of the secret''s value'),
		('versions_cancelled', 'Versions whose deletion was cancelled'),
		('versions_deleted', 'Versions whose deletion the service reported'),
		('window_end', 'End of the window'),
		('window_start', 'Start of the window')
	)
	SELECT pg_catalog.format('COMMENT ON COLUMN %I.%I.%I IS %L', trail, c.relname, a.attname,
		coalesce(m.comment, (SELECT pg_catalog.col_description(r.attrelid, r.attnum)
			FROM pg_catalog.pg_attribute AS r JOIN pg_catalog.pg_class AS e ON e.oid OPERATOR(pg_catalog.=) r.attrelid
			WHERE e.relnamespace OPERATOR(pg_catalog.=) n.oid AND e.relname OPERATOR(pg_catalog.=) 'events'
				AND r.attname OPERATOR(pg_catalog.=) a.attname)))
	FROM pg_catalog.pg_namespace AS n
		JOIN pg_catalog.pg_class AS c ON c.relnamespace OPERATOR(pg_catalog.=) n.oid
		JOIN pg_catalog.pg_attribute AS a ON a.attrelid OPERATOR(pg_catalog.=) c.oid
		LEFT JOIN meaning AS m ON m.name OPERATOR(pg_catalog.=) a.attname::pg_catalog.text
	WHERE n.nspname::pg_catalog.text OPERATOR(pg_catalog.=) trail
		AND c.relname::pg_catalog.text IN (SELECT r.relation FROM @extschema@.cloudtrail_trail_relations() AS r)
		AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped
		AND pg_catalog.col_description(c.oid, a.attnum) IS NULL;
	END;
COMMENT ON FUNCTION cloudtrail_column_comments(text) IS
	'Commands that comment the columns of a trail that have no comment of their own';
