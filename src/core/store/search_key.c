/*
 * search_key.c: what an index finds an event by.
 *
 * Every condition that an index serves must find all its events by these
 * keys; that one finds more does no harm, since each hit is checked.
 */
#include <string.h>

#include "core/event/action.h"
#include "core/json/json_path.h"
#include "core/secret/secret_mention.h"
#include "core/secret/secret_place.h"
#include "core/store/search_key.h"

/* Who visits the keys of an event. */
typedef struct listener
{
	ct_key_visitor visit;
	void	   *arg;
	ct_slice	own_scope;		/* of secrets that are named by name */
} listener;

/* Passes a key on, unless it is empty. */
static void
tell(const listener *l, ct_key_kind kind, ct_slice text)
{
	if (text.len > 0)
		l->visit(l->arg, kind, text, CT_NO_SLICE);
}

/* A text in small letters. */
static ct_slice
folded(ct_slice text, ct_scratch *scratch)
{
	char	   *copy = ct_scratch_take(scratch, text.len);

	if (copy == NULL)
		return CT_NO_SLICE;
	return ct_fold_text(text, copy);
}

/* Passes the action on, even if the event gives but half of it. */
static void
tell_action(const listener *l, const ct_record *rec, ct_scratch *scratch)
{
	ct_slice	name = ct_text(rec, CT_FIELD_event_name, scratch);
	ct_slice	service = ct_service(ct_text(rec, CT_FIELD_event_source, scratch));

	if (name.len > 0 || service.len > 0)
		l->visit(l->arg, CT_KEY_ACTION, folded(name, scratch), folded(service, scratch));
}

/* Passes on two texts that are mostly the same. */
static void
tell_both(const listener *l, ct_key_kind kind, ct_slice a, ct_slice b)
{
	tell(l, kind, a);
	if (!ct_same(a, b))
		tell(l, kind, b);
}

ct_slice
ct_secret_key(const ct_secret_id *id)
{
	return id->is_arn ? ct_without_suffix(id->name) : id->name;
}

/* The names under which the index may have events of a secret that is asked for. */
int
ct_asked_secret_keys(ct_slice name, ct_slice keys[CT_SECRET_KEYS_MAX])
{
	int			n = 1;

	/*
	 * An ARN that an event gives is in the index without what looks like its suffix.  Asked for a
	 * full ARN whose name looks as if it had a suffix of its own, we also find the partial ARNs
	 * that were cut there.
	 */
	keys[0] = name;
	while (n < CT_SECRET_KEYS_MAX && ct_has_secret_suffix(keys[n - 1]))
	{
		keys[n] = ct_without_suffix(keys[n - 1]);
		n++;
	}
	return n;
}

/* Passes a secret's keys on. */
static bool
tell_secret(void *arg, const ct_secret_id *id)
{
	const listener *l = arg;
	ct_slice	key = ct_secret_key(id);

	l->visit(l->arg, CT_KEY_SECRET, key, CT_NO_SLICE);
	l->visit(l->arg, CT_KEY_SECRET_IN_REGION, key,
			 id->is_arn ? ct_arn_scope(id) : l->own_scope);
	return true;
}

/*
 * Passes on what a request of another service names, which may be no secret
 * of ours: a query by containment asks for it all the same.
 */
static void
tell_request_secrets(listener *l, const ct_record *rec, ct_scratch *scratch)
{
	static const ct_field places[] = {
		CT_FIELD_request_secret_id,
		CT_FIELD_request_encryption_context_secret_arn
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
	{
		ct_slice	text = ct_filled(rec, places[i], scratch);
		ct_secret_id id;

		if (text.len == 0 || text.len > CT_SECRET_ID_MAX)
			continue;
		id = ct_secret_id_of(text);
		tell_secret(l, &id);
	}
}

/*
 * Passes the ARNs of resources[] on.  An object that spells the key in
 * several ways has several: the query by containment tells them apart.
 */
static void
tell_resources(const listener *l, const ct_record *rec, ct_scratch *scratch)
{
	ct_slice	array = ct_raw(rec, CT_FIELD_resources);
	ct_value	element;
	size_t		pos = 0;

	if (ct_type_of(rec, CT_FIELD_resources) != CT_ARRAY)
		return;
	while (ct_next_element(array.ptr, array.len, &pos, &element))
	{
		const char *object = array.ptr + element.offset;
		ct_value	key;
		ct_value	value;
		size_t		at = 0;

		if (element.type != CT_OBJECT)
			continue;
		while (ct_next_member(object, element.length, &at, &key, &value))
		{
			ct_scratch	room = *scratch;

			if (value.type == CT_STRING &&
				ct_compare_folded(ct_string_text(object, &key, &room), CT_LITERAL("arn")) == 0)
				tell(l, CT_KEY_RESOURCE, ct_string_text(object, &value, &room));
		}
	}
}

/* The scope of secrets that an event names by name. */
static ct_slice
own_scope(const ct_record *rec, ct_scratch *scratch)
{
	ct_slice	region = ct_filled(rec, CT_FIELD_aws_region, scratch);
	ct_slice	account = ct_account_id(rec, scratch);

	return ct_join(scratch, (ct_slice[]) {
		region.ptr ? region : CT_LITERAL(""), CT_LITERAL(":"),
			account.ptr ? account : CT_LITERAL("")
	}, 3);
}

void
ct_each_key(const ct_record *rec, ct_scratch *scratch, ct_key_visitor visit, void *arg)
{
	listener	l = {.visit = visit, .arg = arg};

	tell_action(&l, rec, scratch);
	tell_both(&l, CT_KEY_PRINCIPAL, ct_principal_arn(rec, scratch),
			  ct_filled(rec, CT_FIELD_user_arn, scratch));
	tell(&l, CT_KEY_ACCESS_KEY, ct_filled(rec, CT_FIELD_access_key_id, scratch));
	tell(&l, CT_KEY_SOURCE_IP_ADDRESS, ct_filled(rec, CT_FIELD_source_ip_address, scratch));
	tell_both(&l, CT_KEY_ACCOUNT, ct_account_id(rec, scratch),
			  ct_filled(rec, CT_FIELD_user_account_id, scratch));
	tell(&l, CT_KEY_REGION, ct_filled(rec, CT_FIELD_aws_region, scratch));
	tell(&l, CT_KEY_ERROR_CODE, ct_filled(rec, CT_FIELD_error_code, scratch));
	tell_resources(&l, rec, scratch);
	l.own_scope = CT_LITERAL(":");
	if (ct_is_secretsmanager(rec))
		l.own_scope = own_scope(rec, scratch);
	else
		tell_request_secrets(&l, rec, scratch);
	ct_each_secret_way(rec, scratch, tell_secret, &l);
}
