CREATE FUNCTION cloudtrail_policy_access(policy text, account_id text,
		OUT principals text[], OUT foreign_accounts text[], OUT is_public boolean, OUT error text)
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION cloudtrail_policy_access(text, text) IS
	'Whom the Allow statements of a resource policy let in, of other accounts than the given one, or anyone; what Deny takes away is not subtracted; error where it is no policy';

