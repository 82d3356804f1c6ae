/*
 * pattern.h: the types cloudtrail_action and cloudtrail_secret.
 */
#ifndef CLOUDTRAIL_PATTERN_H
#define CLOUDTRAIL_PATTERN_H

#include "core/event/action.h"
#include "core/secret/secret_id.h"

/* The text of a value of either type. */
extern ct_slice pattern_text(struct varlena *pattern);

/* A value of cloudtrail_action, taken apart. */
static inline ct_action_pattern
action_of(struct varlena *action)
{
	return ct_action_pattern_of(pattern_text(action));
}

/* A value of cloudtrail_secret, taken apart. */
static inline ct_secret_id
secret_of(struct varlena *secret)
{
	return ct_secret_id_of(pattern_text(secret));
}

#endif							/* CLOUDTRAIL_PATTERN_H */
