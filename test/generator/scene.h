/*
 * scene.h: what one event is about, for whoever fills in its templates.
 */
#ifndef GEN_SCENE_H
#define GEN_SCENE_H

#include "template.h"

struct world;
struct principal;
struct secret;
struct fault;
struct entry;

#define POOL_LIMIT		64
#define PICKS_A_POOL	3
#define SLOTS			10

/* A name that the event took from a pool. */
typedef struct pick
{
	uint32_t	event;			/* the number of the event it is for */
	uint32_t	index;
} pick;

/* What a template wrote and may write again. */
typedef struct memory
{
	uint32_t	event;
	uint32_t	len;
	size_t		offset;
} memory;

typedef struct scene
{
	struct world *world;
	rng		   *rng;
	rng		   *id_rng;			/* for what no two records share */
	int			account;
	int			region;
	int			recipient;		/* the account this copy is delivered to */
	unsigned	minor;			/* eventVersion 1.minor */
	int64_t		time;
	struct principal *actor;	/* NULL where a service acts on its own */
	struct secret *secret;
	const char *secret_id;		/* the secret as the caller names it */
	const char *version;		/* the version of the secret */
	slice		list;			/* the secrets of a batch */
	slice		step_name;		/* of a rotation that failed */
	const struct entry *entry;	/* the shape it has */
	const struct fault *fault;	/* NULL where the call succeeds */
	bool		foreign;		/* the copy for the account of the resource */
	bool		ending;			/* the second event of an Insights pair */
	uint64_t	shared;			/* makes sharedEventID; 0 for none */
	slice		invoker;
	text		request_id;
	char		event_id[UUID_LENGTH];

	uint32_t	event;			/* numbers the events for picks and memory */
	pick		picked[POOL_LIMIT][PICKS_A_POOL];
	memory		slot[SLOTS];
} scene;

#endif							/* GEN_SCENE_H */
