/*
 * connection.c: a worker's connection, which is made again when it is lost,
 * and whose queries other threads cancel.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "connection.h"

/* How often a file is sent again after a lost connection, and after a conflict. */
#define LOSSES_MAX		5
#define CONFLICTS_MAX	10

/* Pauses between attempts to connect again double, up to about a minute in all. */
#define FIRST_PAUSE_MS	250
#define LAST_PAUSE_MS	32000

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

void
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
	for (int ms = FIRST_PAUSE_MS;; ms = ms < LAST_PAUSE_MS ? 2 * ms : ms)
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
		/* Who follows a bucket waits until the server is there again. */
		if (ms >= LAST_PAUSE_MS && w->server->options->follow == 0)
			return false;
	}
}

/* Whether a statement failed because of what others were doing. */
static bool
is_conflict(const char *state)
{
	return strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0 ||
		strcmp(state, "55P03") == 0;
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

/* Runs a query; meanwhile the worker does what it can without the server. */
static PGresult *
run_once(worker *w, const char *query, const Oid types[3], const char *const values[3],
		 const int lengths[3], const int formats[3])
{
	PGresult   *last = NULL;
	PGresult   *result;

	if (!PQsendQueryParams(w->conn, query, 3, types, values, lengths, formats, 0))
		return NULL;
	if (w->while_busy != NULL)
		w->while_busy(w);
	while ((result = PQgetResult(w->conn)) != NULL)
	{
		PQclear(last);
		last = result;
		if (PQstatus(w->conn) == CONNECTION_BAD)
			break;
	}
	return last;
}

outcome
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
		result = run_once(w, query, types, values, lengths, formats);
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
