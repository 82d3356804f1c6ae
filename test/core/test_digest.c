/*
 * test_digest.c: digests, their names, and the keys that sign them, good and bad.
 */
#include "../generator/rng.h"
#include "core/base/base64.h"
#include "digest_util.h"
#include "core/evidence/filename.h"
#include "tap.h"

#define TRIALS	20000

#define HASH	"0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef"
#define HEAD	"{'awsAccountId':'111122223333','digestStartTime':'2015-08-17T14:01:31Z','digestEndTime':'2015-08-17T15:01:31Z',"
#define OBJECT	"'digestS3Bucket':'b','digestS3Object':'o',"
#define KEY		"'digestPublicKeyFingerprint':'31e8b5','digestSignatureAlgorithm':'SHA256withRSA',"
#define FIRST	"'previousDigestS3Bucket':null,'previousDigestS3Object':null,'previousDigestHashValue':null,'previousDigestSignature':null,"
#define NEXT	"'previousDigestS3Bucket':'pb','previousDigestS3Object':'po','previousDigestHashValue':'" HASH "'," \
	"'previousDigestHashAlgorithm':'SHA-256','previousDigestSignature':'00ff',"
#define ENTRY	"{'s3Bucket':'b','s3Object':'AWSLogs/x.json.gz','hashValue':'" HASH "','hashAlgorithm':'SHA-256'," \
	"'newestEventTime':'2015-08-17T14:52:27Z','oldestEventTime':'2015-08-17T14:42:27Z'}"

static const struct
{
	const char *json;
	ct_error_code error;
	const char *what;
}			cases[] = {
	{HEAD OBJECT KEY FIRST "'logFiles':[]}", CT_ERR_NONE, "a starting digest of an empty hour"},
	{HEAD OBJECT KEY "'logFiles':[]}", CT_ERR_NONE, "nulls may be absent"},
	{" \n" HEAD OBJECT KEY NEXT "'logFiles':[" ENTRY "," ENTRY "]}\r\n", CT_ERR_NONE, "a digest with two files, and white space"},
	{HEAD OBJECT KEY NEXT "'newField':{'a':[1]},'logFiles':[]}", CT_ERR_NONE, "a member that is not known"},
	{HEAD OBJECT KEY NEXT "'logFiles':[{'s3Bucket':'b','s3Object':'o','hashValue':'x','hashAlgorithm':'MD5'}]}", CT_ERR_NONE,
	"another hash algorithm is read, to be named"},
	{HEAD "'digestS3Bucket':'b','digestS3Object':'pr\xc3\xa4/o'," KEY FIRST "'logFiles':[]}", CT_ERR_NONE, "a prefix that is not ASCII"},
	{HEAD OBJECT KEY FIRST "'logFiles':[] /* no JSON */}", CT_ERR_DIGEST_JSON, "a comment"},
	{"", CT_ERR_DIGEST_JSON, "nothing"},
	{"[]", CT_ERR_DIGEST_JSON, "an array"},
	{"{}", CT_ERR_DIGEST_ACCOUNT, "an empty object"},
	{HEAD OBJECT KEY NEXT "'logFiles':[]} {}", CT_ERR_DIGEST_JSON, "two objects"},
	{HEAD OBJECT KEY NEXT "'logFiles':[],}", CT_ERR_DIGEST_JSON, "a comma too many"},
	{HEAD OBJECT KEY NEXT "'logFiles':[]", CT_ERR_DIGEST_JSON, "no end"},
	{"{'awsAccountId':111122223333}", CT_ERR_DIGEST_ACCOUNT, "an account that is a number"},
	{"{'awsAccountId':'11112222333x'}", CT_ERR_DIGEST_ACCOUNT, "an account of something else"},
	{"{'awsAccountId':'111122223333','digestStartTime':'2015-08-17T14:01:31Z','digestEndTime':1439823691}", CT_ERR_DIGEST_TIME, "an end that is a number"},
	{"{'awsAccountId':'111122223333','digestStartTime':'then','digestEndTime':'2015-08-17T15:01:31Z'}", CT_ERR_DIGEST_TIME, "a start that is no time"},
	{HEAD "'digestS3Bucket':'b','digestS3Object':{}," KEY NEXT "'logFiles':[]}", CT_ERR_DIGEST_OBJECT, "an object's name that is an object"},
	{HEAD "'digestS3Bucket':'b\\n','digestS3Object':'o'," KEY NEXT "'logFiles':[]}", CT_ERR_DIGEST_OBJECT, "a line break where lines are signed"},
	{HEAD "'digestS3Bucket':'b\\u0000c','digestS3Object':'o'," KEY NEXT "'logFiles':[]}", CT_ERR_DIGEST_OBJECT, "a zero byte"},
	{HEAD "'digestS3Bucket':'\xff','digestS3Object':'o'," KEY NEXT "'logFiles':[]}", CT_ERR_DIGEST_JSON, "what is no UTF-8"},
	{HEAD OBJECT "'digestPublicKeyFingerprint':null,'digestSignatureAlgorithm':'x','logFiles':[]}", CT_ERR_DIGEST_KEY, "no fingerprint"},
	{HEAD OBJECT KEY "'previousDigestS3Object':null,'previousDigestSignature':'00','logFiles':[]}", CT_ERR_DIGEST_PREVIOUS, "a signature of no digest"},
	{HEAD OBJECT KEY "'previousDigestS3Bucket':'b','previousDigestS3Object':'o','previousDigestHashValue':'" HASH "',"
	"'previousDigestHashAlgorithm':'SHA-256','logFiles':[]}", CT_ERR_DIGEST_PREVIOUS, "no signature of the one before"},
	{HEAD OBJECT KEY "'previousDigestS3Bucket':'b','previousDigestS3Object':'o','previousDigestHashValue':'" HASH "0',"
	"'previousDigestHashAlgorithm':'SHA-256','previousDigestSignature':'00','logFiles':[]}", CT_ERR_DIGEST_PREVIOUS, "a hash too long"},
	{HEAD OBJECT KEY FIRST "'logFiles':{}}", CT_ERR_DIGEST_FILES, "files that are no array"},
	{HEAD OBJECT KEY FIRST "'logFiles':[" ENTRY ",7]}", CT_ERR_DIGEST_FILES, "a file that is a number"},
	{HEAD OBJECT KEY FIRST "'logFiles':[null]}", CT_ERR_DIGEST_FILES, "a file that is null"},
	{HEAD OBJECT KEY FIRST "'logFiles':[{'s3Bucket':'b','s3Object':'o','hashValue':'zz','hashAlgorithm':'SHA-256'}]}", CT_ERR_DIGEST_FILES, "a hash that is none"},
	{HEAD OBJECT KEY FIRST "'logFiles':[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]}", CT_ERR_DIGEST_JSON, "deep nesting"},
};

static const struct
{
	const char *path;
	const char *chain;			/* NULL where it is no digest's name */
	bool		backfill;
	const char *region;			/* NULL where it is no log file's name */
}			names[] = {
	{"AWSLogs/1/111122223333_CloudTrail-Digest_us-east-2_my_trail_us-east-1_20150817T150131Z.json.gz",
	"111122223333_CloudTrail-Digest_us-east-2_my_trail_us-east-1", false, NULL},
	{"111122223333_CloudTrail-Digest_us-east-2_t_us-east-1_20150817T150131Z_backfill.json",
	"111122223333_CloudTrail-Digest_us-east-2_t_us-east-1", true, NULL},
	{"111122223333_CloudTrail-Digest_us-east-2_20150817T150131Z.json.gz", NULL, false, NULL},
	{"111122223333_CloudTrail-Digest_us-east-2_t_us-east-1_20151317T150131Z.json.gz", NULL, false, NULL},
	{"111122223333_CloudTrail-Digest_us-east-2_t_us-east-1_20150817T150131Z.txt", NULL, false, NULL},
	{"x/y/111122223333_CloudTrail_us-east-2_20150801T0210Z_Abc.json.gz", NULL, false, "us-east-2"},
	{"111122223333_CloudTrail_us-east-2_20150801T0210Z", NULL, false, NULL},
	{"11112222333_CloudTrail_us-east-2_20150801T0210Z_Abc.json.gz", NULL, false, NULL},
	{"111122223333_CloudTrail__20150801T0210Z_Abc.json.gz", NULL, false, NULL},
	{"111122223333_CloudTrail-Insight_us-east-2_20150801T0210Z_Abc.json.gz", NULL, false, NULL},
	{"x/", NULL, false, NULL},
	{"", NULL, false, NULL},
};

/* Writes ' as ", as JSON wants it. */
static char *
with_quotes(const char *quoted)
{
	char	   *plain = strdup(quoted);

	for (char *p = plain; *p; p++)
	{
		if (*p == '\'')
			*p = '"';
	}
	return plain;
}

/* Reads a digest of a copy of its own size, and all of its files; gives the error. */
static ct_error_code
read_digest(const char *json, size_t len)
{
	char	   *copy = exact_copy(json, len);
	ct_digest	digest;
	ct_error	err = {CT_ERR_NONE, 0};
	uint8_t		hash[CT_SHA256_SIZE] = {0};

	ct_maybe_digest(copy, len);
	if (ct_digest_read(copy, len, &digest, &err))
	{
		err.code = CT_ERR_NONE;
		for (size_t i = 0; i < digest.file_count; i++)
		{
			ct_digest_file file = ct_digest_file_at(&digest, i);

			if (file.object.ptr == NULL || file.hash.ptr == NULL)
				err.code = CT_ERROR_COUNT;
		}
		ct_digest_signed_hash(&digest, hash, hash);
	}
	ct_digest_release(&digest);
	free(copy);
	return err.code;
}

/* What is read of a digest. */
static void
test_fields(void)
{
	char	   *json = with_quotes(cases[2].json);
	ct_digest	d;
	ct_digest_file file;
	ct_error	err;

	ok(ct_digest_read(json, strlen(json), &d, &err), "read");
	ok(slice_is(d.account_id, "111122223333") && slice_is(d.bucket, "b") && slice_is(d.object, "o"), "account, bucket, object");
	ok(d.start_time == INT64_C(1439820091000000) && d.end_time - d.start_time == HOUR, "times");
	ok(slice_is(d.end_text, "2015-08-17T15:01:31Z"), "the end as it stands");
	ok(d.has_previous && slice_is(d.previous_object, "po") && slice_is(d.previous_signature, "00ff"), "the digest before");
	ok(!d.has_event_times, "no events");
	file = ct_digest_file_at(&d, 1);
	ok(d.file_count == 2 && slice_is(file.object, "AWSLogs/x.json.gz") && slice_is(file.hash_algorithm, "SHA-256"), "a file");
	ok(file.has_event_times && file.newest_event_time - file.oldest_event_time == INT64_C(600000000), "its times");
	ct_digest_release(&d);
	free(json);
}

/* Digests with bytes changed, taken out and doubled. */
static void
test_mutations(void)
{
	char	   *json = with_quotes(cases[2].json);
	size_t		len = strlen(json);
	unsigned	readable = 0;
	rng			random = rng_fork(7, 0);

	for (int trial = 0; trial < TRIALS; trial++)
	{
		buffer		b = {0};
		size_t		at = rng_below(&random, (uint32_t) len);
		size_t		count = rng_below(&random, 20);
		char		byte = (char) rng_below(&random, 256);

		put(&b, json, at);
		if (trial % 4 == 0)
			put(&b, &byte, 1);
		else if (trial % 4 == 1)
			put(&b, json + rng_below(&random, (uint32_t) len - 20), count);
		if (trial % 4 != 3)
			put(&b, json + (at + count < len ? at + count : len), at + count < len ? len - at - count : 0);
		readable += read_digest(b.ptr == NULL ? "" : b.ptr, b.len) == CT_ERR_NONE;
		free(b.ptr);
	}
	ok(true, "%d mutations, of which %u can be read", TRIALS, readable);
	free(json);
}

/* Names of files. */
static void
test_names(void)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
	{
		size_t		len = strlen(names[i].path);
		char	   *copy = exact_copy(names[i].path, len);
		ct_filename name;
		bool		is_digest = ct_digest_name((ct_slice) {copy, len}, &name);

		ok(is_digest == (names[i].chain != NULL) &&
		   (!is_digest || (slice_is(name.chain, names[i].chain) && name.backfill == names[i].backfill)),
		   "a digest's name or not: %s", names[i].path);
		ok(ct_log_name((ct_slice) {copy, len}, &name) == (names[i].region != NULL) &&
		   (names[i].region == NULL || slice_is(name.region, names[i].region)), "a log file's name or not");
		free(copy);
	}
}

/* Lists of keys. */
static void
test_keys(void)
{
	EVP_PKEY   *pair = make_rsa_key();
	ct_public_key made = public_key(pair, "ab");
	uint8_t		hash[CT_SHA256_SIZE];
	char		hex[2 * CT_SIGNATURE_MAX + 1];
	uint8_t		signature[CT_SIGNATURE_MAX];
	char		base64[2 * CT_KEY_MAX];
	char		json[3 * CT_KEY_MAX];
	ct_key_list list;
	ct_public_key key;
	ct_error	err;
	size_t		len;
	unsigned	valid = 0;

	EVP_EncodeBlock((unsigned char *) base64, made.der, (int) made.der_len);
	sprintf(json, "{\"PublicKeyList\":[{\"Value\":\"%s\",\"ValidityStartTime\":1439820091.0,"
			"\"ValidityEndTime\":\"2016-01-01T00:00:00+00:00\",\"Fingerprint\":\"f\"},"
			"{\"Value\":\"AAAA\",\"Fingerprint\":\"g\"},{\"Fingerprint\":\"h\"}]}", base64);
	ok(ct_key_list_read(json, strlen(json), &list, &err) && list.count == 3, "a list of keys");
	ok(ct_key_list_get(&list, 0, &key, &err) && slice_is(key.fingerprint, "f") && key.der_len == made.der_len &&
	   memcmp(key.der, made.der, key.der_len) == 0, "a key");
	ok(key.has_validity && key.valid_from == INT64_C(1439820091000000) && key.valid_to == INT64_C(1451606400000000), "when it is valid");
	ok(!ct_key_list_get(&list, 1, &key, &err) && err.code == CT_ERR_KEY_VALUE, "what is no key");
	ok(!ct_key_list_get(&list, 2, &key, &err) && err.code == CT_ERR_KEY_LIST, "what has no key");
	ct_key_list_release(&list);
	ok(!ct_key_list_read("{\"Records\":[]}", 14, &list, &err) && err.code == CT_ERR_KEY_LIST, "what is no list of keys");
	ct_key_list_release(&list);

	sign_text(pair, "signed", hex);
	len = strlen(hex) / 2;
	ok(ct_hex_decode((ct_slice) {hex, 2 * len}, signature, len) && !ct_hex_decode((ct_slice) {hex, 2 * len - 1}, signature, len), "digits");
	ct_sha256("signed", 6, hash);
	ok(ct_signature_valid(hash, signature, len, made.der, made.der_len), "a signature");
	ok(!ct_signature_valid(hash, signature, len - 1, made.der, made.der_len), "a signature cut");
	ok(!ct_signature_valid(hash, signature, 0, made.der, made.der_len), "no signature");
	ok(!ct_signature_valid(hash, signature, len, made.der, made.der_len - 1), "a key cut");
	ok(!ct_signature_valid(hash, signature, len, made.der, 0), "no key");
	for (size_t i = 0; i < len; i++)
	{
		signature[i] ^= 1;
		valid += ct_signature_valid(hash, signature, len, made.der, made.der_len);
		signature[i] ^= 1;
	}
	for (size_t i = 0; i < made.der_len; i++)
	{
		made.der[i] ^= 0x41;
		valid += ct_signature_valid(hash, signature, len, made.der, made.der_len);
		made.der[i] ^= 0x41;
	}
	ok(valid == 0, "not one bit may differ");
	EVP_PKEY_free(pair);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		char	   *json = with_quotes(cases[i].json);
		ct_error_code error = read_digest(json, strlen(json));

		ok(error == cases[i].error, "%s: %s", cases[i].what, ct_error_message(error));
		free(json);
	}
	test_fields();
	test_mutations();
	test_names();
	test_keys();
	return done_testing();
}
