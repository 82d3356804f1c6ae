/*
 * container_column.h: records made of columns.
 */
#ifndef CT_CONTAINER_COLUMN_H
#define CT_CONTAINER_COLUMN_H

#include <stdbool.h>

#include "core/base/error.h"
#include "core/base/slice.h"

struct json_object;

/* Whether a column is known. */
extern bool ct_known_column(const char *name, size_t len);

/* Whether a column holds the whole event as JSON. */
extern bool ct_is_event_column(const char *name, size_t len);

/*
 * Puts a column into a record, whose value is then the record's, at the
 * field's place.  False if the value cannot be read for certain.
 */
extern bool ct_put_column(struct json_object *record, const char *name, struct json_object *value);

/* Puts a record that is complete in order: the console's resources. */
extern void ct_finish_columns(struct json_object *record);

/*
 * Builds a record of a row of a query's result: an array of objects of one
 * key, or one object.  NULL with *err if it cannot be; else malloc'ed.
 */
extern char *ct_build_row(ct_slice row, size_t *len, ct_error *err);

#endif							/* CT_CONTAINER_COLUMN_H */
