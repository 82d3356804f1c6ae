-- Who read which secret.

CREATE INDEX secret_facts_batch_idx ON secret_facts ((coalesce(principal_id, actor)), event_time,
	(detail ? 'next_token')) WHERE event_name = 'BatchGetSecretValue';
CREATE INDEX secret_facts_batch_actor_idx ON secret_facts (actor, event_time) WHERE event_name = 'BatchGetSecretValue';

CREATE VIEW secret_blind_batches WITH (security_invoker) AS
SELECT b.event_time, b.event_key, b.item, b.account_id, b.aws_region, b.actor,
	coalesce(b.principal_id, b.actor) AS caller, b.session_name
FROM secret_facts AS b
WHERE b.event_name = 'BatchGetSecretValue' AND b.secret_name IS NULL AND b.succeeded
	-- An endpoint's record never names any: that of the API does.
	AND (NOT cloudtrail_is_endpoint_event(b.event_type) OR NOT EXISTS (SELECT FROM secret_facts AS t
		WHERE t.shared_event_id = b.shared_event_id AND NOT cloudtrail_is_endpoint_event(t.event_type)));
COMMENT ON VIEW secret_blind_batches IS
	'Batches that succeeded and select secrets by filters, so that they name none: a row for each record';
COMMENT ON COLUMN secret_blind_batches.caller IS 'Unique id of the caller, else what actor has';

CREATE VIEW secret_answered_batches WITH (security_invoker) AS
SELECT b.event_time, b.event_key, b.item
FROM secret_blind_batches AS b
	-- By LIMIT, each batch looks into the few facts of its time.
	CROSS JOIN LATERAL (
		SELECT FROM secret_facts AS s
		WHERE s.event_time BETWEEN b.event_time - (SELECT t.same_call_window FROM thresholds AS t)
				AND b.event_time + (SELECT t.same_call_window FROM thresholds AS t)
			AND s.event_name = 'GetSecretValue' AND s.event_source = 'secretsmanager.amazonaws.com'
			AND s.aws_region = b.aws_region AND coalesce(s.principal_id, s.actor) = b.caller
			AND s.session_name IS NOT DISTINCT FROM b.session_name
		LIMIT 1
	) AS s;
COMMENT ON VIEW secret_answered_batches IS
	'Batches that select secrets by filters and whose single reads are in the trail, within settings.same_call_window: '
	'these stand for the batch';

CREATE VIEW secret_lone_batches WITH (security_invoker) AS
SELECT b.event_time, b.account_id, b.aws_region, b.actor, b.caller
FROM secret_blind_batches AS b
WHERE (b.event_time, b.event_key) NOT IN (SELECT a.event_time, a.event_key FROM secret_answered_batches AS a);
COMMENT ON VIEW secret_lone_batches IS
	'Batches that select secrets by filters and whose single reads are not in the trail: each may have read any secret '
	'of its account and Region';
COMMENT ON COLUMN secret_lone_batches.caller IS 'Unique id of the caller, else what actor has';

CREATE VIEW secret_unanswered_batches WITH (security_invoker) AS
SELECT b.account_id, b.aws_region, max(b.event_time) AS last_batch
FROM secret_lone_batches AS b
GROUP BY b.account_id, b.aws_region;
COMMENT ON VIEW secret_unanswered_batches IS 'The accounts and Regions of secret_lone_batches';
COMMENT ON COLUMN secret_unanswered_batches.last_batch IS 'The last of them';

CREATE VIEW secret_batch_pages WITH (security_invoker) AS
SELECT p.event_time, p.event_key, p.item, p.first_time, p.first_key, p.call = p.first_call AS is_first, p.last_time
FROM (
	SELECT c.event_time, c.event_key, c.item, c.call, first_value(c.event_time) OVER in_order AS first_time,
		first_value(c.event_key) OVER in_order AS first_key, first_value(c.call) OVER in_order AS first_call,
		max(c.event_time) OVER of_batch AS last_time, count(*) OVER of_batch AS records
	FROM (
		SELECT g.*,
			-- What gives a token goes on with the one before, if that is not long ago; all pages name the same secrets
			-- in the same way.
			count(*) FILTER (WHERE NOT g.is_next OR g.event_time - g.previous > interval '1 hour')
				OVER (PARTITION BY g.caller, g.session_name, g.aws_region, g.secret_name, g.secret_account,
					g.secret_region, g.id_given ORDER BY g.event_time, g.is_next, g.call) AS batch
		FROM (
			SELECT b.*, lag(b.event_time) OVER (PARTITION BY coalesce(b.principal_id, b.actor), b.session_name,
					b.aws_region, b.secret_name, b.secret_account, b.secret_region, b.id_given
					ORDER BY b.event_time) AS previous,
				coalesce(b.principal_id, b.actor) AS caller, (b.detail ? 'next_token') IS TRUE AS is_next,
				coalesce(b.shared_event_id, b.request_id, b.event_id) AS call
			FROM secret_facts AS b
			WHERE b.event_name = 'BatchGetSecretValue' AND (coalesce(b.principal_id, b.actor),
					coalesce(b.session_name, ''), coalesce(b.secret_name, '')) IN (
				SELECT coalesce(n.principal_id, n.actor), coalesce(n.session_name, ''), coalesce(n.secret_name, '')
				FROM secret_facts AS n
				WHERE n.event_name = 'BatchGetSecretValue' AND n.detail ? 'next_token')
		) AS g
	) AS c
	WHERE c.succeeded
	WINDOW of_batch AS (PARTITION BY c.caller, c.session_name, c.aws_region, c.secret_name, c.secret_account,
		c.secret_region, c.id_given, c.batch),
		in_order AS (of_batch ORDER BY c.event_time, c.is_next, c.call, c.event_key)
) AS p
WHERE p.records > 1;
COMMENT ON VIEW secret_batch_pages IS
	'Batches of several pages that succeeded: a row for each record of a page and secret that it names. Pages follow '
	'each other within an hour';
COMMENT ON COLUMN secret_batch_pages.first_time IS 'event_time of the first of its pages in the trail';
COMMENT ON COLUMN secret_batch_pages.first_key IS 'event_key of that page';
COMMENT ON COLUMN secret_batch_pages.is_first IS 'Whether it is that page';
COMMENT ON COLUMN secret_batch_pages.last_time IS 'event_time of the last page of the batch';

CREATE VIEW secret_reads WITH (security_invoker) AS
SELECT e.event_time, e.event_id, e.account_id, e.aws_region, e.actor, e.actor_kind, e.actor_type, e.session_name,
	e.source_identity, e.source_ip, e.user_agent,
	c.invoked_by, coalesce(c.invoked_by, e.actor) AS received_by,
	e.secret_account, e.secret_region, e.secret_arn, e.secret_name, e.id_given,
	CASE WHEN e.least_version IS NOT NULL AND e.resolve_method IN ('name', 'partial', 'replica') THEN 'kms'
		ELSE e.resolve_method END AS resolve_method,
	e.candidates,
	-- Of decryptions of several versions nothing shows which belongs to which read; nor of one, if there are more
	-- reads, which ask for different versions.
	coalesce(e.version_id, CASE WHEN (e.outcome = 'succeeded' OR e.decrypted)
			AND e.least_version = e.greatest_version
			AND (e.least_request IS NOT DISTINCT FROM e.greatest_request OR e.decryptions >= e.reads)
		THEN e.least_version END) AS version_id,
	e.version_stage,
	e.batched OR EXISTS (SELECT FROM secret_blind_batches AS b
		WHERE b.caller = e.caller AND b.session_name IS NOT DISTINCT FROM e.session_name AND b.aws_region = e.aws_region
			AND b.event_time BETWEEN e.event_time - t.same_call_window AND e.event_time + t.same_call_window
	) AS via_batch,
	r.caller IS NOT NULL AS via_rotation,
	e.vpc_endpoint_id, coalesce(e.from_console, e.invoked_by IS NOT NULL AND c.invoked_by IS NULL) AS from_console,
	CASE WHEN e.decrypted THEN 'succeeded' ELSE e.outcome END AS outcome,
	CASE WHEN e.decrypted THEN 'kms' WHEN e.outcome <> 'unknown' THEN 'event' END AS confirmed_by,
	e.error_code, CASE WHEN e.decrypted THEN true ELSE e.succeeded END AS succeeded, e.caller, e.origin, e.origin_kind,
	e.origin_method, e.event_key,
	cloudtrail_raw_event('raw_events'::regclass, e.event_time, e.event_key) AS event
FROM (
	SELECT e.*, n.least_version, n.greatest_version, n.decryptions, n.reads, n.least_request, n.greatest_request,
		n.read_singly, n.batched, (p.found).is_first,
		-- A successful batch does not say which of its secrets it got: a decryption does, unless it may be of a write.
		e.outcome = 'unknown' AND n.least_version IS NOT NULL AND NOT n.written AS decrypted
	FROM secret_calls AS e
		-- OFFSET has each looked up once.
		CROSS JOIN LATERAL (SELECT CASE WHEN e.event_name = 'BatchGetSecretValue'
			THEN cloudtrail_page_at('secret_batch_pages'::regclass, e.event_time, e.event_key, e.item) END AS found
			OFFSET 0) AS p
		-- What the same session did with the same secret within settings.same_call_window.  By this and not by windows
		-- over all calls, conditions on the time of a read choose rows of an index.
		CROSS JOIN LATERAL (
			SELECT min(c.version_id) FILTER (WHERE c.event_name = 'Decrypt') AS least_version,
				max(c.version_id) FILTER (WHERE c.event_name = 'Decrypt') AS greatest_version,
				count(DISTINCT c.call) FILTER (WHERE c.event_name = 'Decrypt') AS decryptions,
				count(DISTINCT c.call) FILTER (WHERE c.event_name = 'GetSecretValue' AND c.succeeded) AS reads,
				min(coalesce(c.version_id, c.version_stage, 'AWSCURRENT')) FILTER (WHERE c.event_name = 'GetSecretValue'
					AND c.succeeded) AS least_request,
				max(coalesce(c.version_id, c.version_stage, 'AWSCURRENT')) FILTER (WHERE c.event_name = 'GetSecretValue'
					AND c.succeeded) AS greatest_request,
				coalesce(bool_or(c.event_name = 'GetSecretValue'), false) AS read_singly,
				e.event_name = 'BatchGetSecretValue' OR coalesce(bool_or(c.event_name = 'BatchGetSecretValue'), false)
					AS batched,
				coalesce(bool_or(c.event_name NOT IN ('GetSecretValue', 'BatchGetSecretValue', 'Decrypt')), false)
					AS written
			FROM (
				SELECT f.event_name, f.version_id, f.version_stage, f.succeeded,
					coalesce(f.shared_event_id, f.request_id, f.event_id) AS call
				FROM (
					-- OFFSET has it looked up once.
					SELECT CASE WHEN substring(e.secret_name, '(-)[A-Za-z0-9]{6}$') = '-'
							AND cloudtrail_is_lookalike('secret_lookalikes'::regclass, left(e.secret_arn, -7), e.secret_arn)
						THEN left(e.secret_arn, -7) END AS partial_arn,
						cloudtrail_secret_of('secrets'::regclass, e.secret_name, e.secret_arn) AS named,
						(SELECT t.same_call_window FROM thresholds AS t) AS slack
					OFFSET 0
				) AS l CROSS JOIN secret_facts AS f
				WHERE f.secret_name = ANY (ARRAY[e.secret_name, left(split_part(l.partial_arn, ':', 7), -7)])
					AND (f.secret_arn IN (e.secret_arn, l.partial_arn) OR f.secret_arn IS NULL
						AND f.partial_arn = coalesce(left(e.secret_arn, -7), e.partial_arn)
						-- Another one may have had the name then.
						AND (f.event_time >= (l.named).valid_from AND f.event_time < (l.named).possible_to)
							IS NOT FALSE)
					AND f.event_time BETWEEN e.event_time - l.slack
						AND coalesce((p.found).last_time, e.event_time) + l.slack
					-- Or of another page of the batch.
					AND (f.event_time <= e.event_time + l.slack
						OR EXISTS (SELECT FROM secret_facts AS o
							WHERE o.event_name = 'BatchGetSecretValue' AND coalesce(o.principal_id, o.actor) = e.caller
								AND o.event_time BETWEEN f.event_time - l.slack AND f.event_time + l.slack
								AND o.session_name IS NOT DISTINCT FROM e.session_name
								AND o.aws_region = e.aws_region
								AND o.secret_name IN (e.secret_name, left(split_part(l.partial_arn, ':', 7), -7))))
					AND coalesce(f.principal_id, f.actor) = e.caller
					AND f.session_name IS NOT DISTINCT FROM e.session_name AND f.aws_region = e.aws_region
					AND (f.event_source = 'secretsmanager.amazonaws.com'
						AND (f.event_name IN ('GetSecretValue', 'BatchGetSecretValue')
							-- These decrypt what they replicate, or compare with what is there.
							OR f.succeeded AND (f.event_name IN ('PutSecretValue', 'UpdateSecret',
									'ReplicateSecretToRegions')
								OR f.event_name = 'CreateSecret' AND f.detail ? 'add_replica_regions'))
						-- One without a version only tries the key.
						OR f.event_source = 'kms.amazonaws.com' AND f.event_name = 'Decrypt' AND f.trusted
							AND f.version_id IS NOT NULL)
			) AS c
		) AS n
	WHERE e.event_source = 'secretsmanager.amazonaws.com' AND e.event_name IN ('GetSecretValue', 'BatchGetSecretValue')
) AS e
	-- A person who reads in the console gets the value themselves.
	CROSS JOIN LATERAL (SELECT CASE WHEN e.invoked_by NOT IN (SELECT s.invoked_by FROM console_services AS s)
		THEN e.invoked_by END AS invoked_by) AS c
	LEFT JOIN secret_rotators AS r
		ON r.secret_name = e.secret_name AND r.account_id = e.secret_account AND r.aws_region = e.secret_region
			AND r.caller = e.caller AND r.rotator = coalesce(c.invoked_by, e.caller)
	CROSS JOIN thresholds AS t
-- The single reads that a batch causes stand for it, and its first page for all.
WHERE e.event_name = 'GetSecretValue'
	OR e.succeeded IS FALSE AND (e.secret_name IS NULL OR NOT e.read_singly)
	OR e.succeeded IS NOT FALSE AND e.is_first IS NOT FALSE AND NOT CASE WHEN e.secret_name IS NULL
		-- That there is a window, which is so, has the planner ask this above the lateral join, once for all rows.
		THEN t.same_call_window IS NOT NULL AND (e.event_time, e.event_key) IN (
			SELECT coalesce((p.found).first_time, a.event_time), coalesce((p.found).first_key, a.event_key)
			FROM secret_answered_batches AS a CROSS JOIN LATERAL (
				SELECT cloudtrail_page_at('secret_batch_pages'::regclass, a.event_time, a.event_key, a.item) AS found
				OFFSET 0) AS p)
		-- It may name a secret twice: what it names by full ARN stands for what it names otherwise.
		ELSE e.read_singly OR EXISTS (
			SELECT FROM (
				SELECT s.*, cloudtrail_is_lookalike('secret_lookalikes'::regclass, s.secret_arn) AS is_partial
				FROM secret_facts AS s
				WHERE s.event_time = e.event_time AND s.event_key = e.event_key AND s.item <> e.item
					AND s.secret_account = e.secret_account AND s.secret_region = e.secret_region
				OFFSET 0
			) AS s
			WHERE CASE WHEN s.is_partial THEN split_part(s.secret_arn, ':', 7) ELSE s.secret_name END = e.secret_name
				AND CASE WHEN s.is_partial OR s.secret_arn IS NULL
					THEN s.item < e.item AND e.id_given IS DISTINCT FROM e.secret_arn
					ELSE s.secret_arn = e.secret_arn
						AND (s.item < e.item OR e.id_given IS DISTINCT FROM e.secret_arn) END) END;
COMMENT ON VIEW secret_reads IS
	'Reads of secret values, refused ones included: a row for each secret read. A batch has a row for each secret that '
	'it names, or one row if it selects by filters, however many pages were requested; if its single reads are in the '
	'trail too, they stand for it. A read across accounts counts once';
COMMENT ON COLUMN secret_reads.invoked_by IS
	'The service that read the secret on behalf of the actor; null if the actor read it';
COMMENT ON COLUMN secret_reads.received_by IS
	'Who got the value: the service that read it on the actor''s behalf, else the actor';
COMMENT ON COLUMN secret_reads.resolve_method IS
	'As in secret_events; kms also if the decryption of the same call confirms the name';
COMMENT ON COLUMN secret_reads.version_id IS
	'The version that the request names, else the one that KMS decrypted for the same session within '
	'settings.same_call_window. Null if that is not certain: several versions were decrypted, or reads ask for '
	'different versions and there are fewer decryptions than reads';
COMMENT ON COLUMN secret_reads.version_stage IS
	'The staging label that was asked for; null means AWSCURRENT, or a version by its id';
COMMENT ON COLUMN secret_reads.via_batch IS
	'Whether it is a batch or may stem from one: the same session sent BatchGetSecretValue within '
	'settings.same_call_window';
COMMENT ON COLUMN secret_reads.via_rotation IS
	'Whether the reader is one that rotates this secret: the role of its rotation function, or a service, see '
	'secret_automatic_writes';
COMMENT ON COLUMN secret_reads.from_console IS
	'Whether the event shows that the credentials came from a console session; records before eventVersion 1.08 rarely '
	'do';
COMMENT ON COLUMN secret_reads.outcome IS
	'succeeded, denied, failed, or unknown: a batch that succeeded named the secret, and neither a single read nor a '
	'decryption shows whether it got it';
COMMENT ON COLUMN secret_reads.confirmed_by IS
	'What shows the outcome: event (the read itself), or kms (the decryption for the batch); null if it is unknown';
COMMENT ON COLUMN secret_reads.caller IS
	'Unique id of the caller, the same in every account; what actor has if there is none';
COMMENT ON COLUMN secret_reads.succeeded IS 'Whether the value was read; null if that is unknown';

CREATE VIEW secret_last_access WITH (security_invoker) AS
SELECT r.secret_arn, r.secret_name, coalesce(r.secret_account, r.account_id) AS account_id,
	coalesce(r.secret_region, r.aws_region) AS aws_region,
	r.actor, r.invoked_by,
	min(r.event_time) FILTER (WHERE r.succeeded) AS first_read,
	max(r.event_time) FILTER (WHERE r.succeeded) AS last_read,
	count(*) FILTER (WHERE r.succeeded) AS reads,
	count(*) FILTER (WHERE r.outcome = 'denied') AS denied,
	count(*) FILTER (WHERE r.outcome = 'unknown') AS unknown,
	count(DISTINCT r.source_ip) AS distinct_ips,
	floor(extract(epoch FROM t.as_of - max(r.event_time) FILTER (WHERE r.succeeded AND r.event_time <= t.as_of))
		/ 86400)::integer AS days_idle,
	(array_agg(ARRAY[r.origin, r.origin_kind, r.origin_method] ORDER BY r.succeeded IS TRUE DESC, r.event_time DESC,
		r.event_key))[1][1] AS origin,
	(array_agg(ARRAY[r.origin, r.origin_kind, r.origin_method] ORDER BY r.succeeded IS TRUE DESC, r.event_time DESC,
		r.event_key))[1][2] AS origin_kind,
	(array_agg(ARRAY[r.origin, r.origin_kind, r.origin_method] ORDER BY r.succeeded IS TRUE DESC, r.event_time DESC,
		r.event_key))[1][3] AS origin_method,
	count(DISTINCT r.origin) AS distinct_origins
FROM secret_reads AS r CROSS JOIN thresholds AS t
WHERE r.secret_name IS NOT NULL
GROUP BY r.secret_arn, r.secret_name, coalesce(r.secret_account, r.account_id),
	coalesce(r.secret_region, r.aws_region), r.actor, r.invoked_by, t.as_of;
COMMENT ON VIEW secret_last_access IS
	'Who uses which secret: a row for each secret, actor that read it or tried to, and service that read it on the '
	'actor''s behalf';
COMMENT ON COLUMN secret_last_access.account_id IS 'Account of the secret';
COMMENT ON COLUMN secret_last_access.aws_region IS 'Region of the secret';
COMMENT ON COLUMN secret_last_access.invoked_by IS
	'The service that read the secret on behalf of the actor; null if the actor read it';
COMMENT ON COLUMN secret_last_access.unknown IS
	'Number of batches that named the secret and may or may not have read it';
COMMENT ON COLUMN secret_last_access.origin IS
	'Who stood behind the last read, or the last attempt if none succeeded: several may use one role, see '
	'distinct_origins and secret_reads';
COMMENT ON COLUMN secret_last_access.distinct_origins IS
	'How many different origins are known of these reads and attempts';
COMMENT ON COLUMN secret_last_access.days_idle IS
	'Whole days since the last successful read, until settings.as_of or now; null if none was before that';

CREATE VIEW secret_first_time_reader WITH (security_invoker) AS
SELECT r.event_time, r.event_id, r.account_id, r.aws_region, r.actor, r.actor_kind, r.actor_type, r.session_name,
	r.source_identity, r.source_ip, r.user_agent,
	r.invoked_by, r.secret_account, r.secret_region, r.secret_arn, r.secret_name, r.prior_readers,
	floor(extract(epoch FROM r.event_time - s.created_at) / 86400)::integer AS days_since_created,
	o.observed_from,
	coalesce(s.created_at, '-infinity') <= r.event_time
		AND cloudtrail_conclusive_of_reads(o.observed_from, o.observed_to, o.gaps,
			o.reads_from, o.reads_to, o.read_gaps, coalesce(s.created_at, '-infinity'), r.event_time, t.coverage_gap)
		-- A call that may have got it is not one that did not.
		AND NOT coalesce(r.maybe_read >= s.created_at, false)
		AND NOT EXISTS (SELECT FROM secret_lone_batches AS b
			WHERE b.caller = r.caller AND b.account_id = r.secret_account AND b.aws_region = r.secret_region
				AND b.event_time BETWEEN s.created_at AND r.event_time)
		AND NOT EXISTS (SELECT FROM secret_lone_batches AS b
			WHERE b.actor = r.actor AND b.account_id = r.secret_account AND b.aws_region = r.secret_region
				AND b.event_time BETWEEN s.created_at AND r.event_time) AS conclusive,
	r.origin, r.origin_kind, r.origin_method, r.event_key,
	cloudtrail_raw_event('raw_events'::regclass, r.event_time, r.event_key) AS event
FROM (
	SELECT f.*, rank() OVER (PARTITION BY f.secret_name, f.secret_account, f.secret_region, f.secret_arn
		ORDER BY f.event_time) - 1 AS prior_readers
	FROM (
		SELECT r.event_time, r.event_id, r.account_id, r.aws_region, r.actor, r.actor_kind, r.actor_type,
		r.session_name, r.source_identity, r.source_ip,
			r.user_agent, r.invoked_by, r.secret_account, r.secret_region, r.secret_arn, r.secret_name, r.origin,
			r.origin_kind, r.origin_method, r.event_key,
			r.caller, r.succeeded,
			row_number() OVER (PARTITION BY r.secret_name, r.secret_account, r.secret_region, r.secret_arn,
				r.actor, r.invoked_by, r.succeeded
				ORDER BY r.event_time, r.event_key) AS n,
			greatest(max(r.event_time) FILTER (WHERE r.outcome = 'unknown') OVER (PARTITION BY r.secret_name,
				r.secret_account, r.secret_region, r.secret_arn, r.actor, r.invoked_by
					ORDER BY r.event_time),
				max(r.event_time) FILTER (WHERE r.secret_arn IS NULL) OVER (PARTITION BY r.secret_name,
					r.secret_account, r.secret_region, r.actor, r.invoked_by
					ORDER BY r.event_time)) AS maybe_read
		FROM secret_reads AS r
		WHERE (r.succeeded OR r.outcome = 'unknown') AND r.secret_name IS NOT NULL
	) AS f
	WHERE f.n = 1 AND f.succeeded
) AS r CROSS JOIN thresholds AS t
	CROSS JOIN LATERAL (SELECT (cloudtrail_secret_of('secrets'::regclass, r.secret_name, r.secret_arn)).created_at
		OFFSET 0) AS s
	CROSS JOIN LATERAL cloudtrail_observed_reads('observed'::regclass, r.secret_account, r.secret_region) AS o;
COMMENT ON VIEW secret_first_time_reader IS
	'The first successful read of a secret by an actor in the trail, or by a service on the actor''s behalf: a row for '
	'each secret, actor and such service. Reads before observed_from are not known';
COMMENT ON COLUMN secret_first_time_reader.invoked_by IS
	'The service that read the secret on behalf of the actor; null if the actor read it';
COMMENT ON COLUMN secret_first_time_reader.prior_readers IS
	'Number of others that had read the secret before: actors, and services on behalf of one';
COMMENT ON COLUMN secret_first_time_reader.observed_from IS
	'Start of what the trail has of the secret''s account and Region; null if it has nothing';
COMMENT ON COLUMN secret_first_time_reader.conclusive IS
	'Whether the trail has the secret''s account and Region, with read events, from the secret''s creation to this '
	'read, and no earlier call of the actor may have read it: a batch, or a name that another secret may have had. If '
	'not, the reader may have read it before';

CREATE VIEW secret_bulk_reads WITH (security_invoker) AS
SELECT r.actor, r.account_id, r.window_start, r.window_start + t.bulk_window AS window_end,
	count(DISTINCT (r.secret_account, r.secret_region, r.secret_name, r.secret_arn))
		FILTER (WHERE r.secret_name IS NOT NULL) AS secrets, count(*) AS reads,
	count(DISTINCT r.aws_region) AS regions,
	(SELECT count(DISTINCT coalesce(b.shared_event_id, b.original_event_id, b.event_id, b.event_key::text))
		FROM secret_facts AS b
		WHERE b.event_name = 'BatchGetSecretValue'
			AND coalesce(b.principal_id, b.actor) = ANY (array_agg(DISTINCT r.caller)) AND b.account_id = r.account_id
			AND b.event_time >= r.window_start AND b.event_time < r.window_start + t.bulk_window
				AND b.succeeded) AS batch_calls,
	array_agg(DISTINCT r.secret_name) AS secret_names
FROM (
		SELECT r.*, date_bin(t.bulk_window, r.event_time, '2000-01-01 00:00:00+00') AS window_start
		FROM secret_reads AS r CROSS JOIN thresholds AS t
	) AS r CROSS JOIN thresholds AS t
WHERE r.succeeded
GROUP BY r.actor, r.account_id, r.window_start, t.bulk_window, t.bulk_secrets
HAVING count(DISTINCT (r.secret_account, r.secret_region, r.secret_name, r.secret_arn))
	FILTER (WHERE r.secret_name IS NOT NULL) >= t.bulk_secrets;
COMMENT ON VIEW secret_bulk_reads IS
	'Actors that read many different secrets within a short time: a row for each actor, account and window of '
	'settings.bulk_window with at least settings.bulk_secrets secrets';
COMMENT ON COLUMN secret_bulk_reads.regions IS 'How many Regions they are in';
COMMENT ON COLUMN secret_bulk_reads.batch_calls IS
	'Successful calls of BatchGetSecretValue in the window, each page counted';

CREATE VIEW secret_batch_catchall WITH (security_invoker) AS
SELECT e.event_time, e.event_id, e.account_id, e.aws_region, e.actor, e.actor_kind, e.actor_type, e.session_name,
	e.source_identity, e.source_ip, e.user_agent,
	e.detail -> 'filters' AS filters,
	jsonb_path_exists(e.detail, '$.filters[*].values[*] ? (@ starts with "!")') AS excludes,
	-- All filters have to fit, of each one of its values.  Every key matches prefixes, "all" words; none has only what
	-- no prefix is.
	CASE WHEN e.succeeded OR e.detail ? 'filters' THEN coalesce(
		jsonb_array_length(CASE jsonb_typeof(e.detail -> 'filters') WHEN 'array' THEN e.detail -> 'filters' END) > 0
		AND NOT jsonb_path_exists(e.detail,
			'$.filters[*] ? (!exists(@.values[*] ? (@ == "" || @ starts with "!" && @ != "!")))'),
			false) END AS catches_all,
	coalesce(e.detail ? 'next_token', false) AS is_next_page,
	(SELECT count(DISTINCT (s.secret_account, s.secret_region, s.secret_name)) FROM secret_facts AS s
		WHERE s.event_name = 'GetSecretValue' AND s.event_source = 'secretsmanager.amazonaws.com' AND s.succeeded
			AND s.aws_region = e.aws_region
			AND s.event_time BETWEEN e.event_time - t.same_call_window AND e.event_time + t.same_call_window
			AND coalesce(s.principal_id, s.actor) = e.caller
				AND s.session_name IS NOT DISTINCT FROM e.session_name) AS secrets_returned,
	e.outcome, e.error_code, e.event_key,
	cloudtrail_raw_event('raw_events'::regclass, e.event_time, e.event_key) AS event
FROM secret_calls AS e CROSS JOIN thresholds AS t
WHERE e.event_source = 'secretsmanager.amazonaws.com' AND e.event_name = 'BatchGetSecretValue'
	AND e.secret_name IS NULL;
COMMENT ON VIEW secret_batch_catchall IS 'Batches that name no secret and select by filters: a row for each';
COMMENT ON COLUMN secret_batch_catchall.excludes IS
	'Whether a filter, whatever its key, has a value that begins with "!", which selects what does not match';
COMMENT ON COLUMN secret_batch_catchall.catches_all IS
	'Whether no filter narrows what the batch selects: each has a value that excludes ("!...") or an empty prefix, '
	'which everything matches. The batch then selects all secrets of the account and Region but those excluded. Null '
	'for a refused batch, whose filters are not recorded';
COMMENT ON COLUMN secret_batch_catchall.is_next_page IS
	'Whether it requests the next page of an earlier batch, by a token';
COMMENT ON COLUMN secret_batch_catchall.secrets_returned IS
	'Number of different secrets that the same session read singly within settings.same_call_window, by the trail; 0 '
	'does not mean that none was returned';

CREATE VIEW secret_multi_region_reads WITH (security_invoker) AS
SELECT r.actor, r.window_start, r.window_start + t.multi_region_window AS window_end,
	array_agg(DISTINCT r.aws_region) AS regions,
	count(DISTINCT (r.secret_account, r.secret_region, r.secret_name, r.secret_arn))
		FILTER (WHERE r.secret_name IS NOT NULL) AS secrets, count(*) AS reads,
	array_agg(DISTINCT r.secret_name) AS secret_names
FROM (
		SELECT r.*, date_bin(t.multi_region_window, r.event_time, '2000-01-01 00:00:00+00') AS window_start
		FROM secret_reads AS r CROSS JOIN thresholds AS t
	) AS r CROSS JOIN thresholds AS t
GROUP BY r.actor, r.window_start, t.multi_region_window, t.multi_region_regions
HAVING count(DISTINCT r.aws_region) >= t.multi_region_regions;
COMMENT ON VIEW secret_multi_region_reads IS
	'Actors that read, or tried to, in several Regions within a short time: a row for each actor and window of '
	'settings.multi_region_window with at least settings.multi_region_regions Regions';
COMMENT ON COLUMN secret_multi_region_reads.reads IS 'Reads and attempts';
