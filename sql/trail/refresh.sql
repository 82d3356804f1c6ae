-- What is worked out from a trail's events can be worked out again.

CREATE FUNCTION cloudtrail_refresh_statistics(trail regnamespace) RETURNS boolean
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	-- A sample of 3,000 rows lets the views' plans be as with one of 30,000, which would take a tenth of an import.
	SET default_statistics_target = 10
	AS $$
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	IF pg_has_role((SELECT c.relowner FROM pg_class AS c WHERE c.oid = 'secret_facts'::regclass), 'USAGE')
		AND EXISTS (SELECT FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
			WHERE c.oid IN ('secret_facts'::regclass, 'issued_credentials'::regclass) AND pg_relation_size(c.oid) > 0
				AND (pg_relation_size(c.oid) / current_setting('block_size')::bigint > 1.1 * c.relpages
					OR NOT EXISTS (SELECT FROM pg_stats AS s WHERE s.schemaname = n.nspname
						AND s.tablename = c.relname)))
	THEN
		ANALYZE secret_facts, issued_credentials;
		RETURN true;
	END IF;
	RETURN false;
END
$$;
COMMENT ON FUNCTION cloudtrail_refresh_statistics(regnamespace) IS
	'Analyzes the facts of a trail, on which its views rest, if they have grown by more than a tenth since that was '
	'done; returns whether it did, which it does not for a role that may not';

CREATE FUNCTION cloudtrail_sum_events(trail regnamespace, days date[], OUT is_activity boolean, OUT day date,
		OUT account_id text, OUT aws_region text, OUT event_source text, OUT event_name text, OUT error_code text,
		OUT read_only boolean, OUT is_management boolean, OUT principal_arn text, OUT events bigint, OUT errors bigint,
		OUT first_event timestamptz, OUT last_event timestamptz)
	RETURNS SETOF record AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT ROWS 10000
	SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION cloudtrail_sum_events(regnamespace, date[]) IS
	'Part of cloudtrail_refresh_activity(): counts the events of days of one month by kind, and once more by '
	'principal, and writes the sums; returns those that INSERT has to write, of which several of a kind add up';

CREATE FUNCTION cloudtrail_mark_all_days(trail regnamespace) RETURNS void
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	INSERT INTO changed_days (day)
		SELECT (t.event_time AT TIME ZONE 'UTC')::date FROM raw_events AS t
		UNION SELECT a.day FROM activity AS a
		UNION SELECT a.day FROM action_activity AS a
		UNION SELECT a.day FROM principal_activity AS a;
END
$$;
COMMENT ON FUNCTION cloudtrail_mark_all_days(regnamespace) IS
	'Part of cloudtrail_refresh_activity() and cloudtrail_update_trail(): marks all days of a trail that have events '
	'or sums as changed';

CREATE FUNCTION cloudtrail_refresh_activity(trail regnamespace, whole boolean DEFAULT false) RETURNS bigint
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	month date;
	summed bigint;
	days bigint := 0;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	IF row_security_active('raw_events'::regclass) OR NOT has_table_privilege('raw_events'::regclass, 'SELECT')
		OR EXISTS (
		SELECT FROM unnest(ARRAY['activity', 'action_activity', 'principal_activity', 'changed_days']::regclass[]) AS t,
			unnest('{SELECT, INSERT, DELETE}'::text[]) AS privilege
		WHERE NOT has_table_privilege(t, privilege))
	THEN
		RETURN NULL;
	END IF;

	-- One session at a time; the statements below begin after the one before has ended, so they see what it did.
	LOCK TABLE changed_days IN SHARE UPDATE EXCLUSIVE MODE;
	IF whole THEN
		PERFORM @extschema@.cloudtrail_mark_all_days(trail);
	END IF;
	FOR month IN SELECT DISTINCT date_trunc('month', d.day::timestamp)::date FROM changed_days AS d ORDER BY 1 LOOP
		-- A single statement, hence a single snapshot: a mark goes away only with the events that it stands for.
		-- The days are arrays, not joins: of tables that grow in this very transaction the planner knows nothing.
		WITH marked AS (
			DELETE FROM changed_days AS d WHERE d.day >= month
				AND d.day < (month + interval '1 month')::date RETURNING d.day
		), stale_activity AS (
			DELETE FROM activity AS a WHERE a.day = ANY (ARRAY(SELECT m.day FROM marked AS m))
		), stale_actions AS (
			DELETE FROM action_activity AS a WHERE a.day = ANY (ARRAY(SELECT m.day FROM marked AS m))
		), stale_principals AS (
			DELETE FROM principal_activity AS a WHERE a.day = ANY (ARRAY(SELECT m.day FROM marked AS m))
		), summed AS MATERIALIZED (
			SELECT s.is_activity, s.day, s.account_id, s.aws_region, s.event_source, s.event_name, s.error_code,
				s.read_only, s.is_management, s.principal_arn, sum(s.events)::bigint AS events,
				sum(s.errors)::bigint AS errors, min(s.first_event) AS first_event, max(s.last_event) AS last_event
			FROM @extschema@.cloudtrail_sum_events(trail, ARRAY(SELECT m.day FROM marked AS m)) AS s
			GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
		), new_activity AS (
			INSERT INTO activity (day, account_id, aws_region, event_source, event_name, error_code, read_only,
				is_management, events, first_event, last_event)
			SELECT s.day, s.account_id, s.aws_region, s.event_source, s.event_name, s.error_code, s.read_only,
				s.is_management, s.events, s.first_event, s.last_event
			FROM summed AS s WHERE s.is_activity
		), new_actions AS (
			INSERT INTO action_activity (day, event_source, event_name, error_code, events)
			SELECT s.day, s.event_source, s.event_name, s.error_code, sum(s.events)::bigint
			FROM summed AS s WHERE s.is_activity GROUP BY 1, 2, 3, 4
		), new_principals AS (
			INSERT INTO principal_activity (day, account_id, principal_arn, events, errors)
			SELECT s.day, s.account_id, s.principal_arn, s.events, s.errors FROM summed AS s WHERE NOT s.is_activity
		)
		SELECT count(DISTINCT m.day) FROM marked AS m INTO summed;
		days := days + summed;
	END LOOP;
	IF days > 0 THEN
		PERFORM @extschema@.cloudtrail_refresh_statistics(trail);
	END IF;
	RETURN days;
END
$$;
COMMENT ON FUNCTION cloudtrail_refresh_activity(regnamespace, boolean) IS
	'Sums up the days of a trail whose events changed, or all of them, so that activity_daily, action_activity_daily '
	'and principal_activity_daily need not count them; returns the number of days, null if the role may not write the '
	'sums or is not shown all events';

CREATE FUNCTION cloudtrail_add_facts(trail regnamespace, events regclass) RETURNS bigint
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	facts bigint;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	IF (SELECT c.relowner FROM pg_class AS c WHERE c.oid = events) IS DISTINCT FROM
		(SELECT c.relowner FROM pg_class AS c WHERE c.oid = 'raw_events'::regclass)
	THEN
		RAISE EXCEPTION 'table "%" does not belong to the owner of trail %', events, trail
			USING ERRCODE = 'insufficient_privilege';
	END IF;
	-- By name: columns that an update added come last in the tables.
	EXECUTE format('INSERT INTO secret_facts (event_time, event_key, %s) SELECT e.event_time, e.event_key, f.*
		FROM %s AS e, LATERAL @extschema@.cloudtrail_secret_facts(e.event) AS f
		WHERE @extschema@.cloudtrail_has_facts(e.event)', @extschema@.cloudtrail_fact_columns(), events);
	GET DIAGNOSTICS facts = ROW_COUNT;
	EXECUTE format('INSERT INTO issued_credentials (event_time, event_key, %s) SELECT e.event_time, e.event_key, f.*
		FROM %s AS e, LATERAL @extschema@.cloudtrail_issued_credential(e.event) AS f
		WHERE @extschema@.cloudtrail_issues_credentials(e.event)', @extschema@.cloudtrail_credential_columns(), events);
	RETURN facts;
END
$$;
COMMENT ON FUNCTION cloudtrail_add_facts(regnamespace, regclass) IS
	'Part of cloudtrail_refresh_facts() and cloudtrail_create_partition(): adds what the events of a table say of '
	'secrets and credentials, of which there is nothing yet; returns the number of facts about secrets';

CREATE FUNCTION cloudtrail_refresh_facts(trail regnamespace) RETURNS bigint
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	LOCK TABLE secret_facts, issued_credentials IN SHARE ROW EXCLUSIVE MODE;
	DELETE FROM secret_facts;
	DELETE FROM issued_credentials;
	RETURN @extschema@.cloudtrail_add_facts(trail, 'raw_events'::regclass);
END
$$;
COMMENT ON FUNCTION cloudtrail_refresh_facts(regnamespace) IS
	'Works out the facts about secrets and credentials of all events of a trail again, as after ATTACH PARTITION of a '
	'table with events; returns the number of facts about secrets';
