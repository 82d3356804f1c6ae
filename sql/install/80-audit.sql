CREATE FUNCTION cloudtrail_create_audit_views(trail regclass, schema text) RETURNS void
	LANGUAGE plpgsql
	AS $$
DECLARE
	extension_schema CONSTANT name := (SELECT n.nspname FROM pg_catalog.pg_extension AS e
		JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'cloudtrail');
	trail_name CONSTANT text := (SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
		FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = trail);
	record_columns CONSTANT oid := (SELECT t.typrelid FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
		WHERE t.typname = 'cloudtrail_record' AND n.nspname = extension_schema);
	field record;
BEGIN
	IF NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = schema) THEN
		EXECUTE pg_catalog.format('CREATE SCHEMA %I', schema);
	END IF;

	-- Time and key are the table's columns, so that conditions on them choose partitions and use the primary key.
	EXECUTE (
		SELECT pg_catalog.format('CREATE OR REPLACE VIEW %I.events WITH (security_invoker) AS SELECT %s FROM %s AS t', schema,
			pg_catalog.string_agg(CASE WHEN a.attname IN ('event_time', 'event_key', 'event') THEN pg_catalog.format('t.%I', a.attname)
				ELSE pg_catalog.format('%I.%I(t.event) AS %2$I', extension_schema, a.attname) END, ', ' ORDER BY a.attnum), trail_name)
		FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = record_columns AND a.attnum > 0 AND NOT a.attisdropped);
	EXECUTE pg_catalog.format('COMMENT ON VIEW %I.events IS %L', schema, 'Every event of ' || trail_name || ' with all its typed columns');
	FOR field IN
		SELECT a.attname AS name, pg_catalog.col_description(a.attrelid, a.attnum) AS comment
		FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = record_columns AND a.attnum > 0 AND NOT a.attisdropped
	LOOP
		EXECUTE pg_catalog.format('COMMENT ON COLUMN %I.events.%I IS %L', schema, field.name, field.comment);
	END LOOP;
	EXECUTE pg_catalog.format('SELECT %I.cloudtrail_create_evidence_views($1, $2)', extension_schema) USING trail, schema;
END
$$;
COMMENT ON FUNCTION cloudtrail_create_audit_views(regclass, text) IS
	'Creates or replaces the views for auditors of a trail in a schema: events, with every typed column, and those of cloudtrail_create_evidence_views()';
