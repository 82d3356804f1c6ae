/*
 * server_folder.c: lists the files below a folder of the server.
 *
 * One file a call, so that a query can be canceled at any time.  What cannot
 * be read is a warning, and the walk goes on.
 */
#include "server_file.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access/htup_details.h"
#include "core/evidence/filename.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "row.h"
#include "storage/fd.h"
#include "utils/builtins.h"

CLOUDTRAIL_FUNCTION(cloudtrail_list_files);

/* Folders in one another; S3's layout has nine. */
#define DEPTH_MAX	40

typedef struct Walk
{
	StringInfoData path;		/* of the entry at hand */
	DIR		   *folders[DEPTH_MAX];
	int			lengths[DEPTH_MAX]; /* of their paths */
	int			depth;
	uint64		links;			/* that were passed over */
	uint64		others;			/* the same: neither files nor folders */
	const char *root;
	MemoryContextCallback callback;
} Walk;

/* Leaves the innermost folder. */
static void
leave_folder(Walk *walk)
{
	closedir(walk->folders[--walk->depth]);
	ReleaseExternalFD();
}

/* Closes what is open, when the query ends in whatever way. */
static void
end_walk(void *arg)
{
	Walk	   *walk = arg;

	while (walk->depth > 0)
		leave_folder(walk);
}

/* Enters an open folder whose path is at hand; a warning, and false, if it cannot. */
static bool
enter_folder(Walk *walk, int fd)
{
	DIR		   *folder = NULL;
	const char *problem = NULL;

	if (walk->depth == DEPTH_MAX)
		problem = "directories are nested too deeply";
	else if (!AcquireExternalFD())
		problem = "too many files are open";
	else if ((folder = fdopendir(fd)) == NULL)
	{
		problem = strerror(errno);
		ReleaseExternalFD();
	}
	if (folder == NULL)
	{
		close(fd);
		ereport(WARNING,
				(errmsg("could not open directory \"%s\": %s", printable(walk->path.data), problem)));
		return false;
	}
	walk->lengths[walk->depth] = walk->path.len;
	walk->folders[walk->depth++] = folder;
	return true;
}

/* Enters the folder of a name, in the one that the walk is in. */
static void
try_folder(Walk *walk, const char *name)
{
	int			fd = openat(dirfd(walk->folders[walk->depth - 1]), name,
							CT_BELOW_FLAGS | O_DIRECTORY);

	if (fd < 0)
		ereport(WARNING,
				(errcode_for_file_access(),
				 errmsg("could not open directory \"%s\": %m", printable(walk->path.data))));
	else
		enter_folder(walk, fd);
}

/* Looks at an entry whose path is at hand; reports whether it is a file, and its size. */
static bool
examine_entry(Walk *walk, const char *name, off_t *size)
{
	struct stat st;

	if (!pg_verify_mbstr(PG_UTF8, name, strlen(name), true))
	{
		walk->path.len = walk->lengths[walk->depth - 1];
		walk->path.data[walk->path.len] = '\0';
		ereport(WARNING,
				(errmsg("skipped a file in \"%s\" whose name is not UTF-8",
						printable(walk->path.data))));
		return false;
	}
	if (fstatat(dirfd(walk->folders[walk->depth - 1]), name, &st, AT_SYMLINK_NOFOLLOW) != 0)
	{
		ereport(WARNING,
				(errcode_for_file_access(),
				 errmsg("could not stat file \"%s\": %m", printable(walk->path.data))));
		return false;
	}
	if (S_ISREG(st.st_mode))
	{
		*size = st.st_size;
		return true;
	}
	if (S_ISDIR(st.st_mode))
		try_folder(walk, name);
	else if (S_ISLNK(st.st_mode))
		walk->links++;
	else
		walk->others++;
	return false;
}

/* Finds the next file; false at the end. */
static bool
next_file(Walk *walk, off_t *size)
{
	while (walk->depth > 0)
	{
		struct dirent *entry;

		CHECK_FOR_INTERRUPTS();
		walk->path.len = walk->lengths[walk->depth - 1];
		walk->path.data[walk->path.len] = '\0';
		errno = 0;
		entry = readdir(walk->folders[walk->depth - 1]);
		if (entry == NULL)
		{
			if (errno != 0)
				ereport(WARNING,
						(errcode_for_file_access(),
						 errmsg("could not read directory \"%s\": %m", printable(walk->path.data))));
			leave_folder(walk);
			continue;
		}
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (walk->path.data[walk->path.len - 1] != '/')
			appendStringInfoChar(&walk->path, '/');
		appendStringInfoString(&walk->path, entry->d_name);
		if (examine_entry(walk, entry->d_name, size))
			return true;
	}
	return false;
}

/* Reports what was passed over. */
static void
report_passed_over(const Walk *walk)
{
	if (walk->links > 0)
		ereport(WARNING,
				(errmsg_plural("skipped " UINT64_FORMAT " symbolic link below \"%s\"",
							   "skipped " UINT64_FORMAT " symbolic links below \"%s\"",
							   (unsigned long) walk->links, walk->links, printable(walk->root)),
				 errhint("Links are not followed on the server; name the directory that they lead to.")));
	if (walk->others > 0)
		ereport(WARNING,
				(errmsg_plural("skipped " UINT64_FORMAT " file below \"%s\" that is not a regular file",
							   "skipped " UINT64_FORMAT " files below \"%s\" that are not regular files",
							   (unsigned long) walk->others, walk->others, printable(walk->root))));
}

/* Begins at the folder in the first argument. */
static Walk *
begin_walk(FunctionCallInfo fcinfo, FuncCallContext *funcctx)
{
	MemoryContext old = MemoryContextSwitchTo(funcctx->multi_call_memory_ctx);
	Walk	   *walk = palloc0(sizeof(Walk));

	require_server_files();
	funcctx->tuple_desc = row_type(fcinfo);
	walk->callback.func = end_walk;
	walk->callback.arg = walk;
	MemoryContextRegisterResetCallback(funcctx->multi_call_memory_ctx, &walk->callback);
	initStringInfo(&walk->path);
	appendStringInfoString(&walk->path, text_to_cstring(PG_GETARG_TEXT_PP(0)));
	while (walk->path.len > 1 && walk->path.data[walk->path.len - 1] == '/')
		walk->path.data[--walk->path.len] = '\0';
	walk->root = pstrdup(walk->path.data);
	enter_folder(walk, open_root(walk->root));
	MemoryContextSwitchTo(old);
	return walk;
}

/* The regular files below a folder. */
Datum
cloudtrail_list_files(PG_FUNCTION_ARGS)
{
	FuncCallContext *funcctx;
	Walk	   *walk;
	off_t		size;
	ct_slice	path;
	Datum		values[3];
	bool		nulls[3] = {false, false, false};

	if (SRF_IS_FIRSTCALL())
	{
		funcctx = SRF_FIRSTCALL_INIT();
		funcctx->user_fctx = begin_walk(fcinfo, funcctx);
	}
	funcctx = SRF_PERCALL_SETUP();
	walk = funcctx->user_fctx;
	if (!next_file(walk, &size))
	{
		report_passed_over(walk);
		SRF_RETURN_DONE(funcctx);
	}
	path = (ct_slice) {walk->path.data, walk->path.len};
	values[0] = PointerGetDatum(text_from_slice(path));
	values[1] = PointerGetDatum(text_from_slice(ct_source_of(path)));
	values[2] = Int64GetDatum(size);
	SRF_RETURN_NEXT(funcctx,
					HeapTupleGetDatum(heap_form_tuple(funcctx->tuple_desc, values, nulls)));
}
