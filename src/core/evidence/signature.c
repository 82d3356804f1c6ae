/*
 * signature.c: the check of a digest's signature, by OpenSSL.
 */
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "core/evidence/signature.h"

/* Reads an RSA public key, PKCS #1 or the form that OpenSSL writes; NULL if it is none. */
static EVP_PKEY *
read_key(const uint8_t *der, size_t len)
{
	const unsigned char *p = der;
	EVP_PKEY   *key;

	if (len == 0 || len > CT_KEY_MAX)
		return NULL;
	key = d2i_PublicKey(EVP_PKEY_RSA, NULL, &p, (long) len);
	if (key == NULL)
	{
		p = der;
		key = d2i_PUBKEY(NULL, &p, (long) len);
	}
	/* What failed is of no use to whoever calls OpenSSL next. */
	ERR_clear_error();
	if (key != NULL && (p != der + len || EVP_PKEY_base_id(key) != EVP_PKEY_RSA))
	{
		EVP_PKEY_free(key);
		key = NULL;
	}
	return key;
}

bool
ct_is_public_key(const uint8_t *der, size_t len)
{
	EVP_PKEY   *key = read_key(der, len);

	EVP_PKEY_free(key);
	return key != NULL;
}

bool
ct_signature_valid(const uint8_t hash[CT_SHA256_SIZE], const uint8_t *signature,
				   size_t signature_len, const uint8_t *der, size_t der_len)
{
	EVP_PKEY   *key = read_key(der, der_len);
	EVP_PKEY_CTX *ctx = key != NULL ? EVP_PKEY_CTX_new(key, NULL) : NULL;
	bool		valid;

	valid = ctx != NULL &&
		EVP_PKEY_verify_init(ctx) == 1 &&
		EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1 &&
		EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) == 1 &&
		EVP_PKEY_verify(ctx, signature, signature_len, hash, CT_SHA256_SIZE) == 1;
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return valid;
}
