/*
 * session_statement.h: what a statement asks of a session's records.
 *
 * It is said once: the SQL is made of it, and a scan of an index goes by it.
 */
#ifndef CLOUDTRAIL_SESSION_STATEMENT_H
#define CLOUDTRAIL_SESSION_STATEMENT_H

#include "session_record.h"

/* So many conditions a statement has. */
#define CONDITIONS_MAX		7

/* What a condition asks of a column; a null column fulfils IS_OR_EMPTY and IS_IF_KNOWN alone. */
typedef enum Test
{
	NO_TEST,					/* after the last condition */
	IS,							/* = the parameter */
	IS_OR_EMPTY,				/* the same; null is an empty text */
	IS_IF_KNOWN,				/* the same; null is whatever it is compared to */
	IS_NOT,						/* <> the parameter */
	IS_WORD,					/* = a word */
	IS_COLUMN,					/* = another column */
	IS_KNOWN,					/* not null */
	IS_FIRST,					/* an item of an event that can be its first: 0 or 1 */
	FROM,						/* a time, from that of the parameter on */
	TO							/* a time, up to that of the parameter */
} Test;

/* A condition. */
typedef struct Condition
{
	const char *column;
	Test		test;
	int			parameter;		/* from 0 on */
	const char *other;			/* the word or the column */
} Condition;

/* A statement: the column of its first condition has an index. */
typedef struct StatementText
{
	bool		of_facts;		/* secret_facts, not issued_credentials */
	bool		by_caller;		/* of rows that name the same caller the earliest one */
	Condition	conditions[CONDITIONS_MAX + 1];
} StatementText;

/* A column that statements give. */
typedef struct SessionColumn
{
	const char *name;
	Oid			type;
} SessionColumn;

extern const StatementText cloudtrail_statements[SESSION_STATEMENTS];

/* The columns that name the caller of a link. */
#define CALLER_COLUMNS		6
extern const char *const cloudtrail_caller_columns[CALLER_COLUMNS];

/* The columns that a statement gives. */
extern const SessionColumn *statement_columns(SessionStatement statement, int *count);

#endif							/* CLOUDTRAIL_SESSION_STATEMENT_H */
