/*
 * fact_value.h: what the core's facts hold, as values of SQL.
 */
#ifndef CLOUDTRAIL_FACT_VALUE_H
#define CLOUDTRAIL_FACT_VALUE_H

#include "cloudtrail.h"

#include "core/secret/secret_fact.h"
#include "utils/timestamp.h"

/* Makes a value of each type that facts have. */
static inline Datum
make_integer(ct_fact_integer value, bool *isnull)
{
	return Int32GetDatum(value);
}

static inline Datum
make_boolean(ct_fact_boolean value, bool *isnull)
{
	*isnull = value < 0;
	return BoolGetDatum(value == 1);
}

static inline Datum
make_text(ct_fact_text value, bool *isnull)
{
	*isnull = value.ptr == NULL;
	return *isnull ? (Datum) 0 : PointerGetDatum(text_from_slice(value));
}

static inline Datum
make_jsonb(ct_fact_jsonb value, bool *isnull)
{
	*isnull = value.ptr == NULL;
	return *isnull ? (Datum) 0 : jsonb_from_json(value.ptr, value.len, 0);
}

static inline Datum
make_inet(ct_fact_inet value, bool *isnull)
{
	*isnull = value.len == 0;
	return *isnull ? (Datum) 0 : InetPGetDatum(inet_from_bytes(value.bytes, value.len));
}

static inline Datum
make_timestamptz(ct_fact_timestamptz value, bool *isnull)
{
	*isnull = !value.known;
	return *isnull ? (Datum) 0 : TimestampTzGetDatum(value.time - EPOCH_SHIFT);
}

#endif							/* CLOUDTRAIL_FACT_VALUE_H */
