/*
 * actor.h: who acted, worked out in one way for every kind of identity.
 */
#ifndef CT_ACTOR_H
#define CT_ACTOR_H

#include "core/event/derived.h"

typedef enum ct_actor_kind
{
	CT_ACTOR_UNKNOWN,
	CT_ACTOR_ROLE,
	CT_ACTOR_USER,
	CT_ACTOR_ROOT,
	CT_ACTOR_FEDERATED_USER,
	CT_ACTOR_IDENTITY_CENTER_USER,
	CT_ACTOR_SAML_USER,
	CT_ACTOR_WEB_IDENTITY_USER,
	CT_ACTOR_SERVICE,
	CT_ACTOR_ACCOUNT			/* nothing but the account is known */
} ct_actor_kind;

typedef struct ct_actor
{
	ct_actor_kind kind;
	ct_slice	id;				/* none if the record identifies nobody */
} ct_actor;

/*
 * Finds who acted: the ARN of the role or user, as ct_principal_arn gives it;
 * else an identifier without session name; else the service; else "account "
 * and the account's number.
 */
extern ct_actor ct_find_actor(const ct_record *rec, ct_scratch *scratch);

/* The word for a kind, such as "role". */
extern const char *ct_actor_kind_name(ct_actor_kind kind);

/* The identity's principalId without the name of a role's session. */
extern ct_slice ct_principal_id(const ct_record *rec, ct_scratch *scratch);

/* The identity's own account. */
extern ct_slice ct_actor_account(const ct_record *rec, ct_scratch *scratch);

#endif							/* CT_ACTOR_H */
