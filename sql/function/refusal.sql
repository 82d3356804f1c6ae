CREATE FUNCTION cloudtrail_refusing_policy(error_code text, error_message text) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	BEGIN ATOMIC
		SELECT CASE
			WHEN error_code OPERATOR(pg_catalog.=) 'VpceAccessDenied'
				OR error_message OPERATOR(pg_catalog.~) 'VPC endpoint polic' THEN 'VPC endpoint policy'
			WHEN error_message OPERATOR(pg_catalog.~) 'service control polic' THEN 'service control policy'
			WHEN error_message OPERATOR(pg_catalog.~) 'resource control polic' THEN 'resource control policy'
			WHEN error_message OPERATOR(pg_catalog.~) 'permissions boundar' THEN 'permissions boundary'
			WHEN error_message OPERATOR(pg_catalog.~) 'session polic' THEN 'session policy'
			WHEN error_message OPERATOR(pg_catalog.~) 'resource-based polic' THEN 'resource policy'
			WHEN error_message OPERATOR(pg_catalog.~) 'identity-based polic' THEN 'identity policy'
			WHEN error_code OPERATOR(pg_catalog.~) '^(De|En)cryptionFailure'
				OR error_message OPERATOR(pg_catalog.~) 'Access to KMS|default KMS service key' THEN 'key policy'
		END;
	END;
COMMENT ON FUNCTION cloudtrail_refusing_policy(text, text) IS
	'The kind of policy that refused a call, as far as errorCode and errorMessage show; null if they do not';
