/*
 * test_secret_mention.c: every way in which an event names secrets, and whom a search finds.
 */
#include "exact.h"
#include "random_event.h"
#include "random_secret.h"
#include "core/secret/secret.h"
#include "core/secret/secret_mention.h"
#include "tap.h"

#define IN(region, account, name) "arn:aws:secretsmanager:" region ":" account ":secret:" name
#define ARN(name)		IN("us-east-1", "123456789012", name)
#define REPLICA(name)	IN("eu-west-1", "123456789012", name)
#define STRANGE(name)	IN("us-east-1", "210987654321", name)
#define FULL			ARN("db-AbCdEf")
#define PARTIAL			ARN("db")
#define KEY				"arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
#define TOKEN			"eeb681b1-a07d-4aeb-9b61-1ee6590ec295"

#define EVENT(source, rest) "{'eventSource':'" source "','awsRegion':'us-east-1','recipientAccountId':'123456789012'" rest "}"
#define SM(rest)		EVENT("secretsmanager.amazonaws.com", "," rest)
#define KMS(rest)		EVENT("kms.amazonaws.com", "," rest)
#define REQUEST(x)		"'requestParameters':{" x "}"
#define RESPONSE(x)		"'responseElements':{" x "}"
#define ADDED(x)		"'additionalEventData':{" x "}"
#define CONTEXT(x)		REQUEST("'encryptionContext':{'SecretARN':" x "}")
#define RESOURCES(x)	"'resources':[" x "]"
#define DENIED(x)		"'errorMessage':'User: x is not authorized to perform: y on resource: " x " because'"

/* Who is found, each ended by a space, and who is not, where an event names the secret so. */
#define FOUND_ALL		"db " FULL " " PARTIAL " "
#define NEVER			"d db2 DB " ARN("d") " " ARN("db2") " " ARN("db2-AbCdEf") " " \
						REPLICA("db") " " REPLICA("db-AbCdEf") " " STRANGE("db") " " STRANGE("db-AbCdEf") " "
#define BY_FULL			FOUND_ALL, NEVER ARN("db-GhIjKl") " "
#define BY_PARTIAL		FOUND_ALL ARN("db-GhIjKl") " ", NEVER "db-AbCdEf "
#define BY_NOTHING		"", NEVER FOUND_ALL

static const struct
{
	const char *json;
	const char *found;
	const char *not_found;
}			cases[] = {
	/* each place alone */
	{SM(RESPONSE("'arn':'" FULL "'")), BY_FULL},
	{SM(RESPONSE("'aRN':'" FULL "'")), BY_FULL},
	{SM(RESPONSE("'ARN':'" FULL "'")), BY_FULL},
	{SM(RESPONSE("'arn':'" PARTIAL "'")), BY_PARTIAL},
	{SM(RESPONSE("'arn':'db'")), BY_NOTHING},
	{SM(RESPONSE("'name':'db'")), BY_PARTIAL},
	{SM(ADDED("'ARN':'" FULL "'")), BY_FULL},
	{SM(ADDED("'arn':'" FULL "'")), BY_FULL},
	{SM(ADDED("'SecretId':'" FULL "'")), BY_FULL},
	{SM(ADDED("'secretId':'" PARTIAL "'")), BY_PARTIAL},
	{SM(ADDED("'SecretId':'db'")), BY_PARTIAL},
	{SM(ADDED("'Name':'db'")), BY_PARTIAL},
	{SM(ADDED("'name':'db'")), BY_PARTIAL},
	{SM(REQUEST("'secretId':'" FULL "'")), BY_FULL},
	{SM(REQUEST("'secretId':'" PARTIAL "'")), BY_PARTIAL},
	{SM(REQUEST("'secretId':'db'")), BY_PARTIAL},
	{SM(REQUEST("'name':'db'")), BY_PARTIAL},
	{SM(REQUEST("'secretId':'\\u0064b'")), BY_PARTIAL},
	{SM(REQUEST("'secretIdList':['x','db']")), BY_PARTIAL},
	{SM(REQUEST("'secretIdList':['x','" PARTIAL "']")), BY_PARTIAL},
	{SM(REQUEST("'secretIdList':[7,null,{},[],'','" KEY "','" FULL "']")), BY_FULL},
	{SM(REQUEST("'secretIdList':[{'arn':'" FULL "'}]")), BY_FULL},
	{SM(RESOURCES("{'ARN':'" FULL "'}")), BY_FULL},
	{SM(RESOURCES("7,null,{},[],{'ARN':7},{'ARN':'" KEY "'},{'type':'x','arn':'" FULL "'}")), BY_FULL},
	{SM(RESOURCES("'" FULL "'")), BY_FULL},
	{SM(RESOURCES("{'ARN':'db'}")), BY_NOTHING},
	{SM(CONTEXT("'" FULL "'")), BY_FULL},
	{SM("'requestID':'Rotation-" FULL "-" TOKEN "'"), BY_FULL},
	{SM("'requestID':'SecretDeleteMessage:" FULL ":2023-07-10T12:07:59.000Z:Forced'"), BY_FULL},
	{SM(DENIED(FULL)), BY_FULL},
	{SM(DENIED(PARTIAL)), BY_PARTIAL},
	{SM(DENIED("db")), BY_PARTIAL},

	/* a name beside an ARN: the full one says which it is */
	{SM(REQUEST("'secretId':'db'") "," RESPONSE("'arn':'" FULL "','name':'db'")), BY_FULL},
	{SM(REQUEST("'name':'db'") "," RESPONSE("'arn':'" FULL "'")), BY_FULL},
	{SM(REQUEST("'secretId':'" PARTIAL "'") "," RESPONSE("'arn':'" FULL "'")), BY_FULL},
	{SM(ADDED("'SecretId':'" FULL "','Name':'db'")), BY_FULL},
	{SM(REQUEST("'secretId':'db'") "," RESOURCES("{'ARN':'" KEY "'},{'ARN':'" FULL "'}")), BY_FULL},
	{SM(REQUEST("'secretId':'db'") "," DENIED(FULL)), BY_FULL},
	{SM(REQUEST("'secretId':'" FULL "'") "," DENIED("db")), BY_FULL},
	{SM(REQUEST("'secretId':'db'") "," RESPONSE("'arn':'" PARTIAL "'")), BY_PARTIAL},
	{SM(REQUEST("'secretId':'db'") "," RESPONSE("'arn':'" ARN("db2-AbCdEf") "'")),
		FOUND_ALL ARN("db-GhIjKl") " db2 " ARN("db2-AbCdEf") " ", ARN("db2-GhIjKl") " "},
	{SM(REQUEST("'secretId':'db'") "," RESPONSE("'arn':'" STRANGE("db-AbCdEf") "'")),
		FOUND_ALL ARN("db-GhIjKl") " " STRANGE("db-AbCdEf") " ", STRANGE("db-GhIjKl") " "},
	{SM(REQUEST("'secretId':'db'") "," RESPONSE("'arn':'" REPLICA("db-AbCdEf") "'")),
		FOUND_ALL ARN("db-GhIjKl") " " REPLICA("db-AbCdEf") " ", REPLICA("db-GhIjKl") " "},
	{SM(REQUEST("'secretId':'" FULL "'") "," RESPONSE("'arn':'" ARN("db-GhIjKl") "'")), FOUND_ALL ARN("db-GhIjKl") " ", NEVER},
	{SM(REQUEST("'secretId':'" ARN("app-config") "'")), "app app-config " ARN("app-config-AbCdEf") " " ARN("app-config") " " ARN("app") " ", "config "},
	{SM(REQUEST("'secretId':'app-config'") "," RESPONSE("'arn':'" ARN("app-config-AbCdEf") "'")),
		"app-config " ARN("app-config") " " ARN("app-config-AbCdEf") " ", "app " ARN("app") " " ARN("app-config-GhIjKl") " "},

	/* batches name several */
	{SM(REQUEST("'secretIdList':['db','b','" ARN("c-AbCdEf") "']")), FOUND_ALL "b c " ARN("b-AbCdEf") " " ARN("c-AbCdEf") " ", ARN("c-GhIjKl") " d "},
	{SM(RESOURCES("{'ARN':'" FULL "'},{'ARN':'" ARN("c-AbCdEf") "'}")), FOUND_ALL "c ", ARN("db-GhIjKl") " " ARN("c-GhIjKl") " "},
	{SM(REQUEST("'secretId':'db','secretIdList':['b']")), FOUND_ALL "b ", "c "},

	/* an account or a Region that is not known is any */
	{"{'eventSource':'secretsmanager.amazonaws.com','requestParameters':{'secretId':'db'}}",
		FOUND_ALL STRANGE("db") " " REPLICA("db-AbCdEf") " ", "d db2 "},
	{"{'eventSource':'secretsmanager.amazonaws.com','awsRegion':'us-east-1','requestParameters':{'secretId':'db'}}",
		FOUND_ALL STRANGE("db") " ", REPLICA("db-AbCdEf") " "},
	{"{'eventSource':'secretsmanager.amazonaws.com','recipientAccountId':'123456789012','requestParameters':{'secretId':'db'}}",
		FOUND_ALL REPLICA("db-AbCdEf") " ", STRANGE("db") " "},

	/* other services' events name secrets by ARN */
	{KMS(CONTEXT("'" FULL "'")), BY_FULL},
	{KMS(CONTEXT("'\\u0061rn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf'")), BY_FULL},
	{KMS(CONTEXT("'db'")), BY_NOTHING},
	{KMS(RESOURCES("{'ARN':'" KEY "'},{'ARN':'" FULL "'}")), BY_FULL},
	{KMS(RESOURCES("{'ARN':'arn:aws:\\u0073ecretsmanager:us-east-1:123456789012:secret:db-AbCdEf'}")), BY_FULL},
	{KMS(RESOURCES("{'ARN':'" KEY "'}")), BY_NOTHING},
	{KMS(CONTEXT("'" PARTIAL "'") "," RESOURCES("{'ARN':'" FULL "'}")), BY_FULL},
	{KMS(DENIED(FULL)), BY_FULL},
	{KMS(DENIED("db")), BY_NOTHING},
	{KMS(REQUEST("'secretId':'" FULL "','name':'db','secretIdList':['db','" FULL "']")), BY_NOTHING},
	{KMS(RESPONSE("'arn':'" FULL "','name':'db'") "," ADDED("'ARN':'" FULL "','Name':'db','SecretId':'db'")), BY_NOTHING},
	{KMS("'requestID':'Rotation-" FULL "-" TOKEN "'"), BY_NOTHING},
	{EVENT("secretsmanagers.amazonaws.com", "," REQUEST("'secretId':'db'")), BY_NOTHING},

	/* values of wrong types, and what is no secret */
	{SM(REQUEST("'secretId':7,'name':null,'secretIdList':'db','encryptionContext':'db'")), BY_NOTHING},
	{SM(REQUEST("'secretId':['db'],'name':{'name':'db'},'secretIdList':{'x':'db'},'encryptionContext':{'SecretARN':7}")), BY_NOTHING},
	{SM(RESPONSE("'arn':{},'name':[]") "," ADDED("'ARN':true,'SecretId':1e5,'Name':false")), BY_NOTHING},
	{SM("'requestParameters':null,'responseElements':7,'additionalEventData':[],'resources':{},'requestID':7,'errorMessage':null"), BY_NOTHING},
	{SM("'requestParameters':'db','responseElements':'" FULL "','resources':'" FULL "','errorMessage':['" FULL "']"), BY_NOTHING},
	{SM(REQUEST("'secretId':'" KEY "','name':''") "," RESPONSE("'arn':'" ARN("") "'") "," RESOURCES("")), BY_NOTHING},
	{SM("'requestID':'Rotation-arn:aws:secretsmanager:','errorMessage':'on resource: '"), BY_NOTHING},
	{"{}", BY_NOTHING},
};

/* Counts visits, and ends the walk at one of them. */
typedef struct counter
{
	int			visits;
	int			last;
} counter;

/* Counts a visit. */
static bool
count_visit(void *arg, const ct_secret_id *id)
{
	counter    *c = arg;

	return ++c->visits != c->last;
}

/* Tells whether the event is found by what a person gives. */
static bool
finds(sample *s, const char *text, size_t len)
{
	char	   *copy = exact_copy(text, len);
	ct_secret_id id;
	ct_error	err;
	bool		found;

	if (!ct_read_secret_id((ct_slice) {copy, len}, &id, &err))
		ok(false, "can read %.*s", (int) len, text);
	found = ct_concerns_secret(&s->rec, fresh(s), &id);
	free(copy);
	return found;
}

/* Asks for each of a list, of which all or none must find the event. */
static bool
all_are(sample *s, const char *list, bool found)
{
	bool		right = true;

	for (const char *end; (end = strchr(list, ' ')) != NULL; list = end + 1)
	{
		if (finds(s, list, end - list) != found)
		{
			printf("# %s by %.*s\n", found ? "not found" : "found", (int) (end - list), list);
			right = false;
		}
	}
	return right;
}

/* Ends walks at every visit there is. */
static bool
ends_early(sample *s)
{
	counter		all = {0, -1};

	ct_each_secret_way(&s->rec, fresh(s), count_visit, &all);
	for (int last = 1; last <= all.visits; last++)
	{
		counter		c = {0, last};

		ct_each_secret_way(&s->rec, fresh(s), count_visit, &c);
		if (c.visits != last)
			return false;
	}
	return true;
}

/* Asks for a secret whose ARN is of so many characters, in some places. */
static void
try_length(size_t len, bool taken)
{
	static const char *const before[] = {
		SM("'requestParameters':{'secretId':'"), SM("'requestParameters':{'secretIdList':['x','"),
		SM("'resources':[{'ARN':'"), KMS("'requestParameters':{'encryptionContext':{'SecretARN':'"), KMS("'resources':[{'ARN':'")
	};
	static const char *const after[] = {"'}}", "']}}", "'}]}", "'}}}", "'},{'ARN':'" FULL "'}]}"};
	char	   *arn = malloc(len + 1);
	ct_secret_id asked;

	memset(arn, 'x', len);
	memcpy(arn, ARN(""), strlen(ARN("")));
	arn[len] = '\0';
	asked = ct_secret_id_of_arn((ct_slice) {arn, len});
	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++)
	{
		buffer		b = {0};
		sample		s;

		put(&b, before[i], strlen(before[i]) - 1);
		puts_to(&b, arn);
		puts_to(&b, after[i]);
		s = quoted_sample(b.ptr);
		ok(s.valid && ct_concerns_secret(&s.rec, fresh(&s), &asked) == taken,
		   "an ARN of %zu bytes is %s, place %zu", len, taken ? "taken" : "none", i);
		if (strstr(after[i], FULL) != NULL)
			ok(finds(&s, FULL, strlen(FULL)), "and does not hide the next");
		drop_sample(&s);
		free(b.ptr);
	}
	free(arn);
}

/* What is asked of every secret that an event is known to concern. */
typedef struct inquiry
{
	const ct_record *rec;
	ct_scratch	scratch;
	int			asked;
	int			wrong;
} inquiry;

/* Asks for a secret by its full ARN and its name. */
static void
inquire(void *arg, ct_slice arn)
{
	inquiry    *q = arg;
	ct_scratch	room = q->scratch;
	ct_secret_id id;
	ct_secret_id name;

	if (!ct_is_secret_arn(arn) || !ct_has_secret_suffix(arn))
		return;
	id = ct_secret_id_of_arn(arn);
	name = (ct_secret_id) {.name = ct_without_suffix(id.name)};
	q->asked++;
	if (!ct_concerns_secret(q->rec, &room, &id))
	{
		if (q->wrong++ == 0)
			printf("# not by %.*s: %.*s\n", (int) arn.len, arn.ptr, (int) q->rec->length, q->rec->json);
	}
	room = q->scratch;
	if (!ct_concerns_secret(q->rec, &room, &name))
	{
		/* The text may be the partial ARN of a name that ends like a suffix. */
		name.name = id.name;
		room = q->scratch;
		if (!ct_concerns_secret(q->rec, &room, &name) && q->wrong++ == 0)
			printf("# not by name: %.*s: %.*s\n", (int) arn.len, arn.ptr, (int) q->rec->length, q->rec->json);
	}
}

/* Asks random events for the secrets that they are known to concern. */
static void
try_random_events(const char *what, void (*make) (rng *, buffer *), int count)
{
	rng			r = rng_fork(3, 1);
	buffer		b = {0};
	inquiry		q = {0};
	int			odd = 0;

	for (int i = 0; i < count; i++)
	{
		sample		s;
		char	   *room;

		b.len = 0;
		make(&r, &b);
		s = take_sample(b.ptr, b.len);
		room = malloc(CT_SCRATCH_SIZE(b.len));
		q.rec = &s.rec;
		q.scratch = (ct_scratch) {room, room + CT_SCRATCH_SIZE(b.len)};
		ct_each_secret(&s.rec, fresh(&s), inquire, &q);
		odd += !s.valid || !ends_early(&s);
		free(room);
		drop_sample(&s);
	}
	ok(q.wrong == 0, "random %s are found by the secrets they concern (%d wrong of %d)", what, q.wrong, q.asked);
	ok(odd == 0, "a walk over them ends where it is told to (%d wrong)", odd);
	free(b.ptr);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		sample		s = quoted_sample(cases[i].json);
		bool		found = all_are(&s, cases[i].found, true);
		bool		not_found = all_are(&s, cases[i].not_found, false);

		ok(s.valid && found && not_found, "who finds %s", cases[i].json);
		ok(ends_early(&s), "a walk ends where it is told to");
		drop_sample(&s);
	}
	try_length(CT_SECRET_ID_MAX, true);
	try_length(CT_SECRET_ID_MAX + 1, false);
	try_random_events("events", put_random_event, 4000);
	try_random_events("secrets", put_random_secret_event, 30000);
	return done_testing();
}
