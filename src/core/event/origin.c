/*
 * origin.c: who stands behind a call, as far as its own record shows.
 */
#include <string.h>

#include "core/event/origin.h"

/* What AWS alone can put before the name of a role. */
#define SSO_ROLE			"role/aws-reserved/sso.amazonaws.com/"
#define SERVICE_ROLE		"role/aws-service-role/"

/* An origin, or one that nobody knows if there is no identifier. */
static ct_origin
origin(ct_origin_kind kind, ct_slice id, const char *method)
{
	if (id.len == 0)
		return (ct_origin) {CT_ORIGIN_UNKNOWN, CT_NO_SLICE, "nobody is named"};
	return (ct_origin) {kind, id, method};
}

/* What the session of the call must tell. */
static ct_origin
of_session(void)
{
	return (ct_origin) {CT_ORIGIN_SESSION, CT_NO_SLICE, NULL};
}

/* Whether a host is the one named, whatever path follows. */
static bool
is_host(ct_slice host, const char *name)
{
	size_t		len = strlen(name);

	return ct_starts_with(host, name) && (host.len == len || host.ptr[len] == '/');
}

/* A provider of web identities without the ARN around it. */
static ct_slice
host_of(ct_slice provider)
{
	ct_slice	resource = ct_arn_part(provider, 5);
	size_t		prefix = strlen("oidc-provider/");

	if (resource.ptr == NULL || !ct_starts_with(resource, "oidc-provider/"))
		return provider;
	return (ct_slice) {resource.ptr + prefix, resource.len - prefix};
}

/* What a subject of a web identity provider is. */
static ct_origin_kind
kind_of_subject(ct_slice host, ct_slice subject)
{
	static const struct
	{
		const char *host;
		ct_origin_kind kind;
	}			hosts[] = {
		{"token.actions.githubusercontent.com", CT_ORIGIN_WORKLOAD},
		{"gitlab.com", CT_ORIGIN_WORKLOAD},
		{"app.terraform.io", CT_ORIGIN_WORKLOAD},
		{"agent.buildkite.com", CT_ORIGIN_WORKLOAD},
		{"api.bitbucket.org", CT_ORIGIN_WORKLOAD},
		{"accounts.google.com", CT_ORIGIN_HUMAN},
		{"cognito-identity.amazonaws.com", CT_ORIGIN_HUMAN},
		{"graph.facebook.com", CT_ORIGIN_HUMAN},
		{"www.amazon.com", CT_ORIGIN_HUMAN},
	};

	if (ct_starts_with(host, "oidc.eks.") || ct_starts_with(host, "oidc.circleci.com/") ||
		ct_starts_with(subject, "system:serviceaccount:"))
		return CT_ORIGIN_WORKLOAD;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
	{
		if (is_host(host, hosts[i].host))
			return hosts[i].kind;
	}
	return CT_ORIGIN_UNKNOWN;
}

/* Who stands behind a web identity: the provider's host, and whom it vouches for. */
static ct_origin
of_web_identity(ct_slice provider, ct_slice subject, ct_scratch *scratch)
{
	ct_slice	host = host_of(provider);

	if (subject.ptr == NULL || host.ptr == NULL)
		return origin(CT_ORIGIN_UNKNOWN, subject, "web identity");
	return origin(kind_of_subject(host, subject),
				  ct_join(scratch, (ct_slice[]) {host, CT_LITERAL(":"), subject}, 3),
				  "web identity");
}

/*
 * The subject that the session's own data has of its web identity, under a key
 * that ends in ":sub".
 */
static ct_slice
federated_subject(const ct_record *rec, ct_scratch *scratch)
{
	ct_slice	attributes = ct_raw(rec, CT_FIELD_web_id_federation_attributes);
	ct_value	key;
	ct_value	value;
	size_t		pos = 0;

	if (ct_type_of(rec, CT_FIELD_web_id_federation_attributes) != CT_OBJECT)
		return CT_NO_SLICE;
	while (ct_next_member(attributes.ptr, attributes.len, &pos, &key, &value))
	{
		if (value.type == CT_STRING && value.length > 0 && key.length >= strlen(":sub") &&
			memcmp(attributes.ptr + key.offset + key.length - strlen(":sub"), ":sub",
				   strlen(":sub")) == 0)
			return ct_string_text(attributes.ptr, &value, scratch);
	}
	return CT_NO_SLICE;
}

/* Who stands behind a role's session. */
static ct_origin
of_role(const ct_record *rec, ct_actor actor, ct_scratch *scratch)
{
	ct_slice	resource = ct_arn_part(actor.id, 5);
	ct_slice	subject;

	if (resource.ptr == NULL)
		return of_session();
	/* IAM Identity Center names the session by the user. */
	if (ct_starts_with(resource, SSO_ROLE))
		return origin(CT_ORIGIN_HUMAN, ct_session_name(rec, scratch), "identity center role");
	if (ct_starts_with(resource, SERVICE_ROLE))
	{
		const char *service = resource.ptr + strlen(SERVICE_ROLE);
		const char *end = memchr(service, '/', resource.ptr + resource.len - service);

		if (end != NULL)
			return origin(CT_ORIGIN_SERVICE, (ct_slice) {service, end - service},
						  "service-linked role");
	}
	subject = federated_subject(rec, scratch);
	if (subject.ptr != NULL)
		return of_web_identity(ct_filled(rec, CT_FIELD_federated_provider, scratch), subject,
							   scratch);
	return of_session();
}

/* Who stands behind an identity without credentials of a session. */
static ct_origin
of_identity(const ct_record *rec, ct_actor actor, ct_scratch *scratch)
{
	ct_slice	name = ct_filled(rec, CT_FIELD_user_name, scratch);

	switch (actor.kind)
	{
		case CT_ACTOR_ROOT:
			/* A session of sts:AssumeRoot is that of whoever asked for it. */
			if (ct_bool(rec, CT_FIELD_assumed_root) == 1 || !ct_is(rec, CT_FIELD_user_type, "Root"))
				return of_session();
			return origin(CT_ORIGIN_HUMAN, actor.id, "root user");
		case CT_ACTOR_USER:
			return origin(CT_ORIGIN_HUMAN, actor.id, "iam user");
		case CT_ACTOR_FEDERATED_USER:
			return origin(CT_ORIGIN_HUMAN, actor.id, "federated by");
		case CT_ACTOR_IDENTITY_CENTER_USER:
			return origin(CT_ORIGIN_HUMAN, actor.id, "identity center user");
		case CT_ACTOR_SAML_USER:
			return origin(CT_ORIGIN_HUMAN, name.ptr != NULL ? name : actor.id, "saml");
		case CT_ACTOR_WEB_IDENTITY_USER:
			return of_web_identity(ct_filled(rec, CT_FIELD_identity_provider, scratch), name,
								   scratch);
		case CT_ACTOR_SERVICE:
			return origin(CT_ORIGIN_SERVICE, actor.id, "service");
		case CT_ACTOR_ROLE:
			return of_role(rec, actor, scratch);
		default:
			return origin(CT_ORIGIN_UNKNOWN, actor.id, "unknown identity");
	}
}

/* The resource for which a service issued the credentials. */
static ct_slice
in_scope_of(const ct_record *rec, ct_scratch *scratch)
{
	ct_slice	resource = ct_filled(rec, CT_FIELD_in_scope_of_credentials_issued_to, scratch);

	return resource.ptr != NULL ? resource : ct_filled(rec, CT_FIELD_in_scope_of_source_arn,
													   scratch);
}

ct_origin
ct_find_origin(const ct_record *rec, ct_actor actor, ct_scratch *scratch)
{
	ct_origin	found;
	ct_slice	id = ct_filled(rec, CT_FIELD_invoked_by_delegate_account_id, scratch);

	/* Whose role or user it is only agreed to what the provider does. */
	if (id.ptr != NULL)
		return ct_origin_of_delegate(id);
	/* The records of other accounts have ids only, which their own account's records explain. */
	if (ct_is(rec, CT_FIELD_user_type, "AWSAccount"))
		return of_session();
	found = of_identity(rec, actor, scratch);
	if (found.kind != CT_ORIGIN_SESSION && found.kind != CT_ORIGIN_UNKNOWN)
		return found;
	id = ct_filled(rec, CT_FIELD_on_behalf_of_user_id, scratch);
	if (id.ptr != NULL)
		return origin(CT_ORIGIN_HUMAN, id, "identity center user");
	id = in_scope_of(rec, scratch);
	if (id.ptr != NULL)
		return origin(CT_ORIGIN_WORKLOAD, id, "issued to");
	/* EC2 names the session by the instance. */
	if (ct_has(rec, CT_FIELD_ec2_role_delivery) &&
		ct_filled(rec, CT_FIELD_ec2_role_delivery, scratch).ptr != NULL)
	{
		id = ct_session_name(rec, scratch);
		if (id.ptr != NULL && ct_starts_with(id, "i-"))
			return ct_origin_of_service(CT_LITERAL("ec2.amazonaws.com"), id, scratch);
	}
	return found;
}

ct_origin
ct_origin_of_delegate(ct_slice account)
{
	return origin(CT_ORIGIN_UNKNOWN, account, "delegated access");
}

ct_origin
ct_origin_of_service(ct_slice service, ct_slice session_name, ct_scratch *scratch)
{
	static const char *const runners[] = {
		"apprunner.", "batch.", "codebuild.", "ec2.", "ecs-tasks.", "eks-auth.", "glue.", "lambda.",
		"pods.eks.",
		"rolesanywhere.", "sagemaker.", "tasks.apprunner."
	};

	for (size_t i = 0; i < sizeof(runners) / sizeof(runners[0]); i++)
	{
		if (session_name.len > 0 && ct_starts_with(service, runners[i]) &&
			ct_starts_with((ct_slice) {service.ptr + strlen(runners[i]),
				service.len - strlen(runners[i])}, "amazonaws.com"))
			return origin(CT_ORIGIN_WORKLOAD,
						  ct_join(scratch, (ct_slice[]) {service, CT_LITERAL("/"), session_name},
								  3), "workload");
	}
	return origin(CT_ORIGIN_SERVICE, service, "service");
}

const char *
ct_origin_kind_name(ct_origin_kind kind)
{
	static const char *const names[] = {NULL, "human", "workload", "service", "unknown"};

	return names[kind];
}
