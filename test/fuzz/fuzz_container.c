/*
 * fuzz_container.c: whatever blob is split, its items keep what container.h
 * promises, and compression changes none of them.
 */
#include "../core/split_util.h"
#include "fuzz.h"
#include "core/base/inflate.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	result		whole = split((const char *) data, size);
	buffer		copy = {0};

	require(whole.sound, "items are sound");
	put(&copy, (const char *) data, size);
	if (size > 0 && size < 4096 && ct_compression_of((const char *) data, size) == CT_PLAIN)
	{
		buffer		zipped = data[size - 1] & 1 ? gzipped(copy) : zstded(copy);
		result		inner = split(zipped.ptr, zipped.len);

		require(inner.sound && strcmp(inner.story.ptr, whole.story.ptr) == 0, "compressed, it splits alike");
		free(inner.story.ptr);
		free(zipped.ptr);
	}
	else
		free(copy.ptr);
	free(whole.story.ptr);
	return 0;
}
