/*
 * envelopes.c: what services wrap around each event they pass on.
 */
#include "calendar.h"
#include "output.h"
#include "secrets.h"

static rng id_rng = {UINT64_C(0x636c6f7564747261)};

/* The Region that the record names. */
static const char *
region_of(const scene *s)
{
	return world_regions[s->entry->service->global ? GLOBAL_REGION : s->region];
}

/* Appends a name, a string value and what follows, indented as the AWS CLI does. */
static void
add_member(text *out, const char *name, const char *value, size_t len)
{
	text_lit(out, "            \"");
	text_adds(out, name);
	text_lit(out, "\": \"");
	text_escaped(out, value, len);
	text_lit(out, "\",\n");
}

/* Appends an event as aws cloudtrail lookup-events prints it. */
void
envelope_lookup(text *out, const text *record, const scene *s)
{
	const shape *sh = s->entry->shape;
	const char *read_only = sh->flags & READ ? "true" : "false";

	text_lit(out, "\n        {\n");
	add_member(out, "EventId", s->event_id, UUID_LENGTH);
	add_member(out, "EventName", sh->name, strlen(sh->name));
	add_member(out, "ReadOnly", read_only, strlen(read_only));
	if (s->actor != NULL && *s->actor->fact[FACT_KEY] != '\0')
		add_member(out, "AccessKeyId", s->actor->fact[FACT_KEY], strlen(s->actor->fact[FACT_KEY]));
	text_lit(out, "            \"EventTime\": ");
	text_uint(out, (uint64_t) (s->time / SECOND_MS));
	text_lit(out, ".0,\n");
	add_member(out, "EventSource", s->entry->source, strlen(s->entry->source));
	if (s->actor != NULL)
	{
		const char *session = s->actor->fact[FACT_SESSION];
		const char *name = *session != '\0' ? session : s->actor->fact[FACT_NAME];

		add_member(out, "Username", name, strlen(name));
	}
	if (s->secret != NULL && s->entry->shape->service == SECRETSMANAGER)
	{
		text_lit(out, "            \"Resources\": [\n                {\n"
				 "                    \"ResourceType\": \"AWS::SecretsManager::Secret\",\n"
				 "                    \"ResourceName\": \"");
		text_escaped(out, s->secret->name, strlen(s->secret->name));
		text_lit(out, "\"\n                }\n            ],\n");
	}
	else
		text_lit(out, "            \"Resources\": [],\n");
	text_lit(out, "            \"CloudTrailEvent\": \"");
	text_escaped(out, record->data, record->len);
	text_lit(out, "\"\n        }");
}

/* Appends an event as EventBridge delivers it. */
void
envelope_eventbridge(text *out, const text *record, const scene *s)
{
	uint32_t	flags = s->entry->shape->flags;

	text_lit(out, "{\"version\":\"0\",\"id\":\"");
	text_uuid(out, &id_rng);
	text_lit(out, "\",\"detail-type\":\"AWS ");
	text_adds(out, flags & SIGN_IN ? "Console Sign In" : flags & CONSOLE_ACTION ? "Console Action" :
			  flags & SERVICE_EVENT ? "Service Event" : flags & INSIGHT ? "Insight" :
			  flags & NETWORK ? "Network Activity Event" : "API Call");
	text_lit(out, " via CloudTrail\",\"source\":\"aws.");
	text_adds(out, s->entry->service->source);
	text_lit(out, "\",\"account\":\"");
	text_add(out, s->world->account[s->recipient].id, ACCOUNT_LENGTH);
	text_lit(out, "\",\"time\":\"");
	text_iso(out, s->time);
	text_lit(out, "\",\"region\":\"");
	text_adds(out, region_of(s));
	text_lit(out, "\",\"resources\":[],\"detail\":");
	text_add(out, record->data, record->len);
	text_addc(out, '}');
}

/* Appends what a CloudWatch Logs subscription document begins with. */
void
envelope_cwlogs_head(text *out, const world *w)
{
	text_lit(out, "{\"messageType\":\"DATA_MESSAGE\",\"owner\":\"");
	text_add(out, w->account[0].id, ACCOUNT_LENGTH);
	text_lit(out, "\",\"logGroup\":\"aws-cloudtrail-logs-");
	text_add(out, w->account[0].id, ACCOUNT_LENGTH);
	text_lit(out, "-5f0c2a1b\",\"logStream\":\"");
	text_add(out, w->account[0].id, ACCOUNT_LENGTH);
	text_lit(out, "_CloudTrail_");
	text_adds(out, world_regions[w->account[0].home]);
	text_lit(out, "\",\"subscriptionFilters\":[\"audit\"],\"logEvents\":[");
}

/* Appends an event as one of such a document's. */
void
envelope_cwlogs(text *out, const text *record, const scene *s)
{
	text_lit(out, "{\"id\":\"3");
	text_random(out, &id_rng, alphabet_alnum, 10, 55);
	text_lit(out, "\",\"timestamp\":");
	text_uint(out, (uint64_t) s->time);
	text_lit(out, ",\"message\":\"");
	text_escaped(out, record->data, record->len);
	text_lit(out, "\"}");
}
