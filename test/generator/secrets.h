/*
 * secrets.h: the secrets of a world and the state each is in.
 */
#ifndef GEN_SECRETS_H
#define GEN_SECRETS_H

#include "scene.h"

#define SECRET_NAME_SIZE	128
#define SECRET_READERS		4

typedef enum secret_state
{
	SECRET_ABSENT,				/* not created yet */
	SECRET_ALIVE,
	SECRET_SCHEDULED,			/* for deletion */
	SECRET_DELETED
} secret_state;

/* The versions by their staging labels. */
typedef enum secret_stage
{
	STAGE_CURRENT, STAGE_PENDING, STAGE_PREVIOUS, STAGE_COUNT
} secret_stage;

typedef struct secret
{
	int			number;
	int			account;
	int			region;
	secret_state state;
	char		name[SECRET_NAME_SIZE];
	char		suffix[8];		/* the hyphen and six characters after the name */
	char		version[STAGE_COUNT][UUID_LENGTH + 1];
	rng			rng;
	int			readers;
	int			reader[SECRET_READERS]; /* numbers of principals */
	int			outsider;		/* a principal of another account that may read, or -1 */
	int			rotator;		/* the principal that rotates it, or -1 */
	int			rotation_days;
	int			failing_step;	/* at which its rotations fail, or -1 */
	int			key;			/* its KMS key in that pool */
	int			replica;		/* the Region it is replicated to, or -1 */
	bool		replicated;
	bool		old_style;		/* created when responseElements was null */
	bool		upper_case;		/* its clients write UUIDs in capitals */
	bool		managed;		/* by RDS: only RDS changes it */
	int			life_days;		/* before it may be deleted, or -1 for never */
	int64_t		born;
	int64_t		busy_until;		/* while a rotation or a deletion runs */
	int64_t		next_rotation;
	int64_t		next_change;
	int			window;			/* days before it is deleted */
	int64_t		delete_at;
} secret;

extern void secrets_create(struct world *w);
extern void secret_begin(secret *x, int64_t now);
extern void secret_new_version(secret *x, secret_stage stage);
extern void secret_promote(secret *x);
extern void secret_arn(text *out, const secret *x, const struct world *w);
extern void secret_call_it(scene *s);
extern int	secret_part_named(const char *name);
extern void secret_write_part(text *out, scene *s, int part);

#endif							/* GEN_SECRETS_H */
