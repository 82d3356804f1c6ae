-- The section of the auditor's page about reads.  Its query is executed as text
-- since that lets PostgreSQL run it on several processes.

CREATE FUNCTION cloudtrail_report_reads(trail regnamespace, lower timestamptz, upper timestamptz, cover jsonb,
	OUT html text, OUT tiles text)
	LANGUAGE plpgsql STABLE
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	minute CONSTANT text := 'YYYY-MM-DD HH24:MI';
	shown_secrets CONSTANT integer := 15;
	shown_actors CONSTANT integer := 20;
	hours CONSTANT integer := coalesce((SELECT min(h)
		FROM unnest('{1, 2, 3, 6, 12, 24, 48, 72, 168, 336, 672}'::integer[]) AS h
		WHERE h * 3600 * 60 >= extract(epoch FROM upper - lower)),
		24 * ceil(extract(epoch FROM upper - lower) / 86400 / 60)::integer);
	bucket CONSTANT interval := make_interval(hours => hours);
	span CONSTANT text := CASE WHEN hours = 1 THEN 'one hour' WHEN hours < 24 THEN hours || ' hours'
		WHEN hours = 24 THEN 'one day' ELSE hours / 24 || ' days' END;
	doubt CONSTANT text := cover ->> 'reads';
	data jsonb;
	names text[];
	blanks jsonb;
	bars text;
	matrix text;
	partial text;
	readers jsonb;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	EXECUTE $q$
		WITH read AS MATERIALIZED (
			SELECT r.event_time, coalesce(r.actor, '(not known)') AS actor, r.outcome, r.secret_account,
			r.secret_region, r.secret_arn,
				r.origin, r.origin_kind, CASE WHEN r.origin IS NULL THEN r.origin_method END AS reason,
				coalesce(r.secret_name, '(by filter)') AS name, concat_ws(' ', r.secret_account, r.secret_region,
					r.secret_name, r.secret_arn) AS secret
			FROM secret_reads AS r
			WHERE r.event_time >= $1 AND r.event_time < $2
		), secret AS (
			SELECT r.secret, min(r.name) AS name, min(r.secret_account) AS account_id,
			min(r.secret_region) AS aws_region, min(r.secret_arn) AS arn,
				count(*) FILTER (WHERE r.outcome = 'succeeded') AS reads, count(*)
					FILTER (WHERE r.outcome IN ('denied', 'failed')) AS refused,
				count(*) FILTER (WHERE r.outcome NOT IN ('succeeded', 'denied', 'failed')) AS unknown,
				count(DISTINCT r.actor) FILTER (WHERE r.outcome = 'succeeded') AS readers,
				min(r.event_time) AS first_read, max(r.event_time) AS last_read,
				row_number() OVER (ORDER BY count(*) FILTER (WHERE r.outcome = 'succeeded') DESC, min(r.name),
					r.secret) AS n
			FROM read AS r
			GROUP BY r.secret
		), shown AS (
			-- Secrets of one name are told apart, by account and Region or, made again there, by the end of the ARN.
			SELECT s.*, s.name || CASE WHEN count(*) OVER (PARTITION BY s.name) = 1 THEN ''
				WHEN count(*) OVER (PARTITION BY s.name, s.account_id, s.aws_region) = 1
					THEN concat(' (', s.account_id, ', ', s.aws_region, ')')
				ELSE concat(' (', coalesce('...' || right(s.arn, 7), 'ARN not known'), ', ', s.account_id, ', ',
					s.aws_region, ')') END AS label
			FROM secret AS s
			WHERE s.n <= $4
		), actor AS (
			SELECT r.actor, count(*) AS reads, row_number() OVER (ORDER BY count(*) DESC, r.actor) AS n
			FROM read AS r
			WHERE r.outcome = 'succeeded'
			GROUP BY r.actor
		), origin AS (
			-- Unknown ones by what the event says of them, else by why they are not known.
			SELECT r.origin, r.origin_kind, r.reason, count(*) FILTER (WHERE r.outcome = 'succeeded') AS reads,
				count(*) FILTER (WHERE r.outcome IN ('denied', 'failed')) AS refused,
				count(DISTINCT r.secret) AS secrets, string_agg(DISTINCT r.name, ', ') AS names,
				string_agg(DISTINCT r.actor, ', ') AS actors, max(r.event_time) AS last_read,
				row_number() OVER (ORDER BY count(*) FILTER (WHERE r.outcome = 'succeeded') DESC, r.origin,
					r.origin_kind,
					r.reason) AS n
			FROM read AS r
			GROUP BY r.origin, r.origin_kind, r.reason
		)
		SELECT jsonb_build_object(
			'reads', (SELECT coalesce(sum(s.reads), 0) FROM secret AS s),
			'refused', (SELECT coalesce(sum(s.refused), 0) FROM secret AS s),
			'unknown', (SELECT coalesce(sum(s.unknown), 0) FROM secret AS s),
			'secrets', (SELECT count(*) FROM secret AS s WHERE s.reads > 0), 'all_secrets', (SELECT count(*)
				FROM secret), 'actors', (SELECT count(*) FROM actor),
			'secret', (SELECT jsonb_agg(jsonb_build_object('label', s.label, 'account_id', s.account_id, 'aws_region',
				s.aws_region) ORDER BY s.n) FROM shown AS s),
			'rows', (SELECT jsonb_agg(jsonb_build_array(s.name, s.account_id, s.aws_region, s.reads, s.unknown,
				s.refused, s.readers,
				to_char(s.first_read, $6), to_char(s.last_read, $6)) ORDER BY s.n) FROM shown AS s),
			'actor', (SELECT jsonb_agg(jsonb_build_object('name', a.actor, 'reads', a.reads) ORDER BY a.n)
				FROM actor AS a WHERE a.n <= $5),
			'origins', (SELECT count(*) FROM origin),
			'origin', (SELECT jsonb_agg(jsonb_build_array(coalesce(o.origin, '(' || o.reason || ')'), o.origin_kind,
				o.reads,
				o.refused, o.secrets, "left"(o.names, 200) || CASE WHEN length(o.names) > 200 THEN '...' ELSE '' END,
				"left"(o.actors, 200) || CASE WHEN length(o.actors) > 200 THEN '...' ELSE '' END,
				to_char(o.last_read, $6)) ORDER BY o.n) FROM origin AS o WHERE o.n <= $5),
			'bar', (SELECT jsonb_agg(jsonb_build_object('n', b.n, 'x', b.x, 'reads', b.reads) ORDER BY b.n, b.x) FROM (
					SELECT s.n, floor(extract(epoch FROM r.event_time - $1) / extract(epoch FROM $3))::integer AS x,
					count(*) AS reads
					FROM read AS r JOIN shown AS s ON s.secret = r.secret
					WHERE r.outcome = 'succeeded'
					GROUP BY 1, 2) AS b),
			'cell', (SELECT jsonb_object_agg(c.s || ' ' || c.a, c.reads) FROM (
					SELECT s.n AS s, a.n AS a, count(*) AS reads
					FROM read AS r JOIN shown AS s ON s.secret = r.secret JOIN actor AS a ON a.actor = r.actor
					WHERE r.outcome = 'succeeded' AND a.n <= $5
					GROUP BY 1, 2) AS c))$q$
		INTO data USING lower, upper, bucket, shown_secrets, shown_actors, minute;
	SELECT array_agg(s.value ->> 'label' ORDER BY s.n),
		jsonb_agg(jsonb_build_object('n', s.n, 'spans', coalesce(p.blank, tstzmultirange(tstzrange(lower, upper)))))
			FILTER (WHERE s.value ->> 'account_id' IS NOT NULL)
		INTO names, blanks
		FROM jsonb_array_elements(nullif(data -> 'secret', 'null')) WITH ORDINALITY AS s (value, n)
			LEFT JOIN jsonb_to_recordset(cover -> 'places') AS p (account_id text, aws_region text,
				blank tstzmultirange)
				ON p.account_id = s.value ->> 'account_id' AND p.aws_region = s.value ->> 'aws_region';
	partial := CASE WHEN (data ->> 'all_secrets')::bigint > shown_secrets
		THEN format(' Only the %s secrets with most reads of %s are shown.', shown_secrets, data ->> 'all_secrets')
			ELSE '' END;

	tiles := @extschema@.cloudtrail_html_tile((data ->> 'reads')::bigint, 'reads of secret values', false, doubt)
		|| @extschema@.cloudtrail_html_tile((data ->> 'secrets')::bigint, 'secrets read', false, doubt)
		|| @extschema@.cloudtrail_html_tile((data ->> 'actors')::bigint, 'readers', false, doubt);
	html := E'<section aria-labelledby="reads"><h2 id="reads">Reads of secret values</h2>\n<dl class="tiles">\n'
		|| @extschema@.cloudtrail_html_tile((data ->> 'unknown')::bigint,
			'named by a batch, not known whether read', false, doubt)
		|| @extschema@.cloudtrail_html_tile((data ->> 'refused')::bigint, 'reads that were refused or failed', false,
			doubt) || E'</dl>\n';
	IF jsonb_typeof(data -> 'bar') = 'array' THEN
		SELECT string_agg(format('<rect class="bar" x="%s" y="%s" width="%s" height="%s"><title>%s</title></rect>',
				round(250 + 700 * b.x * w.share, 1), round(b.n * 28 - 2 - h.height, 1),
				greatest(round(700 * least(w.share, 1 - b.x * w.share) - 1, 1), 1), h.height,
				@extschema@.cloudtrail_html(format('%s: %s from %s', names[b.n],
					@extschema@.cloudtrail_html_count(b.reads, 'read', 'reads'),
					to_char(lower + b.x * bucket, minute)))), E'\n' ORDER BY b.n, b.x)
			INTO bars
			FROM jsonb_to_recordset(data -> 'bar') AS b (n integer, x integer, reads bigint),
				(SELECT (extract(epoch FROM bucket) / extract(epoch FROM upper - lower))::numeric AS share) AS w,
				(SELECT max(m.reads) AS reads FROM jsonb_to_recordset(data -> 'bar') AS m (reads bigint)) AS most,
				LATERAL (SELECT greatest(round((22 * sqrt(b.reads::double precision / most.reads))::numeric, 1),
					2) AS height) AS h;
		html := html || @extschema@.cloudtrail_svg_chart('chart-reads', 'Reads of each secret over time',
				format('A row for each of the %s that were read most, a bar for each %s; the area of a bar stands for '
					'its reads. The table below has the numbers.',
					@extschema@.cloudtrail_html_count(cardinality(names), 'secret', 'secrets'), span), names, lower,
						upper, blanks, bars)
			|| '<p class="legend">A bar stands for ' || span || '; heights grow with the square root of the reads. '
			|| '<svg viewBox="0 0 12 12" aria-hidden="true"><path class="hatch" d="M0 6L6 0M0 12L12 0M6 12L12 '
				'6"/></svg>not in the trail of the secret''s account and Region.' || partial || E'</p>\n';
	END IF;
	html := html || @extschema@.cloudtrail_html_table('Secrets by reads', 'hddnnnndd',
		'{Secret, Account, Region, Reads, Named by a batch, Refused or failed, Readers, First attempt (UTC), Last '
		'attempt (UTC)}',
		data -> 'rows', (data ->> 'all_secrets')::bigint, doubt);

	IF jsonb_typeof(data -> 'cell') = 'object' THEN
		SELECT string_agg('<tr><th scope="row">' || @extschema@.cloudtrail_html(a.value ->> 'name') || '</th>'
			|| c.cells || '<td class="n"><strong>'
				|| @extschema@.cloudtrail_html(a.value ->> 'reads') || '</strong></td></tr>', E'\n' ORDER BY a.n)
			INTO matrix
			FROM jsonb_array_elements(data -> 'actor') WITH ORDINALITY AS a (value, n),
				LATERAL (
					SELECT string_agg(CASE WHEN r.reads IS NULL THEN '<td></td>'
							ELSE format('<td class="h%s">%s</td>', least(4, 1 + floor(log(r.reads)))::integer,
								r.reads) END, '' ORDER BY s) AS cells
					FROM generate_series(1, cardinality(names)) AS s,
					LATERAL (SELECT (data -> 'cell' ->> (s || ' ' || a.n))::numeric AS reads) AS r
				) AS c;
		html := html || E'<h3>Who read what</h3>\n<div class="wide" tabindex="0" role="group" aria-label="Who read '
			'what"><table class="matrix"><caption>Reads that succeeded, by reader and secret</caption><thead><tr>'
			'<th scope="col">Reader</th>'
			|| (SELECT string_agg('<th scope="col"><span>' || @extschema@.cloudtrail_html(n.name) || '</span></th>', ''
				ORDER BY n.n) FROM unnest(names) WITH ORDINALITY AS n (name, n))
			|| E'<th scope="col"><span>All secrets</span></th></tr></thead><tbody>\n' || matrix
				|| E'\n</tbody></table></div>\n<p class="more">'
			|| CASE WHEN (data ->> 'actors')::bigint > shown_actors
				THEN @extschema@.cloudtrail_html_count((data ->> 'actors')::bigint - shown_actors, 'more reader is',
					'more readers are') || ' not shown.' ELSE '' END || partial || E'</p>\n';
	END IF;

	html := html || @extschema@.cloudtrail_html_table('Who read what, by the person, workload or service behind it',
		'htnnnlld',
		'{Origin, Kind, Reads, Refused or failed, Secrets, Their names, By the roles or users, Last attempt (UTC)}',
		data -> 'origin', (data ->> 'origins')::bigint, doubt);

	SELECT jsonb_build_object('count', max(f.total), 'rows',
		jsonb_agg(jsonb_build_array(to_char(f.event_time, minute), f.secret_name, f.secret_account, f.secret_region,
		f.actor, f.prior_readers,
			@extschema@.cloudtrail_report_doubt(f.conclusive, p.observed_from, p.observed_to, p.gaps,
				(@extschema@.cloudtrail_secret_of('secrets'::regclass, f.secret_name, f.secret_arn)).created_at,
				f.event_time, t.coverage_gap, 'no read events'))
			ORDER BY f.conclusive DESC, f.event_time DESC, f.event_key))
		INTO readers
		FROM (SELECT f.event_time, f.secret_name, f.secret_account, f.secret_region, f.secret_arn, f.actor,
			f.prior_readers, f.conclusive, f.event_key, count(*) OVER () AS total
			FROM secret_first_time_reader AS f
			WHERE f.event_time >= lower AND f.event_time < upper
			ORDER BY f.conclusive DESC, f.event_time DESC, f.event_key LIMIT 15) AS f CROSS JOIN thresholds AS t
			LEFT JOIN jsonb_to_recordset(cover -> 'places') AS p (account_id text, aws_region text,
				observed_from timestamptz, observed_to timestamptz, gaps tstzmultirange)
				ON p.account_id = f.secret_account AND p.aws_region = f.secret_region;
	html := html || @extschema@.cloudtrail_html_table('Who read a secret for the first time', 'dhddlnu',
		'{Time (UTC), Secret, Account, Region, Reader, Readers before, Certain}',
		readers -> 'rows', (readers ->> 'count')::bigint, doubt) || E'</section>\n';
END
$$;
COMMENT ON FUNCTION cloudtrail_report_reads(regnamespace, timestamptz, timestamptz, jsonb) IS
	'Part of cloudtrail_audit_report(): who read which secret, over time and as a matrix';
