/*
 * stories.h: what happens to the secrets, event after event.
 *
 * A story is a run of events that belong together: a read and its KMS
 * decryption, a rotation with all its steps.  Each event waits in a queue
 * until its time has come.
 */
#ifndef GEN_STORIES_H
#define GEN_STORIES_H

#include "catalog.h"
#include "secrets.h"
#include "world.h"

/* The events of the stories, in the order of the table in shapes_secretsmanager.c. */
typedef enum op
{
	OP_CREATE, OP_CREATE_OLD, OP_GET, OP_GET_VERSION, OP_BATCH_LIST, OP_BATCH_FILTER,
	OP_BATCH_ALL, OP_DESCRIBE, OP_LIST_VERSIONS, OP_GET_POLICY, OP_LIST, OP_RANDOM,
	OP_VALIDATE, OP_PUT, OP_PUT_STAGED, OP_UPDATE, OP_UPDATE_KEY, OP_UPDATE_STAGE, OP_ROLL_BACK,
	OP_DELETE, OP_DELETE_FORCED, OP_RESTORE, OP_ROTATE, OP_ROTATE_LATER, OP_CANCEL_ROTATE,
	OP_PUT_POLICY, OP_PUT_POLICY_PUBLIC, OP_DELETE_POLICY, OP_TAG, OP_UNTAG,
	OP_REPLICATE, OP_REMOVE_REGIONS, OP_STOP_REPLICATION,
	OP_ROTATION_STARTED, OP_ROTATION_SUCCEEDED, OP_ROTATION_FAILED, OP_ROTATION_ABANDONED,
	OP_TEST_STARTED, OP_TEST_SUCCEEDED, OP_TEST_FAILED,
	OP_START_DELETE, OP_CANCEL_DELETE, OP_END_DELETE, OP_START_FORCED, OP_END_FORCED,
	OP_VERSION_DELETION, OP_REPLICATION_STARTED, OP_REPLICATION_SUCCEEDED, OP_REPLICATION_FAILED,
	OP_DECRYPT, OP_GENERATE_KEY, OP_PROBE,
	OP_COUNT
} op;

/* Why a call of a story fails. */
typedef enum outcome
{
	OUTCOME_OK, OUTCOME_DENIED, OUTCOME_NOT_FOUND, OUTCOME_NO_VERSION, OUTCOME_DELETED,
	OUTCOME_THROTTLED, OUTCOME_ROTATION,
	OUTCOME_COUNT
} outcome;

/* An event to come. */
typedef struct moment
{
	int64_t		time;
	uint64_t	order;			/* of those at the same time */
	uint64_t	seed;			/* of a batch's list; of sharedEventID */
	int			secret;			/* its number */
	int			actor;			/* a principal's number, or -1 for the service */
	int16_t		op;				/* an op; -1 for the end of an Insights pair */
	int16_t		entry;			/* of the catalog, for that */
	uint8_t		outcome;
	uint8_t		stage;			/* which version it is about */
	bool		copy;			/* the record for the account of the secret */
	bool		at_replica;		/* in the Region the secret is replicated to */
} moment;

/* Moments in the order of their time. */
typedef struct queue
{
	moment	   *heap;
	int			count;
	int			size;
	uint64_t	order;
} queue;

/* queue.c */
extern void queue_push(queue *q, moment m);
extern moment queue_pop(queue *q);

/* stories.c */
extern void story_continue(queue *q, scene *s);
extern int	story_pick_manager(scene *s);

/* rotations.c */
extern void story_rotate(queue *q, scene *s, bool by_hand);
extern void story_test_rotation(queue *q, scene *s);

/* bulk.c */
extern void story_bulk_read(queue *q, scene *s);
extern void story_read_batch(queue *q, scene *s);
extern slice batch_list(const world *w, const secret *first, uint64_t seed);
extern int	batch_members(const world *w, const secret *first, uint64_t seed, int *numbers);

/* moments.c */
extern bool moment_play(const moment *m, queue *q, scene *s, text *out);

#endif							/* GEN_STORIES_H */
