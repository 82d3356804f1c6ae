/*
 * test_inflate.c: gzip, zstd and base64, whole and damaged.
 */
#include "core/base/base64.h"
#include "core/base/inflate.h"
#include "split_util.h"

/* Text of some length that does not compress to nothing. */
static buffer
sample_text(size_t len)
{
	buffer		t = {0};
	uint64_t	seed = 3;

	while (t.len < len)
		addf(&t, "{\"n\":%u}\n", (unsigned) random_number(&seed, 1000000));
	t.len = len;
	return t;
}

static buffer
copy_of(const buffer *from)
{
	buffer		t = {0};

	put(&t, from->ptr, from->len);
	return t;
}

/* Decompresses a copy of data that has not a byte behind it. */
static bool
inflate_copy(const char *data, size_t len, size_t limit, ct_inflated *out, ct_error *err)
{
	char	   *copy = malloc(len ? len : 1);
	bool		whole;

	memcpy(copy, data, len);
	whole = ct_inflate(copy, len, limit, out, err);
	free(copy);
	return whole;
}

/* Tests that data decompress to the expected length of a sample, with an error or none. */
static void
inflates(const buffer *data, const buffer *plain, size_t expected, ct_error_code code, size_t offset, const char *name)
{
	ct_inflated out;
	ct_error	err;
	bool		whole = inflate_copy(data->ptr, data->len, CT_INFLATE_MAX, &out, &err);

	if (!ok(whole == (code == CT_ERR_NONE) && err.code == code && (offset == SIZE_MAX || err.offset == offset) &&
			out.len == expected && (out.data != NULL) == (out.len > 0) && out.consumed <= data->len &&
			(out.len == 0 || memcmp(out.data, plain->ptr, out.len) == 0), "%s", name))
		printf("# %zu bytes of %zu, %s at %zu\n", out.len, expected, code_names[err.code], err.offset);
	free(out.data);
}

/* Tests that what one decompression leaves serves the next, larger or smaller, whole or damaged. */
static void
test_again(void)
{
	ct_inflater left = {0};
	buffer		plain = sample_text(300000);
	const size_t lengths[] = {200000, 300000, 1, 100000, 300000};
	int			same = 0;

	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++)
	{
		buffer		part = {0};
		buffer		gz;
		ct_inflated out;
		ct_inflated cut;
		ct_error	err;

		put(&part, plain.ptr, lengths[i]);
		gz = i % 2 == 0 ? gzipped(part) : zstded(part);
		same += ct_inflate_with(&left, gz.ptr, gz.len, lengths[i], &out, &err) && out.len == lengths[i] &&
			out.room >= out.len && memcmp(out.data, plain.ptr, out.len) == 0;
		ct_inflater_keep(&left, out.data, out.room);
		same += !ct_inflate_with(&left, gz.ptr, gz.len - 1, lengths[i], &cut, &err) && cut.len <= lengths[i] &&
			(cut.len == 0 || memcmp(cut.data, plain.ptr, cut.len) == 0);
		ct_inflater_keep(&left, cut.data, cut.room);
		same += lengths[i] == 1 || (!ct_inflate_with(&left, gz.ptr, gz.len, lengths[i] - 1, &cut, &err) &&
									err.code == CT_ERR_BOMB && cut.data == NULL);
		free(gz.ptr);
	}
	ok(same == 15, "buffers are used again, within the limit");
	ct_inflater_clear(&left);
	free(plain.ptr);
}

static void
test_whole(void)
{
	buffer		plain = sample_text(300000);
	buffer		twice = copy_of(&plain);
	buffer		gz = gzipped(copy_of(&plain));
	buffer		zs = zstded(copy_of(&plain));
	buffer		t;

	put(&twice, plain.ptr, plain.len);
	ok(ct_compression_of(gz.ptr, gz.len) == CT_GZIP && ct_compression_of(zs.ptr, zs.len) == CT_ZSTD &&
	   ct_compression_of("\x50\x2a\x4d\x18", 4) == CT_ZSTD && ct_compression_of(plain.ptr, plain.len) == CT_PLAIN &&
	   ct_compression_of("\x1f", 1) == CT_PLAIN && ct_compression_of("", 0) == CT_PLAIN, "told by the first bytes");
	inflates(&gz, &plain, plain.len, CT_ERR_NONE, 0, "gzip");
	inflates(&zs, &plain, plain.len, CT_ERR_NONE, 0, "zstd");

	t = copy_of(&gz);
	put(&t, gz.ptr, gz.len);
	inflates(&t, &twice, twice.len, CT_ERR_NONE, 0, "two members");
	put(&t, "\0\0\0", 3);
	inflates(&t, &twice, twice.len, CT_ERR_NONE, 0, "and padding");
	put(&t, "x", 1);
	inflates(&t, &twice, twice.len, CT_ERR_GZIP_TRAILING, t.len - 1, "and something else");
	free(t.ptr);

	t = copy_of(&zs);
	put(&t, "\x51\x2a\x4d\x18\x03\0\0\0abc", 11);
	put(&t, zs.ptr, zs.len);
	inflates(&t, &twice, twice.len, CT_ERR_NONE, 0, "two frames and one to skip");
	put(&t, "\x1f\x8b", 2);
	inflates(&t, &twice, twice.len, CT_ERR_ZSTD_TRAILING, t.len - 2, "and something else");
	free(t.ptr);

	t = gzipped(make(""));
	inflates(&t, &plain, 0, CT_ERR_NONE, 0, "gzip of nothing");
	free(t.ptr);
	t = zstded(make(""));
	inflates(&t, &plain, 0, CT_ERR_NONE, 0, "zstd of nothing");
	free(t.ptr);
	inflates(&plain, &plain, 0, CT_ERR_NONE, 0, "plain text is left alone");

	/* The size at the end of a member is a hint: it may lie either way. */
	t = copy_of(&gz);
	memcpy(t.ptr + t.len - 4, "\0\0\0\0", 4);
	inflates(&t, &plain, plain.len, CT_ERR_GZIP, SIZE_MAX, "gzip that claims to be empty");
	memcpy(t.ptr + t.len - 4, "\xff\xff\xff\xff", 4);
	inflates(&t, &plain, plain.len, CT_ERR_GZIP, SIZE_MAX, "gzip that claims to be large");
	free(t.ptr);

	free(gz.ptr);
	free(zs.ptr);
	free(plain.ptr);
	free(twice.ptr);
}

/* A stream of zstd, made bit by bit: its size is not told. */
static void
test_streamed(void)
{
	buffer		plain = sample_text(1000000);
	buffer		t = {0};
	ZSTD_CCtx  *cctx = ZSTD_createCCtx();
	ZSTD_inBuffer in = {plain.ptr, plain.len, 0};
	size_t		left;

	t.size = ZSTD_compressBound(plain.len);
	t.ptr = malloc(t.size + 1);
	do
	{
		ZSTD_outBuffer out = {t.ptr, t.size, t.len};

		left = ZSTD_compressStream2(cctx, &out, &in, ZSTD_e_end);
		t.len = out.pos;
	} while (left > 0);
	ZSTD_freeCCtx(cctx);
	inflates(&t, &plain, plain.len, CT_ERR_NONE, 0, "zstd without a size");
	t.len -= 10;
	{
		ct_inflated out;
		ct_error	err;

		ok(!inflate_copy(t.ptr, t.len, CT_INFLATE_MAX, &out, &err) && err.code == CT_ERR_ZSTD_TRUNCATED &&
		   err.offset == t.len && out.len > plain.len / 2 && memcmp(out.data, plain.ptr, out.len) == 0,
		   "the same, cut: what came before is there");
		free(out.data);
	}
	free(t.ptr);
	free(plain.ptr);
}

/* Cut and damaged data give what comes before the fault, and nothing else. */
static void
test_damaged(void)
{
	for (int zstd = 0; zstd < 2; zstd++)
	{
		buffer		plain = sample_text(200000);
		buffer		whole = zstd ? zstded(copy_of(&plain)) : gzipped(copy_of(&plain));
		uint64_t	seed = 9;
		bool		cut_good = true;
		bool		good = true;
		size_t		longest = 0;

		for (size_t len = zstd ? 4 : 2; len < whole.len; len += 1 + len / 50)
		{
			ct_inflated out;
			ct_error	err;

			cut_good &= !inflate_copy(whole.ptr, len, CT_INFLATE_MAX, &out, &err) &&
				err.code == (zstd ? CT_ERR_ZSTD_TRUNCATED : CT_ERR_GZIP_TRUNCATED) && err.offset == len &&
				out.len <= plain.len && (out.len == 0 || memcmp(out.data, plain.ptr, out.len) == 0);
			if (out.len > longest)
				longest = out.len;
			free(out.data);
		}
		ok(cut_good && longest > plain.len / 2, "%s cut anywhere", zstd ? "zstd" : "gzip");

		for (int round = 0; round < 500; round++)
		{
			size_t		at = random_number(&seed, (uint32_t) whole.len);
			char		old = whole.ptr[at];
			ct_inflated out;
			ct_error	err;

			whole.ptr[at] ^= (char) (1 << random_number(&seed, 8));
			if (ct_compression_of(whole.ptr, whole.len) != CT_PLAIN)
			{
				bool		read = inflate_copy(whole.ptr, whole.len, CT_INFLATE_MAX, &out, &err);

				good &= read ? err.code == CT_ERR_NONE : err.code != CT_ERR_NONE && err.offset <= whole.len;
				/* gzip's header has bytes that do not matter; otherwise a checksum must tell. */
				if (!zstd && read)
					good &= out.len == plain.len && memcmp(out.data, plain.ptr, out.len) == 0;
				free(out.data);
			}
			whole.ptr[at] = old;
		}
		ok(good, "%s with a bit changed anywhere", zstd ? "zstd" : "gzip");
		free(whole.ptr);
		free(plain.ptr);
	}
}

/* Adds zeros to gzip or zstd of themselves, until they make a blob that expands enormously. */
static buffer
bomb(bool zstd, size_t len)
{
	buffer		t = {0};
	buffer		zeros = {.ptr = calloc(1, len), .len = len, .size = len};

	t = zstd ? zstded(zeros) : gzipped(zeros);
	return t;
}

static void
test_bombs(void)
{
	const size_t size = CT_INFLATE_BASE + 32 * 1024 * 1024;

	ok(ct_inflate_limit(0) == CT_INFLATE_BASE && ct_inflate_limit(100) == CT_INFLATE_BASE + 100 * CT_INFLATE_RATIO &&
	   ct_inflate_limit(4200000) == CT_INFLATE_LARGE && ct_inflate_limit(50000000) == CT_INFLATE_MAX &&
	   ct_inflate_limit(10000000) == 320000000 && ct_inflate_limit(SIZE_MAX) == CT_INFLATE_MAX, "what is plausible");
	for (int zstd = 0; zstd < 2; zstd++)
	{
		buffer		t = bomb(zstd, size);
		size_t		one = t.len;
		ct_inflated out;
		ct_error	err;
		result		r;

		ok(!inflate_copy(t.ptr, t.len, ct_inflate_limit(t.len), &out, &err) && err.code == CT_ERR_BOMB &&
		   out.data == NULL && out.len == 0, "a bomb of %s", zstd ? "zstd" : "gzip");
		free(out.data);
		ok(inflate_copy(t.ptr, t.len, size + 1, &out, &err) && out.len == size, "no bomb where there is room");
		free(out.data);

		r = split(t.ptr, t.len);
		ok(r.sound && r.rejects == 1 && r.events == 0 && strncmp(r.story.ptr, "?BOMB@", 6) == 0 && r.bytes == one,
		   "the splitter gives the bomb as it is");
		free(r.story.ptr);
		free(t.ptr);
	}
	{
		/* Many small ones after one another, each within its limit. */
		buffer		one = bomb(false, 40 * 1024 * 1024);
		buffer		t = make(E("A") "\n");
		buffer		b = base64(copy_of(&one));
		result		r;

		for (int i = 0; i < 4; i++)
		{
			addf(&t, "{\"data\":\"");
			put(&t, b.ptr, b.len);
			addf(&t, "\"}\n");
		}
		addf(&t, "%s", E("B"));
		r = split(t.ptr, t.len);
		ok(r.sound && r.events == 2 && r.rejects == 4 && r.bytes < 100 * 1024 * 1024,
		   "small bombs add up, and what is around them survives");
		free(r.story.ptr);
		free(t.ptr);
		free(b.ptr);
		free(one.ptr);
	}
}

/* Tests that base64 decodes to a text, with an error's offset or SIZE_MAX for none. */
static void
decodes(const char *in, const char *expected, size_t offset, const char *name)
{
	char	   *out;
	size_t		len;
	ct_error	err;
	bool		whole = ct_base64_decode(in, strlen(in), &out, &len, &err);

	ok(whole == (offset == SIZE_MAX) && (whole || (err.code == CT_ERR_BASE64 && err.offset == offset)) &&
	   len == strlen(expected) && memcmp(out, expected, len) == 0, "%s", name);
	free(out);
}

static void
test_base64(void)
{
	bool		good = true;

	decodes("", "", SIZE_MAX, "base64 of nothing");
	decodes("Zm9vYmFy", "foobar", SIZE_MAX, "base64");
	decodes("Zm9vYg==", "foob", SIZE_MAX, "padded");
	decodes("Zm9vYmE", "fooba", SIZE_MAX, "not padded");
	decodes(" Zm9v\r\nYmFy\n", "foobar", SIZE_MAX, "in lines");
	decodes("Zm9v*YmFy", "foo", 4, "a wrong character");
	decodes("Zm9vYg==Zm9v", "foob", 8, "more after the padding");
	decodes("Zm9vY", "foo", 5, "a character too many");
	for (size_t len = 0; len < 9000; len = len * 5 / 4 + 1)
	{
		buffer		plain = sample_text(len);
		buffer		coded = base64(copy_of(&plain));
		char	   *out;
		size_t		out_len;
		ct_error	err;

		good &= ct_base64_decode(coded.ptr, coded.len, &out, &out_len, &err) && out_len == len &&
			memcmp(out, plain.ptr ? plain.ptr : "", len) == 0;
		free(out);
		free(coded.ptr);
		free(plain.ptr);
	}
	ok(good, "of any length");
}

int
main(void)
{
	test_whole();
	test_again();
	test_streamed();
	test_damaged();
	test_bombs();
	test_base64();
	return done_testing();
}
