-- Whatever a body above took from somebody else is still there, since the body depends on it.
DO $$
DECLARE
	shadowing record;
BEGIN
	SELECT s.object, s.owner FROM @extschema@.cloudtrail_shadowing_objects() AS s LIMIT 1 INTO shadowing;
	IF FOUND THEN
		RAISE insufficient_privilege USING
			MESSAGE = pg_catalog.format('%s of role "%s" could be taken for another one of its name', shadowing.object,
				shadowing.owner),
			DETAIL = 'Functions of the extension would run it with the rights of whoever calls them.',
			HINT = 'Create the extension in a schema of its own: CREATE SCHEMA cloudtrail; CREATE EXTENSION '
				'cloudtrail SCHEMA cloudtrail.';
	END IF;
END
$$;
