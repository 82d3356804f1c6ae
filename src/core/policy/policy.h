/*
 * policy.h: who an IAM resource policy lets in.
 *
 * What Action and Resource of an Allow statement are about is not looked at.  What
 * Deny takes away again is subtracted where it is certain that it does.  So the
 * answer errs on the side of alarm.
 */
#ifndef CT_POLICY_H
#define CT_POLICY_H

#include "core/policy/policy_names.h"

/* Longest policy; Secrets Manager takes 20 kB. */
#define CT_POLICY_MAX		(1024 * 1024)

/* Deepest nesting; a policy that IAM takes has six levels. */
#define CT_POLICY_DEPTH_MAX	32

struct json_object;

/* Who a policy admits, most open first; bits of a set. */
typedef enum ct_admitted
{
	CT_ADMITS_PUBLIC = 1,		/* anybody */
	CT_ADMITS_ORGANIZATION = 2, /* all of an organization */
	CT_ADMITS_NETWORK = 4,		/* whoever comes from addresses, a network or through an endpoint */
	CT_ADMITS_SERVICE = 8,		/* an AWS service, for any account */
	CT_ADMITS_FEDERATED = 16,	/* identities of another provider */
	CT_ADMITS_ACCOUNTS = 32,	/* other accounts, or principals of them */
	CT_ADMITS_UNDECIDED = 64,	/* principals of which the policy does not say of whom they are */
	CT_ADMITS_OWN_ORGANIZATION = 128,
	CT_ADMITS_OWN_ACCOUNT = 256
} ct_admitted;

/* The word for a bit, from 0; NULL beyond the last. */
extern const char *ct_admitted_word(int bit);

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
