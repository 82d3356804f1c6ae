/*
 * file.h: the file that a worker has in hand.
 */
#ifndef LOAD_FILE_H
#define LOAD_FILE_H

#include "worker.h"

/*
 * Takes the next file, with its content if it comes from S3; false at the
 * end, or when stopped. One that is at hand takes no waiting; it is no larger
 * than some bytes.
 */
extern bool take_file(worker *w, load_file *file);
extern bool take_file_at_hand(worker *w, int64_t max_size, load_file *file);

/* Whether it is loaded by its name: the user gave it, or CloudTrail. */
extern bool is_named(const worker *w);

/* Reads it; its size, or -1 if that fails, which is reported. */
extern int64_t read_file(worker *w);

/* Reads it for the judgement of all. */
extern void check_file(worker *w);

/*
 * Reports that it would be loaded; it is read only if its content decides, an
 * object of S3 never.
 */
extern void plan_file(worker *w, int64_t size);

/* It failed, which is reported, and it is tried again if all is followed. */
extern void fail_file(worker *w);

/* It is done with. */
extern void release_file(worker *w, char *path);

#endif							/* LOAD_FILE_H */
