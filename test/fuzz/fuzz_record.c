/*
 * fuzz_record.c: whatever a record says, what is made of it stays within its
 * room, and a stored value reads back as the record does.
 */
#include "core/event/record_read.h"
#include "core/store/codec.h"
#include "core/event/embedded.h"
#include "fuzz.h"
#include "core/store/search_key.h"
#include "core/secret/secret.h"
#include "core/secret/secret_mention.h"
#include "core/store/stored.h"

/* Reads what a visitor is given, for the sanitizer to see. */
static unsigned touched;

static void
touch(ct_slice s)
{
	for (size_t i = 0; i < s.len; i++)
		touched += (unsigned char) s.ptr[i];
}

static void
touch_key(void *arg, ct_key_kind kind, ct_slice text, ct_slice scope)
{
	require(kind >= CT_KEY_ACTION && kind <= CT_KEY_ERROR_CODE, "keys are of a known kind");
	touch(text);
	touch(scope);
}

static void
touch_secret(void *arg, ct_slice arn)
{
	touch(arn);
}

/* Asks for each secret that the event names. */
static bool
ask_for(void *arg, const ct_secret_id *id)
{
	sample	   *s = arg;
	size_t		room = CT_SCRATCH_SIZE(s->rec.length);
	char	   *other = malloc(room);
	ct_scratch	scratch = {other, other + room};

	touch(id->name);
	require(ct_concerns_secret(&s->rec, &scratch, id), "an event concerns the secrets that it names");
	free(other);
	return true;
}

/* Reads a text from the header, and compares it with the record's. */
static void
compare_text(const ct_stored *stored, ct_stored_text which, ct_slice expected)
{
	char		buf[CT_STORED_DECODED_MAX];

	if (!stored->elsewhere[which])
		require(same_slice(ct_stored_text_of(stored, which, buf), expected), "the header has the record's texts");
}

/* Stores a record and reads it again. */
static void
store(sample *s)
{
	static ct_codec *codec;
	uint8_t		header[CT_STORED_HEADER_MAX];
	size_t		header_len = ct_stored_header(&s->rec, CT_CODEC_CURRENT, fresh(s), header);
	char	   *copy = exact_copy((char *) header, header_len);
	char	   *compressed = malloc(ct_codec_bound(s->rec.length));
	char	   *plain = malloc(s->rec.length);
	char		buf[CT_STORED_DECODED_MAX];
	ct_stored	stored;
	ct_slice	name;
	ct_error	err;
	size_t		len;

	require(ct_stored_open(copy, header_len, &stored, &err), "a header opens");
	require(stored.event_time == s->rec.event_time && stored.record_length == s->rec.length, "with the record's time and length");
	compare_text(&stored, CT_STORED_EVENT_NAME, ct_text(&s->rec, CT_FIELD_event_name, fresh(s)));
	compare_text(&stored, CT_STORED_EVENT_SOURCE, ct_text(&s->rec, CT_FIELD_event_source, fresh(s)));
	compare_text(&stored, CT_STORED_AWS_REGION, ct_text(&s->rec, CT_FIELD_aws_region, fresh(s)));
	compare_text(&stored, CT_STORED_ERROR_CODE, ct_text(&s->rec, CT_FIELD_error_code, fresh(s)));
	compare_text(&stored, CT_STORED_ACCOUNT_ID, ct_account_id(&s->rec, fresh(s)));
	compare_text(&stored, CT_STORED_PRINCIPAL_ARN, ct_principal_arn(&s->rec, fresh(s)));
	compare_text(&stored, CT_STORED_SECRET_ARN, ct_secret_arn(&s->rec, fresh(s)));
	if (ct_stored_secret_name(&stored, buf, &name))
		require(same_slice(name, ct_secret_name(&s->rec, fresh(s))), "the header has the secret's name");

	if (codec == NULL)
		codec = ct_codec_new();
	len = ct_codec_compress(codec, compressed, ct_codec_bound(s->rec.length), s->rec.json, s->rec.length);
	if (len > 0)
	{
		require(ct_codec_decompress(codec, CT_CODEC_CURRENT, plain, s->rec.length, compressed, len), "what was compressed can be decompressed");
		require(memcmp(plain, s->rec.json, s->rec.length) == 0, "byte for byte");
	}
	free(plain);
	free(compressed);
	free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	sample		s = take_sample((const char *) data, size);
	uint8_t		key[16];
	uint8_t		ip[16];
	char	   *embedded = NULL;
	ct_error	err;

	if (s.valid && ct_record_read(s.json, size, &s.rec, NULL, &err))
	{
		size_t		room = ct_embedded_size(&s.rec);

		embedded = malloc(room);
		ct_open_embedded(&s.rec, embedded, room);
		for (int field = 0; field < CT_FIELD_COUNT; field++)
		{
			touch(ct_text(&s.rec, (ct_field) field, fresh(&s)));
			touched += ct_bool(&s.rec, (ct_field) field);
		}
		ct_event_key(&s.rec, key);
		touched += (unsigned) ct_source_ip(&s.rec, ip) + ct_version_part(&s.rec, true) + ct_version_part(&s.rec, false) + ct_succeeded(&s.rec);
		touch(ct_action(&s.rec, fresh(&s)));
		touch(ct_partition(&s.rec, fresh(&s)));
		touch(ct_session_name(&s.rec, fresh(&s)));
		touch(ct_secret_id_given(&s.rec, fresh(&s)));
		touch(ct_secret_version_id(&s.rec, fresh(&s)));
		ct_each_key(&s.rec, fresh(&s), touch_key, NULL);
		ct_each_secret(&s.rec, fresh(&s), touch_secret, NULL);
		ct_each_secret_way(&s.rec, fresh(&s), ask_for, &s);
		store(&s);
	}
	drop_sample(&s);
	free(embedded);
	return 0;
}
