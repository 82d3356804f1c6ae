/*
 * policy.c: who an IAM resource policy lets in.
 *
 * The text is found to be valid JSON, without what a tree would hide, before
 * json-c makes a tree of it: keys that stand twice would be one there.
 */
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include "core/base/memory_probe.h"
#include "core/event/action.h"
#include "core/event/derived.h"
#include "core/event/scan.h"
#include "core/json/token.h"
#include "core/policy/policy.h"
#include "core/policy/policy_condition.h"
#include "core/policy/policy_deny.h"
#include "core/policy/policy_value.h"

/* A policy being read. */
typedef struct reader
{
	ct_policy  *policy;
	ct_slice	owner;
	ct_error   *err;
	bool		takes_accounts; /* from the conditions of this statement */
	unsigned	admits;			/* those that this statement names, before its condition */
	ct_denies	denies;
} reader;

/* The elements of a policy and its statements that we read. */
typedef enum element
{
	STATEMENT,
	EFFECT,
	PRINCIPAL,
	NOT_PRINCIPAL,
	CONDITION,
	ACTION,
	RESOURCE,
	ELEMENT_COUNT
} element;

static const char *const elements[ELEMENT_COUNT] = {
	"Statement", "Effect", "Principal", "NotPrincipal", "Condition", "Action", "Resource"
};

/* What kinds of principals there are. */
static const struct
{
	const char *name;
	bool		acts_for_others;	/* in whatever account, unless a condition names it */
	unsigned	admits;			/* 0: its principals say */
}			principal_kinds[] = {
	{"AWS", false, 0},
	{"Service", true, CT_ADMITS_SERVICE},
	{"Federated", false, CT_ADMITS_FEDERATED},
	{"CanonicalUser", false, CT_ADMITS_UNDECIDED},
};

/* Whether a text is a C string, A being a. */
static bool
is_name(const char *text, const char *name)
{
	return ct_is_name((ct_slice) {text, strlen(text)}, name);
}

/*
 * Checks what the tree will not show in valid JSON: depth, zero bytes, and how
 * many keys there are.
 */
static bool
check_text(const char *json, size_t len, size_t *keys, ct_error *err)
{
	size_t		depth = 0;
	bool		in_string = false;

	*keys = 0;
	for (size_t i = 0; i < len; i++)
	{
		char		c = json[i];

		if (c == '"')
			in_string = !in_string;
		else if (in_string)
		{
			if (c != '\\')
				continue;
			if (len - i >= 6 && memcmp(json + i, "\\u0000", 6) == 0)
				return ct_fail(err, CT_ERR_POLICY_NUL, i);
			i++;
		}
		else if (c == ':')
			(*keys)++;
		else if (c == '{' || c == '[')
		{
			if (++depth > CT_POLICY_DEPTH_MAX)
				return ct_fail(err, CT_ERR_POLICY_DEPTH, i);
		}
		else if (c == '}' || c == ']')
			depth--;
	}
	return true;
}

/* Counts the keys in a tree. */
static size_t
count_keys(json_object *tree)
{
	size_t		count = 0;

	if (json_object_is_type(tree, json_type_array))
	{
		for (size_t i = 0; i < json_object_array_length(tree); i++)
			count += count_keys(json_object_array_get_idx(tree, i));
	}
	else if (json_object_is_type(tree, json_type_object))
	{
		json_object_object_foreach(tree, key, value)
		{
			(void) key;
			count += 1 + count_keys(value);
		}
	}
	return count;
}

/* Makes a tree of a text. */
static bool
parse_policy(const char *json, size_t len, json_object **tree, ct_error *err)
{
	ct_record	rec;
	json_tokener *tokener;
	size_t		pos = 0;
	size_t		keys;
	const char *rest;

	*tree = NULL;
	if (len > CT_POLICY_MAX)
		return ct_fail(err, CT_ERR_POLICY_TOO_LARGE, CT_POLICY_MAX);
	if (!ct_scan(json, len, &pos, &rec, err))
		return false;
	rest = ct_skip_blanks(json + pos, json + len);
	if (rest < json + len)
		return ct_fail(err, CT_ERR_TRAILING, (size_t) (rest - json));
	if (rec.json[0] != '{')
		return ct_fail(err, CT_ERR_NOT_OBJECT, (size_t) (rec.json - json));
	if (!check_text(json, len, &keys, err))
		return false;

	tokener = ct_memory_for_json(json, len) ? json_tokener_new_ex(CT_POLICY_DEPTH_MAX + 1) : NULL;
	if (tokener == NULL)
		return ct_fail(err, CT_ERR_OUT_OF_MEMORY, 0);
	*tree = json_tokener_parse_ex(tokener, rec.json, (int) rec.length);
	json_tokener_free(tokener);
	if (*tree == NULL)
		return ct_fail(err, CT_ERR_OUT_OF_MEMORY, 0);
	if (count_keys(*tree) != keys)
		return ct_fail(err, CT_ERR_POLICY_REPEATED, 0);
	return true;
}

/* Finds the elements of an object; their keys count in any case.  False if one is there twice. */
static bool
find_elements(json_object *object, json_object *found[ELEMENT_COUNT], const char **statement_key)
{
	memset(found, 0, ELEMENT_COUNT * sizeof(found[0]));
	json_object_object_foreach(object, key, value)
	{
		for (int i = 0; i < ELEMENT_COUNT; i++)
		{
			if (!is_name(key, elements[i]))
				continue;
			if (found[i] != NULL)
				return false;
			found[i] = value;
			if (i == STATEMENT)
				*statement_key = key;
			break;
		}
	}
	return true;
}

/* Adds an account to those let in, unless it is the owner's. */
static bool
add_account(reader *r, ct_slice account)
{
	if (ct_same(account, r->owner))
	{
		r->admits |= CT_ADMITS_OWN_ACCOUNT;
		return true;
	}
	r->admits |= CT_ADMITS_ACCOUNTS;
	return ct_names_add(&r->policy->foreign_accounts, account, r->err);
}

/* Told of an account that a condition names. */
static bool
take_account(void *arg, ct_slice account)
{
	reader	   *r = arg;

	return !r->takes_accounts || add_account(r, account);
}

/* Adds the principals under one key, and sets *open if one of them may be anyone. */
static bool
add_principals(reader *r, json_object *values, unsigned admits, bool *open)
{
	ct_policy_values at = {0};
	ct_slice	name;

	while (ct_next_policy_value(values, &at, &name))
	{
		ct_slice	account = ct_named_account(name);

		if (!ct_names_add(&r->policy->principals, name, r->err) ||
			(account.ptr != NULL && !add_account(r, account)))
			return false;
		/* A pattern names one account at the most, or it may be anyone. */
		if (name.len > 0 && !ct_is_fixed_arn(name, true))
			*open = true;
		else if (account.ptr == NULL && admits == 0)
			r->admits |= CT_ADMITS_UNDECIDED;
	}
	r->admits |= admits;
	return !at.malformed || ct_fail(r->err, CT_ERR_POLICY_PRINCIPAL, 0);
}

/* Adds the principals of a statement. */
static bool
read_principal(reader *r, json_object *principal, bool *open)
{
	if (!json_object_is_type(principal, json_type_object))
		return add_principals(r, principal, 0, open);
	json_object_object_foreach(principal, key, values)
	{
		size_t		kind = 0;

		while (kind < CT_LENGTHOF(principal_kinds) && !is_name(key, principal_kinds[kind].name))
			kind++;
		if (kind == CT_LENGTHOF(principal_kinds))
			return ct_fail(r->err, CT_ERR_POLICY_PRINCIPAL, 0);
		if (principal_kinds[kind].acts_for_others)
			r->takes_accounts = true;
		if (!add_principals(r, values, principal_kinds[kind].admits, open))
			return false;
	}
	return true;
}

/* Adds whom the statement that was read admits. */
static void
add_admitted(reader *r, bool open, unsigned narrowed)
{
	unsigned	named = r->admits & (CT_ADMITS_ACCOUNTS | CT_ADMITS_OWN_ACCOUNT);

	if (open)
		r->admits |= ct_admitted_by(narrowed, named);
	/* A service that acts for named accounts does not act for any. */
	else if (r->admits & CT_ADMITS_SERVICE &&
			 narrowed & (CT_NARROW_PRINCIPAL | CT_NARROW_OWN_ACCOUNT))
	{
		r->admits &= ~(unsigned) CT_ADMITS_SERVICE;
		r->admits |= narrowed & CT_NARROW_OWN_ACCOUNT ? CT_ADMITS_OWN_ACCOUNT : 0;
	}
	/* Nor does one that acts for the accounts of an organization. */
	else if (r->admits & CT_ADMITS_SERVICE &&
			 narrowed & (CT_NARROW_OWN_ORGANIZATION | CT_NARROW_ORGANIZATION))
	{
		r->admits &= ~(unsigned) CT_ADMITS_SERVICE;
		r->admits |= ct_admitted_by(narrowed, named);
	}
}

/* The Effect of a statement; empty if it has none. */
static const char *
effect_of(json_object *const found[ELEMENT_COUNT])
{
	return json_object_is_type(found[EFFECT], json_type_string) ?
		json_object_get_string(found[EFFECT]) : "";
}

/* Adds a statement to what is denied, if it denies. */
static void
read_deny(reader *r, json_object *statement)
{
	json_object *found[ELEMENT_COUNT];
	const char *key;

	if (json_object_is_type(statement, json_type_object) &&
		find_elements(statement, found, &key) && is_name(effect_of(found), "Deny"))
		ct_deny_add(&r->denies, r->owner, found[PRINCIPAL], found[NOT_PRINCIPAL],
					found[CONDITION], found[ACTION], found[RESOURCE]);
}

/* Reads a statement: whom it lets in. */
static bool
read_statement(reader *r, json_object *statement)
{
	json_object *found[ELEMENT_COUNT];
	const char *key;
	const char *effect;
	size_t		accounts = r->policy->foreign_accounts.count;
	bool		open = false;
	unsigned	narrowed;

	if (!json_object_is_type(statement, json_type_object))
		return ct_fail(r->err, CT_ERR_POLICY_STATEMENT, 0);
	if (!find_elements(statement, found, &key))
		return ct_fail(r->err, CT_ERR_POLICY_REPEATED, 0);
	effect = effect_of(found);
	if (is_name(effect, "Deny"))
		return true;
	if (!is_name(effect, "Allow"))
		return ct_fail(r->err, CT_ERR_POLICY_EFFECT, 0);

	if (found[PRINCIPAL] == NULL && found[NOT_PRINCIPAL] == NULL)
		return ct_fail(r->err, CT_ERR_POLICY_PRINCIPAL, 0);
	r->takes_accounts = false;
	r->admits = 0;
	if (found[PRINCIPAL] != NULL && !read_principal(r, found[PRINCIPAL], &open))
		return false;
	if (found[NOT_PRINCIPAL] != NULL)
	{
		/* All but these: we do not look at whom it leaves out. */
		open = true;
		if (!ct_names_add(&r->policy->principals, CT_LITERAL("*"), r->err))
			return false;
	}
	r->takes_accounts |= open;
	if (!ct_condition_read(found[CONDITION], take_account, r, &narrowed, r->err))
		return false;
	add_admitted(r, open, narrowed);
	if (!ct_deny_subtract(&r->denies, r->owner, found[ACTION], found[RESOURCE], &r->admits,
						  &r->policy->foreign_accounts, accounts, r->err))
		return false;
	r->policy->admits |= r->admits;
	return true;
}

/* Reads all statements; *number is that of the one being read, from 0. */
static bool
read_statements(reader *r, json_object *statements, size_t *number)
{
	*number = 0;
	if (json_object_is_type(statements, json_type_object))
		return read_statement(r, statements);
	if (!json_object_is_type(statements, json_type_array))
		return ct_fail(r->err, CT_ERR_POLICY_STATEMENT, 0);
	/* A Deny counts wherever it stands. */
	for (size_t i = 0; i < json_object_array_length(statements); i++)
		read_deny(r, json_object_array_get_idx(statements, i));
	for (; *number < json_object_array_length(statements); ++*number)
	{
		if (!read_statement(r, json_object_array_get_idx(statements, *number)))
			return false;
	}
	return true;
}

/* Where a statement begins in the text; where the policy does if it has no key for them. */
static size_t
statement_offset(const char *json, size_t len, const char *key, bool in_array, size_t number)
{
	char		digits[24];
	ct_slice	path[2];
	size_t		pos = (size_t) (ct_skip_blanks(json, json + len) - json);
	ct_value	value;

	if (key == NULL)
		return pos;
	path[0] = (ct_slice) {key, strlen(key)};
	path[1] = (ct_slice) {digits, (size_t) snprintf(digits, sizeof(digits), "%zu", number)};
	if (!ct_find_path(json + pos, len - pos, path, in_array ? 2 : 1, &value))
		return pos;
	/* The span of a string is without its quotes. */
	return pos + value.offset - (value.type == CT_STRING);
}

bool
ct_policy_read(const char *json, size_t len, ct_slice account, ct_policy *policy, ct_error *err)
{
	reader		r = {.policy = policy, .owner = account, .err = err};
	json_object *found[ELEMENT_COUNT];
	const char *key = NULL;
	size_t		number;
	bool		valid;

	memset(policy, 0, sizeof(*policy));
	if (!parse_policy(json, len, &policy->tree, err))
		return false;
	if (!find_elements(policy->tree, found, &key))
		return ct_fail(err, CT_ERR_POLICY_REPEATED, 0);
	valid = read_statements(&r, found[STATEMENT], &number);
	ct_denies_free(&r.denies);
	if (!valid)
	{
		err->offset = statement_offset(json, len, key,
									   json_object_is_type(found[STATEMENT], json_type_array),
									   number);
		return false;
	}
	policy->is_public = (policy->admits & CT_ADMITS_PUBLIC) != 0;
	ct_names_sort(&policy->foreign_accounts);
	return ct_names_unique(&policy->principals, err);
}

void
ct_policy_free(ct_policy *policy)
{
	json_object_put(policy->tree);
	ct_names_free(&policy->principals);
	ct_names_free(&policy->foreign_accounts);
}
