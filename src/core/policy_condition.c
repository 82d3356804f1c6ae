/*
 * policy_condition.c: what the Condition of an IAM policy's statement narrows.
 *
 * All that a Condition says must hold, so one operator on one key whose
 * values are all fixed narrows the whole statement.
 */
#include <string.h>

#include <json-c/json.h>

#include "action.h"
#include "derive.h"
#include "policy_condition.h"
#include "policy_value.h"

/*
 * The operators that let in only who has the key with one of the values.
 * Not among them: those that are negated, and ...IfExists and ForAllValues:,
 * which hold where the request has no such key.
 */
static const struct
{
	const char *name;
	bool		by_part;		/* compares ARNs part by part */
}			operators[] = {
	{"StringEquals", false},
	{"StringEqualsIgnoreCase", false},
	{"StringLike", false},
	{"ArnEquals", true},
	{"ArnLike", true},
	{"IpAddress", false},
};

/* With this before it, an operator still needs one value that the request has. */
static const char any_value[] = "ForAnyValue:";

typedef enum value_kind
{
	VALUE_TEXT,
	VALUE_ORGANIZATION_PATH,
	VALUE_ACCOUNT,
	VALUE_ARN,
	VALUE_ADDRESS
} value_kind;

/* The keys that tell who calls, or from where, in a way that a caller cannot choose. */
static const struct
{
	const char *name;
	value_kind	kind;
}			keys[] = {
	{"aws:PrincipalAccount", VALUE_ACCOUNT},
	{"aws:PrincipalArn", VALUE_ARN},
	{"aws:PrincipalOrgID", VALUE_TEXT},
	{"aws:PrincipalOrgPaths", VALUE_ORGANIZATION_PATH},
	{"aws:SourceAccount", VALUE_ACCOUNT},
	{"aws:SourceArn", VALUE_ARN},
	{"aws:SourceIp", VALUE_ADDRESS},
	{"aws:SourceOrgID", VALUE_TEXT},
	{"aws:SourceOrgPaths", VALUE_ORGANIZATION_PATH},
	{"aws:SourceOwner", VALUE_ACCOUNT},
	{"aws:SourceVpc", VALUE_TEXT},
	{"aws:SourceVpce", VALUE_TEXT},
	{"aws:userid", VALUE_TEXT},
};

#define lengthof(array)		(sizeof(array) / sizeof((array)[0]))

/* Tells whether two texts are the same, A being a. */
static bool
is_name(ct_slice text, const char *name)
{
	return ct_compare_folded(text, (ct_slice) {name, strlen(name)}) == 0;
}

/* Finds an operator; -1 if it is none that narrows. */
static int
find_operator(const char *name)
{
	ct_slice	text = {name, strlen(name)};
	ct_slice	before = {name, sizeof(any_value) - 1};

	if (text.len > before.len && is_name(before, any_value))
	{
		text.ptr += before.len;
		text.len -= before.len;
	}
	for (size_t i = 0; i < lengthof(operators); i++)
	{
		if (is_name(text, operators[i].name))
			return (int) i;
	}
	return -1;
}

/* Finds a key; -1 if it is none that narrows. */
static int
find_key(const char *name)
{
	for (size_t i = 0; i < lengthof(keys); i++)
	{
		if (is_name((ct_slice) {name, strlen(name)}, keys[i].name))
			return (int) i;
	}
	return -1;
}

/* Tells whether one value of a key narrows; *ipv4 counts addresses over all of them. */
static bool
is_narrow(ct_slice value, value_kind kind, bool by_part, uint64_t *ipv4)
{
	switch (kind)
	{
		case VALUE_TEXT:
		case VALUE_ACCOUNT:
			return ct_is_fixed(value);
		case VALUE_ORGANIZATION_PATH:
			return ct_is_fixed_organization(value);
		case VALUE_ARN:
			return ct_is_fixed_arn(value, by_part);
		case VALUE_ADDRESS:
			return ct_is_narrow_range(value, ipv4);
	}
	return false;
}

/* Reads the values of one key under one operator; sets *narrow if they all narrow. */
static bool
read_values(json_object *values, int operator, int key, ct_account_visitor visit, void *arg,
			bool *narrow, ct_error *err)
{
	ct_policy_values at = {0};
	uint64_t	ipv4 = 0;
	bool		all = true;
	ct_slice	value;

	while (ct_next_policy_value(values, &at, &value))
	{
		value_kind	kind;
		ct_slice	account;

		if (operator < 0 || key < 0)
			continue;
		kind = keys[key].kind;
		if (!is_narrow(value, kind, operators[operator].by_part, &ipv4))
			all = false;
		if (kind != VALUE_ACCOUNT && kind != VALUE_ARN)
			continue;
		account = ct_named_account(value);
		if (account.ptr != NULL && !visit(arg, account))
			return false;
	}
	if (at.malformed)
		return ct_fail(err, CT_ERR_POLICY_CONDITION, 0);
	if (operator >= 0 && key >= 0 && at.next > 0 && all)
		*narrow = true;
	return true;
}

/* Reads a Condition: whether it narrows, and which accounts it names. */
bool
ct_condition_read(json_object *condition, ct_account_visitor visit, void *arg,
				  bool *narrow, ct_error *err)
{
	*narrow = false;
	if (condition == NULL)
		return true;
	if (!json_object_is_type(condition, json_type_object))
		return ct_fail(err, CT_ERR_POLICY_CONDITION, 0);
	json_object_object_foreach(condition, operator_name, tests)
	{
		int			operator = find_operator(operator_name);

		if (!json_object_is_type(tests, json_type_object))
			return ct_fail(err, CT_ERR_POLICY_CONDITION, 0);
		json_object_object_foreach(tests, key_name, values)
		{
			if (!read_values(values, operator, find_key(key_name), visit, arg, narrow, err))
				return false;
		}
	}
	return true;
}
