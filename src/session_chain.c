/*
 * session_chain.c: the way from a session up to who stands behind it.
 *
 * Records are what somebody put into a trail, so a link counts only if the
 * account whose role it is recorded it: what another account's record says of
 * that role is not believed.  The caller's own account may add what the other
 * record leaves out, the caller's key, if both name the same caller.  Several
 * records that contradict one another prove nothing.
 */
#include "session_chain.h"

#include "miscadmin.h"
#include "session_lookup.h"
#include "utils/builtins.h"

/* Credentials are used at once, but the clocks of AWS's services differ. */
#define CLOCK_SLACK			(5 * USECS_PER_MINUTE)
#define SAME_TIME			USECS_PER_SEC

/* No session lives longer. */
#define SESSION_HOURS_MAX	(12 * USECS_PER_HOUR)

/* Why the origin of a session is not known. */
typedef enum Problem
{
	NO_PROBLEM,
	SEVERAL_CALLERS,
	NO_SESSION_ID,
	NO_EVENT,
	ONLY_OTHERS_EVENT,
	ONLY_SESSION_NAME,
	TOO_LONG,
	LOOP
} Problem;

static const struct
{
	const char *text;
	bool		is_missing;		/* another trail may have the event */
}			problems[] = {
	[SEVERAL_CALLERS] = {"several callers fit", false},
	[NO_SESSION_ID] = {"the session has no id", false},
	[NO_EVENT] = {"issuing event not in the trail", true},
	[ONLY_OTHERS_EVENT] = {"only another account's record shows it", true},
	[ONLY_SESSION_NAME] = {"only the session name is known", false},
	[TOO_LONG] = {"the chain is too long", false},
	[LOOP] = {"the chain is a loop", false},
};

/* How a session is known of which there is neither key nor time. */
#define BY_NAME				"session name"

/* Whether two texts are the same, or both unknown. */
static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Reads a column into a member, by its type. */
#define READ_TEXT(member, row, place)			((member) = text_column(row, place))
#define READ_BOOL(member, row, place)			((member) = bool_column(row, place))
#define READ_TIMESTAMPTZ(member, row, place)	((member) = time_column(row, place))
#define READ_UUID(member, row, place)			((member) = uuid_column(row, place))

/* Reads a link. */
static void
read_link(const Row *row, Link *link)
{
	memset(link, 0, sizeof(Link));
#define LINK(column, TYPE, member) READ_##TYPE(link->member, row, LINK_##column);
#include "session_linklist.h"
	link->session.used_at = link->event_time;
	link->session.has_created_at = !row->nulls[LINK_caller_created_at];
	/* A token that is renewed says nothing of who asked for the first one. */
	if (link->session.sign_in != NULL && same(link->session.sign_in, link->issued_sign_in))
		link->session.sign_in = NULL;
}

/* Reads a fact: session and origin of its caller, of which the rest of the session is known. */
static void
read_fact(const Row *row, const Session *session, Link *link)
{
	link->session = *session;
#define LINK_FACT(column, TYPE, member) READ_##TYPE(link->member, row, LINK_FACT_##column);
#include "session_linklist.h"
	link->session.has_created_at = !row->nulls[LINK_FACT_session_created_at];
}

/* Whether two records name the same caller. */
static bool
same_caller(const Link *a, const Link *b)
{
	return same(a->session.account_id, b->session.account_id) &&
		same(a->session.principal_id, b->session.principal_id) &&
		same(a->session.name, b->session.name) &&
		same(a->session.access_key_id, b->session.access_key_id) &&
		same(a->origin.id, b->origin.id) && same(a->origin.kind, b->origin.kind);
}

/*
 * Whether a record can have issued the session, that was not found by
 * its key: the keys differ of sessions by SAML, of those of the console, and
 * of a sign-in session, which is renewed.
 */
static bool
may_have_issued(const Link *link, const Session *session)
{
	/* A sign-in session is told by its ARN, and that by nothing else. */
	if (link->issued_sign_in != NULL && !same(link->issued_sign_in, session->sign_in))
		return false;
	return session->access_key_id == NULL || session->in_console || link->issued_key == NULL ||
		link->issued_sign_in != NULL ||
		same(link->issued_key, session->access_key_id) ||
		same(link->event_name, "AssumeRoleWithSAML");
}

/* Whether two records are of one call, by what AWS gives to both. */
static bool
same_call(const Link *a, const Link *b)
{
	return (a->shared_event_id != NULL && same(a->shared_event_id, b->shared_event_id)) ||
		(a->issued_key != NULL && same(a->issued_key, b->issued_key));
}

/* Whether a record comes before another. */
static bool
is_earlier(const Link *a, const Link *b)
{
	return a->event_time != b->event_time ? a->event_time < b->event_time :
		memcmp(&a->event_key, &b->event_key, sizeof(pg_uuid_t)) < 0;
}

/*
 * Whether a session can have been used after an event issued it: what was issued
 * later is another session.
 */
static bool
is_used_after(const Session *session, TimestampTz issued_at)
{
	TimestampTz first_use = issued_at - CLOCK_SLACK;
	bool		is_after = session->used_at >= first_use;

	if (session->uses != NULL && is_after)
		session->uses->from = Max(session->uses->from, first_use);
	else if (session->uses != NULL)
		session->uses->before = Min(session->uses->before, first_use);
	return is_after;
}

/*
 * Chooses the record that the rows found agree on; reports what is wrong if they
 * do not.  call is NULL, or a record of the same call that they must be of.
 */
static bool
choose_link(const Lookups *lookups, const Session *session, const Link *call, const char *method,
			Link *found, Problem *problem)
{
	bool		any = false;

	if (lookups->found.count > CANDIDATES_MAX)
	{
		*problem = SEVERAL_CALLERS;
		return false;
	}
	for (int row = 0; row < lookups->found.count; row++)
	{
		Link		link;

		read_link(&lookups->found.rows[row], &link);
		if (!may_have_issued(&link, session) || (call != NULL && !same_call(call, &link)) ||
			!is_used_after(session, link.event_time))
			continue;
		if (any && !same_caller(&link, found))
		{
			*problem = SEVERAL_CALLERS;
			return false;
		}
		if (!any || is_earlier(&link, found))
			*found = link;
		any = true;
	}
	found->method = method;
	return any;
}

/* Finds the event that issued a session's credentials by a mark of the session, if it has that. */
static bool
find_by(Lookups *lookups, SessionStatement statement, const char *mark, const Session *session,
		const char *method, Link *link, Problem *problem)
{
	Datum		values[3];

	if (mark == NULL)
		return false;
	values[0] = CStringGetTextDatum(mark);
	values[1] = CStringGetTextDatum(session->principal_id);
	values[2] = CStringGetTextDatum(session->account_id);
	look_up(lookups, statement, values);
	return choose_link(lookups, session, NULL, method, link, problem);
}

/*
 * Finds the event that issued a session's credentials by its key: in the
 * session's own account, whose record is believed.  A session of another
 * account's root is issued by the organization's management account, which may
 * be the only one to have a record of it.
 */
static bool
find_by_key(Lookups *lookups, const Session *session, Link *link, Problem *problem)
{
	const char *key = session->access_key_id;

	if (find_by(lookups, BY_KEY, key, session, "access key", link, problem))
		return true;
	return *problem == NO_PROBLEM && same(session->principal_id, session->account_id) &&
		find_by(lookups, BY_ROOT_KEY, key, session, "access key", link, problem);
}

/* Finds the event that issued a session's credentials. */
static bool
find_link(Lookups *lookups, const Session *session, Link *link, Problem *problem)
{
	Datum		values[6];
	TimestampTz from;
	TimestampTz to;

	if (session->principal_id == NULL || session->account_id == NULL)
	{
		*problem = NO_SESSION_ID;
		return false;
	}
	*problem = NO_PROBLEM;
	if (find_by(lookups, BY_SIGN_IN, session->sign_in, session, "sign-in session", link,
				problem) ||
		(*problem == NO_PROBLEM && find_by_key(lookups, session, link, problem)))
		return true;
	if (*problem != NO_PROBLEM)
		return false;
	/* With neither key nor time the name alone must do, within the longest life of a session. */
	if (session->has_created_at)
	{
		from = session->created_at - SAME_TIME;
		to = session->created_at + SAME_TIME;
	}
	else if (session->access_key_id == NULL)
	{
		from = session->used_at - SESSION_HOURS_MAX;
		to = session->used_at;
	}
	else
	{
		*problem = NO_EVENT;
		return false;
	}
	values[0] = CStringGetTextDatum(session->principal_id);
	values[1] = CStringGetTextDatum(session->name != NULL ? session->name : "");
	values[2] = CStringGetTextDatum(session->account_id);
	values[3] = TimestampTzGetDatum(from);
	values[4] = TimestampTzGetDatum(to);
	look_up(lookups, BY_ID, values);
	if (choose_link(lookups, session, NULL, session->has_created_at ? "id and time" : BY_NAME, link,
					problem))
		return true;
	if (*problem != NO_PROBLEM)
		return false;
	*problem = NO_EVENT;
	if (session->access_key_id != NULL)
	{
		values[0] = CStringGetTextDatum(session->access_key_id);
		values[1] = CStringGetTextDatum(session->account_id);
		if (look_up(lookups, BY_OTHERS, values) > 0)
			*problem = ONLY_OTHERS_EVENT;
	}
	return false;
}

/* Finds the record of the caller's own account of a call across accounts. */
static bool
find_callers_record(Lookups *lookups, const Link *link, Link *found)
{
	const Session *caller = &link->session;
	Problem		problem = NO_PROBLEM;
	Session		anyone = {.used_at = link->event_time};
	Datum		values[6];

	if (link->issued_id == NULL || caller->principal_id == NULL || caller->account_id == NULL)
		return false;
	values[0] = CStringGetTextDatum(link->issued_id);
	values[1] = CStringGetTextDatum(caller->principal_id);
	values[2] = CStringGetTextDatum(caller->account_id);
	values[3] = TimestampTzGetDatum(link->event_time - SAME_TIME);
	values[4] = TimestampTzGetDatum(link->event_time + SAME_TIME);
	values[5] = CStringGetTextDatum(caller->name != NULL ? caller->name : "");
	look_up(lookups, BY_CALLER, values);
	return choose_link(lookups, &anyone, link, NULL, found, &problem);
}

/* Whether two facts of one call agree in what is read of them. */
static bool
same_fact(const Link *a, const Link *b)
{
	return same_caller(a, b) && a->session.has_created_at == b->session.has_created_at &&
		a->session.created_at == b->session.created_at &&
		a->session.in_console == b->session.in_console &&
		same(a->session.sign_in, b->session.sign_in) && same(a->origin.method, b->origin.method);
}

/*
 * Fills in what the caller's own account recorded of the call that the session
 * made; false if there is no such record, or if several contradict one another.
 */
static bool
find_callers_fact(Lookups *lookups, Session *session, Origin *origin)
{
	Link		found;
	Datum		values[3];
	int			count;

	if (session->access_key_id != NULL || session->shared_event_id == NULL ||
		session->account_id == NULL ||
		session->principal_id == NULL)
		return false;
	values[0] = CStringGetTextDatum(session->shared_event_id);
	values[1] = CStringGetTextDatum(session->account_id);
	values[2] = CStringGetTextDatum(session->principal_id);
	count = look_up(lookups, BY_CALL, values);
	if (count == 0 || count > CANDIDATES_MAX)
		return false;
	read_fact(&lookups->found.rows[0], session, &found);
	for (int row = 1; row < count; row++)
	{
		Link		other;

		read_fact(&lookups->found.rows[row], session, &other);
		if (!same_fact(&found, &other))
			return false;
	}
	*session = found.session;
	*origin = found.origin;
	return true;
}

/*
 * The Region of an event that issued a session's credentials: the ARN of a
 * sign-in session has it, STS can be asked in any.
 */
static char *
issuing_region(const Session *session)
{
	ct_slice	region;

	if (session->sign_in == NULL)
		return NULL;
	region = ct_arn_part((ct_slice) {session->sign_in, strlen(session->sign_in)}, 3);
	return region.len > 0 ? pnstrdup(region.ptr, region.len) : NULL;
}

/* An origin that is not known. */
static Origin
unknown_origin(Problem problem)
{
	return (Origin) {NULL, pstrdup("unknown"), pstrdup(problems[problem].text)};
}

/* Ends a chain without an origin. */
static void
end_unknown(Chain *chain, const Session *session, Problem problem)
{
	chain->origin = unknown_origin(problem);
	chain->is_missing = problems[problem].is_missing;
	if (!chain->is_missing)
		return;
	chain->missing_account = session->account_id;
	chain->missing_region = issuing_region(session);
	if (chain->count > 0)
		chain->used_region = chain->links[chain->count - 1].aws_region;
	chain->missing_at = session->has_created_at ? session->created_at : session->used_at;
}

/* Whether a chain has been to an event. */
static bool
is_visited(const Chain *chain, const Link *link)
{
	for (int i = 0; i < chain->count; i++)
	{
		if (chain->links[i].event_time == link->event_time &&
			memcmp(&chain->links[i].event_key, &link->event_key, sizeof(pg_uuid_t)) == 0)
			return true;
	}
	return false;
}

/* Who stands behind a session if its id is that of a user, though it does not say which. */
static Origin
origin_of_user(const Session *session)
{
	if (session->principal_id == NULL || strncmp(session->principal_id, "AIDA", 4) != 0)
		return (Origin) {0};
	return (Origin) {session->principal_id, pstrdup("human"),
		pstrdup("iam user of another account")};
}

/* Whose session the caller of a link has, by the record of their own account too. */
static Session
callers_session(Lookups *lookups, const Link *link, Origin *origin)
{
	Session		session = link->session;
	Link		record;

	*origin = link->origin;
	if (origin->kind != NULL || same(session.account_id, link->account_id))
		return session;
	if (find_callers_record(lookups, link, &record))
	{
		*origin = record.origin;
		return record.session;
	}
	*origin = origin_of_user(&session);
	return session;
}

void
add_portal(Lookups *lookups, Chain *chain)
{
	const Link *last = chain->count > 0 ? &chain->links[chain->count - 1] : NULL;
	Session		anyone = {0};
	Problem		problem = NO_PROBLEM;
	Datum		values[4];

	if (last == NULL || last->permission_set == NULL || last->account_id == NULL ||
		chain->count == CHAIN_LINKS_MAX)
		return;
	anyone.used_at = last->event_time;
	values[0] = CStringGetTextDatum(last->account_id);
	values[1] = CStringGetTextDatum(last->permission_set);
	values[2] = TimestampTzGetDatum(last->event_time - 2 * SAME_TIME);
	values[3] = TimestampTzGetDatum(last->event_time + 2 * SAME_TIME);
	look_up(lookups, BY_PORTAL, values);
	if (choose_link(lookups, &anyone, NULL, "permission set and time", &chain->links[chain->count],
					&problem))
		chain->count++;
}

void
follow_session(Lookups *lookups, const Session *first, Chain *chain)
{
	Session		session = *first;
	Origin		origin = {0};

	memset(chain, 0, sizeof(Chain));
	find_callers_fact(lookups, &session, &origin);
	if (origin.kind == NULL && session.access_key_id == NULL)
		origin = origin_of_user(&session);
	while (origin.kind == NULL)
	{
		Problem		problem = NO_PROBLEM;
		Link	   *link = &chain->links[chain->count];

		CHECK_FOR_INTERRUPTS();
		if (chain->count == CHAIN_LINKS_MAX)
		{
			end_unknown(chain, &session, TOO_LONG);
			return;
		}
		if (!find_link(lookups, &session, link, &problem))
		{
			end_unknown(chain, &session, problem);
			return;
		}
		if (is_visited(chain, link))
		{
			end_unknown(chain, &session, LOOP);
			return;
		}
		chain->count++;
		session = callers_session(lookups, link, &origin);
	}
	/* Others may have had that name, by events that are not here: it is a trace, not a proof. */
	for (int i = 0; i < chain->count; i++)
	{
		if (strcmp(chain->links[i].method, BY_NAME) == 0)
			origin = unknown_origin(ONLY_SESSION_NAME);
	}
	chain->origin = origin;
}
