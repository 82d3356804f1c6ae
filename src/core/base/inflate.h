/*
 * inflate.h: gzip and zstd, identified by their first bytes.
 */
#ifndef CT_INFLATE_H
#define CT_INFLATE_H

#include "core/base/error.h"

/*
 * What compressed data may expand to.  CloudTrail's log files shrink to a
 * tenth or twentieth, an hour of one repeated call to a hundredth; the fixed
 * part leaves small inputs room.  AWS delivers at most 50 MB, compressed, in a
 * file.  What grows to more than 256 MB must not do so at more than the usual
 * ratio, or some megabytes would take a backend gigabytes.  The last limit is
 * what a bytea can hold.
 */
#define CT_INFLATE_BASE		((size_t) 64 * 1024 * 1024)
#define CT_INFLATE_RATIO	250
#define CT_INFLATE_LARGE	((size_t) 256 * 1024 * 1024)
#define CT_INFLATE_LARGE_RATIO	32
#define CT_INFLATE_MAX		((size_t) 1024 * 1024 * 1024)

typedef enum ct_compression
{
	CT_PLAIN,
	CT_GZIP,
	CT_ZSTD
} ct_compression;

typedef struct ct_inflated
{
	char	   *data;			/* malloc'ed, the caller's to free; NULL if empty */
	size_t		len;
	size_t		consumed;		/* how much of the input was read, padding included */
	size_t		room;			/* how large the buffer is, at least */
} ct_inflated;

/*
 * What one decompression leaves to the next: fresh memory costs a fault for
 * each page, as long as inflating half of it.  It begins as zeros.
 */
typedef struct ct_inflater
{
	struct libdeflate_decompressor *deflate;
	char	   *spare;			/* a buffer that nobody uses */
	size_t		spare_room;
} ct_inflater;

/* The largest buffer that is kept for the next decompression. */
#define CT_INFLATE_SPARE	((size_t) 16 * 1024 * 1024)

/* Tells by the first bytes how data is compressed. */
extern ct_compression ct_compression_of(const char *in, size_t len);

/* How much len bytes of input may expand to, see above. */
extern size_t ct_inflate_limit(size_t len);

/*
 * Decompresses gzip members or zstd frames that follow one another.  When it
 * fails, out still has all that came before the fault, except after BOMB
 * (more than limit) and OUT_OF_MEMORY: then it is empty.  The error's offset
 * is one in the compressed data.
 */
extern bool ct_inflate(const char *in, size_t len, size_t limit,
					   ct_inflated *out, ct_error *err);

/* The same with what others have left. */
extern bool ct_inflate_with(ct_inflater *left, const char *in, size_t len, size_t limit,
							ct_inflated *out, ct_error *err);

/* Takes back a buffer that ct_inflate_with() gave, for the next one or to be freed. */
extern void ct_inflater_keep(ct_inflater *left, char *data, size_t room);

/* Frees what is left. */
extern void ct_inflater_clear(ct_inflater *left);

/* Whether the content of a file is nothing, or blanks behind a byte order mark at most. */
extern bool ct_is_blank(const char *content, size_t len);

#endif							/* CT_INFLATE_H */
