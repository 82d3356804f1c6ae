/*
 * policy_admitted.c: kinds of those whom a policy lets in.
 */
#include <stddef.h>

#include "core/policy/policy_admitted.h"
#include "core/policy/policy_condition.h"

const char *
ct_admitted_word(int bit)
{
	static const char *const words[] = {
		"public", "organization", "network", "service", "federated", "accounts", "undecided",
		"own organization", "own account"
	};

	return bit < (int) (sizeof(words) / sizeof(words[0])) ? words[bit] : NULL;
}

unsigned
ct_admitted_by(unsigned narrowed, unsigned named)
{
	if (narrowed & (CT_NARROW_PRINCIPAL | CT_NARROW_OWN_ACCOUNT))
		return (narrowed & CT_NARROW_OWN_ACCOUNT ? CT_ADMITS_OWN_ACCOUNT : 0) |
			(named != 0 || narrowed & CT_NARROW_OWN_ACCOUNT ? named : CT_ADMITS_UNDECIDED);
	if (narrowed & CT_NARROW_OWN_ORGANIZATION)
		return CT_ADMITS_OWN_ORGANIZATION |
			(narrowed & CT_NARROW_ORGANIZATION ? CT_ADMITS_ORGANIZATION : 0);
	if (narrowed & CT_NARROW_ORGANIZATION)
		return CT_ADMITS_ORGANIZATION;
	if (narrowed & CT_NARROW_SERVICE)
		return CT_ADMITS_SERVICE;
	if (narrowed & CT_NARROW_NETWORK)
		return CT_ADMITS_NETWORK;
	return narrowed & CT_NARROW_VIA_SERVICE ? CT_ADMITS_UNDECIDED : CT_ADMITS_PUBLIC;
}
