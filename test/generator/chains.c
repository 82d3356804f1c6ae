/*
 * chains.c: chains of sessions, from whoever signed in, through up to five
 * roles in several accounts, to the read of a secret; with the truth.
 *
 * Roles and names of sessions are used again and again.  Credentials are used
 * before the event that issued them is delivered, or even made; some are
 * expired.  Of some chains an event is missing, or only one of two accounts'
 * records; of others a stranger's record claims the session.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "calendar.h"
#include "chains.h"

#define ROLES_MOST		5
#define RECORDS_MOST	(2 * ROLES_MOST + 5)
#define REGION			"us-east-1"

/* How a chain begins. */
typedef enum beginning
{
	BY_IAM_USER, BY_SSO, BY_SAML_USER, BY_POD, BY_WORKFLOW, BY_INSTANCE, BY_FUNCTION, BY_SIGN_IN,
	BEGINNINGS
} beginning;

/* A session of a role. */
typedef struct session
{
	const char *account;
	char		role[64];
	char		path[64];
	char		id[32];			/* of the role */
	char		name[64];
	char		key[24];		/* empty if its calls show none */
	int64_t		created;
	char		context[256];	/* what else its sessionContext has */
	char		more[256];		/* what else its userIdentity has */
} session;

/* A chain that is being made. */
typedef struct chain
{
	const world *w;
	rng		   *r;
	int64_t		number;
	session		session;		/* the newest */
	int64_t		needed[RECORDS_MOST];	/* records that the origin hangs on, by number */
	chain_loss	loss[RECORDS_MOST];	/* what is lost with each */
	const char *of_account[RECORDS_MOST];	/* whose trail would have it */
	int			needed_count;
	char		origin[160];
	const char *kind;
} chain;

static chain_record *records;
static int64_t record_count;
static int64_t record_room;

#ifdef __GNUC__
static void put(text *out, const char *format,...) __attribute__((format(printf, 2, 3)));
#endif

/* Appends formatted text. */
static void
put(text *out, const char *format,...)
{
	char		piece[2048];
	va_list		args;

	va_start(args, format);
	vsnprintf(piece, sizeof(piece), format, args);
	va_end(args);
	text_adds(out, piece);
}

/* Appends a time as its JSON string. */
static void
put_time(text *out, int64_t time)
{
	text_addc(out, '"');
	text_iso(out, time);
	text_addc(out, '"');
}

/* Keeps a record, to be delivered up to a quarter of an hour late; gives its number. */
static int64_t
keep(chain *c, text *json, int64_t time, char *truth)
{
	if (record_count == record_room)
	{
		record_room = record_room ? 2 * record_room : 1024;
		records = realloc(records, (size_t) record_room * sizeof(*records));
		if (records == NULL)
			die("out of memory");
	}
	records[record_count] = (chain_record) {
		.due = time + (int64_t) rng_below(c->r, 15 * 60) * SECOND_MS, .number = record_count,
		.json = json->data, .len = json->len, .truth = truth
	};
	*json = (text) {0};
	return record_count++;
}

/* Notes that the origin hangs on a record. */
static void
need(chain *c, int64_t record, chain_loss loss, const char *account)
{
	c->needed[c->needed_count] = record;
	c->loss[c->needed_count] = loss;
	c->of_account[c->needed_count++] = account;
}

/* A new session: the role of a name in an account has one id. */
static session
begin(chain *c, const char *account, const char *role, const char *name, int64_t created)
{
	session		s = {.account = account, .created = created};
	uint64_t	hash = c->w->seed;
	text		key = {0};

	for (const char *p = account; *p; p++)
		hash = rng_mix(hash + (unsigned char) *p);
	for (const char *p = role; *p; p++)
		hash = rng_mix(hash + (unsigned char) *p);
	snprintf(s.role, sizeof(s.role), "%s", role);
	snprintf(s.name, sizeof(s.name), "%s", name);
	snprintf(s.id, sizeof(s.id), "AROA%016llX", (unsigned long long) hash);
	text_random(&key, c->r, alphabet_key, 32, 16);
	snprintf(s.key, sizeof(s.key), "ASIA%.16s", key.data);
	text_free(&key);
	return s;
}

/* Appends userIdentity of a session. */
static void
put_session(text *out, const session *s)
{
	put(out, "{\"type\":\"AssumedRole\",\"principalId\":\"%s:%s\",\"arn\":\"arn:aws:sts::%s:assumed-role/%s/%s\",\"accountId\":\"%s\",",
		s->id, s->name, s->account, s->role, s->name, s->account);
	if (*s->key)
		put(out, "\"accessKeyId\":\"%s\",", s->key);
	put(out, "\"sessionContext\":{\"sessionIssuer\":{\"type\":\"Role\",\"principalId\":\"%s\",\"arn\":\"arn:aws:iam::%s:role/%s%s\",\"accountId\":\"%s\",\"userName\":\"%s\"},%s\"attributes\":{\"creationDate\":",
		s->id, s->account, s->path, s->role, s->account, s->role, s->context);
	put_time(out, s->created);
	put(out, ",\"mfaAuthenticated\":\"false\"}}%s}", s->more);
}

/* Appends a record up to userIdentity, whose value comes next. */
static void
put_head(text *out)
{
	text_lit(out, "{\"eventVersion\":\"1.11\",\"userIdentity\":");
}

/* Appends what follows userIdentity, up to requestParameters. */
static void
put_call(text *out, int64_t time, const char *service, const char *name, const char *address)
{
	text_lit(out, ",\"eventTime\":");
	put_time(out, time);
	put(out, ",\"eventSource\":\"%s.amazonaws.com\",\"eventName\":\"%s\",\"awsRegion\":\"" REGION "\",\"sourceIPAddress\":\"%s\",\"userAgent\":\"aws-cli/2.32.0\"",
		service, name, address);
}

/* Appends the end of a record. */
static void
put_tail(text *out, rng *r, const char *type, const char *recipient, const char *shared)
{
	text_lit(out, ",\"requestID\":\"");
	text_uuid(out, r);
	text_lit(out, "\",\"eventID\":\"");
	text_uuid(out, r);
	put(out, "\",\"readOnly\":true,\"eventType\":\"%s\",\"managementEvent\":true,\"recipientAccountId\":\"%s\"%s,\"eventCategory\":\"Management\"}",
		type, recipient, shared);
}

/* A record by which a session got its credentials; identity is its caller's. */
static int64_t
issue(chain *c, const char *identity, const session *s, const char *name, const char *key, int64_t time,
	  const char *recipient, const char *shared)
{
	text		out = {0};

	put_head(&out);
	text_adds(&out, identity);
	put_call(&out, time, "sts", name, "203.0.113.7");
	put(&out, ",\"requestParameters\":{\"roleArn\":\"arn:aws:iam::%s:role/%s%s\",\"roleSessionName\":\"%s\"},\"responseElements\":{\"credentials\":{\"accessKeyId\":\"%s\",\"sessionToken\":\"t\"},\"assumedRoleUser\":{\"assumedRoleId\":\"%s:%s\",\"arn\":\"arn:aws:sts::%s:assumed-role/%s/%s\"}}",
		s->account, s->path, s->role, s->name, key, s->id, s->name, s->account, s->role, s->name);
	put_tail(&out, c->r, "AwsApiCall", recipient, shared);
	return keep(c, &out, time, NULL);
}

/* When the event that issued credentials is made: at once, or after they are in use. */
static int64_t
issued_at(chain *c, const session *s)
{
	return s->created + (rng_percent(c->r, 20) ? (int64_t) rng_below(c->r, 60) * SECOND_MS : 0);
}

/* The user of IAM, or the identity provider's, of a name. */
static void
put_person(text *out, const char *type, const char *account, const char *name)
{
	if (strcmp(type, "IAMUser") == 0)
		put(out, "{\"type\":\"IAMUser\",\"principalId\":\"AIDA%s%s\",\"arn\":\"arn:aws:iam::%s:user/%s\",\"accountId\":\"%s\",\"accessKeyId\":\"AKIA%s%s\",\"userName\":\"%s\"}",
			account, name, account, name, account, account, name, name);
	else
		put(out, "{\"type\":\"%s\",\"principalId\":\"idp=:%s\",\"userName\":\"%s\",\"identityProvider\":\"%s\"}", type, name, name,
			strcmp(type, "SAMLUser") == 0 ? "idp=" : account);
	text_addc(out, '\0');
}

/* Begins with a user who signed in to a tool by way of the console. */
static void
begin_sign_in(chain *c, const char *account, const char *user, int64_t time)
{
	session		web = begin(c, account, "Admin", user, time);
	text		out = {0};
	char		key[24];
	char		arn[128];

	memcpy(key, web.key, sizeof(key));
	*web.key = '\0';
	put_person(&out, "IAMUser", account, user);
	need(c, issue(c, out.data, &web, "AssumeRole", key, time, account, ""), LOSS_EVENT, account);
	text_free(&out);
	snprintf(arn, sizeof(arn), "arn:aws:signin:" REGION ":%s:session/%08llx", account, (unsigned long long) c->number);
	put_head(&out);
	put_session(&out, &web);
	time += 10 * SECOND_MS;
	put_call(&out, time, "signin", "CreateOAuth2Token", "203.0.113.7");
	put(&out, ",\"requestParameters\":{\"client_id\":\"arn:aws:signin:::devtools/same-device\"},\"responseElements\":null,\"additionalEventData\":{\"signInSessionArn\":\"%s\",\"success\":\"true\"}", arn);
	put_tail(&out, c->r, "AwsApiCall", account, "");
	need(c, keep(c, &out, time, NULL), LOSS_EVENT, account);
	c->session = begin(c, account, "Admin", user, time + 5 * SECOND_MS);
	snprintf(c->session.context, sizeof(c->session.context), "\"signInSessionArn\":\"%s\",", arn);
	snprintf(c->origin, sizeof(c->origin), "arn:aws:iam::%s:user/%s", account, user);
}

/* Begins with a user of IAM Identity Center, who asks the portal of another account's directory. */
static void
begin_sso(chain *c, const char *account, const char *person, int64_t time)
{
	static const char set[] = "AWSReservedSSO_Admin_0123456789abcdef";
	text		out = {0};

	c->session = begin(c, account, set, person, time);
	snprintf(c->session.path, sizeof(c->session.path), "aws-reserved/sso.amazonaws.com/");
	snprintf(c->session.more, sizeof(c->session.more), ",\"onBehalfOf\":{\"userId\":\"94-%s\",\"identityStoreArn\":\"arn:aws:identitystore::1:identitystore/d-1\"}", person);
	put_head(&out);
	put(&out, "{\"type\":\"IdentityCenterUser\",\"accountId\":\"%s\",\"onBehalfOf\":{\"userId\":\"94-%s\",\"identityStoreArn\":\"arn:aws:identitystore::1:identitystore/d-1\"}}", c->w->account[0].id, person);
	put_call(&out, time, "sso", "GetRoleCredentials", "203.0.113.7");
	put(&out, ",\"requestParameters\":null,\"responseElements\":null,\"serviceEventDetails\":{\"role_name\":\"Admin\",\"account_id\":\"%s\"}", account);
	put_tail(&out, c->r, "AwsServiceEvent", c->w->account[0].id, "");
	keep(c, &out, time, NULL);
	put_person(&out, "SAMLUser", account, person);
	issue(c, out.data, &c->session, "AssumeRoleWithSAML", "ASIAPORTAL", time, account, "");
	text_free(&out);
	snprintf(c->origin, sizeof(c->origin), "%s", person);
}

/* Begins with one whom a provider vouches for, a user, or a service. */
static void
begin_issued(chain *c, beginning how, const char *account, const char *name, int64_t time)
{
	static const char *const people[] = {"lee@corp.example", "max@corp.example"};
	static const char eks[] = "oidc.eks." REGION ".amazonaws.com/id/E1";
	static const char github[] = "token.actions.githubusercontent.com";
	const char *person = how == BY_SAML_USER ? people[rng_below(c->r, 2)] : how == BY_POD ?
		"system:serviceaccount:pay:api" : how == BY_WORKFLOW ? "repo:o/r:ref:refs/heads/main" : "ana";
	const char *call = how == BY_SAML_USER ? "AssumeRoleWithSAML" : how == BY_POD || how == BY_WORKFLOW ?
		"AssumeRoleWithWebIdentity" : "AssumeRole";
	char		role[24];
	char		provider[160];
	text		out = {0};

	snprintf(role, sizeof(role), "Start%d-%u", how, rng_below(c->r, 4));
	/* The names of people are theirs. */
	c->session = begin(c, account, role, how == BY_SAML_USER ? person : name, time);
	snprintf(provider, sizeof(provider), "arn:aws:iam::%s:oidc-provider/%s", account, how == BY_POD ? eks : github);
	if (how == BY_FUNCTION)
	{
		text_lit(&out, "{\"type\":\"AWSService\",\"invokedBy\":\"lambda.amazonaws.com\"}");
		text_addc(&out, '\0');
		snprintf(c->origin, sizeof(c->origin), "lambda.amazonaws.com/%s", name);
	}
	else if (how == BY_IAM_USER)
	{
		put_person(&out, "IAMUser", account, person);
		snprintf(c->origin, sizeof(c->origin), "arn:aws:iam::%s:user/%s", account, person);
	}
	else if (how == BY_SAML_USER)
	{
		put_person(&out, "SAMLUser", account, person);
		snprintf(c->origin, sizeof(c->origin), "%s", person);
	}
	else
	{
		put_person(&out, "WebIdentityUser", provider, person);
		snprintf(c->origin, sizeof(c->origin), "%s:%s", how == BY_POD ? eks : github, person);
	}
	/* The key in the response to SAML is not the one in use. */
	need(c, issue(c, out.data, &c->session, call, how == BY_SAML_USER ? "ASIAFORM" : c->session.key,
				  how == BY_SAML_USER ? time : issued_at(c, &c->session), account, ""), LOSS_EVENT, account);
	text_free(&out);
}

/* Begins a chain: its first session, and who stands behind it. */
static void
begin_chain(chain *c, const char *account, const char *name, int64_t time)
{
	static const char *const people[] = {"pat@example.com", "kim@example.com"};
	static const char *const kinds[] = {"human", "human", "human", "workload", "workload", "workload", "workload", "human"};
	beginning	how = (beginning) rng_below(c->r, BEGINNINGS);

	c->kind = kinds[how];
	if (how == BY_SSO)
		begin_sso(c, account, people[rng_below(c->r, 2)], time);
	else if (how == BY_SIGN_IN)
		begin_sign_in(c, account, rng_percent(c->r, 50) ? "ana" : "bob", time);
	else if (how == BY_INSTANCE)
	{
		char		instance[24];

		snprintf(instance, sizeof(instance), "i-%017x", rng_below(c->r, 1000));
		c->session = begin(c, account, "Web", instance, time);
		snprintf(c->session.context, sizeof(c->session.context), "\"ec2RoleDelivery\":\"2.0\",");
		snprintf(c->origin, sizeof(c->origin), "ec2.amazonaws.com/%s", instance);
	}
	else
		begin_issued(c, how, account, name, time);
}

/* Goes on to another role, maybe of another account. */
static void
assume(chain *c, const char *account, const char *name)
{
	session		caller = c->session;
	text		out = {0};
	char		role[24];
	char		shared[80] = "";
	int64_t		time;
	int64_t		record;

	snprintf(role, sizeof(role), "Step-%u", rng_below(c->r, 4));
	c->session = begin(c, account, role, name, caller.created + (int64_t) rng_below(c->r, 1200) * SECOND_MS);
	time = issued_at(c, &c->session);
	if (account != caller.account)
		snprintf(shared, sizeof(shared), ",\"sharedEventID\":\"5%07llx-0000-4000-8000-%012llx\"",
				 (unsigned long long) rng_below(c->r, 1 << 24), (unsigned long long) record_count);
	put_session(&out, &caller);
	text_addc(&out, '\0');
	record = issue(c, out.data, &c->session, "AssumeRole", c->session.key, time, caller.account, shared);
	need(c, record, account == caller.account ? LOSS_EVENT : LOSS_CALLER, caller.account);
	text_free(&out);
	if (account == caller.account)
		return;
	/* The record of the role's account has the caller's id, not the key. */
	put(&out, "{\"type\":\"AWSAccount\",\"principalId\":\"%s:%s\",\"accountId\":\"%s\"}", caller.id, caller.name, caller.account);
	text_addc(&out, '\0');
	need(c, issue(c, out.data, &c->session, "AssumeRole", c->session.key, time, account, shared), LOSS_OWNER, account);
	text_free(&out);
}

/* A stranger's record that claims to have issued the session. */
static void
forge(chain *c)
{
	const char *evil = c->w->account[c->w->accounts].id;
	text		out = {0};

	put_person(&out, "IAMUser", evil, "mallory");
	issue(c, out.data, &c->session, "AssumeRole", c->session.key, c->session.created, evil, "");
	text_free(&out);
}

/* Loses a record that the origin hangs on. */
static int
lose(chain *c)
{
	int			lost = (int) rng_below(c->r, (uint32_t) c->needed_count);

	free(records[c->needed[lost]].json);
	records[c->needed[lost]].json = NULL;
	return lost;
}

/* Reads a secret; its truth goes into the manifest. */
static void
read_secret(chain *c, int lost)
{
	static const char *const losses[] = {"", "event", "owner", "caller"};
	bool		expired = rng_percent(c->r, 10);
	int64_t		time = c->session.created + (int64_t) (expired ? 12 * 3600 : rng_below(c->r, 3600)) * SECOND_MS;
	const char *account = c->session.account;
	text		out = {0};
	text		truth = {0};
	const char *id;

	put_head(&out);
	put_session(&out, &c->session);
	put_call(&out, time, "secretsmanager", "GetSecretValue", "10.0.0.7");
	if (expired)
		text_lit(&out, ",\"errorCode\":\"ExpiredTokenException\",\"errorMessage\":\"The security token included in the request is expired\"");
	put(&out, ",\"requestParameters\":{\"secretId\":\"arn:aws:secretsmanager:" REGION ":%s:secret:chains/db-%u-AbCdEf\"},\"responseElements\":null",
		account, rng_below(c->r, 50));
	put_tail(&out, c->r, "AwsApiCall", account, "");
	id = strstr(out.data, "\"eventID\":\"") + strlen("\"eventID\":\"");
	put(&truth, "%.36s\t%s\t%s\t%s\t%s", id, c->kind, c->origin, lost < 0 ? "" : losses[c->loss[lost]],
		lost < 0 ? "" : c->of_account[lost]);
	text_addc(&truth, '\0');
	keep(c, &out, time, truth.data);
}

/* Makes one chain. */
static void
make_chain(chain *c)
{
	static const char *const names[] = {"deploy", "ci", "ana", "app"};
	const world *w = c->w;
	const char *account = w->account[rng_below(c->r, (uint32_t) w->accounts)].id;
	int64_t		span = (w->end - w->start) / SECOND_MS - 24 * 3600;
	int			roles = (int) rng_below(c->r, ROLES_MOST);
	int			lost = -1;

	begin_chain(c, account, names[rng_below(c->r, 4)], w->start + (int64_t) (rng_next(c->r) % (uint64_t) (span > 1 ? span : 1)) * SECOND_MS);
	while (roles-- > 0)
	{
		if (rng_percent(c->r, 30))
			account = w->account[rng_below(c->r, (uint32_t) w->accounts)].id;
		assume(c, account, names[rng_below(c->r, 4)]);
	}
	if (c->needed_count > 0 && rng_percent(c->r, 15))
		lost = lose(c);
	else if (rng_percent(c->r, 10))
		forge(c);
	read_secret(c, lost);
}

/* Which of two records is delivered first. */
static int
compare_records(const void *a, const void *b)
{
	const chain_record *x = a;
	const chain_record *y = b;

	return x->due != y->due ? (x->due > y->due) - (x->due < y->due) : (x->number > y->number) - (x->number < y->number);
}

chain_record *
chains_create(const world *w, int64_t chains, int64_t *count)
{
	rng			r = rng_fork(w->seed, 7);
	int64_t		kept = 0;

	for (int64_t i = 0; i < chains; i++)
	{
		chain		c = {.w = w, .r = &r, .number = i};

		make_chain(&c);
	}
	for (int64_t i = 0; i < record_count; i++)
		if (records[i].json != NULL)
			records[kept++] = records[i];
	if (kept > 0)
		qsort(records, (size_t) kept, sizeof(*records), compare_records);
	*count = kept;
	return records;
}
