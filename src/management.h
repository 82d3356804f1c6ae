/*
 * management.h: whether an event is a management event.
 */
#ifndef CLOUDTRAIL_MANAGEMENT_H
#define CLOUDTRAIL_MANAGEMENT_H

#include "cloudtrail.h"

/*
 * Whether an event is a management event.  Events before eventVersion 1.06 do
 * not say; data events were those of objects and functions then.
 */
extern bool is_management(Datum event);

#endif							/* CLOUDTRAIL_MANAGEMENT_H */
