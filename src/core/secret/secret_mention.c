/*
 * secret_mention.c: every way in which an event names secrets.
 */
#include <string.h>

#include "core/secret/secret_mention.h"
#include "core/secret/secret_place.h"

/* Places outside of arrays that may name a secret: requestID, message and those listed. */
enum
{
	PLACES_MAX = 2
#define CT_PLACE_ARN(field, source) + 1
#define CT_PLACE_ID(field, source) + 1
#define CT_PLACE_NAME(field) + 1
#define CT_PLACE_OTHER(field, source) + 1
#include "core/secret/placelist.h"
};

/* What a walk knows. */
typedef struct walk
{
	const ct_record *rec;
	ct_slice	account;		/* of a secret that is named without */
	ct_slice	region;
	bool		in_resources;	/* whether resources[] may have some */
	int			count;
	ct_secret_id id[PLACES_MAX];
	ct_secret_way_visitor visit;
	void	   *arg;
	bool		ended;
} walk;

/* Takes apart what names a secret: an ARN, or a name of the event's own account. */
static ct_secret_id
to_id(const walk *w, ct_slice text)
{
	ct_secret_id id = ct_secret_id_of(text);

	if (!id.is_arn)
	{
		id.account = w->account;
		id.region = w->region;
	}
	return id;
}

/* Notes what a place names, if that may be a secret. */
static void
note(walk *w, ct_slice text)
{
	if (text.len == 0 || text.len > CT_SECRET_ID_MAX)
		return;
	if (ct_is_secret_arn(text) || ct_as_secret_name(text).ptr != NULL)
		w->id[w->count++] = to_id(w, text);
}

/* Notes what the places of an event of Secrets Manager name. */
static void
note_own_places(walk *w, ct_scratch *scratch)
{
	static const ct_field arns[] = {
#define CT_PLACE_ARN(field, source) CT_FIELD_##field,
#define CT_PLACE_OTHER CT_PLACE_ARN
#include "core/secret/placelist.h"
	};
	static const ct_field names[] = {
#define CT_PLACE_ID(field, source) CT_FIELD_##field,
#define CT_PLACE_NAME(field) CT_FIELD_##field,
#include "core/secret/placelist.h"
	};

	for (size_t i = 0; i < sizeof(arns) / sizeof(arns[0]); i++)
		note(w, ct_secret_arn_in(w->rec, arns[i], scratch));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		note(w, ct_filled(w->rec, names[i], scratch));
	note(w, ct_secret_in_request_id(w->rec, scratch));
	note(w, ct_resource_in_message(w->rec, scratch));
}

/* Notes what the places of another service's event name: ARNs only. */
static void
note_other_places(walk *w, ct_scratch *scratch)
{
	ct_slice	resource = ct_resource_in_message(w->rec, scratch);

#define CT_PLACE_OTHER(field, source) note(w, ct_secret_arn_in(w->rec, CT_FIELD_##field, scratch));
#include "core/secret/placelist.h"
	if (ct_is_secret_arn(resource))
		note(w, resource);
}

/* Whether an ARN is the full one of what is named without the suffix. */
static bool
is_better(const ct_secret_id *arn, const ct_secret_id *other)
{
	return arn->is_arn && ct_has_secret_suffix(arn->name) &&
		ct_same(ct_without_suffix(arn->name), other->name) &&
		(other->account.ptr == NULL || ct_same(arn->account, other->account)) &&
		(other->region.ptr == NULL || ct_same(arn->region, other->region));
}

/* A way, and whether resources[] has given it better. */
typedef struct comparison
{
	const ct_secret_id *id;
	bool		better;
} comparison;

/* Compares an element of resources[] with a way. */
static bool
compare_resource(void *arg, ct_slice arn, ct_scratch *scratch)
{
	comparison *c = arg;

	if (ct_is_secret_arn(arn))
	{
		ct_secret_id id = ct_secret_id_of_arn(arn);

		c->better = is_better(&id, c->id);
	}
	return !c->better;
}

/* Whether the event also gives better what one of its places names. */
static bool
is_given_better(const walk *w, const ct_secret_id *id, ct_scratch *scratch)
{
	comparison	c = {id, false};

	for (int i = 0; i < w->count; i++)
	{
		if (is_better(&w->id[i], id))
			return true;
	}
	if (w->in_resources)
		ct_each_listed(w->rec, CT_FIELD_resources, scratch, compare_resource, &c);
	return c.better;
}

/* Visits an element of secretIdList[]. */
static bool
visit_listed(void *arg, ct_slice text, ct_scratch *scratch)
{
	walk	   *w = arg;
	ct_secret_id id;

	if (!ct_is_secret_arn(text) && ct_as_secret_name(text).ptr == NULL)
		return true;
	id = to_id(w, text);
	w->ended = !w->visit(w->arg, &id);
	return !w->ended;
}

/* Visits an element of resources[], if it is a secret. */
static bool
visit_resource(void *arg, ct_slice arn, ct_scratch *scratch)
{
	return ct_is_secret_arn(arn) ? visit_listed(arg, arn, scratch) : true;
}

void
ct_each_secret_way(const ct_record *rec, ct_scratch *scratch,
				   ct_secret_way_visitor visit, void *arg)
{
	walk		w = {.rec = rec, .visit = visit, .arg = arg};
	bool		own = ct_is_secretsmanager(rec);

	w.in_resources = ct_resources_may_have_secrets(rec);
	if (own)
	{
		w.account = ct_account_id(rec, scratch);
		w.region = ct_filled(rec, CT_FIELD_aws_region, scratch);
		note_own_places(&w, scratch);
	}
	else
		note_other_places(&w, scratch);
	for (int i = 0; i < w.count && !w.ended; i++)
	{
		if (!is_given_better(&w, &w.id[i], scratch))
			w.ended = !visit(arg, &w.id[i]);
	}
	if (own && !w.ended)
		ct_each_listed(rec, CT_FIELD_request_secret_id_list, scratch, visit_listed, &w);
	if (w.in_resources && !w.ended)
		ct_each_listed(rec, CT_FIELD_resources, scratch, visit_resource, &w);
}

/* What is asked for, and whether it was found. */
typedef struct question
{
	const ct_secret_id *asked;
	bool		found;
} question;

/* Compares one way with what is asked for. */
static bool
answer(void *arg, const ct_secret_id *id)
{
	question   *q = arg;

	q->found = ct_secret_matches(q->asked, id);
	return !q->found;
}

bool
ct_concerns_secret(const ct_record *rec, ct_scratch *scratch, const ct_secret_id *asked)
{
	question	q = {asked, false};

	ct_each_secret_way(rec, scratch, answer, &q);
	return q.found;
}
