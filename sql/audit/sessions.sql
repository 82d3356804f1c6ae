-- Who it really was: sessions, back to whoever stands behind them.

CREATE INDEX secret_facts_access_key_idx ON secret_facts (cloudtrail_session_key(access_key_id, from_console,
	sign_in_session_arn)) WHERE session_created_at IS NOT NULL OR session_name IS NOT NULL;

CREATE VIEW seen_sessions WITH (security_invoker) AS
SELECT s.sign_in_session_arn, s.access_key_id, s.account_id, s.actor, s.principal_id, s.session_name,
	min(s.created_at) AS created_at,
	min(s.event_time) AS first_seen, max(s.event_time) AS last_seen, count(DISTINCT s.event) AS events,
	array_agg(DISTINCT s.aws_region) FILTER (WHERE s.aws_region IS NOT NULL) AS aws_regions,
	array_agg(DISTINCT s.source_ip) FILTER (WHERE s.source_ip IS NOT NULL) AS source_ips,
	array_agg(DISTINCT s.user_agent) FILTER (WHERE s.user_agent IS NOT NULL) AS user_agents,
	bool_or(s.in_console) AS in_console, min(s.shared_event_id) AS shared_event_id,
	min(s.any_key) AS any_access_key_id,
	s.shown[1] AS origin, s.shown[2] AS origin_kind, s.shown[3] AS origin_method
FROM (
	-- Not every service writes for what credentials were issued: what some events of a session show holds for all.
	SELECT s.*, coalesce(s.shown_alone, CASE WHEN min(s.shown_alone) OVER session = max(s.shown_alone) OVER session
		THEN min(s.shown_alone) OVER session END) AS shown
	FROM (
		SELECT s.*, CASE WHEN s.origin_kind IS NOT NULL
			THEN ARRAY[s.origin, s.origin_kind, s.origin_method] END AS shown_alone
		FROM (
			SELECT f.sign_in_session_arn,
				cloudtrail_session_key(f.access_key_id, f.from_console, f.sign_in_session_arn) AS access_key_id,
				f.access_key_id AS any_key, f.actor_account AS account_id, f.actor, f.principal_id, f.session_name,
				f.session_created_at AS created_at,
				coalesce(f.from_console, false) AS in_console, f.shared_event_id, f.origin, f.origin_kind,
				f.origin_method, f.event_time, f.aws_region,
				f.source_ip, f.user_agent, concat(coalesce(f.original_event_id, f.event_id, f.event_key::text), ' ',
					f.item) AS event
			FROM secret_facts AS f
			-- A service calls with credentials of its own making, for this one call.
			WHERE f.session_created_at IS NOT NULL
				AND (f.invoked_by IS NULL OR f.invoked_by IN (SELECT s.invoked_by FROM console_services AS s))
				-- An endpoint's record of a call counts if that of the API is not here.
				AND (NOT cloudtrail_is_endpoint_event(f.event_type) OR NOT EXISTS (SELECT FROM secret_facts AS t
					WHERE t.shared_event_id = f.shared_event_id AND t.session_created_at IS NOT NULL
						AND NOT cloudtrail_is_endpoint_event(t.event_type)))
			UNION ALL
			-- The other account's record of a call has neither key nor time; if the caller's account has one, that says
			-- more.
			SELECT f.sign_in_session_arn,
				cloudtrail_session_key(f.access_key_id, f.from_console, f.sign_in_session_arn),
				f.access_key_id, f.actor_account, f.actor, f.principal_id, f.session_name, f.session_created_at,
				coalesce(f.from_console, false), f.shared_event_id, f.origin, f.origin_kind, f.origin_method,
				f.event_time, f.aws_region, f.source_ip, f.user_agent,
				concat(coalesce(f.original_event_id, f.event_id, f.event_key::text), ' ', f.item) AS event
			FROM secret_facts AS f
			WHERE f.session_created_at IS NULL AND f.session_name IS NOT NULL
				AND (f.invoked_by IS NULL OR f.invoked_by IN (SELECT s.invoked_by FROM console_services AS s))
				AND NOT EXISTS (SELECT FROM secret_facts AS t
					WHERE t.shared_event_id = f.shared_event_id AND t.account_id = f.actor_account
						AND t.session_created_at IS NOT NULL)
			UNION ALL
			SELECT c.caller_sign_in, cloudtrail_session_key(c.caller_key, c.caller_in_console, c.caller_sign_in),
				c.caller_key, c.caller_account, c.caller, c.caller_id, c.caller_name, c.caller_created_at,
				coalesce(c.caller_in_console, false), NULL, c.origin, c.origin_kind, c.origin_method, c.event_time,
				c.aws_region, c.source_ip, c.user_agent, c.event_key::text
			FROM issued_credentials AS c
			WHERE c.caller_created_at IS NOT NULL
		) AS s
	) AS s
	-- A provider to whom access was delegated has keys of its own: what has none may be the customer's.
	WINDOW session AS (PARTITION BY s.sign_in_session_arn, s.access_key_id, s.account_id, s.actor, s.principal_id,
		s.session_name, CASE WHEN s.sign_in_session_arn IS NULL THEN s.created_at END,
		CASE WHEN s.access_key_id IS NULL THEN s.origin_method IS NOT DISTINCT FROM 'delegated access' END)
) AS s
WHERE cloudtrail_is_loaded()
GROUP BY s.sign_in_session_arn, s.access_key_id, s.account_id, s.actor, s.principal_id, s.session_name,
	CASE WHEN s.sign_in_session_arn IS NULL THEN s.created_at END, s.shown;
COMMENT ON VIEW seen_sessions IS
	'Sessions that did something with secrets, or requested other credentials: a row for each. Calls that services '
	'made with a session''s rights (invokedBy) do not count: a service signs them with a key and a time of its own, '
	'and many sessions may share the role and session name that remain';
COMMENT ON COLUMN seen_sessions.sign_in_session_arn IS 'ARN of the sign-in session; null if it is none';
COMMENT ON COLUMN seen_sessions.access_key_id IS
	'Access key of the session; null if it has none, takes new ones (as sessions of the console and sign-in sessions '
	'do), or if only another account''s record is in the trail';
COMMENT ON COLUMN seen_sessions.account_id IS 'Account of the role or user';
COMMENT ON COLUMN seen_sessions.principal_id IS 'Unique id of the role or user';
COMMENT ON COLUMN seen_sessions.session_name IS 'Name of the session, which whoever began it chose';
COMMENT ON COLUMN seen_sessions.created_at IS 'When its credentials were issued';
COMMENT ON COLUMN seen_sessions.first_seen IS 'The first of these events';
COMMENT ON COLUMN seen_sessions.last_seen IS 'The last of them';
COMMENT ON COLUMN seen_sessions.events IS
	'Number of these events, without those that services made with its rights; a batch counts for each secret that it '
	'names';
COMMENT ON COLUMN seen_sessions.aws_regions IS 'Regions that they were made to';
COMMENT ON COLUMN seen_sessions.source_ips IS 'Addresses that they came from';
COMMENT ON COLUMN seen_sessions.user_agents IS 'Agents that made them';
COMMENT ON COLUMN seen_sessions.in_console IS 'Whether it is one of the console';
COMMENT ON COLUMN seen_sessions.any_access_key_id IS 'One of the access keys that it used';
COMMENT ON COLUMN seen_sessions.shared_event_id IS 'Common to the records of one of its calls in several accounts';
COMMENT ON COLUMN seen_sessions.origin IS 'Who stands behind it, if its own events show it';
COMMENT ON COLUMN seen_sessions.origin_kind IS
	'What that is; null if only the event that issued its credentials can show it';

CREATE VIEW session_lineage WITH (security_invoker) AS
WITH place AS MATERIALIZED (
	SELECT o.account_id, o.aws_region, o.observed_from, o.observed_to, o.gaps FROM observed AS o
)
SELECT s.sign_in_session_arn, s.access_key_id, s.account_id, s.actor, s.principal_id, s.session_name, s.created_at,
	s.first_seen, s.last_seen,
	c.depth, c.method, c.event_time, c.event_key, c.event_name, c.issuer_account_id, c.aws_region,
	c.caller, c.caller_account, c.caller_name, c.caller_key AS caller_access_key_id, c.source_identity,
	CASE WHEN s.origin_kind IS NULL THEN c.origin ELSE s.origin END AS origin,
	coalesce(s.origin_kind, c.origin_kind) AS origin_kind,
	CASE WHEN s.origin_kind IS NULL THEN c.origin_method ELSE s.origin_method END AS origin_method,
	CASE WHEN s.origin_kind IS NULL THEN c.missing_account END AS missing_account_id,
	CASE WHEN s.origin_kind IS NULL THEN c.missing_region END AS missing_region,
	CASE WHEN s.origin_kind IS NULL AND c.missing_at IS NOT NULL THEN
		ARRAY(SELECT p.aws_region FROM place AS p
			WHERE p.account_id = c.missing_account AND c.missing_at BETWEEN p.observed_from AND p.observed_to
				AND NOT coalesce(p.gaps @> c.missing_at, false)
			ORDER BY 1) END AS covered_regions,
	-- The global endpoint of STS records in us-east-1; of the others, tools ask that of the Region they work in.
	CASE WHEN s.origin_kind IS NULL AND c.missing_at IS NOT NULL THEN
		ARRAY(SELECT DISTINCT r.region
			FROM unnest(CASE WHEN c.missing_region IS NOT NULL THEN ARRAY[c.missing_region]
				ELSE coalesce(nullif(ARRAY[c.used_region], '{NULL}'), s.aws_regions, '{}')
					|| CASE WHEN s.actor LIKE 'arn:aws-%' THEN '{}'::text[] ELSE '{us-east-1}' END END) AS r (region)
			WHERE r.region IS NOT NULL AND NOT EXISTS (SELECT FROM place AS p
				WHERE p.account_id = c.missing_account AND p.aws_region = r.region
					AND c.missing_at BETWEEN p.observed_from AND p.observed_to
					AND NOT coalesce(p.gaps @> c.missing_at, false))
			ORDER BY 1) END AS missing_regions
FROM seen_sessions AS s
	CROSS JOIN LATERAL cloudtrail_session_chain('issued_credentials'::regclass, s.first_seen, s.account_id,
		s.principal_id, s.session_name,
		s.any_access_key_id, s.created_at, s.in_console, s.shared_event_id, s.sign_in_session_arn) AS c;
COMMENT ON VIEW session_lineage IS
	'The chain of each session that dealt with secrets or credentials, from the session up to who stands behind it: a '
	'row for the session itself, with depth 0, and for each event above it that issued credentials';
COMMENT ON COLUMN session_lineage.sign_in_session_arn IS 'ARN of the sign-in session; null if it is none';
COMMENT ON COLUMN session_lineage.access_key_id IS
	'Access key of the session; null if it has none, takes new ones (as sessions of the console and sign-in sessions '
	'do), or if only another account''s record is in the trail';
COMMENT ON COLUMN session_lineage.account_id IS 'Account of the role or user';
COMMENT ON COLUMN session_lineage.principal_id IS 'Unique id of the role or user';
COMMENT ON COLUMN session_lineage.session_name IS
	'Name of the session, which whoever began it chose: it proves nothing';
COMMENT ON COLUMN session_lineage.created_at IS 'When its credentials were issued';
COMMENT ON COLUMN session_lineage.first_seen IS 'The first event of the session about secrets or credentials';
COMMENT ON COLUMN session_lineage.last_seen IS 'The last of them';
COMMENT ON COLUMN session_lineage.depth IS
	'0 for the session itself, 1 for the event that issued its credentials, 2 for the one that issued the caller''s, '
	'and so on, at most 16';
COMMENT ON COLUMN session_lineage.method IS
	'How the event was found: sign-in session (by its ARN); access key; id and time (of the role or user, and when the '
	'session was created); session name (if the session has neither key nor time, within its longest duration); '
	'permission set and time (of a request to the portal of IAM Identity Center). The last two are traces and prove no '
	'origin';
COMMENT ON COLUMN session_lineage.event_time IS 'Time of the event';
COMMENT ON COLUMN session_lineage.event_key IS 'Key of the event in raw_events';
COMMENT ON COLUMN session_lineage.event_name IS 'The action that issued the credentials';
COMMENT ON COLUMN session_lineage.issuer_account_id IS
	'Account whose record it is: that of the role or user, since no other is believed; that of IAM Identity Center for '
	'a request to its portal; that of the caller of sts:AssumeRoot, if the root user''s own account has none';
COMMENT ON COLUMN session_lineage.aws_region IS 'Region of the event';
COMMENT ON COLUMN session_lineage.caller IS 'Who asked for the credentials';
COMMENT ON COLUMN session_lineage.caller_account IS 'Account of the caller';
COMMENT ON COLUMN session_lineage.caller_name IS 'Name of the caller''s session';
COMMENT ON COLUMN session_lineage.caller_access_key_id IS 'Access key of the caller';
COMMENT ON COLUMN session_lineage.source_identity IS
	'The source identity of the session: the first caller''s word, as far as a policy let them choose';
COMMENT ON COLUMN session_lineage.missing_account_id IS
	'Account whose trail would have the event that is missing; null if none is';
COMMENT ON COLUMN session_lineage.missing_region IS
	'Region of the missing event, by the ARN of the sign-in session; null for calls of STS, which are recorded in the '
	'Region that was asked, or in us-east-1 for the global endpoint: see missing_regions';
COMMENT ON COLUMN session_lineage.covered_regions IS
	'Regions of that account that the trail covers at that time: the event is in another Region, or was not recorded; '
	'null if none is missing, empty if the account is not covered';
COMMENT ON COLUMN session_lineage.missing_regions IS
	'Regions in which to look for the missing event first: missing_region, else us-east-1, where the global endpoint '
	'of STS records, and the Regions in which the credentials were used, since tools ask the endpoint of their Region. '
	'Regions in covered_regions are left out, since the event is not there. If none remains, it is in another Region, '
	'or was not recorded';

CREATE VIEW sessions WITH (security_invoker) AS
SELECT s.sign_in_session_arn, s.access_key_id, s.account_id, s.actor, s.principal_id, s.session_name, s.created_at,
	s.first_seen, s.last_seen, s.events,
	s.source_ips, s.user_agents, c.event_time AS issued_at, c.event_name AS issued_by, c.caller AS issued_to, c.method,
		c.source_identity,
	CASE WHEN s.origin_kind IS NULL THEN c.origin ELSE s.origin END AS origin,
	coalesce(s.origin_kind, c.origin_kind) AS origin_kind,
	CASE WHEN s.origin_kind IS NULL THEN c.origin_method ELSE s.origin_method END AS origin_method,
	c.event_key
FROM seen_sessions AS s
	CROSS JOIN LATERAL (
		SELECT c.event_time, c.event_name, c.caller, c.method, c.source_identity, c.origin, c.origin_kind,
		c.origin_method, c.event_key
		FROM cloudtrail_session_chain('issued_credentials'::regclass, s.first_seen, s.account_id, s.principal_id,
			s.session_name,
			s.any_access_key_id, s.created_at, s.in_console, s.shared_event_id, s.sign_in_session_arn) AS c
		ORDER BY c.depth <> 1, c.depth
		LIMIT 1
	) AS c;
COMMENT ON VIEW sessions IS
	'Sessions that did something with secrets, or requested other credentials: a row for each, with the event that '
	'issued its credentials, and who stands behind it. Calls that services made with a session''s rights (invokedBy) '
	'do not count: a service signs them with a key and a time of its own, and many sessions may share the role and '
	'session name that remain. Those calls are in secret_events';
COMMENT ON COLUMN sessions.sign_in_session_arn IS 'ARN of the sign-in session; null if it is none';
COMMENT ON COLUMN sessions.access_key_id IS
	'Access key of the session; null if it has none, takes new ones (as sessions of the console and sign-in sessions '
	'do), or if only another account''s record is in the trail';
COMMENT ON COLUMN sessions.account_id IS 'Account of the role or user';
COMMENT ON COLUMN sessions.principal_id IS 'Unique id of the role or user';
COMMENT ON COLUMN sessions.session_name IS 'Name of the session, which whoever began it chose: it proves nothing';
COMMENT ON COLUMN sessions.created_at IS 'When its credentials were issued, by its own events';
COMMENT ON COLUMN sessions.first_seen IS 'Its first event about secrets or credentials';
COMMENT ON COLUMN sessions.last_seen IS 'The last of them';
COMMENT ON COLUMN sessions.events IS
	'Number of these events, without those that services made with its rights; a batch counts for each secret that it '
	'names';
COMMENT ON COLUMN sessions.source_ips IS 'Addresses that they came from';
COMMENT ON COLUMN sessions.user_agents IS 'Agents that made them';
COMMENT ON COLUMN sessions.issued_at IS 'Time of the event that issued its credentials; null if that is not known';
COMMENT ON COLUMN sessions.issued_by IS 'The action that issued them';
COMMENT ON COLUMN sessions.issued_to IS 'Who asked for them';
COMMENT ON COLUMN sessions.method IS 'How the event is known to be it, as in session_lineage';
COMMENT ON COLUMN sessions.source_identity IS
	'The source identity of the session: the first caller''s word, as far as a policy let them choose';
COMMENT ON COLUMN sessions.event_key IS 'Key of that event in raw_events';

CREATE VIEW origins WITH (security_invoker) AS
SELECT c.origin, c.origin_kind, min(c.event_time) AS first_event, max(c.event_time) AS last_event, count(*) AS events,
	count(*) FILTER (WHERE c.succeeded) AS succeeded, count(*) FILTER (WHERE NOT c.succeeded) AS failed,
	array_agg(DISTINCT c.event_name) FILTER (WHERE c.succeeded) AS actions_succeeded,
	array_agg(DISTINCT c.event_name) FILTER (WHERE NOT c.succeeded) AS actions_failed,
	array_agg(DISTINCT c.secret_name) FILTER (WHERE c.secret_name IS NOT NULL) AS secret_names,
	array_agg(DISTINCT c.actor) FILTER (WHERE c.actor IS NOT NULL) AS actors,
	array_agg(DISTINCT c.source_ip) FILTER (WHERE c.source_ip IS NOT NULL) AS source_ips,
	array_agg(DISTINCT c.user_agent) FILTER (WHERE c.user_agent IS NOT NULL) AS user_agents
FROM secret_calls AS c
WHERE c.event_source = 'secretsmanager.amazonaws.com' AND cloudtrail_is_loaded()
GROUP BY c.origin, c.origin_kind;
COMMENT ON VIEW origins IS
	'Who stands behind the calls to Secrets Manager: a row for each person, workload, service or account that access '
	'was delegated to, and one for all that are not known';
COMMENT ON COLUMN origins.first_event IS 'Time of their first call to Secrets Manager';
COMMENT ON COLUMN origins.last_event IS 'Time of the last';
COMMENT ON COLUMN origins.events IS 'How many calls; a batch counts for each secret that it names';
COMMENT ON COLUMN origins.succeeded IS
	'How many succeeded; the secrets that a successful batch names count neither as succeeded nor as failed';
COMMENT ON COLUMN origins.failed IS 'How many failed';
COMMENT ON COLUMN origins.actions_succeeded IS 'Actions that succeeded';
COMMENT ON COLUMN origins.actions_failed IS 'Actions that failed';
COMMENT ON COLUMN origins.secret_names IS 'Secrets that they named';
COMMENT ON COLUMN origins.actors IS 'Roles and users by which they acted';
COMMENT ON COLUMN origins.source_ips IS 'Addresses that they came from';
COMMENT ON COLUMN origins.user_agents IS 'Agents that made the calls';
