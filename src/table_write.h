/*
 * table_write.h: many rows into a table and its indexes, without SQL.
 */
#ifndef CLOUDTRAIL_TABLE_WRITE_H
#define CLOUDTRAIL_TABLE_WRITE_H

#include "cloudtrail.h"

#include "access/htup.h"
#include "nodes/execnodes.h"
#include "utils/rel.h"

/* A table that rows are written to. */
typedef struct TableWriter
{
	Relation	table;
	EState	   *estate;			/* to evaluate what indexes have besides columns */
	Relation   *indexes;
	IndexInfo **infos;
	ExprState **predicates;
	int			index_count;
} TableWriter;

/*
 * Begins to write to a table, which is locked, as the current user; false if
 * INSERT might do more or less than add rows to the table and its indexes:
 * then only end_table_write() is to be called.
 */
extern bool begin_table_write(TableWriter *writer, Relation table);

/*
 * Writes rows, which have the table's type; false, before anything is written,
 * if one lacks a value.
 */
extern bool write_table_rows(TableWriter *writer, HeapTuple *rows, int count);

/* Ends it; the locks stay. */
extern void end_table_write(TableWriter *writer);

/* Writes tuples into a table, not its indexes; each then knows its place. */
extern void write_tuples(Relation table, HeapTuple *tuples, int count);

#endif							/* CLOUDTRAIL_TABLE_WRITE_H */
