/*
 * worker.h: what has a connection and loads files, several at a time, or
 * verifies them.
 */
#ifndef LOAD_WORKER_H
#define LOAD_WORKER_H

#include "evidence.h"
#include "feed.h"
#include "s3_fetch.h"
#include "server.h"

typedef struct worker
{
	const server *server;
	feed	   *feed;
	report	   *report;
	evidence   *evidence;		/* gathered instead of loading, or NULL */
	const evidence *verified;	/* what is to be loaded must be as it was then; or NULL */
	fetch_pool *pool;			/* that files come through, or NULL */
	pthread_t	thread;
	pthread_t	waiter;			/* gets SIGUSR1 when the thread ends */
	PGconn	   *conn;
	pthread_mutex_t lock;		/* of cancel, which other threads use */
	PGcancel   *cancel;
	const char *path;			/* of the file in hand */
	int64_t		size;			/* of the file, as it was found */
	s3_object  *object;			/* the file, if it is one of S3, or NULL */
	const char *content;		/* of the file, once it is read */
	char	   *buffer;
	size_t		room;
	char		message[MESSAGE_ROOM];
	void		(*while_busy) (struct worker *w);	/* done while the server is; or NULL */
	struct file_group *next;	/* gathered then, or NULL */
	atomic_bool ended;
} worker;

/* Sets up a worker, without a connection and without a thread. */
extern void worker_begin(worker *w, const server *s, feed *f, report *r, evidence *e);

/* Ends everything soon. */
extern void stop_workers(worker *w);

#endif							/* LOAD_WORKER_H */
