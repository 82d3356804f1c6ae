/*
 * walk.h: finds the files of a path that the command line names.
 */
#ifndef LOAD_WALK_H
#define LOAD_WALK_H

#include "feed.h"

/*
 * Adds the files of a path; a folder is walked in the order of names.  Who can
 * write into a folder must not choose what else is read: links in it are
 * followed only if that is asked for.
 */
extern void walk_path(feed *f, report *r, const char *path, bool follow_links);

#endif							/* LOAD_WALK_H */
