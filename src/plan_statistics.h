/*
 * plan_statistics.h: what ANALYZE keeps of a column of events, for the estimators.
 */
#ifndef CLOUDTRAIL_PLAN_STATISTICS_H
#define CLOUDTRAIL_PLAN_STATISTICS_H

#include "index_query.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"

/*
 * Most common actions: their texts, with the part of all events that has each.
 * The number is of those that PostgreSQL leaves to private use.
 */
#define STATISTIC_KIND_ACTIONS	27161

/* Statistics of a column; close_statistics() releases them. */
typedef struct EventStatistics
{
	double		null_fraction;
	AttStatsSlot keys;			/* most common keys, ascending */
	AttStatsSlot actions;
} EventStatistics;

/* Reads the statistics of a column of events; false where there are none. */
extern bool open_statistics(VariableStatData *vardata, EventStatistics *statistics);

extern void close_statistics(EventStatistics *statistics);

/*
 * The part of events that meets what a query requires of their keys, if the
 * groups are independent.
 */
extern double index_query_fraction(const EventStatistics *statistics, const IndexQuery *query);

/* The part of events whose action matches a pattern. */
extern double action_fraction(const EventStatistics *statistics, const ct_action_pattern *pattern);

/* The part of events that concerns one secret, on an average. */
extern double average_secret_fraction(const EventStatistics *statistics);

#endif							/* CLOUDTRAIL_PLAN_STATISTICS_H */
