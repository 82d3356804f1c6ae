/*
 * s3_walk.h: finds the files below an address of S3, several listings at a time.
 */
#ifndef LOAD_S3_WALK_H
#define LOAD_S3_WALK_H

#include "feed.h"
#include "s3_client.h"
#include "s3_layout.h"
#include "s3_uri.h"

/*
 * A prefix that new objects come under, of a Region as a rule: one listing
 * finds those of some days.
 */
typedef struct s3_root
{
	char	   *prefix;
	select_day	complete;		/* the day of the last look that worked; 0: none yet */
	bool		failed;			/* at this look */
} s3_root;

/* A listing that is to be made. */
typedef struct s3_job
{
	char	   *prefix;
	int			depth;			/* below the address */
	bool		whole;			/* all that begins with the prefix, in one listing */
	s3_root    *root;			/* what it is part of; NULL above the roots */
	bool		exact;			/* the address does not end in a slash: an object, or a folder */
} s3_job;

typedef struct s3_walk
{
	pthread_mutex_t lock;
	pthread_cond_t changed;
	feed	   *feed;
	report	   *report;
	s3_client  *client;
	const char *path;			/* as the command line has it */
	s3_uri		uri;
	s3_job	   *jobs;
	size_t		job_count;
	size_t		job_room;
	int			active;
	s3_root   **roots;			/* by prefix */
	size_t		root_count;
	size_t		root_room;
	bool		again;			/* not the first look: what is left out was told */
	bool		find_failed;	/* at the last look for roots */
} s3_walk;

/* Begins with an address; false with a complaint if it is not one. */
extern bool s3_walk_begin(s3_walk *walk, feed *f, report *r, s3_client *client, const char *path);

/*
 * Finds files.  The first look takes all, and finds the roots; each later one
 * goes back some days behind the last that worked, root by root.  It looks for
 * new roots, too, if that is asked for.
 */
extern void s3_walk_look(s3_walk *walk, bool find_roots);

extern void s3_walk_end(s3_walk *walk);

#endif							/* LOAD_S3_WALK_H */
