/*
 * s3_fetch.c: threads that fetch objects while others are imported.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "s3_fetch.h"
#include "s3_uri.h"
#include "text.h"

/* What is fetched and not imported takes no more memory, but for a single larger object. */
#define HELD_MAX	(128 * 1024 * 1024)

/* An object takes some memory besides its content. */
#define HELD_MORE	4096

/* Decodes the signature of a digest in the metadata of its object. */
static void
decode_signature(s3_object *object)
{
	const char *text = http_header(&object->response, "x-amz-meta-signature");
	ct_slice	digits = {text, text == NULL ? 0 : strlen(text)};

	if (digits.len / 2 <= CT_SIGNATURE_MAX && digits.len > 0 &&
		ct_hex_decode(digits, object->signature, digits.len / 2))
		object->signature_length = digits.len / 2;
}

/* Fetches an object. */
static void
fetch(fetch_pool *pool, s3_session *session, s3_object *object)
{
	s3_uri		uri;

	object->outcome = S3_FAILED;
	if (s3_uri_read(object->file.path, &uri, object->reason, sizeof(object->reason)))
		object->outcome = s3_get(session, uri.bucket, uri.key, "", (size_t) pool->max_size,
								 &object->response, object->reason, sizeof(object->reason));
	if (object->outcome == S3_DONE)
		decode_signature(object);
	else
		http_release(&object->response);
}

/* Waits until there is memory for an object; false when stopped. */
static bool
hold(fetch_pool *pool, s3_object *object)
{
	object->held = HELD_MORE + (object->file.size > 0 ? (size_t) object->file.size : 0);
	pthread_mutex_lock(&pool->lock);
	while (pool->held > 0 && pool->held + object->held > HELD_MAX && !pool->feed->stop)
		pthread_cond_wait(&pool->changed, &pool->lock);
	pool->held += object->held;
	pthread_mutex_unlock(&pool->lock);
	return !pool->feed->stop;
}

/* Gives an object to the workers. */
static void
give(fetch_pool *pool, s3_object *object)
{
	pthread_mutex_lock(&pool->lock);
	if (pool->first == NULL)
		pool->first = object;
	else
		pool->last->next = object;
	pool->last = object;
	pthread_cond_broadcast(&pool->changed);
	pthread_mutex_unlock(&pool->lock);
}

/* A thread: one file after another, until there are no more. */
static void *
fetch_all(void *arg)
{
	fetch_pool *pool = arg;
	s3_session	session;
	load_file	file;

	s3_session_open(&session, pool->client);
	while (feed_take(pool->feed, pool->ask, pool->asker, &file))
	{
		s3_object  *object = get_memory(sizeof(s3_object));

		memset(object, 0, sizeof(*object));
		object->file = file;
		object->outcome = S3_STOPPED;
		if (hold(pool, object) && s3_is_uri(file.path))
			fetch(pool, &session, object);
		give(pool, object);
	}
	s3_session_close(&session);
	pthread_mutex_lock(&pool->lock);
	pool->running--;
	pthread_cond_broadcast(&pool->changed);
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

void
fetch_begin(fetch_pool *pool, feed *f, s3_client *client, int threads, int64_t max_size,
			feed_ask ask, void *asker)
{
	memset(pool, 0, sizeof(*pool));
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->changed, NULL);
	pool->feed = f;
	pool->client = client;
	pool->max_size = max_size;
	pool->ask = ask;
	pool->asker = asker;
	pool->threads = get_memory((size_t) threads * sizeof(pthread_t));
	pthread_mutex_lock(&pool->lock);
	while (pool->thread_count < threads &&
		   pthread_create(&pool->threads[pool->thread_count], NULL, fetch_all, pool) == 0)
		pool->thread_count++;
	pool->running = pool->thread_count;
	pthread_mutex_unlock(&pool->lock);
	if (pool->thread_count == 0)
	{
		fputs("cloudtrail-load: cannot start a thread\n", stderr);
		_Exit(EXIT_NOTHING);
	}
}

/* Hands out what was taken. */
static bool
hand_out(fetch_pool *pool, s3_object *taken, load_file *file, s3_object **object)
{
	if (taken == NULL)
		return false;
	*file = taken->file;
	*object = taken;
	if (!s3_is_uri(file->path))
	{
		fetch_release(pool, taken);
		*object = NULL;
	}
	return true;
}

bool
fetch_take(fetch_pool *pool, load_file *file, s3_object **object)
{
	s3_object  *taken;

	pthread_mutex_lock(&pool->lock);
	while (pool->first == NULL && pool->running > 0 && !pool->feed->stop)
		pthread_cond_wait(&pool->changed, &pool->lock);
	taken = pool->feed->stop ? NULL : pool->first;
	if (taken != NULL)
		pool->first = taken->next;
	pthread_mutex_unlock(&pool->lock);
	return hand_out(pool, taken, file, object);
}

bool
fetch_take_at_hand(fetch_pool *pool, int64_t max_size, load_file *file, s3_object **object)
{
	s3_object  *taken;

	pthread_mutex_lock(&pool->lock);
	taken = pool->feed->stop ? NULL : pool->first;
	if (taken != NULL && (taken->file.size < 0 || taken->file.size > max_size))
		taken = NULL;
	if (taken != NULL)
		pool->first = taken->next;
	pthread_mutex_unlock(&pool->lock);
	return hand_out(pool, taken, file, object);
}

void
fetch_release(fetch_pool *pool, s3_object *object)
{
	if (object == NULL)
		return;
	pthread_mutex_lock(&pool->lock);
	pool->held -= object->held;
	pthread_cond_broadcast(&pool->changed);
	pthread_mutex_unlock(&pool->lock);
	http_release(&object->response);
	free(object);
}

void
fetch_wake(fetch_pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	pthread_cond_broadcast(&pool->changed);
	pthread_mutex_unlock(&pool->lock);
}

bool
fetch_ended(fetch_pool *pool)
{
	bool		ended;

	pthread_mutex_lock(&pool->lock);
	ended = pool->running == 0;
	pthread_mutex_unlock(&pool->lock);
	return ended;
}

uint64_t
fetch_end(fetch_pool *pool)
{
	uint64_t	left = 0;

	for (int i = 0; i < pool->thread_count; i++)
		pthread_join(pool->threads[i], NULL);
	while (pool->first != NULL)
	{
		s3_object  *object = pool->first;

		pool->first = object->next;
		free(object->file.path);
		fetch_release(pool, object);
		left++;
	}
	free(pool->threads);
	pthread_cond_destroy(&pool->changed);
	pthread_mutex_destroy(&pool->lock);
	return left;
}
