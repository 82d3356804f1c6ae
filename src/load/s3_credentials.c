/*
 * s3_credentials.c: one set of AWS's credentials.
 */
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "s3_credentials.h"
#include "text.h"

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

void
s3_credentials_copy(s3_credentials *to, const s3_credentials *from)
{
	to->access_key_id = copy_text(from->access_key_id);
	to->secret_access_key = copy_text(from->secret_access_key);
	to->session_token = from->session_token == NULL ? NULL : copy_text(from->session_token);
	to->expires = from->expires;
}

bool
s3_credentials_same(const s3_credentials *a, const s3_credentials *b)
{
	return strcmp(a->access_key_id, b->access_key_id) == 0 &&
		strcmp(a->secret_access_key, b->secret_access_key) == 0 &&
		(a->session_token == NULL) == (b->session_token == NULL) &&
		(a->session_token == NULL || strcmp(a->session_token, b->session_token) == 0);
}
