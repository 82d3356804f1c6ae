/*
 * actor.c: who acted, worked out in one way for every kind of identity.
 */
#include <string.h>

#include "core/event/actor.h"

/* The kind that a userIdentity.type stands for by itself. */
static ct_actor_kind
kind_of_type(const ct_record *rec)
{
	static const struct
	{
		const char *type;
		ct_actor_kind kind;
	}			types[] = {
		{"Root", CT_ACTOR_ROOT},
		{"IAMUser", CT_ACTOR_USER},
		{"AssumedRole", CT_ACTOR_ROLE},
		{"Role", CT_ACTOR_ROLE},
		{"FederatedUser", CT_ACTOR_FEDERATED_USER},
		{"IdentityCenterUser", CT_ACTOR_IDENTITY_CENTER_USER},
		{"SAMLUser", CT_ACTOR_SAML_USER},
		{"WebIdentityUser", CT_ACTOR_WEB_IDENTITY_USER},
		{"AWSService", CT_ACTOR_SERVICE},
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
	{
		if (ct_is(rec, CT_FIELD_user_type, types[i].type))
			return types[i].kind;
	}
	return CT_ACTOR_UNKNOWN;
}

/* The kind of whom an ARN names; that of the type if the ARN does not tell. */
static ct_actor_kind
kind_of_arn(ct_slice arn, ct_actor_kind of_type)
{
	ct_slice	resource = ct_arn_part(arn, 5);

	/* A federated user acts by the ARN of the user who vouches for them. */
	if (of_type == CT_ACTOR_FEDERATED_USER || resource.ptr == NULL)
		return of_type;
	if (ct_same(resource, CT_LITERAL("root")))
		return CT_ACTOR_ROOT;
	if (ct_starts_with(resource, "role/") || ct_starts_with(resource, "assumed-role/"))
		return CT_ACTOR_ROLE;
	if (ct_starts_with(resource, "user/"))
		return CT_ACTOR_USER;
	if (ct_starts_with(resource, "federated-user/"))
		return CT_ACTOR_FEDERATED_USER;
	return of_type;
}

/* The kind that the beginning of a unique identifier tells. */
static ct_actor_kind
kind_of_id(ct_slice id, ct_actor_kind of_type)
{
	if (ct_starts_with(id, "AROA"))
		return CT_ACTOR_ROLE;
	if (ct_starts_with(id, "AIDA"))
		return CT_ACTOR_USER;
	return of_type;
}

/* An identifier of a role's session without the session's name. */
static ct_slice
without_session(ct_slice id)
{
	const char *colon = id.ptr != NULL &&
		ct_starts_with(id, "AROA") ? memchr(id.ptr, ':', id.len) : NULL;

	if (colon != NULL)
		id.len = colon - id.ptr;
	return id;
}

/* Whether an identifier is the number of a whole account, which stands where nobody is named. */
static bool
names_nobody(const ct_record *rec, ct_slice id, ct_scratch *scratch)
{
	if (!ct_is(rec, CT_FIELD_user_type, "AWSAccount") &&
		!ct_is(rec, CT_FIELD_user_type, "IdentityCenterUser"))
		return false;
	return ct_same(id, ct_filled(rec, CT_FIELD_user_account_id, scratch));
}

ct_slice
ct_principal_id(const ct_record *rec, ct_scratch *scratch)
{
	ct_slice	id = ct_filled(rec, CT_FIELD_principal_id, scratch);

	if (id.ptr == NULL || names_nobody(rec, id, scratch))
		id = ct_filled(rec, CT_FIELD_session_issuer_principal_id, scratch);
	return without_session(id);
}

ct_slice
ct_actor_account(const ct_record *rec, ct_scratch *scratch)
{
	ct_slice	account = ct_filled(rec, CT_FIELD_user_account_id, scratch);

	if (account.ptr != NULL)
		return account;
	account = ct_filled(rec, CT_FIELD_user_arn, scratch);
	if (account.ptr != NULL)
		account = ct_arn_part(account, 4);
	if (account.len > 0)
		return account;
	return ct_filled(rec, CT_FIELD_session_issuer_account_id, scratch);
}

/* The ARN of an account's root user. */
static ct_slice
root_arn(const ct_record *rec, ct_slice account, ct_scratch *scratch)
{
	return ct_join(scratch, (ct_slice[]) {
		CT_LITERAL("arn:"), ct_partition(rec, scratch), CT_LITERAL(":iam::"), account,
		CT_LITERAL(":root")
	}, 5);
}

/* Finds who acted in an event without an ARN of theirs, but with an identifier or name. */
static ct_actor
find_identifier(const ct_record *rec, ct_actor_kind kind, ct_slice account, ct_scratch *scratch)
{
	ct_slice	id = ct_filled(rec, CT_FIELD_on_behalf_of_user_id, scratch);
	ct_slice	principal = ct_principal_id(rec, scratch);
	ct_slice	name;

	if (kind == CT_ACTOR_IDENTITY_CENTER_USER && id.ptr != NULL)
		return (ct_actor) {kind, id};
	/* The principal of a whole account is its number. */
	if (principal.ptr != NULL && !ct_same(principal, account))
		return (ct_actor) {kind_of_id(principal, kind), principal};
	if (id.ptr != NULL)
		return (ct_actor) {CT_ACTOR_IDENTITY_CENTER_USER, id};
	name = ct_filled(rec, CT_FIELD_user_name, scratch);
	/* Sign-ins have the user's name elsewhere; of one that fails it is what somebody typed. */
	if (kind == CT_ACTOR_IDENTITY_CENTER_USER && name.ptr == NULL && ct_succeeded(rec))
		name = ct_member_text(rec, CT_FIELD_additional_event_data, "UserName", scratch);
	/* CloudTrail's words for a name that it does not log. */
	if (name.ptr == NULL || ct_same(name, CT_LITERAL("HIDDEN_DUE_TO_SECURITY_REASONS")))
		return (ct_actor) {CT_ACTOR_UNKNOWN, CT_NO_SLICE};
	return (ct_actor) {kind, name};
}

/* Finds who acted in an event that has no ARN of theirs. */
static ct_actor
find_without_arn(const ct_record *rec, ct_scratch *scratch)
{
	ct_actor_kind kind = kind_of_type(rec);
	ct_slice	account = ct_actor_account(rec, scratch);
	ct_slice	service = ct_filled(rec, CT_FIELD_invoked_by, scratch);
	ct_actor	actor;

	if (kind == CT_ACTOR_ROOT && account.ptr != NULL)
		return (ct_actor) {kind, root_arn(rec, account, scratch)};
	if (kind == CT_ACTOR_SERVICE && service.ptr != NULL)
		return (ct_actor) {kind, service};
	actor = find_identifier(rec, kind, account, scratch);
	if (actor.id.ptr != NULL)
		return actor;
	if (service.ptr != NULL)
		return (ct_actor) {CT_ACTOR_SERVICE, service};
	if (account.ptr != NULL)
		return (ct_actor) {CT_ACTOR_ACCOUNT,
			ct_join(scratch, (ct_slice[]) {CT_LITERAL("account "), account}, 2)};
	return (ct_actor) {kind, CT_NO_SLICE};
}

ct_actor
ct_find_actor(const ct_record *rec, ct_scratch *scratch)
{
	ct_slice	arn = ct_principal_arn(rec, scratch);

	if (arn.ptr == NULL)
		return find_without_arn(rec, scratch);
	return (ct_actor) {kind_of_arn(arn, kind_of_type(rec)), arn};
}

const char *
ct_actor_kind_name(ct_actor_kind kind)
{
	static const char *const names[] = {
		"unknown", "role", "user", "root", "federated user", "identity center user", "saml user",
		"web identity user", "service", "account"
	};

	return names[kind];
}
