/*
 * management.h: whether an event is a management event.
 */
#ifndef CLOUDTRAIL_MANAGEMENT_H
#define CLOUDTRAIL_MANAGEMENT_H

#include "cloudtrail.h"

/* Whether a record is a management event. */
extern bool is_management_record(const ct_record *rec);

/* The same of an event; header is NULL if it has none. */
extern bool is_management(Datum event, const ct_stored *header);

#endif							/* CLOUDTRAIL_MANAGEMENT_H */
