/*
 * s3_keyring.h: AWS's credentials, from where AWS's own tools have them.
 *
 * All threads share them.  They are taken again before they expire, and when
 * AWS says that they did.
 */
#ifndef LOAD_S3_KEYRING_H
#define LOAD_S3_KEYRING_H

#include <pthread.h>

#include "s3_credentials.h"
#include "s3_http.h"
#include "s3_settings.h"

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

#endif							/* LOAD_S3_KEYRING_H */
