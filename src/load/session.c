/*
 * session.c: a connection to the server, and what is asked of it.
 *
 * A file is one statement and so one transaction.  Sending it again is safe,
 * since what was imported is known: so whatever may be over in a moment (a
 * lost connection, a deadlock) is tried again.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "load.h"

volatile bool ending;

/* Guards the cancel handle, which another thread uses. */
static pthread_mutex_t cancel_mutex = PTHREAD_MUTEX_INITIALIZER;

/* The password that was asked for, for the next connections. */
static char password[256];

/* Pauses between attempts, about a minute in all. */
static const int pauses[] = {100, 400, 1000, 2000, 4000, 8000, 15000, 30000};

#define ATTEMPTS	((int) (sizeof(pauses) / sizeof(pauses[0])))

/* Sleeps for some milliseconds, or until the program is to end. */
static void
pause_for(int milliseconds)
{
	struct timespec step = {0, 50 * 1000 * 1000};

	for (; milliseconds > 0 && !ending; milliseconds -= 50)
		nanosleep(&step, NULL);
}

/* Asks for a password on the terminal. */
static void
ask_password(void)
{
	FILE	   *terminal = fopen("/dev/tty", "r+");
	struct termios old;
	struct termios silent;

	if (terminal == NULL)
		return;
	fputs("Password: ", terminal);
	fflush(terminal);
	tcgetattr(fileno(terminal), &old);
	silent = old;
	silent.c_lflag &= (tcflag_t) ~ECHO;
	tcsetattr(fileno(terminal), TCSAFLUSH, &silent);
	if (fgets(password, sizeof(password), terminal) == NULL)
		password[0] = '\0';
	password[strcspn(password, "\n")] = '\0';
	tcsetattr(fileno(terminal), TCSAFLUSH, &old);
	fputc('\n', terminal);
	fclose(terminal);
}

/* Connects as the options and libpq's environment say. */
static PGconn *
connect_once(const options *opt)
{
	const char *const keywords[] = {
		"host", "port", "user", "password", "dbname", "client_encoding", "fallback_application_name", NULL
	};
	const char *const values[] = {
		opt->host, opt->port, opt->user, password[0] ? password : NULL, opt->dbname, "UTF8", PROGRAM, NULL
	};

	return PQconnectdbParams(keywords, values, 1);
}

/* Asks for one value; a copy of it, NULL if there is none or after a complaint. */
static char *
ask(session *s, const char *query, const char *argument)
{
	PGresult   *result = PQexecParams(s->conn, query, argument != NULL, NULL, &argument, NULL, NULL, 0);
	char	   *value = NULL;

	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		complain(NULL, "%s", PQresultErrorMessage(result));
	else if (PQntuples(result) == 1 && !PQgetisnull(result, 0, 0))
		value = strdup(PQgetvalue(result, 0, 0));
	PQclear(result);
	return value;
}

/* Finds the extension and the trail. */
static bool
find_trail(session *s)
{
	char		query[512];
	char	   *value;

	s->schema = ask(s, "SELECT quote_ident(n.nspname) FROM pg_catalog.pg_extension AS e JOIN pg_catalog.pg_namespace AS n"
					" ON n.oid = e.extnamespace WHERE e.extname = 'cloudtrail'", NULL);
	if (s->schema == NULL)
	{
		complain(NULL, "database \"%s\" does not have the extension cloudtrail (CREATE EXTENSION cloudtrail)",
				 PQdb(s->conn));
		return false;
	}
	value = ask(s, "SELECT pg_catalog.to_regclass($1)::oid", s->opt->trail);
	if (value == NULL && s->opt->create)
	{
		snprintf(query, sizeof(query), "SELECT %s.cloudtrail_create_trail($1)::oid", s->schema);
		value = ask(s, query, s->opt->trail);
	}
	if (value == NULL)
	{
		complain(NULL, "there is no trail \"%s\" in database \"%s\"", s->opt->trail, PQdb(s->conn));
		return false;
	}
	snprintf(s->trail, sizeof(s->trail), "%s", value);
	free(value);
	return true;
}

/* Connects and finds extension and trail; false after a complaint. */
bool
open_session(session *s, const options *opt, bool complaining)
{
	*s = (session) {.opt = opt};
	s->conn = connect_once(opt);
	if (PQstatus(s->conn) != CONNECTION_OK && PQconnectionNeedsPassword(s->conn) &&
		!opt->no_password && password[0] == '\0')
	{
		ask_password();
		PQfinish(s->conn);
		s->conn = connect_once(opt);
	}
	if (PQstatus(s->conn) != CONNECTION_OK)
	{
		if (complaining)
			complain(NULL, "%s", PQerrorMessage(s->conn));
		return false;
	}
	pthread_mutex_lock(&cancel_mutex);
	s->cancel = PQgetCancel(s->conn);
	pthread_mutex_unlock(&cancel_mutex);
	return find_trail(s);
}

void
close_session(session *s)
{
	pthread_mutex_lock(&cancel_mutex);
	if (s->cancel != NULL)
		PQfreeCancel(s->cancel);
	s->cancel = NULL;
	pthread_mutex_unlock(&cancel_mutex);
	PQfinish(s->conn);
	free(s->schema);
	s->conn = NULL;
	s->schema = NULL;
}

/* Cancels what a session does. */
void
cancel_session(session *s)
{
	char		error[256];

	pthread_mutex_lock(&cancel_mutex);
	if (s->cancel != NULL)
		PQcancel(s->cancel, error, sizeof(error));
	pthread_mutex_unlock(&cancel_mutex);
}

/* Gets a lost connection back, with growing pauses. */
static bool
reconnect(session *s)
{
	const options *opt = s->opt;

	for (int i = 0; i < ATTEMPTS && !ending; i++)
	{
		close_session(s);
		pause_for(pauses[i]);
		if (!ending && open_session(s, opt, i == ATTEMPTS - 1))
			return true;
	}
	return false;
}

/* The name under which a file is known, which must be UTF-8: other bytes become codes. */
static char *
utf8_source(const char *source)
{
	char	   *text = malloc(3 * strlen(source) + 1);
	char	   *out = text;

	while (*source)
	{
		int			len = PQmblen(source, pg_char_to_encoding("UTF8"));
		bool		valid = (unsigned char) *source < 0x80 || len > 1;

		for (int i = 1; i < len; i++)
			valid = valid && ((unsigned char) source[i] & 0xc0) == 0x80;
		if (valid)
		{
			memcpy(out, source, (size_t) len);
			out += len;
			source += len;
		}
		else
			out += sprintf(out, "%%%02X", (unsigned char) *source++);
	}
	*out = '\0';
	return text;
}

/* Tells whether an error may be over in a moment. */
static bool
is_passing(const PGresult *result)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	/* serialization failure, deadlock, lock not available */
	return state != NULL &&
		(strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0 || strcmp(state, "55P03") == 0);
}

/* Asks the server to import a file once. */
static PGresult *
import(session *s, const char *source, const char *log, size_t len)
{
	char		query[512];
	const char *values[] = {s->trail, source, log};
	int			lengths[] = {0, 0, (int) len};
	int			formats[] = {0, 0, 1};

	snprintf(query, sizeof(query), "SELECT events, inserted, rejects, known"
			 " FROM %s.cloudtrail_import($1::oid::regclass, $2::text, $3::bytea)", s->schema);
	return PQexecParams(s->conn, query, 3, NULL, values, lengths, formats, 0);
}

/* Loads one file, come what may; complains where that fails. */
outcome
load_file(session *s, const log_file *file, const char *log, size_t len)
{
	outcome		o = {0};
	char	   *source = utf8_source(file->source);

	for (int attempt = 0; !ending; attempt++)
	{
		PGresult   *result = NULL;

		if (s->conn != NULL && s->schema != NULL)
		{
			result = import(s, source, log, len);
			if (PQresultStatus(result) == PGRES_TUPLES_OK)
			{
				o.loaded = true;
				o.events = strtoull(PQgetvalue(result, 0, 0), NULL, 10);
				o.inserted = strtoull(PQgetvalue(result, 0, 1), NULL, 10);
				o.rejects = strtoull(PQgetvalue(result, 0, 2), NULL, 10);
				o.known = PQgetvalue(result, 0, 3)[0] == 't';
				PQclear(result);
				break;
			}
		}
		if (result == NULL || PQstatus(s->conn) != CONNECTION_OK)
		{
			PQclear(result);
			if (!reconnect(s))
			{
				if (!ending)
					complain(file->path, "not loaded: the connection is lost");
				break;
			}
			continue;
		}
		if (attempt >= ATTEMPTS || !is_passing(result))
		{
			if (!ending)
				complain(file->path, "%s", PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) ?
						 PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : PQresultErrorMessage(result));
			PQclear(result);
			break;
		}
		PQclear(result);
		pause_for(pauses[attempt] + rand() % 100);
	}
	free(source);
	return o;
}

/* Adds an element to the text form of an array. */
static char *
put_element(char *out, const char *text)
{
	*out++ = '"';
	for (; *text; text++)
	{
		if (*text == '"' || *text == '\\')
			*out++ = '\\';
		*out++ = *text;
	}
	*out++ = '"';
	*out++ = ',';
	return out;
}

/* Asks which of some files the ledger does not have, and keeps those. */
static bool
keep_missing_of(session *s, log_file *files, size_t count, size_t *kept)
{
	size_t		room = 4;
	char	   *sources;
	char	   *sizes;
	char	   *next_source;
	char	   *next_size;
	char		query[512];
	const char *values[3];
	PGresult   *result;
	char	  **texts = malloc(count * sizeof(char *));

	for (size_t i = 0; i < count; i++)
	{
		texts[i] = utf8_source(files[i].source);
		room += 2 * strlen(texts[i]) + 4;
	}
	next_source = sources = malloc(room);
	next_size = sizes = malloc(count * 21 + 4);
	*next_source++ = *next_size++ = '{';
	for (size_t i = 0; i < count; i++)
	{
		next_source = put_element(next_source, texts[i]);
		next_size += sprintf(next_size, "%llu,", (unsigned long long) files[i].size);
	}
	strcpy(next_source - 1, "}");
	strcpy(next_size - 1, "}");
	snprintf(query, sizeof(query), "SELECT m FROM %s.cloudtrail_missing($1::oid::regclass, $2::text[], $3::bigint[])"
			 " AS m", s->schema);
	values[0] = s->trail;
	values[1] = sources;
	values[2] = sizes;
	result = PQexecParams(s->conn, query, 3, NULL, values, NULL, NULL, 0);
	*kept = 0;
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		complain(NULL, "%s", PQresultErrorMessage(result));
	else
	{
		/* They come in the order of the question, one source maybe twice, with two sizes. */
		int			row = 0;

		for (size_t i = 0; i < count; i++)
		{
			bool		missing = row < PQntuples(result) && strcmp(PQgetvalue(result, row, 0), texts[i]) == 0;

			row += missing;
			if (missing || strcmp(files[i].path, "-") == 0)
				files[(*kept)++] = files[i];
			else
				free(files[i].path);
		}
	}
	for (size_t i = 0; i < count; i++)
		free(texts[i]);
	free(texts);
	free(sources);
	free(sizes);
	count = (size_t) (PQresultStatus(result) == PGRES_TUPLES_OK);
	PQclear(result);
	return count > 0;
}

/* Leaves in a list what the ledger does not have; false after a complaint. */
bool
keep_missing(session *s, file_list *list)
{
	size_t		kept = 0;

	for (size_t i = 0; i < list->count; i += 1000)
	{
		size_t		n = list->count - i < 1000 ? list->count - i : 1000;
		size_t		missing;

		if (ending || !keep_missing_of(s, list->files + i, n, &missing))
			return false;
		memmove(list->files + kept, list->files + i, missing * sizeof(log_file));
		kept += missing;
	}
	list->count = kept;
	return true;
}
