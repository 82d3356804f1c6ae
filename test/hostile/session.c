/*
 * session.c: one session with the server, and what is expected of its errors.
 */
#include "session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static PGconn *conn;
static unsigned long statements;
static unsigned long failures;

/* What may be wrong with a value from outside: what we document, and what PostgreSQL says of its own types. */
static const char *const expected_states[] = {
	"22P02",					/* invalid_text_representation */
	"22P03",					/* invalid_binary_representation */
	"22P04",					/* bad_copy_file_format */
	"3F000", "42602", "42809",	/* a schema that is not there, has no name, or is no trail */
	"08P01",					/* protocol_violation: a binary value ends too early */
	"54000",					/* program_limit_exceeded */
	"54001",					/* statement_too_complex: jsonb nested too deeply */
	"22021",					/* character_not_in_repertoire */
	"22P05",					/* untranslatable_character */
	"22003", "22007", "22008",	/* numbers and times out of range */
	"22023",					/* invalid_parameter_value */
	"58P01",					/* undefined_file: a path that leads nowhere */
	"22000", "2202E", "42804", "22004"	/* arrays that are none */
};

#define STATES	(sizeof(expected_states) / sizeof(expected_states[0]))

static unsigned long counts[STATES];
static unsigned long corrupted;

void
session_open(void)
{
	conn = PQconnectdb("");
	if (PQstatus(conn) != CONNECTION_OK)
	{
		fprintf(stderr, "%s", PQerrorMessage(conn));
		exit(2);
	}
	PQclear(must("SET client_min_messages = error"));
}

/* Runs SQL that must succeed. */
PGresult *
must(const char *sql)
{
	PGresult   *res = PQexec(conn, sql);

	if (PQresultStatus(res) != PGRES_TUPLES_OK && PQresultStatus(res) != PGRES_COMMAND_OK)
	{
		printf("failed: %s: %s\n", sql, PQerrorMessage(conn));
		exit(1);
	}
	return res;
}

void
wrong(const char *what, const char *sql, const param *params, int count)
{
	if (failures++ >= 20)
		return;
	printf("WRONG: %s\n  in: %s\n", what, sql);
	for (int i = 0; i < count; i++)
	{
		printf("  $%d (%s, %zu bytes): ", i + 1, params[i].format ? "binary" : "text", params[i].value.len);
		for (size_t j = 0; j < params[i].value.len && j < 3000; j++)
			printf("%02x", (unsigned char) params[i].value.data[j]);
		printf("\n");
	}
	fflush(stdout);
}

/* Judges an error of the server. */
static void
judge(PGresult *res, const char *sql, const param *params, int count, bool stored)
{
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char *message = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	char		what[1000];

	if (PQstatus(conn) != CONNECTION_OK)
	{
		wrong("the connection is gone", sql, params, count);
		session_report();
		exit(1);
	}
	snprintf(what, sizeof(what), "%s: %s", state ? state : "no SQLSTATE", PQresultErrorMessage(res));
	if (state != NULL && stored && strcmp(state, "XX001") == 0)
	{
		corrupted++;
		return;
	}

	/* This one is PostgreSQL's own, before our functions are called. */
	if (message != NULL && strncmp(message, "unsupported jsonb version", 25) == 0)
		return;
	for (size_t i = 0; state != NULL && i < STATES; i++)
	{
		if (strcmp(state, expected_states[i]) == 0)
		{
			counts[i]++;
			if (message == NULL || strstr(message, "invalid memory alloc") != NULL)
				break;
			return;
		}
	}
	wrong(what, sql, params, count);
}

/* Runs a statement; NULL where the server refused it. */
PGresult *
attempt(const char *sql, const param *params, int count, int result_format, bool stored)
{
	const char *values[4];
	int			lengths[4];
	int			formats[4];
	PGresult   *res;

	for (int i = 0; i < count; i++)
	{
		values[i] = params[i].value.data;
		lengths[i] = (int) params[i].value.len;
		formats[i] = params[i].format;
	}
	statements++;
	res = PQexecParams(conn, sql, count, NULL, values, lengths, formats, result_format);
	if (PQresultStatus(res) == PGRES_TUPLES_OK || PQresultStatus(res) == PGRES_COMMAND_OK)
		return res;
	judge(res, sql, params, count, stored);
	PQclear(res);
	return NULL;
}

/* Sends a binary COPY; false where the server refused it. */
bool
attempt_copy(const char *sql, bytes data)
{
	PGresult   *res = PQexec(conn, sql);
	param		file = {data, 1};
	bool		taken = true;

	statements++;
	if (PQresultStatus(res) != PGRES_COPY_IN)
	{
		wrong(PQerrorMessage(conn), sql, NULL, 0);
		PQclear(res);
		return false;
	}
	PQclear(res);
	if (PQputCopyData(conn, data.data, (int) data.len) != 1 || PQputCopyEnd(conn, NULL) != 1)
		wrong(PQerrorMessage(conn), sql, &file, 1);
	while ((res = PQgetResult(conn)) != NULL)
	{
		if (PQresultStatus(res) != PGRES_COMMAND_OK)
		{
			taken = false;
			judge(res, sql, &file, 1, false);
		}
		PQclear(res);
	}
	return taken;
}

bytes
copy_out(const char *sql)
{
	PGresult   *res = PQexec(conn, sql);
	bytes		all = bytes_copy("", 0);
	char	   *row;
	int			len;

	PQclear(res);
	while ((len = PQgetCopyData(conn, &row, 0)) > 0)
	{
		all.data = realloc(all.data, all.len + (size_t) len + 1);
		if (all.data == NULL)
			exit(2);
		memcpy(all.data + all.len, row, (size_t) len);
		all.len += (size_t) len;
		PQfreemem(row);
	}
	while ((res = PQgetResult(conn)) != NULL)
	{
		if (PQresultStatus(res) != PGRES_COMMAND_OK)
			wrong(PQerrorMessage(conn), sql, NULL, 0);
		PQclear(res);
	}
	return all;
}

bool
session_report(void)
{
	printf("%lu statements, errors:", statements);
	for (size_t i = 0; i < STATES; i++)
	{
		if (counts[i] > 0)
			printf(" %s %lu", expected_states[i], counts[i]);
	}
	printf(" XX001 %lu; wrong: %lu\n", corrupted, failures);
	return failures == 0;
}
