CREATE FUNCTION cloudtrail_import(trail regnamespace, source text, log bytea,
		OUT kind text, OUT events bigint, OUT inserted bigint, OUT duplicates bigint, OUT rejects bigint, OUT known boolean)
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	file CONSTANT bytea := @extschema@.cloudtrail_inflate(log);
	content_sha256 CONSTANT bytea := sha256(file);
	-- What is in the names of log files: 111122223333_CloudTrail_us-east-2_20150801T0210Z_....json.gz
	parts CONSTANT text[] := regexp_match(source, '(\d{12})_CloudTrail[A-Za-z-]*_([a-z0-9-]+)_(?:.*_)?(\d{8}T\d{4,6}Z)[^/]*$');
	month timestamptz;
	months timestamptz[];
	others bigint;
	manifest bytea;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	IF source IS NULL OR log IS NULL THEN
		RAISE EXCEPTION 'source and log must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	SELECT f.kind, f.events FROM log_files AS f WHERE f.sha256 = content_sha256 LIMIT 1 INTO kind, events;
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
				SELECT cloudtrail_import.source, sha256(d.content), d.content
				FROM (SELECT CASE WHEN events + rejects + others = 1
							THEN file ELSE i.raw END AS content
						FROM @extschema@.cloudtrail_items(file) AS i WHERE i.kind = 'digest') AS d
				ON CONFLICT DO NOTHING;
		END IF;
		IF rejects > 0 THEN
			INSERT INTO rejects (source, sha256, ordinal, error, raw)
				SELECT cloudtrail_import.source, content_sha256, i.ordinal, i.error, i.raw
				FROM @extschema@.cloudtrail_items(file) AS i WHERE i.kind = 'reject'
				ON CONFLICT DO NOTHING;
			GET DIAGNOSTICS rejects = ROW_COUNT;
		END IF;
		FOREACH month IN ARRAY months LOOP
			IF to_regclass(format('%s.raw_events%s', trail, to_char(month AT TIME ZONE 'UTC', '_YYYY_MM'))) IS NULL THEN
				BEGIN
					PERFORM @extschema@.cloudtrail_create_partition(trail, month);
				EXCEPTION WHEN lock_not_available OR insufficient_privilege THEN
					-- A long query is in the way, or it takes the owner: the default partition has the events for now.
					NULL;
				END;
			END IF;
		END LOOP;

		-- Then the events, each inserted as it is read: so the indexes find it at hand.
		INSERT INTO raw_events (event_time, event_key, event)
			SELECT @extschema@.event_time(u.event), @extschema@.event_key(u.event), @extschema@.cloudtrail_compact(u.event)
			FROM (SELECT @extschema@.cloudtrail_unpack(file, true) AS event OFFSET 0) AS u
			ON CONFLICT DO NOTHING;
		GET DIAGNOSTICS inserted = ROW_COUNT;
		duplicates := events - inserted;
	END IF;
	INSERT INTO log_files (source, sha256, size, kind, account_id, aws_region, log_time, events, inserted, duplicates,
			rejects, manifest)
		VALUES (source, content_sha256, octet_length(log), kind, parts[1], parts[2],
			@extschema@.event_time(json_build_object('eventTime', parts[3])::text), events, inserted, duplicates, rejects,
			manifest)
		ON CONFLICT DO NOTHING;
END
$$;
COMMENT ON FUNCTION cloudtrail_import(regnamespace, text, bytea) IS
	'Imports one log file into a trail, once: counts its events, those inserted, those the trail had, what was put aside, and whether this content was imported before';

CREATE FUNCTION cloudtrail_files_missing(trail regnamespace, sources text[], sizes bigint[]) RETURNS SETOF text
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	AS $$
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	RETURN QUERY
		SELECT f.source FROM ROWS FROM (unnest(sources), unnest(sizes)) WITH ORDINALITY AS f (source, size, n)
		WHERE NOT EXISTS (SELECT FROM log_files AS i WHERE i.source = f.source AND i.size = f.size)
		ORDER BY f.n;
END
$$;
COMMENT ON FUNCTION cloudtrail_files_missing(regnamespace, text[], bigint[]) IS
	'Those of the sources, with their sizes in bytes, that the ledger of a trail does not have, in their order';
