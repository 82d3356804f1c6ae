/*
 * secretdetail.h: what the columns of a fact do not hold, as one JSON object.
 */
#ifndef CT_SECRETDETAIL_H
#define CT_SECRETDETAIL_H

#include "derive.h"

/* The details of an event of Secrets Manager or KMS; none if it has none. */
extern ct_slice ct_secret_detail(const ct_record *rec, ct_scratch *scratch);

#endif							/* CT_SECRETDETAIL_H */
