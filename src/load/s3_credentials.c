/*
 * s3_credentials.c: keeps AWS's credentials and takes them again in time.
 */
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "s3_credentials.h"
#include "s3_provider.h"
#include "text.h"

/* Credentials are taken again so long before they expire. */
#define EARLY_SECONDS	(5 * 60)


void
s3_keyring_begin(s3_keyring *keyring, const s3_settings *settings)
{
	memset(keyring, 0, sizeof(*keyring));
	pthread_mutex_init(&keyring->lock, NULL);
	keyring->settings = settings;
}

/* Overwrites and releases a text. */
static void
release_secret(char *text)
{
	if (text != NULL)
		OPENSSL_cleanse(text, strlen(text));
	free(text);
}

void
s3_credentials_release(s3_credentials *credentials)
{
	release_secret(credentials->access_key_id);
	release_secret(credentials->secret_access_key);
	release_secret(credentials->session_token);
	memset(credentials, 0, sizeof(*credentials));
}

/* Copies credentials. */
static void
copy_credentials(s3_credentials *to, const s3_credentials *from)
{
	to->access_key_id = copy_text(from->access_key_id);
	to->secret_access_key = copy_text(from->secret_access_key);
	to->session_token = from->session_token == NULL ? NULL : copy_text(from->session_token);
	to->expires = from->expires;
}

/* Whether two are the same; a session token is another each time. */
static bool
is_same(const s3_credentials *a, const s3_credentials *b)
{
	return strcmp(a->access_key_id, b->access_key_id) == 0 &&
		strcmp(a->secret_access_key, b->secret_access_key) == 0 &&
		(a->session_token == NULL) == (b->session_token == NULL) &&
		(a->session_token == NULL || strcmp(a->session_token, b->session_token) == 0);
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
have_credentials(s3_keyring *keyring, http_session *http, const s3_credentials *refused,
				 char *reason, size_t room)
{
	time_t		now = time(NULL);

	if (!keyring->known)
		return renew(keyring, http, reason, room);
	if (refused != NULL && is_same(refused, &keyring->current))
	{
		if (!renew(keyring, http, reason, room))
			return false;
		snprintf(reason, room, "the credentials have expired, and the same ones came again");
		return !is_same(refused, &keyring->current);
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
	good = have_credentials(keyring, http, refused, reason, room);
	if (good)
		copy_credentials(credentials, &keyring->current);
	pthread_mutex_unlock(&keyring->lock);
	return good;
}

void
s3_keyring_end(s3_keyring *keyring)
{
	s3_credentials_release(&keyring->current);
	pthread_mutex_destroy(&keyring->lock);
}
