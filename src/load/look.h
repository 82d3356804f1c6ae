/*
 * look.h: whether a file looks like one of CloudTrail's.
 */
#ifndef LOAD_LOOK_H
#define LOAD_LOOK_H

#include <stdbool.h>
#include <stddef.h>

/* Whether CloudTrail gives files a name like the last part of this path. */
extern bool has_log_name(const char *path);

/*
 * Whether the beginning of a file's content, compressed or not, has words that
 * CloudTrail's files have.
 */
extern bool has_log_words(const char *bytes, size_t size);

#endif							/* LOAD_LOOK_H */
