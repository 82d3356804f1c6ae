-- Who stands behind a session: followed upward from event to event that issued credentials.

CREATE FUNCTION cloudtrail_session_chain(credentials regclass, used_at timestamptz, account_id text, principal_id text,
		session_name text, access_key_id text, created_at timestamptz, in_console boolean, shared_event_id text,
		sign_in_session_arn text,
		OUT depth integer, OUT method text, OUT event_time timestamptz, OUT event_key uuid, OUT event_name text,
		OUT issuer_account_id text, OUT aws_region text, OUT caller text, OUT caller_account text, OUT caller_name text,
		OUT caller_key text, OUT source_identity text,
		OUT origin text, OUT origin_kind text, OUT origin_method text, OUT missing_account text,
		OUT missing_region text, OUT missing_at timestamptz, OUT used_region text)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 100 ROWS 2;
COMMENT ON FUNCTION cloudtrail_session_chain(regclass, timestamptz, text, text, text, text, timestamptz,
	boolean, text, text) IS
	'The chain from a session up to who stands behind it, by a table issued_credentials: a row for the session, with '
	'depth 0, and for each event above it, as far as the caller may see them';

CREATE FUNCTION cloudtrail_session_origin(credentials regclass, used_at timestamptz, account_id text, principal_id text,
		session_name text, access_key_id text, created_at timestamptz, in_console boolean, shared_event_id text,
		sign_in_session_arn text)
	RETURNS text[]
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION cloudtrail_session_origin(regclass, timestamptz, text, text, text, text, timestamptz,
	boolean, text, text) IS
	'Who stands behind a session, where its chain ends, as an array of origin, origin_kind and origin_method: how the '
	'auditors'' views find an origin without planning a join for each link';

CREATE FUNCTION cloudtrail_session_key(access_key_id text, in_console boolean, sign_in_session_arn text) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	-- The console takes a new key for each request, a sign-in session every quarter of an hour: what tells such a
	-- session is its time, or its ARN.
	RETURN CASE WHEN in_console IS NOT TRUE AND sign_in_session_arn IS NULL THEN access_key_id END;
COMMENT ON FUNCTION cloudtrail_session_key(text, boolean, text) IS
	'The access key that identifies a session; null for one of the console and for a sign-in session, which take new keys';

CREATE FUNCTION cloudtrail_event_origin(event cloudtrail_event, OUT origin text, OUT origin_kind text,
	OUT origin_method text)
	RETURNS record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION cloudtrail_event_origin(cloudtrail_event) IS
	'Who stands behind an event, as far as the event itself shows; nulls if only its caller''s session can show it';

CREATE FUNCTION cloudtrail_who(trail regnamespace, what text)
	RETURNS TABLE (depth integer, identity text, session_name text,
		access_key_id text, account_id text, event_time timestamptz, event_name text, event_key uuid, method text,
		source_identity text,
		origin text, origin_kind text, origin_method text, missing_account_id text, missing_region text)
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	AS $$
#variable_conflict use_column
DECLARE
	events @extschema@.cloudtrail_event[];
	one @extschema@.cloudtrail_event;
	keys text[] := '{}';
	own record;
	principal text;
BEGIN
	PERFORM @extschema@.cloudtrail_enter_trail(trail);
	IF what ~ '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$' THEN
		SELECT array_agg(e.event) INTO events FROM raw_events AS e WHERE e.event_key = what::uuid;
	ELSIF what LIKE 'arn:%' THEN
		-- Newest session first: an ARN can be that of many.
		SELECT array_agg(e.event ORDER BY e.last_seen DESC, @extschema@.access_key_id(e.event),
			(@extschema@.cloudtrail_event_origin(e.event)).origin_kind IS NULL, e.event_time DESC) INTO events FROM (
			SELECT e.event, e.event_time,
				max(e.event_time) OVER (PARTITION BY @extschema@.access_key_id(e.event)) AS last_seen
			FROM (
				SELECT e.event, e.event_time FROM raw_events AS e
				WHERE e.event OPERATOR(@extschema@.@>) jsonb_build_object('userIdentity', jsonb_build_object('arn', what))
				ORDER BY e.event_time DESC LIMIT 1000) AS e) AS e;
	ELSIF what ~ '^[A-Z0-9]{16,128}$' THEN
		-- Of the events of one session, some may show its origin themselves.
		SELECT array_agg(e.event) INTO events FROM (
			SELECT e.event FROM (
				SELECT e.event, e.event_time FROM raw_events AS e
				WHERE e.event OPERATOR(@extschema@.@>) jsonb_build_object('userIdentity',
					jsonb_build_object('accessKeyId', what))
				LIMIT 1000) AS e
			ORDER BY (@extschema@.cloudtrail_event_origin(e.event)).origin_kind IS NULL, e.event_time LIMIT 1) AS e;
	END IF;
	FOREACH one IN ARRAY coalesce(events, '{}') LOOP
		-- Each session once.
		CONTINUE WHEN coalesce(@extschema@.access_key_id(one), '') = ANY (keys)
			AND @extschema@.access_key_id(one) <> '';
		keys := keys || @extschema@.access_key_id(one);
		own := @extschema@.cloudtrail_event_origin(one);
		principal := coalesce(nullif(@extschema@.principal_id(one), ''), @extschema@.session_issuer_principal_id(one));
		principal := CASE WHEN principal LIKE 'AROA%' THEN split_part(principal, ':', 1) ELSE principal END;
		RETURN QUERY SELECT c.depth,
			CASE WHEN c.depth = 0 THEN @extschema@.actor(one) ELSE c.caller END,
			CASE WHEN c.depth = 0 THEN @extschema@.session_name(one) ELSE c.caller_name END,
			CASE WHEN c.depth = 0 THEN nullif(@extschema@.access_key_id(one), '') ELSE c.caller_key END,
			CASE WHEN c.depth = 0 THEN coalesce(@extschema@.user_account_id(one),
				@extschema@.session_issuer_account_id(one)) ELSE c.caller_account END,
			CASE WHEN c.depth = 0 THEN @extschema@.event_time(one) ELSE c.event_time END,
			CASE WHEN c.depth = 0 THEN @extschema@.event_name(one) ELSE c.event_name END,
			CASE WHEN c.depth = 0 THEN @extschema@.event_key(one) ELSE c.event_key END,
			c.method, c.source_identity,
			CASE WHEN own.origin_kind IS NULL THEN c.origin ELSE own.origin END,
			coalesce(own.origin_kind, c.origin_kind),
			CASE WHEN own.origin_kind IS NULL THEN c.origin_method ELSE own.origin_method END,
			CASE WHEN own.origin_kind IS NULL THEN c.missing_account END,
			CASE WHEN own.origin_kind IS NULL THEN c.missing_region END
		FROM @extschema@.cloudtrail_session_chain('issued_credentials'::regclass, @extschema@.event_time(one),
			coalesce(@extschema@.user_account_id(one), @extschema@.session_issuer_account_id(one)), principal,
			@extschema@.session_name(one),
			nullif(@extschema@.access_key_id(one), ''), @extschema@.session_creation_date(one),
			@extschema@.session_credential_from_console(one), @extschema@.shared_event_id(one),
			@extschema@.sign_in_session_arn(one)) AS c;
	END LOOP;
	IF events IS NOT NULL THEN
		RETURN;
	END IF;
	-- The key of a session that did nothing, or the name of one.
	RETURN QUERY SELECT c.depth,
		CASE WHEN c.depth = 0 THEN i.issued_arn ELSE c.caller END, CASE WHEN c.depth = 0 THEN i.issued_name
			ELSE c.caller_name END,
		CASE WHEN c.depth = 0 THEN i.issued_key ELSE c.caller_key END, CASE WHEN c.depth = 0 THEN i.account_id
			ELSE c.caller_account END,
		c.event_time, c.event_name, c.event_key, c.method, c.source_identity, c.origin, c.origin_kind, c.origin_method,
			c.missing_account, c.missing_region
	FROM issued_credentials AS i
		CROSS JOIN LATERAL @extschema@.cloudtrail_session_chain('issued_credentials'::regclass, i.event_time,
			i.account_id, coalesce(i.issued_id, ''),
			i.issued_name, i.issued_key, i.event_time, false, NULL, i.issued_sign_in) AS c
	WHERE i.issued_key = what AND (i.issued_arn IS NULL OR i.account_id = split_part(i.issued_arn, ':', 5));
	IF NOT FOUND THEN
		RETURN QUERY SELECT l.depth,
			CASE WHEN l.depth = 0 THEN l.actor ELSE l.caller END, CASE WHEN l.depth = 0 THEN l.session_name
				ELSE l.caller_name END,
			CASE WHEN l.depth = 0 THEN l.access_key_id ELSE l.caller_access_key_id END,
			CASE WHEN l.depth = 0 THEN l.account_id ELSE l.caller_account END,
			CASE WHEN l.depth = 0 THEN l.first_seen ELSE l.event_time END, l.event_name, l.event_key, l.method,
				l.source_identity,
			l.origin, l.origin_kind, l.origin_method, l.missing_account_id, l.missing_region
		FROM session_lineage AS l WHERE l.session_name = what ORDER BY l.first_seen DESC, l.access_key_id, l.depth;
	END IF;
END
$$;
COMMENT ON FUNCTION cloudtrail_who(regnamespace, text) IS
	'Who it really was: the chain from a session up to who stands behind it, given its access key, ARN or name, or '
	'the key of one of its events; a row for the session, with depth 0, and for each event above it that issued '
	'credentials';
