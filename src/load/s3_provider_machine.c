/*
 * s3_provider_machine.c: credentials that a service of the container, or of the
 * instance, answers with.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "s3_provider.h"
#include "text.h"

/* Answers are small, and quick where there is such a service. */
#define ANSWER_MAX				(64 * 1024)
#define CONTAINER_TIMEOUT_MS	2000L
#define INSTANCE_TIMEOUT_MS		1000L
#define ATTEMPTS				3

/* The service of an Amazon ECS container for relative addresses, and of an instance. */
#define CONTAINER_HOST	"http://169.254.170.2"
#define INSTANCE_HOST	"http://169.254.169.254"
#define ROLE_PATH		"/latest/meta-data/iam/security-credentials/"

/* One request to such a service; false if it gives no good answer. */
static bool
ask(http_session *http, const char *method, const char *url, const char *header, long timeout_ms,
	http_response *response, reason_room reason)
{
	http_request request = {
		.method = method, .url = url, .headers = &header, .header_count = header == NULL ? 0 : 1,
		.body_max = ANSWER_MAX, .timeout_ms = timeout_ms, .direct = true
	};

	for (int i = 0; i < ATTEMPTS; i++)
	{
		http_outcome outcome = http_perform(http, &request, response, reason.text, reason.room);

		if (outcome == HTTP_ANSWERED && response->status == 200 && response->length > 0)
			return true;
		if (outcome == HTTP_ANSWERED)
			snprintf(reason.text, reason.room, "HTTP status %ld", response->status);
		if (outcome != HTTP_BROKEN && !(outcome == HTTP_ANSWERED && response->status >= 500))
			return false;
	}
	return false;
}

/* Whether an address may get a token of a container: encrypted, or within the machine. */
static bool
is_safe(const char *url)
{
	static const char *const hosts[] = {
		"localhost", "127.0.0.1", "169.254.170.2", "169.254.170.23", "[::1]", "[fd00:ec2::23]"
	};

	if (strncasecmp(url, "https://", 8) == 0)
		return true;
	if (strncasecmp(url, "http://", 7) != 0)
		return false;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
	{
		size_t		length = strlen(hosts[i]);

		if (strncasecmp(url + 7, hosts[i], length) == 0 && strchr(":/", url[7 + length]) != NULL)
			return true;
	}
	return false;
}

/*
 * The token that a container presents, as a header to be freed; NULL with a
 * reason if it cannot be.
 */
static char *
container_authorization(reason_room reason)
{
	const char *file = getenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
	const char *given = getenv("AWS_CONTAINER_AUTHORIZATION_TOKEN");
	char	   *token = file != NULL ? read_token(file) : copy_text(given == NULL ? "" : given);
	char	   *header = NULL;
	size_t		room;

	if (token == NULL)
		snprintf(reason.text, reason.room, "cannot read AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
	else if (strpbrk(token, "\r\n") != NULL)
		snprintf(reason.text, reason.room, "the token of the container has a line break");
	else
	{
		room = strlen(token) + sizeof("Authorization: ");
		header = get_memory(room);
		snprintf(header, room, *token == '\0' ? "" : "Authorization: %s", token);
	}
	free(token);
	return header;
}

provided
credentials_of_container(http_session *http, s3_credentials *credentials, reason_room reason)
{
	const char *relative = getenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
	const char *full = getenv("AWS_CONTAINER_CREDENTIALS_FULL_URI");
	http_response response = {0};
	provided	result = REFUSED;
	char		url[2048];
	char		why[200] = "it has no credentials";
	char	   *header;

	if (relative == NULL && full == NULL)
		return NOT_SET_UP;
	snprintf(url, sizeof(url), "%s%s", relative != NULL ? CONTAINER_HOST : "",
			 relative != NULL ? relative : full);
	if (!is_safe(url))
	{
		snprintf(reason.text, reason.room,
				 "AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor of this machine");
		return REFUSED;
	}
	header = container_authorization(reason);
	if (header == NULL)
		return REFUSED;
	if (ask(http, "GET", url, *header == '\0' ? NULL : header, CONTAINER_TIMEOUT_MS, &response,
			(reason_room) {why, sizeof(why)}))
		result = credentials_of_json(response.body, response.length, "Token", credentials);
	if (result != PROVIDED)
		snprintf(reason.text, reason.room, "no credentials from the container's service: %s", why);
	free(header);
	http_release(&response);
	return result;
}

/* Whether an answer can be part of an address or a header. */
static bool
is_plain(const http_response *response)
{
	for (size_t i = 0; i < response->length; i++)
		if (response->body[i] <= ' ' || response->body[i] > '~')
			return false;
	return response->length < 1024;
}

/* Asks for the role of the instance, then for its credentials, with a token of a session. */
static provided
ask_instance(http_session *http, const char *host, const char *header, s3_credentials *credentials,
			 reason_room reason)
{
	http_response role = {0};
	http_response answer = {0};
	provided	result = NOT_SET_UP;
	char		url[2048];

	snprintf(url, sizeof(url), "%.500s" ROLE_PATH, host);
	if (ask(http, "GET", url, header, INSTANCE_TIMEOUT_MS, &role, reason))
	{
		/* More than one line is nothing that the service ever answered. */
		role.length = strcspn(role.body, "\r\n");
		role.body[role.length] = '\0';
		snprintf(url, sizeof(url), "%.500s" ROLE_PATH "%.1024s", host, role.body);
		if (is_plain(&role) && ask(http, "GET", url, header, INSTANCE_TIMEOUT_MS, &answer, reason))
			result = credentials_of_json(answer.body, answer.length, "Token", credentials);
	}
	http_release(&role);
	http_release(&answer);
	return result;
}

provided
credentials_of_instance(http_session *http, s3_credentials *credentials, reason_room reason)
{
	const char *host = getenv("AWS_EC2_METADATA_SERVICE_ENDPOINT");
	const char *disabled = getenv("AWS_EC2_METADATA_DISABLED");
	http_response token = {0};
	provided	result = NOT_SET_UP;
	char		why[200];
	char		url[600];
	char		header[1100];
	int			length;

	if (disabled != NULL && strcasecmp(disabled, "true") == 0)
		return NOT_SET_UP;
	if (host == NULL || *host == '\0')
		host = INSTANCE_HOST;
	length = (int) strlen(host);
	while (length > 0 && host[length - 1] == '/')
		length--;
	snprintf(url, sizeof(url), "%.*s/latest/api/token", length < 500 ? length : 500, host);
	if (ask(http, "PUT", url, "X-aws-ec2-metadata-token-ttl-seconds: 21600", INSTANCE_TIMEOUT_MS,
			&token,
			(reason_room) {why, sizeof(why)}) && is_plain(&token))
	{
		snprintf(header, sizeof(header), "X-aws-ec2-metadata-token: %s", token.body);
		url[strlen(url) - strlen("/latest/api/token")] = '\0';
		result = ask_instance(http, url, header, credentials, (reason_room) {why, sizeof(why)});
		if (result == REFUSED)
			snprintf(reason.text, reason.room, "no credentials from the instance's service");
	}
	http_release(&token);
	return result;
}
