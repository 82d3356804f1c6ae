/*
 * policy_condition.h: what the Condition of an IAM policy's statement narrows.
 */
#ifndef CT_POLICY_CONDITION_H
#define CT_POLICY_CONDITION_H

#include "core/event/record.h"

struct json_object;

/* Told of an account that a condition lets in; false ends the reading. */
typedef bool (*ct_account_visitor) (void *arg, ct_slice account);

/* By what a condition narrows those whom a statement admits; bits of a set. */
typedef enum ct_narrowing
{
	CT_NARROW_PRINCIPAL = 1,	/* accounts, ARNs or ids of callers or sources */
	CT_NARROW_OWN_ACCOUNT = 2,	/* the account of the secret, by the policy variable for it */
	CT_NARROW_ORGANIZATION = 4,
	CT_NARROW_OWN_ORGANIZATION = 8, /* that of the secret, by the policy variable for it */
	CT_NARROW_NETWORK = 16,		/* addresses, networks, endpoints */
	CT_NARROW_SERVICE = 32,		/* AWS services themselves */
	CT_NARROW_VIA_SERVICE = 64	/* whoever has a service call; of Deny alone */
} ct_narrowing;

/* Told of what one test of a Deny leaves; false ends the reading. */
typedef bool (*ct_left_visitor) (void *arg, unsigned narrowed);

/*
 * Reads a Condition: by what it narrows those whom the statement admits, as
 * AWS documents it for S3 Block Public Access, and which accounts it names as
 * those admitted.  NULL stands for no condition.  False with err->code if it
 * is not one, or if the visitor said so.
 */
extern bool ct_condition_read(struct json_object *condition, ct_account_visitor visit, void *arg,
							  unsigned *narrowed, ct_error *err);

/*
 * Reads the Condition of a Deny for anybody: whoever fails one of its tests is
 * not refused.  Visits the accounts that a test leaves, then the test.  False if
 * a test may leave anybody, or if a visitor said so.
 */
extern bool ct_condition_read_left(struct json_object *condition, ct_account_visitor visit,
								   ct_left_visitor left, void *arg);

#endif							/* CT_POLICY_CONDITION_H */
