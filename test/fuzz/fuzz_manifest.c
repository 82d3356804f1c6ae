/*
 * fuzz_manifest.c: bytes that should be a manifest are read within their
 * bounds, whatever they say.
 */
#include "fuzz.h"
#include "core/evidence/manifest.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char	   *copy = exact_copy((const char *) data, size);
	ct_manifest_reader reader;
	ct_manifest_entry entry;
	ct_slice	tail;
	uint64_t	read = 0;

	if (ct_manifest_open(copy, size, &reader))
	{
		while (ct_manifest_next(&reader, &entry))
		{
			require(entry.gap.len == 0 || (entry.gap.ptr >= copy && entry.gap.ptr + entry.gap.len <= copy + size), "a gap lies within the manifest");
			read++;
		}
		require(read <= reader.count && read <= size, "there are no more entries than it says");
		if (ct_manifest_end(&reader, &tail))
			require(read == reader.count && tail.len <= size, "the end comes behind the last");
	}
	free(copy);
	return 0;
}
