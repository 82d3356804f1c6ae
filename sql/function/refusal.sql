-- Why a call was refused, from the words of AWS's answer.

CREATE FUNCTION cloudtrail_refusing_policy(error_code text, error_message text) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	BEGIN ATOMIC
		-- AWS's reason ends the message; before it stands what the caller named, which may be any text.
		SELECT coalesce(
			CASE WHEN error_code OPERATOR(pg_catalog.=) 'VpceAccessDenied' THEN 'VPC endpoint policy' END,
			CASE pg_catalog."substring"(error_message, '.*(VPC endpoint polic|service control polic|'
				'resource control polic|permissions boundar|session polic|resource-based polic|identity-based polic)')
				WHEN 'VPC endpoint polic' THEN 'VPC endpoint policy'
				WHEN 'service control polic' THEN 'service control policy'
				WHEN 'resource control polic' THEN 'resource control policy'
				WHEN 'permissions boundar' THEN 'permissions boundary'
				WHEN 'session polic' THEN 'session policy'
				WHEN 'resource-based polic' THEN 'resource policy'
				WHEN 'identity-based polic' THEN 'identity policy' END,
			-- Nobody else may use the default key.  Another refusal by KMS tells no policy, and a failure to decrypt or
			-- encrypt not even that anything was refused: the key may be disabled.
			CASE WHEN error_message OPERATOR(pg_catalog.~) '^You can.* default KMS service key[.]?$' THEN 'key policy'
				WHEN error_message OPERATOR(pg_catalog.~) '^Access to KMS is not allowed' THEN 'KMS' END);
	END;
COMMENT ON FUNCTION cloudtrail_refusing_policy(text, text) IS
	'The kind of policy that refused a call, as far as errorCode and errorMessage show, or KMS if they show only that; '
	'null if they show neither';
