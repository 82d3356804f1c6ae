/*
 * session_lookup.h: the records that a session's chain is made of.
 */
#ifndef CLOUDTRAIL_SESSION_LOOKUP_H
#define CLOUDTRAIL_SESSION_LOOKUP_H

#include "cloudtrail.h"

#include "utils/timestamp.h"

/* More records of one session than this are not looked at; one more is found. */
#define CANDIDATES_MAX		16

/* The statements, of which each has a plan. */
typedef enum Statement
{
	BY_KEY,						/* $1 access key, $2 id, $3 account */
	BY_ROOT_KEY,				/* the same, of the caller's record of sts:AssumeRoot */
	BY_ID,						/* $1 id, $2 session name, $3 account, $4 and $5 times */
	BY_SIGN_IN,					/* $1 sign-in session, $2 id, $3 account */
	BY_PORTAL,					/* $1 account, $2 permission set, $3 and $4 times */
	BY_CALLER,					/* $1 id, $2 caller's id, $3 account, $4, $5 times, $6 name */
	BY_OTHERS,					/* $1 access key, $2 account */
	BY_CALL,					/* $1 shared event id, $2 account, $3 id */
	STATEMENT_COUNT
} Statement;

/* Runs a statement; returns how many rows it found, in any order, to be read before the next. */
extern int	look_up(Oid credentials, Statement statement, Datum *values);

/* A column of a row as text, NULL if it is null. */
extern char *text_column(int row, int column);

/* A column of a row. */
extern Datum column_value(int row, int column, bool *isnull);

/* A column of a row as truth value; null is false. */
extern bool bool_column(int row, int column);

/* A column of a row as time; false if it is null. */
extern bool time_column(int row, int column, TimestampTz *time);

#endif							/* CLOUDTRAIL_SESSION_LOOKUP_H */
