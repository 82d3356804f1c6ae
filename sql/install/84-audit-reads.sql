-- Who read which secret.

CREATE FUNCTION cloudtrail_create_read_views() RETURNS void
	LANGUAGE plpgsql
	AS $$
BEGIN
	CREATE OR REPLACE VIEW secret_batches WITH (security_invoker) AS
		SELECT b.actor, b.account_id, b.aws_region, b.second + n AS second, array_agg(DISTINCT b.secret_name) AS secret_names, bool_or(b.secret_name IS NULL) AS filters
		FROM (
				SELECT principal_arn(e.event) AS actor, account_id(e.event) AS account_id, aws_region(e.event) AS aws_region,
					floor(extract(epoch FROM e.event_time))::bigint AS second, e.secret_name
				FROM secret_batch_items AS e
				WHERE succeeded(e.event) OFFSET 0
			) AS b
			CROSS JOIN LATERAL unnest((SELECT array_agg(n) FROM settings AS t, generate_series(- extract(epoch FROM t.same_call_window)::integer,
				extract(epoch FROM t.same_call_window)::integer) AS n)) AS n
		GROUP BY 1, 2, 3, 4;
	COMMENT ON VIEW secret_batches IS
		'When reads can stem from a batch: a row for each actor and second within settings.same_call_window of a successful batch';
	COMMENT ON COLUMN secret_batches.secret_names IS 'The secrets that the batch names';
	COMMENT ON COLUMN secret_batches.filters IS 'It names none but filters, so any read can stem from it';
	COMMENT ON COLUMN secret_batches.second IS 'Since 1970-01-01 00:00:00 UTC';

	CREATE OR REPLACE VIEW secret_rotators WITH (security_invoker) AS
		SELECT DISTINCT v.secret_arn, v.secret_name, v.actor
		FROM (
			SELECT e.secret_arn, e.secret_name, e.actor, e.is_put, bool_or(NOT e.is_put) OVER (PARTITION BY e.secret_arn, e.secret_name, e.version) AS is_rotated
			FROM (
				SELECT e.secret_arn, e.secret_name, e.actor, e.event_name = 'PutSecretValue' AS is_put,
					CASE e.event_name WHEN 'PutSecretValue' THEN e.version_id
						ELSE substring(e.event #>> '{requestID}' FROM '^Rotation-arn:.*:secret:.*-([0-9A-Za-z]{8}-[0-9A-Za-z-]*)$') END AS version
				FROM secret_events AS e
				WHERE e.event @~ 'secretsmanager:PutSecretValue' AND e.succeeded OR e.event @~ 'secretsmanager:*Rotation*'
			) AS e
			WHERE e.version IS NOT NULL
		) AS v
		WHERE v.is_put AND v.is_rotated;
	COMMENT ON VIEW secret_rotators IS 'Who rotates a secret: the actors, roles of rotation functions, that put a version which a rotation made';

	CREATE OR REPLACE VIEW secret_reads WITH (security_invoker) AS
		SELECT e.event_time, e.event_id, e.account_id, e.aws_region, e.actor, e.actor_type, e.session_name, e.source_identity, e.source_ip, e.user_agent,
			e.secret_arn, e.secret_name, e.id_given,
			CASE WHEN e.resolve_method IN ('name', 'partial') AND EXISTS (
					SELECT FROM events AS k
					WHERE k.secret_name = e.secret_name AND k.secret_source = 'kms' AND k.secret_arn = e.secret_arn
						AND k.event_time BETWEEN e.event_time - (SELECT t.same_call_window FROM settings AS t) AND e.event_time + (SELECT t.same_call_window FROM settings AS t)
						AND k.principal_arn = e.actor OFFSET 0)
				THEN 'kms' ELSE e.resolve_method END AS resolve_method,
			coalesce(e.version_id, CASE WHEN e.outcome = 'succeeded' THEN (
				SELECT k.secret_version_id FROM events AS k
				WHERE k.secret_name = e.secret_name AND k.secret_source = 'kms' AND k.secret_arn = e.secret_arn
					AND k.event_time BETWEEN e.event_time - (SELECT t.same_call_window FROM settings AS t) AND e.event_time + (SELECT t.same_call_window FROM settings AS t)
					AND k.principal_arn = e.actor AND k.event_name = 'Decrypt'
				ORDER BY greatest(k.event_time, e.event_time) - least(k.event_time, e.event_time), k.event_key LIMIT 1) END) AS version_id,
			e.event #>> '{requestParameters,versionStage}' AS version_stage,
			e.event_name = 'BatchGetSecretValue' OR coalesce(b.filters OR e.secret_name = ANY (b.secret_names), false) AS via_batch,
			r.actor IS NOT NULL AS via_rotation,
			vpc_endpoint_id(e.event) AS vpc_endpoint_id, coalesce(session_credential_from_console(e.event), false) AS from_console,
			e.outcome, e.error_code, e.succeeded, e.event_key, e.event
		FROM secret_events AS e
			LEFT JOIN secret_batches AS b
				ON b.actor = e.actor AND b.account_id = e.account_id AND b.aws_region = e.aws_region
					AND b.second = floor(extract(epoch FROM e.event_time))::bigint
			LEFT JOIN (SELECT DISTINCT r.secret_arn, r.secret_name, r.actor FROM secret_rotators AS r) AS r
				ON r.secret_arn = e.secret_arn AND r.secret_name = e.secret_name AND r.actor = e.actor
		WHERE e.event_name IN ('GetSecretValue', 'BatchGetSecretValue')
			AND (e.event_name = 'GetSecretValue'
				-- The single reads that a batch can cause stand for it.  OFFSET 0 keeps these probes of an index.
				OR e.secret_name IS NOT NULL AND NOT EXISTS (
					SELECT FROM events AS r
					WHERE r.secret_name = e.secret_name
						AND r.event_time BETWEEN e.event_time - (SELECT t.same_call_window FROM settings AS t) AND e.event_time + (SELECT t.same_call_window FROM settings AS t)
						AND r.event_name = 'GetSecretValue' AND r.principal_arn = e.actor AND r.account_id = e.account_id AND r.aws_region = e.aws_region OFFSET 0)
				OR e.secret_name IS NULL AND NOT EXISTS (
					SELECT FROM events AS r
					WHERE r.event_time BETWEEN e.event_time - (SELECT t.same_call_window FROM settings AS t) AND e.event_time + (SELECT t.same_call_window FROM settings AS t)
						AND r.event_source = 'secretsmanager.amazonaws.com'
						AND r.event_name = 'GetSecretValue' AND r.principal_arn = e.actor AND r.account_id = e.account_id AND r.aws_region = e.aws_region OFFSET 0))
			-- Of the two records of a call across accounts, that of the secret's account counts.
			AND NOT (split_part(e.secret_arn, ':', 5) IS DISTINCT FROM e.account_id AND shared_event_id(e.event) IS NOT NULL AND EXISTS (
				SELECT FROM events AS o
				WHERE o.secret_name = e.secret_name AND o.event_time = e.event_time AND o.account_id = split_part(e.secret_arn, ':', 5)
					AND o.shared_event_id = shared_event_id(e.event) OFFSET 0));
	COMMENT ON VIEW secret_reads IS
		'Reads of secret values, refused ones included: a row for each secret read. A batch has a row for each secret it names, or one if it only filters; where its single reads are in the trail too, those stand for it. A read across accounts counts once';
	COMMENT ON COLUMN secret_reads.resolve_method IS 'As in secret_events; kms also where the decryption of the same call confirms the name';
	COMMENT ON COLUMN secret_reads.version_id IS 'The version: of the request, else of the decryption that the key service recorded for the same principal within settings.same_call_window';
	COMMENT ON COLUMN secret_reads.version_stage IS 'The staging label that was asked for; null is AWSCURRENT, or a version by its id';
	COMMENT ON COLUMN secret_reads.via_batch IS 'Read by BatchGetSecretValue';
	COMMENT ON COLUMN secret_reads.via_rotation IS 'Read by the role of a rotation function of this secret';
	COMMENT ON COLUMN secret_reads.from_console IS 'With the credentials of a console session';

	CREATE OR REPLACE VIEW secret_last_access WITH (security_invoker) AS
		SELECT r.secret_arn, r.secret_name, coalesce(split_part(r.secret_arn, ':', 5), r.account_id) AS account_id,
			coalesce(split_part(r.secret_arn, ':', 4), r.aws_region) AS aws_region, r.actor,
			min(r.event_time) FILTER (WHERE r.succeeded) AS first_read,
			max(r.event_time) FILTER (WHERE r.succeeded) AS last_read,
			count(*) FILTER (WHERE r.succeeded) AS reads,
			count(*) FILTER (WHERE r.outcome = 'denied') AS denied,
			count(DISTINCT r.source_ip) AS distinct_ips,
			extract(day FROM (SELECT coalesce(t.as_of, now()) FROM settings AS t) - max(r.event_time) FILTER (WHERE r.succeeded))::integer AS days_idle
		FROM secret_reads AS r
		WHERE r.secret_name IS NOT NULL
		GROUP BY 1, 2, 3, 4, 5;
	COMMENT ON VIEW secret_last_access IS 'Who uses which secret: a row for each secret and actor that read it or tried to';
	COMMENT ON COLUMN secret_last_access.days_idle IS 'Whole days since the last successful read, until settings.as_of or now';

	CREATE OR REPLACE VIEW secret_first_time_reader WITH (security_invoker) AS
		SELECT r.event_time, r.event_id, r.account_id, r.aws_region, r.actor, r.actor_type, r.session_name, r.source_identity, r.source_ip, r.user_agent,
			r.secret_arn, r.secret_name, r.prior_readers,
			extract(day FROM r.event_time - s.created_at)::integer AS days_since_created, o.observed_from, r.event_key, r.event
		FROM (
			SELECT f.*, rank() OVER (PARTITION BY f.secret_arn, f.secret_name, f.home ORDER BY f.event_time) - 1 AS prior_readers
			FROM (
				SELECT r.*, row_number() OVER (PARTITION BY r.secret_arn, r.secret_name, r.home, r.actor ORDER BY r.event_time, r.event_key) AS n
				FROM (SELECT r.*, CASE WHEN r.secret_arn IS NULL THEN r.account_id || ':' || r.aws_region END AS home FROM secret_reads AS r) AS r
				WHERE r.succeeded AND r.secret_name IS NOT NULL
			) AS f
			WHERE f.n = 1
		) AS r
			LEFT JOIN secrets AS s ON s.secret_arn = r.secret_arn AND s.secret_name = r.secret_name
			CROSS JOIN (SELECT min(event_time) AS observed_from FROM events) AS o;
	COMMENT ON VIEW secret_first_time_reader IS 'The first successful read of a secret by an actor that the trail has: a row for each secret and reader. Who read before observed_from is not known';
	COMMENT ON COLUMN secret_first_time_reader.prior_readers IS 'How many others had read the secret before';

	CREATE OR REPLACE VIEW secret_bulk_reads WITH (security_invoker) AS
		SELECT r.actor, r.account_id, date_bin(t.bulk_window, r.event_time, '2000-01-01 00:00:00+00') AS window_start,
			date_bin(t.bulk_window, r.event_time, '2000-01-01 00:00:00+00') + t.bulk_window AS window_end,
			count(DISTINCT coalesce(r.secret_arn, r.aws_region || ':' || r.secret_name)) AS secrets, count(*) AS reads,
			count(DISTINCT r.aws_region) AS regions,
			coalesce(b.calls, 0) AS batch_calls, array_agg(DISTINCT r.secret_name) AS secret_names
		FROM secret_reads AS r CROSS JOIN settings AS t
			LEFT JOIN (
				SELECT principal_arn(b.event) AS actor, account_id(b.event) AS account_id,
					date_bin(t.bulk_window, b.event_time, '2000-01-01 00:00:00+00') AS window_start, count(DISTINCT b.event_key) AS calls
				FROM secret_batch_items AS b CROSS JOIN settings AS t
				WHERE succeeded(b.event)
				GROUP BY 1, 2, 3
			) AS b ON b.actor = r.actor AND b.account_id = r.account_id AND b.window_start = date_bin(t.bulk_window, r.event_time, '2000-01-01 00:00:00+00')
		WHERE r.succeeded
		GROUP BY 1, 2, 3, 4, b.calls, t.bulk_secrets
		HAVING count(DISTINCT coalesce(r.secret_arn, r.aws_region || ':' || r.secret_name)) >= t.bulk_secrets;
	COMMENT ON VIEW secret_bulk_reads IS
		'Actors that read many different secrets within a short time: a row for each actor, account and window of settings.bulk_window with at least settings.bulk_secrets secrets';
	COMMENT ON COLUMN secret_bulk_reads.batch_calls IS 'Successful calls of BatchGetSecretValue in the window';

	CREATE OR REPLACE VIEW secret_batch_catchall WITH (security_invoker) AS
		SELECT e.event_time, e.event_id, e.account_id, e.aws_region, e.actor, e.actor_type, e.session_name, e.source_identity, e.source_ip, e.user_agent,
			e.event #> '{requestParameters,filters}' AS filters,
			EXISTS (
				SELECT FROM jsonb_path_query(e.event #> '{requestParameters,filters}', '$[*] ? (@.key == "tag-key" || @.key == "tag-value" || @.key == "all" || @.key == "name").values[*]') AS v
				WHERE v #>> '{}' LIKE '!%') AS excludes,
			(SELECT count(DISTINCT r.secret_arn) FROM events AS r
				WHERE r.event_name = 'GetSecretValue' AND r.event_source = 'secretsmanager.amazonaws.com' AND r.succeeded
					AND r.event_time BETWEEN e.event_time - (SELECT t.same_call_window FROM settings AS t) AND e.event_time + (SELECT t.same_call_window FROM settings AS t)
					AND r.principal_arn = e.actor AND r.account_id = e.account_id AND r.aws_region = e.aws_region) AS secrets_returned,
			e.outcome, e.error_code, e.event_key, e.event
		FROM secret_events AS e
		WHERE e.event @~ 'secretsmanager:BatchGetSecretValue' AND e.secret_name IS NULL;
	COMMENT ON VIEW secret_batch_catchall IS 'Batches that name no secret but filter: a row for each. One whose filter excludes ("!...") takes all that is left';
	COMMENT ON COLUMN secret_batch_catchall.secrets_returned IS 'Different secrets whose single reads by the same actor are in the trail beside the batch; 0 does not say that none was returned';

	CREATE OR REPLACE VIEW secret_multi_region_reads WITH (security_invoker) AS
		SELECT r.actor, date_bin(t.multi_region_window, r.event_time, '2000-01-01 00:00:00+00') AS window_start,
			date_bin(t.multi_region_window, r.event_time, '2000-01-01 00:00:00+00') + t.multi_region_window AS window_end,
			array_agg(DISTINCT r.aws_region) AS regions,
			count(DISTINCT coalesce(r.secret_arn, r.aws_region || ':' || r.secret_name)) AS secrets, count(*) AS reads,
			array_agg(DISTINCT r.secret_name) AS secret_names
		FROM secret_reads AS r CROSS JOIN settings AS t
		GROUP BY 1, 2, 3, t.multi_region_regions
		HAVING count(DISTINCT r.aws_region) >= t.multi_region_regions;
	COMMENT ON VIEW secret_multi_region_reads IS
		'Actors that read, or tried to, in several Regions within a short time: a row for each actor and window of settings.multi_region_window with at least settings.multi_region_regions Regions';
END
$$;
COMMENT ON FUNCTION cloudtrail_create_read_views() IS
	'Part of cloudtrail_create_audit_views(): reads, and what is unusual about them';
