/*
 * policy_condition.c: what the Condition of an IAM policy's statement narrows.
 *
 * All that a Condition says must hold, so one operator on one key whose
 * values are all fixed narrows the whole statement.
 */
#include <string.h>

#include <json-c/json.h>

#include "core/event/action.h"
#include "core/event/derived.h"
#include "core/policy/policy_condition.h"
#include "core/policy/policy_value.h"

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
	ct_narrowing narrows;
	const char *own;			/* policy variable for the secret's own, if there is one */
	ct_narrowing narrows_to_own;
}			keys[] = {
	{"aws:PrincipalAccount", VALUE_ACCOUNT, CT_NARROW_PRINCIPAL,
	"${aws:ResourceAccount}", CT_NARROW_OWN_ACCOUNT},
	{"aws:PrincipalArn", VALUE_ARN, CT_NARROW_PRINCIPAL, NULL, 0},
	{"aws:PrincipalOrgID", VALUE_TEXT, CT_NARROW_ORGANIZATION,
	"${aws:ResourceOrgID}", CT_NARROW_OWN_ORGANIZATION},
	{"aws:PrincipalOrgPaths", VALUE_ORGANIZATION_PATH, CT_NARROW_ORGANIZATION,
	"${aws:ResourceOrgPaths}", CT_NARROW_OWN_ORGANIZATION},
	{"aws:SourceAccount", VALUE_ACCOUNT, CT_NARROW_PRINCIPAL,
	"${aws:ResourceAccount}", CT_NARROW_OWN_ACCOUNT},
	{"aws:SourceArn", VALUE_ARN, CT_NARROW_PRINCIPAL, NULL, 0},
	{"aws:SourceIp", VALUE_ADDRESS, CT_NARROW_NETWORK, NULL, 0},
	{"aws:SourceOrgID", VALUE_TEXT, CT_NARROW_ORGANIZATION,
	"${aws:ResourceOrgID}", CT_NARROW_OWN_ORGANIZATION},
	{"aws:SourceOrgPaths", VALUE_ORGANIZATION_PATH, CT_NARROW_ORGANIZATION,
	"${aws:ResourceOrgPaths}", CT_NARROW_OWN_ORGANIZATION},
	{"aws:SourceOwner", VALUE_ACCOUNT, CT_NARROW_PRINCIPAL,
	"${aws:ResourceAccount}", CT_NARROW_OWN_ACCOUNT},
	{"aws:SourceVpc", VALUE_TEXT, CT_NARROW_NETWORK, NULL, 0},
	{"aws:SourceVpce", VALUE_TEXT, CT_NARROW_NETWORK, NULL, 0},
	{"aws:userid", VALUE_TEXT, CT_NARROW_PRINCIPAL, NULL, 0},
};

#define lengthof(array)		(sizeof(array) / sizeof((array)[0]))

/* Whether two texts are the same, A being a. */
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

/* Whether one value of a key narrows; *ipv4 counts addresses over all of them. */
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

/* Reads the values of one key under one operator; adds to *narrowed if they all narrow. */
static bool
read_values(json_object *values, int operator, int key, ct_account_visitor visit, void *arg,
			unsigned *narrowed, ct_error *err)
{
	ct_policy_values at = {0};
	uint64_t	ipv4 = 0;
	bool		all = true;
	unsigned	found = 0;
	ct_slice	value;

	while (ct_next_policy_value(values, &at, &value))
	{
		value_kind	kind;
		ct_slice	account;

		if (operator < 0 || key < 0)
			continue;
		if (keys[key].own != NULL && is_name(value, keys[key].own))
		{
			found |= keys[key].narrows_to_own;
			continue;
		}
		found |= keys[key].narrows;
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
		*narrowed |= found;
	return true;
}

bool
ct_condition_read(json_object *condition, ct_account_visitor visit, void *arg,
				  unsigned *narrowed, ct_error *err)
{
	*narrowed = 0;
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
			if (!read_values(values, operator, find_key(key_name), visit, arg, narrowed, err))
				return false;
		}
	}
	return true;
}
