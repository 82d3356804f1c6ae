-- Resource policies of secrets, read in C: attackers write them.

CREATE FUNCTION cloudtrail_policy_access(policy text, account_id text,
		OUT principals text[], OUT foreign_accounts text[], OUT is_public boolean, OUT admits text[], OUT error text)
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION cloudtrail_policy_access(text, text) IS
	'Who gets access by the Allow statements of a resource policy: principals, accounts other than the given one, '
	'anyone; admits has a word for each kind: public, organization, network, service (for any account), federated, '
	'accounts, undecided, own organization, own account. Deny is subtracted if it certainly applies; error says why '
	'it is not a policy';

