/*
 * compat.h: every difference between the PostgreSQL versions we build for.
 *
 * To be included between postgres.h and fmgr.h.
 */
#ifndef CLOUDTRAIL_COMPAT_H
#define CLOUDTRAIL_COMPAT_H

/* Before 16, PGDLLEXPORT does not export what -fvisibility=hidden hides. */
#if PG_VERSION_NUM < 160000
#undef PGDLLEXPORT
#define PGDLLEXPORT __attribute__((visibility("default")))
#endif

/* Soft errors came with 16: before, every error is thrown. */
#if PG_VERSION_NUM < 160000
#define ereturn(context, dummy, ...) \
	do { (void) (context); ereport(ERROR, __VA_ARGS__); return dummy; } while (0)
#endif

/* varatt.h was split off postgres.h in 16. */
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#endif							/* CLOUDTRAIL_COMPAT_H */
