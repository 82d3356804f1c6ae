/*
 * s3_provider.h: the places that credentials come from, in the order of AWS's
 * own tools: environment, assumed role of a profile, web identity, profile,
 * process, container, instance.
 */
#ifndef LOAD_S3_PROVIDER_H
#define LOAD_S3_PROVIDER_H

#include "s3_credentials.h"
#include "s3_http.h"
#include "s3_settings.h"

/* What one place says. */
typedef enum provided
{
	PROVIDED,
	NOT_SET_UP,					/* the next place is asked */
	REFUSED						/* it is set up, but fails; the reason is told */
} provided;

/* Room for why a place failed. */
typedef struct reason_room
{
	char	   *text;
	size_t		room;
} reason_room;

/* Asks all places in turn; false with the reason if none has credentials. */
extern bool s3_provide(const s3_settings *settings, http_session *http, s3_credentials *credentials,
					   char *reason, size_t room);

/* s3_provider_text.c: credentials as JSON, whose session token has a name of its own. */
extern provided credentials_of_json(const char *json, size_t length, const char *token_name,
									s3_credentials *credentials);

/*
 * Takes texts as credentials; false if they cannot be: what goes into a header
 * has no control characters.
 */
extern bool credentials_of_texts(const char *access_key_id, const char *secret_access_key,
								 const char *session_token, s3_credentials *credentials);

/* Reads a time as AWS writes it, 2024-01-01T00:00:00Z; 0 if it is another. */
extern time_t aws_time(const char *text);

/* Reads a small file as text without white space at its end, to be freed; NULL if it cannot. */
extern char *read_token(const char *path);

/* s3_provider_process.c: what a program prints. */
extern provided credentials_of_process(const char *command, atomic_bool *stop,
									   s3_credentials *credentials,
									   reason_room reason);

/* s3_provider_machine.c */

/* What the container's service answers. */
extern provided credentials_of_container(http_session *http, s3_credentials *credentials,
										 reason_room reason);

/* What the instance's service answers, by its version 2. */
extern provided credentials_of_instance(http_session *http, s3_credentials *credentials,
										reason_room reason);

/* A role that is to be assumed. */
typedef struct s3_role
{
	const char *arn;
	const char *session_name;	/* NULL for one that is made up */
	const char *external_id;	/* NULL if there is none */
	const char *duration;		/* the same */
} s3_role;

/* s3_provider_sts.c */

/* A role, by credentials. */
extern provided credentials_of_role(const s3_settings *settings, http_session *http,
									const s3_role *role, const s3_credentials *by,
									s3_credentials *credentials, reason_room reason);

/* A role, by a web identity's token in a file, which is written again from time to time. */
extern provided credentials_of_web_identity(const s3_settings *settings, http_session *http,
											const s3_role *role,
											const char *token_file, s3_credentials *credentials,
											reason_room reason);

#endif							/* LOAD_S3_PROVIDER_H */
