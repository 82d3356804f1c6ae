/*
 * test_container_damage.c: whatever is wrong with a record, its neighbours survive.
 */
#include <time.h>

#include "split_util.h"

#define HEAD "{\"eventVersion\":\"1.08\",\"eventTime\":\"2024-05-01T10:00:00Z\","

/* The ways in which records stand together. */
static const struct
{
	const char *name;
	const char *before;
	const char *between;
	const char *after;
}			layouts[] = {
	{"a log file", "{\"Records\":[", ",", "]}"},
	{"a log file in lines", "{\"Records\":[\n", ",\n", "\n]}\n"},
	{"a log file without commas", "{\"Records\":[", "", "]}"},
	{"a log file with other keys", "{\"a\":{\"b\":[]},\"Records\":[", ", ", "],\"z\":1}"},
	{"a bare array", "[", ",", "]"},
	{"NDJSON", "", "\n", "\n"},
	{"a stream", "", "", ""},
};

#define LAYOUTS ((int) (sizeof(layouts) / sizeof(layouts[0])))

/* Faults that leave a record's brackets as they are, with the error. */
static const struct
{
	const char *name;
	const char *record;
	const char *error;			/* code and offset */
}			faults[] = {
	{"invalid UTF-8", HEAD "\"a\":\"\xff\",\"b\":{\"c\":[1,\"}]\"]}}", "UTF8@63"},
	{"a bad escape", HEAD "\"a\":\"\\x\",\"b\":{}}", "ESCAPE@64"},
	{"a bad Unicode escape", HEAD "\"a\":\"\\u12g4\",\"b\":{}}", "UNICODE_ESCAPE@65"},
	{"a control character", HEAD "\"a\":\"\t\",\"b\":{}}", "CONTROL@63"},
	{"a bad number", HEAD "\"a\":01,\"b\":{}}", "OBJECT_COMMA@63"},
	{"another bad number", HEAD "\"a\":1.,\"b\":{}}", "NUMBER@64"},
	{"a bad literal", HEAD "\"a\":tru,\"b\":{}}", "LITERAL@62"},
	{"a trailing comma", HEAD "\"b\":{},}", "KEY@65"},
	{"a missing colon", HEAD "\"a\" 1,\"b\":{}}", "COLON@62"},
	{"a missing value", HEAD "\"a\":,\"b\":{}}", "VALUE@62"},
	{"a key without quotes", HEAD "a:1,\"b\":{}}", "KEY@58"},
	{"a missing comma", HEAD "\"a\":1 \"b\":{}}", "OBJECT_COMMA@64"},
	{"a trailing comma in an array", HEAD "\"a\":[1,],\"b\":{}}", "VALUE@65"},
	{"nested records", HEAD "\"a\":[{\"errorCode\":\"x\"},{\"errorCode\":\"y\"}],\"b\":{\"eventName\":\"x\"},\"c\":nope}", "LITERAL@126"},
	{"nested records behind it", HEAD "\"c\":nope,\"a\":[{\"errorCode\":\"x\"},{\"errorCode\":\"y\"}],\"b\":{\"eventName\":\"x\"}}", "LITERAL@62"},
	{"no eventTime", "{\"eventVersion\":\"1.08\",\"a\":{\"b\":[]}}", "NO_EVENT_TIME@0"},
	{"no time in eventTime", "{\"eventVersion\":\"1.08\",\"eventTime\":\"noon\"}", "EVENT_TIME@36"},
};

/* A real-looking event of a name, with everything in it that could mislead. */
static buffer
event(const char *name)
{
	buffer		t = make(HEAD);

	addf(&t, "\"eventName\":\"%s\",\"userIdentity\":{\"type\":\"AssumedRole\",\"arn\":\"arn:aws:sts::1:assumed-role/r/s\","
		 "\"sessionContext\":{\"sessionIssuer\":{},\"attributes\":{\"mfaAuthenticated\":\"false\"}}},"
		 "\"userAgent\":\"[aws \\\"cli\\\" {x}, \\\\]\",\"requestParameters\":{\"eventName\":\"x\",\"list\":[{\"a\":1},{\"a\":[]}]},"
		 "\"responseElements\":{\"failed\":[{\"errorCode\":\"e\",\"errorMessage\":\"m\"},{\"errorCode\":\"f\"}],\"none\":null},"
		 "\"resources\":[{\"ARN\":\"arn:x\",\"type\":\"t\"},{\"ARN\":\"arn:y\"}],\"readOnly\":true,\"n\":-1.5e3}", name);
	return t;
}

/* Adds records named from first on, n of them, each with what stands between behind it. */
static void
add_events(buffer *blob, int layout, int first, int n)
{
	for (int i = first; i < first + n; i++)
	{
		char		name[32];
		buffer		e;

		snprintf(name, sizeof(name), "e%d", i);
		e = event(name);
		put(blob, e.ptr, e.len);
		addf(blob, "%s", layouts[layout].between);
		free(e.ptr);
	}
}

/* The story of events named so. */
static void
add_names(buffer *story, int first, int n)
{
	for (int i = first; i < first + n; i++)
		addf(story, "%se%d", story->len ? "|" : "", i);
}

/* Each fault, in each layout, is one reject of exactly that record. */
static void
test_faults(void)
{
	for (int layout = 0; layout < LAYOUTS; layout++)
	{
		for (size_t f = 0; f < sizeof(faults) / sizeof(faults[0]); f++)
		{
			for (int at = 0; at < 3; at++)
			{
				buffer		blob = make(layouts[layout].before);
				buffer		story = make("");
				result		r;

				add_events(&blob, layout, 0, at);
				addf(&blob, "%s%s", faults[f].record, at < 2 ? layouts[layout].between : "");
				add_events(&blob, layout, at, 2 - at);
				if (at < 2)
					blob.len -= strlen(layouts[layout].between);
				put(&blob, layouts[layout].after, strlen(layouts[layout].after));
				add_names(&story, 0, at);
				addf(&story, "%s?%s:%s", story.len ? "|" : "", faults[f].error, faults[f].record);
				add_names(&story, at, 2 - at);

				r = split(blob.ptr, blob.len);
				if (!ok(r.sound && strcmp(r.story.ptr, story.ptr) == 0, "%s in %s, place %d",
						faults[f].name, layouts[layout].name, at))
					printf("# got      %s\n# expected %s\n", r.story.ptr, story.ptr);
				free(r.story.ptr);
				free(story.ptr);
				free(blob.ptr);
			}
		}
	}
}

/* Elements that are no records at all. */
static void
test_elements(void)
{
	splits("{\"Records\":[" E("A") ",42,\"x\",null,true,[],{},[7]," E("B") "]}",
		   "A|?NOT_OBJECT@0:42|?NOT_OBJECT@0:\"x\"|?NOT_OBJECT@0:null|?NOT_OBJECT@0:true|?NO_EVENT_TIME@0:{}|?NOT_OBJECT@0:7|B",
		   "elements that are no objects");
	splits("{\"Records\":[" E("A") ",,, " E("B") ",]}", "A|B", "commas too many");
	splits("{\"Records\":[" E("A") ",foo," E("B") ",bar baz]}", "A|?LITERAL@0:foo|B|?VALUE@0:bar baz", "words");
	splits("{\"Records\":[" E("A") "," E("B"), "A|B|?EOF@0:", "a missing end");
	splits("{\"Records\":[" E("A") "]", "A|?EOF@0:", "half an end missing");
	splits("{\"Records\":[" E("A") "]]}}", "A|?VALUE@0:]", "ends too many");
	splits("{\"Records\":[" E("A") "}" E("B"), "A|?ARRAY_COMMA@0:}|B|?EOF@0:", "a bracket missing");
	splits("{\"Records\":[" E("A") ",{\"Records\":[" E("B") "]}", "A|?ARRAY_COMMA@0:|B", "a log file in a log file that lost its end");
	splits("{\"Records\":[" E("A") "],\"x\":nope,\"Records\":[" E("B") "]}", "A|?LITERAL@4:\"x\":nope|B", "a fault in another key");
	splits("{\"Records\":[" E("A") "],\"x\":\"y", "A|?EOF@6:\"x\":\"y", "the end cut in another key");
	splits("{\"Rec\xffords\":[" E("A") "," E("B") "]}", "?UTF8@5:{\"Rec\xffords\":[|A|B", "a fault in the key of the array");
	splits("xx\"Records\":[" E("A") "," E("B") "]}", "?NO_CONTAINER@0:xx\"Records\":[|A|B", "garbage for the beginning of a log file");
	splits("May 1 host cloudtrail: " E("A") "\nMay 2 host cloudtrail: " E("B") "\n",
		   "?NO_CONTAINER@0:May 1 host cloudtrail:|A|?NO_CONTAINER@0:May 2 host cloudtrail:|B", "lines of syslog");
	splits(E("A") "\nfoo\nbar\n" E("B") "\n", "A|?NO_CONTAINER@0:foo\nbar|B", "lines of text in NDJSON");
	splits(E("A") "\nfoo\n  {\"a\":1}\n" E("B") "\n", "A|?NO_CONTAINER@0:foo\n  {\"a\":1}|B", "text with an indented object");
	splits("{\"x\":\"\n{\"y\":1}\n" E("A"), "?EOF@6:{\"x\":\"|?NO_EVENT_TIME@0:{\"y\":1}|A", "lines begin records of unknown keys");
	splits("{foo", "?KEY@1:{foo", "a brace and a word");
	splits("{", "?EOF@1:{", "a brace");
	splits("\"", "?NO_CONTAINER@0:\"", "a quote");
}

/* Damage in containers whose items are not records themselves. */
static void
test_wrapped(void)
{
#define ITEM(name) "{\"EventId\":\"i\",\"CloudTrailEvent\":\"{\\\"eventTime\\\":\\\"2024-05-01T10:00:00Z\\\",\\\"eventName\\\":\\\"" name "\\\"}\"}"
#define LOG(name) "{\"id\":\"i\",\"message\":\"{\\\"eventTime\\\":\\\"2024-05-01T10:00:00Z\\\",\\\"eventName\\\":\\\"" name "\\\"}\"}"
#define HAS_ROW "{\"eventVersion\":\"1.08\",\"responseElements\"{\"items\":[[{\"eventTime\":\"y\"}]]},\"requestID\":\"r\"}"
#define ROW(name) "[{\"eventTime\":\"2024-05-01 10:00:00\"},{\"eventName\":\"" name "\"}]"
	splits("{\"Events\":[" ITEM("A") ",{\"EventId\":\"i\",\"Cl," ITEM("B") "]}", "A|?EOF@18:{\"EventId\":\"i\",\"Cl|B", "lookup-events, an item cut");
	splits("{\"Events\":[{\"CloudTrailEvent\":\"{\\\"eventTime\\\":\"}," ITEM("B") "]}", "?EOF@13:{\"eventTime\":|B", "lookup-events, a record cut");
	splits("{\"logGroup\":\"g\",\"logEvents\":[" LOG("A") ",{\"id\":\"i\",\"mess," LOG("B") "]}", "A|?EOF@15:{\"id\":\"i\",\"mess|B",
		   "a log subscription, an item cut");
	splits("{\"logGroup\":\"g\",\"logEvents\":[" LOG("A") "," LOG("B"), "A|B|?EOF@0:", "a log subscription cut");
	splits("{\"messageType\":\"g\",\"logEvents\":[" LOG("A") ",{\"id\":\"i\",\"me{\"messageType\":\"g\",\"logEvents\":[" LOG("B") "]}",
		   "A|?EOF@13:{\"id\":\"i\",\"me|B", "a log subscription cut, and another");
	splits("{\"QueryResultRows\":[" ROW("A") ",[{\"eventTime\":\"2024-05-01 10:00:00\"},{\"event," ROW("B") ",[{\"eventTime\":nope},{\"eventName\":\"x\"}]," ROW("C") "]}",
		   "A|?EOF@44:[{\"eventTime\":\"2024-05-01 10:00:00\"},{\"event|B|?LITERAL@14:[{\"eventTime\":nope},{\"eventName\":\"x\"}]|C",
		   "a Lake query's result, rows damaged");
	splits("t " HAS_ROW "\nt " E("A") "\nt " E("B") "\n",
		   "?NO_CONTAINER@0:t|?COLON@41:" HAS_ROW "|?NO_CONTAINER@0:t|A|?NO_CONTAINER@0:t|B", "what looks like a row in a damaged record does not hide the next ones");
	splits("{\"Records\":[" E("A") "," HAS_ROW "," E("B") "]}", "A|?COLON@41:" HAS_ROW "|B", "nor in a log file");
	splits("{\"QueryResultRows\":[[{\"eventTime\":\"2024\"5\"},{\"eventName\":\"x\"}]," ROW("A") "," ROW("B") "]}",
		   "?OBJECT_COMMA@20:[{\"eventTime\":\"2024\"5\"},{\"eventName\":\"x\"}]|A|B", "the first of them damaged by a quote");
	splits("{\"version\":\"0\",\"detail\":" E("A") "}\n{\"version\":\"0\",\"detail\":{\"eventVer\n{\"version\":\"0\",\"detail\":" E("B") "}\n",
		   "A|?EOF@34:{\"version\":\"0\",\"detail\":{\"eventVer|B", "EventBridge, an envelope cut");
	splits("{\"version\":\"0\",\"detail\":" E("A"), "?EOF@98:{\"version\":\"0\",\"detail\":" E("A"), "an envelope that lacks just its end: nobody knows what it was");
	splits("{\"message\":\"" "{\\\"eventTime\\\":\\\"2024-05-01T10:00:00Z\\\",\\\"eventName\\\":\\\"A\\\"}{\\\"a" "\"}", "A|?EOF@3:{\"a", "a string that is cut inside");
}

/* Data cut in compressed form. */
static void
test_cut_compressed(void)
{
	for (int zstd = 0; zstd < 2; zstd++)
	{
		buffer		plain = make("{\"Records\":[");
		buffer		blob;
		uint64_t	seed = 7;
		size_t		least = 1000;
		bool		good = true;

		for (int i = 0; i < 300; i++)
			addf(&plain, "%s{\"eventTime\":\"2024-05-01T10:00:00Z\",\"eventName\":\"e%d\",\"x\":\"%u\"}", i ? "," : "", i,
				 (unsigned) random_number(&seed, 1u << 30));
		put(&plain, "]}", 2);
		blob = zstd ? zstded(plain) : gzipped(plain);
		for (size_t len = 1; len < blob.len; len += 37)
		{
			result		r = split(blob.ptr, len);
			const char *last = strrchr(r.story.ptr, '?');
			const char *code = zstd ? "?ZSTD_TRUNCATED@" : "?GZIP_TRUNCATED@";

			if (len >= 4)
				good &= r.sound && r.rejects == 1 && last != NULL && strncmp(last, code, strlen(code)) == 0;
			if (len > blob.len / 2 && r.events < least)
				least = r.events;
			free(r.story.ptr);
		}
		ok(good, "%s cut anywhere: one reject that says so", zstd ? "zstd" : "gzip");
		/* One block of zstd comes whole or not at all. */
		ok(zstd || least > 100, "the records before the cut survive");
		free(blob.ptr);
	}
}

/* A CSV cut in compressed form: a row is an event if it is whole. */
static void
test_cut_csv(void)
{
	buffer		plain = make("eventTime,awsRegion,eventName\n");
	buffer		blob;
	uint64_t	seed = 7;
	int			wrong = 0;
	size_t		most = 0;

	for (int i = 0; i < 60; i++)
		addf(&plain, "2024-05-01T10:00:00Z,%u,e%dwhole\n", (unsigned) random_number(&seed, 1u << 30), i);
	blob = gzipped(plain);
	for (size_t len = 1; len < blob.len; len++)
	{
		result		r = split(blob.ptr, len);
		char	   *next = NULL;

		for (char *name = strtok_r(r.story.ptr, "|", &next); name != NULL; name = strtok_r(NULL, "|", &next))
			wrong += *name == 'e' && (strlen(name) < 6 || strcmp(name + strlen(name) - 5, "whole") != 0);
		most = r.events > most ? r.events : most;
		free(r.story.ptr);
	}
	ok(wrong == 0 && most > 40, "a CSV cut in compressed form: no row that is not whole (%d of %zu)", wrong, most);
	free(blob.ptr);
}

/* Many good ones, few bad ones. */
static void
test_thousand(void)
{
	for (int layout = 0; layout < LAYOUTS; layout++)
	{
		static const char *const bad[] = {"{\"eventVersion\":\"1.08\",\"eventTime\":\"2024-0", "{\"eventVersion\":\"1.08\",\"a\":{\"b\":[1,",
		"{\"eventVersion\":\"1.08\",\"a\":\"\xff\"}", "{\"eventVersion\":nope}"};
		buffer		blob = make(layouts[layout].before);
		buffer		story = make("");
		result		r;

		for (int i = 0; i < 1000; i++)
		{
			add_events(&blob, layout, i, 1);
			add_names(&story, i, 1);
			if (i % 250 == 100)
			{
				addf(&blob, "%s%s", bad[i / 250], layouts[layout].between);
				addf(&story, "|?%s:%.*s", i / 250 == 0 ? "EOF@43" : i / 250 == 1 ? "EOF@36" : i / 250 == 2 ? "UTF8@28" : "LITERAL@16",
					 i / 250 == 1 && *layouts[layout].between == ',' ? 36 : 100, bad[i / 250]);
			}
		}
		blob.len -= strlen(layouts[layout].between);
		put(&blob, layouts[layout].after, strlen(layouts[layout].after));
		r = split(blob.ptr, blob.len);
		/* The one cut in an array has the next one as an element, where no comma is before it. */
		ok(r.sound && r.events == (*layouts[layout].between ? 1000 : 999) && r.rejects == 4, "1,000 good and 4 bad records in %s: %zu and %zu",
		   layouts[layout].name, r.events, r.rejects);
		free(r.story.ptr);
		free(story.ptr);
		free(blob.ptr);
	}
}

/*
 * Whether what follows a record cut there is valid as the value of a key, or
 * as an element of an array.  A caller's object may be there in a record that
 * is whole, and so it must not become an event.
 */
static bool
swallows(const buffer *victim, size_t cut, const char *between)
{
	char		last = victim->ptr[cut - 1];
	char		next = victim->ptr[cut];

	if (*between == '\0')
		return last == ':' || last == '[' || (last == ',' && next == '{');
	return *between == ',' && last == '}' && (next == ']' || (next == ',' && victim->ptr[cut + 1] == '{'));
}

/*
 * A record cut anywhere, in any layout, with anything behind it: whoever
 * stands around it survives, and the reject has what was left of it.
 */
static void
test_cuts(void)
{
	buffer		victim = event("victim");

	for (int layout = 0; layout < LAYOUTS; layout++)
	{
		for (int bare = 0; bare < 2; bare++)
		{
			int			lost = 0;
			int			swallowed = 0;
			int			mistold = 0;
			int			cuts = 0;

			for (int at = 0; at < 4; at++)
			{
				for (size_t cut = 1; cut < victim.len; cut++)
				{
					buffer		blob = make(layouts[layout].before);
					buffer		rest;
					result		r;
					bool		whole;

					add_events(&blob, layout, 0, at);
					rest = make("?EOF@");
					addf(&rest, "%zu:", cut);
					put(&blob, victim.ptr, cut);
					if (!bare && at < 3)
						addf(&blob, "%s", layouts[layout].between);
					add_events(&blob, layout, at, 3 - at);
					if (at < 3)
						blob.len -= strlen(layouts[layout].between);
					put(&blob, layouts[layout].after, strlen(layouts[layout].after));
					r = split(blob.ptr, blob.len);
					put(&rest, victim.ptr, cut);
					whole = strstr(r.story.ptr, rest.ptr) != NULL;
					cuts++;
					/* The last record may be whole again with the container's brackets. */
					if (!r.sound || r.rejects < 1 || strstr(r.story.ptr, "e0") == NULL ||
						strstr(r.story.ptr, "e1") == NULL || strstr(r.story.ptr, "e2") == NULL ||
						(r.events != 3 && !(at == 3 && r.events == 4)))
					{
						if (swallows(&victim, cut, bare ? "" : layouts[layout].between))
							swallowed++;
						else if (lost++ < 5)
							printf("# lost in %s, bare %d, place %d, cut at %zu (%.*s): %.3000s\n", layouts[layout].name, bare, at, cut,
								   cut > 20 ? 20 : (int) cut, victim.ptr + (cut > 20 ? cut - 20 : 0), r.story.ptr);
					}
					else if (!whole || r.rejects > 1)
						mistold++;
					free(r.story.ptr);
					free(rest.ptr);
					free(blob.ptr);
				}
			}
			ok(lost == 0, "a record cut anywhere in %s%s: its neighbours survive (%d of %d do not)",
			   layouts[layout].name, bare ? ", with nothing before the next" : "", lost, cuts);
			ok(swallowed < cuts / 15, "but for those that are a part of it now (%d)", swallowed);
			/* Where the container's brackets follow, they may be taken for the record's. */
			ok(mistold < cuts / 3, "and the reject is just what was left (%d are not)", mistold);
		}
	}
	free(victim.ptr);
}

/* A blob of which one byte is dropped (how is 0) or changed (1), or which has one more (2). */
typedef struct mutation
{
	buffer		bad;
	size_t		pos;
	int			how;
	char		byte;
} mutation;

/* Changes a blob at random. */
static mutation
mutate(const buffer *blob, uint64_t *seed)
{
	static const char odd[] = "{}[]\":,\\ \n\x01\xff" "0aH\x1f\x28";
	mutation	m = {.pos = random_number(seed, (uint32_t) blob->len)};

	m.how = (int) random_number(seed, 3);
	m.byte = odd[random_number(seed, sizeof(odd) - 1)];
	put(&m.bad, blob->ptr, m.pos);
	if (m.how > 0)
		put(&m.bad, &m.byte, 1);
	put(&m.bad, blob->ptr + m.pos + (m.how < 2), blob->len - m.pos - (m.how < 2));
	return m;
}

/* Where a mutation is, with some bytes before it, to be shown. */
static const char *
before_mutation(const mutation *m)
{
	return m->bad.ptr + (m->pos > 30 ? m->pos - 30 : 0);
}

/* A byte changed, dropped or added costs its record and little more. */
static void
test_mutations(void)
{
	uint64_t	seed = 42;

	for (int layout = 0; layout < LAYOUTS; layout++)
	{
		buffer		blob = make(layouts[layout].before);
		int			lost[4] = {0};
		int			unsound = 0;
		int			dropped = 0;
		size_t		most = 0;

		add_events(&blob, layout, 0, 20);
		blob.len -= strlen(layouts[layout].between);
		put(&blob, layouts[layout].after, strlen(layouts[layout].after));
		for (int round = 0; round < 3000; round++)
		{
			mutation	m = mutate(&blob, &seed);
			result		r = split(m.bad.ptr, m.bad.len);
			size_t		gone = r.events < 20 ? 20 - r.events : 0;

			if (!r.sound || r.bytes > m.bad.len)
				unsound++;
			/* The keys of the envelope are all that no item has. */
			if (r.uncovered > strlen(layouts[layout].before) + strlen(layouts[layout].after))
				dropped++;
			if (r.uncovered > strlen(layouts[layout].before) + strlen(layouts[layout].after) && dropped < 4)
				printf("# dropped %zu, %s, %d %d at %zu: %.60s\n", r.uncovered, layouts[layout].name, m.how, m.byte, m.pos, before_mutation(&m));
			if (gone > most)
			{
				most = gone;
				if (gone > 2)
					printf("# %zu gone, %s, %d %d at %zu: %.60s\n", gone, layouts[layout].name, m.how, m.byte, m.pos, before_mutation(&m));
			}
			lost[gone > 3 ? 3 : gone]++;
			free(r.story.ptr);
			free(m.bad.ptr);
		}
		ok(unsound == 0, "any byte of %s changed: items are sound", layouts[layout].name);
		ok(dropped == 0, "and nothing is dropped without a word (%d times)", dropped);
		ok(most <= 2, "and two records at most are lost (none %d, one %d, two %d, more %d times)", lost[0], lost[1], lost[2], lost[3]);
		free(blob.ptr);
	}
}

/* The same for records in wrappings of their own. */
static void
test_wrapped_mutations(void)
{
	static const struct
	{
		const char *name;
		const char *before;
		const char *item;		/* %s is the record, %j the record as a string */
		const char *between;
		const char *after;
	}			wrappings[] = {
		{"lookup-events", "{\"Events\":[", "{\"EventId\":\"i\",\"Resources\":[{\"ResourceName\":\"n\"},{}],\"CloudTrailEvent\":%j}", ",", "],\"NextToken\":\"t\"}"},
		{"a log subscription", "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[", "{\"id\":\"i\",\"timestamp\":1,\"message\":%j}", ",", "]}"},
		{"EventBridge in lines", "", "{\"version\":\"0\",\"detail-type\":\"AWS API Call via CloudTrail\",\"resources\":[],\"detail\":%s}", "\n", "\n"},
		{"EventBridge", "", "{\"version\":\"0\",\"detail-type\":\"AWS API Call via CloudTrail\",\"resources\":[],\"detail\":%s}", "", ""},
		{"SQS messages", "{\"Messages\":[", "{\"MessageId\":\"m\",\"Attributes\":{\"a\":\"b\"},\"Body\":%j}", ",", "]}"},
		{"a Lake query's result", "{\"QueryStatus\":\"FINISHED\",\"QueryResultRows\":[", "[{\"eventID\":\"i\"},{\"n\":\"null\"},{\"eventJson\":%j}]", ",", "]}"},
	};
	uint64_t	seed = 4242;

	for (size_t w = 0; w < sizeof(wrappings) / sizeof(wrappings[0]); w++)
	{
		buffer		blob = make(wrappings[w].before);
		int			lost[4] = {0};
		int			unsound = 0;

		for (int i = 0; i < 20; i++)
		{
			const char *place = strchr(wrappings[w].item, '%');
			char		name[16];
			buffer		e;

			snprintf(name, sizeof(name), "e%d", i);
			e = place[1] == 'j' ? quoted(event(name)) : event(name);
			put(&blob, wrappings[w].item, (size_t) (place - wrappings[w].item));
			put(&blob, e.ptr, e.len);
			addf(&blob, "%s%s", place + 2, i < 19 ? wrappings[w].between : "");
			free(e.ptr);
		}
		addf(&blob, "%s", wrappings[w].after);
		for (int round = 0; round < 2000; round++)
		{
			mutation	m = mutate(&blob, &seed);
			result		r = split(m.bad.ptr, m.bad.len);
			size_t		gone = r.events < 20 ? 20 - r.events : 0;

			unsound += !r.sound;
			if (gone > 2)
				printf("# %zu gone, %s, %d %d at %zu: %.60s\n", gone, wrappings[w].name, m.how, m.byte, m.pos, before_mutation(&m));
			lost[gone > 3 ? 3 : gone]++;
			free(r.story.ptr);
			free(m.bad.ptr);
		}
		/* Where the envelope's own key is hit, all may be gone. */
		ok(unsound == 0 && lost[3] <= 10, "any byte of %s changed: its record alone is lost (none %d, one %d, two %d, more %d times)",
		   wrappings[w].name, lost[0], lost[1], lost[2], lost[3]);
		free(blob.ptr);
	}
}

/* Bytes changed at random in containers of all sorts: nothing must go wrong. */
static void
test_noise(void)
{
	static const char *const seeds[] = {
		"{\"Records\":[" E("A") "," E("B") "]}",
		"{\"Events\":[" ITEM("A") "," ITEM("B") "],\"NextToken\":\"t\"}",
		"{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[" LOG("A") "," LOG("B") "]}",
		"{\"QueryResultRows\":[" ROW("A") "," ROW("B") "]}",
		"{\"hits\":{\"hits\":[{\"_source\":{\"event\":{\"original\":\"{\\\"eventTime\\\":\\\"2024-05-01T10:00:00Z\\\"}\"}}},{\"_source\":" E("B") "}]}}",
		"{\"results\":[[{\"field\":\"@message\",\"value\":\"{\\\"eventTime\\\":\\\"2024-05-01T10:00:00Z\\\"}\"},{\"field\":\"@ptr\",\"value\":\"p\"}]]}",
		"eventTime,eventName\n2024-05-01T10:00:00Z,\"A \"\"x\"\"\"\n\"2024-05-01T10:00:00Z\",B\n",
		"eventjson\n\"{\"\"eventTime\"\":\"\"2024-05-01T10:00:00Z\"\"}\"\n",
		"{\"detail-type\":\"x\",\"detail\":" E("A") "}{\"class_uid\":6003,\"time\":1,\"api\":{\"operation\":\"A\"}}",
		"{\"awslogs\":{\"data\":\"H4sIAAAAAAAAA6tWSi1LzSsJycxNVbJSMjIwMtE1MNU1MAwxNLAyACGj\"}}",
	};
	uint64_t	seed = 1;
	int			unsound = 0;

	for (int round = 0; round < 20000; round++)
	{
		buffer		t = make(seeds[round % 8]);
		result		r;

		if (round % 5 == 0)
			t = gzipped(t);
		if (round % 3 == 0)
		{
			const char *more = seeds[random_number(&seed, 8)];

			put(&t, more, strlen(more));
		}
		for (uint32_t n = 1 + random_number(&seed, 4); n > 0; n--)
		{
			size_t		at = random_number(&seed, (uint32_t) t.len);
			size_t		from = random_number(&seed, (uint32_t) t.len);
			size_t		len = random_number(&seed, 30);

			switch (random_number(&seed, 3))
			{
				case 0:
					t.ptr[at] = (char) random_number(&seed, 256);
					break;
				case 1:
					t.ptr[at] = "{}[]\":,\\\n"[random_number(&seed, 9)];
					break;
				default:
					if (at + len <= t.len && from + len <= t.len)
						memmove(t.ptr + at, t.ptr + from, len);
			}
		}
		r = split(t.ptr, t.len);
		if (!r.sound || r.events + r.notices + r.rejects > 200)
			printf("# round %d: %.300s\n# %.300s\n", round, t.ptr, r.story.ptr);
		unsound += !r.sound || r.events + r.notices + r.rejects > 200;
		free(r.story.ptr);
		free(t.ptr);
	}
	ok(unsound == 0, "noise in containers of all sorts");
}

/* Processor time to split a pattern that is repeated up to a length. */
static double
time_of(const char *pattern, size_t len)
{
	buffer		t = {0};
	ct_splitter *s;
	ct_item		item;
	clock_t		start;
	double		seconds;

	while (t.len < len)
		put(&t, pattern, strlen(pattern));
	start = clock();
	s = ct_splitter_new(t.ptr, t.len);
	while (ct_splitter_next(s, &item))
		;
	ct_splitter_free(s);
	seconds = (double) (clock() - start) / CLOCKS_PER_SEC;
	free(t.ptr);
	return seconds;
}

/* Whatever is repeated, the time grows with the length. */
static void
test_linear(void)
{
	static const char *const patterns[] = {
		"{\"eventVersion\":\"1.08\",\"userIdentity\":{\"type\":\"x", "{\"eventVersion\":\"1.08\",\"a\":",
		"{\"eventVersion\":\"1.08\",", "{\"eventVersion\":[1,", "[1,{\"eventVersion\":", "{\"a\":", "{\"a\":\"", "{\"a\":[",
		"{\"a\":nope}", "{\"a\":nope}\n", "[{\"a\":nope}]", "{\"Records\":[{\"a\":", "{\"a\":1,\"Records\":[", "{\"Records\":[",
		"{\"logEvents\":[{\"message\":\"{", "{\"eventVersion\":\"1\",\"resources\":[", "{", "}", "[", "]", "\"", "\\", ",", "\n", "{\n", "\n{",
		"text\n", "text {\n", "H4sI\n", "\x1f\x8b\x08", "\x28\xb5\x2f\xfd", "eventTime,eventName\n", "eventjson\n\"{\n", "eventTime,eventName\n\"a\"\"\n",
		"[[{\"eventTime\":\"", "{\"QueryResultRows\":[[{\"a\":\"b\"},", "{\"message\":\"", "{\"detail\":", "{\"eventtime\":", E("x"), E("x") "nope,",
		"{\"eventVersion\":\"1.08\",\"eventTime\":\"2024-05-01T10:00:00Z\",\"userIdentity\":{\"type\":\"AssumedRole\"},\"requestParameters\":{\"x\":[1,2,",
	};

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
	{
		const size_t small = 100000;
		double		once = time_of(patterns[i], small);
		double		more = time_of(patterns[i], 8 * small);

		/* 64 times, if it were quadratic. */
		ok(more < 24 * once + 0.1, "the time grows with the length of \"%.20s...\"", strchr(patterns[i], '\n') ? "lines" : patterns[i]);
	}
}

int
main(void)
{
	test_faults();
	test_elements();
	test_wrapped();
	test_cut_compressed();
	test_cut_csv();
	test_thousand();
	test_cuts();
	test_mutations();
	test_wrapped_mutations();
	test_noise();
	test_linear();
	return done_testing();
}
