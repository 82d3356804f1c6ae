/*
 * thread.c: threads that load files, or verify them.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "connection.h"
#include "file.h"
#include "group.h"
#include "thread.h"

/* Looks at one file after another, until there are no more: nothing is loaded. */
static void
look_at_files(worker *w)
{
	load_file	file;

	while (take_file(w, &file))
	{
		w->path = file.path;
		w->size = file.size;
		if (w->evidence != NULL)
			check_file(w);
		else
			plan_file(w, file.size);
		if (w->evidence == NULL && report_brake(w->report, w->path))
			stop_workers(w);
		release_file(w, file.path);
	}
}

/* The thread. */
static void *
work(void *arg)
{
	worker	   *w = arg;

	if (w->evidence != NULL || w->server->options->dry_run)
		look_at_files(w);
	else
		import_groups(w);
	set_connection(w, NULL);
	free(w->buffer);
	w->ended = true;
	pthread_kill(w->waiter, SIGUSR1);
	return NULL;
}

/* Starts a worker's thread. */
static void
start_thread(worker *w, fetch_pool *pool)
{
	w->pool = pool;
	if (pthread_create(&w->thread, NULL, work, w) != 0)
	{
		fputs("cloudtrail-load: cannot start a thread\n", stderr);
		_Exit(EXIT_NOTHING);
	}
}

void
worker_start(worker *w, const server *s, feed *f, report *r, const evidence *verified,
			 fetch_pool *pool, PGconn *conn)
{
	worker_begin(w, s, f, r, NULL);
	w->verified = verified;
	set_connection(w, conn);
	start_thread(w, pool);
}

void
worker_start_verifying(worker *w, const server *s, feed *f, report *r, fetch_pool *pool,
					   evidence *e)
{
	worker_begin(w, s, f, r, e);
	start_thread(w, pool);
}
