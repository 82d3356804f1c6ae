/*
 * fuzz_inflate.c: data that only seems compressed is an error in its place, a
 * bomb ends at the limit, and what was compressed comes out as it went in.
 */
#include "../core/split_util.h"
#include "fuzz.h"
#include "core/base/inflate.h"

#define LIMIT	(1024 * 1024)

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char	   *copy = exact_copy((const char *) data, size);
	ct_inflated out;
	ct_error	err;

	if (ct_compression_of(copy, size) != CT_PLAIN)
	{
		bool		inflated = ct_inflate(copy, size, LIMIT, &out, &err);

		require(out.len <= LIMIT, "nothing grows beyond the limit");
		require(inflated || err.offset <= size, "an error has a place");
		require(out.consumed <= size, "no more is read than there is");
		free(out.data);
	}
	for (int way = 0; way < 2; way++)
	{
		buffer		content = {0};
		buffer		zipped;

		put(&content, (const char *) data, size);
		zipped = way == 0 ? gzipped(content) : zstded(content);
		require(ct_inflate(zipped.ptr, zipped.len, size + 1, &out, &err), "what was compressed can be inflated");
		require(out.len == size && out.consumed == zipped.len && (size == 0 || memcmp(out.data, data, size) == 0), "byte for byte");
		free(out.data);
		free(zipped.ptr);
	}
	free(copy);
	return 0;
}
