-- The functions behind a trail's triggers.  PL/pgSQL knows other objects by
-- name only, so what is named in them has to be named anew when it moves.

-- What notes events that tell of secrets; source is a FROM item with event_time, event_key and event.
CREATE FUNCTION cloudtrail_note_query(trail regclass, source text) RETURNS text
	LANGUAGE plpgsql STABLE
	AS $$
DECLARE
	extension_schema CONSTANT name := (SELECT n.nspname FROM pg_catalog.pg_extension AS e
		JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'cloudtrail');
	trail_schema name;
	base name;
BEGIN
	SELECT n.nspname, c.relname INTO STRICT trail_schema, base
		FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = trail;
	RETURN pg_catalog.format($query$
		INSERT INTO %1$I.%2$I (secret_arn, secret_name, evidence, account_id, key_arn, event_time, event_key)
		SELECT DISTINCT ON (i.secret_arn, f.evidence, i.account_id, i.key_arn)
			i.secret_arn, i.secret_name, f.evidence, i.account_id, i.key_arn, i.event_time, i.event_key
		FROM (
			SELECT %3$I.secret_arn(event) AS secret_arn, %3$I.secret_name(event) AS secret_name, %3$I.account_id(event) AS account_id,
				%3$I.secret_source(event) AS secret_source, %3$I.event_name(event) AS event_name, %3$I.succeeded(event) AS succeeded,
				CASE WHEN %3$I.secret_source(event) = 'kms' THEN coalesce(
					(SELECT r FROM pg_catalog.unnest(%3$I.resource_arns(event)) AS r WHERE r LIKE 'arn:%%:kms:%%' LIMIT 1),
					event OPERATOR(%3$I.#>>) '{requestParameters,keyId}') END AS key_arn,
				event_time, event_key, event
			FROM %4$s
			WHERE %3$I.secret_arn(event) IS NOT NULL
		) AS i, LATERAL (
			SELECT CASE i.secret_source WHEN 'request_arn' THEN 'used' ELSE 'seen' END AS evidence
			UNION ALL
			SELECT 'created' WHERE i.event_name = 'CreateSecret' AND i.secret_source = 'response' AND i.succeeded
			UNION ALL
			SELECT 'ended' WHERE i.event_name = 'EndSecretVersionDelete' OR i.event_name = 'DeleteSecret' AND i.succeeded
				AND i.event OPERATOR(%3$I.#>>) '{requestParameters,forceDeleteWithoutRecovery}' = 'true'
		) AS f
		WHERE (i.secret_source IN ('response', 'service_event', 'resource', 'kms', 'request_id')
				OR i.secret_source = 'request_arn' AND i.succeeded)
			-- OFFSET keeps this a probe of the index: no statistics tell the planner that a join would read all that was ever noted.
			AND NOT EXISTS (
				SELECT FROM %1$I.%2$I AS s
				WHERE s.secret_arn = i.secret_arn AND s.evidence = f.evidence AND s.account_id IS NOT DISTINCT FROM i.account_id
					AND s.key_arn IS NOT DISTINCT FROM i.key_arn
					AND s.event_time <= i.event_time + CASE WHEN f.evidence IN ('seen', 'used') THEN interval '1 day' ELSE interval '0' END
				OFFSET 0)
		ORDER BY i.secret_arn, f.evidence, i.account_id, i.key_arn, i.event_time, i.event_key$query$, trail_schema, base || '_secrets', extension_schema, source);
END
$$;
COMMENT ON FUNCTION cloudtrail_note_query(regclass, text) IS
	'Part of cloudtrail_renew_trail(): the statement that notes events which tell of secrets';

CREATE FUNCTION cloudtrail_renew_trail(trail regclass) RETURNS void
	LANGUAGE plpgsql
	AS $$
DECLARE
	extension_schema CONSTANT name := (SELECT n.nspname FROM pg_catalog.pg_extension AS e
		JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'cloudtrail');
	trail_schema name;
	base name;
	command text;
	noting text;
BEGIN
	SELECT n.nspname, c.relname INTO STRICT trail_schema, base
		FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = trail;
	-- A function that somebody else put there before the trail is not replaced: it would stay his.
	command := CASE WHEN EXISTS (
			SELECT FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_class AS c ON c.relnamespace = p.pronamespace AND c.relowner = p.proowner
			WHERE c.oid = trail AND p.proname = base || '_note' AND p.pronargs = 0)
		THEN 'CREATE OR REPLACE' ELSE 'CREATE' END;
	EXECUTE pg_catalog.format('SELECT %I.cloudtrail_note_query($1, ''inserted'')', extension_schema) INTO noting USING trail;
	EXECUTE pg_catalog.format(command || ' FUNCTION %1$I.%2$I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $body$
			BEGIN
				-- Most statements that insert one event have nothing to note.
				IF NOT EXISTS (SELECT FROM inserted WHERE %4$I.secret_arn(event) IS NOT NULL) THEN
					RETURN NULL;
				END IF;
				%3$s;
				RETURN NULL;
			END $body$', trail_schema, base || '_note', noting, extension_schema);
	EXECUTE pg_catalog.format(command || ' FUNCTION %1$I.%2$I() RETURNS trigger LANGUAGE plpgsql AS $body$
			BEGIN
				NEW.event_time := %3$I.event_time(NEW.event);
				NEW.event_key := %3$I.event_key(NEW.event);
				IF pg_catalog.to_regclass(pg_catalog.format(''%%I.%%I'', %4$L, %5$L
					|| pg_catalog.to_char(NEW.event_time AT TIME ZONE ''UTC'', ''_YYYY_MM''))) IS NOT NULL THEN
					INSERT INTO %1$I.%5$I (event_time, event_key, event)
						VALUES (NEW.event_time, NEW.event_key, NEW.event) ON CONFLICT DO NOTHING;
					RETURN NULL;
				END IF;
				IF EXISTS (SELECT FROM %1$I.%5$I AS d WHERE d.event_time = NEW.event_time AND d.event_key = NEW.event_key) THEN
					RETURN NULL;
				END IF;
				RETURN NEW;
			END $body$', trail_schema, base || '_place', extension_schema, trail_schema, base);
	EXECUTE pg_catalog.format(command || ' FUNCTION %1$I.%2$I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $body$
			BEGIN
				IF TG_OP = ''TRUNCATE'' THEN
					DELETE FROM %1$I.%3$I;
					DELETE FROM %1$I.%4$I;
					DELETE FROM %1$I.%6$I;
					DELETE FROM %1$I.%5$I;
				END IF;
				IF TG_OP IN (''INSERT'', ''UPDATE'') THEN
					INSERT INTO %1$I.%5$I SELECT DISTINCT (event_time AT TIME ZONE ''UTC'')::date FROM inserted;
				END IF;
				IF TG_OP IN (''DELETE'', ''UPDATE'') THEN
					INSERT INTO %1$I.%5$I SELECT DISTINCT (event_time AT TIME ZONE ''UTC'')::date FROM removed;
				END IF;
				RETURN NULL;
			END $body$', trail_schema, base || '_mark', base || '_activity', base || '_principals', base || '_days', base || '_actions');
	EXECUTE pg_catalog.format('COMMENT ON FUNCTION %I.%I() IS %L', trail_schema, base || '_note', 'Notes the events that tell of secrets');
	EXECUTE pg_catalog.format('COMMENT ON FUNCTION %I.%I() IS %L', trail_schema, base || '_place', 'Gives an event time, key and partition');
	EXECUTE pg_catalog.format('COMMENT ON FUNCTION %I.%I() IS %L', trail_schema, base || '_mark', 'Marks the days whose events change');
END
$$;
COMMENT ON FUNCTION cloudtrail_renew_trail(regclass) IS
	'Makes the functions behind the triggers of a trail anew: to be called after ALTER EXTENSION cloudtrail SET SCHEMA or UPDATE';

CREATE FUNCTION cloudtrail_drop_triggers(trail regclass) RETURNS void
	LANGUAGE plpgsql
	AS $$
DECLARE
	trail_schema name;
	base name;
	dropped record;
BEGIN
	SELECT n.nspname, c.relname INTO STRICT trail_schema, base
		FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = trail;
	FOR dropped IN
		SELECT t.tgname, c.relname
		FROM pg_catalog.pg_trigger AS t JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
		WHERE n.nspname = trail_schema AND t.tgparentid = 0 AND NOT t.tgisinternal
			AND (c.relname = base AND t.tgname IN ('note', 'mark_insert', 'mark_update', 'mark_delete', 'mark_truncate')
				OR c.relname = base || '_default' AND t.tgname = 'place')
	LOOP
		EXECUTE pg_catalog.format('DROP TRIGGER %I ON %I.%I', dropped.tgname, trail_schema, dropped.relname);
	END LOOP;
END
$$;
COMMENT ON FUNCTION cloudtrail_drop_triggers(regclass) IS
	'Drops the triggers of a trail, as Citus asks for before create_distributed_table(); imports then do what they did, but after other changes of events cloudtrail_summarize() must be told to make all sums anew';

CREATE FUNCTION cloudtrail_note_events(trail regclass, log bytea) RETURNS void
	LANGUAGE plpgsql
	AS $$
DECLARE
	extension_schema CONSTANT name := (SELECT n.nspname FROM pg_catalog.pg_extension AS e
		JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'cloudtrail');
	events CONSTANT text := pg_catalog.format('(SELECT %1$I.event_time(e) AS event_time, %1$I.event_key(e) AS event_key, e AS event FROM %1$I.cloudtrail_unpack($1, true) AS e) AS inserted',
		extension_schema);
	trail_schema name;
	base name;
	noting text;
BEGIN
	SELECT n.nspname, c.relname INTO STRICT trail_schema, base
		FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = trail;
	EXECUTE pg_catalog.format('SELECT %I.cloudtrail_note_query($1, $2)', extension_schema) INTO noting USING trail, events;
	EXECUTE noting USING log;
	EXECUTE pg_catalog.format('INSERT INTO %I.%I SELECT DISTINCT (event_time AT TIME ZONE ''UTC'')::date FROM ', trail_schema, base || '_days') || events USING log;
END
$$;
COMMENT ON FUNCTION cloudtrail_note_events(regclass, bytea) IS
	'Part of cloudtrail_import(): does for the events of a log file what the triggers of a trail do, where it has none';
