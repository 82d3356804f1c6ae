/*
 * policy_admitted.h: kinds of those whom a policy lets in.
 */
#ifndef CT_POLICY_ADMITTED_H
#define CT_POLICY_ADMITTED_H

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

/* Who a statement admits that names anybody and has a condition: ct_narrowing to ct_admitted. */
extern unsigned ct_admitted_by(unsigned narrowed, unsigned named);

#endif							/* CT_POLICY_ADMITTED_H */
