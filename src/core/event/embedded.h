/*
 * embedded.h: fields of a record that hold their JSON as a string.
 *
 * Some producers encode userIdentity, serviceEventDetails and the like once
 * more.  The record keeps its bytes; its fields are read in the string's text.
 */
#ifndef CT_EMBEDDED_H
#define CT_EMBEDDED_H

#include "core/event/record.h"

/* Room that ct_open_embedded needs for a record; 0 if, as almost always, nothing is embedded. */
extern size_t ct_embedded_size(const ct_record *rec);

/*
 * Lets the fields that are strings of JSON be what that JSON says.  room is
 * the caller's and must outlive the record.  A string that is not JSON stays
 * a string.
 */
extern void ct_open_embedded(ct_record *rec, char *room, size_t size);

#endif							/* CT_EMBEDDED_H */
