/*
 * worker.c: what has a connection and loads files, or verifies them.
 */
#include <string.h>

#include "worker.h"

void
worker_begin(worker *w, const server *s, feed *f, report *r, evidence *e)
{
	memset(w, 0, sizeof(*w));
	pthread_mutex_init(&w->lock, NULL);
	w->server = s;
	w->feed = f;
	w->report = r;
	w->evidence = e;
	w->waiter = pthread_self();
}

void
stop_workers(worker *w)
{
	feed_stop(w->feed);
	if (w->pool != NULL)
		fetch_wake(w->pool);
}
