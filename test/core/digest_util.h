/*
 * digest_util.h: digests for the unit tests, and a key that signs them.
 */
#ifndef DIGEST_UTIL_H
#define DIGEST_UTIL_H

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "exact.h"
#include "core/evidence/signature.h"

#define HOUR	INT64_C(3600000000)

/* What is to stand in a digest; hours count from 2024-05-01T10:00:00Z. */
typedef struct digest_plan
{
	int			hour;			/* at which it ends */
	int			start;			/* at which it starts; 0 for an hour before */
	const char *trail;			/* "main" where it is NULL */
	const char *ending;			/* "" where it is NULL, or "_backfill" */
	const char *fingerprint;	/* "ab" where it is NULL */
	const char *hash_algorithm; /* SHA-256 where it is NULL */
	const char *signature_algorithm;	/* SHA256withRSA where it is NULL */
	const char *files;			/* none where it is NULL */
	const struct made_digest *previous;
} digest_plan;

/* A digest that was made, with its signature. */
typedef struct made_digest
{
	char		object[200];
	char		json[7000];
	size_t		length;
	uint8_t		sha256[CT_SHA256_SIZE];
	char		signature[2 * CT_SIGNATURE_MAX + 1];
} made_digest;

/* The hexadecimal digits of bytes. */
static inline void
to_hex(const uint8_t *bytes, size_t len, char *hex)
{
	for (size_t i = 0; i < len; i++)
		sprintf(hex + 2 * i, "%02x", bytes[i]);
}

/* Makes a key pair of RSA, of 1,024 bits, which takes little time. */
static inline EVP_PKEY *
make_rsa_key(void)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, NULL);
	EVP_PKEY   *key = NULL;

	EVP_PKEY_keygen_init(ctx);
	EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, 1024);
	EVP_PKEY_keygen(ctx, &key);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

/* The public part of a key, under a fingerprint. */
static inline ct_public_key
public_key(EVP_PKEY *key, const char *fingerprint)
{
	ct_public_key result = {.fingerprint = {fingerprint, strlen(fingerprint)}};
	unsigned char *p = result.der;

	result.der_len = (size_t) i2d_PublicKey(key, &p);
	return result;
}

/* Signs a text; gives the signature's hexadecimal digits. */
static inline void
sign_text(EVP_PKEY *key, const char *text, char *hex)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t		signature[CT_SIGNATURE_MAX];
	size_t		len = sizeof(signature);

	EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key);
	EVP_DigestSign(ctx, signature, &len, (const unsigned char *) text, strlen(text));
	EVP_MD_CTX_free(ctx);
	to_hex(signature, len, hex);
}

/* Makes a digest as CloudTrail does. */
static inline void
make_digest(EVP_PKEY *key, const digest_plan *plan, made_digest *made)
{
	const made_digest *previous = plan->previous;
	int			start = plan->start == 0 ? plan->hour - 1 : plan->start;
	char		end_time[40];
	char		hash[2 * CT_SHA256_SIZE + 1];
	char		before[5000] = "\"previousDigestS3Bucket\":null,\"previousDigestS3Object\":null,"
		"\"previousDigestHashValue\":null,\"previousDigestHashAlgorithm\":null,\"previousDigestSignature\":null";
	char		text[6000];

	sprintf(end_time, "2024-05-01T%02d:00:00Z", 10 + plan->hour);
	sprintf(made->object, "p/AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2024/05/01/"
			"111122223333_CloudTrail-Digest_us-east-1_%s_us-east-1_20240501T%02d0000Z%s.json.gz",
			plan->trail ? plan->trail : "main", 10 + plan->hour, plan->ending ? plan->ending : "");
	if (previous != NULL)
	{
		to_hex(previous->sha256, CT_SHA256_SIZE, hash);
		snprintf(before, sizeof(before), "\"previousDigestS3Bucket\":\"b\",\"previousDigestS3Object\":\"%s\","
				"\"previousDigestHashValue\":\"%s\",\"previousDigestHashAlgorithm\":\"%s\",\"previousDigestSignature\":\"%s\"",
				previous->object, hash, plan->hash_algorithm ? plan->hash_algorithm : "SHA-256", previous->signature);
	}
	made->length = (size_t) snprintf(made->json, sizeof(made->json),
		"{\"awsAccountId\":\"111122223333\",\"digestStartTime\":\"2024-05-01T%02d:00:00Z\",\"digestEndTime\":\"%s\","
		"\"digestS3Bucket\":\"b\",\"digestS3Object\":\"%s\",\"digestPublicKeyFingerprint\":\"%s\",\"digestSignatureAlgorithm\":\"%s\","
		"\"newestEventTime\":null,\"oldestEventTime\":null,%s,\"logFiles\":[%s]}",
		10 + start, end_time, made->object, plan->fingerprint ? plan->fingerprint : "ab",
		plan->signature_algorithm ? plan->signature_algorithm : "SHA256withRSA", before, plan->files ? plan->files : "");
	ct_sha256(made->json, made->length, made->sha256);
	to_hex(made->sha256, CT_SHA256_SIZE, hash);
	snprintf(text, sizeof(text), "%s\nb/%s\n%s\n%s", end_time, made->object, hash, previous != NULL ? previous->signature : "null");
	sign_text(key, text, made->signature);
}

#endif							/* DIGEST_UTIL_H */
