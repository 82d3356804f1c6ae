/*
 * walk.h: finds the files of a path that the command line names.
 */
#ifndef LOAD_WALK_H
#define LOAD_WALK_H

#include "feed.h"

/* Adds the files of a path; a folder is walked in the order of names. */
extern void walk_path(feed *f, report *r, const char *path);

#endif							/* LOAD_WALK_H */
