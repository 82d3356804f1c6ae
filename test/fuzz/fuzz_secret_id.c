/*
 * fuzz_secret_id.c: what a person asks for and what an event names, each on a
 * line: the index has a key for all that matches.
 */
#include "fuzz.h"
#include "core/store/search_key.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ct_slice	rest = {(const char *) data, size};
	ct_slice	asked_text = exact_slice(take_until(&rest, '\n'));
	ct_slice	named_text = exact_slice(rest);
	ct_secret_id named = ct_secret_id_of(named_text);
	ct_secret_id asked;
	ct_error	err;

	require(ct_without_suffix(named.name).len <= named.name.len, "a name without its suffix is no longer");
	require(named.is_arn == ct_is_secret_arn(named_text), "an ARN is one either way");
	if (ct_read_secret_id(asked_text, &asked, &err))
	{
		ct_slice	keys[CT_SECRET_KEYS_MAX];
		int			n = ct_asked_secret_keys(asked.name, keys);

		require(n >= 1 && n <= CT_SECRET_KEYS_MAX, "there is a key to ask for");
		require(ct_secret_matches(&asked, &asked), "a secret is itself");
		if (ct_secret_matches(&asked, &named))
		{
			ct_slice	key = ct_secret_key(&named);
			bool		found = false;

			for (int i = 0; i < n; i++)
				found |= same_slice(keys[i], key) || (keys[i].len == 0 && key.len == 0);
			require(found, "what matches has one of the keys that are asked for");
		}
	}
	else
		require(err.code != CT_ERR_NONE && err.offset <= asked_text.len, "an error has a place");
	free((char *) asked_text.ptr);
	free((char *) named_text.ptr);
	return 0;
}
