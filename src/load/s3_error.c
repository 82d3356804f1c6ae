/*
 * s3_error.c: what S3 answers instead of what was asked for.
 */
#include <stdio.h>
#include <string.h>

#include "s3_error.h"
#include "s3_xml.h"

/* So many characters in a row of a secret reveal it. */
#define REVEALING	12

/* Handles an element of an error. */
static void
handle_element(void *arg, const char *name, const char *parent, const char *text)
{
	s3_error   *error = arg;

	if (strcmp(parent, "Error") != 0)
		return;
	if (strcmp(name, "Code") == 0)
		snprintf(error->code, sizeof(error->code), "%s", text);
	else if (strcmp(name, "Message") == 0)
		snprintf(error->message, sizeof(error->message), "%s", text);
	else if (strcmp(name, "Region") == 0 && s3_is_region(text))
		snprintf(error->region, sizeof(error->region), "%s", text);
	/* The host where a bucket is, of which we take the Region only. */
	else if (strcmp(name, "Endpoint") == 0 && *error->region == '\0')
		s3_region_of_host(text, error->region);
}

/* Reads the Region of the host that a redirect leads to. */
static void
read_location(s3_error *error, const char *location)
{
	const char *host = location == NULL ? NULL : strstr(location, "://");
	char		copy[256];

	if (host == NULL)
		return;
	snprintf(copy, sizeof(copy), "%.*s", (int) strcspn(host + 3, ":/?#"), host + 3);
	s3_region_of_host(copy, error->region);
}

void
s3_error_read(s3_error *error, const http_response *response)
{
	const char *region = http_header(response, "x-amz-bucket-region");

	memset(error, 0, sizeof(*error));
	if (response->length > 0)
		s3_xml_read(response->body, response->length, handle_element, error);
	if (region != NULL && s3_is_region(region))
		snprintf(error->region, sizeof(error->region), "%s", region);
	if (*error->region == '\0')
		read_location(error, http_header(response, "location"));
}

/* Whether a text is in a list that ends with NULL. */
static bool
is_one_of(const char *text, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(text, *list) == 0)
			return true;
	return false;
}

bool
s3_error_passes(const s3_error *error, long status)
{
	static const char *const codes[] = {
		"SlowDown", "InternalError", "ServiceUnavailable", "RequestTimeout", "OperationAborted",
		"Throttling", "ThrottlingException", "RequestLimitExceeded", "BandwidthLimitExceeded", NULL
	};

	return status >= 500 || status == 429 || status == 408 || is_one_of(error->code, codes);
}

bool
s3_error_expired(const s3_error *error)
{
	static const char *const codes[] = {"ExpiredToken", "ExpiredTokenException",
	"TokenRefreshRequired", NULL};

	return is_one_of(error->code, codes);
}

/* Whether a text has a secret in it, or so much of it as may be left where the text was cut off. */
static bool
reveals(const char *text, const char *secret)
{
	char		part[REVEALING + 1];
	size_t		len = secret == NULL ? 0 : strlen(secret);

	if (len <= REVEALING)
		return len > 0 && strstr(text, secret) != NULL;
	for (size_t i = 0; i + REVEALING <= len; i++)
	{
		snprintf(part, sizeof(part), "%s", secret + i);
		if (strstr(text, part) != NULL)
			return true;
	}
	return false;
}

void
s3_error_print(const s3_error *error, long status, const s3_credentials *credentials, char *reason,
			   size_t room)
{
	bool		tells = reveals(error->message, credentials->secret_access_key) ||
		reveals(error->message, credentials->session_token) ||
		reveals(error->message, credentials->access_key_id) ||
		reveals(error->code, credentials->secret_access_key);

	if (*error->code == '\0' || tells)
		snprintf(reason, room, status == 404 ? "HTTP status %ld: not found" : "HTTP status %ld",
				 status);
	else if (*error->message == '\0')
		snprintf(reason, room, "%s", error->code);
	else
		snprintf(reason, room, "%s: %s", error->code, error->message);
}
