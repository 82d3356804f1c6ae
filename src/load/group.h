/*
 * group.h: files that are imported at once.
 *
 * Small files together cost the server less than one by one.  While it is busy
 * with a group, the next one is gathered.
 */
#ifndef LOAD_GROUP_H
#define LOAD_GROUP_H

#include "worker.h"

/* So many files are a group at most. */
#define GROUP_MAX	500

/* What is to be done with a file of a group. */
typedef enum group_part
{
	PART_UNLIKE,				/* nothing: it does not look like CloudTrail's */
	PART_SENT,					/* import it with the others */
	PART_ALONE					/* import it by itself */
} group_part;

typedef struct group_file
{
	load_file	file;
	s3_object  *object;			/* NULL if it is not one of S3 */
	group_part	part;
	int64_t		size;			/* as it was read */
	size_t		offset;			/* of its content in the message */
} group_file;

/* The message is an array of bytea as PostgreSQL receives it. */
typedef struct file_group
{
	group_file	files[GROUP_MAX];
	int			count;
	int			sent;			/* how many are to be imported with others */
	char	   *message;
	size_t		length;
	size_t		room;
} file_group;

/* Gathers the next files; may wait for the first of them, which may then be of any size. */
extern void gather_files(worker *w, file_group *g, bool wait);

/* Imports one group after another, until there are no more files. */
extern void import_groups(worker *w);

#endif							/* LOAD_GROUP_H */
