/*
 * inflate.c: gzip and zstd, identified by their first bytes.
 *
 * A gzip member goes through libdeflate, which is several times faster than
 * zlib but knows whole members only; what libdeflate refuses is read again by
 * zlib, which hands out everything up to the fault.  zstd has both ways in
 * one library.
 */
#include <stdlib.h>
#include <string.h>

#include <libdeflate.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "core/base/inflate.h"

#define SMALLEST_OUTPUT		((size_t) 64 * 1024)
#define ZLIB_STEP			((size_t) 1024 * 1024 * 1024)	/* its counters have 32 bits */

typedef struct inflater
{
	const char *in;
	size_t		len;
	size_t		pos;
	char	   *out;
	size_t		used;
	size_t		size;
	size_t		limit;
	ct_inflater *left;			/* by others */
	ZSTD_DCtx  *zstd;
} inflater;


/* Reads four bytes as a little-endian number. */
static uint32_t
read_le32(const char *p)
{
	const unsigned char *u = (const unsigned char *) p;

	return (uint32_t) u[0] | (uint32_t) u[1] << 8 | (uint32_t) u[2] << 16 | (uint32_t) u[3] << 24;
}

ct_compression
ct_compression_of(const char *in, size_t len)
{
	if (len >= 2 && memcmp(in, "\x1f\x8b", 2) == 0)
		return CT_GZIP;
	if (len >= 4 && (read_le32(in) == ZSTD_MAGICNUMBER ||
					 (read_le32(in) & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START))
		return CT_ZSTD;
	return CT_PLAIN;
}

size_t
ct_inflate_limit(size_t len)
{
	if (len >= CT_INFLATE_MAX / CT_INFLATE_LARGE_RATIO)
		return CT_INFLATE_MAX;
	if (len >= CT_INFLATE_LARGE / CT_INFLATE_LARGE_RATIO)
		return CT_INFLATE_LARGE_RATIO * len;
	if (len >= (CT_INFLATE_LARGE - CT_INFLATE_BASE) / CT_INFLATE_RATIO)
		return CT_INFLATE_LARGE;
	return CT_INFLATE_BASE + CT_INFLATE_RATIO * len;
}

/* Takes the buffer that was left for the output, or frees it if it is too small. */
static bool
take_spare(inflater *z, size_t wanted)
{
	ct_inflater *left = z->left;
	char	   *spare = left->spare;
	size_t		room = left->spare_room;

	left->spare = NULL;
	left->spare_room = 0;
	if (room < wanted)
	{
		free(spare);
		return false;
	}
	z->out = spare;
	z->size = room < z->limit ? room : z->limit;
	return true;
}

/* Gives the output at least the wanted size; fails at the limit. */
static bool
reserve(inflater *z, size_t wanted, ct_error *err)
{
	char	   *grown;

	if (wanted <= z->size)
		return true;
	if (z->size >= z->limit)
		return ct_fail(err, CT_ERR_BOMB, z->pos);
	if (wanted > z->limit)
		wanted = z->limit;
	if (z->out == NULL && take_spare(z, wanted))
		return true;
	grown = realloc(z->out, wanted);
	if (grown == NULL)
		return ct_fail(err, CT_ERR_OUT_OF_MEMORY, z->pos);
	z->out = grown;
	z->size = wanted;
	return true;
}

/* Makes the output larger: doubling it keeps the copying linear. */
static bool
grow(inflater *z, ct_error *err)
{
	return reserve(z, z->size < SMALLEST_OUTPUT ? SMALLEST_OUTPUT : 2 * z->size, err);
}

/* Reads a gzip member with zlib, as far as it goes. */
static bool
stream_gzip(inflater *z, ct_error *err)
{
	z_stream	stream = {0};
	int			result;
	bool		whole = false;

	if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK)
		return ct_fail(err, CT_ERR_OUT_OF_MEMORY, z->pos);
	for (;;)
	{
		size_t		in_step = z->len - z->pos;
		size_t		out_step;

		if (z->used == z->size && !grow(z, err))
			break;
		out_step = z->size - z->used;
		if (in_step > ZLIB_STEP)
			in_step = ZLIB_STEP;
		if (out_step > ZLIB_STEP)
			out_step = ZLIB_STEP;
		stream.next_in = (Bytef *) (z->in + z->pos);
		stream.avail_in = (uInt) in_step;
		stream.next_out = (Bytef *) (z->out + z->used);
		stream.avail_out = (uInt) out_step;
		result = inflate(&stream, Z_NO_FLUSH);
		z->pos += in_step - stream.avail_in;
		z->used += out_step - stream.avail_out;
		if (result == Z_STREAM_END)
		{
			whole = true;
			break;
		}
		if (result == Z_MEM_ERROR)
		{
			ct_fail(err, CT_ERR_OUT_OF_MEMORY, z->pos);
			break;
		}
		if (result != Z_OK && result != Z_BUF_ERROR)
		{
			ct_fail(err, CT_ERR_GZIP, z->pos);
			break;
		}
		if (z->pos == z->len && stream.avail_out > 0)
		{
			ct_fail(err, CT_ERR_GZIP_TRUNCATED, z->pos);
			break;
		}
	}
	inflateEnd(&stream);
	return whole;
}

/* Reads a gzip member: with libdeflate, and with zlib what that one refuses. */
static bool
read_gzip(inflater *z, ct_error *err)
{
	if (z->left->deflate == NULL)
		z->left->deflate = libdeflate_alloc_decompressor();
	if (z->left->deflate == NULL)
		return ct_fail(err, CT_ERR_OUT_OF_MEMORY, z->pos);
	for (;;)
	{
		size_t		in_used;
		size_t		out_used;
		enum libdeflate_result result;

		if (z->used == z->size && !grow(z, err))
			return false;
		result = libdeflate_gzip_decompress_ex(z->left->deflate, z->in + z->pos, z->len - z->pos,
											   z->out + z->used, z->size - z->used,
											   &in_used, &out_used);
		if (result == LIBDEFLATE_SUCCESS)
		{
			z->pos += in_used;
			z->used += out_used;
			return true;
		}
		if (result != LIBDEFLATE_INSUFFICIENT_SPACE)
			return stream_gzip(z, err);
		if (!grow(z, err))
			return false;
	}
}

/* Reads a zstd frame piece by piece, as far as it goes. */
static bool
stream_zstd(inflater *z, ct_error *err)
{
	ZSTD_inBuffer in = {z->in, z->len, z->pos};

	ZSTD_DCtx_reset(z->zstd, ZSTD_reset_session_only);
	for (;;)
	{
		ZSTD_outBuffer out;
		size_t		result;

		if (z->used == z->size && !grow(z, err))
			return false;
		out = (ZSTD_outBuffer) {z->out, z->size, z->used};
		result = ZSTD_decompressStream(z->zstd, &out, &in);
		z->pos = in.pos;
		z->used = out.pos;
		if (result == 0)
			return true;
		if (ZSTD_isError(result))
			return ct_fail(err, ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation ?
						   CT_ERR_OUT_OF_MEMORY : CT_ERR_ZSTD, z->pos);
		if (in.pos == in.size && out.pos < out.size)
			return ct_fail(err, CT_ERR_ZSTD_TRUNCATED, z->pos);
	}
}

/* Reads a zstd frame: at once if it is whole and tells its size. */
static bool
read_zstd(inflater *z, ct_error *err)
{
	const char *frame = z->in + z->pos;
	size_t		frame_len;
	unsigned long long content;

	if (z->zstd == NULL)
		z->zstd = ZSTD_createDCtx();
	if (z->zstd == NULL)
		return ct_fail(err, CT_ERR_OUT_OF_MEMORY, z->pos);

	frame_len = ZSTD_findFrameCompressedSize(frame, z->len - z->pos);
	content = ZSTD_getFrameContentSize(frame, z->len - z->pos);
	if (!ZSTD_isError(frame_len) && content < z->limit - z->used)
	{
		size_t		result;
		size_t		wanted = z->used + (size_t) content + 1;	/* never no room at all */

		/* Grow by half at least, or many small frames would be copied often. */
		if (z->used > 0 && wanted > z->size && wanted < z->size + z->size / 2)
			wanted = z->size + z->size / 2;
		if (!reserve(z, wanted, err))
			return false;
		result = ZSTD_decompressDCtx(z->zstd, z->out + z->used, z->size - z->used, frame,
									 frame_len);
		if (!ZSTD_isError(result))
		{
			z->pos += frame_len;
			z->used += result;
			return true;
		}
	}
	return stream_zstd(z, err);
}

/* Reads all members or frames of one format, and the padding after them. */
static bool
read_all(inflater *z, ct_compression format, ct_error *err)
{
	for (;;)
	{
		if (!(format == CT_GZIP ? read_gzip(z, err) : read_zstd(z, err)))
			return false;
		while (z->pos < z->len && z->in[z->pos] == '\0')
			z->pos++;
		if (z->pos == z->len)
			return true;
		if (ct_compression_of(z->in + z->pos, z->len - z->pos) != format)
			return ct_fail(err, format == CT_GZIP ? CT_ERR_GZIP_TRAILING : CT_ERR_ZSTD_TRAILING,
						   z->pos);
	}
}

bool
ct_inflate(const char *in, size_t len, size_t limit, ct_inflated *out, ct_error *err)
{
	ct_inflater left = {0};
	bool		whole = ct_inflate_with(&left, in, len, limit, out, err);

	ct_inflater_clear(&left);
	return whole;
}

void
ct_inflater_keep(ct_inflater *left, char *data, size_t room)
{
	if (room > CT_INFLATE_SPARE || room <= left->spare_room)
	{
		free(data);
		return;
	}
	free(left->spare);
	left->spare = data;
	left->spare_room = room;
}

void
ct_inflater_clear(ct_inflater *left)
{
	libdeflate_free_decompressor(left->deflate);
	free(left->spare);
	*left = (ct_inflater) {0};
}

bool
ct_inflate_with(ct_inflater *left, const char *in, size_t len, size_t limit,
				ct_inflated *out, ct_error *err)
{
	inflater	z = {.in = in, .len = len, .limit = limit, .left = left};
	ct_compression format = ct_compression_of(in, len);
	bool		whole = true;

	err->code = CT_ERR_NONE;
	err->offset = 0;
	if (format == CT_GZIP && len >= 18)
	{
		/* The last bytes tell the size, if this is one member and nobody lies. */
		size_t		hint = read_le32(in + len - 4);

		/* More is reserved only when it is needed. */
		if (hint / CT_INFLATE_LARGE_RATIO > len)
			hint = CT_INFLATE_LARGE_RATIO * len;
		/* One byte more, or a full buffer would be taken for too small a one. */
		whole = reserve(&z, hint + 1, err);
	}
	if (whole && format != CT_PLAIN)
		whole = read_all(&z, format, err);
	ZSTD_freeDCtx(z.zstd);

	if (err->code == CT_ERR_BOMB || err->code == CT_ERR_OUT_OF_MEMORY || z.used == 0)
	{
		free(z.out);
		z.out = NULL;
		z.used = z.size = 0;
	}
	else if (z.size - z.used > SMALLEST_OUTPUT && z.size > CT_INFLATE_SPARE)
	{
		char	   *fitting = realloc(z.out, z.used);

		if (fitting != NULL)
		{
			z.out = fitting;
			z.size = z.used;
		}
	}
	out->room = z.size;
	out->data = z.out;
	out->len = z.used;
	out->consumed = z.pos;
	return whole;
}

bool
ct_is_blank(const char *content, size_t len)
{
	size_t		pos = len >= 3 && memcmp(content, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

	while (pos < len && memchr(" \t\r\n", content[pos], 4) != NULL)
		pos++;
	return pos == len;
}
