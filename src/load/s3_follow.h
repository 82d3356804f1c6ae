/*
 * s3_follow.h: looks for new objects, again and again.
 */
#ifndef LOAD_S3_FOLLOW_H
#define LOAD_S3_FOLLOW_H

#include "s3_walk.h"

/* Sums up what was loaded; called now and then. */
typedef void (*follow_sum_up) (void *arg);

/* Looks again and again into what was walked once, until all is to stop. */
extern void s3_follow(s3_walk *walks, int count, feed *f, report *r, follow_sum_up sum_up,
					  void *arg);

#endif							/* LOAD_S3_FOLLOW_H */
