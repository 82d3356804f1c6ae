/*
 * walk.h: finds the files that the command line names.
 */
#ifndef LOAD_WALK_H
#define LOAD_WALK_H

#include "feed.h"

/*
 * Adds the files of all paths, folders walked in the order of names.  Who can
 * write into a folder must not choose what else is read: links in it are
 * followed only if that is asked for.
 */
extern void walk_paths(feed *f, report *r, char **paths, int count, bool follow_links);

#endif							/* LOAD_WALK_H */
