/*
 * secret_detail.h: what the columns of a fact do not hold, as one JSON object.
 */
#ifndef CT_SECRET_DETAIL_H
#define CT_SECRET_DETAIL_H

#include "core/event/derived.h"

/* A longer record has no details, nor does a value that nests deeper. */
#define CT_FACT_DETAIL_MAX		(1024 * 1024)
#define CT_FACT_DETAIL_DEPTH	32

/* The details of an event of Secrets Manager or KMS; none if it has none. */
extern ct_slice ct_secret_detail(const ct_record *rec, ct_scratch *scratch);

#endif							/* CT_SECRET_DETAIL_H */
