/*
 * policy.h: who an IAM resource policy lets in.
 *
 * What Action and Resource of an Allow statement are about is not looked at.  What
 * Deny takes away again is subtracted where it is certain that it does.  So the
 * answer errs on the side of alarm.
 */
#ifndef CT_POLICY_H
#define CT_POLICY_H

#include "core/policy/policy_admitted.h"
#include "core/policy/policy_names.h"

/* Longest policy; Secrets Manager takes 20 kB. */
#define CT_POLICY_MAX		(1024 * 1024)

/* Deepest nesting; a policy that IAM takes has six levels. */
#define CT_POLICY_DEPTH_MAX	32

struct json_object;

typedef struct ct_policy
{
	unsigned	admits;			/* set of ct_admitted */
	ct_names	principals;		/* that Allow names, as written, each once, in order */
	ct_names	foreign_accounts;	/* let in, not the owner's; each once, sorted */
	bool		is_public;		/* lets in anyone */
	struct json_object *tree;	/* what the names point into */
} ct_policy;

/*
 * Reads a policy of an account, which may be no slice.  The result is to be
 * freed in any case; after an error it holds no answer.
 */
extern bool ct_policy_read(const char *json, size_t len, ct_slice account,
						   ct_policy *policy, ct_error *err);

/* Releases what a policy holds. */
extern void ct_policy_free(ct_policy *policy);

#endif							/* CT_POLICY_H */
