/*
 * digest.c: reads CloudTrail's digest files.
 *
 * Whoever can write to the bucket decides what is in one: every type and size
 * is checked once, on reading.
 */
#include <string.h>

#include <json-c/json.h>
#include <openssl/evp.h>

#include "core/base/utf8.h"
#include "core/event/json_document.h"
#include "core/evidence/digest.h"

/* How far into a file the first of these names stands. */
#define GLANCE			2048

bool
ct_is_sha256(ct_slice algorithm)
{
	return algorithm.len == 7 && memcmp(algorithm.ptr, "SHA-256", 7) == 0;
}

/* Whether a hash is one by its algorithm; those of other algorithms are let through. */
static bool
is_hash(ct_slice hash, ct_slice algorithm)
{
	uint8_t		bytes[CT_SHA256_SIZE];

	return hash.ptr != NULL && algorithm.ptr != NULL &&
		(!ct_is_sha256(algorithm) || ct_hex_decode(hash, bytes, sizeof(bytes)));
}

/* Reads what a digest says of the one before. */
static bool
read_previous(json_object *json, ct_digest *digest)
{
	if (ct_json_is_null(json, "previousDigestS3Object"))
		return ct_json_is_null(json, "previousDigestS3Bucket") &&
			ct_json_is_null(json, "previousDigestHashValue") &&
			ct_json_is_null(json, "previousDigestSignature");
	digest->has_previous = true;
	digest->previous_bucket = ct_json_text(json, "previousDigestS3Bucket");
	digest->previous_object = ct_json_text(json, "previousDigestS3Object");
	digest->previous_hash = ct_json_text(json, "previousDigestHashValue");
	digest->previous_hash_algorithm = ct_json_text(json, "previousDigestHashAlgorithm");
	digest->previous_signature = ct_json_text(json, "previousDigestSignature");
	return digest->previous_bucket.ptr != NULL && digest->previous_object.ptr != NULL &&
		digest->previous_signature.ptr != NULL &&
		is_hash(digest->previous_hash, digest->previous_hash_algorithm);
}

/* Reads one element of logFiles. */
static bool
read_file(json_object *element, ct_digest_file *file)
{
	memset(file, 0, sizeof(*file));
	if (!json_object_is_type(element, json_type_object))
		return false;
	file->bucket = ct_json_text(element, "s3Bucket");
	file->object = ct_json_text(element, "s3Object");
	file->hash = ct_json_text(element, "hashValue");
	file->hash_algorithm = ct_json_text(element, "hashAlgorithm");
	file->has_event_times = ct_json_time(element, "newestEventTime", &file->newest_event_time) &&
		ct_json_time(element, "oldestEventTime", &file->oldest_event_time);
	return file->bucket.ptr != NULL && file->object.ptr != NULL &&
		is_hash(file->hash, file->hash_algorithm);
}

/* Checks all log files, so that they can be read without a check. */
static bool
check_files(json_object *json, ct_digest *digest)
{
	ct_digest_file file;

	if (!json_object_object_get_ex(json, "logFiles", &digest->files) ||
		!json_object_is_type(digest->files, json_type_array))
		return false;
	digest->file_count = json_object_array_length(digest->files);
	for (size_t i = 0; i < digest->file_count; i++)
	{
		if (!read_file(json_object_array_get_idx(digest->files, i), &file))
			return false;
	}
	return true;
}

/* Whether a text is twelve digits. */
static bool
is_account(ct_slice text)
{
	if (text.len != 12)
		return false;
	for (size_t i = 0; i < 12; i++)
	{
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
	}
	return true;
}

bool
ct_maybe_digest(const char *content, size_t len)
{
	static const char name[] = "\"digestEndTime\"";

	return len > 0 && content[0] != '[' &&
		memmem(content, len < GLANCE ? len : GLANCE, name, sizeof(name) - 1) != NULL;
}

bool
ct_digest_read(const char *content, size_t len, ct_digest *digest, ct_error *err)
{
	json_object *json;

	memset(digest, 0, sizeof(*digest));
	digest->json = json = ct_parse_small_json(content, len, CT_ERR_DIGEST_JSON, err);
	if (json == NULL)
		return false;
	if (!json_object_is_type(json, json_type_object))
		return ct_fail(err, CT_ERR_DIGEST_JSON, 0);
	digest->account_id = ct_json_text(json, "awsAccountId");
	if (!is_account(digest->account_id))
		return ct_fail(err, CT_ERR_DIGEST_ACCOUNT, 0);
	digest->end_text = ct_json_text(json, "digestEndTime");
	if (digest->end_text.ptr == NULL ||
		!ct_json_time(json, "digestStartTime", &digest->start_time) ||
		!ct_json_time(json, "digestEndTime", &digest->end_time))
		return ct_fail(err, CT_ERR_DIGEST_TIME, 0);
	digest->bucket = ct_json_text(json, "digestS3Bucket");
	digest->object = ct_json_text(json, "digestS3Object");
	if (digest->bucket.ptr == NULL || digest->object.ptr == NULL)
		return ct_fail(err, CT_ERR_DIGEST_OBJECT, 0);
	digest->fingerprint = ct_json_text(json, "digestPublicKeyFingerprint");
	digest->signature_algorithm = ct_json_text(json, "digestSignatureAlgorithm");
	if (digest->fingerprint.ptr == NULL || digest->signature_algorithm.ptr == NULL)
		return ct_fail(err, CT_ERR_DIGEST_KEY, 0);
	digest->has_event_times = ct_json_time(json, "newestEventTime", &digest->newest_event_time) &&
		ct_json_time(json, "oldestEventTime", &digest->oldest_event_time);
	if (!read_previous(json, digest))
		return ct_fail(err, CT_ERR_DIGEST_PREVIOUS, 0);
	if (!check_files(json, digest))
		return ct_fail(err, CT_ERR_DIGEST_FILES, 0);
	return true;
}

ct_digest_file
ct_digest_file_at(const ct_digest *digest, size_t index)
{
	ct_digest_file file;

	read_file(json_object_array_get_idx(digest->files, index), &file);
	return file;
}

void
ct_digest_release(ct_digest *digest)
{
	json_object_put(digest->json);
	digest->json = NULL;
}

bool
ct_digest_signed_hash(const ct_digest *digest, const uint8_t sha256[CT_SHA256_SIZE],
					  uint8_t hash[CT_SHA256_SIZE])
{
	char		hex[2 * CT_SHA256_SIZE + 1];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool		done;

	ct_hex_encode(sha256, CT_SHA256_SIZE, hex);
	done = ctx != NULL && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) &&
		EVP_DigestUpdate(ctx, digest->end_text.ptr, digest->end_text.len) &&
		EVP_DigestUpdate(ctx, "\n", 1) &&
		EVP_DigestUpdate(ctx, digest->bucket.ptr, digest->bucket.len) &&
		EVP_DigestUpdate(ctx, "/", 1) &&
		EVP_DigestUpdate(ctx, digest->object.ptr, digest->object.len) &&
		EVP_DigestUpdate(ctx, "\n", 1) &&
		EVP_DigestUpdate(ctx, hex, 2 * CT_SHA256_SIZE) &&
		EVP_DigestUpdate(ctx, "\n", 1) &&
		(digest->has_previous ?
		 EVP_DigestUpdate(ctx, digest->previous_signature.ptr, digest->previous_signature.len) :
		 EVP_DigestUpdate(ctx, "null", 4)) &&
		EVP_DigestFinal_ex(ctx, hash, NULL);
	EVP_MD_CTX_free(ctx);
	return done;
}
