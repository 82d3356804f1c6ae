/*
 * group.h: files that are imported at once.
 *
 * Small files together cost the server less than one by one.  While it is busy
 * with a group, the next one is gathered.
 */
#ifndef LOAD_GROUP_H
#define LOAD_GROUP_H

#include "worker.h"

/* Imports one group after another, until there are no more files. */
extern void import_groups(worker *w);

#endif							/* LOAD_GROUP_H */
