/*
 * s3_error.h: what S3 answers instead of what was asked for.
 */
#ifndef LOAD_S3_ERROR_H
#define LOAD_S3_ERROR_H

#include "s3_credentials.h"
#include "s3_http.h"
#include "s3_settings.h"

typedef struct s3_error
{
	char		code[80];		/* as "AccessDenied"; empty if there is none */
	char		message[300];
	char		region[S3_REGION_ROOM]; /* where the bucket is; empty if it is not told */
} s3_error;

/* Reads the error that an answer is. */
extern void s3_error_read(s3_error *error, const http_response *response);

/* Whether the same request may work in a while. */
extern bool s3_error_passes(const s3_error *error, long status);

/* Whether credentials are no longer valid. */
extern bool s3_error_expired(const s3_error *error);

/* Says what is wrong; never what the credentials are, should the answer repeat them. */
extern void s3_error_print(const s3_error *error, long status, const s3_credentials *credentials,
						   char *reason, size_t room);

#endif							/* LOAD_S3_ERROR_H */
