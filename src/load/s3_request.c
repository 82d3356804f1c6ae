/*
 * s3_request.c: one signed request to a service of AWS, and the pause before
 * another.
 */
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "s3_request.h"
#include "s3_sign.h"
#include "text.h"

/* Pauses double from the first to the last, in milliseconds. */
#define FIRST_PAUSE_MS	100
#define LAST_PAUSE_MS	20000

/* A request has so many headers at most. */
#define HEADERS_MAX		8

/* A request's headers. */
typedef struct header_list
{
	char	   *texts[HEADERS_MAX];
	size_t		count;
} header_list;

/* Adds a header. */
static void
add_header(header_list *list, const char *name, const char *value)
{
	size_t		room = strlen(name) + strlen(value) + 3;

	list->texts[list->count] = get_memory(room);
	snprintf(list->texts[list->count++], room, "%s: %s", name, value);
}

/* Adds the signature of all headers so far. */
static void
add_signature(header_list *list, const s3_request *request, const char *body_hash)
{
	s3_signed	to_sign = {
		.method = request->method, .path = request->target->path, .query = request->query,
		.headers = (const char *const *) list->texts, .header_count = list->count,
		.body_hash = body_hash, .region = request->region, .service = request->service,
		.normalize = strcmp(request->service, "s3") != 0, .time = request->time
	};
	s3_keys		keys = {request->credentials->access_key_id,
	request->credentials->secret_access_key};

	list->texts[list->count] = s3_authorization(&to_sign, &keys);
	list->count++;
}

/* Makes the headers of a request. */
static void
make_headers(header_list *list, const s3_request *request)
{
	char		date[S3_DATE_ROOM];
	char		hash[S3_HASH_ROOM] = S3_EMPTY_HASH;

	add_header(list, "Host", request->target->host);
	if (request->body != NULL)
	{
		s3_hash(request->body, strlen(request->body), hash);
		add_header(list, "Content-Type", request->content_type);
	}
	if (request->credentials == NULL)
		return;
	s3_date(request->time, date);
	add_header(list, "x-amz-date", date);
	add_header(list, "x-amz-content-sha256", hash);
	if (request->credentials->session_token != NULL)
		add_header(list, "x-amz-security-token", request->credentials->session_token);
	add_signature(list, request, hash);
}

http_outcome
s3_request_send(http_session *http, const s3_request *request,
				http_response *response, char *reason, size_t room)
{
	header_list list = {.count = 0};
	http_outcome outcome;

	make_headers(&list, request);
	outcome = http_perform(http, &(http_request) {
		.method = request->method, .url = request->target->url,
		.headers = (const char *const *) list.texts, .header_count = list.count,
		.body = request->body, .body_max = request->body_max, .timeout_ms = request->timeout_ms
	}, response, reason, room);
	while (list.count > 0)
	{
		char	   *text = list.texts[--list.count];

		OPENSSL_cleanse(text, strlen(text));
		free(text);
	}
	return outcome;
}

void
s3_pause(int attempts, atomic_bool *stop)
{
	long		most = attempts < 8 ? FIRST_PAUSE_MS << attempts : LAST_PAUSE_MS;
	unsigned	chance = 0;
	long		ms;

	if (getrandom(&chance, sizeof(chance), GRND_NONBLOCK) < 0)
		chance = (unsigned) time(NULL);
	if (most > LAST_PAUSE_MS)
		most = LAST_PAUSE_MS;
	for (ms = most / 2 + (long) chance % (most / 2); ms > 0 && !*stop; ms -= 50)
		nanosleep(&(struct timespec) {.tv_nsec = (ms < 50 ? ms : 50) * 1000000}, NULL);
}
