/*
 * plan_selectivity.h: how many events the planner may expect of @>, @~ and @@.
 */
#ifndef CLOUDTRAIL_PLAN_SELECTIVITY_H
#define CLOUDTRAIL_PLAN_SELECTIVITY_H

#include "nodes/pathnodes.h"

/* The part of a table that meets a condition on a column of events. */
extern double event_selectivity(PlannerInfo *root, List *args, int varRelid);

/* The part of all pairs of an event and a row that meets a condition of a join. */
extern double event_join_selectivity(PlannerInfo *root, List *args, JoinType jointype,
									 SpecialJoinInfo *sjinfo);

/* The functions that tell our types from all others. */
extern PGDLLEXPORT Datum cloudtrail_event_in(PG_FUNCTION_ARGS);
extern PGDLLEXPORT Datum cloudtrail_action_in(PG_FUNCTION_ARGS);
extern PGDLLEXPORT Datum cloudtrail_secret_in(PG_FUNCTION_ARGS);

#endif							/* CLOUDTRAIL_PLAN_SELECTIVITY_H */
