/*
 * event.h: writes one CloudTrail record.
 */
#ifndef GEN_EVENT_H
#define GEN_EVENT_H

#include "catalog.h"

extern void event_prepare(scene *s, const entry *e);
extern void event_choose_failure(scene *s, const entry *e);
extern void event_write(text *out, scene *s, const entry *e);

#endif							/* GEN_EVENT_H */
