/*
 * session_index.h: runs the statements about sessions by scans of indexes.
 */
#ifndef CLOUDTRAIL_SESSION_INDEX_H
#define CLOUDTRAIL_SESSION_INDEX_H

#include "session_record.h"

#include "executor/tuptable.h"
#include "utils/relcache.h"

/* A table whose indexes are scanned. */
typedef struct TableScan
{
	bool		is_tried;		/* whether that can be done */
	Relation	table;			/* NULL if it cannot */
	TupleTableSlot *slot;
} TableScan;

/*
 * Opens a table for scans; leaves it closed if the caller may not see all of
 * its rows, or it is not a plain one: SQL knows how to read such, and how to
 * report what is wrong.
 */
extern void open_table_scan(TableScan *scan, Oid table);

/* Closes it, if it was opened. */
extern void close_table_scan(TableScan *scan);

/* Runs a statement; false if that takes SQL. */
extern bool look_up_by_index(const TableScan *scan, SessionStatement statement, const Datum *values,
							 Candidates *found);

#endif							/* CLOUDTRAIL_SESSION_INDEX_H */
