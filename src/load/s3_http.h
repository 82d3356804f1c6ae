/*
 * s3_http.h: HTTP requests over libcurl, one thread a session, whose
 * connections are kept.
 */
#ifndef LOAD_S3_HTTP_H
#define LOAD_S3_HTTP_H

#include <curl/curl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Lines of headers of an answer that are kept, and what a line of them may have. */
#define HTTP_HEADERS_MAX	64
#define HTTP_HEADER_MAX		8192

typedef struct http_session
{
	CURL	   *curl;
	const char *ca_bundle;		/* NULL for the system's */
	atomic_bool *stop;
} http_session;

typedef struct http_request
{
	const char *method;
	const char *url;
	const char *const *headers; /* "Name: value" */
	size_t		header_count;
	const char *body;			/* NULL for none */
	size_t		body_max;		/* of the answer */
	long		timeout_ms;		/* of all; 0: only a body that stalls ends it */
	bool		direct;			/* past any proxy: services of the machine itself */
} http_request;

typedef struct http_response
{
	long		status;
	char	   *body;			/* with a zero behind it, once there is any */
	size_t		length;
	size_t		room;
	char	   *headers[HTTP_HEADERS_MAX];
	size_t		header_count;
} http_response;

typedef enum http_outcome
{
	HTTP_ANSWERED,
	HTTP_BROKEN,				/* the reason is told; another attempt may work */
	HTTP_HOPELESS,				/* the same, but every attempt will fail so */
	HTTP_TOO_LARGE,
	HTTP_STOPPED
} http_outcome;

/* Prepares libcurl; to be called before there are threads. */
extern void http_begin(void);

/* Opens a session. */
extern void http_open(http_session *session, const char *ca_bundle, atomic_bool *stop);

/* Closes a session. */
extern void http_close(http_session *session);

/* Performs a request.  Redirects are not followed. */
extern http_outcome http_perform(http_session *session, const http_request *request,
								 http_response *response, char *reason, size_t room);

/* The value of a header of the answer; NULL if there is none. */
extern const char *http_header(const http_response *response, const char *name);

/* Releases an answer. */
extern void http_release(http_response *response);

#endif							/* LOAD_S3_HTTP_H */
