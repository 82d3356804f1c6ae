-- The sections of the auditor's page about rotations, secrets at rest, deletions.

CREATE FUNCTION cloudtrail_report_rotations(trail regnamespace, lower timestamptz, upper timestamptz, cover jsonb,
	OUT html text, OUT tiles text)
	LANGUAGE plpgsql STABLE
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	minute CONSTANT text := 'YYYY-MM-DD HH24:MI';
	shown_secrets CONSTANT integer := 25;
	shown_rows CONSTANT integer := 20;
	shown_marks CONSTANT integer := 2000;
	doubt CONSTANT text := cover ->> 'secrets';
	data jsonb;
	names text[];
	blanks jsonb;
	marks text;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	WITH attempt AS MATERIALIZED (
		SELECT coalesce(r.secret_name, r.secret_arn, '(not known)') AS name, concat_ws(' ', r.account_id, r.aws_region,
			r.secret_name, r.secret_arn) AS secret,
			r.account_id, r.aws_region, coalesce(r.started_at, r.requested_at, r.ended_at) AS at,
			coalesce(r.started_at, r.requested_at) AS since,
			r.outcome, r.is_test, r.lambda_arn, r.rotation_role_arn, r.failed_step, r.error_message, r.requested_by,
			r.token, r.conclusive
		FROM secret_rotations AS r
		WHERE coalesce(r.started_at, r.requested_at, r.ended_at) < upper
			AND (r.outcome = 'open' OR coalesce(r.started_at, r.requested_at, r.ended_at) >= lower)
	), period AS (
		SELECT * FROM attempt AS a WHERE a.at >= lower AND NOT a.is_test
	), secret AS (
		SELECT a.secret, min(a.name) AS name, min(a.account_id) AS account_id, min(a.aws_region) AS aws_region,
			row_number() OVER (ORDER BY count(*) FILTER (WHERE a.outcome = 'failed') DESC, count(*) DESC, min(a.name),
				a.secret) AS n
		FROM period AS a
		GROUP BY a.secret
	), mark AS (
		SELECT s.n, a.at, a.outcome FROM period AS a JOIN secret AS s ON s.secret = a.secret WHERE s.n <= shown_secrets
	)
	SELECT jsonb_build_object('secrets', (SELECT count(*) FROM secret), 'marks', (SELECT count(*) FROM mark),
		'secret', (SELECT jsonb_agg(to_jsonb(s) ORDER BY s.n) FROM secret AS s WHERE s.n <= shown_secrets),
		'count', (SELECT jsonb_object_agg(c.outcome, c.n) FROM (SELECT a.outcome, count(*) AS n FROM period AS a
			GROUP BY 1) AS c),
		'mark', (SELECT jsonb_agg(to_jsonb(m)) FROM (SELECT * FROM mark AS m ORDER BY m.outcome <> 'failed', m.at
			LIMIT shown_marks) AS m),
		'failures', (SELECT count(*) FROM attempt AS a WHERE a.outcome IN ('failed', 'abandoned', 'cancelled')),
		'failure', (SELECT jsonb_agg(jsonb_build_array(to_char(f.at, minute), f.name ||
			CASE WHEN f.is_test THEN ' (a test)' ELSE '' END, f.account_id, f.aws_region, f.outcome,
				f.failed_step, coalesce(f.lambda_arn, f.rotation_role_arn), f.error_message))
			FROM (SELECT * FROM attempt AS a WHERE a.outcome IN ('failed', 'abandoned', 'cancelled') ORDER BY a.at DESC, a.secret,
				a.token LIMIT shown_rows) AS f),
		'open', (SELECT count(*) FROM attempt AS a WHERE a.outcome = 'open' AND a.conclusive),
		'maybe_open', (SELECT count(*) FROM attempt AS a WHERE a.outcome = 'open' AND NOT a.conclusive),
		'waiting', (SELECT jsonb_agg(jsonb_build_array(f.name || CASE WHEN f.is_test THEN ' (a test)'
			ELSE '' END, f.account_id, f.aws_region, to_char(f.at, minute), f.requested_by,
			coalesce(f.lambda_arn, f.rotation_role_arn),
				@extschema@.cloudtrail_report_doubt(f.conclusive, p.observed_from, p.observed_to, p.gaps, f.since,
					t.as_of, t.coverage_gap, 'its end may be missing'))
				ORDER BY f.conclusive DESC, f.at DESC, f.secret, f.token)
			FROM (SELECT * FROM attempt AS a WHERE a.outcome = 'open' ORDER BY a.conclusive DESC, a.at DESC, a.secret,
				a.token LIMIT shown_rows) AS f CROSS JOIN thresholds AS t
				LEFT JOIN jsonb_to_recordset(cover -> 'places') AS p (account_id text, aws_region text,
					observed_from timestamptz, observed_to timestamptz, gaps tstzmultirange)
					ON p.account_id = f.account_id AND p.aws_region = f.aws_region))
		INTO data;
	SELECT array_agg(s.name ORDER BY s.n),
		jsonb_agg(jsonb_build_object('n', s.n, 'spans', coalesce(p.blank, tstzmultirange(tstzrange(lower, upper)))))
		INTO names, blanks
		FROM jsonb_to_recordset(nullif(data -> 'secret', 'null')) AS s (n integer, name text, account_id text,
			aws_region text)
			LEFT JOIN jsonb_to_recordset(cover -> 'places') AS p (account_id text, aws_region text,
				blank tstzmultirange)
				ON p.account_id = s.account_id AND p.aws_region = s.aws_region;

	tiles := @extschema@.cloudtrail_html_tile(coalesce((data -> 'count' ->> 'failed')::bigint, 0),
		'rotations that failed', true, doubt);
	html := E'<section aria-labelledby="rotations"><h2 id="rotations">Rotations</h2>\n<dl class="tiles">\n'
		|| @extschema@.cloudtrail_html_tile(coalesce((data -> 'count' ->> 'succeeded')::bigint, 0),
			'rotations that succeeded', false, doubt)
		|| @extschema@.cloudtrail_html_tile(coalesce((data -> 'count' ->> 'abandoned')::bigint, 0),
			'rotations abandoned', false, doubt)
		|| @extschema@.cloudtrail_html_tile((data ->> 'open')::bigint, 'rotations under way', true,
			CASE WHEN (data ->> 'maybe_open')::bigint > 0
				THEN @extschema@.cloudtrail_html_count((data ->> 'maybe_open')::bigint, 'more is', 'more are')
				|| ' not certain' ELSE doubt END)
		|| E'</dl>\n';
	IF names IS NOT NULL THEN
		SELECT string_agg(@extschema@.cloudtrail_svg_mark(m.outcome,
			round((250 + 700 * extract(epoch FROM m.at - lower) / extract(epoch FROM upper - lower))::numeric, 1),
			m.n * 28 - 13,
				format('%s: %s at %s', names[m.n], m.outcome, to_char(m.at, minute))), E'\n' ORDER BY m.n, m.at)
			INTO marks
			FROM jsonb_to_recordset(data -> 'mark') AS m (n integer, at timestamptz, outcome text);
		html := html || @extschema@.cloudtrail_svg_chart('chart-rotations', 'Attempts to rotate secrets over time',
				format('A row for each of %s, those with most failures first; a mark for each attempt. %s succeeded, '
					'%s failed, %s were abandoned, %s cancelled, %s have no end. The table below has the failures.',
					@extschema@.cloudtrail_html_count(cardinality(names), 'secret', 'secrets'),
					coalesce(data -> 'count' ->> 'succeeded', '0'), coalesce(data -> 'count' ->> 'failed', '0'),
					coalesce(data -> 'count' ->> 'abandoned', '0'), coalesce(data -> 'count' ->> 'cancelled', '0'),
					coalesce(data -> 'count' ->> 'open', '0')), names, lower, upper, blanks, marks)
			|| '<p class="legend">Marks: '
				|| (SELECT string_agg('<svg viewBox="0 0 12 12" aria-hidden="true">'
				|| @extschema@.cloudtrail_svg_mark(outcome, 6, 6, outcome) || '</svg>' || outcome, ' ')
					FROM unnest('{succeeded, failed, abandoned, cancelled, open}'::text[]) AS outcome)
			|| ' <svg viewBox="0 0 12 12" aria-hidden="true"><path class="hatch" d="M0 6L6 0M0 12L12 0M6 12L12 '
				'6"/></svg>not in the trail.'
			|| CASE WHEN (data ->> 'secrets')::bigint > shown_secrets
				THEN format(' Only %s of %s secrets are shown, those with most failures first.', shown_secrets,
				data ->> 'secrets') ELSE '' END
			|| CASE WHEN (data ->> 'marks')::bigint > shown_marks THEN format(' %s not shown; failures come first.',
				@extschema@.cloudtrail_html_count((data ->> 'marks')::bigint - shown_marks,
					'more mark of these secrets is', 'more marks of these secrets are')) ELSE '' END || E'</p>\n';
	END IF;
	html := html
		|| @extschema@.cloudtrail_html_table('Rotations that failed, were abandoned or cancelled, the latest first', 'dhddttll',
			'{Time (UTC), Secret, Account, Region, Outcome, Step, Function or role, Error}',
			data -> 'failure', (data ->> 'failures')::bigint, doubt)
		|| @extschema@.cloudtrail_html_table('Rotations without an end in the trail', 'hdddllu',
			'{Secret, Account, Region, Begun (UTC), Asked for by, Function or role, Certain}',
			data -> 'waiting', (data ->> 'open')::bigint + (data ->> 'maybe_open')::bigint, doubt)
		|| E'</section>\n';
END
$$;
COMMENT ON FUNCTION cloudtrail_report_rotations(regnamespace, timestamptz, timestamptz, jsonb) IS
	'Part of cloudtrail_audit_report(): rotations on a timeline, those that failed, those without an end';

CREATE FUNCTION cloudtrail_report_state(trail regnamespace, cover jsonb, OUT html text, OUT tiles text)
	LANGUAGE plpgsql STABLE
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	minute CONSTANT text := 'YYYY-MM-DD HH24:MI';
	shown CONSTANT integer := 20;
	no_secrets text;
	as_of timestamptz;
	unused jsonb;
	overdue jsonb;
	never jsonb;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	SELECT CASE WHEN NOT EXISTS (SELECT FROM secrets) THEN 'no secrets in the trail' END, t.as_of INTO no_secrets,
		as_of FROM thresholds AS t;
	SELECT jsonb_build_object('certain', max(u.certain), 'total', max(u.total), 'rows',
		jsonb_agg(jsonb_build_array(u.secret_name, u.account_id, u.aws_region,
			to_char(u.created_at, minute), to_char(u.last_read, minute), to_char(u.maybe_read, minute), u.observed_days,
			@extschema@.cloudtrail_report_doubt(u.conclusive, p.observed_from, p.observed_to, p.gaps,
				greatest(t.as_of - t.unused_after, u.created_at), t.as_of, t.coverage_gap,
				CASE WHEN u.deletion_state <> 'none' THEN 'it may be deleted'
					WHEN u.maybe_read >= t.as_of - t.unused_after THEN 'a batch may have read it'
					ELSE 'no read events' END))
			ORDER BY u.conclusive DESC, u.last_read NULLS FIRST, u.secret_name, u.secret_arn))
		INTO unused
		FROM (SELECT u.*, count(*) FILTER (WHERE u.conclusive) OVER () AS certain, count(*) OVER () AS total
			FROM unused_secrets AS u
			ORDER BY u.conclusive DESC, u.last_read NULLS FIRST, u.secret_name, u.secret_arn LIMIT shown) AS u CROSS
				JOIN thresholds AS t
			LEFT JOIN jsonb_to_recordset(cover -> 'places') AS p (account_id text, aws_region text,
				observed_from timestamptz, observed_to timestamptz, gaps tstzmultirange)
				ON p.account_id = u.account_id AND p.aws_region = u.aws_region;
	SELECT jsonb_build_object('certain', max(o.certain), 'total', max(o.total), 'rows',
		jsonb_agg(jsonb_build_array(o.secret_name, o.account_id, o.aws_region,
			to_char(o.last_rotated, minute), to_char(o.due_at, minute), o.days_overdue, o.due_by,
			to_char(o.rotation_cancelled_at, minute),
			@extschema@.cloudtrail_report_doubt(o.conclusive, p.observed_from, p.observed_to, p.gaps,
				coalesce(o.last_rotated, o.due_at), t.as_of, t.coverage_gap,
				CASE WHEN o.deletion_state <> 'none' THEN 'it may be deleted' ELSE 'begins before the trail' END))
			ORDER BY o.conclusive DESC, o.due_at, o.secret_name, o.secret_arn))
		INTO overdue
		FROM (SELECT o.*, count(*) FILTER (WHERE o.conclusive) OVER () AS certain, count(*) OVER () AS total
			FROM secret_rotation_overdue AS o
			ORDER BY o.conclusive DESC, o.due_at, o.secret_name, o.secret_arn LIMIT shown) AS o CROSS
				JOIN thresholds AS t
			LEFT JOIN jsonb_to_recordset(cover -> 'places') AS p (account_id text, aws_region text,
				observed_from timestamptz, observed_to timestamptz, gaps tstzmultirange)
				ON p.account_id = o.account_id AND p.aws_region = o.aws_region;
	SELECT jsonb_build_object('certain', max(n.certain), 'total', max(n.total), 'rows',
		jsonb_agg(jsonb_build_array(n.secret_name, n.account_id, n.aws_region,
			to_char(n.created_at, minute), to_char(n.last_value_change, minute), CASE WHEN n.rotation_configured
				THEN 'on' ELSE 'not seen' END,
			@extschema@.cloudtrail_report_doubt(n.conclusive, p.observed_from, p.observed_to, p.gaps, n.created_at,
				t.as_of, t.coverage_gap,
				CASE WHEN n.deletion_state <> 'none' THEN 'it may be deleted' ELSE 'begins before the trail' END))
			ORDER BY n.conclusive DESC, n.created_at, n.secret_name, n.secret_arn))
		INTO never
		FROM (SELECT n.*, count(*) FILTER (WHERE n.conclusive) OVER () AS certain, count(*) OVER () AS total
			FROM secret_never_rotated AS n
			ORDER BY n.conclusive DESC, n.created_at, n.secret_name, n.secret_arn LIMIT shown) AS n CROSS
				JOIN thresholds AS t
			LEFT JOIN jsonb_to_recordset(cover -> 'places') AS p (account_id text, aws_region text,
				observed_from timestamptz, observed_to timestamptz, gaps tstzmultirange)
				ON p.account_id = n.account_id AND p.aws_region = n.aws_region;

	SELECT '', string_agg(@extschema@.cloudtrail_html_tile(coalesce((v.data ->> 'certain')::bigint, 0), v.label, true,
			CASE WHEN (v.data ->> 'total')::bigint > (v.data ->> 'certain')::bigint
				THEN @extschema@.cloudtrail_html_count((v.data ->> 'total')::bigint - (v.data ->> 'certain')::bigint,
					'more is', 'more are') || ' not certain' ELSE no_secrets END), '' ORDER BY v.n)
		INTO tiles, html
		FROM (VALUES (1, unused, 'unused secrets'), (2, overdue, 'rotations overdue'), (3, never,
			'secrets never rotated')) AS v (n, data, label);
	html := E'<section aria-labelledby="state"><h2 id="state">Unused secrets and late rotations</h2>\n<p '
		'class="about">The state at ' || to_char(as_of, minute)
		|| E' UTC, whatever the period: by all that the trail has until then.</p>\n<dl class="tiles">\n'
			|| html || E'</dl>\n'
		|| @extschema@.cloudtrail_html_table('Secrets that nobody reads', 'hdddddnu',
			'{Secret, Account, Region, Created (UTC), Last read (UTC), Maybe read (UTC), Days observed, Certain}',
			unused -> 'rows', (unused ->> 'total')::bigint, no_secrets)
		|| @extschema@.cloudtrail_html_table('Rotations that are overdue', 'hddddntdu',
			'{Secret, Account, Region, Last rotated (UTC), Due (UTC), Days overdue, Due by, Turned off (UTC), Certain}',
			overdue -> 'rows', (overdue ->> 'total')::bigint, no_secrets)
		|| @extschema@.cloudtrail_html_table('Secrets without a rotation in the trail', 'hddddtu',
			'{Secret, Account, Region, Created (UTC), Last change of value (UTC), Rotation, Certain}',
			never -> 'rows', (never ->> 'total')::bigint, no_secrets)
		|| E'</section>\n';
END
$$;
COMMENT ON FUNCTION cloudtrail_report_state(regnamespace, jsonb) IS
	'Part of cloudtrail_audit_report(): secrets that are unused, overdue or were never rotated, as of the time of '
	'judgement';

CREATE FUNCTION cloudtrail_report_deletions(trail regnamespace, lower timestamptz, upper timestamptz, cover jsonb,
	OUT html text, OUT tiles text)
	LANGUAGE plpgsql STABLE
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	minute CONSTANT text := 'YYYY-MM-DD HH24:MI';
	shown CONSTANT integer := 20;
	doubt CONSTANT text := cover ->> 'secrets';
	data jsonb;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	-- A deletion that is pending was asked for at any time before.
	WITH deletion AS MATERIALIZED (
		SELECT d.*, coalesce(d.secret_name, d.secret_arn) AS name,
		coalesce(d.scheduled_at, d.started_at, d.ended_at) AS at,
		d.state IN ('scheduled', 'due', 'in doubt', 'deleting') AS pending
		FROM secret_deletions AS d
	), asked AS (
		SELECT * FROM deletion AS d WHERE d.at < upper AND (d.pending OR d.at >= lower)
	)
	SELECT jsonb_build_object('pending', (SELECT count(*) FROM asked AS d WHERE d.pending), 'certain', (SELECT count(*)
		FROM asked AS d WHERE d.pending AND d.conclusive),
		'due', (SELECT count(*) FROM asked AS d WHERE d.state = 'due' AND d.conclusive), 'maybe_due', (SELECT count(*)
			FROM asked AS d WHERE d.state IN ('due', 'in doubt') AND NOT d.conclusive),
		'forced', (SELECT count(*) FROM asked AS d WHERE d.forced AND d.at >= lower), 'ended', (SELECT count(*)
			FROM asked AS d WHERE NOT d.pending),
		'waiting', (SELECT jsonb_agg(jsonb_build_array(d.name, d.account_id, d.aws_region, to_char(d.at, minute),
			d.scheduled_by, to_char(d.deletion_date, minute), d.state,
				@extschema@.cloudtrail_report_doubt(d.conclusive, p.observed_from, p.observed_to, p.gaps, d.at,
					t.as_of, t.coverage_gap, 'a restore may be missing'))
				ORDER BY d.deletion_date, d.name, d.at)
			FROM (SELECT * FROM asked AS d WHERE d.pending ORDER BY d.deletion_date, d.name, d.at LIMIT shown) AS d
				CROSS JOIN thresholds AS t
				LEFT JOIN jsonb_to_recordset(cover -> 'places') AS p (account_id text, aws_region text,
					observed_from timestamptz, observed_to timestamptz, gaps tstzmultirange)
					ON p.account_id = d.account_id AND p.aws_region = d.aws_region),
		'done', (SELECT jsonb_agg(jsonb_build_array(d.name, d.account_id, d.aws_region, to_char(d.at, minute),
			d.scheduled_by, d.state || CASE WHEN d.forced THEN ' by force' ELSE '' END))
			FROM (SELECT * FROM asked AS d WHERE NOT d.pending ORDER BY d.at DESC, d.name LIMIT shown) AS d))
		INTO data;

	tiles := @extschema@.cloudtrail_html_tile((data ->> 'certain')::bigint, 'deletions pending', true,
			CASE WHEN (data ->> 'pending')::bigint > (data ->> 'certain')::bigint
				THEN @extschema@.cloudtrail_html_count((data ->> 'pending')::bigint - (data ->> 'certain')::bigint,
					'more is', 'more are') || ' not certain' ELSE doubt END);
	html := E'<section aria-labelledby="deletions"><h2 id="deletions">Deletions</h2>\n<dl class="tiles">\n'
		|| @extschema@.cloudtrail_html_tile((data ->> 'due')::bigint, 'deletions due, without an end', true,
			CASE WHEN (data ->> 'maybe_due')::bigint > 0
				THEN @extschema@.cloudtrail_html_count((data ->> 'maybe_due')::bigint, 'more is', 'more are')
				|| ' not certain' ELSE doubt END)
		|| @extschema@.cloudtrail_html_tile((data ->> 'forced')::bigint, 'deleted by force', true, doubt) || E'</dl>\n'
		|| @extschema@.cloudtrail_html_table('Deletions pending: what can still be restored, or has no end in the '
			'trail', 'hdddldtu',
			'{Secret, Account, Region, Asked for (UTC), By, Date of deletion (UTC), State, Certain}',
			data -> 'waiting', (data ->> 'pending')::bigint, doubt)
		|| @extschema@.cloudtrail_html_table('Deletions asked for in this period that ended or were taken back',
			'hdddlt',
			'{Secret, Account, Region, Asked for (UTC), By, What came of it}',
			data -> 'done', (data ->> 'ended')::bigint, doubt)
		|| E'</section>\n';
END
$$;
COMMENT ON FUNCTION cloudtrail_report_deletions(regnamespace, timestamptz, timestamptz, jsonb) IS
	'Part of cloudtrail_audit_report(): deletions that are pending, and those of the period';
