/*
 * walk.c: from paths to log files.
 */
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "load.h"

/* Tells whether a file is named as log files are. */
static bool
is_log_name(const char *name)
{
	static const char *const endings[] = {
		".json", ".jsonl", ".ndjson", ".gz", ".zst", ".log"
	};
	size_t		len = strlen(name);

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
	{
		size_t		n = strlen(endings[i]);

		if (len > n && strcmp(name + len - n, endings[i]) == 0)
			return true;
	}
	return false;
}

/* The key that a file has in S3: from AWSLogs on, where the path has that. */
static const char *
source_of(const char *path)
{
	for (const char *p = path; p != NULL; p = strchr(p, '/'))
	{
		p += *p == '/';
		if (strncmp(p, "AWSLogs/", strlen("AWSLogs/")) == 0)
			return p;
	}
	return path;
}

/* Adds a file to the list. */
static void
add_file(file_list *list, const char *path, uint64_t size)
{
	log_file   *file;

	if (list->count == list->room)
	{
		list->room = list->room ? 2 * list->room : 1024;
		list->files = realloc(list->files, list->room * sizeof(log_file));
	}
	if (list->files == NULL)
	{
		complain(NULL, "out of memory");
		exit(STATUS_NOTHING);
	}
	file = &list->files[list->count++];
	file->path = strdup(path);
	file->source = strcmp(path, "-") == 0 ? "stdin" : source_of(file->path);
	file->size = size;
}

/* Adds the log files below a folder; links are followed, but in no circle. */
static void
add_folder(file_list *list, const char *path)
{
	char	   *const roots[] = {(char *) path, NULL};
	FTS		   *tree = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, NULL);
	FTSENT	   *entry;

	if (tree == NULL)
	{
		complain(path, "%s", strerror(errno));
		list->unreadable++;
		return;
	}
	while ((entry = fts_read(tree)) != NULL)
	{
		switch (entry->fts_info)
		{
			case FTS_F:
				if (is_log_name(entry->fts_name))
					add_file(list, entry->fts_path, (uint64_t) entry->fts_statp->st_size);
				else
					list->skipped++;
				break;
			case FTS_DNR:
			case FTS_ERR:
			case FTS_NS:
			case FTS_SLNONE:
				complain(entry->fts_path, "%s", strerror(entry->fts_errno ? entry->fts_errno : ENOENT));
				list->unreadable++;
				break;
			default:
				break;
		}
	}
	fts_close(tree);
}

/* Adds a file, or the log files below a folder. */
void
add_path(file_list *list, const char *path)
{
	struct stat info;

	if (strcmp(path, "-") == 0)
		add_file(list, path, 0);
	else if (stat(path, &info) != 0)
	{
		complain(path, "%s", strerror(errno));
		list->unreadable++;
	}
	else if (S_ISDIR(info.st_mode))
		add_folder(list, path);
	else
		add_file(list, path, (uint64_t) info.st_size);
}

/* Order of files: by source, which is by time within an account and Region. */
static int
by_source(const void *a, const void *b)
{
	const log_file *x = a;
	const log_file *y = b;
	int			order = strcmp(x->source, y->source);

	if (order != 0)
		return order;
	return x->size < y->size ? -1 : x->size > y->size;
}

/* Takes out what is there twice, and puts the rest in order. */
void
sort_files(file_list *list)
{
	size_t		kept = 0;

	qsort(list->files, list->count, sizeof(log_file), by_source);
	for (size_t i = 0; i < list->count; i++)
	{
		if (kept > 0 && by_source(&list->files[kept - 1], &list->files[i]) == 0)
			free(list->files[i].path);
		else
			list->files[kept++] = list->files[i];
	}
	list->count = kept;
}

/* Reads a file whole into malloc'ed memory; NULL after a complaint. */
char *
read_log(const log_file *file, uint64_t max_size, size_t *len)
{
	int			fd = strcmp(file->path, "-") == 0 ? STDIN_FILENO : open(file->path, O_RDONLY | O_CLOEXEC);
	size_t		room = file->size + 1;
	char	   *log = fd >= 0 ? malloc(room) : NULL;
	ssize_t		n;

	*len = 0;
	if (log == NULL)
	{
		complain(file->path, "%s", strerror(errno));
		if (fd > STDIN_FILENO)
			close(fd);
		return NULL;
	}
	/* A file may have grown since it was listed, and what comes through a pipe has no size. */
	while ((n = read(fd, log + *len, room - *len)) != 0)
	{
		if (n < 0 && errno == EINTR && !ending)
			continue;
		if (n < 0)
			break;
		*len += (size_t) n;
		if (*len > max_size)
			break;
		if (*len == room)
		{
			char	   *larger = realloc(log, room = 2 * room + 65536);

			if (larger == NULL)
			{
				n = -1;
				break;
			}
			log = larger;
		}
	}
	if (n < 0)
		complain(file->path, "%s", strerror(errno));
	else if (n > 0)
		complain(file->path, "larger than %llu bytes", (unsigned long long) max_size);
	if (fd != STDIN_FILENO)
		close(fd);
	if (n == 0)
		return log;
	free(log);
	return NULL;
}
