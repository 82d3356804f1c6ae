/*
 * main.c: cloudtrail-load, which loads CloudTrail log files into a trail, and
 * verifies them.
 *
 * One thread walks the folders and buckets, some fetch objects, one for each
 * connection loads, or one for each processor verifies; this one waits for
 * signals, and shows progress meanwhile.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "connection.h"
#include "ledger.h"
#include "s3_follow.h"
#include "text.h"
#include "thread.h"
#include "walk.h"

/* Time between two looks at the progress. */
#define TICK_NS			(250 * 1000 * 1000)

/* Threads that verify, if nothing else is said: more of them wait for the disk. */
#define VERIFIERS_MAX	16

/* Ticks that an interrupted thread has to end, before it is left alone. */
#define TICKS_TO_END	40

typedef struct load
{
	load_options options;
	server		server;
	report		report;
	evidence   *evidence;		/* of what is verified, or was before it is loaded; or NULL */
	feed		feed;
	bool		uses_s3;		/* the rest of this part is not set if not */
	s3_client	s3;
	bool		fetches;		/* if not, neither are the pool and who asks the ledger */
	fetch_pool	pool;
	worker		asker;
	worker	   *workers;
	int			worker_count;
	pthread_t	waiter;			/* gets SIGUSR1 when a thread ends */
	atomic_bool walk_ended;
	int			signal;			/* that ended it, or 0 */
	bool		abandoned;		/* a thread did not end in time */
} load;

/*
 * Has the sums of what was loaded made; the events are there all the same, so
 * failure is but told.
 */
static void
refresh_activity(void *arg)
{
	load	   *l = arg;
	char		message[MESSAGE_ROOM];
	char		text[MESSAGE_ROOM + 60];

	if (l->options.dry_run || l->report.counts.loaded == 0 ||
		server_refresh_activity(&l->server, message))
		return;
	snprintf(text, sizeof(text), "the days that changed are not summed up: %s", message);
	report_note(&l->report, NULL, text);
}

/* Finds the files of all paths, and follows the buckets among them if that is asked for. */
static void
find_files(load *l)
{
	s3_walk    *walks = get_memory((size_t) l->options.path_count * sizeof(s3_walk));
	int			count = 0;

	for (int i = 0; i < l->options.path_count && !l->feed.stop; i++)
	{
		const char *path = l->options.paths[i];

		if (!s3_is_uri(path))
			walk_path(&l->feed, &l->report, path, l->options.follow_links);
		else if (s3_walk_begin(&walks[count], &l->feed, &l->report, &l->s3, path))
			s3_walk_look(&walks[count++], true);
	}
	if (l->options.follow > 0 && count > 0)
		s3_follow(walks, count, &l->feed, &l->report, refresh_activity, l);
	while (count > 0)
		s3_walk_end(&walks[--count]);
	free(walks);
}

/* The thread that finds files. */
static void *
walk_all(void *arg)
{
	load	   *l = arg;

	find_files(l);
	feed_walked(&l->feed);
	l->walk_ended = true;
	pthread_kill(l->waiter, SIGUSR1);
	return NULL;
}

/* The signals that end the program, but for those that it was told to ignore, and a worker's. */
static void
signals_to_wait_for(sigset_t *ends, sigset_t *all)
{
	static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action;

	sigemptyset(ends);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		if (sigaction(ending[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
			sigaddset(ends, ending[i]);
	*all = *ends;
	sigaddset(all, SIGUSR1);
}

/* Whether all workers have ended. */
static bool
workers_ended(const load *l)
{
	for (int i = 0; i < l->worker_count; i++)
		if (!l->workers[i].ended)
			return false;
	return true;
}

/* Whether the walk, the fetches and the workers have ended. */
static bool
all_ended(load *l)
{
	return l->walk_ended && (!l->fetches || fetch_ended(&l->pool)) && workers_ended(l);
}

/* Has all threads end soon. */
static void
stop_all(load *l)
{
	feed_stop(&l->feed);
	if (l->fetches)
		fetch_wake(&l->pool);
}

/* Cancels what the connections are doing. */
static void
cancel_all(load *l)
{
	for (int i = 0; i < l->worker_count; i++)
		if (!l->workers[i].ended)
			worker_cancel(&l->workers[i]);
	if (l->fetches)
		worker_cancel(&l->asker);
}

/* Waits until all threads have ended, of themselves or because of a signal. */
static void
wait_for_threads(load *l, const sigset_t *ends, const sigset_t *all)
{
	int			ticks = 0;

	while (!all_ended(l) && ticks < TICKS_TO_END)
	{
		int			signal = sigtimedwait(all, NULL, &(struct timespec) {.tv_nsec = TICK_NS});

		if (signal > 0 && signal != SIGUSR1 && l->signal == 0)
		{
			l->signal = signal;
			stop_all(l);
			/* The next one ends the program at once. */
			pthread_sigmask(SIG_UNBLOCK, ends, NULL);
		}
		if (l->signal != 0)
		{
			/* Again and again: a query may begin just after it was to be canceled. */
			ticks++;
			cancel_all(l);
		}
		else if (l->uses_s3 && workers_ended(l))

			/*
			 * None goes on, for all would fail: what else there is in the bucket need not be
			 * found.
			 */
			stop_all(l);
		else
			report_progress(&l->report);
	}
	l->abandoned = !all_ended(l);
}

/* Another connection; NULL with a note where it cannot be had. */
static PGconn *
connect_more(load *l, const char *without)
{
	PGconn	   *conn = server_connect(&l->server);
	char		message[MESSAGE_ROOM];
	char		text[MESSAGE_ROOM + 60];

	if (PQstatus(conn) == CONNECTION_OK)
		return conn;
	server_message(conn, NULL, message);
	snprintf(text, sizeof(text), "%s: %s", without, message);
	report_note(&l->report, NULL, text);
	PQfinish(conn);
	return NULL;
}

/*
 * Starts the threads that fetch objects, if any are to be; false where there
 * is no connection for them.
 */
static bool
start_fetching(load *l)
{
	PGconn	   *conn = NULL;

	if (!l->uses_s3 || l->options.dry_run)
		return true;
	if (!l->report.verifying)
	{
		conn = connect_more(l, "a connection more is needed to load from S3");
		if (conn == NULL)
			return false;
	}
	worker_begin_asking(&l->asker, &l->server, &l->feed, &l->report,
						l->report.verifying ? l->evidence : NULL, conn);
	fetch_begin(&l->pool, &l->feed, &l->s3, l->options.requests, l->options.max_size, ask_ledger,
				&l->asker);
	l->fetches = true;
	return true;
}

/* Starts the workers: the first on the given connection, the others on new ones. */
static void
start_workers(load *l, PGconn *conn)
{
	int			jobs = l->options.dry_run || l->options.jobs == 0 ? 1 : l->options.jobs;
	char		text[60];

	l->workers = get_memory((size_t) jobs * sizeof(worker));
	while (l->worker_count < jobs)
	{
		if (l->worker_count > 0)
		{
			snprintf(text, sizeof(text), "only %d of %d connections", l->worker_count, jobs);
			conn = connect_more(l, text);
			if (conn == NULL)
				return;
		}
		worker_start(&l->workers[l->worker_count], &l->server, &l->feed, &l->report,
					 l->evidence, l->fetches ? &l->pool : NULL, conn);
		l->worker_count++;
	}
}

/* Starts the threads that verify. */
static void
start_verifiers(load *l)
{
	long		processors = sysconf(_SC_NPROCESSORS_ONLN);
	int			jobs = l->options.jobs;

	if (jobs == 0)
		jobs = processors < 1 ? 1 : processors > VERIFIERS_MAX ? VERIFIERS_MAX : (int) processors;
	l->workers = get_memory((size_t) jobs * sizeof(worker));
	while (l->worker_count < jobs)
		worker_start_verifying(&l->workers[l->worker_count++], &l->server, &l->feed, &l->report,
							   l->fetches ? &l->pool : NULL, l->evidence);
}

/* Loads or verifies all; all threads have ended then, unless some were left alone. */
static void
run(load *l, PGconn *conn)
{
	pthread_t	walker;
	sigset_t	ends;
	sigset_t	all;

	/* Threads inherit that these are blocked: they reach only us, who wait for them. */
	signals_to_wait_for(&ends, &all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	l->waiter = pthread_self();
	if (!start_fetching(l))
		exit(EXIT_NOTHING);
	if (pthread_create(&walker, NULL, walk_all, l) != 0)
	{
		fputs("cloudtrail-load: cannot start a thread\n", stderr);
		exit(EXIT_NOTHING);
	}
	if (l->report.verifying)
		start_verifiers(l);
	else
		start_workers(l, conn);
	wait_for_threads(l, &ends, &all);
	if (l->abandoned)
		return;
	for (int i = 0; i < l->worker_count; i++)
	{
		pthread_join(l->workers[i].thread, NULL);
		pthread_mutex_destroy(&l->workers[i].lock);
	}
	pthread_join(walker, NULL);
	if (l->fetches)
	{
		report_untried(&l->report, fetch_end(&l->pool));
		worker_end_asking(&l->asker);
	}
	feed_end(&l->feed);
}

/* Gets ready for S3, if a path is there; false with a complaint where that fails. */
static bool
begin_s3(load *l)
{
	char		reason[1000];

	for (int i = 0; i < l->options.path_count; i++)
		if (s3_is_uri(l->options.paths[i]))
			l->uses_s3 = true;
	if (!l->uses_s3 || s3_client_begin(&l->s3, &l->feed.stop, reason, sizeof(reason)))
		return true;
	report_complaint(&l->report, NULL, reason);
	return false;
}

/* Releases what was made ready. */
static void
end_s3(load *l)
{
	if (l->uses_s3)
		s3_client_end(&l->s3);
}

/* What the program says to who started it. */
static int
exit_status(const load *l)
{
	const report_counts *c = &l->report.counts;

	if (l->signal != 0)
		return 128 + l->signal;
	if (c->failed > 0 || c->untried > 0 || l->report.braked)
		return EXIT_FAILED;
	return c->rejects > 0 ? EXIT_REJECTS : EXIT_LOADED;
}

/* Lets signals end the program again. */
static void
unblock_signals(void)
{
	sigset_t	ends;
	sigset_t	all;

	signals_to_wait_for(&ends, &all);
	pthread_sigmask(SIG_UNBLOCK, &ends, NULL);
}

/* Verifies all files; returns the exit status. */
static int
verify(const load_options *options, evidence *e)
{
	static load l;
	int			status;

	l.options = *options;
	l.server.options = &l.options;
	report_begin(&l.report, &l.options, true);
	l.evidence = e;
	evidence_begin(e, &l.report);
	for (int i = 0; i < l.options.key_files; i++)
	{
		if (!evidence_add_keys(e, l.options.keys[i]))
			return EXIT_NOTHING;
	}
	feed_begin(&l.feed, &l.report);
	if (!begin_s3(&l))
		return EXIT_NOTHING;
	run(&l, NULL);
	if (l.abandoned)
		_Exit(exit_status(&l));
	end_s3(&l);
	report_end_progress(&l.report);
	if (l.signal == 0 && report_nothing(&l.report))
		return EXIT_NOTHING;
	unblock_signals();
	status = evidence_judge(e, l.signal != 0);
	free(l.workers);
	return l.signal != 0 ? exit_status(&l) : status;
}

/* Gives the trail the public keys; false with a complaint where that fails. */
static bool
add_keys(load *l, PGconn *conn)
{
	char		message[MESSAGE_ROOM];

	for (int i = 0; i < l->options.key_files && l->server.trail[0] != '\0' &&
		 !l->options.dry_run; i++)
	{
		char	   *keys = read_keys(l->options.keys[i], message, sizeof(message));
		bool		added = keys != NULL && server_add_keys(&l->server, conn, keys, message);

		free(keys);
		if (!added)
		{
			report_complaint(&l->report, l->options.keys[i], message);
			return false;
		}
	}
	return true;
}

/* Loads CloudTrail log files into a trail, or verifies them, or both. */
int
main(int argc, char **argv)
{
	static load l;
	static evidence e;
	char		message[MESSAGE_ROOM];
	PGconn	   *conn;
	bool		nothing;

	read_options(argc, argv, &l.options);
	if (l.options.verify)
	{
		int			status = verify(&l.options, &e);

		if (l.options.trail == NULL || status > EXIT_REJECTS)
		{
			evidence_end(&e);
			return status;
		}
		l.evidence = &e;
	}
	report_begin(&l.report, &l.options, false);
	feed_begin(&l.feed, &l.report);
	if (!begin_s3(&l))
		return EXIT_NOTHING;
	conn = server_open(&l.server, &l.options, message);
	if (conn == NULL)
	{
		report_complaint(&l.report, NULL, message);
		return EXIT_NOTHING;
	}
	if (!add_keys(&l, conn))
	{
		PQfinish(conn);
		return EXIT_NOTHING;
	}
	run(&l, conn);
	if (!l.abandoned && l.signal == 0)
		refresh_activity(&l);
	report_summary(&l.report, l.signal != 0);
	if (l.abandoned)
		_Exit(exit_status(&l));
	nothing = l.signal == 0 && report_nothing(&l.report);

	free(l.workers);
	end_s3(&l);
	server_release(&l.server);
	if (l.evidence != NULL)
		evidence_end(l.evidence);
	return nothing ? EXIT_NOTHING : exit_status(&l);
}
