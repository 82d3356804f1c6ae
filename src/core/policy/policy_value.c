/*
 * policy_value.c: the values in IAM policies, and how much they fix.
 */
#include <arpa/inet.h>
#include <string.h>

#include <json-c/json.h>

#include "core/event/action.h"
#include "core/event/derived.h"
#include "core/policy/policy_value.h"

#define ACCOUNT_LENGTH	12

/*
 * Ranges of fewer bits are wide, and so are ranges that hold half of all IPv4
 * addresses together.
 */
#define IPV4_BITS_MIN	8
#define IPV6_BITS_MIN	32
#define IPV4_WIDE		(UINT64_C(1) << 31)

/* A value as text: numbers and truth values may stand without quotes. */
static bool
value_text(json_object *value, ct_slice *text)
{
	switch (json_object_get_type(value))
	{
		case json_type_string:
			text->ptr = json_object_get_string(value);
			text->len = (size_t) json_object_get_string_len(value);
			return true;
		case json_type_int:
		case json_type_double:
		case json_type_boolean:
			text->ptr = json_object_get_string(value);
			text->len = text->ptr != NULL ? strlen(text->ptr) : 0;
			return text->ptr != NULL;
		default:
			return false;
	}
}

bool
ct_next_policy_value(json_object *values, ct_policy_values *at, ct_slice *value)
{
	bool		is_array = json_object_is_type(values, json_type_array);

	if (at->next == (is_array ? json_object_array_length(values) : 1))
		return false;
	if (is_array)
		values = json_object_array_get_idx(values, at->next);
	at->next++;
	at->malformed = !value_text(values, value);
	return !at->malformed;
}

/* Whether a text holds a policy variable. */
static bool
has_variable(ct_slice text)
{
	return text.len > 0 && memmem(text.ptr, text.len, "${", 2) != NULL;
}

/* Whether a text holds a wildcard. */
static bool
has_wildcard(ct_slice text)
{
	return text.len > 0 &&
		(memchr(text.ptr, '*', text.len) != NULL || memchr(text.ptr, '?', text.len) != NULL);
}

bool
ct_is_name(ct_slice text, const char *name)
{
	return ct_compare_folded(text, (ct_slice) {name, strlen(name)}) == 0;
}

bool
ct_is_fixed(ct_slice text)
{
	return text.len > 0 && !has_wildcard(text) && !has_variable(text);
}

/* Whether a text is the number of an account. */
static bool
is_account(ct_slice text)
{
	if (text.len != ACCOUNT_LENGTH)
		return false;
	for (size_t i = 0; i < ACCOUNT_LENGTH; i++)
	{
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
	}
	return true;
}

bool
ct_is_fixed_arn(ct_slice arn, bool by_part)
{
	ct_slice	account;
	ct_slice	before;

	if (ct_is_fixed(arn))
		return true;
	account = ct_arn_part(arn, 4);
	if (!is_account(account))
		return false;
	before = (ct_slice) {arn.ptr, (size_t) (account.ptr - arn.ptr)};

	/*
	 * What a variable or a * that may run over colons stands for can move the account into
	 * another's resource: arn:aws:lambda:*:111122223333:* matches
	 * arn:aws:lambda:us-east-1:444455556666:function:111122223333:x.
	 */
	return !has_variable(before) && (by_part || !has_wildcard(before));
}

/* Whether a text stands for one value up to a character, if it has that, else as a whole. */
static bool
is_fixed_before(ct_slice text, char end)
{
	const char *found = text.len > 0 ? memchr(text.ptr, end, text.len) : NULL;

	if (found != NULL)
		text.len = (size_t) (found - text.ptr);
	return ct_is_fixed(text);
}

bool
ct_is_fixed_organization(ct_slice path)
{
	return is_fixed_before(path, '/');
}

bool
ct_is_fixed_user_id(ct_slice id)
{
	return is_fixed_before(id, ':');
}

/* Reads how many bits of a range's addresses are given; false if it is not a number up to max. */
static bool
read_bits(const char *digits, unsigned max, unsigned *bits)
{
	*bits = 0;
	if (*digits == '\0')
		return false;
	for (; *digits != '\0'; digits++)
	{
		if (*digits < '0' || *digits > '9')
			return false;
		*bits = *bits * 10 + (unsigned) (*digits - '0');
		if (*bits > max)
			return false;
	}
	return true;
}

/* Whether two addresses agree in so many leading bits. */
static bool
same_bits(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	unsigned	rest = bits % 8;

	return memcmp(a, b, bits / 8) == 0 &&
		(rest == 0 || ((a[bits / 8] ^ b[bits / 8]) >> (8 - rest)) == 0);
}

bool
ct_is_narrow_range(ct_slice range, uint64_t *ipv4)
{
	/* Where IPv6 has the addresses of IPv4. */
	static const uint8_t mapped[16] = {[10] = 0xff, [11] = 0xff};
	char		text[INET6_ADDRSTRLEN + 4];
	uint8_t		ip[16];
	char	   *slash;
	unsigned	bits;
	unsigned	max;

	if (range.len == 0 || range.len >= sizeof(text) || memchr(range.ptr, '\0', range.len) != NULL)
		return false;
	memcpy(text, range.ptr, range.len);
	text[range.len] = '\0';
	slash = strchr(text, '/');
	if (slash != NULL)
		*slash = '\0';
	if (inet_pton(AF_INET, text, ip) == 1)
		max = 32;
	else if (inet_pton(AF_INET6, text, ip) == 1)
		max = 128;
	else
		return false;
	bits = max;
	if (slash != NULL && !read_bits(slash + 1, max, &bits))
		return false;
	if (max == 128 && same_bits(ip, mapped, bits < 96 ? bits : 96))
	{
		/* It holds IPv4 addresses: all of them, or those of a range. */
		if (bits < 96)
			return false;
		bits -= 96;
		max = 32;
	}
	if (max == 128)
		return bits >= IPV6_BITS_MIN;
	*ipv4 += UINT64_C(1) << (32 - bits);
	return bits >= IPV4_BITS_MIN && *ipv4 < IPV4_WIDE;
}

ct_slice
ct_named_account(ct_slice text)
{
	if (is_account(text))
		return text;
	text = ct_arn_part(text, 4);
	return is_account(text) ? text : CT_NO_SLICE;
}
