/*
 * walk.c: finds the files of a path that the command line names.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "select.h"
#include "text.h"
#include "walk.h"

/* A folder that the walk is in. */
typedef struct folder
{
	const struct folder *parent;
	dev_t		device;
	ino_t		inode;
} folder;

typedef struct walk
{
	feed	   *feed;
	report	   *report;
	bool		follow_links;
	char		path[PATH_MAX];
} walk;

/* The names in a folder. */
typedef struct name_list
{
	char	  **names;
	size_t		count;
	size_t		room;
} name_list;

/* Compares two names. */
static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *) a, *(char *const *) b);
}

/* Reads the names in a folder, in order; false with errno if it cannot. */
static bool
read_folder(const char *path, name_list *list)
{
	DIR		   *dir = opendir(path);
	struct dirent *entry;
	int			error;

	if (dir == NULL)
		return false;
	while (errno = 0, (entry = readdir(dir)) != NULL)
	{
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (list->count == list->room)
		{
			list->room = list->room == 0 ? 64 : 2 * list->room;
			list->names = resize_memory(list->names, list->room * sizeof(char *));
		}
		list->names[list->count++] = copy_text(entry->d_name);
	}
	error = errno;
	closedir(dir);
	if (list->count > 1)
		qsort(list->names, list->count, sizeof(char *), compare_names);
	errno = error;
	return error == 0;
}

static void walk_folder(walk *w, size_t length, const struct stat *st, const folder *parent);

/* Whether a folder is one of those that the walk is in: a link leads round in a circle. */
static bool
is_circle(const struct stat *st, const folder *in)
{
	for (; in != NULL; in = in->parent)
		if (in->device == st->st_dev && in->inode == st->st_ino)
			return true;
	return false;
}

/* Takes one thing in a folder, whose path is complete. */
static void
walk_entry(walk *w, size_t length, const char *name, const folder *in)
{
	struct stat st;

	if ((w->follow_links ? stat : lstat) (w->path, &st) != 0)
		report_unreachable(w->report, w->path, strerror(errno));
	else if (S_ISLNK(st.st_mode))
		report_skipped(w->report, w->path, "a symbolic link, see --follow-links");
	else if (S_ISDIR(st.st_mode) && is_circle(&st, in))
		report_skipped(w->report, w->path, "a link to a folder that it is in");
	else if (S_ISDIR(st.st_mode))
		walk_folder(w, length, &st, in);
	else if (!S_ISREG(st.st_mode))
		report_skipped(w->report, w->path, "no regular file");
	else if (!is_log_name(name))
		report_skipped(w->report, w->path, "not named as a log file");
	else if (!select_file(&w->report->options->selection, w->path))
		report_skipped(w->report, w->path, "not selected");
	else
		feed_add(w->feed, w->path, st.st_size);
}

/* Walks the folder whose path is complete and of this length. */
static void
walk_folder(walk *w, size_t length, const struct stat *st, const folder *parent)
{
	folder		here = {parent, st->st_dev, st->st_ino};
	name_list	list = {NULL, 0, 0};

	if (!read_folder(w->path, &list))
		report_unreachable(w->report, w->path, strerror(errno));
	if (w->path[length - 1] != '/')
		w->path[length++] = '/';
	for (size_t i = 0; i < list.count; i++)
	{
		size_t		name_length = strlen(list.names[i]);

		if (!w->feed->stop)
		{
			if (length + name_length + 2 > sizeof(w->path))
			{
				w->path[length] = '\0';
				report_unreachable(w->report, w->path, strerror(ENAMETOOLONG));
			}
			else
			{
				memcpy(w->path + length, list.names[i], name_length + 1);
				walk_entry(w, length + name_length, list.names[i], &here);
			}
		}
		free(list.names[i]);
	}
	free(list.names);
}

/* Walks a folder that the command line names. */
static void
walk_top(feed *f, report *r, const char *path, const struct stat *st, bool follow_links)
{
	size_t		length = strlen(path);
	walk	   *w = get_memory(sizeof(walk));

	w->feed = f;
	w->report = r;
	w->follow_links = follow_links;
	while (length > 1 && path[length - 1] == '/')
		length--;
	memcpy(w->path, path, length);
	w->path[length] = '\0';
	walk_folder(w, length, st, NULL);
	free(w);
}

void
walk_path(feed *f, report *r, const char *path, bool follow_links)
{
	struct stat st;

	if (strcmp(path, "-") == 0)
	{
		if (isatty(STDIN_FILENO))
			report_note(r, NULL, "waiting for log files from the terminal; Ctrl-D ends them");
		feed_add(f, "-", -1);
	}
	else if (strlen(path) + 2 > PATH_MAX)
		report_unreachable(r, path, strerror(ENAMETOOLONG));
	else if (stat(path, &st) != 0)
		report_unreachable(r, path, strerror(errno));
	else if (S_ISDIR(st.st_mode))
		walk_top(f, r, path, &st, follow_links);
	else
		/* Pipes and the like have no size before they are read. */
		feed_add(f, path, S_ISREG(st.st_mode) ? st.st_size : -1);
}
