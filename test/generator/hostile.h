/*
 * hostile.h: records that are meant to trip a reader up.
 */
#ifndef GEN_HOSTILE_H
#define GEN_HOSTILE_H

#include "scene.h"

/* Makes a record odd but leaves it a valid event; says in what way. */
extern const char *hostile_apply(text *record, scene *s);

/* Makes a record something that is no event; says in what way. */
extern const char *broken_apply(text *record, scene *s);

#endif							/* GEN_HOSTILE_H */
