/*
 * worker.h: a thread with a connection that loads files, several at a time, or
 * one that verifies them.
 *
 * Threads, since all that a connection waits for may be slow at once: the
 * disk that a file is read from, the server, and the message of up to 1 GB
 * on its way there.  One poll loop could wait for the sockets only.
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
	int64_t		size;			/* likewise, as it was found */
	s3_object  *object;			/* likewise, if it is one of S3, or NULL */
	const char *content;		/* likewise, once it is read */
	char	   *buffer;
	size_t		room;
	char		message[MESSAGE_ROOM];
	struct file_group *next;	/* gathered while the server is busy, or NULL */
	atomic_bool ended;
} worker;

/*
 * Starts a worker on a connection, which is its own from then on.  Where
 * files were verified it loads none that has changed since.
 */
extern void worker_start(worker *w, const server *s, feed *f, report *r, const evidence *verified,
						 fetch_pool *pool, PGconn *conn);

/* Starts a worker that needs none: it gathers evidence. */
extern void worker_start_verifying(worker *w, const server *s, feed *f, report *r, fetch_pool *pool,
								   evidence *e);

/* Makes a worker without a thread, which asks the ledger for those that have no connection. */
extern void worker_begin_asking(worker *w, const server *s, feed *f, report *r, evidence *e,
								PGconn *conn);
extern void worker_end_asking(worker *w);

/*
 * Takes the next file, with its content if it comes from S3; false at the
 * end, or when stopped. One that is at hand takes no waiting; it is no larger
 * than some bytes.
 */
extern bool take_file(worker *w, load_file *file);
extern bool take_file_at_hand(worker *w, int64_t max_size, load_file *file);

/* Of the file in hand: reads it; it failed; it is taken by its name; it is done with. */
extern int64_t read_file(worker *w);
extern void fail_file(worker *w);
extern bool is_named(const worker *w);
extern void let_go(worker *w, char *path);

/* Ends everything soon. */
extern void stop_workers(worker *w);

/* An array of texts as PostgreSQL reads it. */
extern char *text_array(char *const *texts, int count);

/* Asks the ledger about files, and frees and removes those that it has; false if it cannot. */
extern bool ask_ledger(void *asker, load_file *files, int *count);

#endif							/* LOAD_WORKER_H */
