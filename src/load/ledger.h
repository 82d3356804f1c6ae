/*
 * ledger.h: which files the trail has.
 */
#ifndef LOAD_LEDGER_H
#define LOAD_LEDGER_H

#include "worker.h"

/* Makes a worker without a thread, which asks the ledger for those that have no connection. */
extern void worker_begin_asking(worker *w, const server *s, feed *f, report *r, evidence *e,
								PGconn *conn);
extern void worker_end_asking(worker *w);

/* Asks the ledger about files, and frees and removes those that it has; false if it cannot. */
extern bool ask_ledger(void *asker, load_file *files, int *count);

#endif							/* LOAD_LEDGER_H */
