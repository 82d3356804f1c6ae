-- What the other views stand on: the trail with typed columns, its ledger and
-- rejects, and the tables that are the user's to fill in.

CREATE FUNCTION cloudtrail_create_trail_views(trail regclass) RETURNS void
	LANGUAGE plpgsql
	AS $$
DECLARE
	trail_schema name;
	base name;
	trail_name text;
	record_columns CONSTANT oid := (SELECT t.typrelid FROM pg_type AS t JOIN pg_extension AS e ON e.extnamespace = t.typnamespace
		WHERE t.typname = 'cloudtrail_record' AND e.extname = 'cloudtrail');
	field record;
BEGIN
	SELECT n.nspname, c.relname INTO STRICT trail_schema, base
		FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = trail;
	trail_name := format('%I.%I', trail_schema, base);

	-- Time and key are the table's columns, so that conditions on them choose partitions and use the primary key.
	EXECUTE (
		SELECT format('CREATE OR REPLACE VIEW events WITH (security_invoker) AS SELECT %s FROM %s AS t',
			string_agg(CASE WHEN a.attname IN ('event_time', 'event_key', 'event') THEN format('t.%I', a.attname)
				ELSE format('%I(t.event) AS %1$I', a.attname) END, ', ' ORDER BY a.attnum), trail_name)
		FROM pg_attribute AS a WHERE a.attrelid = record_columns AND a.attnum > 0 AND NOT a.attisdropped);
	EXECUTE format('COMMENT ON VIEW events IS %L', 'Every event of ' || trail_name || ' with all its typed columns');
	FOR field IN
		SELECT a.attname AS name, col_description(a.attrelid, a.attnum) AS comment
		FROM pg_attribute AS a WHERE a.attrelid = record_columns AND a.attnum > 0 AND NOT a.attisdropped
	LOOP
		EXECUTE format('COMMENT ON COLUMN events.%I IS %L', field.name, field.comment);
	END LOOP;

	EXECUTE format('CREATE OR REPLACE VIEW log_files WITH (security_invoker) AS
		SELECT source, sha256, size, kind, account_id, aws_region, log_time, events, inserted, duplicates, rejects, imported_at,
			event_status, checked_at
		FROM %I.%I', trail_schema, base || '_files');
	EXECUTE format('COMMENT ON VIEW log_files IS %L', 'The log files imported into ' || trail_name || ', one row each: what they held');
	EXECUTE format('CREATE OR REPLACE VIEW rejects WITH (security_invoker) AS
		SELECT source, sha256, ordinal, error, raw FROM %I.%I', trail_schema, base || '_rejects');
	EXECUTE format('COMMENT ON VIEW rejects IS %L', 'What the log files of ' || trail_name || ' held that is no event, with the reason');

	EXECUTE format('CREATE OR REPLACE VIEW secret_evidence WITH (security_invoker) AS
		SELECT secret_arn, secret_name, evidence, account_id, key_arn, event_time, event_key FROM %I.%I', trail_schema, base || '_secrets');
	EXECUTE format('COMMENT ON VIEW secret_evidence IS %L', 'Events of ' || trail_name
		|| ' that tell of a secret: its creation, its end, and those in each account that first show its full ARN: told by AWS, or used by a caller with success');

	CREATE TABLE IF NOT EXISTS settings (
		only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
		as_of timestamptz,
		unused_after interval NOT NULL DEFAULT '90 days',
		rotation_due_after interval NOT NULL DEFAULT '90 days',
		bulk_secrets integer NOT NULL DEFAULT 10 CHECK (bulk_secrets > 0),
		bulk_window interval NOT NULL DEFAULT '1 hour' CHECK (bulk_window > interval '0'),
		multi_region_regions integer NOT NULL DEFAULT 2 CHECK (multi_region_regions > 1),
		multi_region_window interval NOT NULL DEFAULT '10 minutes' CHECK (multi_region_window > interval '0'),
		same_call_window interval NOT NULL DEFAULT '2 seconds' CHECK (same_call_window >= interval '1 second')
	);
	INSERT INTO settings DEFAULT VALUES ON CONFLICT DO NOTHING;
	ANALYZE settings;
	COMMENT ON TABLE settings IS 'What the views take for much, late or unused: one row, which you may update';
	COMMENT ON COLUMN settings.only_row IS 'There is one row';
	COMMENT ON COLUMN settings.as_of IS 'The time at which inventory, idleness and overdue rotations are judged; null is now';
	COMMENT ON COLUMN settings.unused_after IS 'A secret that nobody read for so long is unused';
	COMMENT ON COLUMN settings.rotation_due_after IS 'When a rotation is due where no rule of the secret is known';
	COMMENT ON COLUMN settings.bulk_secrets IS 'So many different secrets read by one actor within bulk_window are a bulk read';
	COMMENT ON COLUMN settings.bulk_window IS 'Windows of secret_bulk_reads; they begin on multiples of it';
	COMMENT ON COLUMN settings.multi_region_regions IS 'Reads of one actor in so many Regions within multi_region_window are shown';
	COMMENT ON COLUMN settings.multi_region_window IS 'Windows of secret_multi_region_reads; they begin on multiples of it';
	COMMENT ON COLUMN settings.same_call_window IS 'Events so near each other can stem from one call: a batch and its reads, a read and its decryption';
END
$$;
COMMENT ON FUNCTION cloudtrail_create_trail_views(regclass) IS
	'Part of cloudtrail_create_audit_views(): events, log_files, rejects, secret_evidence, settings';
