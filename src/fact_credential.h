/*
 * fact_credential.h: what an event that issues credentials says of them, as columns.
 */
#ifndef CLOUDTRAIL_FACT_CREDENTIAL_H
#define CLOUDTRAIL_FACT_CREDENTIAL_H

#include "cloudtrail.h"

#include "core/event/credential.h"

/* Makes the columns of a credential, in the current memory context. */
extern void issued_credential_columns(const ct_credential *credential,
									  Datum values[CT_CREDENTIAL_COUNT],
									  bool nulls[CT_CREDENTIAL_COUNT]);

#endif							/* CLOUDTRAIL_FACT_CREDENTIAL_H */
