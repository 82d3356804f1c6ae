/*
 * s3_request.h: one signed request to a service of AWS, and the pause before
 * another.
 */
#ifndef LOAD_S3_REQUEST_H
#define LOAD_S3_REQUEST_H

#include "s3_credentials.h"
#include "s3_http.h"
#include "s3_settings.h"

typedef struct s3_request
{
	const char *method;
	const s3_target *target;
	const char *query;			/* as it is in the target's URL */
	const char *body;			/* NULL for none */
	const char *content_type;	/* of the body */
	const char *region;
	const char *service;
	const s3_credentials *credentials;	/* NULL: not signed */
	size_t		body_max;		/* of the answer */
	long		timeout_ms;		/* as in http_request */
	time_t		time;
} s3_request;

/* Sends a request. */
extern http_outcome s3_request_send(http_session *http, const s3_request *request,
									http_response *response, char *reason, size_t room);

/*
 * Waits before another attempt, the longer the more there were, by chance:
 * those that were refused together should not come again together. Ends early
 * once all is to stop.
 */
extern void s3_pause(int attempts, atomic_bool *stop);

#endif							/* LOAD_S3_REQUEST_H */
