/*
 * server.c: connections to the server, and what the trail is there.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "server.h"
#include "text.h"

PGconn *
server_connect(const server *s)
{
	PGconn	   *conn;

	/* What is NULL here is left to the environment, service files and defaults. */
	const char *const keywords[] = {
		"dbname", "host", "port", "user", "password",
		"fallback_application_name", "client_encoding", NULL
	};
	const char *const values[] = {
		s->options->dbname, s->options->host, s->options->port, s->options->user, s->password,
		"cloudtrail-load", "UTF8", NULL
	};

	conn = PQconnectdbParams(keywords, values, 1);
	if (PQstatus(conn) == CONNECTION_OK)
		PQclear(PQexec(conn,
					   "SELECT pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false)"));
	return conn;
}

/* Copies a message up to its context, line breaks and tabs as single blanks. */
static void
copy_message(char message[MESSAGE_ROOM], const char *text)
{
	const char *context = strstr(text, "\nCONTEXT:");
	size_t		used = 0;

	for (; *text != '\0' && text != context && used < MESSAGE_ROOM - 1; text++)
	{
		char		c = *text == '\n' || *text == '\t' ? ' ' : *text;

		if (c != ' ' || (used > 0 && message[used - 1] != ' '))
			message[used++] = c;
	}
	while (used > 0 && message[used - 1] == ' ')
		used--;
	message[used] = '\0';
}

void
server_message(const PGconn *conn, const PGresult *result, char message[MESSAGE_ROOM])
{
	const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
	char		text[MESSAGE_ROOM];

	if (primary == NULL)
	{
		copy_message(message, PQerrorMessage(conn));
		return;
	}
	snprintf(text, sizeof(text), detail == NULL ? "%s" : "%s: %s", primary, detail);
	copy_message(message, text);
}

/* Asks for a password on the terminal; NULL where there is none. */
static char *
ask_password(const char *user)
{
	struct termios old;
	struct termios silent;
	FILE	   *tty = fopen("/dev/tty", "r+");
	char	   *password = NULL;
	size_t		room = 0;
	ssize_t		length;

	if (tty == NULL)
		return NULL;
	fputs("Password", tty);
	if (user != NULL)
	{
		fputs(" for user ", tty);
		put_escaped(tty, user);
	}
	fputs(": ", tty);
	fflush(tty);
	if (tcgetattr(fileno(tty), &old) == 0)
	{
		silent = old;
		silent.c_lflag &= ~(tcflag_t) ECHO;
		tcsetattr(fileno(tty), TCSAFLUSH, &silent);
		length = getline(&password, &room, tty);
		tcsetattr(fileno(tty), TCSAFLUSH, &old);
		fputc('\n', tty);
	}
	else
		length = getline(&password, &room, tty);
	fclose(tty);
	if (length <= 0)
	{
		free(password);
		return NULL;
	}
	password[strcspn(password, "\n")] = '\0';
	return password;
}

/* Connects, with a password from the terminal where one is needed. */
static PGconn *
connect_first(server *s)
{
	PGconn	   *conn;

	if (s->options->always_ask)
		s->password = ask_password(s->options->user);
	conn = server_connect(s);
	if (PQstatus(conn) != CONNECTION_OK && PQconnectionNeedsPassword(conn) &&
		s->password == NULL && !s->options->never_ask)
	{
		s->password = ask_password(PQuser(conn));
		if (s->password != NULL)
		{
			PQfinish(conn);
			conn = server_connect(s);
		}
	}
	return conn;
}

/* Runs a query with at most one parameter; its first value, NULL for null or no row. */
static bool
query_value(PGconn *conn, const char *query, const char *parameter, char **value,
			char message[MESSAGE_ROOM])
{
	PGresult   *result = PQexecParams(conn, query, parameter == NULL ? 0 : 1, NULL, &parameter,
									  NULL, NULL, 0);
	bool		worked = PQresultStatus(result) == PGRES_TUPLES_OK;

	*value = NULL;
	if (!worked)
		server_message(conn, result, message);
	else if (PQntuples(result) > 0 && !PQgetisnull(result, 0, 0))
		*value = copy_text(PQgetvalue(result, 0, 0));
	PQclear(result);
	return worked;
}

/* A query with the extension's schema in it. */
static char *
with_schema(const char *format, const char *schema)
{
	size_t		room = strlen(format) + strlen(schema);
	char	   *query = get_memory(room);

	snprintf(query, room, format, schema);
	return query;
}

/* Finds the trail, or makes it where that is asked for. */
static bool
find_trail(server *s, PGconn *conn, const char *schema, char message[MESSAGE_ROOM])
{
	const char *find =
		"SELECT n.oid FROM pg_catalog.pg_namespace AS n WHERE n.nspname = $1::pg_catalog.text";
	char	   *create;
	char	   *value;
	bool		worked;

	if (!query_value(conn, find, s->options->trail, &value, message))
		return false;
	if (value == NULL && s->options->create)
	{
		if (s->options->dry_run)
			return true;
		create = with_schema("SELECT %s.cloudtrail_create_trail($1::pg_catalog.text)::pg_catalog.oid", schema);
		worked = query_value(conn, create, s->options->trail, &value, message);
		free(create);
		if (!worked)
			return false;
	}
	if (value == NULL)
	{
		snprintf(message, MESSAGE_ROOM, "there is no trail %s in database %s; --create makes one",
				 s->options->trail, PQdb(conn));
		return false;
	}
	snprintf(s->trail, sizeof(s->trail), "%s", value);
	free(value);
	return true;
}

/* Finds the extension and the trail. */
static bool
find_extension(server *s, PGconn *conn, char message[MESSAGE_ROOM])
{
	char	   *name;
	char	   *schema;
	char	   *check;
	char	   *nothing;
	bool		worked;

	if (!query_value(conn, "SELECT n.nspname FROM pg_catalog.pg_extension AS e"
					 " JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace"
					 " WHERE e.extname = 'cloudtrail'", NULL, &name, message))
		return false;
	if (name == NULL)
	{
		snprintf(message, MESSAGE_ROOM,
				 "database %s does not have the extension: CREATE EXTENSION cloudtrail",
				 PQdb(conn));
		return false;
	}
	schema = PQescapeIdentifier(conn, name, strlen(name));
	free(name);
	if (schema == NULL)
	{
		server_message(conn, NULL, message);
		return false;
	}
	s->import_query = with_schema("SELECT kind, events, inserted, duplicates, rejects, known"
								  " FROM %s.cloudtrail_import($1::pg_catalog.oid::pg_catalog.regnamespace,"
								  " $2::pg_catalog.text, $3::pg_catalog.bytea)", schema);
	s->group_query = with_schema("SELECT kind, events, inserted, duplicates, rejects, known"
								 " FROM %s.cloudtrail_import_files($1::pg_catalog.oid::pg_catalog.regnamespace,"
								 " $2::pg_catalog.text[], $3::pg_catalog.bytea[])", schema);
	s->missing_query = with_schema("SELECT m FROM %s.cloudtrail_files_missing"
								   "($1::pg_catalog.oid::pg_catalog.regnamespace,"
								   " $2::pg_catalog.text[], $3::pg_catalog.int8[]) AS m", schema);
	s->signature_query = with_schema("SELECT %s.cloudtrail_add_signature"
									 "($1::pg_catalog.oid::pg_catalog.regnamespace,"
									 " $2::pg_catalog.text, $3::pg_catalog.text)", schema);
	s->refresh_query = with_schema("SELECT %s.cloudtrail_refresh_activity"
								   "($1::pg_catalog.oid::pg_catalog.regnamespace)", schema);
	s->statistics_query = with_schema("SELECT %s.cloudtrail_refresh_statistics"
									  "($1::pg_catalog.oid::pg_catalog.regnamespace)", schema);
	s->keys_query = with_schema("SELECT %s.cloudtrail_add_keys"
								"($1::pg_catalog.oid::pg_catalog.regnamespace, $2::pg_catalog.text)", schema);
	worked = find_trail(s, conn, schema, message);
	if (worked && s->trail[0] != '\0')
	{
		/*
		 * A schema that is not a trail, or missing privileges, are noticed before any file is
		 * read.
		 */
		check = with_schema("SELECT m FROM %s.cloudtrail_files_missing"
							"($1::pg_catalog.oid::pg_catalog.regnamespace, '{}'::pg_catalog.text[],"
							" '{}'::pg_catalog.int8[]) AS m", schema);
		worked = query_value(conn, check, s->trail, &nothing, message);
		free(check);
	}
	PQfreemem(schema);
	return worked;
}

PGconn *
server_open(server *s, const load_options *options, char message[MESSAGE_ROOM])
{
	PGconn	   *conn;

	memset(s, 0, sizeof(*s));
	s->options = options;
	conn = connect_first(s);
	if (PQstatus(conn) != CONNECTION_OK)
		server_message(conn, NULL, message);
	else if (find_extension(s, conn, message))
		return conn;
	PQfinish(conn);
	return NULL;
}

bool
server_add_keys(const server *s, PGconn *conn, const char *keys, char message[MESSAGE_ROOM])
{
	PGresult   *result = PQexecParams(conn, s->keys_query, 2, NULL,
									  (const char *const[2]) {s->trail, keys}, NULL, NULL, 0);
	bool		worked = PQresultStatus(result) == PGRES_TUPLES_OK;

	if (!worked)
		server_message(conn, result, message);
	PQclear(result);
	return worked;
}

/*
 * Begins to analyze the facts on a connection of its own; NULL if that cannot
 * be: the sums do it, then.
 */
static PGconn *
begin_statistics(const server *s)
{
	PGconn	   *conn;

	if (s->options->jobs < 2)
		return NULL;
	conn = server_connect(s);
	if (PQstatus(conn) == CONNECTION_OK &&
		PQsendQueryParams(conn, s->statistics_query, 1, NULL, (const char *const[1]) {s->trail},
						  NULL, NULL, 0) == 1)
		return conn;
	PQfinish(conn);
	return NULL;
}

/* Waits for the end of that. */
static void
end_statistics(PGconn *conn)
{
	PGresult   *result;

	if (conn == NULL)
		return;
	while ((result = PQgetResult(conn)) != NULL)
		PQclear(result);
	PQfinish(conn);
}

bool
server_refresh_activity(const server *s, char message[MESSAGE_ROOM])
{
	PGconn	   *conn = server_connect(s);
	PGconn	   *statistics = begin_statistics(s);
	char	   *days = NULL;
	bool		worked = PQstatus(conn) == CONNECTION_OK;

	if (!worked)
		server_message(conn, NULL, message);
	else
		worked = query_value(conn, s->refresh_query, s->trail, &days, message);
	free(days);
	PQfinish(conn);
	end_statistics(statistics);
	return worked;
}

void
server_release(server *s)
{
	free(s->password);
	free(s->keys_query);
	free(s->import_query);
	free(s->group_query);
	free(s->missing_query);
	free(s->signature_query);
	free(s->refresh_query);
	free(s->statistics_query);
}
