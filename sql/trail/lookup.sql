-- What views ask of each event, by a look-up: a join would be planned in each of their many parts.  Parallel workers
-- would each find everything anew.  A session may keep what it has found for its next queries.

CREATE TYPE cloudtrail_named_secret AS (
	secret_arn text COLLATE "C",
	valid_from timestamptz,
	possible_to timestamptz,
	valid_to timestamptz,
	evidence text COLLATE "C",
	next_arn text COLLATE "C",
	created_at timestamptz,
	ended_at timestamptz,
	primary_arn text COLLATE "C",
	promoted_at timestamptz
);
COMMENT ON TYPE cloudtrail_named_secret IS
	'What cloudtrail_secret_at() and cloudtrail_secret_of() return: columns of the view secrets';

CREATE FUNCTION cloudtrail_secret_at(secrets regclass, secret_name text, account_id text, aws_region text,
		named_at timestamptz) RETURNS cloudtrail_named_secret
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 100;
COMMENT ON FUNCTION cloudtrail_secret_at(regclass, text, text, text, timestamptz) IS
	'The secret of a trail''s view secrets that had, or may have had, a name at a time; null if there is none. A query '
	'works the view out once for each name or, if it asks for many, once for their account, or for all';

CREATE FUNCTION cloudtrail_secret_of(secrets regclass, secret_name text, secret_arn text)
	RETURNS cloudtrail_named_secret
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 100;
COMMENT ON FUNCTION cloudtrail_secret_of(regclass, text, text) IS
	'The same for the secret that has a name and a full ARN';

CREATE FUNCTION cloudtrail_is_lookalike(lookalikes regclass, arn text, secret_arn text DEFAULT NULL) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 100;
COMMENT ON FUNCTION cloudtrail_is_lookalike(regclass, text, text) IS
	'Whether an ARN that looks like a full one is a partial one by a trail''s view secret_lookalikes, that of the secret '
	'with a full ARN if one is given; false if it is null. A query looks each up once';

CREATE FUNCTION cloudtrail_is_replaced(updates regclass, event_id text, account_id text, aws_region text)
	RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 10;
COMMENT ON FUNCTION cloudtrail_is_replaced(regclass, text, text, text) IS
	'Whether a trail''s view secret_updates has an event: it was delivered again with more data. False if an argument is '
	'null; a query reads the view once';

CREATE TYPE cloudtrail_batch_page AS (
	first_time timestamptz,
	first_key uuid,
	is_first boolean,
	last_time timestamptz
);
COMMENT ON TYPE cloudtrail_batch_page IS 'What cloudtrail_page_at() returns: columns of the view secret_batch_pages';

CREATE FUNCTION cloudtrail_page_at(pages regclass, event_time timestamptz, event_key uuid, item integer)
	RETURNS cloudtrail_batch_page
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 100;
COMMENT ON FUNCTION cloudtrail_page_at(regclass, timestamptz, uuid, integer) IS
	'What a trail''s view secret_batch_pages has of an item of an event: null if it is not a batch, or has a single page. '
	'A query reads the view once';
