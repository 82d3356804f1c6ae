/*
 * report.h: what the program says, and the counts it says it with.  All
 * threads report here; complaints and progress do not garble each other.
 */
#ifndef LOAD_REPORT_H
#define LOAD_REPORT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "options.h"

/* What the server says about an imported file. */
typedef struct import_result
{
	const char *kind;
	uint64_t	events;
	uint64_t	inserted;
	uint64_t	duplicates;
	uint64_t	rejects;
	bool		known;
} import_result;

typedef struct report_counts
{
	uint64_t	found;			/* files that are to be loaded */
	uint64_t	found_bytes;
	uint64_t	skipped;		/* files and links in folders that are not */
	uint64_t	unlike;			/* files that do not look like CloudTrail's */
	uint64_t	barren;			/* files loaded that have rejects only */
	uint64_t	repeated;
	uint64_t	known;			/* the trail had them */
	uint64_t	loaded;
	uint64_t	loaded_bytes;
	uint64_t	done_bytes;		/* loaded or known */
	uint64_t	failed;
	uint64_t	untried;
	uint64_t	events;
	uint64_t	inserted;
	uint64_t	duplicates;
	uint64_t	rejects;
	uint64_t	complaints;
} report_counts;

typedef struct report
{
	pthread_mutex_t lock;
	const load_options *options;
	bool		verifying;		/* files are checked, not loaded */
	report_counts counts;
	bool		walked;			/* all files are found */
	bool		braked;			/* most of the first files are not CloudTrail's */
	bool		terminal;
	bool		line_shown;
	double		started;
	double		line_time;
} report;

/* Begins to report. */
extern void report_begin(report *r, const load_options *options, bool verifying);

/* What happens to files; sizes are -1 where they are not known. */

/* A file or standard input is to be loaded. */
extern void report_found(report *r, int64_t size);

/* All files are found. */
extern void report_walked(report *r);

/* Something in a folder is not taken. */
extern void report_skipped(report *r, const char *path, const char *why);

/* A file of the same source and size is taken already. */
extern void report_repeated(report *r, const char *path);

/* The ledger has a file. */
extern void report_known(report *r, const char *path, int64_t size);

/* A file would be loaded. */
extern void report_planned(report *r, const char *path, int64_t size);

/* A file in a folder does not look like one of CloudTrail's. */
extern void report_unlike(report *r, const char *path, int64_t size);

/* A file is in the trail. */
extern void report_loaded(report *r, const char *path, int64_t size, const import_result *result);

/* A file was read, to be judged with all others. */
extern void report_checked(report *r, int64_t size);

/* A path does not exist, or a folder cannot be read. */
extern void report_unreachable(report *r, const char *path, const char *reason);

/* A file could not be loaded. */
extern void report_failed(report *r, const char *path, const char *reason);

/* Files that failed are tried again. */
extern void report_retry(report *r, uint64_t files);

/* Files were found, but not loaded before all ended. */
extern void report_untried(report *r, uint64_t files);

/* Complains and stops the load, once, if most of the first files are not CloudTrail's. */
extern bool report_brake(report *r, const char *path);

/* Complains and returns true if there was nothing to load. */
extern bool report_nothing(report *r);

/* Something is wrong, not with one file: said at once; path may be NULL. */
extern void report_complaint(report *r, const char *path, const char *reason);

/* The same of what is worth saying, unless the user wants quiet; it is not a complaint. */
extern void report_note(report *r, const char *path, const char *text);

/* Whether all that was found is done; how many files were loaded. */
extern bool report_is_idle(report *r, uint64_t *loaded);

/* Says how far the following of a bucket is, in one line. */
extern void report_state(report *r);

/* Shows progress where it is due; a log does not need it while nothing is done. */
extern void report_progress(report *r);

/* Removes the line of progress. */
extern void report_end_progress(report *r);

/* The last word: what was done, or would be. */
extern void report_summary(report *r, bool interrupted);

/* Prints ", N what" where N is not zero. */
extern void print_part(uint64_t number, const char *what);

/* For report.c and report_progress.c: seconds of a clock that is never set. */
extern double report_now(void);

/* Removes the line of progress; the lock is held. */
extern void report_clear_line(report *r);

#endif							/* LOAD_REPORT_H */
