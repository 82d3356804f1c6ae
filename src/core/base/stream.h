/*
 * stream.h: the content of a file that comes piece by piece, and its SHA-256,
 * in memory that does not grow with the file.
 */
#ifndef CT_STREAM_H
#define CT_STREAM_H

#include "core/base/error.h"
#include "core/base/sha256.h"

typedef struct ct_stream ct_stream;

/* Is given the content, uncompressed, piece by piece. */
typedef void (*ct_stream_sink) (void *arg, const char *bytes, size_t len);

/* Begins; sink may be NULL.  NULL if out of memory. */
extern ct_stream *ct_stream_new(ct_stream_sink sink, void *arg);

/* Takes the next bytes of the file. */
extern void ct_stream_put(ct_stream *stream, const char *bytes, size_t len);

/*
 * Ends, and releases the stream.  Gives the hash and length of the content
 * uncompressed; of the file as it is if it is not compressed, or damaged, or
 * expands to more than is plausible: then the sink was given what is not the
 * content, and the result is false.
 */
extern bool ct_stream_end(ct_stream *stream, uint8_t sha256[CT_SHA256_SIZE], uint64_t *len,
						  ct_error *err);

#endif							/* CT_STREAM_H */
