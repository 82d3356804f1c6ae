CREATE FUNCTION cloudtrail_policy_access(policy text, account_id text,
		OUT principals text[], OUT foreign_accounts text[], OUT is_public boolean, OUT error text)
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION cloudtrail_policy_access(text, text) IS
	'Who gets access by the Allow statements of a resource policy: principals, accounts other than the given one, or anyone; Deny is not subtracted; error says why a text is not a policy';

