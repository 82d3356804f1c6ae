/*
 * session_record.h: the records that a session's chain is made of, and the
 * statements that find them.
 */
#ifndef CLOUDTRAIL_SESSION_RECORD_H
#define CLOUDTRAIL_SESSION_RECORD_H

#include "cloudtrail.h"

/* More records of one session than this are not looked at; one more is found. */
#define CANDIDATES_MAX		16

/* So many columns a record has. */
#define LINK_COLUMNS		22
#define FACT_COLUMNS		7

/* The statements, each with its parameters. */
typedef enum Statement
{
	BY_KEY,						/* access key, id, account */
	BY_ROOT_KEY,				/* the same, of the caller's record of sts:AssumeRoot */
	BY_ID,						/* id, session name, account, two times */
	BY_SIGN_IN,					/* sign-in session, id, account */
	BY_PORTAL,					/* account, permission set, two times */
	BY_CALLER,					/* id, caller's id, account, two times, session name */
	BY_OTHERS,					/* access key, account */
	BY_CALL,					/* shared event id, account, id; a fact */
	STATEMENT_COUNT
} Statement;

/* So many parameters a statement has. */
#define PARAMETERS_MAX		6

/* A record that was found. */
typedef struct Row
{
	Datum		values[LINK_COLUMNS];
	bool		nulls[LINK_COLUMNS];
} Row;

/* The records that a statement found, in any order. */
typedef struct Candidates
{
	int			count;
	Row			rows[CANDIDATES_MAX + 1];
} Candidates;

/* A column of a row as text, NULL if it is null. */
extern char *text_column(const Row *row, int column);

/* A column of a row as truth value; null is false. */
extern bool bool_column(const Row *row, int column);

/* A column of a row as time; false if it is null. */
extern bool time_column(const Row *row, int column, TimestampTz *time);

#endif							/* CLOUDTRAIL_SESSION_RECORD_H */
