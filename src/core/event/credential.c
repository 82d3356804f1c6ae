/*
 * credential.c: what an event that issues credentials says of them.
 */
#include <string.h>

#include "core/base/event_time.h"
#include "core/event/credential.h"

/* Longest identifier of a credential; AWS's are shorter, a forger's need not be. */
#define IDENTIFIER_MAX	512

/* Who asks for credentials. */
typedef enum requester
{
	CALLER,						/* whoever calls */
	PROVIDER,					/* an account to which access was delegated */
	SERVICE						/* the service, for whoever showed a certificate; nobody calls */
} requester;

/* An event that issues credentials. */
typedef struct issuer
{
	const char *service;
	const char *name;
	requester	requester;
	const char *list;			/* the array of the response whose first element has what was
								 * issued; NULL if the response itself has it */
	const char *session_arn;	/* key of the response that has the ARN of a session without id */
} issuer;

/* The events that issue credentials, by service. */
static const issuer issuers[] = {
	{.service = "sts", .name = "AssumeRole"},
	{.service = "sts", .name = "AssumeRoleWithSAML"},
	{.service = "sts", .name = "AssumeRoleWithWebIdentity"},
	{.service = "sts", .name = "AssumeRoot"},
	{.service = "sts", .name = "GetDelegatedAccessToken", .requester = PROVIDER,
	.session_arn = "assumedPrincipal"},
	{.service = "sts", .name = "GetFederationToken"},
	{.service = "sts", .name = "GetSessionToken"},
	{.service = "signin", .name = "ConsoleLogin"},
	{.service = "signin", .name = "CreateOAuth2Token"},
	{.service = "sso", .name = "GetRoleCredentials"},
	{.service = "cognito-identity", .name = "GetCredentialsForIdentity"},
	{.service = "rolesanywhere", .name = "CreateSession", .requester = SERVICE,
	.list = "credentialSet"},
};

/* Finds the event that an action of a service makes; NULL if it issues no credentials. */
static const issuer *
find_issuer(ct_slice service, ct_slice name)
{
	for (size_t i = 0; i < sizeof(issuers) / sizeof(issuers[0]); i++)
	{
		if (ct_same(service, (ct_slice) {issuers[i].service, strlen(issuers[i].service)}) &&
			ct_same(name, (ct_slice) {issuers[i].name, strlen(issuers[i].name)}))
			return &issuers[i];
	}
	return NULL;
}

bool
ct_is_issuer(ct_slice service, ct_slice name)
{
	return find_issuer(service, name) != NULL;
}

/* The event that a record is of, if it issues credentials; else NULL. */
static const issuer *
issuer_of(const ct_record *rec)
{
	if (ct_type_of(rec, CT_FIELD_event_source) != CT_STRING ||
		ct_type_of(rec, CT_FIELD_event_name) != CT_STRING || !ct_succeeded(rec))
		return NULL;
	return find_issuer(ct_service(ct_raw(rec, CT_FIELD_event_source)),
					   ct_raw(rec, CT_FIELD_event_name));
}

bool
ct_issues_credentials(const ct_record *rec)
{
	return issuer_of(rec) != NULL;
}

/* The text at a path of the response. */
static ct_slice
text_at(const ct_record *rec, const ct_slice *path, size_t steps, ct_scratch *scratch)
{
	ct_slice	response = ct_raw(rec, CT_FIELD_response_elements);
	ct_value	value;
	ct_slice	text;

	if (ct_type_of(rec, CT_FIELD_response_elements) != CT_OBJECT ||
		!ct_find_path(response.ptr, response.len, path, steps, &value) ||
		value.type != CT_STRING)
		return CT_NO_SLICE;
	text = ct_string_text(response.ptr, &value, scratch);
	return text.len > 0 && text.len <= IDENTIFIER_MAX ? text : CT_NO_SLICE;
}

/* The text that a key leads to from what was issued; object may be NULL. */
static ct_slice
issued_text(const ct_record *rec, const issuer *by, const char *object, const char *key,
			ct_scratch *scratch)
{
	ct_slice	path[4];
	size_t		steps = 0;

	if (by->list != NULL)
	{
		path[steps++] = (ct_slice) {by->list, strlen(by->list)};
		path[steps++] = CT_LITERAL("0");
	}
	if (object != NULL)
		path[steps++] = (ct_slice) {object, strlen(object)};
	path[steps++] = (ct_slice) {key, strlen(key)};
	return text_at(rec, path, steps, scratch);
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

/* Fills in the session of a provider, of which the event has the ARN, not the id. */
static void
fill_delegated(ct_credential *c, const ct_record *rec, const issuer *by, ct_scratch *scratch)
{
	ct_slice	resource;
	const char *slash;

	c->issued_arn = issued_text(rec, by, NULL, by->session_arn, scratch);
	resource = ct_arn_part(c->issued_arn, 5);
	if (resource.ptr == NULL || !ct_starts_with(resource, "assumed-role/"))
		return;
	slash = memrchr(resource.ptr, '/', resource.len);
	c->issued_name = (ct_slice) {slash + 1, resource.ptr + resource.len - slash - 1};
}

/* Fills in what was issued. */
static void
fill_issued(ct_credential *c, const ct_record *rec, const issuer *by, ct_scratch *scratch)
{
	ct_slice	id = issued_text(rec, by, "assumedRoleUser", "assumedRoleId", scratch);

	c->issued_key = issued_text(rec, by, "credentials", "accessKeyId", scratch);
	c->issued_sign_in = ct_member_text(rec, CT_FIELD_additional_event_data, "signInSessionArn",
									   scratch);
	if (ct_is(rec, CT_FIELD_event_name, "AssumeRoleWithSAML"))
		c->permission_set = permission_set_of(ct_member_text(rec, CT_FIELD_request_parameters,
															 "roleArn", scratch));
	if (id.ptr != NULL)
	{
		split_session_id(id, c);
		c->issued_arn = issued_text(rec, by, "assumedRoleUser", "arn", scratch);
		return;
	}
	id = issued_text(rec, by, "federatedUser", "federatedUserId", scratch);
	if (id.ptr != NULL)
	{
		split_session_id(id, c);
		/* The account is part of who the user is. */
		c->issued_id = id;
		c->issued_arn = issued_text(rec, by, "federatedUser", "arn", scratch);
		return;
	}
	if (ct_is(rec, CT_FIELD_event_name, "AssumeRoot"))
		c->issued_id = target_account(rec, scratch);
	else if (ct_is(rec, CT_FIELD_event_name, "GetRoleCredentials"))
		fill_portal(c, rec, scratch);
	else if (by->session_arn != NULL)
		fill_delegated(c, rec, by, scratch);
	else if (by->requester == CALLER)
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

/* Makes the service the caller, as it is of the call that it makes to STS. */
static ct_actor
fill_service(ct_credential *c)
{
	c->caller = c->event_source;
	c->caller_account = CT_NO_SLICE;
	c->caller_id = CT_NO_SLICE;
	return (ct_actor) {CT_ACTOR_SERVICE, c->event_source};
}

/* Fills in who stands behind the session. */
static void
fill_origin(ct_credential *c, const ct_record *rec, const issuer *by, ct_actor actor,
			ct_scratch *scratch)
{
	ct_origin	origin = ct_find_origin(rec, actor, scratch);
	const char *kind;

	if (actor.kind == CT_ACTOR_SERVICE)
		origin = ct_origin_of_service(actor.id, c->issued_name, scratch);
	else if (by->requester == PROVIDER && origin.kind == CT_ORIGIN_SESSION &&
			 c->caller_account.len > 0 && !ct_same(c->caller_account, c->account_id))
		origin = ct_origin_of_delegate(c->caller_account);
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
	const issuer *by = issuer_of(rec);
	ct_actor	actor;

	if (by == NULL)
		return false;
	c.event_source = ct_text(rec, CT_FIELD_event_source, scratch);
	c.event_name = ct_text(rec, CT_FIELD_event_name, scratch);
	c.account_id = ct_account_id(rec, scratch);
	c.aws_region = ct_filled(rec, CT_FIELD_aws_region, scratch);
	c.shared_event_id = ct_filled(rec, CT_FIELD_shared_event_id, scratch);
	actor = fill_caller(&c, rec, scratch);
	if (by->requester == SERVICE)
		actor = fill_service(&c);
	fill_issued(&c, rec, by, scratch);
	c.source_identity = issued_text(rec, by, NULL, "sourceIdentity", scratch);
	if (c.source_identity.ptr == NULL)
		c.source_identity = ct_filled(rec, CT_FIELD_source_identity, scratch);
	fill_origin(&c, rec, by, actor, scratch);
	bound_identifiers(&c);
	*credential = c;
	return true;
}
