/*
 * index_query.c: what a condition on events requires of their index keys.
 */
#include "cloudtrail.h"

#include "index_query.h"
#include "jsonb_query.h"

/* Adds a search to a group, which may be the newest or a new one. */
static IndexSearch *
add_search(IndexQuery *query, int group, Datum key)
{
	if (query->count == query->room)
	{
		query->room = Max(8, 2 * query->room);
		query->searches = query->searches == NULL ? palloc(query->room * sizeof(IndexSearch)) :
			repalloc(query->searches, query->room * sizeof(IndexSearch));
	}
	query->searches[query->count] = (IndexSearch) {.group = group, .key = key};
	query->groups = group + 1;
	return &query->searches[query->count++];
}

/* Requires a key. */
static void
require_key(IndexQuery *query, ct_key_kind kind, ct_slice text)
{
	add_search(query, query->groups, make_index_key(kind, text, CT_NO_SLICE));
}

/* A copy of a text in small letters; none of none. */
static ct_slice
folded_copy(ct_slice text)
{
	return text.ptr == NULL ? text : ct_fold_text(text, palloc(text.len + 1));
}

/* A key that comes before all actions whose names begin so, or which are that name. */
static Datum
first_action_key(ct_slice prefix, bool whole)
{
	Size		size = VARHDRSZ_SHORT + 1 + prefix.len + whole;
	char	   *key = palloc0(size);

	SET_VARSIZE_SHORT(key, size);
	key[VARHDRSZ_SHORT] = CT_KEY_ACTION;
	if (prefix.len > 0)
		memcpy(key + VARHDRSZ_SHORT + 1, prefix.ptr, prefix.len);
	return PointerGetDatum(key);
}

/*
 * Requires an action.  Events whose action is too long for a key are always
 * looked at.
 */
static void
require_action(IndexQuery *query, ct_action_pattern pattern, bool is_glob)
{
	int			group = query->groups;
	bool		one_service = pattern.service.ptr != NULL;
	bool		one_name = pattern.name.ptr != NULL;
	ct_slice	prefix;
	IndexSearch *search;

	pattern.service = folded_copy(pattern.service);
	prefix = pattern.name = folded_copy(pattern.name);
	if (is_glob)
	{
		ct_literal_prefix(pattern.service, &one_service);
		prefix = ct_literal_prefix(pattern.name, &one_name);
	}
	if (one_service && one_name)
		add_search(query, group, make_index_key(CT_KEY_ACTION, pattern.name, pattern.service));
	else if (prefix.len <= INDEX_ACTION_MAX)
	{
		search = add_search(query, group, first_action_key(prefix, one_name));
		search->is_pattern = true;
		search->is_glob = is_glob;
		search->pattern = pattern;
	}
	add_search(query, group, make_index_key(INDEX_KIND_LONG_ACTION, CT_NO_SLICE, CT_NO_SLICE));
}

int
compare_to_pattern(const IndexSearch *search, Datum key)
{
	ct_slice	bytes = index_key_bytes(key);
	ct_slice	first = index_key_bytes(search->key);
	const char *end = bytes.ptr + bytes.len;
	ct_slice	name;
	ct_slice	service;
	bool		matches;

	/* The search begins at the least key that can match. */
	if (bytes.len < first.len || memcmp(bytes.ptr, first.ptr, first.len) != 0)
		return 1;
	name.ptr = bytes.ptr + 1;
	service.ptr = memchr(name.ptr, '\0', end - name.ptr);
	if (service.ptr == NULL)
		return -1;
	name.len = service.ptr - name.ptr;
	service.ptr++;
	service.len = end - service.ptr;
	if (search->is_glob)
		matches = ct_action_matches(&search->pattern, service, name);
	else
		matches = (search->pattern.service.ptr == NULL ||
				   ct_same(search->pattern.service, service)) &&
			(search->pattern.name.ptr == NULL || ct_same(search->pattern.name, name));
	return matches ? 0 : -1;
}

/* Adds the searches for an ARN's secret: some events do not tell its Region or account. */
static void
add_scoped_searches(IndexQuery *query, int group, const ct_secret_id *id, ct_slice name)
{
	char	   *account = psprintf(":%.*s", (int) id->account.len, id->account.ptr);
	char	   *region = psprintf("%.*s:", (int) id->region.len, id->region.ptr);
	ct_slice	scopes[] = {
		ct_arn_scope(id),
		{account, strlen(account)},
		{region, strlen(region)},
		CT_LITERAL(":")
	};

	for (size_t i = 0; i < lengthof(scopes); i++)
		add_search(query, group, make_index_key(CT_KEY_SECRET_IN_REGION, name, scopes[i]));
}

/* Requires one of the keys under which a secret may be found. */
static void
require_secret(IndexQuery *query, const ct_secret_id *id)
{
	ct_slice	names[CT_SECRET_KEYS_MAX];
	int			n = ct_asked_secret_keys(id->name, names);
	int			group = query->groups;

	for (int i = 0; i < n; i++)
	{
		if (id->is_arn)
			add_scoped_searches(query, group, id, names[i]);
		else
			add_search(query, group, make_index_key(CT_KEY_SECRET, names[i], CT_NO_SLICE));
	}
}

IndexQuery
index_query_of_action(struct varlena *action)
{
	ct_action_pattern pattern = action_of(action);
	IndexQuery	query = {0};

	/* What nearly all events meet is found faster without the index. */
	if (!ct_same(pattern.service, CT_LITERAL("*")) || !ct_same(pattern.name, CT_LITERAL("*")))
		require_action(&query, pattern, true);
	return query;
}

IndexQuery
index_query_of_secret(struct varlena *secret)
{
	ct_secret_id id = secret_of(secret);
	IndexQuery	query = {0};

	require_secret(&query, &id);
	return query;
}

/* Requires a secret that a request names, if the index would have it. */
static void
require_request_secret(IndexQuery *query, ct_slice text)
{
	ct_secret_id id = ct_secret_id_of(text);

	/* The ARN of anything else names no secret. */
	if (text.len <= CT_SECRET_ID_MAX && (id.is_arn || !ct_starts_with(text, "arn:")))
		require_secret(query, &id);
}

/* Requires a field that a query by containment asks for, if the index has it. */
static void
require_field(IndexQuery *query, const QueryField *asked)
{
	/* Empty texts have no keys. */
	if (asked->text.len == 0)
		return;
	switch (asked->field)
	{
#define CT_FIELD_KEY(field, kind) \
		case CT_FIELD_##field: \
			require_key(query, CT_KEY_##kind, asked->text); \
			break;
#define CT_COVERED_KEY CT_FIELD_KEY
#define CT_SECRET_KEY(field, names) \
		case CT_FIELD_##field: \
			if (names || ct_is_secret_arn(asked->text)) \
				require_request_secret(query, asked->text); \
			break;
#include "core/store/storelist.h"
		case CT_FIELD_resource_arn:
			require_key(query, CT_KEY_RESOURCE, asked->text);
			break;
		default:
			break;
	}
}

IndexQuery
index_query_of_jsonb(Datum jsonb)
{
	IndexQuery	query = {0};
	JsonbQuery	asked;
	ct_action_pattern action = {CT_NO_SLICE, CT_NO_SLICE};

	read_jsonb_query(DatumGetJsonbP(jsonb), &asked);
	query.nothing = asked.never;
	for (int i = 0; i < asked.count; i++)
	{
		if (asked.fields[i].field == CT_FIELD_event_source)
			action.service = ct_service(asked.fields[i].text);
		else if (asked.fields[i].field == CT_FIELD_event_name)
			action.name = asked.fields[i].text;
		else
			require_field(&query, &asked.fields[i]);
	}
	if (action.service.len > 0 || action.name.len > 0)
		require_action(&query, action, false);
	return query;
}
