/*
 * session_record.h: the records that a session's chain is made of, and the
 * statements that find them.
 */
#ifndef CLOUDTRAIL_SESSION_RECORD_H
#define CLOUDTRAIL_SESSION_RECORD_H

#include "cloudtrail.h"

#include "utils/timestamp.h"
#include "utils/uuid.h"

/* More records of one session than this are not looked at; one more is found. */
#define CANDIDATES_MAX		16

/* The places of the columns of a record that is a link, and of one that is a fact. */
typedef enum LinkColumn
{
#define LINK(column, TYPE, member) LINK_##column,
#include "session_linklist.h"
	LINK_COLUMNS
} LinkColumn;

typedef enum LinkFactColumn
{
#define LINK_FACT(column, TYPE, member) LINK_FACT_##column,
#include "session_linklist.h"
	LINK_FACT_COLUMNS
} LinkFactColumn;

/* The statements, each with its parameters. */
typedef enum SessionStatement
{
	BY_KEY,						/* access key, id, account */
	BY_ROOT_KEY,				/* the same, of the caller's record of sts:AssumeRoot */
	BY_ID,						/* id, session name, account, two times */
	BY_SIGN_IN,					/* sign-in session, id, account */
	BY_PORTAL,					/* account, permission set, two times */
	BY_CALLER,					/* id, caller's id, account, two times, session name */
	BY_OTHERS,					/* access key, account */
	BY_CALL,					/* shared event id, account, id; a fact */
	SESSION_STATEMENTS
} SessionStatement;

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

/* A column of a row, by its place, as text; NULL if it is null. */
extern char *text_column(const Row *row, int place);

/* The same as truth value; null is false. */
extern bool bool_column(const Row *row, int place);

/* The same as time; 0 if it is null. */
extern TimestampTz time_column(const Row *row, int place);

/* The same as identifier; all zero if it is null. */
extern pg_uuid_t uuid_column(const Row *row, int place);

#endif							/* CLOUDTRAIL_SESSION_RECORD_H */
