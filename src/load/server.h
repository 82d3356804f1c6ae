/*
 * server.h: connections to the server, and what the trail is there.
 */
#ifndef LOAD_SERVER_H
#define LOAD_SERVER_H

#include <libpq-fe.h>
#include <stdbool.h>

#include "options.h"

/* Room for what the server says in one line. */
#define MESSAGE_ROOM	1000

typedef struct server
{
	const load_options *options;
	char	   *password;		/* NULL where none was asked for */
	char		trail[12];		/* its OID; empty where it does not exist yet */
	char	   *keys_query;
	char	   *import_query;
	char	   *group_query;
	char	   *missing_query;
	char	   *signature_query;
	char	   *refresh_query;
	char	   *statistics_query;
} server;

/*
 * Connects; PQstatus of the result reports whether it worked. Names without a
 * schema are looked up in pg_catalog alone, so that nobody's objects stand in
 * for PostgreSQL's.
 */
extern PGconn *server_connect(const server *s);

/*
 * Connects for the first time, asking for a password where one is needed, and
 * finds the trail, or makes it.  NULL with a message where this fails.
 */
extern PGconn *server_open(server *s, const load_options *options, char message[MESSAGE_ROOM]);

/* Adds a list of public keys to the trail; false with a message where this fails. */
extern bool server_add_keys(const server *s, PGconn *conn, const char *keys,
							char message[MESSAGE_ROOM]);

/*
 * Has the trail sum up the days that changed, on a connection of its own, and
 * the facts analyzed on another if there may be several; false with a message
 * where the sums fail.
 */
extern bool server_refresh_activity(const server *s, char message[MESSAGE_ROOM]);

/* What went wrong, in one line: of a result, or of the connection where it is NULL. */
extern void server_message(const PGconn *conn, const PGresult *result, char message[MESSAGE_ROOM]);

/* Releases what was made of the options. */
extern void server_release(server *s);

#endif							/* LOAD_SERVER_H */
