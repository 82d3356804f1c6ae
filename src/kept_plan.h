/*
 * kept_plan.h: statements whose plans are kept for the session.
 */
#ifndef CLOUDTRAIL_KEPT_PLAN_H
#define CLOUDTRAIL_KEPT_PLAN_H

#include "cloudtrail.h"

#include "executor/spi.h"

/* So many parameters a statement may have. */
#define KEPT_PARAMETERS_MAX	8

/* A statement, with all names in it qualified. */
typedef struct KeptStatement
{
	const char *text;
	int			count;			/* of parameters */
	const Oid  *types;			/* theirs */
	int			options;		/* for its plan, CURSOR_OPT_... */
} KeptStatement;

/*
 * Runs a statement as SPI_execute_plan() does and returns what that does; SPI
 * must be connected.  The plan is kept by the text and the types of the
 * parameters: of a table that is renamed, another text has another plan.
 *
 * A statement may run functions and triggers of anybody, which may come here
 * again: a plan that runs is never freed.
 */
extern int	run_kept_plan(const KeptStatement *statement, Datum *values, const char *nulls,
						  bool read_only, long limit);

/*
 * Whether only rows of local tables tell what a statement, which has run, reads:
 * all of one owner, for whom and for the current role there are no policies.
 */
extern bool kept_plan_reads_rows_alone(const KeptStatement *statement);

#endif							/* CLOUDTRAIL_KEPT_PLAN_H */
