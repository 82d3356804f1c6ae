/*
 * test_stream.c: hashes of content that comes piece by piece, and the names of
 * files.
 */
#include <zlib.h>
#include <zstd.h>

#include "exact.h"
#include "core/evidence/filename.h"
#include "core/base/inflate.h"
#include "core/base/stream.h"
#include "tap.h"

/* Data as one gzip member. */
static buffer
gzipped(const char *data, size_t len)
{
	buffer		b = {.size = len + len / 2 + 1000};
	z_stream	z = {0};

	b.ptr = malloc(b.size);
	deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
	z.next_in = (Bytef *) data;
	z.avail_in = (uInt) len;
	z.next_out = (Bytef *) b.ptr;
	z.avail_out = (uInt) b.size;
	deflate(&z, Z_FINISH);
	b.len = z.total_out;
	deflateEnd(&z);
	return b;
}

/* Data as one zstd frame. */
static buffer
zstded(const char *data, size_t len)
{
	buffer		b = {.size = ZSTD_compressBound(len) + 1};

	b.ptr = malloc(b.size);
	b.len = ZSTD_compress(b.ptr, b.size, data, len, 3);
	return b;
}

/* Keeps the content. */
static void
keep(void *arg, const char *bytes, size_t len)
{
	put(arg, bytes, len);
}

/* Hashes bytes in pieces of a size; compares with what inflating them at once gives. */
static bool
same_as_at_once(const char *bytes, size_t len, size_t piece)
{
	buffer		content = {0};
	ct_stream  *stream = ct_stream_new(keep, &content);
	ct_inflated inflated = {0};
	uint8_t		found[CT_SHA256_SIZE];
	uint8_t		expected[CT_SHA256_SIZE];
	uint64_t	length;
	ct_error	err;
	bool		whole;
	bool		expect_whole = ct_compression_of(bytes, len) == CT_PLAIN ||
		ct_inflate(bytes, len, ct_inflate_limit(len), &inflated, &err);
	bool		plain = ct_compression_of(bytes, len) == CT_PLAIN || !expect_whole;
	bool		good;

	ct_sha256(plain ? bytes : inflated.data, plain ? len : inflated.len, expected);
	for (size_t i = 0; i < len; i += piece)
		ct_stream_put(stream, bytes + i, len - i < piece ? len - i : piece);
	whole = ct_stream_end(stream, found, &length, &err);
	good = whole == expect_whole && memcmp(found, expected, CT_SHA256_SIZE) == 0 &&
		length == (plain ? len : inflated.len);
	if (whole && !plain)
		good = good && content.len == inflated.len && (content.len == 0 || memcmp(content.ptr,
																				  inflated.data, content.len) == 0);
	free(inflated.data);
	free(content.ptr);
	return good;
}

/* The same in pieces of several sizes. */
static void
compare(const char *bytes, size_t len, const char *what)
{
	ok(same_as_at_once(bytes, len, 1 + len / 50) && same_as_at_once(bytes, len, 3) &&
	   same_as_at_once(bytes, len, len + 1), "%s", what);
}

static void
test_streams(void)
{
	buffer		text = {0};
	buffer		two = {0};
	buffer		zeros = {.ptr = calloc(1, 20 * 1024 * 1024), .len = 20 * 1024 * 1024};

	for (int i = 0; i < 5000; i++)
	{
		char		line[40];

		snprintf(line, sizeof(line), "{\"eventTime\":%d}\n", i * 7919 % 4999);
		puts_to(&text, line);
	}
	compare(text.ptr, text.len, "plain");
	compare("", 0, "nothing");
	compare("\x1f\x8b", 2, "two bytes");
	for (int zstd = 0; zstd < 2; zstd++)
	{
		const char *name = zstd ? "zstd" : "gzip";
		buffer		one = zstd ? zstded(text.ptr, text.len) : gzipped(text.ptr, text.len);
		buffer		bomb = zstd ? zstded(zeros.ptr, zeros.len) : gzipped(zeros.ptr, zeros.len);

		compare(one.ptr, one.len, name);
		two.len = 0;
		put(&two, one.ptr, one.len);
		put(&two, "\0\0\0", 3);
		compare(two.ptr, two.len, "with padding");
		put(&two, one.ptr, one.len);
		compare(two.ptr, two.len, "two with padding between");
		put(&two, "x", 1);
		compare(two.ptr, two.len, "more bytes behind");
		compare(one.ptr, one.len - 5, "cut");
		one.ptr[one.len / 2] ^= 0x55;
		compare(one.ptr, one.len, "damaged");
		compare(bomb.ptr, bomb.len, "zeros");
		free(one.ptr);
		free(bomb.ptr);
	}
	free(text.ptr);
	free(two.ptr);
	free(zeros.ptr);
}

/* A name in a word: kind, account, Region and chain. */
static void
name_is(const char *path, const char *expected)
{
	ct_filename n;
	char		found[300];
	ct_name_kind kind = ct_file_name((ct_slice) {path, strlen(path)}, &n);

	snprintf(found, sizeof(found), "%d %.*s %.*s%s", (int) kind, (int) n.account_id.len,
			 n.account_id.len > 0 ? n.account_id.ptr : "",
			 (int) n.region.len, n.region.len > 0 ? n.region.ptr : "", n.backfill ? " late" : "");
	ok(strcmp(found, expected) == 0, "%s: %s", path, found);
}

static void
test_names(void)
{
	name_is("a/b/111122223333_CloudTrail_us-east-2_20150801T0210Z_Abc.json.gz",
			"1 111122223333 us-east-2");
	name_is("111122223333_CloudTrail-Digest_us-east-2_my_trail_us-east-1_20150801T021000Z.json.gz", "2 111122223333 us-east-2");
	name_is("111122223333_CloudTrail-Digest_us-east-2_t_us-east-1_20150801T021000Z_backfill.json.gz", "2 111122223333 us-east-2 late");
	name_is("111122223333_CloudTrail-Insight_us-east-2_20150801T0210Z_Abc.json.gz",
			"3 111122223333 us-east-2");
	name_is("111122223333_CloudTrail_us-east-2_yesterday_Abc.json.gz", "0  ");
	name_is("11112222333x_CloudTrail_us-east-2_20150801T0210Z_Abc.json.gz", "0  ");
	name_is("", "0  ");
	for (int i = 0; i < 4; i++)
	{
		static const char *const paths[][2] = {
			{"/srv/AWSLogs/1/x", "AWSLogs/1/x"}, {"AWSLogs/x", "AWSLogs/x"}, {"/srv/MyAWSLogs/x",
																			  "/srv/MyAWSLogs/x"}, {"x", "x"}
		};
		ct_slice	source = ct_source_of((ct_slice) {paths[i][0], strlen(paths[i][0])});

		ok(source.len == strlen(paths[i][1]) && memcmp(source.ptr, paths[i][1], source.len) == 0,
		   "source of %s", paths[i][0]);
	}
}

int
main(void)
{
	test_streams();
	test_names();
	return done_testing();
}
