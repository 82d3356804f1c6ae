/*
 * fdw_tree.c: goes through the folders below a path.
 *
 * The path itself may be a link, for who sets it decides what is read.  What
 * lies below it is opened folder by folder from there on, and no link is
 * followed, so that who can write there cannot lead the server elsewhere.
 */
#include "fdw_tree.h"

#include <sys/stat.h>

#include "miscadmin.h"
#include "server_file.h"
#include "storage/fd.h"
#include "utils/memutils.h"

/* Closes what is open, when the walk ends in whatever way. */
static void
close_tree(void *arg)
{
	LogTree    *tree = arg;

	while (tree->depth > 0)
	{
		closedir(tree->open[--tree->depth]);
		ReleaseExternalFD();
	}
}

/* Complains of a folder that lies too deep. */
static void
complain_of_depth(const LogTree *tree, const char *name)
{
	char	   *path = log_path(tree->base, tree->path.data, name);
	bool		stop = tree->options->stop;

	if (tree->quiet || complain_without_name(tree->options, stop))
		return;
	ereport(stop ? ERROR : WARNING,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("skipped folder \"%s\": directories are nested too deeply",
					printable(path))));
}

/* Complains of a folder that cannot be read, which is an error if that is what the table says. */
static void
complain(const LogTree *tree, const char *name, int error)
{
	char	   *path = log_path(tree->base, tree->path.data, name);
	bool		stop = tree->options->stop && error != ENOENT;

	if (tree->quiet)
		return;
	check_shortage(error);
	if (complain_without_name(tree->options, stop))
		return;
	errno = error;
	ereport(stop ? ERROR : WARNING,
			(errcode_for_file_access(),
			 errmsg("skipped folder \"%s\": %m", printable(path))));
}

/* Opens a folder in another one, or a path; false with errno if it cannot. */
static bool
open_folder(LogTree *tree, int parent, const char *name)
{
	int			fd;
	int			error;
	DIR		   *dir;

	if (!AcquireExternalFD())
		return false;
	fd = openat(parent, name, (CT_BELOW_FLAGS & (parent == AT_FDCWD ? ~O_NOFOLLOW : ~0)) |
				O_DIRECTORY);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (dir == NULL)
	{
		error = errno;
		if (fd >= 0)
			close(fd);
		ReleaseExternalFD();
		errno = error;
		return false;
	}
	tree->open[tree->depth++] = dir;
	return true;
}

/* Closes the folder that the walk is in. */
static void
close_folder(LogTree *tree)
{
	closedir(tree->open[--tree->depth]);
	ReleaseExternalFD();
}

LogTree *
begin_log_tree(const LogOptions *options, const char *base, bool quiet)
{
	LogTree    *tree = palloc0(sizeof(LogTree));

	tree->options = options;
	tree->base = base;
	tree->quiet = quiet;
	initStringInfo(&tree->path);
	tree->callback.func = close_tree;
	tree->callback.arg = tree;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &tree->callback);
	return tree;
}

bool
open_log_tree(LogTree *tree)
{
	if (open_folder(tree, AT_FDCWD, tree->base))
		return true;
	if (tree->quiet)
		return false;
	check_shortage(errno);
	ereport(ERROR,
			(errcode_for_path(),
			 errmsg("could not open directory \"%s\": %m", printable(tree->base))));
}

/* What an entry of a folder is; a link is neither file nor folder. */
static LogEntryType
type_of(DIR *dir, const struct dirent *entry)
{
	struct stat st;

	if (entry->d_type == DT_DIR)
		return ENTRY_FOLDER;
	if (entry->d_type == DT_REG)
		return ENTRY_FILE;
	if (entry->d_type != DT_UNKNOWN ||
		fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return ENTRY_OTHER;
	return S_ISDIR(st.st_mode) ? ENTRY_FOLDER : S_ISREG(st.st_mode) ? ENTRY_FILE : ENTRY_OTHER;
}

/* Compares two entries by name. */
static int
compare_entries(const void *a, const void *b)
{
	return strcmp(((const LogEntry *) a)->name, ((const LogEntry *) b)->name);
}

LogEntryList
read_log_folder(LogTree *tree)
{
	DIR		   *dir = tree->open[tree->depth - 1];
	LogEntryList list = {NULL, 0, 0};
	struct dirent *entry;

	while (errno = 0, (entry = readdir(dir)) != NULL)
	{
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		CHECK_FOR_INTERRUPTS();
		if (list.count == list.room)
		{
			list.room = Max(64, 2 * list.room);
			list.entries = list.entries == NULL ? palloc(list.room * sizeof(LogEntry)) :
				repalloc_huge(list.entries, list.room * sizeof(LogEntry));
		}
		list.entries[list.count++] = (LogEntry) {pstrdup(entry->d_name), type_of(dir, entry)};
	}
	if (errno != 0)
		complain(tree, "", errno);
	if (list.count > 1)
		qsort(list.entries, list.count, sizeof(LogEntry), compare_entries);
	return list;
}

bool
enter_log_folder(LogTree *tree, const char *name)
{
	if (tree->depth == LOG_DEPTH_MAX)
	{
		complain_of_depth(tree, name);
		return false;
	}
	if (!open_folder(tree, dirfd(tree->open[tree->depth - 1]), name))
	{
		complain(tree, name, errno);
		return false;
	}
	appendStringInfo(&tree->path, "%s%s", tree->path.len > 0 ? "/" : "", name);
	return true;
}

void
leave_log_folder(LogTree *tree, int length)
{
	close_folder(tree);
	tree->path.len = length;
	tree->path.data[length] = '\0';
}

bool
is_log_name(ct_slice name)
{
	ct_filename digest;

	return ct_has_log_ending(name) && !ct_digest_name(name, &digest);
}

bool
visit_logs(LogTree *tree, LogVisitor visit, void *arg)
{
	LogEntryList list = read_log_folder(tree);
	int			length = tree->path.len;
	bool		enough = false;

	for (int i = 0; i < list.count && !enough; i++)
	{
		const LogEntry *entry = &list.entries[i];

		if (entry->type == ENTRY_FILE &&
			is_log_name((ct_slice) {entry->name, strlen(entry->name)}))
			enough = visit(arg, entry->name);
		else if (entry->type == ENTRY_FOLDER && strcmp(entry->name, "CloudTrail-Digest") != 0 &&
				 enter_log_folder(tree, entry->name))
		{
			enough = visit_logs(tree, visit, arg);
			leave_log_folder(tree, length);
		}
	}
	return enough;
}
