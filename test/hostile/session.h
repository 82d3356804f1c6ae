/*
 * session.h: one session with the server, and what is expected of its errors.
 */
#ifndef HOSTILE_SESSION_H
#define HOSTILE_SESSION_H

#include <libpq-fe.h>
#include <stdbool.h>

#include "mutate.h"

/* A parameter of a statement. */
typedef struct param
{
	bytes		value;
	int			format;			/* 0 text, 1 binary */
} param;

/* Connects, or ends the program. */
extern void session_open(void);

/* Runs SQL that must succeed; the result is the caller's to clear. */
extern PGresult *must(const char *sql);

/* Runs a statement; NULL where the server refused it, with an error as it should be. */
extern PGresult *attempt(const char *sql, const param *params, int count, int result_format, bool stored);

/* Sends a binary COPY; false where the server refused it, with an error as it should be. */
extern bool attempt_copy(const char *sql, bytes data);

/* Reads a whole COPY TO STDOUT. */
extern bytes copy_out(const char *sql);

/* Says that something is wrong, with the statement and its parameters. */
extern void wrong(const char *what, const char *sql, const param *params, int count);

/* Prints how many statements there were, and which errors; false if something was wrong. */
extern bool session_report(void);

#endif							/* HOSTILE_SESSION_H */
