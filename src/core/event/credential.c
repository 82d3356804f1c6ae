/*
 * credential.c: what an event that issues credentials says of them.
 */
#include <string.h>

#include "core/base/event_time.h"
#include "core/event/credential.h"

/* Longest identifier of a credential; AWS's are shorter, a forger's need not be. */
#define IDENTIFIER_MAX	512

/* The events that issue credentials, by service. */
static const struct
{
	const char *service;
	const char *name;
}			issuers[] = {
	{"sts", "AssumeRole"},
	{"sts", "AssumeRoleWithSAML"},
	{"sts", "AssumeRoleWithWebIdentity"},
	{"sts", "AssumeRoot"},
	{"sts", "GetFederationToken"},
	{"sts", "GetSessionToken"},
	{"signin", "ConsoleLogin"},
	{"signin", "CreateOAuth2Token"},
	{"sso", "GetRoleCredentials"},
	{"cognito-identity", "GetCredentialsForIdentity"},
};

bool
ct_is_issuer(ct_slice service, ct_slice name)
{
	for (size_t i = 0; i < sizeof(issuers) / sizeof(issuers[0]); i++)
	{
		if (ct_same(service, (ct_slice) {issuers[i].service, strlen(issuers[i].service)}) &&
			ct_same(name, (ct_slice) {issuers[i].name, strlen(issuers[i].name)}))
			return true;
	}
	return false;
}

bool
ct_issues_credentials(const ct_record *rec)
{
	return ct_is_issuer(ct_service(ct_raw(rec, CT_FIELD_event_source)),
						ct_raw(rec, CT_FIELD_event_name)) &&
		ct_type_of(rec, CT_FIELD_event_source) == CT_STRING &&
		ct_type_of(rec, CT_FIELD_event_name) == CT_STRING &&
		ct_succeeded(rec);
}

/* The text that two keys lead to from the response. */
static ct_slice
response_text(const ct_record *rec, const char *object, const char *key, ct_scratch *scratch)
{
	ct_slice	response = ct_raw(rec, CT_FIELD_response_elements);
	ct_slice	path[] = {{object, strlen(object)}, {key, strlen(key)}};
	ct_value	value;
	ct_slice	text;

	if (ct_type_of(rec, CT_FIELD_response_elements) != CT_OBJECT ||
		!ct_find_path(response.ptr, response.len, path, 2, &value) || value.type != CT_STRING)
		return CT_NO_SLICE;
	text = ct_string_text(response.ptr, &value, scratch);
	return text.len > 0 && text.len <= IDENTIFIER_MAX ? text : CT_NO_SLICE;
}

/* Splits an identifier of a session into that of the role or account and the session's name. */
static void
split_session_id(ct_slice id, ct_credential *c)
{
	const char *colon = memchr(id.ptr, ':', id.len);

	c->issued_id = id;
	if (colon == NULL)
		return;
	c->issued_id.len = colon - id.ptr;
	c->issued_name = (ct_slice) {colon + 1, id.ptr + id.len - colon - 1};
}

/* The account that AssumeRoot names, as number or ARN. */
static ct_slice
target_account(const ct_record *rec, ct_scratch *scratch)
{
	ct_slice	target = ct_member_text(rec, CT_FIELD_request_parameters, "targetPrincipal",
										scratch);
	ct_slice	account = target.ptr != NULL ? ct_arn_part(target, 4) : CT_NO_SLICE;

	return account.len > 0 ? account : target;
}

/* The permission set that a role of IAM Identity Center was made from. */
static ct_slice
permission_set_of(ct_slice role_arn)
{
	ct_slice	resource = ct_arn_part(role_arn, 5);
	size_t		suffix = strlen("_0123456789abcdef");
	ct_slice	name;

	/* AWS alone can make roles with this path. */
	if (resource.ptr == NULL || !ct_starts_with(resource, "role/aws-reserved/sso.amazonaws.com/"))
		return CT_NO_SLICE;
	name = resource;
	for (size_t i = 0; i < resource.len; i++)
	{
		if (resource.ptr[i] == '/')
			name = (ct_slice) {resource.ptr + i + 1, resource.len - i - 1};
	}
	if (!ct_starts_with(name, "AWSReservedSSO_") || name.len <= strlen("AWSReservedSSO_") + suffix)
		return CT_NO_SLICE;
	name.ptr += strlen("AWSReservedSSO_");
	name.len -= strlen("AWSReservedSSO_") + suffix;
	return name;
}

/* Either of two members: that of the details of the service, or the caller's parameter. */
static ct_slice
detail_or_parameter(const ct_record *rec, const char *detail, const char *parameter,
					ct_scratch *scratch)
{
	ct_slice	text = ct_member_text(rec, CT_FIELD_service_event_details, detail, scratch);

	return text.ptr != NULL ? text : ct_member_text(rec, CT_FIELD_request_parameters, parameter,
													scratch);
}

/*
 * Fills in what a user chose in the portal of IAM Identity Center: the event
 * has an account and a permission set, but neither the role nor the key.
 */
static void
fill_portal(ct_credential *c, const ct_record *rec, ct_scratch *scratch)
{
	c->issued_id = detail_or_parameter(rec, "account_id", "accountId", scratch);
	c->permission_set = detail_or_parameter(rec, "role_name", "roleName", scratch);
}

/* Fills in what was issued. */
static void
fill_issued(ct_credential *c, const ct_record *rec, ct_scratch *scratch)
{
	ct_slice	id = response_text(rec, "assumedRoleUser", "assumedRoleId", scratch);

	c->issued_key = response_text(rec, "credentials", "accessKeyId", scratch);
	c->issued_sign_in = ct_member_text(rec, CT_FIELD_additional_event_data, "signInSessionArn",
									   scratch);
	if (ct_is(rec, CT_FIELD_event_name, "AssumeRoleWithSAML"))
		c->permission_set = permission_set_of(ct_member_text(rec, CT_FIELD_request_parameters,
															 "roleArn", scratch));
	if (id.ptr != NULL)
	{
		split_session_id(id, c);
		c->issued_arn = response_text(rec, "assumedRoleUser", "arn", scratch);
		return;
	}
	id = response_text(rec, "federatedUser", "federatedUserId", scratch);
	if (id.ptr != NULL)
	{
		split_session_id(id, c);
		/* The account is part of who the user is. */
		c->issued_id = id;
		c->issued_arn = response_text(rec, "federatedUser", "arn", scratch);
		return;
	}
	if (ct_is(rec, CT_FIELD_event_name, "AssumeRoot"))
		c->issued_id = target_account(rec, scratch);
	else if (ct_is(rec, CT_FIELD_event_name, "GetRoleCredentials"))
		fill_portal(c, rec, scratch);
	else
	{
		/* The caller goes on as who they are. */
		c->issued_id = c->caller_id;
		c->issued_name = c->caller_name;
	}
}

/* Fills in who asked. */
static ct_actor
fill_caller(ct_credential *c, const ct_record *rec, ct_scratch *scratch)
{
	ct_actor	actor = ct_find_actor(rec, scratch);

	c->caller = actor.id;
	c->caller_account = ct_actor_account(rec, scratch);
	c->caller_id = ct_principal_id(rec, scratch);
	c->caller_name = ct_session_name(rec, scratch);
	c->caller_key = ct_filled(rec, CT_FIELD_access_key_id, scratch);
	c->caller_created_at.known = ct_field_time(rec, CT_FIELD_session_creation_date,
											   &c->caller_created_at.time);
	c->caller_in_console = ct_bool(rec, CT_FIELD_session_credential_from_console);
	c->caller_sign_in = ct_filled(rec, CT_FIELD_sign_in_session_arn, scratch);
	c->source_ip.len = ct_source_ip(rec, c->source_ip.bytes);
	c->user_agent = ct_filled(rec, CT_FIELD_user_agent, scratch);
	return actor;
}

/* Fills in who stands behind the session. */
static void
fill_origin(ct_credential *c, const ct_record *rec, ct_actor actor, ct_scratch *scratch)
{
	ct_origin	origin = ct_find_origin(rec, actor, scratch);
	const char *kind;

	if (actor.kind == CT_ACTOR_SERVICE)
		origin = ct_origin_of_service(actor.id, c->issued_name, scratch);
	kind = ct_origin_kind_name(origin.kind);
	c->origin = origin.id;
	if (kind != NULL)
		c->origin_kind = (ct_slice) {kind, strlen(kind)};
	if (origin.method != NULL)
		c->origin_method = (ct_slice) {origin.method, strlen(origin.method)};
}

/* Drops what AWS bounds, but a forger need not: indexes hold these. */
static void
bound_identifiers(ct_credential *c)
{
	ct_slice   *const identifiers[] = {
		&c->account_id, &c->aws_region, &c->issued_id, &c->issued_name, &c->caller_account,
		&c->caller_id,
		&c->caller_name, &c->caller_key, &c->source_identity, &c->shared_event_id,
		&c->issued_sign_in, &c->caller_sign_in, &c->permission_set
	};

	for (size_t i = 0; i < sizeof(identifiers) / sizeof(identifiers[0]); i++)
	{
		if (identifiers[i]->len > IDENTIFIER_MAX)
			*identifiers[i] = CT_NO_SLICE;
	}
	if (c->caller.len > CT_FACT_ACTOR_MAX)
		c->caller = CT_NO_SLICE;
	if (c->origin.len > CT_FACT_ACTOR_MAX)
		c->origin = CT_NO_SLICE;
}

bool
ct_find_credential(const ct_record *rec, ct_scratch *scratch, ct_credential *credential)
{
	ct_credential c = {0};
	ct_actor	actor;

	if (!ct_issues_credentials(rec))
		return false;
	c.event_source = ct_text(rec, CT_FIELD_event_source, scratch);
	c.event_name = ct_text(rec, CT_FIELD_event_name, scratch);
	c.account_id = ct_account_id(rec, scratch);
	c.aws_region = ct_filled(rec, CT_FIELD_aws_region, scratch);
	c.shared_event_id = ct_filled(rec, CT_FIELD_shared_event_id, scratch);
	actor = fill_caller(&c, rec, scratch);
	fill_issued(&c, rec, scratch);
	c.source_identity = ct_member_text(rec, CT_FIELD_response_elements, "sourceIdentity", scratch);
	if (c.source_identity.ptr == NULL)
		c.source_identity = ct_filled(rec, CT_FIELD_source_identity, scratch);
	fill_origin(&c, rec, actor, scratch);
	bound_identifiers(&c);
	*credential = c;
	return true;
}
