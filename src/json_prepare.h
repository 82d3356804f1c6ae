/*
 * json_prepare.h: a query by containment, made ready to be asked of many
 * events.
 */
#ifndef CLOUDTRAIL_JSON_PREPARE_H
#define CLOUDTRAIL_JSON_PREPARE_H

#include "cloudtrail.h"

#include "utils/jsonb.h"
#include "utils/numeric.h"

/* A string to compare at a place of the field table. */
typedef struct StringTest
{
	ct_field	field;
	int			header;			/* which text of the header it is, or NOT_IN_HEADER */
	bool		only_string;	/* no other value of JSON is written like this text */
	ct_slice	text;
} StringTest;

/* A part of a query, and what it holds. */
typedef struct QueryNode
{
	ct_type		type;
	ct_slice	key;			/* under which it is a member */
	bool		has_field;		/* the field table has this place */
	ct_field	field;
	ct_slice	text;			/* of a string */
	Numeric		number;
	struct QueryNode *children; /* members in the order of jsonb, or elements */
	int			count;
} QueryNode;

/* A query: an event contains it if it passes all the tests. */
typedef struct PreparedQuery
{
	MemoryContext context;		/* of all below */
	Jsonb	   *query;
	bool		never;			/* no event contains it */
	StringTest *strings;		/* those in the header come first */
	int			string_count;
	int			header_count;
	QueryNode  *whole;			/* NULL if the strings are all it asks for */
} PreparedQuery;

/* Makes a query ready, or finds it as the function's call before left it. */
extern const PreparedQuery *prepare_query(FmgrInfo *flinfo, Jsonb *query);

#endif							/* CLOUDTRAIL_JSON_PREPARE_H */
