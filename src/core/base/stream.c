/*
 * stream.c: the content of a file that comes piece by piece, and its SHA-256.
 */
#define OPENSSL_SUPPRESS_DEPRECATED /* see sha256.c */
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "core/base/inflate.h"
#include "core/base/stream.h"

#define STEP			((size_t) 128 * 1024)

/* So many bytes tell how a file is compressed. */
#define HEAD			4

struct ct_stream
{
	ct_stream_sink sink;
	void	   *arg;
	SHA256_CTX	raw;
	SHA256_CTX	content;
	uint64_t	raw_len;
	uint64_t	content_len;
	char		head[HEAD];		/* the first bytes, until they tell the format */
	size_t		head_len;
	bool		known;
	ct_compression format;
	z_stream	zlib;
	ZSTD_DCtx  *zstd;
	bool		inside;			/* of a gzip member or zstd frame */
	ct_error	err;
	char		out[STEP];
};

ct_stream *
ct_stream_new(ct_stream_sink sink, void *arg)
{
	ct_stream  *s = calloc(1, sizeof(ct_stream));

	if (s == NULL)
		return NULL;
	s->sink = sink;
	s->arg = arg;
	SHA256_Init(&s->raw);
	SHA256_Init(&s->content);
	return s;
}

/* Takes some of the content. */
static void
put_content(ct_stream *s, const char *bytes, size_t len)
{
	if (len == 0)
		return;
	SHA256_Update(&s->content, bytes, len);
	s->content_len += len;
	if (s->sink != NULL)
		s->sink(s->arg, bytes, len);
	if (s->content_len > CT_INFLATE_MAX)
		ct_fail(&s->err, CT_ERR_BOMB, (size_t) s->raw_len);
}

/* Makes what is needed to read the format. */
static void
begin_format(ct_stream *s)
{
	s->known = true;
	s->format = ct_compression_of(s->head, s->head_len);
	s->inside = true;
	if (s->format == CT_GZIP && inflateInit2(&s->zlib, 16 + MAX_WBITS) != Z_OK)
	{
		s->format = CT_PLAIN;
		ct_fail(&s->err, CT_ERR_OUT_OF_MEMORY, 0);
	}
	if (s->format == CT_ZSTD && (s->zstd = ZSTD_createDCtx()) == NULL)
		ct_fail(&s->err, CT_ERR_OUT_OF_MEMORY, 0);
}

/* Reads gzip data as far as the bytes or a member go; gives how much it read. */
static size_t
read_gzip(ct_stream *s, const char *bytes, size_t len)
{
	int			result;

	s->zlib.next_in = (Bytef *) bytes;
	s->zlib.avail_in = (uInt) (len < STEP ? len : STEP);
	len = s->zlib.avail_in;
	do
	{
		s->zlib.next_out = (Bytef *) s->out;
		s->zlib.avail_out = STEP;
		result = inflate(&s->zlib, Z_NO_FLUSH);
		put_content(s, s->out, STEP - s->zlib.avail_out);
	} while (result == Z_OK && s->err.code == CT_ERR_NONE &&
			 (s->zlib.avail_in > 0 || s->zlib.avail_out == 0));
	if (result == Z_STREAM_END)
	{
		s->inside = false;
		inflateReset(&s->zlib);
	}
	else if (result == Z_MEM_ERROR)
		ct_fail(&s->err, CT_ERR_OUT_OF_MEMORY, (size_t) s->raw_len);
	else if (result != Z_OK && result != Z_BUF_ERROR)
		ct_fail(&s->err, CT_ERR_GZIP, (size_t) s->raw_len);
	return len - s->zlib.avail_in;
}

/* Reads zstd data as far as the bytes or a frame go; gives how much it read. */
static size_t
read_zstd(ct_stream *s, const char *bytes, size_t len)
{
	ZSTD_inBuffer in = {bytes, len, 0};
	ZSTD_outBuffer out;
	size_t		result;

	do
	{
		out = (ZSTD_outBuffer) {s->out, STEP, 0};
		result = ZSTD_decompressStream(s->zstd, &out, &in);
		put_content(s, s->out, out.pos);
	} while (result != 0 && !ZSTD_isError(result) && s->err.code == CT_ERR_NONE &&
			 (in.pos < in.size || out.pos == STEP));
	if (ZSTD_isError(result))
		ct_fail(&s->err, CT_ERR_ZSTD, (size_t) s->raw_len);
	else if (result == 0)
		s->inside = false;
	return in.pos;
}

/* Reads what follows a member or frame: another one, or zeros. */
static size_t
read_between(ct_stream *s, const char *bytes, size_t len)
{
	size_t		zeros = 0;

	while (zeros < len && bytes[zeros] == '\0')
		zeros++;
	/* zlib and zstd see by themselves whether what follows is of their format. */
	s->inside = zeros < len;
	return zeros;
}

/* Takes bytes of compressed data. */
static void
put_compressed(ct_stream *s, const char *bytes, size_t len)
{
	while (len > 0 && s->err.code == CT_ERR_NONE)
	{
		size_t		used = !s->inside ? read_between(s, bytes, len) :
			s->format == CT_GZIP ? read_gzip(s, bytes, len) : read_zstd(s, bytes, len);

		bytes += used;
		len -= used;
	}
}

/* Takes bytes of the format that is known. */
static void
put_known(ct_stream *s, const char *bytes, size_t len)
{
	if (s->format != CT_PLAIN)
		put_compressed(s, bytes, len);
	else if (len > 0 && s->sink != NULL)
		s->sink(s->arg, bytes, len);
}

void
ct_stream_put(ct_stream *s, const char *bytes, size_t len)
{
	SHA256_Update(&s->raw, bytes, len);
	s->raw_len += len;
	if (!s->known)
	{
		while (s->head_len < HEAD && len > 0)
		{
			s->head[s->head_len++] = *bytes++;
			len--;
		}
		if (s->head_len < HEAD)
			return;
		begin_format(s);
		put_known(s, s->head, s->head_len);
	}
	put_known(s, bytes, len);
}

bool
ct_stream_end(ct_stream *s, uint8_t sha256[CT_SHA256_SIZE], uint64_t *len, ct_error *err)
{
	bool		whole;

	if (!s->known)
	{
		begin_format(s);
		put_known(s, s->head, s->head_len);
	}
	if (s->format != CT_PLAIN && s->inside && s->err.code == CT_ERR_NONE)
		ct_fail(&s->err, s->format == CT_GZIP ? CT_ERR_GZIP_TRUNCATED : CT_ERR_ZSTD_TRUNCATED,
				(size_t) s->raw_len);
	/* Judged by the file as a whole, so that the pieces do not matter. */
	if (s->format != CT_PLAIN && s->err.code == CT_ERR_NONE &&
		s->content_len > ct_inflate_limit((size_t) s->raw_len))
		ct_fail(&s->err, CT_ERR_BOMB, (size_t) s->raw_len);
	whole = s->err.code == CT_ERR_NONE;
	*err = s->err;
	*len = whole && s->format != CT_PLAIN ? s->content_len : s->raw_len;
	SHA256_Final(sha256, whole && s->format != CT_PLAIN ? &s->content : &s->raw);
	if (s->format == CT_GZIP)
		inflateEnd(&s->zlib);
	ZSTD_freeDCtx(s->zstd);
	free(s);
	return whole;
}
