-- How far the trail reaches, for each account and Region.

-- Only management events show that management events were recorded: a second trail may deliver data events or those of
-- VPC endpoints alone, to the same folders.
CREATE INDEX secret_facts_place_idx ON secret_facts (account_id, aws_region, event_time)
	WHERE NOT cloudtrail_is_endpoint_event(event_type);
-- An account or Region of any length, as a forged record may have it, must not keep sums from being made.
CREATE INDEX activity_place_idx ON activity ((left(account_id, 64)), (left(aws_region, 512)), day);
CREATE INDEX log_files_place_idx ON log_files (account_id, aws_region, log_time)
	WHERE kind IN ('log', 'data');

CREATE VIEW observed WITH (security_invoker) AS
-- The accounts and Regions: each found by the index after the one before.
WITH RECURSIVE fact AS (
	(SELECT f.account_id, f.aws_region FROM secret_facts AS f WHERE NOT cloudtrail_is_endpoint_event(f.event_type)
		ORDER BY 1, 2 LIMIT 1)
	UNION ALL
	SELECT n.account_id, n.aws_region
	FROM fact AS p CROSS JOIN LATERAL (SELECT f.account_id, f.aws_region FROM secret_facts AS f
		WHERE NOT cloudtrail_is_endpoint_event(f.event_type)
			AND (f.account_id, f.aws_region) > (p.account_id, p.aws_region) ORDER BY 1, 2 LIMIT 1) AS n
), file AS (
	(SELECT l.account_id, l.aws_region FROM log_files AS l WHERE l.kind = 'log' ORDER BY 1, 2 LIMIT 1)
	UNION ALL
	SELECT n.account_id, n.aws_region
	FROM file AS p CROSS JOIN LATERAL (SELECT l.account_id, l.aws_region FROM log_files AS l
		WHERE l.kind = 'log' AND (l.account_id, l.aws_region) > (p.account_id, p.aws_region) ORDER BY 1, 2 LIMIT 1) AS n
), summed AS (
	(SELECT left(a.account_id, 64) AS account_id, left(a.aws_region, 512) AS aws_region FROM activity AS a
		ORDER BY 1, 2 LIMIT 1)
	UNION ALL
	SELECT n.account_id, n.aws_region
	FROM summed AS p CROSS JOIN LATERAL (SELECT left(a.account_id, 64) AS account_id,
		left(a.aws_region, 512) AS aws_region FROM activity AS a
		WHERE (left(a.account_id, 64), left(a.aws_region, 512)) > (p.account_id, p.aws_region)
			ORDER BY 1, 2 LIMIT 1) AS n
), place AS (
	SELECT account_id, aws_region FROM fact UNION SELECT account_id, aws_region FROM file
		UNION SELECT account_id, aws_region FROM summed
)
SELECT p.account_id, p.aws_region,
	least(b.fact_from, b.file_from, b.sum_from) AS observed_from,
		greatest(b.fact_to, b.file_to, b.sum_to) AS observed_to,
	b.reads_from IS NOT NULL AS read_events, b.reads_from, b.reads_to,
	EXISTS (SELECT FROM secret_facts AS f WHERE f.account_id = p.account_id AND f.aws_region = p.aws_region
		AND f.event_source = 'secretsmanager.amazonaws.com' AND f.read_only) AS secret_read_events,
	EXISTS (SELECT FROM secret_facts AS f WHERE f.account_id = p.account_id AND f.aws_region = p.aws_region
		AND f.event_source = 'kms.amazonaws.com' AND f.secret_arn IS NOT NULL) AS kms_events,
	EXISTS (SELECT FROM activity AS a WHERE left(a.account_id, 64) = p.account_id
		AND left(a.aws_region, 512) = p.aws_region
		AND NOT a.is_management AND a.event_source IS NOT NULL) AS data_events,
	(SELECT extract(epoch FROM max(h.hour) - min(h.hour))::bigint / 3600 + 1 - count(*)
		FROM (SELECT DISTINCT date_bin('1 hour', l.log_time, '2000-01-01 00:00:00+00') AS hour FROM log_files AS l
			WHERE l.kind IN ('log', 'data') AND l.account_id = p.account_id
				AND l.aws_region = p.aws_region) AS h) AS hours_missing,
	-- Where neither log files nor events about secrets show that the trail was on: one of each breaks a gap, too.
	(SELECT range_agg(tstzrange(s.before, s.at, '()'))
		FROM (
			SELECT s.at, lag(s.at) OVER (ORDER BY s.at) AS before
			FROM (
				SELECT f.event_time AS at FROM secret_facts AS f
				WHERE f.account_id = p.account_id AND f.aws_region = p.aws_region
					AND NOT cloudtrail_is_endpoint_event(f.event_type)
				UNION ALL
				SELECT l.log_time FROM log_files AS l
				WHERE l.kind = 'log' AND l.account_id = p.account_id AND l.aws_region = p.aws_region
					AND l.log_time IS NOT NULL
			) AS s
		) AS s
		WHERE s.at - s.before > (SELECT t.coverage_gap FROM thresholds AS t)) AS gaps,
	-- Where no read event shows that reads were recorded: of those that are summed up, the first and last of a day are
	-- known.
	(SELECT range_agg(tstzrange(s.before, s.at, '()'))
		FROM (
			SELECT s.at, max(s.until) OVER (ORDER BY s.at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
			FROM (
				SELECT f.event_time AS at, f.event_time AS until FROM secret_facts AS f
				WHERE f.account_id = p.account_id AND f.aws_region = p.aws_region AND f.read_only
					AND NOT cloudtrail_is_endpoint_event(f.event_type)
				UNION ALL
				SELECT min(a.first_event), max(a.last_event)
				FROM activity AS a
				WHERE left(a.account_id, 64) = p.account_id AND left(a.aws_region, 512) = p.aws_region
					AND a.read_only AND a.is_management
				GROUP BY a.day
			) AS s
		) AS s
		WHERE s.at - s.before > (SELECT t.coverage_gap FROM thresholds AS t)) AS read_gaps
FROM place AS p
	CROSS JOIN LATERAL (
		SELECT (SELECT min(f.event_time) FROM secret_facts AS f WHERE f.account_id = p.account_id
			AND f.aws_region = p.aws_region AND NOT cloudtrail_is_endpoint_event(f.event_type)) AS fact_from,
			(SELECT max(f.event_time) FROM secret_facts AS f WHERE f.account_id = p.account_id
				AND f.aws_region = p.aws_region AND NOT cloudtrail_is_endpoint_event(f.event_type)) AS fact_to,
			(SELECT min(l.log_time) FROM log_files AS l WHERE l.kind = 'log' AND l.account_id = p.account_id
				AND l.aws_region = p.aws_region) AS file_from,
			(SELECT max(l.log_time) FROM log_files AS l WHERE l.kind = 'log' AND l.account_id = p.account_id
				AND l.aws_region = p.aws_region) AS file_to,
			(SELECT min(a.first_event) FROM activity AS a WHERE left(a.account_id, 64) = p.account_id
				AND left(a.aws_region, 512) = p.aws_region AND a.is_management
				AND a.day = (SELECT a.day FROM activity AS a WHERE left(a.account_id, 64) = p.account_id
					AND left(a.aws_region, 512) = p.aws_region AND a.is_management
					ORDER BY left(a.account_id, 64), left(a.aws_region, 512), a.day LIMIT 1)) AS sum_from,
			(SELECT max(a.last_event) FROM activity AS a WHERE left(a.account_id, 64) = p.account_id
				AND left(a.aws_region, 512) = p.aws_region AND a.is_management
				AND a.day = (SELECT a.day FROM activity AS a WHERE left(a.account_id, 64) = p.account_id
					AND left(a.aws_region, 512) = p.aws_region AND a.is_management
					ORDER BY left(a.account_id, 64) DESC, left(a.aws_region, 512) DESC, a.day DESC LIMIT 1)) AS sum_to,
			least((SELECT min(f.event_time) FROM secret_facts AS f WHERE f.account_id = p.account_id
				AND f.aws_region = p.aws_region AND f.read_only AND NOT cloudtrail_is_endpoint_event(f.event_type)),
				(SELECT min(a.first_event) FROM activity AS a WHERE left(a.account_id, 64) = p.account_id
					AND left(a.aws_region, 512) = p.aws_region AND a.read_only AND a.is_management
					AND a.day = (SELECT a.day FROM activity AS a WHERE left(a.account_id, 64) = p.account_id
						AND left(a.aws_region, 512) = p.aws_region AND a.read_only AND a.is_management
						ORDER BY left(a.account_id, 64), left(a.aws_region, 512), a.day LIMIT 1))) AS reads_from,
			greatest((SELECT max(f.event_time) FROM secret_facts AS f WHERE f.account_id = p.account_id
				AND f.aws_region = p.aws_region AND f.read_only AND NOT cloudtrail_is_endpoint_event(f.event_type)),
				(SELECT max(a.last_event) FROM activity AS a WHERE left(a.account_id, 64) = p.account_id
					AND left(a.aws_region, 512) = p.aws_region AND a.read_only AND a.is_management
					AND a.day = (SELECT a.day FROM activity AS a WHERE left(a.account_id, 64) = p.account_id
						AND left(a.aws_region, 512) = p.aws_region AND a.read_only AND a.is_management
						ORDER BY left(a.account_id, 64) DESC, left(a.aws_region, 512) DESC,
							a.day DESC LIMIT 1))) AS reads_to
		-- Else each would be worked out again wherever it stands.
		OFFSET 0
	) AS b
-- Neither is null.  The planner takes the places for ten times as many as there are likely to be: of these
-- comparisons it expects a ninth of them.
WHERE p.account_id >= '' AND p.aws_region >= '';
COMMENT ON VIEW observed IS
	'How far the trail reaches: a row for each account and Region of its log files and events, as far as the reader '
	'may see them. Every view that reports an absence judges it by this. Events that do not concern secrets count as '
	'cloudtrail_refresh_activity() last summed them up';
COMMENT ON COLUMN observed.account_id IS 'The account';
COMMENT ON COLUMN observed.aws_region IS 'The Region';
COMMENT ON COLUMN observed.observed_from IS
	'Time of the first management event, or log file with one: what happened before is not known; null if there are none, '
	'but only data events';
COMMENT ON COLUMN observed.observed_to IS 'Time of the last management event, or log file with one';
COMMENT ON COLUMN observed.read_events IS
	'Whether there are read-only management events at all; without them nothing can be said of reads of secrets';
COMMENT ON COLUMN observed.reads_from IS
	'Time of the first read-only management event: reads before it may not have been recorded, though other events were';
COMMENT ON COLUMN observed.reads_to IS
	'Time of the last read-only management event: reads after it may not have been recorded, though other events were';
COMMENT ON COLUMN observed.secret_read_events IS 'Whether there are read-only events of Secrets Manager';
COMMENT ON COLUMN observed.kms_events IS
	'Whether there are events of KMS for secrets; without them fewer names are resolved and fewer versions known';
COMMENT ON COLUMN observed.data_events IS
	'Whether there are data events, of objects, functions, items and the like, or network activity events, which the sums '
	'by day do not tell from them; calls on secrets are not among them';
COMMENT ON COLUMN observed.hours_missing IS
	'Hours between the first and the last log file for which there is no readable file; CloudTrail writes none for an '
	'hour without events';
COMMENT ON COLUMN observed.gaps IS
	'Spans longer than settings.coverage_gap without a management event about secrets, or a log file with management '
	'events: the trail may have been off; null if there are none';
COMMENT ON COLUMN observed.read_gaps IS
	'Spans longer than settings.coverage_gap without a read-only management event: reads may not have been recorded, '
	'though other events were; null if there are none';
