/*
 * trail_definition.h: the statements that make the objects of a trail.
 */
#ifndef CLOUDTRAIL_TRAIL_DEFINITION_H
#define CLOUDTRAIL_TRAIL_DEFINITION_H

#include "trail.h"

#include "nodes/parsenodes.h"
#include "nodes/pg_list.h"

/* A statement of the definition. */
typedef struct TrailStatement
{
	RawStmt    *raw;			/* as the raw parser gives it */
	const char *all;			/* the text of all statements, to which raw's locations refer */
} TrailStatement;

/* The statements, a list of TrailStatement, in the order in which they run. */
extern List *cloudtrail_trail_statements(void);

/* Runs a statement, whose tree may have been changed. */
extern void cloudtrail_run_statement(const TrailStatement *statement);

/*
 * Looks names up in a trail first, for the statements that make its objects;
 * returns the level of settings to go back to.
 */
extern int	cloudtrail_begin_definition(const char *schema);

/* Gives each column of a trail without a comment what columns of its name mean everywhere. */
extern void cloudtrail_comment_columns(const char *schema);

#endif							/* CLOUDTRAIL_TRAIL_DEFINITION_H */
