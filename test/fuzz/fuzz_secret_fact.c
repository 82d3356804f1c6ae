/*
 * fuzz_secret_fact.c: whatever a record says, its facts stay within their
 * bounds, and record and stored header agree on whether there are any.
 */
#include "core/event/actor.h"
#include "fuzz.h"
#include "core/event/record_read.h"
#include "core/secret/secret_fact.h"
#include "core/secret/secret_id.h"
#include "core/store/stored_fact.h"

/* How many facts have been seen, and their bytes. */
typedef struct tally
{
	int			facts;
	size_t		bytes;
} tally;

static void
touch_integer(tally *t, int value)
{
	require(value >= 0, "an integer is not negative");
}

static void
touch_boolean(tally *t, int value)
{
	require(value >= -1 && value <= 1, "a truth value is one");
}

static void
touch_text(tally *t, ct_slice value)
{
	require(value.ptr == NULL || value.len > 0, "no text is empty");
	for (size_t i = 0; i < value.len; i++)
		t->bytes += (unsigned char) value.ptr[i] != 0;
}

/* JSON can be read, and has no scalar that is not a string or null. */
static void
touch_jsonb(tally *t, ct_slice value)
{
	ct_record	rec;
	ct_error	err;
	char	   *copy = exact_copy(value.ptr, value.len);

	require(value.ptr == NULL || scan_all(copy, value.len, &rec, &err), "details are JSON");
	require(value.ptr == NULL || rec.quirks == 0, "that jsonb takes");
	free(copy);
}

static void
touch_inet(tally *t, ct_address value)
{
	require(value.len == 0 || value.len == 4 || value.len == 16, "an address is one");
}

static void
touch_timestamptz(tally *t, ct_instant value)
{
	require(value.known || value.time == value.time, "a time is one or none");
}

/* Looks at one fact. */
static bool
touch_fact(void *arg, const ct_secret_fact *fact)
{
	tally	   *t = arg;

#define CT_FACT(name, type, comment) touch_##type(t, fact->name);
#include "core/secret/factlist.h"
#undef CT_FACT
	t->facts++;
	require(fact->secret_name.len <= CT_SECRET_NAME_MAX, "names are bounded");
	require(fact->secret_arn.len <= CT_SECRET_ID_MAX && fact->partial_arn.len <= CT_SECRET_ID_MAX &&
			fact->id_given.len <= CT_SECRET_ID_MAX, "so are ARNs");
	require((fact->secret_name.ptr != NULL) == (fact->secret_source.ptr != NULL), "a name has a source");
	require(fact->secret_arn.ptr != NULL || !fact->trusted, "only an ARN is trusted");
	require(fact->secret_arn.ptr == NULL || ct_has_secret_suffix(fact->secret_arn), "a full ARN has a suffix");
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	sample		s = take_sample((const char *) data, size);
	uint8_t		header[CT_STORED_HEADER_MAX];
	tally		t = {0};
	ct_stored	stored;
	ct_error	err;
	size_t		len;

	if (s.valid && ct_record_read(s.json, size, &s.rec, NULL, &err))
	{
		ct_each_secret_fact(&s.rec, fresh(&s), touch_fact, &t);
		require(t.facts <= CT_FACT_ITEMS_MAX, "facts are bounded in number");
		len = ct_stored_header(&s.rec, CT_CODEC_PLAIN, fresh(&s), header);
		require(ct_stored_open((char *) header, len, &stored, &err), "a header opens");
		require(ct_has_secret_facts(&s.rec, fresh(&s)) == (t.facts > 0), "a record tells whether it has facts");
		require(t.facts > 0 ? ct_may_have_secret_facts(&s.rec) && ct_stored_secret_facts(&stored) != CT_FACTS_NONE :
				ct_stored_secret_facts(&stored) != CT_FACTS_SOME, "its header says nothing else");
	}
	drop_sample(&s);
	return 0;
}
