/*
 * blob.c: reads the content of one file.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "blob.h"
#include "core/base/below.h"
#include "text.h"

/* How long a read may wait before stop is looked at, in milliseconds. */
#define WAIT_MS		100

/* Waits until a pipe has something to read; false where stop became true. */
static bool
wait_for_input(int fd, atomic_bool *stop)
{
	struct pollfd wait = {.fd = fd, .events = POLLIN};

	while (!*stop)
		if (poll(&wait, 1, WAIT_MS) != 0)
			return true;
	return false;
}

/* The length of the longest path of the command line that a path lies below; 0 if there is none. */
static size_t
folder_length(const char *path, const load_options *options)
{
	size_t		longest = 0;

	for (int i = 0; i < options->path_count; i++)
	{
		size_t		length = strlen(options->paths[i]);

		while (length > 1 && options->paths[i][length - 1] == '/')
			length--;
		if (length > longest && strncmp(path, options->paths[i], length) == 0 &&
			(path[length] == '/' || (length == 1 && path[0] == '/' && path[1] != '\0')))
			longest = length;
	}
	return longest;
}

/*
 * Opens a file.  One that was found below a folder is not reached through
 * links, even if one was put there since, unless they are to be followed.
 */
static int
open_path(const char *path, const load_options *options, int flags)
{
	size_t		length = options == NULL || options->follow_links ? 0 :
		folder_length(path, options);
	char		folder[PATH_MAX];
	int			root;
	int			fd;
	int			error;

	/* Opening a pipe that nobody writes to would block. */
	if (length == 0 || length >= sizeof(folder))
		return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags);
	memcpy(folder, path, length);
	folder[length] = '\0';
	root = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return -1;
	path += length;
	fd = ct_open_below(root, path + strspn(path, "/"));
	error = errno;
	close(root);
	errno = error;
	return fd;
}

/* Opens a file, with more flags for one that is not below a folder; false with the reason. */
static bool
open_any(const char *path, const load_options *options, int flags, blob *b, char *reason,
		 size_t reason_room)
{
	struct stat st;

	b->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open_path(path, options, flags);
	if (b->fd < 0 || fstat(b->fd, &st) != 0)
		snprintf(reason, reason_room, "%s", strerror(errno));
	else if (S_ISDIR(st.st_mode))
		snprintf(reason, reason_room, "%s", strerror(EISDIR));
	else
	{
		b->regular = S_ISREG(st.st_mode);
		b->size = b->regular ? st.st_size : 0;
		return true;
	}
	close_blob(b);
	return false;
}

bool
open_blob(const char *path, const load_options *options, blob *b, char *reason,
		  size_t reason_room)
{
	return open_any(path, options, 0, b, reason, reason_room);
}

bool
open_beside(const char *path, const load_options *options, blob *b)
{
	char		ignored[200];

	if (!open_any(path, options, options->follow_links ? 0 : O_NOFOLLOW, b, ignored,
				  sizeof(ignored)))
		return false;
	if (!b->regular)
		close_blob(b);
	return b->regular;
}

void
close_blob(blob *b)
{
	if (b->fd > STDIN_FILENO)
		close(b->fd);
}

ssize_t
read_some(const blob *b, char *bytes, size_t room, atomic_bool *stop, char *reason,
		  size_t reason_room)
{
	ssize_t		got;

	do
	{
		if (!b->regular && !wait_for_input(b->fd, stop))
		{
			snprintf(reason, reason_room, "interrupted");
			return -1;
		}
		got = read(b->fd, bytes, room);
	} while (got < 0 && (errno == EINTR || errno == EAGAIN));
	if (got < 0)
		snprintf(reason, reason_room, "%s", strerror(errno));
	return got;
}

void
describe_too_large(int64_t max_size, char *reason, size_t reason_room)
{
	snprintf(reason, reason_room, "is larger than %" PRId64 " bytes (--max-size)", max_size);
}

int64_t
read_opened(const blob *b, int64_t max_size, atomic_bool *stop,
			char **buffer, size_t *room, char *reason, size_t reason_room)
{
	size_t		size = 0;
	ssize_t		got;

	for (;;)
	{
		/* Of a regular file, one byte of room is left to see its end. */
		size_t		wanted = b->size >= (int64_t) size ? (size_t) b->size + 1 : size + 1;

		if (b->size > max_size || (int64_t) size > max_size)
		{
			describe_too_large(max_size, reason, reason_room);
			return -1;
		}
		if (wanted > *room)
		{
			*room = b->regular && size == 0 ? wanted : wanted + wanted / 2 + 65536;
			*buffer = resize_memory(*buffer, *room);
		}
		got = read_some(b, *buffer + size, *room - size, stop, reason, reason_room);
		if (got <= 0)
			return got < 0 ? -1 : (int64_t) size;
		size += (size_t) got;
	}
}

int64_t
read_blob(const char *path, const load_options *options, int64_t max_size, atomic_bool *stop,
		  char **buffer, size_t *room, char *reason, size_t reason_room)
{
	int64_t		size;
	blob		b;

	if (!open_blob(path, options, &b, reason, reason_room))
		return -1;
	size = read_opened(&b, max_size, stop, buffer, room, reason, reason_room);
	close_blob(&b);
	return size;
}
