-- STRICT keeps the planner from putting its body in the place of a call: then it
-- would expect hundreds of Regions of each event.
CREATE FUNCTION cloudtrail_replica_regions(detail jsonb, OUT region text, OUT removed boolean, OUT kms_key_id text,
	OUT status text, OUT status_message text)
	RETURNS SETOF record LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	SELECT r.region, r.removed, coalesce(r.kms_key_id, a.a ->> 'kmsKeyId'), a.a ->> 'status', a.a ->> 'statusMessage'
	FROM (
		SELECT coalesce(q.q ->> 'region', q.q ->> 'Region') AS region, false AS removed,
		coalesce(q.q ->> 'kmsKeyId', q.q ->> 'KmsKeyId') AS kms_key_id
		FROM (SELECT q FROM jsonb_path_query(detail, '$.add_replica_regions[*]') AS q LIMIT 100) AS q
		UNION ALL
		SELECT q.q #>> '{}', true, NULL
		FROM (SELECT q FROM jsonb_path_query(detail, '$.remove_replica_regions[*]') AS q LIMIT 100) AS q
		UNION ALL
		SELECT detail ->> 'replica_region', false, NULL WHERE detail ? 'replica_region'
	) AS r LEFT JOIN LATERAL (
		SELECT a FROM jsonb_path_query(detail, '$.replication_status[*]') AS a WHERE a ->> 'region' = r.region LIMIT 1
	) AS a ON true;
END;
COMMENT ON FUNCTION cloudtrail_replica_regions(jsonb) IS
	'The Regions that an event of replication names, from the column detail of secret_facts, at most 100 of each '
	'kind: the Region, whether its replica is removed, the key asked for or answered, and what AWS answered of its '
	'status';
