/*
 * below.c: files below a folder.
 */
#include "core/base/below.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>
#if __has_include(<linux/openat2.h>)
#include <linux/openat2.h>
#include <sys/syscall.h>
#endif

/* Opens the next part of a path in a folder; -1 with errno if it cannot. */
static int
open_part(int folder, const char *path, size_t length)
{
	char		name[NAME_MAX + 1];

	if (length > NAME_MAX)
	{
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(name, path, length);
	name[length] = '\0';
	/* Up is not below. */
	if (length == 0 || strcmp(name, "..") == 0)
	{
		errno = EINVAL;
		return -1;
	}
	return openat(folder, name, CT_BELOW_FLAGS | (path[length] == '\0' ? 0 : O_DIRECTORY));
}

/* Opens a file part by part. */
static int
open_by_parts(int root, const char *path)
{
	int			folder = root;

	for (;;)
	{
		size_t		length = strcspn(path, "/");
		int			fd = open_part(folder, path, length);
		int			error = errno;

		if (folder != root)
			close(folder);
		errno = error;
		if (fd < 0 || path[length] == '\0')
			return fd;
		folder = fd;
		path += length + strspn(path + length, "/");
	}
}

int
ct_open_below(int folder, const char *path)
{
#ifdef RESOLVE_NO_SYMLINKS
	/* In one step, where the system has it and lets us. */
	struct open_how how = {
		.flags = CT_BELOW_FLAGS, .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS
	};
	int			fd = (int) syscall(SYS_openat2, folder, path, &how, sizeof(how));

	if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
		return fd;
#endif
	return open_by_parts(folder, path);
}
