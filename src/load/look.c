/*
 * look.c: whether a file looks like one of CloudTrail's.
 *
 * Folders hold other files, too, whose names end in .json or .gz: they are not
 * to be sent to a server because of that.
 */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "core/base/inflate.h"
#include "core/evidence/filename.h"
#include "look.h"
#include "text.h"

/* How much of the uncompressed content is looked at. */
#define LOOK_SIZE	(64 * 1024)

/* What Firehose compresses once more was compressed by CloudWatch Logs; deeper is nothing. */
#define LOOK_DEPTH	3

/* One of these is in every file that cloudtrail_parse() takes apart; as fold() writes them. */
static const char *const words[] = {
	"eventtime", "eventversion", "cloudtrail", "awslogs", "logevents", "\"records\"", "s3objectkey",
	"queryresultrows",
	"classuid",					/* of OCSF */
	"h4si", "kluv/"				/* gzip and zstd in base64 */
};

bool
has_log_name(const char *path)
{
	ct_slice	slice = {path, strlen(path)};
	ct_filename name;

	return ct_log_name(slice, &name) || ct_digest_name(slice, &name);
}

/* Decompresses the beginning of gzip's data; how much that is. */
static size_t
inflate_gzip(const char *bytes, size_t size, char *head)
{
	z_stream	z = {
		.next_in = (Bytef *) bytes, .avail_in = (uInt) (size < LOOK_SIZE ? size : LOOK_SIZE),
		.next_out = (Bytef *) head, .avail_out = LOOK_SIZE
	};

	if (inflateInit2(&z, 15 + 16) != Z_OK)
		return 0;
	while (inflate(&z, Z_SYNC_FLUSH) == Z_STREAM_END && z.avail_in > 0 && z.avail_out > 0)
		inflateReset(&z);
	inflateEnd(&z);
	return LOOK_SIZE - z.avail_out;
}

/* Decompresses the beginning of zstd's data; how much that is. */
static size_t
inflate_zstd(const char *bytes, size_t size, char *head)
{
	ZSTD_DStream *stream = ZSTD_createDStream();
	ZSTD_inBuffer in = {bytes, size, 0};
	ZSTD_outBuffer out = {head, LOOK_SIZE, 0};
	bool		going = stream != NULL;

	while (going && in.pos < in.size && out.pos < out.size)
		going = !ZSTD_isError(ZSTD_decompressStream(stream, &out, &in));
	ZSTD_freeDStream(stream);
	return out.pos;
}

/* The beginning of a file's content, uncompressed once; how much that is. */
static size_t
uncompress_once(const char *bytes, size_t size, char *head)
{
	switch (ct_compression_of(bytes, size))
	{
		case CT_GZIP:
			return inflate_gzip(bytes, size, head);
		case CT_ZSTD:
			return inflate_zstd(bytes, size, head);
		default:
			size = size < LOOK_SIZE ? size : LOOK_SIZE;
			memcpy(head, bytes, size);
			return size;
	}
}

/* The beginning of a file's content, uncompressed as often as it is compressed. */
static size_t
uncompressed(const char *bytes, size_t size, char *head)
{
	char	   *inner = get_memory(LOOK_SIZE);

	size = uncompress_once(bytes, size, head);
	for (int depth = 1; depth < LOOK_DEPTH && ct_compression_of(head, size) != CT_PLAIN; depth++)
	{
		memcpy(inner, head, size);
		size = uncompress_once(inner, size, head);
	}
	free(inner);
	return size;
}

/*
 * Writes text in lower case, without what differs between names of one field
 * (event_time, Event time), escapes, and the zero bytes of UTF-16.
 */
static void
fold(char *text, size_t size)
{
	char	   *end = text;

	for (size_t i = 0; i < size; i++)
		if (text[i] != '\0' && text[i] != ' ' && text[i] != '_' && text[i] != '\\')
			*end++ = text[i] >= 'A' && text[i] <= 'Z' ? (char) (text[i] - 'A' + 'a') : text[i];
	*end = '\0';
}

bool
has_log_words(const char *bytes, size_t size)
{
	char	   *head = get_memory(LOOK_SIZE + 1);
	bool		found = false;

	if (size > 0)
	{
		fold(head, uncompressed(bytes, size, head));
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && !found; i++)
			found = strstr(head, words[i]) != NULL;
	}
	free(head);
	return found;
}
