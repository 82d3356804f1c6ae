/*
 * s3_credentials.h: one set of AWS's credentials, which are never printed.
 */
#ifndef LOAD_S3_CREDENTIALS_H
#define LOAD_S3_CREDENTIALS_H

#include <stdbool.h>
#include <time.h>

typedef struct s3_credentials
{
	char	   *access_key_id;
	char	   *secret_access_key;
	char	   *session_token;	/* NULL if there is none */
	time_t		expires;		/* 0: never */
} s3_credentials;

extern void s3_credentials_copy(s3_credentials *to, const s3_credentials *from);

/* Whether two are the same; a session token is another each time. */
extern bool s3_credentials_same(const s3_credentials *a, const s3_credentials *b);

/* Overwrites and releases credentials. */
extern void s3_credentials_release(s3_credentials *credentials);

#endif							/* LOAD_S3_CREDENTIALS_H */
