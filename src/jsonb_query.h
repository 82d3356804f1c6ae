/*
 * jsonb_query.h: what a query by containment (event @> jsonb) asks for, as
 * far as the field table knows it.
 *
 * The operator compares these fields before it takes anything apart; an index
 * looks them up.
 */
#ifndef CLOUDTRAIL_JSONB_QUERY_H
#define CLOUDTRAIL_JSONB_QUERY_H

#include "cloudtrail.h"

#include "utils/jsonb.h"

/*
 * A string the query asks for.
 *
 * Exact: an event matches only if the field is a JSON string (CT_STRING) of
 * these characters.  Such a field is any place of the field table that has
 * one spelling, column or not.
 *
 * Not exact: field is CT_FIELD_resource_arn, and an event matches only if
 * "resources" is an array with an object whose key "ARN", in this spelling,
 * is a string of these characters, which are not empty.  Mind that an
 * object may hold several spellings of the key, all of which jsonb has while
 * ct_resource_arn gives only the last: whoever looks up this text must have
 * collected the strings under "ARN" itself.
 */
typedef struct QueryField
{
	ct_field	field;
	ct_slice	text;			/* points into the query; text.ptr is not NULL */
	bool		exact;
} QueryField;

typedef struct JsonbQuery
{
	QueryField *fields;			/* in the query's order, exact ones once for each field */
	int			count;

	/* No event matches: the query is not an object, as every event is. */
	bool		never;

	/* An event matches if all fields do: the query asks for nothing else. */
	bool		complete;
} JsonbQuery;

/*
 * Reads a query into *result, whose list is made in the current memory
 * context.  An event contains the query only if all fields match.
 *
 * A text that is a number which jsonb holds as a string, being out of
 * numeric's range, is not among the fields: a record's number would match it.
 */
extern void read_jsonb_query(Jsonb *query, JsonbQuery *result);

/* Whether a text is such a number; in doubt it says yes. */
extern bool may_be_number(const char *text, size_t len);

#endif							/* CLOUDTRAIL_JSONB_QUERY_H */
