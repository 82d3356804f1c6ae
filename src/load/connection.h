/*
 * connection.h: a worker's connection, which is made again when it is lost.
 */
#ifndef LOAD_CONNECTION_H
#define LOAD_CONNECTION_H

#include "worker.h"

/* How a query ended. */
typedef enum outcome
{
	ANSWERED,
	FILE_FAILED,				/* the reason is in the worker's message */
	ALL_FAILS,					/* the same, and every file would fail so */
	STOPPED
} outcome;

/* Takes a connection, or the lack of one. */
extern void set_connection(worker *w, PGconn *conn);

/* Runs a query on a trail until there is an answer. */
extern outcome run_query(worker *w, const char *query, const Oid types[3],
						 const char *const values[3],
						 const int lengths[3], const int formats[3], PGresult **answer);

/* Cancels what a worker's connection is doing. */
extern void worker_cancel(worker *w);

#endif							/* LOAD_CONNECTION_H */
