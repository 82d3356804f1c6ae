/*
 * test_stored.c: what lies in a table: headers read back as they were written,
 * and anything else is refused without a step outside its bytes.
 */
#include "core/event/record_read.h"
#include "core/store/codec.h"
#include "random_event.h"
#include "core/secret/secret.h"
#include "core/store/stored.h"
#include "tap.h"

#define EVENTS 20000
#define MUTATIONS 100000

#define SECRET "arn:aws:secretsmanager:eu-west-1:"

/* Records whose headers differ in every respect, and the header's texts as stored; "." is null, "~" elsewhere. */
static const struct
{
	const char *json;
	const char *texts[CT_STORED_TEXT_COUNT];
}			layouts[] = {
	{"{'eventTime':0}", {".", ".", ".", ".", ".", ".", "."}},
	{"{'eventTime':0,'eventName':'GetSecretValue','eventSource':'secretsmanager.amazonaws.com','awsRegion':'eu-west-1',"
		"'recipientAccountId':'012345678901','userIdentity':{'arn':'arn:aws:iam::012345678901:user/u'},"
	"'requestParameters':{'secretId':'prod/db'}}",
	{"GetSecretValue", "secretsmanager", "eu-west-1", ".", "\x35\x1c\xdc\xdf\x02", "\x01u", "\x04prod/db"}},
	{"{'eventTime':0,'eventName':'','eventSource':'.amazonaws.com','awsRegion':'','errorCode':'','recipientAccountId':'x'}",
	{"", "", "", "", "x", ".", "."}},
	{"{'eventTime':0,'eventName':null,'eventSource':'amazonaws.com','awsRegion':[1],'errorCode':7,'recipientAccountId':'123456789012a'}",
	{".", "amazonaws.com", "[1]", "7", "123456789012a", ".", "."}},
	{"{'eventTime':0,'recipientAccountId':'1','userIdentity':{'arn':'arn:aws:iam::2:role/R'}}",
	{".", ".", ".", ".", "1", "\0arn:aws:iam::2:role/R", "."}},
	{"{'eventTime':0,'recipientAccountId':'2','userIdentity':{'arn':'arn:aws:iam::2:role/R'}}",
	{".", ".", ".", ".", "2", "\x02R", "."}},
	{"{'eventTime':0,'recipientAccountId':'2','userIdentity':{'arn':'arn:aws:iam::2:root'}}",
	{".", ".", ".", ".", "2", "\x03root", "."}},
	{"{'eventTime':0,'recipientAccountId':'2','userIdentity':{'arn':'arn:aws:iam::2:user/'}}",
	{".", ".", ".", ".", "2", "\x01", "."}},
	{"{'eventTime':0,'awsRegion':'eu-west-1','recipientAccountId':'2','resources':[{'ARN':'" SECRET "2:secret:s'}]}",
	{".", ".", "eu-west-1", ".", "2", ".", "\x04s"}},
	{"{'eventTime':0,'awsRegion':'eu-west-2','recipientAccountId':'2','resources':[{'ARN':'" SECRET "2:secret:s'}]}",
	{".", ".", "eu-west-2", ".", "2", ".", "\0" SECRET "2:secret:s"}},
};

/* Tells whether a text of the header reads as the record has it. */
static bool
same_text(const ct_stored *stored, ct_stored_text which, ct_slice expected, const char *value, size_t len)
{
	char		buf[CT_STORED_DECODED_MAX];
	ct_slice	text = ct_stored_text_of(stored, which, buf);
	ct_slice	peeked = {"", 0};
	bool		peek = ct_stored_peek(value, len, which, &peeked);

	if (peek != !stored->elsewhere[which] || (peek && !same_slice(peeked, stored->text[which])))
		return false;
	if (stored->elsewhere[which])
		return text.ptr == NULL && expected.len > CT_STORED_TEXT_MAX - 1;
	return same_slice(text, expected);
}

/* Tells whether the header says where the secret is named, and its name unless that is elsewhere. */
static bool
same_secret(const ct_stored *stored, sample *s)
{
	char		buf[CT_STORED_DECODED_MAX];
	ct_slice	name;

	return ct_stored_secret_source(stored) == ct_find_secret(&s->rec, fresh(s)).source &&
		(!ct_stored_secret_name(stored, buf, &name) || same_slice(name, ct_secret_name(&s->rec, fresh(s))));
}

/* Writes a record's header into room of just its size, and checks all that is read back. */
static char *
write_header(sample *s, size_t len, size_t *header_len, bool *sound)
{
	uint8_t		room[CT_STORED_HEADER_MAX];
	uint8_t		key[16];
	uint8_t		ip[16];
	ct_stored	stored;
	ct_identity identity;
	ct_error	err;
	char	   *header;
	size_t		ip_len = ct_source_ip(&s->rec, ip);

	*header_len = ct_stored_header(&s->rec, CT_CODEC_CURRENT, fresh(s), room);
	header = exact_copy((char *) room, *header_len);
	ct_event_key(&s->rec, key);
	*sound = ct_stored_open(header, *header_len, &stored, &err) && stored.header_length == *header_len &&
		stored.codec == CT_CODEC_CURRENT && stored.record_length == len &&
		stored.event_time == s->rec.event_time && memcmp(stored.event_key, key, 16) == 0 &&
		ct_stored_identity(header, *header_len, &identity) && identity.record_length == len &&
		identity.event_time == s->rec.event_time && memcmp(identity.event_key, key, 16) == 0 &&
		stored.ip.len == ip_len && memcmp(stored.ip.ptr, ip, ip_len) == 0 &&
		ct_stored_bool(&stored, CT_STORED_READ_ONLY_SHIFT) == ct_bool(&s->rec, CT_FIELD_read_only) &&
		ct_stored_bool(&stored, CT_STORED_MANAGEMENT_EVENT_SHIFT) == ct_bool(&s->rec, CT_FIELD_management_event) &&
		ct_stored_bool(&stored, CT_STORED_MFA_AUTHENTICATED_SHIFT) == ct_bool(&s->rec, CT_FIELD_mfa_authenticated) &&
		((stored.flags & CT_STORED_SUCCEEDED) != 0) == ct_succeeded(&s->rec);

#define SAME(which, expected) same_text(&stored, CT_STORED_##which, expected, header, *header_len)
	*sound = *sound && SAME(EVENT_NAME, ct_text(&s->rec, CT_FIELD_event_name, fresh(s))) &&
		SAME(EVENT_SOURCE, ct_text(&s->rec, CT_FIELD_event_source, fresh(s))) &&
		SAME(AWS_REGION, ct_text(&s->rec, CT_FIELD_aws_region, fresh(s))) &&
		SAME(ERROR_CODE, ct_text(&s->rec, CT_FIELD_error_code, fresh(s))) &&
		SAME(ACCOUNT_ID, ct_account_id(&s->rec, fresh(s))) &&
		SAME(PRINCIPAL_ARN, ct_principal_arn(&s->rec, fresh(s))) &&
		SAME(SECRET_ARN, ct_secret_arn(&s->rec, fresh(s))) && same_secret(&stored, s);
	return header;
}

/* Checks what stands in the header, text by text. */
static void
try_layout(int number)
{
	sample		s = quoted_sample(layouts[number].json);
	size_t		len;
	bool		sound;
	char	   *header = write_header(&s, strlen(layouts[number].json), &len, &sound);
	ct_stored	stored;
	ct_error	err;
	bool		same = ct_stored_open(header, len, &stored, &err);

	ok(sound, "record %d reads back", number + 1);
	for (int i = 0; i < CT_STORED_TEXT_COUNT; i++)
	{
		const char *expected = layouts[number].texts[i];

		/* Number 0 of a beginning is a zero byte, which ends a C string. */
		if (*expected == '\0' && i >= CT_STORED_PRINCIPAL_ARN)
			same &= stored.text[i].len == 1 + strlen(expected + 1) &&
				memcmp(stored.text[i].ptr, expected, stored.text[i].len) == 0;
		else
			same &= slice_is(stored.text[i], strcmp(expected, ".") == 0 ? NULL : expected);
	}
	ok(same, "and is stored as it should be");
	free(header);
	drop_sample(&s);
}

/* A long name moves out of the header just where it no longer fits. */
static void
try_long_text(size_t len, bool fits)
{
	buffer		b = {0};
	sample		s;
	char	   *header;
	size_t		header_len;
	bool		sound;

	puts_to(&b, "{'eventTime':0,'eventName':'");
	for (size_t i = 0; i < len; i++)
		puts_to(&b, "n");
	/* An ARN takes one byte more, for its beginning. */
	puts_to(&b, "','userIdentity':{'arn':'");
	for (size_t i = 0; i < len - 1; i++)
		puts_to(&b, "p");
	puts_to(&b, "'}}");
	s = quoted_sample(b.ptr);
	header = write_header(&s, b.len, &header_len, &sound);
	ok(sound && header_len == CT_STORED_FIXED + (fits ? 2 * len : 0), "a text of %zu bytes is %s", len,
	   fits ? "in the header" : "elsewhere");
	free(header);
	drop_sample(&s);
	free(b.ptr);
}

/* Opens a value of random origin and does all that can be done with it; true if it opens. */
static bool
use_value(const char *value, size_t len, ct_codec *codec)
{
	ct_stored	stored;
	ct_identity identity;
	ct_error	err = {0};
	char		buf[CT_STORED_DECODED_MAX];
	ct_slice	text;

	for (int i = 0; i < CT_STORED_TEXT_COUNT; i++)
		ct_stored_peek(value, len, (ct_stored_text) i, &text);
	ct_stored_identity(value, len, &identity);
	if (!ct_stored_open(value, len, &stored, &err))
		return false;
	for (int i = 0; i < CT_STORED_TEXT_COUNT; i++)
	{
		text = ct_stored_text_of(&stored, (ct_stored_text) i, buf);
		if (text.len > CT_STORED_DECODED_MAX)
			return true;
	}
	if (stored.record_length < 100000)
	{
		char	   *record = malloc(stored.record_length);
		ct_record	rec;

		if (ct_codec_decompress(codec, stored.codec, record, stored.record_length,
								value + stored.header_length, len - stored.header_length))
			ct_record_read(record, stored.record_length, &rec, NULL, &err);
		free(record);
	}
	return true;
}

/* Random records: they read back, are refused where the header is cut, and survive any damage. */
static void
try_random_events(ct_codec *codec)
{
	rng			r = {11};
	buffer		b = {0};
	int			invalid = 0;
	int			unsound = 0;
	int			cut_opened = 0;
	int			lost = 0;
	int			opened = 0;

	for (int i = 0; i < EVENTS; i++)
	{
		ct_error	err;
		sample		s;
		size_t		len;
		size_t		size;
		bool		sound;
		char	   *header;
		char	   *value;
		char	   *back;

		b.len = 0;
		put_random_event(&r, &b);
		s = take_sample(b.ptr, b.len);
		invalid += !ct_record_read(s.json, b.len, &s.rec, NULL, &err);
		header = write_header(&s, b.len, &len, &sound);
		unsound += !sound;
		for (size_t cut = 0; i % 20 == 0 && cut < len; cut++)
		{
			char	   *piece = exact_copy(header, cut);

			cut_opened += use_value(piece, cut, codec);
			free(piece);
		}

		/* The whole value: it decompresses to the record, and random bytes in it do no harm. */
		value = malloc(len + ct_codec_bound(b.len));
		memcpy(value, header, len);
		size = ct_codec_compress(codec, value + len, ct_codec_bound(b.len), s.json, b.len);
		back = malloc(b.len);
		lost += size > 0 && (!ct_codec_decompress(codec, CT_CODEC_CURRENT, back, b.len, value + len, size) ||
							 memcmp(back, s.json, b.len) != 0);
		for (int n = 0; n < MUTATIONS / EVENTS; n++)
		{
			char	   *copy = exact_copy(value, len + size);

			for (int bytes = 1 + (int) rng_skewed(&r, 6); bytes > 0; bytes--)
				copy[rng_below(&r, (uint32_t) (rng_percent(&r, 60) ? len : len + size))] = (char) rng_next(&r);
			opened += use_value(copy, len + size, codec);
			free(copy);
		}
		free(back);
		free(value);
		free(header);
		drop_sample(&s);
	}
	ok(invalid == 0, "%d random events are records", EVENTS);
	ok(unsound == 0, "their headers say what the records say");
	ok(cut_opened == 0, "no header opens when it is cut");
	ok(lost == 0, "compressed and decompressed they are the same");
	ok(opened > MUTATIONS / 3 && opened < MUTATIONS, "%d damaged values, %d of them open", MUTATIONS, opened);
	free(b.ptr);
}

/* Values that are refused for a reason. */
static void
try_refusals(void)
{
	sample		s = quoted_sample("{'eventTime':0,'eventName':'n'}");
	size_t		len;
	bool		sound;
	char	   *header = write_header(&s, 31, &len, &sound);
	ct_stored	stored;
	ct_error	err;
	uint32_t	too_long = CT_RECORD_MAX + 1;
	char		longer[CT_STORED_HEADER_MAX] = {0};
	ct_slice	text;
	int			taken = 0;

	header[0] = CT_STORED_VERSION + 1;
	ok(!ct_stored_open(header, len, &stored, &err) && err.code == CT_ERR_STORED_VERSION, "another version");
	header[0] = CT_STORED_VERSION;
	header[1] = CT_CODEC_CURRENT + 1;
	ok(!ct_stored_open(header, len, &stored, &err) && err.code == CT_ERR_STORED_CODEC, "a dictionary of a later version");
	header[1] = CT_CODEC_CURRENT;
	ok(!ct_stored_open(header, len - 1, &stored, &err) && err.code == CT_ERR_STORED_TRUNCATED, "cut short");
	header[39] = 5;
	ok(!ct_stored_open(header, len, &stored, &err) && err.code == CT_ERR_STORED_TRUNCATED, "an address of five bytes");
	header[39] = 0;
	memcpy(longer, header, len);
	for (unsigned length = CT_STORED_TEXT_MAX + 1; length < CT_STORED_NULL; length++)
	{
		longer[32] = (char) length;
		taken += ct_stored_open(longer, sizeof(longer), &stored, &err) ||
			ct_stored_peek(longer, sizeof(longer), CT_STORED_EVENT_NAME, &text);
	}
	ok(taken == 0, "a text of a length that is none");
	ok(ct_stored_open(header, len, &stored, &err), "put right it opens");
	memcpy(header + 4, &too_long, 4);
	ok(!ct_stored_open(header, len, &stored, &err) && err.code == CT_ERR_STORED_PAYLOAD, "a record that cannot be so long");
	free(header);
	drop_sample(&s);
}

/* Compresses a text of a length and some kind, and tries to get it back in right and wrong ways. */
static bool
codec_keeps(ct_codec *codec, rng *r, size_t len, int kind)
{
	static const char pattern[] = "\"eventName\":\"GetSecretValue\",";
	char	   *src = malloc(len);
	char	   *packed = malloc(ct_codec_bound(len));
	char	   *back = malloc(len);
	char	   *exact;
	bool		keeps = true;
	size_t		size;

	for (size_t i = 0; i < len; i++)
		src[i] = kind == 0 ? (char) rng_next(r) : kind == 1 ? '\0' : pattern[(i + i / 1000) % (sizeof(pattern) - 1)];
	size = ct_codec_compress(codec, packed, ct_codec_bound(len), src, len);
	exact = exact_copy(packed, size);
	if (size > 0)
	{
		keeps = size < len && ct_codec_decompress(codec, CT_CODEC_CURRENT, back, len, exact, size) &&
			memcmp(src, back, len) == 0 &&
			!ct_codec_decompress(codec, CT_CODEC_CURRENT, back, len, exact, size - 1) &&
			!ct_codec_decompress(codec, CT_CODEC_CURRENT, back, len - 1, exact, size) &&
			!ct_codec_decompress(codec, CT_CODEC_PLAIN, back, len, exact, size) &&
			!ct_codec_decompress(codec, 77, back, len, exact, size);
		/* Room that is too small is no overrun; the same text compresses alike again. */
		keeps &= ct_codec_compress(codec, packed, size - 1, src, len) == 0 &&
			ct_codec_compress(codec, packed, ct_codec_bound(len), src, len) == size &&
			memcmp(packed, exact, size) == 0;
	}
	else
		keeps = kind == 0 || len < 100;
	free(exact);
	free(src);
	free(packed);
	free(back);
	return keeps;
}

/* Texts of all small sizes and some up to a megabyte, random, empty and alike. */
static void
try_codec(ct_codec *codec)
{
	rng			r = {3};

	for (int kind = 0; kind < 3; kind++)
	{
		int			wrong = 0;

		for (size_t len = 0; len <= 1024 * 1024; len += len < 300 ? 1 : len < 1000000 ? len / 3 : 16 * 1024)
			wrong += !codec_keeps(codec, &r, len, kind);
		ok(wrong == 0, "%s of 0 to 1,048,576 bytes", kind == 0 ? "random bytes" : kind == 1 ? "zeros" : "repetitive text");
	}
}

int
main(void)
{
	ct_codec   *codec = ct_codec_new();

	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++)
		try_layout((int) i);
	for (size_t len = CT_STORED_TEXT_MAX - 3; len < CT_STORED_TEXT_MAX + 70; len++)
		try_long_text(len, len <= CT_STORED_TEXT_MAX);
	try_refusals();
	try_random_events(codec);
	try_codec(codec);
	ct_codec_free(codec);
	ct_codec_free(NULL);
	return done_testing();
}
