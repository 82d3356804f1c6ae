-- Import of a folder of the server, in transactions of a batch of files each.

CREATE FUNCTION cloudtrail_check_import(trail regnamespace, directory text, batch integer) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE
	SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION cloudtrail_check_import(regnamespace, text, integer) IS
	'Part of cloudtrail_import_directory(): ends with an error if its arguments are wrong, or the caller may not '
	'import';

CREATE FUNCTION cloudtrail_import_signature(trail regnamespace, directory text, path text, source text) RETURNS void
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	signature bytea;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	-- What else lies there costs the digest nothing.
	BEGIN
		signature := @extschema@.cloudtrail_read_file(directory, path || '.sig', missing_ok => true, max_size => 10000);
		IF signature IS NOT NULL THEN
			PERFORM @extschema@.cloudtrail_add_signature(trail, source, encode(signature, 'escape'));
		END IF;
	EXCEPTION
		WHEN insufficient_resources OR operator_intervention OR undefined_table OR undefined_function THEN
			RAISE;
		WHEN OTHERS THEN
			RAISE WARNING '%: %', @extschema@.cloudtrail_printable(path), @extschema@.cloudtrail_printable(SQLERRM);
	END;
END
$$;
COMMENT ON FUNCTION cloudtrail_import_signature(regnamespace, text, text, text) IS
	'Part of cloudtrail_import_directory(): adds the signature of a digest, which is not in its file but may lie '
	'beside it';

CREATE FUNCTION cloudtrail_import_progress(files bigint, total bigint, events bigint, bytes numeric,
		total_bytes numeric, started timestamptz) RETURNS text
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	seconds CONSTANT double precision := extract(epoch FROM clock_timestamp() - started);
BEGIN
	RETURN format('%s of %s files, %s events, %s events/s, %s left', files, total, events,
		round((events / greatest(seconds, 0.001))::numeric),
		make_interval(secs => round((seconds * (total_bytes - bytes) / greatest(bytes, 1))::numeric)::float8));
END
$$;
COMMENT ON FUNCTION cloudtrail_import_progress(bigint, bigint, bigint, numeric, numeric, timestamptz) IS
	'Part of cloudtrail_import_directory(): its report of files, of events, and of the time that is left if the other '
	'bytes take as long as those before';

CREATE PROCEDURE cloudtrail_import_directory(trail regnamespace, directory text, batch integer DEFAULT 100,
		INOUT files bigint DEFAULT NULL, INOUT events bigint DEFAULT NULL, INOUT inserted bigint DEFAULT NULL,
		INOUT duplicates bigint DEFAULT NULL, INOUT rejects bigint DEFAULT NULL, INOUT failed bigint DEFAULT NULL)
	LANGUAGE plpgsql
	AS $$
DECLARE
	-- Types are looked up before the first statement sets the search_path.
	paths pg_catalog.text[];
	sources pg_catalog.text[];
	sizes bigint[];
	-- Each file is a subtransaction, which keeps the memory that its triggers took until the transaction ends.
	bytes_of_transaction CONSTANT integer := 2000000;
	listed bigint;
	total bigint;
	total_bytes numeric;
	bytes numeric := 0;
	committed numeric := 0;
	started CONSTANT pg_catalog.timestamptz := pg_catalog.clock_timestamp();
	reported pg_catalog.timestamptz := started;
	last integer := 0;
	taken numeric;
	now integer[];
	later integer[] := '{}';
	apart integer := 0;
	kinds pg_catalog.text[];
	counts bigint[];
	problem pg_catalog.text;
	conflicts integer := 0;
	conflict boolean;
	checked boolean;
BEGIN
	-- A procedure that commits cannot have a setting of its own; this one ends with each transaction.
	PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
	-- What is not a trail, or not the caller's to fill, is noticed first.
	checked := @extschema@.cloudtrail_check_import(trail, directory, batch);
	files := 0; events := 0; inserted := 0; duplicates := 0; rejects := 0; failed := 0;
	SELECT pg_catalog.array_agg(f.path ORDER BY f.path), pg_catalog.array_agg(f.source ORDER BY f.path),
		pg_catalog.array_agg(f.size ORDER BY f.path)
		FROM @extschema@.cloudtrail_list_files(directory) AS f
			WHERE NOT pg_catalog.starts_with(pg_catalog.reverse(f.path), 'gis.')
		INTO paths, sources, sizes;
	listed := coalesce(pg_catalog.cardinality(paths), 0);
	SELECT pg_catalog.array_agg(f.path ORDER BY f.path), pg_catalog.array_agg(f.source ORDER BY f.path),
		pg_catalog.array_agg(f.size ORDER BY f.path)
		FROM ROWS FROM (pg_catalog.unnest(paths), pg_catalog.unnest(sources),
			pg_catalog.unnest(sizes)) AS f (path, source, size)
		WHERE f.source IN (SELECT m FROM @extschema@.cloudtrail_files_missing(trail, sources, sizes) AS m)
		INTO paths, sources, sizes;
	total := coalesce(pg_catalog.cardinality(paths), 0);
	IF listed = 0 THEN
		RAISE NOTICE 'no files in "%"', directory;
	ELSIF listed > total THEN
		RAISE NOTICE '% of % files are in the ledger already', listed - total, listed
			USING HINT = 'To import files again, delete their rows from log_files first.';
	END IF;
	total_bytes := (SELECT coalesce(pg_catalog.sum(s), 0) FROM pg_catalog.unnest(sizes) AS s);

	WHILE last < total OR later <> '{}' LOOP
		-- Small files go together, as many as a transaction has, unless those just before could not: what was left out
		-- goes alone.
		IF later <> '{}' THEN
			now := later[1:1];
			later := later[2:];
		ELSE
			now := '{}';
			taken := 0;
			LOOP
				last := last + 1;
				now := now || last;
				taken := taken + sizes[last];
				EXIT WHEN last = total OR last % batch = 0 OR last <= apart
					OR bytes - committed + taken + sizes[last + 1] > bytes_of_transaction;
			END LOOP;
		END IF;
		problem := NULL;
		conflict := false;
		BEGIN
			IF pg_catalog.cardinality(now) > 1 THEN
				SELECT pg_catalog.array_agg(i.kind), ARRAY[pg_catalog.sum(i.events), pg_catalog.sum(i.inserted),
					pg_catalog.sum(i.duplicates), 0]
					FROM @extschema@.cloudtrail_import_files(trail, ARRAY(SELECT sources[f]
						FROM pg_catalog.unnest(now) AS f),
						ARRAY(SELECT @extschema@.cloudtrail_read_file(directory, paths[f])
							FROM pg_catalog.unnest(now) AS f)) AS i
					INTO kinds, counts;
			ELSE
				SELECT ARRAY[i.kind], ARRAY[i.events, i.inserted, i.duplicates, i.rejects]
					FROM @extschema@.cloudtrail_import(trail, sources[now[1]],
						@extschema@.cloudtrail_read_file(directory, paths[now[1]])) AS i
					INTO kinds, counts;
			END IF;
			FOR f IN 1 .. pg_catalog.cardinality(now) LOOP
				IF kinds[f] = 'digest' THEN
					PERFORM @extschema@.cloudtrail_import_signature(trail, directory, paths[now[f]], sources[now[f]]);
				END IF;
			END LOOP;
			IF counts[4] = 1 THEN
				problem := '1 item put aside as not an event';
			ELSIF counts[4] > 1 THEN
				problem := pg_catalog.format('%s items put aside as not an event', counts[4]);
			END IF;
		EXCEPTION
			-- Errors that affect every file abort the import.
			WHEN insufficient_resources OR operator_intervention OR undefined_table OR undefined_function THEN
				RAISE;
			WHEN OTHERS THEN
				kinds := '{}';
				counts := NULL;
				problem := SQLERRM;
				conflict := SQLSTATE IN ('40001', '40P01') AND conflicts < 10;
		END;
		IF conflict THEN
			-- That is not the files' fault.  Others wait for what this transaction has: they go first.
			COMMIT;
			PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
			committed := bytes;
			conflicts := conflicts + 1;
			PERFORM pg_catalog.pg_sleep(0.05 * conflicts * (1 + pg_catalog.random()));
			later := now || later;
			CONTINUE;
		END IF;
		conflicts := 0;
		IF pg_catalog.cardinality(now) > 1 THEN
			problem := NULL;
			later := ARRAY(SELECT now[f] FROM pg_catalog.generate_subscripts(now, 1) AS f
				WHERE kinds[f] IS NULL ORDER BY f);
			IF later = now THEN
				-- They were read for nothing, and those that follow are often like them: three times as many go alone
				-- now, so that a quarter of the files at most is read twice.
				apart := last + 3 * pg_catalog.cardinality(now);
			END IF;
		ELSIF counts IS NULL THEN
			failed := failed + 1;
		END IF;
		files := files + pg_catalog.cardinality(pg_catalog.array_remove(kinds, NULL));
		events := events + coalesce(counts[1], 0);
		inserted := inserted + coalesce(counts[2], 0);
		duplicates := duplicates + coalesce(counts[3], 0);
		rejects := rejects + coalesce(counts[4], 0);
		IF problem IS NOT NULL THEN
			RAISE WARNING '%: %', @extschema@.cloudtrail_printable(paths[now[1]]),
				@extschema@.cloudtrail_printable(problem);
		END IF;
		bytes := bytes + coalesce((SELECT pg_catalog.sum(sizes[f]) FROM pg_catalog.unnest(now) AS f
			WHERE f <> ALL (later)), 0);
		IF bytes - committed >= bytes_of_transaction
			OR (later = '{}' AND (last = total OR last % batch = 0
			OR bytes - committed + sizes[last + 1] > bytes_of_transaction)) THEN
			COMMIT;
			PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
			committed := bytes;
			IF (last = total AND later = '{}') OR pg_catalog.clock_timestamp() - reported >= interval '5 seconds' THEN
				reported := pg_catalog.clock_timestamp();
				RAISE NOTICE '%', @extschema@.cloudtrail_import_progress(files + failed, total, events, bytes, total_bytes,
					started);
			END IF;
		END IF;
	END LOOP;
	PERFORM @extschema@.cloudtrail_refresh_activity(trail);
	COMMIT;
END
$$;
COMMENT ON PROCEDURE cloudtrail_import_directory(regnamespace, text, integer, bigint, bigint, bigint, bigint,
	bigint, bigint) IS
	'Imports the log files below a folder of the server that the ledger does not have, commits after every batch of '
	'files, or two megabytes of them, names the file in every warning, and sums up the days that changed; a file '
	'DIGEST.sig has the signature of a digest';
