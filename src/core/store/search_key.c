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
	ct_slice	newest[CT_KEY_ERROR_CODE + 1];	/* of each kind, what was passed on last */
} listener;

/* Passes a key on, unless it is empty. */
static void
emit(const listener *l, ct_key_kind kind, ct_slice text)
{
	if (text.len > 0)
		l->visit(l->arg, kind, text, CT_NO_SLICE);
}

/* The same, and unless it is the one before of its kind again. */
static void
emit_once(listener *l, ct_key_kind kind, ct_slice text)
{
	if (text.len == 0 || (text.len == l->newest[kind].len && ct_same(text, l->newest[kind])))
		return;
	l->newest[kind] = text;
	emit(l, kind, text);
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
emit_action(const listener *l, const ct_record *rec, ct_scratch *scratch)
{
	ct_slice	name = ct_text(rec, CT_FIELD_event_name, scratch);
	ct_slice	service = ct_service(ct_text(rec, CT_FIELD_event_source, scratch));

	if (name.len > 0 || service.len > 0)
		l->visit(l->arg, CT_KEY_ACTION, folded(name, scratch), folded(service, scratch));
}

ct_slice
ct_secret_key(const ct_secret_id *id)
{
	return id->is_arn ? ct_without_suffix(id->name) : id->name;
}

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
emit_secret(void *arg, const ct_secret_id *id)
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
emit_request_secrets(listener *l, const ct_record *rec, ct_scratch *scratch)
{
	static const ct_field places[] = {
#define CT_SECRET_KEY(field, names) CT_FIELD_##field,
#include "core/store/storelist.h"
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
	{
		ct_slice	text = ct_filled(rec, places[i], scratch);
		ct_secret_id id;

		if (text.len == 0 || text.len > CT_SECRET_ID_MAX)
			continue;
		id = ct_secret_id_of(text);
		emit_secret(l, &id);
	}
}

/*
 * Passes the ARNs of resources[] on.  An object that spells the key in
 * several ways has several: the query by containment distinguishes them.
 */
static void
emit_resources(const listener *l, const ct_record *rec, ct_scratch *scratch)
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
				emit(l, CT_KEY_RESOURCE, ct_string_text(object, &value, &room));
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

	emit_action(&l, rec, scratch);
#define CT_DERIVED_KEY(column, kind) emit_once(&l, CT_KEY_##kind, ct_##column(rec, scratch));
#define CT_FIELD_KEY(field, kind) \
	emit_once(&l, CT_KEY_##kind, ct_filled(rec, CT_FIELD_##field, scratch));
#include "core/store/storelist.h"
	emit_resources(&l, rec, scratch);
	l.own_scope = CT_LITERAL(":");
	if (ct_is_secretsmanager(rec))
		l.own_scope = own_scope(rec, scratch);
	else
		emit_request_secrets(&l, rec, scratch);
	ct_each_secret_way(rec, scratch, emit_secret, &l);
}
