-- Import of log files: cloudtrail_import() writes rows directly, or by the function in SQL where it cannot.

CREATE FUNCTION cloudtrail_import_by_sql(trail regnamespace, source text, log bytea,
		content bytea DEFAULT NULL, content_sha256 bytea DEFAULT NULL,
		OUT kind text, OUT events bigint, OUT inserted bigint, OUT duplicates bigint, OUT rejects bigint,
		OUT known boolean)
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	file CONSTANT bytea := coalesce(content, @extschema@.cloudtrail_inflate(log));
	file_sha256 CONSTANT bytea := coalesce(content_sha256, sha256(file));
	months timestamptz[];
	others bigint;
	manifest bytea;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	IF source IS NULL OR log IS NULL THEN
		RAISE EXCEPTION 'source and log must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	-- A damaged file is tried again: what is missing may be there the next time.
	SELECT f.kind, f.events FROM log_files AS f WHERE f.sha256 = file_sha256 AND f.kind <> 'damaged'
		LIMIT 1 INTO kind, events;
	known := kind IS NOT NULL;
	IF known THEN
		inserted := 0;
		duplicates := events;
		rejects := 0;
	ELSE
		-- First what there is: the items that are not events are put aside, the months get their partitions.
		SELECT s.* FROM @extschema@.cloudtrail_survey(file) AS s INTO kind, events, rejects, others, months, manifest;
		IF others > 0 THEN
			-- A digest is signed with its file as a whole; only where others stand beside it, each is one.
			INSERT INTO digests (source, sha256, content)
				SELECT cloudtrail_import_by_sql.source, sha256(d.content), d.content
				FROM (SELECT CASE WHEN events + rejects + others = 1
							THEN file ELSE i.raw END AS content
						FROM @extschema@.cloudtrail_items(file) AS i WHERE i.kind = 'digest') AS d
				ON CONFLICT DO NOTHING;
		END IF;
		IF rejects > 0 THEN
			INSERT INTO rejects (source, sha256, ordinal, error, raw)
				SELECT cloudtrail_import_by_sql.source, file_sha256, i.ordinal, i.error, i.raw
				FROM @extschema@.cloudtrail_items(file) AS i WHERE i.kind = 'reject'
				ON CONFLICT DO NOTHING;
		END IF;
		PERFORM @extschema@.cloudtrail_create_missing_partitions(trail, months);

		-- Then the events, each inserted as it is read: so the indexes find it at hand.
		INSERT INTO raw_events (event_time, event_key, event)
			SELECT @extschema@.event_time(u.event), @extschema@.event_key(u.event),
			@extschema@.cloudtrail_compact(u.event)
			FROM (SELECT @extschema@.cloudtrail_unpack(file, true) AS event OFFSET 0) AS u
			ON CONFLICT DO NOTHING;
		GET DIAGNOSTICS inserted = ROW_COUNT;
		duplicates := events - inserted;
		-- The same time and key with another content is not a duplicate: somebody forged one of the two.
		IF duplicates > 0 THEN
			INSERT INTO conflicts (event_time, event_key, event, source, sha256, event_sha256)
				SELECT t.event_time, t.event_key, @extschema@.cloudtrail_compact(u.event),
				cloudtrail_import_by_sql.source, file_sha256, sha256(convert_to(u.event::text, 'UTF8'))
				FROM (SELECT @extschema@.cloudtrail_unpack(file, true) AS event OFFSET 0) AS u
					JOIN raw_events AS t ON t.event_time = @extschema@.event_time(u.event)
						AND t.event_key = @extschema@.event_key(u.event)
				WHERE t.event OPERATOR(@extschema@.<>) u.event
					AND (t.event::jsonb <> u.event::jsonb OR NOT @extschema@.cloudtrail_fits_jsonb(t.event)
						OR NOT @extschema@.cloudtrail_fits_jsonb(u.event))
				ON CONFLICT DO NOTHING;
		END IF;
	END IF;
	INSERT INTO log_files (source, sha256, size, kind, account_id, aws_region, log_time, events, inserted, duplicates,
			rejects, manifest)
		SELECT cloudtrail_import_by_sql.source, file_sha256, octet_length(log), cloudtrail_import_by_sql.kind,
		n.account_id, n.aws_region,
			n.log_time, cloudtrail_import_by_sql.events, cloudtrail_import_by_sql.inserted,
			cloudtrail_import_by_sql.duplicates,
			cloudtrail_import_by_sql.rejects, manifest
		FROM @extschema@.cloudtrail_file_name(source) AS n
		ON CONFLICT DO NOTHING;
END
$$;
COMMENT ON FUNCTION cloudtrail_import_by_sql(regnamespace, text, bytea, bytea, bytea) IS
	'Imports one log file as cloudtrail_import() does, which calls it if rows cannot be written without SQL: for '
	'triggers, constraints and unique indexes of yours, row security, files with duplicates or with items that are '
	'not events, and partitions that are foreign tables, which raw_events can have only without its primary key; '
	'content and hash need not be given';

CREATE FUNCTION cloudtrail_import(trail regnamespace, source text, log bytea,
		OUT kind text, OUT events bigint, OUT inserted bigint, OUT duplicates bigint, OUT rejects bigint,
		OUT known boolean)
	AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE
	SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION cloudtrail_import(regnamespace, text, bytea) IS
	'Imports one log file into a trail, once: counts its events, those inserted, those the trail had, what was put '
	'aside, and whether this content was imported before';

CREATE FUNCTION cloudtrail_import_files(trail regnamespace, sources text[], logs bytea[],
		OUT kind text, OUT events bigint, OUT inserted bigint, OUT duplicates bigint, OUT rejects bigint,
		OUT known boolean)
	RETURNS SETOF record AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT
	SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION cloudtrail_import_files(regnamespace, text[], bytea[]) IS
	'Imports several small log files into a trail at once, and returns for each, in their order, what '
	'cloudtrail_import() would; a row of nulls stands for a file that takes cloudtrail_import_by_sql() and was left '
	'out: cloudtrail_import() imports it';

CREATE FUNCTION cloudtrail_files_missing(trail regnamespace, sources text[], sizes bigint[]) RETURNS SETOF text
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	RETURN QUERY
		SELECT f.source FROM ROWS FROM (unnest(sources), unnest(sizes)) WITH ORDINALITY AS f (source, size, n)
		WHERE NOT EXISTS (SELECT FROM log_files AS i
			WHERE i.source = f.source AND i.size = f.size AND i.kind <> 'damaged')
		ORDER BY f.n;
END
$$;
COMMENT ON FUNCTION cloudtrail_files_missing(regnamespace, text[], bigint[]) IS
	'Those of the sources, with their sizes in bytes, that the ledger of a trail does not have or has as damaged, in '
	'their order';
