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

/* Privileges on all kinds of objects are checked by one function since 16. */
#if PG_VERSION_NUM >= 160000
#define schema_aclcheck(schema, role, mode) \
	object_aclcheck(NamespaceRelationId, schema, role, mode)
#else
#define schema_aclcheck(schema, role, mode) pg_namespace_aclcheck(schema, role, mode)
#endif

/* ANALYZE's sample has its own copy of the column's statistics target since 17. */
#if PG_VERSION_NUM >= 170000
#define statistics_target(stats) ((stats)->attstattarget)
#else
#define statistics_target(stats) ((stats)->attr->attstattarget)
#endif

/* The delay of VACUUM and ANALYZE is told which of the two it is since 18. */
#if PG_VERSION_NUM >= 180000
#define analyze_delay_point() vacuum_delay_point(true)
#else
#define analyze_delay_point() vacuum_delay_point()
#endif

/* Identifiers of catalogs' caches have a type of their own since 19. */
#if PG_VERSION_NUM >= 190000
#include "utils/syscache.h"
typedef SysCacheIdentifier syscache_id;
#else
typedef int syscache_id;
#endif

/* A library tells its name and version since 18: pg_get_loaded_modules() shows them. */
#if PG_VERSION_NUM < 180000
#define PG_MODULE_MAGIC_EXT(...) PG_MODULE_MAGIC
#endif

/* A foreign path has a list of restrictions since 17, and a count of disabled nodes since 18. */
#if PG_VERSION_NUM >= 180000
#define new_foreign_path(root, rel, rows, startup, total, outer, plan) \
	create_foreignscan_path(root, rel, NULL, rows, 0, startup, total, NIL, outer, plan, NIL, NIL)
#elif PG_VERSION_NUM >= 170000
#define new_foreign_path(root, rel, rows, startup, total, outer, plan) \
	create_foreignscan_path(root, rel, NULL, rows, startup, total, NIL, outer, plan, NIL, NIL)
#else
#define new_foreign_path(root, rel, rows, startup, total, outer, plan) \
	create_foreignscan_path(root, rel, NULL, rows, startup, total, NIL, outer, plan, NIL)
#endif

/* Index methods may keep something from one insert to the next since 17. */
#if PG_VERSION_NUM >= 170000
#define finish_index_inserts(index, info) index_insert_cleanup(index, info)
#else
#define finish_index_inserts(index, info) ((void) (info))
#endif

/* A scan of an index counts its searches since 18, and is told what it is for since 19. */
#if PG_VERSION_NUM >= 190000
#define begin_index_scan(table, index, snapshot, keys) \
	index_beginscan(table, index, snapshot, NULL, keys, 0, 0)
#elif PG_VERSION_NUM >= 180000
#define begin_index_scan(table, index, snapshot, keys) \
	index_beginscan(table, index, snapshot, NULL, keys, 0)
#else
#define begin_index_scan(table, index, snapshot, keys) \
	index_beginscan(table, index, snapshot, keys, 0)
#endif

/* What EXPLAIN prints with, and its state, have headers of their own since 18. */
#if PG_VERSION_NUM >= 180000
#define EXPLAIN_FORMAT_HEADER "commands/explain_format.h"
#define EXPLAIN_STATE_HEADER "commands/explain_state.h"
#else
#define EXPLAIN_FORMAT_HEADER "commands/explain.h"
#define EXPLAIN_STATE_HEADER "commands/explain.h"
#endif

#endif							/* CLOUDTRAIL_COMPAT_H */
