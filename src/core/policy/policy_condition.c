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
 * The operators that let in only who has the key with one of the values, and
 * those that a Deny uses for all others.
 */
static const struct
{
	const char *name;
	const char *negated;
	bool		by_part;		/* compares ARNs part by part */
	bool		truth;			/* compares with true or false */
}			operators[] = {
	{"StringEquals", "StringNotEquals", false, false},
	{"StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", false, false},
	{"StringLike", "StringNotLike", false, false},
	{"ArnEquals", "ArnNotEquals", true, false},
	{"ArnLike", "ArnNotLike", true, false},
	{"IpAddress", "NotIpAddress", false, false},
	{"Bool", NULL, false, true},
};

/* With this before it, an operator still needs one value that the request has. */
static const char any_value[] = "ForAnyValue:";

/* With one of these, it holds where the request has no such key, too. */
static const char all_values[] = "ForAllValues:";
static const char if_exists[] = "IfExists";

/* An operator of a condition. */
typedef struct operator_use
{
	int			number;			/* in operators; -1 if it is none of them */
	bool		negated;
	bool		any;			/* ForAnyValue: */
	bool		holds_without;	/* where the request has no such key */
} operator_use;

typedef enum value_kind
{
	VALUE_TEXT,
	VALUE_ORGANIZATION_PATH,
	VALUE_ACCOUNT,
	VALUE_ARN,
	VALUE_USER_ID,
	VALUE_TRUE,
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
	bool		always;			/* every signed request has it, and no other can read a secret */
}			keys[] = {

	{"aws:PrincipalAccount", VALUE_ACCOUNT, CT_NARROW_PRINCIPAL,
	"${aws:ResourceAccount}", CT_NARROW_OWN_ACCOUNT, true},
	{"aws:PrincipalArn", VALUE_ARN, CT_NARROW_PRINCIPAL, NULL, 0, true},
	{"aws:PrincipalIsAWSService", VALUE_TRUE, CT_NARROW_SERVICE, NULL, 0, true},
	{"aws:PrincipalServiceName", VALUE_TEXT, CT_NARROW_SERVICE, NULL, 0, false},
	{"aws:PrincipalServiceNamesList", VALUE_TEXT, CT_NARROW_SERVICE, NULL, 0, false},
	{"aws:PrincipalOrgID", VALUE_TEXT, CT_NARROW_ORGANIZATION,
	"${aws:ResourceOrgID}", CT_NARROW_OWN_ORGANIZATION, false},
	{"aws:PrincipalOrgPaths", VALUE_ORGANIZATION_PATH, CT_NARROW_ORGANIZATION,
	"${aws:ResourceOrgPaths}", CT_NARROW_OWN_ORGANIZATION, false},
	{"aws:SourceAccount", VALUE_ACCOUNT, CT_NARROW_PRINCIPAL,
	"${aws:ResourceAccount}", CT_NARROW_OWN_ACCOUNT, false},
	{"aws:SourceArn", VALUE_ARN, CT_NARROW_PRINCIPAL, NULL, 0, false},
	{"aws:SourceIp", VALUE_ADDRESS, CT_NARROW_NETWORK, NULL, 0, false},
	{"aws:SourceOrgID", VALUE_TEXT, CT_NARROW_ORGANIZATION,
	"${aws:ResourceOrgID}", CT_NARROW_OWN_ORGANIZATION, false},
	{"aws:SourceOrgPaths", VALUE_ORGANIZATION_PATH, CT_NARROW_ORGANIZATION,
	"${aws:ResourceOrgPaths}", CT_NARROW_OWN_ORGANIZATION, false},
	{"aws:SourceOwner", VALUE_ACCOUNT, CT_NARROW_PRINCIPAL,
	"${aws:ResourceAccount}", CT_NARROW_OWN_ACCOUNT, false},
	{"aws:SourceVpc", VALUE_TEXT, CT_NARROW_NETWORK, NULL, 0, false},
	{"aws:SourceVpcArn", VALUE_ARN, CT_NARROW_NETWORK, NULL, 0, false},
	{"aws:SourceVpce", VALUE_TEXT, CT_NARROW_NETWORK, NULL, 0, false},
	{"aws:userid", VALUE_USER_ID, CT_NARROW_PRINCIPAL, NULL, 0, true},
	/* Of whom an endpoint is: who comes through it may be of another account. */
	{"aws:VpceAccount", VALUE_ACCOUNT, CT_NARROW_NETWORK,
	"${aws:ResourceAccount}", CT_NARROW_NETWORK, false},
	{"aws:VpceOrgID", VALUE_TEXT, CT_NARROW_NETWORK,
	"${aws:ResourceOrgID}", CT_NARROW_NETWORK, false},
	{"aws:VpceOrgPaths", VALUE_ORGANIZATION_PATH, CT_NARROW_NETWORK,
	"${aws:ResourceOrgPaths}", CT_NARROW_NETWORK, false},
};

/* Who has a service call: in a Deny that spares them. */
static const char via_service[] = "aws:ViaAWSService";

/* Takes a prefix off a text, if it is there. */
static bool
take_prefix(ct_slice *text, const char *prefix)
{
	ct_slice	before = {text->ptr, strlen(prefix)};

	if (text->len <= before.len || !ct_is_name(before, prefix))
		return false;
	text->ptr += before.len;
	text->len -= before.len;
	return true;
}

/* Finds an operator, by whatever form of its name. */
static operator_use
find_operator(const char *name)
{
	ct_slice	text = {name, strlen(name)};
	operator_use use = {-1, false, false, false};
	size_t		suffix = sizeof(if_exists) - 1;

	use.any = take_prefix(&text, any_value);
	use.holds_without = !use.any && take_prefix(&text, all_values);
	if (text.len > suffix &&
		ct_is_name((ct_slice) {text.ptr + text.len - suffix, suffix}, if_exists))
	{
		text.len -= suffix;
		use.holds_without = true;
	}
	for (size_t i = 0; i < CT_LENGTHOF(operators); i++)
	{
		use.negated = operators[i].negated != NULL && ct_is_name(text, operators[i].negated);
		if (!use.negated && !ct_is_name(text, operators[i].name))
			continue;
		use.number = (int) i;
		break;
	}
	return use;
}

/* Finds a key; -1 if it is none that narrows. */
static int
find_key(const char *name)
{
	for (size_t i = 0; i < CT_LENGTHOF(keys); i++)
	{
		if (ct_is_name((ct_slice) {name, strlen(name)}, keys[i].name))
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
		case VALUE_USER_ID:
			return ct_is_fixed_user_id(value);
		case VALUE_TRUE:
			return ct_is_name(value, "true");
		case VALUE_ADDRESS:
			return ct_is_narrow_range(value, ipv4);
	}
	return false;
}

/*
 * Reads the values of one key under an operator: by what they narrow, if they
 * all do, else nothing.  False if there is what is no value, or if the visitor said so.
 */
static bool
read_values(json_object *values, int operator, int key, ct_account_visitor visit, void *arg,
			unsigned *narrowed, bool *malformed)
{
	ct_policy_values at = {0};
	uint64_t	ipv4 = 0;
	bool		all = true;
	unsigned	found = 0;
	ct_slice	value;

	*narrowed = 0;
	while (ct_next_policy_value(values, &at, &value))
	{
		value_kind	kind;
		ct_slice	account;

		if (operator < 0 || key < 0)
			continue;
		if (keys[key].own != NULL && ct_is_name(value, keys[key].own))
		{
			found |= keys[key].narrows_to_own;
			continue;
		}
		found |= keys[key].narrows;
		kind = keys[key].kind;
		if ((operators[operator].truth && kind != VALUE_TRUE) ||
			!is_narrow(value, kind, operators[operator].by_part, &ipv4))
			all = false;
		if (!(keys[key].narrows & CT_NARROW_PRINCIPAL) ||
			(kind != VALUE_ACCOUNT && kind != VALUE_ARN))
			continue;
		account = ct_named_account(value);
		if (account.ptr != NULL && !visit(arg, account))
			return false;
	}
	*malformed = at.malformed;
	if (operator >= 0 && key >= 0 && at.next > 0 && all)
		*narrowed = found;
	return !at.malformed;
}

/* Whether a value, or the only one of a list, is a word. */
static bool
is_word(json_object *values, const char *word)
{
	ct_policy_values at = {0};
	ct_slice	value;

	return ct_next_policy_value(values, &at, &value) && ct_is_name(value, word) &&
		!ct_next_policy_value(values, &at, &value) && !at.malformed;
}

/* The keys of which a condition says that the request has them; bits of a set. */
static unsigned
find_required(json_object *condition)
{
	unsigned	required = 0;

	json_object_object_foreach(condition, operator_name, tests)
	{
		if (!ct_is_name((ct_slice) {operator_name, strlen(operator_name)}, "Null") ||
			!json_object_is_type(tests, json_type_object))
			continue;
		json_object_object_foreach(tests, key_name, values)
		{
			int			key = find_key(key_name);

			if (key >= 0 && is_word(values, "false"))
				required |= 1u << key;
		}
	}
	return required;
}

bool
ct_condition_read(json_object *condition, ct_account_visitor visit, void *arg,
				  unsigned *narrowed, ct_error *err)
{
	unsigned	required;

	*narrowed = 0;
	if (condition == NULL)
		return true;
	if (!json_object_is_type(condition, json_type_object))
		return ct_fail(err, CT_ERR_POLICY_CONDITION, 0);
	required = find_required(condition);
	json_object_object_foreach(condition, operator_name, tests)
	{
		operator_use use = find_operator(operator_name);

		if (!json_object_is_type(tests, json_type_object))
			return ct_fail(err, CT_ERR_POLICY_CONDITION, 0);
		json_object_object_foreach(tests, key_name, values)
		{
			int			key = find_key(key_name);
			bool		there = key >= 0 && (keys[key].always || required >> key & 1);
			bool		counts = !use.negated && (!use.holds_without || there);
			unsigned	by_test;
			bool		malformed = false;

			if (!read_values(values, counts ? use.number : -1, key, visit, arg, &by_test,
							 &malformed))
				return malformed ? ct_fail(err, CT_ERR_POLICY_CONDITION, 0) : false;
			*narrowed |= by_test;
		}
	}
	return true;
}

/* By what a test of a Deny narrows those whom it leaves, who fail it; 0 if that may be anybody. */
static bool
read_left(operator_use use, const char *key_name, json_object *values, ct_account_visitor visit,
		  void *arg, unsigned *narrowed)
{
	int			key = find_key(key_name);
	bool		malformed;

	*narrowed = 0;
	if (use.number < 0 || use.any)
		return true;
	if (use.negated)
		return read_values(values, use.number, key, visit, arg, narrowed, &malformed);
	/* A request without the key is refused, or every one has it. */
	if (!is_word(values, "false"))
		return true;
	if (key >= 0 && keys[key].kind == VALUE_TRUE)
		*narrowed = keys[key].narrows;
	else if (ct_is_name((ct_slice) {key_name, strlen(key_name)}, via_service))
		*narrowed = CT_NARROW_VIA_SERVICE;
	return true;
}

bool
ct_condition_read_left(json_object *condition, ct_account_visitor visit, ct_left_visitor left,
					   void *arg)
{
	if (!json_object_is_type(condition, json_type_object))
		return false;
	json_object_object_foreach(condition, operator_name, tests)
	{
		operator_use use = find_operator(operator_name);

		if (!json_object_is_type(tests, json_type_object))
			return false;
		json_object_object_foreach(tests, key_name, values)
		{
			unsigned	narrowed;

			if (!read_left(use, key_name, values, visit, arg, &narrowed) || narrowed == 0 ||
				!left(arg, narrowed))
				return false;
		}
	}
	return true;
}
