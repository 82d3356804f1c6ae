/*
 * catalog.h: all shapes, compiled, and the drawing of one at random.
 */
#ifndef GEN_CATALOG_H
#define GEN_CATALOG_H

#include <stdio.h>

#include "shapes.h"

/* A failure with its message compiled. */
typedef struct fault
{
	const failure *failure;
	template	message;
} fault;

/* A shape with its templates compiled. */
typedef struct entry
{
	const shape *shape;
	const service *service;
	const char *source;			/* eventSource, whole */
	text		head;			/* from after eventTime to before awsRegion */
	template	request;
	template	response;
	template	additional;
	template	resources;
	template	details;
	template	subject;
	template	identity;
	template	invoker;
	template	id;
	template	host;
	fault		fault[FAILURES];
	int			group;			/* of principals */
} entry;

/* Which shapes may be drawn. */
typedef struct selection
{
	const char *service;		/* only this one, or NULL for all */
	bool		only_holdout;
	bool		no_holdout;
	bool		only_management;
	int			stories_percent;	/* of the draws; -1 for the usual share */
} selection;

/* The fault that a refused call has. */
extern const fault fault_denied;

/* What catalog_draw returns for a story. */
#define DRAW_STORY (-1)

extern void catalog_create(const selection *wanted);
extern int	catalog_draw(rng *r);
extern const entry *catalog_entry(int number);
extern const entry *catalog_story(int op);
extern void catalog_print(FILE *out);

#endif							/* GEN_CATALOG_H */
