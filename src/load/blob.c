/*
 * blob.c: reads the content of one file.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "blob.h"
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

/* Reads all that a descriptor gives. */
static int64_t
read_all(int fd, int64_t max_size, atomic_bool *stop,
		 char **buffer, size_t *room, char *reason, size_t reason_room)
{
	struct stat st;
	bool		regular;
	size_t		size = 0;
	ssize_t		got;

	if (fstat(fd, &st) != 0)
	{
		snprintf(reason, reason_room, "%s", strerror(errno));
		return -1;
	}
	if (S_ISDIR(st.st_mode))
	{
		snprintf(reason, reason_room, "%s", strerror(EISDIR));
		return -1;
	}
	regular = S_ISREG(st.st_mode);
	for (;;)
	{
		/* Of a regular file, one byte of room is left to see its end. */
		size_t		wanted = regular && st.st_size >= (off_t) size ? (size_t) st.st_size + 1 : size + 1;

		if ((regular ? st.st_size : (off_t) size) > max_size || (int64_t) size > max_size)
		{
			snprintf(reason, reason_room, "is larger than %" PRId64 " bytes (--max-size)", max_size);
			return -1;
		}
		if (wanted > *room)
		{
			*room = regular && size == 0 ? wanted : wanted + wanted / 2 + 65536;
			*buffer = resize_memory(*buffer, *room);
		}
		if (!regular && !wait_for_input(fd, stop))
		{
			snprintf(reason, reason_room, "interrupted");
			return -1;
		}
		got = read(fd, *buffer + size, *room - size);
		if (got == 0)
			return (int64_t) size;
		if (got > 0)
			size += (size_t) got;
		else if (errno != EINTR && errno != EAGAIN)
		{
			snprintf(reason, reason_room, "%s", strerror(errno));
			return -1;
		}
	}
}

/*
 * Reads a file, or standard input for "-", into a buffer that grows.  Returns
 * its size, or -1 with the reason; gives up when stop becomes true.
 */
int64_t
read_blob(const char *path, int64_t max_size, atomic_bool *stop,
		  char **buffer, size_t *room, char *reason, size_t reason_room)
{
	int64_t		size;
	int			fd;

	if (strcmp(path, "-") == 0)
		return read_all(STDIN_FILENO, max_size, stop, buffer, room, reason, reason_room);

	/* Opening a pipe that nobody writes to would block. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
	{
		snprintf(reason, reason_room, "%s", strerror(errno));
		return -1;
	}
	size = read_all(fd, max_size, stop, buffer, room, reason, reason_room);
	close(fd);
	return size;
}
