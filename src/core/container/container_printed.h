/*
 * container_printed.h: values as queries print them.
 */
#ifndef CT_CONTAINER_PRINTED_H
#define CT_CONTAINER_PRINTED_H

#include <stddef.h>

struct json_object;

/*
 * Reads a column's value, an object or array as JSON or as queries print it;
 * NULL if that is not certain.
 */
extern struct json_object *ct_read_printed(const char *text, size_t len, const char *column);

#endif							/* CT_CONTAINER_PRINTED_H */
