CREATE PROCEDURE cloudtrail_import_directory(trail regnamespace, directory text, batch integer DEFAULT 100,
		INOUT files bigint DEFAULT NULL, INOUT events bigint DEFAULT NULL, INOUT inserted bigint DEFAULT NULL,
		INOUT duplicates bigint DEFAULT NULL, INOUT rejects bigint DEFAULT NULL, INOUT failed bigint DEFAULT NULL)
	LANGUAGE plpgsql
	AS $$
DECLARE
	paths text[];
	sources text[];
	sizes bigint[];
	total bigint;
	total_bytes numeric;
	bytes numeric := 0;
	committed numeric := 0;
	started CONSTANT timestamptz := pg_catalog.clock_timestamp();
	reported timestamptz := started;
	seconds double precision;
	result record;
	signature bytea;
	problem text;
BEGIN
	IF batch < 1 THEN
		RAISE EXCEPTION 'batch must be at least 1' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	files := 0; events := 0; inserted := 0; duplicates := 0; rejects := 0; failed := 0;

	-- The source of a file is its key in S3, which begins with AWSLogs, else its path.
	WITH RECURSIVE tree (path, size, is_directory, depth) AS (
		SELECT pg_catalog.rtrim(directory, '/'), NULL::bigint, true, 0
		UNION ALL
		SELECT e.path, s.size, s.isdir, t.depth + 1
		FROM tree AS t, LATERAL (SELECT t.path || '/' || n AS path FROM pg_catalog.pg_ls_dir(t.path) AS n) AS e,
			LATERAL pg_catalog.pg_stat_file(e.path, true) AS s
		WHERE t.is_directory AND t.depth < 40
	), file AS (
		SELECT path, size, coalesce(pg_catalog.substring(path, '(?:^|/)(AWSLogs/.*)$'), path) AS source
		FROM tree WHERE NOT is_directory AND path !~ '\.sig$'
	), missing AS (
		SELECT DISTINCT m FROM @extschema@.cloudtrail_files_missing(trail,
			(SELECT pg_catalog.array_agg(source ORDER BY path) FROM file), (SELECT pg_catalog.array_agg(size ORDER BY path) FROM file)) AS m
	)
	SELECT pg_catalog.array_agg(path ORDER BY path), pg_catalog.array_agg(source ORDER BY path), pg_catalog.array_agg(size ORDER BY path)
	FROM file JOIN missing ON missing.m = file.source
	INTO paths, sources, sizes;
	total := coalesce(pg_catalog.cardinality(paths), 0);
	total_bytes := (SELECT coalesce(pg_catalog.sum(s), 0) FROM pg_catalog.unnest(sizes) AS s);

	FOR n IN 1 .. total LOOP
		problem := NULL;
		BEGIN
			SELECT i.* FROM @extschema@.cloudtrail_import(trail, sources[n], pg_catalog.pg_read_binary_file(paths[n])) AS i INTO result;
			IF result.kind = 'digest' THEN
				-- The signature is not in the file: it may lie beside it.
				signature := pg_catalog.pg_read_binary_file(paths[n] || '.sig', 0, 10000, true);
				IF signature IS NOT NULL THEN
					PERFORM @extschema@.cloudtrail_add_signature(trail, sources[n], pg_catalog.encode(signature, 'escape'));
				END IF;
			END IF;
			files := files + 1;
			events := events + result.events;
			inserted := inserted + result.inserted;
			duplicates := duplicates + result.duplicates;
			rejects := rejects + result.rejects;
			IF result.rejects > 0 THEN
				problem := pg_catalog.format('%s item(s) put aside that are no events', result.rejects);
			END IF;
		EXCEPTION
			-- What would befall every file ends the import.
			WHEN insufficient_resources OR operator_intervention OR undefined_table OR undefined_function THEN
				RAISE;
			WHEN OTHERS THEN
				failed := failed + 1;
				problem := SQLERRM;
		END;
		IF problem IS NOT NULL THEN
			RAISE WARNING '%: %', paths[n], problem;
		END IF;
		bytes := bytes + sizes[n];
		-- Each file is a subtransaction that keeps the memory its triggers took until the transaction ends.
		IF n % batch = 0 OR bytes - committed >= 2000000 OR n = total THEN
			COMMIT;
			committed := bytes;
			seconds := extract(epoch FROM pg_catalog.clock_timestamp() - started);
			IF n = total OR pg_catalog.clock_timestamp() - reported >= interval '5 seconds' THEN
				reported := pg_catalog.clock_timestamp();
				RAISE NOTICE '% of % files, % events, % events/s, % left', n, total, events,
					pg_catalog.round((events / greatest(seconds, 0.001))::numeric),
					pg_catalog.make_interval(secs => pg_catalog.round((seconds * (total_bytes - bytes) / greatest(bytes, 1))::numeric)::double precision);
			END IF;
		END IF;
	END LOOP;
	PERFORM @extschema@.cloudtrail_refresh_activity(trail);
	COMMIT;
END
$$;
COMMENT ON PROCEDURE cloudtrail_import_directory(regnamespace, text, integer, bigint, bigint, bigint, bigint, bigint, bigint) IS
	'Imports the log files below a folder of the server that the ledger does not have, commits after every batch of files, or two megabytes of them, names the file in every complaint, and sums up the days that changed; a file DIGEST.sig has the signature of a digest';
