/*
 * oom.c: makes malloc of one process fail: once, the n-th from now, or always
 * where the process would take more than a limit beyond what it has now.
 *
 * To be loaded with LD_PRELOAD.  The file that OOM_FILE names is mapped: it
 * holds a process's id, n, and the limit in bytes, 32 bits each, in the
 * machine's byte order; 0 for none.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void __libc_free(void *memory);

static volatile uint32_t *order;	/* process, n, limit */
static size_t taken;			/* by this process, while it has a limit */
static uint32_t limit;			/* that was seen last */

/* Maps the file that says what is to fail. */
__attribute__((constructor))
static void
map_order(void)
{
	const char *path = getenv("OOM_FILE");
	int			file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void	   *map;

	if (file < 0)
		return;
	map = mmap(NULL, 12, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	close(file);
	if (map != MAP_FAILED)
		order = map;
}

/* Tells whether an allocation of so many bytes, in place of others, is one that fails. */
static int
fails(size_t size, size_t old)
{
	if (order == NULL || order[0] != (uint32_t) getpid())
		return 0;
	if (order[2] != limit)
	{
		limit = order[2];
		taken = (size_t) 1 << 32;	/* what is released may be older than the limit */
	}
	if ((order[1] > 0 && --order[1] == 0) ||
		(limit > 0 && taken - old + size > ((size_t) 1 << 32) + limit))
	{
		errno = ENOMEM;
		return 1;
	}
	return 0;
}

/* Counts memory that was taken. */
static void *
count(void *memory)
{
	if (limit > 0)
		taken += malloc_usable_size(memory);
	return memory;
}

void *
malloc(size_t size)
{
	return fails(size, 0) ? NULL : count(__libc_malloc(size));
}

void *
calloc(size_t n, size_t size)
{
	return fails(n * size, 0) ? NULL : count(__libc_calloc(n, size));
}

void *
realloc(void *old, size_t size)
{
	size_t		old_size = malloc_usable_size(old);
	void	   *memory = fails(size, old_size) ? NULL : __libc_realloc(old, size);

	if (memory != NULL && limit > 0)
		taken -= old_size;
	return memory != NULL ? count(memory) : NULL;
}

void
free(void *memory)
{
	if (limit > 0)
		taken -= malloc_usable_size(memory);
	__libc_free(memory);
}
