/*
 * load.h: what the files of cloudtrail-load share.
 */
#ifndef CLOUDTRAIL_LOAD_H
#define CLOUDTRAIL_LOAD_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROGRAM		"cloudtrail-load"

/* The status with which the program ends. */
#define STATUS_COMPLETE		0	/* everything is loaded */
#define STATUS_REJECTS		1	/* all files are, but some records were put aside */
#define STATUS_FAILED		2	/* some files are not loaded */
#define STATUS_NOTHING		3	/* nothing was done */

/* A bytea cannot be larger. */
#define MAX_FILE_SIZE		((uint64_t) 1024 * 1024 * 1024 - 8192)

typedef struct options
{
	const char *dbname;
	const char *host;
	const char *port;
	const char *user;
	bool		no_password;
	const char *trail;
	int			jobs;
	bool		create;
	bool		dry_run;
	bool		quiet;
	bool		verbose;
	uint64_t	max_size;
} options;

/* A file to load, and what became of it. */
typedef struct log_file
{
	char	   *path;			/* "-" for standard input */
	const char *source;			/* its key in S3, or the path; points into path */
	uint64_t	size;
} log_file;

/* walk.c: from paths to files */

typedef struct file_list
{
	log_file   *files;
	size_t		count;
	size_t		room;
	size_t		skipped;		/* found in folders, but not named as log files are */
	size_t		unreadable;		/* complained about */
} file_list;

/* Adds a file, or the log files below a folder. */
extern void add_path(file_list *list, const char *path);

/* Takes out what is there twice, and puts the rest in order. */
extern void sort_files(file_list *list);

/* Reads a file whole into malloc'ed memory; NULL after a complaint. */
extern char *read_log(const log_file *file, uint64_t max_size, size_t *len);

/* session.c: the server */

typedef struct session
{
	const options *opt;
	PGconn	   *conn;
	PGcancel   *cancel;
	char	   *schema;			/* of the extension, quoted */
	char		trail[16];		/* oid of the trail */
} session;

/* Connects and finds extension and trail; false after a complaint. */
extern bool open_session(session *s, const options *opt, bool complain);

extern void close_session(session *s);

/* Leaves in a list what the ledger does not have; false after a complaint. */
extern bool keep_missing(session *s, file_list *list);

/* What cloudtrail_import() said. */
typedef struct outcome
{
	bool		loaded;
	bool		known;			/* the same content had been imported before */
	uint64_t	events;
	uint64_t	inserted;
	uint64_t	rejects;
} outcome;

/* Loads one file, come what may; complains where that fails. */
extern outcome load_file(session *s, const log_file *file, const char *log, size_t len);

/* Cancels what a session does; may be called from another thread. */
extern void cancel_session(session *s);

/* Set when the program was told to end. */
extern volatile bool ending;

/* progress.c: what the user sees */

typedef struct counts
{
	size_t		files;			/* that are to be loaded */
	uint64_t	bytes;
	size_t		done;
	uint64_t	done_bytes;
	size_t		known;
	size_t		failed;
	uint64_t	events;
	uint64_t	inserted;
	uint64_t	rejects;
	size_t		complaints;
} counts;

/* Says something about a file, or with NULL in general, without spoiling the progress line. */
extern void complain(const char *path, const char *format,...)
			__attribute__((format(printf, 2, 3)));

/* Says something that is no complaint. */
extern void say(const char *format,...) __attribute__((format(printf, 1, 2)));

/* Adds what became of a file. */
extern void count_file(const options *opt, const log_file *file, const outcome *o);

/* Begins to count. */
extern void start_progress(const options *opt, size_t files, uint64_t bytes);

/* Shows how far it is, if it is time to. */
extern void show_progress(void);

/* Ends the progress line; gives the counts. */
extern counts end_progress(void);

#endif							/* CLOUDTRAIL_LOAD_H */
