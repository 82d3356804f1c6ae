-- Changes to a secret that are no rotations: its policy, replicas, keys.

CREATE FUNCTION cloudtrail_create_change_views() RETURNS void
	LANGUAGE plpgsql
	AS $$
BEGIN
	CREATE OR REPLACE VIEW secret_policy_changes WITH (security_invoker) AS
		SELECT e.event_time, e.event_id, e.account_id, e.aws_region, e.actor, e.actor_type, e.session_name, e.source_identity, e.source_ip, e.user_agent,
			e.event_name, e.secret_arn, e.secret_name,
			e.event #>> '{requestParameters,resourcePolicy}' AS policy, p.principals, p.is_public, p.foreign_accounts,
			CASE lower(e.event #>> '{requestParameters,blockPublicPolicy}') WHEN 'true' THEN true WHEN 'false' THEN false END AS block_public_policy,
			p.error AS policy_error, e.outcome, e.error_code, e.event_key, e.event
		FROM secret_events AS e
			CROSS JOIN LATERAL cloudtrail_read_policy(e.event #>> '{requestParameters,resourcePolicy}',
				coalesce(split_part(e.secret_arn, ':', 5), e.account_id)) AS p
		WHERE e.event @~ 'secretsmanager:*ResourcePolicy' AND e.event_name <> 'GetResourcePolicy';
	COMMENT ON VIEW secret_policy_changes IS
		'Resource policies put, deleted and tried out: a row for each PutResourcePolicy, DeleteResourcePolicy and ValidateResourcePolicy, refused ones included';
	COMMENT ON COLUMN secret_policy_changes.principals IS 'Whom statements with Effect Allow name';
	COMMENT ON COLUMN secret_policy_changes.is_public IS 'Whether it lets in anybody, by a wildcard or NotPrincipal that no condition narrows; Deny statements are not subtracted';
	COMMENT ON COLUMN secret_policy_changes.foreign_accounts IS 'Other accounts that it lets in';
	COMMENT ON COLUMN secret_policy_changes.policy_error IS 'Why the policy could not be read';

	CREATE OR REPLACE VIEW secret_replication WITH (security_invoker) AS
		SELECT e.event_time, e.event_id, e.account_id, e.aws_region, e.actor, e.actor_type, e.session_name, e.source_identity, e.source_ip, e.user_agent,
			e.event_name, e.secret_arn, e.secret_name,
			CASE WHEN e.event_name <> 'StopReplicationToReplica' THEN coalesce(split_part(e.secret_arn, ':', 4), e.aws_region) END AS source_region,
			r.region AS replica_region, coalesce(r.kms_key_id, a.kms_key_id) AS kms_key_id,
			coalesce(a.status, r.status) AS status, coalesce(a.status_message, e.error_message) AS status_message,
			e.outcome, e.error_code, e.event_key, e.event
		FROM secret_events AS e
			LEFT JOIN secret_event_kinds AS k ON k.event_name = e.event_name AND k.process = 'replication'
			CROSS JOIN LATERAL (
				SELECT coalesce(q ->> 'region', q ->> 'Region') AS region, coalesce(q ->> 'kmsKeyId', q ->> 'KmsKeyId') AS kms_key_id, NULL AS status
				FROM jsonb_path_query(e.event #> '{requestParameters,addReplicaRegions}', '$[*]') AS q
				UNION ALL
				SELECT q #>> '{}', NULL, 'removed'
				FROM jsonb_path_query(e.event #> '{requestParameters,removeReplicaRegions}', '$[*]') AS q
				UNION ALL
				SELECT e.aws_region, NULL, 'stopped' WHERE e.event_name = 'StopReplicationToReplica'
				UNION ALL
				SELECT coalesce(e.event #>> '{additionalEventData,ReplicaRegion}', e.event #>> '{additionalEventData,replicaRegion}',
					e.event #>> '{additionalEventData,Region}'), NULL, k.phase WHERE k.phase IS NOT NULL
				UNION ALL
				SELECT NULL, NULL, NULL WHERE e.event_name IN ('ReplicateSecretToRegions', 'RemoveRegionsFromReplication')
					AND e.event #> '{requestParameters,addReplicaRegions}' IS NULL AND e.event #> '{requestParameters,removeReplicaRegions}' IS NULL
			) AS r
			LEFT JOIN LATERAL (
				SELECT q ->> 'kmsKeyId' AS kms_key_id, q ->> 'status' AS status, q ->> 'statusMessage' AS status_message
				FROM jsonb_path_query(e.event #> '{responseElements,replicationStatus}', '$[*]') AS q
				WHERE q ->> 'region' = r.region
				LIMIT 1
			) AS a ON true
		WHERE (e.event @~ 'secretsmanager:*Replica*' OR e.event @~ 'secretsmanager:CreateSecret') AND (k.phase IS NOT NULL
			OR e.event_name IN ('ReplicateSecretToRegions', 'RemoveRegionsFromReplication', 'StopReplicationToReplica')
			OR e.event_name = 'CreateSecret' AND e.event #> '{requestParameters,addReplicaRegions}' IS NOT NULL);
	COMMENT ON VIEW secret_replication IS
		'Replication to other Regions: a row for each Region that a ReplicateSecretToRegions, RemoveRegionsFromReplication, StopReplicationToReplica, CreateSecret or one of the service''s own events names';
	COMMENT ON COLUMN secret_replication.source_region IS 'The secret''s own Region; null where a replica was made a secret of its own';
	COMMENT ON COLUMN secret_replication.status IS 'As the response tells (InSync, InProgress, Failed), else removed, stopped, or the phase of the service''s event';

	CREATE OR REPLACE VIEW secret_keys WITH (security_invoker) AS
		SELECT e.secret_arn, e.secret_name, e.key_arn, min(e.event_time) AS seen_at
		FROM secret_evidence AS e
		WHERE e.key_arn IS NOT NULL
		GROUP BY 1, 2, 3;
	COMMENT ON VIEW secret_keys IS 'With which key of the key service a secret was seen: a row for each pair';
	COMMENT ON COLUMN secret_keys.seen_at IS 'When an event showed both';

	CREATE OR REPLACE VIEW secret_kms_changes WITH (security_invoker) AS
		SELECT e.event_time, e.event_id, e.account_id, e.aws_region, e.actor, e.actor_type, e.session_name, e.source_identity, e.source_ip, e.user_agent,
			e.event_name, e.secret_arn, e.secret_name, e.old_key, e.new_key, NULL::bigint AS secrets_at_risk, e.outcome, e.event_key, e.event
		FROM (
			SELECT e.*, e.event #>> '{requestParameters,kmsKeyId}' AS new_key,
				lag(e.event #>> '{requestParameters,kmsKeyId}') OVER (PARTITION BY e.secret_arn, e.secret_name ORDER BY e.event_time, e.event_key) AS old_key
			FROM secret_events AS e
			WHERE (e.event @~ 'secretsmanager:CreateSecret' OR e.event @~ 'secretsmanager:UpdateSecret')
				AND e.succeeded AND (e.event_name = 'CreateSecret' OR e.event #>> '{requestParameters,kmsKeyId}' IS NOT NULL)
		) AS e
		WHERE e.event_name = 'UpdateSecret'
		UNION ALL
		SELECT e.event_time, e.event_id, e.account_id, e.aws_region,
			coalesce(e.principal_arn, e.principal_id, e.invoked_by, e.user_account_id), e.user_type, e.session_name, e.source_identity, e.source_ip, e.user_agent,
			e.event_name, k.secret_arn, k.secret_name, k.key_arn, NULL, n.secrets,
			CASE WHEN e.succeeded THEN 'succeeded' ELSE 'failed' END, e.event_key, e.event
		FROM events AS e JOIN secret_keys AS k
			ON k.key_arn = e.event #>> '{requestParameters,keyId}' OR k.key_arn = e.resource_arns[1]
				OR k.key_arn LIKE '%:key/%' AND split_part(k.key_arn, ':key/', 2) = e.event #>> '{requestParameters,keyId}'
					AND split_part(k.key_arn, ':', 5) = e.account_id AND split_part(k.key_arn, ':', 4) = e.aws_region
			JOIN (SELECT key_arn, count(DISTINCT secret_arn) AS secrets FROM secret_keys GROUP BY key_arn) AS n ON n.key_arn = k.key_arn
		WHERE (e.event @~ 'kms:*ableKey' OR e.event @~ 'kms:*KeyDeletion');
	COMMENT ON VIEW secret_kms_changes IS
		'Keys of secrets: a row for each UpdateSecret that sets the key, and for each secret whose key was disabled or scheduled for deletion, or saved from it';
	COMMENT ON COLUMN secret_kms_changes.old_key IS 'The key before, where the trail tells; null is not known or the default key aws/secretsmanager';
	COMMENT ON COLUMN secret_kms_changes.secrets_at_risk IS 'How many secrets were seen with the key; null where the key of a secret was changed';
END
$$;
COMMENT ON FUNCTION cloudtrail_create_change_views() IS
	'Part of cloudtrail_create_audit_views(): changes of policies, replicas and keys';
