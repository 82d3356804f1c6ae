/*
 * fdw_condition.h: conditions of a query that names of log files may answer.
 */
#ifndef CLOUDTRAIL_FDW_CONDITION_H
#define CLOUDTRAIL_FDW_CONDITION_H

#include "fdw.h"

typedef enum ConditionKind
{
	CONDITION_AND,
	CONDITION_OR,
	CONDITION_TEXT,				/* = or = ANY */
	CONDITION_PREFIX,			/* LIKE or starts_with() */
	CONDITION_FROM,				/* a time >= or > */
	CONDITION_UNTIL,			/* a time <= or < */
	CONDITION_AT				/* a time = */
} ConditionKind;

typedef struct Condition
{
	ConditionKind kind;
	LogSubject	subject;
	List	   *parts;			/* of AND and OR */
	bool		is_pattern;		/* of LIKE */
	Expr	   *value;
	ExprState  *state;
	bool		known;			/* what follows has been worked out */
	bool		none;			/* no row meets it, for its value is null */
	char	  **texts;
	int			ntexts;
	int64		time;			/* as the core counts */
} Condition;

/* The conditions of several clauses that names of files may answer; NULL if there is none. */
extern Condition *find_log_conditions(List *clauses, Index relid, const LogColumn *columns);

#endif							/* CLOUDTRAIL_FDW_CONDITION_H */
