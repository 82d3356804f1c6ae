/*
 * s3_provider.c: asks the places that credentials come from, in order.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "s3_provider.h"

/* A profile may take its credentials from another; more than so many do not. */
#define PROFILES_MAX	5

/* What asking needs to know. */
typedef struct search
{
	const s3_settings *settings;
	http_session *http;
	s3_profiles profiles;
	reason_room reason;
} search;

/* A place failed. */
static provided
refuse(search *s, const char *format, const char *name)
{
	snprintf(s->reason.text, s->reason.room, format, name);
	return REFUSED;
}

/* A setting of a profile. */
static const char *
value_of(const search *s, const char *profile, const char *name)
{
	return s3_profile_value(&s->profiles, profile, name);
}

/* The variables of the environment. */
static provided
of_environment(search *s, s3_credentials *credentials)
{
	const char *id = getenv("AWS_ACCESS_KEY_ID");
	const char *secret = getenv("AWS_SECRET_ACCESS_KEY");

	if (id == NULL || *id == '\0')
		return NOT_SET_UP;
	if (secret == NULL || *secret == '\0')
		return refuse(s, "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is %s", "not");
	if (credentials_of_texts(id, secret, getenv("AWS_SESSION_TOKEN"), credentials))
		return PROVIDED;
	return refuse(s, "credentials in the environment have %s", "blanks or control characters");
}

/* The keys that a profile has. */
static provided
of_keys(search *s, const char *profile, s3_credentials *credentials)
{
	const char *id = value_of(s, profile, "aws_access_key_id");

	if (id == NULL)
		return NOT_SET_UP;
	if (credentials_of_texts(id, value_of(s, profile, "aws_secret_access_key"),
							 value_of(s, profile, "aws_session_token"), credentials))
		return PROVIDED;
	return refuse(s, "profile %s has incomplete keys", profile);
}

static provided of_profile(search *s, const char *profile, int depth, s3_credentials *credentials);

/* The credentials by which a profile's role is assumed. */
static provided
base_of_role(search *s, const char *profile, int depth, s3_credentials *credentials)
{
	const char *source = value_of(s, profile, "source_profile");
	const char *other = value_of(s, profile, "credential_source");

	if (source != NULL && !s3_profile_exists(&s->profiles, source))
		return refuse(s, "there is no profile %s", source);
	if (source != NULL && strcmp(source, profile) == 0)
		return of_keys(s, profile, credentials);
	if (source != NULL)
		return of_profile(s, source, depth + 1, credentials);
	if (strcmp(other, "Environment") == 0)
		return of_environment(s, credentials);
	if (strcmp(other, "EcsContainer") == 0)
		return credentials_of_container(s->http, credentials, s->reason);
	if (strcmp(other, "Ec2InstanceMetadata") == 0)
		return credentials_of_instance(s->http, credentials, s->reason);
	return refuse(s, "unknown credential_source %s", other);
}

/* The role that a profile assumes by other credentials. */
static provided
of_role(search *s, const char *profile, int depth, s3_credentials *credentials)
{
	s3_role		role = {
		.arn = value_of(s, profile, "role_arn"),
		.session_name = value_of(s, profile, "role_session_name"),
		.external_id = value_of(s, profile, "external_id"),
		.duration = value_of(s, profile, "duration_seconds")
	};
	s3_credentials base = {0};
	provided	result;

	if (role.arn == NULL ||
		(value_of(s, profile, "source_profile") == NULL &&
		 value_of(s, profile, "credential_source") == NULL))
		return NOT_SET_UP;
	if (value_of(s, profile, "mfa_serial") != NULL)
		return refuse(s, "profile %s needs a code of a device for multi-factor authentication",
					  profile);
	result = base_of_role(s, profile, depth, &base);
	if (result == NOT_SET_UP)
		result = refuse(s, "no credentials by which profile %s could assume its role", profile);
	if (result == PROVIDED)
		result = credentials_of_role(s->settings, s->http, &role, &base, credentials, s->reason);
	s3_credentials_release(&base);
	return result;
}

/* A web identity, of the environment or of a profile. */
static provided
of_web_identity(search *s, const char *role_arn, const char *token_file, const char *session_name,
				s3_credentials *credentials)
{
	s3_role		role = {.arn = role_arn, .session_name = session_name};

	if (role_arn == NULL || *role_arn == '\0' || token_file == NULL || *token_file == '\0')
		return NOT_SET_UP;
	return credentials_of_web_identity(s->settings, s->http, &role, token_file, credentials,
									   s->reason);
}

/* All that a profile has. */
static provided
of_profile(search *s, const char *profile, int depth, s3_credentials *credentials)
{
	const char *command = value_of(s, profile, "credential_process");
	provided	result;

	if (depth >= PROFILES_MAX)
		return refuse(s, "profile %s takes its credentials from too many others, or in a circle",
					  profile);
	result = of_role(s, profile, depth, credentials);
	if (result == NOT_SET_UP)
		result = of_web_identity(s, value_of(s, profile, "role_arn"),
								 value_of(s, profile, "web_identity_token_file"),
								 value_of(s, profile, "role_session_name"), credentials);
	if (result == NOT_SET_UP)
		result = of_keys(s, profile, credentials);
	if (result == NOT_SET_UP && command != NULL)
		result = credentials_of_process(command, s->http->stop, credentials, s->reason);
	if (result == NOT_SET_UP &&
		(value_of(s, profile, "sso_session") != NULL ||
		 value_of(s, profile, "sso_start_url") != NULL))
		result = refuse(s, "profile %s uses IAM Identity Center: set its credential_process to"
						" \"aws configure export-credentials\" of another profile", profile);
	return result;
}

/* Asks the places in their order. */
static provided
search_all(search *s, s3_credentials *credentials)
{
	const char *profile = s->settings->profile;
	provided	result = of_environment(s, credentials);

	if (result != NOT_SET_UP)
		return result;
	if (s->settings->profile_chosen && !s3_profile_exists(&s->profiles, profile))
		return refuse(s, "there is no profile %s", profile);
	result = of_role(s, profile, 0, credentials);
	if (result == NOT_SET_UP)
		result = of_web_identity(s, getenv("AWS_ROLE_ARN"), getenv("AWS_WEB_IDENTITY_TOKEN_FILE"),
								 getenv("AWS_ROLE_SESSION_NAME"), credentials);
	if (result == NOT_SET_UP)
		result = of_profile(s, profile, 0, credentials);
	if (result == NOT_SET_UP)
		result = credentials_of_container(s->http, credentials, s->reason);
	if (result == NOT_SET_UP)
		result = credentials_of_instance(s->http, credentials, s->reason);
	if (result == NOT_SET_UP)
		snprintf(s->reason.text, s->reason.room,
				 "no AWS credentials found: not in the environment, in profile %s,"
				 " nor from a service of this machine", profile);
	return result;
}

bool
s3_provide(const s3_settings *settings, http_session *http, s3_credentials *credentials,
		   char *reason, size_t room)
{
	search		s = {.settings = settings, .http = http, .reason = {reason, room}};
	provided	result;

	s3_profiles_read(&s.profiles);
	result = search_all(&s, credentials);
	s3_profiles_release(&s.profiles);
	return result == PROVIDED;
}
