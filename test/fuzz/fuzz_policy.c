/*
 * fuzz_policy.c: any text that should be a policy is read or refused, and the
 * accounts it lets in are accounts.
 */
#include "fuzz.h"
#include "core/policy/policy.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char	   *copy = exact_copy((const char *) data, size);
	ct_policy	policy;
	ct_error	err;
	bool		read = ct_policy_read(copy, size, size % 2 ? CT_LITERAL("111122223333") : CT_NO_SLICE, &policy, &err);

	require(read || err.offset <= size, "an error has a place");
	for (size_t i = 0; read && i < policy.foreign_accounts.count; i++)
	{
		ct_slice	account = policy.foreign_accounts.items[i];

		require(account.len == 12, "accounts have twelve digits");
		require(size % 2 == 0 || memcmp(account.ptr, "111122223333", 12) != 0, "the owner's is not foreign");
		require(i == 0 || memcmp(policy.foreign_accounts.items[i - 1].ptr, account.ptr, 12) < 0, "each once, sorted");
	}
	ct_policy_free(&policy);
	free(copy);
	return 0;
}
