/*
 * container_csv.h: rows of a CSV.
 */
#ifndef CT_CONTAINER_CSV_H
#define CT_CONTAINER_CSV_H

#include "core/container/container_stack.h"

/* Begins to read a CSV, if its header is at hand. */
extern bool ct_open_csv(ct_splitter *s);

/* Reads one row of a CSV. */
extern bool ct_read_csv(ct_splitter *s, ct_item *item);

#endif							/* CT_CONTAINER_CSV_H */
