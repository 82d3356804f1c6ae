/*
 * text_rows.h: rows of texts that a view has, to be searched.
 */
#ifndef CLOUDTRAIL_TEXT_ROWS_H
#define CLOUDTRAIL_TEXT_ROWS_H

#include "cloudtrail.h"

#include "core/base/slice.h"
#include "kept_plan.h"

/* So many columns they have. */
#define TEXT_COLUMNS_MAX	3

/* A row; a slice without pointer is null. */
typedef struct TextRow
{
	ct_slice	columns[TEXT_COLUMNS_MAX];
} TextRow;

/* Rows in order. */
typedef struct TextRows
{
	size_t		count;
	TextRow    *rows;
} TextRows;

/* Reads so many columns of text from a view by a statement, into a memory context. */
extern TextRows *read_text_rows(Oid view, const KeptStatement *statement, const Datum *values,
								int columns, MemoryContext result);

/* Whether there is a row that begins with the texts. */
extern bool has_text_row(const TextRows *rows, const TextRow *texts, int count);

#endif							/* CLOUDTRAIL_TEXT_ROWS_H */
