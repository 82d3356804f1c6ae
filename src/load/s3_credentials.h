/*
 * s3_credentials.h: AWS's credentials, from where AWS's own tools have them.
 *
 * All threads share them.  They are taken again before they expire, and when
 * AWS says that they did.  They are never printed.
 */
#ifndef LOAD_S3_CREDENTIALS_H
#define LOAD_S3_CREDENTIALS_H

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

#include "s3_http.h"
#include "s3_settings.h"

/* One set of them. */
typedef struct s3_credentials
{
	char	   *access_key_id;
	char	   *secret_access_key;
	char	   *session_token;	/* NULL if there is none */
	time_t		expires;		/* 0: never */
} s3_credentials;

typedef struct s3_keyring
{
	pthread_mutex_t lock;
	const s3_settings *settings;
	s3_credentials current;
	bool		known;
} s3_keyring;

extern void s3_keyring_begin(s3_keyring *keyring, const s3_settings *settings);

/*
 * A copy of credentials, to be released; false with the reason if there are
 * none.  Those that AWS refused, if any are given, are not given again.
 */
extern bool s3_keyring_take(s3_keyring *keyring, http_session *http, const s3_credentials *refused,
							s3_credentials *credentials, char *reason, size_t room);

extern void s3_keyring_end(s3_keyring *keyring);

/* Overwrites and releases credentials. */
extern void s3_credentials_release(s3_credentials *credentials);

#endif							/* LOAD_S3_CREDENTIALS_H */
