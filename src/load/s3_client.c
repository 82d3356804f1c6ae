/*
 * s3_client.c: requests to buckets: in the right Region, with credentials that
 * hold, and again where another attempt may work.
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hex.h"
#include "s3_client.h"
#include "s3_error.h"
#include "s3_request.h"
#include "text.h"

/* A request is sent so often at most, and follows its bucket so often. */
#define ATTEMPTS_MAX	10
#define MOVES_MAX		3

/* A clock that is off by more is refused by S3. */
#define CLOCK_SECONDS	(5 * 60)

/* A request on its way. */
typedef struct attempt
{
	s3_session *session;
	const char *bucket;
	const char *key;
	const char *query;
	size_t		body_max;
	http_response *response;
	char	   *reason;
	size_t		room;
	s3_credentials credentials;
	char		region[S3_REGION_ROOM];
	int			tries;
	int			moves;
	bool		renewed;
	bool		clock_set;
} attempt;

/* What to do after an attempt. */
typedef enum verdict
{
	GOOD,
	AT_ONCE,					/* again, changed */
	LATER,						/* again, after a pause */
	NEVER,
	STOP
} verdict;

bool
s3_client_begin(s3_client *client, atomic_bool *stop, char *reason, size_t room)
{
	s3_credentials credentials = {0};
	s3_session	session;
	bool		good;

	memset(client, 0, sizeof(*client));
	pthread_mutex_init(&client->lock, NULL);
	client->stop = stop;
	http_begin();
	if (!s3_settings_read(&client->settings, reason, room))
		return false;
	s3_keyring_begin(&client->keyring, &client->settings);
	s3_session_open(&session, client);
	good = s3_keyring_take(&client->keyring, &session.http, NULL, &credentials, reason, room);
	s3_session_close(&session);
	s3_credentials_release(&credentials);
	return good;
}

void
s3_client_end(s3_client *client)
{
	for (size_t i = 0; i < client->bucket_count; i++)
		free(client->buckets[i].name);
	free(client->buckets);
	s3_keyring_end(&client->keyring);
	s3_settings_release(&client->settings);
	pthread_mutex_destroy(&client->lock);
}

void
s3_session_open(s3_session *session, s3_client *client)
{
	session->client = client;
	http_open(&session->http, client->settings.ca_bundle, client->stop);
}

void
s3_session_close(s3_session *session)
{
	http_close(&session->http);
}

/* The place of a bucket among those that were met; the lock is held. */
static s3_bucket *
find_bucket(s3_client *client, const char *name)
{
	s3_bucket  *bucket;

	for (size_t i = 0; i < client->bucket_count; i++)
		if (strcmp(client->buckets[i].name, name) == 0)
			return &client->buckets[i];
	client->buckets = resize_memory(client->buckets,
									(client->bucket_count + 1) * sizeof(s3_bucket));
	bucket = &client->buckets[client->bucket_count++];
	bucket->name = copy_text(name);
	memcpy(bucket->region, client->settings.region, sizeof(bucket->region));
	return bucket;
}

/* Where a bucket is, as far as is known, and S3's time. */
static time_t
look_up(attempt *a)
{
	s3_client  *client = a->session->client;
	time_t		now = time(NULL);

	pthread_mutex_lock(&client->lock);
	memcpy(a->region, find_bucket(client, a->bucket)->region, sizeof(a->region));
	now += client->clock_offset;
	pthread_mutex_unlock(&client->lock);
	return now;
}

/* Sends the request once. */
static http_outcome
send_once(attempt *a)
{
	time_t		now = look_up(a);
	s3_target	target;
	http_outcome outcome;

	s3_target_make(&target, &a->session->client->settings, a->region, a->bucket, a->key, a->query);
	outcome = s3_request_send(&a->session->http, &(s3_request) {
		.method = "GET", .target = &target, .query = a->query, .region = a->region, .service = "s3",
		.credentials = &a->credentials, .body_max = a->body_max, .time = now
	}, a->response, a->reason, a->room);
	s3_target_release(&target);
	return outcome;
}

/* Goes to the Region where the bucket is, if that was told and is another. */
static bool
move(attempt *a, const s3_error *error)
{
	s3_client  *client = a->session->client;

	if (*error->region == '\0' || strcmp(error->region, a->region) == 0 || a->moves == MOVES_MAX)
		return false;
	a->moves++;
	pthread_mutex_lock(&client->lock);
	memcpy(find_bucket(client, a->bucket)->region, error->region, sizeof(error->region));
	pthread_mutex_unlock(&client->lock);
	return true;
}

/* Takes S3's time out of an answer, once; false if it is not far from ours. */
static bool
set_clock(attempt *a)
{
	const char *date = http_header(a->response, "date");
	s3_client  *client = a->session->client;
	time_t		time_there = date == NULL ? -1 : curl_getdate(date, NULL);
	long		offset = (long) (time_there - time(NULL));

	if (a->clock_set || time_there == -1)
		return false;
	a->clock_set = true;
	pthread_mutex_lock(&client->lock);
	client->clock_offset = offset;
	pthread_mutex_unlock(&client->lock);
	return offset > CLOCK_SECONDS || offset < -CLOCK_SECONDS;
}

/* Takes other credentials in the place of those that have expired, once. */
static bool
renew(attempt *a)
{
	s3_session *session = a->session;
	s3_credentials fresh = {0};

	if (a->renewed)
		return false;
	a->renewed = true;
	if (!s3_keyring_take(&session->client->keyring, &session->http, &a->credentials, &fresh,
						 a->reason, a->room))
		return false;
	s3_credentials_release(&a->credentials);
	a->credentials = fresh;
	return true;
}

/* Decides about an answer that is an error. */
static verdict
judge_error(attempt *a)
{
	long		status = a->response->status;
	s3_error	error;

	s3_error_read(&error, a->response);
	s3_error_print(&error, status, &a->credentials, a->reason, a->room);
	if (s3_error_expired(&error))
		return renew(a) ? AT_ONCE : NEVER;
	if (strcmp(error.code, "RequestTimeTooSkewed") == 0)
		return set_clock(a) ? AT_ONCE : NEVER;
	if (s3_error_passes(&error, status))
		return LATER;
	if (status == 301 || status == 302 || status == 307 || status == 308 || status == 400)
		return move(a, &error) ? AT_ONCE : NEVER;
	return NEVER;
}

/*
 * Whether the ETag of an object is the MD5 of its content; it is not after
 * encryption by KMS, nor with parts.
 */
static bool
is_md5(const http_response *response, const char *etag)
{
	const char *encryption = http_header(response, "x-amz-server-side-encryption");

	return etag != NULL && etag[0] == '"' && strspn(etag + 1, "0123456789abcdef") == 32 &&
		strcmp(etag + 33, "\"") == 0 && (encryption == NULL || strcmp(encryption, "AES256") == 0) &&
		http_header(response, "x-amz-server-side-encryption-customer-algorithm") == NULL;
}

/* Whether a body is what its ETag says, if that says it. */
static bool
is_intact(const http_response *response)
{
	const char *etag = http_header(response, "etag");
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned	length = 0;
	char		digits[2 * EVP_MAX_MD_SIZE + 1];

	/* A library that keeps to FIPS has no MD5. */
	if (!is_md5(response, etag) ||
		EVP_Digest(response->body == NULL ? "" : response->body, response->length, hash, &length,
				   EVP_md5(), NULL) != 1)
		return true;
	ct_hex_encode(hash, length, digits);
	return strncmp(etag + 1, digits, 32) == 0;
}

/* Decides about an answer. */
static verdict
judge_answer(attempt *a)
{
	if (a->response->status != 200)
		return judge_error(a);
	if (*a->key == '\0' || is_intact(a->response))
		return GOOD;
	snprintf(a->reason, a->room, "content is not what its ETag says");
	return LATER;
}

/* Sends the request once and decides about what comes. */
static verdict
try_once(attempt *a)
{
	switch (send_once(a))
	{
		case HTTP_ANSWERED:
			return judge_answer(a);
		case HTTP_BROKEN:
			return LATER;
		case HTTP_TOO_LARGE:
			snprintf(a->reason, a->room, "is larger than %zu bytes%s", a->body_max,
					 *a->key != '\0' ? " (--max-size)" : "");
			return NEVER;
		case HTTP_STOPPED:
			return STOP;
		default:
			return NEVER;
	}
}

/* Sends the request until there is an answer that stays. */
static s3_outcome
try_all(attempt *a)
{
	for (;;)
	{
		verdict		v = try_once(a);

		if (v == GOOD)
			return S3_DONE;
		if (v == STOP || *a->session->client->stop)
			return S3_STOPPED;
		if (v == NEVER || ++a->tries == ATTEMPTS_MAX)
			return S3_FAILED;
		if (v == LATER)
			s3_pause(a->tries, a->session->client->stop);
	}
}

s3_outcome
s3_get(s3_session *session, const char *bucket, const char *key, const char *query,
	   size_t body_max, http_response *response, char *reason, size_t room)
{
	attempt		a = {
		.session = session, .bucket = bucket, .key = key, .query = query, .body_max = body_max,
		.response = response, .reason = reason, .room = room
	};
	s3_outcome	outcome;

	if (!s3_keyring_take(&session->client->keyring, &session->http, NULL, &a.credentials, reason,
						 room))
		return *session->client->stop ? S3_STOPPED : S3_FAILED;
	outcome = try_all(&a);
	s3_credentials_release(&a.credentials);
	return outcome;
}
