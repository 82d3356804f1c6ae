/*
 * credential.h: what an event that issues credentials says of them.
 *
 * Those are the calls of STS, the sign-ins, and what other services make of
 * them, that succeeded.  Their response is AWS's word; the name of the session,
 * and its source identity, are the caller's.
 */
#ifndef CT_CREDENTIAL_H
#define CT_CREDENTIAL_H

#include "core/event/fact_type.h"
#include "core/event/origin.h"

typedef struct ct_credential
{
#define CT_CREDENTIAL(name, type, comment) ct_fact_##type name;
#include "core/event/credentiallist.h"
#undef CT_CREDENTIAL
} ct_credential;

enum
{
#define CT_CREDENTIAL(name, type, comment) CT_CREDENTIAL_##name,
#include "core/event/credentiallist.h"
#undef CT_CREDENTIAL
	CT_CREDENTIAL_COUNT
};

/* Whether an action of a service, each as events name it, issues credentials. */
extern bool ct_is_issuer(ct_slice service, ct_slice name);

/* Whether a record issues credentials. */
extern bool ct_issues_credentials(const ct_record *rec);

/* Reads what a record says that issues credentials; false if it issues none. */
extern bool ct_find_credential(const ct_record *rec, ct_scratch *scratch,
							   ct_credential *credential);

#endif							/* CT_CREDENTIAL_H */
