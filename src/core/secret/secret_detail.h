/*
 * secret_detail.h: what the columns of a fact do not hold, as one JSON object.
 */
#ifndef CT_SECRET_DETAIL_H
#define CT_SECRET_DETAIL_H

#include "core/event/derived.h"

/* The details of an event of Secrets Manager or KMS; none if it has none. */
extern ct_slice ct_secret_detail(const ct_record *rec, ct_scratch *scratch);

#endif							/* CT_SECRET_DETAIL_H */
