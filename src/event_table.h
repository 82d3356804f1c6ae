/*
 * event_table.h: tables of events as cloudtrail_create_trail() makes them.
 */
#ifndef CLOUDTRAIL_EVENT_TABLE_H
#define CLOUDTRAIL_EVENT_TABLE_H

#include "cloudtrail.h"

#include "nodes/parsenodes.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

/* Columns of raw_events, in the order in which they are made. */
enum
{
	COLUMN_EVENT_TIME = 1,
	COLUMN_EVENT_KEY,
	COLUMN_EVENT,
	EVENT_COLUMNS = COLUMN_EVENT
};

/* The day of a time, in UTC; a time before 2000 is rounded down too. */
static inline int64
day_of_time(TimestampTz time)
{
	return time / USECS_PER_DAY - (time % USECS_PER_DAY < 0);
}

/* Whether a table has the columns of raw_events, that of events being of a type, and no others. */
extern bool has_event_columns(Relation table, Oid event_type);

/* Whether a column is there and of a type. */
extern bool has_column(TupleDesc columns, int number, Oid type);

/* Whether an index is of time and key. */
extern bool is_of_time_and_key(Relation index);

/* Whether the caller may do something with a table by its name, and nobody is to be told of it. */
extern bool may_use_table(Oid table, AclMode mode);

/* The same with every row of it. */
extern bool may_use_all_rows(Oid table, AclMode mode);

/* Whether a table is divided by the time of events alone. */
extern bool is_divided_by_time(Relation events);

/* The partition of a time; none if that is the default one. */
extern Oid	partition_of_time(Relation events, TimestampTz time);

#endif							/* CLOUDTRAIL_EVENT_TABLE_H */
