-- The auditor's page.

CREATE FUNCTION cloudtrail_report_account(trail regnamespace, lower timestamptz, upper timestamptz, absent text, OUT html text, OUT tiles text)
	LANGUAGE plpgsql STABLE
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	shown CONSTANT integer := 40;
	root jsonb;
	logins jsonb;
	root_events bigint;
	weak bigint;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	PERFORM set_config('search_path', format('%s, @extschema@, pg_temp', trail), true);
	EXECUTE $q$
		WITH did AS MATERIALIZED (
			SELECT r.account_id, r.event_source, r.event_name, r.mfa, r.succeeded, host(max(r.source_ip)) AS address, count(*) AS events, max(r.event_time) AS last_time
			FROM root_activity AS r
			WHERE r.event_time >= $1 AND r.event_time < $2
			GROUP BY 1, 2, 3, 4, 5
		)
		SELECT jsonb_strip_nulls(jsonb_build_object('events', (SELECT coalesce(sum(d.events), 0) FROM did AS d), 'groups', (SELECT count(*) FROM did),
			'latest', (SELECT jsonb_agg(to_jsonb(m)) FROM (SELECT * FROM did AS d ORDER BY d.last_time DESC, d.event_name LIMIT $3) AS m)))$q$
		INTO root USING lower, upper, shown;
	EXECUTE $q$
		WITH login AS MATERIALIZED (
			SELECT l.actor, l.account_id, l.outcome, l.mfa_used, count(*) AS logins, host(max(l.source_ip)) AS address, max(l.user_agent) AS agent, max(l.event_time) AS last_time
			FROM console_logins AS l
			WHERE l.event_time >= $1 AND l.event_time < $2
			GROUP BY 1, 2, 3, 4
		)
		SELECT jsonb_strip_nulls(jsonb_build_object('groups', (SELECT count(*) FROM login), 'failed', (SELECT coalesce(sum(l.logins), 0) FROM login AS l WHERE l.outcome <> 'succeeded'),
			'weak', (SELECT coalesce(sum(l.logins), 0) FROM login AS l WHERE l.outcome = 'succeeded' AND l.mfa_used IS FALSE),
			'most', (SELECT jsonb_agg(to_jsonb(m)) FROM (SELECT * FROM login AS l ORDER BY l.outcome = 'succeeded', l.mfa_used, l.logins DESC, l.actor LIMIT $3) AS m)))$q$
		INTO logins USING lower, upper, shown;

	root_events := (root ->> 'events')::bigint;
	weak := (logins ->> 'weak')::bigint;
	tiles := cloudtrail_html_tile(to_char(root_events, 'FM999,999,999'), 'events of a root user', root_events > 0)
		|| cloudtrail_html_tile(to_char(weak, 'FM999,999,999'), 'sign-ins without MFA', weak > 0)
		|| cloudtrail_html_tile(to_char((logins ->> 'failed')::bigint, 'FM999,999,999'), 'sign-ins that failed', false);
	html := E'<section aria-labelledby="account"><h2 id="account">Root users and sign-ins</h2>\n'
		|| cloudtrail_html_table('What root users did, the latest first', 'dttttdnd', '{Account, Service, Event, MFA, Succeeded, An address, Events, Last (UTC)}',
			(SELECT string_agg(cloudtrail_html_row('dttttdnd', d.account_id, d.event_source, d.event_name, CASE WHEN d.mfa THEN 'yes' WHEN NOT d.mfa THEN 'no' END, CASE WHEN d.succeeded THEN 'yes' ELSE 'no' END, d.address, d.events, to_char(d.last_time, 'YYYY-MM-DD HH24:MI')), '')
				FROM jsonb_to_recordset(root -> 'latest') AS d (account_id text, event_source text, event_name text, mfa boolean, succeeded boolean, address text, events text, last_time timestamptz)), (root ->> 'groups')::bigint - shown, absent)
		|| cloudtrail_html_table('Sign-ins to the console: failed ones and those without MFA first', 'hdttndld', '{Who, Account, Outcome, MFA, Sign-ins, An address, A user agent, Last (UTC)}',
			(SELECT string_agg(cloudtrail_html_row('hdttndld', coalesce(l.actor, '(not known)'), l.account_id, l.outcome, CASE WHEN l.mfa_used THEN 'yes' WHEN NOT l.mfa_used THEN 'no' END, l.logins, l.address, l.agent, to_char(l.last_time, 'YYYY-MM-DD HH24:MI')), '')
				FROM jsonb_to_recordset(logins -> 'most') AS l (actor text, account_id text, outcome text, mfa_used boolean, logins text, address text, agent text, last_time timestamptz)), (logins ->> 'groups')::bigint - shown, absent)
		|| E'</section>\n';
END
$$;
COMMENT ON FUNCTION cloudtrail_report_account(regnamespace, timestamptz, timestamptz, text) IS
	'Part of cloudtrail_audit_report(): what root users did, and sign-ins to the console';

CREATE FUNCTION cloudtrail_report_coverage(trail regnamespace, OUT html text, OUT tiles text, OUT absent text)
	LANGUAGE plpgsql STABLE
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	shown CONSTANT integer := 100;
	data jsonb;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	PERFORM set_config('search_path', format('%s, @extschema@, pg_temp', trail), true);
	EXECUTE $q$
		WITH part AS MATERIALIZED (SELECT * FROM coverage)
		SELECT jsonb_strip_nulls(jsonb_build_object('parts', (SELECT count(*) FROM part), 'events', (SELECT coalesce(sum(p.events), 0) FROM part AS p), 'accounts', (SELECT count(DISTINCT p.account_id) FROM part AS p),
			'regions', (SELECT count(DISTINCT p.aws_region) FROM part AS p), 'first', (SELECT min(p.first_event) FROM part AS p), 'last', (SELECT max(p.last_event) FROM part AS p),
			'missing', (SELECT coalesce(sum(p.hours_missing), 0) FROM part AS p), 'rejects', (SELECT coalesce(sum(p.rejects), 0) FROM part AS p), 'reads', (SELECT coalesce(bool_or(p.secret_read_events_present), false) FROM part AS p),
			'broken', (SELECT count(*) FROM part AS p WHERE NOT p.digests_ok OR p.altered_files > 0),
			'part', (SELECT jsonb_agg(to_jsonb(m)) FROM (SELECT * FROM part AS p ORDER BY p.account_id, p.aws_region LIMIT $1) AS m)))$q$
		INTO data USING shown;

	absent := CASE WHEN (data ->> 'events')::bigint = 0 THEN 'The trail has no events at all.'
		ELSE format('The trail has %s events of %s accounts and %s Regions, from %s to %s UTC; %s hours between its log files have no file, %s items were put aside%s.',
			to_char((data ->> 'events')::bigint, 'FM999,999,999,999'), data ->> 'accounts', data ->> 'regions', to_char((data ->> 'first')::timestamptz, 'YYYY-MM-DD HH24:MI'),
			to_char((data ->> 'last')::timestamptz, 'YYYY-MM-DD HH24:MI'), data ->> 'missing', data ->> 'rejects',
			CASE WHEN (data ->> 'reads')::boolean THEN '' ELSE ', and it has no read events of Secrets Manager, so that nobody seems to read' END) END;
	tiles := cloudtrail_html_tile(to_char((data ->> 'missing')::bigint, 'FM999,999,999'), 'hours without a log file', false)
		|| cloudtrail_html_tile(data ->> 'broken', 'accounts and Regions whose logs were altered', (data ->> 'broken')::bigint > 0);
	html := E'<section aria-labelledby="coverage"><h2 id="coverage">What the trail covers</h2>\n<p>'
		|| cloudtrail_html(absent) || E' Where a table above has nothing, it means no more than that.</p>\n'
		|| cloudtrail_html_table('Accounts and Regions', 'hdddnnnnttn', '{Account, Region, First event (UTC), Last event (UTC), Events, Log files, Hours without one, Put aside, Read events, Digests, Proven files}',
			(SELECT string_agg(cloudtrail_html_row('hdddnnnnttn', coalesce(p.account_id, '(not told)'), p.aws_region, to_char(p.first_event, 'YYYY-MM-DD HH24:MI'), to_char(p.last_event, 'YYYY-MM-DD HH24:MI'), p.events, p.files, p.hours_missing, p.rejects,
					CASE WHEN p.read_events_present THEN 'yes' ELSE 'none' END, CASE WHEN p.digests_ok THEN 'in order' WHEN NOT p.digests_ok THEN 'broken' ELSE 'none' END, p.proven_files), '')
				FROM jsonb_to_recordset(data -> 'part') AS p (account_id text, aws_region text, first_event timestamptz, last_event timestamptz, events text, files text, hours_missing text, rejects text, read_events_present boolean, digests_ok boolean, proven_files text)),
			(data ->> 'parts')::bigint - shown, absent)
		|| E'</section>\n';
END
$$;
COMMENT ON FUNCTION cloudtrail_report_coverage(regnamespace) IS
	'Part of cloudtrail_audit_report(): what the trail has and what is missing, which stands beside every table that is empty';

CREATE FUNCTION cloudtrail_audit_report(trail regnamespace, "from" timestamptz, "to" timestamptz) RETURNS text
	LANGUAGE plpgsql STABLE
	SET search_path = pg_catalog, pg_temp
	SET timezone = 'UTC'
	SET datestyle = 'ISO, YMD'
	SET jit = off
	AS $$
DECLARE
	period text;
	coverage record;
	reads record;
	rotations record;
	deletions record;
	refusals record;
	account record;
BEGIN
	IF trail IS NULL OR "from" IS NULL OR "to" IS NULL THEN
		RAISE EXCEPTION 'trail, from and to must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF NOT isfinite("from") OR NOT isfinite("to") OR "from" >= "to" OR extract(epoch FROM "to") - extract(epoch FROM "from") > 1000 * 366 * 86400::numeric THEN
		RAISE EXCEPTION 'invalid time: from % to %', "from", "to"
			USING ERRCODE = 'invalid_parameter_value', DETAIL = 'Expected two finite times, the earlier first, at most 1000 years apart.';
	END IF;
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	PERFORM set_config('search_path', format('%s, @extschema@, pg_temp', trail), true);

	SELECT * INTO coverage FROM @extschema@.cloudtrail_report_coverage(trail);
	SELECT * INTO reads FROM @extschema@.cloudtrail_report_reads(trail, "from", "to", coverage.absent);
	SELECT * INTO rotations FROM @extschema@.cloudtrail_report_rotations(trail, "from", "to", coverage.absent);
	SELECT * INTO deletions FROM @extschema@.cloudtrail_report_deletions(trail, "from", "to", coverage.absent);
	SELECT * INTO refusals FROM @extschema@.cloudtrail_report_refusals(trail, "from", "to", coverage.absent);
	SELECT * INTO account FROM @extschema@.cloudtrail_report_account(trail, "from", "to", coverage.absent);
	period := format('%s to %s UTC', to_char("from", 'YYYY-MM-DD HH24:MI'), to_char("to", 'YYYY-MM-DD HH24:MI'));

	RETURN E'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
		|| E'<meta http-equiv="Content-Security-Policy" content="default-src ''none''; style-src ''unsafe-inline''; img-src data:; base-uri ''none''; form-action ''none''">\n'
		|| E'<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n<link rel="icon" href="data:,">\n<title>Secrets audit, '
		|| cloudtrail_html(period) || E'</title>\n<style>' || cloudtrail_html_style() || E'</style>\n</head>\n<body>\n<a class="skip" href="#main">Skip to the report</a>\n<header><h1>Secrets audit</h1>\n<p>'
		|| cloudtrail_html(period) || '. Trail <strong>' || cloudtrail_html(trail::text) || '</strong>, read at ' || to_char(now(), 'YYYY-MM-DD HH24:MI') || E' UTC.</p>\n'
		|| E'<nav aria-label="Sections"><ul><li><a href="#reads">Reads</a></li><li><a href="#rotations">Rotations</a></li><li><a href="#deletions">Deletions</a></li><li><a href="#refusals">Refused access</a></li><li><a href="#account">Root users and sign-ins</a></li><li><a href="#coverage">Coverage</a></li></ul></nav></header>\n'
		|| E'<main id="main">\n<dl>\n' || reads.tiles || refusals.tiles || rotations.tiles || deletions.tiles || account.tiles || coverage.tiles || E'</dl>\n'
		|| reads.html || rotations.html || deletions.html || refusals.html || account.html || coverage.html
		|| E'</main>\n<footer><p>Made by the PostgreSQL extension cloudtrail from AWS CloudTrail events. All times are UTC. Every text of an event is shown as it stands in the log, control characters as \\uXXXX.</p></footer>\n</body>\n</html>\n';
END
$$;
COMMENT ON FUNCTION cloudtrail_audit_report(regnamespace, timestamptz, timestamptz) IS
	'An HTML page for auditors, complete in itself, about what the views in a schema show of a time, from (inclusive) to (exclusive)';
