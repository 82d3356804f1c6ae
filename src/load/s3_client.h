/*
 * s3_client.h: requests to buckets: in the right Region, with credentials that
 * hold, and again where another attempt may work.
 */
#ifndef LOAD_S3_CLIENT_H
#define LOAD_S3_CLIENT_H

#include "s3_keyring.h"

/* A bucket and the Region that it was found in. */
typedef struct s3_bucket
{
	char	   *name;
	char		region[S3_REGION_ROOM];
} s3_bucket;

/* What all threads share. */
typedef struct s3_client
{
	pthread_mutex_t lock;
	s3_settings settings;
	s3_keyring	keyring;
	s3_bucket  *buckets;
	size_t		bucket_count;
	long		clock_offset;	/* of S3's clock against this one's, in seconds */
	atomic_bool *stop;
} s3_client;

/* What a thread has of its own. */
typedef struct s3_session
{
	s3_client  *client;
	http_session http;
} s3_session;

/* How a request ended. */
typedef enum s3_outcome
{
	S3_DONE,
	S3_FAILED,					/* the reason is told */
	S3_STOPPED
} s3_outcome;

/*
 * Begins, and takes credentials for the first time; false with the reason if
 * there are none.  To be called before there are threads.
 */
extern bool s3_client_begin(s3_client *client, atomic_bool *stop, char *reason, size_t room);
extern void s3_client_end(s3_client *client);

extern void s3_session_open(s3_session *session, s3_client *client);
extern void s3_session_close(s3_session *session);

/*
 * Gets an object, or what a query asks of a bucket if the key is empty.  A body
 * must be complete, and that of an object must be what its ETag says.
 */
extern s3_outcome s3_get(s3_session *session, const char *bucket, const char *key,
						 const char *query, size_t body_max, http_response *response, char *reason,
						 size_t room);

#endif							/* LOAD_S3_CLIENT_H */
