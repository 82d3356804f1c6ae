/*
 * fdw_file.c: reads the events of one log file after another.
 *
 * A file is read whole and closed before its first event is given.  It must be
 * a regular one, below the base without any link on the way; opening it never
 * waits, as opening a pipe would.
 */
#include "fdw.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "core/base/inflate.h"
#include "items.h"
#include "miscadmin.h"
#include "server_file.h"
#include "storage/fd.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/* Read at once, so that a large file on a slow disk can be cancelled. */
#define READ_STEP	((Size) 4 * 1024 * 1024)

/* Files up to this size share a buffer: fresh memory costs more than reading from memory. */
#define SHARED_BUFFER	((Size) 4 * 1024 * 1024)

/* What is announced of a file; the system reads on by itself. */
#define ANNOUNCED	((off_t) 1024 * 1024)

/*
 * Opening a file once more costs a twentieth of reading it from memory.  So
 * files are announced after one that was not there, until so many are; at
 * first some are tried.
 */
#define COLD_FILES	32
#define TRIED_FILES	2

/* Closes a file or folder that is open. */
static void
close_fd(int *fd)
{
	if (*fd < 0)
		return;
	close(*fd);
	*fd = -1;
	ReleaseExternalFD();
}

/* Releases what belongs to the file. */
static void
close_log(LogReader *reader)
{
	close_fd(&reader->file_fd);
	forget_transient(reader->rec);
	reader->rec = NULL;
	if (reader->splitter == NULL)
		return;
	ct_splitter_restart(reader->splitter, NULL, 0);
	reader->idle = reader->splitter;
	reader->splitter = NULL;
}

/* Closes everything, when the query ends in whatever way. */
static void
release_reader(void *arg)
{
	LogReader  *reader = arg;

	close_log(reader);
	ct_splitter_free(reader->idle);
	reader->idle = NULL;
	close_fd(&reader->base_fd);
}

LogReader *
new_log_reader(const LogOptions *options, LogCounts *counts)
{
	LogReader  *reader = palloc0(sizeof(LogReader));
	LogPath		path = split_log_path(options->path);

	reader->options = options;
	reader->counts = counts;
	reader->base = path.base;
	reader->follow = path.file != NULL;
	reader->base_fd = reader->file_fd = -1;
	reader->context = AllocSetContextCreate(CurrentMemoryContext, "cloudtrail_fdw file",
											ALLOCSET_DEFAULT_SIZES);
	reader->callback.func = release_reader;
	reader->callback.arg = reader;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &reader->callback);
	return reader;
}

void
close_log_reader(LogReader *reader)
{
	release_reader(reader);
	MemoryContextReset(reader->context);
}

void
check_shortage(int error)
{
	if (error != ENOMEM && error != EMFILE && error != ENFILE)
		return;
	errno = error;
	ereport(ERROR,
			(errcode(error == ENOMEM ? ERRCODE_OUT_OF_MEMORY : ERRCODE_INSUFFICIENT_RESOURCES),
			 errmsg("could not read log files: %m")));
}

bool
complain_without_name(const LogOptions *options, bool stop)
{
	if (options->complained == NULL)
		return false;
	if (stop || !*options->complained)
	{
		*options->complained = true;
		ereport(stop ? ERROR : WARNING,
				(errcode(ERRCODE_FDW_ERROR),
				 errmsg("skipped log files or records that cannot be read"),
				 errdetail("Row-level security hides which.")));
	}
	return true;
}

/* Complains of a file that cannot be read, which is an error if that is what the table says. */
static void
complain(LogReader *reader, const char *reason)
{
	bool		stop = reader->options->stop && strcmp(reason, strerror(ENOENT)) != 0;

	close_log(reader);
	reader->counts->failed++;
	if (reader->quiet || complain_without_name(reader->options, stop))
		return;
	ereport(stop ? ERROR : WARNING,
			(errcode(ERRCODE_FDW_ERROR),
			 errmsg("skipped log file \"%s\": %s", printable(reader->name), reason)));
}

/* Opens the folder that files are named below, unless it is open; false with errno if it cannot. */
static bool
open_base(LogReader *reader)
{
	int			error;

	if (reader->base_fd >= 0)
		return true;
	if (!AcquireExternalFD())
		return false;
	reader->base_fd = open(reader->base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (reader->base_fd >= 0)
		return true;
	error = errno;
	ReleaseExternalFD();
	errno = error;
	return false;
}

/* Opens a path below the base; false with errno if it cannot. */
static bool
open_path(LogReader *reader, const char *path)
{
	int			error;

	if (!open_base(reader) || !AcquireExternalFD())
		return false;
	reader->file_fd = reader->follow ?
		openat(reader->base_fd, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) :
		ct_open_below(reader->base_fd, path);
	if (reader->file_fd >= 0)
		return true;
	error = errno;
	ReleaseExternalFD();
	errno = error;
	return false;
}

/* Opens a file; false with a reason if it cannot be read. */
static bool
open_file(LogReader *reader, const char *path, Size *size, const char **reason)
{
	struct stat st;

	if (!open_path(reader, path) || fstat(reader->file_fd, &st) != 0)
	{
		check_shortage(errno);
		*reason = pstrdup(strerror(errno));
		return false;
	}
	if (!S_ISREG(st.st_mode))
	{
		*reason = "not a regular file";
		return false;
	}
	if ((uint64) st.st_size > CT_INFLATE_MAX)
	{
		*reason = "larger than 1 GB";
		return false;
	}
	*size = st.st_size;
	return true;
}

/* Reads what of a file is in memory; less than 0 if nothing is, or nobody knows. */
static ssize_t
read_memory(int fd, char *buffer, Size size)
{
#ifdef RWF_NOWAIT
	struct iovec part = {buffer, size};

	return preadv2(fd, &part, 1, -1, RWF_NOWAIT);
#else
	return -1;
#endif
}

/* Memory for a file. */
static char *
file_buffer(LogReader *reader, Size size)
{
	if (size > SHARED_BUFFER)
		return MemoryContextAllocHuge(reader->context, size);
	if (size > reader->room || reader->buffer == NULL)
	{
		MemoryContext own = GetMemoryChunkContext(reader);

		if (reader->buffer != NULL)
			pfree(reader->buffer);
		reader->buffer = NULL;
		reader->room = Max(size + size / 2, BLCKSZ);
		reader->buffer = MemoryContextAlloc(own, reader->room);
	}
	return reader->buffer;
}

/* Reads a file whole, or as far as it goes; NULL with a reason if it cannot be read. */
static char *
read_file(LogReader *reader, Size size, Size *length, const char **reason)
{
	char	   *blob = file_buffer(reader, size);

	*length = 0;
	while (*length < size)
	{
		Size		step = Min(size - *length, READ_STEP);
		ssize_t		got = *length == 0 ? read_memory(reader->file_fd, blob, step) : -1;

		if (got < 0)
		{
			if (*length == 0)
				reader->cold = COLD_FILES;
			got = read(reader->file_fd, blob + *length, step);
		}

		CHECK_FOR_INTERRUPTS();
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
		{
			check_shortage(errno);
			*reason = pstrdup(strerror(errno));
			return NULL;
		}
		if (got == 0)
			break;
		*length += got;
	}
	return blob;
}

void
begin_announcing(LogReader *reader)
{
	reader->cold = Max(reader->cold, TRIED_FILES);
}

bool
announce_log(LogReader *reader, const char *folder, const char *name)
{
#ifdef POSIX_FADV_WILLNEED
	char	   *path;
	char		byte;

	if (reader->cold == 0)
		return false;
	path = log_path("", folder, name);

	/* Whatever is wrong is said when its turn comes. */
	if (open_path(reader, path + 1))
	{
		if (read_memory(reader->file_fd, &byte, 1) >= 0)
			reader->cold--;
		else if (posix_fadvise(reader->file_fd, 0, ANNOUNCED, POSIX_FADV_WILLNEED) == 0)
			reader->cold = COLD_FILES;
	}
	close_fd(&reader->file_fd);
	pfree(path);
	return true;
#else
	return false;
#endif
}

bool
open_log(LogReader *reader, const char *folder, const char *name)
{
	MemoryContext old;
	const char *reason = NULL;
	char	   *path;
	char	   *blob;
	Size		size;
	Size		length;

	close_log(reader);
	MemoryContextReset(reader->context);
	old = MemoryContextSwitchTo(reader->context);
	path = log_path(reader->base, folder, name);
	reader->name = path;
	reader->source = (struct varlena *)
		cstring_to_text(readable_path(ct_source_of((ct_slice) {path, strlen(path)}).ptr));
	reader->items = reader->rejects = 0;
	blob = open_file(reader, log_path("", folder, name) + 1, &size, &reason) ?
		read_file(reader, size, &length, &reason) : NULL;
	if (blob == NULL)
		complain(reader, reason);
	else
	{
		close_fd(&reader->file_fd);
		reader->splitter = reader->idle != NULL ? reader->idle : ct_splitter_new(blob, length);
		if (reader->splitter == NULL)
			report_out_of_memory();
		if (reader->idle != NULL)
			ct_splitter_restart(reader->splitter, blob, length);
		reader->idle = NULL;
		reader->counts->read++;
	}
	MemoryContextSwitchTo(old);
	return blob != NULL;
}

/* Complains of what is damaged in the file, of which the first was noted. */
static void
report_rejects(const LogReader *reader)
{
	if (reader->rejects == 0 || reader->quiet ||
		complain_without_name(reader->options, reader->options->stop))
		return;
	ereport(reader->options->stop ? ERROR : WARNING,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg_plural("log file \"%s\": skipped " UINT64_FORMAT " record that is not a CloudTrail event",
						   "log file \"%s\": skipped " UINT64_FORMAT " records that are not CloudTrail events",
						   (unsigned long) reader->rejects, printable(reader->name),
						   reader->rejects),
			 errdetail("Item " UINT64_FORMAT ", byte offset %zu in it: %s.",
					   reader->first_reject_item, reader->first_reject.offset,
					   ct_error_message(reader->first_reject.code))));
}

/* Records a damaged item. */
static void
record_reject(LogReader *reader, const ct_item *item)
{
	reader->counts->skipped++;
	if (reader->rejects++ == 0)
	{
		reader->first_reject = item->error;
		reader->first_reject_item = reader->items;
	}
	if (reader->options->stop)
		report_rejects(reader);
}

const ct_record *
next_log_event(LogReader *reader)
{
	ct_item		item;

	forget_transient(reader->rec);
	reader->rec = NULL;
	while (ct_splitter_next(reader->splitter, &item))
	{
		CHECK_FOR_INTERRUPTS();
		check_item(&item);
		reader->items++;
		if (item.kind == CT_ITEM_EVENT)
			return reader->rec = item.rec;
		if (item.kind == CT_ITEM_REJECT)
			record_reject(reader, &item);
	}
	report_rejects(reader);
	close_log(reader);
	return NULL;
}
