CREATE FUNCTION cloudtrail_import(trail regclass, source text, log bytea,
		OUT kind text, OUT events bigint, OUT inserted bigint, OUT duplicates bigint, OUT rejects bigint, OUT known boolean)
	LANGUAGE plpgsql
	AS $$
DECLARE
	extension_schema CONSTANT name := (SELECT n.nspname FROM pg_catalog.pg_extension AS e
		JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'cloudtrail');
	trail_schema name;
	base name;
	content bytea;
	content_sha256 bytea;
	month timestamptz;
	months timestamptz[];
	others bigint;
	manifest bytea;
BEGIN
	IF trail IS NULL OR source IS NULL OR log IS NULL THEN
		RAISE EXCEPTION 'trail, source and log must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	SELECT n.nspname, c.relname INTO STRICT trail_schema, base
		FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = trail;
	EXECUTE pg_catalog.format('SELECT %I.cloudtrail_inflate($1)', extension_schema) INTO content USING log;
	content_sha256 := pg_catalog.sha256(content);

	-- Whoever imports the same content at this moment waits, and then finds it known.
	PERFORM pg_catalog.pg_advisory_xact_lock(trail::oid::bigint # pg_catalog.hashtextextended(pg_catalog.encode(content_sha256, 'hex'), 0));
	EXECUTE pg_catalog.format('SELECT kind, events FROM %I.%I WHERE sha256 = $1 LIMIT 1', trail_schema, base || '_files')
		INTO kind, events USING content_sha256;
	known := kind IS NOT NULL;
	IF known THEN
		inserted := 0;
		duplicates := events;
		rejects := 0;
	ELSE
		-- First what there is: the items that are no events are put aside, the months get their partitions.
		EXECUTE pg_catalog.format('SELECT * FROM %I.cloudtrail_survey($1)', extension_schema)
			INTO kind, events, rejects, others, months, manifest USING content;
		IF others > 0 THEN
			-- A digest is signed with its file as a whole; only where others stand beside it, each is one.
			EXECUTE pg_catalog.format('INSERT INTO %1$I.%3$I (source, sha256, content)
					SELECT $2, pg_catalog.sha256(d.content), d.content
					FROM (SELECT CASE WHEN $3 = 1 THEN $1 ELSE raw END AS content FROM %2$I.cloudtrail_items($1) WHERE kind = ''digest'') AS d
					ON CONFLICT DO NOTHING',
				trail_schema, extension_schema, base || '_digests') USING content, source, events + rejects + others;
		END IF;
		IF rejects > 0 THEN
			EXECUTE pg_catalog.format('INSERT INTO %1$I.%3$I (source, sha256, ordinal, error, raw)
					SELECT $2, $3, ordinal, error, raw FROM %2$I.cloudtrail_items($1) WHERE kind = ''reject''
					ON CONFLICT DO NOTHING',	-- a file that row-level security hides may have had the same content
				trail_schema, extension_schema, base || '_rejects') USING content, source, content_sha256;
			GET DIAGNOSTICS rejects = ROW_COUNT;
		END IF;
		FOREACH month IN ARRAY months LOOP
			IF pg_catalog.to_regclass(pg_catalog.format('%I.%I', trail_schema, base || pg_catalog.to_char(month AT TIME ZONE 'UTC', '_YYYY_MM'))) IS NULL THEN
				BEGIN
					EXECUTE pg_catalog.format('SELECT %I.cloudtrail_create_partition($1, $2)', extension_schema) USING trail, month;
				EXCEPTION WHEN lock_not_available OR insufficient_privilege THEN
					-- A long query is in the way, or it takes the owner: the default partition has the events for now.
					NULL;
				END;
			END IF;
		END LOOP;

		-- Then the events, each inserted as it is read: so the indexes find it at hand.
		EXECUTE pg_catalog.format($sql$
			INSERT INTO %1$I.%2$I (event_time, event_key, event)
			SELECT %3$I.event_time(u.event), %3$I.event_key(u.event), %3$I.cloudtrail_compact(u.event)
			FROM (SELECT %3$I.cloudtrail_unpack($1, true) AS event OFFSET 0) AS u
			ON CONFLICT DO NOTHING$sql$, trail_schema, base, extension_schema) USING content;
		GET DIAGNOSTICS inserted = ROW_COUNT;
		duplicates := events - inserted;
		IF inserted > 0 AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger AS t WHERE t.tgrelid = trail AND t.tgname = 'note') THEN
			EXECUTE pg_catalog.format('SELECT %I.cloudtrail_note_events($1, $2)', extension_schema) USING trail, content;
		END IF;
	END IF;

	EXECUTE pg_catalog.format('INSERT INTO %I.%I (source, sha256, size, kind, account_id, aws_region, log_time, events, inserted, duplicates, rejects, manifest)
			SELECT $1, $2, $3, $4, n.account_id, n.aws_region, n.log_time, $5, $6, $7, $8, $9 FROM %I.cloudtrail_file_name($1) AS n
			ON CONFLICT DO NOTHING',
			trail_schema, base || '_files', extension_schema)
		USING source, content_sha256, pg_catalog.octet_length(log), kind, events, inserted, duplicates, rejects, manifest;
END
$$;
COMMENT ON FUNCTION cloudtrail_import(regclass, text, bytea) IS
	'Imports one log file into a trail, once: counts its events, those inserted, those the trail had, what was put aside, and whether this content was imported before';

CREATE FUNCTION cloudtrail_missing(trail regclass, sources text[], sizes bigint[]) RETURNS SETOF text
	LANGUAGE plpgsql STABLE PARALLEL SAFE
	AS $$
DECLARE
	trail_schema name;
	base name;
BEGIN
	SELECT n.nspname, c.relname INTO STRICT trail_schema, base
		FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = trail;
	RETURN QUERY EXECUTE pg_catalog.format(
		'SELECT f.source FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2)) WITH ORDINALITY AS f (source, size, n)
			WHERE NOT EXISTS (SELECT FROM %I.%I AS i WHERE i.source = f.source AND i.size = f.size)
			ORDER BY f.n', trail_schema, base || '_files')
		USING sources, sizes;
END
$$;
COMMENT ON FUNCTION cloudtrail_missing(regclass, text[], bigint[]) IS
	'Those of the sources, with their sizes in bytes, that the ledger of a trail does not have, in their order';
