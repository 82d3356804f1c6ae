-- A trail: the user's own tables, of which the extension owns nothing.  Names
-- of this extension's schema are looked up, since it can be relocated.

CREATE FUNCTION cloudtrail_create_trail(name text) RETURNS regclass
	LANGUAGE plpgsql
	AS $$
DECLARE
	extension_schema CONSTANT name := (SELECT n.nspname FROM pg_catalog.pg_extension AS e
		JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'cloudtrail');
	parts CONSTANT text[] := pg_catalog.parse_ident(name);
	trail_schema CONSTANT text := CASE pg_catalog.cardinality(parts) WHEN 1 THEN pg_catalog.current_schema() ELSE parts[1] END;
	base CONSTANT text := parts[pg_catalog.cardinality(parts)];
	fields CONSTANT text[] := '{event_name, event_source, aws_region, account_id, error_code, principal_arn, secret_arn, secret_name, secret_source, succeeded, read_only}';
	field text;
BEGIN
	IF pg_catalog.cardinality(parts) > 2 OR pg_catalog.octet_length(base) > 48 THEN
		RAISE EXCEPTION 'invalid name for a trail: "%"', name
			USING ERRCODE = 'invalid_name', DETAIL = 'Expected table or schema.table, the table''s name of at most 48 bytes.';
	END IF;
	EXECUTE pg_catalog.format('CREATE TABLE %1$I.%2$I (
			event_time timestamptz NOT NULL,
			event_key uuid NOT NULL,
			event %3$I.cloudtrail_event NOT NULL,
			PRIMARY KEY (event_time, event_key),
			CONSTRAINT event_matches CHECK (event_time = %3$I.event_time(event) AND event_key = %3$I.event_key(event))
		) PARTITION BY RANGE (event_time)', trail_schema, base, extension_schema);
	EXECUTE pg_catalog.format('CREATE INDEX %3$I ON %1$I.%2$I USING gin (event)', trail_schema, base, base || '_event_idx');
	EXECUTE pg_catalog.format('CREATE INDEX %3$I ON %1$I.%2$I (%4$I.secret_arn(event), event_time) WHERE %4$I.secret_arn(event) IS NOT NULL',
		trail_schema, base, base || '_arn_idx', extension_schema);
	EXECUTE pg_catalog.format('CREATE INDEX %3$I ON %1$I.%2$I (%4$I.secret_name(event), event_time) WHERE %4$I.secret_name(event) IS NOT NULL',
		trail_schema, base, base || '_name_idx', extension_schema);

	-- The planner knows nothing of functions' results unless it is told to look; and what an event is decides the rest.
	EXECUTE pg_catalog.format('CREATE STATISTICS %1$I.%3$I (mcv) ON (%4$I.event_source(event)), (%4$I.event_name(event)), (%4$I.secret_source(event)), (%4$I.succeeded(event)) FROM %1$I.%2$I',
		trail_schema, base, base || '_stat_kind', extension_schema);
	FOREACH field IN ARRAY fields LOOP
		EXECUTE pg_catalog.format('CREATE STATISTICS %1$I.%3$I ON (%4$I.%5$I(event)) FROM %1$I.%2$I',
			trail_schema, base, base || '_stat_' || pg_catalog.array_position(fields, field), extension_schema, field);
	END LOOP;
	EXECUTE pg_catalog.format('CREATE TABLE %I.%I (
			source text NOT NULL,
			sha256 bytea NOT NULL,
			size bigint NOT NULL,
			kind text NOT NULL,
			account_id text,
			aws_region text,
			log_time timestamptz,
			events bigint NOT NULL,
			inserted bigint NOT NULL,
			duplicates bigint NOT NULL,
			rejects bigint NOT NULL,
			imported_at timestamptz NOT NULL DEFAULT now(),
			manifest bytea,
			event_status text,
			checked_at timestamptz,
			PRIMARY KEY (sha256, source)
		)', trail_schema, base || '_files');
	-- It is mostly keys, which do not compress.
	EXECUTE pg_catalog.format('ALTER TABLE %I.%I ALTER manifest SET STORAGE EXTERNAL', trail_schema, base || '_files');
	EXECUTE pg_catalog.format('CREATE INDEX ON %I.%I (source)', trail_schema, base || '_files');
	EXECUTE pg_catalog.format('CREATE TABLE %I.%I (
			source text NOT NULL,
			sha256 bytea NOT NULL,
			ordinal bigint NOT NULL,
			error text NOT NULL,
			raw bytea NOT NULL,
			PRIMARY KEY (sha256, ordinal)
		)', trail_schema, base || '_rejects');
	EXECUTE pg_catalog.format('CREATE TABLE %I.%I (
			source text NOT NULL,
			sha256 bytea NOT NULL,
			content bytea NOT NULL,
			signature bytea,
			PRIMARY KEY (sha256, source)
		)', trail_schema, base || '_digests');
	EXECUTE pg_catalog.format('CREATE TABLE %I.%I (
			fingerprint text NOT NULL,
			public_key bytea NOT NULL,
			aws_region text,
			valid_from timestamptz,
			valid_to timestamptz,
			PRIMARY KEY (fingerprint, public_key)
		)', trail_schema, base || '_keys');

	-- Who is shown some accounts' events only is shown their log files only.  Whoever may insert, may insert any.
	EXECUTE pg_catalog.format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', trail_schema, base || '_files');
	EXECUTE pg_catalog.format('CREATE POLICY visible ON %1$I.%2$I
			USING ((SELECT NOT pg_catalog.row_security_active(%3$L::pg_catalog.regclass))
				OR account_id = ANY (ARRAY(SELECT DISTINCT %4$I.account_id(t.event) FROM %1$I.%5$I AS t)))
			WITH CHECK (true)', trail_schema, base || '_files', pg_catalog.format('%I.%I', trail_schema, base), extension_schema, base);
	EXECUTE pg_catalog.format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', trail_schema, base || '_rejects');
	EXECUTE pg_catalog.format('CREATE POLICY visible ON %1$I.%2$I
			USING ((SELECT NOT pg_catalog.row_security_active(%3$L::pg_catalog.regclass))
				OR sha256 IN (SELECT f.sha256 FROM %1$I.%4$I AS f))
			WITH CHECK (true)', trail_schema, base || '_rejects', pg_catalog.format('%I.%I', trail_schema, base), base || '_files');
	EXECUTE pg_catalog.format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', trail_schema, base || '_digests');
	EXECUTE pg_catalog.format('CREATE POLICY visible ON %1$I.%2$I
			USING ((SELECT NOT pg_catalog.row_security_active(%3$L::pg_catalog.regclass))
				OR source IN (SELECT f.source FROM %1$I.%4$I AS f))
			WITH CHECK (true)', trail_schema, base || '_digests', pg_catalog.format('%I.%I', trail_schema, base), base || '_files');

	-- Who bore which name when is worked out from few events: the first in each account that surely tells an ARN (to a
	-- day, in whichever order they come), and those that begin or end a secret.  A trigger notes them, whichever way
	-- events come in.  It only adds rows, and no two of them conflict, so sessions that import at the same time do not
	-- wait for each other; and it sees all rows, whatever the importing role may see.
	EXECUTE pg_catalog.format('CREATE TABLE %I.%I (
			secret_arn text NOT NULL,
			secret_name text NOT NULL,
			evidence text NOT NULL,
			account_id text,
			key_arn text,
			event_time timestamptz NOT NULL,
			event_key uuid NOT NULL
		)', trail_schema, base || '_secrets');
	EXECUTE pg_catalog.format('CREATE INDEX ON %I.%I (secret_arn)', trail_schema, base || '_secrets');
	EXECUTE pg_catalog.format('CREATE INDEX ON %I.%I (secret_name)', trail_schema, base || '_secrets');
	EXECUTE pg_catalog.format('SELECT %I.cloudtrail_renew_trail(%L)', extension_schema, pg_catalog.format('%I.%I', trail_schema, base));
	EXECUTE pg_catalog.format('CREATE TRIGGER note AFTER INSERT ON %1$I.%2$I REFERENCING NEW TABLE AS inserted
		FOR EACH STATEMENT EXECUTE FUNCTION %1$I.%3$I()', trail_schema, base, base || '_note');

	-- Who may not see the event does not learn of the secret.
	EXECUTE pg_catalog.format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', trail_schema, base || '_secrets');
	EXECUTE pg_catalog.format('CREATE POLICY visible ON %1$I.%2$I FOR SELECT USING ((SELECT NOT pg_catalog.row_security_active(%4$L::pg_catalog.regclass))
			OR EXISTS (SELECT FROM %1$I.%3$I AS t WHERE t.event_time = %2$I.event_time AND t.event_key = %2$I.event_key))',
		trail_schema, base || '_secrets', base, pg_catalog.format('%I.%I', trail_schema, base));

	-- Events that come without time and key, as COPY (event) brings them, have no other place to go than the default
	-- partition.  Its trigger fills in both, and sends them on to the partition of their month, if there is one.
	EXECUTE pg_catalog.format('CREATE TABLE %1$I.%2$I PARTITION OF %1$I.%3$I DEFAULT', trail_schema, base || '_default', base);
	EXECUTE pg_catalog.format('CREATE TRIGGER place BEFORE INSERT ON %1$I.%2$I FOR EACH ROW EXECUTE FUNCTION %1$I.%3$I()',
		trail_schema, base || '_default', base || '_place');

	EXECUTE pg_catalog.format('COMMENT ON TABLE %I.%I IS %L', trail_schema, base, 'CloudTrail events, one row each, by month (UTC)');
	EXECUTE pg_catalog.format('COMMENT ON TABLE %I.%I IS %L', trail_schema, base || '_files', 'Log files imported into ' || base || ', and what they held');
	EXECUTE pg_catalog.format('COMMENT ON TABLE %I.%I IS %L', trail_schema, base || '_rejects', 'What log files held that is no event, with the reason');
	EXECUTE pg_catalog.format('COMMENT ON TABLE %I.%I IS %L', trail_schema, base || '_digests', 'CloudTrail''s digest files, as they were imported');
	EXECUTE pg_catalog.format('COMMENT ON TABLE %I.%I IS %L', trail_schema, base || '_keys', 'Public keys that sign digests; cloudtrail_add_keys() adds them, import never does');
	EXECUTE pg_catalog.format('COMMENT ON TABLE %I.%I IS %L', trail_schema, base || '_default', 'Events of months that have no partition yet; cloudtrail_create_partitions() moves them');
	EXECUTE pg_catalog.format('COMMENT ON TABLE %I.%I IS %L', trail_schema, base || '_secrets', 'Events that tell which secret bears a name, and since or until when');
	EXECUTE pg_catalog.format('COMMENT ON COLUMN %I.%I.key_arn IS %L', trail_schema, base || '_secrets', 'The key, of events of the key service');
	EXECUTE pg_catalog.format('COMMENT ON COLUMN %I.%I.evidence IS %L', trail_schema, base || '_secrets', 'created, seen, used (an ARN that a caller gave, and that worked) or ended');
	EXECUTE pg_catalog.format('COMMENT ON COLUMN %I.%I.sha256 IS %L', trail_schema, base || '_files', 'SHA-256 of the uncompressed content');
	EXECUTE pg_catalog.format('COMMENT ON COLUMN %I.%I.size IS %L', trail_schema, base || '_files', 'Bytes of the file as it was, compressed or not');
	EXECUTE pg_catalog.format('COMMENT ON COLUMN %I.%I.kind IS %L', trail_schema, base || '_files', 'log, insight, digest, aggregated event, notice, message or damaged');
	EXECUTE pg_catalog.format('COMMENT ON COLUMN %I.%I.log_time IS %L', trail_schema, base || '_files', 'Time in the name of the file');
	EXECUTE pg_catalog.format('COMMENT ON COLUMN %I.%I.manifest IS %L', trail_schema, base || '_files', 'By which cloudtrail_verify_events() makes the file again of its events; null where the content came before under another name');
	EXECUTE pg_catalog.format('COMMENT ON COLUMN %I.%I.event_status IS %L', trail_schema, base || '_files', 'What cloudtrail_check_events() last found: intact, events differ, events missing, gone, not checkable');
	EXECUTE pg_catalog.format('COMMENT ON COLUMN %I.%I.checked_at IS %L', trail_schema, base || '_files', 'When it found that');
	EXECUTE pg_catalog.format('COMMENT ON COLUMN %I.%I.content IS %L', trail_schema, base || '_digests', 'The digest file, uncompressed');
	EXECUTE pg_catalog.format('COMMENT ON COLUMN %I.%I.signature IS %L', trail_schema, base || '_digests', 'Signature in the metadata of the S3 object, where cloudtrail_add_signature() added it; the next digest has it too');
	EXECUTE pg_catalog.format('COMMENT ON COLUMN %I.%I.public_key IS %L', trail_schema, base || '_keys', 'RSA public key, PKCS #1 in DER');
	EXECUTE pg_catalog.format('SELECT %I.cloudtrail_create_activity(%L)', extension_schema, pg_catalog.format('%I.%I', trail_schema, base));
	RETURN pg_catalog.format('%I.%I', trail_schema, base)::regclass;
END
$$;
COMMENT ON FUNCTION cloudtrail_create_trail(text) IS
	'Creates the tables of a trail: events by month, the ledger of log files (_files), what is no event (_rejects), digests (_digests) and the keys they are signed with (_keys), daily sums (_activity, _actions, _principals)';

CREATE FUNCTION cloudtrail_create_partition(trail regclass, at timestamptz) RETURNS regclass
	LANGUAGE plpgsql
	SET lock_timeout = '2s'
	AS $$
DECLARE
	lower_bound CONSTANT timestamp := pg_catalog.date_trunc('month', at AT TIME ZONE 'UTC');
	trail_schema name;
	base name;
	owner name;
	partition text;
	waiting boolean;
BEGIN
	IF at < '2000-01-01 00:00:00+00' OR at >= '2100-01-01 00:00:00+00' THEN
		RAISE EXCEPTION 'there is no partition for events of %', at
			USING ERRCODE = 'invalid_parameter_value', DETAIL = 'Months of the years 2000 to 2099 have partitions.';
	END IF;
	SELECT n.nspname, c.relname, pg_catalog.pg_get_userbyid(c.relowner) INTO STRICT trail_schema, base, owner
		FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = trail;
	partition := base || pg_catalog.to_char(lower_bound, '_YYYY_MM');

	-- Who comes second waits here, and finds it done.
	EXECUTE pg_catalog.format('LOCK TABLE ONLY %I.%I IN SHARE UPDATE EXCLUSIVE MODE', trail_schema, base);
	IF pg_catalog.to_regclass(pg_catalog.format('%I.%I', trail_schema, partition)) IS NULL THEN
		-- Queries read the default partition, so they are in the way for a moment; not for long, see lock_timeout.
		EXECUTE pg_catalog.format('LOCK TABLE %I.%I IN ACCESS EXCLUSIVE MODE', trail_schema, base || '_default');
		EXECUTE pg_catalog.format('CREATE TABLE %1$I.%2$I (LIKE %1$I.%3$I INCLUDING ALL)', trail_schema, partition, base);
		EXECUTE pg_catalog.format('ALTER TABLE %I.%I OWNER TO %I', trail_schema, partition, owner);
		EXECUTE pg_catalog.format('SELECT EXISTS (SELECT FROM %I.%I WHERE event_time >= $1 AND event_time < $2)', trail_schema, base || '_default')
			INTO waiting USING lower_bound AT TIME ZONE 'UTC', (lower_bound + interval '1 month') AT TIME ZONE 'UTC';
		IF waiting THEN
			EXECUTE pg_catalog.format('WITH moved AS (DELETE FROM %1$I.%2$I WHERE event_time >= $1 AND event_time < $2 RETURNING *)
				INSERT INTO %1$I.%3$I SELECT * FROM moved', trail_schema, base || '_default', partition)
				USING lower_bound AT TIME ZONE 'UTC', (lower_bound + interval '1 month') AT TIME ZONE 'UTC';
		END IF;
		EXECUTE pg_catalog.format('ALTER TABLE %1$I.%3$I ATTACH PARTITION %1$I.%2$I FOR VALUES FROM (%4$L) TO (%5$L)',
			trail_schema, partition, base, pg_catalog.to_char(lower_bound, 'YYYY-MM-DD') || ' 00:00:00+00',
			pg_catalog.to_char(lower_bound + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00');
	END IF;
	RETURN pg_catalog.format('%I.%I', trail_schema, partition)::regclass;
END
$$;
COMMENT ON FUNCTION cloudtrail_create_partition(regclass, timestamptz) IS
	'Makes sure that a trail has the partition of a time''s month (UTC), and returns it; waits for queries two seconds at most';

CREATE FUNCTION cloudtrail_create_partitions(trail regclass) RETURNS SETOF regclass
	LANGUAGE plpgsql
	AS $$
DECLARE
	extension_schema CONSTANT name := (SELECT n.nspname FROM pg_catalog.pg_extension AS e
		JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'cloudtrail');
	month timestamptz;
	partition regclass;
BEGIN
	FOR month IN EXECUTE (
		SELECT pg_catalog.format('SELECT DISTINCT pg_catalog.date_trunc(''month'', event_time, ''UTC'') FROM %I.%I
				WHERE event_time >= ''2000-01-01 00:00:00+00'' AND event_time < ''2100-01-01 00:00:00+00'' ORDER BY 1', n.nspname, c.relname || '_default')
		FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = trail)
	LOOP
		EXECUTE pg_catalog.format('SELECT %I.cloudtrail_create_partition($1, $2)', extension_schema) INTO partition USING trail, month;
		RETURN NEXT partition;
	END LOOP;
END
$$;
COMMENT ON FUNCTION cloudtrail_create_partitions(regclass) IS
	'Gives each month of which events are in the default partition a partition of its own, and returns those';

CREATE FUNCTION cloudtrail_drop_before(trail regclass, before timestamptz) RETURNS SETOF text
	LANGUAGE plpgsql
	AS $$
DECLARE
	trail_schema name;
	base name;
	suffix text;
	partition regclass;
BEGIN
	FOR partition IN
		SELECT c.oid::regclass
		FROM pg_catalog.pg_inherits AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid
		WHERE i.inhparent = trail
			AND pg_catalog.substring(pg_catalog.pg_get_expr(c.relpartbound, c.oid), $re$ TO \('([^']+)'\)$re$)::timestamptz <= before
		ORDER BY c.relname
	LOOP
		RETURN NEXT partition::text;
		EXECUTE pg_catalog.format('DROP TABLE %s', partition);
	END LOOP;
	SELECT n.nspname, c.relname INTO STRICT trail_schema, base
		FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = trail;
	EXECUTE pg_catalog.format('DELETE FROM %I.%I WHERE event_time < $1', trail_schema, base || '_default')
		USING pg_catalog.date_trunc('month', before, 'UTC');
	FOREACH suffix IN ARRAY '{_activity, _actions, _principals, _days}'::text[] LOOP
		EXECUTE pg_catalog.format('DELETE FROM %I.%I WHERE day < $1', trail_schema, base || suffix)
			USING pg_catalog.date_trunc('month', before AT TIME ZONE 'UTC')::date;
	END LOOP;
END
$$;
COMMENT ON FUNCTION cloudtrail_drop_before(regclass, timestamptz) IS
	'Drops the partitions of a trail that end at or before a time, and returns their names; the ledger stays, so their files are not imported again';

CREATE FUNCTION cloudtrail_drop_trail(trail regclass, cascade boolean DEFAULT false) RETURNS void
	LANGUAGE plpgsql
	AS $$
DECLARE
	trail_schema name;
	base name;
BEGIN
	SELECT n.nspname, c.relname INTO STRICT trail_schema, base
		FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = trail;
	EXECUTE (
		SELECT 'DROP TABLE ' || pg_catalog.string_agg(pg_catalog.format('%I.%I', trail_schema, base || suffix), ', ') || CASE WHEN cascade THEN ' CASCADE' ELSE '' END
		FROM pg_catalog.unnest('{"", _files, _rejects, _digests, _keys, _secrets, _activity, _actions, _principals, _days}'::text[]) AS suffix);
	EXECUTE pg_catalog.format('DROP FUNCTION %1$I.%2$I(), %1$I.%3$I(), %1$I.%4$I()', trail_schema, base || '_place', base || '_note', base || '_mark');
END
$$;
COMMENT ON FUNCTION cloudtrail_drop_trail(regclass, boolean) IS
	'Drops a trail with its ledger and all that belongs to it; what depends on it, such as views for auditors, is in the way unless cascade is true';
