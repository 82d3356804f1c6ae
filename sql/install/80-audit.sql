-- The views for auditors.  Functions of their own make them, topic by topic,
-- with the schema of the views first and this extension's second in
-- search_path: so the views below read as they would in anybody's script.

CREATE FUNCTION cloudtrail_create_audit_views(trail regclass, schema text) RETURNS void
	LANGUAGE plpgsql
	SET search_path = pg_catalog
	AS $$
DECLARE
	extension_schema CONSTANT name := (SELECT n.nspname FROM pg_extension AS e
		JOIN pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'cloudtrail');
BEGIN
	IF trail IS NULL OR schema IS NULL THEN
		RAISE EXCEPTION 'trail and schema must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = schema) THEN
		EXECUTE format('CREATE SCHEMA %I', schema);
	END IF;
	PERFORM set_config('search_path', format('%I, %I, pg_temp', schema, extension_schema), true);
	SET LOCAL client_min_messages = warning;
	PERFORM cloudtrail_create_trail_views(trail);
	PERFORM cloudtrail_create_secret_views(trail);
	PERFORM cloudtrail_create_rotation_views();
	PERFORM cloudtrail_create_read_views();
	PERFORM cloudtrail_create_refusal_views();
	PERFORM cloudtrail_create_change_views();
	PERFORM cloudtrail_create_deletion_views();
	PERFORM cloudtrail_create_inventory_views();
	PERFORM cloudtrail_create_account_views();
	PERFORM cloudtrail_create_evidence_views(trail);
	PERFORM cloudtrail_create_activity_views(trail);
	PERFORM cloudtrail_create_coverage_view();
	PERFORM cloudtrail_comment_views();
END
$$;
COMMENT ON FUNCTION cloudtrail_create_audit_views(regclass, text) IS
	'Creates the views for auditors of a trail in a schema, or replaces them after an upgrade; what the user wrote into the tables there stays';

CREATE FUNCTION cloudtrail_grant_audit(schema text, role text) RETURNS void
	LANGUAGE plpgsql
	SET search_path = pg_catalog
	AS $$
DECLARE
	extension_schema CONSTANT name := (SELECT n.nspname FROM pg_extension AS e
		JOIN pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'cloudtrail');
	relation record;
BEGIN
	IF to_regclass(format('%I.events', schema)) IS NULL THEN
		RAISE EXCEPTION 'schema "%" has no views of cloudtrail_create_audit_views()', schema USING ERRCODE = 'undefined_table';
	END IF;
	EXECUTE format('GRANT USAGE ON SCHEMA %I, %I TO %I', schema, extension_schema, role);

	-- The views run with the reader's rights, who therefore needs those on what they read: the trail, its ledger, its rejects.
	FOR relation IN
		SELECT n.nspname, c.relname
		FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
		WHERE n.nspname = schema AND c.relkind IN ('v', 'r')
		UNION
		SELECT n.nspname, c.relname
		FROM pg_class AS v JOIN pg_namespace AS s ON s.oid = v.relnamespace
			JOIN pg_rewrite AS r ON r.ev_class = v.oid
			JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
			JOIN pg_class AS c ON c.oid = d.refobjid
			JOIN pg_namespace AS n ON n.oid = c.relnamespace
		WHERE s.nspname = schema AND v.relkind = 'v' AND c.relkind IN ('r', 'p', 'f')
	LOOP
		EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', relation.nspname, role);
		EXECUTE format('GRANT SELECT ON %I.%I TO %I', relation.nspname, relation.relname, role);
	END LOOP;
END
$$;
COMMENT ON FUNCTION cloudtrail_grant_audit(text, text) IS
	'Lets a role read the views for auditors in a schema: SELECT on them and on the tables behind them, and no more; row-level security on the trail holds';
