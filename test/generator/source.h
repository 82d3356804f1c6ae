/*
 * source.h: the stream of events, in the order of their time.
 */
#ifndef GEN_SOURCE_H
#define GEN_SOURCE_H

#include "options.h"
#include "stories.h"

typedef struct source
{
	world		world;
	queue		queue;
	scene		scene;
	rng			rng;
	int64_t		events;			/* in all */
	int64_t		count;			/* so far */
} source;

extern void source_open(source *src, const options *o);
extern void source_next(source *src, text *out);

#endif							/* GEN_SOURCE_H */
