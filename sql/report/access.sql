-- The sections of the auditor's page about refusals, policies, root users and
-- sign-ins.  Queries over all events are executed as text since that lets
-- PostgreSQL run them on several processes.

CREATE FUNCTION cloudtrail_report_refusals(trail regnamespace, lower timestamptz, upper timestamptz, cover jsonb,
	OUT html text, OUT tiles text)
	LANGUAGE plpgsql STABLE
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	minute CONSTANT text := 'YYYY-MM-DD HH24:MI';
	shown CONSTANT integer := 30;
	refused jsonb;
	policies jsonb;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	WITH refused AS MATERIALIZED (
		-- As in secret_denied, whose count of attempts would read the whole trail.
		SELECT d.actor, d.event_name, d.secret_name, d.denied_by,
			host(max(d.source_ip)) AS address, "left"(max(d.user_agent), 100) ||
				CASE WHEN length(max(d.user_agent)) > 100 THEN '...' ELSE '' END AS agent,
			count(*) AS calls, max(d.event_time) AS last_time
		FROM secret_refusals AS d
		WHERE d.event_time >= lower AND d.event_time < upper
		GROUP BY 1, 2, 3, 4
	)
	SELECT jsonb_build_object('calls', (SELECT coalesce(sum(r.calls), 0) FROM refused AS r), 'groups', (SELECT count(*)
		FROM refused),
			'rows', jsonb_agg(jsonb_build_array(coalesce(m.actor, '(not known)'), m.event_name, m.secret_name,
				m.denied_by, m.address, m.agent, m.calls, to_char(m.last_time, minute))))
		INTO refused
		FROM (SELECT * FROM refused AS r ORDER BY r.calls DESC, r.actor, r.event_name, r.secret_name, r.denied_by
			LIMIT shown) AS m;
	-- A policy holds until the next one: those of before the period count, too.
	WITH change AS (
		SELECT p.event_time, p.event_name, p.secret_name, p.secret_arn, p.account_id, p.aws_region, p.actor,
		p.is_public, p.foreign_accounts, p.policy_error, p.event_key,
			lead(p.event_time) OVER (PARTITION BY p.account_id, p.aws_region, p.secret_name, p.secret_arn
				ORDER BY p.event_time, p.event_key) AS until
		FROM secret_policy_changes AS p
		WHERE p.outcome = 'succeeded' AND p.event_name IN ('PutResourcePolicy', 'DeleteResourcePolicy')
	), admitting AS MATERIALIZED (
		SELECT * FROM change AS c
		WHERE c.event_name = 'PutResourcePolicy' AND c.event_time < upper AND (c.until IS NULL OR c.until >= lower)
			AND (c.is_public OR cardinality(c.foreign_accounts) > 0 OR c.policy_error IS NOT NULL)
	)
	SELECT jsonb_build_object('count', (SELECT count(*) FROM admitting), 'public', (SELECT count(*) FROM admitting AS a
		WHERE a.is_public),
			'foreign', (SELECT count(*) FROM admitting AS a WHERE NOT a.is_public
				AND cardinality(a.foreign_accounts) > 0),
			'rows', jsonb_agg(jsonb_build_array(m.secret_name, m.account_id, m.aws_region,
				to_char(m.event_time, minute), coalesce(to_char(m.until, minute), 'no change seen'), m.actor,
				CASE WHEN m.policy_error IS NOT NULL THEN 'not known: ' || m.policy_error
					WHEN m.is_public THEN 'everybody'
					ELSE @extschema@.cloudtrail_html_count(cardinality(m.foreign_accounts), 'other account',
						'other accounts') END, array_to_string(m.foreign_accounts, ', '))))
		INTO policies
		FROM (SELECT * FROM admitting AS a ORDER BY a.is_public DESC NULLS LAST, a.event_time DESC, a.event_key
			LIMIT shown) AS m;

	tiles := @extschema@.cloudtrail_html_tile((refused ->> 'calls')::bigint, 'calls refused', true, cover ->> 'reads');
	html := E'<section aria-labelledby="refusals"><h2 id="refusals">Refused access, and policies that admit '
		'others</h2>\n<dl class="tiles">\n'
		|| @extschema@.cloudtrail_html_tile((policies ->> 'public')::bigint, 'policies that admit everybody', true,
			cover ->> 'secrets')
		|| @extschema@.cloudtrail_html_tile((policies ->> 'foreign')::bigint, 'policies that admit other accounts',
			true, cover ->> 'secrets') || E'</dl>\n'
		|| @extschema@.cloudtrail_html_table('Calls of Secrets Manager that were refused, the most frequent first',
			'htltdlnd', '{Who, Action, Secret, Refused by, An address, A user agent, Calls, Last (UTC)}',
			refused -> 'rows', (refused ->> 'groups')::bigint, cover ->> 'reads')
		|| @extschema@.cloudtrail_html_table('Policies that admit everybody or other accounts, put or in force in '
			'this period', 'hddddltl', '{Secret, Account, Region, Put (UTC), Until (UTC), By, Admits, Other accounts}',
			policies -> 'rows', (policies ->> 'count')::bigint, cover ->> 'secrets')
		|| E'</section>\n';
END
$$;
COMMENT ON FUNCTION cloudtrail_report_refusals(regnamespace, timestamptz, timestamptz, jsonb) IS
	'Part of cloudtrail_audit_report(): calls that were refused, and policies that admit others';

CREATE FUNCTION cloudtrail_report_account(trail regnamespace, lower timestamptz, upper timestamptz, cover jsonb,
	OUT html text, OUT tiles text)
	LANGUAGE plpgsql STABLE
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	minute CONSTANT text := 'YYYY-MM-DD HH24:MI';
	shown CONSTANT integer := 30;
	doubt CONSTANT text := cover ->> 'all';
	root jsonb;
	logins jsonb;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	EXECUTE $q$
		WITH did AS MATERIALIZED (
			SELECT r.account_id, r.event_source, r.event_name, r.mfa, r.succeeded, host(max(r.source_ip)) AS address,
			count(*) AS events, max(r.event_time) AS last_time
			FROM root_activity AS r
			WHERE r.event_time >= $1 AND r.event_time < $2
			GROUP BY 1, 2, 3, 4, 5
		)
		SELECT jsonb_build_object('events', (SELECT coalesce(sum(d.events), 0) FROM did AS d),
			'groups', (SELECT count(*) FROM did),
			'rows', (SELECT jsonb_agg(jsonb_build_array(m.account_id, m.event_source, m.event_name,
				CASE WHEN m.mfa THEN 'yes' WHEN NOT m.mfa THEN 'no' END,
					CASE WHEN m.succeeded THEN 'yes' ELSE 'no' END, m.address, m.events, to_char(m.last_time, $4)))
				FROM (SELECT * FROM did AS d ORDER BY d.last_time DESC, d.event_name, d.account_id, d.mfa, d.succeeded
					LIMIT $3) AS m))$q$
		INTO root USING lower, upper, shown, minute;
	EXECUTE $q$
		WITH login AS MATERIALIZED (
			SELECT l.actor, l.account_id, l.outcome, l.mfa_used, count(*) AS logins, host(max(l.source_ip)) AS address,
			max(l.user_agent) AS agent, max(l.event_time) AS last_time
			FROM console_logins AS l
			WHERE l.event_time >= $1 AND l.event_time < $2
			GROUP BY 1, 2, 3, 4
		)
		SELECT jsonb_build_object('groups', (SELECT count(*) FROM login), 'failed', (SELECT coalesce(sum(l.logins), 0)
			FROM login AS l WHERE l.outcome <> 'succeeded'),
			'weak', (SELECT coalesce(sum(l.logins), 0) FROM login AS l WHERE l.outcome = 'succeeded'
				AND l.mfa_used IS FALSE),
			'rows', (SELECT jsonb_agg(jsonb_build_array(coalesce(m.actor, '(not known)'), m.account_id, m.outcome,
				CASE WHEN m.mfa_used THEN 'yes' WHEN NOT m.mfa_used THEN 'no' ELSE 'not told' END,
					m.logins, m.address, m.agent, to_char(m.last_time, $4)))
				FROM (SELECT * FROM login AS l ORDER BY l.outcome = 'succeeded', l.mfa_used, l.logins DESC, l.actor,
					l.account_id LIMIT $3) AS m))$q$
		INTO logins USING lower, upper, shown, minute;

	tiles := @extschema@.cloudtrail_html_tile((root ->> 'events')::bigint, 'events of a root user', true, doubt);
	html := E'<section aria-labelledby="account"><h2 id="account">Root users and sign-ins</h2>\n<dl class="tiles">\n'
		|| @extschema@.cloudtrail_html_tile((logins ->> 'weak')::bigint, 'sign-ins without MFA', true, doubt)
		|| @extschema@.cloudtrail_html_tile((logins ->> 'failed')::bigint, 'sign-ins that failed', false,
			doubt) || E'</dl>\n'
		|| @extschema@.cloudtrail_html_table('What root users did, the latest first', 'dtlttdnd',
			'{Account, Service, Event, MFA, Succeeded, An address, Events, Last (UTC)}',
			root -> 'rows', (root ->> 'groups')::bigint, doubt)
		|| @extschema@.cloudtrail_html_table('Sign-ins to the console: failed ones and those without MFA first',
			'hdttndld', '{Who, Account, Outcome, MFA, Sign-ins, An address, A user agent, Last (UTC)}',
			logins -> 'rows', (logins ->> 'groups')::bigint, doubt)
		|| E'</section>\n';
END
$$;
COMMENT ON FUNCTION cloudtrail_report_account(regnamespace, timestamptz, timestamptz, jsonb) IS
	'Part of cloudtrail_audit_report(): what root users did, and sign-ins to the console';
