/*
 * index_query.h: what a condition on events requires of their index keys.
 */
#ifndef CLOUDTRAIL_INDEX_QUERY_H
#define CLOUDTRAIL_INDEX_QUERY_H

#include "index_key.h"
#include "pattern.h"

/* One search in the index: for a key, or for all actions like a pattern. */
typedef struct IndexSearch
{
	int			group;			/* see IndexQuery */
	Datum		key;			/* to be found, or beginning of what is looked through */
	bool		is_pattern;
	bool		is_glob;		/* its parts have wildcards; else one is none, or both literal */
	ct_action_pattern pattern;	/* in small letters */
} IndexSearch;

/*
 * What a condition requires of an event's keys: of every group of searches,
 * that at least one finds it.
 */
typedef struct IndexQuery
{
	IndexSearch *searches;		/* in the order of their groups */
	int			count;
	int			room;
	int			groups;
	bool		nothing;		/* no event can meet the condition */
} IndexQuery;

/* What @~ requires. */
extern IndexQuery index_query_of_action(struct varlena *action);

/* What @@ requires. */
extern IndexQuery index_query_of_secret(struct varlena *secret);

/* What @> requires. */
extern IndexQuery index_query_of_jsonb(Datum jsonb);

/*
 * Compares a key of the index with a search by pattern: 0 where it matches,
 * -1 where a later one still can, 1 where none can any more.
 */
extern int	compare_to_pattern(const IndexSearch *search, Datum key);

#endif							/* CLOUDTRAIL_INDEX_QUERY_H */
