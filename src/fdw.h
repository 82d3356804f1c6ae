/*
 * fdw.h: what the files of the foreign data wrapper share.
 *
 * A scan lists the files below a path (fdw_list.c, fdw_tree.c) that its
 * conditions do not exclude by their names (fdw_filter.c, fdw_condition.c),
 * reads them one after another (fdw_file.c), and forms of each event the
 * columns that a condition needs, then those that the query needs
 * (fdw_columns.c, fdw_scan.c).
 */
#ifndef CLOUDTRAIL_FDW_H
#define CLOUDTRAIL_FDW_H

#include "cloudtrail.h"

#include "core/container/container.h"
#include "core/evidence/logpath.h"
#include "executor/executor.h"
#include "foreign/fdwapi.h"
#include "lib/stringinfo.h"
#include "utils/rel.h"

/* fdw_options.c: what a foreign table's options say */

typedef struct LogOptions
{
	const char *path;			/* a folder, a file, or a pattern */
	int64		late;			/* how long after an event its file may be delivered */
	bool		stop;			/* at the first damage */
	bool		prune;			/* leaves files out by their names */
	bool	   *complained;		/* if the caller sees no names: was told of damage */
} LogOptions;

/* The options of a foreign table. */
extern LogOptions *log_options(Oid table);

/* Reports an error unless the user may name files of the server. */
extern void check_may_name_files(void);

/* fdw_columns.c: what a foreign table's columns are */

typedef enum LogColumnKind
{
	LOG_NOTHING,				/* a column that was dropped */
	LOG_FIELD,
	LOG_TEXT,					/* a field that is text and read from one place */
	LOG_TIME,					/* of the event */
	LOG_EVENT,
	LOG_SOURCE
} LogColumnKind;

/* What a file's name may tell of a column. */
typedef enum LogSubject
{
	LOG_SUBJECT_NONE,
	LOG_SUBJECT_TIME,
	LOG_SUBJECT_ACCOUNT,
	LOG_SUBJECT_REGION,
	LOG_SUBJECT_SOURCE
} LogSubject;

typedef struct LogColumn
{
	LogColumnKind kind;
	LogSubject	subject;
	PGFunction	read;			/* of a field */
	ct_field	place;			/* of a text */
	int			cost;			/* to form it, by which conditions are ordered */
} LogColumn;

/* The columns by attribute number, from 0; a column that is not known is an error. */
extern LogColumn *log_columns(Relation table);

/* The type of events in the schema of a foreign data wrapper's handler. */
extern Oid	log_event_type(Oid server);

/* Adds the definitions of all columns, for CREATE FOREIGN TABLE; type is that of events. */
extern void append_log_columns(StringInfo out, const char *event_type);

/* fdw_filter.c: which files conditions exclude */

/* What is known of a file, or of all files in a folder. */
typedef struct LogFacts
{
	ct_log_path path;
	const char *source;			/* NULL if it is not known */
	bool		is_folder;		/* the source is a beginning only */
} LogFacts;

typedef struct LogFilter LogFilter;

/*
 * The conditions on a relation, numbered relid, that names of files may
 * answer.  In a plan that is executed, parent is its node; else root is set,
 * and what is not constant is estimated.
 */
extern LogFilter *log_filter(List *clauses, Index relid, const LogColumn *columns,
							 const LogOptions *options, PlanState *parent, PlannerInfo *root);

/* Whether names of files may answer a clause once the other relations' columns are given. */
extern bool is_log_condition(Node *clause, Index relid, const LogColumn *columns);

/* Works out what columns are compared with, in a context that lives as long as the filter. */
extern void evaluate_filter(LogFilter *filter, ExprContext *econtext);

/* The parameters of the executor that the filter depends on. */
extern Bitmapset *filter_params(const LogFilter *filter);

/* False if no event of these files can meet the conditions. */
extern bool filter_may_match(const LogFilter *filter, const LogFacts *facts);

/* Whether an event of a Region and time may be one of a global service in another Region's file. */
extern bool is_global_event(ct_slice region, int64 time);

/* fdw_path.c: paths of log files */

/* What makes a path a pattern, unless something has that name. */
#define LOG_WILDCARDS	"*?["

/* A folder; or one file in it, or a pattern of what is below it. */
typedef struct LogPath
{
	char	   *base;
	const char *file;
	const char *pattern;
} LogPath;

/* What a path names. */
extern LogPath split_log_path(const char *path);

/* The path of a file below a base. */
extern char *log_path(const char *base, const char *folder, const char *name);

/* A path as text: control characters and bytes that are not UTF-8 are written \xNN. */
extern char *readable_path(const char *path);

/* fdw_list.c: the files to read */

/* A file: offsets in the texts, where its folder and its name are. */
typedef struct LogFile
{
	uint32		folder;			/* below the base */
	uint32		name;
} LogFile;

typedef struct LogCounts
{
	uint64		found;			/* files that were listed */
	uint64		left_out;		/* of them, for what their names say */
	uint64		folders_left_out;	/* whose files were not even listed */
	uint64		read;
	uint64		failed;			/* files that could not be read */
	uint64		skipped;		/* records */
} LogCounts;

typedef struct LogList
{
	LogFile    *files;
	uint32		count;
	uint32		room;
	StringInfoData texts;
	double		estimate;		/* of how many there are, where not all folders were visited */
	LogCounts	counts;
} LogList;

/*
 * Lists the files that the filter does not exclude.  For an estimate, some
 * folders stand for all, names are taken at their word, nothing is complained
 * of, and the result is NULL if the path cannot be read.
 */
extern LogList *log_list(const LogOptions *options, const LogFilter *filter, bool estimate);

/* fdw_file.c: one file after another */

typedef struct LogReader
{
	const LogOptions *options;
	const char *base;			/* the folder that files are named below */
	bool		follow;			/* the path is a file's, which may be a link */
	bool		quiet;			/* says nothing of what is wrong */
	LogCounts  *counts;
	MemoryContext context;		/* has what belongs to the file, and is emptied after it */
	int			base_fd;		/* -1 if it is not open */
	int			file_fd;
	ct_splitter *splitter;		/* NULL between files */
	ct_splitter *idle;			/* the same between files; NULL if there was none */
	char	   *buffer;			/* has the file, unless it is large; is used again and again */
	Size		room;			/* of the buffer */
	int			cold;			/* files to be found in memory before no more are announced */
	const ct_record *rec;		/* of the newest event */
	struct varlena *source;		/* of the file, as text */
	char	   *name;			/* of the file */
	uint64		items;
	uint64		rejects;
	ct_error	first_reject;
	uint64		first_reject_item;
	MemoryContextCallback callback;
} LogReader;

/* Makes a reader, which closes what is open when the current context is emptied. */
extern LogReader *new_log_reader(const LogOptions *options, LogCounts *counts);

/* Has the next files announced, until they turn out to be in memory. */
extern void begin_announcing(LogReader *reader);

/*
 * Has the system begin to read a file that is to be opened soon, while no file
 * is open; false if there is no need to announce more.
 */
extern bool announce_log(LogReader *reader, const char *folder, const char *name);

/* Opens a file; false if it cannot be read, which is complained of. */
extern bool open_log(LogReader *reader, const char *folder, const char *name);

/* The next event of the file that is open; NULL at its end, after which none is open. */
extern const ct_record *next_log_event(LogReader *reader);

/* Ends the query if the system is short of what any other file would need, too. */
extern void check_shortage(int error);

/*
 * Whether names of files are kept from the caller; then the caller is told once
 * that some were skipped, or that is an error.
 */
extern bool complain_without_name(const LogOptions *options, bool stop);

/* Closes everything. */
extern void close_log_reader(LogReader *reader);

/* fdw_row.c: rows of a foreign table */

typedef struct LogRow
{
	Oid			table;
	const LogColumn *columns;
	int			natts;
	struct LogStage *stages;	/* a condition each, in order */
	int			nstages;
	AttrNumber *output;			/* columns that no condition needed before, from 0 */
	int			noutput;
	ExprContext *econtext;
	LogReader  *reader;
} LogRow;

/*
 * Prepares to make rows: conditions are in order, output are attribute
 * numbers as pull_varattnos() gives them.  parent may be NULL.
 */
extern LogRow *log_row(Relation table, const LogColumn *columns, List *conditions,
					   Bitmapset *output,
					   PlanState *parent, ExprContext *econtext, LogReader *reader);

/* Forms the row of an event in a slot; false if it does not meet the conditions. */
extern bool form_log_row(LogRow *row, const ct_record *rec, TupleTableSlot *slot);

/* fdw_plan.c */

/* Estimates how many rows there are. */
extern void log_rel_size(PlannerInfo *root, RelOptInfo *rel, Oid table);

/* Adds the ways to read the files. */
extern void log_paths(PlannerInfo *root, RelOptInfo *rel, Oid table);

/*
 * Makes the plan.  Its conditions are the clauses, and the partition's bounds:
 * a file has events that belong to another partition, too.
 */
extern ForeignScan *log_plan(PlannerInfo *root, RelOptInfo *rel, Oid table, ForeignPath *path,
							 List *tlist, List *clauses, Plan *outer);

/* The bounds of a partition as conditions on a relation numbered relid. */
extern List *partition_conditions(Relation table, Index relid);

/* fdw_handler.c */

/* Whether a foreign table is one over log files. */
extern bool is_log_table(Oid table);

/* fdw_scan.c */

/* Fills in the routines of a scan. */
extern void log_scan_routines(FdwRoutine *routine);

/* fdw_analyze.c */

/* How a table is sampled, and how large it is. */
extern bool analyze_log_table(Relation table, AcquireSampleRowsFunc *func, BlockNumber *pages);

#endif							/* CLOUDTRAIL_FDW_H */
