/*
 * feed.h: the files on their way from the walk to the connections.
 *
 * The walk adds what it finds.  A connection that wants a file takes one that
 * the ledger does not have; where there is none, one connection asks the
 * ledger about the next thousand and the others wait for it.
 */
#ifndef LOAD_FEED_H
#define LOAD_FEED_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "list.h"
#include "report.h"

#define BATCH_SIZE	1000

/* One file that the ledger may lack; size is -1 where it is not known. */
typedef struct load_file
{
	char	   *path;
	int64_t		size;
} load_file;

typedef struct feed
{
	pthread_mutex_t lock;
	pthread_cond_t changed;
	report	   *report;
	path_list	found;
	path_list	failed;			/* while following: files to be tried again */
	uint64_t	failed_count;
	bool		following;		/* what is found again is not news */
	seen_set	seen;
	seen_set	seen_before;	/* while following: files found longer ago */
	load_file	batch[BATCH_SIZE];
	int			batch_count;
	int			batch_next;
	uint64_t	waiting;		/* files that are in found */
	bool		walked;
	bool		asking;
	atomic_bool stop;
} feed;

/* What asks the ledger, as ask_ledger() does. */
typedef bool (*feed_ask) (void *asker, load_file *files, int *count);

/* Begins with no files. */
extern void feed_begin(feed *f, report *r);

/* The source of a file: its key in S3 where it has one, else its path. */
extern const char *source_of(const char *path);

/* Adds a file, unless it was added before. */
extern void feed_add(feed *f, const char *path, int64_t size);

/* There are no more files to add. */
extern void feed_walked(feed *f);

/* Takes the next file that the ledger lacks; false at the end, or when stopped. */
extern bool feed_take(feed *f, feed_ask ask, void *asker, load_file *file);

/* How many files there are that can be taken without waiting or asking. */
extern int	feed_at_hand(feed *f);

/* Takes the next file without waiting or asking, if it is no larger than some bytes. */
extern bool feed_take_at_hand(feed *f, int64_t max_size, load_file *file);

/* A file that was taken failed; while following it is kept to be tried again. */
extern void feed_failed(feed *f, const char *path, int64_t size);

/* Adds the files that failed once more; returns how many. */
extern uint64_t feed_retry(feed *f);

/* Ends everything soon. */
extern void feed_stop(feed *f);

/* Counts the files that nobody took; for when all threads have ended. */
extern void feed_end(feed *f);

#endif							/* LOAD_FEED_H */
