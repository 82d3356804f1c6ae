/*
 * issued_credential.h: what an event that issues credentials says of them, as columns.
 */
#ifndef CLOUDTRAIL_ISSUED_CREDENTIAL_H
#define CLOUDTRAIL_ISSUED_CREDENTIAL_H

#include "cloudtrail.h"

#include "core/credential.h"

/* Makes the columns of a credential, in the current memory context. */
extern void issued_credential_columns(const ct_credential *credential, Datum values[CT_CREDENTIAL_COUNT],
									  bool nulls[CT_CREDENTIAL_COUNT]);

#endif							/* CLOUDTRAIL_ISSUED_CREDENTIAL_H */
