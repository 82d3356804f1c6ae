/*
 * s3_http.c: HTTP requests over libcurl, one thread a session, whose
 * connections are kept.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "s3_http.h"
#include "text.h"

/* How long connecting may take, and how long a body may bring nothing, in seconds. */
#define CONNECT_SECONDS		10L
#define STALL_SECONDS		30L

/* What receives an answer. */
typedef struct receiver
{
	http_response *response;
	size_t		body_max;
	bool		too_large;
} receiver;

void
http_begin(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		out_of_memory();
}

void
http_open(http_session *session, const char *ca_bundle, atomic_bool *stop)
{
	session->curl = curl_easy_init();
	if (session->curl == NULL)
		out_of_memory();
	session->ca_bundle = ca_bundle;
	session->stop = stop;
}

void
http_close(http_session *session)
{
	curl_easy_cleanup(session->curl);
}

/* Receives a part of the body; less than all ends the transfer. */
static size_t
receive_body(char *bytes, size_t size, size_t count, void *arg)
{
	receiver   *r = arg;
	http_response *response = r->response;
	size_t		length = size * count;

	if (length > r->body_max - response->length)
	{
		r->too_large = true;
		return 0;
	}
	if (response->length + length + 1 > response->room)
	{
		response->room = 2 * (response->length + length + 1);
		if (response->room > r->body_max + 1)
			response->room = r->body_max + 1;
		response->body = resize_memory(response->body, response->room);
	}
	memcpy(response->body + response->length, bytes, length);
	response->length += length;
	response->body[response->length] = '\0';
	return length;
}

/* Makes room at once for a body of the length that is announced. */
static void
expect_length(receiver *r, const char *value)
{
	unsigned long long length = strtoull(value, NULL, 10);

	if (length <= r->body_max && length + 1 > r->response->room)
	{
		r->response->room = (size_t) length + 1;
		r->response->body = resize_memory(r->response->body, r->response->room);
	}
}

/* Receives a line of headers. */
static size_t
receive_header(char *bytes, size_t size, size_t count, void *arg)
{
	receiver   *r = arg;
	http_response *response = r->response;
	size_t		length = size * count;
	size_t		kept = length;
	char	   *line;

	/* An interim answer, "100 Continue", may come before. */
	if (length > 5 && strncmp(bytes, "HTTP/", 5) == 0)
	{
		while (response->header_count > 0)
			free(response->headers[--response->header_count]);
		return length;
	}
	while (kept > 0 && strchr(" \t\r\n", bytes[kept - 1]) != NULL)
		kept--;
	if (kept == 0 || kept > HTTP_HEADER_MAX || response->header_count == HTTP_HEADERS_MAX ||
		memchr(bytes, '\0', kept) != NULL)
		return length;
	line = strndup(bytes, kept);
	if (line == NULL)
		out_of_memory();
	response->headers[response->header_count++] = line;
	if (strncasecmp(line, "content-length:", 15) == 0)
		expect_length(r, line + 15);
	return length;
}

/* Ends a transfer once all is to stop. */
static int
look_for_stop(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	http_session *session = arg;

	(void) a, (void) b, (void) c, (void) d;
	return *session->stop ? 1 : 0;
}

/* Tells libcurl about the session: what is alike for all requests. */
static void
set_session(http_session *session)
{
	CURL	   *curl = session->curl;

	/* Connections outlive this, and so do the names of hosts. */
	curl_easy_reset(curl);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(curl, CURLOPT_NETRC, (long) CURL_NETRC_IGNORED);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "cloudtrail-load/" LOAD_VERSION);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, STALL_SECONDS);
	curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look_for_stop);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, session);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive_body);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, receive_header);
	if (session->ca_bundle != NULL)
		curl_easy_setopt(curl, CURLOPT_CAINFO, session->ca_bundle);
}

/* Tells libcurl about a request; the list of its headers is to be freed. */
static struct curl_slist *
set_request(CURL *curl, const http_request *request)
{
	struct curl_slist *list = NULL;

	curl_easy_setopt(curl, CURLOPT_URL, request->url);
	if (request->body != NULL)
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
	if (request->timeout_ms > 0)
		curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, request->timeout_ms);
	if (request->direct)
		curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	for (size_t i = 0; i < request->header_count; i++)
	{
		struct curl_slist *longer = curl_slist_append(list, request->headers[i]);

		if (longer == NULL)
			out_of_memory();
		list = longer;
	}
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
	return list;
}

/* Whether an error of libcurl would come again at every attempt. */
static bool
is_hopeless(CURLcode code)
{
	switch (code)
	{
		case CURLE_UNSUPPORTED_PROTOCOL:
		case CURLE_URL_MALFORMAT:
		case CURLE_PEER_FAILED_VERIFICATION:
		case CURLE_SSL_CACERT_BADFILE:
		case CURLE_SSL_CERTPROBLEM:
		case CURLE_BAD_FUNCTION_ARGUMENT:
			return true;
		default:
			return false;
	}
}

http_outcome
http_perform(http_session *session, const http_request *request,
			 http_response *response, char *reason, size_t room)
{
	CURL	   *curl = session->curl;
	receiver	r = {response, request->body_max, false};
	char		detail[CURL_ERROR_SIZE] = "";
	struct curl_slist *list;
	CURLcode	code;

	http_release(response);
	set_session(session);
	list = set_request(curl, request);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &r);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, &r);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail);
	code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &response->status);
	/* The list and the detail end with this call; libcurl must not read them later. */
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, NULL);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
	curl_slist_free_all(list);
	if (code == CURLE_OK)
		return HTTP_ANSWERED;
	if (r.too_large)
		return HTTP_TOO_LARGE;
	if (*session->stop)
		return HTTP_STOPPED;
	snprintf(reason, room, "%s", *detail != '\0' ? detail : curl_easy_strerror(code));
	return is_hopeless(code) ? HTTP_HOPELESS : HTTP_BROKEN;
}

const char *
http_header(const http_response *response, const char *name)
{
	size_t		length = strlen(name);

	for (size_t i = 0; i < response->header_count; i++)
	{
		const char *line = response->headers[i];

		if (strncasecmp(line, name, length) == 0 && line[length] == ':')
			return line + length + 1 + strspn(line + length + 1, " \t");
	}
	return NULL;
}

void
http_release(http_response *response)
{
	while (response->header_count > 0)
		free(response->headers[--response->header_count]);
	free(response->body);
	memset(response, 0, sizeof(*response));
}
