/*
 * trail.h: a trail is a schema with tables of fixed names.
 *
 * Whoever calls a function on a schema trusts its owner no further than by
 * inserting there.  Hence nothing here looks a name up where others could have
 * put one: tables are found by schema and name, and must all belong to the
 * owner of the schema.
 */
#ifndef CLOUDTRAIL_TRAIL_H
#define CLOUDTRAIL_TRAIL_H

#include "cloudtrail.h"

#include "executor/spi.h"
#include "kept_plan.h"
#include "storage/lockdefs.h"
#include "utils/rel.h"

/* A schema that was found to be a trail. */
typedef struct Trail
{
	Oid			schema;
	Oid			owner;
	Oid			raw_events;
	Oid			event_type;		/* cloudtrail_event */
	char	   *name;			/* of the schema, quoted */
	char	   *extension;		/* the extension's schema, quoted */
} Trail;

/* Schema of the extension. */
extern Oid	cloudtrail_extension_schema(void);

/* Finds the trail that a schema is; reports an error if it is not one. */
extern void cloudtrail_open_trail(Oid schema, Trail *trail);

/*
 * Opens a table of a trail; reports an error if there is none, which another
 * session may have dropped since the trail was found.
 */
extern Relation cloudtrail_open_table(const Trail *trail, const char *name, LOCKMODE mode);

/*
 * Checks that a schema is a trail and looks names up there until the calling
 * function ends, which must have a search_path of its own.
 *
 * What a superuser does there must not be done with objects of somebody else:
 * a trigger or a function in a default could act with the superuser's rights.
 */
extern void cloudtrail_enter(Oid schema, Trail *trail);

/* Reports an error if the first argument of a function, its trail, is null. */
extern void cloudtrail_require_trail(FunctionCallInfo fcinfo);

/* Name of a schema, which another session may have dropped: reports an error if it is gone. */
extern char *cloudtrail_schema_name(Oid schema);

/*
 * Owner of a schema, and whether roles other than the owner may create objects
 * there, unless shared is NULL; reports an error if it is gone.
 */
extern Oid	cloudtrail_schema_owner(Oid schema, bool *shared);

/* Whether a schema has a trail's table of events. */
extern bool cloudtrail_is_trail(Oid schema);

/*
 * Finds the trail whose events a table has, raw_events itself or a partition;
 * reports an error if there is none.
 */
extern void cloudtrail_trail_of_events(Relation rel, Trail *trail);

/* Who acted before, see cloudtrail_act_as(). */
typedef struct Acting
{
	Oid			caller;
	int			context;
} Acting;

/* Acts with the rights of a role, which sees all rows of its tables, in a restricted way. */
extern void cloudtrail_act_as(Oid role, Acting *before);
extern void cloudtrail_act_as_before(const Acting *before);

/*
 * Reads a table or view that was given to a function: SPI then has the rows.  A
 * superuser reads one of a role that is not a superuser with the rights of that
 * role, since what it is made of, and the casts of its columns, may be the
 * role's.
 */
extern void cloudtrail_read_table(Oid table, const KeptStatement *statement, const Datum *values,
								  long limit);

/*
 * Reports an error if a superuser acts on the trail of a role that is not one,
 * or of which a part is of such a role.
 */
extern void cloudtrail_check_owner(const Trail *trail);

/*
 * Reports an error if a relation of the trail's schema, or a partition or child
 * of one, is neither of the trail's owner nor of a superuser.
 */
extern void cloudtrail_check_parts(const Trail *trail);

/* The same of what inherits from one table, its partitions among them. */
extern void cloudtrail_check_children(const Trail *trail, Oid table);

/*
 * Reports an error if somebody else put functions or operators into the
 * extension's schema, in which the names of views are looked up: one that
 * fits better than PostgreSQL's own would be taken into the views.
 */
extern void cloudtrail_check_extension_schema(void);

/*
 * Reports an error if somebody else may have put functions where those of the
 * extension are called by name. Nothing is looked at again before one of
 * these catalogs changes.
 */
extern void cloudtrail_check_calls(void);

/* Whether Citus has distributed a table, which looks like any other. */
extern bool cloudtrail_is_distributed(Oid table);

/* Reports an error if Citus has distributed a table of a trail. */
extern void cloudtrail_check_whole(const Trail *trail, Oid table);

/*
 * Has what is made until the level of settings ends made on this node only, if
 * it is one of Citus: a worker refuses to make a schema on all.
 */
extern void cloudtrail_define_here(void);

/* The name of a table, qualified and quoted; reports an error if there is none. */
extern char *cloudtrail_table_name(Oid table);

/*
 * Leaves the innermost places out of the context of errors: our own functions
 * in PL/pgSQL, whose lines say nothing to a user.  One that calls in an
 * expression is one place, one that calls in a statement is two.  Returns what
 * is to become error_context_stack again.
 */
extern ErrorContextCallback *cloudtrail_hide_callers(int places);

/* Runs SQL, of one statement or more, through SPI; reports an error if it does not succeed. */
extern void cloudtrail_run(const char *sql);

/* The first column of what a query returns, as a list of strings. */
extern List *cloudtrail_texts(const char *query);

/* Runs commands, a list of strings, and those that a query returns. */
extern void cloudtrail_run_commands(const List *commands);
extern void cloudtrail_run_each(const char *query);

/*
 * Looks names up in pg_catalog only, so that definitions are printed with all
 * others qualified; returns the level of settings to go back to.
 */
extern int	cloudtrail_begin_comparison(void);

/*
 * Reports an error if the columns of a query are not of the types that C takes
 * them for: whoever made the table may have given them others.
 */
extern void cloudtrail_check_types(SPITupleTable *table, int count, const Oid *types);

#endif							/* CLOUDTRAIL_TRAIL_H */
