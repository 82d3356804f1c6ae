/*
 * principals.h: who acts.  A principal keeps its name, its ids, its agent and
 * its address; its session is renewed when it has run out.
 */
#ifndef GEN_PRINCIPALS_H
#define GEN_PRINCIPALS_H

#include "scene.h"

/*
 * What is known about a principal; templates write <p.id>, <p.name> and so on.
 * A fact is learned in this order: its template may use those before it.
 */
typedef enum fact
{
	FACT_NAME,
	FACT_ID,
	FACT_LABEL,					/* a person's mail, a function, an instance */
	FACT_SERVICE,				/* that a service-linked role is for */
	FACT_STORE,					/* identity store */
	FACT_ROLE,					/* ARN of the role behind a session */
	FACT_ORIGIN,				/* what the credentials were issued to or by */
	FACT_AGENT,
	FACT_ADDRESS,
	FACT_ENDPOINT,				/* VPC endpoint, or empty */
	FACT_MFA,
	/* From here on the facts change with each session. */
	FACT_SINCE,
	FACT_KEY,
	FACT_SESSION,
	FACT_ARN,
	FACT_COUNT
} fact;

#define FIRST_SESSION_FACT FACT_SINCE

/* The kinds, in the order of principal_kinds[]. */
typedef enum kind
{
	KIND_USER, KIND_LEGACY, KIND_CONSOLE, KIND_LAMBDA, KIND_EC2, KIND_ECS, KIND_EKS,
	KIND_SSO, KIND_SSO_CONSOLE, KIND_SAML, KIND_TERRAFORM, KIND_GITHUB, KIND_CODEBUILD,
	KIND_LINKED, KIND_ROTATION, KIND_ROOT, KIND_FEDERATED, KIND_DELEGATE,
	KIND_ASSUMED_ROOT, KIND_IDENTITY_CENTER, KIND_UNKNOWN, KIND_SERVICE,
	KIND_COUNT
} kind;

#define BY(kind)		(UINT32_C(1) << KIND_##kind)
#define BY_EKS			BY(EKS)
#define BY_ROOT			BY(ROOT)
#define BY_CONSOLE		(BY(CONSOLE) | BY(SSO_CONSOLE))
#define BY_HUMAN		(BY_CONSOLE | BY(USER) | BY(SSO) | BY(SAML))
#define BY_WORKLOAD		(BY(LAMBDA) | BY(EC2) | BY(ECS) | BY(EKS))
#define BY_PIPELINE		(BY(TERRAFORM) | BY(GITHUB) | BY(CODEBUILD))
#define BY_LINKED		BY(LINKED)
#define BY_SERVICE		BY(SERVICE)
#define BY_RARE			(BY(FEDERATED) | BY(DELEGATE) | BY(ASSUMED_ROOT) | BY(UNKNOWN) | BY(LEGACY))

/* One kind of principal, as templates. */
typedef struct principal_kind
{
	const char *fact[FACT_COUNT];
	const char *identity;		/* userIdentity without its last brace */
	const char *forwarded;		/* the same in a call a service makes for it */
	const char *scope;			/* what follows invokedBy in userIdentity */
	int			count;			/* in each account */
	int			weight;			/* of each among those who may act */
	int			hours;			/* that a session lasts */
	int			private_percent;	/* that go through a VPC endpoint */
	bool		console;
} principal_kind;

/* How userIdentity is written: through 1.08, for 1.09 and 1.10, from 1.11 on. */
#define IDENTITY_FORMS 3

typedef struct principal
{
	kind		kind;
	int			account;
	int			region;
	int			ordinal;		/* within its kind and account */
	int			number;			/* within the world */
	char	   *fact[FACT_COUNT];
	int64_t		until;			/* end of its session */
	rng			rng;
	text		identity[IDENTITY_FORMS];
	size_t		core[IDENTITY_FORMS];	/* of that, what comes before invokedBy */
	slice		tls;			/* tlsDetails up to the host */
	const char *key_exchange;
} principal;

extern const principal_kind principal_kinds[KIND_COUNT];

extern int	fact_named(const char *name);
extern void principals_create(struct world *w);
extern int	principals_group(uint32_t kinds);
extern principal *principals_pick(scene *s, int group, bool working_hours);
extern void principal_renew(principal *p, scene *s);
extern void principal_write(text *out, principal *p, scene *s);
extern void principal_write_forwarded(text *out, principal *p, scene *s);

#endif							/* GEN_PRINCIPALS_H */
