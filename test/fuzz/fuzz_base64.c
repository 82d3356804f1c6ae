/*
 * fuzz_base64.c: what OpenSSL encodes is decoded again, and anything else is
 * an error in its place; escaped strings are never longer than they were.
 */
#include "../core/split_util.h"
#include "core/base/base64.h"
#include "fuzz.h"
#include "core/base/utf8.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char	   *copy = exact_copy((const char *) data, size);
	char	   *out = NULL;
	size_t		len = 0;
	buffer		plain = {0};
	buffer		encoded;
	ct_error	err;

	require(ct_base64_decode(copy, size, &out, &len, &err) || err.offset <= size, "an error has a place");
	require(len <= size, "decoded, it is no longer");
	free(out);
	put(&plain, (const char *) data, size);
	encoded = base64(plain);
	require(ct_base64_decode(encoded.ptr, encoded.len, &out, &len, &err), "what was encoded can be decoded");
	require(len == size && (size == 0 || memcmp(out, data, size) == 0), "byte for byte");
	free(out);
	free(encoded.ptr);
	require(ct_utf8_run(copy, copy + size) <= size, "UTF-8 ends within the text");
	free(copy);
	return 0;
}
