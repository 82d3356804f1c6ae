/*
 * fact_secret.h: what an event says of each secret that it names, as columns.
 */
#ifndef CLOUDTRAIL_FACT_SECRET_H
#define CLOUDTRAIL_FACT_SECRET_H

#include "cloudtrail.h"

#include "core/secret/secret_fact.h"

/* Makes the columns of a fact, in the current memory context. */
extern void secret_fact_columns(const ct_secret_fact *fact, Datum values[CT_FACT_COUNT],
								bool nulls[CT_FACT_COUNT]);

/* Whether an event has facts, by its header if that is enough. */
extern bool event_has_secret_facts(Datum event);

#endif							/* CLOUDTRAIL_FACT_SECRET_H */
