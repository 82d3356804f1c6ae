/*
 * sha256.c: SHA-256 of bytes at hand.
 *
 * OpenSSL's SHA256() and EVP functions allocate memory, and leave the hash
 * unset where there is none.  These, deprecated for nothing but being no EVP,
 * do not.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include "core/base/sha256.h"

void
ct_sha256(const char *bytes, size_t len, uint8_t hash[CT_SHA256_SIZE])
{
	SHA256_CTX	ctx;

	SHA256_Init(&ctx);
	SHA256_Update(&ctx, bytes, len);
	SHA256_Final(hash, &ctx);
}
