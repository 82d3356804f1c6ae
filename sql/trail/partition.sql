-- Months of a trail: partitions are made as needed and dropped by age.  These
-- functions build SQL around names, since names are what differs.

CREATE FUNCTION cloudtrail_partition_of(trail regnamespace, at timestamptz) RETURNS regclass
	LANGUAGE plpgsql STABLE
	SET search_path = pg_catalog, pg_temp
	SET datestyle = 'ISO, YMD'
	SET timezone = 'UTC'
	AS $$
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	-- By inheritance: a table that merely has the name of a partition is none.
	RETURN (
		SELECT c.oid::regclass
		FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
			CROSS JOIN LATERAL (SELECT pg_get_expr(c.relpartbound, c.oid) AS expression) AS b
			CROSS JOIN LATERAL (SELECT substring(b.expression
				FROM $re$FROM \('([^']+)'\)$re$)::timestamptz AS lower_bound,
				substring(b.expression FROM $re$ TO \('([^']+)'\)$re$)::timestamptz AS upper_bound OFFSET 0) AS r
		WHERE i.inhparent = 'raw_events'::regclass AND at >= r.lower_bound AND at < r.upper_bound);
END
$$;
COMMENT ON FUNCTION cloudtrail_partition_of(regnamespace, timestamptz) IS
	'The partition of a trail that has events of a time; null if they are in the default partition';

CREATE FUNCTION cloudtrail_protect_partition(trail regnamespace, partition regclass) RETURNS void
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', partition);
	IF EXISTS (SELECT FROM pg_policy AS p WHERE p.polrelid = partition AND p.polname = 'of_all_events') THEN
		EXECUTE format('DROP POLICY of_all_events ON %s', partition);
	END IF;
	EXECUTE format('CREATE POLICY of_all_events ON %s
		USING ((SELECT NOT pg_catalog.row_security_active(%L::pg_catalog.regclass)))', partition,
		format('%s.raw_events', trail));
END
$$;
COMMENT ON FUNCTION cloudtrail_protect_partition(regnamespace, regclass) IS
	'Part of cloudtrail_create_partition() and cloudtrail_update_trail(): gives a partition, which has no policy of '
	'raw_events where it is read by its own name, one that shows it to readers of all events only';

CREATE FUNCTION cloudtrail_create_partition(trail regnamespace, at timestamptz) RETURNS regclass
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	SET lock_timeout = '2s'
	AS $$
DECLARE
	month CONSTANT timestamp := date_trunc('month', at AT TIME ZONE 'UTC');
	lower_bound CONSTANT timestamptz := month AT TIME ZONE 'UTC';
	upper_bound CONSTANT timestamptz := (month + interval '1 month') AT TIME ZONE 'UTC';
	partition CONSTANT name := 'raw_events' || to_char(month, '_YYYY_MM');
	found_partition regclass;
	change record;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	IF at IS NULL OR at < '2000-01-01 00:00:00+00' OR at >= '2100-01-01 00:00:00+00' THEN
		RAISE EXCEPTION 'event time "%" is out of range', at
			USING ERRCODE = 'invalid_parameter_value', DETAIL = 'Months of the years 2000 to 2099 have partitions.';
	END IF;

	-- A second session waits here, and finds the partition made.
	LOCK TABLE ONLY raw_events IN SHARE UPDATE EXCLUSIVE MODE;
	found_partition := @extschema@.cloudtrail_partition_of(trail, at);
	IF found_partition IS NULL THEN
		-- Queries read the default partition, so they are in the way for a moment; not for long, see lock_timeout.
		LOCK TABLE raw_events_default IN ACCESS EXCLUSIVE MODE;
		EXECUTE format('CREATE TABLE %s.%I (LIKE raw_events INCLUDING ALL)', trail, partition);
		EXECUTE format('ALTER TABLE %s.%I OWNER TO %I', trail, partition,
			(SELECT pg_get_userbyid(c.relowner) FROM pg_class AS c WHERE c.oid = 'raw_events'::regclass));
		IF EXISTS (SELECT FROM raw_events_default AS d WHERE d.event_time >= lower_bound
			AND d.event_time < upper_bound) THEN
			-- The default partition's trigger removes the facts of what leaves it, so they are made again.
			EXECUTE format('WITH moved AS (
					DELETE FROM raw_events_default AS d WHERE d.event_time >= $1 AND d.event_time < $2 RETURNING d.*
				)
				INSERT INTO %s.%I SELECT m.* FROM moved AS m', trail, partition) USING lower_bound, upper_bound;
			PERFORM @extschema@.cloudtrail_add_facts(trail, format('%s.%I', trail, partition)::regclass);
		END IF;
		PERFORM @extschema@.cloudtrail_protect_partition(trail, format('%s.%I', trail, partition)::regclass);
		FOR change IN
			SELECT * FROM (VALUES
				('insert', 'INSERT', 'REFERENCING NEW TABLE AS inserted'),
				('update', 'UPDATE', 'REFERENCING OLD TABLE AS removed NEW TABLE AS inserted'),
				('delete', 'DELETE', 'REFERENCING OLD TABLE AS removed'),
				('truncate', 'TRUNCATE', '')) AS v (name, event, tables)
		LOOP
			EXECUTE format('CREATE TRIGGER %I AFTER %s ON %s.%I %s FOR EACH STATEMENT
				EXECUTE FUNCTION @extschema@.cloudtrail_follow_events()',
				'follow_' || change.name, change.event, trail, partition, change.tables);
		END LOOP;
		EXECUTE format('ALTER TABLE raw_events ATTACH PARTITION %s.%I FOR VALUES FROM (%L) TO (%L)', trail, partition,
			to_char(month, 'YYYY-MM-DD') || ' 00:00:00+00', to_char(month + interval '1 month', 'YYYY-MM-DD')
				|| ' 00:00:00+00');
		found_partition := format('%s.%I', trail, partition)::regclass;
	END IF;
	RETURN found_partition;
END
$$;
COMMENT ON FUNCTION cloudtrail_create_partition(regnamespace, timestamptz) IS
	'Makes sure that a trail has the partition of a time''s month (UTC), and returns it; waits for queries two '
	'seconds at most';

CREATE FUNCTION cloudtrail_create_missing_partitions(trail regnamespace, times timestamptz[]) RETURNS void
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	at timestamptz;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	FOREACH at IN ARRAY times LOOP
		IF @extschema@.cloudtrail_partition_of(trail, at) IS NULL THEN
			BEGIN
				PERFORM @extschema@.cloudtrail_create_partition(trail, at);
			EXCEPTION WHEN lock_not_available OR insufficient_privilege OR duplicate_table THEN
				-- A long query or another table is in the way, or it takes the owner: the default partition has the
				-- events for now.
				NULL;
			END;
		END IF;
	END LOOP;
END
$$;
COMMENT ON FUNCTION cloudtrail_create_missing_partitions(regnamespace, timestamptz[]) IS
	'Part of cloudtrail_import(): makes the partitions of months that have none, as far as the caller may and no lock '
	'is in the way';

CREATE FUNCTION cloudtrail_create_partitions(trail regnamespace) RETURNS SETOF regclass
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	month timestamptz;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	FOR month IN
		SELECT DISTINCT date_trunc('month', d.event_time, 'UTC') FROM raw_events_default AS d
		WHERE d.event_time >= '2000-01-01 00:00:00+00' AND d.event_time < '2100-01-01 00:00:00+00'
		ORDER BY 1
	LOOP
		RETURN NEXT @extschema@.cloudtrail_create_partition(trail, month);
	END LOOP;
END
$$;
COMMENT ON FUNCTION cloudtrail_create_partitions(regnamespace) IS
	'Gives each month whose events are in the default partition a partition of its own, and returns those';

CREATE FUNCTION cloudtrail_drop_before(trail regnamespace, before timestamptz) RETURNS SETOF text
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	SET datestyle = 'ISO, YMD'
	SET timezone = 'UTC'
	AS $$
DECLARE
	month CONSTANT timestamptz := date_trunc('month', before, 'UTC');
	partition record;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	IF before IS NULL THEN
		RAISE EXCEPTION 'before must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	FOR partition IN
		SELECT n.nspname, c.relname, c.relkind
		FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
		WHERE i.inhparent = 'raw_events'::regclass
			AND substring(pg_get_expr(c.relpartbound, c.oid) FROM $re$ TO \('([^']+)'\)$re$)::timestamptz <= before
		ORDER BY c.relname
	LOOP
		RETURN NEXT format('%I.%I', partition.nspname, partition.relname);
		EXECUTE format(CASE partition.relkind WHEN 'f' THEN 'DROP FOREIGN TABLE %I.%I' ELSE 'DROP TABLE %I.%I' END,
			partition.nspname, partition.relname);
	END LOOP;
	DELETE FROM raw_events_default AS d WHERE d.event_time < month;
	DELETE FROM secret_facts AS f WHERE f.event_time < month;
	DELETE FROM issued_credentials AS f WHERE f.event_time < month;
	DELETE FROM activity AS a WHERE a.day < (month AT TIME ZONE 'UTC')::date;
	DELETE FROM action_activity AS a WHERE a.day < (month AT TIME ZONE 'UTC')::date;
	DELETE FROM principal_activity AS a WHERE a.day < (month AT TIME ZONE 'UTC')::date;
	DELETE FROM changed_days AS d WHERE d.day < (month AT TIME ZONE 'UTC')::date;
END
$$;
COMMENT ON FUNCTION cloudtrail_drop_before(regnamespace, timestamptz) IS
	'Drops the partitions of a trail that end at or before a time with their facts and sums, and returns their names; '
	'the ledger is kept, so dropped files are not imported again';
