/*
 * s3_fetch.h: threads that fetch objects while others are imported.
 *
 * They stand between the feed and the workers: each takes the next file from
 * the feed, and gets its content if it is an object of S3.  What was fetched
 * and not yet imported is bounded.
 */
#ifndef LOAD_S3_FETCH_H
#define LOAD_S3_FETCH_H

#include "core/evidence/signature.h"
#include "feed.h"
#include "s3_client.h"

/* An object, or why there is none. */
typedef struct s3_object
{
	load_file	file;
	http_response response;
	s3_outcome	outcome;
	char		reason[500];
	uint8_t		signature[CT_SIGNATURE_MAX];	/* of a digest, in its metadata */
	size_t		signature_length;
	size_t		held;			/* bytes that it counts for */
	struct s3_object *next;
} s3_object;

typedef struct fetch_pool
{
	pthread_mutex_t lock;
	pthread_cond_t changed;
	feed	   *feed;
	s3_client  *client;
	int64_t		max_size;
	feed_ask	ask;
	void	   *asker;			/* used by one thread at a time, as the feed sees to */
	pthread_t  *threads;
	int			thread_count;
	int			running;
	s3_object  *first;			/* fetched, not yet taken */
	s3_object  *last;
	size_t		held;			/* bytes of all that is fetched or being fetched */
} fetch_pool;

/* Starts some threads. */
extern void fetch_begin(fetch_pool *pool, feed *f, s3_client *client, int threads, int64_t max_size,
						feed_ask ask, void *asker);

/*
 * Takes the next file, with its object if it is one of S3 (NULL if not); false
 * at the end, or when stopped.
 */
extern bool fetch_take(fetch_pool *pool, load_file *file, s3_object **object);

/* The same without waiting, if the file is no larger than some bytes. */
extern bool fetch_take_at_hand(fetch_pool *pool, int64_t max_size, load_file *file,
							   s3_object **object);

/* Releases an object that is done with; it may be NULL. */
extern void fetch_release(fetch_pool *pool, s3_object *object);

/* Wakes all, who look whether they are to stop. */
extern void fetch_wake(fetch_pool *pool);

/* Whether all threads have ended. */
extern bool fetch_ended(fetch_pool *pool);

/* Joins the threads, and releases all; returns the number of files that nobody took. */
extern uint64_t fetch_end(fetch_pool *pool);

#endif							/* LOAD_S3_FETCH_H */
