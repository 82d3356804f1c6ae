/*
 * test_stored.c: what lies in a table: headers read back as they were written,
 * and anything else is refused without a step outside its bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "secret.h"
#include "stored.h"
#include "tap.h"

/* Records whose headers differ in every respect. */
static const char *const records[] = {
	"{\"eventTime\":\"2024-05-01T12:00:00Z\"}",
	"{\"eventTime\":\"2024-05-01T12:00:00Z\",\"eventName\":\"GetSecretValue\",\"eventSource\":\"secretsmanager.amazonaws.com\","
	"\"awsRegion\":\"eu-west-1\",\"recipientAccountId\":\"012345678901\",\"sourceIPAddress\":\"192.0.2.1\",\"readOnly\":true,"
	"\"userIdentity\":{\"arn\":\"arn:aws:iam::012345678901:user/u\"},\"requestParameters\":{\"secretId\":\"prod/db\"}}",
	"{\"eventTime\":\"2024-05-01T12:00:00Z\",\"eventSource\":\"odd\",\"awsRegion\":\"\",\"recipientAccountId\":\"12345678901x\","
	"\"sourceIPAddress\":\"2001:db8::1\",\"readOnly\":\"false\",\"errorCode\":\"\",\"eventName\":null,"
	"\"userIdentity\":{\"arn\":\"arn:aws-cn:sts::999:assumed-role/R/s\"}}",
	"{\"eventTime\":\"2024-05-01T12:00:00Z\",\"recipientAccountId\":\"12345\",\"userIdentity\":{\"arn\":\"arn:aws:iam::12345:role/R\"}}",
	"{\"eventTime\":\"2024-05-01T12:00:00Z\",\"eventName\":7,\"eventSource\":\"\\u0061.amazonaws.com\",\"awsRegion\":[1],\"errorCode\":\"x\\u0000\"}",
};

/* One text of the header against what the record says. */
static bool
same_text(const ct_stored *stored, ct_stored_text which, ct_slice expected)
{
	char		buf[CT_STORED_DECODED_MAX];
	ct_slice	text = ct_stored_text_of(stored, which, buf);

	if (stored->elsewhere[which])
		return text.ptr == NULL && expected.len > CT_STORED_TEXT_MAX / 2;
	if (expected.ptr == NULL || text.ptr == NULL)
		return expected.ptr == NULL && text.ptr == NULL;
	return text.len == expected.len && memcmp(text.ptr, expected.ptr, text.len) == 0;
}

/* Writes a record's header and reads it back. */
static void
round_trip(const char *name, const char *json)
{
	ct_record	rec;
	ct_error	err;
	ct_stored	stored;
	uint8_t		header[CT_STORED_HEADER_MAX];
	uint8_t		key[16];
	size_t		room = 4 * CT_SCRATCH_SIZE(strlen(json));
	char	   *bytes = malloc(room);
	ct_scratch	scratch = {bytes, bytes + room};
	ct_scratch	again = {bytes + room / 2, bytes + room};
	size_t		len;

	if (!ct_record_read(json, strlen(json), &rec, NULL, &err))
	{
		ok(false, "%s is a record", name);
		free(bytes);
		return;
	}
	scratch.end = bytes + room / 2;
	len = ct_stored_header(&rec, CT_CODEC_PLAIN, &scratch, header);
	ct_event_key(&rec, key);
	ok(len <= CT_STORED_HEADER_MAX && ct_stored_open((char *) header, len, &stored, &err) &&
	   stored.header_length == len, "%s: a header of %zu bytes", name, len);
	ok(stored.event_time == rec.event_time && memcmp(stored.event_key, key, 16) == 0 &&
	   stored.record_length == strlen(json), "%s: time, key and length", name);
	ok(ct_stored_bool(&stored, CT_STORED_READ_ONLY_SHIFT) == ct_bool(&rec, CT_FIELD_read_only) &&
	   ct_stored_bool(&stored, CT_STORED_MANAGEMENT_EVENT_SHIFT) == ct_bool(&rec, CT_FIELD_management_event) &&
	   ((stored.flags & CT_STORED_SUCCEEDED) != 0) == ct_succeeded(&rec), "%s: truth values", name);
	ok(same_text(&stored, CT_STORED_EVENT_NAME, ct_text(&rec, CT_FIELD_event_name, &again)) &&
	   same_text(&stored, CT_STORED_EVENT_SOURCE, ct_text(&rec, CT_FIELD_event_source, &again)) &&
	   same_text(&stored, CT_STORED_AWS_REGION, ct_text(&rec, CT_FIELD_aws_region, &again)) &&
	   same_text(&stored, CT_STORED_ERROR_CODE, ct_text(&rec, CT_FIELD_error_code, &again)), "%s: texts", name);
	ok(same_text(&stored, CT_STORED_ACCOUNT_ID, ct_account_id(&rec, &again)) &&
	   same_text(&stored, CT_STORED_PRINCIPAL_ARN, ct_principal_arn(&rec, &again)) &&
	   same_text(&stored, CT_STORED_SECRET_ARN, ct_secret_arn(&rec, &again)), "%s: account and ARNs", name);

	/* A copy of just the right size lets the sanitizer see a step too far. */
	for (size_t cut = 0; cut < len; cut++)
	{
		char	   *copy = malloc(cut + 1);

		memcpy(copy, header, cut);
		copy = realloc(copy, cut > 0 ? cut : 1);
		if (ct_stored_open(copy, cut, &stored, &err))
			ok(false, "%s: cut to %zu bytes it is refused", name, cut);
		free(copy);
	}
	ok(true, "%s: cut short it is refused", name);
	free(bytes);
}

/* Reads headers with random bytes changed: whatever comes, nothing crashes. */
static void
mutate(const char *json)
{
	ct_record	rec;
	ct_error	err;
	uint8_t		header[CT_STORED_HEADER_MAX];
	size_t		room = CT_SCRATCH_SIZE(strlen(json));
	char	   *bytes = malloc(room);
	ct_scratch	scratch = {bytes, bytes + room};
	size_t		len;
	uint64_t	seed = 42;
	int			refused = 0;

	ct_record_read(json, strlen(json), &rec, NULL, &err);
	len = ct_stored_header(&rec, CT_CODEC_PLAIN, &scratch, header);
	for (int trial = 0; trial < 20000; trial++)
	{
		char	   *copy = malloc(len);
		char		buf[CT_STORED_DECODED_MAX];
		ct_stored	stored;

		memcpy(copy, header, len);
		for (int i = 0; i < 1 + trial % 3; i++)
		{
			seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
			copy[(seed >> 33) % len] = (char) (seed >> 25);
		}
		if (!ct_stored_open(copy, len, &stored, &err))
			refused++;
		else
		{
			for (int i = 0; i < CT_STORED_TEXT_COUNT; i++)
				ct_stored_text_of(&stored, (ct_stored_text) i, buf);
		}
		free(copy);
	}
	ok(refused > 0, "20,000 mutations, %d refused", refused);
	free(bytes);
}

/* Compresses and decompresses texts of many sizes. */
static void
codec_round_trip(void)
{
	ct_codec   *codec = ct_codec_new();
	bool		good = true;

	for (size_t len = 1; len < 1000000; len = len * 3 / 2 + 1)
	{
		char	   *src = malloc(len);
		char	   *packed = malloc(len);
		char	   *back = malloc(len);
		size_t		size;

		for (size_t i = 0; i < len; i++)
			src[i] = "\"eventName\":\"GetSecretValue\","[i % 29];
		size = ct_codec_compress(codec, packed, len, src, len);
		if (size > 0)
		{
			good &= ct_codec_decompress(codec, CT_CODEC_CURRENT, back, len, packed, size) &&
				memcmp(src, back, len) == 0;
			good &= !ct_codec_decompress(codec, CT_CODEC_CURRENT, back, len, packed, size - 1);
			good &= !ct_codec_decompress(codec, CT_CODEC_CURRENT, back, len - 1, packed, size);
			good &= !ct_codec_decompress(codec, 77, back, len, packed, size);
		}
		free(src);
		free(packed);
		free(back);
	}
	ok(good, "what is compressed is decompressed, and nothing cut or foreign is");
	ct_codec_free(codec);
}

int
main(void)
{
	char		name[2000];
	char		json[2200];

	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++)
	{
		char		label[20];

		snprintf(label, sizeof(label), "record %zu", i + 1);
		round_trip(label, records[i]);
		mutate(records[i]);
	}
	memset(name, 'n', sizeof(name) - 1);
	for (size_t len = 195; len < 210; len++)
	{
		snprintf(json, sizeof(json), "{\"eventTime\":\"2024-05-01T12:00:00Z\",\"eventName\":\"%.*s\"}", (int) len, name);
		round_trip("a long name", json);
	}
	codec_round_trip();
	return done_testing();
}
