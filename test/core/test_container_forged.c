/*
 * test_container_forged.c: what callers put into a record never becomes an event, however the
 * record is damaged.
 */
#include "split_util.h"

#define FORGED		"\"eventTime\":\"2023-12-24T00:00:00Z\",\"eventName\":\"forged\",\"recipientAccountId\":\"444455556666\"}"
#define FIRST		"{\"eventVersion\":\"1.08\"," FORGED
#define LATER		"{\"a\":{\"b\":\"c\"},\"eventVersion\":\"1.08\"," FORGED
#define ESCAPED		"\"{\\\"eventVersion\\\":\\\"1.08\\\",\\\"eventTime\\\":\\\"2023-12-24T00:00:00Z\\\",\\\"eventName\\\":\\\"forged\\\"}\""

/* What a caller puts into the parameters of a call. */
static const char *const parameters[] = {
	FIRST,
	"{\"tags\":" FIRST "}",
	"{\"name\":\"x\",\"tags\":{\"a\":{\"b\":" FIRST ",\"c\":1}}}",
	"{\"tags\":" LATER ",\"z\":\"}\"}",
	"{\"list\":[" FIRST "]}",
	"{\"list\":[" FIRST "," FIRST "," LATER "]}",
	"{\"list\":[1," FIRST "]}",
	"{\"list\":[{\"a\":[]}," FIRST ",{\"b\":2}],\"z\":null}",
	"{\"list\":[[" FIRST "],[1," FIRST "," FIRST "]],\"\":[\"x\"," FIRST "]}",
	"{\"text\":" ESCAPED "}",
	"{\"list\":[\"x\"," ESCAPED "," FIRST "]}",
	"{\"text\":\"\\n{\\\"eventVersion\\\":\\\"1.08\\\",\\\"eventTime\\\":\\\"2023-12-24T00:00:00Z\\\",\\\"eventName\\\":\\\"forged\\\"}\\n\"}",
	"{\"detail\":" FIRST ",\"Records\":[" FIRST "],\"events\":[1," FIRST "]}",
	"{\"Records\":[" FIRST "," FIRST "]}",
	"{\"message\":" ESCAPED ",\"body\":" ESCAPED "}",
	"{\"}]}\":\"]}},{\",\",{\":\"[{\",\"tags\":{\"{\":\"}}}]}\",\"z\":[\"]\"," FIRST ",\"{\"]}}",
};

#define PARAMETERS ((int) (sizeof(parameters) / sizeof(parameters[0])))

/* What stands before and behind the parameters in a record. */
static const struct
{
	const char *before;
	const char *after;
}			records[] = {
	{"{\"eventVersion\":\"1.08\",\"userIdentity\":{\"type\":\"IAMUser\"},\"eventTime\":\"2024-05-01T10:00:00Z\",\"eventName\":\"e%d\",\"requestParameters\":",
	",\"responseElements\":null,\"resources\":[{\"ARN\":\"a\"},{\"ARN\":\"b\"}],\"eventID\":\"x\"}"},
	{"{\"eventVersion\":\"1.08\",\"eventTime\":\"2024-05-01T10:00:00Z\",\"eventName\":\"e%d\",\"requestParameters\":", "}"},
	{"{\"requestParameters\":", ",\"eventVersion\":\"1.08\",\"eventTime\":\"2024-05-01T10:00:00Z\",\"eventName\":\"e%d\"}"},
};

static const struct
{
	const char *name;
	const char *before;
	const char *between;
	const char *after;
}			layouts[] = {
	{"a log file", "{\"Records\":[", ",", "]}"},
	{"NDJSON", "", "\n", "\n"},
	{"a bare array", "[", ",", "]"},
	{"a stream", "", "", ""},
};

/* A blob of three records of a kind, the middle one from *start to *end. */
static buffer
blob_of(int layout, int record, const char *parameter, size_t *start, size_t *end)
{
	buffer		t = make(layouts[layout].before);

	for (int i = 0; i < 3; i++)
	{
		if (i > 0)
			addf(&t, "%s", layouts[layout].between);
		if (i == 1)
			*start = t.len;
		addf(&t, records[record].before, i);
		addf(&t, "%s", parameter);
		addf(&t, records[record].after, i);
		if (i == 1)
			*end = t.len;
	}
	addf(&t, "%s", layouts[layout].after);
	return t;
}

/* Counts of what became of damaged blobs. */
typedef struct outcome
{
	int			tried;
	int			forged;
	int			lost;			/* a whole neighbour was */
} outcome;

/* Whether an event has a name. */
static bool
is_named(const ct_item *item, const char *name)
{
	ct_slice	text = ct_raw(item->rec, CT_FIELD_event_name);

	return text.len == strlen(name) && memcmp(text.ptr, name, text.len) == 0;
}

/* Splits a damaged blob, whose neighbours of the damage are named so. */
static void
try_blob(outcome *o, const char *blob, size_t len, const char *before, const char *behind,
		 const char *what, int byte, size_t pos)
{
	static ct_splitter *s = NULL;
	char	   *copy = malloc(len ? len : 1);	/* without a byte behind it */
	bool		forged = false;
	bool		found[2] = {before == NULL, behind == NULL};
	ct_item		item;

	memcpy(copy, blob, len);
	if (s == NULL)
		s = ct_splitter_new(copy, len);
	else
		ct_splitter_restart(s, copy, len);
	while (ct_splitter_next(s, &item))
	{
		if (item.kind != CT_ITEM_EVENT)
			continue;
		forged |= is_named(&item, "forged");
		found[0] |= before != NULL && is_named(&item, before);
		found[1] |= behind != NULL && is_named(&item, behind);
	}
	o->tried++;
	o->forged += forged;
	o->lost += !found[0] || !found[1];
	if (forged && o->forged < 4)
		printf("# forged: %s, byte %d at %zu: %.*s\n", what, byte, pos, (int) (len > 1500 ? 1500 : len), blob);
	free(copy);
}

/* Whether a log file, as a caller may write one, begins at a place of a log file. */
static bool
cut_before_container(const buffer *blob, size_t pos)
{
	static const char key[] = "{\"Records\":[";

	return blob->len - pos > sizeof(key) && memcmp(blob->ptr, key, sizeof(key) - 1) == 0 &&
		memcmp(blob->ptr + pos, key, sizeof(key) - 1) == 0;
}

/* Damages the middle record of a blob at every place. */
static void
damage(outcome *cut, outcome *bytes, const buffer *blob, size_t start, size_t end, const char *what)
{
	static const char others[] = "\\{}[]:,x\n";

	for (size_t pos = start; pos <= end; pos++)
	{
		try_blob(&cut[0], blob->ptr, pos, "e0", NULL, what, -1, pos);
		/* What is left of a log file may begin with a whole log file of the caller's: nothing tells. */
		if (!cut_before_container(blob, pos))
			try_blob(&cut[1], blob->ptr + pos, blob->len - pos, NULL, "e2", what, -2, pos);
	}
	for (size_t pos = start; pos < end; pos++)
	{
		buffer		bad = {0};
		char		byte = blob->ptr[pos];

		put(&bad, blob->ptr, pos);
		put(&bad, blob->ptr + pos + 1, blob->len - pos - 1);
		try_blob(&bytes[0], bad.ptr, bad.len, "e0", "e2", what, 0, pos);
		free(bad.ptr);
		for (int i = 0; i < 2; i++)
		{
			blob->ptr[pos] = i == 0 ? '"' : others[pos % (sizeof(others) - 1)];
			try_blob(&bytes[1], blob->ptr, blob->len, "e0", "e2", what, blob->ptr[pos], pos);
		}
		blob->ptr[pos] = byte;
	}
}

int
main(void)
{
	for (int layout = 0; layout < 4; layout++)
	{
		outcome		cut[2] = {{0}};
		outcome		bytes[2] = {{0}};
		static const char *const ways[] = {"cut on the right", "cut on the left", "with a byte less", "with another byte"};

		for (int record = 0; record < 3; record++)
		{
			for (int p = 0; p < PARAMETERS; p++)
			{
				size_t		start;
				size_t		end;
				buffer		blob = blob_of(layout, record, parameters[p], &start, &end);

				damage(cut, bytes, &blob, start, end, layouts[layout].name);
				free(blob.ptr);
			}
		}
		for (int way = 0; way < 4; way++)
		{
			outcome    *o = way < 2 ? &cut[way] : &bytes[way - 2];

			ok(o->forged == 0, "%s %s: nothing is forged (%d of %d)", layouts[layout].name, ways[way],
			   o->forged, o->tried);
			ok(o->lost * 100 <= o->tried, "and neighbours survive (%d of %d do not)", o->lost, o->tried);
		}
	}
	return done_testing();
}
