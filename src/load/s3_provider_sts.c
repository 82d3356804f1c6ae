/*
 * s3_provider_sts.c: credentials of a role, from AWS's Security Token Service.
 */
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "s3_provider.h"
#include "s3_request.h"
#include "s3_sign.h"
#include "s3_uri.h"
#include "s3_xml.h"
#include "text.h"

#define ANSWER_MAX		(256 * 1024)
#define TIMEOUT_MS		30000L
#define ATTEMPTS		4

/* What an answer says. */
typedef struct sts_answer
{
	char	   *access_key_id;
	char	   *secret_access_key;
	char	   *session_token;
	char	   *expiration;
	char	   *code;
	char	   *message;
} sts_answer;

/* Handles an element of an answer. */
static void
handle_element(void *arg, const char *name, const char *parent, const char *text)
{
	sts_answer *answer = arg;
	const struct
	{
		const char *parent;
		const char *name;
		char	  **text;
	}			known[] = {
		{"Credentials", "AccessKeyId", &answer->access_key_id},
		{"Credentials", "SecretAccessKey", &answer->secret_access_key},
		{"Credentials", "SessionToken", &answer->session_token},
		{"Credentials", "Expiration", &answer->expiration},
		{"Error", "Code", &answer->code},
		{"Error", "Message", &answer->message},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (*known[i].text == NULL && strcmp(known[i].name, name) == 0 &&
			strcmp(known[i].parent, parent) == 0)
			*known[i].text = copy_text(text);
}

/* Releases an answer. */
static void
release_answer(sts_answer *answer)
{
	char	   *const texts[] = {
		answer->access_key_id, answer->secret_access_key, answer->session_token,
		answer->expiration, answer->code, answer->message
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
	{
		if (texts[i] != NULL)
			OPENSSL_cleanse(texts[i], strlen(texts[i]));
		free(texts[i]);
	}
}

/* Writes "&name=value", encoded, if there is a value. */
static void
put_parameter(FILE *out, const char *name, const char *value)
{
	if (value == NULL || *value == '\0')
		return;
	fprintf(out, "&%s=", name);
	s3_put_encoded(out, value, false);
}

/* The body of a request for a role; the caller may add to it. */
static FILE *
begin_body(text_stream *stream, const char *action, const s3_role *role)
{
	FILE	   *out = open_text(stream);
	char		made_up[40];

	snprintf(made_up, sizeof(made_up), "cloudtrail-load-%lld", (long long) time(NULL));
	fprintf(out, "Action=%s&Version=2011-06-15", action);
	put_parameter(out, "RoleArn", role->arn);
	put_parameter(out, "RoleSessionName",
				  role->session_name == NULL ? made_up : role->session_name);
	put_parameter(out, "DurationSeconds", role->duration);
	return out;
}

/* Sends a request, signed if there are credentials for it. */
static http_outcome
send_body(const s3_settings *settings, http_session *http, const char *body,
		  const s3_credentials *by,
		  http_response *response, reason_room reason)
{
	s3_target	target;
	http_outcome outcome;

	s3_target_sts(&target, settings);
	outcome = s3_request_send(http, &(s3_request) {
		.method = "POST", .target = &target, .query = "", .body = body,
		.content_type = "application/x-www-form-urlencoded; charset=utf-8",
		.region = settings->region, .service = "sts", .credentials = by,
		.body_max = ANSWER_MAX, .timeout_ms = TIMEOUT_MS, .time = time(NULL)
	}, response, reason.text, reason.room);
	s3_target_release(&target);
	return outcome;
}

/* Reads the credentials in an answer. */
static provided
read_answer(const http_response *response, const s3_role *role, s3_credentials *credentials,
			reason_room reason)
{
	sts_answer	answer = {0};
	bool		good = response->length > 0 &&
		s3_xml_read(response->body, response->length, handle_element, &answer) &&
		response->status == 200 &&
		credentials_of_texts(answer.access_key_id, answer.secret_access_key, answer.session_token,
							 credentials);

	if (good)
		credentials->expires = aws_time(answer.expiration);
	else if (answer.code != NULL)
		snprintf(reason.text, reason.room, "cannot assume role %s: %s: %s", role->arn, answer.code,
				 answer.message == NULL ? "" : answer.message);
	else
		snprintf(reason.text, reason.room, "cannot assume role %s: HTTP status %ld", role->arn,
				 response->status);
	release_answer(&answer);
	return good ? PROVIDED : REFUSED;
}

/* Asks for a role, several times if the service is not well. */
static provided
assume(const s3_settings *settings, http_session *http, const s3_role *role, char *body,
	   const s3_credentials *by, s3_credentials *credentials, reason_room reason)
{
	http_response response = {0};
	provided	result = REFUSED;
	char		why[300] = "";

	for (int i = 0; i < ATTEMPTS; i++)
	{
		http_outcome outcome = send_body(settings, http, body, by, &response,
										 (reason_room) {why, sizeof(why)});

		if (outcome == HTTP_ANSWERED)
			result = read_answer(&response, role, credentials, reason);
		else
			snprintf(reason.text, reason.room, "cannot assume role %s: %s", role->arn, why);
		if (outcome != HTTP_BROKEN && !(outcome == HTTP_ANSWERED && response.status >= 500))
			break;
		s3_pause(i, http->stop);
	}
	http_release(&response);
	OPENSSL_cleanse(body, strlen(body));
	free(body);
	return result;
}

provided
credentials_of_role(const s3_settings *settings, http_session *http, const s3_role *role,
					const s3_credentials *by, s3_credentials *credentials, reason_room reason)
{
	text_stream stream;
	FILE	   *out = begin_body(&stream, "AssumeRole", role);

	put_parameter(out, "ExternalId", role->external_id);
	return assume(settings, http, role, close_text(&stream), by, credentials, reason);
}

provided
credentials_of_web_identity(const s3_settings *settings, http_session *http, const s3_role *role,
							const char *token_file, s3_credentials *credentials, reason_room reason)
{
	char	   *token = read_token(token_file);
	text_stream stream;
	FILE	   *out;

	if (token == NULL)
	{
		snprintf(reason.text, reason.room, "cannot read the token file %s of a web identity",
				 token_file);
		return REFUSED;
	}
	out = begin_body(&stream, "AssumeRoleWithWebIdentity", role);
	put_parameter(out, "WebIdentityToken", token);
	OPENSSL_cleanse(token, strlen(token));
	free(token);
	return assume(settings, http, role, close_text(&stream), NULL, credentials, reason);
}
