/*
 * index_gin.c: the GIN operator class of events.
 *
 * An event's keys are hashes of what auditors search by (see core/store/search_key.h
 * and index_key.h).  The index finds candidates only: every hit is checked.
 */
#include "cloudtrail.h"

#include "access/gin.h"
#include "access/stratnum.h"
#include "index_query.h"
#include "port/pg_bswap.h"

CLOUDTRAIL_FUNCTION(cloudtrail_gin_compare);
CLOUDTRAIL_FUNCTION(cloudtrail_gin_extract_value);
CLOUDTRAIL_FUNCTION(cloudtrail_gin_extract_query);
CLOUDTRAIL_FUNCTION(cloudtrail_gin_consistent);
CLOUDTRAIL_FUNCTION(cloudtrail_gin_triconsistent);
CLOUDTRAIL_FUNCTION(cloudtrail_gin_compare_partial);

/* Strategies of the operator class. */
#define STRATEGY_CONTAINS	1	/* @> jsonb */
#define STRATEGY_MATCHES	2	/* @~ cloudtrail_action */
#define STRATEGY_CONCERNS	3	/* @@ cloudtrail_secret */

/* The first seven bytes of a key that has so many, as a number of the same order. */
static inline uint64
first_bytes(ct_slice key)
{
	uint64		bytes;

	/* The header before them is read, and shifted out. */
	memcpy(&bytes, key.ptr - VARHDRSZ_SHORT, sizeof(bytes));
	return pg_ntoh64(bytes) << BITS_PER_BYTE;
}

/* Order of keys: by bytes.  Most are hashes, and differ in the first seven. */
Datum
cloudtrail_gin_compare(PG_FUNCTION_ARGS)
{
	ct_slice	a = index_key_bytes(PG_GETARG_DATUM(0));
	ct_slice	b = index_key_bytes(PG_GETARG_DATUM(1));

	if (a.len >= 7 && b.len >= 7)
	{
		uint64		x = first_bytes(a);
		uint64		y = first_bytes(b);

		if (x != y)
			PG_RETURN_INT32(x < y ? -1 : 1);
		if (a.len == 7 && b.len == 7)
			PG_RETURN_INT32(0);
	}
	PG_RETURN_INT32(ct_compare_slices(a, b));
}

/* The keys of an event. */
Datum
cloudtrail_gin_extract_value(PG_FUNCTION_ARGS)
{
	int32	   *nkeys = (int32 *) PG_GETARG_POINTER(1);
	EventKeys	keys = event_keys(PG_GETARG_DATUM(0));

	*nkeys = keys.count;
	PG_RETURN_POINTER(keys.keys);
}

/* What a condition searches for. */
static IndexQuery
query_of(Datum argument, StrategyNumber strategy)
{
	switch (strategy)
	{
		case STRATEGY_CONTAINS:
			return index_query_of_jsonb(argument);
		case STRATEGY_MATCHES:
			return index_query_of_action(PG_DETOAST_DATUM_PACKED(argument));
		case STRATEGY_CONCERNS:
			return index_query_of_secret(PG_DETOAST_DATUM_PACKED(argument));
		default:
			elog(ERROR, "unrecognized strategy number: %d", strategy);
	}
}

/* The keys to search; a condition that names none takes the whole index. */
Datum
cloudtrail_gin_extract_query(PG_FUNCTION_ARGS)
{
	int32	   *nkeys = (int32 *) PG_GETARG_POINTER(1);
	bool	  **partial = (bool **) PG_GETARG_POINTER(3);
	Pointer   **extra = (Pointer **) PG_GETARG_POINTER(4);
	int32	   *mode = (int32 *) PG_GETARG_POINTER(6);
	IndexQuery	query = query_of(PG_GETARG_DATUM(0), PG_GETARG_UINT16(2));
	Datum	   *entries;

	*nkeys = query.nothing ? 0 : query.count;
	if (*nkeys == 0)
	{
		*mode = query.nothing ? GIN_SEARCH_MODE_DEFAULT : GIN_SEARCH_MODE_ALL;
		PG_RETURN_POINTER(NULL);
	}
	entries = palloc(query.count * sizeof(Datum));
	*partial = palloc(query.count * sizeof(bool));
	*extra = palloc(query.count * sizeof(Pointer));
	for (int i = 0; i < query.count; i++)
	{
		IndexSearch *search = &query.searches[i];

		entries[i] = search->key;
		(*partial)[i] = search->is_pattern;
		(*extra)[i] = (Pointer) search;
	}
	PG_RETURN_POINTER(entries);
}

/* Whether every group of searches has one that may have found the event. */
static bool
all_groups_found(const GinTernaryValue *found, int nkeys, Pointer *extra)
{
	int			group = 0;		/* the one that must be found next */

	for (int i = 0; i < nkeys; i++)
	{
		int			of = ((IndexSearch *) extra[i])->group;

		if (of > group)
			return false;
		if (of == group && found[i] != GIN_FALSE)
			group++;
	}
	return nkeys == 0 || group > ((IndexSearch *) extra[nkeys - 1])->group;
}

/* Whether an event with these keys can meet the condition. */
Datum
cloudtrail_gin_consistent(PG_FUNCTION_ARGS)
{
	bool	   *found = (bool *) PG_GETARG_POINTER(0);
	int32		nkeys = PG_GETARG_INT32(3);
	Pointer    *extra = (Pointer *) PG_GETARG_POINTER(4);
	bool	   *recheck = (bool *) PG_GETARG_POINTER(5);

	StaticAssertStmt(sizeof(bool) == sizeof(GinTernaryValue) && GIN_FALSE == false &&
					 GIN_TRUE == true,
					 "GIN's truth values differ from C's");
	*recheck = true;
	PG_RETURN_BOOL(all_groups_found((GinTernaryValue *) found, nkeys, extra));
}

/* The same, where it is not known of some keys whether the event has them. */
Datum
cloudtrail_gin_triconsistent(PG_FUNCTION_ARGS)
{
	GinTernaryValue *found = (GinTernaryValue *) PG_GETARG_POINTER(0);
	int32		nkeys = PG_GETARG_INT32(3);
	Pointer    *extra = (Pointer *) PG_GETARG_POINTER(4);

	PG_RETURN_GIN_TERNARY_VALUE(all_groups_found(found, nkeys, extra) ? GIN_MAYBE : GIN_FALSE);
}

/* Whether a key of the index matches the pattern that is searched for. */
Datum
cloudtrail_gin_compare_partial(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(compare_to_pattern((IndexSearch *) PG_GETARG_POINTER(3), PG_GETARG_DATUM(1)));
}
