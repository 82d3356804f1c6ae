/*
 * s3_sign.h: AWS Signature Version 4 of a request, in its headers.
 *
 * libcurl has CURLOPT_AWS_SIGV4, but that of Debian's releases signs wrongly
 * what AWS's test vectors have: queries out of order, headers with several
 * values, encoded paths.
 */
#ifndef LOAD_S3_SIGN_H
#define LOAD_S3_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/* Room for SHA-256 in hexadecimal digits. */
#define S3_HASH_ROOM	65

/* SHA-256 of an empty body. */
#define S3_EMPTY_HASH	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

typedef struct s3_keys
{
	const char *access_key_id;
	const char *secret_access_key;
} s3_keys;

typedef struct s3_signed
{
	const char *method;
	const char *path;			/* as it is sent, encoded */
	const char *query;			/* the same, without a question mark; may be empty */
	const char *const *headers; /* "Name: value", all that are to be signed, the host among them */
	size_t		header_count;
	const char *body_hash;		/* in hexadecimal digits */
	const char *region;
	const char *service;
	bool		normalize;		/* dots and double slashes of the path: all services but S3 */
	time_t		time;
} s3_signed;

/* Room for a time as x-amz-date has it. */
#define S3_DATE_ROOM	17

/* Writes a time as x-amz-date has it. */
extern void s3_date(time_t time, char text[S3_DATE_ROOM]);

/* Hashes a body, into hexadecimal digits. */
extern void s3_hash(const char *bytes, size_t length, char digits[S3_HASH_ROOM]);

/* The request in the form that is signed, to be freed. */
extern char *s3_canonical_request(const s3_signed *request);

/* The header "Authorization: ..." of a request, to be freed. */
extern char *s3_authorization(const s3_signed *request, const s3_keys *keys);

#endif							/* LOAD_S3_SIGN_H */
