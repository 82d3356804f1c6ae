/*
 * record_read.h: a buffer as one record.
 */
#ifndef CT_RECORD_READ_H
#define CT_RECORD_READ_H

#include "core/event/scan.h"

/*
 * Reads a whole buffer as one CloudTrail record: a JSON object with white
 * space around it at most, and a readable eventTime.  habits may be NULL.
 */
extern bool ct_record_read(const char *buf, size_t len, ct_record *rec, ct_habits *habits,
						   ct_error *err);

#endif							/* CT_RECORD_READ_H */
