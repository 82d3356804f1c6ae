/*
 * fuzz_digest.c: digests, chains of them, lists of keys and signatures, of
 * any bytes.  Digests are divided by a zero byte.
 */
#include "../core/digest_util.h"
#include "core/evidence/chain.h"
#include "core/evidence/filename.h"
#include "fuzz.h"

#define DIGESTS_MAX	6

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ct_slice	rest = {(const char *) data, size};
	ct_chain_digest members[DIGESTS_MAX];
	ct_chain_digest *sorted[DIGESTS_MAX];
	char	   *rooms[DIGESTS_MAX];
	size_t		count = 0;
	static ct_public_key key;
	ct_key_list list;
	ct_filename name;
	ct_error	err;
	size_t		keys = 0;

	if (ct_key_list_read(rest.ptr, rest.len, &list, &err))
	{
		for (size_t i = 0; i < list.count && i < 4; i++)
			keys += ct_key_list_get(&list, i, &key, &err);
	}
	ct_key_list_release(&list);
	ct_log_name(rest, &name);
	ct_digest_name(rest, &name);
	ct_is_public_key(data, size);

	while (rest.len > 0 && count < DIGESTS_MAX)
	{
		ct_slice	content = exact_slice(take_until(&rest, '\0'));
		uint8_t		hash[CT_SHA256_SIZE];
		ct_digest	digest;

		if (ct_digest_read(content.ptr, content.len, &digest, &err))
		{
			for (size_t i = 0; i < digest.file_count && i < 100; i++)
				require(ct_digest_file_at(&digest, i).object.ptr != NULL, "a digest that was read has all of its files");
			ct_sha256(content.ptr, content.len, hash);
			rooms[count] = malloc(ct_chain_room(&digest, digest.object));
			require(ct_chain_take(&digest, digest.object, hash, rooms[count], &members[count]), "a digest is a member of a chain");
			sorted[count] = &members[count];
			count++;
		}
		else
			require(err.code != CT_ERR_NONE && err.offset <= content.len, "an error has a place");
		ct_digest_release(&digest);
		free((char *) content.ptr);
	}
	ct_chain_check(&(ct_evidence_host) {0}, sorted, count, &key, keys > 0);
	for (size_t i = 0; i < count; i++)
	{
		char		description[CT_CHAIN_DESCRIPTION];

		ct_chain_describe(sorted[i], description);
		require(strlen(description) < CT_CHAIN_DESCRIPTION, "a description keeps within its bound");
		require(sorted[i]->sign != CT_SIGN_VALID, "nothing here is signed");
	}
	for (size_t i = 0; i < count; i++)
		free(rooms[i]);
	return 0;
}
