/*
 * s3_keyring.c: keeps AWS's credentials and takes them again in time.
 */
#include <stdio.h>
#include <string.h>

#include "s3_keyring.h"
#include "s3_provider.h"

/* Credentials are taken again so long before they expire. */
#define EARLY_SECONDS	(5 * 60)

void
s3_keyring_begin(s3_keyring *keyring, const s3_settings *settings)
{
	memset(keyring, 0, sizeof(*keyring));
	pthread_mutex_init(&keyring->lock, NULL);
	keyring->settings = settings;
}

/* Takes credentials from where they come from; the lock is held. */
static bool
renew(s3_keyring *keyring, http_session *http, char *reason, size_t room)
{
	s3_credentials fresh = {0};

	if (!s3_provide(keyring->settings, http, &fresh, reason, room))
	{
		s3_credentials_release(&fresh);
		return false;
	}
	s3_credentials_release(&keyring->current);
	keyring->current = fresh;
	keyring->known = true;
	return true;
}

/* Makes sure that the credentials at hand can be used; the lock is held. */
static bool
ensure_credentials(s3_keyring *keyring, http_session *http, const s3_credentials *refused,
				   char *reason, size_t room)
{
	time_t		now = time(NULL);

	if (!keyring->known)
		return renew(keyring, http, reason, room);
	if (refused != NULL && s3_credentials_same(refused, &keyring->current))
	{
		if (!renew(keyring, http, reason, room))
			return false;
		snprintf(reason, room, "the credentials have expired, and the same ones came again");
		return !s3_credentials_same(refused, &keyring->current);
	}
	if (keyring->current.expires == 0 || now < keyring->current.expires - EARLY_SECONDS ||
		renew(keyring, http, reason, room))
		return true;
	/* Others may not be to be had for a while: these hold on until they expire. */
	return now < keyring->current.expires;
}

bool
s3_keyring_take(s3_keyring *keyring, http_session *http, const s3_credentials *refused,
				s3_credentials *credentials, char *reason, size_t room)
{
	bool		good;

	pthread_mutex_lock(&keyring->lock);
	good = ensure_credentials(keyring, http, refused, reason, room);
	if (good)
		s3_credentials_copy(credentials, &keyring->current);
	pthread_mutex_unlock(&keyring->lock);
	return good;
}

void
s3_keyring_end(s3_keyring *keyring)
{
	s3_credentials_release(&keyring->current);
	pthread_mutex_destroy(&keyring->lock);
}
