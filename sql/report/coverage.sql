-- What the auditor's page can claim: what the trail covers of the period asked
-- for, for each account and Region.

CREATE FUNCTION cloudtrail_report_doubt(conclusive boolean, observed_from timestamptz, observed_to timestamptz,
	gaps tstzmultirange,
		claim_from timestamptz, claim_to timestamptz, slack interval, other text) RETURNS text
	LANGUAGE plpgsql STABLE PARALLEL SAFE
	SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	RETURN CASE WHEN conclusive THEN 'yes' ELSE 'not certain: ' || CASE
			WHEN observed_from IS NULL THEN 'nothing of this account and Region in the trail'
			WHEN claim_from IS NULL THEN 'its beginning is not in the trail'
			WHEN observed_from > claim_from THEN 'the trail begins ' || to_char(observed_from, 'YYYY-MM-DD HH24:MI')
			WHEN observed_to < claim_to - slack THEN 'the trail ends ' || to_char(observed_to, 'YYYY-MM-DD HH24:MI')
			WHEN gaps && tstzrange(claim_from, greatest(claim_from, claim_to)) THEN 'the trail has gaps'
			ELSE other END END;
END
$$;
COMMENT ON FUNCTION cloudtrail_report_doubt(boolean, timestamptz, timestamptz, tstzmultirange, timestamptz,
	timestamptz, interval, text) IS
	'Part of cloudtrail_audit_report(): yes, or why a row is not certain, as a view found it';

CREATE FUNCTION cloudtrail_report_coverage(trail regnamespace, lower timestamptz, upper timestamptz,
		OUT html text, OUT tiles text, OUT cover jsonb)
	LANGUAGE plpgsql STABLE
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	minute CONSTANT text := 'YYYY-MM-DD HH24:MI';
	shown CONSTANT integer := 60;
	until CONSTANT timestamptz := greatest(lower, least(upper, now()));
	first_hour CONSTANT timestamptz := date_bin('1 hour', lower, '2000-01-01 00:00:00+00');
	hours CONSTANT bigint := greatest(ceil(extract(epoch FROM until - first_hour) / 3600), 0);
	sums jsonb;
	conflicting jsonb;
	rejected jsonb;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	WITH days AS (
		SELECT a.account_id, a.aws_region, sum(a.events) AS events, bool_or(a.read_only AND a.is_management) AS reads
		FROM activity_daily AS a
		WHERE a.day >= (lower AT TIME ZONE 'UTC')::date
			AND a.day <= ((upper - interval '1 microsecond') AT TIME ZONE 'UTC')::date
		GROUP BY 1, 2
	), part AS MATERIALIZED (
		SELECT c.*, c.observed_from IS NOT NULL AS observed, coalesce(d.events, 0) AS period_events,
		coalesce(d.reads, false) AS reads,
			@extschema@.cloudtrail_conclusive(c.observed_from, c.observed_to, c.gaps, lower, until,
				t.coverage_gap) AS whole,
			tstzmultirange(tstzrange(lower, upper)) - (tstzmultirange(tstzrange(c.observed_from, c.observed_to,
				'[]')) - coalesce(c.gaps, '{}')) AS blank,
			EXISTS (SELECT FROM secret_facts AS f WHERE f.account_id = c.account_id
				AND f.aws_region = c.aws_region) AS has_secrets,
			CASE WHEN c.first_file IS NOT NULL
				THEN hours - (SELECT count(DISTINCT date_bin('1 hour', l.log_time, '2000-01-01 00:00:00+00'))
				FROM log_files AS l
				WHERE l.kind IN ('log', 'data') AND l.account_id = c.account_id AND l.aws_region = c.aws_region
					AND l.log_time >= first_hour AND l.log_time < first_hour
						+ make_interval(hours => hours::integer)) END AS period_hours_missing
		FROM coverage AS c CROSS JOIN thresholds AS t
			LEFT JOIN days AS d ON d.account_id = c.account_id AND d.aws_region = c.aws_region
	), place AS (
		SELECT p.*, p.blank <> tstzmultirange(tstzrange(lower, upper)) AS something, p.has_secrets
			OR NOT bool_or(p.has_secrets) OVER () AS concerned
		FROM part AS p
		WHERE p.observed
	), topic AS (
		SELECT k.topic, CASE
			WHEN count(p.account_id) = 0 THEN 'the trail has no events'
			WHEN NOT bool_or(p.something) THEN format('the trail has nothing of this period: it reaches from %s to %s',
				to_char(min(p.observed_from), minute), to_char(max(p.observed_to), minute))
			WHEN k.topic = 'reads' AND NOT bool_or(p.reads) THEN 'no read events in this period'
			WHEN count(*) = 1 AND NOT bool_and(p.whole) THEN format('the trail covers %s to %s only%s',
				to_char(greatest(lower, min(p.observed_from)), minute),
				to_char(least(upper, max(p.observed_to)), minute), CASE WHEN bool_or(p.gaps && tstzrange(lower, upper))
					THEN ', with gaps' ELSE '' END)
			WHEN NOT bool_and(p.whole) THEN format('%s of %s not covered throughout this period', count(*)
				FILTER (WHERE NOT p.whole),
				@extschema@.cloudtrail_html_count(count(*), 'account and Region', 'accounts and Regions'))
			WHEN k.topic = 'reads' AND NOT bool_and(p.reads) THEN format('%s of %s without read events in this period',
				count(*) FILTER (WHERE NOT p.reads),
				@extschema@.cloudtrail_html_count(count(*), 'account and Region', 'accounts and Regions')) END AS doubt
		FROM unnest('{all, secrets, reads}'::text[]) AS k (topic) LEFT JOIN place AS p ON k.topic = 'all' OR p.concerned
		GROUP BY k.topic
	)
	SELECT jsonb_build_object(
			'places', (SELECT coalesce(jsonb_agg(jsonb_build_object('account_id', p.account_id, 'aws_region',
				p.aws_region, 'observed_from', p.observed_from,
				'observed_to', p.observed_to, 'gaps', p.gaps, 'blank', p.blank)), '[]') FROM place AS p))
			|| (SELECT jsonb_object_agg(t.topic, t.doubt) FROM topic AS t),
		jsonb_build_object('parts', (SELECT count(*) FROM part), 'places', (SELECT count(*) FROM place),
			'whole', (SELECT count(*) FROM place AS p WHERE p.whole),
			'accounts', (SELECT count(DISTINCT p.account_id) FROM part AS p),
			'regions', (SELECT count(DISTINCT p.aws_region) FROM part AS p),
			'events', (SELECT coalesce(sum(p.events), 0) FROM part AS p), 'first', (SELECT min(p.observed_from)
				FROM place AS p), 'last', (SELECT max(p.observed_to) FROM place AS p),
			'missing', (SELECT sum(p.period_hours_missing) FROM part AS p),
			'with_files', (SELECT count(p.period_hours_missing) FROM part AS p),
			'with_digests', (SELECT count(p.digests_ok) FROM part AS p), 'damaged', (SELECT sum(p.damaged_files)
				FROM part AS p),
			'altered', (SELECT count(*) FROM part AS p WHERE NOT p.digests_ok OR p.altered_files > 0),
			'rows', (SELECT jsonb_agg(jsonb_build_array(coalesce(p.account_id, '(not told)'), p.aws_region,
				to_char(p.observed_from, minute), to_char(p.observed_to, minute),
					CASE WHEN NOT p.observed THEN 'no' WHEN p.whole THEN 'throughout'
						WHEN p.blank = tstzmultirange(tstzrange(lower, upper)) THEN 'no'
						WHEN p.gaps && tstzrange(lower, upper) THEN 'with gaps' ELSE 'in part' END,
					p.period_events, CASE WHEN p.reads THEN 'yes' ELSE 'none' END, p.files, p.period_hours_missing,
					p.damaged_files, p.rejects,
					CASE WHEN p.digests_ok THEN 'in order' WHEN NOT p.digests_ok THEN 'broken'
						ELSE 'none' END, p.proven_files))
				FROM (SELECT * FROM part AS p ORDER BY p.account_id, p.aws_region LIMIT shown) AS p))
		INTO cover, sums;
	SELECT jsonb_build_object('count', (SELECT count(*) FROM conflicts AS c WHERE c.event_time >= lower
		AND c.event_time < upper),
			'rows', jsonb_agg(jsonb_build_array(to_char(c.event_time, minute), @extschema@.event_id(c.event),
				@extschema@.event_name(c.event), @extschema@.actor(c.event), c.source)))
		INTO conflicting
		FROM (SELECT * FROM conflicts AS c WHERE c.event_time >= lower AND c.event_time < upper
			ORDER BY c.event_time DESC, c.event_key, c.sha256, c.event_sha256
			LIMIT 20) AS c;
	WITH error AS (
		SELECT r.error, count(*) AS items, count(DISTINCT r.sha256) AS files, min(r.source) AS source
			FROM rejects AS r GROUP BY 1
	)
	SELECT jsonb_build_object('count', (SELECT sum(e.items) FROM error AS e), 'errors', (SELECT count(*) FROM error),
			'rows', jsonb_agg(jsonb_build_array(e.error, e.items, e.files, e.source)))
		INTO rejected
		FROM (SELECT * FROM error AS e ORDER BY e.items DESC, e.error LIMIT 20) AS e;

	cover := cover || jsonb_build_object('summary', CASE WHEN (sums ->> 'places')::bigint = 0
		THEN 'the trail has no events'
			ELSE format('%s of %s throughout', sums ->> 'whole',
				@extschema@.cloudtrail_html_count((sums ->> 'places')::bigint, 'account and Region',
				'accounts and Regions')) END
		|| CASE WHEN (cover ->> 'all') LIKE '%nothing%' OR cover ->> 'reads' LIKE 'no read%'
			THEN '; ' || (cover ->> 'reads') ELSE '' END);
	tiles := @extschema@.cloudtrail_html_tile((sums ->> 'missing')::bigint,
		'hours without a log file, of all accounts and Regions', false,
			CASE WHEN (sums ->> 'with_files')::bigint = 0 THEN 'no log files in the trail'
				WHEN hours = 0 THEN 'the period has not begun' END);
	html := E'<section aria-labelledby="coverage"><h2 id="coverage">What the trail covers</h2>\n<dl class="tiles">\n'
		|| @extschema@.cloudtrail_html_tile((sums ->> 'altered')::bigint,
			'accounts and Regions whose logs were altered', true,
			CASE WHEN (sums ->> 'with_digests')::bigint = 0 THEN 'no digests in the trail'
				WHEN (sums ->> 'with_digests')::bigint < (sums ->> 'parts')::bigint
					THEN format('%s of %s without digests',
					(sums ->> 'parts')::bigint - (sums ->> 'with_digests')::bigint,
					@extschema@.cloudtrail_html_count((sums ->> 'parts')::bigint, 'account and Region',
					'accounts and Regions')) END)
		|| @extschema@.cloudtrail_html_tile((conflicting ->> 'count')::bigint, 'records that contradict others', true,
			cover ->> 'all')
		|| @extschema@.cloudtrail_html_tile(coalesce((rejected ->> 'count')::bigint, 0),
			'items put aside, of the whole trail', false,
			CASE WHEN (sums ->> 'with_files')::bigint = 0 THEN 'no log files in the trail' END)
		|| @extschema@.cloudtrail_html_tile((sums ->> 'damaged')::bigint, 'damaged log files, of the whole trail', true,
			CASE WHEN (sums ->> 'with_files')::bigint = 0 THEN 'no log files in the trail' END)
		|| E'</dl>\n<p class="about">' || CASE WHEN (sums ->> 'events')::bigint = 0 THEN 'The trail has no events.'
			ELSE format('The trail has %s of %s and %s, from %s to %s UTC.',
				@extschema@.cloudtrail_html_count((sums ->> 'events')::bigint, 'event', 'events'),
				@extschema@.cloudtrail_html_count((sums ->> 'accounts')::bigint, 'account', 'accounts'),
				@extschema@.cloudtrail_html_count((sums ->> 'regions')::bigint, 'Region', 'Regions'),
				to_char((sums ->> 'first')::timestamptz, minute), to_char((sums ->> 'last')::timestamptz, minute)) END
		|| E' A dash on this page stands for what the trail cannot show. CloudTrail writes no log file for an hour '
			'in which nothing happened.</p>\n'
		|| @extschema@.cloudtrail_html_table('Accounts and Regions', 'hdddtntnnnntn',
			'{Account, Region, Trail from (UTC), Trail to (UTC), Covers this period, Events of these days, Read '
			'events, Log files, Hours without one in this period, Damaged, Put aside, Digests, Proven files}',
			sums -> 'rows', (sums ->> 'parts')::bigint, 'the trail has no events')
		|| @extschema@.cloudtrail_html_table('Records with the time and eventID of another, but another content: one '
			'of the two is not CloudTrail''s', 'dhlll',
			'{Time (UTC), eventID, Event, Who, Log file of the second}',
			conflicting -> 'rows', (conflicting ->> 'count')::bigint, cover ->> 'all')
		|| @extschema@.cloudtrail_html_table('Items in log files that are not events, of the whole trail', 'hnnl',
			'{Reason, Items, Files, One of the files}',
			rejected -> 'rows', (rejected ->> 'errors')::bigint, CASE WHEN (sums ->> 'with_files')::bigint = 0
				THEN 'no log files in the trail' END)
		|| E'</section>\n';
END
$$;
COMMENT ON FUNCTION cloudtrail_report_coverage(regnamespace, timestamptz, timestamptz) IS
	'Part of cloudtrail_audit_report(): what the trail covers of a period. cover has the accounts and Regions, and '
	'why an absence cannot be claimed: of anything (all), of changes of secrets (secrets), of reads (reads)';
