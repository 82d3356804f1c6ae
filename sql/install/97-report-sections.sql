-- The sections of the auditor's page.  cloudtrail_audit_report() sets
-- search_path to the schema of the views.  Queries are executed as text where
-- that lets PostgreSQL run them on several processes.

CREATE FUNCTION cloudtrail_report_reads(trail regnamespace, lower timestamptz, upper timestamptz, absent text, OUT html text, OUT tiles text)
	LANGUAGE plpgsql STABLE
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	shown_secrets CONSTANT integer := 15;
	shown_actors CONSTANT integer := 20;
	hours CONSTANT integer := coalesce((SELECT min(h) FROM unnest('{1, 2, 3, 6, 12, 24, 48, 72, 168, 336, 672}'::integer[]) AS h WHERE h * 3600 * 60 >= extract(epoch FROM upper - lower)),
		24 * ceil(extract(epoch FROM upper - lower) / 86400 / 60)::integer);
	bucket CONSTANT interval := make_interval(hours => hours);
	span CONSTANT text := CASE WHEN hours = 1 THEN 'hour' WHEN hours < 24 THEN hours || ' hours' WHEN hours = 24 THEN 'day' ELSE hours / 24 || ' days' END;
	data jsonb;
	bars text;
	matrix text;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	PERFORM set_config('search_path', format('%s, @extschema@, pg_temp', trail), true);
	EXECUTE $q$
		WITH read AS MATERIALIZED (
			SELECT r.event_time, coalesce(r.actor, '(not known)') AS actor, r.outcome, coalesce(r.secret_arn, r.secret_name, '(by filter)') AS secret, coalesce(r.secret_name, '(by filter)') AS name
			FROM secret_reads AS r
			WHERE r.event_time >= $1 AND r.event_time < $2
		), secret AS (
			SELECT r.secret, min(r.name) AS name, count(*) FILTER (WHERE r.outcome = 'succeeded') AS reads, count(*) FILTER (WHERE r.outcome <> 'succeeded') AS refused,
				count(DISTINCT r.actor) FILTER (WHERE r.outcome = 'succeeded') AS readers, min(r.event_time) AS first_read, max(r.event_time) AS last_read,
				row_number() OVER (ORDER BY count(*) FILTER (WHERE r.outcome = 'succeeded') DESC, min(r.name), r.secret) AS n
			FROM read AS r
			GROUP BY r.secret
		), actor AS (
			SELECT r.actor, count(*) AS reads, row_number() OVER (ORDER BY count(*) DESC, r.actor) AS n
			FROM read AS r
			WHERE r.outcome = 'succeeded'
			GROUP BY r.actor
		)
		SELECT jsonb_strip_nulls(jsonb_build_object(
			'reads', (SELECT sum(s.reads) FROM secret AS s), 'refused', (SELECT sum(s.refused) FROM secret AS s),
			'secrets', (SELECT count(*) FROM secret AS s WHERE s.reads > 0), 'all_secrets', (SELECT count(*) FROM secret), 'actors', (SELECT count(*) FROM actor),
			'secret', (SELECT jsonb_agg(jsonb_build_object('name', s.name, 'arn', s.secret, 'reads', s.reads, 'refused', s.refused, 'readers', s.readers, 'first', s.first_read, 'last', s.last_read) ORDER BY s.n)
				FROM secret AS s WHERE s.n <= $4),
			'actor', (SELECT jsonb_agg(jsonb_build_object('name', a.actor, 'reads', a.reads) ORDER BY a.n) FROM actor AS a WHERE a.n <= $5),
			'bar', (SELECT jsonb_agg(jsonb_build_object('n', b.n, 'x', b.x, 'reads', b.reads) ORDER BY b.n, b.x) FROM (
					SELECT s.n, floor(extract(epoch FROM r.event_time - $1) / extract(epoch FROM $3))::integer AS x, count(*) AS reads
					FROM read AS r JOIN secret AS s ON s.secret = r.secret
					WHERE r.outcome = 'succeeded' AND s.n <= $4
					GROUP BY 1, 2) AS b),
			'cell', (SELECT jsonb_object_agg(c.s || ' ' || c.a, c.reads) FROM (
					SELECT s.n AS s, a.n AS a, count(*) AS reads
					FROM read AS r JOIN secret AS s ON s.secret = r.secret JOIN actor AS a ON a.actor = r.actor
					WHERE r.outcome = 'succeeded' AND s.n <= $4 AND a.n <= $5
					GROUP BY 1, 2) AS c)))$q$
		INTO data USING lower, upper, bucket, shown_secrets, shown_actors;

	tiles := cloudtrail_html_tile(to_char(coalesce((data ->> 'reads')::bigint, 0), 'FM999,999,999,999'), 'reads of secret values', false)
		|| cloudtrail_html_tile(to_char((data ->> 'secrets')::bigint, 'FM999,999,999'), 'secrets read', false)
		|| cloudtrail_html_tile(to_char((data ->> 'actors')::bigint, 'FM999,999,999'), 'readers', false);
	html := E'<section aria-labelledby="reads"><h2 id="reads">Reads of secret values</h2>\n';
	IF coalesce((data ->> 'reads')::bigint, 0) > 0 THEN
		SELECT string_agg(cloudtrail_svg_name(s.value ->> 'name', (s.n * 28 - 8)::integer), '' ORDER BY s.n) INTO bars
			FROM jsonb_array_elements(data -> 'secret') WITH ORDINALITY AS s (value, n);
		SELECT bars || string_agg(format('<rect class="bar" x="%s" y="%s" width="%s" height="%s"><title>%s</title></rect>',
				round(250 + 700 * b.x * w.share, 1), round(b.n * 28 - 2 - h.height, 1), greatest(round(700 * least(w.share, 1 - b.x * w.share) - 1, 1), 1), h.height,
				cloudtrail_html(format('%s: %s reads from %s', data -> 'secret' -> (b.n - 1) ->> 'name', b.reads, to_char((lower + b.x * bucket) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')))), E'\n' ORDER BY b.n, b.x)
			INTO bars
			FROM jsonb_to_recordset(data -> 'bar') AS b (n integer, x integer, reads bigint),
				(SELECT (extract(epoch FROM bucket) / extract(epoch FROM upper - lower))::numeric AS share) AS w,
				(SELECT max(m.reads) AS reads FROM jsonb_to_recordset(data -> 'bar') AS m (reads bigint)) AS most,
				LATERAL (SELECT greatest(round((22 * sqrt(b.reads::double precision / most.reads))::numeric, 1), 2) AS height) AS h;
		html := html || cloudtrail_svg_chart('chart-reads', 'Reads of each secret over time',
				format('A row for each of the %s secrets that were read most, a bar for each %s; the area of a bar stands for its reads. The table below has the numbers.',
					jsonb_array_length(data -> 'secret'), span), jsonb_array_length(data -> 'secret'), lower, upper, bars)
			|| format(E'<p class="legend">A bar stands for %s; heights grow with the square root of the reads.</p>\n', CASE WHEN span IN ('hour', 'day') THEN 'one ' || span ELSE span END);
	END IF;
	html := html || cloudtrail_html_table('Secrets by reads', 'hddnnndd', '{Secret, Account, Region, Reads, Not allowed or failed, Readers, First attempt (UTC), Last attempt (UTC)}',
		(SELECT string_agg(cloudtrail_html_row('hddnnndd', s.value ->> 'name', split_part(s.value ->> 'arn', ':', 5), split_part(s.value ->> 'arn', ':', 4), s.value ->> 'reads', s.value ->> 'refused',
				s.value ->> 'readers', to_char((s.value ->> 'first')::timestamptz, 'YYYY-MM-DD HH24:MI'), to_char((s.value ->> 'last')::timestamptz, 'YYYY-MM-DD HH24:MI')), '' ORDER BY s.n)
			FROM jsonb_array_elements(data -> 'secret') WITH ORDINALITY AS s (value, n)),
		(data ->> 'all_secrets')::bigint - shown_secrets, absent);

	IF jsonb_typeof(data -> 'cell') = 'object' THEN
		SELECT string_agg('<tr><th scope="row">' || cloudtrail_html(a.value ->> 'name') || '</th>' || c.cells || '<td class="n"><strong>' || cloudtrail_html(a.value ->> 'reads') || E'</strong></td></tr>\n', '' ORDER BY a.n) INTO matrix
			FROM jsonb_array_elements(data -> 'actor') WITH ORDINALITY AS a (value, n),
				LATERAL (
					SELECT string_agg(CASE WHEN reads IS NULL THEN '<td></td>'
							ELSE format('<td class="h%s">%s</td>', least(4, 1 + floor(log(reads)))::integer, reads) END, '' ORDER BY s) AS cells
					FROM generate_series(1, jsonb_array_length(data -> 'secret')) AS s, LATERAL (SELECT (data -> 'cell' ->> (s || ' ' || a.n))::numeric AS reads) AS r
				) AS c;
		html := html || '<h3>Who read what</h3>' || E'\n<div class="wide" tabindex="0" role="group" aria-label="Who read what"><table class="matrix"><caption>Reads that succeeded, by reader and secret</caption><thead><tr><th scope="col">Reader</th>'
			|| (SELECT string_agg('<th scope="col"><span>' || cloudtrail_html(s.value ->> 'name') || '</span></th>', '' ORDER BY s.n) FROM jsonb_array_elements(data -> 'secret') WITH ORDINALITY AS s (value, n))
			|| E'<th scope="col"><span>All secrets</span></th></tr></thead><tbody>\n' || matrix || E'</tbody></table></div>\n'
			|| CASE WHEN (data ->> 'actors')::bigint > shown_actors THEN format(E'<p class="more">%s more readers are not shown.</p>\n', (data ->> 'actors')::bigint - shown_actors) ELSE '' END;
	END IF;
	html := html || E'</section>\n';
END
$$;
COMMENT ON FUNCTION cloudtrail_report_reads(regnamespace, timestamptz, timestamptz, text) IS
	'Part of cloudtrail_audit_report(): who read which secret, over time and as a matrix';

CREATE FUNCTION cloudtrail_report_rotations(trail regnamespace, lower timestamptz, upper timestamptz, absent text, OUT html text, OUT tiles text)
	LANGUAGE plpgsql STABLE
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	shown_secrets CONSTANT integer := 25;
	shown_failures CONSTANT integer := 30;
	shown_marks CONSTANT integer := 2000;
	data jsonb;
	marks text;
	failed bigint;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	PERFORM set_config('search_path', format('%s, @extschema@, pg_temp', trail), true);
	EXECUTE $q$
		WITH attempt AS MATERIALIZED (
			SELECT coalesce(r.secret_name, r.secret_arn, '(not known)') AS name, coalesce(r.secret_arn, r.secret_name, '') AS secret, coalesce(r.started_at, r.ended_at) AS at,
				r.outcome, r.is_test, r.lambda_arn, r.failed_step, r.error_message, r.duration
			FROM secret_rotations AS r
			WHERE r.started_at >= $1 AND r.started_at < $2 OR r.started_at IS NULL AND r.ended_at >= $1 AND r.ended_at < $2
		), secret AS (
			SELECT a.secret, min(a.name) AS name, row_number() OVER (ORDER BY count(*) FILTER (WHERE a.outcome = 'failed') DESC, count(*) DESC, min(a.name), a.secret) AS n
			FROM attempt AS a
			WHERE NOT a.is_test
			GROUP BY a.secret
		)
		SELECT jsonb_strip_nulls(jsonb_build_object('secrets', (SELECT count(*) FROM secret), 'secret', (SELECT jsonb_agg(s.name ORDER BY s.n) FROM secret AS s WHERE s.n <= $3),
			'marks', (SELECT count(*) FROM attempt AS a JOIN secret AS s ON s.secret = a.secret WHERE s.n <= $3 AND NOT a.is_test),
			'count', (SELECT jsonb_object_agg(c.outcome, c.n) FROM (SELECT a.outcome, count(*) AS n FROM attempt AS a WHERE NOT a.is_test GROUP BY 1) AS c),
			'mark', (SELECT jsonb_agg(to_jsonb(m)) FROM (
				SELECT s.n, a.at, a.outcome FROM attempt AS a JOIN secret AS s ON s.secret = a.secret WHERE s.n <= $3 AND NOT a.is_test
				ORDER BY a.outcome <> 'failed', a.at LIMIT $5) AS m),
			'failure', (SELECT jsonb_agg(to_jsonb(f)) FROM (
				SELECT a.at, a.name, a.failed_step, a.lambda_arn, a.error_message, a.is_test FROM attempt AS a WHERE a.outcome IN ('failed', 'abandoned') ORDER BY a.at DESC, a.name LIMIT $4) AS f),
			'failures', (SELECT count(*) FROM attempt AS a WHERE a.outcome IN ('failed', 'abandoned'))))$q$
		INTO data USING lower, upper, shown_secrets, shown_failures, shown_marks;

	failed := coalesce((data -> 'count' ->> 'failed')::bigint, 0);
	tiles := cloudtrail_html_tile(to_char(coalesce((data -> 'count' ->> 'succeeded')::bigint, 0), 'FM999,999,999'), 'rotations that succeeded', false)
		|| cloudtrail_html_tile(to_char(failed, 'FM999,999,999'), 'rotations that failed', failed > 0);
	html := E'<section aria-labelledby="rotations"><h2 id="rotations">Rotations</h2>\n';
	IF jsonb_typeof(data -> 'mark') = 'array' THEN
		SELECT string_agg(cloudtrail_svg_name(s.value #>> '{}', (s.n * 28 - 8)::integer), '' ORDER BY s.n) INTO marks
			FROM jsonb_array_elements(data -> 'secret') WITH ORDINALITY AS s (value, n);
		SELECT marks || string_agg(cloudtrail_svg_mark(m.outcome, round((250 + 700 * extract(epoch FROM m.at - lower) / extract(epoch FROM upper - lower))::numeric, 1), m.n * 28 - 13,
				format('%s: %s at %s', data -> 'secret' ->> (m.n - 1), m.outcome, to_char(m.at, 'YYYY-MM-DD HH24:MI'))), E'\n' ORDER BY m.n, m.at)
			INTO marks
			FROM jsonb_to_recordset(data -> 'mark') AS m (n integer, at timestamptz, outcome text);
		html := html || cloudtrail_svg_chart('chart-rotations', 'Attempts to rotate secrets over time',
				format('A row for each of %s secrets, those with most failures first; a mark for each attempt. %s succeeded, %s failed, %s were abandoned, %s have no end. The table below has the failures.',
					jsonb_array_length(data -> 'secret'), coalesce(data -> 'count' ->> 'succeeded', '0'), failed, coalesce(data -> 'count' ->> 'abandoned', '0'), coalesce(data -> 'count' ->> 'open', '0')),
				jsonb_array_length(data -> 'secret'), lower, upper, marks)
			|| '<p class="legend">Marks: ' || (SELECT string_agg('<svg viewBox="0 0 12 12" aria-hidden="true">' || cloudtrail_svg_mark(outcome, 6, 6, outcome) || '</svg>' || outcome, ' ')
					FROM unnest('{succeeded, failed, abandoned, open}'::text[]) AS outcome) || '.'
			|| CASE WHEN (data ->> 'secrets')::bigint > shown_secrets THEN format(' %s more secrets are not shown.', (data ->> 'secrets')::bigint - shown_secrets) ELSE '' END
			|| CASE WHEN (data ->> 'marks')::bigint > shown_marks THEN format(' %s more marks of these secrets are not shown; failures come first.', (data ->> 'marks')::bigint - shown_marks) ELSE '' END || E'</p>\n';
	END IF;
	html := html || cloudtrail_html_table('Rotations that failed or were abandoned, the latest first', 'dhtll', '{Time (UTC), Secret, Step, Function, Error}',
			(SELECT string_agg(cloudtrail_html_row('dhtll', to_char(f.at, 'YYYY-MM-DD HH24:MI'), f.name || CASE WHEN f.is_test THEN ' (a test)' ELSE '' END, f.failed_step, f.lambda_arn, f.error_message), '')
				FROM jsonb_to_recordset(data -> 'failure') AS f (at timestamptz, name text, failed_step text, lambda_arn text, error_message text, is_test boolean)),
			(data ->> 'failures')::bigint - shown_failures, absent)
		|| E'</section>\n';
END
$$;
COMMENT ON FUNCTION cloudtrail_report_rotations(regnamespace, timestamptz, timestamptz, text) IS
	'Part of cloudtrail_audit_report(): rotations on a timeline, and those that failed';

CREATE FUNCTION cloudtrail_report_deletions(trail regnamespace, lower timestamptz, upper timestamptz, absent text, OUT html text, OUT tiles text)
	LANGUAGE plpgsql STABLE
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	shown CONSTANT integer := 50;
	data jsonb;
	pending bigint;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	PERFORM set_config('search_path', format('%s, @extschema@, pg_temp', trail), true);
	-- A deletion that is pending was asked for at any time before.
	EXECUTE $q$
		WITH deletion AS MATERIALIZED (
			SELECT coalesce(d.secret_name, d.secret_arn) AS name, d.account_id, d.aws_region, coalesce(d.scheduled_at, d.started_at, d.ended_at) AS at, d.scheduled_by, d.deletion_date, d.forced, d.state,
				d.state IN ('scheduled', 'due', 'deleting') AS pending
			FROM secret_deletions AS d
		)
		SELECT jsonb_strip_nulls(jsonb_build_object('pending', (SELECT count(*) FROM deletion AS d WHERE d.pending AND d.at < $2), 'done', (SELECT count(*) FROM deletion AS d WHERE NOT d.pending AND d.at >= $1 AND d.at < $2),
			'forced', (SELECT count(*) FROM deletion AS d WHERE d.forced AND d.at >= $1 AND d.at < $2),
			'waiting', (SELECT jsonb_agg(to_jsonb(p)) FROM (SELECT * FROM deletion AS d WHERE d.pending AND d.at < $2 ORDER BY d.deletion_date, d.name LIMIT $3) AS p),
			'ended', (SELECT jsonb_agg(to_jsonb(p)) FROM (SELECT * FROM deletion AS d WHERE NOT d.pending AND d.at >= $1 AND d.at < $2 ORDER BY d.at DESC, d.name LIMIT $3 / 2) AS p)))$q$
		INTO data USING lower, upper, shown;

	pending := (data ->> 'pending')::bigint;
	tiles := cloudtrail_html_tile(pending::text, 'deletions pending', pending > 0) || cloudtrail_html_tile(data ->> 'forced', 'deleted by force', (data ->> 'forced')::bigint > 0);
	html := E'<section aria-labelledby="deletions"><h2 id="deletions">Deletions</h2>\n'
		|| cloudtrail_html_table('Deletions pending: what can still be restored, or has no end in the trail', 'hdddldt', '{Secret, Account, Region, Asked for (UTC), By, Date of deletion (UTC), State}',
			(SELECT string_agg(cloudtrail_html_row('hdddldt', d.name, d.account_id, d.aws_region, to_char(d.at, 'YYYY-MM-DD HH24:MI'), d.scheduled_by, to_char(d.deletion_date, 'YYYY-MM-DD HH24:MI'), d.state), '')
				FROM jsonb_to_recordset(data -> 'waiting') AS d (name text, account_id text, aws_region text, at timestamptz, scheduled_by text, deletion_date timestamptz, state text)), pending - shown, absent)
		|| cloudtrail_html_table('Deletions asked for in this time that ended or were taken back', 'hdddlt', '{Secret, Account, Region, Asked for (UTC), By, What came of it}',
			(SELECT string_agg(cloudtrail_html_row('hdddlt', d.name, d.account_id, d.aws_region, to_char(d.at, 'YYYY-MM-DD HH24:MI'), d.scheduled_by, d.state || CASE WHEN d.forced THEN ' by force' ELSE '' END), '')
				FROM jsonb_to_recordset(data -> 'ended') AS d (name text, account_id text, aws_region text, at timestamptz, scheduled_by text, state text, forced boolean)), (data ->> 'done')::bigint - shown / 2, absent)
		|| E'</section>\n';
END
$$;
COMMENT ON FUNCTION cloudtrail_report_deletions(regnamespace, timestamptz, timestamptz, text) IS
	'Part of cloudtrail_audit_report(): deletions that are pending, and those of the time';

CREATE FUNCTION cloudtrail_report_refusals(trail regnamespace, lower timestamptz, upper timestamptz, absent text, OUT html text, OUT tiles text)
	LANGUAGE plpgsql STABLE
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	shown CONSTANT integer := 40;
	refused jsonb;
	policies jsonb;
	open_policies bigint;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	PERFORM set_config('search_path', format('%s, @extschema@, pg_temp', trail), true);
	EXECUTE $q$
		WITH refused AS MATERIALIZED (
			-- As in secret_denied, whose count of attempts would read the whole trail.
			SELECT d.actor, regexp_replace(action(d.event), '^secretsmanager:', '') AS action, d.secret_name, cloudtrail_refusing_policy(d.error_code, d.error_message) AS denied_by,
				host(max(d.source_ip)) AS address, "left"(max(d.user_agent), 100) || CASE WHEN length(max(d.user_agent)) > 100 THEN '…' ELSE '' END AS agent, count(*) AS calls, max(d.event_time) AS last_time
			FROM secret_events AS d
			WHERE d.outcome = 'denied' AND d.event_time >= $1 AND d.event_time < $2
			GROUP BY 1, 2, 3, 4
		)
		SELECT jsonb_strip_nulls(jsonb_build_object('calls', (SELECT sum(r.calls) FROM refused AS r), 'groups', (SELECT count(*) FROM refused),
			'most', (SELECT jsonb_agg(to_jsonb(m)) FROM (SELECT * FROM refused AS r ORDER BY r.calls DESC, r.actor, r.action, r.secret_name, r.denied_by LIMIT $3) AS m)))$q$
		INTO refused USING lower, upper, shown;
	EXECUTE $q$
		WITH change AS MATERIALIZED (
			SELECT p.event_time, coalesce(p.secret_name, p.id_or_arn) AS name, p.actor, p.event_name, p.is_public, p.foreign_accounts
			FROM (SELECT c.*, c.secret_arn AS id_or_arn FROM secret_policy_changes AS c) AS p
			WHERE p.event_time >= $1 AND p.event_time < $2 AND p.outcome = 'succeeded' AND p.event_name = 'PutResourcePolicy' AND (p.is_public OR cardinality(p.foreign_accounts) > 0)
		)
		SELECT jsonb_strip_nulls(jsonb_build_object('changes', (SELECT count(*) FROM change), 'public', (SELECT count(*) FROM change AS c WHERE c.is_public),
			'latest', (SELECT jsonb_agg(to_jsonb(m)) FROM (SELECT c.event_time, c.name, c.actor, c.is_public, array_to_string(c.foreign_accounts, ', ') AS accounts FROM change AS c ORDER BY c.event_time DESC LIMIT $3) AS m)))$q$
		INTO policies USING lower, upper, shown;

	open_policies := (policies ->> 'public')::bigint;
	tiles := cloudtrail_html_tile(to_char(coalesce((refused ->> 'calls')::bigint, 0), 'FM999,999,999,999'), 'calls refused', coalesce((refused ->> 'calls')::bigint, 0) > 0)
		|| cloudtrail_html_tile(open_policies::text, 'policies made public', open_policies > 0);
	html := E'<section aria-labelledby="refusals"><h2 id="refusals">Refused access, and who was let in</h2>\n'
		|| cloudtrail_html_table('Calls of Secrets Manager that were refused, the most frequent first', 'hlltdlnd', '{Who, Action, Secret, Refused by, An address, A user agent, Calls, Last (UTC)}',
			(SELECT string_agg(cloudtrail_html_row('hlltdlnd', coalesce(r.actor, '(not known)'), r.action, r.secret_name, r.denied_by, r.address, r.agent, r.calls, to_char(r.last_time, 'YYYY-MM-DD HH24:MI')), '')
				FROM jsonb_to_recordset(refused -> 'most') AS r (actor text, action text, secret_name text, denied_by text, address text, agent text, calls text, last_time timestamptz)), (refused ->> 'groups')::bigint - shown, absent)
		|| cloudtrail_html_table('Policies that let in everybody, or other accounts', 'dhltl', '{Time (UTC), Secret, By, Public, Other accounts}',
			(SELECT string_agg(cloudtrail_html_row('dhltl', to_char(p.event_time, 'YYYY-MM-DD HH24:MI'), p.name, p.actor, CASE WHEN p.is_public THEN 'public' ELSE 'no' END, p.accounts), '')
				FROM jsonb_to_recordset(policies -> 'latest') AS p (event_time timestamptz, name text, actor text, is_public boolean, accounts text)), (policies ->> 'changes')::bigint - shown, absent)
		|| E'</section>\n';
END
$$;
COMMENT ON FUNCTION cloudtrail_report_refusals(regnamespace, timestamptz, timestamptz, text) IS
	'Part of cloudtrail_audit_report(): calls that were refused, and policies that let others in';
