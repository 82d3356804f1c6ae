/*
 * server_file.c: reads a file below a folder of the server.
 */
#include "server_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include "catalog/pg_authid.h"
#include "miscadmin.h"
#include "storage/fd.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

CLOUDTRAIL_FUNCTION(cloudtrail_read_file);

/* Files are read in pieces of this size, between which a query can be canceled. */
#define PIECE	(8 * 1024 * 1024)

void
require_server_files(void)
{
	if (!has_privs_of_role(GetUserId(), ROLE_PG_READ_SERVER_FILES))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied to read files of the server"),
				 errdetail("Only roles with privileges of the role \"%s\" may read files of the server.",
						   "pg_read_server_files"),
				 errhint("cloudtrail-load imports files from any machine, without this privilege.")));
}

int
errcode_for_path(void)
{
	return errno == ENAMETOOLONG ? errcode(ERRCODE_INVALID_PARAMETER_VALUE)
		: errcode_for_file_access();
}

int
try_root(const char *path)
{
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int
open_root(const char *path)
{
	int			fd = try_root(path);

	if (fd < 0)
		ereport(ERROR,
				(errcode_for_path(),
				 errmsg("could not open directory \"%s\": %m", printable(path))));
	return fd;
}

/* The part of a path behind the folder; an error if it is not below that. */
static const char *
below(const char *root, const char *path)
{
	size_t		length = strlen(root);

	while (length > 1 && root[length - 1] == '/')
		length--;
	if (strncmp(path, root, length) != 0 || (path[length] != '/' && root[length - 1] != '/'))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("path \"%s\" is not below directory \"%s\"", printable(path),
						printable(root))));
	path += length;
	return path + strspn(path, "/");
}

/* Reads up to size bytes of an open file; less if it ends before. */
static bytea *
read_bytes(int fd, const char *path, Size size)
{
	bytea	   *content = palloc(VARHDRSZ + size);
	Size		used = 0;

	while (used < size)
	{
		ssize_t		n;

		CHECK_FOR_INTERRUPTS();
		n = read(fd, VARDATA(content) + used, Min(size - used, PIECE));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			ereport(ERROR,
					(errcode_for_file_access(),
					 errmsg("could not read file \"%s\": %m", printable(path))));
		if (n == 0)
			break;
		used += n;
	}
	SET_VARSIZE(content, VARHDRSZ + used);
	return content;
}

/* Reads an open file, which must be a regular one. */
static bytea *
read_regular(int fd, const char *path, int64 max_size)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not stat file \"%s\": %m", printable(path))));
	if (!S_ISREG(st.st_mode))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is not a regular file", printable(path))));
	if (st.st_size > Min(max_size, (int64) (MaxAllocSize - VARHDRSZ)))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("file \"%s\" is too large", printable(path)),
				 errdetail("It has %lld bytes, the limit is %lld.", (long long) st.st_size,
						   (long long) Min(max_size, (int64) (MaxAllocSize - VARHDRSZ)))));
	return read_bytes(fd, path, st.st_size);
}

/* Closes a file. */
static void
close_file(int fd)
{
	close(fd);
	ReleaseExternalFD();
}

/* Reads an open file and closes it, whatever comes. */
static bytea *
read_and_close(const int fd, const char *path, int64 max_size)
{
	bytea	   *volatile content = NULL;

	PG_TRY();
	{
		content = read_regular(fd, path, max_size);
	}
	PG_CATCH();
	{
		close_file(fd);
		PG_RE_THROW();
	}
	PG_END_TRY();
	close_file(fd);
	return content;
}

/* Reports that a file cannot be opened. */
static void
report_open(const char *path)
{
	if (errno == ELOOP || errno == ENXIO)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is not a regular file", printable(path)),
				 errhint("Links below the directory are not followed.")));
	ereport(ERROR,
			(errcode_for_path(),
			 errmsg("could not open file \"%s\": %m", printable(path))));
}

/* The bytes of a regular file below a folder; null if it is missing and may be. */
Datum
cloudtrail_read_file(PG_FUNCTION_ARGS)
{
	char	   *root = text_to_cstring(PG_GETARG_TEXT_PP(0));
	char	   *path = text_to_cstring(PG_GETARG_TEXT_PP(1));
	bool		missing_ok = PG_GETARG_BOOL(2);
	int64		max_size = PG_GETARG_INT64(3);
	const char *rest;
	int			folder;
	int			fd;
	int			error;

	require_server_files();
	rest = below(root, path);
	folder = open_root(root);
	fd = ct_open_below(folder, rest);
	error = errno;
	close(folder);
	errno = error;
	if (fd < 0 && errno == ENOENT && missing_ok)
		PG_RETURN_NULL();
	if (fd < 0)
		report_open(path);
	if (!AcquireExternalFD())
	{
		close(fd);
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_RESOURCES),
				 errmsg("too many files are open")));
	}
	PG_RETURN_BYTEA_P(read_and_close(fd, path, max_size));
}
