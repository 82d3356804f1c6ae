-- Names in bodies of functions and in the views of a trail are looked up in the
-- extension's schema, too.  A function of somebody else there that fits better
-- than PostgreSQL's or ours would be taken instead.

CREATE FUNCTION cloudtrail_shadowing_objects(OUT object text, OUT owner name) RETURNS SETOF record
	LANGUAGE sql STABLE
	BEGIN ATOMIC
		SELECT pg_catalog.format('function %s', p.oid::pg_catalog.regprocedure), pg_catalog.pg_get_userbyid(p.proowner)
		FROM pg_catalog.pg_extension AS e
			JOIN pg_catalog.pg_proc AS p ON p.pronamespace OPERATOR(pg_catalog.=) e.extnamespace
			JOIN pg_catalog.pg_roles AS r ON r.oid OPERATOR(pg_catalog.=) p.proowner
		WHERE e.extname OPERATOR(pg_catalog.=) 'cloudtrail' AND NOT r.rolsuper
			AND EXISTS (SELECT FROM pg_catalog.pg_proc AS o
				WHERE o.proname OPERATOR(pg_catalog.=) p.proname AND o.oid OPERATOR(pg_catalog.<>) p.oid)
		UNION ALL
		SELECT pg_catalog.format('operator %s', p.oid::pg_catalog.regoperator), pg_catalog.pg_get_userbyid(p.oprowner)
		FROM pg_catalog.pg_extension AS e
			JOIN pg_catalog.pg_operator AS p ON p.oprnamespace OPERATOR(pg_catalog.=) e.extnamespace
			JOIN pg_catalog.pg_roles AS r ON r.oid OPERATOR(pg_catalog.=) p.oprowner
		WHERE e.extname OPERATOR(pg_catalog.=) 'cloudtrail' AND NOT r.rolsuper
			AND EXISTS (SELECT FROM pg_catalog.pg_operator AS o
				WHERE o.oprname OPERATOR(pg_catalog.=) p.oprname AND o.oid OPERATOR(pg_catalog.<>) p.oid);
	END;
COMMENT ON FUNCTION cloudtrail_shadowing_objects() IS
	'Functions and operators in the extension''s schema that belong to a role that is not a superuser, and have the '
	'name of another one';
