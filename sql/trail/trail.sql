-- A trail: a schema with tables and views of fixed names (sql/table and
-- sql/audit), of which the extension owns nothing.

CREATE FUNCTION cloudtrail_create_trail(trail text, if_not_exists boolean DEFAULT false) RETURNS regnamespace
	AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION cloudtrail_create_trail(text, boolean) IS
	'Creates a trail: a schema, or takes an empty one that you own, with tables for events, ledger, facts and sums, '
	'and the views for auditors';

CREATE FUNCTION cloudtrail_update_trail(trail regnamespace) RETURNS void
	AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION cloudtrail_update_trail(regnamespace) IS
	'Brings a trail up to date after ALTER EXTENSION cloudtrail UPDATE: gives it the tables, columns, views and '
	'triggers that a new one has; your rows and privileges stay';

CREATE FUNCTION cloudtrail_trail_relations(OUT relation text) RETURNS SETOF text
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT ROWS 60;
COMMENT ON FUNCTION cloudtrail_trail_relations() IS
	'Names of the tables and views that cloudtrail_create_trail() makes';

CREATE FUNCTION cloudtrail_enter_trail(trail regnamespace) RETURNS void
	AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION cloudtrail_enter_trail(regnamespace) IS
	'Checks that a schema is a trail, and looks names up there until the calling function ends';

CREATE FUNCTION cloudtrail_place_event() RETURNS trigger
	AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION cloudtrail_place_event() IS
	'Trigger of a trail''s default partition: gives an event that comes without them its time, key and partition';

CREATE FUNCTION cloudtrail_follow_events() RETURNS trigger
	AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION cloudtrail_follow_events() IS
	'Trigger of a trail''s events: keeps secret_facts and issued_credentials in step with them and marks the days '
	'whose sums changed';

CREATE FUNCTION cloudtrail_trails(OUT trail regnamespace, OUT owner regrole, OUT partitions bigint, OUT size bigint)
	RETURNS SETOF record
	LANGUAGE sql STABLE
	BEGIN ATOMIC
		SELECT c.relnamespace::pg_catalog.regnamespace, c.relowner::pg_catalog.regrole,
			(SELECT pg_catalog.count(*) FROM pg_catalog.pg_inherits AS i
				WHERE i.inhparent OPERATOR(pg_catalog.=) c.oid),
			(SELECT pg_catalog.sum(pg_catalog.pg_total_relation_size(r.oid::pg_catalog.regclass))::pg_catalog.int8
				FROM pg_catalog.pg_class AS r
				WHERE r.relnamespace OPERATOR(pg_catalog.=) c.relnamespace AND r.relkind OPERATOR(pg_catalog.=) 'r')
		FROM pg_catalog.pg_class AS c
		WHERE c.relname OPERATOR(pg_catalog.=) 'raw_events' AND c.relkind OPERATOR(pg_catalog.=) 'p'
			AND EXISTS (SELECT FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_type AS t
					ON t.oid OPERATOR(pg_catalog.=) a.atttypid
				WHERE a.attrelid OPERATOR(pg_catalog.=) c.oid AND t.typname OPERATOR(pg_catalog.=) 'cloudtrail_event');
	END;
COMMENT ON FUNCTION cloudtrail_trails() IS
	'Trails of this database: schema, owner, number of partitions of the events, bytes on disk with indexes';

CREATE FUNCTION cloudtrail_version() RETURNS text
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE STRICT;
COMMENT ON FUNCTION cloudtrail_version() IS 'Version of the installed library';

-- For views of many expressions that would call nothing of the library, or only once they run.
CREATE FUNCTION cloudtrail_is_loaded() RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE STRICT;
COMMENT ON FUNCTION cloudtrail_is_loaded() IS
	'True. To plan a statement that calls it loads the library, which keeps statements over a trail from being compiled: '
	'see cloudtrail.jit';

CREATE FUNCTION cloudtrail_schema_of(relation regclass) RETURNS regnamespace
	LANGUAGE sql STABLE STRICT PARALLEL SAFE
	RETURN (SELECT c.relnamespace::pg_catalog.regnamespace FROM pg_catalog.pg_class AS c
		WHERE c.oid OPERATOR(pg_catalog.=) relation);
COMMENT ON FUNCTION cloudtrail_schema_of(regclass) IS
	'The schema in which a table or view is, whatever it is named by now: how the views of a trail find the trail';
