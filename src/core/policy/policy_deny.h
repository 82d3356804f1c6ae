/*
 * policy_deny.h: what the Deny statements of an IAM policy take away.
 */
#ifndef CT_POLICY_DENY_H
#define CT_POLICY_DENY_H

#include "core/policy/policy_names.h"

/* So many are looked at; what others take away is not subtracted. */
#define CT_DENIES_MAX		16

struct json_object;

/* A statement that denies. */
typedef struct ct_deny
{
	struct json_object *actions;
	struct json_object *resources;
	bool		everyone;		/* it refuses all but those whom it leaves */
	bool		services;		/* and services, too */
	unsigned	leaves;			/* set of ct_admitted; none: nobody */
	ct_names	accounts;		/* that it leaves or, if it does not refuse everyone, refuses */
} ct_deny;

/* All zero to begin with. */
typedef struct ct_denies
{
	ct_deny		items[CT_DENIES_MAX];
	int			count;
	size_t		work;			/* characters of actions and resources that were compared */
} ct_denies;

/*
 * Adds a statement that denies, by its elements: any of them may be NULL.  What
 * is not understood takes nothing away.
 */
extern void ct_deny_add(ct_denies *denies, ct_slice owner, struct json_object *principal,
						struct json_object *not_principal, struct json_object *condition,
						struct json_object *actions, struct json_object *resources);

/*
 * Takes away what is denied from what a statement admits: a set of ct_admitted,
 * and the accounts from the given one on.  False if there is no memory, or too
 * many accounts.
 */
extern bool ct_deny_subtract(ct_denies *denies, ct_slice owner, struct json_object *actions,
							 struct json_object *resources, unsigned *admits, ct_names *accounts,
							 size_t first, ct_error *err);

/* Releases what is denied. */
extern void ct_denies_free(ct_denies *denies);

#endif							/* CT_POLICY_DENY_H */
