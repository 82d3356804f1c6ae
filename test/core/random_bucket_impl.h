/*
 * random_bucket_impl.h: what random_bucket.c and random_attack.c share.
 */
#ifndef RANDOM_BUCKET_IMPL_H
#define RANDOM_BUCKET_IMPL_H

#include "digest_util.h"
#include "random_bucket.h"

extern uint32_t next_content;

extern bool chance(int percent);
extern void log_source(int account, int region, int time, const char *kind,
					   char source[SOURCE_MAX]);
extern void digest_source(const plan *p, char source[SOURCE_MAX]);
extern void write_digest(const plan *p, digest_file *d);
extern void follow(plan *p, const digest_file *previous);
extern log_file *add_file(int account, int region, int time, const char *kind);
extern digest_file *add_digest(const plan *p);
extern void remove_file(int i);
extern void remove_digest(int i);

#endif							/* RANDOM_BUCKET_IMPL_H */
