/*
 * s3_uri.h: addresses of objects, s3://bucket/key, and their encoding in URLs.
 */
#ifndef LOAD_S3_URI_H
#define LOAD_S3_URI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Bytes of the longest name of a bucket, and of the longest key. */
#define S3_BUCKET_MAX	63
#define S3_KEY_MAX		1024

typedef struct s3_uri
{
	char		bucket[S3_BUCKET_MAX + 1];
	const char *key;			/* or prefix, within the text; may be empty */
} s3_uri;

/* Whether a path is an address of S3. */
extern bool s3_is_uri(const char *path);

/* Takes an address apart; false with the reason if it is not one. */
extern bool s3_uri_read(const char *path, s3_uri *uri, char *reason, size_t room);

/* Writes text as RFC 3986 encodes it in a URL; slashes stay if it is a path. */
extern void s3_put_encoded(FILE *out, const char *text, bool is_path);

/* Decodes %HH in place; %00, which no key has, stays. */
extern void s3_decode(char *text);

#endif							/* LOAD_S3_URI_H */
