-- CloudTrail writes UTF-8 and records are kept byte for byte, which a database of another encoding cannot.  The library
-- cannot tell: where the postmaster preloads it, it is loaded before there is a database.
DO $$
BEGIN
	IF pg_catalog.getdatabaseencoding() <> 'UTF8' THEN
		RAISE feature_not_supported USING
			MESSAGE = 'cloudtrail needs a database with encoding UTF8',
			DETAIL = pg_catalog.format('This database has encoding %s.', pg_catalog.getdatabaseencoding()),
			HINT = 'Create a database with ENCODING ''UTF8'' TEMPLATE template0.';
	END IF;
END
$$;
