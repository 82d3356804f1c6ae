/*
 * worker.c: a thread with a connection that loads one file after another.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "blob.h"
#include "text.h"
#include "worker.h"

/* How often a file is sent again after a lost connection, and after a conflict. */
#define LOSSES_MAX		5
#define CONFLICTS_MAX	10

/* Pauses between attempts to connect again double, up to about a minute in all. */
#define FIRST_PAUSE_MS	250
#define LAST_PAUSE_MS	32000

/* A larger buffer is not kept for the next file. */
#define BUFFER_KEPT		(16 * 1024 * 1024)

/* Types of parameters, whose OIDs never change. */
#define BYTEA_OID		17

typedef enum outcome
{
	ANSWERED,
	FILE_FAILED,				/* the reason is in the worker's message */
	ALL_FAILS,					/* likewise, and every file would fail so */
	STOPPED
} outcome;

/* Sleeps, but not for long once all is to stop. */
static void
pause_ms(worker *w, int ms)
{
	for (; ms > 0 && !w->feed->stop; ms -= 50)
		nanosleep(&(struct timespec) {.tv_nsec = 50 * 1000 * 1000}, NULL);
}

/* Prints a warning of the server with the file that it is about. */
static void
receive_notice(void *arg, const PGresult *result)
{
	worker	   *w = arg;
	const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
	char		text[MESSAGE_ROOM];

	if (severity == NULL || strcmp(severity, "WARNING") != 0)
		return;
	server_message(w->conn, result, text);
	report_note(w->report, w->path, text);
}

/* Takes a connection, or the lack of one. */
static void
set_connection(worker *w, PGconn *conn)
{
	PGcancel   *cancel = conn == NULL ? NULL : PQgetCancel(conn);
	PGcancel   *old;

	pthread_mutex_lock(&w->lock);
	old = w->cancel;
	w->cancel = cancel;
	pthread_mutex_unlock(&w->lock);
	PQfreeCancel(old);

	PQfinish(w->conn);
	w->conn = conn;
	if (conn != NULL)
		PQsetNoticeReceiver(conn, receive_notice, w);
}

/* Cancels what a worker's connection is doing. */
void
worker_cancel(worker *w)
{
	char		ignored[256];

	pthread_mutex_lock(&w->lock);
	if (w->cancel != NULL)
		PQcancel(w->cancel, ignored, sizeof(ignored));
	pthread_mutex_unlock(&w->lock);
}

/* Connects again after the connection was lost, with growing pauses; false where it cannot. */
static bool
connect_again(worker *w)
{
	char		text[MESSAGE_ROOM + 50];
	PGconn	   *conn;

	snprintf(text, sizeof(text), "the connection is lost, trying again: %s", w->message);
	report_note(w->report, NULL, text);
	set_connection(w, NULL);
	for (int ms = FIRST_PAUSE_MS;; ms *= 2)
	{
		pause_ms(w, ms);
		if (w->feed->stop)
			return false;
		conn = server_connect(w->server);
		if (PQstatus(conn) == CONNECTION_OK)
		{
			set_connection(w, conn);
			return true;
		}
		server_message(conn, NULL, w->message);
		PQfinish(conn);
		if (ms >= LAST_PAUSE_MS)
			return false;
	}
}

/* Whether a statement failed because of what others were doing. */
static bool
is_conflict(const char *state)
{
	return strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0 || strcmp(state, "55P03") == 0;
}

/* Whether a statement fails for every file alike. */
static bool
is_hopeless(const char *state)
{
	static const char *const states[] = {
		"25006",				/* read only */
		"42501",				/* no privilege */
		"42P01", "42883", "3F000",	/* no such table, function, schema */
		"53100",				/* disk full */
	};

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(state, states[i]) == 0)
			return true;
	return false;
}

/* Runs a query on a trail until there is an answer. */
static outcome
run_query(worker *w, const char *query, const Oid types[3], const char *const values[3],
		  const int lengths[3], const int formats[3], PGresult **answer)
{
	int			losses = 0;
	int			conflicts = 0;

	for (;;)
	{
		PGresult   *result;
		const char *field;
		char		state[6];

		if (w->feed->stop)
			return STOPPED;
		result = PQexecParams(w->conn, query, 3, types, values, lengths, formats, 0);
		if (PQresultStatus(result) == PGRES_TUPLES_OK)
		{
			*answer = result;
			return ANSWERED;
		}
		field = PQresultErrorField(result, PG_DIAG_SQLSTATE);
		snprintf(state, sizeof(state), "%s", field == NULL ? "" : field);
		server_message(w->conn, result, w->message);
		PQclear(result);
		if (w->feed->stop)
			return STOPPED;

		if (PQstatus(w->conn) != CONNECTION_OK || strncmp(state, "57P", 3) == 0)
		{
			bool		again = ++losses < LOSSES_MAX;
			char		reason[MESSAGE_ROOM];

			snprintf(reason, sizeof(reason), "%s", w->message);
			if (!connect_again(w))
				return w->feed->stop ? STOPPED : ALL_FAILS;
			if (!again)
			{
				snprintf(w->message, sizeof(w->message), "%.900s (%d times)", reason, losses);
				return FILE_FAILED;
			}
		}
		else if (is_conflict(state) && ++conflicts < CONFLICTS_MAX)
			/* Those who met in a deadlock should not meet again. */
			pause_ms(w, 50 * conflicts * (int) (1 + (uintptr_t) w / sizeof(worker) % 4));
		else
			return is_hopeless(state) ? ALL_FAILS : FILE_FAILED;
	}
}

/* An array of texts as PostgreSQL reads it. */
static char *
text_array(char *const *texts, int count)
{
	size_t		room = 3;
	char	   *array;
	char	   *p;

	for (int i = 0; i < count; i++)
		room += 2 * strlen(texts[i]) + 3;
	p = array = get_memory(room);
	*p++ = '{';
	for (int i = 0; i < count; i++)
	{
		if (i > 0)
			*p++ = ',';
		*p++ = '"';
		for (const char *t = texts[i]; *t != '\0'; t++)
		{
			if (*t == '"' || *t == '\\')
				*p++ = '\\';
			*p++ = *t;
		}
		*p++ = '"';
	}
	*p++ = '}';
	*p = '\0';
	return array;
}

/* Compares two texts. */
static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *) a, *(char *const *) b);
}

/* Keeps of a batch what the ledger answered to be missing. */
static void
keep_missing(worker *w, const PGresult *answer, load_file *files, char **sources, int *count)
{
	int			missing_count = PQntuples(answer);
	char	  **missing = get_memory(((size_t) missing_count + 1) * sizeof(char *));
	int			kept = 0;

	for (int i = 0; i < missing_count; i++)
		missing[i] = PQgetvalue(answer, i, 0);
	qsort(missing, (size_t) missing_count, sizeof(char *), compare_texts);
	for (int i = 0; i < *count; i++)
	{
		if (files[i].size < 0 ||
			bsearch(&sources[i], missing, (size_t) missing_count, sizeof(char *), compare_texts) != NULL)
		{
			report_missing(w->report, files[i].path, files[i].size);
			files[kept++] = files[i];
		}
		else
		{
			report_known(w->report, files[i].path, files[i].size);
			free(files[i].path);
		}
	}
	*count = kept;
	free(missing);
}

/* Asks the ledger about files, and frees and removes those that it has; false if it cannot. */
static bool
ask_ledger(void *asker, load_file *files, int *count)
{
	worker	   *w = asker;
	char	   *sources[BATCH_SIZE];
	char		sizes[BATCH_SIZE * 21 + 3];
	char	   *p = sizes;
	char	   *array;
	PGresult   *answer = NULL;
	outcome		o;

	if (w->evidence != NULL)
		return true;
	if (w->server->trail[0] == '\0')
	{
		/* A dry run before the trail is made. */
		for (int i = 0; i < *count; i++)
			report_missing(w->report, files[i].path, files[i].size);
		return true;
	}
	*p++ = '{';
	for (int i = 0; i < *count; i++)
	{
		sources[i] = valid_utf8(source_of(files[i].path));
		p += sprintf(p, "%s%lld", i > 0 ? "," : "", (long long) files[i].size);
	}
	strcpy(p, "}");
	array = text_array(sources, *count);
	o = run_query(w, w->server->missing_query, NULL,
				  (const char *const[]) {w->server->trail, array, sizes}, NULL, NULL, &answer);
	for (int i = *count; o != ANSWERED && i > 0; i--)
		free(sources[i - 1]);
	free(array);
	if (o == ANSWERED)
	{
		int			asked = *count;

		keep_missing(w, answer, files, sources, count);
		for (int i = 0; i < asked; i++)
			free(sources[i]);
		PQclear(answer);
	}
	else if (o != STOPPED)
		report_complaint(w->report, NULL, w->message);
	return o == ANSWERED;
}

/* A number in a row of the answer; null counts as zero. */
static uint64_t
number_of(const PGresult *answer, int column)
{
	return strtoull(PQgetvalue(answer, 0, column), NULL, 10);
}

/* Reads the file in hand; its size, or -1 where that fails, which is reported. */
static int64_t
read_file(worker *w)
{
	int64_t		size = read_blob(w->path, w->server->options->max_size, &w->feed->stop,
								 &w->buffer, &w->room, w->message, sizeof(w->message));

	if (size < 0 && w->feed->stop)
		report_untried(w->report, 1);
	else if (size < 0)
		report_failed(w->report, w->path, w->message);
	return size;
}

/* Reads the file in hand for the judgement of all. */
static void
check_file(worker *w)
{
	int64_t		size = read_file(w);

	if (size < 0)
		return;
	evidence_add(w->evidence, w->path, w->buffer, (size_t) size);
	report_checked(w->report, size);
}

/* Adds the signature that lies beside a digest, if there is one. */
static void
add_signature(worker *w, const char *source)
{
	static const char hex[] = "0123456789abcdef";
	uint8_t		signature[CT_SIGNATURE_MAX];
	char		digits[2 * CT_SIGNATURE_MAX + 1];
	size_t		length = read_signature(w->path, signature);
	PGresult   *answer = NULL;

	if (length == 0)
		return;
	for (size_t i = 0; i < length; i++)
	{
		digits[2 * i] = hex[signature[i] >> 4];
		digits[2 * i + 1] = hex[signature[i] & 15];
	}
	digits[2 * length] = '\0';
	switch (run_query(w, w->server->signature_query, NULL,
					  (const char *const[3]) {w->server->trail, source, digits}, NULL, NULL, &answer))
	{
		case ANSWERED:
			PQclear(answer);
			break;
		case STOPPED:
			break;
		default:
			report_complaint(w->report, w->path, w->message);
	}
}

/* Imports the file in hand; false where the worker cannot go on. */
static bool
import_file(worker *w)
{
	int64_t		size = read_file(w);
	PGresult   *answer = NULL;
	import_result result;
	char	   *source;
	outcome		o;

	if (size < 0)
		return true;
	source = valid_utf8(source_of(w->path));
	o = run_query(w, w->server->import_query, (const Oid[3]) {0, 0, BYTEA_OID},
				  (const char *const[3]) {w->server->trail, source, w->buffer},
				  (const int[3]) {0, 0, (int) size}, (const int[3]) {0, 0, 1}, &answer);
	if (o == ANSWERED && strcmp(PQgetvalue(answer, 0, 0), "digest") == 0)
		add_signature(w, source);
	free(source);
	switch (o)
	{
		case ANSWERED:
			result = (import_result) {
				.kind = PQgetvalue(answer, 0, 0), .events = number_of(answer, 1),
				.inserted = number_of(answer, 2), .duplicates = number_of(answer, 3),
				.rejects = number_of(answer, 4), .known = PQgetvalue(answer, 0, 5)[0] == 't'
			};
			report_loaded(w->report, w->path, size, &result);
			PQclear(answer);
			return true;
		case FILE_FAILED:
		case ALL_FAILS:
			report_failed(w->report, w->path, w->message);
			return o == FILE_FAILED;
		default:
			report_untried(w->report, 1);
			return false;
	}
}

/* The thread: one file after another, until there are no more. */
static void *
work(void *arg)
{
	worker	   *w = arg;
	load_file	file;
	bool		going = true;

	while (going && feed_take(w->feed, ask_ledger, w, &file))
	{
		if (w->evidence != NULL || !w->server->options->dry_run)
		{
			w->path = file.path;
			if (w->evidence != NULL)
				check_file(w);
			else
				going = import_file(w);
			w->path = NULL;
			if (w->room > BUFFER_KEPT)
			{
				free(w->buffer);
				w->buffer = NULL;
				w->room = 0;
			}
		}
		free(file.path);
	}
	set_connection(w, NULL);
	free(w->buffer);
	w->ended = true;
	pthread_kill(w->waiter, SIGUSR1);
	return NULL;
}

/* Starts a worker's thread. */
static void
start_thread(worker *w, const server *s, feed *f, report *r)
{
	w->server = s;
	w->feed = f;
	w->report = r;
	w->waiter = pthread_self();
	if (pthread_create(&w->thread, NULL, work, w) != 0)
	{
		fputs("cloudtrail-load: cannot start a thread\n", stderr);
		_Exit(EXIT_NOTHING);
	}
}

/* Starts a worker on a connection, which is its own from then on. */
void
worker_start(worker *w, const server *s, feed *f, report *r, PGconn *conn)
{
	memset(w, 0, sizeof(*w));
	pthread_mutex_init(&w->lock, NULL);
	set_connection(w, conn);
	start_thread(w, s, f, r);
}

/* Starts a worker that needs none: it gathers evidence. */
void
worker_start_verifying(worker *w, const server *s, feed *f, report *r, evidence *e)
{
	memset(w, 0, sizeof(*w));
	pthread_mutex_init(&w->lock, NULL);
	w->evidence = e;
	start_thread(w, s, f, r);
}
