/*
 * output.h: the containers that events come in.
 */
#ifndef GEN_OUTPUT_H
#define GEN_OUTPUT_H

#include "options.h"
#include "world.h"

extern void output_open(const options *o, const world *w);
extern void output_record(const text *record, const scene *s);
extern void output_close(void);

/* envelopes.c */
extern void envelope_lookup(text *out, const text *record, const scene *s);
extern void envelope_eventbridge(text *out, const text *record, const scene *s);
extern void envelope_cwlogs(text *out, const text *record, const scene *s);
extern void envelope_cwlogs_head(text *out, const world *w);

/* s3.c */
extern void s3_open(const char *folder, int64_t events_per_file, const world *w);
extern void s3_record(const text *record, const scene *s);
extern void s3_close(void);

#endif							/* GEN_OUTPUT_H */
