/*
 * plan_jit.h: statements over trails and log files are not compiled just in time.
 */
#ifndef CLOUDTRAIL_PLAN_JIT_H
#define CLOUDTRAIL_PLAN_JIT_H

/* The setting cloudtrail.jit. */
extern bool cloudtrail_jit;

/* Looks at each statement that is about to run, from now on. */
extern void cloudtrail_watch_statements(void);

#endif							/* CLOUDTRAIL_PLAN_JIT_H */
