/*
 * trail_update.h: what an update of a trail shares between its parts.
 *
 * The tables of a trail, with all that they have, are compared with those of a
 * model, a schema in which the same statements made them a moment ago.
 */
#ifndef CLOUDTRAIL_TRAIL_UPDATE_H
#define CLOUDTRAIL_TRAIL_UPDATE_H

#include "trail_definition.h"

/* An update under way. */
typedef struct TrailUpdate
{
	const Trail *trail;
	char	   *schema;			/* name of the trail's schema */
	Oid			model;			/* the model's schema */
	char	   *model_name;
	bool		stale_facts;	/* secret_facts does not follow from the events */
	bool		stale_sums;		/* nor do the sums by day */
} TrailUpdate;

/*
 * Chooses a schema in which objects are made for comparison: one that is not
 * there, whatever others make to be in the way.
 */
extern char *cloudtrail_choose_scratch_name(const char *purpose, Oid trail);

/* Takes what they show out of the trail's views, so that none depends on another or on a column. */
extern void cloudtrail_empty_views(const TrailUpdate *update);

/*
 * Drops the views whose columns are others today, of which none may have
 * dependents; returns the commands that give privileges on them again.
 */
extern List *cloudtrail_drop_changed_views(const TrailUpdate *update);

/*
 * Gives a table of the trail what the statement that makes it says; false if
 * there is no such table.
 */
extern bool cloudtrail_update_table(TrailUpdate *update, const CreateStmt *create);

/* Drops an index, or statistics, of the trail that is another in the model. */
extern void cloudtrail_drop_changed_index(const TrailUpdate *update, const IndexStmt *create);
extern void cloudtrail_drop_changed_statistics(const TrailUpdate *update,
											   const CreateStatsStmt *create);

/* Gives each month's partition what it would have if it were made today. */
extern void cloudtrail_update_partitions(TrailUpdate *update);

/* Gives each month's partition the statistics that a statement makes of all events. */
extern void cloudtrail_add_statistics(const TrailUpdate *update, const TrailStatement *statement);

#endif							/* CLOUDTRAIL_TRAIL_UPDATE_H */
