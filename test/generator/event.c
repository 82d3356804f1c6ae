/*
 * event.c: writes one CloudTrail record, its fields in AWS's order and only
 * those that its eventVersion has.
 */
#include <stdlib.h>

#include "calendar.h"
#include "event.h"
#include "world.h"

/* The first record in so many that comes late or again and says so. */
#define ADDENDUM_EVERY 2500

static const uint8_t mixes[][16] = {
	[MIX_NEW] = {11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 10, 10, 9, 9, 8, 8},
	[MIX_MIDDLE] = {8, 8, 8, 8, 8, 9, 9, 9, 9, 9, 10, 10, 10, 10, 11, 11},
	[MIX_SETTLED] = {8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 9, 9, 10, 11, 11},
	[MIX_OLD] = {5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 4, 4, 3, 2, 2},
};

/* Whether an AWS service makes the call, so that it has no client. */
static bool
has_no_client(const scene *s, const entry *e)
{
	return s->actor == NULL || s->actor->kind == KIND_SERVICE || (e->shape->invoker != NULL && !(e->shape->by & BY_SERVICE));
}

/* Whether the call is made by a service with the rights of the caller. */
static bool
is_forwarded(const scene *s, const entry *e)
{
	return s->actor != NULL && s->actor->kind != KIND_SERVICE && has_no_client(s, e);
}

/* Writes the requestID to be. */
static void
choose_request_id(scene *s, const entry *e)
{
	text	   *id = &s->request_id;

	id->len = 0;
	if (e->id.count > 0)
		template_expand(id, &e->id, s);
	else if (e->service->id_style == ID_S3)
		text_random(id, s->rng, alphabet_alnum, 36, 16);
	else if (e->service->id_style == ID_DYNAMODB)
		text_random(id, s->rng, alphabet_alnum, 36, 52);
	else
		text_uuid(id, s->rng);
}

/* Decides what the templates of an event rely on; its caller set who, where and when. */
void
event_prepare(scene *s, const entry *e)
{
	static text invoker;

	if (s->actor != NULL)
		principal_renew(s->actor, s);
	s->entry = e;
	s->event++;
	s->minor = e->shape->minor ? (unsigned) e->shape->minor : mixes[e->service->mix][rng_below(s->rng, 16)];
	s->recipient = s->account;
	s->fault = NULL;
	s->foreign = false;
	s->ending = false;
	s->shared = 0;
	invoker.len = 0;
	template_expand(&invoker, &e->invoker, s);
	s->invoker = (slice) {invoker.data, invoker.len};
	choose_request_id(s, e);
}

/* Decides whether the call fails, as often as the shape says. */
void
event_choose_failure(scene *s, const entry *e)
{
	const shape *sh = e->shape;
	uint32_t	draw;

	if (sh->denied == 0 && sh->failure[0].permille == 0)
		return;
	draw = rng_below(s->rng, 1000);
	if (draw < (uint32_t) sh->denied && s->actor->kind != KIND_ROOT && *s->actor->fact[FACT_ARN] != '\0')
		s->fault = &fault_denied;
	else
		for (int i = 0, sum = sh->denied; i < FAILURES && s->fault == NULL; i++)
		{
			sum += sh->failure[i].permille;
			if (draw < (uint32_t) sum && draw >= (uint32_t) sh->denied)
				s->fault = &e->fault[i];
		}
}

/* Appends a template's text after its key, or null. */
static void
write_or_null(text *out, const char *key, const template *t, scene *s, bool present)
{
	text_adds(out, key);
	if (present && t->count > 0)
		template_expand(out, t, s);
	else
		text_lit(out, "null");
}

/* Appends a template's text after its key, or nothing. */
static void
write_if_any(text *out, const char *key, const template *t, scene *s)
{
	if (t->count > 0)
	{
		text_adds(out, key);
		template_expand(out, t, s);
	}
}

/* Appends why a call was refused. */
static void
write_refusal(text *out, scene *s, const entry *e)
{
	static const char *const reasons[] = {
		" with an explicit deny in a service control policy",
		" with an explicit deny in a resource-based policy",
		" with an explicit deny in an identity-based policy",
		" because no permissions boundary allows the "
	};
	uint32_t	reason = rng_below(s->rng, 20);
	bool		quoted = e->service->denial == DENIED_S3;

	text_lit(out, "User: ");
	text_adds(out, s->actor->fact[FACT_ARN]);
	text_lit(out, " is not authorized to perform: ");
	text_adds(out, e->service->prefix);
	text_addc(out, ':');
	text_adds(out, e->shape->name);
	if (e->subject.count > 0)
	{
		text_adds(out, quoted ? " on resource: \\\"" : " on resource: ");
		template_expand(out, &e->subject, s);
		if (quoted)
			text_lit(out, "\\\"");
	}
	if (s->actor->account != s->account)
		text_lit(out, " because no resource-based policy allows the ");
	else
		text_adds(out, reason < 4 ? reasons[reason] : " because no identity-based policy allows the ");
	if (s->actor->account != s->account || reason >= 3)
	{
		text_adds(out, e->service->prefix);
		text_addc(out, ':');
		text_adds(out, e->shape->name);
		text_lit(out, " action");
	}
}

/* Appends errorCode and errorMessage. */
static void
write_fault(text *out, scene *s, const entry *e)
{
	static const char *const codes[] = {
		[DENIED_PLAIN] = "AccessDenied", [DENIED_EXCEPTION] = "AccessDeniedException",
		[DENIED_EC2] = "Client.UnauthorizedOperation", [DENIED_S3] = "AccessDenied"
	};
	const fault *f = s->fault;
	bool		is_denied = f == &fault_denied;
	const char *code = is_denied ? codes[e->service->denial] : f->failure->code;

	if (code != NULL)
	{
		text_lit(out, ",\"errorCode\":\"");
		text_adds(out, code);
		text_addc(out, '"');
	}
	if (!is_denied && f->failure->message == NULL)
		return;
	text_lit(out, ",\"errorMessage\":\"");
	if (!is_denied)
		template_expand(out, &f->message, s);
	else
	{
		if (e->service->denial == DENIED_EC2)
			text_lit(out, "You are not authorized to perform this operation. ");
		write_refusal(out, s, e);
		if (e->service->denial == DENIED_EC2)
		{
			text_lit(out, ". Encoded authorization failure message: ");
			text_random(out, s->rng, alphabet_alnum, 62, 360);
		}
	}
	text_addc(out, '"');
}

/* Appends userAgent. */
static void
write_agent(text *out, scene *s, const entry *e, bool no_client)
{
	static const char browser[] = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:129.0) Gecko/20100101 Firefox/129.0";
	const char *agent = e->shape->agent;
	const char *star;
	bool		bracketed = false;

	if (agent == NULL && !no_client)
	{
		agent = s->actor->fact[FACT_AGENT];
		if (strcmp(agent, "AWS Internal") != 0)
			bracketed = e->service->bracketed && s->actor->kind != KIND_LINKED;
		else if (e->shape->flags & SIGN_IN)
			agent = browser;
	}
	text_adds(out, bracketed ? ",\"userAgent\":\"[" : ",\"userAgent\":\"");
	if (agent == NULL)
		text_add(out, s->invoker.data, s->invoker.len);
	/* A star stands for the service: some SDKs name it. */
	else if ((star = strchr(agent, '*')) != NULL)
	{
		text_add(out, agent, (size_t) (star - agent));
		text_adds(out, e->service->prefix);
		text_adds(out, star + 1);
	}
	else
		text_adds(out, agent);
	text_adds(out, bracketed ? "]\"" : "\"");
}

/* Appends userIdentity, sourceIPAddress and userAgent with what stands between. */
static void
write_head(text *out, scene *s, const entry *e)
{
	bool		no_client = has_no_client(s, e);
	const char *region = e->service->global ? world_regions[GLOBAL_REGION] : world_regions[s->region];

	text_lit(out, "{\"eventVersion\":\"1.");
	text_two_digits(out, (int) s->minor);
	text_lit(out, "\",\"userIdentity\":");
	if (e->identity.count > 0 && !s->foreign)
		template_expand(out, &e->identity, s);
	else if (is_forwarded(s, e))
		principal_write_forwarded(out, s->actor, s);
	else if (s->actor != NULL)
		principal_write(out, s->actor, s);
	else
	{
		text_lit(out, "{\"accountId\":\"");
		text_add(out, s->world->account[s->account].id, ACCOUNT_LENGTH);
		text_lit(out, "\",\"invokedBy\":\"");
		text_add(out, s->invoker.data, s->invoker.len);
		text_lit(out, "\"}");
	}
	text_lit(out, ",\"eventTime\":\"");
	text_iso(out, s->time);
	text_add(out, e->head.data, e->head.len);
	text_adds(out, region);
	text_lit(out, "\",\"sourceIPAddress\":\"");
	if (no_client)
		text_add(out, s->invoker.data, s->invoker.len);
	else
		text_adds(out, s->actor->fact[FACT_ADDRESS]);
	text_addc(out, '"');
	if (e->shape->flags & NETWORK)
		return;
	write_agent(out, s, e, no_client);
}

/* The type of network activity: one way in logs, another in AWS's documentation. */
static const char *
network_type(const scene *s)
{
	return s->time % 4 == 0 ? ",\"eventType\":\"AwsVpceEvents\"" : ",\"eventType\":\"AwsVpceEvent\"";
}

/* Appends the fields that tell where the record belongs and how it came about. */
static void
write_delivery(text *out, scene *s, const entry *e)
{
	uint32_t	flags = e->shape->flags;
	bool		is_data = (flags & DATA) != 0;

	text_adds(out, flags & SERVICE_EVENT ? ",\"eventType\":\"AwsServiceEvent\"" :
			  flags & SIGN_IN ? ",\"eventType\":\"AwsConsoleSignIn\"" :
			  flags & CONSOLE_ACTION ? ",\"eventType\":\"AwsConsoleAction\"" :
			  flags & NETWORK ? network_type(s) : ",\"eventType\":\"AwsApiCall\"");
	if (e->service->api_version != NULL && !(flags & (SERVICE_EVENT | NETWORK)))
	{
		text_lit(out, ",\"apiVersion\":\"");
		text_adds(out, e->service->api_version);
		text_addc(out, '"');
	}
	if (s->minor >= 6 && !(flags & NETWORK))
		text_adds(out, is_data ? ",\"managementEvent\":false" : ",\"managementEvent\":true");
	text_lit(out, ",\"recipientAccountId\":\"");
	text_add(out, s->world->account[s->recipient].id, ACCOUNT_LENGTH);
	text_addc(out, '"');
	if (s->minor >= 3 && (s->shared || flags & SHARED))
	{
		rng			r = {s->shared ? s->shared : rng_next(s->rng)};

		text_lit(out, ",\"sharedEventID\":\"");
		text_uuid(out, &r);
		text_addc(out, '"');
	}
}

/* Appends the VPC endpoint that the call came through. */
static void
write_endpoint(text *out, scene *s, const entry *e)
{
	static int	pool = -1;
	const slice *endpoint;

	if (has_no_client(s, e) || s->minor < 4)
		return;
	if (*s->actor->fact[FACT_ENDPOINT] == '\0' && !(e->shape->flags & NETWORK))
		return;
	if (pool < 0)
		pool = pool_named("endpoint");
	endpoint = pool_pick(s, pool, 0);
	text_lit(out, ",\"vpcEndpointId\":\"");
	if (*s->actor->fact[FACT_ENDPOINT] != '\0')
		text_adds(out, s->actor->fact[FACT_ENDPOINT]);
	else
		text_add(out, endpoint->data, endpoint->len);
	text_addc(out, '"');
	if (s->minor >= 9)
	{
		text_lit(out, ",\"vpcEndpointAccountId\":\"");
		text_add(out, s->world->account[s->actor->account].id, ACCOUNT_LENGTH);
		text_addc(out, '"');
	}
}

/* Appends why the record comes late, or what it corrects in an earlier one. */
static void
write_addendum(text *out, scene *s)
{
	bool		late = rng_percent(s->rng, 60);

	text_lit(out, ",\"addendum\":{\"reason\":\"");
	text_adds(out, late ? "DELIVERY_DELAY\",\"updatedFields\":\"" : "UPDATED_DATA\",\"updatedFields\":\"eventName,errorCode");
	text_lit(out, "\",\"originalRequestID\":\"");
	if (!late)
		text_uuid(out, s->rng);
	text_lit(out, "\",\"originalEventID\":\"");
	if (!late)
		text_uuid(out, s->rng);
	text_lit(out, "\"}");
}

/* Appends what records of 1.08 and later end with. */
static void
write_tail(text *out, scene *s, const entry *e)
{
	uint32_t	flags = e->shape->flags;
	const principal *p = s->actor;

	if (s->minor >= 8 && rng_below(s->rng, ADDENDUM_EVERY) == 0)
		write_addendum(out, s);
	if (s->minor >= 7)
		text_adds(out, flags & NETWORK ? ",\"eventCategory\":\"NetworkActivity\"" :
				  flags & DATA ? ",\"eventCategory\":\"Data\"" : ",\"eventCategory\":\"Management\"");
	if (flags & EDGE)
		text_lit(out, ",\"edgeDeviceDetails\":[{\"type\":\"S3Outposts\",\"deviceId\":\"op-01ac5d28a6a232904\"}]");
	if (s->minor < 8 || has_no_client(s, e) || p->kind == KIND_LINKED || flags & (NETWORK | CONSOLE_ACTION))
	{
		text_addc(out, '}');
		return;
	}
	if (strcmp(p->fact[FACT_AGENT], "AWS Internal") != 0)
	{
		text_lit(out, ",\"tlsDetails\":");
		text_add(out, p->tls.data, p->tls.len);
		template_expand(out, &e->host, s);
		if (s->minor >= 11 && p->kind != KIND_LEGACY)
		{
			text_lit(out, "\",\"keyExchange\":\"");
			text_adds(out, p->key_exchange);
		}
		text_lit(out, "\"}");
	}
	if (principal_kinds[p->kind].console && !(flags & SIGN_IN))
		text_lit(out, ",\"sessionCredentialFromConsole\":\"true\"");
	text_addc(out, '}');
}

/* Appends a CloudTrail Insights event, which has a form of its own. */
static void
write_insight(text *out, scene *s, const entry *e)
{
	rng		   *usual = s->rng;
	rng			pair = {s->shared};

	text_lit(out, "{\"eventVersion\":\"1.");
	text_two_digits(out, (int) s->minor);
	text_lit(out, "\",\"eventTime\":\"");
	text_iso(out, s->time - s->time % MINUTE_MS);
	text_lit(out, "\",\"awsRegion\":\"");
	text_adds(out, world_regions[s->region]);
	text_lit(out, "\",\"eventID\":\"");
	text_uuid(out, s->id_rng);
	memcpy(s->event_id, out->data + out->len - UUID_LENGTH, UUID_LENGTH);
	text_lit(out, "\",\"eventType\":\"AwsCloudTrailInsight\",\"recipientAccountId\":\"");
	text_add(out, s->world->account[s->recipient].id, ACCOUNT_LENGTH);
	text_lit(out, "\",\"sharedEventID\":\"");
	s->rng = &pair;
	text_uuid(out, s->rng);
	text_lit(out, "\",\"insightDetails\":");
	template_expand(out, s->ending ? &e->response : &e->request, s);
	text_lit(out, ",\"eventCategory\":\"Insight\"}");
	s->rng = usual;
}

/* Appends the record of a prepared event. */
void
event_write(text *out, scene *s, const entry *e)
{
	uint32_t	flags = e->shape->flags;
	bool		no_request = s->fault != NULL &&
		(s->fault == &fault_denied ? e->service->denial <= DENIED_EXCEPTION : s->fault->failure->no_request);

	if (flags & INSIGHT)
	{
		write_insight(out, s, e);
		return;
	}
	write_head(out, s, e);
	if (s->fault != NULL)
		write_fault(out, s, e);
	if (!(flags & NETWORK))
	{
		write_or_null(out, ",\"requestParameters\":", &e->request, s, !no_request);
		write_or_null(out, ",\"responseElements\":", &e->response, s, s->fault == NULL || flags & SIGN_IN);
		write_if_any(out, ",\"additionalEventData\":", &e->additional, s);
	}
	if (!(flags & NO_REQUEST_ID))
	{
		text_lit(out, ",\"requestID\":\"");
		text_add(out, s->request_id.data, s->request_id.len);
		text_addc(out, '"');
	}
	text_lit(out, ",\"eventID\":\"");
	text_uuid(out, s->id_rng);
	memcpy(s->event_id, out->data + out->len - UUID_LENGTH, UUID_LENGTH);
	text_addc(out, '"');
	if (s->minor >= 3 && !(flags & NETWORK))
		text_adds(out, flags & READ ? ",\"readOnly\":true" : ",\"readOnly\":false");
	if (!(flags & NETWORK))
		write_if_any(out, ",\"resources\":", &e->resources, s);
	write_delivery(out, s, e);
	write_endpoint(out, s, e);
	write_if_any(out, ",\"serviceEventDetails\":", &e->details, s);
	write_tail(out, s, e);
}
