-- Whether an absence can be claimed: one rule for all views, and how far the trail reaches, by which it is judged.

CREATE FUNCTION cloudtrail_observed(observed regclass, account_id text, aws_region text,
		OUT observed_from timestamptz, OUT observed_to timestamptz, OUT gaps tstzmultirange)
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION cloudtrail_observed(regclass, text, text) IS
	'What a trail''s view observed has of an account and Region, nulls if it has nothing: a query works it out once for '
	'each, and only for those that it asks about';

CREATE FUNCTION cloudtrail_observed_reads(observed regclass, account_id text, aws_region text,
		OUT observed_from timestamptz, OUT observed_to timestamptz, OUT gaps tstzmultirange,
		OUT reads_from timestamptz, OUT reads_to timestamptz, OUT read_gaps tstzmultirange)
	AS 'MODULE_PATHNAME', 'cloudtrail_observed' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION cloudtrail_observed_reads(regclass, text, text) IS
	'The same with what is known of read events';

CREATE FUNCTION cloudtrail_observed_span(observed regclass, account_id text, aws_region text,
		OUT observed_from timestamptz, OUT observed_to timestamptz)
	AS 'MODULE_PATHNAME', 'cloudtrail_observed' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION cloudtrail_observed_span(regclass, text, text) IS
	'The same without the gaps, which take longest to find';

CREATE FUNCTION cloudtrail_conclusive(observed_from timestamptz, observed_to timestamptz, gaps tstzmultirange,
		claim_from timestamptz, claim_to timestamptz, slack interval) RETURNS boolean
	LANGUAGE sql STABLE PARALLEL SAFE
	-- What would begin after it is judged cannot be claimed.
	RETURN coalesce(claim_from OPERATOR(pg_catalog.<=) claim_to
		AND observed_from OPERATOR(pg_catalog.<=) claim_from
		AND observed_to OPERATOR(pg_catalog.>=) (claim_to OPERATOR(pg_catalog.-) slack)
		AND (gaps OPERATOR(pg_catalog.&&) pg_catalog.tstzrange(claim_from, greatest(claim_from, claim_to)))
			IS NOT TRUE, false);
COMMENT ON FUNCTION cloudtrail_conclusive(timestamptz, timestamptz, tstzmultirange, timestamptz,
	timestamptz, interval) IS
	'Whether what was observed of an account and Region covers the whole span of a claim, so that what is not seen '
	'did not happen';

CREATE FUNCTION cloudtrail_conclusive_of_reads(observed_from timestamptz, observed_to timestamptz, gaps tstzmultirange,
		reads_from timestamptz, reads_to timestamptz, read_gaps tstzmultirange, claim_from timestamptz,
		claim_to timestamptz, slack interval) RETURNS boolean
	LANGUAGE sql STABLE PARALLEL SAFE
	RETURN @extschema@.cloudtrail_conclusive(observed_from, observed_to, gaps, claim_from, claim_to, slack)
		AND @extschema@.cloudtrail_conclusive(reads_from OPERATOR(pg_catalog.-) slack, reads_to, read_gaps,
			claim_from, claim_to, slack);
COMMENT ON FUNCTION cloudtrail_conclusive_of_reads(timestamptz, timestamptz, tstzmultirange, timestamptz, timestamptz,
	tstzmultirange, timestamptz, timestamptz, interval) IS
	'Whether what was observed of an account and Region covers the whole span of a claim about reads: a trail that '
	'records only writes, or did for a time, shows nothing of them';
