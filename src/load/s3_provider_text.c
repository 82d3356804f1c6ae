/*
 * s3_provider_text.c: credentials as texts and as JSON, and tokens in files.
 */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "blob.h"
#include "core/event/json_document.h"
#include "s3_provider.h"
#include "text.h"

/* No token is larger. */
#define TOKEN_MAX	(64 * 1024)

/* Whether a text can stand in a header. */
static bool
is_printable(const char *text)
{
	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++)
		if (*text <= ' ' || *text > '~')
			return false;
	return true;
}

bool
credentials_of_texts(const char *access_key_id, const char *secret_access_key,
					 const char *session_token, s3_credentials *credentials)
{
	if (session_token != NULL && *session_token == '\0')
		session_token = NULL;
	if (access_key_id == NULL || !is_printable(access_key_id) ||
		secret_access_key == NULL || !is_printable(secret_access_key) ||
		(session_token != NULL && !is_printable(session_token)))
		return false;
	credentials->access_key_id = copy_text(access_key_id);
	credentials->secret_access_key = copy_text(secret_access_key);
	credentials->session_token = session_token == NULL ? NULL : copy_text(session_token);
	return true;
}

time_t
aws_time(const char *text)
{
	struct tm	parts = {0};
	const char *end = text == NULL ? NULL : strptime(text, "%Y-%m-%dT%H:%M:%S", &parts);
	time_t		time;
	int			hours;
	int			minutes;

	if (end == NULL)
		return 0;
	time = timegm(&parts);
	if (*end == '.')
		end += 1 + strspn(end + 1, "0123456789");
	if ((*end == '+' || *end == '-') && sscanf(end + 1, "%2d:%2d", &hours, &minutes) == 2)
		time -= (*end == '-' ? -60 : 60) * (60 * hours + minutes);
	return time;
}

/* A member that is a text; NULL if there is none. */
static const char *
member(json_object *object, const char *name)
{
	return ct_json_text(object, name).ptr;
}

provided
credentials_of_json(const char *json, size_t length, const char *token_name,
					s3_credentials *credentials)
{
	ct_error	err;
	json_object *object = ct_parse_small_json(json, length, CT_ERR_VALUE, &err);
	bool		good = object != NULL && json_object_is_type(object, json_type_object) &&
		credentials_of_texts(member(object, "AccessKeyId"), member(object, "SecretAccessKey"),
							 member(object, token_name), credentials);

	if (good)
		credentials->expires = aws_time(member(object, "Expiration"));
	json_object_put(object);
	return good ? PROVIDED : REFUSED;
}

char *
read_token(const char *path)
{
	atomic_bool stop = false;
	char	   *text = NULL;
	char		ignored[200];
	size_t		room = 0;
	int64_t		size = read_blob(path, NULL, TOKEN_MAX, &stop, &text, &room, ignored,
								 sizeof(ignored));

	if (size < 0)
	{
		free(text);
		return NULL;
	}
	text = resize_memory(text, (size_t) size + 1);
	while (size > 0 && strchr(" \t\r\n", text[size - 1]) != NULL)
		size--;
	text[size] = '\0';
	return text;
}
