CREATE PROCEDURE cloudtrail_import_directory(trail regnamespace, directory text, batch integer DEFAULT 100,
		INOUT files bigint DEFAULT NULL, INOUT events bigint DEFAULT NULL, INOUT inserted bigint DEFAULT NULL,
		INOUT duplicates bigint DEFAULT NULL, INOUT rejects bigint DEFAULT NULL, INOUT failed bigint DEFAULT NULL)
	LANGUAGE plpgsql
	AS $$
DECLARE
	paths text[];
	sources text[];
	sizes bigint[];
	listed bigint;
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
	-- What is not a trail, or not the caller's to fill, is noticed first.
	PERFORM FROM @extschema@.cloudtrail_files_missing(trail, '{}'::pg_catalog.text[], '{}'::pg_catalog.int8[]);
	files := 0; events := 0; inserted := 0; duplicates := 0; rejects := 0; failed := 0;

	IF directory IS NULL THEN
		RAISE EXCEPTION 'directory must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	SELECT pg_catalog.array_agg(f.path ORDER BY f.path), pg_catalog.array_agg(f.source ORDER BY f.path), pg_catalog.array_agg(f.size ORDER BY f.path)
		FROM @extschema@.cloudtrail_list_files(directory) AS f WHERE NOT pg_catalog.starts_with(pg_catalog.reverse(f.path), 'gis.')
		INTO paths, sources, sizes;
	listed := coalesce(pg_catalog.cardinality(paths), 0);
	SELECT pg_catalog.array_agg(f.path ORDER BY f.path), pg_catalog.array_agg(f.source ORDER BY f.path), pg_catalog.array_agg(f.size ORDER BY f.path)
		FROM ROWS FROM (pg_catalog.unnest(paths), pg_catalog.unnest(sources), pg_catalog.unnest(sizes)) AS f (path, source, size)
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

	FOR n IN 1 .. total LOOP
		problem := NULL;
		BEGIN
			SELECT i.* FROM @extschema@.cloudtrail_import(trail, sources[n], @extschema@.cloudtrail_read_file(directory, paths[n])) AS i INTO result;
			IF result.kind = 'digest' THEN
				-- The signature is not in the file: it may lie beside it.
				signature := @extschema@.cloudtrail_read_file(directory, paths[n] || '.sig', missing_ok => true, max_size => 10000);
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
				problem := pg_catalog.format('%s item%s put aside as not an event', result.rejects,
					CASE WHEN result.rejects > 1 THEN 's' ELSE '' END);
			END IF;
		EXCEPTION
			-- Errors that affect every file abort the import.
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
	'Imports the log files below a folder of the server that the ledger does not have, commits after every batch of files, or two megabytes of them, names the file in every warning, and sums up the days that changed; a file DIGEST.sig has the signature of a digest';
