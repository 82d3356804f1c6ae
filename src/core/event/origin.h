/*
 * origin.h: who stands behind a call, as far as its own record shows.
 *
 * Trusted is what AWS writes: the type of the identity, ARNs and unique ids,
 * the paths of roles that only AWS can make, and the name of the user that an
 * identity provider vouches for.  Session names and source identities are the
 * word of whoever assumed a role, and never name an origin by themselves.
 */
#ifndef CT_ORIGIN_H
#define CT_ORIGIN_H

#include "core/event/actor.h"

typedef enum ct_origin_kind
{
	CT_ORIGIN_SESSION,			/* in the event that issued the session's credentials */
	CT_ORIGIN_HUMAN,
	CT_ORIGIN_WORKLOAD,
	CT_ORIGIN_SERVICE,
	CT_ORIGIN_UNKNOWN
} ct_origin_kind;

typedef struct ct_origin
{
	ct_origin_kind kind;
	ct_slice	id;				/* none if nobody is named */
	const char *method;			/* how that is known; NULL for a session */
} ct_origin;

/* Finds who stands behind a call, given who acted. */
extern ct_origin ct_find_origin(const ct_record *rec, ct_actor actor, ct_scratch *scratch);

/*
 * Finds who stands behind a session to which a service gave credentials: the
 * workload that the service runs under that name, else the service itself.
 */
extern ct_origin ct_origin_of_service(ct_slice service, ct_slice session_name, ct_scratch *scratch);

/*
 * The origin of what a provider does by access that another account delegated:
 * the provider's account, of which nothing says who in it acts.
 */
extern ct_origin ct_origin_of_delegate(ct_slice account);

/* The word for a kind, such as "human"; NULL for a session. */
extern const char *ct_origin_kind_name(ct_origin_kind kind);

#endif							/* CT_ORIGIN_H */
