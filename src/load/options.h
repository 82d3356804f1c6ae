/*
 * options.h: what the command line says.
 */
#ifndef LOAD_OPTIONS_H
#define LOAD_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "select.h"

/* More connections than this help nobody. */
#define JOBS_MAX		200

/* The message that carries a file to the server cannot be larger than 1 GB. */
#define FILE_SIZE_MAX	(INT64_C(1024) * 1024 * 1024 - 1024 * 1024)

/* Larger files are refused if nothing else is said: CloudTrail's have 50 MB at most. */
#define FILE_SIZE_DEFAULT	(INT64_C(256) * 1024 * 1024)
/* Requests to S3 at the same time, of which each has one object in memory. */
#define REQUESTS_USUAL	16
#define REQUESTS_MAX	200

/* Seconds between two looks into a bucket, and days that are looked through again. */
#define FOLLOW_USUAL	300
#define FOLLOW_MAX		(24 * 60 * 60)
#define RELIST_USUAL	2
#define RELIST_MAX		3660

/* Exit statuses; a signal's are 128 and its number. */
#define EXIT_LOADED		0
#define EXIT_REJECTS	1
#define EXIT_FAILED		2
#define EXIT_NOTHING	3
#define EXIT_BROKEN		4

/* More files of keys than this nobody has: there is one for a Region. */
#define KEY_FILES_MAX	100

typedef struct load_options
{
	const char *dbname;
	const char *host;
	const char *port;
	const char *user;
	bool		never_ask;		/* for a password */
	bool		always_ask;
	int			jobs;			/* 0 where it is not said */
	int64_t		max_size;
	bool		dry_run;
	bool		create;
	bool		quiet;
	bool		verbose;
	bool		verify;			/* before anything is loaded */
	bool		all;			/* also what does not look like a file of CloudTrail's */
	bool		force;			/* though most files do not */
	bool		follow_links;
	const char *keys[KEY_FILES_MAX];
	int			key_files;
	selection	selection;
	int			follow;			/* seconds between two looks into the buckets; 0: one look */
	int			relist;			/* days that each look goes back */
	int			requests;		/* to S3 at the same time */
	const char *trail;			/* NULL to verify only */
	char	  **paths;
	int			path_count;
} load_options;

/* Reads the command line; ends the program for --help, --version and mistakes. */
extern void read_options(int argc, char **argv, load_options *options);

#endif							/* LOAD_OPTIONS_H */
