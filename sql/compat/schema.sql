-- The schema that views for other tools are made in.  Their names are looked up
-- there first, so nobody else may put any there.

CREATE FUNCTION cloudtrail_take_schema(schema text) RETURNS void
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	trusted CONSTANT oid[] := ARRAY(SELECT r.oid FROM pg_roles AS r WHERE r.rolsuper OR r.rolname = current_user
		-- The owner of the database, if trusted, under another name.
		UNION ALL SELECT r.oid FROM pg_roles AS r, pg_database AS d JOIN pg_roles AS o ON o.oid = d.datdba
			WHERE r.rolname = 'pg_database_owner' AND d.datname = current_database()
				AND (o.rolsuper OR o.rolname = current_user));
	namespace CONSTANT oid := (SELECT n.oid FROM pg_namespace AS n WHERE n.nspname = schema);
	other text;
BEGIN
	IF namespace IS NULL THEN
		EXECUTE format('CREATE SCHEMA %I', schema);
		RETURN;
	END IF;
	SELECT o.what INTO other FROM (
		SELECT format('role "%s" owns schema "%s"', pg_get_userbyid(n.nspowner), schema)
		FROM pg_namespace AS n WHERE n.oid = namespace AND n.nspowner <> ALL (trusted)
		UNION ALL
		SELECT format('role "%s" may create objects in schema "%s"',
			CASE a.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(a.grantee) END, schema)
		FROM pg_namespace AS n, LATERAL aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) AS a
		WHERE n.oid = namespace AND a.privilege_type = 'CREATE' AND a.grantee <> ALL (trusted)
		UNION ALL
		SELECT format('role "%s" owns %s', pg_get_userbyid(o.owner), o.name)
		FROM (
			SELECT p.proowner, p.oid::regprocedure::text FROM pg_proc AS p WHERE p.pronamespace = namespace
			UNION ALL SELECT p.oprowner, p.oid::regoperator::text FROM pg_operator AS p WHERE p.oprnamespace = namespace
			UNION ALL SELECT t.typowner, t.oid::regtype::text FROM pg_type AS t WHERE t.typnamespace = namespace
			UNION ALL SELECT c.relowner, c.oid::regclass::text FROM pg_class AS c WHERE c.relnamespace = namespace
		) AS o (owner, name) WHERE o.owner <> ALL (trusted)) AS o (what)
	LIMIT 1;
	IF FOUND THEN
		RAISE insufficient_privilege USING
			MESSAGE = other,
			DETAIL = 'The views would run its objects with the rights of their readers.',
			HINT = 'Choose the name of a schema that does not exist, or one in which no other role has objects.';
	END IF;
END
$$;
COMMENT ON FUNCTION cloudtrail_take_schema(text) IS
	'Part of cloudtrail_create_athena_view() and others: creates a schema, or reports an error if other roles may '
	'create objects in it, or have any there';
