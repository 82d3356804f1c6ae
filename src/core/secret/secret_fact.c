/*
 * secret_fact.c: what an event says of each secret that it names.
 */
#include <string.h>

#include "core/base/event_time.h"
#include "core/event/origin.h"
#include "core/secret/secret.h"
#include "core/secret/secret_detail.h"
#include "core/secret/secret_fact.h"
#include "core/secret/secret_place.h"

#define SECRETS_MANAGER		"secretsmanager.amazonaws.com"

/* What has been found in an event, to be visited. */
typedef struct walk
{
	const ct_record *rec;
	ct_scratch *scratch;
	bool		own;			/* an event of Secrets Manager */
	bool		kms;			/* an event of KMS */
	bool		vouched;		/* AWS vouches for the ARNs of secrets that it adds */
	ct_secret_fact fact;
	ct_slice   *visited;		/* the secrets so far, as the event gives them */
	int			count;
	bool		ended;
	ct_secret_fact_visitor visit;
	void	   *arg;
} walk;

/* The field as text, none for an empty one. */
static ct_slice
text_of(const ct_record *rec, ct_field field, ct_scratch *scratch)
{
	ct_slice	text = ct_text(rec, field, scratch);

	return text.len > 0 ? text : CT_NO_SLICE;
}

/* A constant as text. */
static ct_slice
constant(const char *s)
{
	return s == NULL ? CT_NO_SLICE : (ct_slice) {s, strlen(s)};
}

/* Longest identifier that a fact has; AWS's are shorter. */
#define IDENTIFIER_MAX	512

/* A text cut to a length, between two characters. */
static ct_slice
cut(ct_slice text, size_t max)
{
	if (text.len <= max)
		return text;
	while (max > 0 && ((unsigned char) text.ptr[max] & 0xc0) == 0x80)
		max--;
	text.len = max;
	return text;
}

/* The service's name as it is in most partitions. */
static ct_slice
event_source(const ct_record *rec, ct_scratch *scratch)
{
	ct_slice	source = text_of(rec, CT_FIELD_event_source, scratch);
	size_t		suffix = strlen(".cn");

	if (source.len > suffix && memcmp(source.ptr + source.len - suffix, ".cn", suffix) == 0)
		source.len -= suffix;
	return source;
}

/* Whether the event is one of KMS. */
static bool
is_kms(const ct_record *rec)
{
	return ct_is(rec, CT_FIELD_event_source, "kms.amazonaws.com") ||
		ct_is(rec, CT_FIELD_event_source, "kms.amazonaws.com.cn");
}

/* Whether Secrets Manager made the request. */
static bool
is_made_by_secretsmanager(const ct_record *rec)
{
	return ct_is(rec, CT_FIELD_invoked_by, SECRETS_MANAGER) ||
		ct_is(rec, CT_FIELD_invoked_by, SECRETS_MANAGER ".cn");
}

/* Whether an action of KMS changes whether a key can be used, or what it is called. */
static bool
changes_key(ct_slice event_name)
{
	static const char *const names[] = {
		"CancelKeyDeletion", "ConnectCustomKeyStore", "CreateAlias", "DeleteAlias",
		"DeleteCustomKeyStore", "DeleteExpiredKeyMaterial", "DeleteImportedKeyMaterial", "DeleteKey",
		"DisableKey", "DisconnectCustomKeyStore", "EnableKey", "ImportKeyMaterial", "PutKeyPolicy",
		"RetireGrant", "RevokeGrant", "ScheduleKeyDeletion", "UpdateAlias"
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
	{
		if (ct_same(event_name, constant(names[i])))
			return true;
	}
	return false;
}

/* Finds the next text that an array names: a string, or the ARN of an object. */
static bool
next_listed(walk *w, ct_field field, size_t *pos, ct_slice *text)
{
	ct_slice	array = ct_raw(w->rec, field);
	ct_value	element;

	if (ct_type_of(w->rec, field) != CT_ARRAY)
		return false;
	while (ct_next_element(array.ptr, array.len, pos, &element))
	{
		*text = ct_resource_arn(array.ptr, &element, w->scratch);
		if (text->ptr != NULL)
			return true;
	}
	return false;
}

/* The ARN of a key as a request names it; an alias stays one. */
static ct_slice
to_key_arn(walk *w, ct_slice key)
{
	const ct_secret_fact *fact = &w->fact;

	if (key.ptr == NULL || ct_starts_with(key, "arn:") || ct_starts_with(key, "alias/") ||
		fact->aws_region.ptr == NULL || fact->account_id.ptr == NULL)
		return key;
	return ct_join(w->scratch, (ct_slice[]) {
		CT_LITERAL("arn:"), ct_partition(w->rec, w->scratch), CT_LITERAL(":kms:"), fact->aws_region,
			CT_LITERAL(":"), fact->account_id, CT_LITERAL(":key/"), key
	}, 8);
}

/* The key that an event of KMS is about. */
static ct_slice
key_of_kms(walk *w)
{
	static const struct
	{
		ct_field	object;
		const char *key;
	}			places[] = {
		{CT_FIELD_request_parameters, "keyId"},
		{CT_FIELD_response_elements, "keyId"},
		{CT_FIELD_request_parameters, "targetKeyId"},
	};
	ct_slice	text;
	size_t		pos = 0;

	while (next_listed(w, CT_FIELD_resources, &pos, &text))
	{
		ct_slice	service = ct_arn_part(text, 2);
		ct_slice	resource = ct_arn_part(text, 5);

		if (resource.ptr != NULL && ct_same(service, CT_LITERAL("kms")) &&
			ct_starts_with(resource, "key/"))
			return text;
	}
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
	{
		text = ct_member_text(w->rec, places[i].object, places[i].key, w->scratch);
		if (text.ptr != NULL)
			return to_key_arn(w, text);
	}
	return CT_NO_SLICE;
}

/* The key that a call to Secrets Manager gives a secret. */
static ct_slice
key_of_request(walk *w)
{
	ct_slice	key = ct_member_string(w->rec, CT_FIELD_request_parameters, "kmsKeyId", w->scratch);

	if (key.len > 0)
		return to_key_arn(w, key);
	/* An empty one takes the secret back to the default key. */
	if (key.ptr != NULL && ct_is(w->rec, CT_FIELD_event_name, "UpdateSecret"))
		return CT_LITERAL("alias/aws/secretsmanager");
	return CT_NO_SLICE;
}

/* Fills in who acted and from where. */
static void
fill_actor(ct_secret_fact *fact, const ct_record *rec, ct_scratch *scratch)
{
	ct_actor	actor = ct_find_actor(rec, scratch);
	ct_origin	origin = ct_find_origin(rec, actor, scratch);

	fact->actor = actor.id;
	fact->actor_kind = constant(ct_actor_kind_name(actor.kind));
	fact->user_type = text_of(rec, CT_FIELD_user_type, scratch);
	fact->actor_account = ct_actor_account(rec, scratch);
	fact->principal_id = ct_principal_id(rec, scratch);
	fact->session_name = ct_session_name(rec, scratch);
	fact->source_identity = ct_filled(rec, CT_FIELD_source_identity, scratch);
	fact->access_key_id = ct_filled(rec, CT_FIELD_access_key_id, scratch);
	fact->invoked_by = ct_filled(rec, CT_FIELD_invoked_by, scratch);
	fact->on_behalf_of = ct_filled(rec, CT_FIELD_on_behalf_of_user_id, scratch);
	fact->source_ip.len = ct_source_ip(rec, fact->source_ip.bytes);
	fact->user_agent = text_of(rec, CT_FIELD_user_agent, scratch);
	fact->session_created_at.known =
		ct_field_time(rec, CT_FIELD_session_creation_date, &fact->session_created_at.time);
	fact->sign_in_session_arn = ct_filled(rec, CT_FIELD_sign_in_session_arn, scratch);
	fact->origin = origin.id;
	fact->origin_kind = constant(ct_origin_kind_name(origin.kind));
	fact->origin_method = constant(origin.method);
}

/* Fills in what happened, and how it ended. */
static void
fill_event(ct_secret_fact *fact, const ct_record *rec, ct_scratch *scratch)
{
	fact->event_id = text_of(rec, CT_FIELD_event_id, scratch);
	fact->event_source = event_source(rec, scratch);
	fact->event_name = text_of(rec, CT_FIELD_event_name, scratch);
	fact->event_type = text_of(rec, CT_FIELD_event_type, scratch);
	fact->account_id = ct_account_id(rec, scratch);
	fact->aws_region = ct_filled(rec, CT_FIELD_aws_region, scratch);
	fact->succeeded = ct_succeeded(rec);
	fact->error_code = text_of(rec, CT_FIELD_error_code, scratch);
	fact->error_message = text_of(rec, CT_FIELD_error_message, scratch);
	fact->read_only = ct_bool(rec, CT_FIELD_read_only);
	fact->request_id = text_of(rec, CT_FIELD_request_id, scratch);
	fact->shared_event_id = ct_filled(rec, CT_FIELD_shared_event_id, scratch);
	fact->original_event_id = ct_filled(rec, CT_FIELD_addendum_original_event_id, scratch);
	fact->vpc_endpoint_id = ct_filled(rec, CT_FIELD_vpc_endpoint_id, scratch);
	fact->from_console = ct_bool(rec, CT_FIELD_session_credential_from_console);
}

/*
 * Cuts what AWS bounds, but whoever forges a record need not: indexes hold
 * these, whose rows have a largest size.
 */
static void
bound_identifiers(ct_secret_fact *fact)
{
	ct_slice   *const identifiers[] = {
		&fact->event_id, &fact->event_source, &fact->event_name, &fact->account_id,
		&fact->aws_region, &fact->actor_account, &fact->principal_id, &fact->session_name,
		&fact->request_id, &fact->shared_event_id, &fact->original_event_id,
		&fact->sign_in_session_arn
	};

	for (size_t i = 0; i < sizeof(identifiers) / sizeof(identifiers[0]); i++)
		*identifiers[i] = cut(*identifiers[i], IDENTIFIER_MAX);
	fact->actor = cut(fact->actor, CT_FACT_ACTOR_MAX);
	fact->origin = cut(fact->origin, CT_FACT_ACTOR_MAX);
}

/* Fills in what is common to all facts of the event. */
static void
fill_common(walk *w)
{
	const ct_record *rec = w->rec;
	ct_secret_fact *fact = &w->fact;

	fill_event(fact, rec, w->scratch);
	fill_actor(fact, rec, w->scratch);
	bound_identifiers(fact);
	if (w->own)
	{
		fact->version_stage = ct_member_text(rec, CT_FIELD_request_parameters, "versionStage",
											 w->scratch);
		fact->token = ct_filled(rec, CT_FIELD_request_token, w->scratch);
		fact->key_arn = key_of_request(w);
		/* That a rotation fails does not make its secret another one. */
		w->vouched = fact->succeeded || ct_is_service_event(rec);
	}
	else if (w->kms)
	{
		fact->key_arn = key_of_kms(w);
		w->vouched = fact->succeeded && is_made_by_secretsmanager(rec) && !ct_is_key_trial(rec);
	}
	if (w->own || w->kms)
		fact->detail = ct_secret_detail(rec, w->scratch);
}

/* Whether AWS itself adds what a place of the event holds. */
static bool
is_vouched(const walk *w, ct_secret_source source)
{
	switch (source)
	{
		case CT_SECRET_RESPONSE:
		case CT_SECRET_SERVICE_EVENT:
		case CT_SECRET_RESOURCE:
		case CT_SECRET_REQUEST_ID:
		case CT_SECRET_KMS:
			return w->vouched;
		default:
			return false;
	}
}

/* The name in what names a secret; none if that is too long or something else. */
static ct_slice
name_of(ct_slice id)
{
	ct_secret_id secret = ct_secret_id_of(id);
	ct_slice	name = secret.is_arn ? ct_without_suffix(secret.name) : ct_as_secret_name(id);

	return name.len > 0 && name.len <= CT_SECRET_NAME_MAX &&
		id.len <= CT_SECRET_ID_MAX ? name : CT_NO_SLICE;
}

/*
 * Whether an ARN makes a fact: that of a secret does, in other services' events
 * only the full one.
 */
static bool
is_arn_for_fact(const walk *w, ct_slice id)
{
	return ct_is_secret_arn(id) && name_of(id).ptr != NULL &&
		(w->own || w->kms || ct_has_secret_suffix(id));
}

/* Fills in one secret. */
static void
fill_secret(walk *w, ct_secret_source source, ct_slice id, ct_scratch *scratch)
{
	ct_secret_fact *fact = &w->fact;
	ct_secret_id secret = ct_secret_id_of(id);
	bool		full = secret.is_arn && ct_has_secret_suffix(secret.name);

	fact->secret_source = fact->secret_arn = fact->partial_arn = CT_NO_SLICE;
	fact->secret_account = fact->secret_region = CT_NO_SLICE;
	fact->trusted = false;
	fact->secret_name = name_of(id);
	if (fact->secret_name.ptr == NULL)
		return;
	fact->secret_source = constant(ct_secret_source_name(source));
	if (full)
		fact->secret_arn = id;
	fact->partial_arn = ct_secret_arn_of_id(w->rec, full ? ct_without_suffix(id) : id, scratch);
	if (fact->partial_arn.len > CT_SECRET_ID_MAX)
		fact->partial_arn = CT_NO_SLICE;
	fact->secret_account = secret.account.len > 0 ? secret.account : fact->account_id;
	fact->secret_region = secret.region.len > 0 ? secret.region : fact->aws_region;
	fact->trusted = full && is_vouched(w, source);
}

/* The token of a rotation, which ends its requestID behind the secret's ARN. */
static ct_slice
rotation_token(walk *w, const ct_secret *secret)
{
	ct_slice	token = CT_NO_SLICE;

	/* AWS's own ARN of the secret tells where the token begins. */
	if (secret->id.ptr != NULL && is_vouched(w, secret->source))
		token = ct_token_in_request_id(w->fact.request_id, secret->id);
	if (token.ptr == NULL)
		token = ct_token_in_request_id(w->fact.request_id,
									   ct_secret_in_request_id(w->rec, w->scratch));
	return token;
}

/* Whether the walk has been to a secret, and notes it if not. */
static bool
is_visited(walk *w, ct_slice id)
{
	for (int i = 0; i < w->count; i++)
	{
		if (ct_same(w->visited[i], id))
			return true;
	}
	w->visited[w->count++] = id;
	return false;
}

/* Visits the secret that the event is about; none is one, too. */
static void
visit_first(walk *w, const ct_secret *secret)
{
	ct_secret_fact *fact = &w->fact;

	fact->item = 0;
	fact->id_given = cut(ct_secret_id_given(w->rec, w->scratch), CT_SECRET_ID_MAX);
	fact->version_id = ct_secret_version_id(w->rec, w->scratch);
	if (fact->token.ptr == NULL && w->own)
		fact->token = rotation_token(w, secret);
	fact->version_id = cut(fact->version_id, IDENTIFIER_MAX);
	fact->token = cut(fact->token, IDENTIFIER_MAX);
	fill_secret(w, secret->source, secret->id, w->scratch);
	w->ended = !w->visit(w->arg, fact);
}

/* Visits the secrets that an array names and that have not been visited. */
static void
visit_listed(walk *w, ct_field field, ct_secret_source source)
{
	ct_secret_fact *fact = &w->fact;
	ct_slice	id;
	size_t		pos = 0;

	while (!w->ended && w->count < CT_FACT_ITEMS_MAX && next_listed(w, field, &pos, &id))
	{
		ct_scratch	room;

		if ((source == CT_SECRET_RESOURCE && !is_arn_for_fact(w, id)) || is_visited(w, id))
			continue;
		room = *w->scratch;
		fact->item++;
		fact->id_given = source == CT_SECRET_LIST ? cut(id, CT_SECRET_ID_MAX) : CT_NO_SLICE;
		fact->version_id = CT_NO_SLICE;
		fill_secret(w, source, id, &room);
		w->ended = !w->visit(w->arg, fact);
	}
}

void
ct_each_secret_fact(const ct_record *rec, ct_scratch *scratch,
					ct_secret_fact_visitor visit, void *arg)
{
	ct_slice	visited[CT_FACT_ITEMS_MAX + 1];
	walk		w = {.rec = rec, .scratch = scratch, .visited = visited, .visit = visit,
	.arg = arg};
	ct_secret	secret;

	if (!ct_may_have_secret_facts(rec))
		return;
	w.own = ct_is_secretsmanager(rec);
	w.kms = is_kms(rec);
	secret = ct_find_secret(rec, scratch);
	if (secret.source == CT_SECRET_LIST || (!w.own && !is_arn_for_fact(&w, secret.id)))
		secret = (ct_secret) {CT_SECRET_NONE, CT_NO_SLICE};
	fill_common(&w);
	if (secret.id.ptr != NULL)
	{
		is_visited(&w, secret.id);
		visit_first(&w, &secret);
	}
	if (w.own)
		visit_listed(&w, CT_FIELD_request_secret_id_list, CT_SECRET_LIST);
	if (ct_resources_may_have_secrets(rec))
		visit_listed(&w, CT_FIELD_resources, CT_SECRET_RESOURCE);
	if (w.count == 0 &&
		(w.own || (w.kms && (is_made_by_secretsmanager(rec) || changes_key(w.fact.event_name)))))
		visit_first(&w, &secret);
}

/* Whether a refusal may name a secret by its ARN. */
static bool
may_be_refused_secret(const ct_record *rec)
{
	ct_slice	message = ct_raw(rec, CT_FIELD_error_message);

	return ct_type_of(rec, CT_FIELD_error_message) == CT_STRING &&
		(memmem(message.ptr, message.len, ":secretsmanager:", 16) != NULL ||
		 memchr(message.ptr, '\\', message.len) != NULL);
}

bool
ct_may_have_secret_facts(const ct_record *rec)
{
	if (ct_is_secretsmanager(rec) || ct_resources_may_have_secrets(rec) ||
		may_be_refused_secret(rec))
		return true;
	return is_kms(rec) && (ct_has(rec, CT_FIELD_request_encryption_context_secret_arn) ||
						   is_made_by_secretsmanager(rec) ||
						   changes_key(ct_raw(rec, CT_FIELD_event_name)));
}

/* Notes that there is a fact, which is enough. */
static bool
note_presence(void *arg, const ct_secret_fact *fact)
{
	*(bool *) arg = true;
	return false;
}

bool
ct_has_secret_facts(const ct_record *rec, ct_scratch *scratch)
{
	bool		has = ct_is_secretsmanager(rec);

	if (!has)
		ct_each_secret_fact(rec, scratch, note_presence, &has);
	return has;
}
