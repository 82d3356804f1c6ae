-- Daily sums of a trail's events, for questions about all of them.  Days whose
-- events changed since they were summed up are marked; the views count those
-- anew, so that what they say is exact at any time.

CREATE FUNCTION cloudtrail_create_activity(trail regclass) RETURNS void
	LANGUAGE plpgsql
	AS $$
DECLARE
	trail_schema name;
	base name;
	trail_name text;
	suffix text;
	how record;
BEGIN
	SELECT n.nspname, c.relname INTO STRICT trail_schema, base
		FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = trail;
	trail_name := pg_catalog.format('%I.%I', trail_schema, base);
	EXECUTE pg_catalog.format('CREATE TABLE %I.%I (
			day date NOT NULL,
			account_id text,
			aws_region text,
			event_source text,
			event_name text,
			error_code text,
			read_only boolean,
			events bigint NOT NULL,
			first_event timestamptz NOT NULL,
			last_event timestamptz NOT NULL
		)', trail_schema, base || '_activity');
	-- The same without account and Region: a trail of many has far fewer of these, so questions about all time are quick.
	EXECUTE pg_catalog.format('CREATE TABLE %I.%I (
			day date NOT NULL,
			event_source text,
			event_name text,
			error_code text,
			events bigint NOT NULL
		)', trail_schema, base || '_actions');
	EXECUTE pg_catalog.format('CREATE TABLE %I.%I (
			day date NOT NULL,
			account_id text,
			principal_arn text,
			events bigint NOT NULL,
			errors bigint NOT NULL
		)', trail_schema, base || '_principals');
	EXECUTE pg_catalog.format('CREATE TABLE %I.%I (day date NOT NULL)', trail_schema, base || '_days');
	FOREACH suffix IN ARRAY '{_activity, _actions, _principals, _days}'::text[] LOOP
		EXECUTE pg_catalog.format('CREATE INDEX ON %I.%I (day)', trail_schema, base || suffix);
		-- Rows are deleted, which a publication of the table does not allow without; and columns of its key may be null.
		EXECUTE pg_catalog.format('ALTER TABLE %I.%I REPLICA IDENTITY FULL', trail_schema, base || suffix);
		-- Sums are of all events: who is not shown all of them is shown no sums.
		EXECUTE pg_catalog.format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', trail_schema, base || suffix);
		EXECUTE pg_catalog.format('CREATE POLICY visible ON %I.%I USING ((SELECT NOT pg_catalog.row_security_active(%L::pg_catalog.regclass)))',
			trail_schema, base || suffix, trail_name);
	END LOOP;

	-- Whoever changes events marks their days, whatever else he may do.
	FOR how IN
		SELECT * FROM (VALUES
			('INSERT', 'REFERENCING NEW TABLE AS inserted'),
			('UPDATE', 'REFERENCING OLD TABLE AS removed NEW TABLE AS inserted'),
			('DELETE', 'REFERENCING OLD TABLE AS removed'),
			('TRUNCATE', '')) AS v (event, tables)
	LOOP
		EXECUTE pg_catalog.format('CREATE TRIGGER %1$I AFTER %2$s ON %3$s %4$s FOR EACH STATEMENT EXECUTE FUNCTION %5$I.%6$I()',
			'mark_' || pg_catalog.lower(how.event), how.event, trail_name, how.tables, trail_schema, base || '_mark');
	END LOOP;

	EXECUTE pg_catalog.format('COMMENT ON TABLE %I.%I IS %L', trail_schema, base || '_activity', 'How many events of each kind a day (UTC) has; cloudtrail_summarize() fills it in');
	EXECUTE pg_catalog.format('COMMENT ON TABLE %I.%I IS %L', trail_schema, base || '_actions', 'How many events of each action a day (UTC) has, of all accounts and Regions; cloudtrail_summarize() fills it in');
	EXECUTE pg_catalog.format('COMMENT ON TABLE %I.%I IS %L', trail_schema, base || '_principals', 'How many events of each principal a day (UTC) has; cloudtrail_summarize() fills it in');
	EXECUTE pg_catalog.format('COMMENT ON TABLE %I.%I IS %L', trail_schema, base || '_days', 'Days whose sums do not hold any more, since events came or went');
END
$$;
COMMENT ON FUNCTION cloudtrail_create_activity(regclass) IS
	'Part of cloudtrail_create_trail(): the tables of daily sums (_activity, _actions, _principals), the days they do not hold for (_days), and the triggers that mark those';

CREATE FUNCTION cloudtrail_summarize(trail regclass, whole boolean DEFAULT false) RETURNS bigint
	LANGUAGE plpgsql
	AS $$
DECLARE
	extension_schema CONSTANT name := (SELECT n.nspname FROM pg_catalog.pg_extension AS e
		JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'cloudtrail');
	trail_schema name;
	base name;
	month date;
	summed bigint;
	days bigint := 0;
BEGIN
	SELECT n.nspname, c.relname INTO STRICT trail_schema, base
		FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = trail;
	IF pg_catalog.row_security_active(trail) OR NOT pg_catalog.has_table_privilege(trail, 'SELECT') OR EXISTS (
		SELECT FROM pg_catalog.unnest('{_activity, _actions, _principals, _days}'::text[]) AS suffix, pg_catalog.unnest('{SELECT, INSERT, DELETE}'::text[]) AS privilege
		WHERE NOT pg_catalog.has_table_privilege(pg_catalog.format('%I.%I', trail_schema, base || suffix), privilege))
	THEN
		RETURN NULL;
	END IF;

	-- One session at a time; the statements below begin after the one before has ended, so they see what it did.
	EXECUTE pg_catalog.format('LOCK TABLE %I.%I IN SHARE UPDATE EXCLUSIVE MODE', trail_schema, base || '_days');
	IF whole THEN
		EXECUTE pg_catalog.format('INSERT INTO %1$I.%2$I SELECT DISTINCT (event_time AT TIME ZONE ''UTC'')::date FROM %1$I.%3$I UNION SELECT day FROM %1$I.%4$I UNION SELECT day FROM %1$I.%5$I UNION SELECT day FROM %1$I.%6$I',
			trail_schema, base || '_days', base, base || '_activity', base || '_actions', base || '_principals');
	END IF;
	FOR month IN EXECUTE pg_catalog.format('SELECT DISTINCT pg_catalog.date_trunc(''month'', day::timestamp)::date FROM %I.%I ORDER BY 1', trail_schema, base || '_days') LOOP
		-- A single statement, hence a single snapshot: a mark goes away only with the events that it stands for.
		EXECUTE pg_catalog.format($sql$
			WITH marked AS (
				DELETE FROM %1$I.%5$I WHERE day >= $1 AND day < $2 RETURNING day
			), stale_activity AS (
				DELETE FROM %1$I.%3$I WHERE day >= $1 AND day < $2 AND day IN (SELECT m.day FROM marked AS m)
			), stale_actions AS (
				DELETE FROM %1$I.%7$I WHERE day >= $1 AND day < $2 AND day IN (SELECT m.day FROM marked AS m)
			), stale_principals AS (
				DELETE FROM %1$I.%4$I WHERE day >= $1 AND day < $2 AND day IN (SELECT m.day FROM marked AS m)
			), event AS (
				SELECT (event_time AT TIME ZONE 'UTC')::date AS day, %6$I.account_id(event) AS account_id, %6$I.aws_region(event) AS aws_region,
					%6$I.event_source(event) AS event_source, %6$I.event_name(event) AS event_name, %6$I.error_code(event) AS error_code,
					%6$I.read_only(event) AS read_only, %6$I.principal_arn(event) AS principal_arn, event_time
				FROM %1$I.%2$I
				WHERE event_time >= $1::timestamp AT TIME ZONE 'UTC' AND event_time < $2::timestamp AT TIME ZONE 'UTC'
			), summed AS MATERIALIZED (
				SELECT grouping(principal_arn) = 1 AS is_activity, day, account_id, aws_region, event_source, event_name, error_code, read_only, principal_arn,
					pg_catalog.count(*) AS events, pg_catalog.count(error_code) AS errors, pg_catalog.min(event_time) AS first_event, pg_catalog.max(event_time) AS last_event
				FROM event
				WHERE day IN (SELECT m.day FROM marked AS m)
				GROUP BY GROUPING SETS ((day, account_id, aws_region, event_source, event_name, error_code, read_only), (day, account_id, principal_arn))
			), activity AS (
				INSERT INTO %1$I.%3$I (day, account_id, aws_region, event_source, event_name, error_code, read_only, events, first_event, last_event)
				SELECT day, account_id, aws_region, event_source, event_name, error_code, read_only, events, first_event, last_event FROM summed WHERE is_activity
			), actions AS (
				INSERT INTO %1$I.%7$I (day, event_source, event_name, error_code, events)
				SELECT day, event_source, event_name, error_code, pg_catalog.sum(events)::bigint FROM summed WHERE is_activity GROUP BY 1, 2, 3, 4
			), principals AS (
				INSERT INTO %1$I.%4$I (day, account_id, principal_arn, events, errors)
				SELECT day, account_id, principal_arn, events, errors FROM summed WHERE NOT is_activity
			)
			SELECT pg_catalog.count(DISTINCT day) FROM marked$sql$,
			trail_schema, base, base || '_activity', base || '_principals', base || '_days', extension_schema, base || '_actions')
			INTO summed USING month, (month + interval '1 month')::date;
		days := days + summed;
	END LOOP;
	RETURN days;
END
$$;
COMMENT ON FUNCTION cloudtrail_summarize(regclass, boolean) IS
	'Sums up the days of a trail whose events changed, or all of them, so that activity_daily, action_activity_daily and principal_activity_daily need not count them; returns how many days, null where the role may not write the sums or is not shown all events';
