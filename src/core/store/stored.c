/*
 * stored.c: an event as it lies in a table.
 */
#include <string.h>

#include "core/store/stored.h"

#define AMAZONAWS_COM		".amazonaws.com"
#define ACCOUNT_DIGITS		12
#define PACKED_ACCOUNT		5	/* bytes that hold twelve digits */

/*
 * Beginnings that a stored ARN leaves out.  Its first byte is the number of
 * one; "%r" and "%a" stand for the event's own Region and account.  The list
 * is on disk: append only.
 */
static const char *const beginnings[] = {
	"",
	"arn:aws:iam::%a:user/",
	"arn:aws:iam::%a:role/",
	"arn:aws:iam::%a:",
	"arn:aws:secretsmanager:%r:%a:secret:",
};

/* Writes a beginning for an account and Region; returns its length, 0 if it has none. */
static size_t
expand_beginning(unsigned number, ct_slice account, ct_slice region, char *buf)
{
	char	   *out = buf;

	for (const char *p = beginnings[number]; *p; p++)
	{
		ct_slice	piece = {p, 1};

		if (*p == '%')
		{
			piece = *++p == 'a' ? account : region;
			if (piece.ptr == NULL)
				return 0;
		}
		memcpy(out, piece.ptr, piece.len);
		out += piece.len;
	}
	return out - buf;
}

/* Chooses the longest beginning that an ARN has; number 0 always fits. */
static unsigned
find_beginning(ct_slice arn, ct_slice account, ct_slice region, size_t *len)
{
	char		buf[CT_STORED_DECODED_MAX];
	unsigned	best = 0;

	*len = 0;
	for (unsigned i = 1; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
	{
		size_t		n = expand_beginning(i, account, region, buf);

		if (n > *len && n <= arn.len && memcmp(arn.ptr, buf, n) == 0)
		{
			best = i;
			*len = n;
		}
	}
	return best;
}

bool
ct_stored_leaves_out_region(ct_slice arn)
{
	unsigned	number = (uint8_t) arn.ptr[0];

	return number < sizeof(beginnings) / sizeof(beginnings[0]) &&
		strstr(beginnings[number], "%r") != NULL;
}

/* Packs twelve digits into five bytes; false where they are something else. */
static bool
pack_account(ct_slice account, uint8_t packed[PACKED_ACCOUNT])
{
	uint64_t	number = 0;

	if (account.len != ACCOUNT_DIGITS)
		return false;
	for (size_t i = 0; i < account.len; i++)
	{
		if (account.ptr[i] < '0' || account.ptr[i] > '9')
			return false;
		number = number * 10 + (uint64_t) (account.ptr[i] - '0');
	}
	for (int i = 0; i < PACKED_ACCOUNT; i++)
		packed[i] = (uint8_t) (number >> (8 * i));
	return true;
}

/* Writes the twelve digits of a packed account. */
static void
unpack_account(const char *packed, char digits[ACCOUNT_DIGITS])
{
	uint64_t	number = 0;

	for (int i = 0; i < PACKED_ACCOUNT; i++)
		number |= (uint64_t) (uint8_t) packed[i] << (8 * i);
	for (int i = ACCOUNT_DIGITS - 1; i >= 0; i--)
	{
		digits[i] = (char) ('0' + number % 10);
		number /= 10;
	}
}

/* Where a header is being written. */
typedef struct writer
{
	uint8_t    *lengths;
	uint8_t    *next;
} writer;

/* Adds a text, or notes that it is null or elsewhere. */
static bool
put_text(writer *w, ct_stored_text which, ct_slice text)
{
	w->lengths[which] = text.ptr == NULL ? CT_STORED_NULL :
		text.len > CT_STORED_TEXT_MAX ? CT_STORED_ELSEWHERE : (uint8_t) text.len;
	if (w->lengths[which] >= CT_STORED_NULL)
		return false;
	memcpy(w->next, text.ptr, text.len);
	w->next += text.len;
	return true;
}

/* Adds an ARN without its beginning. */
static void
put_arn(writer *w, ct_stored_text which, ct_slice arn, ct_slice account, ct_slice region)
{
	char		text[CT_STORED_TEXT_MAX];
	unsigned	number;
	size_t		beginning;

	if (arn.ptr == NULL)
	{
		put_text(w, which, arn);
		return;
	}
	/* Only what the header itself holds can be left out. */
	if (w->lengths[CT_STORED_ACCOUNT_ID] >= CT_STORED_NULL)
		account = CT_NO_SLICE;
	if (w->lengths[CT_STORED_AWS_REGION] >= CT_STORED_NULL)
		region = CT_NO_SLICE;
	number = find_beginning(arn, account, region, &beginning);
	arn.ptr += beginning;
	arn.len -= beginning;
	if (arn.len >= sizeof(text))
	{
		w->lengths[which] = CT_STORED_ELSEWHERE;
		return;
	}
	text[0] = (char) number;
	memcpy(text + 1, arn.ptr, arn.len);
	put_text(w, which, (ct_slice) {text, arn.len + 1});
}

/* How the ARN of a secret tells its name. */
static ct_stored_name
find_name(ct_slice arn, ct_slice name)
{
	ct_slice	end;

	if (!ct_is_secret_arn(arn))
		return CT_STORED_NAME_ELSEWHERE;
	end = ct_secret_id_of_arn(arn).name;
	return ct_same(end, name) ? CT_STORED_NAME_IS_END :
		ct_same(ct_without_suffix(end), name) ? CT_STORED_NAME_HAS_SUFFIX :
		CT_STORED_NAME_ELSEWHERE;
}

size_t
ct_stored_header(const ct_record *rec, unsigned codec, ct_scratch *scratch,
				 uint8_t header[CT_STORED_HEADER_MAX])
{
	writer		w = {header + 32, header + CT_STORED_FIXED};
	ct_slice	source = ct_text(rec, CT_FIELD_event_source, scratch);
	ct_slice	region = ct_text(rec, CT_FIELD_aws_region, scratch);
	ct_slice	account = ct_account_id(rec, scratch);
	ct_secret	secret = ct_find_secret(rec, scratch);
	ct_slice	secret_arn = ct_arn_of_secret(rec, &secret, scratch);
	uint8_t		packed[PACKED_ACCOUNT];
	uint8_t		ip[16];
	uint16_t	flags = 0;
	uint32_t	length = (uint32_t) rec->length;
	size_t		suffix = strlen(AMAZONAWS_COM);

#define CT_HEADER_FLAG(field, name) \
	flags |= (uint16_t) ((ct_bool(rec, CT_FIELD_##field) + 1) << CT_STORED_##name##_SHIFT);
#include "core/store/storelist.h"
	if (ct_succeeded(rec))
		flags |= CT_STORED_SUCCEEDED;
	flags |= (uint16_t) (secret.source << CT_STORED_SECRET_SOURCE_SHIFT);
	if (secret_arn.ptr != NULL)
		flags |= (uint16_t) (find_name(secret_arn,
									   ct_name_of_secret(&secret)) << CT_STORED_SECRET_NAME_SHIFT);

	put_text(&w, CT_STORED_EVENT_NAME, ct_text(rec, CT_FIELD_event_name, scratch));
	if (source.len >= suffix &&
		memcmp(source.ptr + source.len - suffix, AMAZONAWS_COM, suffix) == 0)
	{
		flags |= CT_STORED_AMAZONAWS_COM;
		source.len -= suffix;
	}
	put_text(&w, CT_STORED_EVENT_SOURCE, source);
	put_text(&w, CT_STORED_AWS_REGION, region);
	put_text(&w, CT_STORED_ERROR_CODE, ct_text(rec, CT_FIELD_error_code, scratch));
	if (pack_account(account, packed))
	{
		flags |= CT_STORED_PACKED_ACCOUNT;
		put_text(&w, CT_STORED_ACCOUNT_ID, (ct_slice) {(char *) packed, sizeof(packed)});
	}
	else
		put_text(&w, CT_STORED_ACCOUNT_ID, account);
	put_arn(&w, CT_STORED_PRINCIPAL_ARN, ct_principal_arn(rec, scratch), account, region);
	put_arn(&w, CT_STORED_SECRET_ARN, secret_arn, account, region);

	header[39] = (uint8_t) ct_source_ip(rec, ip);
	memcpy(w.next, ip, header[39]);
	w.next += header[39];

	header[0] = CT_STORED_VERSION;
	header[1] = (uint8_t) codec;
	memcpy(header + 2, &flags, 2);
	memcpy(header + 4, &length, 4);
	memcpy(header + 8, &rec->event_time, 8);
	ct_event_key(rec, header + 16);
	return w.next - header;
}

bool
ct_stored_open(const char *value, size_t len, ct_stored *stored, ct_error *err)
{
	const uint8_t *lengths = (const uint8_t *) value + 32;
	const char *next = value + CT_STORED_FIXED;
	const char *end = value + len;
	uint16_t	flags;
	uint32_t	length;

	if (len < CT_STORED_FIXED)
		return ct_fail(err, CT_ERR_STORED_TRUNCATED, len);
	if (value[0] != CT_STORED_VERSION)
		return ct_fail(err, CT_ERR_STORED_VERSION, 0);
	if ((uint8_t) value[1] > CT_CODEC_CURRENT)
		return ct_fail(err, CT_ERR_STORED_CODEC, 1);
	memcpy(&flags, value + 2, 2);
	memcpy(&length, value + 4, 4);
	memcpy(&stored->event_time, value + 8, 8);
	stored->codec = (uint8_t) value[1];
	stored->flags = flags;
	stored->record_length = length;
	stored->event_key = (const uint8_t *) value + 16;
	if (length > CT_RECORD_MAX)
		return ct_fail(err, CT_ERR_STORED_PAYLOAD, 4);
	for (int i = 0; i < CT_STORED_TEXT_COUNT; i++)
	{
		stored->text[i] = CT_NO_SLICE;
		stored->elsewhere[i] = lengths[i] == CT_STORED_ELSEWHERE;
		if (lengths[i] >= CT_STORED_NULL)
			continue;
		if (lengths[i] > CT_STORED_TEXT_MAX || lengths[i] > end - next)
			return ct_fail(err, CT_ERR_STORED_TRUNCATED, len);
		stored->text[i] = (ct_slice) {next, lengths[i]};
		next += lengths[i];
	}
	if ((lengths[7] != 0 && lengths[7] != 4 && lengths[7] != 16) || lengths[7] > end - next)
		return ct_fail(err, CT_ERR_STORED_TRUNCATED, len);
	stored->ip = (ct_slice) {next, lengths[7]};
	next += lengths[7];
	stored->header_length = next - value;
	return true;
}

ct_slice
ct_stored_text_of(const ct_stored *stored, ct_stored_text which, char buf[CT_STORED_DECODED_MAX])
{
	ct_slice	text = stored->text[which];
	char		account_buf[CT_STORED_DECODED_MAX];
	ct_slice	account;
	size_t		len;

	if (text.ptr == NULL)
		return text;
	switch (which)
	{
		case CT_STORED_EVENT_SOURCE:
			if (!(stored->flags & CT_STORED_AMAZONAWS_COM))
				return text;
			memcpy(buf, text.ptr, text.len);
			memcpy(buf + text.len, AMAZONAWS_COM, strlen(AMAZONAWS_COM));
			return (ct_slice) {buf, text.len + strlen(AMAZONAWS_COM)};

		case CT_STORED_ACCOUNT_ID:
			if (!(stored->flags & CT_STORED_PACKED_ACCOUNT) || text.len != PACKED_ACCOUNT)
				return text;
			unpack_account(text.ptr, buf);
			return (ct_slice) {buf, ACCOUNT_DIGITS};

		case CT_STORED_PRINCIPAL_ARN:
		case CT_STORED_SECRET_ARN:
			if (text.len == 0 ||
				(uint8_t) text.ptr[0] >= sizeof(beginnings) / sizeof(beginnings[0]))
				return CT_NO_SLICE;
			account = ct_stored_text_of(stored, CT_STORED_ACCOUNT_ID, account_buf);
			len = expand_beginning((uint8_t) text.ptr[0], account,
								   stored->text[CT_STORED_AWS_REGION], buf);
			memcpy(buf + len, text.ptr + 1, text.len - 1);
			return (ct_slice) {buf, len + text.len - 1};

		default:
			return text;
	}
}

bool
ct_stored_secret_name(const ct_stored *stored, char buf[CT_STORED_DECODED_MAX], ct_slice *name)
{
	ct_slice	arn;

	*name = CT_NO_SLICE;
	if (ct_stored_secret_source(stored) == CT_SECRET_NONE)
		return true;
	arn = ct_stored_text_of(stored, CT_STORED_SECRET_ARN, buf);
	if (!ct_is_secret_arn(arn))
		return false;
	*name = ct_secret_id_of_arn(arn).name;
	switch (stored->flags >> CT_STORED_SECRET_NAME_SHIFT & 3)
	{
		case CT_STORED_NAME_IS_END:
			return true;
		case CT_STORED_NAME_HAS_SUFFIX:
			*name = ct_without_suffix(*name);
			return true;
		default:
			return false;
	}
}
