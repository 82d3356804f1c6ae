/*
 * data_event.h: whether an event is a management event or one of data.
 */
#ifndef CT_DATA_EVENT_H
#define CT_DATA_EVENT_H

#include "core/event/derived.h"

/*
 * Whether a record is a management event.  Events before eventVersion 1.06 do
 * not say; data events were those of objects and functions then.
 */
extern bool ct_is_management(const ct_record *rec, ct_scratch *scratch);

#endif							/* CT_DATA_EVENT_H */
