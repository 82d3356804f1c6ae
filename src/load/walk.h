/*
 * walk.h: finds the files that the command line names.
 */
#ifndef LOAD_WALK_H
#define LOAD_WALK_H

#include "feed.h"

/* Adds the files of all paths, folders walked in the order of names. */
extern void walk_paths(feed *f, report *r, char **paths, int count);

#endif							/* LOAD_WALK_H */
