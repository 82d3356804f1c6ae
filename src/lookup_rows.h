/*
 * lookup_rows.h: rows of texts that a view has, to be searched.
 */
#ifndef CLOUDTRAIL_LOOKUP_ROWS_H
#define CLOUDTRAIL_LOOKUP_ROWS_H

#include "cloudtrail.h"

#include "core/base/slice.h"

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

/* Keeps what SPI has read, texts in a few columns, in the current memory context. */
extern void *keep_text_rows(FunctionCallInfo fcinfo);

/* Whether there is a row that begins with the texts. */
extern bool has_text_row(const TextRows *rows, const TextRow *texts, int count);

#endif							/* CLOUDTRAIL_LOOKUP_ROWS_H */
