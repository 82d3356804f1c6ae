/*
 * row.h: rows that functions return, column by column.
 */
#ifndef CLOUDTRAIL_ROW_H
#define CLOUDTRAIL_ROW_H

#include "core/base/slice.h"
#include "funcapi.h"

/* Longest row that is filled column by column. */
#define ROW_COLUMNS_MAX		19

/* A row being filled. */
typedef struct ResultRow
{
	Datum		values[ROW_COLUMNS_MAX];
	bool		nulls[ROW_COLUMNS_MAX];
	int			count;
} ResultRow;

/* The type of a function's rows, in the current context. */
extern TupleDesc row_type(FunctionCallInfo fcinfo);

/* The same of a set-returning function, in its own context. */
extern void set_row_type(FunctionCallInfo fcinfo, FuncCallContext *funcctx);

/* Makes bytea of bytes. */
extern Datum bytea_of(const void *bytes, Size len);

/* Adds a column, or null. */
extern void add_column(ResultRow *row, bool known, Datum value);

/* Adds a text, or null. */
extern void add_text(ResultRow *row, ct_slice text);

/* Adds a text, or null if it is empty. */
extern void add_filled(ResultRow *row, ct_slice text);

/* The same of words that end with a zero. */
extern void add_words(ResultRow *row, const char *words);

/* Adds a time of the core, or null. */
extern void add_time(ResultRow *row, bool known, int64 time);

/* The row as a tuple of a blessed type. */
extern Datum finished_row(ResultRow *row, TupleDesc type);

#endif							/* CLOUDTRAIL_ROW_H */
