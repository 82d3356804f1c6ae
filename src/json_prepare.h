/*
 * json_prepare.h: a query by containment, made ready to be asked of many
 * events.
 */
#ifndef CLOUDTRAIL_JSON_PREPARE_H
#define CLOUDTRAIL_JSON_PREPARE_H

#include "cloudtrail.h"

#include "utils/jsonb.h"

/* A string to compare at a place of the field table. */
typedef struct StringTest
{
	ct_field	field;
	int			header;			/* which text of the header it is, or NOT_IN_HEADER */
	bool		only_string;	/* no other value of JSON is written like this text */
	ct_slice	text;
} StringTest;

/* A string, truth value or null to compare at another place. */
typedef struct PlaceTest
{
	const ct_slice *path;
	int			steps;
	ct_type		type;
	ct_slice	text;			/* of a string */
} PlaceTest;

/* A member that is left to jsonb. */
typedef struct MemberTest
{
	ct_slice	key;
	const char *prefix;			/* the key as JSON, and a colon */
} MemberTest;

/* A query: an event contains it if it passes all the tests. */
typedef struct PreparedQuery
{
	MemoryContext context;		/* of all below */
	Jsonb	   *query;
	bool		never;			/* no event contains it */
	StringTest *strings;		/* those in the header come first */
	int			string_count;
	int			header_count;
	PlaceTest  *places;
	int			place_count;
	Jsonb	   *rest;			/* what is left to jsonb; NULL if nothing is */
	MemberTest *members;		/* the members of that */
	int			member_count;
} PreparedQuery;

/* Makes a query ready, or finds it as the function's call before left it. */
extern const PreparedQuery *prepare_query(FmgrInfo *flinfo, Jsonb *query);

#endif							/* CLOUDTRAIL_JSON_PREPARE_H */
