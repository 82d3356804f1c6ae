-- What the views take for much, late or unused: the user's to change.

CREATE TABLE settings (
	only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
	as_of timestamptz CHECK (as_of >= '1970-01-01 00:00:00+00' AND as_of < '3000-01-01 00:00:00+00'),
	unused_after interval NOT NULL DEFAULT '90 days',
	rotation_due_after interval NOT NULL DEFAULT '90 days',
	bulk_secrets integer NOT NULL DEFAULT 10 CHECK (bulk_secrets > 0),
	bulk_window interval NOT NULL DEFAULT '1 hour',
	multi_region_regions integer NOT NULL DEFAULT 2 CHECK (multi_region_regions > 1),
	multi_region_window interval NOT NULL DEFAULT '10 minutes',
	same_call_window interval NOT NULL DEFAULT '2 seconds',
	coverage_gap interval NOT NULL DEFAULT '1 day',
	-- A month is not a fixed time: windows of months have no bounds, and more than a hundred years overflow.
	CONSTRAINT settings_unused_after_check CHECK (date_trunc('month', unused_after) = interval '0'
		AND unused_after > interval '0' AND unused_after <= interval '36500 days'),
	CONSTRAINT settings_rotation_due_after_check CHECK (date_trunc('month', rotation_due_after) = interval '0'
		AND rotation_due_after > interval '0' AND rotation_due_after <= interval '36500 days'),
	CONSTRAINT settings_bulk_window_check CHECK (date_trunc('month', bulk_window) = interval '0'
		AND bulk_window >= interval '1 second' AND bulk_window <= interval '36500 days'),
	CONSTRAINT settings_multi_region_window_check CHECK (date_trunc('month', multi_region_window) = interval '0'
		AND multi_region_window >= interval '1 second' AND multi_region_window <= interval '36500 days'),
	CONSTRAINT settings_same_call_window_check CHECK (date_trunc('month', same_call_window) = interval '0'
		AND same_call_window >= interval '1 second' AND same_call_window <= interval '1 hour'),
	CONSTRAINT settings_coverage_gap_check CHECK (date_trunc('month', coverage_gap) = interval '0'
		AND coverage_gap >= interval '1 hour' AND coverage_gap <= interval '36500 days')
);
INSERT INTO settings DEFAULT VALUES ON CONFLICT DO NOTHING;
COMMENT ON TABLE settings IS
	'What the views count as many, late or unused: one row, which you may update. Days in intervals have 24 hours; '
	'months are not allowed';
COMMENT ON COLUMN settings.only_row IS 'There is one row';
COMMENT ON COLUMN settings.as_of IS
	'The time at which inventory, idleness and overdue rotations are judged; null means now';
COMMENT ON COLUMN settings.unused_after IS 'A secret that was not read for this long is unused';
COMMENT ON COLUMN settings.rotation_due_after IS 'After this time a rotation is due if no rule of the secret is known';
COMMENT ON COLUMN settings.bulk_secrets IS
	'At least this many different secrets read by one actor within bulk_window are a bulk read';
COMMENT ON COLUMN settings.bulk_window IS 'Windows of secret_bulk_reads; they begin on multiples of it';
COMMENT ON COLUMN settings.multi_region_regions IS
	'Reads of one actor in at least this many Regions within multi_region_window are shown';
COMMENT ON COLUMN settings.multi_region_window IS 'Windows of secret_multi_region_reads; they begin on multiples of it';
COMMENT ON COLUMN settings.same_call_window IS
	'Events at most this far apart can stem from one call: a batch and its reads, a read and its decryption';
COMMENT ON COLUMN settings.coverage_gap IS
	'A span this long without an event or a log file of an account and Region counts as not observed';

CREATE VIEW thresholds WITH (security_invoker) AS
SELECT coalesce(t.as_of, now()) AS as_of,
	make_interval(secs => extract(epoch FROM t.unused_after)::float8) AS unused_after,
	make_interval(secs => extract(epoch FROM t.rotation_due_after)::float8) AS rotation_due_after,
	t.bulk_secrets, make_interval(secs => extract(epoch FROM t.bulk_window)::float8) AS bulk_window,
	t.multi_region_regions,
	make_interval(secs => extract(epoch FROM t.multi_region_window)::float8) AS multi_region_window,
	make_interval(secs => extract(epoch FROM t.same_call_window)::float8) AS same_call_window,
	make_interval(secs => extract(epoch FROM t.coverage_gap)::float8) AS coverage_gap
-- The planner has to know that it is one row.
FROM (SELECT * FROM settings WHERE cloudtrail_is_loaded() LIMIT 1) AS t;
COMMENT ON VIEW thresholds IS
	'The settings as the views use them: intervals in hours, so that no result depends on the time zone of a session';
COMMENT ON COLUMN thresholds.as_of IS 'The time of judgement: settings.as_of, or now';
COMMENT ON COLUMN thresholds.unused_after IS 'settings.unused_after';
COMMENT ON COLUMN thresholds.rotation_due_after IS 'settings.rotation_due_after';
COMMENT ON COLUMN thresholds.bulk_secrets IS 'settings.bulk_secrets';
COMMENT ON COLUMN thresholds.bulk_window IS 'settings.bulk_window';
COMMENT ON COLUMN thresholds.multi_region_regions IS 'settings.multi_region_regions';
COMMENT ON COLUMN thresholds.multi_region_window IS 'settings.multi_region_window';
COMMENT ON COLUMN thresholds.same_call_window IS 'settings.same_call_window';
COMMENT ON COLUMN thresholds.coverage_gap IS 'settings.coverage_gap';
