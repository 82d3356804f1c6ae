/*
 * fdw_tree.h: goes through the folders below a path.
 */
#ifndef CLOUDTRAIL_FDW_TREE_H
#define CLOUDTRAIL_FDW_TREE_H

#include <dirent.h>

#include "fdw.h"

/* No tree of logs is this deep. */
#define LOG_DEPTH_MAX	40

/* What a name in a folder is of. */
typedef enum LogEntryType
{
	ENTRY_FOLDER,
	ENTRY_FILE,
	ENTRY_OTHER
} LogEntryType;

typedef struct LogEntry
{
	char	   *name;
	LogEntryType type;
} LogEntry;

typedef struct LogEntryList
{
	LogEntry   *entries;
	int			count;
	int			room;
} LogEntryList;

/* A walk through folders. */
typedef struct LogTree
{
	const LogOptions *options;
	const char *base;
	bool		quiet;			/* says nothing of what cannot be read */
	DIR		   *open[LOG_DEPTH_MAX];	/* the folders that the walk is in */
	int			depth;
	StringInfoData path;		/* of the folder that the walk is in, below the base */
	MemoryContextCallback callback;
} LogTree;

/* Begins a walk below a base, which ends when the current context is emptied. */
extern LogTree *begin_log_tree(const LogOptions *options, const char *base, bool quiet);

/*
 * Opens the base, which may be a link; false if it cannot be read, of which a
 * quiet walk says nothing.
 */
extern bool open_log_tree(LogTree *tree);

/* Reads what is in the folder that the walk is in, in order. */
extern LogEntryList read_log_folder(LogTree *tree);

/* Goes into a folder of that which the walk is in; false if it cannot. */
extern bool enter_log_folder(LogTree *tree, const char *name);

/* Leaves a folder for that which it is in, whose path has this length. */
extern void leave_log_folder(LogTree *tree, int length);

/* Whether a file is a log file by its name, and not a digest. */
extern bool is_log_name(ct_slice name);

/* Is given a log file by its name in the folder that the walk is in; true if that was enough. */
typedef bool (*LogVisitor) (void *arg, const char *name);

/*
 * Visits log files in the folder that the walk is in, and below it, in order;
 * true if one of them was enough.
 */
extern bool visit_logs(LogTree *tree, LogVisitor visit, void *arg);

#endif							/* CLOUDTRAIL_FDW_TREE_H */
