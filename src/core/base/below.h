/*
 * below.h: files below a folder.
 *
 * Whoever may write into the folder must not make us read anything else, nor
 * wait: links are not followed, and pipes are opened without waiting.
 */
#ifndef CT_BELOW_H
#define CT_BELOW_H

#include <fcntl.h>

/* How what lies below the folder is opened. */
#define CT_BELOW_FLAGS	(O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)

/* Opens a file by its path below a folder, which stays open; -1 with errno if it cannot. */
extern int	ct_open_below(int folder, const char *path);

#endif							/* CT_BELOW_H */
