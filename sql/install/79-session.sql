-- Who stands behind a session: followed upward from event to event that issued credentials.

CREATE FUNCTION cloudtrail_session_chain(credentials regclass, used_at timestamptz, account_id text, principal_id text,
		session_name text, access_key_id text, created_at timestamptz, in_console boolean, shared_event_id text,
		OUT depth integer, OUT method text, OUT event_time timestamptz, OUT event_key uuid, OUT event_name text,
		OUT issuer_account_id text, OUT aws_region text, OUT caller text, OUT caller_account text, OUT caller_name text,
		OUT caller_key text, OUT source_identity text,
		OUT origin text, OUT origin_kind text, OUT origin_method text, OUT missing_account text, OUT missing_at timestamptz)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 100 ROWS 2;
COMMENT ON FUNCTION cloudtrail_session_chain(regclass, timestamptz, text, text, text, text, timestamptz, boolean, text) IS
	'The chain from a session up to who stands behind it, by a table issued_credentials: a row for the session, with depth 0, and for each event above it, as far as the caller may see them';

CREATE FUNCTION cloudtrail_session_origin(credentials regclass, used_at timestamptz, account_id text, principal_id text,
		session_name text, access_key_id text, created_at timestamptz, in_console boolean, shared_event_id text,
		OUT origin text, OUT origin_kind text, OUT origin_method text)
	RETURNS record
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION cloudtrail_session_origin(regclass, timestamptz, text, text, text, text, timestamptz, boolean, text) IS
	'Who stands behind a session, where its chain ends: how the auditors'' views find an origin without planning a join for each link';
