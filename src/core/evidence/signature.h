/*
 * signature.h: the keys that CloudTrail signs digests with, and their check.
 */
#ifndef CT_SIGNATURE_H
#define CT_SIGNATURE_H

#include "core/evidence/digest.h"

/* Longest public key that is read: of 16,384 bits, with room. */
#define CT_KEY_MAX		4096

/* A public key as aws cloudtrail list-public-keys gives it. */
typedef struct ct_public_key
{
	ct_slice	fingerprint;
	uint8_t		der[CT_KEY_MAX];	/* PKCS #1 */
	size_t		der_len;
	bool		has_validity;
	int64_t		valid_from;
	int64_t		valid_to;
} ct_public_key;

typedef struct ct_key_list
{
	struct json_object *json;
	struct json_object *keys;
	size_t		count;
} ct_key_list;

/* Reads the output of aws cloudtrail list-public-keys; to be released even where this fails. */
extern bool ct_key_list_read(const char *json, size_t len, ct_key_list *list, ct_error *err);

/* Reads one key of a list; its texts live as long as the list does. */
extern bool ct_key_list_get(const ct_key_list *list, size_t index, ct_public_key *key,
							ct_error *err);

/* Releases what a list holds. */
extern void ct_key_list_release(ct_key_list *list);

/*
 * More memory than OpenSSL takes to read a key or check a signature.  Where it
 * has none it does not say so, and a signature is not valid: so it is for the
 * caller to see that there is some.
 */
#define CT_SIGNATURE_ROOM	(2 * 1024 * 1024)

/* Whether DER is an RSA public key. */
extern bool ct_is_public_key(const uint8_t *der, size_t len);

/* Checks an RSA PKCS #1 v1.5 signature of a SHA-256 hash; anything malformed is not valid. */
extern bool ct_signature_valid(const uint8_t hash[CT_SHA256_SIZE], const uint8_t *signature,
							   size_t signature_len, const uint8_t *der, size_t der_len);

#endif							/* CT_SIGNATURE_H */
