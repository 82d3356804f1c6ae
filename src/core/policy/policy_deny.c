/*
 * policy_deny.c: what the Deny statements of an IAM policy take away.
 *
 * An explicit Deny wins over every Allow.  It is subtracted where it certainly
 * applies: to all actions and resources of the Allow statement, and to anybody
 * but who fails a test of its condition that we understand.
 */
#include <string.h>

#include <json-c/json.h>

#include "core/event/action.h"
#include "core/event/derived.h"
#include "core/policy/policy_admitted.h"
#include "core/policy/policy_condition.h"
#include "core/policy/policy_deny.h"
#include "core/policy/policy_value.h"

/* Whoever writes a policy decides how much there is to compare. */
#define WORK_MAX	(4 * 1024 * 1024)

/* Those whom a wide grant admits, the widest first. */
static const unsigned wide[] = {
	CT_ADMITS_PUBLIC, CT_ADMITS_NETWORK, CT_ADMITS_ORGANIZATION, CT_ADMITS_OWN_ORGANIZATION
};

#define WIDE_COUNT	(sizeof(wide) / sizeof(wide[0]))

/* A Deny that is being read. */
typedef struct reader
{
	ct_deny    *deny;
	ct_slice	owner;
	unsigned	named;			/* by the test that is being read */
} reader;

/* Told of an account that a Deny leaves. */
static bool
leave_account(void *arg, ct_slice account)
{
	reader	   *r = arg;
	ct_error	err;

	if (ct_same(account, r->owner))
	{
		r->named |= CT_ADMITS_OWN_ACCOUNT;
		return true;
	}
	r->named |= CT_ADMITS_ACCOUNTS;
	return ct_names_add(&r->deny->accounts, account, &err);
}

/* Told of what a test of its condition leaves. */
static bool
leave_narrowed(void *arg, unsigned narrowed)
{
	reader	   *r = arg;

	r->deny->leaves |= ct_admitted_by(narrowed, r->named);
	r->named = 0;
	return true;
}

/* Reads the principals under one key that a Deny spares; false if they may be anybody. */
static bool
read_spared(reader *r, json_object *values, bool are_services)
{
	ct_policy_values at = {0};
	ct_slice	name;

	while (ct_next_policy_value(values, &at, &name))
	{
		ct_slice	account = ct_named_account(name);

		if (!ct_is_fixed_arn(name, true))
			return false;
		if (account.ptr != NULL && !leave_account(r, account))
			return false;
		if (account.ptr == NULL)
			r->named |= are_services ? CT_ADMITS_SERVICE : CT_ADMITS_UNDECIDED;
	}
	r->deny->leaves |= r->named;
	return !at.malformed;
}

/* Reads a NotPrincipal: all but these are refused. */
static bool
read_not_principal(reader *r, json_object *principal)
{
	if (!json_object_is_type(principal, json_type_object))
		return read_spared(r, principal, false);
	json_object_object_foreach(principal, key, values)
	{
		if (!read_spared(r, values, ct_is_name((ct_slice) {key, strlen(key)}, "Service")))
			return false;
	}
	return r->deny->leaves != 0;
}

/* Reads principals that are refused: anybody, or whole accounts; others are few. */
static bool
read_refused(reader *r, json_object *values)
{
	ct_policy_values at = {0};
	ct_slice	name;
	ct_error	err;

	while (ct_next_policy_value(values, &at, &name))
	{
		ct_slice	account = ct_named_account(name);

		if (ct_is_name(name, "*"))
			r->deny->everyone = true;
		else if (account.ptr != NULL && (ct_same(account, name) ||
										 (ct_is_fixed(name) && ct_same(ct_arn_part(name, 5), CT_LITERAL("root")))) &&
				 !ct_names_add(&r->deny->accounts, account, &err))
			return false;
	}
	return !at.malformed;
}

/* Reads a Principal. */
static bool
read_principal(reader *r, json_object *principal)
{
	if (!json_object_is_type(principal, json_type_object))
	{
		bool		valid = read_refused(r, principal);

		r->deny->services = r->deny->everyone;
		return valid;
	}
	json_object_object_foreach(principal, key, values)
	{
		if (ct_is_name((ct_slice) {key, strlen(key)}, "AWS") && !read_refused(r, values))
			return false;
	}
	return true;
}

/* Reads whom a Deny refuses; false if that is not understood. */
static bool
read_deny(reader *r, json_object *principal, json_object *not_principal, json_object *condition)
{
	if (not_principal != NULL)
	{
		r->deny->everyone = true;
		return principal == NULL && condition == NULL && read_not_principal(r, not_principal);
	}
	if (principal == NULL || !read_principal(r, principal))
		return false;
	if (r->deny->everyone)
	{
		/* From here on its accounts are those that it leaves. */
		r->deny->accounts.count = 0;
		return condition == NULL ||
			ct_condition_read_left(condition, leave_account, leave_narrowed, r);
	}
	return condition == NULL;
}

void
ct_deny_add(ct_denies *denies, ct_slice owner, json_object *principal, json_object *not_principal,
			json_object *condition, json_object *actions, json_object *resources)
{
	ct_deny		deny = {actions, resources, false, false, 0, {NULL, 0, 0}};
	reader		r = {&deny, owner, 0};

	if (denies->count < CT_DENIES_MAX && actions != NULL && resources != NULL &&
		read_deny(&r, principal, not_principal, condition))
		denies->items[denies->count++] = deny;
	else
		ct_names_free(&deny.accounts);
}

/* Whether the actions or resources of a Deny are all those of an Allow. */
static bool
covers(ct_denies *denies, json_object *denied, json_object *allowed)
{
	ct_policy_values at = {0};
	ct_slice	other = CT_LITERAL("*");

	/* An Allow without them may be about any. */
	while (allowed == NULL || ct_next_policy_value(allowed, &at, &other))
	{
		ct_policy_values of = {0};
		ct_slice	pattern;
		bool		found = false;

		/* What else a secret's policy allows is nothing. */
		while (!found && ct_next_policy_value(denied, &of, &pattern))
			found = ct_is_name(pattern, "secretsmanager:*") || ct_glob_covers(pattern, other, &denies->work, WORK_MAX);
		if (!found)
			return false;
		if (allowed == NULL)
			return true;
	}
	return !at.malformed;
}

/* Whether a list holds a name. */
static bool
holds(ct_denies *denies, const ct_names *names, ct_slice name)
{
	for (size_t i = 0; i < names->count; i++)
	{
		if (++denies->work > WORK_MAX)
			return false;
		if (ct_same(names->items[i], name))
			return true;
	}
	return false;
}

/* Keeps of the accounts of a statement those that are in a list, or those that are not. */
static void
keep_accounts(ct_denies *denies, const ct_names *list, bool listed, unsigned *admits,
			  ct_names *accounts, size_t first)
{
	size_t		kept = first;

	for (size_t i = first; i < accounts->count; i++)
	{
		bool		found = holds(denies, list, accounts->items[i]);

		if (found == listed || denies->work > WORK_MAX)
			accounts->items[kept++] = accounts->items[i];
	}
	accounts->count = kept;
	if (kept == first)
		*admits &= ~(unsigned) CT_ADMITS_ACCOUNTS;
}

/* Narrows what a statement admits to those whom a Deny leaves. */
static bool
narrow(ct_denies *denies, const ct_deny *deny, unsigned *admits, ct_names *accounts, size_t first,
	   ct_error *err)
{
	bool		replaced = false;
	size_t		widest = 0;

	if ((deny->leaves & ~(unsigned) (CT_ADMITS_ACCOUNTS | CT_ADMITS_OWN_ACCOUNT)) == 0)
	{
		keep_accounts(denies, &deny->accounts, true, admits, accounts, first);
		if (!(deny->leaves & CT_ADMITS_OWN_ACCOUNT))
			*admits &= ~(unsigned) CT_ADMITS_OWN_ACCOUNT;
	}
	while (widest < WIDE_COUNT && !(deny->leaves & wide[widest]))
		widest++;
	for (size_t i = 0; i < widest; i++)
	{
		replaced |= (*admits & wide[i]) != 0;
		*admits &= ~wide[i];
	}
	if (!replaced)
		return true;
	*admits |= deny->leaves;
	for (size_t i = 0; i < deny->accounts.count; i++)
	{
		if (!ct_names_add(accounts, deny->accounts.items[i], err))
			return false;
	}
	return true;
}

bool
ct_deny_subtract(ct_denies *denies, ct_slice owner, json_object *actions, json_object *resources,
				 unsigned *admits, ct_names *accounts, size_t first, ct_error *err)
{
	for (int i = 0; i < denies->count; i++)
	{
		const ct_deny *deny = &denies->items[i];

		if (!covers(denies, deny->actions, actions) || !covers(denies, deny->resources, resources))
			continue;
		if (!deny->everyone)
		{
			keep_accounts(denies, &deny->accounts, false, admits, accounts, first);
			if (holds(denies, &deny->accounts, owner))
				*admits &= ~(unsigned) CT_ADMITS_OWN_ACCOUNT;
		}
		else if (deny->leaves == 0)
		{
			*admits &= deny->services ? 0 : CT_ADMITS_SERVICE;
			accounts->count = first;
		}
		else if (!narrow(denies, deny, admits, accounts, first, err))
			return false;
	}
	return true;
}

void
ct_denies_free(ct_denies *denies)
{
	for (int i = 0; i < denies->count; i++)
		ct_names_free(&denies->items[i].accounts);
}
