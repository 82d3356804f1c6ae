/*
 * secret_id.c: how a secret can be named, and whether two names may mean one secret.
 */
#include <string.h>

#include "core/event/derived.h"
#include "core/secret/secret_id.h"

#define SUFFIX_LENGTH		7	/* -a1b2c3 */
#define ACCOUNT_LENGTH		12

/* Whether a byte is a letter or a digit. */
static bool
is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool
ct_is_secret_name_char(char c)
{
	return is_alphanumeric(c) || (c != '\0' && strchr("/_+=.@-!", c) != NULL);
}

bool
ct_is_secret_arn(ct_slice s)
{
	ct_slice	service;
	ct_slice	resource;

	if (s.ptr == NULL || !ct_starts_with(s, "arn:"))
		return false;
	service = ct_arn_part(s, 2);
	resource = ct_arn_part(s, 5);
	return service.ptr != NULL && resource.ptr != NULL &&
		ct_same(service, CT_LITERAL("secretsmanager")) &&
		ct_starts_with(resource, "secret:") && resource.len > strlen("secret:");
}

bool
ct_has_secret_suffix(ct_slice s)
{
	if (s.len <= SUFFIX_LENGTH || s.ptr[s.len - SUFFIX_LENGTH] != '-')
		return false;
	for (const char *p = s.ptr + s.len - SUFFIX_LENGTH + 1; p < s.ptr + s.len; p++)
	{
		if (!is_alphanumeric(*p))
			return false;
	}
	return true;
}

ct_slice
ct_without_suffix(ct_slice name)
{
	if (ct_has_secret_suffix(name))
		name.len -= SUFFIX_LENGTH;
	return name;
}

ct_secret_id
ct_secret_id_of_arn(ct_slice arn)
{
	ct_secret_id id = {
		.is_arn = true,
		.region = ct_arn_part(arn, 3),
		.account = ct_arn_part(arn, 4),
		.name = ct_arn_part(arn, 5)
	};

	id.name.ptr += strlen("secret:");
	id.name.len -= strlen("secret:");
	return id;
}

ct_secret_id
ct_secret_id_of(ct_slice text)
{
	return ct_is_secret_arn(text) ? ct_secret_id_of_arn(text) : (ct_secret_id) {.name = text};
}

/* Reads the name at the end of the input, whose first byte is at an offset. */
static bool
check_name(ct_slice name, size_t max, size_t offset, ct_error *err)
{
	for (size_t i = 0; i < name.len; i++)
	{
		if (!ct_is_secret_name_char(name.ptr[i]))
			return ct_fail(err, CT_ERR_SECRET_NAME, offset + i);
	}
	if (name.len > max)
		return ct_fail(err, CT_ERR_SECRET_LENGTH, offset + max);
	return true;
}

/* Whether a part of an ARN has only small letters, digits and hyphens, and some of them. */
static bool
is_plain_part(ct_slice part)
{
	for (size_t i = 0; i < part.len; i++)
	{
		if (!is_alphanumeric(part.ptr[i]) && part.ptr[i] != '-')
			return false;
		if (part.ptr[i] >= 'A' && part.ptr[i] <= 'Z')
			return false;
	}
	return part.len > 0;
}

/* Reads an ARN that must be a secret's. */
static bool
read_arn(ct_slice text, ct_secret_id *id, ct_error *err)
{
	ct_slice	part[6];
	size_t		at[6];

	for (int i = 0; i < 6; i++)
	{
		part[i] = ct_arn_part(text, i);
		if (part[i].ptr == NULL)
			return ct_fail(err, CT_ERR_SECRET_ARN, text.len);
		at[i] = part[i].ptr - text.ptr;
	}
	if (!ct_starts_with(part[1], "aws") || !is_plain_part(part[1]))
		return ct_fail(err, CT_ERR_SECRET_PARTITION, at[1]);
	if (!ct_same(part[2], CT_LITERAL("secretsmanager")))
		return ct_fail(err, CT_ERR_SECRET_SERVICE, at[2]);
	if (!is_plain_part(part[3]))
		return ct_fail(err, CT_ERR_SECRET_REGION, at[3]);
	for (size_t i = 0; i < part[4].len; i++)
	{
		if (part[4].ptr[i] < '0' || part[4].ptr[i] > '9')
			return ct_fail(err, CT_ERR_SECRET_ACCOUNT, at[4] + i);
	}
	if (part[4].len != ACCOUNT_LENGTH)
		return ct_fail(err, CT_ERR_SECRET_ACCOUNT, at[4]);
	if (!ct_starts_with(part[5], "secret:") || part[5].len == strlen("secret:"))
		return ct_fail(err, CT_ERR_SECRET_RESOURCE, at[5]);
	*id = ct_secret_id_of_arn(text);
	return check_name(id->name, CT_SECRET_NAME_MAX + SUFFIX_LENGTH, id->name.ptr - text.ptr, err);
}

bool
ct_read_secret_id(ct_slice text, ct_secret_id *id, ct_error *err)
{
	if (text.len == 0)
		return ct_fail(err, CT_ERR_SECRET_EMPTY, 0);
	if (text.len > CT_SECRET_ID_MAX)
		return ct_fail(err, CT_ERR_SECRET_ID_LENGTH, CT_SECRET_ID_MAX);
	if (ct_starts_with(text, "arn:"))
		return read_arn(text, id, err);
	*id = (ct_secret_id) {.name = text};
	return check_name(text, CT_SECRET_NAME_MAX, 0, err);
}

/* Whether two parts agree, one that is not known agreeing with all. */
static bool
agree(ct_slice a, ct_slice b)
{
	return a.ptr == NULL || b.ptr == NULL || ct_same(a, b);
}

/* Whether an ARN's end is a name: with its suffix or, if it is partial, without. */
static bool
ends_in(ct_slice arn_end, ct_slice name)
{
	return ct_same(arn_end, name) || ct_same(ct_without_suffix(arn_end), name);
}

bool
ct_secret_matches(const ct_secret_id *asked, const ct_secret_id *named)
{
	if (!agree(asked->account, named->account) || !agree(asked->region, named->region))
		return false;
	if (!asked->is_arn && !named->is_arn)
		return ct_same(asked->name, named->name);
	if (!asked->is_arn)
		return ends_in(named->name, asked->name);
	if (!named->is_arn)
		return ends_in(asked->name, named->name);

	/* Two ARNs are the same, or one is the other without its suffix. */
	return ends_in(named->name, asked->name) ||
		ct_same(ct_without_suffix(asked->name), named->name);
}
