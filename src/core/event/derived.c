/*
 * derived.c: what a record says that stands in no single field.
 */
#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "core/base/sha256.h"
#include "core/base/utf8.h"
#include "core/event/derived.h"
#include "core/event/scan.h"

bool
ct_same(ct_slice a, ct_slice b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool
ct_starts_with(ct_slice s, const char *prefix)
{
	size_t		len = strlen(prefix);

	return s.len >= len && memcmp(s.ptr, prefix, len) == 0;
}

bool
ct_ends_with(ct_slice s, const char *suffix)
{
	size_t		len = strlen(suffix);

	return s.len >= len && memcmp(s.ptr + s.len - len, suffix, len) == 0;
}

ct_slice
ct_join(ct_scratch *scratch, const ct_slice *pieces, int n)
{
	size_t		len = 0;
	char	   *text;

	for (int i = 0; i < n; i++)
		len += pieces[i].len;
	text = ct_scratch_take(scratch, len);
	if (text == NULL)
		return CT_NO_SLICE;
	len = 0;
	for (int i = 0; i < n; i++)
	{
		memcpy(text + len, pieces[i].ptr, pieces[i].len);
		len += pieces[i].len;
	}
	return (ct_slice) {text, len};
}

/* The characters of a string, or the JSON of anything else. */
static inline ct_slice
plain_text(ct_slice raw, bool escaped, ct_scratch *scratch)
{
	char	   *plain;

	if (!escaped)
		return raw;
	plain = ct_scratch_take(scratch, raw.len);
	if (plain == NULL)
		return CT_NO_SLICE;
	return (ct_slice) {plain, ct_unescape(raw.ptr, raw.len, plain)};
}

ct_slice
ct_string_text(const char *json, const ct_value *value, ct_scratch *scratch)
{
	return plain_text((ct_slice) {json + value->offset, value->length}, value->escaped, scratch);
}

ct_slice
ct_text(const ct_record *rec, ct_field field, ct_scratch *scratch)
{
	if (ct_type_of(rec, field) <= CT_NULL)
		return CT_NO_SLICE;
	return plain_text(ct_raw(rec, field), rec->value[field].escaped, scratch);
}

ct_slice
ct_filled(const ct_record *rec, ct_field field, ct_scratch *scratch)
{
	ct_slice	text;

	if (ct_type_of(rec, field) != CT_STRING)
		return CT_NO_SLICE;
	text = ct_text(rec, field, scratch);
	return text.len > 0 ? text : CT_NO_SLICE;
}

int
ct_bool(const ct_record *rec, ct_field field)
{
	ct_slice	raw = ct_raw(rec, field);

	switch (ct_type_of(rec, field))
	{
		case CT_TRUE:
			return 1;
		case CT_FALSE:
			return 0;
		case CT_STRING:
			if (raw.len == 4 && strncasecmp(raw.ptr, "true", 4) == 0)
				return 1;
			if (raw.len == 5 && strncasecmp(raw.ptr, "false", 5) == 0)
				return 0;
			return -1;
		default:
			return -1;
	}
}

/* Reads a UUID as RFC 9562 writes it. */
static bool
read_uuid(ct_slice s, uint8_t uuid[16])
{
	int			n = 0;

	if (s.len != 36)
		return false;
	for (size_t i = 0; i < s.len; i++)
	{
		int			high;
		int			low;

		if (i == 8 || i == 13 || i == 18 || i == 23)
		{
			if (s.ptr[i] != '-')
				return false;
			continue;
		}
		high = ct_hex_digit(s.ptr[i]);
		low = ct_hex_digit(s.ptr[++i]);
		if (high < 0 || low < 0)
			return false;
		uuid[n++] = (uint8_t) (high << 4 | low);
	}
	return true;
}

void
ct_event_key(const ct_record *rec, uint8_t key[16])
{
	uint8_t		digest[CT_SHA256_SIZE];

	if (ct_type_of(rec, CT_FIELD_event_id) == CT_STRING &&
		read_uuid(ct_raw(rec, CT_FIELD_event_id), key))
		return;
	ct_sha256(rec->json, rec->length, digest);
	memcpy(key, digest, 16);
	key[6] = (key[6] & 0x0f) | 0x80;	/* version 8: by rules of one's own */
	key[8] = (key[8] & 0x3f) | 0x80;	/* the variant of RFC 9562 */
}

int
ct_version_part(const ct_record *rec, bool minor)
{
	ct_slice	raw = ct_raw(rec, CT_FIELD_event_version);
	int			part[2] = {0, 0};
	int			digits[2] = {0, 0};
	int			i = 0;

	if (ct_type_of(rec, CT_FIELD_event_version) != CT_STRING &&
		ct_type_of(rec, CT_FIELD_event_version) != CT_NUMBER)
		return -1;
	for (size_t n = 0; n < raw.len; n++)
	{
		if (raw.ptr[n] == '.' && i == 0)
			i = 1;
		else if (raw.ptr[n] >= '0' && raw.ptr[n] <= '9' && digits[i] < 9)
		{
			part[i] = part[i] * 10 + (raw.ptr[n] - '0');
			digits[i]++;
		}
		else
			return -1;
	}
	return digits[0] > 0 && digits[minor] > 0 ? part[minor] : -1;
}

ct_slice
ct_service(ct_slice source)
{
	if (ct_ends_with(source, ".amazonaws.com"))
		source.len -= strlen(".amazonaws.com");
	else if (ct_ends_with(source, ".amazonaws.com.cn"))
		source.len -= strlen(".amazonaws.com.cn");
	return source;
}

ct_slice
ct_action(const ct_record *rec, ct_scratch *scratch)
{
	ct_slice	pieces[] = {
		ct_service(ct_text(rec, CT_FIELD_event_source, scratch)),
		CT_LITERAL(":"),
		ct_text(rec, CT_FIELD_event_name, scratch)
	};

	if (pieces[0].len == 0 || pieces[2].len == 0)
		return CT_NO_SLICE;
	return ct_join(scratch, pieces, 3);
}

ct_slice
ct_arn_part(ct_slice arn, int index)
{
	const char *end = arn.ptr + arn.len;

	if (!ct_starts_with(arn, "arn:"))
		return CT_NO_SLICE;
	for (int i = 0; i < index; i++)
	{
		const char *colon = memchr(arn.ptr, ':', end - arn.ptr);

		if (colon == NULL)
			return CT_NO_SLICE;
		arn.ptr = colon + 1;
	}
	arn.len = end - arn.ptr;
	if (index < 5)
	{
		const char *colon = memchr(arn.ptr, ':', arn.len);

		if (colon == NULL)
			return CT_NO_SLICE;
		arn.len = colon - arn.ptr;
	}
	return arn;
}

ct_slice
ct_account_id(const ct_record *rec, ct_scratch *scratch)
{
	static const ct_field places[] = {
		CT_FIELD_recipient_account_id,
		CT_FIELD_user_account_id,
		CT_FIELD_session_issuer_account_id
	};
	ct_slice	account;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
	{
		account = ct_filled(rec, places[i], scratch);
		if (account.ptr != NULL)
			return account;
	}
	account = ct_filled(rec, CT_FIELD_user_arn, scratch);
	if (account.ptr != NULL)
		account = ct_arn_part(account, 4);
	return account.len > 0 ? account : CT_NO_SLICE;
}

ct_slice
ct_partition(const ct_record *rec, ct_scratch *scratch)
{
	static const struct
	{
		const char *region;
		const char *partition;
	}			partitions[] = {
		{"cn-", "aws-cn"},
		{"us-gov-", "aws-us-gov"},
		{"us-iso-", "aws-iso"},
		{"us-isob-", "aws-iso-b"},
		{"eu-isoe-", "aws-iso-e"},
		{"us-isof-", "aws-iso-f"},
		{"eusc-", "aws-eusc"},
	};
	ct_slice	arn = ct_filled(rec, CT_FIELD_user_arn, scratch);
	ct_slice	region;

	if (arn.ptr != NULL)
	{
		ct_slice	partition = ct_arn_part(arn, 1);

		if (ct_starts_with(partition.ptr ? partition : CT_LITERAL(""), "aws"))
			return partition;
	}
	region = ct_filled(rec, CT_FIELD_aws_region, scratch);
	for (size_t i = 0; region.ptr && i < sizeof(partitions) / sizeof(partitions[0]); i++)
	{
		if (ct_starts_with(region, partitions[i].region))
			return (ct_slice) {partitions[i].partition, strlen(partitions[i].partition)};
	}
	return CT_LITERAL("aws");
}

ct_slice
ct_principal_arn(const ct_record *rec, ct_scratch *scratch)
{
	ct_slice	arn = ct_filled(rec, CT_FIELD_session_issuer_arn, scratch);
	ct_slice	resource;
	const char *slash;

	if (arn.ptr != NULL)
		return arn;
	arn = ct_filled(rec, CT_FIELD_user_arn, scratch);
	if (arn.ptr == NULL)
		return arn;

	/* arn:aws:sts::123456789012:assumed-root/session */
	resource = ct_arn_part(arn, 5);
	if (resource.ptr != NULL && (ct_same(resource, CT_LITERAL("assumed-root")) ||
								 ct_starts_with(resource, "assumed-root/")))
		return ct_join(scratch, (ct_slice[]) {
			CT_LITERAL("arn:"), ct_arn_part(arn, 1), CT_LITERAL(":iam::"), ct_arn_part(arn, 4),
			CT_LITERAL(":root")
		}, 5);
	/* arn:aws:sts::123456789012:assumed-role/Role/session */
	if (resource.ptr == NULL || !ct_starts_with(resource, "assumed-role/"))
		return arn;
	resource.ptr += strlen("assumed-role/");
	resource.len -= strlen("assumed-role/");
	slash = memchr(resource.ptr, '/', resource.len);
	if (slash != NULL)
		resource.len = slash - resource.ptr;
	return ct_join(scratch, (ct_slice[]) {
		CT_LITERAL("arn:"), ct_arn_part(arn, 1), CT_LITERAL(":iam::"), ct_arn_part(arn, 4),
			CT_LITERAL(":role/"), resource
	}, 6);
}

ct_slice
ct_session_name(const ct_record *rec, ct_scratch *scratch)
{
	ct_slice	arn = ct_filled(rec, CT_FIELD_user_arn, scratch);
	ct_slice	name = CT_NO_SLICE;

	if (arn.ptr != NULL)
		name = ct_arn_part(arn, 5);
	if (name.ptr != NULL && (ct_starts_with(name, "assumed-role/") ||
							 ct_starts_with(name, "federated-user/")))
	{
		const char *end = name.ptr + name.len;
		const char *start = end;

		while (start[-1] != '/')
			start--;
		/* The ARN of a role's session names the role first. */
		if (start == end || (ct_starts_with(name, "assumed-role/") &&
							 start == name.ptr + strlen("assumed-role/")))
			return CT_NO_SLICE;
		return (ct_slice) {start, end - start};
	}

	/* AROAEXAMPLE:session */
	name = ct_filled(rec, CT_FIELD_principal_id, scratch);
	if (name.ptr != NULL && ct_starts_with(name, "AROA"))
	{
		const char *colon = memchr(name.ptr, ':', name.len);

		if (colon != NULL && (size_t) (colon + 1 - name.ptr) < name.len)
		{
			name.len -= colon + 1 - name.ptr;
			name.ptr = colon + 1;
			return name;
		}
	}
	return CT_NO_SLICE;
}

/* Whether a text is a word, in whatever case. */
static bool
is_word(ct_slice text, const char *word)
{
	return text.len == strlen(word) && strncasecmp(text.ptr, word, text.len) == 0;
}

bool
ct_is_service_event(const ct_record *rec)
{
	return is_word(ct_raw(rec, CT_FIELD_event_type), "AwsServiceEvent");
}

/* Whether the event is one of signing in, be it to the console or Identity Center. */
static bool
is_sign_in(const ct_record *rec)
{
	ct_slice	source = ct_raw(rec, CT_FIELD_event_source);

	return (source.ptr != NULL &&
			(ct_starts_with(source, "signin.") || ct_starts_with(source, "sso."))) ||
		is_word(ct_raw(rec, CT_FIELD_event_type), "AwsConsoleSignIn");
}

/* Whether an object has "Failure" under the event's name. */
static bool
says_failure(const ct_record *rec, ct_field field)
{
	ct_slice	name = ct_raw(rec, CT_FIELD_event_name);
	ct_slice	object = ct_raw(rec, field);
	ct_value	outcome;

	return name.ptr != NULL && ct_type_of(rec, field) == CT_OBJECT &&
		ct_find_path(object.ptr, object.len, &name, 1, &outcome) && outcome.type == CT_STRING &&
		is_word((ct_slice) {object.ptr + outcome.offset, outcome.length}, "Failure");
}

bool
ct_succeeded(const ct_record *rec)
{
	ct_slice	name;

	if (ct_raw(rec, CT_FIELD_error_code).len > 0 && ct_type_of(rec, CT_FIELD_error_code) != CT_NULL)
		return false;
	if (ct_raw(rec, CT_FIELD_error_message).len > 0 &&
		ct_type_of(rec, CT_FIELD_error_message) != CT_NULL)
		return false;
	if (ct_is(rec, CT_FIELD_response_console_login, "Failure"))
		return false;
	if (is_sign_in(rec) && (says_failure(rec, CT_FIELD_response_elements) ||
							says_failure(rec, CT_FIELD_service_event_details)))
		return false;
	name = ct_raw(rec, CT_FIELD_event_name);
	return !(name.ptr != NULL && ct_ends_with(name, "Failed") && ct_is_service_event(rec));
}

size_t
ct_source_ip(const ct_record *rec, uint8_t ip[16])
{
	char		text[INET6_ADDRSTRLEN];
	ct_slice	raw = ct_raw(rec, CT_FIELD_source_ip_address);

	/* The shortest address is "::", and none has a backslash in it. */
	if (ct_type_of(rec, CT_FIELD_source_ip_address) != CT_STRING ||
		raw.len < 2 || raw.len >= sizeof(text) || memchr(raw.ptr, '\0', raw.len))
		return 0;
	memcpy(text, raw.ptr, raw.len);
	text[raw.len] = '\0';
	if (inet_pton(AF_INET, text, ip) == 1)
		return 4;
	if (inet_pton(AF_INET6, text, ip) == 1)
		return 16;
	return 0;
}

ct_slice
ct_resource_arn(const char *json, const ct_value *element, ct_scratch *scratch)
{
	ct_record	rec;
	ct_error	err;
	size_t		pos = 0;
	ct_slice	arn;

	if (element->type == CT_STRING)
		arn = ct_string_text(json, element, scratch);
	else if (element->type == CT_OBJECT &&
			 ct_scan(json + element->offset, element->length, &pos, &rec, &err))
		arn = ct_filled(&rec, CT_FIELD_resource_arn, scratch);
	else
		return CT_NO_SLICE;
	return arn.len > 0 ? arn : CT_NO_SLICE;
}

ct_slice
ct_member_string(const ct_record *rec, ct_field object, const char *key, ct_scratch *scratch)
{
	ct_slice	json = ct_raw(rec, object);
	ct_slice	path = {key, strlen(key)};
	ct_value	value;

	if (ct_type_of(rec, object) != CT_OBJECT ||
		!ct_find_path(json.ptr, json.len, &path, 1, &value) || value.type != CT_STRING)
		return CT_NO_SLICE;
	return ct_string_text(json.ptr, &value, scratch);
}

ct_slice
ct_member_text(const ct_record *rec, ct_field object, const char *key, ct_scratch *scratch)
{
	ct_slice	text = ct_member_string(rec, object, key, scratch);

	return text.len > 0 ? text : CT_NO_SLICE;
}
