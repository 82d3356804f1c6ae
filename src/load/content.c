/*
 * content.c: what a file is, read once.
 *
 * Most files are small, and inflated at once.  Larger ones, and those that
 * expand to more than is usual, are hashed piece by piece.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blob.h"
#include "content.h"
#include "core/base/inflate.h"
#include "core/base/stream.h"
#include "core/evidence/digest.h"
#include "core/evidence/filename.h"
#include "options.h"
#include "text.h"

/* What a thread reads at a time, and what it inflates at once. */
#define PIECE			((size_t) 1024 * 1024)
#define INFLATED		((size_t) 16 * 1024 * 1024)

/* Larger digests are not read: they would have to list 30,000 log files. */
#define DIGEST_MAX		((size_t) 16 * 1024 * 1024)

/* By its first bytes it is seen whether a file may be a digest. */
#define GLANCE			((size_t) 4096)

/* Frames of zstd may ask for 128 MB: one thread at a time gives them. */
static pthread_mutex_t zstd_lock = PTHREAD_MUTEX_INITIALIZER;

/* The content of a file that may be a digest. */
typedef struct keeper
{
	bool		named;			/* as a digest */
	bool		dropped;		/* it is none */
	bool		written;		/* with more than blanks */
	char	   *bytes;
	size_t		len;
	size_t		room;
} keeper;

/* Keeps content while it may be a digest. */
static void
keep(void *arg, const char *bytes, size_t len)
{
	keeper	   *k = arg;

	k->written = k->written || !ct_is_blank(bytes, len);
	if (k->dropped)
		return;
	if (k->len + len > k->room)
	{
		k->room = 2 * (k->len + len);
		k->bytes = resize_memory(k->bytes, k->room);
	}
	memcpy(k->bytes + k->len, bytes, len);
	k->len += len;
	k->dropped = k->len > DIGEST_MAX ||
		(!k->named && k->len >= GLANCE && !ct_maybe_digest(k->bytes, k->len));
}

/* Returns what was kept if it may be a digest, else frees it. */
static char *
finish_keeping(keeper *k, bool whole)
{
	if (whole && !k->dropped && (k->named || ct_maybe_digest(k->bytes, k->len)))
		return k->bytes != NULL ? k->bytes : copy_text("");
	free(k->bytes);
	return NULL;
}

/* Begins to hash. */
static ct_stream *
new_stream(keeper *k)
{
	ct_stream  *stream = ct_stream_new(k != NULL ? keep : NULL, k);

	if (stream == NULL)
		out_of_memory();
	return stream;
}

/* Ends to hash; false if the file is damaged, whose hash is that of its bytes then. */
static bool
end_stream(ct_stream *stream, uint8_t sha256[CT_SHA256_SIZE], uint64_t *length)
{
	ct_error	err;
	bool		whole = ct_stream_end(stream, sha256, length, &err);

	if (err.code == CT_ERR_OUT_OF_MEMORY)
		out_of_memory();
	return whole;
}

/* Hashes a file all of which is at hand; false if that must be done piece by piece. */
static bool
hash_at_once(const char *bytes, size_t len, keeper *k, file_content *content)
{
	size_t		limit = ct_inflate_limit(len);
	ct_inflated inflated = {0};
	ct_error	err;

	if (ct_compression_of(bytes, len) != CT_GZIP ||
		!ct_inflate(bytes, len, limit < INFLATED ? limit : INFLATED, &inflated, &err))
	{
		free(inflated.data);
		return false;
	}
	ct_sha256(inflated.data, inflated.len, content->sha256);
	content->length = inflated.len;
	if (inflated.len > 0)
		keep(k, inflated.data, inflated.len);
	content->digest = finish_keeping(k, true);
	free(inflated.data);
	return true;
}

/* Hashes what was read and all that follows, piece by piece; false with the reason if it fails. */
static bool
hash_pieces(const blob *b, char *piece, ssize_t got, int64_t max_size, atomic_bool *stop, keeper *k,
			file_content *content, char *reason, size_t reason_room)
{
	ct_stream  *stream = new_stream(k);
	bool		zstd = got > 0 && ct_compression_of(piece, (size_t) got) == CT_ZSTD;
	bool		whole;

	if (zstd)
		pthread_mutex_lock(&zstd_lock);
	for (content->size = 0; got > 0; got = read_some(b, piece, PIECE, stop, reason, reason_room))
	{
		content->size += got;
		if (content->size > max_size)
		{
			describe_too_large(max_size, reason, reason_room);
			got = -1;
			break;
		}
		ct_stream_put(stream, piece, (size_t) got);
	}
	whole = end_stream(stream, content->sha256, &content->length);
	if (zstd)
		pthread_mutex_unlock(&zstd_lock);
	content->digest = finish_keeping(k, whole && got == 0);
	return got == 0;
}

/* Reads a piece of a file, as full as it gets; -1 with the reason if it cannot. */
static ssize_t
fill_piece(const blob *b, char *piece, bool *end, atomic_bool *stop, char *reason,
		   size_t reason_room)
{
	size_t		len = 0;
	ssize_t		got;

	*end = false;
	while (len < PIECE)
	{
		got = read_some(b, piece + len, PIECE - len, stop, reason, reason_room);
		if (got < 0)
			return -1;
		*end = got == 0;
		if (got == 0)
			break;
		len += (size_t) got;
	}
	return (ssize_t) len;
}

bool
read_content(const char *path, const load_options *options, atomic_bool *stop,
			 file_content *content, char *reason, size_t reason_room)
{
	ct_filename name;
	ct_slice	source = {path, strlen(path)};
	keeper		k = {.named = ct_file_name(source, &name) == CT_NAME_DIGEST};
	blob		b;
	char	   *piece;
	ssize_t		got;
	bool		end;
	bool		read;

	memset(content, 0, sizeof(*content));
	if (!open_blob(path, options, &b, reason, reason_room))
		return false;
	piece = get_memory(PIECE);
	got = fill_piece(&b, piece, &end, stop, reason, reason_room);
	content->size = got;
	if (got < 0)
		read = false;
	else if (end && got <= options->max_size && hash_at_once(piece, (size_t) got, &k, content))
		read = true;
	else
		read = hash_pieces(&b, piece, got, options->max_size, stop, &k, content, reason,
						   reason_room);
	content->blank = !k.written;
	free(piece);
	close_blob(&b);
	return read;
}

void
examine_content(const char *path, const char *bytes, size_t len, file_content *content)
{
	ct_filename name;
	keeper		k = {
		.named = ct_file_name((ct_slice) {path, strlen(path)}, &name) == CT_NAME_DIGEST
	};
	bool		zstd = len > 0 && ct_compression_of(bytes, len) == CT_ZSTD;
	ct_stream  *stream;

	memset(content, 0, sizeof(*content));
	content->size = (int64_t) len;
	if (!hash_at_once(bytes, len, &k, content))
	{
		stream = new_stream(&k);
		if (zstd)
			pthread_mutex_lock(&zstd_lock);
		ct_stream_put(stream, bytes, len);
		content->digest = finish_keeping(&k, end_stream(stream, content->sha256, &content->length));
		if (zstd)
			pthread_mutex_unlock(&zstd_lock);
	}
	content->blank = !k.written;
}

void
hash_content(const char *bytes, size_t len, uint8_t sha256[CT_SHA256_SIZE])
{
	ct_stream  *stream = new_stream(NULL);
	uint64_t	length;

	ct_stream_put(stream, bytes, len);
	end_stream(stream, sha256, &length);
}
