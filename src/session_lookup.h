/*
 * session_lookup.h: the records that a session's chain is made of.
 */
#ifndef CLOUDTRAIL_SESSION_LOOKUP_H
#define CLOUDTRAIL_SESSION_LOOKUP_H

#include "cloudtrail.h"

#include "executor/tuptable.h"
#include "utils/relcache.h"
#include "utils/timestamp.h"

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

/* A table whose indexes are scanned. */
typedef struct TableScan
{
	bool		is_tried;		/* whether that can be done */
	Relation	table;			/* NULL if it cannot */
	TupleTableSlot *slot;
} TableScan;

/* Where a chain looks things up, and the records that the last statement found. */
typedef struct Lookups
{
	Oid			credentials;	/* the table issued_credentials */
	bool		has_spi;		/* it is connected */
	TableScan	tables[2];		/* credentials, facts */
	int			count;
	Row			rows[CANDIDATES_MAX + 1];
} Lookups;

/*
 * Begins to look things up in a table issued_credentials, and in the facts
 * beside it, as far as the caller may see them.  What is found lives until the
 * end of that, or less if the caller's memory context does.
 */
extern void begin_lookups(Lookups *lookups, Oid credentials);
extern void end_lookups(Lookups *lookups);

/* Runs a statement; returns how many rows it found, in any order. */
extern int	look_up(Lookups *lookups, Statement statement, const Datum *values);

/* A column of a row as text, NULL if it is null. */
extern char *text_column(const Row *row, int column);

/* A column of a row as truth value; null is false. */
extern bool bool_column(const Row *row, int column);

/* A column of a row as time; false if it is null. */
extern bool time_column(const Row *row, int column, TimestampTz *time);

#endif							/* CLOUDTRAIL_SESSION_LOOKUP_H */
