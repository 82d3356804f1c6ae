-- Who signed in, and how.

CREATE VIEW console_logins WITH (security_invoker) AS
	SELECT e.event_time, e.event_id, e.account_id, e.aws_region,
		coalesce(e.principal_arn, e.user_name, e.on_behalf_of_user_id, e.principal_id) AS actor,
		e.user_type AS actor_type, e.session_name, e.source_identity, e.source_ip, e.user_agent, e.event_name,
		CASE WHEN e.succeeded THEN coalesce(nullif(nullif(lower(coalesce(e.response_elements ->> e.event_name,
			e.service_event_details ->> e.event_name)), 'success'), ''), 'succeeded') ELSE 'failed' END AS outcome,
		-- "No" means something only where AWS asks for the password itself: other identity providers have their own MFA.
		CASE WHEN lower(e.additional_event_data ->> 'MFAUsed') = 'yes' THEN true
			WHEN lower(e.additional_event_data ->> 'MFAUsed') = 'no' AND e.user_type IN ('IAMUser', 'Root')
				AND e.additional_event_data ->> 'SamlProviderArn' IS NULL THEN false
			WHEN e.event_name = 'UserAuthentication' AND e.additional_event_data ->> 'CredentialType' LIKE '%,%' THEN true
			WHEN e.event_name = 'UserAuthentication' AND e.additional_event_data ->> 'CredentialType' = 'PASSWORD' THEN false
		END AS mfa_used,
		e.additional_event_data ->> 'LoginTo' AS login_to,
		e.error_message AS failure_reason, e.event_key, e.event
	FROM events AS e
	WHERE e.event @~ 'signin:*';
COMMENT ON VIEW console_logins IS
	'Sign-ins to the console and to Identity Center and what belongs to them (MFA checks, switched roles): a row for each event of the sign-in service';
COMMENT ON COLUMN console_logins.event_time IS 'When it was';
COMMENT ON COLUMN console_logins.event_id IS 'CloudTrail''s identifier of the event';
COMMENT ON COLUMN console_logins.account_id IS 'The account the event belongs to';
COMMENT ON COLUMN console_logins.aws_region IS 'The Region it was in';
COMMENT ON COLUMN console_logins.actor IS 'Who signed in: ARN of the role or user, else a name or identifier; null where the event tells none';
COMMENT ON COLUMN console_logins.actor_type IS 'Type of that identity: Root, IAMUser, AssumedRole, IdentityCenterUser and others';
COMMENT ON COLUMN console_logins.session_name IS 'Name of the role or federated session';
COMMENT ON COLUMN console_logins.source_identity IS 'The identity that the caller set when assuming a role';
COMMENT ON COLUMN console_logins.source_ip IS 'The address it came from';
COMMENT ON COLUMN console_logins.user_agent IS 'The browser, as it named itself';
COMMENT ON COLUMN console_logins.event_name IS 'ConsoleLogin, SwitchRole, CheckMfa, CredentialVerification, UserAuthentication and others';
COMMENT ON COLUMN console_logins.outcome IS 'succeeded or failed, or the event''s own word for something else';
COMMENT ON COLUMN console_logins.mfa_used IS
	'Whether MFA was used. Null where the event does not tell: with SAML and other identity providers CloudTrail always writes No';
COMMENT ON COLUMN console_logins.login_to IS 'Where to';
COMMENT ON COLUMN console_logins.failure_reason IS 'Why it failed, where the event tells';
COMMENT ON COLUMN console_logins.event_key IS 'Identifies the event with event_time';
COMMENT ON COLUMN console_logins.event IS 'The event itself';
