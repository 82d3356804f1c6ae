/*
 * thread.h: threads that load files, several at a time, or verify them.
 *
 * Threads, since all that a connection waits for may be slow at once: the
 * disk that a file is read from, the server, and the message of up to 1 GB
 * on its way there.  One poll loop could wait for the sockets only.
 */
#ifndef LOAD_THREAD_H
#define LOAD_THREAD_H

#include "worker.h"

/*
 * Starts a worker on a connection, which is its own from then on.  Where
 * files were verified it loads none that has changed since.
 */
extern void worker_start(worker *w, const server *s, feed *f, report *r, const evidence *verified,
						 fetch_pool *pool, PGconn *conn);

/* Starts a worker that needs none: it gathers evidence. */
extern void worker_start_verifying(worker *w, const server *s, feed *f, report *r, fetch_pool *pool,
								   evidence *e);

#endif							/* LOAD_THREAD_H */
