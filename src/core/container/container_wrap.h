/*
 * container_wrap.h: records that hold records.
 */
#ifndef CT_CONTAINER_WRAP_H
#define CT_CONTAINER_WRAP_H

#include "core/event/scan.h"

/* Whether the field is a string that begins with an object or array. */
extern bool ct_holds_json_text(const ct_record *rec, ct_field field);

/* Whether it is such a string, and speaks of an eventTime. */
extern bool ct_holds_event_text(const ct_record *rec, ct_field field);

/* Whether the field is an object that is a record. */
extern bool ct_holds_record(const ct_record *rec, ct_field field);

/* Whether an object that is not an event seems to hold one in a field. */
extern bool ct_wraps_record(const ct_record *rec);

#endif							/* CT_CONTAINER_WRAP_H */
