/*
 * fuzz_listing.c: bytes that should be a page of the listing of a bucket
 * are read within their bounds, whatever they say.
 */
#include "fuzz.h"
#include "load/s3_layout.h"
#include "load/s3_page.h"
#include "load/s3_uri.h"

/* What is wanted of some keys. */
static const selection wanted = {
	.since = 20240105, .until = 20240210, .accounts = {"111122223333"}, .account_count = 1,
	.regions = {"us-east-1"}, .region_count = 1
};

/* A slice that is set lies within a text. */
static void
require_within(ct_slice slice, const char *text)
{
	require(slice.ptr == NULL || (slice.ptr >= text && slice.ptr + slice.len <= text + strlen(text)),
			"a part lies within its key");
}

/* Takes an object; every key is one that can be asked for. */
static bool
handle_key(void *arg, const char *key, int64_t size)
{
	s3_layout	layout;

	require(strlen(key) <= S3_KEY_MAX, "a key is not too long");
	require(size >= -1, "a size is not negative");
	s3_layout_read(&layout, key);
	require_within(layout.account, key);
	require_within(layout.kind, key);
	require_within(layout.region, key);
	require(layout.region_end <= strlen(key), "a Region's prefix ends within its key");
	if (select_file(&wanted, key))
		require(strstr(key, "111122223333_CloudTrail") != NULL, "a file that is wanted is of the account");
	s3_layout_wanted(&layout, &wanted, wanted.since);
	(*(int *) arg)++;
	return *(int *) arg < 1000;
}

/* Takes a prefix. */
static void
handle_prefix(void *arg, const char *prefix)
{
	require(strlen(prefix) <= S3_KEY_MAX, "a prefix is not too long");
	(*(int *) arg)++;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char	   *copy = exact_copy((const char *) data, size);
	int			count = 0;
	s3_page		page = {.handle_key = handle_key, .handle_prefix = handle_prefix, .arg = &count};

	s3_page_read(&page, copy, size);
	s3_page_release(&page);
	free(copy);
	return 0;
}
