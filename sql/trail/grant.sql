-- Who may read the auditors' views.

CREATE FUNCTION cloudtrail_grant_audit(trail regnamespace, role name) RETURNS void
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	relation name;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	EXECUTE format('GRANT USAGE ON SCHEMA %s, @extschema@ TO %I', trail, role);
	-- The views run with the reader's rights, who therefore needs those on the tables behind them.
	FOR relation IN SELECT r.relation FROM @extschema@.cloudtrail_trail_relations() AS r LOOP
		EXECUTE format('GRANT SELECT ON %s.%I TO %I', trail, relation, role);
	END LOOP;
END
$$;
COMMENT ON FUNCTION cloudtrail_grant_audit(regnamespace, name) IS
	'Lets a role read the views for auditors of a trail: grants SELECT on the trail''s tables and views, and nothing '
	'else; row-level security of raw_events holds';
