/*
 * session_index.h: runs the statements about sessions by scans of indexes.
 */
#ifndef CLOUDTRAIL_SESSION_INDEX_H
#define CLOUDTRAIL_SESSION_INDEX_H

#include "session_lookup.h"

/*
 * Opens a table for scans; leaves it closed if the caller may not see all of
 * its rows, or it is not a plain one: SQL knows how to read such, and how to
 * report what is wrong.
 */
extern void open_table(TableScan *scan, Oid table);

/* Closes what was opened. */
extern void close_tables(Lookups *lookups);

/* Runs a statement; false if that takes SQL. */
extern bool look_up_by_index(Lookups *lookups, Statement statement, const Datum *values);

#endif							/* CLOUDTRAIL_SESSION_INDEX_H */
